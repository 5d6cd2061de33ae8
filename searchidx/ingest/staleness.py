"""Staleness of an index: its files compared with its documents, without reading any."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from searchidx.engines import backend
from searchidx.file_state import UNKNOWN
from searchidx.ingest import own_files
from searchidx.ingest import plan as planning
from searchidx.ingest.absent import AbsentRoot, AbsentRoots
from searchidx.ingest.batch import FileTask
from searchidx.ingest.encoding_rules import EncodingRules
from searchidx.ingest.limits import Limits
from searchidx.ingest.plan import Roots


@dataclass(frozen=True, slots=True)
class Stale:
    """Files and documents that a run of indexing would change.

    Attributes:
        changed: Files whose size, times, inode or configured encoding differ from those of their documents.
        new: Files without a document, and skipped files that have changed.
        outdated: Files that an older revision of their reader read, and that have not changed.
        gone: Documents whose files are deleted, or excluded by the rules.
        absent: Roots that are missing, unreadable or empty, with the number of documents that a run keeps below each.
    """

    changed: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    outdated: tuple[str, ...] = ()
    absent: tuple[AbsentRoot, ...] = ()

    def __bool__(self) -> bool:
        """Return True if a run would change the index."""
        return bool(self.changed or self.new or self.gone or self.outdated)


def stale(
    place: str,
    encodings: EncodingRules | None = None,
    limits: Limits | None = None,
    apart: Iterable[str] = (),
) -> Stale:
    """Compare an index with the files it is made of.

    Args:
        place: Place of the index.
        encodings: Encodings configured by the user.
        limits: Limits per file.
        apart: Files that are no documents.

    Raises:
        NoIndexError: There is none.
        CorruptIndexError: It is damaged.
    """
    opened = backend(place)
    engine = opened.open(seconds=0)
    documents, state = engine.indexed(), engine.state()
    roots = Roots(state)
    absent = AbsentRoots(roots.rules)
    tool_files = own_files.aliases([*apart, *state.lists], roots.rules)
    plan = planning.make(
        roots.targets(None, None),
        documents,
        state.skipped,
        state.refusals,
        apart=[*opened.folders, *tool_files],
        encodings=encodings,
        limits=limits,
        renames=False,
        absent=absent,
    )
    refused = (entry.path for entry in plan.skipped if entry.path in documents and entry.size >= 0)
    # A file that can't be opened is tried in every run; nothing says that it has changed.
    closed = {entry.path for entry in state.skipped if entry.size == UNKNOWN}
    # A file that could not be read again is named by the status; only a further change is news.
    failures = {failure.path: (failure.size, failure.mtime_ns) for failure in state.stale}
    paths = [task.path for task in plan.tasks if task.path not in closed and not _is_noted(task, failures)]
    outdated = set(plan.outdated)
    return Stale(
        tuple(path for path in paths if path in documents and path not in outdated),
        tuple(path for path in paths if path not in documents),
        (*plan.gone, *refused),
        tuple(sorted(outdated)),
        absent.counted(plan.absent.values()),
    )


def _is_noted(task: FileTask, failures: Mapping[str, tuple[int, int]]) -> bool:
    """Return True if the last run failed to read a file and the file has not changed since."""
    state = failures.get(task.path)
    return state is not None and state in ((UNKNOWN, UNKNOWN), (task.size, task.mtime_ns))
