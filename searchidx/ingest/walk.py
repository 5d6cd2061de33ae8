"""Finds the files below the paths that a user names."""

import os
from collections.abc import Iterable, Iterator
from stat import S_ISDIR, S_ISREG
from typing import NamedTuple

SIZE_LIMIT = 256 << 20  # bytes; a larger file is named and left out


class Listed(NamedTuple):
    """A file that was found, or the reason why it is left out."""

    path: str
    size: int
    mtime_ns: int
    refused: str = ""


def walk(roots: Iterable[str]) -> Iterator[Listed]:
    """List regular files, each once, folders in the order of their names.

    A path that is named is taken whatever it is called. Below it, hidden files and folders are left out, symbolic links
    are not followed and nothing but regular files is ever opened.
    """
    seen: set[str] = set()
    for root in roots:
        for listed in _below(root):
            if listed.path not in seen:
                seen.add(listed.path)
                yield listed


def _below(root: str) -> Iterator[Listed]:
    try:
        found = os.stat(root)
    except FileNotFoundError:
        return
    except OSError as error:
        yield Listed(root, -1, -1, error.strerror or str(error))
        return
    if S_ISDIR(found.st_mode):
        yield from _folder(root)
    else:
        yield _file(root, found)


def _folder(top: str) -> Iterator[Listed]:
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                children = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Listed(folder, -1, -1, error.strerror or str(error))
            continue
        folders = []
        for child in children:
            if child.name.startswith("."):
                continue
            if child.is_dir(follow_symlinks=False):
                folders.append(child.path)
            elif child.is_file(follow_symlinks=False):
                yield from _child(child)
        waiting.extend(reversed(folders))


def _child(child: "os.DirEntry[str]") -> Iterator[Listed]:
    try:
        found = child.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    yield _file(child.path, found)


def _file(path: str, found: os.stat_result) -> Listed:
    if not S_ISREG(found.st_mode):
        return Listed(path, -1, -1, "it is not a regular file")
    if found.st_size > SIZE_LIMIT:
        reason = f"it is larger than {SIZE_LIMIT >> 20} MiB"
        return Listed(path, found.st_size, found.st_mtime_ns, reason)
    return Listed(path, found.st_size, found.st_mtime_ns)
