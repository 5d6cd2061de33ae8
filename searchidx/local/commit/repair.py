"""Salvage of a damaged index: its sound segments, and the documents that must be read again.

A segment is kept whole or not at all. Of a damaged manifest, the facts that can be parsed are used as far as the segments
confirm them. Without a manifest, every sound segment of the folder is used, and of a document in several segments the
latest version. Nothing here changes the disk.
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
class Remains:
    """Remains of a damaged index.

    Attributes:
        manifest: Manifest that a commit can start from.
        problems: Damaged files.
        lost: Paths of documents that are in no sound segment.
        nameless: Number of further lost documents whose paths can't be read.
        guessed: True if the manifest was unusable: removed documents may be back, and roots are forgotten.
    """

    manifest: Manifest
    problems: list[Problem] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    nameless: int = 0
    guessed: bool = False


def salvage(directory: str) -> Remains:
    """Return the remains of an index, without changing the disk.

    Raises:
        NoIndexError: There is no index.
        NewerFormatError: A later version wrote the index.
        CorruptIndexError: No file of the folder can be repaired.
        StorageError: The folder can't be read.
    """
    try:
        remains = Remains(manifest.read(directory))
        is_trusted = True
    except CorruptIndexError as error:
        remains = _without_manifest(directory)
        remains.problems.insert(0, Problem(error.path, error.why))
        is_trusted = False
    _keep_sound_segments(directory, remains)
    if not is_trusted:
        if remains.guessed and not remains.manifest.segments:
            raise CorruptIndexError(
                f"{directory} contains no index that can be repaired: "
                "name a new or empty folder with --index, and run `searchidx index PATH`"
            )
        _drop_older_versions(directory, remains)
    return remains


def _without_manifest(directory: str) -> Remains:
    """Return remains with a manifest whose checksum does not match, or with the segments alone."""
    generation = manifest.newest(directory) or 0
    unchecked = manifest.read_unchecked(directory)
    if unchecked is not None:
        return Remains(replace(unchecked, generation=generation))
    entries = tuple(_entries(directory))
    return Remains(Manifest(generation=generation, segments=entries, home=home_of(directory)), guessed=True)


def _entries(directory: str) -> Iterator[SegmentEntry]:
    """Yield entries of all segments of a folder that can be opened, from their own facts."""
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


def _keep_sound_segments(directory: str, remains: Remains) -> None:
    sound = []
    for entry in remains.manifest.segments:
        try:
            examine(Segment.committed(directory, entry, remains.manifest.home))
            sound.append(entry)
        except CorruptIndexError as error:
            remains.problems.append(Problem(error.path, error.why))
            paths = _paths_in(directory, entry, remains.manifest.home)
            remains.lost += paths
            remains.nameless += max(entry.documents - len(entry.deleted) - len(paths), 0)
    remains.manifest = replace(remains.manifest, segments=tuple(sound))


def _paths_in(directory: str, entry: SegmentEntry, home: str) -> list[str]:
    """Return the paths of a damaged segment that can still be read."""
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


def _drop_older_versions(directory: str, remains: Remains) -> None:
    """Delete all versions of each document but the one that matches its file, or else the latest."""
    best: dict[str, tuple[tuple[bool, int], str, int]] = {}
    older: dict[str, set[int]] = {entry.name: set(entry.deleted) for entry in remains.manifest.segments}
    for entry in remains.manifest.segments:
        rows = Segment.committed(directory, entry, remains.manifest.home).document_rows.all_rows()
        for number, record in enumerate(map(record_of, rows)):
            if number in older[entry.name]:
                continue
            version = (_rank(record), entry.name, number)
            rival = best.get(record.path)
            if rival is None or version[0] > rival[0]:
                best[record.path], version = version, rival or ((False, 0), "", 0)
            if version[1]:
                older[version[1]].add(version[2])
    segments = (
        replace(entry, deleted=tuple(sorted(older[entry.name]))) for entry in remains.manifest.segments
    )
    remains.manifest = replace(remains.manifest, segments=tuple(segments))


def _rank(record: DocumentRecord) -> tuple[bool, int]:
    try:
        status = os.stat(record.path)
    except (OSError, ValueError):
        return False, record.mtime_ns
    return (status.st_size, status.st_mtime_ns) == (record.size, record.mtime_ns), record.mtime_ns
