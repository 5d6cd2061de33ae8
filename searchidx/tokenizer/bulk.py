"""The tokenizer's answer by compiled code, for indexing: rjieba, where it is installed.

rjieba has the same dictionary and algorithm as jieba, with three differences that are compensated here, so that the
answers are equal for every string (proven by test; see docs/analysis.md):

- jieba's dictionary lists one word twice and counts it twice; rjieba's total is smaller by that, which could tip the
  balance between two segmentations. An entry that no text can contain makes up for it.
- rjieba's blocks also include rare ideographs, and a longer block rounds differently. For jieba each of these is a word of
  its own, so the text is split at them.
- A string with lone surrogates can't be passed to it; the text is split at these too.
"""

import re
from collections.abc import Callable
from functools import cache

from searchidx.lexicon import LEXICON_ID, load
from searchidx.tokenizer.jieba import Tokenizer

_SPLIT_CHARACTERS = (
    "([\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\ud800-\udfff\U00020000-\U0002ebef\U0002f800-\U0002fa1f])"
)
_JIEBA_TOTAL = 60101967
_RJIEBA_TOTAL = 60101964
_NEVER_IN_TEXT = "\n\n"  # in no block, so it is never looked up

# A version of rjieba without a property that this module relies on tokenizes one of these differently.
_PROBES = (
    "WES-5.4.5和x-900.b_c",
    "c++与C#及AT&T",
    "中华人民共和国国务院\r\n今天 天气",
    "㐀𠮷中国鿿",
    "江南style的4s店",
)

MIN_BULK_BYTES = 1 << 18
"""Bytes of text that our own code tokenizes in the time in which rjieba loads its dictionary."""

Tokenize = Callable[[str], list[str]]


def light_tokenizer() -> Tokenize:
    """Return the tokenizer that needs no loading."""
    return _python_tokenizer()


def fastest_tokenizer() -> Tokenize:
    """Return the fastest function with the answers of ``Tokenizer.terms``."""
    return _rjieba_tokenizer() or _python_tokenizer()


@cache
def _python_tokenizer() -> Tokenize:
    return Tokenizer(load()).terms


@cache
def _rjieba_tokenizer() -> Tokenize | None:
    """Return rjieba's tokenizer, or None if it is not installed or its answers differ."""
    if load().id != LEXICON_ID:
        return None
    try:
        from rjieba import Jieba
    except ImportError:
        return None
    engine = Jieba()
    engine.add_word(_NEVER_IN_TEXT, _JIEBA_TOTAL - _RJIEBA_TOTAL, None)
    cut_for_search = engine.cut_for_search
    splitter = re.compile(_SPLIT_CHARACTERS)

    def tokenize(text: str) -> list[str]:
        if not splitter.search(text):
            return cut_for_search(text, False)
        words: list[str] = []
        for number, part in enumerate(splitter.split(text)):
            words += (part,) if number % 2 else cut_for_search(part, False)
        return words

    return tokenize if all(tokenize(probe) == _python_tokenizer()(probe) for probe in _PROBES) else None
