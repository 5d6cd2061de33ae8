"""What of a damaged index can be kept, and what has to be read again from its sources.

A segment is kept whole or not at all. Where the manifest is damaged, what can still be read of it is believed
as far as the segments bear it out; where there is none, every sound segment in the folder is taken, and of a document
that stands in several the one that was read last. Nothing here changes the disk.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from searchidx.engine import Problem
from searchidx.errors import CorruptIndexError
from searchidx.local.commit.check import examine
from searchidx.local.segment import manifest
from searchidx.local.segment.manifest import Manifest, SegmentEntry
from searchidx.local.segment.segment import Segment, record_of
from searchidx.local.segment.stored_paths import home_of
from searchidx.results import DocumentRecord


@dataclass(slots=True)
class Salvaged:
    """What is left of an index.

    Attributes:
        manifest: What a commit may start from.
        problems: What was damaged.
        lost: Paths of documents that are in no sound segment.
        nameless: How many more documents are lost, of which not even the path can be read.
        guessed: Whether the manifest was of no use: what was removed may be back, roots are forgotten.
    """

    manifest: Manifest
    problems: list[Problem] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    nameless: int = 0
    guessed: bool = False


def salvage(directory: str) -> Salvaged:
    """Look through an index.

    Raises:
        NoIndexError: There is none.
        NewerFormatError: It was written by a later version, and is left alone.
        CorruptIndexError: Nothing here was ever an index of ours.
        StorageError: It can't be read.
    """
    try:
        saved = Salvaged(manifest.read(directory))
        trusted = True
    except CorruptIndexError as error:
        saved = _without_table(directory)
        saved.problems.insert(0, Problem(error.path, error.why))
        trusted = False
    _keep_sound_segments(directory, saved)
    if not trusted:
        if saved.guessed and not saved.manifest.segments:
            raise CorruptIndexError(
                f"{directory} holds no index that can be repaired: "
                "name a new or empty folder with --index, and run `searchidx index PATH`"
            )
        _drop_older_versions(directory, saved)
    return saved


def _without_table(directory: str) -> Salvaged:
    """Start from a table whose checksum does not fit, or from the segments alone."""
    generation = manifest.newest(directory) or 0
    believed = manifest.read_unchecked(directory)
    if believed is not None:
        return Salvaged(replace(believed, generation=generation))
    entries = tuple(_entries(directory))
    return Salvaged(Manifest(generation=generation, segments=entries, home=home_of(directory)), guessed=True)


def _entries(directory: str) -> Iterator[SegmentEntry]:
    """All segments of a folder that can be opened, as they describe themselves."""
    for name in sorted(os.listdir(directory)):
        if manifest.SEGMENT_FILE.fullmatch(name):
            try:
                part = Segment(os.path.join(directory, name))
            except CorruptIndexError:
                continue
            size, seal = part.container.size, part.container.seal
            yield SegmentEntry(
                name,
                size,
                part.count,
                part.documents,
                part.text_bytes,
                seal=seal,
                format=part.container.format,
                analysis=part.analysis,
                base=home_of(directory),
            )


def _keep_sound_segments(directory: str, saved: Salvaged) -> None:
    sound = []
    for entry in saved.manifest.segments:
        try:
            examine(Segment.committed(directory, entry, saved.manifest.home))
            sound.append(entry)
        except CorruptIndexError as error:
            saved.problems.append(Problem(error.path, error.why))
            paths = _paths_in(directory, entry, saved.manifest.home)
            saved.lost += paths
            saved.nameless += max(entry.documents - len(entry.deleted) - len(paths), 0)
    saved.manifest = replace(saved.manifest, segments=tuple(sound))


def _paths_in(directory: str, entry: SegmentEntry, home: str) -> list[str]:
    """Paths of the documents of a damaged segment, as many as can be read."""
    paths: list[str] = []
    try:
        part = Segment.committed(directory, entry, home)
    except CorruptIndexError:
        return paths
    for number in range(part.documents):
        if number not in entry.deleted:
            try:
                paths.append(record_of(part.document_rows.row(number)).path)
            except CorruptIndexError:
                continue
    return paths


def _drop_older_versions(directory: str, saved: Salvaged) -> None:
    """Delete every version of a document but the one that fits its file, or else the last."""
    best: dict[str, tuple[tuple[bool, int], str, int]] = {}
    older: dict[str, set[int]] = {entry.name: set(entry.deleted) for entry in saved.manifest.segments}
    for entry in saved.manifest.segments:
        rows = Segment.committed(directory, entry, saved.manifest.home).document_rows.all_rows()
        for number, record in enumerate(map(record_of, rows)):
            if number in older[entry.name]:
                continue
            version = (_rank(record), entry.name, number)
            rival = best.get(record.path)
            if rival is None or version[0] > rival[0]:
                best[record.path], version = version, rival or ((False, 0), "", 0)
            if version[1]:
                older[version[1]].add(version[2])
    segments = (replace(entry, deleted=tuple(sorted(older[entry.name]))) for entry in saved.manifest.segments)
    saved.manifest = replace(saved.manifest, segments=tuple(segments))


def _rank(record: DocumentRecord) -> tuple[bool, int]:
    try:
        found = os.stat(record.path)
    except (OSError, ValueError):
        return False, record.mtime_ns
    return (found.st_size, found.st_mtime_ns) == (record.size, record.mtime_ns), record.mtime_ns
