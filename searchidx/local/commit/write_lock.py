"""The right to write to an index: one process at a time, and the others are told who has it.

The lock is the system's own lock on a file (the one that Whoosh locks too), so it is gone with its last holder however
that ends; the file stays. Worker processes are handed the open file: a lock is not free before the last worker of
a killed run has gone, and no run ever meets the workers of another.
"""

import errno
import json
import os
import sys
from contextlib import suppress
from time import monotonic, sleep, time
from typing import Any

from searchidx.config import WAIT_SECONDS
from searchidx.errors import LockedError, StorageError
from searchidx.local.format import filesystem
from searchidx.local.segment import manifest

FILE = f"{manifest.NAME}_WRITELOCK"

_BETWEEN = 0.02
_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EINVAL)
_HOLDER_BYTES = 1024


class WriteLock:
    """A lock that is held.

    Attributes:
        descriptor: The open file, for worker processes to inherit.
    """

    def __init__(self, directory: str, wait: float = WAIT_SECONDS) -> None:
        """Take the lock, waiting up to ``wait`` seconds for whoever has it.

        Raises:
            LockedError: It was not free in that time; says who has it and since when.
            StorageError: The folder knows no locks.
            OSError: The disk said no.
        """
        until = monotonic() + wait
        while (found := _try(directory)) is None:
            if monotonic() >= until:
                raise LockedError(_held_by(directory, wait))
            sleep(_BETWEEN)
        self.descriptor = found
        self._directory = directory
        try:
            with suppress(OSError):  # this is for people; the lock holds without it
                _write_holder(found)
        except BaseException:
            self.release()
            raise

    def confirm(self) -> None:
        """See that nobody has removed the file: then another process may hold a lock as well.

        Raises:
            LockedError: Somebody has.
        """
        if not _is_at(self.descriptor, os.path.join(self._directory, FILE)):
            raise LockedError(
                f"{FILE} was removed from {self._directory} while it was held: nothing was committed, try again"
            )

    def release(self) -> None:
        """Let the lock go."""
        with suppress(OSError):
            os.ftruncate(self.descriptor, 0)
        _unlock(self.descriptor)
        filesystem.close(self.descriptor)


def _try(directory: str) -> int | None:
    """Open the file and lock it; None where another process has it."""
    path = os.path.join(directory, FILE)
    descriptor = filesystem.open_file(path, os.O_RDWR | os.O_CREAT)
    try:
        if _lock(descriptor, directory) and _is_at(descriptor, path):
            return descriptor
    except BaseException:
        filesystem.close(descriptor)
        raise
    filesystem.close(descriptor)
    return None


def _write_holder(descriptor: int) -> None:
    """Note who we are, behind the first byte: Windows lets nobody read what is locked."""
    holder = {"pid": os.getpid(), "host": _host(), "since": int(time())}
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, b"\n" + json.dumps(holder).encode("ascii"))


def _held_by(directory: str, wait: float) -> str:
    held = f"the index in {directory} is being written to by {_holder(os.path.join(directory, FILE))}"
    return f"{held}; waited {wait:g} s: try again when it is done"


def _holder(path: str) -> str:
    try:
        with open(filesystem.open_file(path), "rb") as file:
            file.seek(1)
            found: Any = json.loads(file.read(_HOLDER_BYTES))
        pid, host, since = int(found["pid"]), str(found["host"]), _shown(found["since"])
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return "another process"
    return f"process {pid} on {host}, since {since}"


def _shown(since: float) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(since).astimezone().isoformat(" ", "seconds")


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "this computer")


def _is_at(descriptor: int, path: str) -> bool:
    """Tell whether a file is still the one that has its name; somebody may have removed it meanwhile."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _lock(descriptor: int, directory: str) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        if error.errno in _NO_LOCKS:
            raise StorageError(
                f"{directory} is on a drive without file locks: keep the index on another, with --index DIR"
            ) from error
        raise
    return True


def _unlock(descriptor: int) -> None:
    with suppress(OSError):
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_UN)
