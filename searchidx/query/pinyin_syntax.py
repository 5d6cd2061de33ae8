"""Spelling of pinyin in a query: ``Chong'Qing``, ``chong qing`` and ``nü`` in one form."""

import re

_PINYIN = re.compile(r"[a-z]+(?: [a-z]+)*")
_SYLLABLE_BREAKS = str.maketrans({"'": " ", "\u2019": " ", "`": " ", "-": " ", "ü": "v"})


def normalize_pinyin(value: str) -> str | None:
    """Return pinyin in small letters with single spaces between syllables, or None if the value is not pinyin."""
    syllables = " ".join(value.lower().replace("u:", "v").translate(_SYLLABLE_BREAKS).split())
    return syllables if _PINYIN.fullmatch(syllables) else None
