"""Absent roots: missing, unreadable, or a folder with no entry at all, such as the mount point of a disk that is not mounted.

An unplugged disk looks like one whose files were removed, so an absent root is no proof that a file is gone: its documents
are kept until somebody drops them.
"""

import os
from collections.abc import Collection, Iterable
from stat import S_ISDIR
from typing import Literal, NamedTuple

from searchidx.ingest.paths import nearest

Reason = Literal["missing", "unreadable", "empty"]
"""``empty`` is a folder with no entry at all, hidden ones included."""


class AbsentRoot(NamedTuple):
    """A root that is absent, and the number of its documents that are kept.

    Attributes:
        path: Absolute path.
        reason: State of the root.
        documents: Number of documents kept.
    """

    path: str
    reason: Reason
    documents: int


class AbsentRoots:
    """The absent ones among some roots, each looked at once and only when a document below it is missing.

    Ask after the walk: a disk may be unplugged in the midst of it.
    """

    def __init__(self, roots: Collection[str]) -> None:
        """Take the roots; nothing is looked at yet."""
        self._roots = roots
        self._reasons: dict[str, Reason | None] = {}

    def root_of(self, path: str) -> str | None:
        """Return the absent root that a document belongs to, or None where its root is present."""
        root = nearest(path, self._roots)
        return root if root is not None and self._reason(root) is not None else None

    def counted(self, roots: Iterable[str]) -> tuple[AbsentRoot, ...]:
        """Return each absent root with the number of times it occurs in ``roots``."""
        counts: dict[str, int] = {}
        for root in roots:
            counts[root] = counts.get(root, 0) + 1
        return tuple(
            AbsentRoot(root, reason, count)
            for root, count in sorted(counts.items())
            if (reason := self._reason(root)) is not None
        )

    def _reason(self, root: str) -> Reason | None:
        if root not in self._reasons:
            self._reasons[root] = absence_of(root)
        return self._reasons[root]


def absence_of(root: str) -> Reason | None:
    """Return the reason why a root is absent, or None where it is present."""
    try:
        if not S_ISDIR(os.stat(root).st_mode):
            return None
        with os.scandir(root) as entries:
            return "empty" if next(entries, None) is None else None
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except (OSError, ValueError):
        return "unreadable"
