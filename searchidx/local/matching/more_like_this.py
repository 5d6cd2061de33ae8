"""Paragraphs like one: those that share its most telling words.

For ``searchidx similar``. A word tells the more the oftener it stands in the paragraph and the rarer it is elsewhere, as
BM25 weighs it. The words are then asked for as any query that some of them are enough for, the paragraph left out.
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

_WORDS = 24
"""Words that are asked for: more make it slower and find nothing else."""
_CONSIDERED = 400  # different words of a paragraph, the first ones


def matches(snapshot: Snapshot, numbers: list[int]) -> Matches:
    """What shares a telling word with some paragraphs, these left out."""
    text = " ".join(paragraph.text for paragraph in snapshot.paragraphs(numbers))
    words = telling(snapshot, text)
    matching = np.zeros(snapshot.size, bool)
    for word in words:
        matching[postings(snapshot, schema.WORDS, word).paragraphs] = True
    matching[numbers] = False
    found = np.flatnonzero(matching)
    nothing = np.zeros(len(found), bool)
    literal = Evidence(nothing, nothing, [])
    return Matches(found, nothing, literal, QueryTerms(words, (), ()), list(words))


def telling(snapshot: Snapshot, text: str) -> tuple[str, ...]:
    """The words of a text that tell most, the most telling first; words that stand nowhere else tell nothing."""
    folded = fold(text)
    often = Counter(word_terms(folded, snapshot.user_lexicon.cut if snapshot.user_lexicon else None))
    # Stop words are left out, unless there is nothing else.
    asked = query_terms(folded, snapshot.user_lexicon).words
    worth = {}
    for word in asked[:_CONSIDERED]:
        held = len(postings(snapshot, schema.WORDS, word).paragraphs)
        if held > 1:
            times = max(often[word], 1)
            worth[word] = ranking.idf(snapshot.live_count, held) * times / (times + ranking.K1)
    return tuple(sorted(worth, key=lambda word: (-worth[word], word))[:_WORDS])
