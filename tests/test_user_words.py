"""The user's words: their file is read as it comes, and text is cut as jieba cuts it after ``load_userdict``."""

import io
import sys
import tempfile

import jieba
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchidx.errors import ConfigError
from searchidx.lexicon import load, user_words
from searchidx.lexicon.user_words import BadLine, Entry
from searchidx.tokenizer import Tokenizer
from searchidx.tokenizer.user_overlay import with_cached_words, with_words


@pytest.fixture(scope="module", autouse=True)
def oracle():
    """Jieba, loaded once, its cache in a folder of our own."""
    jieba.setLogLevel(60)
    with tempfile.TemporaryDirectory() as folder:
        jieba.dt.tmp_dir = folder
        jieba.initialize()
        yield


def jieba_with(lines: list[str]) -> jieba.Tokenizer:
    """A jieba of its own that has loaded the lines as its user's dictionary."""
    fresh = jieba.Tokenizer()
    fresh.FREQ, fresh.total, fresh.initialized = dict(jieba.dt.FREQ), jieba.dt.total, True
    fresh.load_userdict(io.StringIO("\n".join(lines)))
    return fresh


HAN = "云原生产业赋能重庆江南的在线上下分布式操作系统中人民日报㐀𠮷"
WORDS = st.text(HAN, min_size=1, max_size=6) | st.text(HAN + "abC1+#._", min_size=1, max_size=5)
FREQUENCIES = st.none() | st.integers(0, 3) | st.integers(0, 100_000)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WORDS, FREQUENCIES), max_size=6), st.text(HAN + "abC1+ ，", max_size=30))
@example([("云原生", None)], "平台上云原生应用")
@example([("云原", 5), ("云原生", None), ("原生产业", 9000)], "云原生产业赋能")
@example([("人民", 0), ("人民日报", 0)], "人民日报的人民")
@example([("abc", 7), ("b1", None)], "abc1 xabcb1")
@example([("的", 0), ("㐀", None), ("a", 3)], "的㐀a的")
@example([("操作系统", 5), ("操作系统", None)], "分布式操作系统")
def test_text_is_cut_as_jieba_cuts_it_with_the_same_words(words, text):
    lines = [word if frequency is None else f"{word} {frequency}" for word, frequency in words]
    theirs = jieba_with(lines)
    laid = with_words(load(), words)
    assert laid.total == theirs.total
    assert {word: theirs.FREQ[word] for word in laid.added} == dict(laid.added)
    tokens = [tuple(token) for token in Tokenizer(laid).tokenize(text)]
    assert tokens == list(theirs.tokenize(text, mode="search", HMM=False))


def test_a_file_is_read_however_it_was_saved():
    wanted = {
        "云原生": Entry("云原生", 30, "n"),
        "石墨烯": Entry("石墨烯"),
        "visual studio code": Entry("visual studio code", 1),
        "C++ Builder": Entry("C++ Builder"),
    }
    text = "云原生 30 n\n石墨烯\n\nvisual studio code 1\nC++ Builder\n"
    for content in (
        text.encode(),
        text.encode("utf-8-sig"),
        text.replace("\n", "\r\n").encode("utf-8-sig"),
        text.replace("\n", "\r").encode(),
        text.replace(" ", "\t").replace("visual\tstudio\tcode", "visual studio\tcode").encode(),
        text.encode("utf-16"),
    ):
        assert user_words.parse(content) == (wanted, ())
    assert user_words.parse(text.encode("gb18030"), "gb18030") == (wanted, ())


def test_every_bad_line_is_named_by_its_number_and_the_others_are_read():
    content = (
        "好词\n\nok 5\n----\n".encode() + b"\xb0\xa1\xff\n" + ("长" * 61 + "\n词 9999999999\n末词 3").encode()
    )
    listed = user_words.parse(content)
    assert list(listed.entries) == ["好词", "ok", "末词"]
    assert [(line.number, line.why.split(";")[0]) for line in listed.bad] == [
        (4, "it has neither a letter nor a digit"),
        (5, "not UTF-8"),
        (6, "it has 61 characters, a word has 60 at most"),
        (7, "its frequency is above 1,000,000,000"),
    ]
    assert user_words.parse(b"a\0b").bad == (BadLine(1, "it contains a control character", b"a\0b"),)


@given(
    st.lists(
        st.builds(
            Entry,
            st.text(st.sampled_from("云n 1原a-+"), min_size=1, max_size=9),
            st.none() | st.integers(0, 99),
            st.sampled_from(("", "n", "nz")),
        )
    )
)
def test_what_is_written_is_read_back(entries):
    usable = {}
    for entry in entries:
        word = " ".join(entry.word.split())
        if word and any(map(str.isalnum, word)):
            usable[word] = entry._replace(word=word)
    read = user_words.parse("\n".join(user_words.lines(usable.values())).encode())
    assert not read.bad
    assert list(read.entries) == list(usable)
    for word, entry in usable.items():
        assert entry.frequency is None or read.entries[word].frequency == entry.frequency


def test_a_file_that_is_not_there_holds_nothing_and_one_that_cannot_be_read_is_named(tmp_path):
    assert user_words.read(str(tmp_path / "none.txt")) == ({}, ())
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError, match="folder"):
        user_words.read(str(tmp_path / "folder"))


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "deep" / "words.txt"
    user_words.write(str(path), [Entry("云原生", None, "n"), Entry("石墨烯", 7)])
    assert path.read_text() == "云原生 n\n石墨烯 7\n"

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(ConfigError, match="as it was"):
        user_words.write(str(path), [Entry("别的")])
    assert path.read_text() == "云原生 n\n石墨烯 7\n"
    assert [entry.name for entry in path.parent.iterdir()] == ["words.txt"]


def test_a_damaged_list_of_frequencies_is_worked_out_again(tmp_path, monkeypatch):
    base = load()  # from the usual cache
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    words = [
        (f"{first}{second}", None)
        for first in "石墨烯云原生产业链条"
        for second in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
    ]
    expected = [with_cached_words(base, words).frequency(word) for word, _ in words]
    (path,) = (tmp_path / "searchidx").iterdir()
    whole = path.read_bytes()
    digit = whole.index(b"[") + 1
    for damaged in (b"\0", b"[" * 100_000, whole[:-1], whole[:digit] + b"9" + whole[digit + 1 :]):
        path.write_bytes(damaged)
        assert [with_cached_words(base, words).frequency(word) for word, _ in words] == expected
        assert path.read_bytes() == whole
