"""Shares batches out among worker processes and gathers what becomes of them.

A worker that dies or hangs costs the file it was at: the file is reported, the rest of its batch is done again by a
fresh worker. A thread for each worker keeps the conversation; the caller's thread hears of progress and outcomes.
"""

import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import IO

from searchidx.errors import StorageError
from searchidx.ingest import worker
from searchidx.ingest.batch import FileTask, Outcome

FILE_SECONDS = 120.0  # how long a worker may be silent over one file
_LOOK_SECONDS = 1.0  # how often the workers are looked at when they say nothing


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
    directory: str,
    batches: list[list[FileTask]],
    processes: int,
    encoding: str | None = None,
    seconds: float = FILE_SECONDS,
) -> Iterator[Event]:
    """Have the batches done; yields steps and one outcome for each batch (or part of one), in any order.

    Closing the iterator kills the workers.

    Raises:
        StorageError: The index can't be written.
    """
    waiting: queue.SimpleQueue[list[FileTask]] = queue.SimpleQueue()
    for batch in batches:
        waiting.put(batch)
    events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
    crew = [
        _Keeper(directory, waiting, events, encoding, seconds) for _ in range(min(processes, len(batches)))
    ]
    for keeper in crew:
        keeper.start()
    try:
        left = len(crew)
        while left:
            for keeper in crew:
                keeper.watch()
            try:
                event = events.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            if event is None:
                left -= 1
            elif isinstance(event, Failure):
                raise event.error
            else:
                yield event
    finally:
        for keeper in crew:
            keeper.stop()
        for keeper in crew:
            keeper.join()


class _Keeper(threading.Thread):
    """Keeps one worker busy, and replaces it when it dies."""

    def __init__(
        self,
        directory: str,
        waiting: "queue.SimpleQueue[list[FileTask]]",
        events: "queue.SimpleQueue[Event | None]",
        encoding: str | None,
        seconds: float,
    ) -> None:
        super().__init__(daemon=True)
        self._directory = directory
        self._waiting = waiting
        self._events = events
        self._encoding = encoding
        self._seconds = seconds
        self._stopped = False
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline: float | None = None
        self._expired = False

    def run(self) -> None:
        try:
            while not self._stopped:
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

    def watch(self) -> None:
        """Kill a worker that has been silent over one file for too long."""
        deadline, process = self._deadline, self._process
        if deadline is not None and process is not None and monotonic() > deadline:
            self._expired = True
            process.kill()

    def _do(self, batch: list[FileTask]) -> None:
        while batch and not self._stopped:
            at, why = self._converse(batch)
            if not why or self._stopped:
                return
            culprit = next((task for task in batch if task.path == at), None)
            if culprit is None:
                raise StorageError(
                    f"a worker died outside any file ({why}): nothing of its batch is committed"
                )
            refused = [(culprit.path, why, culprit.size, culprit.mtime_ns)]
            self._events.put(Outcome(skipped=refused))
            batch = [task for task in batch if task is not culprit]

    def _converse(self, batch: list[FileTask]) -> tuple[str, str]:
        """Ask for a batch; returns the file a worker failed at and why, or two empty strings."""
        process = self._worker()
        assert process.stdin is not None
        assert process.stdout is not None
        at = ""
        self._expired = False
        with suppress(BrokenPipeError):
            process.stdin.write(worker.request(self._directory, batch, self._encoding))
            process.stdin.flush()
        try:
            for line in _lines(process.stdout):
                message = json.loads(line)
                if "file" in message:
                    at = message["file"]
                    self._deadline = monotonic() + self._seconds if at else None
                    self._events.put(Step(at, message["paragraphs"], message["text_bytes"]))
                elif "failed" in message:
                    raise StorageError(f"can't write the index in {self._directory}: {message['failed']}")
                else:
                    self._events.put(worker.outcome_of(message["done"]))
                    return "", ""
        finally:
            self._deadline = None
        self._dismiss()
        if self._expired:
            return at, f"reading it took longer than {self._seconds:g} s"
        return at, f"its reader crashed (exit status {process.returncode})"

    def _worker(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                worker.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
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


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Whole lines; a line cut off by the end of the stream is none."""
    for line in stream:
        if line.endswith(b"\n"):
            yield line
