"""Every change the engine makes to the disk, in five operations.

What is promised of a commit (nothing lost, nothing half) rests on the order of these alone, so they stand in one place
where a test can record them, replay any part of them and let each of them fail.
"""

import os
from collections.abc import Iterable

_BUFFER = 1 << 20
_BINARY = getattr(os, "O_BINARY", 0)


def make_folder(path: str) -> None:
    """Make a folder that only its owner can enter, and the folders above it; one that is there is left as it is."""
    os.makedirs(path, mode=0o700, exist_ok=True)


def write_file(path: str, pieces: Iterable[bytes | memoryview]) -> None:
    """Write a new file that only its owner can read; its bytes are durable when this returns, its name is not yet."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
    with open(fd, "wb", buffering=_BUFFER) as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())


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
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
