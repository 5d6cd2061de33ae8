"""The terms of an index by how many paragraphs hold them: all with a prefix, or the most frequent of a field.

For ``searchidx terms``. Every segment counts its own terms at once, without decoding a posting list; only terms that may
come out among the most frequent are added up over the segments (the threshold algorithm of Fagin, Lotem and Naor 2001).
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
"""Fields whose terms are for people to see."""
_FIRST_LOOK = 64  # terms of each segment, beside those asked for
_OURS = b"\n"  # begins terms that stand in no text


def terms(snapshot: Snapshot, prefix: str, field: str, limit: int) -> list[TermCount]:
    """List terms, the most frequent first.

    Args:
        snapshot: The index.
        prefix: Folded before it is looked for; empty for all terms.
        field: One of ``LISTED``.
        limit: How many at most; 0 means all.

    Raises:
        UsageError: There is no such field.
    """
    if field not in LISTED:
        raise UsageError(f"--field: {field!r} is not one of {', '.join(LISTED)}")
    parts = [_Range(part, field, fold(prefix)) for part in snapshot.segments]
    depth = limit + _FIRST_LOOK if limit else max((len(part.counts) for part in parts), default=0)
    while True:
        snapshot.budget.check()
        candidates = {term for part in parts for term in part.most_frequent(depth)}
        counted = _counted(snapshot, field, candidates, parts)
        # No term that was not looked at stands in more paragraphs than this.
        unseen = sum(part.most_beyond(depth) for part in parts)
        if not unseen or (limit and len(counted) >= limit and counted[limit - 1].paragraphs > unseen):
            return counted[:limit] if limit else counted
        depth *= 4


class _Range:
    """The terms of one segment that begin with a prefix, and how many paragraphs hold each, deleted ones too."""

    def __init__(self, part: Segment, field: str, prefix: str) -> None:
        self._table = part.table(field)
        self._start, end = self._table.prefix_range(prefix.encode("utf-8", "surrogatepass"))
        self._text, self._ends = self._table.text(self._start, end)
        self.counts = _counts(part, field, self._start, end)
        self._order = np.argsort(-self.counts, kind="stable")
        self._places: dict[bytes, int] = {}

    def most_frequent(self, depth: int) -> Iterable[str]:
        for position in self._order[:depth].tolist():
            term = self._term(position)
            if not term.startswith(_OURS):
                self._places[term] = position
                yield self._table.decode(term)

    def most_beyond(self, depth: int) -> int:
        return int(self.counts[self._order[depth]]) if depth < len(self._order) else 0

    def count(self, text: str) -> int:
        term = text.encode("utf-8", "surrogatepass")
        position = self._places.get(term)
        if position is None:
            position = self._table.find(term) - self._start
        return int(self.counts[position]) if position >= 0 else 0

    def _term(self, position: int) -> bytes:
        start = int(self._ends[position - 1]) if position else 0
        return self._text[start : int(self._ends[position])]


def _counts(part: Segment, field: str, start: int, end: int) -> Numbers:
    table = part.table(field)
    if field != schema.HEADINGS or start >= end:
        return table.counts(start, end)
    lists, counts = table.postings_of_range(start, end)
    if int(lists.paragraphs.max(initial=0)) >= max(part.sections, 1):
        raise table.corrupt("names sections that it does not have")
    sizes = np.diff(part.section_starts)[lists.paragraphs]
    return np.add.reduceat(sizes, np.cumsum(counts) - counts)


def _counted(snapshot: Snapshot, field: str, terms: set[str], parts: list[_Range]) -> list[TermCount]:
    """Add up over the segments; where something is deleted, only what is left counts."""
    found = []
    for term in terms:
        if snapshot.live is None:
            count = sum(part.count(term) for part in parts)
        else:
            count = len(snapshot.postings(field, term).paragraphs)
        if count:
            found.append(TermCount(term, count))
    return sorted(found, key=lambda entry: (-entry.paragraphs, entry.term))
