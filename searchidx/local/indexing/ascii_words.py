"""English words of much folded text, taken out by array operations before the tokenizer sees it.

A block of ASCII that holds no word of the dictionary is cut at everything but letters and digits, whatever stands
around it. So its words need no dictionary; what is left for the tokenizer is what has Chinese characters in it, in half
the time where half of a text is English. Between what is left stand the same kinds of characters as before, so it is
cut the same.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.lexicon import load
from searchidx.local.indexing.ascii_stretches import stretches, within
from searchidx.local.segment import schema

_LETTER, _SIGN, _HAN, _KEPT, _BETWEEN = 1, 2, 4, 8, 16
"""A letter or digit; a sign that belongs to a block; a Chinese character of a block; a sign or break that leaves its block to
the tokenizer; other ASCII, which stands between blocks."""
_IN_BLOCK = _LETTER | _SIGN | _HAN | _KEPT
_SIGNS = "+#&._%-"
_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FD5  # jieba's blocks; see searchidx.tokenizer.segmenter
_BOUNDS = (0x30, 0x3A), (0x41, 0x5B), (0x61, 0x7B)  # 0-9, A-Z, a-z


class Apart(NamedTuple):
    """Folded text, taken apart.

    Attributes:
        words: Plain words, in order.
        starts: Where each begins.
        rest: Code points of what is left, with all breaks.
    """

    words: list[str]
    starts: NDArray[np.int64]
    rest: NDArray[np.uint32]


def take_apart(codes: NDArray[np.uint32]) -> Apart:
    """Take the plain words out of folded text, paragraphs with breaks between."""
    kinds = _kinds().take(codes)
    blocks = stretches(kinds & _IN_BLOCK != 0)
    if not len(blocks.starts):
        return Apart([], blocks.starts, codes)
    plain = np.bitwise_or.reduceat(kinds, blocks.starts) & (_HAN | _KEPT) == 0
    in_plain = within(blocks, plain, len(codes))
    in_word = in_plain & (kinds == _LETTER)
    words = np.where(in_word, codes, schema.SPACE).astype(np.uint8).tobytes().decode("ascii").split()
    dropped = in_plain | (kinds == _BETWEEN)
    ends = blocks.ends[~plain]
    dropped[ends[ends < len(codes)]] = False  # one character keeps a block from the next
    return Apart(words, stretches(in_word).starts, codes[~dropped])


@cache
def _kinds() -> NDArray[np.uint8]:
    """Kind of each code point; what is of none stays where it is."""
    kinds = np.zeros(0x110000, np.uint8)
    kinds[:0x80] = _BETWEEN
    kinds[schema.BREAK] = 0
    for first, last in _BOUNDS:
        kinds[first:last] = _LETTER
    kinds[list(map(ord, _SIGNS))] = _SIGN
    kinds[_FIRST_HAN : _LAST_HAN + 1] = _HAN
    for word in load().ascii_words:
        kinds[ord(_tell_tale(word))] = _KEPT
    return kinds


def _tell_tale(word: str) -> str:
    """A character that no block without the word need have: a sign if there is one, as all of jieba's have."""
    return next(filter(_SIGNS.__contains__, word), word[0])
