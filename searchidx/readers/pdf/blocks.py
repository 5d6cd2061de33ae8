"""Rows of tables without rules whose cells run over several lines, however they are aligned.

Programs write a table cell by cell. So lines that follow each other downwards are a block, and blocks that follow each other
to the right are a row, if none is higher or lower than the tallest and their lines are full, as wrapped lines are. Rows whose
cells have a line each share a base line and are left to :func:`searchidx.readers.pdf.lines.in_rows`.
"""

from itertools import pairwise

from searchidx.paragraphs.marks import is_finished, opens_anew
from searchidx.readers.pdf.lines import Line
from searchidx.readers.pdf.tables import joined_row

MAX_BLOCK_LINES = 6
_SAME_EDGE = 0.4
"""Sizes of the print within which edges are one."""
_SHORT = 1.6
"""Sizes by which a full line may fall short of the longest of its block: its first mark may not open a line."""
_LEADING = (0.5, 1.85)

Block = list[Line]


def with_block_rows(lines: list[Line]) -> list[Line]:
    """Return the lines of a page with each such row joined to one line."""
    joined: list[Line] = []
    for row in _rows(_blocks(lines)):
        if _is_row(row):
            joined.append(joined_row(row))
        else:
            joined += (line for block in row for line in block)
    return joined


def _blocks(lines: list[Line]) -> list[Block]:
    blocks: list[Block] = []
    for line in lines:
        if blocks and _is_below(blocks[-1][-1], line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _is_below(above: Line, line: Line) -> bool:
    """Return true for the next line of a cell, set at the left or in the middle."""
    edge = _SAME_EDGE * above.size
    is_aligned = abs(line.left - above.left) < edge or abs(_center(line) - _center(above)) < edge
    step = (above.bottom - line.bottom) / max(above.size, 1.0)
    is_text = above.cells == line.cells == 1 and abs(line.size - above.size) < 0.1 * above.size
    return is_text and is_aligned and _LEADING[0] < step < _LEADING[1]


def _center(line: Line) -> float:
    return (line.left + line.right) / 2


def _rows(blocks: list[Block]) -> list[list[Block]]:
    """Return runs of blocks of which each is right of the one before and beside it."""
    rows: list[list[Block]] = []
    for block in blocks:
        if rows and _is_beside(rows[-1][-1], block):
            rows[-1].append(block)
        else:
            rows.append([block])
    return rows


def _is_beside(block: Block, right: Block) -> bool:
    if block[0].cells > 1 or right[0].cells > 1:
        return False
    gap = min(line.left for line in right) - max(line.right for line in block)
    return gap > 0 and right[-1].bottom < block[0].top and block[-1].bottom < right[0].top


def _is_row(row: list[Block]) -> bool:
    """Return true if blocks of different heights are wrapped cells, none of them higher or lower than the tallest."""
    counts = {len(block) for block in row}
    if len(row) < 2 or len(counts) < 2 or max(counts) > MAX_BLOCK_LINES:
        return False
    tallest = max(row, key=len)
    slack = _SAME_EDGE * tallest[0].size
    is_inside = all(
        block[0].top < tallest[0].top + slack and block[-1].bottom > tallest[-1].bottom - slack
        for block in row
    )
    return is_inside and all(map(_is_wrapped, row))


def _is_wrapped(block: Block) -> bool:
    widest = max(line.right - line.left for line in block)
    are_full = all(line.right - line.left > widest - _SHORT * line.size for line in block[:-1])
    return are_full and not any(
        is_finished(above.text) or opens_anew(below.text) for above, below in pairwise(block)
    )
