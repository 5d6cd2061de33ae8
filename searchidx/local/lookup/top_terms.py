"""Terms of an index by document frequency: all with a prefix, or the most frequent of a field.

For ``searchidx terms``. Every segment counts its own terms at once, without decoding postings; only terms that may be among
the most frequent are summed over the segments (threshold algorithm, Fagin, Lotem and Naor 2001).
"""

from collections.abc import Iterable

import numpy as np

from searchidx.errors import UsageError
from searchidx.fold import fold
from searchidx.local.segment import schema
from searchidx.local.segment.segment import Segment
from searchidx.local.segment.snapshot import Numbers, Snapshot
from searchidx.results import TermCount

LISTED = (schema.WORDS, schema.FORMS, schema.HEADINGS, schema.CHARACTERS, schema.BIGRAMS)
"""Fields with terms for people to see."""
_EXTRA_DEPTH = 64  # terms of each segment that are considered beside the limit
_INTERNAL_PREFIX = b"\n"  # of terms that occur in no text


def terms(snapshot: Snapshot, prefix: str, field: str, limit: int) -> list[TermCount]:
    """Return terms with a prefix, the most frequent first.

    Args:
        snapshot: The index.
        prefix: Prefix, folded before the look-up; empty for all terms.
        field: One of ``LISTED``.
        limit: Number of terms at most; 0 means all.

    Raises:
        UsageError: The field is unknown.
    """
    if field not in LISTED:
        raise UsageError(f"--field: {field!r} is not one of {', '.join(LISTED)}")
    parts = [_PrefixTerms(part, field, fold(prefix)) for part in snapshot.segments]
    depth = limit + _EXTRA_DEPTH if limit else max((len(part.counts) for part in parts), default=0)
    while True:
        snapshot.budget.check()
        candidates = {term for part in parts for term in part.most_frequent(depth)}
        ranked = _ranked(snapshot, field, candidates, parts)
        # The frequency of every term that is no candidate is at most this.
        bound = sum(part.count_beyond(depth) for part in parts)
        if not bound or (limit and len(ranked) >= limit and ranked[limit - 1].paragraphs > bound):
            return ranked[:limit] if limit else ranked
        depth *= 4


class _PrefixTerms:
    """Terms of one segment with a prefix, and their document frequencies, deleted paragraphs included."""

    def __init__(self, part: Segment, field: str, prefix: str) -> None:
        self._table = part.table(field)
        self._start, end = self._table.prefix_range(prefix.encode("utf-8", "surrogatepass"))
        self._text, self._ends = self._table.text(self._start, end)
        self.counts = _document_frequencies(part, field, self._start, end)
        self._order = np.argsort(-self.counts, kind="stable")
        self._positions: dict[bytes, int] = {}

    def most_frequent(self, depth: int) -> Iterable[str]:
        """Yield the most frequent terms."""
        for position in self._order[:depth].tolist():
            term = self._term(position)
            if not term.startswith(_INTERNAL_PREFIX):
                self._positions[term] = position
                yield self._table.decode(term)

    def count_beyond(self, depth: int) -> int:
        """Return the frequency of the first term that is not among the most frequent."""
        return int(self.counts[self._order[depth]]) if depth < len(self._order) else 0

    def count(self, text: str) -> int:
        """Return the frequency of a term; 0 if the segment has none."""
        term = text.encode("utf-8", "surrogatepass")
        position = self._positions.get(term)
        if position is None:
            position = self._table.find(term) - self._start
        return int(self.counts[position]) if position >= 0 else 0

    def _term(self, position: int) -> bytes:
        start = int(self._ends[position - 1]) if position else 0
        return self._text[start : int(self._ends[position])]


def _document_frequencies(part: Segment, field: str, start: int, end: int) -> Numbers:
    table = part.table(field)
    if field != schema.HEADINGS or start >= end:
        return table.counts(start, end)
    lists, counts = table.postings_of_range(start, end)
    if int(lists.paragraphs.max(initial=0)) >= max(part.sections, 1):
        raise table.corrupt("names sections that it does not have")
    sizes = np.diff(part.section_starts)[lists.paragraphs]
    return np.add.reduceat(sizes, np.cumsum(counts) - counts)


def _ranked(snapshot: Snapshot, field: str, terms: set[str], parts: list[_PrefixTerms]) -> list[TermCount]:
    """Sum terms over the segments, the most frequent first; in a snapshot with deletions live paragraphs are counted."""
    rows = []
    for term in terms:
        if snapshot.live is None:
            count = sum(part.count(term) for part in parts)
        else:
            count = len(snapshot.postings(field, term).paragraphs)
        if count:
            rows.append(TermCount(term, count))
    return sorted(rows, key=lambda row: (-row.paragraphs, row.term))
