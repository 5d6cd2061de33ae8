"""Line breaking, padding and tables for mixed Chinese and Latin text; the text is safe already.

Breaks follow Chinese typesetting: never before closing or after opening punctuation, between any two ideographs, between
Latin words only at a space.
"""

from collections.abc import Iterable, Iterator, Sequence

from searchidx.render.safe import Spans
from searchidx.snippets import display_width
from searchidx.snippets.clusters import is_break, nearest_break

_NEVER_FIRST = frozenset("、。，．：；？！）」』】〉》〕〗〙〛’”…—～·・々ー,.:;?!)]}%％℃")
_NEVER_LAST = frozenset("（「『【〈《〔〖〘〚‘“([{$￥¥")


def wrap(text: str, width: int, spans: Spans = ()) -> Iterator[tuple[int, int]]:
    """Yield the ``(start, end)`` offsets of each line without the spaces at its ends.

    Args:
        text: One line of text.
        width: Columns, at least 2; no line is wider.
        spans: Matches, broken only if there is no other break.
    """
    inner = frozenset(offset for start, end in spans for offset in range(start + 1, end))
    start = 0
    while start < len(text):
        end = _fill(text, start, width)
        if end < len(text):
            end = _break(text, start, end, inner)
        stop = len(text[:end].rstrip(" ")) if text[start:end].strip(" ") else end
        yield start, stop
        start = end
        while text[start : start + 1] == " ":
            start += 1


def clip(spans: Spans, start: int, end: int) -> Spans:
    """Return the parts of spans between two offsets, relative to the first."""
    clipped = ((max(first, start) - start, min(last, end) - start) for first, last in spans)
    return tuple((first, last) for first, last in clipped if first < last)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Return text padded with spaces to ``width`` columns, right-aligned if ``right``."""
    spaces = " " * (width - display_width(text))
    return spaces + text if right else text + spaces


def table(rows: Iterable[Sequence[str]], *, right: Sequence[int] = (), gap: int = 2) -> Iterator[str]:
    """Yield the lines of a table.

    Args:
        rows: Rows of equal length.
        right: Numbers of the right-aligned columns.
        gap: Spaces between columns.
    """
    cells_by_row = [tuple(row) for row in rows]
    widths = [max(map(display_width, column)) for column in zip(*cells_by_row, strict=True)]
    for row in cells_by_row:
        cells = (pad(cell, widths[column], right=column in right) for column, cell in enumerate(row))
        yield (" " * gap).join(cells).rstrip(" ")


def _fill(text: str, start: int, width: int) -> int:
    """Return the end of the text that fits; a combining mark stays with its base."""
    used = 0
    for offset in range(start, len(text)):
        used += display_width(text[offset])
        if used > width:
            return offset
    return len(text)


def _break(text: str, start: int, end: int, inner: frozenset[int]) -> int:
    """Return the best break at or before ``end``, or else the nearest cluster boundary."""
    # A mostly empty line reads worse than a broken match, and a broken match worse than a broken word.
    earliest = start + (end - start) // 3
    breaks = [offset for offset in range(end, earliest, -1) if _may_break(text, offset)]
    whole = (offset for offset in breaks if offset not in inner)
    return next(whole, breaks[0] if breaks else max(nearest_break(text, end, start + 1), start + 1))


def _may_break(text: str, offset: int) -> bool:
    before, after = text[offset - 1], text[offset]
    if " " in (before, after):
        return True
    if after in _NEVER_FIRST or before in _NEVER_LAST or not is_break(text, offset):
        return False
    return display_width(before) == 2 or display_width(after) == 2
