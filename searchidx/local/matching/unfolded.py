"""Exact matching without folding: ``exact:`` and ``--exact``.

The index contains folded texts only, so it gives the candidates, and the paragraphs with any letter or ideograph in another
form than its folded one; what these do not decide is read in the stored texts.
"""

import numpy as np

from searchidx.fold import fold
from searchidx.fold.forms import has_variant, is_determined_by_form
from searchidx.local.lookup import read_forms, sorted_sets, substring
from searchidx.local.lookup.marked_paragraphs import unfolded_forms, with_record_id
from searchidx.local.lookup.substring import Reading
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot

_BATCH_SIZE = 2048  # paragraphs that are read together, which bounds the memory


def mask(snapshot: Snapshot, text: str, *, include_unread: bool = False) -> Mask:
    """Return the mask of the paragraphs that contain a text as typed, or are of a record with it as id.

    Args:
        snapshot: The index.
        text: The text as typed, white space included.
        include_unread: Count the candidates that the budget left unread.
    """
    reading = substring.read_once(snapshot, ("exact", text), lambda: _read(snapshot, text))
    return reading.mask(snapshot.size, include_unread=include_unread)


def _read(snapshot: Snapshot, text: str) -> Reading:
    certain, possible = substring.candidates(snapshot, fold(text))
    proven = certain[:0]
    others = sorted_sets.union(unfolded_forms(snapshot), read_forms.read_otherwise(snapshot))
    if has_variant(text):
        certain, possible = sorted_sets.common(certain, others), sorted_sets.common(possible, others)
    elif is_determined_by_form(text):
        certain, proven = sorted_sets.common(certain, others), sorted_sets.without(certain, others)
    matches, unread = _containing(snapshot, text, sorted_sets.union(certain, possible))
    return Reading(sorted_sets.union(sorted_sets.union(proven, matches), _with_id(snapshot, text)), unread)


def spans(text: str, needles: list[str]) -> tuple[tuple[int, int], ...]:
    """Return the spans of strings in a text, ascending; overlapping ones are merged."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(_occurrences(text, needles)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _occurrences(text: str, needles: list[str]) -> list[tuple[int, int]]:
    spans = []
    for needle in needles:
        start = text.find(needle)
        while start >= 0:
            spans.append((start, start + len(needle)))
            start = text.find(needle, start + len(needle))
    return spans


def _with_id(snapshot: Snapshot, record_id: str) -> Numbers:
    """Return the paragraphs of records with an id as typed."""
    candidates = with_record_id(snapshot, fold(record_id))
    matches = [np.zeros(0, np.int64)]
    for start in range(0, len(candidates), _BATCH_SIZE):
        snapshot.budget.check()
        batch = candidates[start : start + _BATCH_SIZE]
        ids = [paragraph.id for paragraph in snapshot.paragraphs(batch.tolist())]
        matches.append(batch[[record_id == (key or "").strip() for key in ids]])
    return np.concatenate(matches)


def _containing(snapshot: Snapshot, text: str, candidates: Numbers) -> Reading:
    """Read the candidates that contain a text as typed, as long as the budget allows."""
    matches = [np.zeros(0, np.int64)]
    needle = text.encode("utf-8", "surrogatepass")
    for start in range(0, len(candidates), _BATCH_SIZE):
        if not snapshot.budget.may_read():
            return Reading(np.concatenate(matches), candidates[start:])
        batch = candidates[start : start + _BATCH_SIZE]
        matches.append(batch[[needle in raw for raw in snapshot.raw_texts(batch)]])
    return Reading(np.concatenate(matches), candidates[:0])
