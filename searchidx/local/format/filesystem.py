"""The five operations by which the engine changes the disk, and the opening and closing of its files.

Atomicity and durability of a commit rest on the order of these operations alone, so they stand in one module where a test
can record them, replay any prefix of them and let each of them fail. The folder may come from a stranger: symbolic links
are not followed, and only regular files are opened.
"""

import errno
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from stat import S_ISREG

_BUFFER_BYTES = 1 << 20
_BINARY = getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # opening a pipe without a writer must not block
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | _BINARY
_FOLDER_FLUSH_UNSUPPORTED = (errno.EINVAL, errno.ENOTSUP)


def make_folder(path: str) -> None:
    """Make a folder that only its owner can enter, and its missing parents, durably; an existing folder is left as it is."""
    if os.path.isdir(path):
        return
    parent = os.path.dirname(os.path.abspath(path))
    make_folder(parent)
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not os.path.isdir(path):
            raise
        return
    os.chmod(path, 0o700)  # whatever the umask
    flush_folder(parent)


def write_file(path: str, pieces: Iterable[bytes | memoryview]) -> None:
    """Write a new file that only its owner can read; on return its bytes are durable, its name is not yet.

    An existing file or link of this name is removed; the target of a link is left alone.
    """
    with open(_create(path), "wb", buffering=_BUFFER_BYTES) as file:
        file.writelines(pieces)
        file.flush()
        _flush(file.fileno())


def rename(source: str, target: str) -> None:
    """Rename a file, replacing any file of the new name."""
    os.replace(source, target)


def remove(path: str) -> None:
    """Remove a file."""
    os.remove(path)


def flush_folder(path: str) -> None:
    """Make the names in a folder durable, on systems that can flush a folder."""
    if os.name == "nt":
        return
    try:
        fd = os.open(path, os.O_RDONLY)
    except PermissionError:  # a parent that may be traversed but not read
        os.sync()
        return
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno not in _FOLDER_FLUSH_UNSUPPORTED:
            raise
    finally:
        close(fd)


def open_file(path: str, flags: int = os.O_RDONLY) -> int:
    """Open a regular file, by default for reading; a file created by this is private to its owner.

    Raises:
        OSError: The file is missing, may not be opened, or is a link, a pipe, a device or a folder.
    """
    fd = os.open(path, flags | _NO_LINK | _NO_WAIT | _BINARY, 0o600)
    try:
        _check_regular(fd, path)
    except OSError:
        close(fd)
        raise
    if flags & os.O_CREAT:
        _make_private(fd)
    return fd


def close(fd: int) -> None:
    """Close a descriptor, ignoring errors: no byte depends on them.

    Bytes that were read have checksums, and bytes that must last were flushed, which is where a full disk is reported.
    The descriptor is released even so (always on Linux), or else with the process.
    """
    with suppress(OSError):
        os.close(fd)


def _check_regular(fd: int, path: str) -> None:
    if not S_ISREG(os.fstat(fd).st_mode):
        raise OSError(errno.EINVAL, "not a regular file", path)


def _create(path: str) -> int:
    try:
        fd = os.open(path, _CREATE, 0o600)
    except FileExistsError:
        os.unlink(path)
        fd = os.open(path, _CREATE, 0o600)
    _make_private(fd)
    return fd


def _make_private(fd: int) -> None:
    """Set the mode of a new file to owner-only, whatever the umask."""
    if hasattr(os, "fchmod"):
        with suppress(OSError):  # a drive without file modes
            os.fchmod(fd, 0o600)


def _flush(fd: int) -> None:
    if sys.platform == "darwin":  # where fsync leaves the bytes in the memory of the drive
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
            return
    os.fsync(fd)
