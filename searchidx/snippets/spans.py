"""Spans of all occurrences of needles in a text, merged."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from searchidx.fold import fold

Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Ascending ``(start, end)`` character offsets that neither overlap nor touch."""

MOST_OCCURRENCES = 20_000
"""Occurrences looked for in one text, shared out among the needles."""


def find_spans(text: str, needles: Iterable[str]) -> Spans:
    """Find every occurrence of every needle; those that overlap or touch become one.

    Args:
        text: As stored; folded here, which keeps offsets.
        needles: Folded already.

    Returns:
        Offsets into ``text``. In a text with more occurrences than anybody would look at
        (:data:`MOST_OCCURRENCES`) the later ones are left out.
    """
    distinct = {needle for needle in needles if needle}
    if not distinct:
        return ()
    folded = fold(text)
    limit = max(MOST_OCCURRENCES // len(distinct), 1)
    spans = [span for needle in distinct for span in _occurrences(folded, needle, limit)]
    return tuple(merge_spans(sorted(spans)))


def _occurrences(text: str, needle: str, limit: int) -> Iterator[tuple[int, int]]:
    start = text.find(needle)
    while start >= 0 and limit:
        yield start, start + len(needle)
        limit -= 1
        start = text.find(needle, start + 1)


def merge_spans(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield ascending spans, those that overlap or touch as one."""
    merged_start, merged_end = -1, -1
    for start, end in spans:
        if start > merged_end:
            if merged_end >= 0:
                yield merged_start, merged_end
            merged_start = start
        merged_end = max(merged_end, end)
    if merged_end >= 0:
        yield merged_start, merged_end
