"""One script finds the other, the form that was typed comes first, and exact finds that form alone."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx import ranking
from searchidx.fold import fold
from searchidx.fold.forms import (
    fold_except_forms,
    has_variant,
    is_canonical,
    is_determined_by_form,
    variant_characters,
)
from searchidx.fold.table import SOURCES, TARGETS
from searchidx.local.engine import LocalEngine
from searchidx.query import Query, parse
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex, written

FAMILIES = [
    ("台湾的老照片", "臺灣的老照片", "台灣的老照片"),
    ("一台机器", "一檯机器", "一臺機器"),
    ("后山", "後山"),
    ("里面有灯", "裡面有灯", "裏面有灯", "裏面有燈"),
    ("人群中", "人羣中"),
    ("为什么", "爲什麼", "為什麼"),
    ("５Ｇ基站", "5G基站"),
    ("⽂件已读", "文件已读", "文件已讀"),
    ("金色年华", "⾦色年华", "\uf90a色年华"),
    ("干净的面条", "乾淨的麵條"),
]


def reader(folder, texts, per_commit=2) -> LocalEngine:
    index = WrittenIndex(folder / "index")
    for at in range(0, len(texts), per_commit):
        index.commit([written(f"/{at:03}.txt", texts[at : at + per_commit])])
    return index.reader()


def texts_of(page) -> list[str]:
    return [hit.text for hit in page.hits]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0])
def test_every_form_finds_every_other_and_itself_first(tmp_path, family):
    for order, texts in enumerate(permutations(family)):
        if order > 5:
            break
        place = tmp_path / str(order)
        place.mkdir()
        known = reader(place, ["没有关系的一段", *texts])
        for typed in family:
            for query in (
                parse(typed),
                parse(f'"{typed}"'),
                parse(typed, literal=True),
                parse(f"{typed[:-1]} +{typed[-1]}"),
            ):
                found = texts_of(known.search(SearchRequest(query)))
                assert set(found) == set(family), query
                assert found[0] == typed, query


def test_the_typed_form_comes_before_better_matches_in_another(tmp_path):
    """Whatever the length of the paragraphs: a shorter one scores better."""
    texts = ["臺北", "臺北的夜市很有名。", "我们上周一起坐高铁去了一趟台北，天气不错，人也很多。"]
    known = reader(tmp_path, texts)
    assert texts_of(known.search(SearchRequest(parse("台北"))))[0] == texts[2]
    assert texts_of(known.search(SearchRequest(parse("臺北")))) == texts
    assert texts_of(known.search(SearchRequest(parse("台北 天气"), limit=0)))[0] == texts[2]
    assert texts_of(known.search(SearchRequest(parse("臺北"), limit=1))) == texts[:1]


def test_case_and_punctuation_are_no_form(tmp_path):
    texts = ["Linux，内核", "linux, 内核。Linux，内核", "LINUX,内核"]
    known = reader(tmp_path, texts)
    assert texts_of(known.search(SearchRequest(parse("linux")))) == texts_of(
        known.search(SearchRequest(parse("LINUX")))
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 10, 0])
def test_pages_are_parts_of_one_order(tmp_path, limit, monkeypatch):
    monkeypatch.setattr(ranking, "VARIANT_BOOST_DEPTH", 5)
    texts = [form + "的" * (at % 4) for at, form in enumerate(["臺灣", "台湾", "台灣"] * 6)]
    known = reader(tmp_path, texts, per_commit=4)
    whole = [(hit.path, hit.line) for hit in known.search(SearchRequest(parse("台湾 的"), limit=0)).hits]
    pages = []
    for offset in range(0, len(whole), limit or len(whole)):
        page = known.search(SearchRequest(parse("台湾 的"), limit=limit, offset=offset))
        pages += [(hit.path, hit.line) for hit in page.hits]
    assert pages == whole


CHARACTERS = "台臺檯后後里裡裏为為爲Ａaａ5５⽂文é e,，"
corpus = st.lists(st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=9), min_size=1, max_size=8)


@settings(deadline=None, max_examples=150)
@given(corpus, st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=3).filter(str.strip))
def test_exact_finds_what_is_there_character_by_character(tmp_path_factory, texts, typed):
    known = reader(tmp_path_factory.mktemp("exact"), texts, per_commit=3)
    expected = sorted(text for text in texts if typed in text)
    query = parse(typed, literal=True, exact=True)
    page = known.search(SearchRequest(query, limit=0))
    assert sorted(texts_of(page)) == expected
    assert page.total == known.count(SearchRequest(query)) == len(expected)
    assert {hit.match for hit in page.hits} <= {"literal"}
    for hit in page.hits:
        assert {hit.text[start:end] for start, end in hit.spans} != set()
        assert all(typed[:1] == hit.text[start] for start, end in hit.spans)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("臺灣", {1, 3}),
        ("台湾", {0}),
        ("臺灣 照片", {3}),
        ("照片 -臺灣", {0, 2}),
        ("臺灣 OR 台灣", {1, 2, 3}),
        ("NOT 臺灣", {0, 2, 4}),
        ("+Linux +手册", {4}),
        ("linux", set()),
        ("“照片”", {0, 2, 3}),
        ("照片 path:txt", {0, 2, 3}),
        ("Linux 手册", {4}),
        ("Linux手册", set()),
    ],
)
def test_exact_takes_every_text_as_it_stands(tmp_path, typed, found):
    texts = ["台湾照片", "臺灣風景", "台灣照片", "臺灣照片", "Linux 手册"]
    known = reader(tmp_path, texts)
    page = known.search(SearchRequest(parse(typed, exact=True), limit=0))
    assert {texts.index(hit.text) for hit in page.hits} == found
    again = known.search(
        SearchRequest(parse(known.explain(SearchRequest(parse(typed, exact=True))).read_as), limit=0)
    )
    assert [hit.text for hit in again.hits] == [hit.text for hit in page.hits]


def test_exact_says_why_not(tmp_path):
    known = reader(tmp_path, ["臺灣", "台湾"])
    explained = known.explain(SearchRequest(parse("臺灣", exact=True)), path="/000.txt", line=2)
    assert explained.read_as == "exact:臺灣"
    assert explained.paragraphs[0].reason == "the text does not contain exactly “臺灣”"


def test_nothing_asked_is_nothing_exact():
    assert parse("  ", exact=True) == Query("  ", None)


@given(st.text())
def test_forms_keep_their_length_and_fold_to_the_same(text):
    assert len(fold_except_forms(text)) == len(text)
    assert fold(fold_except_forms(text)) == fold(text)
    assert is_canonical(fold(text))
    assert has_variant(text) == bool(variant_characters().intersection(text))
    if is_determined_by_form(text):
        assert fold(text) == text


def test_what_folds_to_a_text_told_by_its_form_is_in_another_form():
    for source, target in zip(SOURCES, TARGETS, strict=True):
        if is_determined_by_form(target):
            assert has_variant(source)
