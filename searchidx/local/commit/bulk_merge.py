"""Joins posting lists of neighbouring segments as bytes, for a merge in which nothing is left out.

The paragraphs of a segment keep their distances when it is put behind another one. So of a list that goes behind another
list, only the first gap changes, and the rest is copied as it is; what has to be known of the list before is its last
paragraph, which is the sum of its gaps. To read and write all numbers again, a merge takes nearly twice as long.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.local.format import postings, varint
from searchidx.local.format.postings import Encoded, Heads

_Ints = NDArray[np.int64]
_Bytes = NDArray[np.uint8]

_WORTH_A_SLICE = 64  # bytes that are copied as a piece sooner than one by one


class Lists(NamedTuple):
    """Posting lists of consecutive terms, looked over but not decoded.

    Attributes:
        raw: All lists.
        heads: What they begin with.
        first: The first gap of each, as it is stored.
        rest: Where the gap behind it begins.
        last: The last paragraph of each.
    """

    raw: _Bytes
    heads: Heads
    first: _Ints
    rest: _Ints
    last: _Ints


class Part(NamedTuple):
    """What one segment brings.

    Attributes:
        lists: Its lists.
        terms: Which of the joined terms each is of, ascending.
        base: The new number of its paragraph 0.
    """

    lists: Lists
    terms: _Ints
    base: int


def look_over(raw: _Bytes, sizes: _Ints) -> Lists:
    """Find what joining lists takes, and see that they are lists.

    Args:
        raw: All lists.
        sizes: Bytes of each.

    Raises:
        ValueError: The bytes are not posting lists.
    """
    heads = postings.heads(raw, sizes)
    counts, repeats, at, ends = heads
    continues = raw >= varint.MORE
    if continues[ends - 1].any():
        raise ValueError(varint.TRUNCATED)
    if (_sums((~continues).view(np.uint8), at, ends) != counts).any():
        raise ValueError(postings.WRONG_LENGTH)
    numbers = raw.astype(np.int64)
    numbers &= varint.LOW
    begins = np.ones(len(raw), bool)
    behind = np.flatnonzero(continues[:-1]) + 1
    begins[behind] = False
    if (_sums(raw & begins, at, ends) != repeats).any():
        raise ValueError(postings.WRONG_FREQUENCIES)
    for _ in range(varint.MAX_BYTES - 1):  # each byte is worth 128 times as much as the one before
        numbers[behind] <<= 7
        behind = behind[continues[behind] & (behind + 1 < len(raw))] + 1
    owner = np.searchsorted(at, behind, side="right") - 1
    if (behind < ends[owner]).any():  # further on are counts, which are no numbers of this kind
        raise ValueError(varint.TOO_LONG)
    first, rest = varint.decode_at(raw, at)
    # A gap is stored less one and doubled, with one added where the frequency is above one.
    last = ((_sums(numbers, at, ends) - repeats) >> 1) + counts - 1
    return Lists(raw, heads, first, rest, last)


def splice(parts: Iterable[Part], count: int) -> Encoded:
    """Join the lists of segments that follow each other.

    Args:
        parts: The segments, in order.
        count: Number of joined terms; each has a list in one part at least.

    Returns:
        The lists of all terms.
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
        gap_bytes[terms] += varint.sizes(firsts[-1]) + lists.heads.ends - lists.rest
    frame = postings.allocate(counts, repeats, gap_bytes)
    for (lists, terms, _), first in zip(parts, firsts, strict=True):
        wide = varint.sizes(first)
        left = lists.heads.ends - lists.rest
        varint.place(frame.raw, frame.gaps[terms], first, wide)
        _copy(lists.raw, lists.rest, left, frame.raw, frame.gaps[terms] + wide)
        _copy(lists.raw, lists.heads.ends, lists.heads.repeats, frame.raw, frame.counts[terms])
        frame.gaps[terms] += wide + left  # where the next part goes on
        frame.counts[terms] += lists.heads.repeats
    return Encoded(frame.raw, frame.sizes)


def _sums(values: NDArray[Any], starts: _Ints, ends: _Ints) -> _Ints:
    """Sums from each start to its end; they neither touch nor overlap."""
    bounds = np.stack([starts, ends], axis=1).reshape(-1)
    if bounds[-1] == len(values):
        bounds = bounds[:-1]
    sums: _Ints = np.add.reduceat(values, bounds, dtype=np.int64)[::2]
    return sums


def _copy(source: _Bytes, starts: _Ints, lengths: _Ints, target: _Bytes, to: _Ints) -> None:
    """Copy pieces of one array to another."""
    long = lengths > _WORTH_A_SLICE
    read, write = source.data, target.data
    for at, length, put in zip(starts[long].tolist(), lengths[long].tolist(), to[long].tolist(), strict=True):
        write[put : put + length] = read[at : at + length]
    short = ~long
    lengths = lengths[short]
    target[postings.ranges(to[short], lengths)] = source[postings.ranges(starts[short], lengths)]
