"""Preflight check of address space and file descriptors.

Not every library reports it when either runs out later: OpenBLAS exits with code 1, Rust code aborts, and Python takes a
folder that it can't open for an empty one, so that modules seem to be missing.
"""

import errno
import mmap
import os
import sys

from searchidx.errors import StorageError

NUMPY_BYTES = 96 << 20
"""Address space of numpy and its OpenBLAS with one thread: 78 MB on Linux, plus a reserve."""
TYPER_BYTES = 128 << 20
"""Address space of Typer, numpy and the modules of a command: 115 MB on Linux, plus a reserve."""
_MIN_OPEN_FILES = 16  # of one command: segments of a small index and the pipes to a worker
_LIMIT_ERRORS = (errno.EMFILE, errno.ENFILE)
FILES_REMEDY = "raise the limit with: ulimit -n 256"


def confirm_memory(size: int) -> None:
    """Raise MemoryError if fewer bytes of address space are available."""
    if sys.platform == "win32":  # it refuses to load a library that doesn't fit
        return
    try:
        mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
    except OSError as error:
        raise MemoryError from error


def confirm_files() -> None:
    """Raise StorageError if the limit of open files is too low for a command."""
    descriptors: list[int] = []
    try:
        while len(descriptors) < _MIN_OPEN_FILES:
            descriptors += os.pipe()
    except OSError as error:
        raise StorageError("the limit of open files is too low") from error
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def is_out_of_files(error: BaseException | None) -> bool:
    """Return true if an error or one of its causes is the limit of open files."""
    while error is not None and not (isinstance(error, OSError) and error.errno in _LIMIT_ERRORS):
        error = error.__cause__
    return error is not None
