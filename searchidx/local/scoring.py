"""Scores of paragraphs for the terms of a query, summed over fields.

Words and pairs of characters decide which paragraphs match, so their postings are read and added up anyway. Single
characters and headings stand in far more paragraphs than a page shows and can only add so much: they are scored for those
paragraphs alone that may still come out among the best (MaxScore of Turtle and Flood 1995, whole arrays at a time).
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
from searchidx.local.lookup.term_postings import postings, section_postings
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import LivePostings, Numbers, Snapshot

Floats = NDArray[np.float64]

FIELD_WEIGHTS = (
    (schema.WORDS, ranking.WORDS_WEIGHT),
    (schema.FORMS, ranking.WORDS_WEIGHT),
    (schema.HEADINGS, ranking.HEADINGS_WEIGHT),
    (schema.CHARACTERS, ranking.CHARACTERS_WEIGHT),
    (schema.BIGRAMS, ranking.BIGRAMS_WEIGHT),
)

LATE = (schema.HEADINGS, schema.CHARACTERS)
"""Fields that are added up last, in this order."""
_FEW = 16  # paragraphs whose texts are quicker to read than where common characters stand
_MANY = 16  # times: from there on it is quicker to go through all than to look up each
_FEW_PLACES = 512  # that are quicker looked up one by one than by a table of all
_ROUNDING = 1e-9


def terms_of(field: str, terms: QueryTerms) -> Sequence[str]:
    """The terms of a query that are looked up in a field."""
    if field == schema.CHARACTERS:
        return terms.characters
    if field == schema.BIGRAMS:
        return terms.bigrams
    return terms.words


class Part(NamedTuple):
    """What one term adds in one field.

    Attributes:
        field: Name of the field.
        term: The term.
        find: Gives where it stands; in headings, in which sections.
        rarity: Its inverse document frequency times the weight of the field.
        lengths: Number of terms of every paragraph (in headings, of every section) in the field.
        average: Mean of the lengths over the living paragraphs.
    """

    field: str
    term: str
    find: Callable[[], LivePostings]
    rarity: float
    lengths: NDArray[np.unsignedinteger[Any]]
    average: float

    def added(self) -> Floats:
        """What it adds to the score of each paragraph (or section) that it is found in."""
        places, frequencies = self.find()
        return ranking.bm25(self.rarity, frequencies, self.lengths[places], self.average)

    def add_to(self, scores: Floats, places: "_Places") -> None:
        """Add to the scores of some paragraphs, which are at these places."""
        held, frequencies = self.find()
        if len(held) == len(scores) and np.array_equal(held, places.numbers):
            scores += self.added()
        elif len(held) and len(scores):
            there, at = places.of(held)
            if len(there) < len(held):
                held, frequencies = held[there], frequencies[there]
            added = ranking.bm25(self.rarity, frequencies, self.lengths[held], self.average)
            scores[at] += added

    def add_below(self, scores: Floats, numbers: Numbers, snapshot: Snapshot) -> None:
        """Add to the scores of some paragraphs, ascending, that stand below the sections it is found in."""
        sections, frequencies = self.find()
        if len(sections) * _MANY > len(numbers):
            scores += self.added_at(snapshot.sections(numbers))
            return
        firsts = numbers.searchsorted(snapshot.section_starts[sections])
        sizes = numbers.searchsorted(snapshot.section_starts[sections + 1]) - firsts
        some = np.flatnonzero(sizes)
        added = ranking.bm25(self.rarity, frequencies[some], self.lengths[sections[some]], self.average)
        scores[ranges(firsts[some], sizes[some])] += np.repeat(added, sizes[some])

    def frequencies_at(self, places: Numbers) -> NDArray[np.signedinteger[Any]]:
        """How often it stands at places of our choice."""
        return _frequencies_at(self.find(), places, len(self.lengths))

    def added_at(self, places: Numbers) -> Floats:
        """What it adds at places of our choice, zero where it is not."""
        return ranking.bm25(self.rarity, self.frequencies_at(places), self.lengths[places], self.average)

    def added_in(self, texts: Sequence[str], places: Numbers) -> Floats:
        """What it adds in paragraphs whose folded texts are at hand, if it stands in texts as it is."""
        counts = [min(text.count(self.term), MAX_FREQUENCY) for text in texts]
        return ranking.bm25(self.rarity, np.array(counts, np.int64), self.lengths[places], self.average)

    @property
    def most(self) -> float:
        """What it adds at the very most."""
        return self.rarity * (ranking.K1 + 1)


def parts(snapshot: Snapshot, terms: QueryTerms) -> Iterator[Part]:
    """Each field and term of a query that is somewhere.

    The order is fixed, so that equal paragraphs get equal sums to the last bit.
    """
    for field, weight in FIELD_WEIGHTS:
        for term in dict.fromkeys(terms_of(field, terms)):
            snapshot.budget.check()
            if held := _count(snapshot, field, term):
                yield Part(
                    field,
                    term,
                    partial(section_postings, snapshot, term)
                    if field == schema.HEADINGS
                    else partial(postings, snapshot, field, term),
                    weight * ranking.idf(snapshot.live_count, held),
                    snapshot.section_lengths if field == schema.HEADINGS else snapshot.lengths(field),
                    snapshot.average_length(field),
                )


def _count(snapshot: Snapshot, field: str, term: str) -> int:
    """How many living paragraphs a term stands in or, in headings, above."""
    if field == schema.HEADINGS:
        return int(snapshot.section_sizes[section_postings(snapshot, term).paragraphs].sum())
    if field == schema.CHARACTERS and snapshot.live is None and not snapshot.has_cached(field, term):
        # Which is known without reading where.
        return snapshot.document_frequency(field, term)
    return len(postings(snapshot, field, term).paragraphs)


class Scores:
    """Scores of the paragraphs of a snapshot for one query, worked out where they are asked for."""

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
        self._parts = list(parts(snapshot, terms))
        self._late = [part for part in self._parts if part.field in LATE]
        self._ceiling = sum(part.most for part in self._late) * (1 + _ROUNDING)
        self._pattern_scores = pattern_scores

    def weights_in_text(self) -> list[tuple[str, float]]:
        """Terms that stand in texts as they are, and what each is worth wherever it is found."""
        elsewhere = (schema.FORMS, schema.HEADINGS)
        return [(part.term, part.rarity) for part in self._parts if part.field not in elsewhere]

    def ceiling(self) -> float:
        """Return a score that no match exceeds, best window included."""
        most = sum(part.most for part in self._parts) * (1 + ranking.WINDOW_WEIGHT) * (1 + _ROUNDING)
        return most if self._pattern_scores is None else most + float(self._pattern_scores.max(initial=0.0))

    def of(self, numbers: Numbers) -> Floats:
        """The score of each of some paragraphs, ascending."""
        return self._completed(numbers, self._early(numbers))[1]

    def best(self, numbers: Numbers, depth: int) -> tuple[Numbers, Floats]:
        """Of some paragraphs the best ``depth`` and those that tie with the last of them, ascending, and their scores."""
        if depth <= 0:
            return numbers[:0], np.zeros(0)
        scores = self._early(numbers)
        if len(numbers) <= depth:
            return self._completed(numbers, scores)
        if self._late and len(numbers) <= _MANY * depth:
            numbers, scores = self._completed(numbers, scores)
        elif self._late:
            leading = np.flatnonzero(scores >= _nth_best(scores, depth))[: _MANY * depth]
            completed = self._completed(numbers[leading], scores[leading])[1]
            # The last of the leading is beaten by what can't reach the score it has when all is added.
            numbers, scores = self._completed(numbers, scores, _nth_best(completed, depth))
        kept = scores >= _nth_best(scores, depth)
        return numbers[kept], scores[kept]

    def _early(self, numbers: Numbers) -> Floats:
        """What words, pairs of characters, patterns and boosted texts are worth in some paragraphs, ascending."""
        scores = np.zeros(len(numbers))
        places = _Places(numbers, self._snapshot.size)
        for part in self._parts:
            self._snapshot.budget.check()
            if part.field not in LATE:
                part.add_to(scores, places)
        if self._pattern_scores is not None:
            scores += self._pattern_scores[numbers]
        return scores

    def _completed(self, numbers: Numbers, scores: Floats, floor: float = -np.inf) -> tuple[Numbers, Floats]:
        """Add what is missing to early scores, dropping paragraphs that can't reach ``floor`` any more."""
        texts = self._texts(numbers) if len(numbers) <= _FEW else None
        ceiling = self._ceiling
        for part in self._late:
            self._snapshot.budget.check()
            if texts is None and floor > 0:
                kept = np.flatnonzero(scores >= floor - ceiling)
                if len(kept) < len(numbers):
                    numbers, scores = numbers[kept], scores[kept]
            if part.field == schema.HEADINGS:
                part.add_below(scores, numbers, self._snapshot)
            elif texts is not None:
                scores += part.added_in(texts, numbers)
            else:
                scores += part.added_at(numbers)
            ceiling -= part.most
        return numbers, scores

    def _texts(self, numbers: Numbers) -> list[str] | None:
        """Folded texts of paragraphs, unless where the characters stand is already known."""
        characters = [part.term for part in self._late if part.field == schema.CHARACTERS]
        if all(self._snapshot.has_cached(schema.CHARACTERS, character) for character in characters):
            return None
        return [
            fold(part.paragraphs.texts([number])[0])
            for part, number in map(self._snapshot.locate, numbers.tolist())
        ]


class _Places:
    """Where paragraphs stand among some that ascend."""

    def __init__(self, numbers: Numbers, size: int) -> None:
        self.numbers = numbers
        self._size = size
        self._table: NDArray[np.int32] | None = None

    def of(self, wanted: Numbers) -> tuple[Numbers, Numbers]:
        """Those of other numbers, ascending, that are among them: their places in the others, and among these."""
        if len(wanted) <= _FEW_PLACES:
            at = self.numbers.searchsorted(wanted)
            at[at == len(self.numbers)] = 0
            there = np.flatnonzero(self.numbers[at] == wanted)
            return there, at[there]
        if len(self.numbers) * _MANY < len(wanted) + self._size // _MANY:
            at = wanted.searchsorted(self.numbers)
            at[at == len(wanted)] = 0
            there = np.flatnonzero(wanted[at] == self.numbers)
            return at[there], there
        if self._table is None:
            self._table = np.zeros(self._size, np.int32)
            self._table[self.numbers] = np.arange(1, len(self.numbers) + 1, dtype=np.int32)
        from_one = self._table[wanted]
        there = np.flatnonzero(from_one)
        return there, from_one[there].astype(np.int64) - 1


def nearest(scores: Floats, depth: int) -> Numbers:
    """Positions of the best, ``depth`` at most; what ties over the edge is left out: the same text gets the same score."""
    if len(scores) <= depth:
        return np.arange(len(scores))
    if depth <= 0:
        return np.zeros(0, np.int64)
    floor = _nth_best(scores, depth)
    kept = scores >= floor
    return np.flatnonzero(kept if np.count_nonzero(kept) <= depth else scores > floor)


def _nth_best(scores: Floats, depth: int) -> float:
    return float(np.partition(scores, -depth)[-depth])


def _frequencies_at(found: LivePostings, places: Numbers, size: int) -> NDArray[np.signedinteger[Any]]:
    """How often a term stands at each of some places out of ``size``."""
    held, frequencies = found
    # A table of all costs a little for each place that there is, and for each that is looked up or marked.
    if len(places) * _MANY < len(held) + size // _MANY:
        at = held.searchsorted(places)
        at[at == len(held)] = 0
        return np.where(held[at] == places, frequencies[at], 0)
    everywhere = np.zeros(size, np.int16)
    everywhere[held] = frequencies
    return everywhere[places]
