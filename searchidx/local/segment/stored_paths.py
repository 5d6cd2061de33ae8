"""Home folder of an index: the folder that contains its ``.searchidx``, from which the stored paths below it count.

A folder can so be moved, copied or mounted elsewhere together with its index. Paths are relative on the disk and nowhere else:
``.`` is the home folder and ``./a/b.md`` a path below it, with ``/`` on every system. All other paths are stored as they are:
absolute, or that of a document without a file. Indexes that no folder contains as ``.searchidx`` have no home.
"""

import os

from searchidx.config import LOCAL_INDEX

_HERE = "."
_BELOW = "./"


def home_of(directory: str) -> str:
    """Return the home folder of the index in a directory, absolute, or the empty string for none."""
    above, name = os.path.split(os.path.abspath(directory))
    return above if name == LOCAL_INDEX else ""


def relativize(path: str, home: str) -> str:
    """Return the form in which a path is stored in an index with this home folder, or with none."""
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
    """Return the absolute path of a stored one in an index whose home folder is here now."""
    if not home or not path.startswith(_HERE):
        return path
    if path == _HERE:
        return home
    if not path.startswith(_BELOW):
        return path
    below = path[len(_BELOW) :]
    return _with_separator(home) + (below if os.sep == "/" else below.replace("/", os.sep))


def leaves_home(path: str) -> bool:
    """Return True if a stored path leads out of the home folder; no index of ours has such a path."""
    return path.startswith(_BELOW) and ".." in path.split("/")


def at_home(path: str, home: str) -> str:
    """Return a path by the present name of the home folder, if it leads into that folder by another name, such as a link."""
    if not home or path == home or path.startswith(_with_separator(home)):
        return path
    identity = _identity(home)
    above = path
    while identity is not None:
        if _identity(above) == identity:
            return home + path[len(above) :]
        if above == os.path.dirname(above):
            break
        above = os.path.dirname(above)
    return path


def _with_separator(folder: str) -> str:
    return folder if folder.endswith(os.sep) else folder + os.sep


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
