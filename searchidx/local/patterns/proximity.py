"""Expansion of proximity queries: ``"甲 乙"~5``.

The texts match in any order and without overlap, with a number of other characters between them at most.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise

import numpy as np

from searchidx.local.lookup import sorted_sets, substring
from searchidx.local.lookup.haystack import folded_texts
from searchidx.local.patterns.expansion import Expansion, unread_note
from searchidx.local.patterns.text_scan import Read, holding, worth_reading
from searchidx.local.segment.snapshot import Numbers, Snapshot

_MOST_PLACES = 20_000  # of all texts in one paragraph; what comes later is not looked at
_NONE = np.zeros(0, np.int64)


def expand_near(snapshot: Snapshot, texts: list[str], within: int) -> Expansion:
    """Expand a proximity query of folded texts."""
    scan = matching(snapshot, texts, within)
    return Expansion(
        scan.paragraphs,
        scan.paragraphs,
        scan.counts.astype(np.float64),
        (),
        lambda folded: places(folded, texts, within),
        " ".join(texts),
        unread_note(scan.unread),
    )


def matching(snapshot: Snapshot, texts: Sequence[str], within: int) -> Read:
    """Paragraphs in which some folded texts stand near each other."""
    held = sorted((holding(snapshot, text) for text in texts), key=len)
    likely: Numbers = reduce(sorted_sets.common, held)
    chosen = worth_reading(snapshot, likely, texts)
    counts = [_NONE]
    for start in range(0, len(chosen), substring.BATCH_SIZE):
        snapshot.budget.check()
        haystack = folded_texts(snapshot, chosen[start : start + substring.BATCH_SIZE])
        times = np.array([len(places(text, texts, within)) for text in haystack.parts()], np.int64)
        counts.append(haystack.per_paragraph(times))
    number = np.concatenate(counts) // len(texts)
    return Read(chosen[number > 0], number[number > 0], len(likely) - len(chosen))


def places(text: str, texts: Sequence[str], within: int) -> list[tuple[int, int]]:
    """Where texts stand near each other in a folded text: the places of all of them, for each time they do."""
    found = sorted(
        (start, start + len(wanted), number)
        for number, wanted in enumerate(texts)
        for start in _starts(text, wanted, _MOST_PLACES // len(texts))
    )
    most = within + sum(map(len, texts))
    together: list[tuple[int, int]] = []
    last: dict[int, tuple[int, int]] = {}
    for start, end, number in found:
        last[number] = (start, end)
        if len(last) == len(texts):
            chosen = sorted(last.values())
            apart = all(left[1] <= right[0] for left, right in pairwise(chosen))
            if apart and chosen[-1][1] - chosen[0][0] <= most:
                together += chosen
                last.clear()
    return together


def _starts(text: str, wanted: str, most: int) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0 and most:
        yield at
        most -= 1
        at = text.find(wanted, at + 1)
