"""Character folding: every form of a character becomes one, so that texts match in any of them.

For documents and queries alike: width, case, white space, dashes, quotes, accents of Latin letters, traditional to
simplified ideographs, variants, radicals and compatibility forms. One character becomes exactly one character,
so an offset in folded text is an offset in the original. It stops there: nothing that would change a length is
folded, and nothing is looked at in context. The table is data (:mod:`searchidx.fold.table`), the same for every
version of Python.
"""

from bisect import bisect_left

from searchidx.fold.table import SOURCES, TABLE_ID, TARGETS

FOLD_ID = TABLE_ID
"""Digest of the table. An index folded with another table must be rebuilt."""

MAX_CACHED_CHARACTERS = 1 << 16


def fold(text: str) -> str:
    """Return a text folded; lone surrogates are allowed.

    The result has the length of ``text``, and folding it again changes nothing.
    """
    return text.translate(_FOLDS)


class _Folds(dict[int, int]):
    """Cache of folds for ``str.translate``, filled on demand: folding one query does not build the whole table.

    Characters that fold to themselves are cached too: a missing key raises an exception in ``translate``, which is slow.
    """

    def __missing__(self, code: int) -> int:
        char = chr(code)
        place = bisect_left(SOURCES, char)
        target = ord(TARGETS[place]) if SOURCES[place : place + 1] == char else code
        if len(self) < MAX_CACHED_CHARACTERS:
            self[code] = target
        return target


_FOLDS = _Folds()
