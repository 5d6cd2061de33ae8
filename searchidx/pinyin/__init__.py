"""How Chinese words are read: pinyin without tones, for finding words by their sound and for what sounds alike.

For those who ask for it: nothing here is imported by a plain query, and the tables come with the extra ``pinyin``.
It stops at the words: which of them are in an index is the index's business.

    source    pypinyin's tables, without tones

A word that has a reading of its own is read by it (重庆 is chongqing and never zhongqing), any other by the longest
such words in it and the readings of its characters, the usual one first.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, product

from searchidx.fold import fold
from searchidx.pinyin import source
from searchidx.pinyin.source import INSTALL, Syllables, is_installed

__all__ = ["INSTALL", "initials", "is_installed", "readings", "syllables"]

MOST_READINGS = 16
"""Readings of a word at most: one of many characters that are each read in several ways has thousands."""

_LONGEST_PHRASE = 8
_KEPT = 1 << 16


def readings(word: str) -> tuple[str, ...]:
    """The pinyin of a word without tones, the likeliest first; nothing where a character has no reading.

    Raises:
        ConfigError: pypinyin is not installed.
    """
    return tuple(dict.fromkeys(map("".join, syllables(word))))


def initials(word: str) -> tuple[str, ...]:
    """The first letter of each syllable, for each reading: 重庆日报 is ``cqrb``.

    Raises:
        ConfigError: pypinyin is not installed.
    """
    return tuple(dict.fromkeys("".join(syllable[0] for syllable in reading) for reading in syllables(word)))


@lru_cache(_KEPT)
def syllables(word: str) -> tuple[Syllables, ...]:
    """The readings of a word, each as its syllables, one for each character; the likeliest first.

    Raises:
        ConfigError: pypinyin is not installed.
    """
    choices = _choices(fold(word))
    if not choices or not all(choices):
        return ()
    return tuple(islice(product(*choices), MOST_READINGS))


def _choices(word: str) -> Sequence[Syllables]:
    tables = _tables()
    found: list[Syllables] = []
    at = 0
    while at < len(word):
        for end in range(min(len(word), at + _LONGEST_PHRASE), at + 1, -1):
            if (phrase := tables.phrases.get(word[at:end])) is not None:
                found.extend(phrase)
                at = end
                break
        else:
            found.append(tables.characters.get(word[at], ()))
            at += 1
    return found


@lru_cache(1)
def _tables() -> source.Tables:
    return source.load()
