"""Scores of paragraphs for the terms of a query, summed over fields.

Words and pairs of characters decide which paragraphs match, so their postings are read and added up anyway. Single
characters and headings stand in far more paragraphs than a page shows and can only add so much: they are scored for those
paragraphs alone that may still come out among the best (MaxScore of Turtle and Flood 1995, whole arrays at a time).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchidx import ranking
from searchidx.analyzer import QueryTerms
from searchidx.fold import fold
from searchidx.local import fields, postings
from searchidx.local.postings import MAX_FREQUENCY
from searchidx.local.snapshot import Found, Mask, Numbers, Snapshot
from searchidx.query import Pattern

Floats = NDArray[np.float64]

FIELD_WEIGHTS = (
    (fields.WORDS, ranking.WORDS_WEIGHT),
    (fields.FORMS, ranking.WORDS_WEIGHT),
    (fields.HEADINGS, ranking.HEADINGS_WEIGHT),
    (fields.CHARACTERS, ranking.CHARACTERS_WEIGHT),
    (fields.BIGRAMS, ranking.BIGRAMS_WEIGHT),
)

LATE = (fields.HEADINGS, fields.CHARACTERS)
"""Fields that are added up last, in this order."""
_FEW = 16  # paragraphs whose texts are quicker to read than where common characters stand
_MANY = 16  # times: from there on it is quicker to go through all than to look up each
_ROUNDING = 1e-9


def terms_of(field: str, terms: QueryTerms) -> Sequence[str]:
    """The terms of a query that are looked up in a field."""
    if field == fields.CHARACTERS:
        return terms.characters
    if field == fields.BIGRAMS:
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
    find: Callable[[], Found]
    rarity: float
    lengths: NDArray[np.unsignedinteger[Any]]
    average: float

    def added(self) -> Floats:
        """What it adds to the score of each paragraph (or section) that it is found in."""
        places, frequencies = self.find()
        return ranking.bm25(self.rarity, frequencies, self.lengths[places], self.average)

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
            if held := _count(snapshot, field, term):
                yield Part(
                    field,
                    term,
                    partial(snapshot.held_sections, term)
                    if field == fields.HEADINGS
                    else partial(snapshot.held, field, term),
                    weight * ranking.idf(snapshot.live_count, held),
                    snapshot.section_lengths if field == fields.HEADINGS else snapshot.lengths(field),
                    snapshot.average_length(field),
                )


def _count(snapshot: Snapshot, field: str, term: str) -> int:
    """How many living paragraphs a term stands in or, in headings, above."""
    if field == fields.HEADINGS:
        return int(snapshot.section_sizes[snapshot.held_sections(term).paragraphs].sum())
    if field == fields.CHARACTERS and snapshot.live is None:  # which is known without reading where
        return snapshot.count_at_most(field, term)
    return len(snapshot.held(field, term).paragraphs)


def weights_in_text(snapshot: Snapshot, terms: QueryTerms) -> list[tuple[str, float]]:
    """Terms that stand in texts as they are, and what each is worth wherever it is found."""
    elsewhere = {fields.FORMS, fields.HEADINGS}
    return [(part.term, part.rarity) for part in parts(snapshot, terms) if part.field not in elsewhere]


class Scores:
    """Scores of the paragraphs of a snapshot for one query, worked out where they are asked for."""

    def __init__(
        self,
        snapshot: Snapshot,
        terms: QueryTerms,
        weighed: Sequence[tuple[Pattern | str, float]] = (),
        among: Mask | None = None,
    ) -> None:
        """Add up what words, pairs of characters, patterns and boosted texts are worth.

        Args:
            snapshot: The index.
            terms: What is scored.
            weighed: Patterns and boosted texts, with what each is multiplied by.
            among: The only paragraphs that scores will be asked for.
        """
        self._snapshot = snapshot
        # Few paragraphs are looked up in the postings; else the postings are gone through.
        few = among is not None and np.count_nonzero(among) * _MANY < snapshot.size
        self._few: Numbers | None = np.flatnonzero(among) if among is not None and few else None
        self._base = np.zeros(snapshot.size if self._few is None else len(self._few))
        self._late: list[Part] = []
        for part in parts(snapshot, terms):
            snapshot.effort.check()
            if part.field in LATE:
                self._late.append(part)
            elif self._few is None:
                self._base[part.find().paragraphs] += part.added()
            else:
                self._base += part.added_at(self._few)
        if weighed:
            from searchidx.local.expansion import weigh

            worth = weigh(snapshot, weighed)
            self._base += worth if self._few is None else worth[self._few]
        self._ceiling = sum(part.most for part in self._late) * (1 + _ROUNDING)

    def of(self, numbers: Numbers) -> Floats:
        """The score of each of some paragraphs."""
        return self._completed(numbers)[1]

    def best(self, numbers: Numbers, depth: int) -> tuple[Numbers, Floats]:
        """Of some paragraphs the best ``depth`` and those that tie with the last of them, ascending, and their scores."""
        if depth <= 0:
            return numbers[:0], np.zeros(0)
        if len(numbers) <= depth:
            return self._completed(numbers)
        base = self._early(numbers)
        leading = numbers[base >= _nth_best(base, depth)][: _MANY * depth]
        # The last of the leading is beaten by what can't reach the score it has when all is added.
        numbers, scores = self._completed(numbers, _nth_best(self.of(leading), depth))
        kept = scores >= _nth_best(scores, depth)
        return numbers[kept], scores[kept]

    def _completed(self, numbers: Numbers, floor: float = -np.inf) -> tuple[Numbers, Floats]:
        """Add what is missing to the scores of some paragraphs, dropping those that can't reach ``floor`` any more."""
        scores = self._early(numbers)
        texts = self._texts(numbers) if len(numbers) <= _FEW else None
        ceiling = self._ceiling
        for part in self._late:
            self._snapshot.effort.check()
            kept = scores >= floor - ceiling
            if texts is None and not kept.all():
                numbers, scores = numbers[kept], scores[kept]
            if part.field == fields.HEADINGS:
                scores += part.added_at(self._snapshot.sections(numbers))
            elif texts is not None:
                scores += part.added_in(texts, numbers)
            else:
                scores += part.added_at(numbers)
            ceiling -= part.most
        return numbers, scores

    def _early(self, numbers: Numbers) -> Floats:
        """What words, pairs of characters, patterns and boosted texts are worth in some paragraphs."""
        return self._base[numbers if self._few is None else np.searchsorted(self._few, numbers)]

    def _texts(self, numbers: Numbers) -> list[str] | None:
        """Folded texts of paragraphs, unless where the characters stand is already known."""
        characters = [part.term for part in self._late if part.field == fields.CHARACTERS]
        if all(self._snapshot.knows(fields.CHARACTERS, character) for character in characters):
            return None
        return [
            fold(part.paragraphs.texts([number])[0])
            for part, number in map(self._snapshot.locate, numbers.tolist())
        ]


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


def _frequencies_at(found: Found, places: Numbers, size: int) -> NDArray[np.signedinteger[Any]]:
    """How often a term stands at each of some places out of ``size``."""
    held, frequencies = found
    if len(places) * _MANY < len(held):
        at = np.searchsorted(held, places)
        at[at == len(held)] = 0
        return np.where(held[at] == places, frequencies[at], 0)
    everywhere = np.zeros(size, np.int16)
    everywhere[held] = frequencies
    return everywhere[places]


def holding_any(snapshot: Snapshot, terms: QueryTerms) -> Mask:
    """Which paragraphs hold a word of the query in their own text, or two neighbouring characters of it."""
    held = np.zeros(snapshot.size, bool)
    for field, names in (
        (fields.WORDS, terms.words),
        (fields.FORMS, terms.words),
        (fields.BIGRAMS, terms.bigrams),
    ):
        for term in names:
            snapshot.effort.check()
            held[snapshot.held(field, term).paragraphs] = True
    return held


def holding_all(snapshot: Snapshot, words: Iterable[str], *, headings: bool) -> Mask:
    """Which paragraphs hold every word, in their own text or (if asked) in the headings above it."""
    all_held = np.ones(snapshot.size, bool)
    for word in words:
        snapshot.effort.check()
        held = np.zeros(snapshot.size, bool)
        for field in (fields.WORDS, fields.FORMS):
            held[snapshot.held(field, word).paragraphs] = True
        if headings:
            _mark_below(snapshot, snapshot.held_sections(word).paragraphs, held)
        all_held &= held
    return all_held


def _mark_below(snapshot: Snapshot, sections: Numbers, held: Mask) -> None:
    """Mark the paragraphs of some sections."""
    starts, ends = snapshot.section_starts[sections], snapshot.section_starts[sections + 1]
    sizes = ends - starts
    if int(sizes.sum()) * _MANY < snapshot.size:
        held[postings.ranges(starts, sizes)] = True
        return
    # Plus one where a section begins, minus one behind it: the running sum is one inside.
    steps = np.zeros(snapshot.size + 1, np.int8)
    steps[starts] += 1
    steps[ends] -= 1
    held |= np.cumsum(steps[:-1], dtype=np.int8).view(bool)
