"""ASCII words of a batch of folded text, split off by array operations before the tokenizer runs.

jieba tokenizes a block of ASCII without a dictionary word at every character but letters and digits, whatever its context.
The words of such blocks need no dictionary, and only the remainder goes to the tokenizer: half the time if half of a text
is English. The remainder keeps the kinds of characters between its blocks, so that its tokens do not change.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.lexicon import load
from searchidx.local.segment import schema

_LETTER, _SIGN, _HAN, _DICTIONARY, _OTHER_ASCII = 1, 2, 4, 8, 16
"""Kinds of code points: a letter or digit; a sign within a block; a Chinese character of a block; a character that leaves its
block to the tokenizer; other ASCII, which separates blocks."""
_IN_BLOCK = _LETTER | _SIGN | _HAN | _DICTIONARY
_SIGNS = "+#&._%-"
_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FD5  # jieba's blocks; see searchidx.tokenizer.segmenter
_ALPHANUMERIC_RANGES = (0x30, 0x3A), (0x41, 0x5B), (0x61, 0x7B)  # 0-9, A-Z, a-z


class SplitText(NamedTuple):
    """Folded text split into ASCII words and a remainder.

    Attributes:
        words: ASCII words in text order.
        starts: Offset of each word.
        remainder: Code points for the tokenizer, all breaks included.
    """

    words: list[str]
    starts: NDArray[np.int64]
    remainder: NDArray[np.uint32]


def split_ascii_words(codes: NDArray[np.uint32]) -> SplitText:
    """Split the ASCII words off a batch of folded paragraphs."""
    kinds = _kinds().take(codes)
    blocks = spans_of(kinds & _IN_BLOCK != 0)
    if not len(blocks.starts):
        return SplitText([], blocks.starts, codes)
    plain = np.bitwise_or.reduceat(kinds, blocks.starts) & (_HAN | _DICTIONARY) == 0
    in_plain = mask_of(blocks, plain, len(codes))
    in_word = in_plain & (kinds == _LETTER)
    words = np.where(in_word, codes, schema.SPACE).astype(np.uint8).tobytes().decode("ascii").split()
    is_dropped = in_plain | (kinds == _OTHER_ASCII)
    ends = blocks.ends[~plain]
    is_dropped[ends[ends < len(codes)]] = False  # one character separates each block from the next
    return SplitText(words, spans_of(in_word).starts, codes[~is_dropped])


@cache
def _kinds() -> NDArray[np.uint8]:
    """Return the kind of each code point; 0 for code points that stay in the remainder outside blocks."""
    kinds = np.zeros(0x110000, np.uint8)
    kinds[:0x80] = _OTHER_ASCII
    kinds[schema.BREAK] = 0
    for first, last in _ALPHANUMERIC_RANGES:
        kinds[first:last] = _LETTER
    kinds[list(map(ord, _SIGNS))] = _SIGN
    kinds[_FIRST_HAN : _LAST_HAN + 1] = _HAN
    for word in load().ascii_words:
        kinds[ord(_rarest_character(word))] = _DICTIONARY
    return kinds


def _rarest_character(word: str) -> str:
    """Return the character of a dictionary word by which its block is recognized: a sign if it has one, as all of jieba's have."""
    return next(filter(_SIGNS.__contains__, word), word[0])


class Spans(NamedTuple):
    """Disjoint ranges of positions, ascending.

    Attributes:
        starts: First position of each range.
        ends: Position behind each range.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def spans_of(mask: NDArray[np.bool_]) -> Spans:
    """Return the ranges in which a mask is true."""
    padded = np.zeros(len(mask) + 2, bool)
    padded[1:-1] = mask
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return Spans(edges[::2], edges[1::2])


def mask_of(spans: Spans, selection: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    """Return a mask of ``size`` that is true within the selected ranges."""
    bounds = np.zeros(size + 1, np.int8)
    bounds[spans.starts[selection]] = 1
    bounds[spans.ends[selection]] -= 1
    return np.cumsum(bounds[:-1], dtype=np.int8).view(bool)
