"""Rows of ruled tables: each cell whole, wherever its lines are between its rules.

A line belongs to the cell around its middle. Cells that begin at the same upper rule are a row, so that text centred in its
cell, set at its lower edge or in a cell of several rows is in the row in which its cell begins.
"""

from collections.abc import Sequence
from dataclasses import replace

from searchidx.paragraphs import glue
from searchidx.paragraphs.marks import opens_anew
from searchidx.readers.pdf.lines import Line
from searchidx.readers.pdf.rules import Cell, Rules

MAX_CELL_LINES = 24
"""Lines of a cell; what has more is text in a frame and is read as paragraphs."""
_SAME_LINE = 0.5
_SAME_ROW = 3.0
"""Points within which upper rules of cells are one."""
_BESIDE = 3.0
"""Points beyond the rule of a cell at which its neighbour is looked up."""
_SHORT = 2.0
"""Characters by which a line falls short of its cell's longest if a paragraph ends there."""

Row = list[tuple[Cell, list[Line]]]


def with_rows(lines: list[Line], rules: Rules) -> list[Line]:
    """Return the lines of a page with each row of a ruled table joined to one line, where its first line was."""
    if not rules:
        return lines
    rows = _rows(_cells(lines, rules), rules)
    row_of = {id(line): row for row in rows for _, texts in row for line in texts}
    joined: list[Line] = []
    for line in lines:
        row = row_of.get(id(line))
        if row is None:
            joined.append(line)
        elif row:
            joined.append(joined_row([texts for _, texts in row]))
            row.clear()
    return joined


def _cells(lines: list[Line], rules: Rules) -> list[tuple[Cell, list[Line]]]:
    """Return the cells of a page that have text, each with its lines from top to bottom."""
    cells: dict[Cell, list[Line]] = {}
    for line in lines:
        cell = rules.cell((line.left + line.right) / 2, (line.bottom + line.top) / 2)
        if cell is not None and _fits(line, cell):
            cells.setdefault(cell, []).append(line)
    return [(cell, texts) for cell, texts in cells.items() if len(texts) <= MAX_CELL_LINES]


def _fits(line: Line, cell: Cell) -> bool:
    """Return false for a line that runs over the rules of a cell, such as a sentence with boxes around some words."""
    is_left = cell.left is not None and line.left < cell.left - line.size
    is_right = cell.right is not None and line.right > cell.right + line.size
    return not is_left and not is_right


def _rows(cells: list[tuple[Cell, list[Line]]], rules: Rules) -> list[Row]:
    """Return the rows of two cells and more, each row from left to right."""
    rows: list[Row] = []
    for cell, texts in sorted(cells, key=lambda entry: -entry[0].top):
        if rows and rows[-1][0][0].top - cell.top <= _SAME_ROW:
            rows[-1].append((cell, texts))
        else:
            rows.append([(cell, texts)])
    ordered = (sorted(row, key=lambda entry: entry[1][0].left) for row in rows)
    return [row for row in ordered if len(row) > 1 or _has_empty_cells(row[0], rules)]


def _has_empty_cells(entry: tuple[Cell, list[Line]], rules: Rules) -> bool:
    """Return true for the only cell with text of a row of several; a cell across its table is read as paragraphs."""
    cell, texts = entry
    y = (texts[0].bottom + texts[0].top) / 2
    beside = [
        rules.cell(x, y)
        for x in (
            None if cell.left is None else cell.left - _BESIDE,
            None if cell.right is None else cell.right + _BESIDE,
        )
        if x is not None
    ]
    return any(other is not None and other != cell for other in beside)


def joined_row(cells: Sequence[list[Line]]) -> Line:
    """Return the cells of a row as one line."""
    lines = [line for texts in cells for line in texts]
    return replace(
        cells[0][0],
        text=" | ".join(map(_text, cells)),
        left=min(line.left for line in lines),
        right=max(line.right for line in lines),
        bottom=min(line.bottom for line in lines),
        top=max(line.top for line in lines),
        cells=max(len(cells), 2),
    )


def _text(lines: list[Line]) -> str:
    """Return the text of a cell; its lines are one where they are full."""
    widest = max(line.right - line.left for line in lines)
    text, is_full = "", True
    for line in _by_height(lines):
        is_new = not is_full or opens_anew(line.text)
        text = f"{text} {line.text}" if text and is_new else glue(text, line.text)
        is_full = line.right - line.left > widest - _SHORT * line.size
    return text


def _by_height(lines: list[Line]) -> list[Line]:
    """Return the lines of a cell from top to bottom, those on one base line as one."""
    ordered = sorted(lines, key=lambda line: -line.bottom)
    whole: list[Line] = []
    for line in ordered:
        above = whole[-1] if whole else None
        if above and abs(above.bottom - line.bottom) < _SAME_LINE * line.size:
            first, second = sorted((above, line), key=lambda each: each.left)
            text = f"{first.text} {second.text}"
            whole[-1] = replace(first, text=text, right=max(first.right, second.right))
        else:
            whole.append(line)
    return whole
