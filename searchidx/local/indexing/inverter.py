"""From texts to posting lists, by sorting arrays instead of walking tokens.

A field's occurrences become one array of keys, the term in the high bits and the paragraph in the low ones.
Sorted, equal keys lie together: their number is the frequency, and the order is that of the posting lists.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.fold.bulk import Codes, codes_of, fold_codes, text_of
from searchidx.local.format import postings, term_dictionary
from searchidx.local.format.postings import Postings
from searchidx.local.format.term_dictionary import Vocabulary
from searchidx.local.indexing.alphanumeric_terms import Chunks
from searchidx.local.indexing.ascii_words import take_apart
from searchidx.local.indexing.occurrences import (
    PARAGRAPH_BITS,
    Inverted,
    Keys,
    Occurrences,
    Small,
    count_keys,
)
from searchidx.local.segment import schema
from searchidx.local.segment.schema import BREAK, Cut
from searchidx.reading_form.bulk import candidates
from searchidx.reading_form.form import Edits
from searchidx.reading_form.rules import reading_edits

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


class Readings(NamedTuple):
    """The reading forms of those paragraphs of a batch that have one of their own.

    Attributes:
        folded: The forms.
        owners: Number of the paragraph of each, ascending.
        edits: Those of the composed form and of the whole form of each.
    """

    folded: Folded
    owners: NDArray[np.int64]
    edits: list[list[Edits]]

    @property
    def paragraph(self) -> NDArray[np.uint32]:
        """Number of the paragraph of each code point."""
        return self.owners[self.folded.paragraph].astype(np.uint32)


def fold_all(texts: Sequence[str]) -> Folded:
    """Fold a batch of paragraphs at once."""
    raw = codes_of("\n".join(texts))
    codes = fold_codes(raw)
    owner, ends = _owners(texts)
    codes[ends] = BREAK
    changed = np.flatnonzero(codes != raw)
    return Folded(codes, owner, len(texts), schema.cjk_table()[codes], changed, raw[changed])


def read_all(texts: Sequence[str], kinds: Sequence[str] | None = None) -> Readings:
    """Fold the reading forms of a batch of paragraphs.

    Args:
        texts: The paragraphs.
        kinds: Kind of each; without, all are text.
    """
    forms: list[str] = []
    owners: list[int] = []
    edits: list[list[Edits]] = []
    for number in candidates(codes_of("\n".join(texts)), _owners(texts)[0]).tolist():
        form = reading_edits(texts[number], kinds[number] if kinds else "text")
        if form is not None:
            forms.append(form[0])
            edits.append(form[1])
            owners.append(number)
    return Readings(fold_all(forms), np.array(owners, np.int64), edits)


def _owners(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the text of each character of joined texts, and the places of the breaks between them."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    owner = np.repeat(np.arange(len(texts), dtype=np.uint32), lengths)[: max(int(lengths.sum()) - 1, 0)]
    return owner, np.cumsum(lengths)[:-1] - 1


def characters(folded: Folded, readings: Readings) -> Inverted:
    """Invert all characters but white space. Only CJK characters count in lengths and frequencies."""
    ascii_codes, ascii_paragraphs, ascii_counts = _ascii_characters(folded, readings)
    others, more = folded.codes >= _ASCII, readings.folded.codes >= _ASCII
    codes, lists, counts = _group_codes(
        folded.codes[others], folded.paragraph[others], readings.folded.codes[more], readings.paragraph[more]
    )
    del others
    scored = np.repeat(schema.cjk_table()[codes], counts)
    lists = Postings(
        np.concatenate([ascii_paragraphs, lists.paragraphs]),
        np.concatenate([np.ones(len(ascii_paragraphs), np.int32), np.where(scored, lists.frequencies, 1)]),
    )
    lengths = np.bincount(folded.paragraph[folded.cjk], minlength=folded.size)
    known = np.concatenate([ascii_codes, codes]).astype(np.uint32)
    return Inverted(_vocabulary_of(known[:, None]), lists, np.concatenate([ascii_counts, counts]), lengths)


def _ascii_characters(
    folded: Folded, readings: Readings
) -> tuple[NDArray[np.uint64], Small, NDArray[np.int64]]:
    """Return the paragraphs of each ASCII character but white space: codes, paragraphs, number of paragraphs of each.

    There are many of these and few different ones, so they are ticked off in a table instead of being sorted.
    """
    held = np.zeros(_ASCII * folded.size, bool)
    for start in range(0, len(folded.codes), _TICKED):  # by pieces, for what the positions take in memory
        piece = folded.codes[start : start + _TICKED]
        at = np.flatnonzero(piece < _ASCII)
        held[piece[at].astype(np.int64) * folded.size + folded.paragraph[start : start + _TICKED][at]] = True
    more = readings.folded.codes < _ASCII
    held[readings.folded.codes[more].astype(np.int64) * folded.size + readings.paragraph[more]] = True
    rows = held.reshape(_ASCII, folded.size)
    rows[[schema.SPACE, schema.BREAK]] = False
    lists = [np.flatnonzero(row).astype(np.int32) for row in rows]
    counts = np.array([len(paragraphs) for paragraphs in lists])
    present = np.flatnonzero(counts)
    return present.astype(np.uint64), np.concatenate(lists), counts[present]


def bigrams(folded: Folded, readings: Readings) -> Inverted:
    """Invert all pairs of neighbouring CJK characters."""
    keys, owners = _pair_keys(folded, folded.paragraph)
    lengths = np.bincount(owners, minlength=folded.size)
    more, _ = _pair_keys(readings.folded, readings.paragraph)
    pairs, lists, counts = count_keys(keys, more=more)
    codes = np.stack([pairs >> _CODE_BITS, pairs & ((1 << _CODE_BITS) - 1)], axis=1).astype(np.uint32)
    return Inverted(_vocabulary_of(codes), lists, counts, lengths)


def _pair_keys(folded: Folded, paragraph: NDArray[np.uint32]) -> tuple[Keys, NDArray[np.uint32]]:
    """Return the keys of all pairs of neighbouring CJK characters, and the paragraph of each."""
    first = np.flatnonzero(folded.cjk[:-1] & folded.cjk[1:])
    keys: Keys = folded.codes[first].astype(np.uint64)
    keys <<= _CODE_BITS
    keys |= folded.codes[first + 1]
    keys <<= PARAGRAPH_BITS
    keys |= paragraph[first]
    return keys, paragraph[first]


def words(folded: Folded, readings: Readings, cut: Cut, *, own: bool = False) -> tuple[Inverted, Inverted]:
    """Invert the words of a batch, and the other forms of its numbers and runs.

    Args:
        folded: The batch.
        readings: Its reading forms.
        cut: The tokenizer.
        own: Whether it knows words of the user's, which may have anything in them.

    Returns:
        The fields ``words`` and ``forms``.
    """
    seen = Occurrences()
    forms = Occurrences()
    _gather(folded, cut, seen, forms, own=own)
    read_words, read_forms = seen.beside(), forms.beside()
    if readings.folded.size:
        _gather(readings.folded, cut, read_words, read_forms, own=own)
        read_words.relabel(readings.owners)
        read_forms.relabel(readings.owners)
    return seen.invert(folded.size, read_words), forms.invert(folded.size, read_forms)


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
    texts = list(members)
    place, owners = np.array(placed, np.int64), np.repeat(np.arange(len(sizes)), sizes)
    stored = Occurrences()
    _gather(fold_all(texts), cut, stored, stored, own=own)
    read = stored.beside()
    readings = read_all(texts)
    if readings.folded.size:
        _gather(readings.folded, cut, read, read, own=own)
        read.relabel(readings.owners)
        read.deal_out(place, owners, len(members))
    stored.deal_out(place, owners, len(members))
    return stored.invert(len(sizes), read)


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
    stored = term_dictionary.arrays(field, inverted.known, encoded)
    stored[f"{field}.length"] = np.minimum(inverted.lengths, 0xFFFF).astype("<u2")
    return stored


def _group_codes(
    codes: Codes, owners: NDArray[np.uint32], more_codes: Codes, more_owners: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], Postings, NDArray[np.int64]]:
    """Count equal pairs of characters and paragraphs: characters, postings, number of postings of each character.

    There are so few different characters that their numbers and the paragraphs mostly fit into keys of 32 bits, which
    numpy sorts in half the time.
    """
    there = np.zeros(_CODE_POINTS, bool)
    there[codes] = True
    there[more_codes] = True
    present = np.flatnonzero(there)
    last = max(int(owners.max(initial=0)), int(more_owners.max(initial=0)))
    bits = max(last.bit_length(), 1)
    small = len(present).bit_length() + bits <= np.iinfo(np.uint32).bits
    rank: Keys = np.zeros(_CODE_POINTS, np.uint32 if small else np.uint64)
    rank[present] = np.arange(len(present))
    keys, more = (
        (rank.take(part) << np.array(bits, rank.dtype)) | part_owners
        for part, part_owners in ((codes, owners), (more_codes, more_owners))
    )
    ranks, lists, counts = count_keys(keys, bits, more)
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
