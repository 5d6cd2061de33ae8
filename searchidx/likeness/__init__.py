"""Confusable characters: homophones and lookalikes.

For suggestions, and imported only when there are some to look for. Characters are folded ones. It stops at single
characters without tones: how a word is read as a whole is the business of :mod:`searchidx.pinyin`, whose tables are an
extra and take longer to load than a suggestion may.

    table   the characters, derived from the Unicode Character Database
"""

from functools import cache
from typing import NamedTuple

from searchidx.likeness.table import SHAPES, SOUNDS

__all__ = ["are_homophones", "homophones", "lookalikes", "near_homophones"]

# What many don't tell apart, in speech and so in typing; each may be left out of a syllable where it stands.
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))


class _Sounds(NamedTuple):
    """Syllables by character, and characters by syllable and by what is left of it to a careless ear."""

    syllables: dict[str, frozenset[str]]
    same: dict[str, str]
    blurred: dict[str, str]


def homophones(char: str) -> str:
    """Return the characters with a reading of ``char``, the most frequent first."""
    return _others(char, _sounds().same, _sounds().syllables.get(char, frozenset()))


def near_homophones(char: str) -> str:
    """Return the characters with nearly a reading of ``char`` (zh and z, n and l, in and ing), without its homophones."""
    syllables = _sounds().syllables.get(char, frozenset())
    same = set(homophones(char))
    near = _others(char, _sounds().blurred, frozenset(map(_blurred, syllables)))
    return "".join(other for other in near if other not in same)


def are_homophones(one: str, other: str) -> bool:
    """Return true if two characters have a reading in common."""
    syllables = _sounds().syllables
    return bool(syllables.get(one, frozenset()) & syllables.get(other, frozenset()))


def lookalikes(char: str) -> str:
    """Return the characters with a shape similar to ``char``."""
    return _shapes().get(char, "")


def _others(char: str, rows: dict[str, str], keys: frozenset[str]) -> str:
    characters = dict.fromkeys("".join(rows.get(key, "") for key in sorted(keys)))
    characters.pop(char, None)
    return "".join(characters)


def _blurred(syllable: str) -> str:
    for initial, plain in _INITIALS:
        if syllable.startswith(initial):
            syllable = plain + syllable[len(initial) :]
            break
    return syllable[:-1] if syllable.endswith("ng") and len(syllable) > 3 else syllable


@cache
def _sounds() -> _Sounds:
    same: dict[str, str] = {}
    blurred: dict[str, str] = {}
    syllables: dict[str, set[str]] = {}
    for row in SOUNDS.split(" "):
        length = next(index for index, char in enumerate(row) if char > "z")
        syllable, chars = row[:length], row[length:]
        same[syllable] = chars
        blurred[_blurred(syllable)] = blurred.get(_blurred(syllable), "") + chars
        for char in chars:
            syllables.setdefault(char, set()).add(syllable)
    return _Sounds({char: frozenset(characters) for char, characters in syllables.items()}, same, blurred)


@cache
def _shapes() -> dict[str, str]:
    characters: dict[str, str] = {}
    for row in SHAPES.split(" "):
        first = row[0]
        characters[first] = characters.get(first, "") + row[1:]
        for other in row[1:]:
            characters[other] = characters.get(other, "") + first
    return characters
