"""States of source files: stamps and digests by which a changed file is told from an unchanged one.

A file put in the place of another can have its size and modification time; its change time and its inode number nobody can
choose. A stamp that differs is a reason to hash the file and no more.
"""

import os
from typing import NamedTuple

UNKNOWN = -1
_INT64_MASK = (1 << 63) - 1  # inode numbers are unsigned 64-bit numbers; stored columns are signed


class Stamp(NamedTuple):
    """Times and identity of a file; ``UNKNOWN`` where they were not noted.

    Attributes:
        mtime_ns: Modification time.
        ctime_ns: Change time: of the content, the permissions, the name or the owner.
        inode: Inode number, comparable on one device only.
        device: Device number.
    """

    mtime_ns: int = UNKNOWN
    ctime_ns: int = UNKNOWN
    inode: int = UNKNOWN
    device: int = UNKNOWN

    @classmethod
    def of(cls, status: os.stat_result) -> "Stamp":
        """Return the stamp of a file as the system describes it; an inode number of 0 is none."""
        inode = (status.st_ino & _INT64_MASK) or UNKNOWN
        return cls(status.st_mtime_ns, status.st_ctime_ns, inode, status.st_dev & _INT64_MASK)

    def is_same(self, other: "Stamp") -> bool:
        """Return True if nothing that both stamps know tells the files apart."""
        return (
            self.mtime_ns == other.mtime_ns
            and _agree(self.ctime_ns, other.ctime_ns)
            and (self.device != other.device or _agree(self.inode, other.inode))
        )


NO_STAMP = Stamp()
"""Stamp of a file without any known time or identity."""


class Fingerprint(NamedTuple):
    """Stamp of a file and digest of its bytes; the digest is empty where another record has it."""

    stamp: Stamp
    digest: str = ""


class Source(NamedTuple):
    """State of the file that a document was read from.

    Attributes:
        size: Bytes.
        mtime_ns: Modification time.
        digest: BLAKE2b of the bytes, 16 bytes as hex.
        stamp: Times and identity.
        revision: Revision of the reader that read it; 0 where that is unknown.
    """

    size: int
    mtime_ns: int
    digest: str
    stamp: Stamp = NO_STAMP
    revision: int = 0


def _agree(one: int, other: int) -> bool:
    """Return True if two numbers are equal or one of them is unknown."""
    return one == other or UNKNOWN in (one, other)
