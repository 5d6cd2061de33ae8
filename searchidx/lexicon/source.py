"""Find, name, read and parse jieba's dict.txt. jieba itself is never imported: that takes half a second."""

import os
import sys
from collections.abc import Iterator
from typing import NamedTuple

from searchidx.errors import ConfigError

_INSIDE = os.path.join("jieba", "dict.txt")


class Source(NamedTuple):
    """A dictionary file as it was found.

    Attributes:
        path: Where it is.
        size: Bytes.
        modified: Modification time in nanoseconds.
    """

    path: str
    size: int
    modified: int

    @property
    def fingerprint(self) -> str:
        """A file name that changes when the file does; costs no look into the file."""
        from zlib import crc32

        return f"source-{crc32(os.fsencode(self.path)):08x}-{self.size:x}-{self.modified:x}"


def find() -> Source:
    """Find the dictionary where Python would import jieba from.

    Raises:
        ConfigError: jieba is not installed.
    """
    for folder in sys.path:
        status = _stat(os.path.join(folder, _INSIDE))
        if status:
            return status
    status = _stat(os.path.join(_imported_from(), "dict.txt"))
    if status:
        return status
    raise ConfigError("jieba's dictionary is not installed: pip install jieba")


def read(dictionary: Source) -> bytes:
    """Read the dictionary.

    Raises:
        ConfigError: It can't be read.
    """
    try:
        with open(dictionary.path, "rb") as file:
            return file.read()
    except OSError as error:
        raise ConfigError(f"can't read jieba's dictionary {dictionary.path}: {error.strerror}") from error


def digest(content: bytes) -> str:
    """Name a content."""
    from hashlib import blake2b

    return blake2b(content, digest_size=8).hexdigest()


def parse(content: bytes, dictionary: Source) -> Iterator[tuple[str, int]]:
    """Read words and frequencies as jieba does: a word, a frequency and a kind on each line, one space between.

    Raises:
        ConfigError: A line is something else.
    """
    number, line = 0, b""
    try:
        for number, line in enumerate(content.splitlines(), 1):  # noqa: B007 - named in the message below
            word, frequency, *_ = line.strip().decode().split(" ")
            yield word, int(frequency)
    except ValueError as error:
        shown = line.decode(errors="replace")
        raise ConfigError(
            f"jieba's dictionary {dictionary.path}, line {number}: {shown!r} is not an entry"
        ) from error


def _stat(path: str) -> Source | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return Source(path, status.st_size, status.st_mtime_ns)


def _imported_from() -> str:
    """Ask the import system, for an installation that is not simply a folder on the path."""
    from importlib.util import find_spec

    status = find_spec("jieba")
    return (status.submodule_search_locations or [""])[0] if status else ""
