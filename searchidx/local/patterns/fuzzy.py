"""Expansion of fuzzy texts: ``词~1``, ``colour~2``."""

import re

import numpy as np

from searchidx.local.lookup import sorted_sets, substring
from searchidx.local.patterns import term_scan, text_scan
from searchidx.local.patterns.expansion import (
    EDIT_FACTOR,
    Expansion,
    of_terms,
    regex_finder,
    text_finder,
    unread_note,
)
from searchidx.local.segment.snapshot import Numbers, Snapshot

_MAX_LENGTH_ONE_EDIT = 32  # characters
_MAX_LENGTH_TWO_EDITS = 10
_MIN_LENGTH_TWO_EDITS = 5
_RUN = re.compile(r"[0-9a-z]+")


def expand_fuzzy(snapshot: Snapshot, text: str, edits: int) -> Expansion:
    """Expand a folded text to what differs from it by a number of characters at most."""
    if text.isascii():
        return _expand_run(snapshot, text, edits)
    allowed = min(edits, _max_edits(len(text)))
    notes = _fewer_edits_note(text, allowed) if allowed < edits else ()
    exact = text_scan.containing(snapshot, text)
    if not allowed:
        return _unedited(exact, text, notes)
    if len(text) == 2:
        expansion = of_terms(snapshot, term_scan.words_beside(snapshot, text), text_finder(text))
        paragraphs, counts, find = expansion.paragraphs, expansion.frequencies, expansion.find
    else:
        scan = text_scan.matching_nearly(snapshot, text, allowed, exact)
        paragraphs, counts = scan.paragraphs, scan.counts.astype(np.float64) * EDIT_FACTOR**allowed
        notes = (*notes, *unread_note(scan.unread))
        find = regex_finder(text_scan.expression([text, *text_scan.edited_patterns(text, allowed)]))
    together = sorted_sets.union(paragraphs, exact)
    frequencies = np.zeros(len(together))
    frequencies[np.searchsorted(together, paragraphs)] = counts
    return Expansion(together, exact, frequencies, (), find, text, notes)


def _expand_run(snapshot: Snapshot, text: str, edits: int) -> Expansion:
    allowed = min(edits, len(text) - 1, max(len(text) // 2, 1))
    if not _RUN.fullmatch(text) or not allowed:
        note = "fuzzy matching needs two letters or digits at least and no other signs; the exact text was searched"
        return _unedited(substring.matching(snapshot, text), text, (note,))
    return of_terms(snapshot, term_scan.runs_within(snapshot, text, allowed))


def _unedited(paragraphs: Numbers, text: str, notes: tuple[str, ...]) -> Expansion:
    """Return the expansion of a text to its exact matches; it is scored as a plain text."""
    return Expansion(paragraphs, paragraphs, np.zeros(len(paragraphs)), (), text_finder(text), text, notes)


def _max_edits(length: int) -> int:
    """Return the number of characters that may differ in a text with ideographs.

    Anything matches two characters of which two may differ, or four of which two may; and the ways to differ grow with the
    length.
    """
    if length < 2 or length > _MAX_LENGTH_ONE_EDIT:
        return 0
    return 2 if _MIN_LENGTH_TWO_EDITS <= length <= _MAX_LENGTH_TWO_EDITS else 1


def _fewer_edits_note(text: str, allowed: int) -> tuple[str, ...]:
    kind = "short" if len(text) < _MIN_LENGTH_TWO_EDITS else "long"
    return (f"so {kind} a text matches with {allowed} {'edit' if allowed == 1 else 'edits'} at most",)
