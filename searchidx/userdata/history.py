"""Search history of a user, in a file that nobody else may read.

It is recorded only if the user's configuration says so. No search waits for it or fails because of it: a line is appended in
one write after the results are printed, and a line that can't be written is dropped.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from time import localtime, strftime
from typing import Any

from searchidx.errors import StorageError

MAX_BYTES = 1 << 20
"""Size of the file above which its older half is removed."""
_PRIVATE = 0o600


def remember(path: str, query: str, total: int, **options: Any) -> None:
    """Append a search and its options; errors are ignored."""
    moment = strftime("%Y-%m-%dT%H:%M:%S%z", localtime())
    fields = {key: value for key, value in options.items() if value}
    line = json.dumps({"time": moment, "query": query, "total": total, **fields}).encode() + b"\n"
    with suppress(OSError):
        size = _append(path, line)
        if size > MAX_BYTES:
            _halve(path)


def read(path: str) -> Iterator[dict[str, Any]]:
    """Yield the searches, the latest first; malformed lines are skipped.

    Raises:
        StorageError: The file can't be read.
    """
    try:
        with open(path, "rb") as file:
            lines = file.readlines()
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    for line in reversed(lines):
        with suppress(ValueError, RecursionError):
            entry = json.loads(line)
            if isinstance(entry, dict) and isinstance(entry.get("query"), str):
                yield entry


def clear(path: str) -> bool:
    """Delete the history; return True if there was one.

    Raises:
        StorageError: The file can't be deleted.
    """
    try:
        os.unlink(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    return True


def _append(path: str, line: bytes) -> int:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, _PRIVATE)
    try:
        state = os.fstat(descriptor)
        if state.st_mode & 0o077 and hasattr(os, "fchmod"):
            os.fchmod(descriptor, _PRIVATE)
        return state.st_size + os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _halve(path: str) -> None:
    import tempfile

    with open(path, "rb") as file:
        lines = file.readlines()
    descriptor, unfinished = tempfile.mkstemp(dir=os.path.dirname(path))
    with open(descriptor, "wb") as file:
        file.writelines(lines[len(lines) // 2 :])
    os.replace(unfinished, path)
