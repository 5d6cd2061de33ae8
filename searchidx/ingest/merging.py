"""Has large merges done by worker processes, several at a time, at the end of a run.

A merge makes queries quicker and nothing else. So one that is interrupted, or whose worker dies, is left for another
run, and what was read is committed in more segments.
"""

import json
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from searchidx.errors import CorruptIndexError, storage_error
from searchidx.ingest import worker
from searchidx.ingest.pool import be_deaf
from searchidx.local.commit.index_writer import Merging
from searchidx.local.commit.merger import merge_groups
from searchidx.local.segment.manifest import SegmentEntry

ALONE_BYTES = 8 << 20  # of text; below this, starting a worker takes longer than it saves


def shared(processes: int, inherited: Sequence[int], interrupted: Callable[[], object]) -> Merging:
    """Merge in worker processes what is large, and the rest here.

    Args:
        processes: Workers at most.
        inherited: Open files that the workers hold as long as they live.
        interrupted: Called when the merging is interrupted.
    """

    def merge(directory: str, groups: list[list[SegmentEntry]]) -> list[SegmentEntry] | None:
        size = sum(entry.text_bytes for group in groups for entry in group)
        try:
            if processes == 1 or size < ALONE_BYTES:
                return merge_groups(directory, groups)
            return _merged_by_workers(directory, groups, processes, inherited)
        except KeyboardInterrupt:
            interrupted()
            return None

    return Merging(merge, processes)


def postponed() -> Merging:
    """Return the way to merge nothing: there is no time for it."""
    return Merging(lambda _directory, _groups: None)


def _merged_by_workers(
    directory: str, groups: list[list[SegmentEntry]], processes: int, inherited: Sequence[int]
) -> list[SegmentEntry] | None:
    crew = _Crew(directory, inherited)
    with ThreadPoolExecutor(processes) as threads:
        try:
            segments = list(threads.map(crew.merge, groups))
        finally:
            crew.stop()
    return [entry for entry in segments if entry] if all(segments) else None


class _Crew:
    """Workers that merge one group each."""

    def __init__(self, directory: str, inherited: Sequence[int]) -> None:
        self._directory = directory
        self._inherited = inherited
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def stop(self) -> None:
        """Kill whoever still works."""
        self._stopped = True
        for process in tuple(self._running):
            process.kill()

    def merge(self, group: list[SegmentEntry]) -> SegmentEntry | None:
        """Have a group segments; None if the worker died over it.

        Raises:
            StorageError: The disk said no.
            CorruptIndexError: A source is damaged.
        """
        if self._stopped:
            return None
        be_deaf()
        with worker.start(self._inherited) as process:
            self._running.add(process)
            try:
                return self._answer(process, group)
            finally:
                process.kill()
                self._running.discard(process)

    def _answer(self, process: "subprocess.Popen[bytes]", group: list[SegmentEntry]) -> SegmentEntry | None:
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.write(worker.merge_request(self._directory, group))
            process.stdin.flush()
        line = process.stdout.readline()
        if not line.endswith(b"\n"):
            return None
        message = json.loads(line)
        if "failed" in message:
            raise storage_error(self._directory, OSError(message["failed"]))
        if "corrupt" in message:
            raise CorruptIndexError(*message["corrupt"])
        return worker.outcome_of(message["done"]).segments[0]
