"""Source of readings: pypinyin's tables; no other module imports the package.

What leaves here is without tones and in ASCII, ``ü`` being ``v`` as input methods have it. Loading the tables takes
about 0.2 s, so what is needed often is compiled from them once.
"""

import os
import unicodedata
from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

from searchidx.errors import ConfigError
from searchidx.fold import fold

INSTALL = "pip install 'searchidx[pinyin]'"

_ABSENT = f"searching by pinyin needs pypinyin: {INSTALL}"

Syllables = tuple[str, ...]


class Tables(NamedTuple):
    """All that is known of readings.

    Attributes:
        characters: Readings of each character, the usual one first.
        phrases: Readings of each syllable of a word that isn't read as its characters are alone.
    """

    characters: dict[str, Syllables]
    phrases: dict[str, tuple[Syllables, ...]]


def is_installed() -> bool:
    """Return true if pypinyin is installed, without loading it."""
    return find_spec("pypinyin") is not None


def fingerprint() -> str:
    """Return a part of a file name that changes with pypinyin, without loading it.

    Raises:
        ConfigError: It is not installed.
    """
    spec = find_spec("pypinyin")
    if spec is None or spec.origin is None:
        raise ConfigError(_ABSENT)
    try:
        state = os.stat(spec.origin)
    except OSError as error:
        raise ConfigError(_ABSENT) from error
    return f"{state.st_size:x}-{state.st_mtime_ns:x}"


def load() -> Tables:
    """Read pypinyin's tables.

    Raises:
        ConfigError: pypinyin is not installed.
    """
    try:
        from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
    except ImportError as error:
        raise ConfigError(_ABSENT) from error
    characters = {chr(code): _syllables(marked.split(",")) for code, marked in PINYIN_DICT.items()}
    phrases = {
        fold(word): tuple(_syllables(marked) for marked in columns)
        for word, columns in PHRASES_DICT.items()
        if len(word) == len(columns) > 1
    }
    return Tables(characters, phrases)


def _syllables(marked: list[str]) -> Syllables:
    plain = dict.fromkeys(_plain(syllable) for syllable in marked)
    return tuple(syllable for syllable in plain if syllable.isascii() and syllable.isalpha())


@cache
def _plain(marked: str) -> str:
    """``lǜ`` becomes ``lv``: the dots of ü stand below its tone when it is taken apart."""
    apart = unicodedata.normalize("NFD", marked).replace("u\u0308", "v")
    return "".join(char for char in apart if not unicodedata.combining(char))
