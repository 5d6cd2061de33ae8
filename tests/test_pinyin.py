"""Words are read as people read them: heteronyms by the word they stand in, without tones, in plain letters."""

import os
import sys
from itertools import islice
from pathlib import Path

import pytest

from searchidx.errors import ConfigError
from searchidx.pinyin import book, initials, readings, source, syllables
from searchidx.pinyin.spelling import segmentations


@pytest.mark.parametrize(
    ("word", "reading", "first_letters"),
    [
        ("重庆", "chongqing", "cq"),
        ("重慶", "chongqing", "cq"),
        ("重庆日报", "chongqingribao", "cqrb"),
        ("银行", "yinhang", "yh"),
        ("行长", "hangzhang", "hz"),
        ("音乐", "yinyue", "yy"),
        ("快乐", "kuaile", "kl"),
        ("女儿", "nver", "ne"),
    ],
)
def test_a_word_is_read_in_its_own_way_only(word: str, reading: str, first_letters: str) -> None:
    assert readings(word) == (reading,)
    assert initials(word) == (first_letters,)


def test_a_character_alone_has_all_its_readings_the_usual_one_first() -> None:
    assert readings("重")[:2] == ("zhong", "chong")
    assert set(readings("乐")) == {"le", "yue"}


def test_a_reading_has_a_syllable_a_character() -> None:
    assert syllables("农业银行") == (("nong", "ye", "yin", "hang"),)


def test_what_has_no_pinyin_has_no_reading() -> None:
    assert readings("") == readings("GPU显卡") == readings("カード") == ()


def test_many_ways_to_read_a_word_are_cut_short() -> None:
    assert 1 < len(readings("乐重乐重乐重乐重乐重")) <= 16


def test_letters_part_into_syllables_in_every_way() -> None:
    assert list(segmentations("xian")) == [("xian",), ("xi", "an")]
    assert list(segmentations("lue")) == [("lve",), ("lu", "e")]
    assert list(segmentations("nver")) == [("nv", "er")]
    assert list(segmentations("cq")) == []
    assert len(list(islice(segmentations("xian" * 40), 9))) < 9


def test_the_book_finds_words_by_reading_and_by_first_letters() -> None:
    tables = source.Tables(
        {"重": ("zhong", "chong"), "庆": ("qing",), "钟": ("zhong",), "情": ("qing",)},
        {"重庆": (("chong",), ("qing",))},
    )
    opened = book.Book(book.compiled(tables, [("重庆", 90), ("钟情", 20), ("重情", 9), ("重钟", 1)]))
    assert opened.words("chongqing") == ["重庆", "重情"]
    assert opened.words("zhongqing") == ["钟情", "重情"]
    assert opened.words_beginning("cq") == ["重庆"]
    assert opened.words_beginning("zq") == ["钟情", "重情"]
    assert opened.words("zhongzhong") == []
    assert opened.character("重") == ("zhong", "chong")
    assert opened.phrase("重庆") == [("chong",), ("qing",)]
    assert opened.phrase("钟情") is None
    for key in ("", "a", "zz", "=", "'"):
        assert opened.words(key) == []


def test_without_pypinyin_a_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"pip install 'searchidx\[pinyin\]'"):
        source.fingerprint()
    assert not source.is_installed()


@pytest.fixture
def kept_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book of a few words, in a cache of its own."""
    tables = source.Tables({"重": ("zhong", "chong"), "庆": ("qing",)}, {"重庆": (("chong",), ("qing",))})
    content = book.compiled(tables, [("重庆", 90)])
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(book, "compiled", lambda *_: content)
    book.load.cache_clear()
    book.load()
    (path,) = (tmp_path / "searchidx").glob("pinyin-*")
    yield path
    book.load.cache_clear()


def answers() -> tuple[object, ...]:
    book.load.cache_clear()
    opened = book.load()
    return (
        opened.character("重"),
        opened.phrase("重庆"),
        opened.words("chongqing"),
        opened.words_beginning("cq"),
    )


def test_a_book_from_the_cache_answers_as_the_one_that_was_compiled(kept_book: Path) -> None:
    assert answers() == (("zhong", "chong"), [("chong",), ("qing",)], ["重庆"], ["重庆"])


def test_any_damaged_byte_of_a_book_is_noticed(kept_book: Path) -> None:
    expected, whole = answers(), kept_book.read_bytes()
    for place in range(len(whole)):
        kept_book.write_bytes(whole[:place] + bytes([whole[place] ^ 2]) + whole[place + 1 :])
        assert answers() == expected
        assert kept_book.read_bytes() == whole
        kept_book.write_bytes(whole[:place])
        assert answers() == expected


@pytest.mark.skipif(os.name != "posix", reason="links and modes are a POSIX matter")
@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "written by anybody"])
def test_what_stands_in_the_place_of_a_book_is_not_read(kept_book: Path, kind: str) -> None:
    expected = answers()
    moved = kept_book.rename(kept_book.with_name("moved"))
    moved.write_bytes(moved.read_bytes().replace(b"chong", b"zhong"))
    if kind == "folder":
        kept_book.mkdir()
    elif kind == "link":
        kept_book.symlink_to(moved)
    elif kind == "pipe":
        os.mkfifo(kept_book)
    else:
        moved.rename(kept_book).chmod(0o666)
    assert answers() == expected
