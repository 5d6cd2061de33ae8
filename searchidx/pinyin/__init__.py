"""Readings of Chinese words as pinyin without tones, to find words by their sound and homophones.

For those who ask for it: nothing here is imported by a plain query, and the tables come with the extra ``pinyin``.
It stops at the words: which of them are in an index is the index's business.

    spelling  the syllables there are
    source    pypinyin's tables, without tones
    book      readings of words and words by reading, compiled once and mapped

A word that has a reading of its own is read by it (重庆 is chongqing and never zhongqing), any other by the longest
such words in it and the readings of its characters, the usual one first.
"""

from functools import lru_cache
from itertools import islice, product

from searchidx.fold import fold
from searchidx.pinyin import book
from searchidx.pinyin.source import INSTALL, Syllables, is_installed

__all__ = ["INSTALL", "initials", "is_installed", "readings", "syllables"]

MOST_READINGS = 16
"""Readings of a word at most: one of many characters that are each read in several ways has thousands."""

_KEPT = 1 << 16


def readings(word: str) -> tuple[str, ...]:
    """Return the pinyin of a word without tones, the likeliest first; empty if a character has no reading.

    Raises:
        ConfigError: pypinyin is not installed.
    """
    return tuple(dict.fromkeys(map("".join, syllables(word))))


def initials(word: str) -> tuple[str, ...]:
    """Return the first letters of the syllables of each reading: 重庆日报 is ``cqrb``.

    Raises:
        ConfigError: pypinyin is not installed.
    """
    return tuple(dict.fromkeys("".join(syllable[0] for syllable in reading) for reading in syllables(word)))


@lru_cache(_KEPT)
def syllables(word: str) -> tuple[Syllables, ...]:
    """Return the readings of a word, the likeliest first, each as one syllable per character.

    Raises:
        ConfigError: pypinyin is not installed.
    """
    opened = book.load()
    columns = book.choices(fold(word), opened.character, opened.phrase)
    return tuple(islice(product(*columns), MOST_READINGS)) if columns else ()
