"""More like this: paragraphs that share the most telling words of one.

For ``searchidx similar``. The weight of a word is its BM25 weight: its frequency in the paragraph and its rarity in the index.
The words are then searched like any query of which some words are enough, and the paragraph itself is excluded.
"""

from collections import Counter

import numpy as np

from searchidx import ranking
from searchidx.analyzer import QueryTerms, query_terms, word_terms
from searchidx.fold import fold
from searchidx.local.lookup.term_postings import postings
from searchidx.local.matching.matches import Evidence, Matches
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Snapshot

_MAX_WORDS = 24  # more make the query slower and add no better hits
_MAX_WEIGHED = 400  # distinct words, from the first of a paragraph


def matches(snapshot: Snapshot, numbers: list[int]) -> Matches:
    """Return the paragraphs that share a telling word with some paragraphs, these excluded."""
    text = " ".join(paragraph.text for paragraph in snapshot.paragraphs(numbers))
    words = telling_words(snapshot, text)
    mask = np.zeros(snapshot.size, bool)
    for word in words:
        mask[postings(snapshot, schema.WORDS, word).paragraphs] = True
    mask[numbers] = False
    matching = np.flatnonzero(mask)
    none = np.zeros(len(matching), bool)
    return Matches(matching, none, Evidence(none, none, []), QueryTerms(words, (), ()), list(words))


def telling_words(snapshot: Snapshot, text: str) -> tuple[str, ...]:
    """Return the words of a text with the highest weights, descending; a word of one paragraph only has none."""
    folded = fold(text)
    lexicon = snapshot.user_lexicon
    frequencies = Counter(word_terms(folded, lexicon.terms if lexicon else None))
    # Stop words are left out, unless there is nothing else.
    words = query_terms(folded, lexicon).words
    weights = {}
    for word in words[:_MAX_WEIGHED]:
        paragraphs = len(postings(snapshot, schema.WORDS, word).paragraphs)
        if paragraphs > 1:
            frequency = max(frequencies[word], 1)
            idf = ranking.idf(snapshot.live_count, paragraphs)
            weights[word] = idf * frequency / (frequency + ranking.K1)
    return tuple(sorted(weights, key=lambda word: (-weights[word], word))[:_MAX_WORDS])
