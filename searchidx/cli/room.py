"""Memory and open files that the system leaves a command, confirmed before they are needed.

Where either runs out later, not everybody reports it: OpenBLAS ends the process with exit code 1, what is written in
Rust aborts it, and Python takes a folder that it can't open for an empty one, so that modules seem to be missing.
"""

import errno
import mmap
import os
import sys

from searchidx.errors import StorageError

NUMPY_BYTES = 96 << 20
"""Address space that loading numpy takes, its OpenBLAS with one thread included: 78 MB on Linux, and a reserve."""
TYPER_BYTES = 128 << 20
"""Address space that Typer and the modules of a command take, numpy included: 115 MB on Linux, and a reserve."""
_FILES = (
    16  # that a command has open at a time, the segments of a small index and the pipes to a worker included
)
_NO_MORE = (errno.EMFILE, errno.ENFILE)
FILES_REMEDY = "allow more open files with: ulimit -n 256"


def confirm_memory(size: int) -> None:
    """Raise MemoryError where the system has not so many bytes of address space left for us."""
    if sys.platform == "win32":  # where the system gives a library its room or refuses to load it
        return
    try:
        mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
    except OSError as error:
        raise MemoryError from error


def confirm_files() -> None:
    """Raise StorageError where fewer files may be opened than a command needs."""
    descriptors: list[int] = []
    try:
        while len(descriptors) < _FILES:
            descriptors += os.pipe()
    except OSError as error:
        raise StorageError("too few files may be open at a time") from error
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def is_out_of_files(error: BaseException | None) -> bool:
    """Tell whether an error, or one that caused it, is that no more files may be opened."""
    while error is not None and not (isinstance(error, OSError) and error.errno in _NO_MORE):
        error = error.__cause__
    return error is not None
