"""Line maps: source positions of the characters of a paragraph, in a short string.

Most paragraphs are their source to the letter: a character further on in the text is a character further on in the line,
and a line end is a line end. Such a paragraph needs no map. Any other is a sequence of runs, each of them verbatim source
text: where the lines of a paragraph were joined, an indent or a mark was taken off, a new run begins. A map lists the runs
as numbers, each in a digit or a few of base 45, so that it is stored as a text and compressed with the other facts.

For each run the map has the double of its distance from the beginning of the run before. One more follows for nearly half of
the runs: a mark of one character is all that lies between. Otherwise another number follows,

* ``0``: the run begins at column 0 of the next line, as nearly all do whose lines were joined;
* an odd number: it goes on in the same line, as many characters away as its half says (zigzag);
* an even number: as many lines away as its half less one says (zigzag); its column follows.

Lines and characters are counted from where the run before would be by now. An empty map is that of a paragraph whose characters could not be
located.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

UNKNOWN = ""
"""The map of a paragraph of which only the lines are certain."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'()*+,-./:;<=>?@[]^"
_BASE = len(_DIGITS) // 2
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_MAX_NUMBER = 1 << 40
_ONE_MARK = 5  # step over one character


class Position(NamedTuple):
    """Position in a source: lines behind the first of the paragraph, and characters before it in its line."""

    line: int
    column: int

    def after(self, text: str) -> "Position":
        """Return the position behind a verbatim text that begins here."""
        lines = text.count("\n")
        if not lines:
            return Position(self.line, self.column + len(text))
        return Position(self.line + lines, len(text) - text.rindex("\n") - 1)


class Run(NamedTuple):
    """Verbatim part of a paragraph: the offset it begins at, and the position of that in the source."""

    offset: int
    position: Position


def encode(text: str, runs: Iterable[Run]) -> str | None:
    """Return the map of a text, or None if the text is its source from the beginning of its first line on."""
    numbers: list[int] = []
    offset, position = 0, Position(0, 0)
    for run in runs:
        expected = position.after(text[offset : run.offset])
        if run.position != expected:
            numbers += _numbered(run.offset - offset, expected, run.position)
            offset, position = run
    return "".join(map(_digits, numbers)) or None


@lru_cache(maxsize=1 << 10)
def starting_at(column: int) -> str | None:
    """Return the map of a text that is verbatim in its line, from a column on."""
    return encode_line([(0, column)])


def encode_line(runs: Iterable[tuple[int, int]]) -> str | None:
    """Return the map of a text of one line, given the offset of each run and its column in that line."""
    code = ""
    offset = column = 0
    for begin, start in runs:
        skipped = (start - column) - (begin - offset)
        if skipped == 1:
            code += _digits(2 * (begin - offset) + 1)
        elif skipped:
            code += _digits(2 * (begin - offset)) + _digits(2 * _zigzag(skipped) + 1)
        if skipped:
            offset, column = begin, start
    return code or None


def locate(line_map: str | None, text: str, offset: int) -> Position | None:
    """Return the source position of a character, or None if it is unknown.

    Raises:
        ValueError: The map is none.
    """
    if line_map == UNKNOWN:
        return None
    start, position = 0, Position(0, 0)
    for begin, step in _runs(line_map or ""):
        if begin > offset:
            break
        position = step.applied(position.after(text[start:begin]))
        start = begin
    return position.after(text[start:offset])


def check(line_map: str, text: str, lines: int) -> None:
    """Check that a map is one, and that every run of it lies within the lines of the paragraph.

    Raises:
        ValueError: It does not.
    """
    start, position = 0, Position(0, 0)
    for begin, step in _runs(line_map):
        position = step.applied(position.after(text[start:begin]))
        start = begin
        if not (begin <= len(text) and 0 <= position.line <= lines and 0 <= position.column < _MAX_NUMBER):
            raise ValueError("a line map leads out of its paragraph")


class _Step(NamedTuple):
    """Distance from an expected position; a column is absolute in another line."""

    lines: int
    column: int

    def applied(self, expected: Position) -> Position:
        """Return the position at this distance."""
        if self.lines:
            return Position(expected.line + self.lines, self.column)
        return Position(expected.line, expected.column + self.column)


def _numbered(distance: int, expected: Position, position: Position) -> tuple[int, ...]:
    """Return the numbers of a run that begins at a distance from the one before, and not where it is expected."""
    lines, columns = position.line - expected.line, position.column - expected.column
    if not lines:
        return (2 * distance + 1,) if columns == 1 else (2 * distance, 2 * _zigzag(columns) + 1)
    if lines == 1 and not position.column:
        return 2 * distance, 0
    return 2 * distance, 2 * _zigzag(lines) + 2, position.column


def _runs(line_map: str) -> Iterator[tuple[int, _Step]]:
    """Yield the offset of each run, and its distance from where it is expected."""
    numbers = _numbers(line_map)
    offset = 0
    for distance in numbers:
        offset += distance // 2
        kind = _ONE_MARK if distance % 2 else next(numbers, None)
        if kind is None:
            raise ValueError("a line map is cut off")
        if not kind:
            yield offset, _Step(1, 0)
        elif kind % 2:
            yield offset, _Step(0, _unzigzag(kind // 2))
        else:
            yield offset, _Step(_unzigzag(kind // 2 - 1), next(numbers, 0))


def _zigzag(number: int) -> int:
    return 2 * number if number >= 0 else -2 * number - 1


def _unzigzag(number: int) -> int:
    return -(number // 2) - 1 if number % 2 else number // 2


def _digits(number: int) -> str:
    """Write a number, its lowest digit last; the digits before it come from the upper half of the alphabet."""
    if number < _BASE:
        return _DIGITS[number]
    written = _DIGITS[number % _BASE]
    while number := number // _BASE:
        written = _DIGITS[_BASE + number % _BASE] + written
    return written


def _numbers(line_map: str) -> Iterator[int]:
    number = 0
    for digit in line_map:
        value = _VALUES.get(digit, -1)
        if value < 0 or number >= _MAX_NUMBER:
            raise ValueError("a line map holds what is no number")
        number = number * _BASE + value % _BASE
        if value < _BASE:
            yield number
            number = 0
    if number:
        raise ValueError("a line map is cut off")
