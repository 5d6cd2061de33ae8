"""Fold text so that every way of writing the same thing becomes one, character by character.

For documents and queries alike: width, case, white space, dashes, quotes, accents of Latin letters, traditional to
simplified ideographs, variants, radicals and compatibility forms. One character becomes exactly one character,
so an offset in folded text is an offset in the original. It stops there: nothing that would change a length is
folded, and nothing is looked at in context. The table is data (:mod:`searchidx.fold.table`), the same for every
version of Python.
"""

from bisect import bisect_left

from searchidx.fold.table import SOURCES, TABLE_ID, TARGETS

FOLD_ID = TABLE_ID
"""Names the content of the table. An index folded with another table has to be built again."""

_REMEMBERED = 1 << 16


def fold(text: str) -> str:
    """Fold a text of any characters, lone surrogates included.

    The result has the length of ``text``, and folding it again changes nothing.
    """
    return text.translate(_FOLDS)


class _Folds(dict[int, int]):
    """The folds met so far, for ``str.translate``; a command that folds one query never builds the whole table.

    Characters that stay as they are are remembered too: to ``translate`` a missing key is an exception, a slow one.
    """

    def __missing__(self, code: int) -> int:
        char = chr(code)
        place = bisect_left(SOURCES, char)
        target = ord(TARGETS[place]) if SOURCES[place : place + 1] == char else code
        if len(self) < _REMEMBERED:
            self[code] = target
        return target


_FOLDS = _Folds()
