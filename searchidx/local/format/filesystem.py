"""Every change the engine makes to the disk, in five operations, and the one way it opens and closes what is there.

What is promised of a commit (nothing lost, nothing half) rests on the order of these alone, so they stand in one place
where a test can record them, replay any part of them and let each of them fail. The folder may have been made by a
stranger: a name in it is never followed to another place, and nothing but a regular file is ever opened.
"""

import errno
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from stat import S_ISREG

_BUFFER = 1 << 20
_BINARY = getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # a pipe without a writer must not hold us up
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | _BINARY
_FOLDERS_CANNOT_BE_FLUSHED = (errno.EINVAL, errno.ENOTSUP)


def make_folder(path: str) -> None:
    """Make a folder that only its owner can enter, and the folders above it, all durable; leave one that is there."""
    if os.path.isdir(path):
        return
    above = os.path.dirname(os.path.abspath(path))
    make_folder(above)
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not os.path.isdir(path):
            raise
        return
    os.chmod(path, 0o700)  # whatever the umask
    flush_folder(above)


def write_file(path: str, pieces: Iterable[bytes | memoryview]) -> None:
    """Write a new file that only its owner can read; its bytes are durable when this returns, its name is not yet.

    What had the name before is removed, and if it was a link, what it led to is left alone.
    """
    with open(_create(path), "wb", buffering=_BUFFER) as file:
        file.writelines(pieces)
        file.flush()
        _flush(file.fileno())


def rename(source: str, target: str) -> None:
    """Give a file another name, taking the place of what had it."""
    os.replace(source, target)


def remove(path: str) -> None:
    """Remove a file."""
    os.remove(path)


def flush_folder(path: str) -> None:
    """Make the names in a folder durable, where the system lets a folder be flushed."""
    if os.name == "nt":
        return
    try:
        fd = os.open(path, os.O_RDONLY)
    except PermissionError:  # a folder above ours that can be passed through and not read
        os.sync()
        return
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno not in _FOLDERS_CANNOT_BE_FLUSHED:
            raise
    finally:
        close(fd)


def open_file(path: str, flags: int = os.O_RDONLY) -> int:
    """Open a regular file, by default for reading; one that is made now is its owner's alone.

    Raises:
        OSError: It is not there, may not be opened, or is a link, a pipe, a device or a folder.
    """
    fd = os.open(path, flags | _NO_LINK | _NO_WAIT | _BINARY, 0o600)
    try:
        _refuse_all_but_files(fd, path)
    except OSError:
        close(fd)
        raise
    if flags & os.O_CREAT:
        _make_private(fd)
    return fd


def close(fd: int) -> None:
    """Close what was only read, or what nobody will miss: whatever the system says of it, no byte is at stake.

    What was read has its checksums, and what must last was flushed, which is where the disk says no. The descriptor
    itself is gone all the same (on Linux always), or else with the process.
    """
    with suppress(OSError):
        os.close(fd)


def _refuse_all_but_files(fd: int, path: str) -> None:
    if not S_ISREG(os.fstat(fd).st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", path)


def _create(path: str) -> int:
    try:
        fd = os.open(path, _CREATE, 0o600)
    except FileExistsError:
        os.unlink(path)
        fd = os.open(path, _CREATE, 0o600)
    _make_private(fd)
    return fd


def _make_private(fd: int) -> None:
    """Give a new file the mode it was made with, whatever the umask has left of it."""
    if hasattr(os, "fchmod"):
        with suppress(OSError):  # a drive without modes
            os.fchmod(fd, 0o600)


def _flush(fd: int) -> None:
    if sys.platform == "darwin":  # fsync leaves the bytes in the drive's own memory there
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
            return
    os.fsync(fd)
