"""Reads a batch of files into segments: the work of one worker, in whichever process it runs."""

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from searchidx.errors import ReadError
from searchidx.local.build import SegmentBuilder
from searchidx.local.segment import Source
from searchidx.local.toc import SegmentEntry
from searchidx.local.writer import new_segment_path
from searchidx.readers import read
from searchidx.tokenizer import bulk_cut

SEGMENT_BYTES = 14 << 20  # text held in memory before a segment is written

Announce = Callable[[str, int, int], None]
"""Called before each file with its path, and the paragraphs and text bytes since the call before."""


@dataclass(frozen=True, slots=True)
class FileTask:
    """A file to read.

    Attributes:
        path: Absolute path.
        size: Bytes, when it was listed.
        mtime_ns: Modification time, when it was listed.
        known: Digest of the content that is indexed, or the empty string.
    """

    path: str
    size: int
    mtime_ns: int
    known: str = ""


@dataclass(slots=True)
class Outcome:
    """What became of a batch.

    Attributes:
        segments: Written, and durable.
        indexed: Paths that are in these segments.
        unchanged: Paths whose content is the one that is indexed, with their new modification time.
        skipped: Paths and why.
    """

    segments: list[SegmentEntry] = field(default_factory=list)
    indexed: list[str] = field(default_factory=list)
    unchanged: list[tuple[str, int]] = field(default_factory=list)
    skipped: list[tuple[str, str, int, int]] = field(default_factory=list)


def index_files(
    directory: str, tasks: Iterable[FileTask], encoding: str | None = None, announce: Announce | None = None
) -> Outcome:
    """Read files and write them to new segments in an index folder; nothing is committed.

    Raises:
        OSError: The index folder can't be written.
    """
    outcome = Outcome()
    builder = SegmentBuilder(bulk_cut())
    paragraphs = text_bytes = 0
    for task in tasks:
        if announce:
            announce(task.path, builder.count - paragraphs, builder.text_bytes - text_bytes)
            paragraphs, text_bytes = builder.count, builder.text_bytes
        _index_file(task, builder, outcome, encoding)
        if builder.text_bytes >= SEGMENT_BYTES:
            if announce:
                announce(task.path, builder.count - paragraphs, builder.text_bytes - text_bytes)
            _flush(directory, builder, outcome)
            builder = SegmentBuilder(bulk_cut())
            paragraphs = text_bytes = 0
    if announce:
        announce("", builder.count - paragraphs, builder.text_bytes - text_bytes)
    _flush(directory, builder, outcome)
    return outcome


def _index_file(task: FileTask, builder: SegmentBuilder, outcome: Outcome, encoding: str | None) -> None:
    try:
        with open(task.path, "rb") as file:
            raw = file.read()
            found = os.fstat(file.fileno())
    except OSError as error:
        outcome.skipped.append((task.path, error.strerror or str(error), task.size, task.mtime_ns))
        return
    source = Source(len(raw), found.st_mtime_ns, hashlib.blake2b(raw, digest_size=16).hexdigest())
    if source.digest == task.known:
        outcome.unchanged.append((task.path, source.mtime_ns))
        return
    try:
        document = read(task.path, raw, encoding=encoding)
    except ReadError as error:
        outcome.skipped.append((task.path, str(error), source.size, source.mtime_ns))
        return
    builder.add(document, source)
    outcome.indexed.append(task.path)


def _flush(directory: str, builder: SegmentBuilder, outcome: Outcome) -> None:
    if not builder.documents:
        return
    path = new_segment_path(directory)
    size = builder.write(path)
    outcome.segments.append(
        SegmentEntry(os.path.basename(path), size, builder.count, builder.documents, builder.text_bytes)
    )
