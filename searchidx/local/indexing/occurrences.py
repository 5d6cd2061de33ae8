"""Occurrences of terms in paragraphs, collected in any order and sorted into posting lists.

An occurrence is a key with the term in its high bits and the paragraph in its low bits. In sorted order equal keys are
adjacent: their number is the frequency, and the order is that of the posting lists.
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
"""Numbers of terms or paragraphs of one segment."""

PARAGRAPH_BITS = 22
"""Width of the paragraph in a key."""
MAX_PARAGRAPHS = 1 << PARAGRAPH_BITS
"""Maximum number of paragraphs of a segment: two characters of 21 bits and a paragraph of 22 fill a key of 64 bits."""


class InvertedField(NamedTuple):
    """Inverted field of a batch of paragraphs.

    Attributes:
        vocabulary: Terms of the field.
        postings: Postings of all terms, one after another.
        counts: Number of postings of each term.
        lengths: Number of term occurrences of each paragraph.
    """

    vocabulary: Vocabulary
    postings: Postings
    counts: NDArray[np.int64]
    lengths: NDArray[np.int64]


class _TermNumbers(dict[str, int]):
    """Numbers of terms, assigned on first use; 0 is a break, 1 a token that is no term, 2 a run too long for a term."""

    def __missing__(self, token: str) -> int:
        term_number = len(self) if schema.fits(token) else 2
        number = self[token] = term_number if is_word(token) else 1
        return number


class Occurrences:
    """Collector of the occurrences of one field, in any order."""

    def __init__(self) -> None:
        self._term_numbers = _TermNumbers({"\n": 0, "": 1, schema.LONG_RUN: 2})
        self._numbers: list[Small] = []
        self._owners: list[Small] = []
        self._single_numbers: list[int] = []
        self._single_owners: list[int] = []

    def add_text(self, tokens: list[str], first: int) -> None:
        """Add the tokens of paragraphs from number ``first`` on, separated by breaks."""
        numbers = np.fromiter(map(self._term_numbers.__getitem__, tokens), np.int32, len(tokens))
        owners = np.cumsum(numbers == 0, dtype=np.int32) + np.int32(first)
        terms = np.flatnonzero(numbers > 1)
        self._numbers.append(numbers[terms])
        self._owners.append(owners[terms])

    def add_words(self, words: list[str], owners: NDArray[np.int64]) -> None:
        """Add words, each with its paragraph."""
        numbers = np.fromiter(map(self._term_numbers.__getitem__, words), np.int32, len(words))
        self.add_numbers(numbers, owners.astype(np.int32))

    def numbers_of(self, terms: Iterable[str]) -> Iterator[int]:
        """Yield the number of each term, assigned now if the term is new."""
        return map(self._term_numbers.__getitem__, terms)

    def add(self, paragraph: int, terms: Sequence[str]) -> None:
        """Add terms of one paragraph."""
        self._single_numbers += self.numbers_of(terms)
        self._single_owners += [paragraph] * len(terms)

    def add_numbers(self, numbers: Small, owners: Small) -> None:
        """Add terms by their numbers."""
        self._numbers.append(numbers)
        self._owners.append(owners)

    def distribute(self, members: NDArray[np.int64], owners: NDArray[np.int64], count: int) -> None:
        """Move the occurrences of texts to the groups that contain them.

        Args:
            members: Number of a text, for each membership.
            owners: Number of the group, for each membership.
            count: Number of texts.
        """
        numbers, texts = self.pop_all()
        numbers = numbers[np.argsort(texts, kind="stable")]
        sizes = np.bincount(texts, minlength=count)
        starts = np.cumsum(sizes) - sizes
        of_members = numbers[postings.ranges(starts[members], sizes[members])]
        self.add_numbers(of_members, np.repeat(owners, sizes[members]).astype(np.int32))

    def pop_all(self) -> tuple[Small, Small]:
        """Remove and return all occurrences: term numbers and paragraphs."""
        numbers = np.concatenate([*self._numbers, np.array(self._single_numbers, np.int32)])
        owners = np.concatenate([*self._owners, np.array(self._single_owners, np.int32)])
        for column in (self._numbers, self._owners, self._single_numbers, self._single_owners):
            column.clear()
        return numbers, owners

    def with_same_terms(self) -> "Occurrences":
        """Return an empty collector with the same term numbers, for the reading forms of the paragraphs."""
        occurrences = Occurrences()
        occurrences._term_numbers = self._term_numbers
        return occurrences

    def relabel(self, owners: NDArray[np.int64]) -> None:
        """Renumber paragraphs: paragraph ``n`` becomes ``owners[n]``."""
        numbers, paragraphs = self.pop_all()
        self.add_numbers(numbers, owners[paragraphs].astype(np.int32))

    def invert(self, count: int, readings: "Occurrences | None" = None) -> InvertedField:
        """Sort into posting lists.

        Args:
            count: Number of paragraphs.
            readings: Occurrences in reading forms, from :meth:`with_same_terms`. They add postings of paragraphs that do
                not contain the term as stored, and count in no length.
        """
        numbers, owners = self.pop_all()
        more, more_owners = (numbers[:0], owners[:0]) if readings is None else readings.pop_all()
        is_used = np.zeros(len(self._term_numbers), bool)
        is_used[numbers] = True
        is_used[more] = True
        by_number = [term.encode("utf-8", "surrogatepass") for term in self._term_numbers]
        order = sorted(np.flatnonzero(is_used).tolist(), key=by_number.__getitem__)
        rank = np.zeros(len(self._term_numbers), np.uint64)
        rank[order] = np.arange(len(order), dtype=np.uint64)
        lengths = np.bincount(owners, minlength=count)
        keys = _keys_of(rank[numbers], owners)
        del numbers, owners
        _, lists, counts = count_keys(keys, more=_keys_of(rank[more], more_owners))
        return InvertedField(
            term_dictionary.vocabulary([by_number[number] for number in order]), lists, counts, lengths
        )


def _keys_of(ranks: NDArray[np.uint64], owners: Small) -> Keys:
    """Return keys with the term in the high bits and the paragraph in the low bits; ``ranks`` is overwritten."""
    ranks <<= np.uint64(PARAGRAPH_BITS)
    ranks |= owners.astype(np.uint64)
    return ranks


def count_keys(
    keys: Keys, paragraph_bits: int = PARAGRAPH_BITS, more: Keys | None = None
) -> tuple[Keys, Postings, NDArray[np.int64]]:
    """Sort keys in place and return the terms, their postings and the number of postings of each term.

    Args:
        keys: Keys of occurrences.
        paragraph_bits: Width of the paragraph in a key.
        more: Keys of occurrences in reading forms; only those that ``keys`` lacks are added.
    """
    distinct, frequencies = _count(keys)
    if more is not None and len(more):
        distinct, frequencies = _merge(distinct, frequencies, *_count(more))
    owners = (distinct & ((1 << paragraph_bits) - 1)).astype(np.int32)
    distinct >>= paragraph_bits
    starts = np.flatnonzero(_changes(distinct))
    return distinct[starts], Postings(owners, frequencies), np.diff(starts, append=len(distinct))


def _count(keys: Keys) -> tuple[Keys, Small]:
    """Sort keys in place; return the distinct keys and the frequency of each."""
    keys.sort()
    first = np.flatnonzero(_changes(keys))
    return keys[first], np.diff(first, append=len(keys)).astype(np.int32)


def _merge(distinct: Keys, frequencies: Small, more: Keys, more_frequencies: Small) -> tuple[Keys, Small]:
    """Insert the keys of ``more`` that are not in ``distinct``, with their frequencies."""
    positions = np.searchsorted(distinct, more)
    is_new = np.append(distinct, more[:1] - more[:1])[positions] != more
    is_new |= positions == len(distinct)
    return (
        np.insert(distinct, positions[is_new], more[is_new]),
        np.insert(frequencies, positions[is_new], more_frequencies[is_new]),
    )


def _changes(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return the mask of values that differ from the previous one; the first is True."""
    changed = np.empty(len(values), bool)
    changed[:1] = True
    np.not_equal(values[1:], values[:-1], out=changed[1:])
    return changed
