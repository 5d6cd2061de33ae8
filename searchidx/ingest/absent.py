"""Absent roots: missing, unreadable, or a folder with no entry at all, such as the mount point of a disk that is not mounted.

An unplugged disk looks like one whose files were removed, so an absent root is no proof that a file is gone: its documents
are kept until somebody drops them. So are those of a disk that was mounted somewhere below a root: nothing of their device is
there any more, and the folder that remains above them is on another.
"""

import os
from collections.abc import Collection, Iterable
from stat import S_ISDIR
from typing import Literal, NamedTuple

from searchidx.file_state import UNKNOWN, Stamp
from searchidx.ingest.paths import nearest

Reason = Literal["missing", "unreadable", "empty", "unmounted"]
"""``empty`` is a folder with no entry at all, hidden ones included; ``unmounted`` is one below which a disk was mounted."""


class AbsentRoot(NamedTuple):
    """A root that is absent, and the number of its documents that are kept.

    Attributes:
        path: Absolute path; of the folder that remains, where the disk below it is not mounted.
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
        self._devices: dict[int, str] = {}
        self._folders: dict[str, tuple[str, frozenset[int]]] = {}
        self._mount_points: set[str] = set()  # folders that a disk was mounted at, or below

    def note_device(self, device: int, path: str) -> None:
        """Note the device, as it was numbered then, of a document that the walk came to."""
        self._devices[device] = path

    def root_of(self, path: str, device: int = UNKNOWN) -> str | None:
        """Return the absent root that a missing document belongs to, or None where the document is gone.

        Args:
            path: Of the document.
            device: Where it was.
        """
        root = nearest(path, self._roots)
        if root is None:
            return None
        return root if self._reason(root) is not None else self._unmounted(path, device)

    def counted(self, roots: Iterable[str]) -> tuple[AbsentRoot, ...]:
        """Return each absent root with the number of times it occurs in ``roots``."""
        counts: dict[str, int] = {}
        for root in roots:
            counts[root] = counts.get(root, 0) + 1
        rows = ((root, self._label(root), count) for root, count in sorted(counts.items()))
        return tuple(AbsentRoot(root, reason, count) for root, reason, count in rows if reason is not None)

    def may_be_elsewhere(self, root: str) -> bool:
        """Return True if what was below an absent root is not at its place, as far as that can be seen."""
        return self._label(root) != "unreadable"

    def _label(self, root: str) -> Reason | None:
        return "unmounted" if root in self._mount_points else self._reason(root)

    def _unmounted(self, path: str, device: int) -> str | None:
        """Return the folder that remains above a document whose device is not mounted any more."""
        if device == UNKNOWN or self._is_mounted(device) or os.path.lexists(path):
            return None
        folder, devices = self._folder_above(path)
        if not devices or device in devices:
            return None
        self._mount_points.add(folder)
        return folder

    def _is_mounted(self, device: int) -> bool:
        """Return True if a document of a device is still there: the disk may have been unplugged since the walk came to it."""
        return device in self._devices and os.path.lexists(self._devices[device])

    def _folder_above(self, path: str) -> tuple[str, frozenset[int]]:
        """Return the nearest folder above a path that exists, and the devices of the folder and the files in it."""
        above = os.path.dirname(path)
        if above not in self._folders:
            devices = _devices_in(above)
            is_end = bool(devices) or above == path
            self._folders[above] = (above, devices) if is_end else self._folder_above(above)
        return self._folders[above]

    def _reason(self, root: str) -> Reason | None:
        if root not in self._reasons:
            self._reasons[root] = absence_of(root)
        return self._reasons[root]


def _devices_in(folder: str) -> frozenset[int]:
    """Return the devices of a folder and of the files in it, which some file systems number apart; none if it is missing."""
    try:
        with os.scandir(folder) as entries:
            files = [entry.path for entry in entries if entry.is_file(follow_symlinks=False)]
        return frozenset(Stamp.of(os.lstat(path)).device for path in (folder + os.sep + ".", *files))
    except (OSError, ValueError):
        return frozenset()


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
