"""Causes why reading a file fails: a code and details are kept, the sentence is made when it is shown."""

import errno
import os
from collections.abc import Iterable
from typing import NamedTuple

from searchidx.errors import MISSING_LIBRARY, MissingLibraryError, ReadError
from searchidx.results import FailedRead

# By code, with a place for each detail.
_SENTENCES = {
    "processor_time": "reading it took longer than {} s of processor time, which file_seconds can raise",
    "wall_time": "reading it took longer than {} s, which file_wall_seconds can raise",
    "memory": "reading it took more than {} MB of memory, which file_memory can raise",
    "no_memory": "there was not enough memory to read it",
    "removed": "it was removed while the run was going on",
    "killed": "the system ended what was reading it, perhaps for want of memory",
    "crash": "its reader crashed ({})",
    "library": MISSING_LIBRARY,
    "reader": "{}",
}


class Cause(NamedTuple):
    """Cause of a failure.

    Attributes:
        code: Kind, for programs.
        details: Facts that the sentence needs.
    """

    code: str
    details: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Return the sentence for a person; a code of another version is shown as it is."""
        if self.code == "input" and len(self.details) == 1:
            return _system_message(self.details[0])
        try:
            return _SENTENCES[self.code].format(*self.details)
        except (KeyError, IndexError):
            return " ".join(("reading it failed:", self.code, *self.details))


NO_MEMORY = Cause("no_memory")
KILLED = Cause("killed")


def cause_of(failure: FailedRead) -> Cause:
    """Return the cause that was noted of a file."""
    return Cause(failure.code, failure.details)


def as_objects(failures: Iterable[FailedRead]) -> list[dict[str, object]]:
    """Return files whose reading failed as JSON objects."""
    return [
        {
            "path": failure.path,
            "code": failure.code,
            "details": list(failure.details),
            "reason": cause_of(failure).sentence,
        }
        for failure in failures
    ]


def of_system(error: OSError) -> Cause:
    """Return the cause that the system gave for refusing a file; its name is the same on every system, unlike its number."""
    if isinstance(error, FileNotFoundError):
        return Cause("removed")
    name = errno.errorcode.get(error.errno or 0)
    return Cause("reader", (error.strerror or str(error),)) if name is None else Cause("input", (name,))


def of_reader(error: ReadError) -> Cause:
    """Return the cause that a reader gave."""
    if isinstance(error, MissingLibraryError):
        return Cause("library", (error.format, error.library))
    return Cause("reader", (str(error),))


def _system_message(name: str) -> str:
    number = getattr(errno, name, None)
    return os.strerror(number) if name.startswith("E") and isinstance(number, int) else name
