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
from searchidx.local.patterns.text_scan import Scan, all_candidates, worth_reading
from searchidx.local.segment.snapshot import Numbers, Snapshot

_MAX_OCCURRENCES = 20_000  # of all texts in one paragraph; later ones are not considered
_NONE = np.zeros(0, np.int64)


def expand_near(snapshot: Snapshot, texts: list[str], slop: int) -> Expansion:
    """Expand a proximity query of folded texts."""
    scan = matching(snapshot, texts, slop)
    return Expansion(
        scan.paragraphs,
        scan.paragraphs,
        scan.counts.astype(np.float64),
        (),
        lambda folded: spans(folded, texts, slop),
        " ".join(texts),
        unread_note(scan.unread),
    )


def matching(snapshot: Snapshot, texts: Sequence[str], slop: int) -> Scan:
    """Scan for paragraphs in which folded texts occur near each other."""
    of_texts = sorted((all_candidates(snapshot, text) for text in texts), key=len)
    candidates: Numbers = reduce(sorted_sets.common, of_texts)
    selected = worth_reading(snapshot, candidates, texts)
    counts = [_NONE]
    for start in range(0, len(selected), substring.BATCH_SIZE):
        snapshot.budget.check()
        haystack = folded_texts(snapshot, selected[start : start + substring.BATCH_SIZE])
        text_counts = np.array([len(spans(text, texts, slop)) for text in haystack.parts()], np.int64)
        counts.append(haystack.per_paragraph(text_counts))
    matches = np.concatenate(counts) // len(texts)
    return Scan(selected[matches > 0], matches[matches > 0], len(candidates) - len(selected))


def spans(text: str, texts: Sequence[str], slop: int) -> list[tuple[int, int]]:
    """Return the spans of texts that occur near each other in a folded text: those of all texts for each match."""
    occurrences = sorted(
        (start, start + len(needle), number)
        for number, needle in enumerate(texts)
        for start in _starts(text, needle, _MAX_OCCURRENCES // len(texts))
    )
    max_width = slop + sum(map(len, texts))
    matches: list[tuple[int, int]] = []
    latest: dict[int, tuple[int, int]] = {}
    for start, end, number in occurrences:
        latest[number] = (start, end)
        if len(latest) == len(texts):
            window = sorted(latest.values())
            is_disjoint = all(left[1] <= right[0] for left, right in pairwise(window))
            if is_disjoint and window[-1][1] - window[0][0] <= max_width:
                matches += window
                latest.clear()
    return matches


def _starts(text: str, needle: str, limit: int) -> Iterator[int]:
    start = text.find(needle)
    while start >= 0 and limit:
        yield start
        limit -= 1
        start = text.find(needle, start + 1)
