"""Pool of worker processes: batches of files shared among them, and their outcomes.

A worker that dies costs nothing the first time: a new one does its batch again, with the file that it was reading last and
alone. A file that kills a second worker, or takes too long, is skipped with the cause; a worker that dies twice outside any
file ends the run without a commit. A thread per worker talks to it; the caller's thread receives progress and outcomes.
"""

import json
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import IO, Self

from searchidx.errors import storage_error
from searchidx.file_state import UNKNOWN
from searchidx.ingest import causes, worker
from searchidx.ingest import limits as limiting
from searchidx.ingest.batch import FileTask, Outcome
from searchidx.ingest.limits import Limits
from searchidx.messages import Message, message
from searchidx.results import FailedRead

_POLL_SECONDS = 1.0  # between two checks of silent workers
_GRACE_SECONDS = 2.0  # after the alarm of a worker, before it is killed
BATCH_SECONDS = 15.0  # of reading before a worker flushes, which then takes some seconds
STOP_SECONDS = 7.0  # for the workers of an interrupted run to flush
_BLOCKED_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)  # signals that end a run: the parent ends its workers


@dataclass(frozen=True, slots=True)
class Step:
    """A worker begins a file; paragraphs and text bytes since its last step."""

    path: str
    paragraphs: int
    text_bytes: int


@dataclass(frozen=True, slots=True)
class Failure:
    """An error that ends the run."""

    error: Exception


Event = Step | Outcome | Failure


def run(
    place: str,
    batches: list[list[FileTask]],
    processes: int,
    limits: Limits | None = None,
    inherited: Sequence[int] = (),
    words: str | None = None,
) -> Iterator[Event]:
    """Run batches in a :class:`Pool`; closing the iterator kills the workers."""
    with Pool(place, batches, processes, limits, inherited, words) as pool:
        yield from pool.events()


class Pool:
    """Worker processes for the batches of a run, as a context manager; leaving it kills workers that still run."""

    def __init__(
        self,
        place: str,
        batches: list[list[FileTask]],
        processes: int,
        limits: Limits | None = None,
        inherited: Sequence[int] = (),
        words: str | None = None,
    ) -> None:
        """Start nothing yet.

        Args:
            place: Place of the index.
            batches: Batches of files.
            processes: Workers at most.
            limits: Limits per file.
            inherited: Open files that the workers keep open as long as they live.
            words: File of the user's own words.
        """
        waiting: queue.SimpleQueue[list[FileTask]] = queue.SimpleQueue()
        for batch in batches:
            waiting.put(batch)
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._crew = [
            _Keeper(place, waiting, self._events, limits or Limits(), inherited, words)
            for _ in range(min(processes, len(batches)))
        ]
        self._busy = len(self._crew)

    def __enter__(self) -> Self:
        """Start the workers."""
        for keeper in self._crew:
            keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill the workers and wait for their ends."""
        for keeper in self._crew:
            keeper.stop()
        for keeper in self._crew:
            keeper.join()

    def events(self) -> Iterator[Step | Outcome]:
        """Yield steps, and one outcome for each batch or part of one, in any order.

        Raises:
            StorageError: The index can't be written.
        """
        while self._busy:
            for keeper in self._crew:
                keeper.watch()
            with suppress(queue.Empty):
                yield from self._next(_POLL_SECONDS)

    def last_outcomes(self) -> Iterator[Outcome]:
        """Have every worker flush, and yield the outcomes; a worker that takes too long is ignored.

        Raises:
            StorageError: The index can't be written.
        """
        for keeper in self._crew:
            keeper.wind_down()
        end = monotonic() + STOP_SECONDS
        with suppress(queue.Empty):
            while self._busy:
                for event in self._next(max(end - monotonic(), 0)):
                    if isinstance(event, Outcome):
                        yield event

    def _next(self, seconds: float) -> Iterator[Step | Outcome]:
        """Yield the next event; none for the end of a worker.

        Raises:
            queue.Empty: No event came in time.
        """
        event = self._events.get(timeout=seconds)
        if event is None:
            self._busy -= 1
        elif isinstance(event, Failure):
            raise event.error
        else:
            yield event


class _Keeper(threading.Thread):
    """Thread that keeps one worker busy, and replaces it when it dies."""

    def __init__(
        self,
        place: str,
        waiting: "queue.SimpleQueue[list[FileTask]]",
        events: "queue.SimpleQueue[Event | None]",
        limits: Limits,
        inherited: Sequence[int],
        words: str | None,
    ) -> None:
        super().__init__(daemon=True)
        self._place = place
        self._waiting = waiting
        self._events = events
        self._limits = limits
        self._inherited = inherited
        self._words = words
        self._stopped = False
        self._is_last = False
        self._batch_end: float | None = None
        self._unread: list[FileTask] = []  # of a batch that ended early
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline: float | None = None
        self._expired = False
        self._killed = False

    def run(self) -> None:
        block_signals()
        try:
            while not (self._stopped or self._is_last):
                try:
                    batch = self._waiting.get_nowait()
                except queue.Empty:
                    break
                self._do(batch)
        except Exception as error:  # noqa: BLE001 - raised in the thread of the caller
            if not self._stopped:
                self._events.put(Failure(error))
        finally:
            self._dismiss()
            self._events.put(None)

    def stop(self) -> None:
        self._stopped = True
        if self._process is not None:
            self._process.kill()

    def wind_down(self) -> None:
        """Have the worker end its batch with the present file, and take no other."""
        self._is_last = True
        self._break_off()

    def _break_off(self) -> None:
        # A worker that hangs reads nothing: a full pipe must not block the run.
        threading.Thread(target=self._ask_to_stop, daemon=True).start()

    def _ask_to_stop(self) -> None:
        process = self._process
        with suppress(OSError, ValueError):  # it has ended, or its pipe is closed
            if process is not None and process.stdin is not None:
                process.stdin.write(worker.STOP)
                process.stdin.flush()

    def watch(self) -> None:
        """End a batch that takes too long, and kill a worker that is silent over one file for too long."""
        if (end := self._batch_end) is not None and monotonic() > end:
            self._batch_end = None
            self._break_off()
        deadline, process = self._deadline, self._process
        if deadline is not None and process is not None and monotonic() > deadline:
            self._expired = True
            process.kill()

    def _do(self, batch: list[FileTask]) -> None:
        suspects: set[str] = set()
        waiting = [batch]
        while waiting and not (self._stopped or self._is_last):
            batch = waiting.pop()
            path, why = self._converse(batch)
            if why is None or self._stopped:
                waiting += [self._unread] if self._unread else []
                continue
            if self._is_last:  # no time is left to find the file
                return
            culprit = next((task for task in batch if task.path == path), None)
            if culprit is None and "" in suspects:
                short = limiting.is_short_of_memory(self._limits)
                end = f"a worker died ({why.details[0] if why.details else why.code})"
                end = "there is not enough memory for a worker process" if short else end
                raise storage_error(self._place, OSError(end))
            if culprit is None:
                waiting.append(batch)
            else:
                waiting += self._parted(batch, culprit, why, tried=path in suspects)
            suspects.add(path)

    def _parted(
        self, batch: list[FileTask], culprit: FileTask, why: Message, *, tried: bool
    ) -> list[list[FileTask]]:
        """Return the remaining batches after a worker died over a file, which comes last and alone."""
        others = [task for task in batch if task is not culprit]
        if tried or self._expired:
            self._events.put(Outcome(failures=[self._failure(culprit, why)]))
            return [others] if others else []
        return [[culprit], others] if others else [[culprit]]

    def _failure(self, task: FileTask, why: Message) -> FailedRead:
        """Return the failure of a file; if the system may have caused it, the unchanged file is tried again."""
        if self._killed or (not self._expired and limiting.is_short_of_memory(self._limits)):
            return FailedRead(task.path, *causes.KILLED, UNKNOWN, UNKNOWN)
        return FailedRead(task.path, *why, task.size, task.mtime_ns)

    def _converse(self, batch: list[FileTask]) -> tuple[str, Message | None]:
        """Run a batch; return the file over which the worker died and the cause, or None if it is complete."""
        process = self._worker()
        assert process.stdin is not None
        assert process.stdout is not None
        path = ""
        self._expired = False
        self._unread = []
        self._batch_end = monotonic() + BATCH_SECONDS
        with suppress(BrokenPipeError):
            process.stdin.write(worker.request(self._place, batch, self._limits, self._words))
            process.stdin.flush()
        try:
            for line in _lines(process.stdout):
                answer = json.loads(line)
                if "file" in answer:
                    path = answer["file"]
                    patience = self._limits.clock_seconds + _GRACE_SECONDS
                    self._deadline = monotonic() + patience if path else None
                    self._events.put(Step(path, answer["paragraphs"], answer["text_bytes"]))
                elif "failed" in answer:
                    raise storage_error(self._place, OSError(answer["failed"]))
                else:
                    outcome = worker.outcome_of(answer["done"])
                    paths = outcome.paths()
                    self._unread = [task for task in batch if task.path not in paths]
                    self._events.put(outcome)
                    return "", None
        finally:
            self._deadline = self._batch_end = None
        self._dismiss()
        alarm = limiting.alarm_of(process.returncode, self._limits)
        if alarm is None and self._expired:
            alarm = self._limits.too_late
        self._expired = alarm is not None
        self._killed = alarm is None and limiting.was_killed(process.returncode)
        return path, alarm or message("crash", _cause(process.returncode))

    def _worker(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._process = worker.start(self._inherited)
        return self._process

    def _dismiss(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(BrokenPipeError):
                if process.stdin is not None:
                    process.stdin.close()
            if process.stdout is not None:
                process.stdout.close()
            process.wait()


def block_signals() -> None:
    """Block the signals that end a run in this thread and in every process that it starts."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, _BLOCKED_SIGNALS)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the complete lines of a stream."""
    for line in stream:
        if line.endswith(b"\n"):
            yield line


def _cause(status: int) -> str:
    """Return the name of the signal of an exit status, or the status."""
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"exit status {status}"
