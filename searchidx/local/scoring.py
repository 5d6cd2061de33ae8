"""BM25 scores of paragraphs for the terms of a query, summed over fields.

Words and character bigrams decide which paragraphs match, so their postings are read and added up anyway. Characters and
headings occur in far more paragraphs than a page shows and add little: dynamic pruning (MaxScore, Turtle and Flood 1995,
whole arrays at a time) scores them only for candidates that can still enter the top k.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from searchidx import ranking
from searchidx._startup.array_types import NDArray
from searchidx.analyzer import QueryTerms
from searchidx.fold import fold
from searchidx.local.format.postings import MAX_FREQUENCY, ranges
from searchidx.local.lookup import read_forms, sorted_sets
from searchidx.local.lookup.term_postings import postings, section_postings
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import LivePostings, Numbers, Snapshot

Floats = NDArray[np.float64]

LATE_FIELDS = (schema.HEADINGS, schema.CHARACTERS)
"""Fields that are added last, in this order, and only for candidates of the top k."""
_MAX_TEXTS = 16  # paragraphs whose texts are read sooner than the postings of common characters
_DENSE_FACTOR = (
    16  # arrays that differ in length by more are looked up number by number, others by a table of all
)
_MAX_SPARSE = 512  # numbers that are looked up one by one whatever the other array
_ROUNDING = 1e-9


class TermScorer(NamedTuple):
    """BM25 scorer of one term in one field.

    Attributes:
        field: Name of the field.
        term: The term.
        find: Function that returns its postings; in headings those of sections.
        weight: Its inverse document frequency times the weight of the field.
        lengths: Number of terms of every paragraph (in headings, of every section) in the field.
        average: Mean length of the live paragraphs.
    """

    field: str
    term: str
    find: Callable[[], LivePostings]
    weight: float
    lengths: NDArray[np.unsignedinteger[Any]]
    average: float

    def scores(self) -> Floats:
        """Return the score of each paragraph (or section) of the postings."""
        numbers, frequencies = self.find()
        return ranking.bm25(self.weight, frequencies, self.lengths[numbers], self.average)

    def add_to(self, scores: Floats, index: "_NumberIndex") -> None:
        """Add to the scores of indexed paragraphs."""
        numbers, frequencies = self.find()
        if len(numbers) == len(scores) and np.array_equal(numbers, index.numbers):
            scores += self.scores()
        elif len(numbers) and len(scores):
            common, positions = index.intersect(numbers)
            if len(common) < len(numbers):
                numbers, frequencies = numbers[common], frequencies[common]
            scores[positions] += ranking.bm25(self.weight, frequencies, self.lengths[numbers], self.average)

    def add_below(self, scores: Floats, numbers: Numbers, snapshot: Snapshot) -> None:
        """Add to the scores of paragraphs, ascending, in the sections of the postings."""
        sections, frequencies = self.find()
        if len(sections) * _DENSE_FACTOR > len(numbers):
            scores += self.scores_at(snapshot.sections(numbers))
            return
        firsts = numbers.searchsorted(snapshot.section_starts[sections])
        sizes = numbers.searchsorted(snapshot.section_starts[sections + 1]) - firsts
        occupied = np.flatnonzero(sizes)
        lengths = self.lengths[sections[occupied]]
        section_scores = ranking.bm25(self.weight, frequencies[occupied], lengths, self.average)
        scores[ranges(firsts[occupied], sizes[occupied])] += np.repeat(section_scores, sizes[occupied])

    def frequencies_at(self, numbers: Numbers) -> NDArray[np.signedinteger[Any]]:
        """Return the frequency of the term in some paragraphs (or sections)."""
        return _frequencies_at(self.find(), numbers, len(self.lengths))

    def scores_at(self, numbers: Numbers) -> Floats:
        """Return the score of each of some paragraphs (or sections); zero without the term."""
        return ranking.bm25(self.weight, self.frequencies_at(numbers), self.lengths[numbers], self.average)

    def scores_in(self, texts: Sequence[str], numbers: Numbers) -> Floats:
        """Return the score of paragraphs whose folded texts are at hand, for a field of plain characters."""
        counts = [min(text.count(self.term), MAX_FREQUENCY) for text in texts]
        return ranking.bm25(self.weight, np.array(counts, np.int64), self.lengths[numbers], self.average)

    @property
    def max_score(self) -> float:
        """Return an upper bound of its score."""
        return self.weight * (ranking.K1 + 1)


def term_scorers(snapshot: Snapshot, terms: QueryTerms) -> Iterator[TermScorer]:
    """Yield the scorer of each term of a query in each field with postings for it.

    The order is fixed, so that equal paragraphs get equal sums to the last bit.
    """
    for field, weight in ranking.FIELD_WEIGHTS.items():
        for term in dict.fromkeys(terms.of_field(field)):
            snapshot.budget.check()
            if frequency := _document_frequency(snapshot, field, term):
                yield TermScorer(
                    field,
                    term,
                    partial(section_postings, snapshot, term)
                    if field == schema.HEADINGS
                    else partial(postings, snapshot, field, term),
                    weight * ranking.idf(snapshot.live_count, frequency),
                    snapshot.section_lengths if field == schema.HEADINGS else snapshot.lengths(field),
                    snapshot.average_length(field),
                )


def _document_frequency(snapshot: Snapshot, field: str, term: str) -> int:
    """Return the number of live paragraphs with a term or, in headings, below one with it."""
    if field == schema.HEADINGS:
        return int(snapshot.section_sizes[section_postings(snapshot, term).paragraphs].sum())
    if field == schema.CHARACTERS and snapshot.live is None and not snapshot.has_cached(field, term):
        # The count is stored beside the postings, which need not be read for it.
        return snapshot.document_frequency(field, term)
    return len(postings(snapshot, field, term).paragraphs)


class Scores:
    """Scores of the paragraphs of a snapshot for one query, computed on demand."""

    def __init__(
        self,
        snapshot: Snapshot,
        terms: QueryTerms,
        pattern_scores: Floats | None = None,
    ) -> None:
        """Look up the terms.

        Args:
            snapshot: The index.
            terms: Terms of the query.
            pattern_scores: Scores of its patterns and boosts for every paragraph of the snapshot; None if it has none.
        """
        self._snapshot = snapshot
        self._scorers = list(term_scorers(snapshot, terms))
        self._late = [scorer for scorer in self._scorers if scorer.field in LATE_FIELDS]
        self._max_late_score = sum(scorer.max_score for scorer in self._late) * (1 + _ROUNDING)
        self._pattern_scores = pattern_scores

    def weights_in_text(self) -> list[tuple[str, float]]:
        """Return each term that occurs in texts literally, with its weight, once a field."""
        not_literal = (schema.FORMS, schema.HEADINGS)
        return [(scorer.term, scorer.weight) for scorer in self._scorers if scorer.field not in not_literal]

    def max_score(self) -> float:
        """Return an upper bound of the score of a match, best window included."""
        bound = (
            sum(scorer.max_score for scorer in self._scorers) * (1 + ranking.WINDOW_WEIGHT) * (1 + _ROUNDING)
        )
        if self._pattern_scores is None:
            return bound
        return bound + float(self._pattern_scores.max(initial=0.0))

    def of(self, numbers: Numbers) -> Floats:
        """Return the score of each of some paragraphs, ascending."""
        return self._add_late(numbers, self._early(numbers))[1]

    def best(self, numbers: Numbers, depth: int) -> tuple[Numbers, Floats]:
        """Return the best ``depth`` of some paragraphs and all that tie with the last, ascending, and their scores."""
        if depth <= 0:
            return numbers[:0], np.zeros(0)
        scores = self._early(numbers)
        if len(numbers) <= depth:
            return self._add_late(numbers, scores)
        if self._late and len(numbers) <= _DENSE_FACTOR * depth:
            numbers, scores = self._add_late(numbers, scores)
        elif self._late:
            leading = np.flatnonzero(scores >= _nth_best(scores, depth))[: _DENSE_FACTOR * depth]
            complete = self._add_late(numbers[leading], scores[leading])[1]
            # The top k is at least as good as the leading ones: what cannot reach these is pruned.
            numbers, scores = self._add_late(numbers, scores, _nth_best(complete, depth))
        is_best = scores >= _nth_best(scores, depth)
        return numbers[is_best], scores[is_best]

    def _early(self, numbers: Numbers) -> Floats:
        """Return the scores of paragraphs, ascending, for words, bigrams, patterns and boosted texts."""
        scores = np.zeros(len(numbers))
        index = _NumberIndex(numbers, self._snapshot.size)
        for scorer in self._scorers:
            self._snapshot.budget.check()
            if scorer.field not in LATE_FIELDS:
                scorer.add_to(scores, index)
        if self._pattern_scores is not None:
            scores += self._pattern_scores[numbers]
        return scores

    def _add_late(self, numbers: Numbers, scores: Floats, floor: float = -np.inf) -> tuple[Numbers, Floats]:
        """Add the late fields to early scores, pruning paragraphs that can no longer reach ``floor``."""
        texts = self._texts(numbers) if len(numbers) <= _MAX_TEXTS else None
        max_added = self._max_late_score
        for scorer in self._late:
            self._snapshot.budget.check()
            if texts is None and floor > 0:
                candidates = np.flatnonzero(scores >= floor - max_added)
                if len(candidates) < len(numbers):
                    numbers, scores = numbers[candidates], scores[candidates]
            if scorer.field == schema.HEADINGS:
                scorer.add_below(scores, numbers, self._snapshot)
            elif texts is not None:
                scores += scorer.scores_in(texts, numbers)
            else:
                scores += scorer.scores_at(numbers)
            max_added -= scorer.max_score
        return numbers, scores

    def _texts(self, numbers: Numbers) -> list[str] | None:
        """Return the folded texts of paragraphs; None where postings are quicker, or know more.

        They are quicker where those of all characters are cached, and know more of paragraphs with a reading form of their own.
        """
        if sorted_sets.are_in(numbers, read_forms.read_otherwise(self._snapshot)).any():
            return None
        characters = [scorer.term for scorer in self._late if scorer.field == schema.CHARACTERS]
        if all(self._snapshot.has_cached(schema.CHARACTERS, character) for character in characters):
            return None
        return [
            fold(part.paragraphs.texts([number])[0])
            for part, number in map(self._snapshot.locate, numbers.tolist())
        ]


class _NumberIndex:
    """Index of ascending paragraph numbers to their positions."""

    def __init__(self, numbers: Numbers, size: int) -> None:
        self.numbers = numbers
        self._size = size
        self._table: NDArray[np.int32] | None = None

    def intersect(self, others: Numbers) -> tuple[Numbers, Numbers]:
        """Return the positions of the common numbers among other ascending numbers, and among the indexed ones."""
        if len(others) <= _MAX_SPARSE:
            positions = self.numbers.searchsorted(others)
            positions[positions == len(self.numbers)] = 0
            common = np.flatnonzero(self.numbers[positions] == others)
            return common, positions[common]
        if len(self.numbers) * _DENSE_FACTOR < len(others) + self._size // _DENSE_FACTOR:
            positions = others.searchsorted(self.numbers)
            positions[positions == len(others)] = 0
            common = np.flatnonzero(others[positions] == self.numbers)
            return positions[common], common
        if self._table is None:
            self._table = np.zeros(self._size, np.int32)
            self._table[self.numbers] = np.arange(1, len(self.numbers) + 1, dtype=np.int32)
        from_one = self._table[others]
        common = np.flatnonzero(from_one)
        return common, from_one[common].astype(np.int64) - 1


def best_positions(scores: Floats, depth: int) -> Numbers:
    """Return the positions of the best scores, ``depth`` at most; if some tie over the edge, all of these are left out."""
    if len(scores) <= depth:
        return np.arange(len(scores))
    if depth <= 0:
        return np.zeros(0, np.int64)
    floor = _nth_best(scores, depth)
    is_best = scores >= floor
    return np.flatnonzero(is_best if np.count_nonzero(is_best) <= depth else scores > floor)


def _nth_best(scores: Floats, depth: int) -> float:
    return float(np.partition(scores, -depth)[-depth])


def _frequencies_at(term: LivePostings, numbers: Numbers, size: int) -> NDArray[np.signedinteger[Any]]:
    """Return the frequencies of a term in some paragraphs out of ``size``."""
    paragraphs, frequencies = term
    # A table of all costs a little for each paragraph of the index, and for each that is marked or looked up.
    if len(numbers) * _DENSE_FACTOR < len(paragraphs) + size // _DENSE_FACTOR:
        positions = paragraphs.searchsorted(numbers)
        positions[positions == len(paragraphs)] = 0
        return np.where(paragraphs[positions] == numbers, frequencies[positions], 0)
    frequency_table = np.zeros(size, np.int16)
    frequency_table[paragraphs] = frequencies
    return frequency_table[numbers]
