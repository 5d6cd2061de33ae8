"""From texts to posting lists, by sorting arrays instead of walking tokens.

A field's occurrences become one array of keys, the term in the high bits and the paragraph in the low ones.
Sorted, equal keys lie together: their number is the frequency, and the order is that of the posting lists.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from searchidx.array_types import NDArray
from searchidx.fold.bulk import Codes, codes_of, fold_codes, text_of
from searchidx.local import fields, postings, terms
from searchidx.local.chunk_reading import Chunks
from searchidx.local.fields import BREAK, Cut
from searchidx.local.occurrences import PARAGRAPH_BITS, Inverted, Keys, Occurrences, Small, count_keys
from searchidx.local.plain_words import take_apart
from searchidx.local.postings import Postings
from searchidx.local.terms import Vocabulary

_CODE_BITS = 21
_CODE_POINTS = 0x110000
_ASCII = 128
_TICKED = 1 << 20  # characters ticked off at a time
_CUT_CHARACTERS = 1 << 16  # characters handed to the tokenizer at a time


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


def _ascii_characters(folded: Folded) -> tuple[NDArray[np.uint64], Small, NDArray[np.int64]]:
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
    keys: Keys = folded.codes[at].astype(np.uint64)
    keys <<= _CODE_BITS
    keys |= folded.codes[at + 1]
    keys <<= PARAGRAPH_BITS
    keys |= folded.paragraph[at]
    lengths = np.bincount(folded.paragraph[at], minlength=folded.size)
    del at
    pairs, lists, counts = count_keys(keys)
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
    seen = Occurrences()
    forms = Occurrences()
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
    found = Occurrences()
    _gather(fold_all(list(members)), cut, found, found, own=own)
    found.deal_out(np.array(placed, np.int64), np.repeat(np.arange(len(sizes)), sizes), len(members))
    return found.invert(len(sizes))


def _gather(folded: Folded, cut: Cut, seen: "Occurrences", forms: "Occurrences", *, own: bool) -> None:
    runs = Chunks(seen, forms)
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
    rank: Keys = np.zeros(_CODE_POINTS, np.uint32 if small else np.uint64)
    rank[present] = np.arange(len(present))
    keys: Keys = rank.take(codes)
    keys <<= bits
    keys |= owners
    ranks, lists, counts = count_keys(keys, bits)
    return present[ranks], lists, counts


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
