"""What of much folded text may hold terms beyond the words: numbers, codes, names with signs.

Most of a text is Chinese or plain English words, and has none. Taking these out by array operations before the pattern
of :mod:`searchidx.runs` looks at every character halves the time it takes. What is left has the same chunks but the
plain ones, in the same paragraphs.
"""

from functools import cache

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.local.indexing.ascii_stretches import stretches, within
from searchidx.local.segment import schema

_LETTER, _DIGIT, _SIGN, _BESIDE = 1, 2, 4, 8
"""A plain letter; a digit; what makes a chunk of the letters it touches; what belongs to a chunk behind a digit."""
_REACH = 4  # characters behind a digit that may join it to the next: ``5 -- 7``
_LAST_PLANE = 0x10000


def sift(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Take out of folded text, paragraphs with breaks between, what can have no terms but words."""
    kinds = _kinds().take(codes)
    runs = stretches(kinds & (_LETTER | _DIGIT | _SIGN) != 0)
    if not len(runs.starts):
        return np.full(np.count_nonzero(codes == schema.BREAK), schema.BREAK, np.uint32)
    special = np.bitwise_or.reduceat(kinds, runs.starts) & (_DIGIT | _SIGN) != 0
    kept = within(runs, special, len(codes))
    digit = kinds == _DIGIT
    beside = kinds == _BESIDE
    for distance in range(1, _REACH + 1):
        kept[distance:] |= beside[distance:] & digit[:-distance]
    kept |= codes == schema.BREAK
    left = kept.copy()
    left[1:] |= kept[:-1]  # of what is taken out between, one character stays, as NUL
    sifted: NDArray[np.uint32] = (codes * kept)[left]
    return sifted


@cache
def _kinds() -> NDArray[np.uint8]:
    """Kind of each code point; what is neither a letter nor a digit anywhere is none."""
    kinds = np.zeros(0x110000, np.uint8)
    kinds[0x80:_LAST_PLANE] = [_SIGN * chr(code).isalnum() for code in range(0x80, _LAST_PLANE)]
    kinds[_LAST_PLANE:] = _SIGN
    kinds[schema.cjk_table()] = 0
    for kind, chars in {
        _LETTER: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        _DIGIT: "0123456789",
        _SIGN: "-.&_+#",
        _BESIDE: ",:/ )年月日号",
    }.items():
        kinds[[ord(char) for char in chars]] = kind
    return kinds
