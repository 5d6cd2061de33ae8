"""Limits per file: time, memory, text. A file that exceeds one is skipped with the reason, and the run goes on.

Time is processor time, which does not depend on the load of the machine. A reader that hangs takes none, so there is a much
wider limit of wall time too.
"""

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from stat import S_ISREG

from searchidx.config import Settings
from searchidx.document import Document, Paragraph
from searchidx.errors import ContentError
from searchidx.messages import Message, message
from searchidx.paragraphs import LONGEST, bounded

_USUAL = Settings()

MAX_PARAGRAPHS = 1 << 21  # of one document; a segment has room for twice as many

IRREGULAR = Message("irregular")
_WALL_FACTOR = 20  # wall time for each second of processor time
_CHUNK_BYTES = 1 << 24
_MAX_NAME_CHARACTERS = 1_000  # of a title, a heading, an id; real ones are a tenth of that
_MAX_DATE_CHARACTERS = 32
_MAX_HEADINGS = 32
_MAX_NOTES = 20
_MAX_DETAILS = 20
_MAX_DETAILS = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits per file.

    Attributes:
        seconds: Processor time of a worker for one file, after which it is killed.
        megabytes: Memory of a worker, on systems that can limit it.
        text_megabytes: UTF-8 bytes of the paragraphs of a document.
        wall_seconds: Wall time of a worker for one file; None is twenty times ``seconds``.
    """

    seconds: float = _USUAL.file_seconds
    megabytes: int = _USUAL.file_memory
    text_megabytes: int = _USUAL.file_text
    wall_seconds: float | None = None

    @property
    def clock_seconds(self) -> float:
        """Return the limit of wall time."""
        return self.seconds * _WALL_FACTOR if self.wall_seconds is None else self.wall_seconds

    @property
    def too_slow(self) -> Message:
        """Return the cause for a file that takes too much processor time."""
        return message("processor_time", f"{self.seconds:g}")

    @property
    def too_late(self) -> Message:
        """Return the cause for a file that hangs."""
        return message("wall_time", f"{self.clock_seconds:g}")

    @property
    def too_large(self) -> Message:
        """Return the cause for a file that takes too much memory."""
        return message("memory", self.megabytes)

    @property
    def too_long(self) -> Message:
        """Return the reason for a file that contains too much text."""
        return message("text_size", self.text_megabytes)

    def exceed(self, reason: Message) -> bool:
        """Return True if a file was skipped for a limit that is wider now."""
        limit = {
            "processor_time": self.seconds,
            "wall_time": self.clock_seconds,
            "memory": self.megabytes,
            "text_size": self.text_megabytes,
        }.get(reason.code)
        return limit is not None and limit > _number(reason.details)


def _number(details: Sequence[str]) -> float:
    """Return the limit in the details of a message; less than any limit if a stranger wrote none."""
    try:
        return float(details[0])
    except (IndexError, ValueError):
        return -1.0


def confine(limits: Limits) -> None:
    """Limit the memory of this process; allocating more raises MemoryError."""
    if sys.platform == "win32":
        return
    import resource

    # What a process can write to, on Linux; elsewhere the address space is the nearest there is.
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _, hard_limit = resource.getrlimit(kind)
    limit = limits.megabytes << 20
    try:
        resource.setrlimit(
            kind, (limit if hard_limit == resource.RLIM_INFINITY else min(limit, hard_limit), hard_limit)
        )
    except (OSError, ValueError):  # a system that knows no such limit
        return


def is_short_of_memory(limits: Limits) -> bool:
    """Return True if the system has less memory than the limit, so that a MemoryError says nothing about a file.

    It is known on Linux only.
    """
    if sys.platform != "linux":
        return False
    import mmap
    import resource

    limit = limits.megabytes << 20
    _, hard_limit = resource.getrlimit(resource.RLIMIT_DATA)
    if 0 <= hard_limit < limit:
        return True
    try:
        mmap.mmap(-1, limit).close()  # shared, so that our own limit does not apply
    except OSError:
        return True
    return False


def accept_alarms() -> None:
    """Let the alarms of :func:`set_alarms` kill this process, whatever signal handlers it inherited."""
    for name in ("SIGPROF", "SIGALRM"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def set_alarms(limits: Limits) -> None:
    """Have the system kill this process after too much processor or wall time, counted from now."""
    _set_timers(limits.seconds, limits.clock_seconds)


def call_off_alarms() -> None:
    """Cancel the alarms of :func:`set_alarms`."""
    _set_timers(0, 0)


def _set_timers(processor_seconds: float, clock_seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, processor_seconds)
        signal.setitimer(signal.ITIMER_REAL, clock_seconds)


def alarm_of(status: int, limits: Limits) -> Message | None:
    """Return the cause for the exit status of a worker that one of its alarms killed, or None."""
    if hasattr(signal, "SIGPROF") and status == -signal.SIGPROF:
        return limits.too_slow
    return limits.too_late if hasattr(signal, "SIGALRM") and status == -signal.SIGALRM else None


def was_killed(status: int) -> bool:
    """Return True for the exit status of a killed worker: by a person, or by a system short of memory."""
    return hasattr(signal, "SIGKILL") and status == -signal.SIGKILL


def read_file(path: str, max_bytes: int) -> tuple[bytes, os.stat_result]:
    """Read a regular file of at most ``max_bytes`` bytes, whatever it was when it was listed.

    Raises:
        ContentError: It is larger, or no regular file.
        OSError: It can't be read.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not S_ISREG(status.st_mode):
            raise ContentError(IRREGULAR)
        raw = file.read(min(status.st_size, max_bytes) + 1)
        while len(raw) <= max_bytes and (
            more := file.read(_CHUNK_BYTES)
        ):  # it has grown since, or its size is unknown
            raw += more
    if len(raw) > max_bytes:
        raise ContentError(message("file_size", max_bytes >> 20))
    return raw, status


def bounded_document(document: Document, limits: Limits) -> Document:
    """Return a document within the bounds of the index: long names and paragraphs are truncated or split.

    Raises:
        ContentError: It contains too much text or too many paragraphs.
    """
    paragraphs = bounded(document.paragraphs)
    if len(paragraphs) > MAX_PARAGRAPHS:
        raise ContentError(message("paragraph_count", f"{MAX_PARAGRAPHS:,}"))
    if _exceeds(paragraphs, limits.text_megabytes << 20):
        raise ContentError(limits.too_long)
    return replace(
        document,
        title=document.title[:_MAX_NAME_CHARACTERS],
        date=_truncated(document.date, _MAX_DATE_CHARACTERS),
        paragraphs=tuple(paragraphs if _have_short_names(paragraphs) else map(_with_short_names, paragraphs)),
        notes=tuple(map(_shortened, document.notes[:_MAX_NOTES])),
    )


def _have_short_names(paragraphs: Sequence[Paragraph]) -> bool:
    """Return True if no name is too long, the usual case; each distinct name is checked once."""
    headings = {paragraph.headings for paragraph in paragraphs}
    keys = {paragraph.id for paragraph in paragraphs}
    dates = {paragraph.date for paragraph in paragraphs}
    return (
        all(len(path) <= _MAX_HEADINGS for path in headings)
        and all(len(heading) <= _MAX_NAME_CHARACTERS for path in headings for heading in path)
        and all(len(key or "") <= _MAX_NAME_CHARACTERS for key in keys)
        and all(len(date or "") <= _MAX_DATE_CHARACTERS for date in dates)
    )


def _with_short_names(paragraph: Paragraph) -> Paragraph:
    return paragraph._replace(
        headings=tuple(heading[:_MAX_NAME_CHARACTERS] for heading in paragraph.headings[:_MAX_HEADINGS]),
        id=_truncated(paragraph.id, _MAX_NAME_CHARACTERS),
        date=_truncated(paragraph.date, _MAX_DATE_CHARACTERS),
    )


def _shortened(note: Message) -> Message:
    return Message(note.code, tuple(detail[:_MAX_NAME_CHARACTERS] for detail in note.details[:_MAX_DETAILS]))


def _truncated(text: str | None, length: int) -> str | None:
    return None if text is None else text[:length]


def _exceeds(paragraphs: Sequence[Paragraph], max_bytes: int) -> bool:
    if len(paragraphs) * LONGEST * 4 <= max_bytes:  # bytes, if every one were as long as it can be
        return False
    characters = sum([len(paragraph.text) for paragraph in paragraphs])
    if characters * 4 <= max_bytes or characters > max_bytes:
        return characters > max_bytes
    return sum(len(paragraph.text.encode("utf-8", "surrogatepass")) for paragraph in paragraphs) > max_bytes
