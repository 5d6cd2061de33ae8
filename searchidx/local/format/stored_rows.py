r"""Rows kept as they are: the paragraphs and the documents of a segment, compressed by blocks.

A block holds up to 32 rows, and few enough to stay below some 2 MB, as ``facts \xff text \xff text ...``: the facts are
JSON, one line a row, the texts are UTF-8 (in which the byte 0xFF never occurs), the whole is deflated. The texts stand
outside the JSON so that a literal search reads them without parsing anything, and one row is parsed without the others.
A page needs a dozen rows from all over the store, so blocks are small; they are deflated (without header) against the words
of ``stored_words.txt``, so that they are no larger for it than blocks of four times as many rows.

Arrays, for a store ``s``: ``s.raw`` (u1) all blocks; ``s.start`` (u8) where each begins, ``s.row`` (u4) the number of
its first row, both with one more at the end.
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

ROWS = 32
TYPES = {"raw": "|u1", "start": "<u8", "row": "<u4"}
"""Arrays of a store and their types."""
_SEPARATOR = b"\xff"
_LINE_END = "\n"  # which JSON writes as an escape
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_decode = (
    json.JSONDecoder().raw_decode
)  # half the time of json.loads, which looks for white space and encodings
_LEVEL, _MEMORY = 2, 8  # less than half the time of the usual level 6, for an index a hundredth larger
_WIDEST = 4  # bytes of a character of the facts at most
_FULL_BLOCK = 1 << 20  # bytes from which a block takes no further row
MAX_ROW = 1 << 21
"""Bytes of one row at most, facts and text."""
_BLOCK_LIMIT = _FULL_BLOCK + 2 * MAX_ROW  # bytes of one block; what a hostile file may make us expand
_KEPT_BLOCKS = 2048
_KEPT_BYTES = 1 << 24
_COPIED_BLOCKS = 128  # copied from another store at a time
_BLOCKS_READ = 64  # read at a time
_GAP = 1 << 14  # bytes between two blocks that are read and thrown away rather than skipped


@cache
def _words() -> bytes:
    with open(os.path.join(os.path.dirname(__file__), "stored_words.txt"), "rb") as words:
        return words.read()


# Setting up with the words takes longer than a block: it is done once, and what is set up is copied.
@cache
def _deflate() -> "zlib._Compress":
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, _MEMORY, zdict=_words())


@cache
def _inflate() -> "zlib._Decompress":
    return zlib.decompressobj(-zlib.MAX_WBITS, zdict=_words())


class Row(NamedTuple):
    """One row: whatever JSON can hold, and a text."""

    facts: Any
    text: bytes


class _Copied(NamedTuple):
    """Blocks of another store, to be copied as they are when they are written."""

    store: "Store"
    first: int
    last: int

    def pieces(self) -> Iterator[bytes]:
        """The blocks, some at a time."""
        for first in range(self.first, self.last, _COPIED_BLOCKS):
            yield self.store.packed(first, min(first + _COPIED_BLOCKS, self.last))


class Writer:
    """Packs rows into blocks as they come."""

    def __init__(self) -> None:
        """Start empty."""
        self._facts: list[str] = []
        self._texts: list[bytes] = []
        self._blocks: list[bytes | _Copied] = []
        self._sizes: list[int] = []
        self._rows = [0]
        self._bytes = 0

    def add(self, facts: Any, text: bytes) -> None:
        """Add a row of no more than ``MAX_ROW`` bytes."""
        self.extend([worded(facts)], [text])

    def extend(self, facts: Sequence[str], texts: Sequence[bytes]) -> None:
        """Add rows, the facts of which are JSON already, as :func:`worded` makes it."""
        at = 0
        while at < len(facts):
            end = at + ROWS - len(self._facts)
            size = _most_bytes(facts[at:end], texts[at:end])
            if self._bytes + size >= _FULL_BLOCK:  # some row on the way may fill the block
                end = at + 1
                size = _most_bytes(facts[at:end], texts[at:end])
            self._facts += facts[at:end]
            self._texts += texts[at:end]
            self._bytes += size
            at = end
            if len(self._facts) == ROWS or self._bytes >= _FULL_BLOCK:
                self._close()

    def copy(self, store: "Store", live: NDArray[np.bool_]) -> None:
        """Add the live rows of a store. Whole blocks that are full enough are taken over as they are."""
        starts, ends = store.starts[:-1], store.starts[1:]
        held = np.concatenate([[0], np.cumsum(live)])
        counts = held[ends] - held[starts]
        full = (counts == ends - starts) & (counts > ROWS // 2)
        whole: list[int] = []
        for block in range(store.blocks):
            if full[block]:
                whole.append(block)
                continue
            self._take_over(store, whole)
            start, end = store.span(block)
            for facts, text in store.rows((np.flatnonzero(live[start:end]) + start).tolist()):
                self.add(facts, text)
        self._take_over(store, whole)

    def arrays(self, name: str) -> dict[str, NDArray[Any] | Pieces]:
        """Close the last block and lay out the store."""
        self._close()
        starts = np.zeros(len(self._sizes) + 1, "<u8")
        starts[1:] = np.cumsum(self._sizes, dtype=np.uint64)
        raw = Pieces(sum(self._sizes), self._written())
        return {f"{name}.raw": raw, f"{name}.start": starts, f"{name}.row": np.array(self._rows, "<u4")}

    def _take_over(self, store: "Store", blocks: list[int]) -> None:
        """Take neighbouring blocks as they are; leaves the list empty."""
        if not blocks:
            return
        self._close()
        first, last = blocks[0], blocks[-1] + 1
        self._blocks.append(_Copied(store, first, last))
        self._sizes += store.sizes(first, last)
        base = self._rows[-1] - store.span(first)[0]
        self._rows += [base + store.span(block)[1] for block in blocks]
        blocks.clear()

    def _written(self) -> Iterator[bytes]:
        for block in self._blocks:
            if isinstance(block, bytes):
                yield block
            else:
                yield from block.pieces()

    def _close(self) -> None:
        if not self._facts:
            return
        facts = _LINE_END.join(self._facts).encode("utf-8", "surrogatepass")
        deflate = _deflate().copy()
        block = deflate.compress(_SEPARATOR.join([facts, *self._texts])) + deflate.flush()
        self._blocks.append(block)
        self._sizes.append(len(block))
        self._rows.append(self._rows[-1] + len(self._facts))
        self._facts.clear()
        self._texts.clear()
        self._bytes = 0


class _Block:
    """An expanded block: the facts of all rows and the text of each; the facts by line when they were asked for."""

    __slots__ = ("facts", "pieces", "size")

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces
        self.facts: list[bytes] | None = None
        self.size = sum(map(len, pieces))


def _most_bytes(facts: Sequence[str], texts: Sequence[bytes]) -> int:
    """What rows take at most before they are deflated."""
    return sum(map(len, texts)) + _WIDEST * sum(map(len, facts))


def worded(facts: Any) -> str:
    """JSON of facts, in one line.

    Nearly all are lists of numbers and texts, and the encoder takes longer to begin a list than they to be put together.
    """
    return f"[{','.join(map(_worded_one, facts))}]" if type(facts) is list else _encode(facts)


def _worded_one(fact: Any) -> str:
    if type(fact) is int:
        return str(fact)
    return "null" if fact is None else _encode(fact)


class Store:
    """Rows of one container, read by number.

    All methods raise CorruptIndexError where the file's bytes are not what they must be.
    """

    def __init__(
        self, container: Container, name: str, count: int, accept: Callable[[Any], bool] | None = None
    ) -> None:
        """Look into ``container``, which should hold ``count`` rows, all with facts that ``accept`` is true of."""
        self._in = container
        self._name = name
        self._count = count
        self._accept = accept
        self._kept: dict[int, _Block] = {}
        self._kept_bytes = 0

    @property
    def origin(self) -> tuple[Container, str, int, Callable[[Any], bool] | None]:
        """What it was made of."""
        return self._in, self._name, self._count, self._accept

    def __len__(self) -> int:
        """Number of rows."""
        return self._count

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return len(self.starts) - 1

    def row(self, number: int) -> Row:
        """One row."""
        return self.rows([number])[0]

    def rows(self, numbers: Iterable[int]) -> list[Row]:
        """Rows in the order asked for."""
        found = []
        for number in numbers:
            within, block = self._find(number)
            if block.facts is None:
                block.facts = self._lines(block.pieces)
            found.append(self._row(block.facts[within], block.pieces[within + 1]))
        return found

    def texts(self, numbers: Iterable[int]) -> list[str]:
        """Texts of rows in the order asked for; ascending numbers expand each block once."""
        found = []
        for number in numbers:
            within, block = self._find(number)
            found.append(self._text(block.pieces[within + 1]))
        return found

    def raw_texts(self, numbers: NDArray[np.int64]) -> list[bytes]:
        """Return the texts of ascending rows as UTF-8, reading neighbouring blocks at once and keeping none of them."""
        blocks = self.starts.searchsorted(numbers, side="right") - 1
        within = (numbers - self.starts[blocks] + 1).tolist()
        ends = np.flatnonzero(np.diff(blocks, append=-1)) + 1
        texts: list[bytes] = []
        start = 0
        for end, pieces in zip(ends.tolist(), self._expanded(blocks[ends - 1]), strict=True):
            texts += [pieces[place] for place in within[start:end]]
            start = end
        return texts

    def all_rows(self) -> Iterator[Row]:
        """All rows in order."""
        for block in range(self.blocks):
            pieces = self._expand(block)
            yield from map(self._row, self._lines(pieces), pieces[1:])

    def lines(self) -> Iterator[str]:
        """The facts of all rows in order, as the lines of JSON that they are stored as."""
        for block in range(self.blocks):
            yield from map(self._text, self._lines(self._expand(block)))

    def span(self, block: int) -> tuple[int, int]:
        """Numbers of the first row of a block and of the next one."""
        return int(self.starts[block]), int(self.starts[block + 1])

    def packed(self, first: int, last: int) -> bytes:
        """Blocks as they are stored, up to and without the last."""
        starts = self._in.slice(f"{self._name}.start", first, last + 1)
        return self._in.raw(f"{self._name}.raw", int(starts[0]), int(starts[-1]))

    def sizes(self, first: int, last: int) -> list[int]:
        """Bytes of each block as it is stored."""
        sizes = np.diff(self._in.slice(f"{self._name}.start", first, last + 1).astype(np.int64))
        if (sizes <= 0).any():
            raise self._in.corrupt(f"the blocks of store {self._name} overlap")
        found: list[int] = sizes.tolist()
        return found

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Number of the first row of each block, and the number of rows at the end."""
        starts: NDArray[np.int64] = self._in.array(f"{self._name}.row").astype(np.int64)
        if not len(starts) or starts[0] or int(starts[-1]) != self._count or (np.diff(starts) <= 0).any():
            raise self._in.corrupt(f"the blocks of store {self._name} do not cover its rows")
        return starts

    def _find(self, number: int) -> tuple[int, "_Block"]:
        place = int(self.starts.searchsorted(number, side="right")) - 1
        block = self._kept.pop(place, None)
        if block is None:
            block = _Block(self._expand(place))
            self._kept_bytes += block.size
            while self._kept and (len(self._kept) >= _KEPT_BLOCKS or self._kept_bytes > _KEPT_BYTES):
                self._kept_bytes -= self._kept.pop(next(iter(self._kept))).size
        self._kept[place] = block  # the last used is the last to go
        return number - int(self.starts[place]), block

    def _expanded(self, blocks: NDArray[np.int64]) -> Iterator[list[bytes]]:
        """Yield the pieces of ascending blocks."""
        first, last = int(blocks[0]), int(blocks[-1])
        starts = self._in.slice(f"{self._name}.start", first, last + 2).astype(np.int64)
        begins, ends = starts[blocks - first], starts[blocks - first + 1]
        gaps = begins[1:] - ends[:-1]
        if (ends < begins).any() or (gaps < 0).any():
            raise self._in.corrupt(f"the blocks of store {self._name} overlap")
        count = len(blocks)
        cuts = {*(np.flatnonzero(gaps > _GAP) + 1).tolist(), *range(0, count, _BLOCKS_READ), count}
        for start, end in pairwise(sorted(cuts)):
            base = int(begins[start])
            raw = self._in.raw(f"{self._name}.raw", base, int(ends[end - 1]))
            for block, begin, stop in zip(blocks[start:end], begins[start:end], ends[start:end], strict=True):
                yield self._inflated(int(block), raw[int(begin) - base : int(stop) - base])

    def _expand(self, block: int) -> list[bytes]:
        return self._inflated(block, self.packed(block, block + 1))

    def _inflated(self, block: int, packed: bytes) -> list[bytes]:
        start, end = self.span(block)
        inflate = _inflate().copy()
        try:
            whole = inflate.decompress(packed, _BLOCK_LIMIT)
        except zlib.error as error:
            raise self._in.corrupt(f"store {self._name}: {error}") from error
        pieces = whole.split(_SEPARATOR, end - start + 1)
        if not inflate.eof or len(pieces) != end - start + 1:
            raise self._in.corrupt(
                f"store {self._name}: block {block} has another number of rows than it needs"
            )
        return pieces

    def _lines(self, pieces: list[bytes]) -> list[bytes]:
        lines = pieces[0].split(b"\n", len(pieces) - 1)
        if len(lines) != len(pieces) - 1:
            raise self._in.corrupt(f"store {self._name}: a block has another number of rows than it needs")
        return lines

    def _row(self, line: bytes, text: bytes) -> Row:
        self._text(text)
        return Row(self._parsed(line), text)

    def _text(self, text: bytes) -> str:
        try:
            return text.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise self._in.corrupt(f"store {self._name}: {error}") from error

    def _parsed(self, line: bytes) -> Any:
        try:
            written = line.decode("utf-8", "surrogatepass")
            facts, end = _decode(written)
        except (ValueError, RecursionError) as error:
            raise self._in.corrupt(f"store {self._name}: {error}") from error
        if end != len(written):
            raise self._in.corrupt(f"store {self._name}: a row has more behind its facts")
        if self._accept is not None and not self._accept(facts):
            raise self._in.corrupt(f"store {self._name}: a row has facts that none can have")
        return facts
