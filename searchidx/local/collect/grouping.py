"""All matches of a query put in order: grouped by document, near-identical ones folded, counted by what they are.

For :meth:`searchidx.local.engine.LocalEngine.search` where more is asked than the plain ranking. Order, groups and
counts come from arrays over all matches; texts are read only to fold near-identical paragraphs and for the hits of the
page.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from searchidx import ranking
from searchidx._startup.array_types import NDArray
from searchidx.arrangement import Arrangement
from searchidx.local.collect import near_duplicates
from searchidx.local.collect.top_hits import TIERS, Ranked, Ranking, Selection, select
from searchidx.local.lookup import sorted_sets
from searchidx.local.matching.matcher import Matches
from searchidx.local.scoring import Scores
from searchidx.local.segment import schema
from searchidx.local.segment.segment import record_of
from searchidx.local.segment.snapshot import Numbers, Snapshot
from searchidx.results import FacetCount, Hit, HitStream, Neighbour, Tier

_AT_A_TIME = 1024  # texts or sections read between two looks at the clock
MOST_FOLDED = 20_000
"""Matches among which near-identical ones are folded, from the best on: for the time it takes."""
_NOT_ALL = f"near-identical paragraphs are folded among the {MOST_FOLDED:,} best matches, not among all"
_UNITS = {"date": 10_000, "month": 100, "day": 1}  # of dates as numbers
_WRITTEN_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_TYPE, _PATH = range(2)


class Arranged(NamedTuple):
    """A page of arranged matches.

    Attributes:
        hits: In order.
        tiers: How many matches each tier has.
        groups: How many hits there are in all to page through; None where every match is a hit.
        facets: For each facet asked for its values, the most frequent first.
        notes: What a user should know of it.
    """

    hits: HitStream
    tiers: dict[Tier, int]
    groups: int | None
    facets: dict[str, tuple[FacetCount, ...]]
    notes: tuple[str, ...]


class Standing(NamedTuple):
    """All matches in rank order.

    Attributes:
        numbers: Of the paragraphs.
        tiers: Positions in literal, words, some.
        scores: As a search would show them.
        best: The first of them, as selected.
    """

    numbers: Numbers
    tiers: NDArray[np.int8]
    scores: NDArray[np.float64]
    best: Selection

    def lead(self, place: int) -> float:
        """Return what the score at a place was raised by, for coming first in its tier.

        Of literal hits these are those with nothing visible passed over, of the next tier those that lack the closing sign
        alone.
        """
        first = int(np.count_nonzero(self.tiers == TIERS.index("literal")))
        is_raised = place < self.best.contiguous or first <= place < first + self.best.bare
        return self.best.lead if is_raised else 0.0


def arranged(
    snapshot: Snapshot,
    matches: Matches,
    scores: Scores,
    wanted: Arrangement,
    limit: int,
    offset: int,
    fetch: Callable[[Sequence[Ranked], int, Matches], list[Hit]],
) -> Arranged:
    """Arrange all matches, and fetch the hits of one page.

    Args:
        snapshot: Where they are.
        matches: What was found.
        scores: Its scores.
        wanted: What to do with it.
        limit: Hits at most; 0 is all.
        offset: How many to leave out.
        fetch: Makes hits of ranked paragraphs, given the rank of the first.
    """
    everything = standing(snapshot, matches, scores)
    documents = _Documents(snapshot, everything.numbers)
    order = np.arange(len(everything.numbers))
    same = np.zeros(len(order), np.int64)
    notes = everything.best.notes
    if wanted.distinct:
        leading = _leading(snapshot, everything.numbers)
        same = np.bincount(leading, minlength=len(order)) - 1
        notes += (_NOT_ALL,) if len(order) > MOST_FOLDED else ()
        order = np.flatnonzero(leading == order)
    if wanted.group is not None:
        _, first = np.unique(documents.owners[order], return_index=True)
        order = order[np.sort(first)]
    order = order[_sorted(everything, documents, order, wanted.sort)]
    page = order[offset : offset + limit if limit else None]

    def hits(start: int, end: int) -> list[Hit]:
        places = page[start:end]
        ranked = Ranking(everything.numbers[places], everything.tiers[places], everything.scores[places])
        fetched = fetch(ranked, offset + start + 1, matches)
        if wanted == Arrangement(sort=wanted.sort, facets=wanted.facets):
            return fetched
        more = documents.counts[documents.owners[places]] - 1 if wanted.group is not None else 0 * places
        extras = zip(fetched, ranked, more.tolist(), same[places].tolist(), strict=True)
        return [_with(snapshot, wanted, *extra) for extra in extras]

    counts = np.bincount(everything.tiers, minlength=len(TIERS)).tolist()
    return Arranged(
        HitStream(
            len(page),
            hits,
            len(sorted_sets.distinct(documents.owners[page])),
            context=wanted.before + wanted.after > 0,
        ),
        dict(zip(TIERS, counts, strict=True)),
        len(order) if wanted.distinct or wanted.group is not None else None,
        {facet: _counts(snapshot, everything.numbers, documents, facet) for facet in wanted.facets},
        notes,
    )


def standing(snapshot: Snapshot, matches: Matches, sums: Scores) -> Standing:
    """Rank all matches, each as a search for all would."""
    near = int(np.count_nonzero(matches.as_written)) + ranking.WINDOW_DEPTH
    # So many that every literal hit is among them, and all whose score the best window changes.
    best = select(snapshot, matches, sums, near)
    numbers = matches.numbers
    tiers = np.where(matches.words, 1, 2).astype(np.int8)
    scores = sums.of(numbers)
    at = np.searchsorted(numbers, best.ranked.numbers)
    scores[at] = best.ranked.scores
    tiers[at] = best.ranked.tiers
    owners = snapshot.owners(numbers)
    order = np.lexsort((numbers, snapshot.path_ranks[owners], -scores, tiers))
    return Standing(numbers[order], tiers[order], scores[order], best)


def neighbours(snapshot: Snapshot, number: int, before: int, after: int) -> tuple[range, range]:
    """Numbers of the paragraphs before and after one, in its document."""
    part, within = snapshot.locate(number)
    document = int(part.documents_of(np.array([within]))[0])
    base = number - within
    start, end = (int(place) + base for place in part.first[document : document + 2])
    return range(max(start, number - before), number), range(number + 1, min(end, number + 1 + after))


class _Documents:
    """What is known of the documents of all matches.

    Attributes:
        owners: Of each match, the number of its document.
        counts: Of each document, how many matches it has.
    """

    def __init__(self, snapshot: Snapshot, numbers: Numbers) -> None:
        self._snapshot = snapshot
        self._numbers = numbers
        self.owners = snapshot.owners(numbers)
        self.counts = np.bincount(self.owners)

    def types(self) -> Iterable[tuple[str, int]]:
        """Formats, with the matches of each document."""
        return zip(self._column(_TYPE), self.counts.tolist(), strict=False)

    def folders(self) -> Iterable[tuple[str, int]]:
        """Folders, with the matches of each document."""
        return zip(map(os.path.dirname, self._column(_PATH)), self.counts.tolist(), strict=False)

    def dates(self) -> Numbers:
        """The date of each match as a number such as 20230420, what is missing being zero."""
        dates = self._snapshot.remember(("paragraphs", "dates"), self._dates)
        return dates[self._numbers].astype(np.int64)

    def path_ranks(self) -> Numbers:
        """Where the path of each match's document stands among all paths."""
        ranks: Numbers = self._snapshot.path_ranks[self.owners]
        return ranks

    def _column(self, column: int) -> list[Any]:
        kept: list[Any] = self._snapshot.remember(("documents", "known"), self._known)[:, column].tolist()
        return kept

    def _known(self) -> NDArray[Any]:
        records = (
            record_of(row) for part in self._snapshot.segments for row in part.document_rows.all_rows()
        )
        return np.array([(record.type, record.path) for record in records], object).reshape(-1, 2)

    def _dates(self) -> NDArray[np.int32]:
        """Of every paragraph, its own or its document's, as the terms of dates have it."""
        from searchidx.mentions.terms import DOCUMENT_DATE_KINDS  # and much that only dates and amounts need

        snapshot = self._snapshot
        dates = np.zeros(snapshot.size, np.int32)
        for base, part in zip(snapshot.bases, snapshot.segments, strict=False):
            table = part.table(schema.MENTIONS)
            for kind in DOCUMENT_DATE_KINDS:
                snapshot.budget.check()
                start, end = table.prefix_range(kind.encode())
                lists, counts = table.postings_of_range(start, end)
                if int(lists.paragraphs.max(initial=0)) >= max(part.count, 1):
                    raise table.corrupt("names paragraphs that it does not have")
                terms = (
                    table.term(position)[1:].decode("utf-8", "replace") for position in range(start, end)
                )
                values = np.fromiter(map(date_number, terms), np.int32, end - start)
                dates[lists.paragraphs + base] = np.repeat(values, counts)
        return dates


def date_number(date: str | None) -> int:
    """A date such as ``2023-04`` as a number, 20230400; 0 for none."""
    written = _WRITTEN_DATE.fullmatch(date or "")
    return int("".join(part or "00" for part in written.groups())) if written else 0


def _leading(snapshot: Snapshot, numbers: Numbers) -> Numbers:
    """For each match in rank order the position of the best one it is near-identical to."""
    places = np.argsort(numbers[:MOST_FOLDED])
    in_order = [""] * len(places)
    for start in range(0, len(places), _AT_A_TIME):
        snapshot.budget.check()
        some = places[start : start + _AT_A_TIME]
        for place, text in zip(some.tolist(), snapshot.texts(numbers[some]), strict=True):
            in_order[place] = text
    leading = np.arange(len(numbers))
    leading[: len(places)] = near_duplicates.leaders(in_order, snapshot.budget)
    return leading


def _sorted(everything: Standing, documents: _Documents, chosen: Numbers, by: str) -> Numbers:
    """Positions of the chosen matches, which come in rank order, in the order asked for."""
    if by == "score":
        return np.arange(len(chosen))
    tiers = everything.tiers[chosen]
    place = (everything.numbers[chosen], documents.path_ranks()[chosen])
    if by == "path":
        return np.lexsort((*place, tiers))
    return np.lexsort((*place, -documents.dates()[chosen], tiers))


def _with(snapshot: Snapshot, wanted: Arrangement, hit: Hit, at: Ranked, more: int, same: int) -> Hit:
    """A hit with what stands for it and around it."""
    before, after = neighbours(snapshot, at.number, wanted.before, wanted.after)
    return replace(
        hit, more=more, same=same, before=_fetched(snapshot, before), after=_fetched(snapshot, after)
    )


def _fetched(snapshot: Snapshot, numbers: Sequence[int]) -> tuple[Neighbour, ...]:
    return tuple(
        Neighbour(paragraph.line, paragraph.end_line, paragraph.text)
        for paragraph in snapshot.paragraphs(numbers)
    )


def _counts(
    snapshot: Snapshot, numbers: Numbers, documents: _Documents, facet: str
) -> tuple[FacetCount, ...]:
    if facet == "heading":
        return _most_first(_headings(snapshot, numbers))
    if facet in _UNITS:
        unit = _UNITS[facet]
        dates = documents.dates() // unit
        known = dates * (dates % 100 > 0) if unit < 10_000 else dates
        values, counts = np.unique(known, return_counts=True)
        return _most_first(zip(map(_written, values.tolist()), counts.tolist(), strict=True))
    return _most_first(documents.folders() if facet == "path" else documents.types())


def _written(date: int) -> str:
    """A number of four, six or eight digits as a date; nothing for 0."""
    digits = str(date)
    return "-".join(piece for piece in (digits[:4], digits[4:6], digits[6:]) if piece) if date else ""


def _headings(snapshot: Snapshot, numbers: Numbers) -> Iterable[tuple[str, int]]:
    """Every title that matches stand below, with how many do; the empty one for those that stand below none."""
    ascending = np.sort(numbers)
    for position, part in enumerate(snapshot.segments):
        begin, end = np.searchsorted(ascending, snapshot.bases[position : position + 2]).tolist()
        within = ascending[begin:end] - snapshot.bases[position]
        sections = np.searchsorted(part.first_of_sections, within, side="right") - 1
        held, counts = np.unique(sections, return_counts=True)
        for start in range(0, len(held), _AT_A_TIME):
            snapshot.budget.check()
            some = slice(start, start + _AT_A_TIME)
            rows = part.section_rows.rows(held[some].tolist())
            for row, count in zip(rows, counts[some].tolist(), strict=True):
                for title in dict.fromkeys(row.facts or ("",)):
                    yield title, count


def _most_first(values: Iterable[tuple[str, int]]) -> tuple[FacetCount, ...]:
    counter: Counter[str] = Counter()
    for value, count in values:
        if count:
            counter[value] += count
    ordered = sorted(counter.items(), key=itemgetter(0))
    ordered.sort(key=itemgetter(1), reverse=True)
    return tuple(FacetCount(value or None, count) for value, count in ordered)
