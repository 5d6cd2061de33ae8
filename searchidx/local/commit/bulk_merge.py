"""Concatenation of encoded posting lists, for merges of segments without deletions.

The gaps between paragraphs of a segment do not change when it follows another one. Only the first gap of a list is encoded
again, from the last paragraph of the list before it, which is the sum of its gaps; the other bytes are copied. Decoding and
encoding all lists instead takes nearly twice as long.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.local.format import postings, varint
from searchidx.local.format.postings import Encoded, Heads

_Ints = NDArray[np.int64]
_Bytes = NDArray[np.uint8]

_MIN_SLICE_BYTES = 64  # from this size on a slice is faster than fancy indexing


class ParsedLists(NamedTuple):
    """Posting lists of consecutive terms, parsed but not decoded.

    Attributes:
        raw: Bytes of all lists.
        heads: Decoded heads.
        first: First gap of each list, as it is stored.
        tail: Offset of the second gap of each list.
        last: Last paragraph of each list.
    """

    raw: _Bytes
    heads: Heads
    first: _Ints
    tail: _Ints
    last: _Ints


class Part(NamedTuple):
    """Contribution of one segment to a merge.

    Attributes:
        lists: Posting lists of the segment.
        terms: Rank of the term of each list among the merged terms, ascending.
        base: New number of paragraph 0 of the segment.
    """

    lists: ParsedLists
    terms: _Ints
    base: int


def parse_lists(raw: _Bytes, sizes: _Ints) -> ParsedLists:
    """Return parsed and validated lists.

    Args:
        raw: Bytes of all lists.
        sizes: Number of bytes of each list.

    Raises:
        ValueError: The bytes are not posting lists.
    """
    heads = postings.heads(raw, sizes)
    counts, repeats, starts, ends = heads
    continues = raw >= varint.MORE
    if continues[ends - 1].any():
        raise ValueError(varint.TRUNCATED)
    if (_sums((~continues).view(np.uint8), starts, ends) != counts).any():
        raise ValueError(postings.WRONG_LENGTH)
    numbers = raw.astype(np.int64)
    numbers &= varint.LOW
    begins = np.ones(len(raw), bool)
    behind = np.flatnonzero(continues[:-1]) + 1
    begins[behind] = False
    if (_sums(raw & begins, starts, ends) != repeats).any():
        raise ValueError(postings.WRONG_FREQUENCIES)
    for _ in range(varint.MAX_BYTES - 1):  # each byte is worth 128 times the previous one
        numbers[behind] <<= 7
        behind = behind[continues[behind] & (behind + 1 < len(raw))] + 1
    owner = np.searchsorted(starts, behind, side="right") - 1
    if (behind < ends[owner]).any():  # bytes beyond are frequencies and no varints
        raise ValueError(varint.TOO_LONG)
    first, tail = varint.decode_at(raw, starts)
    # A stored gap is 2 * (gap - 1), plus 1 if the frequency is above one.
    last = ((_sums(numbers, starts, ends) - repeats) >> 1) + counts - 1
    return ParsedLists(raw, heads, first, tail, last)


def splice(parts: Iterable[Part], count: int) -> Encoded:
    """Concatenate the lists of consecutive segments.

    Args:
        parts: Segments in order.
        count: Number of merged terms, each of which has a list in at least one part.

    Returns:
        Encoded lists of all terms.
    """
    parts = list(parts)
    counts, repeats, gap_bytes = np.zeros((3, count), np.int64)
    last = np.full(count, -1)
    firsts: list[_Ints] = []
    for lists, terms, base in parts:
        counts[terms] += lists.heads.counts
        repeats[terms] += lists.heads.repeats
        gaps = lists.first >> 1
        firsts.append((gaps + (base - 1) - last[terms]) * 2 + (lists.first & 1))
        last[terms] = lists.last + base
        gap_bytes[terms] += varint.sizes(firsts[-1]) + lists.heads.ends - lists.tail
    frame = postings.allocate(counts, repeats, gap_bytes)
    for (lists, terms, _), first in zip(parts, firsts, strict=True):
        widths = varint.sizes(first)
        tail_bytes = lists.heads.ends - lists.tail
        varint.place(frame.raw, frame.gaps[terms], first, widths)
        _copy(lists.raw, lists.tail, tail_bytes, frame.raw, frame.gaps[terms] + widths)
        _copy(lists.raw, lists.heads.ends, lists.heads.repeats, frame.raw, frame.counts[terms])
        frame.gaps[terms] += widths + tail_bytes  # where the next part continues
        frame.counts[terms] += lists.heads.repeats
    return Encoded(frame.raw, frame.sizes)


def _sums(values: NDArray[Any], starts: _Ints, ends: _Ints) -> _Ints:
    """Return the sums of disjoint ranges, which do not touch."""
    bounds = np.stack([starts, ends], axis=1).reshape(-1)
    if bounds[-1] == len(values):
        bounds = bounds[:-1]
    sums: _Ints = np.add.reduceat(values, bounds, dtype=np.int64)[::2]
    return sums


def _copy(source: _Bytes, starts: _Ints, lengths: _Ints, target: _Bytes, to: _Ints) -> None:
    """Copy ranges of one array to offsets of another."""
    long = lengths > _MIN_SLICE_BYTES
    read, write = source.data, target.data
    for start, length, offset in zip(
        starts[long].tolist(), lengths[long].tolist(), to[long].tolist(), strict=True
    ):
        write[offset : offset + length] = read[start : start + length]
    short = ~long
    lengths = lengths[short]
    target[postings.ranges(to[short], lengths)] = source[postings.ranges(starts[short], lengths)]
