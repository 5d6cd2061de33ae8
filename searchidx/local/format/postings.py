"""Posting lists as bytes: the paragraphs that contain a term, and the frequency of the term in each.

Layout of a list::

    head       varint: number of paragraphs * 2 + (1 if any frequency is above one)
    [repeats]  varint: number of paragraphs with a frequency above one, if the head says so
    gaps       varint for each paragraph: (distance from the previous one - 1) * 2 + (1 if its frequency is above one)
    [counts]   one byte for each frequency above one: frequency - 2, at most 255

The first gap counts from -1. Frequencies above 257 are stored as 257, where BM25 is saturated.
Lists of consecutive terms are contiguous, so a range of terms is read in one pass.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.local.format import varint

MAX_FREQUENCY = 257
_MAX_BATCH_POSTINGS = 1 << 19  # encoded at a time, which bounds the memory of intermediate arrays
_Ints = NDArray[np.int64]

TRUNCATED = "a posting list is truncated"
WRONG_LENGTH = "a posting list does not have the number of paragraphs in its head"
WRONG_FREQUENCIES = "a posting list does not have the number of frequencies in its head"


class Postings(NamedTuple):
    """Postings of one term, or of several terms one after another.

    Attributes:
        paragraphs: Paragraph numbers within the segment, ascending within a term.
        frequencies: Frequency of the term in each paragraph, at least 1.
    """

    paragraphs: NDArray[np.signedinteger[Any]]
    frequencies: NDArray[np.signedinteger[Any]]


def empty() -> Postings:
    """Return no postings."""
    return Postings(np.zeros(0, np.int64), np.zeros(0, np.int16))


class Encoded(NamedTuple):
    """Encoded posting lists of consecutive terms.

    Attributes:
        raw: Bytes of all lists.
        sizes: Number of bytes of each list.
    """

    raw: NDArray[np.uint8]
    sizes: _Ints


def encode(postings: Postings, counts: _Ints) -> Encoded:
    """Encode posting lists.

    Args:
        postings: Postings of all terms, one after another.
        counts: Number of postings of each term, at least one.
    """
    ends = np.cumsum(counts)
    bounds = np.searchsorted(
        ends, np.arange(_MAX_BATCH_POSTINGS, len(postings.paragraphs), _MAX_BATCH_POSTINGS)
    )
    batches = [Encoded(np.zeros(0, np.uint8), np.zeros(0, np.int64))]
    for first, last in pairwise(np.unique([0, *bounds.tolist(), len(counts)]).tolist()):
        start, end = int(ends[first] - counts[first]), int(ends[last - 1])
        batch = Postings(*(column[start:end].astype(np.int32) for column in postings))
        batches.append(_encode(batch, counts[first:last]))
    return Encoded(*(np.concatenate(column) for column in zip(*batches, strict=True)))


def _encode(postings: Postings, counts: _Ints) -> Encoded:
    paragraphs, frequencies = postings
    first = np.cumsum(counts) - counts
    gaps = np.empty(len(paragraphs), np.int32)
    gaps[1:] = paragraphs[1:] - paragraphs[:-1] - 1
    gaps[first] = paragraphs[first]
    # The lowest bit of a gap flags a frequency above one, so that only those frequencies take a byte.
    repeated = frequencies > 1
    gaps = gaps * 2 + repeated
    gap_sizes = varint.sizes(gaps)
    repeats = np.add.reduceat(repeated, first, dtype=np.int64)
    out, gap_starts, count_starts, sizes = allocate(counts, repeats, np.add.reduceat(gap_sizes, first))
    # The gaps of all lists are consecutive, but for the heads and frequencies of the lists between them.
    offsets = np.cumsum(gap_sizes) - gap_sizes
    varint.place(out, offsets + np.repeat(gap_starts - offsets[first], counts), gaps, gap_sizes)
    extra = np.arange(int(repeats.sum())) + np.repeat(count_starts - (np.cumsum(repeats) - repeats), repeats)
    out[extra] = np.minimum(frequencies[repeated], MAX_FREQUENCY) - 2
    return Encoded(out, sizes)


class Frame(NamedTuple):
    """Allocated posting lists of which only the heads are written.

    Attributes:
        raw: Bytes of all lists.
        gaps: Offset of the gaps of each list.
        counts: Offset of the frequencies of each list.
        sizes: Number of bytes of each list.
    """

    raw: NDArray[np.uint8]
    gaps: _Ints
    counts: _Ints
    sizes: _Ints


def allocate(counts: _Ints, repeats: _Ints, gap_bytes: _Ints) -> Frame:
    """Allocate posting lists and write their heads.

    Args:
        counts: Number of paragraphs of each list.
        repeats: Number of frequencies above one of each list.
        gap_bytes: Bytes of the gaps of each list.
    """
    heads = counts * 2 + (repeats > 0)
    head_sizes = varint.sizes(heads)
    repeat_sizes = np.where(repeats > 0, varint.sizes(repeats), 0)
    sizes = head_sizes + repeat_sizes + gap_bytes + repeats
    starts = np.cumsum(sizes) - sizes
    out = np.empty(int(sizes.sum()), np.uint8)
    varint.place(out, starts, heads, head_sizes)
    with_repeats = np.flatnonzero(repeats)
    varint.place(out, (starts + head_sizes)[with_repeats], repeats[with_repeats], repeat_sizes[with_repeats])
    gaps = starts + head_sizes + repeat_sizes
    return Frame(out, gaps, gaps + gap_bytes, sizes)


def decode(raw: NDArray[np.uint8]) -> Postings:
    """Return the postings of an encoded list.

    Raises:
        ValueError: The bytes are not a posting list.
    """
    head, offset = _varint(raw, 0)
    repeats = 0
    if head & 1:
        repeats, offset = _varint(raw, offset)
    end = len(raw) - repeats
    if end <= offset:
        raise ValueError(TRUNCATED)
    gaps = varint.decode_small(raw[offset:end])
    if len(gaps) != head >> 1:
        raise ValueError(WRONG_LENGTH)
    steps = gaps >> 1
    steps += 1
    paragraphs = np.cumsum(steps, dtype=np.int64)
    paragraphs -= 1
    frequencies = np.ones(len(gaps), np.int16)
    frequencies[_repeated(gaps, repeats)] = raw[end:].astype(np.int16) + 2
    return Postings(paragraphs, frequencies)


def last_paragraph(read: Callable[[int, int], NDArray[np.uint8]], size: int, step: int) -> int:
    """Return the last paragraph of a posting list, decoding it in chunks.

    Args:
        read: Function that returns the bytes of the list between two offsets.
        size: Number of bytes of the list.
        step: Number of bytes of a chunk.

    Raises:
        ValueError: The bytes are not a posting list.
    """
    start = read(0, min(2 * varint.MAX_BYTES, size))
    head, offset = _varint(start, 0)
    repeats = 0
    if head & 1:
        repeats, offset = _varint(start, offset)
    count, repeated, last, end = 0, 0, -1, size - repeats
    if end <= offset:
        raise ValueError(TRUNCATED)
    while offset < end:
        raw = read(offset, min(offset + step, end))
        # A number that continues beyond the chunk belongs to the next one.
        whole = (
            len(raw) if offset + len(raw) == end else int(np.flatnonzero(raw < varint.MORE)[-1:].sum()) + 1
        )
        gaps = varint.decode(raw[:whole])
        count += len(gaps)
        repeated += int((gaps & 1).sum())
        last += int((gaps >> 1).sum()) + len(gaps)
        offset += whole
    if (count, repeated) != (head >> 1, repeats):
        raise ValueError(WRONG_LENGTH)
    return last


def count(raw: NDArray[np.uint8]) -> int:
    """Return the number of paragraphs of an encoded list, reading its head alone."""
    return _varint(raw, 0)[0] >> 1


def decode_many(raw: NDArray[np.uint8], sizes: _Ints) -> tuple[Postings, _Ints]:
    """Decode the lists of consecutive terms in one pass.

    Args:
        raw: Bytes of all lists.
        sizes: Number of bytes of each list.

    Returns:
        The postings one after another, and the number of postings of each term.

    Raises:
        ValueError: The bytes are not posting lists.
    """
    if not len(sizes):
        return empty(), np.zeros(0, np.int64)
    counts, repeats, starts, ends = heads(raw, sizes)
    gaps = varint.decode(raw[ranges(starts, ends - starts)])
    if len(gaps) != int(counts.sum()):
        raise ValueError(WRONG_LENGTH)
    # One running sum over all lists, from which the sum before each list is taken off.
    steps = np.cumsum((gaps >> 1) + 1)
    first = np.cumsum(counts) - counts
    base = np.concatenate([[0], steps[first[1:] - 1]])
    frequencies = np.ones(len(gaps), np.int16)
    frequencies[_repeated(gaps, int(repeats.sum()))] = raw[ranges(ends, repeats)].astype(np.int16) + 2
    return Postings(steps - np.repeat(base, counts) - 1, frequencies), counts


class Heads(NamedTuple):
    """Decoded heads of posting lists.

    Attributes:
        counts: Number of paragraphs of each list.
        repeats: Number of frequencies above one of each list.
        gaps: Offset of the gaps of each list.
        ends: Offset behind the gaps of each list, where its frequencies begin.
    """

    counts: _Ints
    repeats: _Ints
    gaps: _Ints
    ends: _Ints


def heads(raw: NDArray[np.uint8], sizes: _Ints) -> Heads:
    """Decode the heads of consecutive lists.

    Args:
        raw: Bytes of all lists.
        sizes: Number of bytes of each list.

    Raises:
        ValueError: The bytes are not posting lists.
    """
    ends = np.cumsum(sizes)
    head_numbers, gap_starts = varint.decode_at(raw, ends - sizes)
    repeats = np.zeros(len(sizes), np.int64)
    with_repeats = np.flatnonzero(head_numbers & 1)
    if len(with_repeats):
        repeats[with_repeats], gap_starts[with_repeats] = varint.decode_at(raw, gap_starts[with_repeats])
    counts = head_numbers >> 1
    ends -= repeats
    if (ends <= gap_starts).any() or (counts <= 0).any() or (counts > ends - gap_starts).any():
        raise ValueError(TRUNCATED)
    return Heads(counts, repeats, gap_starts, ends)


def _repeated(gaps: NDArray[Any], expected: int) -> _Ints:
    """Return the positions of gaps with a frequency above one: numpy indexes thrice as fast by positions as by a mask."""
    flags = gaps & 1
    positions = np.flatnonzero(flags.view(np.bool_) if flags.dtype == np.uint8 else flags.astype(np.bool_))
    if len(positions) != expected:
        raise ValueError(WRONG_FREQUENCIES)
    return positions


def ranges(starts: _Ints, lengths: _Ints) -> _Ints:
    """Return the concatenated ranges of these starts and lengths."""
    total = int(lengths.sum())
    positions: _Ints = np.arange(total) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    return positions


def _varint(raw: NDArray[np.uint8], offset: int) -> tuple[int, int]:
    """Return the number at an offset, and the offset behind it."""
    number = shift = 0
    for byte in raw[offset : offset + varint.MAX_BYTES].tolist():
        offset += 1
        number |= (byte & varint.LOW) << shift
        if byte < varint.MORE:
            return number, offset
        shift += 7
    raise ValueError("a number of a posting list is truncated or too long")
