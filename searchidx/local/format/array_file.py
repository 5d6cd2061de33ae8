"""One file of named arrays, read where it is needed and never executed.

Layout, all integers little-endian::

    0   magic      8 bytes  b"SIDXARRS"
    8   format     u32      number of the format, see :mod:`searchidx.local.format.versions`
    12  head size  u32      bytes of the head
    16  head crc   u32      CRC-32 of bytes 0 to 15 and of the head; in every format, so that damage is no other format
    20  file size  u64      of the whole file, so that a cut-off file is known at once
    28  reserved   u32      zero
    32  head       JSON: {"facts": {...}, "arrays": {name: [offset, count, dtype]}, "crcs": [offset, count]}
    ..  arrays, each on a multiple of 8 bytes, offsets counted from the end of the head rounded up to 8
    ..  CRC-32 of every chunk of 16 KiB of what lies between the head and here, as u32

Opening checks magic, format, head and size. A chunk's CRC is checked when a byte of it is first read, so that
no damaged byte is ever served and a query pays for what it touches; :meth:`Container.verify` checks all.

The file is read with ``pread`` and not mapped: a mapped file that another process cuts off kills the reader with a
signal, and the system maps 64 KiB around every byte that is touched, all of which counts as memory of the query.
"""

import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.errors import CorruptIndexError, StorageError
from searchidx.local.format import filesystem, versions

MAGIC = b"SIDXARRS"
CHUNK = 1 << 14
_VERIFIED = 64 * CHUNK  # bytes checked at a time
_PREAMBLE = struct.Struct("<8sIIIQI")
_SUMMED = 16  # bytes of the preamble that the head's checksum covers
_DTYPES = frozenset({"|u1", "<u2", "<u4", "<u8"})
_HEAD_LIMIT = 1 << 20


class Pieces(NamedTuple):
    """A byte array that is made while it is written, and need never be in memory as a whole.

    Attributes:
        length: Bytes of all pieces together.
        pieces: The array, one after another.
    """

    length: int
    pieces: Iterable[bytes | NDArray[np.uint8]]


def write(path: str, arrays: Mapping[str, NDArray[Any] | Pieces], facts: Mapping[str, Any]) -> int:
    """Write a container durably: the bytes are on the disk when this returns, though its name may not be.

    Returns:
        Size of the file in bytes.

    Raises:
        OSError: The disk said no; what was written so far is left for the caller to remove.
    """
    table: dict[str, list[Any]] = {}
    at = 0
    for name, array in arrays.items():
        count, code, size = _shape(array)
        table[name] = [at, count, code]
        at += _round_up(size)
    chunks = (at + CHUNK - 1) // CHUNK
    head = json.dumps(
        {"facts": facts, "arrays": table, "crcs": [at, chunks]}, ensure_ascii=True, separators=(",", ":")
    ).encode("ascii")
    body_start = _round_up(_PREAMBLE.size + len(head))
    size = body_start + at + 4 * chunks
    preamble = preamble_of(head, size)
    padding = bytes(body_start - _PREAMBLE.size - len(head))
    filesystem.write_file(path, chain([preamble, head, padding], _with_crcs(arrays.values())))
    return size


def preamble_of(head: bytes, size: int, number: int = versions.CURRENT) -> bytes:
    """The first 32 bytes of a file of ``size`` bytes with this head."""
    start = _PREAMBLE.pack(MAGIC, number, len(head), 0, 0, 0)[:_SUMMED]
    return _PREAMBLE.pack(MAGIC, number, len(head), zlib.crc32(head, zlib.crc32(start)), size, 0)


class Container:
    """A container, open for reading.

    Attributes:
        path: Where it is.
        size: Bytes.
        format: Number of the format it was written in.
        facts: What the writer noted.

    Raises:
        CorruptIndexError: The file is missing, cut off or not a container.
        NewerFormatError: The file was written by a later version.
        OlderFormatError: The file was written in a format given up since.
        StorageError: The file can't be read.
    """

    def __init__(self, path: str) -> None:
        """Open the file and check its head."""
        self.path = path
        self._file = _File(path)
        self.size = self._file.size
        head = self._head()
        try:
            parsed = json.loads(head)
            self.facts: dict[str, Any] = dict(parsed["facts"])
            crcs_at, chunks = parsed["crcs"]
            if type(crcs_at) is not int or type(chunks) is not int or crcs_at < 0:
                raise self.corrupt("its checksums are nowhere")
            start = self._body + crcs_at
            if start + 4 * chunks != self.size or chunks != (crcs_at + CHUNK - 1) // CHUNK:
                raise self.corrupt("its checksums are not where they belong")
            self._arrays = {name: self._placed(start, *spec) for name, spec in parsed["arrays"].items()}
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise self.corrupt("its head makes no sense") from error
        self._body_end = start
        self._crcs = np.frombuffer(self._file.read(start, self.size), "<u4")
        self._checked = bytearray(chunks)

    def __contains__(self, name: str) -> bool:
        """Whether there is an array of this name."""
        return name in self._arrays

    def length(self, name: str) -> int:
        """Number of elements of an array."""
        return self._spec(name)[1]

    def array(self, name: str) -> NDArray[Any]:
        """A whole array, read-only, in the file's own byte order."""
        return self.slice(name, 0, self.length(name))

    def type_of(self, name: str) -> str:
        """Type of an array's elements, as ``<u4``."""
        return self._spec(name)[2].str

    def slice(self, name: str, start: int, end: int) -> NDArray[Any]:
        """Elements ``start`` to ``end`` of an array.

        Raises:
            CorruptIndexError: The range is not in the array, or its bytes are damaged.
        """
        offset, count, dtype = self._spec(name)
        if not 0 <= start <= end <= count:
            raise self.corrupt(f"array {name} is asked for elements it does not have")
        width = dtype.itemsize
        return np.frombuffer(self._read(offset + start * width, offset + end * width), dtype)

    def raw(self, name: str, start: int, end: int) -> bytes:
        """Bytes ``start`` to ``end`` of a byte array, copied."""
        offset, count, _ = self._spec(name)
        if not 0 <= start <= end <= count:
            raise self.corrupt(f"array {name} is asked for bytes it does not have")
        return bytes(self._read(offset + start, offset + end))

    @property
    def seal(self) -> int:
        """One checksum for the whole file: that of its head and of the checksums of its chunks.

        It changes with every byte, and is made without reading more than a few of them: enough to know that this file
        is the one that was committed, and not another one that is whole as well.
        """
        return zlib.crc32(
            self._file.read(self._body_end, self.size), zlib.crc32(self._file.read(0, self._body))
        )

    def verify(self) -> None:
        """Check every byte.

        Raises:
            CorruptIndexError: Some byte is damaged.
        """
        for start in range(self._body, self._body_end, _VERIFIED):
            self._read(start, min(start + _VERIFIED, self._body_end))

    def corrupt(self, why: str) -> CorruptIndexError:
        """The error to raise for anything wrong in this file."""
        return damaged(self.path, why)

    def _spec(self, name: str) -> tuple[int, int, np.dtype[Any]]:
        spec = self._arrays.get(name)
        if spec is None:
            raise self.corrupt(f"array {name} is missing")
        return spec

    def _head(self) -> bytes:
        if self.size < _PREAMBLE.size:
            raise self.corrupt("it is cut off")
        preamble = self._file.read(0, _PREAMBLE.size)
        magic, self.format, head_size, head_crc, size, reserved = _PREAMBLE.unpack(preamble)
        if magic != MAGIC or reserved:
            raise self.corrupt("it is not a file of an index")
        if size != self.size:
            raise self.corrupt(f"it has {self.size} bytes and should have {size}")
        if head_size > _HEAD_LIMIT:
            raise self.corrupt("its head is larger than any")
        if _round_up(_PREAMBLE.size + head_size) > self.size:
            raise self.corrupt("its head is cut off")
        head = self._file.read(_PREAMBLE.size, _PREAMBLE.size + head_size)
        if zlib.crc32(head, zlib.crc32(preamble[:_SUMMED])) != head_crc:
            raise self.corrupt("its head is damaged")
        versions.check_readable(self.path, self.format)
        self._body = _round_up(_PREAMBLE.size + head_size)
        return head

    def _placed(self, end: int, offset: int, count: int, code: str) -> tuple[int, int, np.dtype[Any]]:
        """Where an array lies; what is checked ends at ``end``, and nothing behind that is served."""
        if type(offset) is not int or type(count) is not int or code not in _DTYPES:
            raise ValueError(code)
        dtype = np.dtype(code)
        start = self._body + offset
        if offset < 0 or count < 0 or start + count * dtype.itemsize > end:
            raise ValueError(offset)
        return start, count, dtype

    def _read(self, start: int, end: int) -> bytes | memoryview:
        """Bytes of the body; chunks that were never read before are read whole and checked."""
        first = (start - self._body) // CHUNK
        last = (end - self._body + CHUNK - 1) // CHUNK
        if self._checked.find(0, first, last) < 0:
            return self._file.read(start, end)
        begin = self._body + first * CHUNK
        raw = self._file.read(begin, min(self._body + last * CHUNK, self._body_end))
        view = memoryview(raw)
        for number in range(first, last):
            if not self._checked[number]:
                at = (number - first) * CHUNK
                if zlib.crc32(view[at : at + CHUNK]) != int(self._crcs[number]):
                    raise self.corrupt(f"its bytes from {begin + at} on are damaged")
                self._checked[number] = 1
        return view[start - begin : end - begin]


def damaged(path: str, why: str) -> CorruptIndexError:
    """The error for a damaged file of an index."""
    return CorruptIndexError(f"{path} is damaged ({why}): run `searchidx check --repair`", path, why)


def unreadable(path: str, error: OSError) -> StorageError:
    """The error for a file of an index that the system won't let us read."""
    return StorageError(f"can't read {path}: {error.strerror or error}")


def _shape(array: NDArray[Any] | Pieces) -> tuple[int, str, int]:
    """Number of elements, type and bytes of an array."""
    if isinstance(array, Pieces):
        return array.length, "|u1", array.length
    return len(array), array.dtype.newbyteorder("<").str, array.nbytes


def _with_crcs(arrays: Iterable[NDArray[Any] | Pieces]) -> Iterator[bytes | memoryview]:
    """The bytes of all arrays, and the checksums of their chunks behind them."""
    crcs = _ChunkCrcs()
    for array in arrays:
        written = 0
        for piece in array.pieces if isinstance(array, Pieces) else (array,):
            raw = _bytes_of(piece)
            written += len(raw)
            crcs.update(raw)
            yield raw
        padding = bytes(_round_up(written) - written)
        crcs.update(padding)
        yield padding
    yield np.array(crcs.finish(), "<u4").tobytes()


def _bytes_of(piece: bytes | NDArray[Any]) -> bytes | memoryview:
    if isinstance(piece, bytes):
        return piece
    return memoryview(np.ascontiguousarray(piece).view(np.uint8).data) if piece.nbytes else b""


class _ChunkCrcs:
    """CRC-32 of every chunk of a stream of bytes."""

    def __init__(self) -> None:
        self._done: list[int] = []
        self._crc = 0
        self._filled = 0

    def update(self, piece: memoryview | bytes) -> None:
        at = 0
        while at < len(piece):
            part = piece[at : at + CHUNK - self._filled]
            self._crc = zlib.crc32(part, self._crc)
            self._filled += len(part)
            at += len(part)
            if self._filled == CHUNK:
                self._close()

    def finish(self) -> list[int]:
        if self._filled:
            self._close()
        return self._done

    def _close(self) -> None:
        self._done.append(self._crc)
        self._crc = self._filled = 0


class _File:
    """A file open for reading at any place."""

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            self._fd = filesystem.open_file(path)
            self.size = os.fstat(self._fd).st_size
        except FileNotFoundError as error:
            raise damaged(path, "it is missing") from error
        except OSError as error:
            raise unreadable(path, error) from error

    def __del__(self) -> None:
        """Close the file with the last that reads it; what is raised here Python can but print, and nobody can mend."""
        if hasattr(self, "_fd"):
            filesystem.close(self._fd)

    def read(self, start: int, end: int) -> bytes:
        try:
            raw = _pread(self._fd, end - start, start)
        except OSError as error:
            raise unreadable(self._path, error) from error
        if len(raw) != end - start:
            raise damaged(self._path, "it was cut off")
        return raw


if hasattr(os, "pread"):
    _pread = os.pread
else:
    _turns = Lock()

    def _pread(fd: int, length: int, offset: int) -> bytes:
        """Windows has no pread: seek and read, one thread at a time."""
        with _turns:
            os.lseek(fd, offset, os.SEEK_SET)
            return os.read(fd, length)


def _round_up(size: int) -> int:
    return size + -size % 8
