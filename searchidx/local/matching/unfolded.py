"""Exact matching, nothing folded: the paragraphs that contain a text character by character as it was typed.

For ``exact:`` and ``--exact``. The index knows folded texts only, so it gives the candidates, and which paragraphs hold any
letter or ideograph in another form than its folded one; what that does not decide is looked up in the stored text.
"""

import numpy as np

from searchidx.fold import fold
from searchidx.fold.forms import has_variant, is_determined_by_form
from searchidx.local.lookup import read_forms, sorted_sets, substring
from searchidx.local.lookup.marked_paragraphs import unfolded_forms, with_record_id
from searchidx.local.lookup.substring import Reading
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot

_READ = 2048  # paragraphs read together, which bounds the memory it takes


def mask(snapshot: Snapshot, wanted: str, *, most: bool = False) -> Mask:
    """Return the mask of the paragraphs that contain a text, white space included, or are of a record with this id.

    Args:
        snapshot: The index.
        wanted: The text as typed.
        most: Count those too that there was no time to read.
    """
    reading = substring.read_once(snapshot, ("exact", wanted), lambda: _read(snapshot, wanted))
    return reading.mask(snapshot.size, include_unread=most)


def _read(snapshot: Snapshot, wanted: str) -> Reading:
    certain, possible = substring.candidates(snapshot, fold(wanted))
    proven = certain[:0]
    others = sorted_sets.union(unfolded_forms(snapshot), read_forms.read_otherwise(snapshot))
    if has_variant(wanted):
        certain, possible = sorted_sets.common(certain, others), sorted_sets.common(possible, others)
    elif is_determined_by_form(wanted):
        certain, proven = sorted_sets.common(certain, others), sorted_sets.without(certain, others)
    paragraphs, unread = _containing(snapshot, wanted, sorted_sets.union(certain, possible))
    together = sorted_sets.union(sorted_sets.union(proven, paragraphs), _with_id(snapshot, wanted))
    return Reading(together, unread)


def spans(text: str, typed: list[str]) -> tuple[tuple[int, int], ...]:
    """Where a text contains any of those that were typed: ascending and apart."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(_places(text, typed)):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _places(text: str, typed: list[str]) -> list[tuple[int, int]]:
    places = []
    for wanted in typed:
        at = text.find(wanted)
        while at >= 0:
            places.append((at, at + len(wanted)))
            at = text.find(wanted, at + len(wanted))
    return places


def _with_id(snapshot: Snapshot, wanted: str) -> Numbers:
    candidates = with_record_id(snapshot, fold(wanted))
    matches = [np.zeros(0, np.int64)]
    for start in range(0, len(candidates), _READ):
        snapshot.budget.check()
        read = candidates[start : start + _READ]
        ids = [paragraph.id for paragraph in snapshot.paragraphs(read.tolist())]
        matches.append(read[[wanted == (key or "").strip() for key in ids]])
    return np.concatenate(matches)


def _containing(snapshot: Snapshot, wanted: str, candidates: Numbers) -> Reading:
    paragraphs = [np.zeros(0, np.int64)]
    needle = wanted.encode("utf-8", "surrogatepass")
    for start in range(0, len(candidates), _READ):
        if not snapshot.budget.may_read():
            return Reading(np.concatenate(paragraphs), candidates[start:])
        chunk = candidates[start : start + _READ]
        paragraphs.append(chunk[[needle in text for text in snapshot.raw_texts(chunk)]])
    return Reading(np.concatenate(paragraphs), candidates[:0])
