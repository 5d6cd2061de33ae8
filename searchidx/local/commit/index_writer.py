"""Index writer: one writer at a time, and atomic commits.

A commit has this order: new segments are written and flushed to disk, the folder is flushed, the new manifest is written
beside the old one and flushed, renamed into place, and the folder is flushed again. If the process or the machine stops at
any point, the latest manifest is complete, and so are all files that it names. Files that no manifest names are removed
afterwards, those of interrupted runs included.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import NamedTuple, Self

from searchidx.config import LOCAL_INDEX, WAIT_SECONDS
from searchidx.errors import CorruptIndexError, NoIndexError, StorageError, UsageError, storage_error
from searchidx.file_state import Fingerprint
from searchidx.local.commit import merge_policy
from searchidx.local.commit.merger import merge_groups
from searchidx.local.commit.write_lock import WriteLock
from searchidx.local.format import filesystem
from searchidx.local.segment import manifest as manifests
from searchidx.local.segment.manifest import Manifest, SegmentEntry
from searchidx.local.segment.segment import Segment
from searchidx.local.segment.snapshot import Snapshot
from searchidx.local.segment.stamps import Stamps
from searchidx.local.segment.stored_paths import home_of, relativize
from searchidx.results import FailedRead, Skipped

_TEMPORARY_SUFFIX = ".tmp"


class Merging(NamedTuple):
    """Execution of the merges of a commit.

    Attributes:
        merge: Function that merges each group of segments in a folder into one; it returns None to postpone the merges.
        workers: Number of groups that are merged at the same time.
    """

    merge: Callable[[str, list[list[SegmentEntry]]], list[SegmentEntry] | None] = merge_groups
    workers: int = 1


class IndexWriter:
    """Writer of an index, a context manager. Leaving it without a commit changes nothing.

    Attributes:
        directory: Directory of the index.
        manifest: Manifest that the next commit starts from.
        lock: Write lock of the index.
        is_settling: The index has a home folder that the last commit does not name.
    """

    def __init__(
        self, directory: str, *, wait: float = WAIT_SECONDS, read: Callable[[str], Manifest] = manifests.read
    ) -> None:
        """Take the lock and read the last commit; a missing index is created.

        Args:
            directory: Directory of the index.
            wait: Seconds to wait for another writer.
            read: Function that returns the manifest of the last commit.

        Raises:
            LockedError: Another process was still writing after that time.
            CorruptIndexError: The manifest is damaged.
            StorageError: The folder can't be written.
            UsageError: The folder contains other files and no index.
        """
        self.directory = directory
        self._may_sweep = True
        confirm_own_folder(directory)
        self.is_settling = False
        # Segments that the last commit had or wrote, which it may remove.
        self._swept_segments: set[str] = set()
        try:
            filesystem.make_folder(directory)
            self.lock = WriteLock(directory, wait)
        except OSError as error:
            raise storage_error(directory, error) from error
        try:
            self.manifest = self._last_manifest(read)
            if read is manifests.read:  # the manifest of a repair is not committed yet
                self._sweep_at_start()
        except BaseException:
            self.lock.release()
            raise

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove files that no commit names, and release the lock."""
        try:
            self._sweep()
        finally:
            self.lock.release()

    def snapshot(self) -> Snapshot:
        """Return a snapshot of the last commit."""
        return Snapshot(self.directory, self.manifest)

    def commit(
        self,
        *,
        added: Iterable[SegmentEntry] = (),
        deleted: Mapping[str, Iterable[int]] | None = None,
        roots: Iterable[str] | None = None,
        skipped: Iterable[Skipped] | None = None,
        touched: Mapping[str, Fingerprint] | None = None,
        refusals: Mapping[str, Fingerprint] | None = None,
        renamed: Mapping[str, Mapping[int, str]] | None = None,
        rules: Mapping[str, Iterable[str]] | None = None,
        lists: Iterable[str] | None = None,
        unfinished: Iterable[str] | None = None,
        stale: Iterable[FailedRead] | None = None,
        committed: str = "",
        merging: Merging | None = None,
        is_last: bool = True,
    ) -> Manifest:
        """Commit changes and return the new manifest.

        Args:
            added: Segments written since the last commit.
            deleted: Numbers of documents to delete, by file name of their segment.
            roots: All indexed paths, if they changed.
            skipped: All files that were not indexed, if they changed.
            touched: All new stamps of unchanged files, if they changed.
            refusals: All stamps of skipped files, if they changed.
            renamed: New paths of documents, by file name of their segment and number.
            rules: All walk options that are not the defaults, by root, if they changed.
            lists: All files that list paths to index, if they changed.
            unfinished: All paths of unfinished runs, if they changed.
            stale: All documents with stale text, if they changed.
            committed: Time of the commit.
            merging: Execution of merges; by default in this process, one after another.
            is_last: True if no segments are being written for a later commit of this writer.

        Raises:
            StorageError: Writing failed. The last commit is untouched.
            LockedError: The lock file was removed. The last commit is untouched.
            CorruptIndexError: An added or merged segment is damaged. The last commit is untouched.
        """
        segments = [
            _with_changes(
                entry, (deleted or {}).get(entry.name, ()), self._relativize((renamed or {}).get(entry.name))
            )
            for entry in self.manifest.segments
        ]
        segments += [self._seal(entry) for entry in added]
        self._swept_segments = {entry.name for entry in segments}
        segments = [entry for entry in segments if entry.documents > len(entry.deleted)]
        manifest = replace(
            self.manifest,
            generation=self.manifest.generation + 1,
            committed=committed or self.manifest.committed,
            roots=self.manifest.roots if roots is None else tuple(roots),
            skipped=self.manifest.skipped if skipped is None else tuple(skipped),
            touched=self.manifest.touched if touched is None else Stamps(touched),
            refusals=self.manifest.refusals if refusals is None else Stamps(refusals),
            lists=self.manifest.lists if lists is None else tuple(lists),
            rules=self.manifest.rules
            if rules is None
            else {root: tuple(words) for root, words in rules.items()},
            unfinished=self.manifest.unfinished if unfinished is None else tuple(unfinished),
            stale=self.manifest.stale if stale is None else tuple(stale),
        )
        try:
            manifest = replace(manifest, segments=tuple(self._merge(segments, merging or Merging())))
            self.lock.confirm()
            self._publish(manifest)
        except OSError as error:
            raise storage_error(self.directory, error) from error
        self.manifest = manifest
        self._sweep(None if is_last else self._swept_segments)
        return manifest

    def _relativize(self, renamed: Mapping[int, str] | None) -> dict[int, str]:
        """Return the stored form of new paths of documents."""
        return {number: relativize(path, self.manifest.home) for number, path in (renamed or {}).items()}

    def _last_manifest(self, read: Callable[[str], Manifest]) -> Manifest:
        try:
            return self._set_home(read(self.directory))
        except NoIndexError:
            self._create()
            return Manifest(home=home_of(self.directory))
        except OSError as error:
            raise storage_error(self.directory, error) from error

    def _set_home(self, manifest: Manifest) -> Manifest:
        """Return the manifest with a home folder if it has none: its absolute paths are correct now, before the index is moved."""
        home = home_of(self.directory)
        if not home or manifest.home:
            return manifest
        self.is_settling = True
        segments = tuple(replace(entry, base=home) for entry in manifest.segments)
        return replace(manifest, home=home, segments=segments)

    def _create(self) -> None:
        """Write the manifest of generation 0, which marks the folder as an index."""
        try:
            if not manifests.is_begun(self.directory):
                self._publish(Manifest())
                filesystem.flush_folder(os.path.dirname(os.path.abspath(self.directory)))
        except OSError as error:
            raise storage_error(self.directory, error) from error

    def _merge(self, segments: list[SegmentEntry], merging: Merging) -> list[SegmentEntry]:
        while groups := merge_policy.plan(segments, merging.workers):
            merged = merging.merge(
                self.directory, [[segments[position] for position in group] for group in groups]
            )
            if merged is None:
                break
            unmerged = {
                position: entry
                for position, entry in enumerate(segments)
                if not any(position in group for group in groups)
            }
            # A merged segment takes the position of the first of its group.
            new = {group[0]: self._seal(entry) for group, entry in zip(groups, merged, strict=True)}
            segments = [entry for _, entry in sorted({**unmerged, **new}.items())]
            self._swept_segments |= {entry.name for entry in segments}
        return segments

    def _seal(self, entry: SegmentEntry) -> SegmentEntry:
        """Return the entry of a new segment with its checksum, after checking that its file is complete."""
        part = Segment(os.path.join(self.directory, entry.name))
        actual = (part.container.size, part.count, part.documents, part.text_bytes)
        if actual != (entry.size, entry.paragraphs, entry.documents, entry.text_bytes):
            raise CorruptIndexError(
                f"{part.path} differs from what was written; the last commit is untouched"
            )
        return replace(entry, seal=part.container.seal, format=part.container.format, analysis=part.analysis)

    def _publish(self, manifest: Manifest) -> None:
        path = os.path.join(self.directory, manifests.file_name(manifest.generation))
        filesystem.flush_folder(self.directory)
        filesystem.write_file(path + _TEMPORARY_SUFFIX, [manifests.encode(manifest)])
        filesystem.rename(path + _TEMPORARY_SUFFIX, path)
        try:
            filesystem.flush_folder(self.directory)
        except OSError:
            self._undo_publish(path)
            raise

    def _undo_publish(self, path: str) -> None:
        """Undo a rename that may or may not be durable.

        Until the removal is durable no segment may be removed: after a power failure the manifest may reappear, and needs
        its segments. The next commit removes the rest.
        """
        self._may_sweep = False
        filesystem.remove(path)
        filesystem.flush_folder(self.directory)
        self._may_sweep = True

    def _sweep_at_start(self) -> None:
        """Remove the files of a killed run before writing, to make room on a full disk."""
        named = {entry.name for entry in self.manifest.segments}
        with suppress(OSError, StorageError):
            if any(self._is_unreferenced(name, named) for name in os.listdir(self.directory)):
                # The rename of the last commit may not be durable yet: see _undo_publish.
                filesystem.flush_folder(self.directory)
                self._sweep()

    def _sweep(self, segments: set[str] | None = None) -> None:
        """Remove files of the index that the last commit does not name; files that can't be removed are harmless.

        Args:
            segments: The only segments that may be removed; None for any.
        """
        named = {entry.name for entry in self.manifest.segments}
        with suppress(OSError, StorageError):
            # A commit that was interrupted after its rename is the last one, unknown to this writer.
            if not self._may_sweep or (manifests.latest(self.directory) or 0) != self.manifest.generation:
                return
            for name in os.listdir(self.directory):
                is_spared = (
                    segments is not None and manifests.SEGMENT_FILE.fullmatch(name) and name not in segments
                )
                if self._is_unreferenced(name, named) and not is_spared:
                    with suppress(OSError):
                        filesystem.remove(os.path.join(self.directory, name))

    def _is_unreferenced(self, name: str, named: set[str]) -> bool:
        if name.endswith(_TEMPORARY_SUFFIX):
            return manifests.generation_of(name.removesuffix(_TEMPORARY_SUFFIX)) is not None
        generation = manifests.generation_of(name)
        if generation is not None:
            return generation < self.manifest.generation
        return manifests.SEGMENT_FILE.fullmatch(name) is not None and name not in named


def confirm_own_folder(directory: str) -> None:
    """Raise UsageError if a folder contains other files and no index: an index must not be written among them."""
    if os.path.lexists(directory) and not os.path.isdir(directory):
        raise UsageError(f"{directory} is not a folder; name a new or empty one for the index")
    if other := manifests.foreign_entry(directory):
        usual = os.path.join(directory, LOCAL_INDEX)
        such_as = "" if os.path.basename(directory) == LOCAL_INDEX else f", such as --index {usual}"
        raise UsageError(
            f"{directory} contains {other} and no index; name a new or empty folder for the index{such_as}"
        )


def _with_changes(entry: SegmentEntry, deleted: Iterable[int], renamed: Mapping[int, str]) -> SegmentEntry:
    gone = {*entry.deleted, *deleted}
    names = {**dict(entry.renamed), **renamed}
    return replace(
        entry,
        deleted=tuple(sorted(gone)),
        renamed=tuple(sorted((number, path) for number, path in names.items() if number not in gone)),
    )
