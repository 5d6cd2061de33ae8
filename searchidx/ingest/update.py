"""Brings an index up to date with the files it is made of.

Only what changed is read (:mod:`searchidx.ingest.plan` finds that out), and all of it goes into one commit. What can't be
read is named and tried again when it changes; one bad file never ends a run.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from time import monotonic, perf_counter
from typing import Any

from searchidx.analyzer.user_lexicon import load_words
from searchidx.config import WAIT_SECONDS
from searchidx.document import is_stream, stream_path
from searchidx.errors import NoIndexError, storage_error
from searchidx.file_state import UNKNOWN, Fingerprint
from searchidx.ingest import merging, own_files
from searchidx.ingest import plan as planning
from searchidx.ingest.absent import AbsentRoots
from searchidx.ingest.batch import FileTask, Outcome, index_files
from searchidx.ingest.causes import cause_of
from searchidx.ingest.encoding_rules import EncodingRules
from searchidx.ingest.ignore.rules import WalkRules
from searchidx.ingest.limits import Limits
from searchidx.ingest.paths import is_below
from searchidx.ingest.plan import Known, Plan, Roots, known_documents
from searchidx.ingest.pool import Pool, Step
from searchidx.ingest.report import Progress, Repair, Report
from searchidx.ingest.schedule import CommitSchedule
from searchidx.local.commit.index_writer import IndexWriter, Merging
from searchidx.local.commit.repair import Salvaged, salvage
from searchidx.local.segment import manifest
from searchidx.local.segment.manifest import Manifest
from searchidx.messages import Message
from searchidx.readers import format_of
from searchidx.results import FailedRead, Skipped

BATCH_BYTES = 8 << 20  # bytes of files in one batch; makes about one segment
ALONE_BYTES = 2 << 20  # below this, starting workers takes longer than the work

Tell = Callable[[Progress], None]


def update(
    directory: str,
    paths: Iterable[str] | None = None,
    *,
    rules: WalkRules | None = None,
    changed: Iterable[str] | None = None,
    streams: Mapping[str, str] | None = None,
    tell: Tell | None = None,
    processes: int | None = None,
    encodings: EncodingRules | None = None,
    limits: Limits | None = None,
    words: str | None = None,
    drop_absent: bool = False,
    apart: Iterable[str] = (),
    lists: Iterable[str] = (),
    schedule: CommitSchedule | None = None,
    wait: float = WAIT_SECONDS,
) -> Report:
    """Index paths, or what is indexed already.

    Args:
        directory: Where the index is; begun if it is not there.
        paths: Files and folders; None means all that were indexed before.
        rules: How to walk them; None means as before, or as usual.
        changed: In place of ``paths``: look at these only, as far as they belong to what was indexed before.
        streams: Documents that are no files, by name (see :func:`~searchidx.document.stream_path`), and the file that holds the bytes now.
        tell: Called now and then with how far the run is.
        processes: Worker processes at most; None means one for each processor.
        encodings: Encodings configured by the user.
        limits: What one file may cost.
        words: The file of the user's own words, which new segments are cut with.
        drop_absent: Remove the documents of absent roots, which are kept otherwise.
        apart: Files that are no documents in this run.
        lists: Files that are no documents from now on, unless they are named among the paths.
        schedule: When to commit on the way what was read so far.
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
        known = known_documents(writer.snapshot())
        roots = Roots(writer.manifest)
        absent = AbsentRoots(roots.rules)
        named_paths = None if paths is None else list(map(os.path.abspath, paths))
        if changed is not None:
            targets = roots.below(map(os.path.abspath, changed))
        else:
            targets = roots.targets(named_paths, rules)
        listing = own_files.remembered(writer.manifest.lists, map(os.path.abspath, lists), named_paths or ())
        own = own_files.aliases([*apart, *listing], (target.path for target in targets))
        plan = planning.make(
            targets,
            known,
            writer.manifest.skipped,
            writer.manifest.refusals,
            apart=[os.path.abspath(directory), *own],
            encodings=encodings,
            vanished=roots.vanished(),
            limits=limits,
            absent=absent,
            drop=drop_absent,
            again=frozenset(named_paths or ()),
        )
        plan.tasks += _stream_tasks(streams or {}, known, encodings or EncodingRules())
        run = _Run(writer, known, plan, roots.rules if changed is not None else roots.with_(targets), tell)
        run.lists = listing
        run.is_over([target.path for target in targets], schedule or CommitSchedule())
        run.read(processes or os.cpu_count() or 1, limits or Limits(), words)
        return replace(run.commit(begin), absent_roots=absent.counted(plan.absent.values()))


def repair(
    directory: str,
    *,
    tell: Tell | None = None,
    processes: int | None = None,
    encodings: EncodingRules | None = None,
    limits: Limits | None = None,
    words: str | None = None,
    apart: Iterable[str] = (),
    wait: float = WAIT_SECONDS,
) -> Repair:
    """Keep what is sound of a damaged index and read the rest again from its sources; all in one commit.

    Files are decoded by ``encodings``, and those ``apart`` left out, as in :func:`update`.

    Raises:
        NoIndexError: There is no index.
        NewerFormatError: It was written by a later version.
        CorruptIndexError: Nothing here was ever an index of ours.
        LockedError: Another process is writing.
        StorageError: The disk said no; the index is as it was.
    """
    begin = perf_counter()
    if not manifest.is_there(directory):
        raise NoIndexError(f"no index in {directory}: run `searchidx index PATH` first")
    saved = Salvaged(Manifest())

    def read(directory: str) -> Manifest:
        nonlocal saved
        saved = salvage(directory)
        return saved.manifest

    with IndexWriter(directory, wait=wait, read=read) as writer:
        if not saved.problems:
            known = known_documents(writer.snapshot())
            return Repair(
                (), (), 0, guessed=False, report=_report(writer, begin, known, unchanged=len(known))
            )
        known = known_documents(writer.snapshot())
        wanted = [*saved.manifest.roots, *saved.lost, *(known if saved.guessed else ())]
        roots = Roots(saved.manifest)
        targets = roots.targets(wanted, None)
        own = own_files.aliases([*apart, *saved.manifest.lists], (target.path for target in targets))
        plan = planning.make(
            targets,
            known,
            saved.manifest.skipped,
            saved.manifest.refusals,
            apart=[os.path.abspath(directory), *own],
            encodings=encodings,
            limits=limits,
        )
        plan.gone.clear()  # their text is all there is left of them: a later run may remove them
        run = _Run(writer, known, plan, roots.rules or roots.with_(targets), tell)
        run.read(processes or os.cpu_count() or 1, limits or Limits(), words)
        report = run.commit(begin, always=True)
        refused = {entry.path: entry.reason.sentence for entry in writer.manifest.skipped}
    held = {*known, *run.indexed}
    gone = tuple(
        (path, refused.get(path, "the file is gone")) for path in sorted(saved.lost) if path not in held
    )
    problems = tuple((problem.path, problem.why) for problem in saved.problems)
    return Repair(problems, gone, saved.nameless, guessed=saved.guessed, report=report)


def remove(directory: str, paths: Iterable[str], *, wait: float = WAIT_SECONDS) -> Report:
    """Take paths, and everything below them, out of the index; errors as in :func:`update`."""
    begin = perf_counter()
    tops = {path if is_stream(path) else os.path.abspath(path) for path in paths}
    with IndexWriter(directory, wait=wait) as writer:
        known = known_documents(writer.snapshot())
        gone = [path for path in known if is_below(path, tops)]
        roots = {
            root: rules for root, rules in Roots(writer.manifest).rules.items() if not is_below(root, tops)
        }
        left = [entry for entry in writer.manifest.skipped if not is_below(entry.path, tops)]
        left_known = {path: document for path, document in known.items() if not is_below(path, tops)}
        writer.commit(
            deleted=_by_segment(known, gone),
            roots=roots,
            rules=_worded(roots),
            skipped=left,
            unfinished=[path for path in writer.manifest.unfinished if not is_below(path, tops)],
            stale=[failure for failure in writer.manifest.stale if failure.path in left_known],
            touched={path: file for path, file in writer.manifest.touched.items() if path in left_known},
            refusals={
                path: file for path, file in writer.manifest.refusals.items() if not is_below(path, tops)
            },
            committed=_now(),
        )
        return _report(writer, begin, left_known, removed=len(gone), unchanged=len(left_known))


class _Run:
    """One run of :func:`update`, from plan to commit."""

    def __init__(
        self,
        writer: IndexWriter,
        known: Mapping[str, Known],
        plan: Plan,
        roots: Mapping[str, WalkRules],
        tell: Tell | None,
    ) -> None:
        self._writer = writer
        self._known = known
        self._plan = plan
        self._roots = roots
        self._tell = tell
        self._outcomes: list[Outcome] = []  # each appended whole: an interrupt finds none in part
        self._outcome = Outcome()  # all of them, once there are no more
        self._committed = 0  # of the outcomes, the first that are committed already
        self._committed_at = monotonic()
        self._places = known  # of documents that are not replaced yet; merging moves them
        self._targets: list[str] = []
        self._schedule = CommitSchedule(0, 0)
        self._interrupted = False
        self.lists = writer.manifest.lists
        self._processes = 1
        self._sizes = {task.path: task.size for task in plan.tasks}
        self._size = sum(self._sizes.values())
        self._unread = dict(self._sizes)
        self._files = self._paragraphs = self._text_bytes = self._bytes = 0

    def is_over(self, targets: list[str], schedule: CommitSchedule) -> None:
        """Note the paths that the run is over, and when to commit on the way."""
        self._targets = targets
        self._schedule = schedule

    def read(self, processes: int, limits: Limits, words: str | None) -> None:
        """Read what has to be read: little of it here, much of it, or what can't be trusted, in worker processes."""
        directory, tasks = self._writer.directory, self._plan.tasks
        if words is not None and tasks:
            load_words(words)  # a file that can't be read is told before a worker falls over it
        total = sum(task.size for task in tasks)
        self._processes = processes
        try:
            if total < ALONE_BYTES and all(format_of(task.path).is_safe_in_parent for task in tasks):
                self._outcomes.append(index_files(directory, tasks, self._step, limits, words))
                return
            batches = list(_batches(tasks, total, processes if total >= ALONE_BYTES else 1))
            held = (self._writer.lock.descriptor,)
            with Pool(directory, batches, processes, limits, held, words) as pool:
                self._hear(pool)
        except KeyboardInterrupt:
            self._interrupt()
        except OSError as error:
            raise storage_error(directory, error) from error

    def _hear(self, pool: Pool) -> None:
        """Gather what workers do; when the run is interrupted, what they have read whole by then."""
        try:
            for event in pool.events():
                if isinstance(event, Step):
                    self._step(event.path, event.paragraphs, event.text_bytes)
                else:
                    self._outcomes.append(event)
                    self._commit_if_due()
        except KeyboardInterrupt:
            self._interrupt()
            for outcome in pool.last_outcomes():
                self._outcomes.append(outcome)

    @property
    def indexed(self) -> list[str]:
        """Paths that were read into new segments."""
        return _joined(self._outcomes).indexed

    def commit(self, begin: float, *, always: bool = False) -> Report:
        """Commit what was read; with ``always``, even if nothing was."""
        self._outcome = _joined(self._outcomes)
        outcome, known, plan = self._outcome, self._known, self._plan
        skipped = [*plan.skipped, *(Skipped(*entry) for entry in outcome.skipped)]
        failures = [failure for failure in outcome.failures if failure.path in known]
        skipped += (_skipped(failure) for failure in outcome.failures if failure.path not in known)
        skipped += self._left_out_again()
        replaced = [path for path in outcome.indexed if path in known]
        # What could not even be looked at is as it was, for all we know.
        refused = [entry.path for entry in skipped if entry.path in known and entry.size != UNKNOWN]
        leaving = {*replaced, *plan.gone, *refused}
        kept = {path: document for path, document in known.items() if path not in leaving}
        touched, files = self._touched(kept), self._refusals(skipped)
        stale = self._stale(kept, failures)
        unfinished = self._unfinished()
        if self._tell:
            self._say("committing")
        facts = (stale, unfinished) != (self._writer.manifest.stale, self._writer.manifest.unfinished)
        if always or facts or self._changes(touched, files, skipped):
            self._commit(
                added=self._pending.segments,
                deleted=_by_segment(self._places, leaving & self._places.keys()),
                roots=self._roots,
                rules=_worded(self._roots),
                lists=self.lists,
                skipped=sorted(skipped, key=lambda entry: entry.path),
                touched=touched,
                refusals=files,
                stale=stale,
                unfinished=unfinished,
                renamed=self._renamed(),
                committed=_now(),
            )
        return _report(
            self._writer,
            begin,
            kept,
            new_paragraphs=sum(entry.paragraphs for entry in outcome.segments),
            added=len(outcome.indexed) - len(replaced),
            updated=len(replaced),
            removed=len(plan.gone) + len(refused),
            renamed=len(plan.renamed),
            unchanged=plan.unchanged + len(outcome.unchanged) - len(self._left_out_again()) + len(failures),
            interrupted=self._interrupted,
            notes=outcome.notes,
        )

    def _commit(self, **facts: Any) -> None:
        """Commit; a run that is interrupted meanwhile begins the commit again, and leaves the merging for another time."""
        generation = self._writer.manifest.generation
        try:
            self._writer.commit(**facts, merging=self._merging())
        except KeyboardInterrupt:
            self._interrupt()
            if self._writer.manifest.generation == generation:
                self._writer.commit(**facts, merging=self._merging())

    @property
    def _pending(self) -> Outcome:
        """What was read and is not committed yet."""
        return _joined(self._outcomes[self._committed :])

    def _commit_if_due(self) -> None:
        """Commit what was read so far, if it is time to.

        Raises:
            KeyboardInterrupt: The run was interrupted meanwhile.
        """
        pending = self._pending
        text_bytes = sum(entry.text_bytes for entry in pending.segments)
        if pending.segments and self._schedule.is_due(monotonic() - self._committed_at, text_bytes):
            self._commit_on_the_way(pending)
            if self._interrupted:
                raise KeyboardInterrupt

    def _commit_on_the_way(self, pending: Outcome) -> None:
        """Commit whole documents, new and replaced ones; whatever else the run finds out comes with its last commit."""
        manifest = self._writer.manifest
        replaced = {path for path in pending.indexed if path in self._places}
        if self._tell:
            self._say("committing")
        self._commit(
            added=pending.segments,
            deleted=_by_segment(self._places, replaced),
            roots=self._roots,
            rules=_worded(self._roots),
            touched={path: file for path, file in manifest.touched.items() if path not in replaced},
            stale=[failure for failure in manifest.stale if failure.path not in replaced],
            unfinished=_outermost((*manifest.unfinished, *self._targets)),
            committed=_now(),
            is_last=False,
        )
        self._committed = len(self._outcomes)
        self._committed_at = monotonic()
        self._places = self._moved(
            {path: place for path, place in self._places.items() if path not in replaced}
        )

    def _moved(self, places: dict[str, Known]) -> dict[str, Known]:
        """Return where documents are after a commit, which may have merged their segments."""
        segments = {entry.name for entry in self._writer.manifest.segments}
        if all(place.segment in segments for place in places.values()):
            return places
        moved = known_documents(self._writer.snapshot())
        return {path: moved[path] for path in places}

    def _unfinished(self) -> tuple[str, ...]:
        """Return the paths of runs that are not finished when this one ends."""
        before = self._writer.manifest.unfinished
        if self._interrupted:
            return _outermost((*before, *self._targets))
        return tuple(path for path in before if not is_below(path, self._targets))

    def _stale(self, kept: Mapping[str, Known], failures: list[FailedRead]) -> tuple[FailedRead, ...]:
        """Return the documents whose text is old when this run ends."""
        outcome, plan = self._outcome, self._plan
        settled = {*outcome.indexed, *dict(outcome.unchanged), *plan.current, *plan.renamed}
        stale = {
            failure.path: failure
            for failure in self._writer.manifest.stale
            if failure.path in kept and failure.path not in settled
        }
        stale |= {failure.path: failure for failure in failures}
        return tuple(failure for _, failure in sorted(stale.items()))

    def _merging(self) -> Merging:
        if self._interrupted:
            return merging.postponed()
        return merging.shared(self._processes, (self._writer.lock.descriptor,), self._interrupt)

    def _touched(self, kept: Mapping[str, Known]) -> dict[str, Fingerprint]:
        """Return stamps of the files whose content is as it was, for a later run to know them by."""
        before = self._writer.manifest.touched
        touched = {path: file for path, file in before.items() if path in kept}
        for path, stamp in self._outcome.unchanged:
            if path in kept and stamp != kept[path].stamp:
                touched[path] = Fingerprint(stamp)
        for old, listed in self._plan.renamed.items():
            touched.pop(old, None)
            if listed.stamp != kept[old].stamp or old in before:
                touched[listed.path] = Fingerprint(listed.stamp)
        return touched

    def _left_out_again(self) -> list[Skipped]:
        """Return the entries of files that were hashed and are, byte for byte, those that were left out before."""
        rechecks, sizes = self._plan.rechecks, self._sizes
        return [
            Skipped(path, rechecks[path].reason, sizes[path], stamp.mtime_ns)
            for path, stamp in self._outcome.unchanged
            if path in rechecks
        ]

    def _refusals(self, skipped: Iterable[Skipped]) -> dict[str, Fingerprint]:
        """Return fingerprints of the files that are left out, as far as they are known."""
        tasks = {task.path: task for task in self._plan.tasks}
        files = self._fingerprints(tasks)
        paths = [entry.path for entry in skipped if entry.size != UNKNOWN and entry.path in files]
        return {path: _digested(files[path], tasks.get(path)) for path in paths}

    def _fingerprints(self, tasks: Mapping[str, FileTask]) -> dict[str, Fingerprint]:
        files = {path: Fingerprint(task.stamp) for path, task in tasks.items()}
        files |= self._plan.refusals | dict(self._outcome.refusals)
        for path, stamp in self._outcome.unchanged:
            if path in self._plan.rechecks:
                files[path] = Fingerprint(stamp, tasks[path].known)
        return files

    def _renamed(self) -> dict[str, dict[int, str]]:
        renamed: dict[str, dict[int, str]] = {}
        for old, listed in self._plan.renamed.items():
            place = self._places[old]
            renamed.setdefault(place.segment, {})[place.number] = listed.path
        return renamed

    def _changes(
        self, touched: dict[str, Fingerprint], refusals: dict[str, Fingerprint], skipped: list[Skipped]
    ) -> bool:
        """Whether there is anything to commit."""
        manifest = self._writer.manifest
        return bool(
            not manifest.generation
            or self._writer.is_settling
            or self._outcome.segments
            or self._plan.gone
            or self._plan.renamed
            or touched != manifest.touched
            or refusals != manifest.refusals
            or set(skipped) != set(manifest.skipped)
            or tuple(self._roots) != manifest.roots
            or _worded(self._roots) != manifest.rules
            or self.lists != manifest.lists
        )

    def _interrupt(self) -> None:
        self._interrupted = True

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
        files = len(self._sizes)
        self._tell(
            Progress(self._files, files, self._paragraphs, self._text_bytes, self._bytes, self._size, current)
        )


def _joined(outcomes: Iterable[Outcome]) -> Outcome:
    """Return one outcome for several."""
    whole = Outcome()
    for outcome in outcomes:
        whole.segments += outcome.segments
        whole.indexed += outcome.indexed
        whole.unchanged += outcome.unchanged
        whole.skipped += outcome.skipped
        whole.notes += outcome.notes
        whole.failures += outcome.failures
        whole.refusals += outcome.refusals
    return whole


def _skipped(failure: FailedRead) -> Skipped:
    """Return what is noted of a new file whose reading failed."""
    return Skipped(failure.path, cause_of(failure), failure.size, failure.mtime_ns)


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Return paths without those below another."""
    every = set(paths)
    return tuple(sorted(path for path in every if not _has_above(path, every)))


def _has_above(path: str, every: Collection[str]) -> bool:
    above = os.path.dirname(path)
    return above != path and is_below(above, every)


def _digested(file: Fingerprint, task: FileTask | None) -> Fingerprint:
    """Return a fingerprint with a digest: a worker that died over a file could not tell it."""
    return file if file.digest or task is None or task.at else planning.fingerprint(task)


def _stream_tasks(
    streams: Mapping[str, str], known: Mapping[str, Known], encodings: EncodingRules
) -> Iterator[FileTask]:
    for name, at in streams.items():
        path = stream_path(name)
        found = os.stat(at)
        digest = (
            known[path].digest if path in known and not encodings.has_changed(path, known[path].notes) else ""
        )
        yield FileTask(
            path,
            found.st_size,
            found.st_mtime_ns,
            digest,
            encodings.encoding_of(path),
            encodings.note(path),
            at,
        )


def _batches(tasks: list[FileTask], total: int, processes: int) -> Iterator[list[FileTask]]:
    """Cut the work so that every worker gets some, none gets more than makes a segment, and all end at about one time.

    For that the last round of several is cut finer: who is done takes another piece.
    """
    rounds = max(1, -(-total // (BATCH_BYTES * processes)))
    share = usual = max(total / (rounds * processes), 1)
    batch: list[FileTask] = []
    size = 0
    left = total
    for task in tasks:
        batch.append(task)
        size += task.size
        if size >= share:
            yield batch
            left -= size
            batch, size = [], 0
            if rounds > 1 and left < usual * processes:
                share = max(left / (2 * processes), usual / 4)
    if batch:
        yield batch


def _by_segment(known: Mapping[str, Known], paths: Iterable[str]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for path in paths:
        numbers.setdefault(known[path].segment, []).append(known[path].number)
    return numbers


def _worded(roots: Mapping[str, WalkRules]) -> dict[str, tuple[str, ...]]:
    """The rules of the roots that are not walked as usual."""
    return {root: rules.words() for root, rules in roots.items() if rules != WalkRules()}


def _report(
    writer: IndexWriter,
    begin: float,
    kept: Mapping[str, Known],
    *,
    new_paragraphs: int = 0,
    added: int = 0,
    updated: int = 0,
    removed: int = 0,
    renamed: int = 0,
    unchanged: int = 0,
    interrupted: bool = False,
    notes: Iterable[tuple[str, Message]] = (),
) -> Report:
    """Tell of a run, from what is known and without reading anything again: the commit may have been the last to work."""
    return Report(
        documents=len(kept) + added + updated,
        paragraphs=sum(document.paragraphs for document in kept.values()) + new_paragraphs,
        added=added,
        updated=updated,
        removed=removed,
        renamed=renamed,
        unchanged=unchanged,
        skipped=tuple((entry.path, entry.reason.sentence) for entry in writer.manifest.skipped),
        seconds=perf_counter() - begin,
        interrupted=interrupted,
        notes=tuple((path, note.sentence) for path, note in sorted(notes)),
        stale=writer.manifest.stale,
    )


def _now() -> str:
    from datetime import datetime

    return datetime.now().astimezone().isoformat(timespec="seconds")
