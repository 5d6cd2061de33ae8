"""A worker process: takes batches of files on standard input, writes segments, tells how it goes on standard output.

Both ways go JSON values, one a line. Nothing that runs is ever passed, and no token leaves the process: a worker writes
its own segments and names them.

In::   {"directory": ..., "encoding": ..., "files": [[path, size, mtime_ns, known], ...]}
Out::  {"file": path, "paragraphs": n, "text_bytes": n}      before each file
       {"done": {"segments": [...], "indexed": [...], "unchanged": [...], "skipped": [...]}}
       {"failed": message}                                   the index can't be written
"""

import json
import sys
from dataclasses import asdict
from typing import Any, TextIO

from searchidx.ingest.batch import FileTask, Outcome, index_files
from searchidx.local.toc import SegmentEntry


def main() -> None:
    """Serve until standard input ends."""
    out = open(sys.stdout.fileno(), "w", encoding="ascii", closefd=False)  # noqa: SIM115 - open as long as we live
    sys.stdout = sys.stderr  # a library that prints must not break the conversation
    for line in sys.stdin.buffer:
        _serve(json.loads(line), out)


def command() -> list[str]:
    """How to start a worker with the import path of this process."""
    start = f"import sys; sys.path[:] = {sys.path!r}; from searchidx.ingest.worker import main; main()"
    return [sys.executable, "-c", start]


def request(directory: str, tasks: list[FileTask], encoding: str | None) -> bytes:
    """The line that asks a worker for a batch."""
    files = [[task.path, task.size, task.mtime_ns, task.known] for task in tasks]
    return json.dumps({"directory": directory, "encoding": encoding, "files": files}).encode("ascii") + b"\n"


def outcome_of(done: dict[str, Any]) -> Outcome:
    """What a worker says became of a batch."""
    segments = [SegmentEntry(**{**entry, "deleted": ()}) for entry in done["segments"]]
    unchanged = [(path, mtime_ns) for path, mtime_ns in done["unchanged"]]
    skipped = [(path, reason, size, mtime_ns) for path, reason, size, mtime_ns in done["skipped"]]
    return Outcome(segments, done["indexed"], unchanged, skipped)


def _serve(asked: dict[str, Any], out: TextIO) -> None:
    def announce(path: str, paragraphs: int, text_bytes: int) -> None:
        _tell(out, {"file": path, "paragraphs": paragraphs, "text_bytes": text_bytes})

    tasks = [FileTask(*entry) for entry in asked["files"]]
    try:
        outcome = index_files(asked["directory"], tasks, asked["encoding"], announce)
    except OSError as error:
        _tell(out, {"failed": error.strerror or str(error)})
        return
    _tell(out, {"done": asdict(outcome)})


def _tell(out: TextIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()
