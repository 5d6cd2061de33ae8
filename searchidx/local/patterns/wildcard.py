"""Expansion of wildcards: ``前缀*``, ``中?词``, ``report-20??``."""

import re

import numpy as np

from searchidx.local.patterns import term_scan, text_scan
from searchidx.local.patterns.expansion import (
    Expansion,
    long_runs,
    of_terms,
    regex_finder,
    run_finder,
    unread_note,
)
from searchidx.local.segment.snapshot import Snapshot

_RUN_WILDCARD = re.compile(r"[0-9a-z?*]+")


def expand_wildcard(snapshot: Snapshot, wildcard: str) -> Expansion:
    """Expand a folded wildcard: one of Latin letters and digits over the terms, any other over the texts."""
    if _RUN_WILDCARD.fullmatch(wildcard):
        whole = term_scan.whole(wildcard)
        long = long_runs(snapshot, whole.match)
        return of_terms(snapshot, term_scan.runs_like(snapshot, wildcard), run_finder(whole), long)
    inner = wildcard.strip("*")
    scan = text_scan.matching(snapshot, [inner])
    find, notes = regex_finder(text_scan.expression([inner])), unread_note(scan.unread)
    if set("?*").intersection(inner):
        frequencies = scan.counts.astype(np.float64)
        return Expansion(scan.paragraphs, scan.paragraphs, frequencies, (), find, notes=notes)
    no_frequencies = np.zeros(len(scan.paragraphs))  # it is scored as a plain text
    return Expansion(scan.paragraphs, scan.paragraphs, no_frequencies, (), find, inner, notes)
