"""From texts to posting lists, by sorting arrays instead of walking tokens.

A field's occurrences become one array of keys, the term in the high bits and the paragraph in the low ones.
Sorted, equal keys lie together: their number is the frequency, and the order is that of the posting lists.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from searchidx.analyzer import is_word
from searchidx.array_types import NDArray
from searchidx.fold.bulk import codes_of, fold_codes, text_of
from searchidx.local import fields, postings, terms
from searchidx.local.fields import BREAK, Cut
from searchidx.local.plain_words import take_apart
from searchidx.local.postings import Postings
from searchidx.local.sifting import sift
from searchidx.local.terms import Vocabulary
from searchidx.runs import chunk_terms, chunks, joined_letters, lone_terms

Codes = NDArray[np.uint32]
_Keys = NDArray[np.unsignedinteger[Any]]
_Small = NDArray[np.int32]  # numbers of terms and paragraphs of one segment

_PARAGRAPH_BITS = 22
MAX_PARAGRAPHS = 1 << 22  # of one segment: two characters of 21 bits and a paragraph of 22 fill a key
_CODE_BITS = 21
_CODE_POINTS = 0x110000
_ASCII = 128
_TICKED = 1 << 20  # characters ticked off at a time
_WORTH_REMEMBERING = 64  # characters of a chunk
_REMEMBERED = 1 << 16  # chunks, from batch to batch
_CUT_CHARACTERS = 1 << 16  # characters handed to the tokenizer at a time


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


class Folded(NamedTuple):
    """A batch of folded paragraphs, with a break between each two.

    Attributes:
        codes: Code points.
        paragraph: Number of the paragraph that each code point belongs to.
        size: Number of paragraphs.
        cjk: Which code points are CJK characters.
        changed: Positions of what was another character before.
        before: What it was.
    """

    codes: Codes
    paragraph: NDArray[np.uint32]
    size: int
    cjk: NDArray[np.bool_]
    changed: NDArray[np.int64]
    before: Codes


def fold_all(texts: Sequence[str]) -> Folded:
    """Fold a batch of paragraphs at once."""
    raw = codes_of("\n".join(texts))
    codes = fold_codes(raw)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    codes[np.cumsum(lengths)[:-1] - 1] = BREAK
    owner = np.repeat(np.arange(len(texts), dtype=np.uint32), lengths)[: len(codes)]
    changed = np.flatnonzero(codes != raw)
    return Folded(codes, owner, len(texts), fields.cjk_table()[codes], changed, raw[changed])


def characters(folded: Folded) -> Inverted:
    """Invert all characters but white space. Only CJK characters count in lengths and frequencies."""
    ascii_codes, ascii_paragraphs, ascii_counts = _ascii_characters(folded)
    others = folded.codes >= _ASCII
    codes, lists, counts = _group_codes(folded.codes[others], folded.paragraph[others])
    del others
    scored = np.repeat(fields.cjk_table()[codes], counts)
    lists = Postings(
        np.concatenate([ascii_paragraphs, lists.paragraphs]),
        np.concatenate([np.ones(len(ascii_paragraphs), np.int32), np.where(scored, lists.frequencies, 1)]),
    )
    lengths = np.bincount(folded.paragraph[folded.cjk], minlength=folded.size)
    known = np.concatenate([ascii_codes, codes]).astype(np.uint32)
    return Inverted(_vocabulary_of(known[:, None]), lists, np.concatenate([ascii_counts, counts]), lengths)


def _ascii_characters(folded: Folded) -> tuple[NDArray[np.uint64], _Small, NDArray[np.int64]]:
    """Which paragraphs hold each ASCII character but white space: codes, paragraphs, number of paragraphs of each.

    There are many of these and few different ones, so they are ticked off in a table instead of being sorted.
    """
    held = np.zeros(_ASCII * folded.size, bool)
    for start in range(0, len(folded.codes), _TICKED):  # by pieces, for what the positions take in memory
        piece = folded.codes[start : start + _TICKED]
        at = np.flatnonzero(piece < _ASCII)
        held[piece[at].astype(np.int64) * folded.size + folded.paragraph[start : start + _TICKED][at]] = True
    rows = held.reshape(_ASCII, folded.size)
    rows[[fields.SPACE, fields.BREAK]] = False
    lists = [np.flatnonzero(row).astype(np.int32) for row in rows]
    counts = np.array([len(paragraphs) for paragraphs in lists])
    present = np.flatnonzero(counts)
    return present.astype(np.uint64), np.concatenate(lists), counts[present]


def bigrams(folded: Folded) -> Inverted:
    """Invert all pairs of neighbouring CJK characters."""
    at = np.flatnonzero(folded.cjk[:-1] & folded.cjk[1:])
    keys: _Keys = folded.codes[at].astype(np.uint64)
    keys <<= _CODE_BITS
    keys |= folded.codes[at + 1]
    keys <<= _PARAGRAPH_BITS
    keys |= folded.paragraph[at]
    lengths = np.bincount(folded.paragraph[at], minlength=folded.size)
    del at
    pairs, lists, counts = _group(keys)
    codes = np.stack([pairs >> _CODE_BITS, pairs & ((1 << _CODE_BITS) - 1)], axis=1).astype(np.uint32)
    return Inverted(_vocabulary_of(codes), lists, counts, lengths)


def words(folded: Folded, cut: Cut, *, own: bool = False) -> tuple[Inverted, Inverted]:
    """Invert the words of a batch, and the other forms of its numbers and runs.

    Args:
        folded: The batch.
        cut: The tokenizer.
        own: Whether it knows words of the user's, which may have anything in them.

    Returns:
        The fields ``words`` and ``forms``.
    """
    seen = _Occurrences()
    forms = _Occurrences()
    _gather(folded, cut, seen, forms, own=own)
    return seen.invert(folded.size), forms.invert(folded.size)


def all_words(groups: Iterable[Sequence[str]], cut: Cut, *, own: bool = False) -> Inverted:
    """Invert groups of texts by their words and the other forms of these in one field.

    Most texts stand in several groups, as a title does in the headings of every section: each is read once.

    Args:
        groups: The texts of each.
        cut: As for :func:`words`.
        own: As for :func:`words`.
    """
    members: dict[str, int] = {}
    sizes, placed = [], []
    for group in groups:
        sizes.append(len(group))
        placed += [members.setdefault(text, len(members)) for text in group]
    found = _Occurrences()
    _gather(fold_all(list(members)), cut, found, found, own=own)
    found.deal_out(np.array(placed, np.int64), np.repeat(np.arange(len(sizes)), sizes), len(members))
    return found.invert(len(sizes))


def _gather(folded: Folded, cut: Cut, seen: "_Occurrences", forms: "_Occurrences", *, own: bool) -> None:
    runs = _Chunks(seen, forms)
    for first, codes in _pieces(folded):
        rest = codes
        if not own:
            apart = take_apart(codes)
            seen.add_words(apart.words, first + np.searchsorted(np.flatnonzero(codes == BREAK), apart.starts))
            rest = apart.rest
        seen.add_text(cut(text_of(rest)), first)
        runs.add(codes, first)
    runs.hand_over()


def layout(field: str, inverted: Inverted) -> dict[str, NDArray[Any]]:
    """Lay out a field as arrays of a segment."""
    encoded = postings.encode(inverted.lists, inverted.counts)
    stored = terms.arrays(field, inverted.known, encoded)
    stored[f"{field}.length"] = np.minimum(inverted.lengths, 0xFFFF).astype("<u2")
    return stored


class _Vocabulary(dict[str, int]):
    """Numbers terms as they come; 0 stands for a break, 1 for what is no term, 2 for a run too long to be one."""

    def __missing__(self, token: str) -> int:
        fitting = len(self) if fields.fits(token) else 2
        number = self[token] = fitting if is_word(token) else 1
        return number


class _Occurrences:
    """Occurrences of terms in paragraphs, in any order."""

    def __init__(self) -> None:
        self._known = _Vocabulary({"\n": 0, "": 1, fields.LONG_RUN: 2})
        self._numbers: list[_Small] = []
        self._owners: list[_Small] = []
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

    def add_numbers(self, numbers: _Small, owners: _Small) -> None:
        """Add terms by their numbers."""
        self._numbers.append(numbers)
        self._owners.append(owners)

    def deal_out(self, members: NDArray[np.int64], owners: NDArray[np.int64], count: int) -> None:
        """Let paragraphs be parts of others: give each of ``owners`` what was found in its one of ``count`` ``members``."""
        numbers, found_in = self._taken()
        numbers = numbers[np.argsort(found_in, kind="stable")]
        sizes = np.bincount(found_in, minlength=count)
        starts = np.cumsum(sizes) - sizes
        found = numbers[postings.ranges(starts[members], sizes[members])]
        self.add_numbers(found, np.repeat(owners, sizes[members]).astype(np.int32))

    def _taken(self) -> tuple[_Small, _Small]:
        """All terms and their paragraphs, which are forgotten."""
        numbers = np.concatenate([*self._numbers, np.array(self._single_numbers, np.int32)])
        owners = np.concatenate([*self._owners, np.array(self._single_owners, np.int32)])
        for column in (self._numbers, self._owners, self._single_numbers, self._single_owners):
            column.clear()
        return numbers, owners

    def invert(self, count: int) -> Inverted:
        """Sort into posting lists."""
        numbers, owners = self._taken()
        used = np.zeros(len(self._known), bool)
        used[numbers] = True
        by_number = [term.encode("utf-8", "surrogatepass") for term in self._known]
        order = sorted(np.flatnonzero(used).tolist(), key=by_number.__getitem__)
        rank = np.zeros(len(self._known), np.uint64)
        rank[order] = np.arange(len(order), dtype=np.uint64)
        lengths = np.bincount(owners, minlength=count)
        keys = rank[numbers]
        del numbers
        keys <<= _PARAGRAPH_BITS
        keys |= owners.astype(np.uint64)
        del owners
        _, lists, counts = _group(keys)
        return Inverted(terms.vocabulary([by_number[number] for number in order]), lists, counts, lengths)


class _Chunks:
    """The chunks of a batch's runs: each different one is read once and then only counted.

    A term that stands in its chunk goes to the words, one that is only another way to write it to the forms.
    """

    def __init__(self, seen: _Occurrences, forms: _Occurrences) -> None:
        self._seen = _Expansion(seen)
        self._forms = _Expansion(forms)
        self._words = seen
        self._known = _Numbered(self._seen, self._forms)
        self._numbers: list[_Small] = []
        self._owners: list[_Small] = []

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
        if lone := lone_terms(piece):
            breaks = [found.start() for found in re.finditer("\n", piece)]
            for at, term in lone:
                self._words.add(first + bisect_left(breaks, at), (term,))

    def hand_over(self) -> None:
        """Give all terms of all chunks to the two fields."""
        numbers = np.concatenate([np.zeros(0, np.int32), *self._numbers])
        owners = np.concatenate([np.zeros(0, np.int32), *self._owners])
        self._seen.expand(numbers, owners)
        self._forms.expand(numbers, owners)


class _Expansion:
    """Terms of each chunk, by number, for one field."""

    def __init__(self, target: _Occurrences) -> None:
        self._target = target
        self._terms: list[str] = []
        self._ends = [0, 0, 0]  # of a break and of what has no terms

    def append(self, found: Sequence[str]) -> None:
        """Note the terms of the next chunk."""
        self._terms += found
        self._ends.append(len(self._terms))

    def expand(self, numbers: _Small, owners: _Small) -> None:
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


def _group_codes(
    codes: Codes, owners: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], Postings, NDArray[np.int64]]:
    """Count equal pairs of characters and paragraphs: characters, postings, number of postings of each character.

    There are so few different characters that their numbers and the paragraphs mostly fit into keys of 32 bits, which
    numpy sorts in half the time.
    """
    there = np.zeros(_CODE_POINTS, bool)
    there[codes] = True
    present = np.flatnonzero(there)
    bits = max(int(owners.max(initial=0)).bit_length(), 1)
    small = len(present).bit_length() + bits <= np.iinfo(np.uint32).bits
    rank: _Keys = np.zeros(_CODE_POINTS, np.uint32 if small else np.uint64)
    rank[present] = np.arange(len(present))
    keys: _Keys = rank.take(codes)
    keys <<= bits
    keys |= owners
    ranks, lists, counts = _group(keys, bits)
    return present[ranks], lists, counts


def _group(keys: _Keys, paragraph_bits: int = _PARAGRAPH_BITS) -> tuple[_Keys, Postings, NDArray[np.int64]]:
    """Sort keys in place and count equal ones: terms, postings, number of postings of each term."""
    keys.sort()
    first = np.flatnonzero(_changes(keys))
    frequencies = np.diff(first, append=len(keys)).astype(np.int32)
    kept = keys[first]
    owners = (kept & ((1 << paragraph_bits) - 1)).astype(np.int32)
    kept >>= paragraph_bits
    starts = np.flatnonzero(_changes(kept))
    return kept[starts], Postings(owners, frequencies), np.diff(starts, append=len(kept))


def _changes(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each value differs from the one before."""
    changed = np.empty(len(values), bool)
    changed[:1] = True
    np.not_equal(values[1:], values[:-1], out=changed[1:])
    return changed


def _vocabulary_of(rows: Codes) -> Vocabulary:
    """Terms of as many characters as ``rows`` has columns, ascending."""
    sizes = 1 + (rows > 0x7F).astype(np.int64) + (rows > 0x7FF) + (rows > 0xFFFF)
    text = text_of(np.ascontiguousarray(rows).reshape(-1)).encode("utf-8", "surrogatepass")
    return Vocabulary(text, sizes.sum(axis=1))


def _pieces(folded: Folded) -> Iterable[tuple[int, Codes]]:
    """The batch by pieces of whole paragraphs: number of the first, and the code points with breaks between."""
    breaks = np.flatnonzero(folded.codes == BREAK)
    start = first = 0
    while start < len(folded.codes) or first < folded.size:
        at = int(np.searchsorted(breaks, start + _CUT_CHARACTERS))
        end = int(breaks[at]) if at < len(breaks) else len(folded.codes)
        yield first, folded.codes[start:end]
        start = end + 1
        first = at + 1
