"""Top hits of a query: by tier, then score, then path and line.

A literal match may have to be verified in its text. Candidates are read from the highest score down, and only until the page
is full of literal hits or none is left. Below the literal hits, the first few are also scored by the best window of their
text.
"""

from collections.abc import Callable, Sequence
from functools import reduce
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
from searchidx.runs.whole_numbers import has_number_edge

_MAX_UNSCORED = 64  # literal matches with a reading form that are all read
_MAX_SORTED_PATHS = 64  # of more documents the ranks of all paths are computed once and cached
_FIRST_BATCH = 32  # candidates that are read together at first
_MAX_COUNTED = (
    4096  # candidates that are all read for an exact count with and without the closing punctuation
)


class Ranked(NamedTuple):
    """A hit before its paragraph is fetched."""

    number: int
    tier: Tier
    score: float


TIERS: tuple[Tier, ...] = ("literal", "words", "some")
"""Tiers in rank order."""


class Ranking(Sequence[Ranked]):
    """Hits in rank order, as arrays: there may be millions.

    Attributes:
        numbers: Paragraph numbers.
        tiers: Positions in :data:`TIERS`.
        scores: Scores; the higher the better within a tier.
    """

    def __init__(self, numbers: Numbers, tiers: NDArray[np.int8], scores: Floats) -> None:
        """Store the columns."""
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
    def __getitem__(self, position: int) -> Ranked: ...
    @overload
    def __getitem__(self, position: slice) -> Self: ...
    def __getitem__(self, position: int | slice) -> Ranked | Self:
        """Return a hit, or the ranking of a slice."""
        if isinstance(position, slice):
            return type(self)(self.numbers[position], self.tiers[position], self.scores[position])
        return Ranked(int(self.numbers[position]), TIERS[self.tiers[position]], float(self.scores[position]))

    def __add__(self, other: "Ranking") -> "Ranking":
        """Return this ranking with another one behind it."""
        return Ranking(
            np.concatenate([self.numbers, other.numbers]),
            np.concatenate([self.tiers, other.tiers]),
            np.concatenate([self.scores, other.scores]),
        )


class Signs(NamedTuple):
    """Numbers of matches with and without the closing punctuation of a query, where both kinds exist.

    Attributes:
        with_sign: Number of literal matches.
        without: Number of matches that are literal but for the sign.
        exact: False if there may be more of either.
    """

    with_sign: int
    without: int
    exact: bool

    def note(self) -> str:
        """Return the numbers as a note for the user."""
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
        piece_count: Number of ranked hits, the last of their tier, with a number of the query in a longer one only.
        piece_drop: Amount by which the scores of these are lowered.
    """

    ranked: Ranking
    tiers: dict[Tier, int] | None
    signs: Signs | None = None
    bare_count: int = 0
    lead: float = 0.0
    contiguous_count: int = 0
    piece_count: int = 0
    piece_drop: float = 0.0

    @property
    def notes(self) -> tuple[str, ...]:
        """Return the notes for the user."""
        return () if self.signs is None else (self.signs.note(),)


def select(snapshot: Snapshot, matches: Matches, scores: Scores, limit: int) -> Selection:
    """Select the best ``limit`` matches; 0 means all."""
    total = len(matches.numbers)
    limit = min(limit, total) if limit else total
    # The variant boost reorders the best literal hits, so that many are collected, however few are shown.
    has_variants = variant_boost.applies(snapshot, matches)
    depth = max(limit, ranking.VARIANT_BOOST_DEPTH) if has_variants else limit
    literal_matches = _verify_literal(snapshot, matches, scores, depth)

    def top(tier: Tier, mask: Mask, size: int) -> Ranking:
        if not size or not mask.any():
            return Ranking.of_tier(tier, matches.numbers[:0], np.zeros(0))
        numbers, sums = scores.best(matches.numbers[mask], depth)
        if has_variants:
            sums = variant_boost.boosted(snapshot, matches, numbers, sums)
        return _top(snapshot, tier, numbers, sums, size)

    interrupted = _interrupted(snapshot, matches, literal_matches.literal, scores, depth)
    ranked = top("literal", literal_matches.literal & ~interrupted, limit)
    ranked_interrupted = top("literal", interrupted, limit - len(ranked))
    contiguous_count = len(ranked) if len(ranked_interrupted) else 0
    if contiguous_count:
        ranked = Ranking(ranked.numbers, ranked.tiers, ranked.scores + scores.max_score())
    ranked += ranked_interrupted
    bare = top("words", literal_matches.bare, limit - len(ranked))
    # Scores fall within a tier, so the hits that come first in theirs are raised above all others of it.
    lead = scores.max_score() if len(bare) or contiguous_count else 0.0
    ranked += Ranking(bare.numbers, bare.tiers, bare.scores + lead)
    pieces = literal_matches.pieces
    words = matches.all_words & ~(literal_matches.literal | literal_matches.bare | pieces)
    some = ~(matches.all_words | literal_matches.literal | literal_matches.bare | pieces)
    masks: tuple[tuple[Tier, Mask], ...] = (("words", words), ("some", some))
    window_depth = ranking.WINDOW_DEPTH
    ranked_pieces = Ranking.of_tier("words", matches.numbers[:0], np.zeros(0))
    for tier, mask in masks:
        if tier == "some":
            ranked_pieces = _top_pieces(snapshot, matches.numbers[pieces], scores, limit - len(ranked))
            ranked += ranked_pieces
        if len(ranked) < limit:
            best = scores.best(matches.numbers[mask], max(window_depth, limit - len(ranked)))
            rescored, others = _with_windows(snapshot, scores, best, window_depth)
            ranked += _top(snapshot, tier, *rescored, limit - len(ranked))
            window_depth -= len(rescored.numbers)
            if len(ranked) < limit:
                ranked += _top(snapshot, tier, *others, limit - len(ranked))
    return Selection(
        ranked,
        literal_matches.counts(words, some),
        literal_matches.signs(),
        len(bare),
        lead,
        contiguous_count,
        len(ranked_pieces),
        scores.max_score(),
    )


def _top_pieces(snapshot: Snapshot, numbers: Numbers, scores: Scores, limit: int) -> Ranking:
    """Rank hits with pieces of longer numbers, their scores below those of all others of their tier."""
    if not limit or not len(numbers):
        return Ranking.of_tier("words", numbers[:0], np.zeros(0))
    best, sums = scores.best(numbers, limit)
    return _top(snapshot, "words", best, sums - scores.max_score(), limit)


def unranked(matches: Matches, limit: int) -> Selection:
    """Select ``limit`` matches by tier and paragraph number alone, when the budget leaves no time to rank; 0 means all."""
    literal_hits = matches.literal.proven
    tiers: tuple[tuple[Tier, Mask], ...] = (
        ("literal", literal_hits),
        ("words", matches.all_words & ~literal_hits),
        ("some", ~(matches.all_words | literal_hits)),
    )
    parts = [
        Ranking.of_tier(tier, matches.numbers[mask], np.zeros(np.count_nonzero(mask))) for tier, mask in tiers
    ]
    return Selection((parts[0] + parts[1] + parts[2])[: limit or None], None)


class _LiteralMatches(NamedTuple):
    """Matches that contain the query as typed.

    Attributes:
        literal: Mask of the matches that contain all of it.
        bare: Mask of the matches that contain it without its closing punctuation only.
        unread: Mask of the matches whose texts were not read, because the page is full without them.
        pieces: Mask of the matches that contain a number of it in a longer one only, and in no other form.
    """

    literal: Mask
    bare: Mask
    unread: Mask
    pieces: Mask

    def counts(self, words: Mask, some: Mask) -> dict[Tier, int] | None:
        """Count the matches of each tier; None if some texts were not read."""
        if self.unread.any():
            return None
        tiers: tuple[tuple[Tier, Mask], ...] = (
            ("literal", self.literal),
            ("words", words | self.bare | self.pieces),
            ("some", some),
        )
        return {tier: int(np.count_nonzero(mask)) for tier, mask in tiers}

    def signs(self) -> Signs | None:
        """Count the matches with and without the closing punctuation, if there are both."""
        with_sign, without = int(np.count_nonzero(self.literal)), int(np.count_nonzero(self.bare))
        return Signs(with_sign, without, not self.unread.any()) if with_sign and without else None


def _verify_literal(snapshot: Snapshot, matches: Matches, scores: Scores, depth: int) -> _LiteralMatches:
    """Verify as many literal matches as a page needs, and all if few must be read to count closing punctuation or numbers."""
    total = len(matches.numbers)
    none = np.zeros(total, bool)
    other_forms = [form for form in (matches.bare, matches.with_pieces) if form is not None]
    possible = reduce(np.logical_or, [matches.literal.possible, *(form.possible for form in other_forms)])
    if other_forms and np.count_nonzero(possible) <= _MAX_COUNTED:
        depth = total
    literal_hits, unread = _verify(snapshot, matches, matches.literal, scores, depth)
    bare_hits = none
    if matches.bare is not None:
        others = matches.bare.without(literal_hits | unread)
        bare_hits, unread_others = _verify(snapshot, matches, others, scores, _left(depth, literal_hits))
        unread |= unread_others
    pieces = none
    if matches.with_pieces is not None:
        depth = _left(depth, literal_hits | bare_hits)
        others = matches.with_pieces.without(literal_hits | bare_hits | unread)
        pieces, unread_others = _verify_pieces(snapshot, matches, others, scores, depth)
        unread |= unread_others
    return _LiteralMatches(literal_hits, bare_hits, unread, pieces)


def _left(depth: int, hits: Mask) -> int:
    """Return the number of hits that a page needs beside some."""
    return max(depth - int(np.count_nonzero(hits)), 0)


def _verify_pieces(
    snapshot: Snapshot, matches: Matches, evidence: Evidence, scores: Scores, depth: int
) -> tuple[Mask, Mask]:
    """Verify matches without the numbers of the query as typed and whole.

    Returns:
        The masks of the matches with them in longer numbers only, and of the matches whose texts were not read.
    """
    contained, unread = _verify(snapshot, matches, evidence, scores, depth)
    numbers = [term for term in matches.terms.words if has_number_edge(term) or has_number_edge(term[1:-1])]
    candidates = Evidence(np.zeros(len(contained), bool), contained & matches.all_words, numbers)
    otherwise, _ = _verify(snapshot, matches, candidates, scores, depth, substring.verified_otherwise)
    return contained & ~otherwise, unread


def _interrupted(
    snapshot: Snapshot, matches: Matches, literal_hits: Mask, scores: Scores, depth: int
) -> Mask:
    """Return the mask of the literal matches that contain the query only with something visible passed over."""
    none = np.zeros(len(matches.numbers), bool)
    with_reading_form = read_forms.read_otherwise(snapshot)
    if not len(with_reading_form) or matches.has_alternatives or not matches.texts:
        return none
    possible = literal_hits & sorted_sets.are_in(matches.numbers, with_reading_form)
    positions = np.flatnonzero(possible)
    if len(positions) <= _MAX_UNSCORED:  # reading them takes less than ranking all literal matches
        numbers = matches.numbers[positions]
        none[positions] = ~substring.contains_contiguously(snapshot, matches.texts, numbers)
        return none
    evidence = Evidence(literal_hits & ~possible, possible, matches.texts)
    contiguous, unread = _verify(snapshot, matches, evidence, scores, depth, substring.contains_contiguously)
    interrupted: Mask = literal_hits & ~contiguous & ~unread
    return interrupted


class _Scored(NamedTuple):
    numbers: Numbers
    scores: Floats


def _with_windows(
    snapshot: Snapshot, scores: Scores, best: tuple[Numbers, Floats], depth: int
) -> tuple[_Scored, _Scored]:
    """Part the best ``depth`` from the others and add the score of the best window to theirs.

    Hits that tie over the edge stay with the others: the same text gets the same score.
    """
    numbers, sums = best
    is_near = np.zeros(len(numbers), bool)
    is_near[scoring.best_positions(sums, depth)] = True
    near = numbers[is_near]
    weights = scores.weights_in_text()
    windows = [ranking.best_window(fold(text), weights) for text in read_forms.texts_as_read(snapshot, near)]
    factors = np.where(snapshot.links[near], ranking.LINK_WINDOW_WEIGHT, 1.0) * ranking.WINDOW_WEIGHT
    rescored = _Scored(near, sums[is_near] + factors * np.array(windows, np.float64))
    return rescored, _Scored(numbers[~is_near], sums[~is_near])


def _verify(
    snapshot: Snapshot,
    matches: Matches,
    evidence: Evidence,
    scores: Scores,
    limit: int,
    verify: Callable[[Snapshot, list[str], Numbers], Mask] | None = None,
) -> tuple[Mask, Mask]:
    """Verify possible matches, from the highest score down, until ``limit`` hits are known to be the best.

    Returns:
        The masks of the hits, and of the matches whose texts were not read.
    """
    if verify is None:
        verify = substring.verified_whole if evidence.whole_numbers else substring.verified
    hits = evidence.proven.copy()
    unread = evidence.possible.copy()
    candidates = np.flatnonzero(unread)  # as positions among the matches
    if not len(candidates):
        return hits, unread
    candidate_scores = scores.of(matches.numbers[candidates])
    order = np.argsort(-candidate_scores, kind="stable")
    candidates, candidate_scores = candidates[order], candidate_scores[order]
    hit_scores = scores.best(matches.numbers[hits], limit)[1]
    start, size = 0, max(_FIRST_BATCH, limit)
    while start < len(candidates):
        if _is_full(hit_scores, limit, candidate_scores[start]):
            return hits, unread
        batch = slice(start, start + size)
        by_number = np.argsort(candidates[batch])  # texts are read in ascending order
        read = candidates[batch][by_number]
        verified = verify(snapshot, evidence.needles, matches.numbers[read])
        positions = by_number[: len(verified)]
        hits[candidates[batch][positions[verified]]] = True
        unread[candidates[batch][positions]] = False
        if len(verified) < len(read):  # the budget is used up
            return hits, unread
        hit_scores = np.concatenate([hit_scores, candidate_scores[batch][positions[verified]]])
        start += size
        size *= 2
    return hits, unread


def _is_full(hit_scores: Floats, limit: int, next_score: float) -> bool:
    """Return true if ``limit`` hits score higher than every candidate that is left."""
    if len(hit_scores) < limit:
        return False
    return limit == 0 or bool(next_score < np.partition(hit_scores, -limit)[-limit])


def _top(snapshot: Snapshot, tier: Tier, numbers: Numbers, scores: Floats, limit: int) -> Ranking:
    """Rank the best ``limit`` of some paragraphs."""
    if limit < len(numbers):
        floor = np.partition(scores, -limit)[-limit]
        above, tied = np.flatnonzero(scores > floor), np.flatnonzero(scores == floor)
        tied = tied[_by_path(snapshot, numbers[tied])[: limit - len(above)]]
        best = np.concatenate([above, tied])
        numbers, scores = numbers[best], scores[best]
    order = _by_score(snapshot, numbers, scores)
    return Ranking.of_tier(tier, numbers[order], scores[order])


def _by_score(snapshot: Snapshot, numbers: Numbers, scores: Floats) -> Numbers:
    """Return positions by falling score, ties by path and number, so that no answer depends on the order of indexing."""
    order: Numbers = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    is_same_as_next = ordered[1:] == ordered[:-1]
    if is_same_as_next.any():
        tied = np.flatnonzero(np.append(is_same_as_next, False) | np.append(False, is_same_as_next))
        by_path = _by_path(snapshot, numbers[order[tied]])
        path_ranks = np.empty(len(tied), np.int64)
        path_ranks[by_path] = np.arange(len(tied))
        # Hits that tie keep the positions that they have together, and are sorted within them.
        order[tied] = order[tied][np.lexsort((path_ranks, -ordered[tied]))]
    return order


def _by_path(snapshot: Snapshot, numbers: Numbers) -> Numbers:
    """Return positions of paragraphs by path and number."""
    owners = snapshot.owners(numbers)
    distinct = sorted_sets.distinct(owners)
    if len(distinct) > _MAX_SORTED_PATHS:
        ranks = snapshot.path_ranks[owners]
    else:
        order = np.argsort(np.array([snapshot.path(owner) for owner in distinct.tolist()], object))
        rank_of_distinct = np.empty(len(distinct), np.int64)
        rank_of_distinct[order] = np.arange(len(distinct))
        ranks = rank_of_distinct[np.searchsorted(distinct, owners)]
    positions: Numbers = np.lexsort((numbers, ranks))
    return positions
