"""Words are read as people read them: heteronyms by the word they stand in, without tones, in plain letters."""

from itertools import islice

import pytest

from searchidx.errors import ConfigError
from searchidx.pinyin import book, initials, readings, source, syllables
from searchidx.pinyin.spelling import partings


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
    assert list(partings("xian")) == [("xian",), ("xi", "an")]
    assert list(partings("lue")) == [("lve",), ("lu", "e")]
    assert list(partings("nver")) == [("nv", "er")]
    assert list(partings("cq")) == []
    assert len(list(islice(partings("xian" * 40), 9))) < 9


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


def test_a_damaged_book_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(book.cache, "map_file", lambda _: b"searchidx pinyin\nhalf a bo")
    monkeypatch.setattr(book.cache, "write", lambda name, _: made.append(name))
    monkeypatch.setattr(book, "compiled", lambda *_: b"searchidx pinyin\n=\xe9\x87\x8d\tzhong\n\x7f end\n")
    book.load.cache_clear()
    try:
        assert book.load().character("重") == ("zhong",)
    finally:
        book.load.cache_clear()
    assert made
