"""The tokenizer's answer by compiled code, for indexing: rjieba, where it is installed.

rjieba holds the same dictionary and cuts as jieba does, with three differences that are taken away here, so that the
answers are equal for every string (proven by test; see docs/analysis.md):

- jieba's dictionary lists one word twice and counts it twice; rjieba's total is smaller by that, which could tip the
  balance between two cuts. An entry that no text can contain makes up for it.
- rjieba's blocks also take in rare ideographs, and a longer block rounds differently. jieba has each of these stand
  alone, so the text is taken apart at them.
- A string with lone surrogates can't be handed to it; these stand alone too.
"""

import re
from collections.abc import Callable
from functools import cache

from searchidx.lexicon import LEXICON_ID, load

_APART = "([\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\ud800-\udfff\U00020000-\U0002ebef\U0002f800-\U0002fa1f])"
_JIEBA_TOTAL = 60101967
_RJIEBA_TOTAL = 60101964
_NEVER_IN_TEXT = "\n\n"  # in no block, so it is never looked up

# Each is cut otherwise by a version that no longer does what this module relies on.
_PROBES = (
    "WES-5.4.5和x-900.b_c",
    "c++与C#及AT&T",
    "中华人民共和国国务院\r\n今天 天气",
    "㐀𠮷中国鿿",
    "江南style的4s店",
)

LITTLE = 1 << 18
"""Bytes of text that are cut by our own code before rjieba has read its dictionary."""

Cut = Callable[[str], list[str]]


def soonest() -> Cut:
    """Give the function that starts at once."""
    return _own()


def fastest() -> Cut:
    """Give the fastest function whose answers are those of ``Tokenizer.terms``."""
    return _compiled() or _own()


@cache
def _own() -> Cut:
    from searchidx.tokenizer import Tokenizer

    return Tokenizer(load()).terms


@cache
def _compiled() -> Cut | None:
    """Give rjieba's answers, or None when it is not installed or does not answer as this module needs."""
    if load().id != LEXICON_ID:
        return None
    try:
        from rjieba import Jieba
    except ImportError:
        return None
    engine = Jieba()
    engine.add_word(_NEVER_IN_TEXT, _JIEBA_TOTAL - _RJIEBA_TOTAL, None)
    cut_for_search = engine.cut_for_search
    apart = re.compile(_APART)

    def cut(text: str) -> list[str]:
        if not apart.search(text):
            return cut_for_search(text, False)
        words: list[str] = []
        for number, part in enumerate(apart.split(text)):
            words += (part,) if number % 2 else cut_for_search(part, False)
        return words

    return cut if all(cut(probe) == _own()(probe) for probe in _PROBES) else None
