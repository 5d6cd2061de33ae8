"""Stamps of files at a commit, as one packed text.

They are packed because every search reads the manifest and only a run of indexing needs them: after a change of permissions
there is one for each file.
"""

import binascii
import json
import zlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from searchidx.file_state import Fingerprint, Stamp
from searchidx.local.format.array_file import damaged
from searchidx.local.segment.stored_paths import relativize, resolve

_SIGNED = (1 << 63) - 1  # an inode number has 64 bits and no sign
_LEVEL = 2
_MAX_UNPACKED_BYTES = 1 << 28


class Stamps(Mapping[str, Fingerprint]):
    """Stamps by path, unpacked on first use.

    Raises:
        CorruptIndexError: The packed text is damaged; from any method that unpacks it.
    """

    __slots__ = ("__dict__", "_home", "_origin", "_stamps", "_text")

    def __init__(
        self,
        entries: Mapping[str, Fingerprint] | None = None,
        *,
        packed: str = "",
        origin: str = "",
        home: str = "",
    ) -> None:
        """Create stamps from entries, or from the text of :meth:`pack`.

        Args:
            entries: Fingerprints by absolute path.
            packed: Packed text, instead of entries.
            origin: File that contains the packed text.
            home: Present home folder of the index.
        """
        self._stamps = entries
        self._home = home
        self._text = packed
        self._origin = origin

    def __getitem__(self, path: str) -> Fingerprint:
        """Return the entry of a path."""
        return self._entries[path]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the paths."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Return the number of paths."""
        return len(self._entries)

    def __repr__(self) -> str:
        """Return the entries as text."""
        return f"Stamps({dict(self)!r})"

    def pack(self, home: str = "") -> str:
        """Return the entries as one line of ASCII, for an index with this home folder; no entries are the empty string."""
        return self._text if self._stamps is None else _pack(self._stamps, home)

    @cached_property
    def _entries(self) -> Mapping[str, Fingerprint]:
        if self._stamps is not None:
            return self._stamps
        try:
            return _unpack(self._text, self._home) if self._text else {}
        except (ValueError, TypeError, RecursionError, zlib.error) as error:
            raise damaged(self._origin, "its stamps of files are malformed") from error


def _pack(entries: Mapping[str, Fingerprint], home: str) -> str:
    if not entries:
        return ""
    rows = [(relativize(path, home), *entry.stamp, entry.digest) for path, entry in entries.items()]
    columns = json.dumps(list(zip(*rows, strict=True)), separators=(",", ":"))
    return binascii.b2a_base64(zlib.compress(columns.encode("ascii"), _LEVEL), newline=False).decode("ascii")


def _unpack(text: str, home: str) -> dict[str, Fingerprint]:
    """Return the entries of a packed text, with checked types and ranges."""
    inflate = zlib.decompressobj()
    raw = inflate.decompress(binascii.a2b_base64(text.encode("ascii"), strict_mode=True), _MAX_UNPACKED_BYTES)
    if not inflate.eof:
        raise ValueError("the stamps are too large")
    paths, *numbers, digests = json.loads(raw)
    for texts in (paths, digests):
        _check(texts, str)
    for column in numbers:
        _check(column, int)
    stamps = (Stamp(*row) for row in zip(*numbers, strict=True))
    names = [resolve(path, home) for path in paths]
    return dict(zip(names, map(Fingerprint, stamps, digests), strict=True))


def _check(column: Any, kind: type) -> None:
    if type(column) is not list or {*map(type, column)} - {kind}:
        raise ValueError("a column has values of a wrong type")
    if kind is int and column and not -_SIGNED - 1 <= min(column) <= max(column) <= _SIGNED:
        raise ValueError("a number is out of range")
