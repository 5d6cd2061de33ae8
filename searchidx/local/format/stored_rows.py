r"""Stored rows: the paragraphs, sections and documents of a segment, compressed in blocks.

A block contains up to 32 rows, and at most some 2 MB, as ``facts \xff text \xff text ...``: the facts are JSON, one line
a row, the texts are UTF-8 (in which the byte 0xFF never occurs), and the whole is deflated. The texts are outside the
JSON, so that a literal search reads them without parsing, and one row is parsed without the others. A page of hits needs
a dozen rows from all over the store, so blocks are small; they are deflated (without header) with ``stored_words.txt`` as
a preset dictionary, which makes them no larger than blocks of four times as many rows.

Arrays of a store ``s``: ``s.raw`` (u1), all blocks; ``s.start`` (u8), the offset of each block; ``s.row`` (u4), the number
of its first row. The last two have one more element at the end.
"""

import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.local.format.array_file import Container, Pieces

BLOCK_ROWS = 32
TYPES = {"raw": "|u1", "start": "<u8", "row": "<u4"}
"""Types of the arrays of a store."""
_SEPARATOR = b"\xff"
_FACTS_SEPARATOR = "\n"  # JSON escapes it
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# Takes half the time of json.loads, which also detects white space and encodings.
_decode = json.JSONDecoder().raw_decode
_LEVEL, _MEMORY = 2, 8  # less than half the time of the default level 6, for an index 1% larger
_MAX_CHARACTER_BYTES = 4  # of the UTF-8 of facts
_FULL_BLOCK_BYTES = 1 << 20  # from this size on a block takes no further row
MAX_ROW_BYTES = 1 << 21
"""Maximum size of a row, facts and text."""
_MAX_BLOCK_BYTES = (
    _FULL_BLOCK_BYTES + 2 * MAX_ROW_BYTES
)  # inflated; the most that a hostile file can make us allocate
_MAX_CACHED_BLOCKS = 2048
_MAX_CACHED_BYTES = 1 << 24
_COPY_BLOCKS = 128  # copied from another store at a time
_READ_BLOCKS = 64  # read at a time
_READ_GAP_BYTES = 1 << 14  # between two blocks; a smaller gap is read through rather than skipped


@cache
def _dictionary() -> bytes:
    with open(os.path.join(os.path.dirname(__file__), "stored_words.txt"), "rb") as file:
        return file.read()


# Priming zlib with the dictionary takes longer than a block, so it is done once and the primed object is copied.
@cache
def _deflate() -> "zlib._Compress":
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, _MEMORY, zdict=_dictionary())


@cache
def _inflate() -> "zlib._Decompress":
    return zlib.decompressobj(-zlib.MAX_WBITS, zdict=_dictionary())


class Row(NamedTuple):
    """A stored row: facts, which are any JSON value, and a text in UTF-8."""

    facts: Any
    text: bytes


class _CopiedBlocks(NamedTuple):
    """Consecutive blocks of another store, copied without inflating when the file is written."""

    store: "Store"
    first: int
    last: int

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes of the blocks, some blocks at a time."""
        for first in range(self.first, self.last, _COPY_BLOCKS):
            yield self.store.packed(first, min(first + _COPY_BLOCKS, self.last))


class Writer:
    """Writer of a store, which packs rows into blocks as they are added."""

    def __init__(self) -> None:
        """Create an empty store."""
        self._facts: list[str] = []
        self._texts: list[bytes] = []
        self._blocks: list[bytes | _CopiedBlocks] = []
        self._sizes: list[int] = []
        self._rows = [0]
        self._bytes = 0

    def add(self, facts: Any, text: bytes) -> None:
        """Add a row of at most ``MAX_ROW_BYTES``."""
        self.extend([to_json(facts)], [text])

    def extend(self, facts: Sequence[str], texts: Sequence[bytes]) -> None:
        """Add rows whose facts are already the JSON of :func:`to_json`."""
        start = 0
        while start < len(facts):
            end = start + BLOCK_ROWS - len(self._facts)
            size = _max_bytes(facts[start:end], texts[start:end])
            if self._bytes + size >= _FULL_BLOCK_BYTES:  # one of these rows may fill the block
                end = start + 1
                size = _max_bytes(facts[start:end], texts[start:end])
            self._facts += facts[start:end]
            self._texts += texts[start:end]
            self._bytes += size
            start = end
            if len(self._facts) == BLOCK_ROWS or self._bytes >= _FULL_BLOCK_BYTES:
                self._close()

    def copy(self, store: "Store", live: NDArray[np.bool_]) -> None:
        """Add the live rows of a store. Blocks without deletions that are more than half full are copied without inflating."""
        starts, ends = store.starts[:-1], store.starts[1:]
        live_before = np.concatenate([[0], np.cumsum(live)])
        counts = live_before[ends] - live_before[starts]
        is_copied = (counts == ends - starts) & (counts > BLOCK_ROWS // 2)
        run: list[int] = []
        for block in range(store.blocks):
            if is_copied[block]:
                run.append(block)
                continue
            self._copy_blocks(store, run)
            start, end = store.span(block)
            for facts, text in store.rows((np.flatnonzero(live[start:end]) + start).tolist()):
                self.add(facts, text)
        self._copy_blocks(store, run)

    def arrays(self, name: str) -> dict[str, NDArray[Any] | Pieces]:
        """Close the last block and return the arrays of the store."""
        self._close()
        starts = np.zeros(len(self._sizes) + 1, "<u8")
        starts[1:] = np.cumsum(self._sizes, dtype=np.uint64)
        raw = Pieces(sum(self._sizes), self._raw_blocks())
        return {f"{name}.raw": raw, f"{name}.start": starts, f"{name}.row": np.array(self._rows, "<u4")}

    def _copy_blocks(self, store: "Store", blocks: list[int]) -> None:
        """Append a run of consecutive blocks without inflating them, and clear the run."""
        if not blocks:
            return
        self._close()
        first, last = blocks[0], blocks[-1] + 1
        self._blocks.append(_CopiedBlocks(store, first, last))
        self._sizes += store.sizes(first, last)
        base = self._rows[-1] - store.span(first)[0]
        self._rows += [base + store.span(block)[1] for block in blocks]
        blocks.clear()

    def _raw_blocks(self) -> Iterator[bytes]:
        for block in self._blocks:
            if isinstance(block, bytes):
                yield block
            else:
                yield from block.pieces()

    def _close(self) -> None:
        if not self._facts:
            return
        facts = _FACTS_SEPARATOR.join(self._facts).encode("utf-8", "surrogatepass")
        deflate = _deflate().copy()
        block = deflate.compress(_SEPARATOR.join([facts, *self._texts])) + deflate.flush()
        self._blocks.append(block)
        self._sizes.append(len(block))
        self._rows.append(self._rows[-1] + len(self._facts))
        self._facts.clear()
        self._texts.clear()
        self._bytes = 0


class _Block:
    """An inflated block: the JSON of all facts, then the text of each row; ``facts`` are its lines, split on first use."""

    __slots__ = ("facts", "pieces", "size")

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces
        self.facts: list[bytes] | None = None
        self.size = sum(map(len, pieces))


def _max_bytes(facts: Sequence[str], texts: Sequence[bytes]) -> int:
    """Return an upper bound of the size of rows before they are deflated."""
    return sum(map(len, texts)) + _MAX_CHARACTER_BYTES * sum(map(len, facts))


def to_json(facts: Any) -> str:
    """Return the JSON of facts, in one line.

    Nearly all facts are short lists of numbers and strings, for which joining is faster than one call of the encoder.
    """
    return f"[{','.join(map(_value_to_json, facts))}]" if type(facts) is list else _encode(facts)


def _value_to_json(value: Any) -> str:
    if type(value) is int:
        return str(value)
    return "null" if value is None else _encode(value)


class Store:
    """Reader of the stored rows of a container, by row number.

    All methods raise CorruptIndexError if the bytes of the file are not those of a store.
    """

    def __init__(
        self, container: Container, name: str, count: int, accept: Callable[[Any], bool] | None = None
    ) -> None:
        """Open the store ``name``, which must contain ``count`` rows, with facts that ``accept`` returns True for."""
        self._in = container
        self._name = name
        self._count = count
        self._accept = accept
        self._cache: dict[int, _Block] = {}
        self._cache_bytes = 0

    @property
    def origin(self) -> tuple[Container, str, int, Callable[[Any], bool] | None]:
        """Return the arguments that the store was created with."""
        return self._in, self._name, self._count, self._accept

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._count

    @property
    def blocks(self) -> int:
        """Number of blocks of the store."""
        return len(self.starts) - 1

    def row(self, number: int) -> Row:
        """Return a row by its number."""
        return self.rows([number])[0]

    def rows(self, numbers: Iterable[int]) -> list[Row]:
        """Return rows in the order of the numbers."""
        rows = []
        for number in numbers:
            within, block = self._find(number)
            if block.facts is None:
                block.facts = self._lines(block.pieces)
            rows.append(self._row(block.facts[within], block.pieces[within + 1]))
        return rows

    def texts(self, numbers: Iterable[int]) -> list[str]:
        """Return texts of rows in the order of the numbers; ascending numbers inflate each block once."""
        texts = []
        for number in numbers:
            within, block = self._find(number)
            texts.append(self._text(block.pieces[within + 1]))
        return texts

    def raw_texts(self, numbers: NDArray[np.int64]) -> list[bytes]:
        """Return the texts of ascending rows as UTF-8, reading neighbouring blocks at once and caching none of them."""
        blocks = self.starts.searchsorted(numbers, side="right") - 1
        within = (numbers - self.starts[blocks] + 1).tolist()
        ends = np.flatnonzero(np.diff(blocks, append=-1)) + 1
        texts: list[bytes] = []
        start = 0
        for end, pieces in zip(ends.tolist(), self._read_blocks(blocks[ends - 1]), strict=True):
            texts += [pieces[position] for position in within[start:end]]
            start = end
        return texts

    def all_rows(self) -> Iterator[Row]:
        """Yield all rows in order."""
        for block in range(self.blocks):
            pieces = self._read_block(block)
            yield from map(self._row, self._lines(pieces), pieces[1:])

    def lines(self) -> Iterator[str]:
        """Yield the facts of all rows in order, as stored lines of JSON."""
        for block in range(self.blocks):
            yield from map(self._text, self._lines(self._read_block(block)))

    def span(self, block: int) -> tuple[int, int]:
        """Return the numbers of the first row of a block and of the first row behind it."""
        return int(self.starts[block]), int(self.starts[block + 1])

    def packed(self, first: int, last: int) -> bytes:
        """Return the deflated bytes of blocks ``first`` to ``last``, the last excluded."""
        starts = self._in.slice(f"{self._name}.start", first, last + 1)
        return self._in.raw(f"{self._name}.raw", int(starts[0]), int(starts[-1]))

    def sizes(self, first: int, last: int) -> list[int]:
        """Return the deflated size of blocks ``first`` to ``last``, the last excluded."""
        sizes = np.diff(self._in.slice(f"{self._name}.start", first, last + 1).astype(np.int64))
        if (sizes <= 0).any():
            raise self._in.corrupt(f"the blocks of store {self._name} overlap")
        block_sizes: list[int] = sizes.tolist()
        return block_sizes

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Number of the first row of each block, and the number of rows at the end."""
        starts: NDArray[np.int64] = self._in.array(f"{self._name}.row").astype(np.int64)
        if not len(starts) or starts[0] or int(starts[-1]) != self._count or (np.diff(starts) <= 0).any():
            raise self._in.corrupt(f"the blocks of store {self._name} do not cover its rows")
        return starts

    def _find(self, number: int) -> tuple[int, "_Block"]:
        """Return the position of a row within its block, and the block, from the cache if possible."""
        position = int(self.starts.searchsorted(number, side="right")) - 1
        block = self._cache.pop(position, None)
        if block is None:
            block = _Block(self._read_block(position))
            self._cache_bytes += block.size
            while self._cache and (
                len(self._cache) >= _MAX_CACHED_BLOCKS or self._cache_bytes > _MAX_CACHED_BYTES
            ):
                self._cache_bytes -= self._cache.pop(next(iter(self._cache))).size
        self._cache[position] = block  # at the end: the least recently used block is evicted first
        return number - int(self.starts[position]), block

    def _read_blocks(self, blocks: NDArray[np.int64]) -> Iterator[list[bytes]]:
        """Yield the inflated pieces of ascending blocks, reading neighbouring blocks at once."""
        first, last = int(blocks[0]), int(blocks[-1])
        starts = self._in.slice(f"{self._name}.start", first, last + 2).astype(np.int64)
        begins, ends = starts[blocks - first], starts[blocks - first + 1]
        gaps = begins[1:] - ends[:-1]
        if (ends < begins).any() or (gaps < 0).any():
            raise self._in.corrupt(f"the blocks of store {self._name} overlap")
        count = len(blocks)
        bounds = {
            *(np.flatnonzero(gaps > _READ_GAP_BYTES) + 1).tolist(),
            *range(0, count, _READ_BLOCKS),
            count,
        }
        for start, end in pairwise(sorted(bounds)):
            base = int(begins[start])
            raw = self._in.raw(f"{self._name}.raw", base, int(ends[end - 1]))
            for block, begin, stop in zip(blocks[start:end], begins[start:end], ends[start:end], strict=True):
                yield self._inflate_block(int(block), raw[int(begin) - base : int(stop) - base])

    def _read_block(self, block: int) -> list[bytes]:
        return self._inflate_block(block, self.packed(block, block + 1))

    def _inflate_block(self, block: int, packed: bytes) -> list[bytes]:
        start, end = self.span(block)
        inflate = _inflate().copy()
        try:
            whole = inflate.decompress(packed, _MAX_BLOCK_BYTES)
        except zlib.error as error:
            raise self._in.corrupt(f"store {self._name}: {error}") from error
        pieces = whole.split(_SEPARATOR, end - start + 1)
        if not inflate.eof or len(pieces) != end - start + 1:
            raise self._in.corrupt(f"store {self._name}: block {block} does not contain {end - start} rows")
        return pieces

    def _lines(self, pieces: list[bytes]) -> list[bytes]:
        lines = pieces[0].split(b"\n", len(pieces) - 1)
        if len(lines) != len(pieces) - 1:
            raise self._in.corrupt(
                f"store {self._name}: a block does not have one line of facts for each row"
            )
        return lines

    def _row(self, line: bytes, text: bytes) -> Row:
        self._text(text)
        return Row(self._parse_facts(line), text)

    def _text(self, text: bytes) -> str:
        try:
            return text.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise self._in.corrupt(f"store {self._name}: {error}") from error

    def _parse_facts(self, line: bytes) -> Any:
        try:
            source = line.decode("utf-8", "surrogatepass")
            facts, end = _decode(source)
        except (ValueError, RecursionError) as error:
            raise self._in.corrupt(f"store {self._name}: {error}") from error
        if end != len(source):
            raise self._in.corrupt(f"store {self._name}: a row has bytes behind its facts")
        if self._accept is not None and not self._accept(facts):
            raise self._in.corrupt(f"store {self._name}: a row has invalid facts")
        return facts
