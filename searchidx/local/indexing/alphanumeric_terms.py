"""Chunks of a batch's runs (``x-900``, ``node.js``) as occurrences: each different chunk is read once and then only counted."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from searchidx.fold.bulk import Codes, text_of
from searchidx.local.format import postings
from searchidx.local.indexing.alphanumeric_sifting import sift
from searchidx.local.indexing.occurrences import Occurrences, Small
from searchidx.runs import chunk_terms, chunks, joined_letters, lone_terms, numeral_terms

_WORTH_REMEMBERING = 64  # characters of a chunk
_REMEMBERED = 1 << 16  # chunks, from batch to batch


class Chunks:
    """The chunks of a batch's runs: each different one is read once and then only counted.

    A term that stands in its chunk goes to the words, one that is only another way to write it to the forms.
    """

    def __init__(self, seen: Occurrences, forms: Occurrences) -> None:
        self._seen = _Expansion(seen)
        self._forms = _Expansion(forms)
        self._words = seen
        self._numerals = forms
        self._known = _Numbered(self._seen, self._forms)
        self._numbers: list[Small] = []
        self._owners: list[Small] = []

    def add(self, codes: Codes, first: int) -> None:
        """Add the runs of paragraphs from ``first`` on, a break between each two."""
        found = chunks(text_of(sift(codes)))
        self._known.meet(found)
        numbers = np.fromiter(map(self._known.__getitem__, found), np.int32, len(found))
        owners = np.cumsum(numbers == 0, dtype=np.int32) + np.int32(first)
        kept = np.flatnonzero(numbers > 1)
        self._numbers.append(numbers[kept])
        self._owners.append(owners[kept])
        piece = text_of(codes)
        lone, numerals = lone_terms(piece), numeral_terms(piece)
        if lone or numerals:
            breaks = [match.start() for match in re.finditer("\n", piece)]
            for field, terms in ((self._words, lone), (self._numerals, numerals)):
                for offset, term in terms:
                    field.add(first + bisect_left(breaks, offset), (term,))

    def hand_over(self) -> None:
        """Give all terms of all chunks to the two fields."""
        numbers = np.concatenate([np.zeros(0, np.int32), *self._numbers])
        owners = np.concatenate([np.zeros(0, np.int32), *self._owners])
        self._seen.expand(numbers, owners)
        self._forms.expand(numbers, owners)


class _Expansion:
    """Terms of each chunk, by number, for one field."""

    def __init__(self, target: Occurrences) -> None:
        self._target = target
        self._terms: list[str] = []
        self._ends = [0, 0, 0]  # of a break and of what has no terms

    def append(self, found: Sequence[str]) -> None:
        """Note the terms of the next chunk."""
        self._terms += found
        self._ends.append(len(self._terms))

    def expand(self, numbers: Small, owners: Small) -> None:
        """Hand over the terms of chunks in paragraphs."""
        ends = np.array(self._ends)
        starts, sizes = ends[numbers], np.diff(ends)[numbers]
        found = np.fromiter(self._target.numbers_of(self._terms), np.int32, len(self._terms))
        self._target.add_numbers(found[postings.ranges(starts, sizes)], np.repeat(owners, sizes))


class _Numbered(dict[str, int]):
    """Numbers chunks as they come, and reads each; 0 stands for a break, 1 for a chunk without terms of its own."""

    def __init__(self, seen: _Expansion, forms: _Expansion) -> None:
        super().__init__({"\n": 0})
        self._next = 2
        self._seen = seen
        self._forms = forms

    def meet(self, found: Iterable[str]) -> None:
        """Read those of some chunks at once that are but letters and signs; the others are read when they are asked for."""
        names, hyphened = joined_letters(set(found).difference(self))
        for name in names:
            self._enter(name, (name,), ())
        for name, whole in hyphened.items():
            self._enter(name, (), (whole,))

    def __missing__(self, chunk: str) -> int:
        seen, forms = (_remembered if len(chunk) <= _WORTH_REMEMBERING else _parted)(chunk)
        if seen or forms:
            return self._enter(chunk, seen, forms)
        self[chunk] = 1
        return 1

    def _enter(self, chunk: str, seen: Sequence[str], forms: Sequence[str]) -> int:
        number = self[chunk] = self._next
        self._next += 1
        self._seen.append(seen)
        self._forms.append(forms)
        return number


def _parted(chunk: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The terms of a chunk that stand in it, and the others."""
    found = chunk_terms(chunk)
    seen = tuple([term for term in found if term in chunk])
    return seen, tuple([term for term in found if term not in chunk]) if len(seen) < len(found) else ()


_remembered = lru_cache(_REMEMBERED)(_parted)
