"""The engine gives what the slow reference gives, whatever the texts and however the index came about."""

import os
import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchidx import ranking
from searchidx.document import Document, Kind, Paragraph
from searchidx.local.collect import top_hits
from searchidx.local.commit import merge_policy, merger
from searchidx.local.indexing import inverter
from searchidx.local.segment.segment import Segment
from searchidx.query import And, BooleanQuery, Boost, Node, Not, Or, Pattern, parse
from searchidx.request import SearchRequest
from searchidx.results import Hit, Page
from tests.reference import Expected, Reference
from tests.written_index import WrittenIndex, written

SOAK = bool(os.environ.get("SEARCHIDX_SOAK"))

# fmt: off
TEXTS = [
    "公园", "公园里", "防火墙规则", "防火墙", "规则", "重庆日报", "重庆", "日报", "研究生命起源", "的", "了", "是", "京", "〇",
    "䶮", "𠮷", "中国人民银行", "人民", "银行", "生命", "起源", "什么是防火墙", "怎么", "系统", "操作系统", "系統", "編譯",
    "编译", "5G公园", "C++", "iPhone15", "iphone", "kernel", "Linux", "linux内核", "内核", "the",
    "of", "a", "Å", "é", "ß", "023—49301888", "02349301888", "023-49301888", "2023年4月20日",
    "2023-04-20", "2023.4.20", "1,280", "1280", "3.11.7", "X-900", "L500057910", "１２３", "123",
    "ｌｉｎｕｘ", "😀", "、", "。", "！", "？", "；", "“", "”", "（", "）", "-", "—", "·", "%", "㎡", "㍿",
    "＋",
]
# fmt: on
piece = st.sampled_from(TEXTS) | st.sampled_from(
    ["", " ", "  ", "\u3000", "\n", "。", "，", "a" * 300, "测" * 80]
)
text = st.lists(piece, min_size=1, max_size=8).map("".join)
headings = st.lists(st.sampled_from(TEXTS), max_size=2).map(tuple)
DATES = [None, "2022", "2023-04", "2023-04-20"]
KINDS: st.SearchStrategy[Kind] = st.sampled_from(["text", "text", "item", "link"])
PATHS = [f"/corpus/{name}.txt" for name in "abcdef"]


@st.composite
def documents(draw) -> Document:
    """A document of a few paragraphs; what was said is often said again."""
    spoken = draw(st.lists(text, min_size=1, max_size=3))
    paragraphs = [
        Paragraph(
            draw(st.sampled_from(spoken)),
            line,
            line,
            draw(KINDS),
            headings=above,
            date=draw(st.sampled_from(DATES)),
        )
        for line, above in enumerate(draw(st.lists(headings, max_size=4)), 1)
    ]
    date = draw(st.sampled_from(DATES))
    return Document(draw(st.sampled_from(PATHS)), "text", "utf-8", date=date, paragraphs=tuple(paragraphs))


@dataclass
class Commit:
    """One commit: documents that come or come again, and paths that go."""

    documents: list[Document]
    gone: set[str]


def composed_signs(*texts: str) -> Commit:
    """A commit of texts that are read otherwise than they are stored."""
    paragraphs = tuple(Paragraph(text, line, line) for line, text in enumerate(texts, 1))
    return Commit([Document("/corpus/a.txt", "text", "utf-8", paragraphs=paragraphs)], set())


history = st.lists(
    st.builds(Commit, st.lists(documents(), max_size=3), st.sets(st.sampled_from(PATHS), max_size=2)),
    min_size=1,
    max_size=5,
)
loose = st.lists(
    st.sampled_from(TEXTS) | st.lists(st.sampled_from(TEXTS), min_size=2, max_size=3).map("".join),
    min_size=1,
    max_size=4,
)
words_typed = loose.map(" ".join)
signed = st.builds(
    lambda words, signs: " ".join(sign + word for word, sign in zip(words, signs, strict=False)),
    loose,
    st.lists(st.sampled_from(["", "", "+", "-"]), min_size=4, max_size=4),
)
boolean = st.builds(
    lambda words, operators: " ".join(part for pair in zip(words, operators, strict=False) for part in pair),
    loose,
    st.just(["AND", "OR", "AND NOT", ""]) | st.permutations(["AND", "OR", "AND NOT", ""]),
)
quoted = loose.map(lambda words: '"' + " ".join(words) + '"')
queries = words_typed | signed | boolean | quoted | st.builds("{} {}".format, words_typed, quoted)


def indexed(folder: Path | str, commits: Iterable[Commit]) -> WrittenIndex:
    index = WrittenIndex(Path(folder) / "index")
    for commit in commits:
        index.commit(commit.documents, commit.gone)
    return index


def assert_as_expected(page: Page, expected: list[Expected]) -> None:
    """All hits of a page are those expected, in that order, with these tiers and scores."""
    assert page.total == len(expected)
    assert page.tiers == {
        tier: sum(hit.tier == tier for hit in expected) for tier in ("literal", "words", "some")
    }
    wanted = {(hit.path, hit.paragraph.line): hit for hit in expected}
    assert len(page.hits) == len(expected)
    for hit in page.hits:
        reference = wanted[hit.path, hit.line]
        assert hit.match == reference.tier
        assert hit.score == pytest.approx(reference.score, abs=1e-6)
        assert (hit.text, hit.headings) == (reference.paragraph.text, reference.paragraph.headings)
    assert [hit.rank for hit in page.hits] == list(range(1, len(expected) + 1))
    assert_in_order(page.hits)


def assert_in_order(hits: Iterable[Hit]) -> None:
    """Tier by tier, best first; what is the same and scores the same comes by path and line."""
    for before, after in pairwise(hits):
        tiers = [("literal", "words", "some").index(hit.match) for hit in (before, after)]
        assert tiers == sorted(tiers)
        if tiers[0] == tiers[1]:
            assert before.score >= after.score
            if (before.text, before.headings, before.score) == (after.text, after.headings, after.score):
                assert (before.path, before.line) < (after.path, after.line)


@settings(deadline=None, max_examples=300 if SOAK else 60)
@given(
    history,
    st.lists(queries, min_size=1, max_size=6),
    st.sampled_from([2, 3, 8]),
    st.sampled_from([0.4, 2.0]),
    st.sampled_from([2, 32]),
)
def test_answers_are_those_of_the_reference(commits, asked, width, stale, depth):
    """Several segments, deletes that stay marked or are written out, updates and merges included."""
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(merge_policy, "MAX_TIER_SEGMENTS", width)
        patch.setattr(merge_policy, "_MAX_DELETED_SHARE", stale)
        patch.setattr(ranking, "WINDOW_DEPTH", depth)
        patch.setattr(ranking, "VARIANT_BOOST_DEPTH", max(depth // 3, 1))
        index = indexed(folder, commits)
        reference = Reference(index.documents.values())
        reader = index.reader()
        for query in map(parse, asked):
            if has_pattern(query.node):
                continue
            expected = reference.search(query.node, depth) if query.node else []
            assert_as_expected(reader.search(SearchRequest(query, limit=0)), expected)
            assert reader.count(SearchRequest(query)) == len(expected)


SYNTAX = [
    "(",
    ")",
    "（",
    '"',
    "“",
    "”",
    " ",
    " ",
    " AND ",
    " OR ",
    " NOT ",
    "－",
    "+",
    "-",
    "path:a",
    "heading:公园",
    " date:2023 ",
    " date:<2023 ",
    " 日期：4月20日 ",
    " in:2023年4月 ",
    " in:2022.. ",
    " num:>100 ",
    " num:1280",
    " type:text ",
    " exact:系統 ",
    ' exact:"Ｌｉｎｕｘ" ',
    " path:*.txt ",
    "*",
    "?",
    "的",
]
typed = st.lists(st.sampled_from(SYNTAX) | st.sampled_from(TEXTS), min_size=1, max_size=9).map("".join)


def has_pattern(node: Node | None) -> bool:
    """Whether a query asks for a pattern, which the reference does not know: tests of their own hold these to a scan."""
    match node:
        case And(operands) | Or(operands):
            return any(map(has_pattern, operands))
        case Not(operand):
            return has_pattern(operand)
        case BooleanQuery(words, required, excluded):
            return any(map(has_pattern, (*words, *required, *excluded)))
    return isinstance(node, Pattern | Boost)


@settings(deadline=None, max_examples=300 if SOAK else 40)
@given(history, st.lists(typed, min_size=1, max_size=8))
@example([composed_signs("㍿")], ["㍿", "株式会社"])
@example([composed_signs("㎡")], ["㎡", "m2"])
@example([composed_signs("第 一 季 度", "㎡ 第一", "季度")], ["第一季度", "季度 m2"])
def test_whatever_is_typed_is_answered_as_it_was_read(commits, asked):
    with TemporaryDirectory() as folder:
        index = indexed(folder, commits)
        reference = Reference(index.documents.values())
        reader = index.reader()
        for query in map(parse, asked):
            if has_pattern(query.node):
                continue
            expected = reference.search(query.node) if query.node else []
            assert_as_expected(reader.search(SearchRequest(query, limit=0)), expected)
            for document in index.documents.values():
                explained = reader.explain(SearchRequest(query), path=document.path).paragraphs
                hits = {hit.place: hit.tier for hit in expected if hit.path == document.path}
                assert [one.match for one in explained] == [
                    hits.get(place) for place in range(len(document.paragraphs) if query.node else 0)
                ]


def spoken(seed: int, count: int) -> list[str]:
    """Paragraphs in which the same few things are said again and again."""
    pick = random.Random(seed)
    return ["".join(pick.choices(TEXTS[:30], k=pick.randint(2, 12))) for _ in range(count)]


ABOVE = ((), ("第一章 内核",), ("第一章 内核", "公园里的生命"))
LARGER = [written(f"/corpus/{number}.txt", spoken(number, 40), ABOVE[number % 3]) for number in range(10)]
ASKED = (
    "公园",
    "防火墙规则",
    "重庆日报 公园",
    "的",
    "什么是防火墙",
    "操作系统 linux",
    '"公园" 系统',
    "+公园 -系统 的",
    "生命起源",
    "内核 防火墙",
    "第一章 重庆",
)


@pytest.fixture(scope="module")
def larger(tmp_path_factory) -> WrittenIndex:
    """Several hundred paragraphs in three segments; some of them are marked as deleted in two."""
    commits = [Commit(LARGER[at : at + 4], set()) for at in range(0, 10, 4)]
    index = indexed(
        tmp_path_factory.mktemp("larger"), [*commits, Commit([], {"/corpus/3.txt", "/corpus/4.txt"})]
    )
    assert index.reader().status().details["deleted_documents"] == 2
    return index


@pytest.mark.parametrize("query", ASKED)
def test_hundreds_of_hits_are_those_of_the_reference(larger: WrittenIndex, query):
    expected = Reference(larger.documents.values()).search(parse(query).node)
    assert_as_expected(larger.reader().search(SearchRequest(parse(query), limit=0)), expected)


@pytest.mark.parametrize("query", ASKED)
@pytest.mark.parametrize("limit", [1, 3, 10, 50])
def test_a_page_is_a_piece_of_the_whole_answer(larger: WrittenIndex, query, limit, monkeypatch):
    monkeypatch.setattr(top_hits, "_FIRST_BATCH", 2)  # so that literal hits are looked for in several rounds
    whole = larger.reader().search(SearchRequest(parse(query), limit=0))
    for offset in (0, 1, limit, len(whole.hits) - 1):
        page = larger.reader().search(SearchRequest(parse(query), limit=limit, offset=offset))
        assert page.hits == whole.hits[offset : offset + limit]
        assert page.total == whole.total
        assert page.tiers in (None, whole.tiers)


@pytest.mark.parametrize("limit", [1, 2, 5, 30])
def test_what_is_the_same_comes_by_path_whatever_was_read_first(tmp_path, limit, monkeypatch):
    """Texts are read only until a page is full: not before all that score the same were looked at."""
    monkeypatch.setattr(top_hits, "_FIRST_BATCH", 2)
    index = WrittenIndex(tmp_path / "index")
    for number in reversed(range(40)):
        index.commit([written(f"/corpus/{number:02}.txt", ["研究生命起源的内核"])])
    page = index.reader().search(SearchRequest(parse("生命起源的"), limit=limit))
    assert [hit.path for hit in page.hits] == [f"/corpus/{number:02}.txt" for number in range(limit)]
    assert page.total == 40


@settings(deadline=None, max_examples=10)
@given(st.permutations(LARGER[:6]), st.lists(st.integers(1, 3), max_size=4), st.sampled_from([2, 8]))
def test_answers_do_not_depend_on_how_it_was_indexed(shuffled, sizes, width):
    """In any order and any number of commits, merged or not: the same hits and scores."""
    commits = []
    for size in [*sizes, len(shuffled)]:
        commits.append(Commit(shuffled[:size], set()))
        shuffled = shuffled[size:]
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as one, TemporaryDirectory() as other:
        patch.setattr(merge_policy, "MAX_TIER_SEGMENTS", width)
        answers = [
            [reader.search(SearchRequest(parse(query), limit=0)).hits for query in ASKED]
            for reader in (
                indexed(one, commits).reader(),
                indexed(other, [Commit(LARGER[:6], set())]).reader(),
            )
        ]
    assert answers[0] == answers[1]


def test_deleted_paragraphs_leave_no_trace_in_scores(tmp_path):
    once = indexed(tmp_path / "once", [Commit(LARGER[:3], set())])
    again = indexed(
        tmp_path / "again",
        [Commit(LARGER[:2], set()), Commit(LARGER[2:8], {"/corpus/0.txt"}), Commit(LARGER[:1], set())],
    )
    again.commit(gone=[f"/corpus/{number}.txt" for number in range(3, 8)])
    for query in map(parse, ASKED):
        pages = [index.reader().search(SearchRequest(query, limit=0)) for index in (once, again)]
        assert pages[0].hits == pages[1].hits


def test_what_was_marked_as_deleted_is_merged_away(tmp_path, monkeypatch):
    monkeypatch.setattr(merge_policy, "_MAX_DELETED_SHARE", 2.0)
    index = indexed(
        tmp_path / "index", [Commit(LARGER[:4], {}), Commit(LARGER[4:8], {}), Commit([], {"/corpus/1.txt"})]
    )
    assert index.reader().status().details["deleted_documents"] == 1
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
    index.commit(gone=["/corpus/6.txt"])
    part = index.reader().snapshot.segments[0]
    assert len(index.reader().snapshot.segments) == 1
    assert (part.count, part.documents, part.live) == (240, 6, None)
    assert (
        part.sections == sum(before.headings != after.headings for before, after in pairwise(_rows(part))) + 1
    )
    for query in map(parse, ASKED):
        expected = Reference(index.documents.values()).search(query.node)
        assert_as_expected(index.reader().search(SearchRequest(query, limit=0)), expected)


def _rows(part: Segment) -> list[Paragraph]:
    return [part.paragraph(number) for number in range(part.count)]


def test_a_merge_in_many_ranges_changes_nothing(tmp_path, monkeypatch):
    before = indexed(tmp_path / "before", [Commit([document], set()) for document in LARGER[:3]])
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
    monkeypatch.setattr(merger, "_MAX_RANGE_BYTES", 50)
    after = indexed(tmp_path / "after", [Commit([document], set()) for document in LARGER[:3]])
    assert (len(before.reader().snapshot.segments), len(after.reader().snapshot.segments)) == (3, 1)
    for query in map(parse, ASKED):
        assert (
            before.reader().search(SearchRequest(query, limit=0)).hits
            == after.reader().search(SearchRequest(query, limit=0)).hits
        )


def test_a_long_paragraph_is_cut_into_the_same_words_in_pieces(tmp_path, monkeypatch):
    """The tokenizer is handed several paragraphs at a time; how many never shows."""
    whole = indexed(tmp_path / "whole", [Commit(LARGER[:2], set())])
    monkeypatch.setattr(inverter, "_MAX_TOKENIZED_CHARACTERS", 7)
    pieces = indexed(tmp_path / "pieces", [Commit(LARGER[:2], set())])
    for query in map(parse, ASKED):
        assert (
            whole.reader().search(SearchRequest(query, limit=0)).hits
            == pieces.reader().search(SearchRequest(query, limit=0)).hits
        )


def test_frequencies_and_lengths_level_off(tmp_path):
    """What can't be counted to is counted as the most that can, on both sides of it."""
    commits = [
        Commit(
            [written("/corpus/a.txt", ["公园 " * times for times in (1, 256, 257, 258, 400, 70_000)])], set()
        )
    ]
    index = indexed(tmp_path, commits)
    expected = Reference(index.documents.values()).search(parse("公园").node)
    assert_as_expected(index.reader().search(SearchRequest(parse("公园"), limit=0)), expected)


def test_addresses_come_after_texts_that_say_the_same_before_and_after_a_merge(tmp_path):
    index = WrittenIndex(tmp_path / "index")
    address = "https://example.org/android/kernel\nhttps://example.org/android"
    text = "这一篇长一些的文章从头到尾说的都是怎样给 android 设备换上自己编译的内核，以及换了以后要注意什么事情。"
    for number in range(4):
        paragraphs = (Paragraph(address, 1, 2, "link"), Paragraph(f"{text}第{number}篇。", 3, 3))
        index.commit([Document(f"/corpus/{number}.md", "markdown", "utf-8", paragraphs=paragraphs)])
    for query in ("android", "android kernel", "内核 android"):
        for merged in (False, True):
            if merged:
                index.commit([Document("/corpus/x.md", "markdown", "utf-8")])
            lines = [hit.line for hit in index.reader().search(SearchRequest(parse(query), limit=0)).hits]
            if query == "android kernel":
                assert lines[:4] == [1] * 4, "what holds all the words comes first"
            else:
                assert lines == [3] * 4 + [1] * 4, query
    assert len(index.reader().search(SearchRequest(parse('"example.org/android/kernel"'))).hits) == 4
