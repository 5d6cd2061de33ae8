"""Facet counts of all matches: by type, folder, heading and date.

Counts come from arrays over all matches, never from texts.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.local.segment import schema
from searchidx.local.segment.segment import record_of
from searchidx.local.segment.snapshot import Numbers, Snapshot
from searchidx.results import FacetCount

_SECTIONS_PER_CHECK = 1024  # sections read between two checks of the budget
_DATE_UNITS = {"date": 10_000, "month": 100, "day": 1}  # of dates as numbers
_ISO_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_TYPE, _PATH = range(2)


class MatchedDocuments:
    """Documents of all matches.

    Attributes:
        owners: Document number of each match.
        counts: Number of matches of each document.
    """

    def __init__(self, snapshot: Snapshot, numbers: Numbers) -> None:
        """Look up the documents of matching paragraphs."""
        self._snapshot = snapshot
        self._numbers = numbers
        self.owners = snapshot.owners(numbers)
        self.counts = np.bincount(self.owners)

    def types(self) -> Iterable[tuple[str, int]]:
        """Return the type of each document with its number of matches."""
        return zip(self._column(_TYPE), self.counts.tolist(), strict=False)

    def folders(self) -> Iterable[tuple[str, int]]:
        """Return the folder of each document with its number of matches."""
        return zip(map(os.path.dirname, self._column(_PATH)), self.counts.tolist(), strict=False)

    def dates(self) -> Numbers:
        """Return the date of each match as a number such as 20230420; a missing part is zero."""
        dates = self._snapshot.cached(("paragraphs", "dates"), self._dates_of_all)
        return dates[self._numbers].astype(np.int64)

    def path_ranks(self) -> Numbers:
        """Return, for each match, the rank of its path among all paths."""
        ranks: Numbers = self._snapshot.path_ranks[self.owners]
        return ranks

    def _column(self, column: int) -> list[Any]:
        values: list[Any] = self._snapshot.cached(("documents", "known"), self._columns)[:, column].tolist()
        return values

    def _columns(self) -> NDArray[Any]:
        records = (
            record_of(row) for part in self._snapshot.segments for row in part.document_rows.all_rows()
        )
        return np.array([(record.type, record.path) for record in records], object).reshape(-1, 2)

    def _dates_of_all(self) -> NDArray[np.int32]:
        """Return the date of every paragraph, its own or its document's, out of the terms of the mentions field."""
        from searchidx.mentions.terms import (
            DOCUMENT_DATE_KINDS,  # it imports much that only dates and amounts need
        )

        snapshot = self._snapshot
        dates = np.zeros(snapshot.size, np.int32)
        for base, part in zip(snapshot.bases, snapshot.segments, strict=False):
            table = part.table(schema.MENTIONS)
            for kind in DOCUMENT_DATE_KINDS:
                snapshot.budget.check()
                start, end = table.prefix_range(kind.encode())
                lists, counts = table.postings_of_range(start, end)
                if int(lists.paragraphs.max(initial=0)) >= max(part.count, 1):
                    raise table.corrupt("a posting is beyond the last paragraph")
                terms = (
                    table.term(position)[1:].decode("utf-8", "replace") for position in range(start, end)
                )
                values = np.fromiter(map(date_number, terms), np.int32, end - start)
                dates[lists.paragraphs + base] = np.repeat(values, counts)
        return dates


def date_number(date: str | None) -> int:
    """Return a date such as ``2023-04`` as a number, 20230400; 0 for none."""
    match = _ISO_DATE.fullmatch(date or "")
    return int("".join(part or "00" for part in match.groups())) if match else 0


def facet_counts(
    snapshot: Snapshot, numbers: Numbers, documents: MatchedDocuments, facet: str
) -> tuple[FacetCount, ...]:
    """Count matching paragraphs by the values of a facet, the most frequent first."""
    if facet == "heading":
        return _ordered(_headings(snapshot, numbers))
    if facet in _DATE_UNITS:
        unit = _DATE_UNITS[facet]
        dates = documents.dates() // unit
        complete = dates * (dates % 100 > 0) if unit < _DATE_UNITS["date"] else dates
        values, counts = np.unique(complete, return_counts=True)
        return _ordered(zip(map(_iso_date, values.tolist()), counts.tolist(), strict=True))
    return _ordered(documents.folders() if facet == "path" else documents.types())


def _iso_date(date: int) -> str:
    """Format a number of four, six or eight digits as a date; 0 as the empty string."""
    digits = str(date)
    return "-".join(piece for piece in (digits[:4], digits[4:6], digits[6:]) if piece) if date else ""


def _headings(snapshot: Snapshot, numbers: Numbers) -> Iterable[tuple[str, int]]:
    """Yield every heading above matches with their number; the empty one for matches below none."""
    ascending = np.sort(numbers)
    for position, part in enumerate(snapshot.segments):
        begin, end = np.searchsorted(ascending, snapshot.bases[position : position + 2]).tolist()
        within = ascending[begin:end] - snapshot.bases[position]
        section_of_each = np.searchsorted(part.section_starts, within, side="right") - 1
        sections, counts = np.unique(section_of_each, return_counts=True)
        for start in range(0, len(sections), _SECTIONS_PER_CHECK):
            snapshot.budget.check()
            batch = slice(start, start + _SECTIONS_PER_CHECK)
            rows = part.section_rows.rows(sections[batch].tolist())
            for row, count in zip(rows, counts[batch].tolist(), strict=True):
                for title in dict.fromkeys(row.facts or ("",)):
                    yield title, count


def _ordered(values: Iterable[tuple[str, int]]) -> tuple[FacetCount, ...]:
    """Sum up the counts of each value, the most frequent first, equal ones by value."""
    counter: Counter[str] = Counter()
    for value, count in values:
        if count:
            counter[value] += count
    ordered = sorted(counter.items(), key=itemgetter(0))
    ordered.sort(key=itemgetter(1), reverse=True)
    return tuple(FacetCount(value or None, count) for value, count in ordered)
