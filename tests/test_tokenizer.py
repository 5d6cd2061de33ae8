"""The tokenizer's answer is jieba's (search mode, no model), token for token, for every string, by either road."""

import json
import os
import random
import re
import tempfile
from functools import cache
from pathlib import Path

import jieba
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchidx.fold import fold
from searchidx.lexicon import JiebaLexicon, Lexicon, Pair, load
from searchidx.tokenizer import Token, Tokenizer, bulk, bulk_tokenizer

SOAK = bool(os.environ.get("SEARCHIDX_SOAK"))
EXAMPLES = 20_000 if SOAK else 300
ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()))
WRITTEN = [
    "重庆市人民政府关于印发产业赋能大使管理办法的通知",
    "中华人民共和国国务院\r\n北京大学生前来应聘\n\r 结合成分子时",
    "iPhone15、5G公园和C++、C#、AT&T，T恤X-900 L500057910 1,280 3.11.7 100%",
    "江南style的4s店开在1号店旁，阿Q去卡拉OK",
    "C++C#at&tc++11 c+++c#",
    "㐀𠮷野家䶮〇々龦鿿中国",
    "Русский ελληνικά 한국어 カタカナ Ünïcödé",
    "γ射线和ab+#&._%-中",
    "\ud800中国\udfff人民",
    "WES-5.4.5 b_c foo.bar-baz",
]


@pytest.fixture(scope="session", autouse=True)
def oracle():
    """Jieba, loaded once, its cache in a folder of our own."""
    jieba.setLogLevel(60)
    with tempfile.TemporaryDirectory() as folder:
        jieba.dt.tmp_dir = folder
        jieba.initialize()
        yield


@cache
def own() -> Tokenizer:
    return Tokenizer(load())


@cache
def dictionary() -> list[str]:
    return [word for word, frequency in jieba.dt.FREQ.items() if frequency]


def expected(text: str) -> list[tuple[str, int, int]]:
    return list(jieba.tokenize(text, mode="search", HMM=False))


def differs(text: str) -> bool:
    tokens = expected(text)
    texts = [token[0] for token in tokens]
    return own().tokenize(text) != tokens or own().terms(text) != texts or bulk_tokenizer()(text) != texts


def text_of_words() -> st.SearchStrategy[str]:
    """Texts of dictionary words, glue and anything, so that many cuts compete."""
    letters = st.text("abcABC019+#&._%- \r\n，。的一是在不了有和人这中大为上个国", max_size=4)
    return st.lists(st.one_of(letters, st.sampled_from(SAMPLE), ANY_TEXT), max_size=8).map("".join)


SAMPLE = sorted(
    {w for text in WRITTEN for w in re.findall(r"\w{1,5}", text)} | {"的", "士", "研究", "生命", "起源"}
)


@pytest.mark.parametrize("text", WRITTEN)
def test_written_texts(text):
    assert not differs(text)
    assert not differs(fold(text))


@given(text_of_words())
@example("\r\n")
@example("")
@settings(max_examples=EXAMPLES, deadline=None)
def test_mixed_texts(text):
    assert not differs(text)


@given(st.text(alphabet=st.characters(min_codepoint=0x2E80, max_codepoint=0x2FA1F, codec=None)))
@settings(max_examples=EXAMPLES, deadline=None)
def test_rare_ideographs(text):
    assert not differs(text)


@given(st.lists(st.integers(0, 348_000), min_size=2, max_size=6))
@settings(max_examples=EXAMPLES, deadline=None)
def test_words_of_the_dictionary_side_by_side(numbers):
    words = dictionary()
    assert not differs("".join(words[number] for number in numbers))


@cache
def balanced() -> list[str]:
    """Texts of three characters whose two cuts are equally probable, so that the last bit of a sum decides."""
    words = [word for word in dictionary() if len(word) == 2]
    return [word + word[0] for word in words if jieba.dt.FREQ.get(word[::-1]) == jieba.dt.FREQ[word]]


@pytest.mark.parametrize("apart", ["", "㐀", "鿿", "𠮷", "豈", "\ud800"])
def test_cuts_that_hang_on_the_last_bit(apart):
    chance = random.Random(7)
    for size in [2, 3, 5, 40, 80, 160] * (200 if SOAK else 8):
        assert not differs(apart.join(chance.sample(balanced(), size)))


@given(ANY_TEXT)
@settings(deadline=None)
def test_offsets_are_those_of_the_text(text):
    for token in own().tokenize(text):
        assert token.text == text[token.start : token.end]


def test_every_character_by_itself_is_cut_alike():
    """Each code point between two words: it joins neither road's block where it is not in the other's."""
    cut = bulk_tokenizer()
    for start in range(0, 0x30000, 1 if SOAK else 7):
        text = f"中国{chr(start)}人民"
        assert cut(text) == own().terms(text) == [token[0] for token in expected(text)], hex(start)


def test_real_texts(shared_data):
    step = 1 if SOAK else 400
    lines = (line for path in corpus_files(shared_data) for line in lines_of(path))
    different = [line for number, line in enumerate(lines) if number % step == 0 and differs(line)]
    assert different == []


def test_real_texts_folded(shared_data):
    step = 1 if SOAK else 400
    lines = (line for path in corpus_files(shared_data) for line in lines_of(path))
    different = [line for number, line in enumerate(lines) if number % step == 0 and differs(fold(line))]
    assert different == []


def corpus_files(shared_data: Path) -> list[Path]:
    trees = sorted(path for path in (shared_data / "trees" / "lctt").rglob("*") if path.is_file())
    return [*sorted((shared_data / "retrieval").rglob("*.jsonl")), *(trees if SOAK else trees[::20])]


def lines_of(path: Path) -> list[str]:
    lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    return [json.loads(line)["text"] for line in lines if line] if path.suffix == ".jsonl" else lines


class Few(dict):
    """A lexicon of a few words; what a user's own words will be laid over with."""

    id = "few"

    @property
    def total(self):
        return sum(self.values())

    @property
    def ascii_words(self):
        return tuple(word for word in self if len(word) > 1 and word.isascii())

    def single(self, char):
        return self.get(char, 0)

    def pair(self, two):
        longer = {
            w[2:end]: self.get(w[:end], 0) for w in self if w.startswith(two) for end in range(3, len(w) + 1)
        }
        return Pair(self.get(two, 0), longer) if longer or two in self else None


@given(
    st.dictionaries(st.text("ab1中国人", min_size=1, max_size=5), st.integers(1, 50), min_size=1),
    st.text("ab1中国人-。", max_size=20),
)
def test_any_lexicon_cuts_as_jieba_would(words, text):
    other = jieba.Tokenizer()
    other.FREQ = {word[:end]: 0 for word in words for end in range(1, len(word) + 1)} | words
    other.total = sum(words.values())
    other.initialized = True
    lexicon: Lexicon = Few(words)
    assert Tokenizer(lexicon).tokenize(text) == list(other.tokenize(text, mode="search", HMM=False))


def test_of_equal_cuts_the_one_with_the_longer_word_first():
    words = {"中": 2, "中中": 1, "中中中": 3, "人": 1}
    assert Tokenizer(Few(words)).terms("中中中中") == ["中中", "中中", "中中中", "中"]


def test_tokens_are_named_tuples():
    assert own().tokenize("重庆")[0] == Token(text="重庆", start=0, end=2)


def test_compiled_code_is_used_where_it_answers_alike():
    pytest.importorskip("rjieba")
    assert bulk._rjieba_tokenizer() is not None


def test_own_code_is_used_without_rjieba(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "rjieba", None)
    bulk._rjieba_tokenizer.cache_clear()
    try:
        assert bulk_tokenizer() == bulk._python_tokenizer()
    finally:
        monkeypatch.undo()
        bulk._rjieba_tokenizer.cache_clear()


def test_own_code_is_used_when_the_dictionary_is_another(monkeypatch):
    monkeypatch.setattr(JiebaLexicon, "id", "another")
    bulk._rjieba_tokenizer.cache_clear()
    try:
        assert bulk_tokenizer() == bulk._python_tokenizer()
    finally:
        monkeypatch.undo()
        bulk._rjieba_tokenizer.cache_clear()


def test_little_text_is_cut_by_what_starts_at_once():
    assert bulk_tokenizer(bulk.MIN_BULK_BYTES - 1) == bulk._python_tokenizer()
    assert bulk_tokenizer(bulk.MIN_BULK_BYTES) == bulk_tokenizer()
