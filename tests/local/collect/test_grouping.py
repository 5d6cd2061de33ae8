"""Grouping, folding, sorting and counting show what a search for everything would show, put together by hand."""

from collections import Counter
from dataclasses import replace
from itertools import groupby

import pytest

from searchidx import api
from searchidx.arrangement import MAX_CONTEXT
from searchidx.document import Document, Paragraph
from searchidx.errors import QueryError, UsageError
from searchidx.local.collect import facets, grouping
from searchidx.local.collect.facets import date_number
from searchidx.local.format.stored_rows import Store
from searchidx.local.segment import query_budget
from searchidx.local.segment.snapshot import Snapshot
from tests.written_index import WrittenIndex, written

REPRINT = "昨日清晨，岚江市图书馆新馆正式开放，首日接待读者三千人次，馆长说今后周一也不闭馆。"
COPY = "昨日清晨，岚江市图书馆新馆正式开放，首日接待读者三千余人次，馆长说今后周一也不闭馆。"


def records() -> Document:
    texts = [("图书馆采购记录一", "2023-05-01"), ("图书馆采购记录二", None), ("图书馆盘点", "2021")]
    paragraphs = [
        Paragraph(text, n, n, "record", (), None, str(n), date) for n, (text, date) in enumerate(texts, 1)
    ]
    return Document("/b/记录.jsonl", "jsonl", "utf-8", paragraphs=tuple(paragraphs))


DOCUMENTS = [
    replace(written("/a/甲.md", ["图书馆", REPRINT, "天气晴", "去图书馆的路", "路旁的馆"], ("要闻", "图书")), date="2023-04-20", type="markdown"),
    replace(written("/a/乙.txt", [COPY, "图书馆在修路", "没有别的"], ("要闻",)), date="2022"),
    written("/a/丙.txt", [REPRINT, "书的馆藏图", "图书馆" * 9]),
    records(),
    replace(written("/旧.txt", ["图书馆旧址", "会被换掉的图书馆"]), date="2023-04"),
]  # fmt: skip
QUERIES = ["图书馆", "图书馆 路", '"图书馆"', "NOT 图书馆", "图书馆新馆开放的时间", "没有的词语啊"]


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> api.Index:
    directory = tmp_path_factory.mktemp("arranged") / "index"
    made = WrittenIndex(directory)
    for document in DOCUMENTS:
        made.commit([document])
    made.commit(
        [replace(written("/旧.txt", ["图书馆旧址"]), date="2023-04")]
    )  # a deleted document counts nowhere
    return api.open(directory)


def place(hit) -> tuple[str, int]:
    return hit.path, hit.line


def shown(hits) -> list:
    return [(hit.rank, hit.match, hit.score, *place(hit)) for hit in hits]


@pytest.mark.parametrize("query", QUERIES)
def test_arranged_or_not_the_order_the_scores_and_the_tiers_are_the_same(index, query):
    plain = index.search(query, 0)
    for arranged in (index.search(query, 0, before=1), index.search(query, 0, facets=["type"])):
        assert shown(arranged.hits) == shown(plain.hits)
        assert (arranged.total, arranged.tiers, arranged.groups) == (plain.total, plain.tiers, None)


@pytest.mark.parametrize("query", QUERIES)
def test_a_group_is_the_best_paragraph_of_a_document_and_says_how_many_more_match(index, query):
    everything = index.search(query, 0).hits
    grouped = index.search(query, 0, group="document")
    best = {}
    for hit in everything:
        best.setdefault(hit.path, hit)
    assert [place(hit) for hit in grouped.hits] == [place(hit) for hit in best.values()]
    sizes = Counter(hit.path for hit in everything)
    assert all(hit.more == sizes[hit.path] - 1 for hit in grouped.hits)
    assert (grouped.total, grouped.groups) == (len(everything), len(best))


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(
    "how", [{}, {"group": "document"}, {"distinct": True}, {"sort": "path"}, {"after": 1}]
)
def test_pages_one_after_another_are_the_whole(index, query, how):
    whole = index.search(query, 0, **how).hits
    pages = [index.search(query, 2, offset=at, **how).hits for at in range(0, len(whole) + 2, 2)]
    assert shown(hit for page in pages for hit in page) == shown(whole)
    assert [hit.rank for hit in whole] == list(range(1, len(whole) + 1))


@pytest.mark.parametrize("query", QUERIES)
def test_inside_each_tier_hits_come_by_path_and_place_or_the_newest_first(index, query):
    for by, key in (
        ("path", place),
        ("date", lambda hit: (-date_number(hit.date), *place(hit))),
    ):
        tiers = [
            list(hits) for _, hits in groupby(index.search(query, 0, sort=by).hits, lambda hit: hit.match)
        ]
        order = [hits[0].match for hits in tiers]
        assert order == [tier for tier in ("literal", "words", "some") if tier in order]
        assert all(hits == sorted(hits, key=key) for hits in [[replace(h, rank=0) for h in t] for t in tiers])


def test_a_record_s_own_date_goes_before_that_of_its_file(index):
    dates = [hit.date for hit in index.search('"图书馆采购" OR "图书馆盘点"', 0, sort="date").hits]
    assert dates == ["2023-05-01", "2021", None]


def test_near_identical_paragraphs_are_one_with_its_count(index):
    folded = index.search('"图书馆新馆正式开放"', 0, distinct=True)
    assert (folded.total, folded.groups, [hit.same for hit in folded.hits]) == (3, 1, [2])
    plain = index.search('"图书馆新馆正式开放"', 0)
    assert place(folded.hits[0]) == place(plain.hits[0])


def test_folding_comes_before_grouping(index):
    found = index.search("图书馆新馆正式开放", 0, distinct=True, group="document")
    first = found.hits[0]
    assert first.same == 2
    assert [hit.path for hit in found.hits].count(first.path) == 1
    # What only repeats something better elsewhere does not stand for its document.
    assert COPY not in [hit.text for hit in found.hits[1:]]


def test_what_is_folded_is_bounded_and_says_so(index, monkeypatch):
    monkeypatch.setattr(grouping, "MAX_COMPARED", 1)
    found = index.search("图书馆新馆正式开放", 0, distinct=True)
    assert all(hit.same == 0 for hit in found.hits)
    assert any("among" in note for note in found.notes)
    assert found.groups == found.total


@pytest.mark.parametrize("query", QUERIES)
def test_facets_count_every_match_exactly_whatever_the_page(index, query):
    everything = index.search(query, 0).hits
    facets = index.search(query, 1, facets=["type", "path", "heading", "date", "month", "day"]).facets
    expected = {
        "type": Counter(hit.type for hit in everything),
        "path": Counter(hit.path.rpartition("/")[0] or "/" for hit in everything),
        "heading": Counter(title for hit in everything for title in hit.headings or (None,)),
        "date": Counter((hit.date or "")[:4] or None for hit in everything),
        "month": Counter(hit.date[:7] if len(hit.date or "") >= 7 else None for hit in everything),
        "day": Counter(hit.date if len(hit.date or "") == 10 else None for hit in everything),
    }
    for facet, counts in expected.items():
        found = [(entry.value, entry.count) for entry in facets[facet]]
        assert dict(found) == counts
        assert found == sorted(found, key=lambda entry: (-entry[1], entry[0] or ""))


def test_neighbours_are_those_of_the_document_and_no_other(index):
    (hit,) = index.search('"天气晴"', before=1, after=9).hits
    assert [one.text for one in hit.before] == [REPRINT]
    assert [(one.line, one.text) for one in hit.after] == [(4, "去图书馆的路"), (5, "路旁的馆")]
    (first,) = index.search('"书的馆藏图"', before=5).hits
    assert [one.line for one in first.before] == [1]
    assert first.after == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sort": "dates"}, "did you mean date?"),
        ({"group": "folder"}, "--group: 'folder' is not one of document"),
        ({"facets": ["typ"]}, "did you mean type?"),
        ({"before": -1}, f"from 0 to {MAX_CONTEXT}"),
        ({"after": MAX_CONTEXT + 1}, "--after"),
    ],
)
def test_what_can_t_be_is_said_with_what_can(index, wrong, said):
    with pytest.raises(UsageError, match=r"^--") as told:
        index.search("图书馆", **wrong)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("slow", "asked"), [((Snapshot, "texts"), {"distinct": True}), ((Store, "rows"), {"facets": ["heading"]})]
)
def test_reading_for_it_is_cut_on_the_way(tmp_path, monkeypatch, slow, asked):
    made = WrittenIndex(tmp_path)
    made.commit([written(f"/{number}.txt", [f"图书馆{number}"], (f"题{number}",)) for number in range(20)])
    opened = api.open(tmp_path, query_seconds=2.0)
    assert opened.search("图书馆", **asked).total == 20
    now, calls = [0.0], []
    read = getattr(*slow)

    def slowly(*given):
        now[0] += 0.4
        calls.append(given)
        return read(*given)

    monkeypatch.setattr(grouping, "_TEXTS_PER_CHECK", 2)
    monkeypatch.setattr(facets, "_SECTIONS_PER_CHECK", 2)
    monkeypatch.setattr(query_budget, "_processor_time", lambda: now[0])
    monkeypatch.setattr(query_budget, "_wall_time", lambda: now[0])
    monkeypatch.setattr(*slow, slowly)
    with pytest.raises(QueryError, match="takes longer than 2 s"):
        opened.search("图书馆", limit=1, **asked)
    assert len(calls) < 10
