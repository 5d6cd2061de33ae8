"""Arrangement of all matches: sorted, grouped by document, near-duplicates folded, with context and facet counts.

For :meth:`searchidx.local.engine.LocalEngine.search` beyond the plain ranking. Order, groups and counts come from arrays
over all matches; texts are read only to compare near-duplicates and for the hits of the page.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from searchidx import ranking
from searchidx._startup.array_types import NDArray
from searchidx.arrangement import Arrangement
from searchidx.local.collect import near_duplicates
from searchidx.local.collect.facets import MatchedDocuments, facet_counts
from searchidx.local.collect.top_hits import TIERS, Ranked, Ranking, Selection, select
from searchidx.local.lookup import sorted_sets
from searchidx.local.matching.matches import Matches
from searchidx.local.scoring import Scores
from searchidx.local.segment.snapshot import Numbers, Snapshot
from searchidx.results import FacetCount, Hit, HitStream, Neighbour, Tier

_TEXTS_PER_CHECK = 1024  # texts read between two checks of the budget
MAX_COMPARED = 20_000
"""Number of matches, from the best on, among which near-duplicates are folded."""
_NOT_ALL_COMPARED = (
    f"near-identical paragraphs are folded among the {MAX_COMPARED:,} best matches, not among all"
)


class Arranged(NamedTuple):
    """A page of arranged matches.

    Attributes:
        hits: Hits of the page, in order.
        tiers: Number of matches of each tier.
        groups: Number of hits of all pages; None if every match is a hit.
        facets: Value counts of each requested facet, the most frequent first.
        notes: Notes for the user.
    """

    hits: HitStream
    tiers: dict[Tier, int]
    groups: int | None
    facets: dict[str, tuple[FacetCount, ...]]
    notes: tuple[str, ...]


class FullRanking(NamedTuple):
    """All matches in rank order.

    Attributes:
        numbers: Paragraph numbers.
        tiers: Positions in :data:`TIERS`.
        scores: Scores, as a search shows them.
        selection: Selection of the first of them.
    """

    numbers: Numbers
    tiers: NDArray[np.int8]
    scores: NDArray[np.float64]
    selection: Selection

    def lead(self, position: int) -> float:
        """Return the amount by which the score at a position is raised, for coming first in its tier, or lowered.

        Of literal hits the contiguous ones are raised, of the next tier those that lack the closing punctuation alone. The
        last of that tier, with pieces of longer numbers, are lowered.
        """
        literal_count = int(np.count_nonzero(self.tiers == TIERS.index("literal")))
        bare = range(literal_count, literal_count + self.selection.bare_count)
        is_raised = position < self.selection.contiguous_count or position in bare
        if is_raised:
            return self.selection.lead
        words_end = literal_count + int(np.count_nonzero(self.tiers == TIERS.index("words")))
        is_piece = words_end - self.selection.piece_count <= position < words_end
        return -self.selection.piece_drop if is_piece else 0.0


def arranged(
    snapshot: Snapshot,
    matches: Matches,
    scores: Scores,
    arrangement: Arrangement,
    limit: int,
    offset: int,
    fetch: Callable[[Sequence[Ranked], int, Matches], list[Hit]],
) -> Arranged:
    """Arrange all matches, and fetch the hits of one page.

    Args:
        snapshot: The index.
        matches: Matches of the query.
        scores: Scores of the query.
        arrangement: Order, groups, context and facets.
        limit: Number of hits at most; 0 is all.
        offset: Number of hits to skip.
        fetch: Function that makes hits of ranked paragraphs, given the rank of the first.
    """
    all_ranked = rank_all(snapshot, matches, scores)
    documents = MatchedDocuments(snapshot, all_ranked.numbers)
    order = np.arange(len(all_ranked.numbers))
    duplicates = np.zeros(len(order), np.int64)
    notes = all_ranked.selection.notes
    if arrangement.distinct:
        leaders = _leaders(snapshot, all_ranked.numbers)
        duplicates = np.bincount(leaders, minlength=len(order)) - 1
        notes += (_NOT_ALL_COMPARED,) if len(order) > MAX_COMPARED else ()
        order = np.flatnonzero(leaders == order)
    if arrangement.group is not None:
        _, first = np.unique(documents.owners[order], return_index=True)
        order = order[np.sort(first)]
    order = order[_sorted(all_ranked, documents, order, arrangement.sort)]
    page = order[offset : offset + limit if limit else None]

    def hits(start: int, end: int) -> list[Hit]:
        positions = page[start:end]
        ranked = Ranking(
            all_ranked.numbers[positions], all_ranked.tiers[positions], all_ranked.scores[positions]
        )
        fetched = fetch(ranked, offset + start + 1, matches)
        if arrangement == Arrangement(sort=arrangement.sort, facets=arrangement.facets):
            return fetched
        others = (
            documents.counts[documents.owners[positions]] - 1
            if arrangement.group is not None
            else 0 * positions
        )
        extras = zip(fetched, ranked, others.tolist(), duplicates[positions].tolist(), strict=True)
        return [_with_context(snapshot, arrangement, *extra) for extra in extras]

    counts = np.bincount(all_ranked.tiers, minlength=len(TIERS)).tolist()
    return Arranged(
        HitStream(
            len(page),
            hits,
            len(sorted_sets.distinct(documents.owners[page])),
            context=arrangement.before + arrangement.after > 0,
        ),
        dict(zip(TIERS, counts, strict=True)),
        len(order) if arrangement.distinct or arrangement.group is not None else None,
        {facet: facet_counts(snapshot, all_ranked.numbers, documents, facet) for facet in arrangement.facets},
        notes,
    )


def rank_all(snapshot: Snapshot, matches: Matches, scores: Scores) -> FullRanking:
    """Rank all matches as a search without a limit does."""
    # The selection contains every literal hit, and every match whose score the best window changes.
    depth = int(np.count_nonzero(matches.may_be_literal)) + ranking.WINDOW_DEPTH
    if matches.with_pieces is not None:
        depth = 0  # hits with pieces of numbers come behind all others of their tier
    selection = select(snapshot, matches, scores, depth)
    numbers = matches.numbers
    tiers = np.where(matches.all_words, TIERS.index("words"), TIERS.index("some")).astype(np.int8)
    sums = scores.of(numbers)
    selected = np.searchsorted(numbers, selection.ranked.numbers)
    sums[selected] = selection.ranked.scores
    tiers[selected] = selection.ranked.tiers
    owners = snapshot.owners(numbers)
    order = np.lexsort((numbers, snapshot.path_ranks[owners], -sums, tiers))
    return FullRanking(numbers[order], tiers[order], sums[order], selection)


def neighbours(snapshot: Snapshot, number: int, before: int, after: int) -> tuple[range, range]:
    """Return the numbers of the paragraphs before and after one in its document."""
    part, within = snapshot.locate(number)
    document = int(part.documents_of(np.array([within]))[0])
    base = number - within
    start, end = (int(first) + base for first in part.document_starts[document : document + 2])
    return range(max(start, number - before), number), range(number + 1, min(end, number + 1 + after))


def _leaders(snapshot: Snapshot, numbers: Numbers) -> Numbers:
    """Return, for each match in rank order, the position of the best match it is a near-duplicate of."""
    positions = np.argsort(numbers[:MAX_COMPARED])
    in_rank_order = [""] * len(positions)
    for start in range(0, len(positions), _TEXTS_PER_CHECK):
        snapshot.budget.check()
        batch = positions[start : start + _TEXTS_PER_CHECK]
        for position, text in zip(batch.tolist(), snapshot.texts(numbers[batch]), strict=True):
            in_rank_order[position] = text
    leaders = np.arange(len(numbers))
    leaders[: len(positions)] = near_duplicates.leaders(in_rank_order, snapshot.budget)
    return leaders


def _sorted(all_ranked: FullRanking, documents: MatchedDocuments, order: Numbers, sort: str) -> Numbers:
    """Return the positions in ``order``, which is rank order, that put its matches into another order."""
    if sort == "score":
        return np.arange(len(order))
    tiers = all_ranked.tiers[order]
    location = (all_ranked.numbers[order], documents.path_ranks()[order])
    if sort == "path":
        return np.lexsort((*location, tiers))
    return np.lexsort((*location, -documents.dates()[order], tiers))


def _with_context(
    snapshot: Snapshot, arrangement: Arrangement, hit: Hit, ranked: Ranked, others: int, duplicates: int
) -> Hit:
    """Return a hit with the counts of what it represents and its context paragraphs."""
    before, after = neighbours(snapshot, ranked.number, arrangement.before, arrangement.after)
    return replace(
        hit,
        more=others,
        same=duplicates,
        before=_context(snapshot, before),
        after=_context(snapshot, after),
    )


def _context(snapshot: Snapshot, numbers: Sequence[int]) -> tuple[Neighbour, ...]:
    return tuple(
        Neighbour(paragraph.line, paragraph.end_line, paragraph.text)
        for paragraph in snapshot.paragraphs(numbers)
    )
