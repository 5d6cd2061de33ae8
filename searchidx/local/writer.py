"""The local engine's writing side: one writer at a time, one commit at the end.

A commit is made in this order: new segments are written and flushed to the disk, the folder is flushed, the new table
of contents is written beside the old one and flushed, renamed into place, and the folder flushed again. Whatever stops
the process or the machine in between, the table that is found is whole and so is all it names. Files that no table
names any more are removed after that, and those an interrupted run left behind with them.
"""

import os
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Self

from searchidx.errors import LockedError, StorageError
from searchidx.fold import FOLD_ID
from searchidx.lexicon import LEXICON_ID
from searchidx.local import disk, merge, toc
from searchidx.local.segment import SUFFIX, Segment
from searchidx.local.snapshot import Snapshot
from searchidx.local.toc import Contents, SegmentEntry, Skipped

_LOCK = f"{toc.NAME}_WRITELOCK"
_TEMPORARY = ".tmp"


class IndexWriter:
    """The right to write to an index. Use it as a context manager; leaving without a commit changes nothing.

    Attributes:
        directory: Where the index is.
        contents: The table of contents that the next commit starts from.
    """

    def __init__(self, directory: str) -> None:
        """Take the lock and read the last commit; an index that is not there yet is begun.

        Raises:
            LockedError: Another process is writing.
            CorruptIndexError: The table of contents is damaged.
            StorageError: The folder can't be written.
        """
        self.directory = directory
        _make_private(directory)
        self._lock = _acquire(directory)
        try:
            started = toc.latest(directory) is not None
            self.contents = toc.read(directory) if started else Contents()
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what no commit names, and let the lock go."""
        try:
            with suppress(OSError):
                self._sweep()
        finally:
            self._lock.release()

    def snapshot(self) -> Snapshot:
        """The index as it was last committed."""
        return Snapshot(self.directory, self.contents)

    def new_segment_path(self) -> str:
        """A path for a segment that is not there yet."""
        return new_segment_path(self.directory)

    def commit(
        self,
        *,
        added: Iterable[SegmentEntry] = (),
        deleted: Mapping[str, Iterable[int]] | None = None,
        roots: Iterable[str] | None = None,
        skipped: Iterable[Skipped] | None = None,
        touched: Mapping[str, int] | None = None,
        committed: str = "",
    ) -> Contents:
        """Make a new commit.

        Args:
            added: Segments written since the last commit.
            deleted: Numbers of documents to delete, by file name of their segment.
            roots: All paths that are indexed, if they changed.
            skipped: All files that were not indexed, if they changed.
            touched: New modification times of unchanged files, all of them, if they changed.
            committed: Time of the commit.

        Raises:
            StorageError: The disk said no. The last commit is untouched.
            CorruptIndexError: A segment to be merged is damaged.
        """
        segments = [
            _with_deleted(entry, (deleted or {}).get(entry.name, ())) for entry in self.contents.segments
        ]
        segments = [entry for entry in [*segments, *added] if entry.documents > len(entry.deleted)]
        contents = replace(
            self.contents,
            generation=self.contents.generation + 1,
            committed=committed or self.contents.committed,
            fold=FOLD_ID,
            lexicon=LEXICON_ID,
            roots=self.contents.roots if roots is None else tuple(roots),
            skipped=self.contents.skipped if skipped is None else tuple(skipped),
            touched=self.contents.touched if touched is None else dict(touched),
        )
        try:
            contents = replace(contents, segments=tuple(self._merged(segments)))
            self._publish(contents)
        except OSError as error:
            raise storage_error(self.directory, error) from error
        self.contents = contents
        with suppress(OSError):  # a file that stays is no harm, and the next commit tries again
            self._sweep()
        return contents

    def _merged(self, segments: list[SegmentEntry]) -> list[SegmentEntry]:
        while (chosen := merge.plan(segments)) is not None:
            sources = [
                Segment(os.path.join(self.directory, segments[position].name), segments[position].deleted)
                for position in chosen
            ]
            merged = merge.merge(sources, self.new_segment_path())
            segments = [entry for position, entry in enumerate(segments) if position not in chosen]
            segments.insert(chosen[0], merged)
        return segments

    def _publish(self, contents: Contents) -> None:
        disk.flush_folder(self.directory)
        path = os.path.join(self.directory, toc.file_name(contents.generation))
        disk.write_file(path + _TEMPORARY, [toc.encode(contents)])
        disk.rename(path + _TEMPORARY, path)
        disk.flush_folder(self.directory)

    def _sweep(self) -> None:
        """Remove the files of an index that the last commit does not name."""
        named = {entry.name for entry in self.contents.segments}
        for name in os.listdir(self.directory):
            generation = toc.generation_of(name.removesuffix(_TEMPORARY))
            old_table = generation is not None and (
                name.endswith(_TEMPORARY) or generation < self.contents.generation
            )
            if old_table or (toc.SEGMENT_FILE.fullmatch(name) and name not in named):
                with suppress(FileNotFoundError):
                    disk.remove(os.path.join(self.directory, name))


def new_segment_path(directory: str) -> str:
    """A path for a segment that is not there yet."""
    return os.path.join(directory, f"{toc.NAME}_{secrets.token_hex(8)}{SUFFIX}")


def storage_error(directory: str, error: OSError) -> StorageError:
    """The one line for a disk that said no."""
    return StorageError(
        f"can't write the index in {directory}: {error.strerror or error}; the last commit is untouched"
    )


def _with_deleted(entry: SegmentEntry, more: Iterable[int]) -> SegmentEntry:
    return replace(entry, deleted=tuple(sorted({*entry.deleted, *more})))


def _make_private(directory: str) -> None:
    try:
        disk.make_folder(directory)
    except OSError as error:
        raise storage_error(directory, error) from error


def _acquire(directory: str) -> "_Lock":
    from whoosh.filedb.filestore import FileStorage

    try:
        lock: _Lock = FileStorage(directory).lock(_LOCK)
        taken = lock.acquire()
    except OSError as error:
        raise storage_error(directory, error) from error
    if not taken:
        raise LockedError(f"another process is writing to the index in {directory}: wait until it is done")
    return lock


class _Lock:
    """What Whoosh's locks do, for the type checker."""

    def acquire(self, blocking: bool = False) -> bool:
        raise NotImplementedError

    def release(self) -> None:
        raise NotImplementedError
