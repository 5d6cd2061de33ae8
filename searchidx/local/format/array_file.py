"""A file of named arrays: its layout, its writer and its reader.

Layout, all integers little-endian::

    0   magic      8 bytes  b"SIDXARRS"
    8   format     u32      number of the format, see :mod:`searchidx.local.format.versions`
    12  head size  u32      bytes of the header
    16  head crc   u32      CRC-32 of bytes 0 to 15 and of the header; in every format, to tell damage from another format
    20  file size  u64      of the whole file, so that truncation is detected on opening
    28  reserved   u32      zero
    32  header     JSON: {"facts": {...}, "arrays": {name: [offset, count, dtype]}, "crcs": [offset, count]}
    ..  arrays, each on a multiple of 8 bytes, offsets relative to the end of the header rounded up to 8
    ..  CRC-32 of every chunk of 16 KiB between the header and here, as u32

Opening checks magic, format, header and size. The CRC of a chunk is checked when a byte of it is first read, so that
damaged bytes are never returned and a query pays only for the chunks it touches; :meth:`Container.verify` checks all.

The file is read with ``pread`` and not mapped: if another process truncates a mapped file, a signal kills the reader, and
the system maps 64 KiB around every byte that is touched, all of which counts as memory of the query.
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
CHUNK_BYTES = 1 << 14
_VERIFY_BYTES = 64 * CHUNK_BYTES  # read at a time when the whole file is verified
_PREAMBLE = struct.Struct("<8sIIIQI")
_CHECKED_PREAMBLE_BYTES = 16  # covered by the checksum of the header
_DTYPES = frozenset({"|u1", "<u2", "<u4", "<u8"})
_MAX_HEADER_BYTES = 1 << 20


class Pieces(NamedTuple):
    """A byte array that is generated while it is written, and need never be in memory as a whole.

    Attributes:
        length: Bytes of all pieces together.
        pieces: The consecutive pieces of the array.
    """

    length: int
    pieces: Iterable[bytes | NDArray[np.uint8]]


def write(path: str, arrays: Mapping[str, NDArray[Any] | Pieces], facts: Mapping[str, Any]) -> int:
    """Write a container durably: on return its bytes are on the disk, though its name may not be.

    Returns:
        Size of the file in bytes.

    Raises:
        OSError: Writing failed; the partial file is left for the caller to remove.
    """
    layout: dict[str, list[Any]] = {}
    offset = 0
    for name, array in arrays.items():
        count, code, size = _shape(array)
        layout[name] = [offset, count, code]
        offset += _round_up(size)
    chunks = (offset + CHUNK_BYTES - 1) // CHUNK_BYTES
    header = json.dumps(
        {"facts": facts, "arrays": layout, "crcs": [offset, chunks]}, ensure_ascii=True, separators=(",", ":")
    ).encode("ascii")
    body_start = _round_up(_PREAMBLE.size + len(header))
    size = body_start + offset + 4 * chunks
    preamble = preamble_of(header, size)
    padding = bytes(body_start - _PREAMBLE.size - len(header))
    filesystem.write_file(path, chain([preamble, header, padding], _with_crcs(arrays.values())))
    return size


def preamble_of(header: bytes, size: int, number: int = versions.CURRENT) -> bytes:
    """Return the first 32 bytes of a file of ``size`` bytes with this header and format number."""
    start = _PREAMBLE.pack(MAGIC, number, len(header), 0, 0, 0)[:_CHECKED_PREAMBLE_BYTES]
    return _PREAMBLE.pack(MAGIC, number, len(header), zlib.crc32(header, zlib.crc32(start)), size, 0)


class Container:
    """A file of arrays, open for reading.

    Attributes:
        path: Path of the file.
        size: Bytes of the file.
        format: Number of the format it was written in.
        facts: Metadata from the writer.

    Raises:
        CorruptIndexError: The file is missing, truncated or not a container.
        NewerFormatError: The file was written by a later version.
        OlderFormatError: The format of the file is no longer supported.
        StorageError: The file can't be read.
    """

    def __init__(self, path: str) -> None:
        """Open the file and check its header."""
        self.path = path
        self._file = _File(path)
        self.size = self._file.size
        header = self._header()
        try:
            parsed = json.loads(header)
            self.facts: dict[str, Any] = dict(parsed["facts"])
            crcs_offset, chunks = parsed["crcs"]
            if type(crcs_offset) is not int or type(chunks) is not int or crcs_offset < 0:
                raise self.corrupt("the offset of its checksums is invalid")
            start = self._body + crcs_offset
            if start + 4 * chunks != self.size or chunks != (crcs_offset + CHUNK_BYTES - 1) // CHUNK_BYTES:
                raise self.corrupt("the offset of its checksums does not fit its size")
            self._arrays = {name: self._checked_spec(start, *spec) for name, spec in parsed["arrays"].items()}
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise self.corrupt("its header is malformed") from error
        self._body_end = start
        self._crcs = np.frombuffer(self._file.read(start, self.size), "<u4")
        self._verified = bytearray(chunks)

    def __contains__(self, name: str) -> bool:
        """Return True if there is an array of this name."""
        return name in self._arrays

    def length(self, name: str) -> int:
        """Return the number of elements of an array."""
        return self._spec(name)[1]

    def array(self, name: str) -> NDArray[Any]:
        """Return a whole array, read-only, little-endian."""
        return self.slice(name, 0, self.length(name))

    def type_of(self, name: str) -> str:
        """Return the element type of an array, such as ``<u4``."""
        return self._spec(name)[2].str

    def slice(self, name: str, start: int, end: int) -> NDArray[Any]:
        """Return elements ``start`` to ``end`` of an array.

        Raises:
            CorruptIndexError: The range is outside the array, or its bytes are damaged.
        """
        offset, count, dtype = self._spec(name)
        if not 0 <= start <= end <= count:
            raise self.corrupt(f"array {name} has {count} elements, an offset points beyond")
        width = dtype.itemsize
        return np.frombuffer(self._read(offset + start * width, offset + end * width), dtype)

    def raw(self, name: str, start: int, end: int) -> bytes:
        """Return a copy of bytes ``start`` to ``end`` of a byte array."""
        offset, count, _ = self._spec(name)
        if not 0 <= start <= end <= count:
            raise self.corrupt(f"array {name} has {count} bytes, an offset points beyond")
        return bytes(self._read(offset + start, offset + end))

    @property
    def seal(self) -> int:
        """Checksum of the whole file: CRC-32 of its header and of the checksums of its chunks.

        It depends on every byte and is computed from a few of them. It distinguishes the committed file from another
        sound file put in its place.
        """
        return zlib.crc32(
            self._file.read(self._body_end, self.size), zlib.crc32(self._file.read(0, self._body))
        )

    def verify(self) -> None:
        """Verify the checksum of every chunk.

        Raises:
            CorruptIndexError: Some byte is damaged.
        """
        for start in range(self._body, self._body_end, _VERIFY_BYTES):
            self._read(start, min(start + _VERIFY_BYTES, self._body_end))

    def corrupt(self, reason: str) -> CorruptIndexError:
        """Return the error for damage in this file."""
        return damaged(self.path, reason)

    def _spec(self, name: str) -> tuple[int, int, np.dtype[Any]]:
        spec = self._arrays.get(name)
        if spec is None:
            raise self.corrupt(f"array {name} is missing")
        return spec

    def _header(self) -> bytes:
        if self.size < _PREAMBLE.size:
            raise self.corrupt("it is truncated")
        preamble = self._file.read(0, _PREAMBLE.size)
        magic, self.format, header_size, header_crc, size, reserved = _PREAMBLE.unpack(preamble)
        if magic != MAGIC or reserved:
            raise self.corrupt("it is not an index file")
        if size != self.size:
            raise self.corrupt(f"it has {self.size} bytes and should have {size}")
        if header_size > _MAX_HEADER_BYTES:
            raise self.corrupt("its header is too large")
        if _round_up(_PREAMBLE.size + header_size) > self.size:
            raise self.corrupt("its header is truncated")
        header = self._file.read(_PREAMBLE.size, _PREAMBLE.size + header_size)
        if zlib.crc32(header, zlib.crc32(preamble[:_CHECKED_PREAMBLE_BYTES])) != header_crc:
            raise self.corrupt("the checksum of its header does not match")
        versions.check_readable(self.path, self.format)
        self._body = _round_up(_PREAMBLE.size + header_size)
        return header

    def _checked_spec(self, end: int, offset: int, count: int, code: str) -> tuple[int, int, np.dtype[Any]]:
        """Return offset, length and type of an array that ends before ``end``, where the bytes with checksums end."""
        if type(offset) is not int or type(count) is not int or code not in _DTYPES:
            raise ValueError(code)
        dtype = np.dtype(code)
        start = self._body + offset
        if offset < 0 or count < 0 or start + count * dtype.itemsize > end:
            raise ValueError(offset)
        return start, count, dtype

    def _read(self, start: int, end: int) -> bytes | memoryview:
        """Return bytes of the body; chunks read for the first time are read whole and verified."""
        first = (start - self._body) // CHUNK_BYTES
        last = (end - self._body + CHUNK_BYTES - 1) // CHUNK_BYTES
        if self._verified.find(0, first, last) < 0:
            return self._file.read(start, end)
        begin = self._body + first * CHUNK_BYTES
        raw = self._file.read(begin, min(self._body + last * CHUNK_BYTES, self._body_end))
        view = memoryview(raw)
        for number in range(first, last):
            if not self._verified[number]:
                offset = (number - first) * CHUNK_BYTES
                if zlib.crc32(view[offset : offset + CHUNK_BYTES]) != int(self._crcs[number]):
                    raise self.corrupt(f"the checksum of its bytes from {begin + offset} does not match")
                self._verified[number] = 1
        return view[start - begin : end - begin]


def damaged(path: str, reason: str) -> CorruptIndexError:
    """Return the error for a damaged file of an index."""
    return CorruptIndexError(f"{path} is damaged ({reason}): run `searchidx check --repair`", path, reason)


def unreadable(path: str, error: OSError) -> StorageError:
    """Return the error for a file of an index that the system fails to read."""
    return StorageError(f"can't read {path}: {error.strerror or error}")


def _shape(array: NDArray[Any] | Pieces) -> tuple[int, str, int]:
    """Return the number of elements, the type and the bytes of an array."""
    if isinstance(array, Pieces):
        return array.length, "|u1", array.length
    return len(array), array.dtype.newbyteorder("<").str, array.nbytes


def _with_crcs(arrays: Iterable[NDArray[Any] | Pieces]) -> Iterator[bytes | memoryview]:
    """Yield the bytes of all arrays, then the checksums of their chunks."""
    crcs = _ChunkCrcs()
    for array in arrays:
        size = 0
        for piece in array.pieces if isinstance(array, Pieces) else (array,):
            raw = _bytes_of(piece)
            size += len(raw)
            crcs.update(raw)
            yield raw
        padding = bytes(_round_up(size) - size)
        crcs.update(padding)
        yield padding
    yield np.array(crcs.finish(), "<u4").tobytes()


def _bytes_of(piece: bytes | NDArray[Any]) -> bytes | memoryview:
    if isinstance(piece, bytes):
        return piece
    return memoryview(np.ascontiguousarray(piece).view(np.uint8).data) if piece.nbytes else b""


class _ChunkCrcs:
    """CRC-32 of each chunk of a stream of bytes."""

    def __init__(self) -> None:
        self._crcs: list[int] = []
        self._crc = 0
        self._chunk_size = 0

    def update(self, piece: memoryview | bytes) -> None:
        start = 0
        while start < len(piece):
            part = piece[start : start + CHUNK_BYTES - self._chunk_size]
            self._crc = zlib.crc32(part, self._crc)
            self._chunk_size += len(part)
            start += len(part)
            if self._chunk_size == CHUNK_BYTES:
                self._close()

    def finish(self) -> list[int]:
        if self._chunk_size:
            self._close()
        return self._crcs

    def _close(self) -> None:
        self._crcs.append(self._crc)
        self._crc = self._chunk_size = 0


class _File:
    """A file open for reading at any offset."""

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
        """Close the file when its last reader is gone; Python only prints errors raised here."""
        if hasattr(self, "_fd"):
            filesystem.close(self._fd)

    def read(self, start: int, end: int) -> bytes:
        try:
            raw = _pread(self._fd, end - start, start)
        except OSError as error:
            raise unreadable(self._path, error) from error
        if len(raw) != end - start:
            raise damaged(self._path, "it is truncated")
        return raw


if hasattr(os, "pread"):
    _pread = os.pread
else:
    _seek_lock = Lock()

    def _pread(fd: int, length: int, offset: int) -> bytes:
        """Seek and read, one thread at a time: Windows has no pread."""
        with _seek_lock:
            os.lseek(fd, offset, os.SEEK_SET)
            return os.read(fd, length)


def _round_up(size: int) -> int:
    return size + -size % 8
