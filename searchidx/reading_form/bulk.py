"""Paragraphs of a batch that may have a reading form of their own, picked by arrays.

Every text with a form is among them; for the few others that are, :func:`~searchidx.reading_form.reading_form` finds none.
"""

from functools import cache

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.reading_form import composition
from searchidx.reading_form.asides import CLOSING, HAN, PHONETIC

_SPACE, _HAN, _ALNUM, _TOUCHED, _SIGN, _MARK, _PREFIX, _PHONETIC = (1 << bit for bit in range(8))
_LINE_END = 0x0A
_BACKSLASH, _AMPERSAND = ord("\\"), ord("&")
_SPACES = " \t\xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_SMALL = 0x20  # the bit of small letters
MAX_SYLLABLE = 8
"""Characters from an opening bracket to the first kana, Zhuyin letter or vowel with a tone."""


def candidates(codes: NDArray[np.uint32], owners: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the numbers of the paragraphs that may have a form of their own, ascending.

    Args:
        codes: Code points of all paragraphs as stored, with a line feed between each two.
        owners: Number of the paragraph of each code point.
    """
    if not len(codes):
        return owners[:0]
    kinds = _kinds()[codes]
    hits = [np.flatnonzero(kinds & _TOUCHED), _apart(kinds), _behind_signs(codes, kinds, owners)]
    return np.unique(owners[np.concatenate(hits)])


def _apart(kinds: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return positions of single characters with nothing but space before the next one."""
    is_letter = kinds & (_HAN | _ALNUM) != 0
    padded = np.concatenate([[False], is_letter, [False]])
    lone = np.flatnonzero(is_letter & ~padded[:-2] & ~padded[2:])
    if len(lone) < 2:
        return lone[:0]
    visible = np.cumsum(kinds & _SPACE == 0)
    distance = visible[lone[1:]] - visible[lone[:-1]]
    has_han = kinds[lone] & _HAN != 0
    # A mark may stand between two ideographs of a scanned line.
    pairs = has_han[1:] & has_han[:-1] & (distance <= 2)
    beside = distance == 1
    pairs[:-1] |= beside[:-1] & beside[1:]
    apart: NDArray[np.int64] = lone[:-1][pairs]
    return apart


def _behind_signs(
    codes: NDArray[np.uint32], kinds: NDArray[np.uint8], owners: NDArray[np.uint32]
) -> NDArray[np.int64]:
    """Return positions of brackets, raised numbers, escapes and line ends that may be passed over."""
    signs = np.flatnonzero(kinds & _SIGN)
    signs = signs[(signs > 0) & (signs < len(codes) - 1)]
    signs = signs[owners[signs - 1] == owners[signs + 1]]
    code, before, behind = codes[signs], kinds[signs - 1], codes[signs + 1]
    is_line_end = code == _LINE_END
    is_escape = (code == _BACKSLASH) & (behind | _SMALL == ord("u")) | (code == _AMPERSAND) & _in(
        behind, "#aglnq"
    )
    is_ruby = _in(code, "(（") & _is_near(signs, np.flatnonzero(kinds & _PHONETIC))
    is_note = _in(code, "[［〔【") & _in(behind, "0123456789注註 ") | ~_in(code, "(（[［〔【\\\\&\n")
    is_aside = (is_ruby | is_note) & (before & (_HAN | _MARK) != 0)
    return np.concatenate([signs[is_escape | is_aside], _line_ends(codes, kinds, signs[is_line_end])])


def _in(codes: NDArray[np.uint32], characters: str) -> NDArray[np.bool_]:
    """Return which code points are among a few characters."""
    return np.isin(codes, np.fromiter(map(ord, characters), np.uint32))


def _is_near(positions: NDArray[np.int64], phonetic: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which brackets have a kana, a Zhuyin letter or a vowel with a tone close behind them."""
    following = np.append(phonetic, np.iinfo(np.int64).max)[np.searchsorted(phonetic, positions)]
    return following - positions <= MAX_SYLLABLE


def _line_ends(
    codes: NDArray[np.uint32], kinds: NDArray[np.uint8], positions: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the line ends between ideographs, behind the prefix of two lines, or between quotation marks."""
    if not len(positions):
        return positions
    is_line_end = codes == _LINE_END
    visible = np.flatnonzero((kinds & _SPACE == 0) & ~is_line_end)
    places = np.searchsorted(visible, positions)
    inside = (places > 0) & (places < len(visible))
    positions, places = positions[inside], places[inside]
    last, first = visible[places - 1], visible[places]
    line_ends = np.concatenate([[-1], np.flatnonzero(is_line_end)])
    starts = line_ends[np.searchsorted(line_ends, positions) - 1] + 1
    opening = codes[visible[np.searchsorted(visible, starts)]]
    joins_han = kinds[last] & kinds[first] & _HAN != 0
    is_comment = opening == codes[first]
    is_comment |= _in(opening, "/") & _in(codes[first], "*")
    shares_prefix = is_comment & (kinds[first] & _PREFIX != 0)
    joins_quotes = _in(codes[last], "\"'\\") & (kinds[first] & _PREFIX != 0)
    is_continued = _in(codes[last], "\\") & ((kinds[first] | kinds[np.maximum(last - 1, 0)]) & _HAN != 0)
    ends: NDArray[np.int64] = positions[joins_han | shares_prefix | joins_quotes | is_continued]
    return ends


@cache
def _kinds() -> NDArray[np.uint8]:
    """Return the kinds of every code point, as bits."""
    table = np.zeros(0x110000, np.uint8)
    for name, kind in (
        (composition.UNSEEN + composition.MARKS + composition.EXPANDED + "\u1161-\u1175\ufffa", _TOUCHED),
        (HAN, _HAN),
        ("0-9A-Za-z", _ALNUM),
        ("\\\\&\n<(（\\[［〔【\xb9\xb2\xb3\u2070\u2074-\u2079†‡", _SIGN),
        (CLOSING, _MARK),
        (PHONETIC, _PHONETIC),
        ("#/*%;!>'\"|.:\\-dDrR", _PREFIX),
    ):
        for first, last in _ranges(name):
            table[first : last + 1] |= kind
    table[list(map(ord, _SPACES))] |= _SPACE
    return table


def _ranges(members: str) -> list[tuple[int, int]]:
    """Return the ranges of a character class."""
    ranges: list[tuple[int, int]] = []
    position = 0
    while position < len(members):
        position += members[position] == "\\"
        first = last = ord(members[position])
        if members[position + 1 : position + 2] == "-" and position + 2 < len(members):
            last = ord(members[position + 2])
            position += 2
        ranges.append((first, last))
        position += 1
    return ranges
