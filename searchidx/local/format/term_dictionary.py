"""Term dictionary of a field: its terms in byte order, and the offset of the posting list of each.

Arrays of a field ``f``, whose terms are in blocks of 64:

===========  ====  ==================================================================
``f.text``   u1    UTF-8 of all terms, one after another, ascending
``f.width``  u1    number of bytes of each term (at most 255)
``f.bytes``  u1    varint for each term: number of bytes of its posting list
``f.block``  u8    three numbers a block: offsets of its terms, its varints and its postings
``f.first``  u1    the first term of each block, separated by the byte 0xFF
``f.posts``  u1    the posting lists
===========  ====  ==================================================================

A look-up is a binary search of the first terms, a 64th of the dictionary, and then reads one block.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice, pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.analyzer.fields import MAX_TERM_BYTES
from searchidx.errors import CorruptIndexError
from searchidx.local.format import postings, varint
from searchidx.local.format.array_file import Container
from searchidx.local.format.postings import Encoded, Postings

BLOCK_TERMS = 64
_SEPARATOR = b"\xff"  # occurs in no UTF-8
TYPES = {"text": "|u1", "width": "|u1", "bytes": "|u1", "block": "<u8", "first": "|u1", "posts": "|u1"}
"""Types of the arrays of a term dictionary."""
_MAX_BATCH_MATCHES = 1 << 16  # processed together
_READ_GAP_BYTES = 1 << 15  # between two lists; a smaller gap is read through rather than skipped
_MAX_CACHED_RANGES = 4
_MAX_CACHED_BLOCKS = 2048  # about 10 MB

T = TypeVar("T")


class Vocabulary(NamedTuple):
    """Distinct terms in byte order.

    Attributes:
        text: UTF-8 of all terms, one after another.
        widths: Number of bytes of each term.
    """

    text: bytes
    widths: NDArray[np.int64]


def vocabulary(terms: list[bytes]) -> Vocabulary:
    """Return the vocabulary of ascending terms."""
    return Vocabulary(b"".join(terms), np.fromiter(map(len, terms), np.int64, len(terms)))


def arrays(field: str, terms: Vocabulary, encoded: Encoded) -> dict[str, NDArray[Any]]:
    """Return the arrays of a term dictionary and its posting lists.

    Args:
        field: Prefix of the names of the arrays.
        terms: The terms, none longer than ``MAX_TERM_BYTES``.
        encoded: The posting list of each term.
    """
    return {**table(field, terms, encoded.sizes), f"{field}.posts": encoded.raw}


def table(field: str, terms: Vocabulary, sizes: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Return the arrays of a term dictionary without its posting lists, whose sizes in bytes are ``sizes``."""
    columns = (terms.widths, varint.sizes(sizes), sizes)
    blocks = np.empty((-(-len(terms.widths) // BLOCK_TERMS), len(columns)), "<u8")
    for column, lengths in enumerate(columns):
        blocks[:, column] = (np.cumsum(lengths) - lengths)[::BLOCK_TERMS]
    return {
        f"{field}.text": np.frombuffer(terms.text, np.uint8),
        f"{field}.width": terms.widths.astype(np.uint8),
        f"{field}.bytes": varint.encode(sizes),
        f"{field}.block": blocks.reshape(-1),
        f"{field}.first": np.frombuffer(_join_first_terms(terms, blocks[:, 0]), np.uint8),
    }


def _join_first_terms(terms: Vocabulary, starts: NDArray[np.uint64]) -> bytes:
    widths = terms.widths[::BLOCK_TERMS].tolist()
    return _SEPARATOR.join(
        terms.text[start : start + width] for start, width in zip(starts.tolist(), widths, strict=True)
    )


class _Block(NamedTuple):
    """Decoded block of 64 terms.

    Attributes:
        terms: The terms.
        starts: Offset of the posting list of each term, and the end of the last one.
    """

    terms: list[bytes]
    starts: list[int]


class _Range(NamedTuple):
    """Consecutive terms.

    Attributes:
        text: UTF-8 of all terms.
        ends: End of each term in the text.
        starts: Offset of the posting list of each term.
        sizes: Number of bytes of each list.
    """

    text: bytes
    ends: NDArray[np.int64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]


class TermTable:
    """Reader of the term dictionary of one field of one segment.

    All methods raise CorruptIndexError if the bytes of the file are not those of a term dictionary.
    """

    def __init__(self, container: Container, field: str) -> None:
        """Open the dictionary without reading it."""
        self._container = container
        self._field = field
        self._count = container.length(f"{field}.width")
        self._blocks = -(-self._count // BLOCK_TERMS)
        self._block_cache: dict[int, _Block] = {}
        self._range_cache: dict[tuple[int, int], _Range] = {}
        if container.length(f"{field}.block") != 3 * self._blocks:
            raise container.corrupt(f"the term dictionary of {field} has a wrong number of blocks")

    def __len__(self) -> int:
        """Return the number of terms."""
        return self._count

    def corrupt(self, reason: str) -> CorruptIndexError:
        """Return the error for damage in this field."""
        return self._container.corrupt(f"field {self._field}: {reason}")

    def decode(self, term: bytes) -> str:
        """Return terms, or a part of a term, as text.

        Raises:
            CorruptIndexError: The bytes are not UTF-8, as in a crafted file.
        """
        try:
            return term.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise self.corrupt("a term is not UTF-8") from error

    def find(self, term: bytes) -> int:
        """Return the position of a term, or -1 if it is absent."""
        position = self.lower_bound(term)
        return position if position < self._count and self.term(position) == term else -1

    def lower_bound(self, term: bytes) -> int:
        """Return the position of the first term that is not less than ``term``."""
        block = bisect_right(self._first_terms, term) - 1
        return 0 if block < 0 else block * BLOCK_TERMS + bisect_left(self._block(block).terms, term)

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        """Return the start and end position of the terms with a prefix, which must be valid UTF-8."""
        # 0xFF occurs in no UTF-8, so prefix + 0xFF is greater than every term with the prefix and less than all later ones.
        return self.lower_bound(prefix), self.lower_bound(prefix + b"\xff")

    def term(self, position: int) -> bytes:
        """Return the term at a position."""
        return self._block(position // BLOCK_TERMS).terms[position % BLOCK_TERMS]

    def terms(self, start: int = 0) -> Iterator[bytes]:
        """Yield the terms from a position on, in order."""
        for number in range(start // BLOCK_TERMS, self._blocks):
            yield from self._block(number).terms[max(0, start - number * BLOCK_TERMS) :]

    def text(self, start: int, end: int) -> tuple[bytes, NDArray[np.int64]]:
        """Return the terms of a range as one byte string, and the end of each term in it."""
        widths = self._container.slice(f"{self._field}.width", start, end).astype(np.int64)
        begin = self._text_start(start)
        ends = np.cumsum(widths)
        return self._container.raw(
            f"{self._field}.text", begin, begin + int(ends[-1]) if len(ends) else begin
        ), ends

    def containing(self, needle: bytes, start: int, end: int) -> NDArray[np.int64]:
        """Return the positions, ascending, of the terms of a range that contain ``needle``."""
        text, ends, _, _ = self._range(start, end)
        is_match = np.zeros(len(ends), bool)
        for offsets in _offsets(text, needle):
            # An occurrence that spans two terms is no match.
            owners = np.searchsorted(ends, offsets, side="right")
            is_match[owners[offsets + len(needle) <= ends[owners]]] = True
        return np.flatnonzero(is_match) + start

    def postings(self, position: int) -> Postings:
        """Return the postings of a term."""
        try:
            return postings.decode(self._list(position))
        except ValueError as error:
            raise self.corrupt(str(error)) from error

    def count(self, position: int) -> int:
        """Return the document frequency of a term: its number of paragraphs, deleted ones included."""
        try:
            return postings.count(self._list(position, varint.MAX_BYTES))
        except ValueError as error:
            raise self.corrupt(str(error)) from error

    def counts(self, start: int, end: int) -> NDArray[np.int64]:
        """Return the document frequency of each term of a range, deleted paragraphs included."""
        if start >= end:
            return np.zeros(0, np.int64)
        sizes = self.sizes(start, end)
        begin = self._block(start // BLOCK_TERMS).starts[start % BLOCK_TERMS]
        raw = self._container.slice(f"{self._field}.posts", begin, begin + int(sizes.sum()))
        try:
            return varint.decode_at(raw, np.cumsum(sizes) - sizes)[0] >> 1
        except (ValueError, IndexError) as error:
            raise self.corrupt(str(error)) from error

    def last_paragraph(self, position: int, step: int) -> int:
        """Return the last paragraph of a posting list, decoding ``step`` bytes of it at a time."""
        start, end = self._block(position // BLOCK_TERMS).starts[position % BLOCK_TERMS :][:2]

        def read(begin: int, stop: int) -> NDArray[np.uint8]:
            return self._container.slice(f"{self._field}.posts", start + begin, start + stop)

        try:
            return postings.last_paragraph(read, end - start, step)
        except ValueError as error:
            raise self.corrupt(str(error)) from error

    def postings_of_range(self, start: int, end: int) -> tuple[Postings, NDArray[np.int64]]:
        """Return the postings of a range of terms one after another, and the number of postings of each term."""
        if start >= end:
            return postings.empty(), np.zeros(0, np.int64)
        return self.read_lists(start, end, postings.decode_many)

    def read_lists(
        self, start: int, end: int, read: Callable[[NDArray[np.uint8], NDArray[np.int64]], T]
    ) -> T:
        """Return the result of ``read`` on the encoded lists of a non-empty range of terms and the sizes of the lists."""
        sizes = self.sizes(start, end)
        begin = self._block(start // BLOCK_TERMS).starts[start % BLOCK_TERMS]
        raw = self._container.slice(f"{self._field}.posts", begin, begin + int(sizes.sum()))
        try:
            return read(raw, sizes)
        except (ValueError, IndexError) as error:
            raise self.corrupt(str(error)) from error

    def paragraphs_of_containing(self, needle: bytes, start: int, end: int) -> NDArray[np.int64]:
        """Return the paragraphs of the terms of a range that contain ``needle``, one list after another."""
        matches = self.containing(needle, start, end) - start
        if not len(matches):
            return np.zeros(0, np.int64)
        _, _, starts, sizes = self._range(start, end)
        starts, sizes = starts[matches], sizes[matches]
        try:
            return postings.decode_many(self._lists(starts, sizes), sizes)[0].paragraphs
        except (ValueError, IndexError) as error:
            raise self.corrupt(str(error)) from error

    def postings_of(self, positions: NDArray[np.int64]) -> tuple[Postings, NDArray[np.int64]]:
        """Return the postings of terms at ascending positions one after another, and the number of postings of each term."""
        if not len(positions):
            return postings.empty(), np.zeros(0, np.int64)
        first, last = int(positions[0]), int(positions[-1])
        sizes = self.sizes(first, last + 1)
        starts = np.cumsum(sizes) - sizes + self._block(first // BLOCK_TERMS).starts[first % BLOCK_TERMS]
        starts, sizes = starts[positions - first], sizes[positions - first]
        try:
            return postings.decode_many(self._lists(starts, sizes), sizes)
        except (ValueError, IndexError) as error:
            raise self.corrupt(str(error)) from error

    def _range(self, start: int, end: int) -> "_Range":
        """Return a range of terms, from the cache if possible: the same long ranges are scanned again and again."""
        terms = self._range_cache.get((start, end))
        if terms is None:
            if len(self._range_cache) >= _MAX_CACHED_RANGES:
                self._range_cache.clear()
            sizes = self.sizes(start, end)
            starts = np.cumsum(sizes) - sizes
            if len(starts):
                starts += self._block(start // BLOCK_TERMS).starts[start % BLOCK_TERMS]
            terms = self._range_cache[start, end] = _Range(*self.text(start, end), starts, sizes)
        return terms

    def _lists(self, starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the bytes of scattered lists one after another; neighbouring lists are read at once."""
        ends = starts + sizes
        bounds = np.flatnonzero(starts[1:] - ends[:-1] > _READ_GAP_BYTES) + 1
        pieces = []
        for first, last in pairwise([0, *bounds.tolist(), len(starts)]):
            begin, end = int(starts[first]), int(ends[last - 1])
            raw = self._container.slice(f"{self._field}.posts", begin, end)
            pieces.append(raw[postings.ranges(starts[first:last] - begin, sizes[first:last])])
        return np.concatenate(pieces)

    def sizes(self, start: int, end: int) -> NDArray[np.int64]:
        """Return the number of bytes of the posting list of each term of a range."""
        first = start // BLOCK_TERMS
        last = -(-end // BLOCK_TERMS)
        begin = self._block_starts(first)[1]
        stop = self._block_starts(last)[1]
        numbers = self._varints(begin, stop)
        if len(numbers) < end - first * BLOCK_TERMS:
            raise self.corrupt("its term dictionary is truncated")
        return numbers[start - first * BLOCK_TERMS : end - first * BLOCK_TERMS]

    def _list(self, position: int, max_bytes: int | None = None) -> NDArray[np.uint8]:
        """Return the bytes of a posting list, at most ``max_bytes`` of them."""
        start, end = self._block(position // BLOCK_TERMS).starts[position % BLOCK_TERMS :][:2]
        return self._container.slice(
            f"{self._field}.posts", start, end if max_bytes is None else min(end, start + max_bytes)
        )

    def _varints(self, begin: int, end: int) -> NDArray[np.int64]:
        raw = self._container.slice(f"{self._field}.bytes", begin, end)
        try:
            return varint.decode(raw) if len(raw) else np.zeros(0, np.int64)
        except ValueError as error:
            raise self.corrupt(str(error)) from error

    def _block_starts(self, number: int) -> list[int]:
        if number >= self._blocks:
            names = (f"{self._field}.{column}" for column in ("text", "bytes", "posts"))
            return [self._container.length(name) for name in names]
        starts: list[int] = self._container.slice(f"{self._field}.block", 3 * number, 3 * number + 3).tolist()
        if max(starts) > self._container.size:
            raise self.corrupt(f"the offset of block {number} of its terms is invalid")
        return starts

    def _text_start(self, position: int) -> int:
        number, within = divmod(position, BLOCK_TERMS)
        start = self._block_starts(number)[0]
        if within:
            widths = self._container.slice(
                f"{self._field}.width", number * BLOCK_TERMS, number * BLOCK_TERMS + within
            )
            start += int(widths.sum())
        return start

    @cached_property
    def _first_terms(self) -> list[bytes]:
        name = f"{self._field}.first"
        firsts = (
            self._container.raw(name, 0, self._container.length(name)).split(_SEPARATOR)
            if self._blocks
            else []
        )
        if len(firsts) != self._blocks:
            raise self.corrupt("a block of its terms has no first term")
        return firsts

    def _block(self, number: int) -> _Block:
        block = self._block_cache.get(number)
        if block is None:
            if len(self._block_cache) >= _MAX_CACHED_BLOCKS:
                self._block_cache.clear()
            block = self._block_cache[number] = self._read_block(number)
        return block

    def _read_block(self, number: int) -> _Block:
        begin = number * BLOCK_TERMS
        end = min(begin + BLOCK_TERMS, self._count)
        text_start, sizes_start, posts_start = self._block_starts(number)
        text_end, sizes_end, _ = self._block_starts(number + 1)
        if (
            text_end - text_start > BLOCK_TERMS * MAX_TERM_BYTES
            or sizes_end - sizes_start > BLOCK_TERMS * varint.MAX_BYTES
        ):
            raise self.corrupt(f"block {number} of its terms is too large")
        text = self._container.raw(f"{self._field}.text", text_start, text_end)
        ends = np.cumsum(self._container.slice(f"{self._field}.width", begin, end)).tolist()
        starts = [posts_start]
        starts.extend((np.cumsum(self._varints(sizes_start, sizes_end)) + posts_start).tolist())
        if ends[-1] != len(text) or len(starts) != len(ends) + 1:
            raise self.corrupt(f"block {number} of its terms is malformed")
        return _Block([text[a:b] for a, b in zip([0, *ends], ends, strict=False)], starts)


def _offsets(text: bytes, needle: bytes) -> Iterator[NDArray[np.int64]]:
    """Yield the offsets of ``needle`` in ``text``, in batches."""
    # Occurrences can overlap only if the needle ends as it begins; then a look-ahead is needed to find them all.
    can_overlap = any(needle.endswith(needle[:length]) for length in range(1, len(needle)))
    pattern = re.escape(needle)
    matches = re.finditer(b"(?=" + pattern + b")" if can_overlap else pattern, text)
    while offsets := [match.start() for match in islice(matches, _MAX_BATCH_MATCHES)]:
        yield np.array(offsets, np.int64)
