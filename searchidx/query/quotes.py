r"""Quoted strings: where they begin and end in a query, and how any string is written as one.

``"…"``, ``＂…＂`` and ``“…”`` quote; ``「」``, ``『』`` and ``《》`` are text, because they belong to what is looked
for. Straight quotes follow the rule of Windows command lines, so that a backslash is itself unless a quote
comes next: ``\"`` is a quote, ``\\"`` a backslash and the end. Curly quotes nest and know no backslash.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from searchidx.query.characters import CLOSING_QUOTE, OPENING_QUOTE, QUOTES, STRAIGHT_QUOTES

_STRAIGHT_QUOTE = f"([{STRAIGHT_QUOTES}])"
# What may stand before a quote that opens without ever being closed; elsewhere such a quote is text: 27"显示器.
_OPENERS = "（(+＋-－!！:：|｜&＆"


class Quoted(NamedTuple):
    """A quoted string of a query: ``source[start:end]`` with its marks, and the string it stands for."""

    start: int
    end: int
    text: str
    closed: bool


def find_quoted(source: str) -> Iterator[Quoted]:
    """Yield the quoted strings of a query, ascending; other quotation marks are ordinary characters."""
    marks = _Marks(source)
    end = 0
    for position in marks.positions:
        if position >= end and (quoted := marks.quoted_at(position)):
            yield quoted
            end = quoted.end


def quote(text: str) -> str:
    """Write any string as one quoted string that reads back as the same."""
    pieces = re.split(_STRAIGHT_QUOTE, text)
    pieces[0::2] = [piece + "\\" * _trailing_backslashes(piece) for piece in pieces[0::2]]
    pieces[1::2] = ["\\" + mark for mark in pieces[1::2]]
    return f'"{"".join(pieces)}"'


class _Marks:
    """The quotation marks of one query, each found once, so that no input takes more than one pass."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.positions = [position for position, char in enumerate(source) if char in QUOTES]
        self._straight: list[int] = []
        self._nests: dict[int, int] = {}
        opened: list[int] = []
        for position in self.positions:
            if source[position] == OPENING_QUOTE:
                opened.append(position)
            elif source[position] != CLOSING_QUOTE:
                self._straight.append(position)
            elif opened:
                self._nests[opened.pop()] = position
        self._unescaped = [position for position in self._straight if not self._is_escaped(position)]

    def quoted_at(self, start: int) -> Quoted | None:
        mark = self._source[start]
        if mark in STRAIGHT_QUOTES:
            quoted = self._straight_from(start)
        elif mark == OPENING_QUOTE:
            quoted = self._curly_from(start)
        else:
            quoted = self._reversed_from(start)
        return quoted or self._unclosed_from(start)

    def _is_escaped(self, position: int) -> bool:
        first = position
        while first and self._source[first - 1] == "\\":
            first -= 1
        return (position - first) % 2 == 1

    def _straight_from(self, start: int) -> Quoted | None:
        end = _first_after(self._unescaped, start)
        if end is not None:
            return Quoted(start, end + 1, _unescape(self._source[start + 1 : end]), closed=True)
        # "C:\folder\" means the folder; and an input method may have closed with the curly form.
        return self._verbatim(start, _first_after(self._straight, start) or self._find(CLOSING_QUOTE, start))

    def _curly_from(self, start: int) -> Quoted | None:
        # Where the marks are unequal, the likeliest closing one.
        return self._verbatim(
            start,
            self._nests.get(start)
            or self._find(CLOSING_QUOTE, start)
            or _first_after(self._straight, start)
            or self._find(OPENING_QUOTE, start),
        )

    def _reversed_from(self, start: int) -> Quoted | None:
        """Read ``”甲”``, where the input method gave the closing mark twice."""
        following = _first_after(self.positions, start)
        if following is None or self._source[following] != CLOSING_QUOTE or not self._opens_a_run(start):
            return None
        return self._verbatim(start, following)

    def _unclosed_from(self, start: int) -> Quoted | None:
        text = self._source[start + 1 :]
        if self._source[start] == CLOSING_QUOTE or not self._opens_a_run(start) or not text.strip():
            return None
        return Quoted(start, len(self._source), text, closed=False)

    def _verbatim(self, start: int, end: int | None) -> Quoted | None:
        return None if end is None else Quoted(start, end + 1, self._source[start + 1 : end], closed=True)

    def _find(self, mark: str, start: int) -> int | None:
        position = self._source.find(mark, start + 1)
        return None if position < 0 else position

    def _opens_a_run(self, start: int) -> bool:
        return start == 0 or self._source[start - 1].isspace() or self._source[start - 1] in _OPENERS


def _first_after(positions: Sequence[int], start: int) -> int | None:
    index = bisect_right(positions, start)
    return positions[index] if index < len(positions) else None


def _unescape(content: str) -> str:
    pieces = re.split(_STRAIGHT_QUOTE, content)
    pieces[0::2] = [_halve_trailing_backslashes(piece) for piece in pieces[0::2]]
    return "".join(pieces)


def _halve_trailing_backslashes(piece: str) -> str:
    count = _trailing_backslashes(piece)
    return piece[: len(piece) - count] + "\\" * (count // 2)


def _trailing_backslashes(piece: str) -> int:
    return len(piece) - len(piece.rstrip("\\"))
