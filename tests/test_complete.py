"""What grep would find is found: every substring of every paragraph, and nothing where it is not.

The measure is a plain scan of the folded paragraphs, :func:`tests.reference.scan`.
"""

import base64
import os
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import searchidx.api
from searchidx.document import Document
from searchidx.fold import fold
from searchidx.local.collect.top_hits import select
from searchidx.local.engine import LocalEngine
from searchidx.local.lookup import substring as substring_module
from searchidx.local.matching.matcher import evaluate
from searchidx.local.scoring import Scores
from searchidx.local.segment.snapshot import Snapshot
from searchidx.query import BooleanQuery, Text, parse
from searchidx.readers import read
from searchidx.request import SearchRequest
from searchidx.results import Page
from tests.reference import scan
from tests.written_index import WrittenIndex, written

SOAK = bool(os.environ.get("SEARCHIDX_SOAK"))
LONGEST = 12
SENTENCE_ENDS = tuple("?!。")  # folded; a bare word is sought without these where it is nowhere with them

# fmt: off
WRITTEN = [
    "防火墙规则", "北京大学", "研究生命起源", "人民医院资格证书", "中国农业发展银行", "的", "京", "〇", "䶮", "𠮷野家", "张奖山", "繁體中文編譯",
    "iPhone15", "X-900", "C++", "C#", "node.js", ".net", "3.11.7", "1,280", "023—49301888", "2023年4月20日", "2023-04-20", "5G公园",
    "L500057910", "foo_bar", "4S店", "江南Style", "卡拉OK", "T恤", "AA制", "a", "7", "É", "naïve", "ﬁ", "ß", "Å", "Ω", "ж", "日本語", "カタカナ",
    "한국어", "ｆｕｌｌ", "１２３", "⽂件", "e\u0301", "क्ष", "👨‍👩‍👧", "😀", "♥\ufe0f", "🇨🇳", "\u200b", "\u202e", "\0", "\x1b[31m", "\ufeff", "\ue000",
    " ", "  ", "\t", "\u3000", "\n", "。", "，", "“", "”", "（", "）", "《", "》", "…", "——", "-", "_", "/", "\\", ":", "*", "?", '"', "'", "+", "^", "$", "%",
    "\x00long", "long", "and", "OR", "的的", "啊啊啊", "aaa", "000", "ab" * 40, "測" * 90, "0" * 300, "é" * 200,
]
# fmt: on
piece = st.sampled_from(WRITTEN) | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
paragraph = st.lists(piece, min_size=1, max_size=7).map("".join)
corpus = st.lists(paragraph, min_size=1, max_size=6)


def indexed(folder: Path, documents: Iterable[Document]) -> WrittenIndex:
    index = WrittenIndex(folder / "index")
    for document in documents:
        index.commit([document])
    return index


def substrings(text: str) -> Iterator[str]:
    """All that could be typed: up to twelve characters, not all of them white space."""
    for start in range(len(text)):
        for end in range(start + 1, min(start + LONGEST, len(text)) + 1):
            if text[start:end].strip():
                yield text[start:end]


def places(page: Page) -> list[tuple[str, int]]:
    return sorted((hit.path, hit.line - 1) for hit in page.hits)


def assert_complete(reader: LocalEngine, documents: Iterable[Document], needle: str) -> None:
    """A literal query is answered exactly; the same as a bare word begins with what is there literally."""
    expected = sorted(scan(documents, needle))
    page = reader.search(SearchRequest(parse(needle, literal=True), limit=0))
    assert places(page) == expected
    assert page.total == len(expected)
    assert {hit.match for hit in page.hits} <= {"literal"}
    assert reader.count(SearchRequest(parse(needle, literal=True))) == len(expected)
    bare = parse(needle).node
    if bare != BooleanQuery((Text(needle),)):
        return
    page = reader.search(SearchRequest(parse(needle), limit=0))
    first = Page("", tuple(hit for hit in page.hits if hit.match == "literal"), 0, None, 0)
    assert page.hits[: len(first.hits)] == first.hits
    if has_number_edge(needle):  # inside a longer number it is found, and not as a literal match
        assert set(places(first)) <= set(expected) <= set(places(page))
    elif expected or not fold(needle).endswith(SENTENCE_ENDS):
        assert places(first) == expected


def has_number_edge(needle: str) -> bool:
    """Return true if a bare word begins or ends with a digit, its closing signs aside."""
    return re.search("^[0-9]|[0-9][?!。,、;:]*$", fold(needle).strip()) is not None


@settings(deadline=None, max_examples=400 if SOAK else 25)
@given(corpus, st.randoms(use_true_random=False), st.sampled_from([0, 64]))
@example(["a\0longb", "ab" * 200], random.Random(0), 64)
@example(["北京大学" * 100, "x" * 5000], random.Random(0), 0)
def test_every_substring_is_found_and_nothing_else(tmp_path_factory, texts, pick, few):
    documents = [written("/a.txt", texts[::2]), written("/b.txt", texts[1::2])]
    index = indexed(tmp_path_factory.mktemp("complete"), documents)
    reader = index.reader()
    there = sorted({needle for text in texts for needle in substrings(text)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            substring_module, "_MAX_UNNARROWED", few
        )  # a handful is read at once: with 0 the index narrows down all it can
        for needle in pick.sample(there, min(len(there), 30)):
            assert_complete(reader, documents, needle)
            # Something like it that may not be there at all.
            other = needle[: len(needle) // 2] + pick.choice(there)
            assert_complete(reader, documents, other)


@pytest.mark.parametrize(
    ("text", "needles"),
    [
        (
            "防火墙规则 iPhone15",
            ["hone15", "iphone1", "ｉＰｈｏｎｅ", "火", "墙规则 i", "则 iPhone15", "規則", "则 i"],
        ),
        ("见023—49301888。", ["49301888", "930", "023-4", "—", "3—4", "８８８。", "见0"]),
        ("用C++和C#写node.js", ["c+", "++", "+和", "c++和", "#", "c#写n", "e.j", ".js", "写node"]),
        ("江南Style的4S店卖卡拉OK", ["sty", "南style的", "s店", "4", "拉o", "ok", "k", "yle的4s"]),
        ("cafe\u0301 naïve ﬁn", ["e\u0301", "\u0301", "NAIVE", "fe\u0301 n", "ïv"]),
        ("👨‍👩‍👧家♥\ufe0f", ["👨", "\u200d", "‍👩", "👧家", "♥\ufe0f", "\ufe0f"]),
        ("䶮𠮷〇𪚥々", ["𠮷", "䶮𠮷", "𠮷〇", "𪚥", "〇𪚥々"]),
        ("a\0b\0\0c\x1b[0m\x7f", ["\0", "a\0", "\0\0c", "\0b\0", "\x1b[", "m\x7f"]),
        ("\0long \x00long", ["\0long", "long \0"]),
        ("甲 乙\t丙\u3000丁\n戊", ["甲 乙", "乙 丙", "丙\u3000丁", "丁 戊", "乙\t丙", "丁\n戊"]),
        ("foo_bar-baz/qux", ["o_b", "_", "bar-baz", "z/q", "/", "foo_bar-baz/qux"]),
        ("的的的", ["的", "的的", "的的的"]),
    ],
)
@pytest.mark.parametrize("few", [0, 64])
def test_what_is_hard_is_found(tmp_path, text, needles, few, monkeypatch):
    monkeypatch.setattr(substring_module, "_MAX_UNNARROWED", few)
    documents = [written("/a.txt", [text, "无关的一段 nothing of it"])]
    index = indexed(tmp_path, documents)
    for needle in needles:
        assert scan(documents, needle), "the test itself is wrong"
        assert_complete(index.reader(), documents, needle)


def test_paragraphs_are_apart(tmp_path):
    """Nothing is found across the end of a paragraph, a document or a segment."""
    documents = [
        written("/a.txt", ["防火", "墙 fire", "wall", "0"]),
        written("/b.txt", ["1", "规"]),
        written("/c.txt", ["则"]),
    ]
    index = indexed(tmp_path, documents)
    for needle in (
        "火墙",
        "防火墙",
        "firewall",
        "fire wall",
        "火 墙",
        "01",
        "0 1",
        "规则",
        "规 则",
        "火\n墙",
    ):
        assert_complete(index.reader(), documents, needle)


def long_runs() -> list[str]:
    noise = random.Random(3)
    letters = [noise.choices("abcdefghijklmnopqrstuvwxyz", k=5000), noise.choices("0123456789", k=5000)]
    based = base64.b64encode(noise.randbytes(3750)).decode()
    return [based, *map("".join, letters), "é" * 500, "x_" * 600, "1." * 400, "㍿" * 300, "测" * 400]


@pytest.mark.parametrize("run", long_runs(), ids=lambda run: run[:6])
def test_runs_too_long_to_be_terms_are_found(tmp_path, run, monkeypatch):
    monkeypatch.setattr(substring_module, "_MAX_UNNARROWED", 0)
    noise = random.Random(4)
    documents = [
        written("/a.txt", [f"前文{run}后文", "前文 short", run[:40]]),
        written("/b.txt", [run[100:5000], run[::-1]]),
    ]
    index = indexed(tmp_path, documents)
    for start in [0, len(run) - 12, *(noise.randrange(len(run) - 12) for _ in range(6))]:
        for length in (1, 2, 5, 12):
            needle = run[start : start + length]
            assert_complete(index.reader(), documents, needle)
            assert_complete(index.reader(), documents, needle[::-1])
    for needle in (
        run[:4000],
        run[50:1050],
        f"文{run[:3]}",
        f"{run[-3:]}后",
        run[:39] + "后",
        f"{run[-300:]}后文",
    ):
        assert_complete(index.reader(), documents, needle)


class Tree:
    """Files as they are, their paragraphs read once more and scanned as one text."""

    def __init__(self, folder: Path, files: list[Path]) -> None:
        """Index files and read them again."""
        index = searchidx.api.open(folder / "index", create=True)
        index.add(files)
        self.snapshot = Snapshot.open(index.directory)
        self._number_of: list[int] = []
        self._paragraphs: list[str] = []
        for record, start, end in self.snapshot.documents():
            found = read(record.path, Path(record.path).read_bytes()).paragraphs
            assert len(found) == end - start
            self._paragraphs += [fold(one.text) for one in found]
            self._number_of += range(start, end)
        self._starts = np.cumsum([0, *(len(text) + 1 for text in self._paragraphs)])
        self._text = "\n".join(self._paragraphs)  # folded text holds no line feed

    def substring(self, pick: random.Random) -> str:
        """A piece of some paragraph, each as likely as it is long."""
        while True:
            start = pick.randrange(len(self._text))
            needle = self._text[start : start + pick.randint(1, LONGEST)]
            if needle.strip() and "\n" not in needle:
                return needle

    def scan(self, needle: str) -> list[int]:
        """Numbers of the paragraphs that contain it."""
        found = []
        at = self._text.find(needle)
        while at >= 0:
            place = int(np.searchsorted(self._starts, at, side="right")) - 1
            found.append(self._number_of[place])
            at = self._text.find(needle, int(self._starts[place + 1]))
        return sorted(found)

    def answer(self, needle: str, *, as_literal: bool) -> list[int]:
        """Numbers of the paragraphs that are answered as literal hits."""
        query = parse(needle, literal=as_literal)
        matches = evaluate(self.snapshot, query.node)
        ranked = select(self.snapshot, matches, ByNumber(self.snapshot, matches.terms), 0).ranked
        return sorted(hit.number for hit in ranked if hit.tier == "literal")


class ByNumber(Scores):
    """No two alike, so that nothing is put in order that is not asked for here."""

    def of(self, numbers):
        return numbers.astype(float)


def assert_tree_is_complete(tree: Tree, count: int) -> None:
    """Substrings drawn from all files, literal and where possible as bare words."""
    pick = random.Random(20260726)
    missed, false = [], []
    for _ in range(count):
        needle = tree.substring(pick)
        expected = set(tree.scan(needle))
        readings = [True]
        if parse(needle).node == BooleanQuery((Text(needle),)) and not has_number_edge(needle):
            readings.append(False)
        for as_literal in readings:
            found = set(tree.answer(needle, as_literal=as_literal))
            missed += [(needle, as_literal)] * len(expected - found)
            false += [(needle, as_literal)] * len(found - expected)
    assert (missed, false) == ([], [])


def test_the_written_corpus_is_complete(tmp_path):
    corpus_folder = Path(__file__).resolve().parent.parent / "fixtures" / "corpus"
    assert_tree_is_complete(Tree(tmp_path, [corpus_folder]), 2_000 if SOAK else 300)


def test_a_real_tree_is_complete(tmp_path, shared_data):
    """SEARCHIDX_SOAK=1 takes all of it, and ten times as many substrings."""
    files = sorted((shared_data / "trees" / "lctt").rglob("*.md"))
    chosen = files if SOAK else random.Random(1).sample(files, 200)
    assert_tree_is_complete(Tree(tmp_path, chosen), 2_000 if SOAK else 200)
