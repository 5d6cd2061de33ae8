"""Shares batches out among worker processes and gathers what becomes of them.

A worker that dies costs nothing the first time: its batch is done again by a fresh one, the file it was at last and
alone. What kills a second worker, or takes too long, is reported and left out; a worker that dies over no file twice
ends the run, and nothing is committed. A thread for each worker keeps the conversation; the caller's thread hears of
progress and outcomes.
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

_LOOK_SECONDS = 1.0  # how often the workers are looked at when they say nothing
_GRACE_SECONDS = 2.0  # how long a worker has to be ended by its own alarm, before it is killed
BATCH_SECONDS = 15.0  # how long a worker reads before it writes what it has, which then takes some seconds
STOP_SECONDS = 7.0  # how long workers of an interrupted run have to write what they have read
_DEAF_TO = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)  # signals that end a run: the parent decides what becomes of its workers


@dataclass(frozen=True, slots=True)
class Step:
    """A worker begins a file, having done some paragraphs since the last step."""

    path: str
    paragraphs: int
    text_bytes: int


@dataclass(frozen=True, slots=True)
class Failure:
    """No worker can go on."""

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
    """Have the batches done by a :class:`Pool`; closing the iterator kills the workers."""
    with Pool(place, batches, processes, limits, inherited, words) as pool:
        yield from pool.events()


class Pool:
    """Worker processes for the batches of a run. Use it as a context manager; leaving kills whoever still works."""

    def __init__(
        self,
        place: str,
        batches: list[list[FileTask]],
        processes: int,
        limits: Limits | None = None,
        inherited: Sequence[int] = (),
        words: str | None = None,
    ) -> None:
        """Share out the work; nothing is started yet.

        Args:
            place: Place of the index.
            batches: The work.
            processes: Workers at most.
            limits: What one file may cost.
            inherited: Open files that the workers hold as long as they live.
            words: The file of the user's own words.
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
        """Kill the workers and wait until they are gone."""
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
                yield from self._next(_LOOK_SECONDS)

    def last_outcomes(self) -> Iterator[Outcome]:
        """Have every worker write what it has read so far, and yield that; who takes too long is left behind.

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
        """Yield the next event; none where it is that a worker has ended.

        Raises:
            queue.Empty: There is none within some seconds.
        """
        event = self._events.get(timeout=seconds)
        if event is None:
            self._busy -= 1
        elif isinstance(event, Failure):
            raise event.error
        else:
            yield event


class _Keeper(threading.Thread):
    """Keeps one worker busy, and replaces it when it dies."""

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
        self._unread: list[FileTask] = []  # of a batch that was broken off
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline: float | None = None
        self._expired = False
        self._killed = False

    def run(self) -> None:
        be_deaf()
        try:
            while not (self._stopped or self._is_last):
                try:
                    batch = self._waiting.get_nowait()
                except queue.Empty:
                    break
                self._do(batch)
        except Exception as error:  # noqa: BLE001 - handed to the thread that can tell the user
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
        """Have the worker end its batch with the file at hand, and take no other."""
        self._is_last = True
        self._break_off()

    def _break_off(self) -> None:
        # A worker that hangs reads nothing: a full pipe must not hold up the run.
        threading.Thread(target=self._ask_to_stop, daemon=True).start()

    def _ask_to_stop(self) -> None:
        process = self._process
        with suppress(OSError, ValueError):  # it has gone, or its pipe was closed
            if process is not None and process.stdin is not None:
                process.stdin.write(worker.STOP)
                process.stdin.flush()

    def watch(self) -> None:
        """Kill a worker that has been silent over one file for too long."""
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
            at, why = self._converse(batch)
            if why is None or self._stopped:
                waiting += [self._unread] if self._unread else []
                continue
            if self._is_last:  # there is no time to find out which file it was
                return
            culprit = next((task for task in batch if task.path == at), None)
            if culprit is None and "" in suspects:
                short = limiting.is_short_of_memory(self._limits)
                end = f"a worker died ({why.details[0] if why.details else why.code})"
                end = "there is not enough memory for a worker process" if short else end
                raise storage_error(self._place, OSError(end))
            if culprit is None:
                waiting.append(batch)
            else:
                waiting += self._parted(batch, culprit, why, tried=at in suspects)
            suspects.add(at)

    def _parted(
        self, batch: list[FileTask], culprit: FileTask, why: Message, *, tried: bool
    ) -> list[list[FileTask]]:
        """What is left to do of a batch at one file of which a worker ended; that file comes last, and alone."""
        rest = [task for task in batch if task is not culprit]
        if tried or self._expired:
            self._events.put(Outcome(failures=[self._failure(culprit, why)]))
            return [rest] if rest else []
        return [[culprit], rest] if rest else [[culprit]]

    def _failure(self, task: FileTask, why: Message) -> FailedRead:
        """Build the note of a file that is left out; where that need not be its own doing, it is tried again as it is."""
        if self._killed or (not self._expired and limiting.is_short_of_memory(self._limits)):
            return FailedRead(task.path, *causes.KILLED, UNKNOWN, UNKNOWN)
        return FailedRead(task.path, *why, task.size, task.mtime_ns)

    def _converse(self, batch: list[FileTask]) -> tuple[str, Message | None]:
        """Ask for a batch; returns the file a worker failed at and why, or None where it is done."""
        process = self._worker()
        assert process.stdin is not None
        assert process.stdout is not None
        at = ""
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
                    at = answer["file"]
                    patience = self._limits.clock_seconds + _GRACE_SECONDS
                    self._deadline = monotonic() + patience if at else None
                    self._events.put(Step(at, answer["paragraphs"], answer["text_bytes"]))
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
        return at, alarm or message("crash", _cause(process.returncode))

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


def be_deaf() -> None:
    """Block the signals that end a run in this thread, and so in every process it starts."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, _DEAF_TO)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Whole lines; a line cut off by the end of the stream is none."""
    for line in stream:
        if line.endswith(b"\n"):
            yield line


def _cause(status: int) -> str:
    """What an exit status says, for a person."""
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"exit status {status}"
