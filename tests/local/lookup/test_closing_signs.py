"""A literal hit contains what was typed, its closing sign and the spaces of ``-F`` included."""

import pytest

from searchidx.arrangement import Arrangement
from searchidx.cli import dispatch
from searchidx.local.collect import top_hits
from searchidx.local.engine import LocalEngine
from searchidx.query import parse
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex, written

PLANS = ["五年行计划：第一步", "行计划已经发布，行计划很长", "行政与计划", "计划生育和行业", "行计划：另一份"]


def reader(folder, texts) -> LocalEngine:
    index = WrittenIndex(folder / "index")
    index.commit([written("/a.txt", texts[::2]), written("/b.txt", texts[1::2])])
    return index.reader()


def tiers(reader: LocalEngine, typed: str, **how) -> dict[str, str]:
    """The tier of each hit by its text, in rank order."""
    return {hit.text: hit.match for hit in reader.search(SearchRequest(parse(typed, **how), limit=0)).hits}


def test_a_hit_without_the_closing_sign_comes_next_and_is_not_literal(tmp_path):
    known = reader(tmp_path, PLANS)
    found = tiers(known, "行计划：")
    assert [text for text, tier in found.items() if tier == "literal"] == [PLANS[4], PLANS[0]]
    assert list(found.items())[2] == (PLANS[1], "words")
    assert set(found) == set(PLANS)


@pytest.mark.parametrize(
    "sign", ["：", ":", "，", ",", "、", "；", "：：", "。：", "？", "！", "。", "?", "!"]
)
def test_every_closing_sign_is_part_of_what_is_literal_where_it_is_written(tmp_path, sign):
    texts = [f"先说招商引资{sign}再说别的", "招商引资，", "招商引资很多 招商引资", "无关的一段"]
    if sign in ("，", ","):
        texts[1] = "招商引资；"
    found = tiers(reader(tmp_path, texts), "招商引资" + sign)
    assert found == {texts[0]: "literal", texts[1]: "words", texts[2]: "words"}


@pytest.mark.parametrize("sign", ["？", "?", "！", "!", "。", "？！", "！！！"])
def test_a_question_is_literal_without_its_mark_where_nothing_has_it(tmp_path, sign):
    texts = ["研发中心在哪个区，请问", "研发中心在北区"]
    page = reader(tmp_path, texts).search(SearchRequest(parse("研发中心在哪个区" + sign)))
    assert (page.hits[0].text, page.hits[0].match) == (texts[0], "literal")
    assert page.hits[0].text[slice(*page.hits[0].spans[0])] == "研发中心在哪个区"
    assert page.notes == ()


def test_marks_that_end_a_sentence_are_dropped_one_by_one(tmp_path):
    texts = ["你是说真的？", "你是说真的吗", "你是说真的"]
    found = tiers(reader(tmp_path, texts), "你是说真的？？")
    assert list(found.values()) == ["literal", "words", "words"]
    assert next(iter(found)) == texts[0]


def test_a_sign_before_a_mark_stays(tmp_path):
    assert tiers(reader(tmp_path, ["计划", "计划："]), "计划：？") == {"计划：": "literal", "计划": "words"}


def test_a_mark_counts_where_only_a_deleted_paragraph_had_it(tmp_path):
    index = WrittenIndex(tmp_path / "index")
    index.commit([written("/a.txt", ["去哪里？"]), written("/b.txt", ["去哪里，去哪里"])])
    assert tiers(index.reader(), "去哪里？") == {"去哪里？": "literal", "去哪里，去哪里": "words"}
    index.commit([], {"/a.txt"})
    assert tiers(index.reader(), "去哪里？") == {"去哪里，去哪里": "literal"}


def test_a_sign_alone_and_a_quoted_text_are_looked_for_as_they_are(tmp_path):
    known = reader(tmp_path, ["计划：", "计划", "好？"])
    assert tiers(known, "：") == {"计划：": "literal"}
    assert tiers(known, "？") == {"好？": "literal"}
    assert tiers(known, "“计划：”") == {"计划：": "literal"}
    assert tiers(known, "计划。", literal=True) == {}


def test_each_of_several_words_has_its_own_sign(tmp_path):
    texts = ["甲方：重庆，乙方：成都", "甲方重庆，乙方成都", "甲方：重庆和乙方", "乙方"]
    found = tiers(reader(tmp_path, texts), "甲方： 乙方：")
    assert list(found.items())[:3] == [
        (texts[0], "literal"),
        (texts[1], "words"),
        (texts[2], "words"),
    ] or list(found.items())[:3] == [(texts[0], "literal"), (texts[2], "words"), (texts[1], "words")]


@pytest.mark.parametrize("typed", ["招商： AND 重庆", "重庆 +招商：", "招商： OR 成都", "(招商： 重庆)"])
def test_operators_tell_a_sign_too(tmp_path, typed):
    texts = ["重庆，招商：一", "重庆的招商一二三"]
    found = tiers(reader(tmp_path, texts), typed)
    assert found == {texts[0]: "literal", texts[1]: "literal" if typed.startswith("重庆") else "words"}


def test_an_excluded_text_is_excluded_with_its_sign(tmp_path):
    texts = ["重庆招商：一", "重庆招商"]
    assert set(tiers(reader(tmp_path, texts), "重庆 -招商：")) == {texts[1]}


def test_one_note_counts_both_kinds(tmp_path):
    known = reader(tmp_path, PLANS)
    for page in (
        known.search(SearchRequest(parse("行计划："))),
        known.search(SearchRequest(parse("行计划："), limit=1)),
        known.search(SearchRequest(parse("行计划："), arrangement=Arrangement(sort="path"))),
    ):
        assert page.notes == ("2 with the sign, 1 without",)
        assert page.tiers == {"literal": 2, "words": 1, "some": 2}
    assert known.search(SearchRequest(parse("行计划"))).notes == ()
    assert known.search(SearchRequest(parse("政与计划："))).notes == ()


def test_a_note_says_where_there_may_be_more(tmp_path, monkeypatch):
    monkeypatch.setattr(top_hits, "_MAX_COUNTED", 0)
    monkeypatch.setattr(top_hits, "_FIRST_BATCH", 1)
    known = reader(tmp_path, [*["计划：" * 9] * 4, *["一二三四计划：很长很长很长的一段" * 3] * 40, "计划"])
    page = known.search(SearchRequest(parse("计划："), limit=1))
    assert page.tiers is None
    assert page.notes[0].startswith("at least ")
    assert page.notes[0].endswith(" with the sign, at least 1 without")
    whole = known.search(SearchRequest(parse("计划："), limit=0))
    assert whole.notes == ("44 with the sign, 1 without",)


def test_pages_are_parts_of_one_order_whatever_is_read_for_them(tmp_path, monkeypatch):
    monkeypatch.setattr(top_hits, "_MAX_COUNTED", 0)
    monkeypatch.setattr(top_hits, "_FIRST_BATCH", 1)
    texts = [f"{'一' * (at % 7)}行计划{'：' * (at % 3 == 0)}{'二' * (at % 5)}" for at in range(40)]
    known = reader(tmp_path, texts)
    whole = [
        (hit.text, hit.path, hit.line, hit.match, hit.score)
        for hit in known.search(SearchRequest(parse("行计划："), limit=0)).hits
    ]
    assert [match for *_, match, _ in whole] == ["literal"] * 14 + ["words"] * 26
    for limit in (1, 7, 15, 39):
        pages = []
        for offset in range(0, len(texts), limit):
            page = known.search(SearchRequest(parse("行计划："), limit=limit, offset=offset))
            pages += [(hit.text, hit.path, hit.line, hit.match, hit.score) for hit in page.hits]
        assert pages == whole


def test_a_hit_without_the_sign_is_shown_as_matched_and_explained(tmp_path):
    known = reader(tmp_path, ["行计划：一", "二行计划二"])
    hit = known.search(SearchRequest(parse("行计划："))).hits[1]
    assert [hit.text[start:end] for start, end in hit.spans] == ["行计划"]
    explained = known.explain(SearchRequest(parse("行计划：")), path="/b.txt").paragraphs[0]
    assert explained.match == "words"
    assert explained.score == pytest.approx(hit.score)
    assert "all but the closing sign" in [part.term for part in explained.parts]


def test_the_form_that_was_typed_comes_first_without_the_sign_too(tmp_path):
    known = reader(tmp_path, ["台湾", "台湾的照片很多很多", "臺灣的照片很多很多很多"])
    assert next(iter(tiers(known, "臺灣；"))) == "臺灣的照片很多很多很多"


def test_nothing_is_suggested_where_only_the_sign_is_missing(tmp_path):
    known = reader(tmp_path, ["行计划", "行计戈"])
    assert known.suggest(SearchRequest(parse("行计划；"))) == ()


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        (" b", {"a b c", "x b"}),
        ("b ", {"a b c", "b c"}),
        (" b ", {"a b c"}),
        ("b", {"a b c", "x b", "b c", "abc"}),
        ("　京 ", {"上 京 城"}),
        (" 北京", {"去 北京"}),
        ("\tb", {"a b c", "x b"}),
    ],
)
@pytest.mark.parametrize("exact", [False, True])
def test_literal_text_keeps_white_space_at_both_ends(tmp_path, typed, texts, exact):
    known = reader(tmp_path, ["a b c", "x b", "b c", "abc", "上 京 城", "京城", "去 北京", "在北京"])
    if exact and not typed.isascii() | typed.startswith(" "):
        texts = set()
    if exact and "\t" in typed:
        texts = set()
    query = parse(typed, literal=True, exact=exact)
    page = known.search(SearchRequest(query, limit=0))
    assert {hit.text for hit in page.hits} == texts
    assert known.count(SearchRequest(query)) == page.total == len(texts)
    for hit in page.hits:
        assert hit.spans[0][1] - hit.spans[0][0] >= len(typed)


@pytest.mark.parametrize("flags", [(), ("--json",), ("-n", "0"), ("--sort", "path")])
def test_the_command_writes_the_note_once_to_standard_error(tmp_path, capfd, flags):
    reader(tmp_path, PLANS)
    where = ("--index", str(tmp_path / "index"))
    assert dispatch.run(["search", *flags, *where, "行计划："]) == 0
    out, err = capfd.readouterr()
    assert err == "searchidx: note: 2 with the sign, 1 without\n"
    assert "with the sign" not in out
    assert dispatch.run(["search", *flags, *where, "-F", "行计划："]) == 0
    assert capfd.readouterr().err == ""
