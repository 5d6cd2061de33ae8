"""A text as one line: every run of white space one space, and highlights moved to where their text now is."""

import re
from bisect import bisect_right
from collections.abc import Iterable

from searchidx.snippets.spans import Spans

_WHITE = re.compile(r"\s+")


def one_line(text: str, spans: Iterable[tuple[int, int]]) -> tuple[str, Spans]:
    """Collapse white space and strip it from both ends.

    Args:
        text: Any text.
        spans: Ascending, non-overlapping offsets into it.

    Returns:
        The line, and the spans in it, without white space at their ends; those of nothing else are left out.
    """
    trimmed = [_trim(text, max(start, 0), min(end, len(text))) for start, end in spans]
    spaces = [(start, end) for start, end in trimmed if start < end]
    line = " ".join(text.split())
    if line == text:
        return text, tuple(spaces)
    ends, removed = _removals(text)

    def moved(position: int) -> int:
        return position - removed[bisect_right(ends, position)]

    return line, tuple((moved(start), moved(end - 1) + 1) for start, end in spaces)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _removals(text: str) -> tuple[list[int], list[int]]:
    """List where runs of white space end, and how many characters are gone before each and after the last."""
    ends: list[int] = []
    removed = [0]
    for run in _WHITE.finditer(text):
        spaces = 0 if run.start() == 0 else 1
        ends.append(run.end())
        removed.append(removed[-1] + run.end() - run.start() - spaces)
    return ends, removed
