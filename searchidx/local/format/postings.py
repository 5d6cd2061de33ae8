"""Posting lists as bytes: which paragraphs hold a term, and how often.

One list is::

    head       varint: number of paragraphs * 2 + (1 if any frequency is above one)
    [repeats]  varint: number of paragraphs with a frequency above one, if the head says so
    gaps       varint for each paragraph: (distance from the one before - 1) * 2 + (1 if its frequency is above one)
    [counts]   one byte for each frequency above one: frequency - 2, at most 255

The first gap counts from -1. Frequencies above 257 are stored as 257; BM25 has long levelled off by then.
Lists of consecutive terms lie one after another, so a range of terms is read in one pass.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.local.format import varint

MAX_FREQUENCY = 257
_AT_A_TIME = 1 << 19  # postings encoded at a time, for what the steps between take in memory
_Ints = NDArray[np.int64]


class Postings(NamedTuple):
    """Postings of one term, or of several terms one after another.

    Attributes:
        paragraphs: Numbers within the segment, ascending within a term.
        frequencies: Of the term in each, at least 1.
    """

    paragraphs: NDArray[np.signedinteger[Any]]
    frequencies: NDArray[np.signedinteger[Any]]


def empty() -> Postings:
    """No postings."""
    return Postings(np.zeros(0, np.int64), np.zeros(0, np.int16))


class Encoded(NamedTuple):
    """Posting lists of consecutive terms.

    Attributes:
        raw: All lists.
        sizes: Bytes of each list.
    """

    raw: NDArray[np.uint8]
    sizes: _Ints


def encode(postings: Postings, counts: _Ints) -> Encoded:
    """Encode posting lists.

    Args:
        postings: Of all terms, one after another.
        counts: How many postings each term has; at least one.
    """
    ends = np.cumsum(counts)
    cuts = np.searchsorted(ends, np.arange(_AT_A_TIME, len(postings.paragraphs), _AT_A_TIME))
    pieces = [Encoded(np.zeros(0, np.uint8), np.zeros(0, np.int64))]
    for first, last in pairwise(np.unique([0, *cuts.tolist(), len(counts)]).tolist()):
        start, end = int(ends[first] - counts[first]), int(ends[last - 1])
        part = Postings(*(column[start:end].astype(np.int32) for column in postings))
        pieces.append(_encode(part, counts[first:last]))
    return Encoded(*(np.concatenate(column) for column in zip(*pieces, strict=True)))


def _encode(postings: Postings, counts: _Ints) -> Encoded:
    paragraphs, frequencies = postings
    first = np.cumsum(counts) - counts
    gaps = np.empty(len(paragraphs), np.int32)
    gaps[1:] = paragraphs[1:] - paragraphs[:-1] - 1
    gaps[first] = paragraphs[first]
    repeated = frequencies > 1
    gaps = gaps * 2 + repeated
    gap_sizes = varint.sizes(gaps)
    repeats = np.add.reduceat(repeated, first, dtype=np.int64)
    out, gap_starts, count_starts, sizes = begun(counts, repeats, np.add.reduceat(gap_sizes, first))
    # A gap stands behind all gaps before it, shifted by what its own list and those before hold beside gaps.
    before = np.cumsum(gap_sizes) - gap_sizes
    varint.place(out, before + np.repeat(gap_starts - before[first], counts), gaps, gap_sizes)
    extra = np.arange(int(repeats.sum())) + np.repeat(count_starts - (np.cumsum(repeats) - repeats), repeats)
    out[extra] = np.minimum(frequencies[repeated], MAX_FREQUENCY) - 2
    return Encoded(out, sizes)


class Frame(NamedTuple):
    """Posting lists of which only the heads are written.

    Attributes:
        raw: Room for all lists.
        gaps: Where the gaps of each go.
        counts: Where its counts go.
        sizes: Bytes of each list.
    """

    raw: NDArray[np.uint8]
    gaps: _Ints
    counts: _Ints
    sizes: _Ints


def begun(counts: _Ints, repeats: _Ints, gap_bytes: _Ints) -> Frame:
    """Begin posting lists, of which the number of paragraphs, of frequencies above one and the bytes of gaps are known."""
    heads = counts * 2 + (repeats > 0)
    head_sizes = varint.sizes(heads)
    repeat_sizes = np.where(repeats > 0, varint.sizes(repeats), 0)
    sizes = head_sizes + repeat_sizes + gap_bytes + repeats
    starts = np.cumsum(sizes) - sizes
    out = np.empty(int(sizes.sum()), np.uint8)
    varint.place(out, starts, heads, head_sizes)
    some = np.flatnonzero(repeats)
    varint.place(out, (starts + head_sizes)[some], repeats[some], repeat_sizes[some])
    gaps = starts + head_sizes + repeat_sizes
    return Frame(out, gaps, gaps + gap_bytes, sizes)


def decode(raw: NDArray[np.uint8]) -> Postings:
    """Read the list of one term.

    Raises:
        ValueError: The bytes are not a posting list.
    """
    head, at = _varint(raw, 0)
    repeats = 0
    if head & 1:
        repeats, at = _varint(raw, at)
    end = len(raw) - repeats
    if end <= at:
        raise ValueError("a posting list is cut off")
    gaps = varint.decode_small(raw[at:end])
    if len(gaps) != head >> 1:
        raise ValueError("a posting list has another length than it says")
    steps = gaps >> 1
    steps += 1
    paragraphs = np.cumsum(steps, dtype=np.int64)
    paragraphs -= 1
    frequencies = np.ones(len(gaps), np.int16)
    frequencies[_repeated(gaps, repeats)] = raw[end:].astype(np.int16) + 2
    return Postings(paragraphs, frequencies)


def last_paragraph(read: Callable[[int, int], NDArray[np.uint8]], size: int, step: int) -> int:
    """Return the last paragraph of a posting list that is decoded in pieces.

    Args:
        read: Returns the bytes of the list from one offset to another.
        size: Bytes of the list.
        step: Bytes of a piece.

    Raises:
        ValueError: The bytes are not a posting list.
    """
    start = read(0, min(2 * varint.MAX_BYTES, size))
    head, at = _varint(start, 0)
    repeats = 0
    if head & 1:
        repeats, at = _varint(start, at)
    count, repeated, last, end = 0, 0, -1, size - repeats
    if end <= at:
        raise ValueError("a posting list is cut off")
    while at < end:
        raw = read(at, min(at + step, end))
        # A number that goes on behind the piece belongs to the next one.
        whole = len(raw) if at + len(raw) == end else int(np.flatnonzero(raw < varint.MORE)[-1:].sum()) + 1
        gaps = varint.decode(raw[:whole])
        count += len(gaps)
        repeated += int((gaps & 1).sum())
        last += int((gaps >> 1).sum()) + len(gaps)
        at += whole
    if (count, repeated) != (head >> 1, repeats):
        raise ValueError("a posting list has another length than it says")
    return last


def count(raw: NDArray[np.uint8]) -> int:
    """Read how many paragraphs the list of one term has, and nothing else."""
    return _varint(raw, 0)[0] >> 1


def decode_many(raw: NDArray[np.uint8], sizes: _Ints) -> tuple[Postings, _Ints]:
    """Read the lists of consecutive terms in one pass.

    Args:
        raw: All lists.
        sizes: Bytes of each.

    Returns:
        The postings one after another, and how many each term has.

    Raises:
        ValueError: The bytes are not posting lists.
    """
    if not len(sizes):
        return empty(), np.zeros(0, np.int64)
    counts, repeats, at, ends = heads(raw, sizes)
    gap_bytes = ends - at
    gaps = varint.decode(raw[ranges(at, gap_bytes)])
    if len(gaps) != int(counts.sum()):
        raise ValueError("posting lists have another length than they say")
    steps = np.cumsum((gaps >> 1) + 1)
    first = np.cumsum(counts) - counts
    base = np.concatenate([[0], steps[first[1:] - 1]])
    frequencies = np.ones(len(gaps), np.int16)
    frequencies[_repeated(gaps, int(repeats.sum()))] = raw[ranges(ends, repeats)].astype(np.int16) + 2
    return Postings(steps - np.repeat(base, counts) - 1, frequencies), counts


class Heads(NamedTuple):
    """What the heads of posting lists say.

    Attributes:
        counts: Number of paragraphs of each.
        repeats: Of frequencies above one.
        gaps: Where its gaps begin.
        ends: Where they end, and its counts begin.
    """

    counts: _Ints
    repeats: _Ints
    gaps: _Ints
    ends: _Ints


def heads(raw: NDArray[np.uint8], sizes: _Ints) -> Heads:
    """Read the heads of consecutive lists.

    Args:
        raw: All lists.
        sizes: Bytes of each.

    Raises:
        ValueError: The bytes are not posting lists.
    """
    ends = np.cumsum(sizes)
    found, at = varint.decode_at(raw, ends - sizes)
    repeats = np.zeros(len(sizes), np.int64)
    some = np.flatnonzero(found & 1)
    if len(some):
        repeats[some], at[some] = varint.decode_at(raw, at[some])
    counts = found >> 1
    ends -= repeats
    if (ends <= at).any() or (counts <= 0).any() or (counts > ends - at).any():
        raise ValueError("a posting list is cut off")
    return Heads(counts, repeats, at, ends)


def _repeated(gaps: NDArray[Any], expected: int) -> _Ints:
    """Which gaps say that the frequency is above one; as positions, with which numpy is thrice as quick as with a mask."""
    flags = gaps & 1
    found = np.flatnonzero(flags.view(np.bool_) if flags.dtype == np.uint8 else flags.astype(np.bool_))
    if len(found) != expected:
        raise ValueError("a posting list has another number of frequencies than it says")
    return found


def ranges(starts: _Ints, lengths: _Ints) -> _Ints:
    """All numbers of the ranges that begin at ``starts``, in order."""
    total = int(lengths.sum())
    positions: _Ints = np.arange(total) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    return positions


def _varint(raw: NDArray[np.uint8], at: int) -> tuple[int, int]:
    number = shift = 0
    for byte in raw[at : at + varint.MAX_BYTES].tolist():
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7
    raise ValueError("a number runs over the end of its bytes")
