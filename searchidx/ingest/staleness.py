"""What an index does not know yet: how the files differ from what was read of them, without reading any."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from searchidx.file_state import UNKNOWN
from searchidx.ingest import own_files
from searchidx.ingest import plan as planning
from searchidx.ingest.absent import AbsentRoot, AbsentRoots
from searchidx.ingest.batch import FileTask
from searchidx.ingest.encoding_rules import EncodingRules
from searchidx.ingest.limits import Limits
from searchidx.ingest.plan import Roots, known_documents
from searchidx.local.segment.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Stale:
    """What a run of indexing would look at.

    Attributes:
        changed: Files whose size, time, change time or inode is another than when they were read, or that are to be decoded
            otherwise.
        new: Files that were not there, or could not be read and are different now.
        gone: Documents whose files are not there any more, or are no longer wanted.
        absent: Roots that are missing, unreadable or empty, with the number of documents that a run keeps below each.
    """

    changed: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    absent: tuple[AbsentRoot, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.changed or self.new or self.gone)


def stale(
    directory: str,
    encodings: EncodingRules | None = None,
    limits: Limits | None = None,
    apart: Iterable[str] = (),
) -> Stale:
    """Compare an index with the files it is made of.

    Args:
        directory: Where the index is.
        encodings: Encodings configured by the user.
        limits: What one file may cost now.
        apart: Files that are no documents.

    Raises:
        NoIndexError: There is none.
        CorruptIndexError: It is damaged.
    """
    snapshot = Snapshot.open(directory)
    known = known_documents(snapshot)
    roots = Roots(snapshot.manifest)
    absent = AbsentRoots(roots.rules)
    own = own_files.aliases([*apart, *snapshot.manifest.lists], roots.rules)
    plan = planning.make(
        roots.targets(None, None),
        known,
        snapshot.manifest.skipped,
        snapshot.manifest.refusals,
        apart=[os.path.abspath(directory), *own],
        encodings=encodings,
        limits=limits,
        renames=False,
        absent=absent,
    )
    refused = (entry.path for entry in plan.skipped if entry.path in known and entry.size >= 0)
    # What could not be opened is tried in every run; nothing says that it has changed.
    closed = {entry.path for entry in snapshot.manifest.skipped if entry.size == UNKNOWN}
    # A file that could not be read again is named by the status; only a further change is news.
    failures = {failure.path: (failure.size, failure.mtime_ns) for failure in snapshot.manifest.stale}
    paths = [task.path for task in plan.tasks if task.path not in closed and not _is_noted(task, failures)]
    return Stale(
        tuple(path for path in paths if path in known),
        tuple(path for path in paths if path not in known),
        (*plan.gone, *refused),
        absent.counted(plan.absent.values()),
    )


def _is_noted(task: FileTask, failures: Mapping[str, tuple[int, int]]) -> bool:
    """Return True if the last run failed to read a file and the file has not changed since."""
    state = failures.get(task.path)
    return state is not None and state in ((UNKNOWN, UNKNOWN), (task.size, task.mtime_ns))
