"""Duplicate matches in the common text of two overlapping paragraphs.

A text that is too long for one paragraph and has no end of a sentence is split so that the next paragraph begins with the end of
the one before (:mod:`searchidx.paragraphs.bounds`). What matches there matches in both: the later paragraph is removed unless
something matches beyond the common text.
"""

from collections.abc import Callable

import numpy as np

from searchidx.local.lookup import sorted_sets
from searchidx.local.lookup.marked_paragraphs import marked
from searchidx.local.matching.matches import Matches
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Numbers, Snapshot
from searchidx.results import Tier

MAX_READ = 2048
"""Number of paragraphs that are read for it, from the first on: 16 million characters."""

Spans = Callable[[str, Tier, Matches], tuple[tuple[int, int], ...]]


def remove_duplicates(snapshot: Snapshot, matches: Matches, spans: Spans) -> None:
    """Remove the matches that repeat the one before.

    Args:
        snapshot: The index.
        matches: Matches of the query.
        spans: Function that returns the highlights of a text, as a literal hit or as one of words.
    """
    later = _overlapping(snapshot, matches.numbers)
    if not len(later):
        return
    from searchidx.paragraphs import overlap

    duplicates, not_literal = [], []
    earlier_texts, texts = snapshot.texts(later - 1), snapshot.texts(later)
    for number, earlier, text in zip(later.tolist(), earlier_texts, texts, strict=True):
        common = overlap(earlier, text)
        if not _is_within(spans(text, "literal", matches), common):
            continue
        if _is_within(spans(text, "words", matches), common) or not matches.literal.needles:
            duplicates.append(number)
        else:
            not_literal.append(number)
    _clear_evidence(matches, np.array(not_literal, np.int64))
    if duplicates:
        allowed = np.ones(snapshot.size, bool)
        allowed[duplicates] = False
        matches.keep(allowed)


def _overlapping(snapshot: Snapshot, numbers: Numbers) -> Numbers:
    """Return the matches that overlap with the match before, ``MAX_READ`` at most."""
    following: Numbers = numbers[1:][np.diff(numbers) == 1]
    if not len(following):
        return following
    overlapping = snapshot.cached(("overlapping",), lambda: marked(snapshot, schema.OVERLAPPING))
    first: Numbers = sorted_sets.common(following, overlapping)[:MAX_READ]
    return first


def _is_within(spans: tuple[tuple[int, int], ...], common: int) -> bool:
    """Return true if there are highlights, all of them within the first ``common`` characters."""
    return bool(spans) and max(end for _, end in spans) <= common


def _clear_evidence(matches: Matches, numbers: Numbers) -> None:
    """Clear the evidence that paragraphs are literal matches: beyond the common text they contain words only."""
    positions = np.searchsorted(matches.numbers, numbers)
    for evidence in (matches.literal, matches.bare, matches.with_pieces):
        if evidence is not None:
            evidence.proven[positions] = False
            evidence.possible[positions] = False
