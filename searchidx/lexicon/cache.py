"""The user's private cache folder: files that can be made again, mapped when they are there.

Private means the user's own, by owner and mode, folder and file alike: what another user could have written is as
good as not there. Nothing here ever fails; a cache that can't be used is a slower start.

A sealed file ends in a checksum of all that is before it, and is mapped only if that fits.
"""

import os
import stat
import sys
from contextlib import suppress
from mmap import ACCESS_READ, mmap
from zlib import crc32

_FOLDERS = {
    "win32": ("LOCALAPPDATA", "~/AppData/Local", os.path.join("searchidx", "Cache")),
    "darwin": ("XDG_CACHE_HOME", "~/Library/Caches", "searchidx"),
}
_XDG = ("XDG_CACHE_HOME", "~/.cache", "searchidx")

_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_NO_SURPRISES = (
    "O_NOFOLLOW",
    "O_CLOEXEC",
    "O_BINARY",
    "O_NONBLOCK",
)  # no link, no leak, no line ends, no waiting pipe
_OPEN = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in _NO_SURPRISES)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_UNFINISHED = "unfinished-"
_NOTE_BYTES = 64

SEAL_BYTES = 10
"""Length of the line that ends a sealed file; the line begins with DEL, so it sorts behind lines that begin with ASCII."""


def folder() -> str:
    """Return the path of the cache folder, which need not exist."""
    variable, usual, name = _FOLDERS.get(sys.platform, _XDG)
    base = os.environ.get(variable, "")
    # The XDG specification has relative paths ignored.
    return os.path.join(base if os.path.isabs(base) else os.path.expanduser(usual), name)


def map_file(name: str) -> mmap | None:
    """Map a file of the cache for reading, or None when it is not there or not the user's own."""
    descriptor = _open(name)
    if descriptor is None:
        return None
    try:
        return mmap(descriptor, 0, access=ACCESS_READ)
    except (OSError, ValueError):  # ValueError: it is empty
        return None
    finally:
        _close(descriptor)


def map_sealed(name: str) -> mmap | None:
    """Map a sealed file of the cache, seal included, or None when :func:`map_file` has none or a byte of it is damaged."""
    content = map_file(name)
    if content is None or content[-SEAL_BYTES:] != _seal(memoryview(content)[:-SEAL_BYTES]):
        return None
    return content


def read_note(name: str) -> str | None:
    """Read a short ASCII file of the cache, or None when it is not there, not the user's own or not ASCII."""
    descriptor = _open(name)
    if descriptor is None:
        return None
    try:
        return os.read(descriptor, _NOTE_BYTES).decode("ascii")
    except (OSError, ValueError):
        return None
    finally:
        _close(descriptor)


def write_sealed(name: str, content: bytes) -> bool:
    """Write a file and its seal, as :func:`write` does."""
    return write(name, content + _seal(content))


def write(name: str, content: bytes) -> bool:
    """Write a file whole or not at all, readable by the user alone; return true on success."""
    directory = folder()
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        if not _is_private(os.stat(directory)):
            return False
        _sweep(directory)
        unfinished = os.path.join(directory, _UNFINISHED + os.urandom(8).hex())
        _write_whole(unfinished, content)
        _move(unfinished, os.path.join(directory, name))
    except OSError:
        return False
    return True


def _seal(content: bytes | memoryview) -> bytes:
    return b"\x7f%08x\n" % crc32(content)


def _open(name: str) -> int | None:
    directory = folder()
    try:
        if not _is_private(os.stat(directory)):
            return None
        descriptor = os.open(os.path.join(directory, name), _OPEN)
    except (OSError, ValueError):  # ValueError: a damaged note gave a name with a NUL in it
        return None
    with suppress(OSError):
        status = os.fstat(descriptor)
        if _is_private(status) and stat.S_ISREG(status.st_mode):
            return descriptor
    _close(descriptor)
    return None


def _close(descriptor: int) -> None:
    """Close what was only read: what the system may say of that costs nobody a byte."""
    with suppress(OSError):
        os.close(descriptor)


def _is_private(status: os.stat_result) -> bool:
    """Return true if only this user can write to a file or folder. On Windows the location of the folder ensures it."""
    if sys.platform == "win32":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & _WRITABLE_BY_OTHERS


def _write_whole(path: str, content: bytes) -> None:
    descriptor = os.open(path, _CREATE, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        _remove(path)
        raise


def _move(unfinished: str, path: str) -> None:
    try:
        os.replace(unfinished, path)
    except OSError:
        _remove(unfinished)
        raise


def _sweep(directory: str) -> None:
    """Remove what a killed process left unfinished; one that is still writing takes seconds, not an hour."""
    from time import time

    for entry in os.scandir(directory):
        if entry.name.startswith(_UNFINISHED) and entry.stat(follow_symlinks=False).st_mtime < time() - 3600:
            _remove(entry.path)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
