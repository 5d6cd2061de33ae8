"""Brings an index up to date with the files it is made of.

Only what changed is read: a file whose size and time are those of the last run is left alone, and one whose content is
the same after all is only noted. What is gone leaves the index, what can't be read is named and tried again when it
changes.
"""

import os
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from time import perf_counter

from searchidx.analyzer.own import own_of
from searchidx.errors import NoIndexError
from searchidx.ingest import merging, pool, walk
from searchidx.ingest.batch import FileTask, Outcome, index_files
from searchidx.ingest.limits import Limits, is_tame
from searchidx.ingest.pool import Step
from searchidx.ingest.report import Progress, Repair, Report
from searchidx.ingest.told import Told
from searchidx.ingest.walk import Listed
from searchidx.local import toc
from searchidx.local.filters import is_under
from searchidx.local.lock import WAIT_SECONDS
from searchidx.local.salvage import Salvaged, salvage
from searchidx.local.snapshot import Snapshot
from searchidx.local.toc import Contents, Skipped
from searchidx.local.writer import IndexWriter, storage_error

BATCH_BYTES = 9 << 20  # bytes of files in one batch; makes about one segment
ALONE_BYTES = 2 << 20  # below this, starting workers takes longer than the work

Tell = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class _Known:
    """A document in the index: what its file was like, and where it is."""

    size: int
    mtime_ns: int
    digest: str
    paragraphs: int
    segment: str
    number: int
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Plan:
    """What a run has to do."""

    tasks: list[FileTask] = field(default_factory=list)
    unchanged: int = 0
    gone: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def update(
    directory: str,
    paths: Iterable[str] | None = None,
    *,
    tell: Tell | None = None,
    processes: int | None = None,
    told: Told | None = None,
    limits: Limits | None = None,
    words: str | None = None,
    wait: float = WAIT_SECONDS,
) -> Report:
    """Index paths, or what is indexed already.

    Args:
        directory: Where the index is; begun if it is not there.
        paths: Files and folders; None means all that were indexed before.
        tell: Called now and then with how far the run is.
        processes: Worker processes at most; None means one for each processor.
        told: How the user says that files are to be decoded.
        limits: What one file may cost.
        words: The file of the user's own words, which new segments are cut with.
        wait: Seconds to wait for another process that is writing.

    Returns:
        What was done. If the run is interrupted (KeyboardInterrupt), what was read whole is committed and the report
        says so.

    Raises:
        LockedError: Another process is writing.
        StorageError: The disk said no; the last commit is untouched.
        CorruptIndexError: The index is damaged.
    """
    begin = perf_counter()
    with IndexWriter(directory, wait=wait) as writer:
        known = _known(writer.snapshot())
        wanted = (
            [os.path.abspath(path) for path in paths] if paths is not None else list(writer.contents.roots)
        )
        plan = _plan(wanted, known, writer.contents.skipped, directory, told or Told())
        run = _Run(writer, known, plan, wanted, tell)
        run.read(processes or os.cpu_count() or 1, limits or Limits(), words)
        return run.commit(begin)


def repair(
    directory: str,
    *,
    tell: Tell | None = None,
    processes: int | None = None,
    told: Told | None = None,
    limits: Limits | None = None,
    words: str | None = None,
    wait: float = WAIT_SECONDS,
) -> Repair:
    """Keep what is sound of a damaged index and read the rest again from its sources; all in one commit.

    Files are decoded as ``told``, as in :func:`update`.

    Raises:
        NoIndexError: There is no index.
        NewerFormatError: It was written by a later version.
        CorruptIndexError: Nothing here was ever an index of ours.
        LockedError: Another process is writing.
        StorageError: The disk said no; the index is as it was.
    """
    begin = perf_counter()
    if not toc.is_there(directory):
        raise NoIndexError(f"no index in {directory}: run `searchidx index PATH` first")
    saved = Salvaged(Contents())

    def read(directory: str) -> Contents:
        nonlocal saved
        saved = salvage(directory)
        return saved.contents

    with IndexWriter(directory, wait=wait, read=read) as writer:
        if not saved.problems:
            known = _known(writer.snapshot())
            return Repair(
                (), (), 0, guessed=False, report=_report(writer, begin, known, unchanged=len(known))
            )
        known = _known(writer.snapshot())
        wanted = [*saved.contents.roots, *saved.lost, *(known if saved.guessed else ())]
        plan = _plan(wanted, known, saved.contents.skipped, directory, told or Told())
        plan.gone.clear()  # their text is all there is left of them: a later run may remove them
        run = _Run(writer, known, plan, list(saved.contents.roots) or wanted, tell)
        run.read(processes or os.cpu_count() or 1, limits or Limits(), words)
        report = run.commit(begin, always=True)
        refused = {entry.path: entry.reason for entry in writer.contents.skipped}
    held = {*known, *run.indexed}
    gone = tuple(
        (path, refused.get(path, "the file is gone")) for path in sorted(saved.lost) if path not in held
    )
    problems = tuple((problem.path, problem.why) for problem in saved.problems)
    return Repair(problems, gone, saved.nameless, guessed=saved.guessed, report=report)


def remove(directory: str, paths: Iterable[str], *, wait: float = WAIT_SECONDS) -> Report:
    """Take paths, and everything below them, out of the index; errors as in :func:`update`."""
    begin = perf_counter()
    tops = {os.path.abspath(path) for path in paths}
    with IndexWriter(directory, wait=wait) as writer:
        known = _known(writer.snapshot())
        gone = [path for path in known if _is_below(path, tops)]
        roots = [root for root in writer.contents.roots if not _is_below(root, tops)]
        left = [entry for entry in writer.contents.skipped if not _is_below(entry.path, tops)]
        writer.commit(deleted=_by_segment(known, gone), roots=roots, skipped=left, committed=_now())
        left_known = {path: document for path, document in known.items() if not _is_below(path, tops)}
        return _report(writer, begin, left_known, removed=len(gone), unchanged=len(left_known))


class _Run:
    """One run of :func:`update`, from plan to commit."""

    def __init__(
        self, writer: IndexWriter, known: dict[str, _Known], plan: _Plan, wanted: list[str], tell: Tell | None
    ) -> None:
        self._writer = writer
        self._known = known
        self._plan = plan
        self._wanted = wanted
        self._tell = tell
        self._outcome = Outcome()
        self._interrupted = False
        self._processes = 1
        self._sizes = {task.path: task.size for task in plan.tasks}
        self._unread = dict(self._sizes)
        self._files = self._paragraphs = self._text_bytes = self._bytes = 0

    def read(self, processes: int, limits: Limits, words: str | None) -> None:
        """Read what has to be read: little of it here, much of it, or what can't be trusted, in worker processes."""
        directory, tasks = self._writer.directory, self._plan.tasks
        if words is not None and tasks:
            own_of(words)  # a file that can't be read is told before a worker falls over it
        total = sum(task.size for task in tasks)
        self._processes = processes
        if total < ALONE_BYTES:
            processes = 1
        batches = list(_batches(tasks, total, processes))
        try:
            if processes == 1 and all(is_tame(task.path) for task in tasks):
                for batch in batches:
                    self._gather(index_files(directory, batch, self._step, limits, words))
                return
            held = (self._writer.lock.descriptor,)
            for event in pool.run(directory, batches, processes, limits, held, words):
                if isinstance(event, Step):
                    self._step(event.path, event.paragraphs, event.text_bytes)
                elif isinstance(event, Outcome):
                    self._gather(event)
        except KeyboardInterrupt:
            self._interrupt()
        except OSError as error:
            raise storage_error(directory, error) from error

    @property
    def indexed(self) -> list[str]:
        """Paths that were read into new segments."""
        return self._outcome.indexed

    def commit(self, begin: float, *, always: bool = False) -> Report:
        """Commit what was read; with ``always``, even if nothing was."""
        outcome, known = self._outcome, self._known
        replaced = [path for path in outcome.indexed if path in known]
        refused = [entry.path for entry in self._plan.skipped if entry.path in known]
        refused += [entry[0] for entry in outcome.skipped if entry[0] in known]
        touched = {path: time for path, time in self._writer.contents.touched.items() if path in known}
        touched.update(outcome.unchanged)
        for path in (*replaced, *self._plan.gone, *refused):
            touched.pop(path, None)
        skipped = [*self._plan.skipped, *(Skipped(*entry) for entry in outcome.skipped)]
        if self._tell:
            self._say("committing")
        if always or self._changes(touched, skipped):
            self._writer.commit(
                added=outcome.segments,
                deleted=_by_segment(known, [*replaced, *self._plan.gone, *refused]),
                roots=_joined_roots(self._writer.contents.roots, self._wanted),
                skipped=sorted(skipped, key=lambda entry: entry.path),
                touched=touched,
                committed=_now(),
                merging=merging.shared(self._processes, (self._writer.lock.descriptor,), self._interrupt),
            )
        leaving = {*replaced, *self._plan.gone, *refused}
        return _report(
            self._writer,
            begin,
            {path: document for path, document in known.items() if path not in leaving},
            new_paragraphs=sum(entry.paragraphs for entry in outcome.segments),
            added=len(outcome.indexed) - len(replaced),
            updated=len(replaced),
            removed=len(self._plan.gone) + len(refused),
            unchanged=self._plan.unchanged + len(outcome.unchanged),
            interrupted=self._interrupted,
            notes=outcome.notes,
        )

    def _changes(self, touched: dict[str, int], skipped: list[Skipped]) -> bool:
        """Whether there is anything to commit."""
        contents = self._writer.contents
        return bool(
            not contents.generation
            or self._outcome.segments
            or self._plan.gone
            or touched != contents.touched
            or set(skipped) != set(contents.skipped)
            or set(_joined_roots(contents.roots, self._wanted)) != set(contents.roots)
        )

    def _interrupt(self) -> None:
        self._interrupted = True

    def _gather(self, outcome: Outcome) -> None:
        self._outcome.segments += outcome.segments
        self._outcome.indexed += outcome.indexed
        self._outcome.unchanged += outcome.unchanged
        self._outcome.skipped += outcome.skipped
        self._outcome.notes += outcome.notes

    def _step(self, path: str, paragraphs: int, text_bytes: int) -> None:
        self._paragraphs += paragraphs
        self._text_bytes += text_bytes
        if path in self._unread:  # a batch that cost a worker is begun again: its files are counted once
            self._files += 1
            self._bytes += self._unread.pop(path)
        if self._tell:
            self._say(path)

    def _say(self, current: str) -> None:
        assert self._tell is not None
        files, total = len(self._sizes), sum(self._sizes.values())
        self._tell(
            Progress(self._files, files, self._paragraphs, self._text_bytes, self._bytes, total, current)
        )


def _known(snapshot: Snapshot) -> dict[str, _Known]:
    """Documents of the index by path."""
    known = {}
    where = _places(snapshot)
    for (record, _, _), (segment, number) in zip(snapshot.documents(), where, strict=True):
        known[record.path] = _Known(
            record.size, record.mtime_ns, record.digest, record.paragraphs, segment, number, record.notes
        )
    return known


def _places(snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    for entry in snapshot.contents.segments:
        deleted = set(entry.deleted)
        yield from ((entry.name, number) for number in range(entry.documents) if number not in deleted)


def _plan(
    wanted: list[str], known: dict[str, _Known], refused: Iterable[Skipped], directory: str, told: Told
) -> _Plan:
    plan = _Plan()
    before = {entry.path: entry for entry in refused}
    here: set[str] = set()
    own = os.path.abspath(directory)
    for listed in walk.walk(wanted):
        if is_under(listed.path, own):
            continue
        here.add(listed.path)
        _place(plan, listed, known.get(listed.path), before.get(listed.path), told)
    tops = set(wanted)
    plan.gone += [path for path in known if path not in here and _is_below(path, tops)]
    plan.skipped += [
        entry for path, entry in before.items() if path not in here and not _is_below(path, tops)
    ]
    return plan


def _place(plan: _Plan, listed: Listed, known: _Known | None, refused: Skipped | None, told: Told) -> None:
    path, size, mtime_ns, reason = listed
    if reason:
        plan.skipped.append(Skipped(path, reason, size, mtime_ns))
        return
    encoding = told.of(path)
    reread = known is not None and told.is_news(path, known.notes)
    if known and not reread and (known.size, known.mtime_ns) == (size, mtime_ns):
        plan.unchanged += 1
    elif refused and not encoding and (refused.size, refused.mtime_ns) == (size, mtime_ns):
        plan.skipped.append(refused)
    else:
        digest = known.digest if known and not reread else ""
        plan.tasks.append(FileTask(path, size, mtime_ns, digest, encoding, told.note(path)))


def _batches(tasks: list[FileTask], total: int, processes: int) -> Iterator[list[FileTask]]:
    """Cut the work so that every worker gets some, and none gets more than makes a segment."""
    rounds = max(1, -(-total // (BATCH_BYTES * processes)))
    share = max(total / (rounds * processes), 1)
    batch: list[FileTask] = []
    size = 0
    for task in tasks:
        batch.append(task)
        size += task.size
        if size >= share:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _by_segment(known: dict[str, _Known], paths: Iterable[str]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for path in paths:
        numbers.setdefault(known[path].segment, []).append(known[path].number)
    return numbers


def _joined_roots(roots: Iterable[str], more: Iterable[str]) -> list[str]:
    """All roots, leaving out those that lie below another."""
    every = {*roots, *more}
    return sorted(
        root for root in every if root == os.path.dirname(root) or not _is_below(os.path.dirname(root), every)
    )


def _is_below(path: str, tops: Container[str]) -> bool:
    """Whether a path is one of ``tops`` or below one."""
    while path not in tops:
        above = os.path.dirname(path)
        if above == path:
            return False
        path = above
    return True


def _report(
    writer: IndexWriter,
    begin: float,
    kept: dict[str, _Known],
    *,
    new_paragraphs: int = 0,
    added: int = 0,
    updated: int = 0,
    removed: int = 0,
    unchanged: int = 0,
    interrupted: bool = False,
    notes: Iterable[tuple[str, str]] = (),
) -> Report:
    """Tell of a run, from what is known and without reading anything again: the commit may have been the last to work."""
    return Report(
        documents=len(kept) + added + updated,
        paragraphs=sum(document.paragraphs for document in kept.values()) + new_paragraphs,
        added=added,
        updated=updated,
        removed=removed,
        unchanged=unchanged,
        skipped=tuple((entry.path, entry.reason) for entry in writer.contents.skipped),
        seconds=perf_counter() - begin,
        interrupted=interrupted,
        notes=tuple(sorted(notes)),
    )


def _now() -> str:
    from datetime import datetime

    return datetime.now().astimezone().isoformat(timespec="seconds")
