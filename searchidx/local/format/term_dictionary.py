"""The term table of a field: all its terms in byte order, and where the postings of each lie.

Arrays, for a field ``f`` of *n* terms in blocks of 64:

===========  ====  ==================================================================
``f.text``   u1    UTF-8 of all terms, one after another, ascending
``f.width``  u1    bytes of each term (a term is at most 255 bytes)
``f.bytes``  u1    varint for each term: bytes of its posting list
``f.block``  u8    three numbers a block: where its terms, its varints and its postings start
``f.first``  u1    the first term of every block, with the byte 0xFF between them
``f.posts``  u1    the posting lists
===========  ====  ==================================================================

A look-up halves over the first terms, which are a sixty-fourth of the table, and then reads one block.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice, pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.errors import CorruptIndexError
from searchidx.local.format import postings, varint
from searchidx.local.format.array_file import Container
from searchidx.local.format.postings import Encoded, Postings

BLOCK = 64
MAX_TERM_BYTES = 255
_BETWEEN = b"\xff"  # stands in no UTF-8
TYPES = {"text": "|u1", "width": "|u1", "bytes": "|u1", "block": "<u8", "first": "|u1", "posts": "|u1"}
"""Arrays of a term table and their types."""
_PLACES = 1 << 16  # looked at together
_GAP = 1 << 15  # bytes between two lists that are read and thrown away rather than skipped
_KEPT_RANGES = 4
_KEPT_BLOCKS = 2048  # read blocks kept at a time, about 10 MB

T = TypeVar("T")


class Vocabulary(NamedTuple):
    """Terms in byte order, none twice.

    Attributes:
        text: UTF-8 of all terms, one after another.
        widths: Bytes of each.
    """

    text: bytes
    widths: NDArray[np.int64]


def vocabulary(terms: list[bytes]) -> Vocabulary:
    """Join ascending terms."""
    return Vocabulary(b"".join(terms), np.fromiter(map(len, terms), np.int64, len(terms)))


def arrays(field: str, known: Vocabulary, encoded: Encoded) -> dict[str, NDArray[Any]]:
    """Lay out a term table and its posting lists.

    Args:
        field: Name that the arrays begin with.
        known: The terms, none longer than ``MAX_TERM_BYTES``.
        encoded: The posting list of each.
    """
    return {**table(field, known, encoded.sizes), f"{field}.posts": encoded.raw}


def table(field: str, known: Vocabulary, sizes: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Lay out a term table without its posting lists, of which the bytes of each are given."""
    columns = (known.widths, varint.sizes(sizes), sizes)
    blocks = np.empty((-(-len(known.widths) // BLOCK), len(columns)), "<u8")
    for column, lengths in enumerate(columns):
        blocks[:, column] = (np.cumsum(lengths) - lengths)[::BLOCK]
    return {
        f"{field}.text": np.frombuffer(known.text, np.uint8),
        f"{field}.width": known.widths.astype(np.uint8),
        f"{field}.bytes": varint.encode(sizes),
        f"{field}.block": blocks.reshape(-1),
        f"{field}.first": np.frombuffer(_first_terms(known, blocks[:, 0]), np.uint8),
    }


def _first_terms(known: Vocabulary, starts: NDArray[np.uint64]) -> bytes:
    widths = known.widths[::BLOCK].tolist()
    return _BETWEEN.join(
        known.text[start : start + width] for start, width in zip(starts.tolist(), widths, strict=True)
    )


class _Block(NamedTuple):
    """64 terms, read. Starts have one element more than there are terms."""

    terms: list[bytes]
    starts: list[int]


class _Range(NamedTuple):
    """Consecutive terms: their text, where each ends in it, and where the posting list of each starts and its bytes."""

    text: bytes
    ends: NDArray[np.int64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]


class TermTable:
    """The terms of one field of one segment.

    All methods raise CorruptIndexError where the file's bytes are not what they must be.
    """

    def __init__(self, container: Container, field: str) -> None:
        """Look into ``container``; nothing is read yet."""
        self._in = container
        self._field = field
        self._count = container.length(f"{field}.width")
        self._blocks = -(-self._count // BLOCK)
        self._read: dict[int, _Block] = {}
        self._ranges: dict[tuple[int, int], _Range] = {}
        if container.length(f"{field}.block") != 3 * self._blocks:
            raise container.corrupt(f"the term table of {field} has another number of blocks than it needs")

    def __len__(self) -> int:
        """Number of terms."""
        return self._count

    def corrupt(self, why: str) -> CorruptIndexError:
        """The error to raise for anything wrong in this field."""
        return self._in.corrupt(f"field {self._field}: {why}")

    def decoded(self, term: bytes) -> str:
        """Terms, or a part of one, as text.

        Raises:
            CorruptIndexError: They are none; a stranger may have written them.
        """
        try:
            return term.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise self.corrupt("a term is no text") from error

    def find(self, term: bytes) -> int:
        """Position of a term, or -1."""
        at = self.lower_bound(term)
        return at if at < self._count and self.term(at) == term else -1

    def lower_bound(self, term: bytes) -> int:
        """Position of the first term that is not before ``term``."""
        block = bisect_right(self._firsts, term) - 1
        return 0 if block < 0 else block * BLOCK + bisect_left(self._block(block).terms, term)

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        """Positions, from and to, of the terms that begin with ``prefix`` (which must be valid UTF-8)."""
        # 0xFF stands in no UTF-8 text, so this is behind every term with the prefix and before all others.
        return self.lower_bound(prefix), self.lower_bound(prefix + b"\xff")

    def term(self, position: int) -> bytes:
        """The term at a position."""
        return self._block(position // BLOCK).terms[position % BLOCK]

    def terms(self, start: int = 0) -> Iterator[bytes]:
        """All terms from a position on, in order."""
        for number in range(start // BLOCK, self._blocks):
            yield from self._block(number).terms[max(0, start - number * BLOCK) :]

    def text(self, start: int, end: int) -> tuple[bytes, NDArray[np.int64]]:
        """The terms of a range as one string of bytes, and the end of each in it."""
        widths = self._in.slice(f"{self._field}.width", start, end).astype(np.int64)
        begin = self._text_start(start)
        ends = np.cumsum(widths)
        return self._in.raw(f"{self._field}.text", begin, begin + int(ends[-1]) if len(ends) else begin), ends

    def containing(self, needle: bytes, start: int, end: int) -> NDArray[np.int64]:
        """Positions within a range of the terms that contain ``needle``, ascending."""
        text, ends, _, _ = self._range(start, end)
        holds = np.zeros(len(ends), bool)
        for first in _places(text, needle):
            owner = np.searchsorted(ends, first, side="right")
            holds[owner[first + len(needle) <= ends[owner]]] = True
        return np.flatnonzero(holds) + start

    def postings(self, position: int) -> Postings:
        """The posting list of one term."""
        try:
            return postings.decode(self._list(position))
        except ValueError as error:
            raise self.corrupt(str(error)) from error

    def count(self, position: int) -> int:
        """How many paragraphs hold a term, deleted ones too."""
        try:
            return postings.count(self._list(position, varint.MAX_BYTES))
        except ValueError as error:
            raise self.corrupt(str(error)) from error

    def counts(self, start: int, end: int) -> NDArray[np.int64]:
        """How many paragraphs hold each term of a range, deleted ones too."""
        if start >= end:
            return np.zeros(0, np.int64)
        sizes = self.sizes(start, end)
        begin = self._block(start // BLOCK).starts[start % BLOCK]
        raw = self._in.slice(f"{self._field}.posts", begin, begin + int(sizes.sum()))
        try:
            return varint.decode_at(raw, np.cumsum(sizes) - sizes)[0] >> 1
        except (ValueError, IndexError) as error:
            raise self.corrupt(str(error)) from error

    def last_paragraph(self, position: int, step: int) -> int:
        """Return the highest paragraph of a posting list, decoding ``step`` bytes of it at a time."""
        start, end = self._block(position // BLOCK).starts[position % BLOCK :][:2]

        def read(begin: int, stop: int) -> NDArray[np.uint8]:
            return self._in.slice(f"{self._field}.posts", start + begin, start + stop)

        try:
            return postings.last_paragraph(read, end - start, step)
        except ValueError as error:
            raise self.corrupt(str(error)) from error

    def postings_of_range(self, start: int, end: int) -> tuple[Postings, NDArray[np.int64]]:
        """Posting lists of a range of terms one after another, and the number of postings of each."""
        if start >= end:
            return postings.empty(), np.zeros(0, np.int64)
        return self.read_lists(start, end, postings.decode_many)

    def read_lists(
        self, start: int, end: int, read: Callable[[NDArray[np.uint8], NDArray[np.int64]], T]
    ) -> T:
        """Read the posting lists of a range of terms, not empty, from their bytes and how many each has."""
        sizes = self.sizes(start, end)
        begin = self._block(start // BLOCK).starts[start % BLOCK]
        raw = self._in.slice(f"{self._field}.posts", begin, begin + int(sizes.sum()))
        try:
            return read(raw, sizes)
        except (ValueError, IndexError) as error:
            raise self.corrupt(str(error)) from error

    def paragraphs_of_containing(self, needle: bytes, start: int, end: int) -> NDArray[np.int64]:
        """The paragraphs of the terms within a range that contain ``needle``, one list after another."""
        chosen = self.containing(needle, start, end) - start
        if not len(chosen):
            return np.zeros(0, np.int64)
        _, _, starts, sizes = self._range(start, end)
        starts, sizes = starts[chosen], sizes[chosen]
        try:
            return postings.decode_many(self._lists(starts, sizes), sizes)[0].paragraphs
        except (ValueError, IndexError) as error:
            raise self.corrupt(str(error)) from error

    def postings_of(self, positions: NDArray[np.int64]) -> tuple[Postings, NDArray[np.int64]]:
        """Posting lists of scattered terms, ascending, one after another, and the number of postings of each."""
        if not len(positions):
            return postings.empty(), np.zeros(0, np.int64)
        first, last = int(positions[0]), int(positions[-1])
        sizes = self.sizes(first, last + 1)
        starts = np.cumsum(sizes) - sizes + self._block(first // BLOCK).starts[first % BLOCK]
        starts, sizes = starts[positions - first], sizes[positions - first]
        try:
            return postings.decode_many(self._lists(starts, sizes), sizes)
        except (ValueError, IndexError) as error:
            raise self.corrupt(str(error)) from error

    def _range(self, start: int, end: int) -> "_Range":
        """A range of terms as one, kept because it is mostly the same ones that are asked for, and long ones."""
        known = self._ranges.get((start, end))
        if known is None:
            if len(self._ranges) >= _KEPT_RANGES:
                self._ranges.clear()
            sizes = self.sizes(start, end)
            starts = np.cumsum(sizes) - sizes
            if len(starts):
                starts += self._block(start // BLOCK).starts[start % BLOCK]
            known = self._ranges[start, end] = _Range(*self.text(start, end), starts, sizes)
        return known

    def _lists(self, starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Scattered lists one after another. What lies close together is read at once."""
        ends = starts + sizes
        cuts = np.flatnonzero(starts[1:] - ends[:-1] > _GAP) + 1
        pieces = []
        for first, last in pairwise([0, *cuts.tolist(), len(starts)]):
            begin, end = int(starts[first]), int(ends[last - 1])
            raw = self._in.slice(f"{self._field}.posts", begin, end)
            pieces.append(raw[postings.ranges(starts[first:last] - begin, sizes[first:last])])
        return np.concatenate(pieces)

    def sizes(self, start: int, end: int) -> NDArray[np.int64]:
        """Bytes of the posting list of each term of a range."""
        first = start // BLOCK
        last = -(-end // BLOCK)
        begin = self._block_starts(first)[1]
        stop = self._block_starts(last)[1]
        numbers = self._varints(begin, stop)
        if len(numbers) < end - first * BLOCK:
            raise self.corrupt("the term table is cut off")
        return numbers[start - first * BLOCK : end - first * BLOCK]

    def _list(self, position: int, most: int | None = None) -> NDArray[np.uint8]:
        """The bytes of a list, or of its beginning."""
        start, end = self._block(position // BLOCK).starts[position % BLOCK :][:2]
        return self._in.slice(f"{self._field}.posts", start, end if most is None else min(end, start + most))

    def _varints(self, begin: int, end: int) -> NDArray[np.int64]:
        raw = self._in.slice(f"{self._field}.bytes", begin, end)
        try:
            return varint.decode(raw) if len(raw) else np.zeros(0, np.int64)
        except ValueError as error:
            raise self.corrupt(str(error)) from error

    def _block_starts(self, number: int) -> list[int]:
        if number >= self._blocks:
            names = (f"{self._field}.{column}" for column in ("text", "bytes", "posts"))
            return [self._in.length(name) for name in names]
        starts: list[int] = self._in.slice(f"{self._field}.block", 3 * number, 3 * number + 3).tolist()
        if max(starts) > self._in.size:
            raise self.corrupt(f"block {number} of the term table is nowhere")
        return starts

    def _text_start(self, position: int) -> int:
        number, within = divmod(position, BLOCK)
        start = self._block_starts(number)[0]
        if within:
            widths = self._in.slice(f"{self._field}.width", number * BLOCK, number * BLOCK + within)
            start += int(widths.sum())
        return start

    @cached_property
    def _firsts(self) -> list[bytes]:
        name = f"{self._field}.first"
        firsts = self._in.raw(name, 0, self._in.length(name)).split(_BETWEEN) if self._blocks else []
        if len(firsts) != self._blocks:
            raise self.corrupt("not every block has a first term")
        return firsts

    def _block(self, number: int) -> _Block:
        block = self._read.get(number)
        if block is None:
            if len(self._read) >= _KEPT_BLOCKS:
                self._read.clear()
            block = self._read[number] = self._read_block(number)
        return block

    def _read_block(self, number: int) -> _Block:
        begin = number * BLOCK
        end = min(begin + BLOCK, self._count)
        text_start, sizes_start, posts_start = self._block_starts(number)
        text_end, sizes_end, _ = self._block_starts(number + 1)
        if (
            text_end - text_start > BLOCK * MAX_TERM_BYTES
            or sizes_end - sizes_start > BLOCK * varint.MAX_BYTES
        ):
            raise self.corrupt(f"block {number} of the term table is larger than any")
        text = self._in.raw(f"{self._field}.text", text_start, text_end)
        ends = np.cumsum(self._in.slice(f"{self._field}.width", begin, end)).tolist()
        starts = [posts_start]
        starts.extend((np.cumsum(self._varints(sizes_start, sizes_end)) + posts_start).tolist())
        if ends[-1] != len(text) or len(starts) != len(ends) + 1:
            raise self.corrupt(f"block {number} of the term table makes no sense")
        return _Block([text[a:b] for a, b in zip([0, *ends], ends, strict=False)], starts)


def _places(text: bytes, needle: bytes) -> Iterator[NDArray[np.int64]]:
    """Where ``needle`` stands in ``text``, some at a time."""
    # A look-ahead also finds what overlaps the place before, which only a string that ends as it begins can do.
    overlaps = any(needle.endswith(needle[:length]) for length in range(1, len(needle)))
    written = re.escape(needle)
    found = re.finditer(b"(?=" + written + b")" if overlaps else written, text)
    while places := [match.start() for match in islice(found, _PLACES)]:
        yield np.array(places, np.int64)
