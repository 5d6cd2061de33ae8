"""Writer of the local engine: paths of documents become positions in segments, parts become segments."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from shutil import disk_usage
from types import TracebackType
from typing import Self, cast

from searchidx.document import Document
from searchidx.engine import IndexedDocument, IndexState, MergeJob, MergeRunner, Part, Salvage
from searchidx.errors import NoIndexError, StorageError
from searchidx.file_state import Source
from searchidx.local.commit.index_writer import IndexWriter, Merging
from searchidx.local.commit.merger import merge_groups
from searchidx.local.commit.repair import salvage
from searchidx.local.segment import manifest as manifests
from searchidx.local.segment.analysis import ANALYSIS
from searchidx.local.segment.indexed_documents import Address, indexed_documents, state_of
from searchidx.local.segment.manifest import Manifest, SegmentEntry
from searchidx.local.segment.stored_documents import stored_documents

_ROOM = 2  # sizes of the index: one for the new segments, one for merging them


class LocalWriter:
    """A :class:`~searchidx.engine.Writer` of an index folder, with its write lock.

    Attributes:
        salvage: Remains from which a repair starts; None unless the writer was opened for one.
    """

    def __init__(self, directory: str, *, wait: float, repair: bool) -> None:
        """Take the write lock and read the last commit; a missing index is created.

        Raises:
            NoIndexError: There is no index to repair.
            LockedError: Another process was still writing after that time.
            CorruptIndexError: The index is damaged; for a repair, the folder contains no index.
            StorageError: The folder can't be written.
            UsageError: The folder contains other things and no index.
        """
        self.salvage: Salvage | None = None
        if repair and not manifests.is_there(directory):
            raise NoIndexError(f"no index in {directory}: run `searchidx index PATH` first")
        read = self._read_remains if repair else manifests.read
        self._writer = IndexWriter(directory, wait=wait, read=read)
        self._documents: Mapping[str, IndexedDocument] | None = None
        self._segments: set[str] = set()  # of these documents
        self._outdated: set[str] = set()  # paths whose address in these documents is out of date

    @property
    def state(self) -> IndexState:
        """Facts of the last commit other than its documents."""
        return state_of(self._writer.manifest)

    @property
    def ticket(self) -> str:
        """Folder of the index: all that a worker process needs to know."""
        return self._writer.directory

    @property
    def inherited(self) -> tuple[int, ...]:
        """File descriptor of the write lock."""
        return (self._writer.lock.descriptor,)

    @property
    def has_pending_changes(self) -> bool:
        """True if the index gets a home folder by the next commit."""
        return self._writer.is_settling

    @property
    def has_stale_analysis(self) -> bool:
        """True if a segment was made by another analysis than this version's."""
        return any(entry.analysis != ANALYSIS for entry in self._writer.manifest.segments)

    def stored(self, paths: Collection[str]) -> Iterator[tuple[Document, Source]]:
        """Yield documents of the last commit from their stored paragraphs; see :class:`~searchidx.engine.Writer`."""
        documents = self._documents if self._documents is not None else self.indexed()
        return stored_documents(self._writer.snapshot(), {path: documents[path] for path in paths})

    def confirm_room(self) -> None:
        """Raise StorageError unless the disk has room for the index once more, and for merging it."""
        needed = _ROOM * sum(entry.size for entry in self._writer.manifest.segments)
        free = disk_usage(self._writer.directory).free
        if free < needed:
            raise StorageError(
                f"the disk of {self._writer.directory} has {free >> 20:,} MB free; rebuilding the index takes up to "
                f"{needed >> 20:,} MB: free some, or make a new index elsewhere with --index DIR"
            )

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove files that no commit names, and release the lock."""
        self._writer.__exit__(kind, error, trace)

    def indexed(self) -> Mapping[str, IndexedDocument]:
        """Return the documents of the last commit by path."""
        self._segments = self._segment_names()
        self._outdated = set()
        self._documents = indexed_documents(self._writer.snapshot())
        return self._documents

    def commit(
        self,
        state: IndexState,
        *,
        added: Iterable[Part] = (),
        removed: Collection[str] = (),
        renamed: Mapping[str, str] | None = None,
        merging: MergeRunner | None = None,
        is_last: bool = True,
    ) -> None:
        """Make a new commit; see :class:`~searchidx.engine.Writer`."""
        renamed = renamed or {}
        addresses = self._addresses({*removed, *renamed})
        deleted: dict[str, list[int]] = {}
        for path in removed:
            if path in addresses:
                name, number = addresses[path]
                deleted.setdefault(name, []).append(number)
        paths: dict[str, dict[int, str]] = {}
        for old, new in renamed.items():
            name, number = addresses[old]
            paths.setdefault(name, {})[number] = new
        self._writer.commit(
            added=map(_entry_of, added),
            deleted=deleted,
            renamed=paths,
            roots=state.roots,
            rules=state.rules,
            lists=state.lists,
            skipped=state.skipped,
            touched=state.touched,
            refusals=state.refusals,
            unfinished=state.unfinished,
            stale=state.stale,
            committed=state.committed,
            merging=Merging() if merging is None else _merging_by(merging),
            is_last=is_last,
        )
        self._outdated |= {*removed, *renamed, *renamed.values()}

    def _addresses(self, paths: Collection[str]) -> dict[str, Address]:
        """Return the addresses of documents of the last commit by path."""
        if not paths:
            return {}
        documents = self._documents
        # Documents keep their addresses until their segments are merged, so one reading serves the commits of a long run.
        if (
            documents is None
            or self._segments - self._segment_names()
            or not self._outdated.isdisjoint(paths)
        ):
            documents = self.indexed()
        return {path: cast(Address, documents[path].address) for path in paths if path in documents}

    def _segment_names(self) -> set[str]:
        return {entry.name for entry in self._writer.manifest.segments}

    def _read_remains(self, directory: str) -> Manifest:
        remains = salvage(directory)
        self.salvage = Salvage(
            tuple(remains.problems), tuple(remains.lost), remains.nameless, guessed=remains.guessed
        )
        return remains.manifest


def run_merge(directory: str, job: MergeJob) -> Part:
    """Merge the segments of a job into a new one.

    Raises:
        CorruptIndexError: A source is damaged.
        OSError: The disk can't be written.
    """
    group = [
        SegmentEntry(
            **{**row, "deleted": tuple(row["deleted"]), "renamed": tuple(map(tuple, row["renamed"]))}
        )
        for row in json.loads(job.payload)
    ]
    entry = merge_groups(directory, [group])[0]
    return Part(entry.name, entry.size, entry.documents, entry.paragraphs, entry.text_bytes)


def _merging_by(runner: MergeRunner) -> Merging:
    """Return merging by a runner, with each group of segments as a job."""

    def merge(_directory: str, groups: list[list[SegmentEntry]]) -> list[SegmentEntry] | None:
        parts = runner.run(list(map(_job_of, groups)))
        return None if parts is None else list(map(_entry_of, parts))

    return Merging(merge, runner.workers)


def _job_of(group: Sequence[SegmentEntry]) -> MergeJob:
    """Return the job that merges a group of segments."""
    payload = json.dumps([asdict(entry) for entry in group])
    return MergeJob(sum(entry.text_bytes for entry in group), payload)


def _entry_of(part: Part) -> SegmentEntry:
    """Return the manifest entry of a part, without the checksum that a commit adds."""
    return SegmentEntry(part.name, part.size, part.paragraphs, part.documents, part.text_bytes)
