"""Promises of the reading side, which every engine keeps."""

import json
from itertools import pairwise

import pytest

from searchidx.arrangement import arrangement
from searchidx.document import Paragraph
from searchidx.engine import Engine, IndexState
from searchidx.engines import backend
from searchidx.errors import QueryError, UsageError
from searchidx.explanation import as_object
from searchidx.messages import Message
from searchidx.query.parse import parse
from searchidx.request import SearchRequest
from searchidx.results import FailedRead, Hit, HitStream, Skipped
from tests.contract.places import SECONDS, TIME, document, written

NEWS = document(
    "/报/桥.txt",
    "新石桥今日通车,两岸居民不再绕行。",
    "石桥旁的老渡口保留为码头公园。",
    "天气晴朗,微风。",
    type="markdown",
    title="通车",
    date="2031-05-04",
    encoding="utf-8",
)
NOTES = document(
    "/记/渡口.txt",
    "渡口的老船工说,石桥通车了。",
    "通车那天,人们走过新修的石桥。",
    "鸭子。",
    notes=(Message("text", ("a note",)),),
)
LAW = document("/法/条例.txt", "渡船应当按时检验。", "违者罚款200元。")
DOCUMENTS = (NEWS, NOTES, LAW)
TEXTS = [paragraph.text for one in DOCUMENTS for paragraph in one.paragraphs]


@pytest.fixture
def engine(place: str) -> Engine:
    """An engine on three documents, made in two commits."""
    written(place, NEWS, LAW)
    return written(place, NOTES).open(seconds=SECONDS)


def hits(engine: Engine, query: str, **options: object) -> list[Hit]:
    """Return all hits of a query."""
    return list(engine.search(SearchRequest(query, limit=0, **options)).hits)  # type: ignore[arg-type]


@pytest.mark.parametrize("needle", ["石桥", "桥", "老渡口保留", "车,两岸", "200", "，", "不在"])
def test_a_literal_search_finds_what_contains_the_text_and_nothing_else(engine, needle):
    folded = needle.replace("，", ",")
    expected = sorted(text for text in TEXTS if folded in text)
    page = engine.search(SearchRequest(needle, literal=True, limit=0))
    assert sorted(hit.text for hit in page.hits) == expected
    assert page.total == len(expected) == engine.count(SearchRequest(needle, literal=True))
    assert all(hit.match == "literal" for hit in page.hits)


def test_literal_hits_come_before_those_with_all_words_and_those_before_the_rest(engine):
    tiers = [hit.match for hit in hits(engine, "石桥通车")]
    assert tiers == sorted(tiers, key=["literal", "words", "some"].index)
    assert (tiers[0], tiers[1]) == ("literal", "words")
    assert hits(engine, "石桥通车")[0].text == NOTES.paragraphs[0].text


@pytest.mark.parametrize("query", ["石桥通车", "渡口", "石桥 渡口 -公园", "没有的东西", ""])
def test_totals_are_exact_and_tiers_add_up_to_them(engine, query):
    page = engine.search(SearchRequest(query, limit=0))
    assert page.total == len(page.hits) == engine.count(SearchRequest(query))
    if page.tiers is not None:
        found = [hit.match for hit in page.hits]
        assert page.tiers == {tier: found.count(tier) for tier in ("literal", "words", "some")}
    assert page.complete


def test_pages_are_cut_from_one_ranking(engine):
    whole = hits(engine, "石桥 渡口 通车")
    assert [hit.rank for hit in whole] == list(range(1, len(whole) + 1))
    pieces = [
        hit
        for start in range(0, len(whole), 2)
        for hit in engine.search(SearchRequest("石桥 渡口 通车", limit=2, offset=start)).hits
    ]
    assert pieces == whole
    assert engine.search(SearchRequest("石桥 渡口 通车", offset=len(whole))).hits == ()
    stream = engine.search(SearchRequest("石桥 渡口 通车", limit=0, stream=True)).hits
    assert isinstance(stream, HitStream)
    assert list(stream) == whole


def test_scores_fall_inside_a_tier_and_depend_on_the_live_documents_alone(place, tmp_path):
    written(place, NEWS, document("/旧.txt", "石桥" * 9))
    engine = written(place, NOTES, LAW, removed={"/旧.txt"}).open(seconds=SECONDS)
    found = hits(engine, "石桥 渡口")
    for one, other in pairwise(found):
        assert one.match != other.match or one.score >= other.score
    fresh = written(str(tmp_path / "fresh"), *DOCUMENTS).open(seconds=SECONDS)
    assert {hit.text: hit.score for hit in hits(fresh, "石桥 渡口")} == pytest.approx(
        {hit.text: hit.score for hit in found}
    )


def test_a_hit_carries_its_paragraph_and_its_document(engine):
    hit = hits(engine, "码头公园", literal=True)[0]
    text = NEWS.paragraphs[1].text
    assert (hit.path, hit.line, hit.end_line, hit.text) == (NEWS.path, 2, 2, text)
    assert (hit.type, hit.title, hit.date, hit.match_line) == ("markdown", "通车", "2031-05-04", 2)
    assert [text[start:end] for start, end in hit.spans] == ["码头公园"]
    assert "码头公园" in hit.snippet


def test_records_headings_and_pages_are_kept(place):
    paragraph = Paragraph(
        "条款的正文。", 3, 4, headings=("第一章", "第二节"), page=7, id="x-9", date="2030-01"
    )
    one = document("/表.jsonl", type="jsonl")
    written(place, type(one)("/表.jsonl", "jsonl", paragraphs=(paragraph,)))
    hit = hits(backend(place).open(seconds=SECONDS), "条款")[0]
    assert (hit.headings, hit.page, hit.id, hit.date) == (("第一章", "第二节"), 7, "x-9", "2030-01")
    assert (hit.line, hit.end_line) == (3, 4)


def test_a_search_below_a_path_finds_what_is_there(engine):
    for under, expected in (
        ("/报", [NEWS.path]),
        ("/报/桥.txt", [NEWS.path]),
        ("/记", [NOTES.path]),
        ("/报/桥", []),
    ):
        request = SearchRequest("石桥", under=under, limit=0)
        assert sorted({hit.path for hit in engine.search(request).hits}) == expected
        assert [count.path for count in engine.files(request)] == expected
        assert engine.count(request) == engine.search(request).total


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("石橋", [0, 1, 3, 4]),
        ("渡口 -公园", [3]),
        ('"渡口的老" OR 罚款', [3, 7]),
        ("石桥 AND 渡口", [1, 3]),
        ("NOT 石桥 AND path:报", [2]),
        ("type:markdown", [0, 1, 2]),
        ("date:2031-05", [0, 1, 2]),
        ("num:>100", [7]),
    ],
)
def test_operators_and_filters_restrict_what_is_found(engine, query, texts):
    found = {hit.text for hit in hits(engine, query) if query != "石橋" or hit.match == "literal"}
    assert found == {TEXTS[number] for number in texts}


def test_exact_characters_fold_nothing(engine):
    assert engine.count(SearchRequest("石橋", exact=True)) == 0
    assert engine.count(SearchRequest("石桥", exact=True)) == 4


def test_a_parsed_query_is_the_query_as_typed(engine):
    for query in ("石桥通车", '"渡口的老" OR 罚款'):
        assert hits(engine, parse(query)) == hits(engine, query)


def test_a_query_that_is_refused_is_refused_by_every_request(engine):
    for ask in (engine.search, engine.count, engine.files, engine.suggest, engine.explain):
        with pytest.raises(QueryError):
            ask(SearchRequest("石" * 100_000))


def test_files_are_listed_best_first_with_their_counts(engine):
    found = hits(engine, "石桥")
    counts = engine.files(SearchRequest("石桥"))
    assert [count.path for count in counts] == list(dict.fromkeys(hit.path for hit in found))
    assert {count.path: count.count for count in counts} == {NEWS.path: 2, NOTES.path: 2}
    assert counts.complete


def test_arranged_hits_are_the_same_matches_in_another_shape(engine):
    by_document = arrangement(group="document", facets=("type", "path"))
    page = engine.search(SearchRequest("石桥", limit=0, arrangement=by_document))
    assert (len(page.hits), page.groups, page.total) == (2, 2, 4)
    assert sorted(hit.more for hit in page.hits) == [1, 1]
    assert {(one.value, one.count) for one in page.facets["type"]} == {("markdown", 2), ("text", 2)}
    by_path = engine.search(SearchRequest("石桥", limit=0, arrangement=arrangement(sort="path")))
    literal = [hit.path for hit in by_path.hits if hit.match == "literal"]
    assert literal == sorted(literal)
    around = engine.search(
        SearchRequest("码头公园", literal=True, arrangement=arrangement(before=1, after=1))
    )
    (hit,) = around.hits
    assert [one.text for one in (*hit.before, *hit.after)] == [TEXTS[0], TEXTS[2]]


def test_near_duplicates_fold_into_the_best(place):
    copies = [document(f"/{number}.txt", "同一份公告的正文,一字不差。") for number in range(3)]
    engine = written(place, *copies).open(seconds=SECONDS)
    page = engine.search(SearchRequest("公告", arrangement=arrangement(distinct=True)))
    assert [(hit.same, page.total) for hit in page.hits] == [(2, 3)]


def test_a_slip_gets_a_correction_that_has_matches(engine):
    request = SearchRequest("码头公圆")
    (best, *_) = engine.suggest(request)
    assert best.query == "码头公园"
    assert engine.count(SearchRequest(best.query, literal=True)) == best.count == 1
    assert engine.suggest(SearchRequest("")) == ()


def test_an_explanation_is_that_of_the_search(engine):
    query = "石桥通车"
    ranked = {(hit.path, hit.line): hit for hit in hits(engine, query)}
    explanation = engine.explain(SearchRequest(query), path=NOTES.path)
    assert [one.line for one in explanation.paragraphs] == [1, 2, 3]
    for one in explanation.paragraphs:
        hit = ranked.get((one.path, one.line))
        assert (one.match, one.rank) == ((hit.match, hit.rank) if hit else (None, None))
        assert (one.reason is None) == (hit is not None)
        assert one.score == pytest.approx(hit.score if hit else 0)
        assert sum(part.score for part in one.parts) == pytest.approx(one.score)
    weights = {(term.field, term.term): term.paragraphs for term in explanation.terms}
    assert weights["words", "石桥"] == 4
    keys = {"query", "read_as", "notes", "texts", "asked", "terms", "filters", "paragraphs", "missing"}
    assert json.loads(json.dumps(as_object(explanation))).keys() == keys


def test_a_paragraph_that_is_not_there_is_explained_as_missing(engine):
    explanation = engine.explain(SearchRequest("石桥"), path="/没有.txt", line=1)
    assert explanation.paragraphs == ()
    assert explanation.missing
    assert engine.explain(SearchRequest("石桥")).missing is None


def test_terms_are_listed_by_the_number_of_live_paragraphs_that_contain_them(place):
    written(place, NEWS, document("/旧.txt", "石桥。", "石桥。"))
    engine = written(place, NOTES, removed={"/旧.txt"}).open(seconds=SECONDS)
    terms = {term.term: term.paragraphs for term in engine.terms("石")}
    assert terms == {"石桥": 4}
    counts = [term.paragraphs for term in engine.terms(field="characters", limit=0)]
    assert counts == sorted(counts, reverse=True)
    assert len(engine.terms(field="characters", limit=3)) == 3


def test_similar_paragraphs_share_words_and_leave_the_paragraph_out(engine):
    page = engine.similar(NEWS.path, 1)
    assert NEWS.paragraphs[0].text not in [hit.text for hit in page.hits]
    assert NOTES.paragraphs[1].text in [hit.text for hit in page.hits]
    assert page.total == len(page.hits)
    assert {hit.path for hit in engine.similar(NEWS.path, 1, under="/记").hits} == {NOTES.path}
    with pytest.raises(UsageError):
        engine.similar(NEWS.path, 99)


def test_documents_size_and_status_tell_the_same_story(place):
    state = IndexState(
        committed=TIME,
        roots=("/报", "/记"),
        rules={"/记": ("--hidden",)},
        unfinished=("/记",),
        stale=(FailedRead(NOTES.path, "vanished"),),
        skipped=(Skipped("/图.png", Message("text", ("is a picture",))),),
    )
    engine = written(place, *DOCUMENTS, state=state).open(seconds=SECONDS)
    records = {record.path: record for record in engine.documents()}
    assert records.keys() == {one.path for one in DOCUMENTS}
    record = records[NEWS.path]
    assert (record.type, record.title, record.date, record.encoding) == (
        "markdown",
        "通车",
        "2031-05-04",
        "utf-8",
    )
    assert record.paragraphs == 3
    status = engine.status()
    assert engine.size() == (status.documents, status.paragraphs) == (3, len(TEXTS))
    assert status.text_bytes == sum(len(text.encode()) for text in TEXTS)
    assert status.index_bytes > 0
    assert (status.generation, status.committed) == (1, TIME)
    assert (status.roots, status.rules, status.unfinished) == (state.roots, state.rules, state.unfinished)
    assert status.types == {"markdown": 1, "text": 2}
    assert status.encodings == {"utf-8": 1}
    assert [failure.path for failure in status.stale] == [NOTES.path]
    assert [path for path, *_ in status.notes] == [NOTES.path]


def test_hits_of_documents_with_old_text_say_so(place):
    state = IndexState(committed=TIME, stale=(FailedRead(NOTES.path, "vanished"),))
    engine = written(place, *DOCUMENTS, state=state).open(seconds=SECONDS)
    assert {hit.path for hit in hits(engine, "石桥") if hit.stale} == {NOTES.path}
    assert engine.search(SearchRequest("石桥")).notes


def test_an_index_without_documents_answers_with_nothing(place):
    engine = written(place).open(seconds=SECONDS)
    assert engine.search(SearchRequest("石桥")).total == 0
    assert (engine.count(SearchRequest("石桥")), engine.files(SearchRequest("石桥"))) == (0, [])
    assert (engine.size(), engine.terms(), list(engine.documents())) == ((0, 0), [], [])


def test_requests_that_share_a_budget_have_the_answers_of_others(engine):
    shared = engine.with_shared_budget()
    assert shared.search(SearchRequest("石桥")).hits == engine.search(SearchRequest("石桥")).hits
    assert shared.count(SearchRequest("渡口")) == engine.count(SearchRequest("渡口"))
