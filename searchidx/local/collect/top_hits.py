"""Which matches come first: by tier, then score, then place.

Whether a paragraph holds the query as written may have to be read in its text. Only as many are read as the page
needs: candidates are looked at from the highest score down until the page is full of literal hits or none is left.
Below the literal hits, the first few are also scored by the best window of their text.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Self, overload

import numpy as np

from searchidx import ranking
from searchidx._startup.array_types import NDArray
from searchidx.fold import fold
from searchidx.local import scoring
from searchidx.local.collect import variant_boost
from searchidx.local.lookup import read_forms, sorted_sets, substring
from searchidx.local.matching.matches import Evidence, Matches
from searchidx.local.scoring import Floats, Scores
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot
from searchidx.results import Tier

_MANY = 64  # documents
_BATCH = 32  # candidates read at a time, at first
_COUNTED = 4096  # candidates that are all read, so that matches with a sign and without can be counted


class Ranked(NamedTuple):
    """A hit before its paragraph is fetched."""

    number: int
    tier: Tier
    score: float


TIERS: tuple[Tier, ...] = ("literal", "words", "some")
"""In rank order."""


class Ranking(Sequence[Ranked]):
    """Hits in rank order, as arrays: there may be millions.

    Attributes:
        numbers: Of the paragraphs.
        tiers: Positions in :data:`TIERS`.
        scores: Higher is better within a tier.
    """

    def __init__(self, numbers: Numbers, tiers: NDArray[np.int8], scores: Floats) -> None:
        """Keep the columns."""
        self.numbers = numbers
        self.tiers = tiers
        self.scores = scores

    @classmethod
    def of_tier(cls, tier: Tier, numbers: Numbers, scores: Floats) -> Self:
        """Return a ranking of hits of one tier."""
        return cls(numbers, np.full(len(numbers), TIERS.index(tier), np.int8), scores)

    def __len__(self) -> int:
        """Return the number of hits."""
        return len(self.numbers)

    @overload
    def __getitem__(self, place: int) -> Ranked: ...
    @overload
    def __getitem__(self, place: slice) -> Self: ...
    def __getitem__(self, place: int | slice) -> Ranked | Self:
        """Return a hit, or the ranking of a slice."""
        if isinstance(place, slice):
            return type(self)(self.numbers[place], self.tiers[place], self.scores[place])
        return Ranked(int(self.numbers[place]), TIERS[self.tiers[place]], float(self.scores[place]))

    def __add__(self, other: "Ranking") -> "Ranking":
        """Return this ranking with another one behind it."""
        return Ranking(
            np.concatenate([self.numbers, other.numbers]),
            np.concatenate([self.tiers, other.tiers]),
            np.concatenate([self.scores, other.scores]),
        )


class Signs(NamedTuple):
    """Matches with the closing punctuation of a query and without it, where both exist.

    Attributes:
        with_sign: Number of literal matches.
        without: Number of matches that are literal but for the sign.
        exact: False where there may be more of either.
    """

    with_sign: int
    without: int
    exact: bool

    def note(self) -> str:
        """Return the counts for a person."""
        least = "" if self.exact else "at least "
        return f"{least}{self.with_sign:,} with the sign, {least}{self.without:,} without"


class Selection(NamedTuple):
    """Top hits of a query.

    Attributes:
        ranked: Hits in rank order.
        tiers: Number of matches of each tier; None if the page needed no count and some texts were not read.
        signs: Numbers of matches with and without the closing punctuation, if there are both.
        bare_count: Number of ranked hits, from the first behind the literal ones, that lack the closing punctuation alone.
        lead: Amount by which the scores of these are raised.
        contiguous_count: Number of ranked hits, from the first, that are literal with nothing visible passed over, if
            others are literal too; their scores are raised likewise.
    """

    ranked: Ranking
    tiers: dict[Tier, int] | None
    signs: Signs | None = None
    bare_count: int = 0
    lead: float = 0.0
    contiguous_count: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should know of the hits."""
        return () if self.signs is None else (self.signs.note(),)


def select(snapshot: Snapshot, matches: Matches, scores: Scores, wanted: int) -> Selection:
    """Choose the best ``wanted`` matches; 0 means all."""
    total = len(matches.numbers)
    wanted = min(wanted, total) if wanted else total
    # The form that was typed comes first among the best; so many have to be known then, however few are shown.
    by_form = variant_boost.matters(snapshot, matches)
    depth = max(wanted, ranking.VARIANT_BOOST_DEPTH) if by_form else wanted
    levels = _levels(snapshot, matches, scores, depth)

    def contained(tier: Tier, hits: Mask, limit: int) -> Ranking:
        numbers, found = scores.best(matches.numbers[hits], depth if limit else 0)
        if by_form:
            found = variant_boost.preferred(snapshot, matches, numbers, found)
        return _ranked(snapshot, tier, numbers, found, limit)

    apart = _apart(snapshot, matches, levels.literal, scores, depth)
    ranked = contained("literal", levels.literal & ~apart, wanted)
    behind = contained("literal", apart, wanted - len(ranked))
    contiguous = len(ranked) if len(behind) else 0
    if contiguous:
        ranked = Ranking(ranked.numbers, ranked.tiers, ranked.scores + scores.ceiling())
    ranked += behind
    bare = contained("words", levels.bare, wanted - len(ranked))
    # Scores fall within a tier, so those that come first in theirs are raised over all others of it.
    lead = scores.ceiling() if len(bare) or contiguous else 0.0
    ranked += Ranking(bare.numbers, bare.tiers, bare.scores + lead)
    close = ranking.WINDOW_DEPTH
    words = matches.all_words & ~(levels.literal | levels.bare)
    some = ~(matches.all_words | levels.literal | levels.bare)
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
    return Selection(ranked, levels.counts(words, some), levels.signs(), len(bare), lead, contiguous)


def unranked(matches: Matches, wanted: int) -> Selection:
    """Choose ``wanted`` matches by tier and place alone, where there was no time to rank; 0 means all."""
    literal_hits = matches.literal.proven
    tiers: tuple[tuple[Tier, Mask], ...] = (
        ("literal", literal_hits),
        ("words", matches.all_words & ~literal_hits),
        ("some", ~(matches.all_words | literal_hits)),
    )
    parts = [
        Ranking.of_tier(tier, matches.numbers[mask], np.zeros(np.count_nonzero(mask))) for tier, mask in tiers
    ]
    return Selection((parts[0] + parts[1] + parts[2])[: wanted or None], None)


class _Levels(NamedTuple):
    """Matches that contain the query as written.

    Attributes:
        literal: Mask of those that contain all of it.
        bare: Mask of those that contain it without its closing punctuation only.
        unread: Mask of those whose text was not looked at, because the page is full without them.
    """

    literal: Mask
    bare: Mask
    unread: Mask

    def counts(self, words: Mask, some: Mask) -> dict[Tier, int] | None:
        """Count the matches of each tier; None where some were not looked at."""
        if self.unread.any():
            return None
        tiers: tuple[tuple[Tier, Mask], ...] = (
            ("literal", self.literal),
            ("words", words | self.bare),
            ("some", some),
        )
        return {tier: int(np.count_nonzero(mask)) for tier, mask in tiers}

    def signs(self) -> Signs | None:
        """Count the matches by closing punctuation, where both kinds exist."""
        with_sign, without = int(np.count_nonzero(self.literal)), int(np.count_nonzero(self.bare))
        return Signs(with_sign, without, not self.unread.any()) if with_sign and without else None


def _levels(snapshot: Snapshot, matches: Matches, scores: Scores, depth: int) -> _Levels:
    """Look for the query in as many texts as a page needs; in all where it tells what a sign is worth, and they are few."""
    total = len(matches.numbers)
    if matches.bare is None:
        literal_hits, unread = _containing(snapshot, matches, matches.literal, scores, depth)
        return _Levels(literal_hits, np.zeros(total, bool), unread)
    if np.count_nonzero(matches.literal.possible | matches.bare.possible) <= _COUNTED:
        depth = total
    literal_hits, unread = _containing(snapshot, matches, matches.literal, scores, depth)
    rest = matches.bare.without(literal_hits | unread)
    left = max(depth - int(np.count_nonzero(literal_hits)), 0)
    bare_hits, unread_rest = _containing(snapshot, matches, rest, scores, left)
    return _Levels(literal_hits, bare_hits, unread | unread_rest)


def _apart(snapshot: Snapshot, matches: Matches, literal_hits: Mask, scores: Scores, depth: int) -> Mask:
    """Return the mask of the literal matches that contain the query only with something visible passed over."""
    nowhere = np.zeros(len(matches.numbers), bool)
    marks = read_forms.read_otherwise(snapshot)
    if not len(marks) or matches.has_alternatives or not matches.texts:
        return nowhere
    possible = literal_hits & sorted_sets.are_in(matches.numbers, marks)
    if not possible.any():
        return nowhere
    evidence = Evidence(literal_hits & ~possible, possible, matches.texts)
    contiguous, unread = _containing(snapshot, matches, evidence, scores, depth, substring.contains_unjoined)
    apart: Mask = literal_hits & ~contiguous & ~unread
    return apart


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
    windows = [
        ranking.best_window(fold(text), weights) for text in read_forms.texts_as_read(snapshot, numbers[near])
    ]
    worth = np.where(snapshot.links[numbers[near]], ranking.LINK_WINDOW_WEIGHT, 1.0) * ranking.WINDOW_WEIGHT
    looked_at = _Scored(numbers[near], sums[near] + worth * np.array(windows, np.float64))
    return looked_at, _Scored(numbers[~near], sums[~near])


def _containing(
    snapshot: Snapshot,
    matches: Matches,
    evidence: Evidence,
    scores: Scores,
    wanted: int,
    verify: Callable[[Snapshot, list[str], Numbers], Mask] = substring.verified,
) -> tuple[Mask, Mask]:
    """Masks of the matches with certain strings that a page needs, and of those whose text was not looked at."""
    hits = evidence.proven.copy()
    unread = evidence.possible.copy()
    candidates = np.flatnonzero(unread)  # as positions among the matches
    if not len(candidates):
        return hits, unread
    likely = scores.of(matches.numbers[candidates])
    order = np.argsort(-likely, kind="stable")
    candidates, likely = candidates[order], likely[order]
    best = scores.best(matches.numbers[hits], wanted)[1]  # of those found so far
    at, batch = 0, max(_BATCH, wanted)
    while at < len(candidates):
        # A page is full when enough hits score at least as well as every candidate that is left.
        if len(best) >= wanted and likely[at] < (np.partition(best, -wanted)[-wanted] if wanted else np.inf):
            return hits, unread
        batched = slice(at, at + batch)
        by_place = np.argsort(candidates[batched])
        read = candidates[batched][by_place]
        checked = verify(snapshot, evidence.needles, matches.numbers[read])
        places = by_place[: len(checked)]
        hits[candidates[batched][places[checked]]] = True
        unread[candidates[batched][places]] = False
        if len(checked) < len(read):
            return hits, unread
        best = np.concatenate([best, likely[batched][places[checked]]])
        at += batch
        batch *= 2
    return hits, unread


def _ranked(snapshot: Snapshot, tier: Tier, numbers: Numbers, scores: Floats, wanted: int) -> Ranking:
    if wanted < len(numbers):
        floor = np.partition(scores, -wanted)[-wanted]
        above, tied = np.flatnonzero(scores > floor), np.flatnonzero(scores == floor)
        tied = tied[_by_place(snapshot, numbers[tied])[: wanted - len(above)]]
        kept = np.concatenate([above, tied])
        numbers, scores = numbers[kept], scores[kept]
    order = _in_order(snapshot, numbers, scores)
    return Ranking.of_tier(tier, numbers[order], scores[order])


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
    distinct = sorted_sets.distinct(owners)
    if len(distinct) > _MANY:  # then it is quicker to know the order of all paths
        ranks = snapshot.path_ranks[owners]
    else:
        ordered = np.argsort(np.array([snapshot.path(owner) for owner in distinct.tolist()], object))
        rank = np.empty(len(distinct), np.int64)
        rank[ordered] = np.arange(len(distinct))
        ranks = rank[np.searchsorted(distinct, owners)]
    positions: Numbers = np.lexsort((numbers, ranks))
    return positions
