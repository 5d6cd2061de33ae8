"""Which matches come first: by tier, then score, then place.

Whether a paragraph holds the query as written may have to be read in its text. Only as many are read as the page
needs: candidates are looked at from the highest score down until the page is full of literal hits or none is left.
Below the literal hits, the first few are also scored by the best window of their text.
"""

from typing import NamedTuple

import numpy as np

from searchidx import ranking
from searchidx.engine import Tier
from searchidx.fold import fold
from searchidx.local import as_typed, ascending, literal, scoring
from searchidx.local.evaluate import Matches
from searchidx.local.scoring import Floats, Scores
from searchidx.local.snapshot import Mask, Numbers, Snapshot

_MANY = 64  # documents
_BATCH = 32  # candidates read at a time, at first


class Ranked(NamedTuple):
    """A hit before its paragraph is fetched."""

    number: int
    tier: Tier
    score: float


class Selection(NamedTuple):
    """The best matches.

    Attributes:
        ranked: In rank order.
        tiers: How many matches each tier has, or None where that was not needed and not found out.
    """

    ranked: list[Ranked]
    tiers: dict[Tier, int] | None


def select(snapshot: Snapshot, matches: Matches, scores: Scores, wanted: int) -> Selection:
    """Choose the best ``wanted`` matches; 0 means all."""
    total = len(matches.numbers)
    wanted = min(wanted, total) if wanted else total
    # The form that was typed comes first among the best; so many have to be known then, however few are shown.
    by_form = as_typed.matters(snapshot, matches)
    depth = max(wanted, ranking.AS_TYPED_DEPTH) if by_form else wanted
    literal_hits, unread = _literal_hits(snapshot, matches, scores, depth)
    words = matches.words & ~literal_hits
    some = ~(literal_hits | words)
    numbers, found = scores.best(matches.numbers[literal_hits], depth)
    if by_form:
        found = as_typed.preferred(snapshot, matches, numbers, found)
    ranked = _ranked(snapshot, "literal", numbers, found, wanted)
    close = ranking.WINDOW_DEPTH
    rest: tuple[tuple[Tier, Mask], ...] = (("words", words), ("some", some))
    for tier, mask in rest:
        if len(ranked) < wanted:
            looked_at, others = _looked_at_closely(
                snapshot, scores, scores.best(matches.numbers[mask], max(close, wanted - len(ranked))), close
            )
            ranked += _ranked(snapshot, tier, *looked_at, wanted - len(ranked))
            close -= len(looked_at.numbers)
            if len(ranked) < wanted:
                ranked += _ranked(snapshot, tier, *others, wanted - len(ranked))
    tiers: tuple[tuple[Tier, Mask], ...] = (("literal", literal_hits), *rest)
    counts = None if unread else {tier: int(np.count_nonzero(mask)) for tier, mask in tiers}
    return Selection(ranked, counts)


class _Scored(NamedTuple):
    numbers: Numbers
    scores: Floats


def _looked_at_closely(
    snapshot: Snapshot, scores: Scores, best: tuple[Numbers, Floats], depth: int
) -> tuple[_Scored, _Scored]:
    """Add the score of the best window to the scores of the best ``depth``; the others are left as they are.

    What ties over the edge is not looked at: the same text gets the same score.
    """
    numbers, sums = best
    near = np.zeros(len(numbers), bool)
    near[scoring.nearest(sums, depth)] = True
    weights = scores.weights_in_text()
    windows = [ranking.best_window(fold(text), weights) for text in snapshot.texts(numbers[near])]
    worth = np.where(snapshot.links[numbers[near]], ranking.LINK_WINDOW, 1.0) * ranking.WINDOW_WEIGHT
    looked_at = _Scored(numbers[near], sums[near] + worth * np.array(windows, np.float64))
    return looked_at, _Scored(numbers[~near], sums[~near])


def _literal_hits(snapshot: Snapshot, matches: Matches, scores: Scores, wanted: int) -> tuple[Mask, bool]:
    """Which matches are the literal hits that a page needs, and whether there may be more."""
    hits = matches.literal.copy()
    candidates = np.flatnonzero(matches.possible)  # as positions among the matches
    if not len(candidates):
        return hits, False
    likely = scores.of(matches.numbers[candidates])
    order = np.argsort(-likely, kind="stable")
    candidates, likely = candidates[order], likely[order]
    best = scores.best(matches.numbers[hits], wanted)[1]  # of those found so far
    at, batch = 0, max(_BATCH, wanted)
    while at < len(candidates):
        # A page is full when enough hits score at least as well as every candidate that is left.
        if len(best) >= wanted and likely[at] < (np.partition(best, -wanted)[-wanted] if wanted else np.inf):
            return hits, True
        batched = slice(at, at + batch)
        by_place = np.argsort(candidates[batched])
        read = candidates[batched][by_place]
        held = literal.contains(snapshot, matches.needles, matches.numbers[read])
        hits[read[held]] = True
        best = np.concatenate([best, likely[batched][by_place][held]])
        at += batch
        batch *= 2
    return hits, False


def _ranked(snapshot: Snapshot, tier: Tier, numbers: Numbers, scores: Floats, wanted: int) -> list[Ranked]:
    if wanted < len(numbers):
        floor = np.partition(scores, -wanted)[-wanted]
        above, tied = np.flatnonzero(scores > floor), np.flatnonzero(scores == floor)
        tied = tied[_by_place(snapshot, numbers[tied])[: wanted - len(above)]]
        kept = np.concatenate([above, tied])
        numbers, scores = numbers[kept], scores[kept]
    order = _in_order(snapshot, numbers, scores)
    return [Ranked(int(numbers[position]), tier, float(scores[position])) for position in order]


def _in_order(snapshot: Snapshot, numbers: Numbers, scores: Floats) -> Numbers:
    """Positions by falling score; equal ones by path and place, so that no answer depends on how it was indexed."""
    order: Numbers = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    same = ordered[1:] == ordered[:-1]
    if same.any():
        tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
        by_place = _by_place(snapshot, numbers[order[tied]])
        places = np.empty(len(tied), np.int64)
        places[by_place] = np.arange(len(tied))
        # Those that tie keep the positions that they have together, and are put in order within them.
        order[tied] = order[tied][np.lexsort((places, -ordered[tied]))]
    return order


def _by_place(snapshot: Snapshot, numbers: Numbers) -> Numbers:
    """Positions of paragraphs by path and number."""
    owners = snapshot.owners(numbers)
    distinct = ascending.distinct(owners)
    if len(distinct) > _MANY:  # then it is quicker to know the order of all paths
        ranks = snapshot.path_ranks[owners]
    else:
        ordered = np.argsort(np.array([snapshot.path(owner) for owner in distinct.tolist()], object))
        rank = np.empty(len(distinct), np.int64)
        rank[ordered] = np.arange(len(distinct))
        ranks = rank[np.searchsorted(distinct, owners)]
    positions: Numbers = np.lexsort((numbers, ranks))
    return positions
