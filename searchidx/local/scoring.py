"""Scores of paragraphs for the terms of a query, summed over fields."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from searchidx import ranking
from searchidx.analyzer import QueryTerms
from searchidx.local import fields
from searchidx.local.snapshot import Found, Mask, Snapshot

FIELD_WEIGHTS = (
    (fields.WORDS, ranking.WORDS_WEIGHT),
    (fields.FORMS, ranking.WORDS_WEIGHT),
    (fields.HEADINGS, ranking.HEADINGS_WEIGHT),
    (fields.CHARACTERS, ranking.CHARACTERS_WEIGHT),
    (fields.BIGRAMS, ranking.BIGRAMS_WEIGHT),
)


def terms_of(field: str, terms: QueryTerms) -> Sequence[str]:
    """The terms of a query that are looked up in a field."""
    if field == fields.CHARACTERS:
        return terms.characters
    if field == fields.BIGRAMS:
        return terms.bigrams
    return terms.words


def parts(snapshot: Snapshot, terms: QueryTerms) -> Iterator[tuple[str, str, Found, NDArray[np.float64]]]:
    """Each field and term of a query: where it stands, and what it adds to the score there.

    The order is fixed, so that equal paragraphs get equal sums to the last bit.
    """
    for field, weight in FIELD_WEIGHTS:
        for term in dict.fromkeys(terms_of(field, terms)):
            found = snapshot.find(field, term)
            if len(found.paragraphs):
                rarity = weight * ranking.idf(snapshot.live_count, len(found.paragraphs))
                average = snapshot.average_length(field)
                yield field, term, found, ranking.bm25(rarity, found.frequencies, found.lengths, average)


def weights_in_text(snapshot: Snapshot, terms: QueryTerms) -> list[tuple[str, float]]:
    """Terms that stand in texts as they are, and what each is worth wherever it is found."""
    looked_up = [
        (term, weight, len(snapshot.find(field, term).paragraphs))
        for field, weight in FIELD_WEIGHTS
        if field not in {fields.FORMS, fields.HEADINGS}
        for term in dict.fromkeys(terms_of(field, terms))
    ]
    return [
        (term, weight * ranking.idf(snapshot.live_count, held)) for term, weight, held in looked_up if held
    ]


def scores(snapshot: Snapshot, terms: QueryTerms) -> NDArray[np.float64]:
    """Score of every paragraph; zero where no term stands."""
    total = np.zeros(snapshot.size)
    for _, _, found, added in parts(snapshot, terms):
        total[found.paragraphs] += added
    return total


def holding_any(snapshot: Snapshot, terms: QueryTerms) -> Mask:
    """Which paragraphs hold a word of the query in their own text, or two neighbouring characters of it."""
    held = np.zeros(snapshot.size, bool)
    for field, names in (
        (fields.WORDS, terms.words),
        (fields.FORMS, terms.words),
        (fields.BIGRAMS, terms.bigrams),
    ):
        for term in names:
            held[snapshot.find(field, term).paragraphs] = True
    return held


def holding_all(snapshot: Snapshot, words: Iterable[str], *, headings: bool) -> Mask:
    """Which paragraphs hold every word, in their own text or (if asked) in the headings above it."""
    places = (fields.WORDS, fields.FORMS, fields.HEADINGS) if headings else (fields.WORDS, fields.FORMS)
    all_held = np.ones(snapshot.size, bool)
    for word in words:
        held = np.zeros(snapshot.size, bool)
        for field in places:
            held[snapshot.find(field, word).paragraphs] = True
        all_held &= held
    return all_held
