"""The local engine's writing side: one writer at a time, one commit at the end.

A commit is made in this order: new segments are written and flushed to the disk, the folder is flushed, the new table
of contents is written beside the old one and flushed, renamed into place, and the folder flushed again. Whatever stops
the process or the machine in between, the table that is found is whole and so is all it names. Files that no table
names any more are removed after that, and those an interrupted run left behind with them.
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

_TEMPORARY = ".tmp"


class Merging(NamedTuple):
    """How a commit merges segments.

    Attributes:
        merge: Makes one segment of each group, in the folder that is given; or tells with None that it is better done
            another time.
        workers: How many groups it merges at the same time.
    """

    merge: Callable[[str, list[list[SegmentEntry]]], list[SegmentEntry] | None] = merge_groups
    workers: int = 1


class IndexWriter:
    """The right to write to an index. Use it as a context manager; leaving without a commit changes nothing.

    Attributes:
        directory: Where the index is.
        manifest: The manifest that the next commit starts from.
        lock: The lock that is held.
        is_settling: The index has a home folder that the last commit does not name.
    """

    def __init__(
        self, directory: str, *, wait: float = WAIT_SECONDS, read: Callable[[str], Manifest] = manifests.read
    ) -> None:
        """Take the lock and read the last commit; an index that is not there yet is begun.

        Args:
            directory: Where the index is.
            wait: Seconds to wait for another process that is writing.
            read: What makes out the last commit.

        Raises:
            LockedError: Another process is writing, and was not done in that time.
            CorruptIndexError: The manifest is damaged.
            StorageError: The folder can't be written.
            UsageError: The folder holds other things and no index.
        """
        self.directory = directory
        self._may_sweep = True
        confirm_own_folder(directory)
        self.is_settling = False
        self._retired: set[str] = set()  # segments that a commit had or made, in the index afterwards or not
        try:
            filesystem.make_folder(directory)
            self.lock = WriteLock(directory, wait)
        except OSError as error:
            raise storage_error(directory, error) from error
        try:
            self.manifest = self._last_contents(read)
            if read is manifests.read:  # what repair starts from is no commit yet
                self._sweep_left_overs()
        except BaseException:
            self.lock.release()
            raise

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what no commit names, and let the lock go."""
        try:
            self._sweep()
        finally:
            self.lock.release()

    def snapshot(self) -> Snapshot:
        """The index as it was last committed."""
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
        """Make a new commit.

        Args:
            added: Segments written since the last commit.
            deleted: Numbers of documents to delete, by file name of their segment.
            roots: All paths that are indexed, if they changed.
            skipped: All files that were not indexed, if they changed.
            touched: New stamps of unchanged files, all of them, if they changed.
            refusals: Stamps of skipped files, all of them, if they changed.
            renamed: New paths of documents, by file name of their segment and number.
            rules: How roots are walked that are not walked as usual, all of them, if they changed.
            lists: All files that listed paths, if they changed.
            unfinished: All paths of runs that were not finished, if they changed.
            stale: All documents with old text, if they changed.
            committed: Time of the commit.
            merging: How to merge what should be; by default here, one group after the other.
            is_last: Whether nobody is writing further segments for a later commit of this writer.

        Raises:
            StorageError: The disk said no. The last commit is untouched.
            LockedError: Somebody has removed the lock. The last commit is untouched.
            CorruptIndexError: A segment that was added, or one to be merged, is not what it should be.
        """
        segments = [
            _changed(
                entry, (deleted or {}).get(entry.name, ()), self._relativize((renamed or {}).get(entry.name))
            )
            for entry in self.manifest.segments
        ]
        segments += [self._sealed(entry) for entry in added]
        self._retired = {entry.name for entry in segments}
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
            manifest = replace(manifest, segments=tuple(self._merged(segments, merging or Merging())))
            self.lock.confirm()
            self._publish(manifest)
        except OSError as error:
            raise storage_error(self.directory, error) from error
        self.manifest = manifest
        self._sweep(None if is_last else self._retired)
        return manifest

    def _relativize(self, renamed: Mapping[int, str] | None) -> dict[int, str]:
        """Return new paths of documents as they are stored."""
        return {number: relativize(path, self.manifest.home) for number, path in (renamed or {}).items()}

    def _last_contents(self, read: Callable[[str], Manifest]) -> Manifest:
        try:
            return self._settle(read(self.directory))
        except NoIndexError:
            self._begin()
            return Manifest(home=home_of(self.directory))
        except OSError as error:
            raise storage_error(self.directory, error) from error

    def _settle(self, manifest: Manifest) -> Manifest:
        """Give an index its home folder if it was made without: its absolute paths are right now, wherever it goes later."""
        home = home_of(self.directory)
        if not home or manifest.home:
            return manifest
        self.is_settling = True
        segments = tuple(replace(entry, base=home) for entry in manifest.segments)
        return replace(manifest, home=home, segments=segments)

    def _begin(self) -> None:
        """Leave a sign that an index was begun here, before there is anything else of it."""
        try:
            if not manifests.is_begun(self.directory):
                self._publish(Manifest())
                filesystem.flush_folder(os.path.dirname(os.path.abspath(self.directory)))
        except OSError as error:
            raise storage_error(self.directory, error) from error

    def _merged(self, segments: list[SegmentEntry], merging: Merging) -> list[SegmentEntry]:
        while groups := merge_policy.plan(segments, merging.workers):
            made = merging.merge(self.directory, [[segments[at] for at in group] for group in groups])
            if made is None:
                break
            left = {
                at: entry for at, entry in enumerate(segments) if not any(at in group for group in groups)
            }
            left |= {group[0]: self._sealed(entry) for group, entry in zip(groups, made, strict=True)}
            segments = [entry for _, entry in sorted(left.items())]
            self._retired |= {entry.name for entry in segments}
        return segments

    def _sealed(self, entry: SegmentEntry) -> SegmentEntry:
        """A segment that was just written, with the checksum by which it will be known; never one cut short."""
        part = Segment(os.path.join(self.directory, entry.name))
        found = (part.container.size, part.count, part.documents, part.text_bytes)
        if found != (entry.size, entry.paragraphs, entry.documents, entry.text_bytes):
            raise CorruptIndexError(
                f"{part.path} is not what was written to it; the last commit is untouched"
            )
        return replace(entry, seal=part.container.seal, format=part.container.format, analysis=part.analysis)

    def _publish(self, manifest: Manifest) -> None:
        path = os.path.join(self.directory, manifests.file_name(manifest.generation))
        filesystem.flush_folder(self.directory)
        filesystem.write_file(path + _TEMPORARY, [manifests.encode(manifest)])
        filesystem.rename(path + _TEMPORARY, path)
        try:
            filesystem.flush_folder(self.directory)
        except OSError:
            self._take_back(path)
            raise

    def _take_back(self, path: str) -> None:
        """Undo a rename that may or may not last.

        Until that is certain nothing may be removed: the table may come back with the next power cut, and it has to
        find its segments. The next commit removes what is left.
        """
        self._may_sweep = False
        filesystem.remove(path)
        filesystem.flush_folder(self.directory)
        self._may_sweep = True

    def _sweep_left_overs(self) -> None:
        """Remove what a killed run left behind, before anything is written: a full disk has room again."""
        named = {entry.name for entry in self.manifest.segments}
        with suppress(OSError, StorageError):
            if any(self._is_left_over(name, named) for name in os.listdir(self.directory)):
                # The last commit may have its name and nobody knows whether it lasts: see _take_back.
                filesystem.flush_folder(self.directory)
                self._sweep()

    def _sweep(self, segments: set[str] | None = None) -> None:
        """Remove the files of an index that the last commit does not name; what stays is no harm, and is tried again.

        Args:
            segments: Remove no segments but these; None is any.
        """
        named = {entry.name for entry in self.manifest.segments}
        with suppress(OSError, StorageError):
            # A run may be interrupted when its table has its name already and we have not heard of it.
            if not self._may_sweep or (manifests.latest(self.directory) or 0) != self.manifest.generation:
                return
            for name in os.listdir(self.directory):
                is_spared = (
                    segments is not None and manifests.SEGMENT_FILE.fullmatch(name) and name not in segments
                )
                if self._is_left_over(name, named) and not is_spared:
                    with suppress(OSError):
                        filesystem.remove(os.path.join(self.directory, name))

    def _is_left_over(self, name: str, named: set[str]) -> bool:
        if name.endswith(_TEMPORARY):
            return manifests.generation_of(name.removesuffix(_TEMPORARY)) is not None
        generation = manifests.generation_of(name)
        if generation is not None:
            return generation < self.manifest.generation
        return manifests.SEGMENT_FILE.fullmatch(name) is not None and name not in named


def confirm_own_folder(directory: str) -> None:
    """Raise UsageError where an index would come among other things: in a folder that holds some and no index."""
    if os.path.lexists(directory) and not os.path.isdir(directory):
        raise UsageError(f"{directory} is not a folder; name a new or empty one for the index")
    if other := manifests.foreign_entry(directory):
        usual = os.path.join(directory, LOCAL_INDEX)
        such_as = "" if os.path.basename(directory) == LOCAL_INDEX else f", such as --index {usual}"
        raise UsageError(
            f"{directory} holds {other} and no index; name a new or empty folder for the index{such_as}"
        )


def _changed(entry: SegmentEntry, deleted: Iterable[int], renamed: Mapping[int, str]) -> SegmentEntry:
    gone = {*entry.deleted, *deleted}
    names = {**dict(entry.renamed), **renamed}
    return replace(
        entry,
        deleted=tuple(sorted(gone)),
        renamed=tuple(sorted((number, path) for number, path in names.items() if number not in gone)),
    )
