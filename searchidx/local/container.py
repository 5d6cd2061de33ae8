"""One file of named arrays, mapped and never executed.

Layout, all integers little-endian::

    0   magic      8 bytes  b"SIDXARRS"
    8   version    u32
    12  head size  u32      bytes of the head
    16  head crc   u32      CRC-32 of bytes 0 to 15 and of the head; in every version, so that damage is no version
    20  file size  u64      of the whole file, so that a cut-off file is known at once
    28  reserved   u32      zero
    32  head       JSON: {"facts": {...}, "arrays": {name: [offset, count, dtype]}, "crcs": [offset, count]}
    ..  arrays, each on a multiple of 8 bytes, offsets counted from the end of the head rounded up to 8
    ..  CRC-32 of every chunk of 16 KiB of what lies between the head and here, as u32

Opening checks magic, version, head and size. A chunk's CRC is checked when a byte of it is first read, so that
no damaged byte is ever served and a query pays for what it touches; :meth:`Container.verify` checks all.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchidx.errors import CorruptIndexError, NewerFormatError, StorageError
from searchidx.local import disk

MAGIC = b"SIDXARRS"
VERSION = 1
CHUNK = 1 << 14
_PREAMBLE = struct.Struct("<8sIIIQI")
_SUMMED = 16  # bytes of the preamble that the head's checksum covers
_DTYPES = frozenset({"|u1", "<u2", "<u4", "<u8"})
_HEAD_LIMIT = 1 << 20


def write(path: str, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> int:
    """Write a container durably: the bytes are on the disk when this returns, though its name may not be.

    Returns:
        Size of the file in bytes.

    Raises:
        OSError: The disk said no; what was written so far is left for the caller to remove.
    """
    table: dict[str, list[Any]] = {}
    at = 0
    for name, array in arrays.items():
        table[name] = [at, len(array), array.dtype.newbyteorder("<").str]
        at += array.nbytes + -array.nbytes % 8
    chunks = (at + CHUNK - 1) // CHUNK
    head = json.dumps(
        {"facts": facts, "arrays": table, "crcs": [at, chunks]}, ensure_ascii=True, separators=(",", ":")
    ).encode("ascii")
    body_start = _round_up(_PREAMBLE.size + len(head))
    size = body_start + at + 4 * chunks
    preamble = preamble_of(head, size)
    padding = bytes(body_start - _PREAMBLE.size - len(head))
    disk.write_file(path, chain([preamble, head, padding], _with_crcs(arrays.values())))
    return size


def preamble_of(head: bytes, size: int, version: int = VERSION) -> bytes:
    """The first 32 bytes of a file of ``size`` bytes with this head."""
    start = _PREAMBLE.pack(MAGIC, version, len(head), 0, 0, 0)[:_SUMMED]
    return _PREAMBLE.pack(MAGIC, version, len(head), zlib.crc32(head, zlib.crc32(start)), size, 0)


class Container:
    """A container, mapped for reading.

    Attributes:
        path: Where it is.
        size: Bytes.
        facts: What the writer noted.

    Raises:
        CorruptIndexError: The file is missing, cut off or not a container.
        NewerFormatError: The file was written by a later version.
        StorageError: The file can't be read.
    """

    def __init__(self, path: str) -> None:
        """Map the file and check its head."""
        self.path = path
        self._map = _mapped(path)
        self.size = len(self._map)
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
        self._crcs = np.frombuffer(self._map, "<u4", chunks, start)
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
        self._check(offset + start * width, offset + end * width)
        return np.frombuffer(self._map, dtype, end - start, offset + start * width)

    def raw(self, name: str, start: int, end: int) -> bytes:
        """Bytes ``start`` to ``end`` of a byte array, copied."""
        offset, count, _ = self._spec(name)
        if not 0 <= start <= end <= count:
            raise self.corrupt(f"array {name} is asked for bytes it does not have")
        self._check(offset + start, offset + end)
        return self._map[offset + start : offset + end]

    @property
    def seal(self) -> int:
        """One checksum for the whole file: that of its head and of the checksums of its chunks.

        It changes with every byte, and is made without reading more than a few of them: enough to know that this file
        is the one that was committed, and not another one that is whole as well.
        """
        with memoryview(self._map) as whole:
            return zlib.crc32(whole[self._body_end :], zlib.crc32(whole[: self._body]))

    def verify(self) -> None:
        """Check every byte.

        Raises:
            CorruptIndexError: Some byte is damaged.
        """
        self._check(self._body, self._body_end)

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
        magic, version, head_size, head_crc, size, reserved = _PREAMBLE.unpack_from(self._map)
        if magic != MAGIC or reserved:
            raise self.corrupt("it is not a file of an index")
        if size != self.size:
            raise self.corrupt(f"it has {self.size} bytes and should have {size}")
        if head_size > _HEAD_LIMIT:
            raise self.corrupt("its head is larger than any")
        head = self._map[_PREAMBLE.size : _PREAMBLE.size + head_size]
        if zlib.crc32(head, zlib.crc32(self._map[:_SUMMED])) != head_crc:
            raise self.corrupt("its head is damaged")
        if version != VERSION:
            raise NewerFormatError(
                f"{self.path} has format {version}, this searchidx reads up to {VERSION}: upgrade searchidx"
            )
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

    def _check(self, start: int, end: int) -> None:
        first = (start - self._body) // CHUNK
        last = (end - self._body + CHUNK - 1) // CHUNK
        checked = self._checked
        at = checked.find(0, first, last)
        while at >= 0:
            begin = self._body + at * CHUNK
            crc = zlib.crc32(memoryview(self._map)[begin : min(begin + CHUNK, self._body_end)])
            if crc != int(self._crcs[at]):
                raise self.corrupt(f"its bytes from {begin} on are damaged")
            checked[at] = 1
            at = checked.find(0, at, last)


def damaged(path: str, why: str) -> CorruptIndexError:
    """The error for a damaged file of an index."""
    return CorruptIndexError(f"{path} is damaged ({why}): run `searchidx check --repair`", path, why)


def unreadable(path: str, error: OSError) -> StorageError:
    """The error for a file of an index that the system won't let us read."""
    return StorageError(f"can't read {path}: {error.strerror or error}")


def _with_crcs(arrays: Iterable[NDArray[Any]]) -> Iterator[bytes | memoryview]:
    """The bytes of all arrays, and the checksums of their chunks behind them."""
    crcs = _ChunkCrcs()
    for array in arrays:
        raw = memoryview(np.ascontiguousarray(array).view(np.uint8).data) if array.nbytes else b""
        for piece in (raw, bytes(-array.nbytes % 8)):
            crcs.update(piece)
            yield piece
    yield np.array(crcs.finish(), "<u4").tobytes()


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


def _mapped(path: str) -> mmap.mmap:
    try:
        fd = disk.open_file(path)
    except FileNotFoundError as error:
        raise damaged(path, "it is missing") from error
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        return mmap.mmap(fd, 0, access=mmap.ACCESS_READ)
    except ValueError as error:  # an empty file can't be mapped
        raise damaged(path, "it is empty") from error
    except OSError as error:
        raise unreadable(path, error) from error
    finally:
        os.close(fd)


def _round_up(size: int) -> int:
    return size + -size % 8
