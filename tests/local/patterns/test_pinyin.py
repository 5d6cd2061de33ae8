"""Pinyin finds what is read so, whole or by first letters, and nothing that only sounds like what was written."""

import pytest

from searchidx.local.engine import LocalEngine
from searchidx.query import parse
from searchidx.query.pinyin_rewrite import as_pinyin, may_be_pinyin
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex, written

CITY = "重庆日报今天头版"
BANK = "农业银行的新网点"
MUSIC = "音乐会与快乐的人"
NAME = "记者李建光供稿"
BELL = "古寺的钟情"
XIAN = "西安的城墙"
NOW = "现在开始"
LATIN = "the chongqing hotpot, qing dynasty"
STRATEGY = "新的战略和方略"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> LocalEngine:
    index = WrittenIndex(tmp_path_factory.mktemp("pinyin"))
    index.commit([written("/a", [CITY, BANK, MUSIC, NAME])])
    index.commit([written("/b", [BELL, XIAN, NOW, LATIN, STRATEGY])])
    return index.reader()


def found(reader: LocalEngine, query: str) -> set[str]:
    return {hit.text for hit in reader.search(SearchRequest(parse(query), limit=0)).hits}


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("py:chongqing", {CITY, LATIN}),
        ('py:"chong qing ri bao"', {CITY}),
        ("py:chongqingribao", {CITY}),
        ("py:cq", {CITY, XIAN}),
        ("py:cqrb", {CITY}),
        ("拼音：yinhang", {BANK}),
        ("py:yinxing", set()),
        ("py:nyyh", {BANK}),
        ("py:yinyue", {MUSIC}),
        ("py:kuaile", {MUSIC}),
        ("py:kuaiyue", set()),
        ("py:lijianguang", {NAME}),
        ("py:zhongqing", {BELL}),
        ("py:zhongqingribao", set()),
        ('py:"xi an"', {XIAN}),
        ("py:xian", {XIAN, NOW}),
        ("py:zhanlue", {STRATEGY}),
        ("py:zhanlüe", {STRATEGY}),
    ],
)
def test_what_is_read_so_is_found(reader: LocalEngine, query: str, texts: set[str]) -> None:
    assert found(reader, query) == texts


def test_ideographs_find_nothing_by_their_sound(reader: LocalEngine) -> None:
    query = parse("py:虫情")
    assert "is no pinyin" in query.notes[0]
    assert found(reader, "py:虫情") == set()
    assert BELL not in found(reader, "+py:中情")


def test_what_it_was_read_as_is_said_and_shown(reader: LocalEngine) -> None:
    page = reader.search(SearchRequest(parse("py:cqrb")))
    assert page.notes == ("py:cqrb: read as 重庆日报",)
    hit = page.hits[0]
    assert [hit.text[start:end] for start, end in hit.spans] == ["重庆日报"]
    assert reader.search(SearchRequest(parse("py:zzzzzz"))).notes == (
        "py:zzzzzz: no text in the index has this reading",
    )


def test_letters_that_stand_in_the_text_come_first(reader: LocalEngine) -> None:
    hits = reader.search(SearchRequest(parse("py:chongqing"))).hits
    assert hits[0].text == LATIN
    assert hits[0].match == "literal"
    assert {hit.match for hit in hits[1:]} == {"words"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("chongqing", "py:chongqing"),
        ("chong qing", 'py:"chong qing"'),
        ("chong qing ribao", 'py:"chong qing" py:ribao'),
        ("cq 招商", "py:cq 招商"),
        ("招商 -chongqing", "招商 -py:chongqing"),
        ("chongqing AND 招商", "py:chongqing AND 招商"),
        ('"chong qing" 5G', '5G "chong qing"'),
        ("path:notes cq^2", 'py:"cq"^2 path:notes'),
    ],
)
def test_a_query_can_be_read_as_pinyin(typed: str, read: str) -> None:
    assert as_pinyin(typed) in (read, read.replace('py:"cq"^2', "py:cq^2"))
    assert parse(as_pinyin(typed)).node == parse(read).node


def test_only_what_is_spelled_so_may_be_pinyin() -> None:
    for query in ("chongqing", "chong qing", "cq", "cqrb", "xi'an", "zhonghua renmin"):
        assert may_be_pinyin(query)
    for query in ("kubernetes", "c++", "重庆", "internet", "usb", "x1"):
        assert not may_be_pinyin(query)
