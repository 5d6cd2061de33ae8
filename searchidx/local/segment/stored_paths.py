"""Stored paths of an index, relative to its home folder: the folder that contains its ``.searchidx``.

The home folder can be moved, copied or mounted elsewhere together with its index. Paths are relative on disk only: ``.`` is
the home folder and ``./a/b.md`` a path below it, with ``/`` on every system. All other paths are stored unchanged:
absolute paths, and those of documents without a file. An index not named ``.searchidx`` has no home folder.
"""

import os

from searchidx.config import LOCAL_INDEX

_HERE = "."
_BELOW = "./"


def home_of(directory: str) -> str:
    """Return the absolute home folder of the index in a directory, or the empty string if there is none."""
    parent, name = os.path.split(os.path.abspath(directory))
    return parent if name == LOCAL_INDEX else ""


def relativize(path: str, home: str) -> str:
    """Return the stored form of a path in an index with this home folder, which may be empty."""
    if not home:
        return path
    if path == home:
        return _HERE
    folder = _with_separator(home)
    if not path.startswith(folder):
        return path
    below = path[len(folder) :]
    return _BELOW + (below if os.sep == "/" else below.replace(os.sep, "/"))


def resolve(path: str, home: str) -> str:
    """Return the absolute path of a stored path, by the present home folder."""
    if not home or not path.startswith(_HERE):
        return path
    if path == _HERE:
        return home
    if not path.startswith(_BELOW):
        return path
    below = path[len(_BELOW) :]
    return _with_separator(home) + (below if os.sep == "/" else below.replace("/", os.sep))


def leaves_home(path: str) -> bool:
    """Return True if a stored path leads out of the home folder, as only in a crafted index."""
    return path.startswith(_BELOW) and ".." in path.split("/")


def at_home(path: str, home: str) -> str:
    """Return a path below the home folder by the present name of that folder, if it has another name such as a link in it."""
    if not home or path == home or path.startswith(_with_separator(home)):
        return path
    identity = _identity(home)
    ancestor = path
    while identity is not None:
        if _identity(ancestor) == identity:
            return home + path[len(ancestor) :]
        if ancestor == os.path.dirname(ancestor):
            break
        ancestor = os.path.dirname(ancestor)
    return path


def _with_separator(folder: str) -> str:
    return folder if folder.endswith(os.sep) else folder + os.sep


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
