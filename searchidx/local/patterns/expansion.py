"""Expansion of a pattern: the paragraphs that match it, its frequency in each, and a finder of its spans in a text."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.analyzer.fields import MAX_TERM_BYTES
from searchidx.local.lookup import sorted_sets, substring
from searchidx.local.lookup.haystack import folded_texts
from searchidx.local.patterns import term_scan
from searchidx.local.patterns.term_scan import Terms
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Numbers, Snapshot

Floats = NDArray[np.float64]
Spans = list[tuple[int, int]]

EDIT_FACTOR = 0.4
"""Factor on the frequency of a match for each character edited."""
_MAX_NAMED_TERMS = 64
_NO_PARAGRAPHS = np.zeros(0, np.int64)
_RUN = re.compile(r"[0-9a-z]+")
_LONG_RUN = re.compile(rf"[0-9a-z]{{{MAX_TERM_BYTES // 4},}}")
_RUN_CHARACTERS = "0-9a-z"


class Expansion(NamedTuple):
    """Matches of a pattern in one index.

    Attributes:
        paragraphs: Live paragraphs that match, ascending.
        exact: Those among them that match without an edit, ascending.
        frequencies: Frequency in each of ``paragraphs``; an edited match counts less than one.
        terms: Names of some matching terms, the most frequent first.
        find: Finder of the spans of the pattern in a folded text.
        text: Folded text that the exact matches are scored for as well; may be empty.
        notes: Notes for the user on matches that are left out.
    """

    paragraphs: Numbers
    exact: Numbers
    frequencies: Floats
    terms: tuple[str, ...]
    find: Callable[[str], Spans]
    text: str = ""
    notes: tuple[str, ...] = ()

    @property
    def nbytes(self) -> int:
        """Return the size of its arrays in memory."""
        return self.paragraphs.nbytes + self.exact.nbytes + self.frequencies.nbytes


def of_terms(
    snapshot: Snapshot,
    matches: Iterable[Terms],
    find: Callable[[str], Spans] | None = None,
    long_run_paragraphs: Numbers = _NO_PARAGRAPHS,
    limit: int | None = None,
) -> Expansion:
    """Expand a pattern to the paragraphs that contain any of its terms.

    Args:
        snapshot: The index.
        matches: Terms of each segment that match the pattern.
        find: Finder of the pattern in a folded text; by default it finds the named terms.
        long_run_paragraphs: Further paragraphs, in which a run too long to be a term matches.
        limit: Number of terms at most; by default as many as the budget of a query allows.
    """
    limit = snapshot.budget.max_terms if limit is None else limit
    selected, has_more = term_scan.first(snapshot, list(matches), limit)
    frequencies = np.zeros(snapshot.size)
    is_exact = np.zeros(snapshot.size, bool)
    for segment, positions, edits in selected:
        snapshot.budget.check()
        part, base = snapshot.segments[segment], snapshot.bases[segment]
        lists, counts = part.table(schema.WORDS).postings_of(positions)
        part.check_paragraphs(lists.paragraphs, schema.WORDS)
        weights = np.repeat(EDIT_FACTOR ** edits.astype(np.float64), counts)
        frequencies[base : base + part.count] += np.bincount(
            lists.paragraphs, weights * lists.frequencies, part.count
        )
        unedited, _ = part.table(schema.WORDS).postings_of(positions[edits == 0])
        is_exact[unedited.paragraphs + base] = True
    frequencies[long_run_paragraphs] += 1
    is_exact[long_run_paragraphs] = True
    if snapshot.live is not None:
        frequencies[~snapshot.live] = 0
    paragraphs = np.flatnonzero(frequencies)
    terms = term_scan.names(snapshot, selected, _MAX_NAMED_TERMS)
    return Expansion(
        paragraphs,
        paragraphs[is_exact[paragraphs]],
        frequencies[paragraphs],
        terms,
        find or _terms_finder(terms),
        notes=_too_many_terms(limit) if has_more else (),
    )


def long_runs(snapshot: Snapshot, matches: Callable[[bytes], object]) -> Numbers:
    """Return the paragraphs with a run that is too long to be a term and matches."""
    candidates = snapshot.postings(schema.WORDS, schema.LONG_RUN).paragraphs[: snapshot.budget.max_paragraphs]
    matching = [_NO_PARAGRAPHS]
    for start in range(0, len(candidates), substring.BATCH_SIZE):
        snapshot.budget.check()
        texts = folded_texts(snapshot, candidates[start : start + substring.BATCH_SIZE])
        runs = (run.start() for run in _LONG_RUN.finditer(texts.text) if matches(run[0].encode()))
        owners = texts.owners[texts.texts_at(np.fromiter(runs, np.int64))]
        matching.append(candidates[start + sorted_sets.distinct(owners)])
    return np.concatenate(matching)


def _too_many_terms(limit: int) -> tuple[str, ...]:
    return (f"too many terms match: only the first {limit:,} were searched; use a longer pattern",)


def unread_note(paragraphs: int) -> tuple[str, ...]:
    """Return a note on paragraphs that were not read, if there are any."""
    if not paragraphs:
        return ()
    return (f"only the best candidates were read: {paragraphs:,} more may match; use a longer pattern",)


def regex_finder(pattern: re.Pattern[str]) -> Callable[[str], Spans]:
    """Return a finder of a regular expression."""
    return lambda folded: [match.span() for match in pattern.finditer(folded)]


def text_finder(text: str) -> Callable[[str], Spans]:
    """Return a finder of a literal text."""
    return regex_finder(re.compile(re.escape(text)))


def run_finder(pattern: re.Pattern[bytes]) -> Callable[[str], Spans]:
    """Return a finder of the Latin and number runs that match as a whole."""
    return lambda folded: [run.span() for run in _RUN.finditer(folded) if pattern.match(run[0].encode())]


def _terms_finder(terms: tuple[str, ...]) -> Callable[[str], Spans]:
    def find(folded: str) -> Spans:
        present = sorted((term for term in terms if term in folded), key=len, reverse=True)
        if not present:
            return []
        pattern = "|".join(
            rf"(?<![{_RUN_CHARACTERS}]){re.escape(term)}(?![{_RUN_CHARACTERS}])"
            if term.isascii()
            else re.escape(term)
            for term in present
        )
        return [match.span() for match in re.finditer(pattern, folded)]

    return find
