"""Files of the tool's own that stand among documents: settings, words, lists of paths. They are configured, not guessed."""

import os
from collections.abc import Iterable


def aliases(files: Iterable[str], roots: Iterable[str]) -> set[str]:
    """Return every path by which a walk of the roots can come to some files, links above a root resolved.

    Args:
        files: Absolute paths.
        roots: Absolute paths.
    """
    paths = {os.path.normpath(file) for file in files}
    real = {os.path.realpath(path) for path in paths}
    for root in roots if real else ():
        above = os.path.realpath(root)
        paths.update(
            os.path.normpath(os.path.join(root, os.path.relpath(file, above)))
            for file in real
            if file == above or file.startswith(os.path.join(above, ""))
        )
    return paths | real


def remembered(before: Iterable[str], lists: Iterable[str], named: Iterable[str]) -> tuple[str, ...]:
    """Return the lists of paths that are no documents from now on: those of before that nobody asks for, and the new."""
    new = set(lists)
    return tuple(sorted(new | (set(before) - set(named))))
