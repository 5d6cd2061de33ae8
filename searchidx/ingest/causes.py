"""Causes of failed reads, as messages (:mod:`searchidx.messages`)."""

from collections.abc import Iterable
from importlib.util import find_spec

from searchidx import messages
from searchidx.errors import ReadError
from searchidx.messages import Message
from searchidx.results import FailedRead

NO_MEMORY = Message("no_memory")
KILLED = Message("killed")


def cause_of(failure: FailedRead) -> Message:
    """Return the cause of a failed read."""
    return Message(failure.code, failure.details)


def as_objects(failures: Iterable[FailedRead]) -> list[dict[str, object]]:
    """Return failed reads as JSON objects."""
    return [
        {
            "path": failure.path,
            "code": failure.code,
            "details": list(failure.details),
            "reason": cause_of(failure).sentence,
        }
        for failure in failures
    ]


def of_system(error: OSError) -> Message:
    """Return the cause of a system call that failed."""
    return Message("removed") if isinstance(error, FileNotFoundError) else messages.of_system(error)


def of_reader(error: ReadError) -> Message:
    """Return the cause of a reader that failed."""
    return error.message


def is_resolved(reason: Message) -> bool:
    """Return True if a file was skipped for want of a library that has been installed since."""
    if reason.code != "library" or len(reason.details) != 2:
        return False
    library = reason.details[1]
    return library.isidentifier() and find_spec(library) is not None
