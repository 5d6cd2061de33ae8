"""Choice of the window of highlights that an excerpt is built around: the most of the query in the least room.

The share of the query in a highlight is measured by its distinct characters and bigrams, whatever needles made it: so one
long match counts more than several short ones, and a repeated word counts once.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import accumulate

from searchidx.fold import fold
from searchidx.snippets.spans import Spans
from searchidx.snippets.width import WIDTHS

# The beginning of a very long match says as much as the whole.
_LONGEST_KEY_TEXT = 256


def best_window(line: str, spans: Spans, fits: Callable[[int, int], bool]) -> tuple[int, int]:
    """Choose the highlights to show together.

    Args:
        line: The text.
        spans: Its highlights, one at least.
        fits: Tells whether there is room for the text between two offsets.

    Returns:
        First and last of the chosen spans, as indexes. One that has no room alone is chosen alone.
    """
    keys = [tuple(_keys(fold(line[start : min(end, start + _LONGEST_KEY_TEXT)]))) for start, end in spans]
    best = (0, 0)
    best_coverage = (0, 0)
    shown: Counter[str] = Counter()
    last = -1
    for first in range(len(spans)):
        if first:
            _subtract(shown, keys[first - 1])
        if last < first:
            last = first
            shown.update(keys[last])
        while last + 1 < len(spans) and fits(spans[first][0], spans[last + 1][1]):
            last += 1
            shown.update(keys[last])
        coverage = (len(shown), last - first)
        if coverage > best_coverage:
            best_coverage = coverage
            best = (first, last)
    return _shrink(*best, keys)


def densest(text: str, spans: Spans, width: int) -> int:
    """Return the index of the first highlight of the best window of a text, ``width`` columns wide."""
    columns = list(accumulate(map(WIDTHS.__getitem__, text), initial=0))
    return best_window(text, spans, lambda start, end: columns[end] - columns[start] <= width)[0]


def _keys(text: str) -> Iterator[str]:
    yield from text
    for start in range(len(text) - 1):
        yield text[start : start + 2]


def _subtract(shown: Counter[str], keys: tuple[str, ...]) -> None:
    for key in keys:
        shown[key] -= 1
        if not shown[key]:
            del shown[key]


def _shrink(first: int, last: int, keys: list[tuple[str, ...]]) -> tuple[int, int]:
    """Leave out highlights at the ends that add nothing new, to make room for the context of the others."""
    shown = Counter(key for index in range(first, last + 1) for key in keys[index])

    def adds(index: int) -> bool:
        return any(shown[key] == count for key, count in Counter(keys[index]).items())

    while last > first and not adds(last):
        _subtract(shown, keys[last])
        last -= 1
    while last > first and not adds(first):
        _subtract(shown, keys[first])
        first += 1
    return first, last
