"""A PDF page to lines: characters with their boxes, gathered in the order PDFium gives them.

PDFium's order is the order of the page's content, which for columns is column by column. Here nothing is joined
beyond a line and nothing is left out but characters without a box; ``pdf`` makes paragraphs of the lines.
"""

import ctypes
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import hypot
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from searchidx.paragraphs import glue
from searchidx.paragraphs.marks import is_finished, opens_anew
from searchidx.readers.pdf.rules import Rules, rules_of
from searchidx.readers.pdf.turning import UPRIGHT, Turn, turned

_MOST_CHARACTERS = 200_000
_SAME_LINE = 0.5
_CELL_GAP = 1.6
_SPACE_GAP = 0.25
_TOUCHING = 0.05
"""Gap, in sizes of the print, below which no rule parts two characters: a box around one is no cell."""
_PROSE = 8
_FEWEST_PAIRS = 5
_FEWEST_CELLS = 2
_MOST_LABEL_LINES = 5
_RAISED = frozenset("0123456789[]〔〕()*①②③④⑤⑥⑦⑧⑨⑩")
_RAISED_BY = 0.15
_SMALLER = 0.75
_LONGEST_REFERENCE = 5
_SAMPLED = 60
_BULLET = "•"
_HYPHEN = "\x02"
"""How PDFium writes a hyphen that breaks a word at a line's end."""


@dataclass(slots=True)
class Line:
    """A line of text, or a cell of one, with its position on the page in points; y runs upwards.

    Attributes:
        text: Text of the line.
        left: Left edge.
        right: Right edge.
        bottom: Lower edge.
        top: Upper edge.
        size: Font size.
        cells: Number of table cells that it joins, 1 for a line of prose.
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

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


class PageLines(NamedTuple):
    """Lines of a page in the order of its content, the page's lower and upper edge, its rotation, the rules of its tables."""

    lines: list[Line]
    bottom: float
    top: float
    turn: Turn
    rules: Rules


def lines_of(page: Any) -> PageLines:
    """Return the lines of a page of pypdfium2."""
    text_page = page.get_textpage()
    try:
        turn = _turn(text_page.raw)
        edges = turned(turn, 0.0, page.get_width(), 0.0, page.get_height())
        rules = rules_of(page, turn)
        return PageLines(list(_lines(text_page.raw, turn, rules)), edges[2], edges[3], turn, rules)
    finally:
        text_page.close()


def _turn(text_page: Any) -> Turn:
    """Return the rotation of most of the text: a page laid on its side is read upright."""
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
    turn = max(turns, key=turns.__getitem__, default=UPRIGHT)
    return turn if abs(turn[0] * turn[3] - turn[1] * turn[2]) == 1 else UPRIGHT


def _characters(text_page: Any, turn: Turn) -> Iterator[_Character | None]:
    """Yield the characters of a page; None where PDFium ends a line."""
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
        elif 0xF000 <= code <= 0xF0FF:  # where fonts of symbols have their bullets
            code = ord(_BULLET)
        if (code < 0x20 and code != ord(_HYPHEN)) or code > 0x10FFFF:
            continue
        if pdfium.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box)):
            yield _Character(chr(code), index, *turned(turn, box.left, box.right, box.bottom, box.top))


def _lines(text_page: Any, turn: Turn, rules: Rules) -> Iterator[Line]:
    line: list[_Character] = []
    for character in _characters(text_page, turn):
        if character is None or (line and not _follows(line, character, rules)):
            # PDFium ends lines by the page as it lies; text on its side goes on
            if character is None and turn != UPRIGHT:
                continue
            if line:
                yield from _line(text_page, line)
            line = []
        if character is not None:
            line.append(character)
    if line:
        yield from _line(text_page, line)


def _follows(line: list[_Character], character: _Character, rules: Rules) -> bool:
    """Return true for a character on the line, right of its last one, near it, and not beyond a rule of a table."""
    last = _last_inked(line)
    if character.text == " " or last.height <= 0 or character.height <= 0:
        return True
    overlap = min(last.top, character.top) - max(last.bottom, character.bottom)
    if overlap < _SAME_LINE * min(last.height, character.height):
        return False
    gap = character.left - last.right
    size = max(last.height, character.height)
    if not -size < gap < _CELL_GAP * size:
        return False
    if not rules or gap < _TOUCHING * size:
        return True
    return not rules.part(last.middle, character.middle, (character.bottom + character.top) / 2)


def _last_inked(line: list[_Character]) -> _Character:
    return next((character for character in reversed(line) if character.text != " "), line[-1])


def _line(text_page: Any, characters: list[_Character]) -> Iterator[Line]:
    inked = [character for character in characters if not character.text.isspace() and character.height > 0]
    if not inked:
        return
    body = _without_references(text_page, characters)
    text = "".join(character.text for character in _spaced(body)).strip()
    if text:
        yield Line(
            text,
            min(character.left for character in inked),
            max(character.right for character in inked),
            min(character.bottom for character in inked),
            max(character.top for character in inked),
            _size(text_page, inked[len(inked) // 2]),
        )


def _without_references(text_page: Any, characters: list[_Character]) -> list[_Character]:
    """Return the characters without the raised small numbers of notes in Chinese text, which would break up its words."""
    body: list[_Character] = []
    small: list[_Character] = []
    for character in characters:
        base = body[-1] if body else None
        if (
            base is not None
            and character.text in _RAISED
            and base.text > "\u2e80"
            and character.bottom > base.bottom + _RAISED_BY * base.height
            and _size(text_page, character) < _SMALLER * _size(text_page, base)
        ):
            small.append(character)
            continue
        if len(small) > _LONGEST_REFERENCE or character.text.isascii():
            body += small  # an exponent, or part of a formula
        small = []
        body.append(character)
    return body


def _size(text_page: Any, character: _Character) -> float:
    """Return the font size of a character; boxes differ between fonts."""
    matrix = pdfium.FS_MATRIX()
    size: float = pdfium.FPDFText_GetFontSize(text_page, character.index)
    if pdfium.FPDFText_GetMatrix(text_page, character.index, ctypes.byref(matrix)):
        size *= hypot(matrix.c, matrix.d)
    return size if 0.5 < size < 10 * max(character.height, 1.0) else character.height


def _spaced(characters: list[_Character]) -> Iterator[_Character]:
    """Remove spaces that are no wider than the print between two Han characters."""
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
    """Join the lines on one base line, the cells of a row; columns of prose follow each other."""
    rows: list[list[Line]] = []
    for line in lines:
        if rows and line.cells == rows[-1][-1].cells == 1 and _is_beside(rows[-1][-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    if _are_columns(rows):
        return [line for column in (0, 1) for row in rows for line in row[column : column + 1]]
    return [_row(row) for row in _with_whole_cells(rows)]


def _is_beside(left: Line, right: Line) -> bool:
    return abs(left.bottom - right.bottom) < _SAME_LINE * left.size and right.left > left.right


def _with_whole_cells(rows: list[list[Line]]) -> list[list[Line]]:
    """Put back into their cell the lines of a cell that ran over: below the row, or above and below what is centred."""
    whole: list[list[Line]] = []
    lowest: list[float] = []  # base lines of the last lines of the cells of the row at hand
    for row in rows:
        above = _label_beside(whole, row)
        if above:
            label = whole[-above]
            for (line,) in whole[len(whole) - above + 1 :]:
                label[0] = _continued(label[0], line)
            del whole[len(whole) - above :]
            row = [label[0], *row]  # noqa: PLW2901  the row with its label is the row
        cell = _cell_of(whole[-1], lowest, row[0]) if whole and len(row) == 1 else None
        if cell is not None:
            whole[-1][cell] = _continued(whole[-1][cell], row[0])
            lowest[cell] = row[0].bottom
        else:
            whole.append(list(row))
            lowest = [line.bottom for line in row]
    return whole


def _cell_of(row: list[Line], lowest: list[float], line: Line) -> int | None:
    """Return the index of the cell of the row above that a line continues, by its position and an unfinished text; or None."""
    if len(row) < _FEWEST_CELLS or opens_anew(line.text):
        return None
    for index, cell in enumerate(row):
        if (
            _is_below(cell, lowest[index], line)
            and cell.right > line.right - 1.1 * line.size
            and cell.right - cell.left > 3 * cell.size
            and not is_finished(cell.text)
        ):
            return index
    return None


def _is_below(above: Line, bottom: float, line: Line) -> bool:
    """Return true for the next line below another that ends at ``bottom``, at the same edge and in the same size."""
    return (
        abs(line.left - above.left) < 0.4 * above.size
        and 0.5 < (bottom - line.bottom) / max(above.size, 1.0) < 1.85
        and abs(line.size - above.size) < 0.1 * above.size
    )


def _label_beside(rows: list[list[Line]], row: list[Line]) -> int:
    """Return the number of last lines that are the label of a row beside the middle of them; 0 if none are."""
    first = row[0]
    middle = (first.top + first.bottom) / 2
    for count in range(2, min(_MOST_LABEL_LINES, len(rows)) + 1):
        label = rows[-count:]
        if (
            any(len(lines) > 1 or lines[0].cells > 1 for lines in label)
            or label[0][0].right > first.left - 0.2 * first.size
        ):
            return 0
        if not all(
            _is_below(above, above.bottom, below) and below.right < first.left
            for (above,), (below,) in pairwise(label)
        ):
            return 0
        if label[-1][0].bottom < middle < label[0][0].top and middle < label[0][0].bottom:
            return count
    return 0


def _continued(cell: Line, line: Line) -> Line:
    """Return a cell joined with the line that continues it; it keeps its base line."""
    return replace(
        cell,
        text=glue(cell.text, line.text),
        left=min(cell.left, line.left),
        right=max(cell.right, line.right),
    )


def _are_columns(rows: list[list[Line]]) -> bool:
    """Return true if most rows are two long pieces with a gutter between them at the same position."""
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
