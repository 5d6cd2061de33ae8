"""Exclusive write lock of an index; a waiting writer is told the holder's pid and start time.

It is a lock of the operating system on a file (the one that Whoosh locks too), and is released when its last holder ends,
however that ends; the file stays. Worker processes inherit the open file, so the lock is held until the last worker of a
killed run has ended, and runs never overlap.
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

_RETRY_SECONDS = 0.02
_LOCKED_ERRORS = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_UNSUPPORTED_ERRORS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EINVAL)
_MAX_HOLDER_BYTES = 1024


class WriteLock:
    """Write lock of an index, held from creation to :meth:`release`.

    Attributes:
        descriptor: Descriptor of the lock file, for worker processes to inherit.
    """

    def __init__(self, directory: str, wait: float = WAIT_SECONDS) -> None:
        """Take the lock, waiting up to ``wait`` seconds.

        Raises:
            LockedError: Another process still has the lock; the message names it.
            StorageError: The file system has no locks.
            OSError: The lock file can't be opened.
        """
        deadline = monotonic() + wait
        while (descriptor := _try_lock(directory)) is None:
            if monotonic() >= deadline:
                raise LockedError(_locked_message(directory, wait))
            sleep(_RETRY_SECONDS)
        self.descriptor = descriptor
        self._directory = directory
        try:
            with suppress(OSError):  # only information for people
                _write_holder(descriptor)
        except BaseException:
            self.release()
            raise

    def confirm(self) -> None:
        """Check that the lock file still exists: without it another process can take a lock as well.

        Raises:
            LockedError: The file was removed.
        """
        if not _is_at(self.descriptor, os.path.join(self._directory, FILE)):
            raise LockedError(
                f"{FILE} was removed from {self._directory} during the run: nothing was committed, try again"
            )

    def release(self) -> None:
        """Release the lock."""
        with suppress(OSError):
            os.ftruncate(self.descriptor, 0)
        _unlock(self.descriptor)
        filesystem.close(self.descriptor)


def _try_lock(directory: str) -> int | None:
    """Return the descriptor of the locked file, or None if another process has the lock."""
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
    """Write pid, host and time of this process behind the first byte: on Windows the locked byte can't be read."""
    holder = {"pid": os.getpid(), "host": _host(), "since": int(time())}
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, b"\n" + json.dumps(holder).encode("ascii"))


def _locked_message(directory: str, wait: float) -> str:
    holder = _holder(os.path.join(directory, FILE))
    return f"the index in {directory} is being written to by {holder}; waited {wait:g} s: try again when it is done"


def _holder(path: str) -> str:
    try:
        with open(filesystem.open_file(path), "rb") as file:
            file.seek(1)
            holder: Any = json.loads(file.read(_MAX_HOLDER_BYTES))
        pid, host, since = int(holder["pid"]), str(holder["host"]), _format_time(holder["since"])
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return "another process"
    return f"process {pid} on {host}, since {since}"


def _format_time(since: float) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(since).astimezone().isoformat(" ", "seconds")


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "this computer")


def _is_at(descriptor: int, path: str) -> bool:
    """Return True if an open file still has its path; another process may have removed it."""
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
        if error.errno in _LOCKED_ERRORS:
            return False
        if error.errno in _UNSUPPORTED_ERRORS:
            raise StorageError(
                f"{directory} is on a drive without file locks: keep the index on another drive, with --index DIR"
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
