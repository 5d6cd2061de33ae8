"""The searches of a user, one after another, in a file that nobody else may read.

Kept only where the user's own configuration asks for it. A search never waits for it and never fails by it: a line is
added in one write after the results are shown, and what can't be written is not remembered.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from time import localtime, strftime
from typing import Any

from searchidx.errors import StorageError

MOST_BYTES = 1 << 20
"""Size from which the older half of the file is forgotten."""
_PRIVATE = 0o600


def remember(path: str, query: str, total: int, **how: Any) -> None:
    """Add a search; ``how`` is what was said of it beside its words."""
    moment = strftime("%Y-%m-%dT%H:%M:%S%z", localtime())
    kept = {key: value for key, value in how.items() if value}
    line = json.dumps({"time": moment, "query": query, "total": total, **kept}).encode() + b"\n"
    with suppress(OSError):
        size = _append(path, line)
        if size > MOST_BYTES:
            _halve(path)


def read(path: str) -> Iterator[dict[str, Any]]:
    """The searches, the latest first; lines that are none are passed over.

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
            found = json.loads(line)
            if isinstance(found, dict) and isinstance(found.get("query"), str):
                yield found


def clear(path: str) -> bool:
    """Forget everything; tells whether there was anything.

    Raises:
        StorageError: The disk said no.
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
