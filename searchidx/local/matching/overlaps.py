"""Matches in text that two paragraphs have in common, counted once.

A text that is too long for one paragraph and has no sentence that ends is cut so that the next paragraph begins with the
end of the one before (:mod:`searchidx.paragraphs.bounds`). What matches there matches in both: the later paragraph is
left out where nothing of it matches beyond the common part.
"""

from collections.abc import Callable

import numpy as np

from searchidx.local.lookup import sorted_sets
from searchidx.local.lookup.marked_paragraphs import marked
from searchidx.local.matching.matches import Matches
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Numbers, Snapshot
from searchidx.results import Tier

MOST_READ = 2048
"""Paragraphs that are read for it, from the first one on: 16 million characters."""

Spans = Callable[[str, Tier, Matches], tuple[tuple[int, int], ...]]


def count_once(snapshot: Snapshot, matches: Matches, spans: Spans) -> None:
    """Leave out the matches that repeat the one before.

    Args:
        snapshot: Where they are.
        matches: What was found.
        spans: Gives the places of what matches in a text, for a literal hit or for one of words.
    """
    later = _followers(snapshot, matches.numbers)
    if not len(later):
        return
    from searchidx.paragraphs import overlap

    repeated, weaker = [], []
    befores, texts = snapshot.texts(later - 1), snapshot.texts(later)
    for number, before, text in zip(later.tolist(), befores, texts, strict=True):
        common = overlap(before, text)
        if not _is_within(spans(text, "literal", matches), common):
            continue
        if _is_within(spans(text, "words", matches), common) or not matches.literal.needles:
            repeated.append(number)
        else:
            weaker.append(number)
    _weaken(matches, np.array(weaker, np.int64))
    if repeated:
        allowed = np.ones(snapshot.size, bool)
        allowed[repeated] = False
        matches.keep(allowed)


def _followers(snapshot: Snapshot, numbers: Numbers) -> Numbers:
    """Return the matches that overlap with the match before, as many as are read."""
    following: Numbers = numbers[1:][np.diff(numbers) == 1]
    if not len(following):
        return following
    overlapping = snapshot.cached(("overlapping",), lambda: marked(snapshot, schema.OVERLAPPING))
    first: Numbers = sorted_sets.common(following, overlapping)[:MOST_READ]
    return first


def _is_within(found: tuple[tuple[int, int], ...], common: int) -> bool:
    """Return True if something matches, and nothing beyond the common part."""
    return bool(found) and max(end for _, end in found) <= common


def _weaken(matches: Matches, numbers: Numbers) -> None:
    """Take back that paragraphs hold the query as written: only words of it stand beyond the common part."""
    places = np.searchsorted(matches.numbers, numbers)
    for evidence in (matches.literal, matches.bare, matches.with_pieces):
        if evidence is not None:
            evidence.proven[places] = False
            evidence.possible[places] = False
