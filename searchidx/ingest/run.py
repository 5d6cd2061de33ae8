"""One run of indexing, from its plan to its last commit."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from time import monotonic, perf_counter

from searchidx.analyzer.user_lexicon import load_words
from searchidx.engine import IndexedDocument, IndexState, MergeRunner, Part, Writer
from searchidx.errors import storage_error
from searchidx.file_state import UNKNOWN, Fingerprint
from searchidx.ingest import plan as planning
from searchidx.ingest.batch import FileTask, Outcome, index_files, rebuild_documents
from searchidx.ingest.causes import cause_of
from searchidx.ingest.ignore.rules import WalkRules
from searchidx.ingest.limits import Limits
from searchidx.ingest.merging import MergeWorkers, NoMerges
from searchidx.ingest.paths import is_below
from searchidx.ingest.plan import Plan
from searchidx.ingest.pool import Pool, Step
from searchidx.ingest.report import Progress, Report
from searchidx.ingest.schedule import CommitSchedule
from searchidx.messages import Message
from searchidx.readers import format_of, revision_of
from searchidx.results import FailedRead, Skipped

BATCH_BYTES = 8 << 20  # bytes of files in one batch; makes about one part
ALONE_BYTES = 2 << 20  # below this, starting workers takes longer than the work

Announce = Callable[[Progress], None]


class Run:
    """One run of indexing.

    Attributes:
        lists: Files that list paths, from this run on.
    """

    def __init__(
        self,
        writer: Writer,
        documents: Mapping[str, IndexedDocument],
        plan: Plan,
        roots: Mapping[str, WalkRules],
        announce: Announce | None,
        *,
        rebuild: bool = False,
    ) -> None:
        """Read nothing yet.

        Args:
            writer: Writer of the index.
            documents: Documents of the last commit by path.
            plan: Plan of the run.
            roots: Roots from this run on.
            announce: Called with the progress.
            rebuild: Replace every part of the index: documents that are not read again are rebuilt from their stored
                paragraphs.
        """
        self._is_rebuild = rebuild
        self._writer = writer
        self._documents = documents
        self._plan = plan
        self._roots = roots
        self._announce = announce
        self._outcomes: list[Outcome] = []  # each appended whole: an interrupt finds none in part
        self._outcome = Outcome()  # of the whole run, once it is complete
        self._committed = 0  # number of outcomes that are committed
        self._committed_at = monotonic()
        self._remaining = set(documents)  # documents that no commit of this run has replaced
        self._targets: list[str] = []
        self._schedule = CommitSchedule(0, 0)
        self._interrupted = False
        self.lists = writer.state.lists
        self._processes = 1
        self._words: str | None = None
        self._sizes = {task.path: task.size for task in plan.tasks}
        self._size = sum(self._sizes.values())
        self._unread = dict(self._sizes)
        self._files = self._paragraphs = self._text_bytes = self._bytes = 0

    def schedule(self, targets: list[str], schedule: CommitSchedule) -> None:
        """Set the paths of the run, which are unfinished until its end, and the schedule of its commits on the way."""
        self._targets = targets
        self._schedule = schedule

    def read(self, processes: int, limits: Limits, words: str | None) -> None:
        """Read the files of the plan: few of safe formats in this process, others in worker processes."""
        place, tasks = self._writer.ticket, self._plan.tasks
        if words is not None and tasks:
            load_words(words)  # a file that can't be read is named before a worker fails over it
        total = sum(task.size for task in tasks)
        self._processes, self._words = processes, words
        try:
            if total < ALONE_BYTES and all(format_of(task.path).is_safe_in_parent for task in tasks):
                self._outcomes.append(index_files(place, tasks, self._step, limits, words))
                return
            batches = list(_batches(tasks, total, processes if total >= ALONE_BYTES else 1))
            with Pool(place, batches, processes, limits, self._writer.inherited, words) as pool:
                self._gather(pool)
        except KeyboardInterrupt:
            self._interrupt()
        except OSError as error:
            raise storage_error(place, error) from error

    def _gather(self, pool: Pool) -> None:
        """Gather the outcomes of the workers; of an interrupted run, those of the files read by then."""
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
    def is_interrupted(self) -> bool:
        """True if the run was interrupted before it had read every file."""
        return self._interrupted

    @property
    def indexed(self) -> list[str]:
        """Paths of the documents that were read."""
        return _joined(self._outcomes).indexed

    def commit(self, begin: float, *, always: bool = False) -> Report:
        """Commit the changes; with ``always``, even if there are none."""
        self._outcome = _joined(self._outcomes)
        outcome, documents, plan = self._outcome, self._documents, self._plan
        skipped = [*plan.skipped, *outcome.skipped]
        failures = [failure for failure in outcome.failures if failure.path in documents]
        skipped += (_skipped(failure) for failure in outcome.failures if failure.path not in documents)
        skipped += self._skipped_again()
        replaced = [path for path in outcome.indexed if path in documents]
        # A file whose size and time are unknown may be unchanged.
        refused = [entry.path for entry in skipped if entry.path in documents and entry.size != UNKNOWN]
        leaving = {*replaced, *plan.gone, *refused}
        stored = {path: document for path, document in documents.items() if path not in leaving}
        state = self._state(stored, skipped, failures)
        if self._announce:
            self._say("committing")
        rebuilt = self._rebuild(stored) if self._is_rebuild else []
        if always or self._is_rebuild or self._is_changed(state):
            self._commit(
                state,
                parts=[*self._pending.parts, *rebuilt],
                removed=set(documents) if self._is_rebuild else leaving & self._remaining,
                renamed={old: listed.path for old, listed in plan.renamed.items()},
            )
        return report_of(
            self._writer.state,
            begin,
            stored,
            new_paragraphs=sum(part.paragraphs for part in outcome.parts),
            added=len(outcome.indexed) - len(replaced),
            updated=len(replaced),
            removed=len(plan.gone) + len(refused),
            renamed=len(plan.renamed),
            unchanged=plan.unchanged + len(outcome.unchanged) - len(self._skipped_again()) + len(failures),
            interrupted=self._interrupted,
            notes=outcome.notes,
            outdated=len(set(plan.outdated).intersection(replaced)),
            rebuilt=sorted(stored) if self._is_rebuild else (),
        )

    def _rebuild(self, stored: Collection[str]) -> list[Part]:
        """Build parts of documents from their stored paragraphs."""
        documents = self._writer.stored(stored)
        size = sum(self._documents[path].size for path in stored)
        try:
            return rebuild_documents(self._writer.ticket, documents, self._words, size)
        except OSError as error:
            raise storage_error(self._writer.ticket, error) from error

    def _state(
        self, stored: Mapping[str, IndexedDocument], skipped: list[Skipped], failures: list[FailedRead]
    ) -> IndexState:
        """Return the state of the last commit of the run."""
        return self._writer.state._replace(
            committed=now(),
            roots=tuple(self._roots),
            rules=rules_of(self._roots),
            lists=tuple(self.lists),
            skipped=tuple(sorted(skipped, key=lambda entry: entry.path)),
            touched=self._touched(stored),
            refusals=self._refusals(skipped),
            unfinished=self._unfinished(),
            stale=self._stale(stored, failures),
        )

    def _is_changed(self, state: IndexState) -> bool:
        """Return True if there is anything to commit."""
        before = self._writer.state
        is_same_state = (
            state.touched == before.touched
            and state.refusals == before.refusals
            and set(state.skipped) == set(before.skipped)
            and state._replace(committed="", touched={}, refusals={}, skipped=())
            == before._replace(committed="", touched={}, refusals={}, skipped=())
        )
        return bool(
            not is_same_state
            or not before.generation
            or self._writer.has_pending_changes
            or self._outcome.parts
            or self._plan.gone
            or self._plan.renamed
        )

    def _commit(
        self,
        state: IndexState,
        *,
        parts: list[Part],
        removed: Collection[str],
        renamed: Mapping[str, str] | None = None,
        is_last: bool = True,
    ) -> None:
        """Commit; an interrupted commit begins again, and leaves the merging to a later run."""
        generation = self._writer.state.generation

        def commit() -> None:
            self._writer.commit(
                state,
                added=parts,
                removed=removed,
                renamed=renamed,
                merging=self._merging(),
                is_last=is_last,
            )

        try:
            commit()
        except KeyboardInterrupt:
            self._interrupt()
            if self._writer.state.generation == generation:
                commit()

    @property
    def _pending(self) -> Outcome:
        """Outcomes that are not committed yet, as one."""
        return _joined(self._outcomes[self._committed :])

    def _commit_if_due(self) -> None:
        """Commit the outcomes so far if that is due.

        Raises:
            KeyboardInterrupt: The run was interrupted meanwhile.
        """
        pending = self._pending
        text_bytes = sum(part.text_bytes for part in pending.parts)
        if pending.parts and self._schedule.is_due(monotonic() - self._committed_at, text_bytes):
            self._commit_on_the_way(pending)
            if self._interrupted:
                raise KeyboardInterrupt

    def _commit_on_the_way(self, pending: Outcome) -> None:
        """Commit whole documents, new and replaced ones; all other changes come with the last commit of the run."""
        state = self._writer.state
        replaced = {path for path in pending.indexed if path in self._remaining}
        if self._announce:
            self._say("committing")
        self._commit(
            state._replace(
                committed=now(),
                roots=tuple(self._roots),
                rules=rules_of(self._roots),
                touched={path: file for path, file in state.touched.items() if path not in replaced},
                stale=tuple(failure for failure in state.stale if failure.path not in replaced),
                unfinished=_outermost((*state.unfinished, *self._targets)),
            ),
            parts=pending.parts,
            removed=replaced,
            is_last=False,
        )
        self._committed = len(self._outcomes)
        self._committed_at = monotonic()
        self._remaining -= replaced

    def _unfinished(self) -> tuple[str, ...]:
        """Return the paths of unfinished runs at the end of this one."""
        before = self._writer.state.unfinished
        if self._interrupted:
            return _outermost((*before, *self._targets))
        return tuple(path for path in before if not is_below(path, self._targets))

    def _stale(
        self, stored: Mapping[str, IndexedDocument], failures: list[FailedRead]
    ) -> tuple[FailedRead, ...]:
        """Return the documents whose text is old at the end of the run."""
        outcome, plan = self._outcome, self._plan
        settled = {*outcome.indexed, *dict(outcome.unchanged), *plan.current, *plan.renamed}
        stale = {
            failure.path: failure
            for failure in self._writer.state.stale
            if failure.path in stored and failure.path not in settled
        }
        stale |= {failure.path: failure for failure in failures}
        return tuple(failure for _, failure in sorted(stale.items()))

    def _merging(self) -> MergeRunner:
        if self._interrupted:
            return NoMerges()
        return MergeWorkers(self._writer.ticket, self._processes, self._writer.inherited, self._interrupt)

    def _touched(self, stored: Mapping[str, IndexedDocument]) -> dict[str, Fingerprint]:
        """Return the new stamps of files with the same content, by which a later run knows them."""
        before = self._writer.state.touched
        touched = {path: file for path, file in before.items() if path in stored}
        for path, stamp in self._outcome.unchanged:
            if path in stored and stamp != stored[path].stamp:
                touched[path] = Fingerprint(stamp)
        for old, listed in self._plan.renamed.items():
            touched.pop(old, None)
            if listed.stamp != stored[old].stamp or old in before:
                touched[listed.path] = Fingerprint(listed.stamp)
        return touched

    def _skipped_again(self) -> list[Skipped]:
        """Return the entries of files that were hashed and have the bytes that were skipped before."""
        rechecks, sizes = self._plan.rechecks, self._sizes
        return [
            rechecks[path]._replace(size=sizes[path], mtime_ns=stamp.mtime_ns)
            for path, stamp in self._outcome.unchanged
            if path in rechecks
        ]

    def _refusals(self, skipped: Iterable[Skipped]) -> dict[str, Fingerprint]:
        """Return the known fingerprints of skipped files."""
        tasks = {task.path: task for task in self._plan.tasks}
        files = self._fingerprints(tasks)
        paths = [entry.path for entry in skipped if entry.size != UNKNOWN and entry.path in files]
        return {path: _digested(files[path], tasks.get(path)) for path in paths}

    def _fingerprints(self, tasks: Mapping[str, FileTask]) -> dict[str, Fingerprint]:
        files = {path: Fingerprint(task.stamp) for path, task in tasks.items()}
        files |= self._plan.refusals | dict(self._outcome.refusals)
        for path, stamp in self._outcome.unchanged:
            if path in self._plan.rechecks:
                files[path] = Fingerprint(stamp, tasks[path].digest)
        return files

    def _interrupt(self) -> None:
        self._interrupted = True

    def _step(self, path: str, paragraphs: int, text_bytes: int) -> None:
        self._paragraphs += paragraphs
        self._text_bytes += text_bytes
        if path in self._unread:  # a batch that cost a worker is begun again: its files are counted once
            self._files += 1
            self._bytes += self._unread.pop(path)
        if self._announce:
            self._say(path)

    def _say(self, current: str) -> None:
        assert self._announce is not None
        files = len(self._sizes)
        self._announce(
            Progress(self._files, files, self._paragraphs, self._text_bytes, self._bytes, self._size, current)
        )


def _joined(outcomes: Iterable[Outcome]) -> Outcome:
    """Return one outcome for several."""
    whole = Outcome()
    for outcome in outcomes:
        whole.parts += outcome.parts
        whole.indexed += outcome.indexed
        whole.unchanged += outcome.unchanged
        whole.skipped += outcome.skipped
        whole.notes += outcome.notes
        whole.failures += outcome.failures
        whole.refusals += outcome.refusals
    return whole


def _skipped(failure: FailedRead) -> Skipped:
    """Return the entry of a new file whose reading failed."""
    return Skipped(failure.path, cause_of(failure), failure.size, failure.mtime_ns, revision_of(failure.path))


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Return paths without those below another."""
    every = set(paths)
    return tuple(sorted(path for path in every if not _has_above(path, every)))


def _has_above(path: str, every: Collection[str]) -> bool:
    above = os.path.dirname(path)
    return above != path and is_below(above, every)


def _digested(file: Fingerprint, task: FileTask | None) -> Fingerprint:
    """Return a fingerprint with a digest, which a worker that died over the file could not return."""
    return file if file.digest or task is None or task.location else planning.fingerprint(task)


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


def rules_of(roots: Mapping[str, WalkRules]) -> dict[str, tuple[str, ...]]:
    """Return the rules of the roots that are not walked by the default rules."""
    return {root: rules.words() for root, rules in roots.items() if rules != WalkRules()}


def report_of(
    state: IndexState,
    begin: float,
    stored: Mapping[str, IndexedDocument],
    *,
    new_paragraphs: int = 0,
    added: int = 0,
    updated: int = 0,
    removed: int = 0,
    renamed: int = 0,
    unchanged: int = 0,
    interrupted: bool = False,
    outdated: int = 0,
    rebuilt: Iterable[str] = (),
    notes: Iterable[tuple[str, Message]] = (),
) -> Report:
    """Build the report of a run without reading anything again: its commit may have been the last to succeed."""
    return Report(
        documents=len(stored) + added + updated,
        paragraphs=sum(document.paragraphs for document in stored.values()) + new_paragraphs,
        added=added,
        updated=updated,
        removed=removed,
        renamed=renamed,
        unchanged=unchanged,
        skipped=tuple((entry.path, entry.reason.sentence) for entry in state.skipped),
        seconds=perf_counter() - begin,
        interrupted=interrupted,
        notes=tuple((path, note.sentence) for path, note in sorted(notes)),
        stale=state.stale,
        outdated=outdated,
        rebuilt=tuple(rebuilt),
    )


def now() -> str:
    """Return the local time, ISO 8601 with zone."""
    from datetime import datetime

    return datetime.now().astimezone().isoformat(timespec="seconds")
