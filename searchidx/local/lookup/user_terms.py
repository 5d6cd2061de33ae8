"""Postings of query terms under the words and synonyms of a user.

A segment notes the user's words it was tokenized with and has postings of these. In any other segment such a word is
searched in the text, and its occurrences count as its postings: the same paragraphs and frequencies as if the segment had
been tokenized with it. Synonyms are one term, as if they were spelled alike.

Only :mod:`searchidx.local.lookup.term_postings` imports this, and only for an index opened with words of a user.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.analyzer import is_cjk, is_word
from searchidx.analyzer.user_lexicon import UserLexicon, occurrences
from searchidx.fold import fold
from searchidx.lexicon import load
from searchidx.local.format.postings import ranges
from searchidx.local.lookup import sorted_sets, substring
from searchidx.local.lookup.haystack import folded_texts
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import LivePostings, Numbers, Snapshot
from searchidx.runs import run_terms
from searchidx.tokenizer import Tokenizer

_BATCH_SIZE = 2048  # paragraphs that are read together, which bounds the memory
_MAX_FREQUENCY = 0x7FFF

_Span = tuple[int, int]
"""First number and the one after the last: the paragraphs, or sections, of one segment."""
_Search = Callable[[Snapshot, str, Sequence[_Span]], Iterator[LivePostings]]


def postings(snapshot: Snapshot, lexicon: UserLexicon, field: str, term: str) -> LivePostings:
    """Return the postings of a query term and its synonyms in a field."""
    if field in (schema.CHARACTERS, schema.BIGRAMS):
        return snapshot.postings(field, term)
    if field == schema.HEADINGS:
        return _below(snapshot, section_postings(snapshot, lexicon, term))

    def postings_of(word: str) -> LivePostings:
        indexed = snapshot.postings(field, word)
        if field == schema.FORMS:
            return indexed
        return _completed(snapshot, lexicon, field, word, indexed, snapshot.bases, _search_texts)

    return _with_synonyms(snapshot, lexicon, field, term, postings_of)


def section_postings(snapshot: Snapshot, lexicon: UserLexicon, term: str) -> LivePostings:
    """Return the postings of a query term and its synonyms in headings, by section number."""
    bases = [0, *accumulate(part.sections for part in snapshot.segments)]

    def postings_of(word: str) -> LivePostings:
        indexed = snapshot.section_postings(word)
        return _completed(snapshot, lexicon, schema.HEADINGS, word, indexed, bases, _search_headings)

    return _with_synonyms(snapshot, lexicon, schema.HEADINGS, term, postings_of)


def _completed(
    snapshot: Snapshot,
    lexicon: UserLexicon,
    field: str,
    word: str,
    indexed: LivePostings,
    bases: Sequence[int],
    search: _Search,
) -> LivePostings:
    """Replace the indexed postings of a word by a search in each segment that was tokenized without it."""
    if word not in lexicon.written:
        return indexed
    spans = [
        (bases[position], bases[position + 1])
        for position, part in enumerate(snapshot.segments)
        if word not in part.user_words
    ]
    if not spans:
        return indexed
    return _cached(
        snapshot,
        ("written", field, word),
        lambda: _merged([_outside(indexed, spans), *search(snapshot, word, spans)]),
    )


def _below(snapshot: Snapshot, sections: LivePostings) -> LivePostings:
    """Return the live paragraphs of sections, with the frequencies of these."""
    starts = snapshot.section_starts[sections.paragraphs]
    sizes = snapshot.section_starts[sections.paragraphs + 1] - starts
    below = LivePostings(ranges(starts, sizes), np.repeat(sections.frequencies, sizes))
    if snapshot.live is None:
        return below
    is_live = snapshot.live[below.paragraphs]
    return LivePostings(*(column[is_live] for column in below))


def _with_synonyms(
    snapshot: Snapshot,
    lexicon: UserLexicon,
    field: str,
    term: str,
    postings_of: Callable[[str], LivePostings],
) -> LivePostings:
    synonyms = lexicon.synonyms.get(term)
    if not synonyms:
        return postings_of(term)
    words = (term, *synonyms)
    return _cached(
        snapshot, ("any of", field, *words), lambda: _summed([postings_of(word) for word in words])
    )


def _search_texts(snapshot: Snapshot, word: str, spans: Sequence[_Span]) -> Iterator[LivePostings]:
    """Yield the occurrences of a word in the texts of each segment."""
    if len(word) == 2 and all(map(is_cjk, word)):
        bigrams = snapshot.postings(schema.BIGRAMS, word)
        for begin, end in spans:
            yield _within(bigrams, begin, end)
        return
    proven, possible = substring.candidates(snapshot, word)
    numbers = np.sort(np.concatenate([proven, possible]))
    for span in spans:
        begin, end = np.searchsorted(numbers, span).tolist()
        candidates = numbers[begin:end]
        frequencies = _frequencies(snapshot, word, candidates)
        yield LivePostings(candidates[frequencies > 0], frequencies[frequencies > 0])


def _frequencies(snapshot: Snapshot, word: str, numbers: Numbers) -> NDArray[np.int64]:
    """Count a word in the text of each of some paragraphs."""
    frequencies = np.zeros(len(numbers), np.int64)
    for start in range(0, len(numbers), _BATCH_SIZE):
        snapshot.budget.check()
        texts = folded_texts(snapshot, numbers[start : start + _BATCH_SIZE])
        counts = np.array([occurrences(text, word) for text in texts.parts()], np.int64)
        frequencies[start : start + _BATCH_SIZE] = texts.per_paragraph(counts)
    return frequencies


def _search_headings(snapshot: Snapshot, word: str, spans: Sequence[_Span]) -> Iterator[LivePostings]:
    """Yield the occurrences of a word in the headings of each segment; candidates contain all tokens of the word."""
    tokens = {token for token in (*Tokenizer(load()).terms(word), *run_terms(word)) if is_word(token)}
    candidates, *others = [snapshot.section_postings(token).paragraphs for token in tokens]
    for sections in others:
        candidates = sorted_sets.common(candidates, sections)
    base = 0
    for part in snapshot.segments:
        begin, end = np.searchsorted(candidates, (base, base + part.sections)).tolist()
        if (base, base + part.sections) in spans:
            snapshot.budget.check()
            numbers = candidates[begin:end]
            rows = (part.section_rows.row(number - base).facts for number in numbers.tolist())
            frequencies = np.fromiter(
                (occurrences(fold("\n".join(row)), word) for row in rows), np.int64, len(numbers)
            )
            yield LivePostings(numbers[frequencies > 0], frequencies[frequencies > 0])
        base += part.sections


def _within(term: LivePostings, begin: int, end: int) -> LivePostings:
    """Return the postings in a span of numbers."""
    first, last = np.searchsorted(term.paragraphs, (begin, end)).tolist()
    return LivePostings(*(column[first:last] for column in term))


def _outside(term: LivePostings, spans: Sequence[_Span]) -> LivePostings:
    """Return the postings outside spans of numbers."""
    mask = np.ones(len(term.paragraphs), bool)
    for span in spans:
        begin, end = np.searchsorted(term.paragraphs, span).tolist()
        mask[begin:end] = False
    return LivePostings(*(column[mask] for column in term))


def _merged(pieces: Sequence[LivePostings]) -> LivePostings:
    """Merge postings, ascending by number."""
    numbers, frequencies = (np.concatenate(column) for column in zip(*pieces, strict=True))
    order = np.argsort(numbers, kind="stable")
    return LivePostings(numbers[order], frequencies[order])


def _summed(pieces: Sequence[LivePostings]) -> LivePostings:
    """Return the postings of several words as those of one, their frequencies summed."""
    merged = _merged(pieces)
    numbers, positions = np.unique(merged.paragraphs, return_inverse=True)
    return LivePostings(numbers, np.bincount(positions, merged.frequencies, len(numbers)).astype(np.int64))


def _cached(snapshot: Snapshot, key: tuple[str, ...], compute: Callable[[], LivePostings]) -> LivePostings:
    numbers, frequencies = snapshot.cached(
        key, lambda: np.stack([column.astype(np.int64) for column in compute()])
    )
    return LivePostings(numbers, np.minimum(frequencies, _MAX_FREQUENCY).astype(np.int16))
