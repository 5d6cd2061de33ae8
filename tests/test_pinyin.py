"""Words are read as people read them: heteronyms by the word they stand in, without tones, in plain letters."""

import pytest

from searchidx.pinyin import initials, readings, syllables


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
