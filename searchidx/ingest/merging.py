"""Merge runners: large merges run in worker processes, several at a time, at the end of a run.

A merge makes queries faster and changes nothing else. So a merge that is interrupted, or whose worker dies, is left to a
later run, and the documents are committed in more parts.
"""

import json
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from searchidx.engine import MergeJob, Part
from searchidx.engines import backend
from searchidx.errors import CorruptIndexError, storage_error
from searchidx.ingest import worker
from searchidx.ingest.pool import block_signals

ALONE_BYTES = 8 << 20  # of text; below this, starting a worker takes longer than it saves


class MergeWorkers:
    """A :class:`~searchidx.engine.MergeRunner` of worker processes for large merges; small ones run in this process.

    Attributes:
        workers: Number of merges at the same time.
    """

    def __init__(
        self, place: str, workers: int, inherited: Sequence[int], interrupted: Callable[[], object]
    ) -> None:
        """Start nothing yet.

        Args:
            place: Place of the index.
            workers: Worker processes at most.
            inherited: Open files that the workers keep open as long as they live.
            interrupted: Called when the merging is interrupted.
        """
        self.workers = workers
        self._place = place
        self._inherited = inherited
        self._interrupted = interrupted

    def run(self, jobs: Sequence[MergeJob]) -> Sequence[Part] | None:
        """Return the merged part of each job; None if a worker died or the run was interrupted."""
        try:
            if self.workers == 1 or sum(job.text_bytes for job in jobs) < ALONE_BYTES:
                return [backend(self._place).merge(job) for job in jobs]
            return self._run_in_workers(jobs)
        except KeyboardInterrupt:
            self._interrupted()
            return None

    def _run_in_workers(self, jobs: Sequence[MergeJob]) -> list[Part] | None:
        crew = _Crew(self._place, self._inherited)
        with ThreadPoolExecutor(self.workers) as threads:
            try:
                parts = list(threads.map(crew.merge, jobs))
            finally:
                crew.stop()
        return [part for part in parts if part] if all(parts) else None


class NoMerges:
    """A :class:`~searchidx.engine.MergeRunner` that leaves every merge to a later run."""

    workers = 1

    def run(self, jobs: Sequence[MergeJob]) -> None:
        """Run nothing."""


class _Crew:
    """Workers that merge one group each."""

    def __init__(self, place: str, inherited: Sequence[int]) -> None:
        self._place = place
        self._inherited = inherited
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def stop(self) -> None:
        """Kill the workers that still run."""
        self._stopped = True
        for process in tuple(self._running):
            process.kill()

    def merge(self, job: MergeJob) -> Part | None:
        """Run a job in a worker; None if the worker died over it.

        Raises:
            StorageError: The index can't be written.
            CorruptIndexError: A source is damaged.
        """
        if self._stopped:
            return None
        block_signals()
        with worker.start(self._inherited) as process:
            self._running.add(process)
            try:
                return self._answer(process, job)
            finally:
                process.kill()
                self._running.discard(process)

    def _answer(self, process: "subprocess.Popen[bytes]", job: MergeJob) -> Part | None:
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.write(worker.merge_request(self._place, job))
            process.stdin.flush()
        line = process.stdout.readline()
        if not line.endswith(b"\n"):
            return None
        answer = json.loads(line)
        if "failed" in answer:
            raise storage_error(self._place, OSError(answer["failed"]))
        if "corrupt" in answer:
            raise CorruptIndexError(*answer["corrupt"])
        return worker.outcome_of(answer["done"]).parts[0]
