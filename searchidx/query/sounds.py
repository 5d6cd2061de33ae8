"""Pinyin in a query: which letters it is, and which words of a query belong together as syllables.

Imported only when a query has ``py:`` or is asked to be read as pinyin.
"""

import re

_PINYIN = re.compile(r"[a-z]+(?: [a-z]+)*")
_PARTING = str.maketrans({"'": " ", "\u2019": " ", "`": " ", "-": " ", "ü": "v"})


def letters(value: str) -> str | None:
    """Give pinyin as it stands in a query's tree, in small letters with single spaces; None where it is none."""
    plain = " ".join(value.lower().replace("u:", "v").translate(_PARTING).split())
    return plain if _PINYIN.fullmatch(plain) else None
