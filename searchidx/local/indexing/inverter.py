"""Inversion of a batch of texts into posting lists, by sorting arrays of keys (:mod:`searchidx.local.indexing.occurrences`)."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.engine import Tokenize
from searchidx.fold.bulk import Codes, codes_of, fold_codes, text_of
from searchidx.local.format import postings, term_dictionary
from searchidx.local.format.postings import Postings
from searchidx.local.format.term_dictionary import Vocabulary
from searchidx.local.indexing.alphanumeric_terms import AlphanumericTerms
from searchidx.local.indexing.ascii_words import split_ascii_words
from searchidx.local.indexing.occurrences import (
    PARAGRAPH_BITS,
    InvertedField,
    Keys,
    Occurrences,
    Small,
    count_keys,
)
from searchidx.local.segment import schema
from searchidx.local.segment.schema import BREAK
from searchidx.reading_form.bulk import candidates
from searchidx.reading_form.form import Edits
from searchidx.reading_form.rules import reading_edits

_CODE_BITS = 21
_CODE_POINTS = 0x110000
_ASCII = 128
_MAX_BATCH_CHARACTERS = 1 << 20  # marked in a table at a time
_MAX_TOKENIZED_CHARACTERS = 1 << 16  # tokenized at a time


class FoldedBatch(NamedTuple):
    """A batch of folded paragraphs, separated by breaks.

    Attributes:
        codes: Code points.
        paragraph: Number of the paragraph of each code point.
        size: Number of paragraphs.
        cjk: Mask of the code points that are CJK characters.
        changed: Positions of code points that folding changed.
        before: Code point before folding, at each of these positions.
    """

    codes: Codes
    paragraph: NDArray[np.uint32]
    size: int
    cjk: NDArray[np.bool_]
    changed: NDArray[np.int64]
    before: Codes


class ReadingForms(NamedTuple):
    """Reading forms of the paragraphs of a batch that have one.

    Attributes:
        folded: Folded reading forms.
        owners: Number of the paragraph of each form, ascending.
        edits: Edits of the composed form and of the whole form, for each form.
    """

    folded: FoldedBatch
    owners: NDArray[np.int64]
    edits: list[list[Edits]]

    @property
    def paragraph(self) -> NDArray[np.uint32]:
        """Number of the paragraph of each code point."""
        return self.owners[self.folded.paragraph].astype(np.uint32)


def fold_batch(texts: Sequence[str]) -> FoldedBatch:
    """Return a batch of folded paragraphs."""
    raw = codes_of("\n".join(texts))
    codes = fold_codes(raw)
    owner, ends = _owners(texts)
    codes[ends] = BREAK
    changed = np.flatnonzero(codes != raw)
    return FoldedBatch(codes, owner, len(texts), schema.cjk_table()[codes], changed, raw[changed])


def fold_reading_forms(texts: Sequence[str], kinds: Sequence[str] | None = None) -> ReadingForms:
    """Return the folded reading forms of a batch of paragraphs.

    Args:
        texts: Stored paragraphs.
        kinds: Kind of each paragraph, by default text.
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
    return ReadingForms(fold_batch(forms), np.array(owners, np.int64), edits)


def _owners(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the number of the text of each character of joined texts, and the positions of the breaks."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    owner = np.repeat(np.arange(len(texts), dtype=np.uint32), lengths)[: max(int(lengths.sum()) - 1, 0)]
    return owner, np.cumsum(lengths)[:-1] - 1


def invert_characters(folded: FoldedBatch, readings: ReadingForms) -> InvertedField:
    """Invert all characters but white space; only CJK characters count in lengths and frequencies."""
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
    terms = np.concatenate([ascii_codes, codes]).astype(np.uint32)
    return InvertedField(_vocabulary(terms[:, None]), lists, np.concatenate([ascii_counts, counts]), lengths)


def _ascii_characters(
    folded: FoldedBatch, readings: ReadingForms
) -> tuple[NDArray[np.uint64], Small, NDArray[np.int64]]:
    """Return the code points, paragraphs and number of paragraphs of each ASCII character but white space.

    Occurrences are many and distinct characters few, so a table of marks is faster than sorting.
    """
    contains = np.zeros(_ASCII * folded.size, bool)
    # In pieces, which bounds the memory of the positions.
    for start in range(0, len(folded.codes), _MAX_BATCH_CHARACTERS):
        piece = folded.codes[start : start + _MAX_BATCH_CHARACTERS]
        positions = np.flatnonzero(piece < _ASCII)
        contains[
            piece[positions].astype(np.int64) * folded.size
            + folded.paragraph[start : start + _MAX_BATCH_CHARACTERS][positions]
        ] = True
    more = readings.folded.codes < _ASCII
    contains[readings.folded.codes[more].astype(np.int64) * folded.size + readings.paragraph[more]] = True
    rows = contains.reshape(_ASCII, folded.size)
    rows[[schema.SPACE, schema.BREAK]] = False
    lists = [np.flatnonzero(row).astype(np.int32) for row in rows]
    counts = np.array([len(paragraphs) for paragraphs in lists])
    present = np.flatnonzero(counts)
    return present.astype(np.uint64), np.concatenate(lists), counts[present]


def invert_bigrams(folded: FoldedBatch, readings: ReadingForms) -> InvertedField:
    """Invert all pairs of adjacent CJK characters."""
    keys, owners = _pair_keys(folded, folded.paragraph)
    lengths = np.bincount(owners, minlength=folded.size)
    more, _ = _pair_keys(readings.folded, readings.paragraph)
    pairs, lists, counts = count_keys(keys, more=more)
    codes = np.stack([pairs >> _CODE_BITS, pairs & ((1 << _CODE_BITS) - 1)], axis=1).astype(np.uint32)
    return InvertedField(_vocabulary(codes), lists, counts, lengths)


def _pair_keys(folded: FoldedBatch, paragraph: NDArray[np.uint32]) -> tuple[Keys, NDArray[np.uint32]]:
    """Return the keys of all pairs of adjacent CJK characters, and the paragraph of each."""
    first = np.flatnonzero(folded.cjk[:-1] & folded.cjk[1:])
    keys: Keys = folded.codes[first].astype(np.uint64)
    keys <<= _CODE_BITS
    keys |= folded.codes[first + 1]
    keys <<= PARAGRAPH_BITS
    keys |= paragraph[first]
    return keys, paragraph[first]


def invert_words(
    folded: FoldedBatch, readings: ReadingForms, tokenize: Tokenize, *, has_user_words: bool = False
) -> tuple[InvertedField, InvertedField]:
    """Invert the words of a batch, and the normalized forms of its numbers and runs.

    Args:
        folded: Folded paragraphs.
        readings: Their reading forms.
        tokenize: Tokenizer of folded text.
        has_user_words: The tokenizer knows words of the user, which may contain any characters.

    Returns:
        The fields ``words`` and ``forms``.
    """
    stored_words = Occurrences()
    forms = Occurrences()
    _collect(folded, tokenize, stored_words, forms, has_user_words=has_user_words)
    read_words, read_forms = stored_words.with_same_terms(), forms.with_same_terms()
    if readings.folded.size:
        _collect(readings.folded, tokenize, read_words, read_forms, has_user_words=has_user_words)
        read_words.relabel(readings.owners)
        read_forms.relabel(readings.owners)
    return stored_words.invert(folded.size, read_words), forms.invert(folded.size, read_forms)


def invert_groups(
    groups: Iterable[Sequence[str]], tokenize: Tokenize, *, has_user_words: bool = False
) -> InvertedField:
    """Invert groups of texts into one field, by their words and the normalized forms of these.

    Most texts belong to several groups, like a title to the headings of every section; each is tokenized once.

    Args:
        groups: Texts of each group.
        tokenize: Tokenizer of folded text.
        has_user_words: The tokenizer knows words of the user, which may contain any characters.
    """
    members: dict[str, int] = {}
    sizes, text_numbers = [], []
    for group in groups:
        sizes.append(len(group))
        text_numbers += [members.setdefault(text, len(members)) for text in group]
    texts = list(members)
    memberships, owners = np.array(text_numbers, np.int64), np.repeat(np.arange(len(sizes)), sizes)
    stored = Occurrences()
    _collect(fold_batch(texts), tokenize, stored, stored, has_user_words=has_user_words)
    read = stored.with_same_terms()
    readings = fold_reading_forms(texts)
    if readings.folded.size:
        _collect(readings.folded, tokenize, read, read, has_user_words=has_user_words)
        read.relabel(readings.owners)
        read.distribute(memberships, owners, len(members))
    stored.distribute(memberships, owners, len(members))
    return stored.invert(len(sizes), read)


def _collect(
    folded: FoldedBatch,
    tokenize: Tokenize,
    stored_words: "Occurrences",
    forms: "Occurrences",
    *,
    has_user_words: bool,
) -> None:
    runs = AlphanumericTerms(stored_words, forms)
    for first, codes in _pieces(folded):
        remainder = codes
        if not has_user_words:
            split = split_ascii_words(codes)
            stored_words.add_words(
                split.words, first + np.searchsorted(np.flatnonzero(codes == BREAK), split.starts)
            )
            remainder = split.remainder
        stored_words.add_text(tokenize(text_of(remainder)), first)
        runs.add(codes, first)
    runs.flush()


def field_arrays(field: str, inverted: InvertedField) -> dict[str, NDArray[Any]]:
    """Return the arrays of an inverted field in a segment."""
    encoded = postings.encode(inverted.postings, inverted.counts)
    arrays = term_dictionary.arrays(field, inverted.vocabulary, encoded)
    arrays[f"{field}.length"] = np.minimum(inverted.lengths, 0xFFFF).astype("<u2")
    return arrays


def _group_codes(
    codes: Codes, owners: NDArray[np.uint32], more_codes: Codes, more_owners: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], Postings, NDArray[np.int64]]:
    """Return the distinct characters, their postings and the number of postings of each.

    Distinct characters are so few that their ranks and the paragraphs mostly fit into keys of 32 bits, which numpy sorts
    in half the time.
    """
    is_present = np.zeros(_CODE_POINTS, bool)
    is_present[codes] = True
    is_present[more_codes] = True
    present = np.flatnonzero(is_present)
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


def _vocabulary(rows: Codes) -> Vocabulary:
    """Return the vocabulary of ascending rows of code points, one row for each term."""
    sizes = 1 + (rows > 0x7F).astype(np.int64) + (rows > 0x7FF) + (rows > 0xFFFF)
    text = text_of(np.ascontiguousarray(rows).reshape(-1)).encode("utf-8", "surrogatepass")
    return Vocabulary(text, sizes.sum(axis=1))


def _pieces(folded: FoldedBatch) -> Iterable[tuple[int, Codes]]:
    """Yield the batch in pieces of whole paragraphs: the number of the first paragraph, and the code points."""
    breaks = np.flatnonzero(folded.codes == BREAK)
    start = first = 0
    while start < len(folded.codes) or first < folded.size:
        last = int(np.searchsorted(breaks, start + _MAX_TOKENIZED_CHARACTERS))
        end = int(breaks[last]) if last < len(breaks) else len(folded.codes)
        yield first, folded.codes[start:end]
        start = end + 1
        first = last + 1
