"""The table of contents: which segments make up the index at one commit.

One file a generation, ``_MAIN_7.toc`` (the name Whoosh gives it). Its first line is ``searchidx-toc 1 CRC SIZE``, with
the CRC-32 and the size of the JSON that follows. A commit is the rename of this file; nothing else makes it visible.
"""

import json
import os
import re
import zlib
from dataclasses import asdict, dataclass, field
from typing import Any

from searchidx.errors import NewerFormatError, NoIndexError
from searchidx.local.container import damaged

FORMAT = 1
NAME = "MAIN"
_FILE = re.compile(rf"_{NAME}_([0-9]+)\.toc")
SEGMENT_FILE = re.compile(rf"{NAME}_[0-9a-z]+\.seg")
_HEAD = re.compile(rb"searchidx-toc ([0-9]+) ([0-9a-f]{8}) ([0-9]+)\n")


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment as the table of contents knows it.

    Attributes:
        name: File name.
        size: Bytes of the file.
        paragraphs: How many it holds, deleted ones too.
        documents: How many it holds, deleted ones too.
        text_bytes: UTF-8 bytes of its paragraphs, deleted ones too.
        deleted: Numbers of deleted documents, ascending.
    """

    name: str
    size: int
    paragraphs: int
    documents: int
    text_bytes: int
    deleted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not indexed, and how it was then.

    Attributes:
        path: Absolute path.
        reason: Fit for a person.
        size: Bytes, or -1 where it could not be asked.
        mtime_ns: Modification time, or -1.
    """

    path: str
    reason: str
    size: int = -1
    mtime_ns: int = -1


@dataclass(frozen=True, slots=True)
class Contents:
    """The index at one commit.

    Attributes:
        generation: Number of the commit.
        committed: When, ISO 8601 with zone.
        fold: Identity of the fold table the segments were made with.
        lexicon: Identity of the dictionary the segments were made with.
        segments: In order.
        roots: Absolute paths that were indexed.
        skipped: Files that were not indexed.
        touched: New modification times of files whose content did not change.
    """

    generation: int = 0
    committed: str = ""
    fold: str = ""
    lexicon: str = ""
    segments: tuple[SegmentEntry, ...] = ()
    roots: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    touched: dict[str, int] = field(default_factory=dict)


def file_name(generation: int) -> str:
    """Name of the table of a generation."""
    return f"_{NAME}_{generation}.toc"


def generation_of(name: str) -> int | None:
    """Generation of a table of contents, or None for any other file name."""
    found = _FILE.fullmatch(name)
    return int(found[1]) if found else None


def latest(directory: str) -> int | None:
    """Generation of the last commit, or None where there is no index."""
    try:
        names = os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return max((number for name in names if (number := generation_of(name)) is not None), default=None)


def encode(contents: Contents) -> bytes:
    """The bytes of a table of contents."""
    body = json.dumps(asdict(contents), ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return b"searchidx-toc %d %08x %d\n" % (FORMAT, zlib.crc32(body), len(body)) + body


def read(directory: str) -> Contents:
    """Read the table of the last commit.

    Raises:
        NoIndexError: There is no index.
        CorruptIndexError: The table is damaged.
        NewerFormatError: The table was written by a later version.
        FileNotFoundError: A later commit took the file away in this moment: read again.
    """
    generation = latest(directory)
    if generation is None:
        raise NoIndexError(f"no index in {directory}: run `searchidx index PATH` first")
    path = os.path.join(directory, file_name(generation))
    with open(path, "rb") as file:
        return decode(file.read(), path)


def decode(raw: bytes, path: str) -> Contents:
    """Read the bytes of a table of contents; errors as in :func:`read`."""
    head = _HEAD.match(raw)
    if head is None:
        raise damaged(path, "it is not a table of contents")
    version, crc, size = int(head[1]), int(head[2], 16), int(head[3])
    if version > FORMAT:
        raise NewerFormatError(
            f"{path} has format {version}, this searchidx reads up to {FORMAT}: upgrade searchidx"
        )
    body = raw[head.end() :]
    if len(body) != size or zlib.crc32(body) != crc:
        raise damaged(path, "its checksum does not fit")
    try:
        return _contents(json.loads(body))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(path, "its table makes no sense") from error


def _contents(parsed: dict[str, Any]) -> Contents:
    segments = tuple(
        SegmentEntry(**{**entry, "deleted": tuple(entry["deleted"])}) for entry in parsed["segments"]
    )
    if not all(map(SEGMENT_FILE.fullmatch, (entry.name for entry in segments))):
        raise ValueError("a segment has a name that none can have")
    skipped = tuple(Skipped(**entry) for entry in parsed["skipped"])
    return Contents(**{**parsed, "segments": segments, "skipped": skipped, "roots": tuple(parsed["roots"])})
