"""Worker process: batches of files on standard input, parts of the index on the disk, progress on standard output.

Both directions are JSON values, one per line. No code is ever passed, and no token leaves the process: a worker flushes its own
parts and returns their names. When standard input ends, because the parent is done or dead, the worker ends at once: the part
that it was writing has a name that no commit knows, and the next commit removes it.

In::   {"place": ..., "limits": [...], "words": ..., "files": [[path, size, mtime_ns, digest, ...], ...]}
       {"place": ..., "merge": [text_bytes, payload]}
       {"stop": true}                                        during a batch: end it with the present file
Out::  {"file": path, "paragraphs": n, "text_bytes": n}      before each file; before a flush, without a path
       {"done": {"parts": [...], "indexed": [...], "unchanged": [...], "skipped": [...], "notes": [...],
               "failures": [...]}}
       {"failed": message}                                   the index can't be written
       {"corrupt": [message, path, why]}                     a source of a merge is damaged
"""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, astuple, replace
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, TextIO

from searchidx.engine import MergeJob, Part
from searchidx.engines import backend
from searchidx.errors import CorruptIndexError, StorageError
from searchidx.file_state import Fingerprint, Stamp
from searchidx.ingest import limits as limiting
from searchidx.ingest.batch import FileTask, Outcome, index_files
from searchidx.ingest.limits import Limits
from searchidx.messages import Message
from searchidx.results import FailedRead, Skipped

# Settings of glibc, unless the user has some: large arrays come and go, and having the system map and zero the pages of each
# takes a fiftieth of the time. Other systems ignore them.
_ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(4 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}
# OpenBLAS, which nothing here calls, would start a thread for every core, and end the process if it gets none.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
STOP = b'{"stop": true}\n'
_GARBAGE = 100_000  # allocations between two collections of cycles; our own code makes few, and collecting takes a tenth of the time


def main() -> None:
    """Serve until standard input ends."""
    out = open(sys.stdout.fileno(), "w", encoding="ascii", closefd=False)  # noqa: SIM115 - open as long as the process
    sys.stdout = sys.stderr  # a library that prints must not break the protocol
    limiting.accept_alarms()
    gc.set_threshold(_GARBAGE, 20, 100)
    requests: SimpleQueue[bytes] = SimpleQueue()
    stop = Event()
    Thread(target=_listen, args=(requests, stop), daemon=True).start()
    while True:
        _serve(json.loads(requests.get()), out, stop)


def command() -> list[str]:
    """Return the command of a worker with the import path of this process."""
    start = f"import sys; sys.path[:] = {sys.path!r}; from searchidx.ingest.worker import main; main()"
    return [sys.executable, "-c", start]


def start(inherited: Sequence[int]) -> "subprocess.Popen[bytes]":
    """Start a worker.

    Args:
        inherited: Open files that it keeps open as long as it lives.

    Raises:
        StorageError: The system can't start another process.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("SEARCHIDX_TRACEBACK") else subprocess.DEVNULL,
            pass_fds=inherited if os.name == "posix" else (),
            env={**_ALLOCATOR, **os.environ, **_ONE_THREAD},
        )
    except OSError as error:
        raise StorageError(f"can't start a worker process: {error.strerror or error}") from error


def request(place: str, tasks: list[FileTask], limits: Limits, words: str | None) -> bytes:
    """Return the line that requests a batch of a worker."""
    files = [astuple(task) for task in tasks]
    return _line({"place": place, "limits": astuple(limits), "words": words, "files": files})


def merge_request(place: str, job: MergeJob) -> bytes:
    """Return the line that requests a merge of a worker."""
    return _line({"place": place, "merge": job})


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode("ascii") + b"\n"


def outcome_of(done: dict[str, Any]) -> Outcome:
    """Return the outcome that a worker reports of a batch."""
    parts = [Part(*part) for part in done["parts"]]
    unchanged = [(path, Stamp(*stamp)) for path, stamp in done["unchanged"]]
    skipped = [Skipped(path, _message(reason), *state) for path, reason, *state in done["skipped"]]
    notes = [(path, _message(note)) for path, note in done["notes"]]
    failures = [
        FailedRead(path, code, tuple(details), size, mtime_ns)
        for path, code, details, size, mtime_ns in done["failures"]
    ]
    refusals = [(path, Fingerprint(Stamp(*stamp), digest)) for path, (stamp, digest) in done["refusals"]]
    return Outcome(parts, done["indexed"], unchanged, skipped, notes, failures, refusals)


def _listen(requests: "SimpleQueue[bytes]", stop: Event) -> None:
    for line in sys.stdin.buffer:
        if line == STOP:
            stop.set()
        else:
            stop.clear()  # an earlier stop was for an earlier batch
            requests.put(line)
    os._exit(0)


def _serve(order: dict[str, Any], out: TextIO, stop: Event) -> None:
    try:
        outcome = _merge(order) if "merge" in order else _read(order, out, stop)
    except OSError as error:
        _tell(out, {"failed": error.strerror or str(error)})
    except CorruptIndexError as error:
        _tell(out, {"corrupt": [str(error), error.path, error.why]})
    else:
        _tell(out, {"done": asdict(outcome)})


def _merge(order: dict[str, Any]) -> Outcome:
    return Outcome([backend(order["place"]).merge(MergeJob(*order["merge"]))])


def _read(order: dict[str, Any], out: TextIO, stop: Event) -> Outcome:
    limits = Limits(*order["limits"])

    def announce(path: str, paragraphs: int, text_bytes: int) -> None:
        if path:
            limiting.set_alarms(limits)
        else:
            limiting.call_off_alarms()
        _tell(out, {"file": path, "paragraphs": paragraphs, "text_bytes": text_bytes})

    limiting.confine(limits)
    tasks = [_task(*entry) for entry in order["files"]]
    return index_files(order["place"], tasks, announce, limits, order["words"], stop.is_set)


def _task(*facts: Any) -> FileTask:
    *others, stamp = facts
    task = FileTask(*others)
    return replace(task, note=task.note and _message(task.note), stamp=Stamp(*stamp))


def _message(parsed: Sequence[Any]) -> Message:
    code, details = parsed
    return Message(code, tuple(details))


def _tell(out: TextIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()
