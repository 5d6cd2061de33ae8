"""Occurrences of terms in paragraphs, gathered in any order and sorted into posting lists.

An occurrence is a key, the term in the high bits and the paragraph in the low ones. Sorted, equal keys lie together: their
number is the frequency, and the order is that of the posting lists.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.analyzer import is_word
from searchidx.local.format import postings, term_dictionary
from searchidx.local.format.postings import Postings
from searchidx.local.format.term_dictionary import Vocabulary
from searchidx.local.segment import schema

Keys = NDArray[np.unsignedinteger[Any]]
Small = NDArray[np.int32]
"""Numbers of terms and paragraphs of one segment."""

PARAGRAPH_BITS = 22
"""The low bits of a key."""
MAX_PARAGRAPHS = 1 << PARAGRAPH_BITS
"""Of one segment: two characters of 21 bits and a paragraph of 22 fill a key of 64."""


class Inverted(NamedTuple):
    """One field of a batch of paragraphs.

    Attributes:
        known: Its terms.
        lists: Their postings, one after another.
        counts: How many postings each term has.
        lengths: Number of terms of each paragraph, repetitions counted.
    """

    known: Vocabulary
    lists: Postings
    counts: NDArray[np.int64]
    lengths: NDArray[np.int64]


class _Vocabulary(dict[str, int]):
    """Numbers terms as they come; 0 stands for a break, 1 for what is no term, 2 for a run too long to be one."""

    def __missing__(self, token: str) -> int:
        fitting = len(self) if schema.fits(token) else 2
        number = self[token] = fitting if is_word(token) else 1
        return number


class Occurrences:
    """Occurrences of terms in paragraphs, in any order."""

    def __init__(self) -> None:
        self._known = _Vocabulary({"\n": 0, "": 1, schema.LONG_RUN: 2})
        self._numbers: list[Small] = []
        self._owners: list[Small] = []
        self._single_numbers: list[int] = []
        self._single_owners: list[int] = []

    def add_text(self, tokens: list[str], first: int) -> None:
        """Add the tokens of paragraphs from ``first`` on, a break between each two."""
        numbers = np.fromiter(map(self._known.__getitem__, tokens), np.int32, len(tokens))
        owners = np.cumsum(numbers == 0, dtype=np.int32) + np.int32(first)
        kept = np.flatnonzero(numbers > 1)
        self._numbers.append(numbers[kept])
        self._owners.append(owners[kept])

    def add_words(self, found: list[str], owners: NDArray[np.int64]) -> None:
        """Add words, and the paragraph of each."""
        numbers = np.fromiter(map(self._known.__getitem__, found), np.int32, len(found))
        self.add_numbers(numbers, owners.astype(np.int32))

    def numbers_of(self, found: Iterable[str]) -> Iterator[int]:
        """The numbers of terms, new ones if need be."""
        return map(self._known.__getitem__, found)

    def add(self, paragraph: int, found: Sequence[str]) -> None:
        """Add terms of one paragraph."""
        self._single_numbers += self.numbers_of(found)
        self._single_owners += [paragraph] * len(found)

    def add_numbers(self, numbers: Small, owners: Small) -> None:
        """Add terms by their numbers."""
        self._numbers.append(numbers)
        self._owners.append(owners)

    def deal_out(self, members: NDArray[np.int64], owners: NDArray[np.int64], count: int) -> None:
        """Let paragraphs be parts of others: give each of ``owners`` what was found in its one of ``count`` ``members``."""
        numbers, found_in = self.take()
        numbers = numbers[np.argsort(found_in, kind="stable")]
        sizes = np.bincount(found_in, minlength=count)
        starts = np.cumsum(sizes) - sizes
        found = numbers[postings.ranges(starts[members], sizes[members])]
        self.add_numbers(found, np.repeat(owners, sizes[members]).astype(np.int32))

    def take(self) -> tuple[Small, Small]:
        """Return all terms and their paragraphs, and forget them."""
        numbers = np.concatenate([*self._numbers, np.array(self._single_numbers, np.int32)])
        owners = np.concatenate([*self._owners, np.array(self._single_owners, np.int32)])
        for column in (self._numbers, self._owners, self._single_numbers, self._single_owners):
            column.clear()
        return numbers, owners

    def beside(self) -> "Occurrences":
        """Return occurrences that number the same terms, for the reading forms of these paragraphs."""
        occurrences = Occurrences()
        occurrences._known = self._known
        return occurrences

    def relabel(self, owners: NDArray[np.int64]) -> None:
        """Give the occurrences of each paragraph to the one of ``owners`` at its number."""
        numbers, paragraphs = self.take()
        self.add_numbers(numbers, owners[paragraphs].astype(np.int32))

    def invert(self, count: int, readings: "Occurrences | None" = None) -> Inverted:
        """Sort into posting lists.

        Args:
            count: Number of paragraphs.
            readings: Occurrences in their reading forms, from :meth:`beside`: a term counts there only in paragraphs that
                do not contain it as stored, and never in lengths.
        """
        numbers, owners = self.take()
        more, more_owners = (numbers[:0], owners[:0]) if readings is None else readings.take()
        used = np.zeros(len(self._known), bool)
        used[numbers] = True
        used[more] = True
        by_number = [term.encode("utf-8", "surrogatepass") for term in self._known]
        order = sorted(np.flatnonzero(used).tolist(), key=by_number.__getitem__)
        rank = np.zeros(len(self._known), np.uint64)
        rank[order] = np.arange(len(order), dtype=np.uint64)
        lengths = np.bincount(owners, minlength=count)
        keys = _keys_of(rank[numbers], owners)
        del numbers, owners
        _, lists, counts = count_keys(keys, more=_keys_of(rank[more], more_owners))
        return Inverted(
            term_dictionary.vocabulary([by_number[number] for number in order]), lists, counts, lengths
        )


def _keys_of(ranks: NDArray[np.uint64], owners: Small) -> Keys:
    """Return keys: the term in the high bits, the paragraph in the low ones."""
    ranks <<= np.uint64(PARAGRAPH_BITS)
    ranks |= owners.astype(np.uint64)
    return ranks


def count_keys(
    keys: Keys, paragraph_bits: int = PARAGRAPH_BITS, more: Keys | None = None
) -> tuple[Keys, Postings, NDArray[np.int64]]:
    """Sort keys in place and count equal ones: terms, postings, number of postings of each term.

    Args:
        keys: The occurrences.
        paragraph_bits: Low bits that are the paragraph.
        more: Occurrences in reading forms: those count that ``keys`` does not have.
    """
    distinct, frequencies = _count(keys)
    if more is not None and len(more):
        distinct, frequencies = _merge(distinct, frequencies, *_count(more))
    owners = (distinct & ((1 << paragraph_bits) - 1)).astype(np.int32)
    distinct >>= paragraph_bits
    starts = np.flatnonzero(_changes(distinct))
    return distinct[starts], Postings(owners, frequencies), np.diff(starts, append=len(distinct))


def _count(keys: Keys) -> tuple[Keys, Small]:
    """Sort keys in place; return the different ones and how often each occurs."""
    keys.sort()
    first = np.flatnonzero(_changes(keys))
    return keys[first], np.diff(first, append=len(keys)).astype(np.int32)


def _merge(distinct: Keys, frequencies: Small, more: Keys, more_frequencies: Small) -> tuple[Keys, Small]:
    """Insert those of more keys that are new."""
    places = np.searchsorted(distinct, more)
    is_new = np.append(distinct, more[:1] - more[:1])[places] != more
    is_new |= places == len(distinct)
    return (
        np.insert(distinct, places[is_new], more[is_new]),
        np.insert(frequencies, places[is_new], more_frequencies[is_new]),
    )


def _changes(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each value differs from the one before."""
    changed = np.empty(len(values), bool)
    changed[:1] = True
    np.not_equal(values[1:], values[:-1], out=changed[1:])
    return changed
