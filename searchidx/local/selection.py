"""Which matches come first: by tier, then score, then place.

Whether a paragraph holds the query as written may have to be read in its text. Only as many are read as the page
needs: candidates are looked at from the highest score down until the page is full of literal hits or none is left.
Below the literal hits, the first hundred are also scored by the best window of their text.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchidx import ranking
from searchidx.engine import Tier
from searchidx.fold import fold
from searchidx.local import literal, scoring
from searchidx.local.evaluate import Matches
from searchidx.local.snapshot import Mask, Numbers, Snapshot

_MANY = 4096  # hits
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


def select(snapshot: Snapshot, matches: Matches, scores: NDArray[np.float64], wanted: int) -> Selection:
    """Choose the best ``wanted`` matches; 0 means all."""
    total = int(np.count_nonzero(matches.matching))
    wanted = min(wanted, total) if wanted else total
    literal_hits, unread = _literal_hits(snapshot, matches, scores, wanted)
    words = matches.words & ~literal_hits
    some = matches.matching & ~literal_hits & ~words
    ranked = _best(snapshot, "literal", np.flatnonzero(literal_hits), scores, wanted)
    close = ranking.WINDOW_DEPTH
    rest: tuple[tuple[Tier, Mask], ...] = (("words", words), ("some", some))
    for tier, mask in rest:
        if len(ranked) < wanted:
            numbers = np.flatnonzero(mask)
            looked_at = _looked_at_closely(snapshot, matches, numbers, scores, close)
            ranked += _best(snapshot, tier, looked_at, scores, wanted - len(ranked))
            close -= len(looked_at)
            if len(ranked) < wanted:
                ranked += _best(snapshot, tier, _without(numbers, looked_at), scores, wanted - len(ranked))
    tiers: tuple[tuple[Tier, Mask], ...] = (("literal", literal_hits), *rest)
    counts = None if unread else {tier: int(np.count_nonzero(mask)) for tier, mask in tiers}
    return Selection(ranked, counts)


def _looked_at_closely(
    snapshot: Snapshot, matches: Matches, numbers: Numbers, scores: NDArray[np.float64], depth: int
) -> Numbers:
    """Add the score of the best window to the scores of the best paragraphs, in place; returns these."""
    best = _best_at_most(numbers, scores[numbers], depth)
    weights = scoring.weights_in_text(snapshot, matches.terms)
    for number, raw in zip(best.tolist(), snapshot.texts(best), strict=True):
        text = fold(raw.decode("utf-8", "surrogatepass"))
        scores[number] += ranking.WINDOW_WEIGHT * ranking.best_window(text, weights)
    return best


def _best_at_most(numbers: Numbers, scores: NDArray[np.float64], depth: int) -> Numbers:
    """The best, ``depth`` at most, in the order given. What ties over the edge is left out: the same text gets the same score."""
    if len(numbers) <= depth:
        return numbers
    if depth <= 0:
        return numbers[:0]
    floor = np.partition(scores, -depth)[-depth]
    kept = scores >= floor
    best: Numbers = numbers[kept if np.count_nonzero(kept) <= depth else scores > floor]
    return best


def _without(numbers: Numbers, taken: Numbers) -> Numbers:
    left: Numbers = np.setdiff1d(numbers, taken, assume_unique=True)
    return left


def _literal_hits(
    snapshot: Snapshot, matches: Matches, scores: NDArray[np.float64], wanted: int
) -> tuple[Mask, bool]:
    """The literal hits that a page needs, and whether there may be more."""
    hits = matches.literal.copy()
    candidates = np.flatnonzero(matches.possible)
    if not len(candidates):
        return hits, False
    candidates = candidates[np.argsort(-scores[candidates], kind="stable")]
    at, batch = 0, max(_BATCH, wanted)
    while at < len(candidates):
        # A page is full when enough hits score at least as well as every candidate that is left.
        if np.count_nonzero(hits) >= wanted:
            floor = np.partition(scores[hits], -wanted)[-wanted] if wanted else np.inf
            if scores[candidates[at]] < floor:
                return hits, True
        read = np.sort(candidates[at : at + batch])
        hits[read[literal.contains(snapshot, matches.needles, read)]] = True
        at += batch
        batch *= 2
    return hits, False


def _best(
    snapshot: Snapshot, tier: Tier, numbers: Numbers, scores: NDArray[np.float64], wanted: int
) -> list[Ranked]:
    found = scores[numbers]
    if wanted < len(numbers):
        kept = found >= np.partition(found, -wanted)[-wanted]
        numbers, found = numbers[kept], found[kept]
    order = _in_order(snapshot, numbers, found)[:wanted]
    return [Ranked(int(numbers[position]), tier, float(found[position])) for position in order]


def _in_order(snapshot: Snapshot, numbers: Numbers, scores: NDArray[np.float64]) -> list[int]:
    """Positions by falling score; equal ones by path and place, so that no answer depends on how it was indexed."""
    if len(numbers) > _MANY:  # then it is quicker to know the order of all paths
        ranks = snapshot.path_ranks[snapshot.owners(numbers)]
        ordered: list[int] = np.lexsort((numbers, ranks, -scores)).tolist()
        return ordered
    order: list[int] = np.argsort(-scores, kind="stable").tolist()
    values = scores.tolist()
    tied = [at for at in range(1, len(order)) if values[order[at]] == values[order[at - 1]]]
    if not tied:
        return order
    positions = sorted({order[at] for at in tied} | {order[at - 1] for at in tied})
    chosen = [int(numbers[position]) for position in positions]
    paths = {
        position: (record.path, number)
        for position, number, record in zip(positions, chosen, snapshot.records(chosen), strict=True)
    }
    return sorted(order, key=lambda position: (-values[position], paths.get(position, ("", 0))))
