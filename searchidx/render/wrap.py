"""Lines of mixed Chinese and Latin text laid into columns. Pure; text is safe already.

Where a line may break follows the usual rules of Chinese typesetting: not before closing punctuation, not after
opening, between any two ideographs, between Latin words only at a space.
"""

from collections.abc import Iterable, Iterator, Sequence

from searchidx.render.safe import Spans
from searchidx.snippets import display_width
from searchidx.snippets.clusters import is_break, nearest_break

_NEVER_FIRST = frozenset("、。，．：；？！）」』】〉》〕〗〙〛’”…—～·・々ー,.:;?!)]}%％℃")
_NEVER_LAST = frozenset("（「『【〈《〔〖〘〚‘“([{$￥¥")


def wrap(text: str, width: int, spans: Spans = ()) -> Iterator[tuple[int, int]]:
    """Give the ``(start, end)`` offsets of each line, spaces at the breaks left out.

    Args:
        text: One line of text.
        width: Columns, at least 2; no line is wider.
        spans: Not broken where that can be helped.
    """
    inner = frozenset(place for start, end in spans for place in range(start + 1, end))
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
    """Give the parts of spans between two offsets, counted from the first."""
    cut = ((max(first, start) - start, min(last, end) - start) for first, last in spans)
    return tuple((first, last) for first, last in cut if first < last)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill text with spaces to ``width`` columns, on its left when it goes to the ``right``."""
    spaces = " " * (width - display_width(text))
    return spaces + text if right else text + spaces


def table(rows: Iterable[Sequence[str]], *, right: Sequence[int] = (), gap: int = 2) -> Iterator[str]:
    """Align rows of cells.

    Args:
        rows: Each with the same number of cells.
        right: Numbers of the columns that go to the right.
        gap: Spaces between columns.
    """
    kept = [tuple(row) for row in rows]
    widths = [max(map(display_width, column)) for column in zip(*kept, strict=True)]
    for row in kept:
        cells = (pad(cell, widths[at], right=at in right) for at, cell in enumerate(row))
        yield (" " * gap).join(cells).rstrip(" ")


def _fill(text: str, start: int, width: int) -> int:
    """Give the end of what fits; a mark that combines stays with its base."""
    used = 0
    for place in range(start, len(text)):
        used += display_width(text[place])
        if used > width:
            return place
    return len(text)


def _break(text: str, start: int, end: int, inner: frozenset[int]) -> int:
    """Find the last good place to break at or before ``end``, or else ``end`` itself."""
    # A break that leaves most of the line empty reads worse than a broken match, and that than a broken word.
    earliest = start + (end - start) // 3
    places = [place for place in range(end, earliest, -1) if _may_break(text, place)]
    whole = (place for place in places if place not in inner)
    return next(whole, places[0] if places else max(nearest_break(text, end, start + 1), start + 1))


def _may_break(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if " " in (before, after):
        return True
    if after in _NEVER_FIRST or before in _NEVER_LAST or not is_break(text, place):
        return False
    return display_width(before) == 2 or display_width(after) == 2
