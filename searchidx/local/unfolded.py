"""Exact matching, nothing folded: the paragraphs that contain a text character by character as it was typed.

For ``exact:`` and ``--exact``. The index knows folded texts only, so it gives the candidates, and which paragraphs hold any
letter or ideograph in another form than its folded one; what that does not decide is looked up in the stored text.
"""

import numpy as np

from searchidx.fold import fold
from searchidx.fold.written import has_other_form, is_told_by_form
from searchidx.local import as_typed, ascending, literal, record_ids
from searchidx.local.snapshot import Mask, Numbers, Snapshot

_READ = 2048  # paragraphs read together, which bounds the memory it takes


def mask(snapshot: Snapshot, wanted: str) -> Mask:
    """Return which paragraphs contain a text, white space included, or are of a record with this id."""
    candidates = literal.matching(snapshot, fold(wanted))
    proven = candidates[:0]
    others = as_typed.in_other_forms(snapshot)
    if has_other_form(wanted):
        candidates = ascending.common(candidates, others)
    elif is_told_by_form(wanted):
        proven, candidates = candidates, ascending.common(candidates, others)
        proven = ascending.without(proven, candidates)
    held = np.zeros(snapshot.size, bool)
    held[proven] = True
    held[_containing(snapshot, wanted, candidates)] = True
    held[_with_id(snapshot, wanted)] = True
    return held


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
    candidates = record_ids.with_id(snapshot, fold(wanted))
    matches = [np.zeros(0, np.int64)]
    for start in range(0, len(candidates), _READ):
        snapshot.effort.check()
        read = candidates[start : start + _READ]
        ids = [paragraph.id for paragraph in snapshot.paragraphs(read.tolist())]
        matches.append(read[[wanted == (key or "").strip() for key in ids]])
    return np.concatenate(matches)


def _containing(snapshot: Snapshot, wanted: str, candidates: Numbers) -> Numbers:
    kept = [np.zeros(0, np.int64)]
    for start in range(0, len(candidates), _READ):
        snapshot.effort.check()
        read = candidates[start : start + _READ]
        kept.append(read[[wanted in text for text in snapshot.texts(read)]])
    return np.concatenate(kept)
