"""Where the words of a query stand when the user has words and synonyms of their own.

A segment notes which of the user's words it was cut with, and has the postings of these. In any other segment such a word
is looked for in the text, and what is found counts as its postings: the same paragraphs, as often, as if the segment had
been cut with it. Words that count as one another are one term, as if they were written alike.

For :mod:`searchidx.local.lookup.term_postings`, and imported only where there is something of the user's.
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

_READ = 2048  # paragraphs read together, which bounds the memory it takes
_MOST = 0x7FFF  # times that a word is counted in one place


def postings(snapshot: Snapshot, own: UserLexicon, field: str, term: str) -> LivePostings:
    """Where a word of a query stands in a field, whatever it was cut with and in whatever word that counts as it."""
    if field in (schema.CHARACTERS, schema.BIGRAMS):
        return snapshot.postings(field, term)
    if field == schema.HEADINGS:
        return _below(snapshot, section_postings(snapshot, own, term))

    def held(word: str) -> LivePostings:
        cut = snapshot.postings(field, word)
        if field == schema.FORMS:
            return cut
        return _held(snapshot, own, field, word, cut, snapshot.bases, _in_texts)

    return _any_of(snapshot, own, field, term, held)


def section_postings(snapshot: Snapshot, own: UserLexicon, term: str) -> LivePostings:
    """Which sections hold a word of a query in their headings, in the same way."""
    bases = [0, *accumulate(part.sections for part in snapshot.segments)]

    def held(word: str) -> LivePostings:
        cut = snapshot.section_postings(word)
        return _held(snapshot, own, schema.HEADINGS, word, cut, bases, _in_headings)

    return _any_of(snapshot, own, schema.HEADINGS, term, held)


_Span = tuple[int, int]
_Look = Callable[[Snapshot, str, Sequence[_Span]], Iterator[LivePostings]]


def _held(
    snapshot: Snapshot,
    own: UserLexicon,
    field: str,
    word: str,
    cut: LivePostings,
    bases: Sequence[int],
    look_in: _Look,
) -> LivePostings:
    """What was cut, and what is written where it was not; ``bases`` is where the numbers of each segment begin."""
    if word not in own.written:
        return cut
    lacking = [
        (bases[place], bases[place + 1])
        for place, part in enumerate(snapshot.segments)
        if word not in part.user_words
    ]
    if not lacking:
        return cut
    return _kept(
        snapshot,
        ("written", field, word),
        lambda: _joined([_outside(cut, lacking), *look_in(snapshot, word, lacking)]),
    )


def _below(snapshot: Snapshot, sections: LivePostings) -> LivePostings:
    """The living paragraphs of some sections."""
    starts = snapshot.section_starts[sections.paragraphs]
    sizes = snapshot.section_starts[sections.paragraphs + 1] - starts
    below = LivePostings(ranges(starts, sizes), np.repeat(sections.frequencies, sizes))
    if snapshot.live is None:
        return below
    living = snapshot.live[below.paragraphs]
    return LivePostings(*(column[living] for column in below))


def _any_of(
    snapshot: Snapshot, own: UserLexicon, field: str, term: str, held: Callable[[str], LivePostings]
) -> LivePostings:
    others = own.alternatives.get(term)
    if not others:
        return held(term)
    words = (term, *others)
    return _kept(snapshot, ("any of", field, *words), lambda: _together([held(word) for word in words]))


def _in_texts(snapshot: Snapshot, word: str, spans: Sequence[_Span]) -> Iterator[LivePostings]:
    if len(word) == 2 and all(map(is_cjk, word)):
        written = snapshot.postings(schema.BIGRAMS, word)
        for begin, end in spans:
            yield _within(written, begin, end)
        return
    proven, possible = substring.candidates(snapshot, word)
    numbers = np.sort(np.concatenate([proven, possible]))
    for span in spans:
        begin, end = np.searchsorted(numbers, span).tolist()
        counts = _counted(snapshot, word, numbers[begin:end])
        yield LivePostings(numbers[begin:end][counts > 0], counts[counts > 0])


def _counted(snapshot: Snapshot, word: str, numbers: Numbers) -> NDArray[np.int64]:
    """How often a word stands in each of some paragraphs: read and seen."""
    counts = np.zeros(len(numbers), np.int64)
    for start in range(0, len(numbers), _READ):
        snapshot.budget.check()
        texts = folded_texts(snapshot, numbers[start : start + _READ])
        times = np.array([occurrences(text, word) for text in texts.parts()], np.int64)
        counts[start : start + _READ] = texts.per_paragraph(times)
    return counts


def _in_headings(snapshot: Snapshot, word: str, spans: Sequence[_Span]) -> Iterator[LivePostings]:
    """Headings that hold all that the word is cut into by itself, and hold the word."""
    parts = {part for part in (*Tokenizer(load()).terms(word), *run_terms(word)) if is_word(part)}
    first, *more = [snapshot.section_postings(part).paragraphs for part in parts]
    for numbers in more:
        first = sorted_sets.common(first, numbers)
    base = 0
    for part in snapshot.segments:
        begin, end = np.searchsorted(first, (base, base + part.sections)).tolist()
        if (base, base + part.sections) in spans:
            snapshot.budget.check()
            numbers = first[begin:end]
            rows = (part.section_rows.row(number - base).facts for number in numbers.tolist())
            counts = np.fromiter(
                (occurrences(fold("\n".join(row)), word) for row in rows), np.int64, len(numbers)
            )
            yield LivePostings(numbers[counts > 0], counts[counts > 0])
        base += part.sections


def _within(held: LivePostings, begin: int, end: int) -> LivePostings:
    first, last = np.searchsorted(held.paragraphs, (begin, end)).tolist()
    return LivePostings(*(column[first:last] for column in held))


def _outside(held: LivePostings, spans: Sequence[_Span]) -> LivePostings:
    """What stands in other segments than these."""
    kept = np.ones(len(held.paragraphs), bool)
    for span in spans:
        begin, end = np.searchsorted(held.paragraphs, span).tolist()
        kept[begin:end] = False
    return LivePostings(*(column[kept] for column in held))


def _joined(pieces: Sequence[LivePostings]) -> LivePostings:
    """Pieces of different segments as one."""
    numbers, frequencies = (np.concatenate(column) for column in zip(*pieces, strict=True))
    order = np.argsort(numbers, kind="stable")
    return LivePostings(numbers[order], frequencies[order])


def _together(pieces: Sequence[LivePostings]) -> LivePostings:
    """Several words as one: where any of them stands, and how often all of them."""
    joined = _joined(pieces)
    numbers, which = np.unique(joined.paragraphs, return_inverse=True)
    return LivePostings(numbers, np.bincount(which, joined.frequencies, len(numbers)).astype(np.int64))


def _kept(snapshot: Snapshot, key: tuple[str, ...], look: Callable[[], LivePostings]) -> LivePostings:
    numbers, frequencies = snapshot.cached(
        key, lambda: np.stack([column.astype(np.int64) for column in look()])
    )
    return LivePostings(numbers, np.minimum(frequencies, _MOST).astype(np.int16))
