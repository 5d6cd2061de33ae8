"""Terms of the alphanumeric chunks of a batch (``x-900``, ``node.js``): each distinct chunk is analyzed once, then counted.

Most of a text is Chinese or plain English words without such terms. Dropping these by array operations, before the pattern
of :mod:`searchidx.runs` looks at every character, halves the time.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.fold.bulk import Codes, text_of
from searchidx.local.format import postings
from searchidx.local.indexing.ascii_words import mask_of, spans_of
from searchidx.local.indexing.occurrences import Occurrences, Small
from searchidx.local.segment import schema
from searchidx.runs import chunk_terms, chunks, joined_letters, lone_terms, numeral_terms

_LETTER, _DIGIT, _SIGN, _EXTENDER = 1, 2, 4, 8
"""Kinds of code points: a plain letter; a digit; a sign that makes a chunk of adjacent letters; a character that can join a
digit to the next one."""
_MAX_EXTENSION = 4  # characters that may join a digit to the next one: ``5 -- 7``
_LAST_PLANE = 0x10000
_MAX_CACHED_LENGTH = 64  # characters of a chunk
_MAX_CACHED_CHUNKS = 1 << 16  # across batches


class AlphanumericTerms:
    """Collector of the terms of alphanumeric chunks.

    A term that occurs in its chunk is an occurrence of the field ``words``; a normalized form of it, of ``forms``.
    """

    def __init__(self, words: Occurrences, forms: Occurrences) -> None:
        self._words = words
        self._forms = forms
        self._word_terms = _ChunkTerms(words)
        self._form_terms = _ChunkTerms(forms)
        self._chunk_numbers = _ChunkNumbers(self._word_terms, self._form_terms)
        self._numbers: list[Small] = []
        self._owners: list[Small] = []

    def add(self, codes: Codes, first: int) -> None:
        """Add the chunks of folded paragraphs, the first of which has the number ``first``."""
        names = chunks(text_of(drop_plain_text(codes)))
        self._chunk_numbers.enter_joined(names)
        numbers = np.fromiter(map(self._chunk_numbers.__getitem__, names), np.int32, len(names))
        owners = np.cumsum(numbers == 0, dtype=np.int32) + np.int32(first)
        with_terms = np.flatnonzero(numbers > 1)
        self._numbers.append(numbers[with_terms])
        self._owners.append(owners[with_terms])
        piece = text_of(codes)
        lone, numerals = lone_terms(piece), numeral_terms(piece)
        if lone or numerals:
            breaks = [match.start() for match in re.finditer("\n", piece)]
            for field, terms in ((self._words, lone), (self._forms, numerals)):
                for offset, term in terms:
                    field.add(first + bisect_left(breaks, offset), (term,))

    def flush(self) -> None:
        """Add the terms of all chunks to the occurrences of both fields."""
        numbers = np.concatenate([np.zeros(0, np.int32), *self._numbers])
        owners = np.concatenate([np.zeros(0, np.int32), *self._owners])
        self._word_terms.expand(numbers, owners)
        self._form_terms.expand(numbers, owners)


class _ChunkTerms:
    """Terms of each chunk, by chunk number, for one field."""

    def __init__(self, target: Occurrences) -> None:
        self._target = target
        self._terms: list[str] = []
        self._ends = [0, 0, 0]  # of a break and of chunks without terms

    def append(self, terms: Sequence[str]) -> None:
        """Append the terms of the next chunk."""
        self._terms += terms
        self._ends.append(len(self._terms))

    def expand(self, numbers: Small, owners: Small) -> None:
        """Add the terms of chunks to the occurrences of their paragraphs."""
        ends = np.array(self._ends)
        starts, sizes = ends[numbers], np.diff(ends)[numbers]
        terms = np.fromiter(self._target.numbers_of(self._terms), np.int32, len(self._terms))
        self._target.add_numbers(terms[postings.ranges(starts, sizes)], np.repeat(owners, sizes))


class _ChunkNumbers(dict[str, int]):
    """Numbers of chunks, each analyzed on first use; 0 is a break, 1 a chunk without terms of its own."""

    def __init__(self, words: _ChunkTerms, forms: _ChunkTerms) -> None:
        super().__init__({"\n": 0})
        self._next = 2
        self._words = words
        self._forms = forms

    def enter_joined(self, chunk_names: Iterable[str]) -> None:
        """Analyze in bulk the chunks of only letters and signs; the others are analyzed on first use."""
        names, hyphened = joined_letters(set(chunk_names).difference(self))
        for name in names:
            self._enter(name, (name,), ())
        for name, whole in hyphened.items():
            self._enter(name, (), (whole,))

    def __missing__(self, chunk: str) -> int:
        words, forms = (_split_terms_cached if len(chunk) <= _MAX_CACHED_LENGTH else _split_terms)(chunk)
        if words or forms:
            return self._enter(chunk, words, forms)
        self[chunk] = 1
        return 1

    def _enter(self, chunk: str, words: Sequence[str], forms: Sequence[str]) -> int:
        number = self[chunk] = self._next
        self._next += 1
        self._words.append(words)
        self._forms.append(forms)
        return number


def _split_terms(chunk: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the terms that occur in a chunk, and its other forms."""
    terms = chunk_terms(chunk)
    words = tuple([term for term in terms if term in chunk])
    return words, tuple([term for term in terms if term not in chunk]) if len(words) < len(terms) else ()


_split_terms_cached = lru_cache(_MAX_CACHED_CHUNKS)(_split_terms)


def drop_plain_text(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return folded paragraphs without the text that has no terms but plain words; breaks are kept."""
    kinds = _kinds().take(codes)
    runs = spans_of(kinds & (_LETTER | _DIGIT | _SIGN) != 0)
    if not len(runs.starts):
        return np.full(np.count_nonzero(codes == schema.BREAK), schema.BREAK, np.uint32)
    special = np.bitwise_or.reduceat(kinds, runs.starts) & (_DIGIT | _SIGN) != 0
    is_kept = mask_of(runs, special, len(codes))
    digit = kinds == _DIGIT
    extender = kinds == _EXTENDER
    for distance in range(1, _MAX_EXTENSION + 1):
        is_kept[distance:] |= extender[distance:] & digit[:-distance]
    is_kept |= codes == schema.BREAK
    # One NUL remains of each dropped range, so that chunks on both sides stay separate.
    with_separators = is_kept.copy()
    with_separators[1:] |= is_kept[:-1]
    kept_codes: NDArray[np.uint32] = (codes * is_kept)[with_separators]
    return kept_codes


@cache
def _kinds() -> NDArray[np.uint8]:
    """Return the kind of each code point; 0 for all that is neither a letter nor a digit in any script."""
    kinds = np.zeros(0x110000, np.uint8)
    kinds[0x80:_LAST_PLANE] = [_SIGN * chr(code).isalnum() for code in range(0x80, _LAST_PLANE)]
    kinds[_LAST_PLANE:] = _SIGN
    kinds[schema.cjk_table()] = 0
    for kind, chars in {
        _LETTER: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        _DIGIT: "0123456789",
        _SIGN: "-.&_+#",
        _EXTENDER: ",:/ )年月日号",
    }.items():
        kinds[[ord(char) for char in chars]] = kind
    return kinds
