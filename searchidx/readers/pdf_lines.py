"""A PDF page to lines: characters with their boxes, gathered in the order PDFium gives them.

PDFium's order is the order of the page's content, which for columns is column by column. Here nothing is joined
beyond a line and nothing is left out but what has no place on the page; ``pdf`` makes paragraphs of the lines.
"""

import ctypes
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot
from typing import Any

import pypdfium2.raw as pdfium

_MOST_CHARACTERS = 200_000
_SAME_LINE = 0.5
_CELL_GAP = 1.6
_SPACE_GAP = 0.25
_PROSE = 8
_FEWEST_PAIRS = 5
_UPRIGHT = (1.0, 0.0, 0.0, 1.0)
_SAMPLED = 60
_HYPHEN = "\x02"
"""How PDFium writes a hyphen that breaks a word at a line's end."""


@dataclass(slots=True)
class Line:
    """A line of text, or a cell of one, with its place on the page in points; y runs upwards.

    Attributes:
        text: What it says.
        left: Left edge.
        right: Right edge.
        bottom: Lower edge.
        top: Upper edge.
        size: The size it is printed in.
        cells: How many cells of a table it joins, 1 for a line of prose.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    cells: int = 1


@dataclass(slots=True)
class _Character:
    text: str
    index: int
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


Turn = tuple[float, float, float, float]
"""The direction in which the text of a page runs, and the direction of its upper side."""


def lines_of(page: Any) -> tuple[list[Line], float, float]:
    """The lines of a page of pypdfium2 in the order of its content, and the page's lower and upper edge."""
    text_page = page.get_textpage()
    try:
        turn = _turn(text_page.raw)
        edges = _turned(turn, 0.0, page.get_width(), 0.0, page.get_height())
        return list(_lines(text_page.raw, turn)), edges[2], edges[3]
    finally:
        text_page.close()


def _turn(text_page: Any) -> Turn:
    """How most of the text is turned: a page laid on its side is read as if it stood."""
    count = pdfium.FPDFText_CountChars(text_page)
    matrix = pdfium.FS_MATRIX()
    turns: Counter[Turn] = Counter()
    for index in range(0, count, max(1, count // _SAMPLED)):
        if pdfium.FPDFText_IsGenerated(text_page, index) == 1:
            continue
        if pdfium.FPDFText_GetMatrix(text_page, index, ctypes.byref(matrix)):
            along, up = hypot(matrix.a, matrix.b) or 1.0, hypot(matrix.c, matrix.d) or 1.0
            across, rise = round(matrix.a / along), round(matrix.b / along)
            turns[(across, rise, round(matrix.c / up), round(matrix.d / up))] += 1
    turn = max(turns, key=turns.__getitem__, default=_UPRIGHT)
    return turn if abs(turn[0] * turn[3] - turn[1] * turn[2]) == 1 else _UPRIGHT


def _turned(
    turn: Turn, left: float, right: float, bottom: float, top: float
) -> tuple[float, float, float, float]:
    """A box as seen with the text upright: left, right, bottom, top."""
    if turn == _UPRIGHT:
        return left, right, bottom, top
    across, up_x, rise, up_y = turn[0], turn[2], turn[1], turn[3]
    xs = (left * across + bottom * rise, right * across + top * rise)
    ys = (left * up_x + bottom * up_y, right * up_x + top * up_y)
    return min(xs), max(xs), min(ys), max(ys)


def _characters(text_page: Any, turn: Turn) -> Iterator[_Character | None]:
    """The characters of a page; None where PDFium ends a line."""
    box = pdfium.FS_RECTF()
    high = 0
    for index in range(min(pdfium.FPDFText_CountChars(text_page), _MOST_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        if code in (0x0A, 0x0D):
            yield None
            continue
        if code == 0xFFFE:
            code = ord(_HYPHEN)
        if (code < 0x20 and code != ord(_HYPHEN)) or code > 0x10FFFF:
            continue
        if pdfium.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box)):
            yield _Character(chr(code), index, *_turned(turn, box.left, box.right, box.bottom, box.top))


def _lines(text_page: Any, turn: Turn) -> Iterator[Line]:
    line: list[_Character] = []
    for character in _characters(text_page, turn):
        if character is None or (line and not _follows(line, character)):
            # PDFium ends lines by the page as it lies; text on its side goes on
            if character is None and turn != _UPRIGHT:
                continue
            if line:
                yield from _line(text_page, line)
            line = []
        if character is not None:
            line.append(character)
    if line:
        yield from _line(text_page, line)


def _follows(line: list[_Character], character: _Character) -> bool:
    """Tell whether a character stands on the line, right of what is there and near it."""
    last = _last_inked(line)
    if character.text == " " or last.height <= 0 or character.height <= 0:
        return True
    overlap = min(last.top, character.top) - max(last.bottom, character.bottom)
    if overlap < _SAME_LINE * min(last.height, character.height):
        return False
    gap = character.left - last.right
    size = max(last.height, character.height)
    return -size < gap < _CELL_GAP * size


def _last_inked(line: list[_Character]) -> _Character:
    return next((character for character in reversed(line) if character.text != " "), line[-1])


def _line(text_page: Any, characters: list[_Character]) -> Iterator[Line]:
    inked = [character for character in characters if not character.text.isspace() and character.height > 0]
    if not inked:
        return
    text = "".join(character.text for character in _spaced(characters)).strip()
    if text:
        yield Line(
            text,
            min(character.left for character in inked),
            max(character.right for character in inked),
            min(character.bottom for character in inked),
            max(character.top for character in inked),
            _size(text_page, inked[len(inked) // 2]),
        )


def _size(text_page: Any, character: _Character) -> float:
    """The size a character is printed in; its box says less, fonts differ in theirs."""
    matrix = pdfium.FS_MATRIX()
    size: float = pdfium.FPDFText_GetFontSize(text_page, character.index)
    if pdfium.FPDFText_GetMatrix(text_page, character.index, ctypes.byref(matrix)):
        size *= hypot(matrix.c, matrix.d)
    return size if 0.5 < size < 10 * max(character.height, 1.0) else character.height


def _spaced(characters: list[_Character]) -> Iterator[_Character]:
    """Drop spaces that are no wider than the print between two Han characters."""
    for index, character in enumerate(characters):
        if character.text == " " and 0 < index < len(characters) - 1:
            before, after = characters[index - 1], characters[index + 1]
            gap = after.left - before.right
            if (
                before.text > "\u2e80"
                and after.text > "\u2e80"
                and gap < _SPACE_GAP * max(before.height, after.height)
            ):
                continue
        yield character


def in_rows(lines: list[Line]) -> list[Line]:
    """Join what stands side by side on one base line: the cells of a row. Columns of prose are put one after the other."""
    rows: list[list[Line]] = []
    for line in lines:
        if rows and _is_beside(rows[-1][-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    if _are_columns(rows):
        return [line for column in (0, 1) for row in rows for line in row[column : column + 1]]
    return [_row(row) for row in rows]


def _is_beside(left: Line, right: Line) -> bool:
    return abs(left.bottom - right.bottom) < _SAME_LINE * left.size and right.left > left.right


def _are_columns(rows: list[list[Line]]) -> bool:
    """Tell whether most rows are two long pieces with a gutter between them at the same place."""
    pairs = [row for row in rows if len(row) == 2 and min(len(line.text) for line in row) >= _PROSE]
    if len(pairs) < _FEWEST_PAIRS or 2 * len(pairs) < len(rows):
        return False
    return max(left.right for left, _ in pairs) < min(right.left for _, right in pairs)


def _row(row: list[Line]) -> Line:
    first = row[0]
    if len(row) == 1:
        return first
    return Line(
        " | ".join(line.text for line in row),
        first.left,
        row[-1].right,
        min(line.bottom for line in row),
        max(line.top for line in row),
        first.size,
        len(row),
    )
