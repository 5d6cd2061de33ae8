"""What one file may cost: time, memory, text. A file that wants more is left out with the reason, and the run goes on.

Time is the processor's: on a busy machine a file takes no more of it than on an idle one. What hangs takes none, so there
is a limit by the clock too, far wider.
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

MOST_PARAGRAPHS = 1 << 21  # of one document; a segment has room for twice as many

IRREGULAR = Message("irregular")
_WALL = 20  # times the processor's time, by the clock
_MORE = 1 << 24
_NAME_CHARACTERS = 1_000  # of a title, a heading, an id; real ones are a tenth of that
_DATE_CHARACTERS = 32
_HEADINGS = 32
_NOTES = 20
_DETAILS = 20
_DETAILS = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost.

    Attributes:
        seconds: Of the processor that a worker may spend on one file; then it is killed.
        megabytes: Of memory a worker may take up, where the system can hold it to that.
        text_megabytes: UTF-8 of a document's paragraphs.
        wall_seconds: By the clock that a worker may spend on one file; None is twenty times ``seconds``.
    """

    seconds: float = _USUAL.file_seconds
    megabytes: int = _USUAL.file_memory
    text_megabytes: int = _USUAL.file_text
    wall_seconds: float | None = None

    @property
    def clock_seconds(self) -> float:
        """Return the limit by the clock."""
        return self.seconds * _WALL if self.wall_seconds is None else self.wall_seconds

    @property
    def too_slow(self) -> Message:
        """Return the cause for a file that takes too much of the processor's time."""
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
    """Hold this process to a limit of memory; from then on asking for more is a MemoryError."""
    if sys.platform == "win32":
        return
    import resource

    # What a process can write to, on Linux; elsewhere the address space is the nearest there is.
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _, most = resource.getrlimit(kind)
    wanted = limits.megabytes << 20
    try:
        resource.setrlimit(kind, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
    except (OSError, ValueError):  # a system that knows no such limit
        return


def is_short_of_memory(limits: Limits) -> bool:
    """Tell whether the system gives less memory than a file may take up: then having had none says nothing of the file.

    Only Linux is asked.
    """
    if sys.platform != "linux":
        return False
    import mmap
    import resource

    wanted = limits.megabytes << 20
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    if 0 <= most < wanted:
        return True
    try:
        mmap.mmap(-1, wanted).close()  # shared, so that what we are held to ourselves does not count
    except OSError:
        return True
    return False


def accept_alarms() -> None:
    """Let the alarms of :func:`set_alarms` kill this process, whatever it inherited."""
    for name in ("SIGPROF", "SIGALRM"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def set_alarms(limits: Limits) -> None:
    """Have the system kill this process when it has spent too much time from now on, whatever it is in the midst of."""
    _set_timers(limits.seconds, limits.clock_seconds)


def call_off_alarms() -> None:
    """Take back :func:`set_alarms`."""
    _set_timers(0, 0)


def _set_timers(processor_seconds: float, clock_seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, processor_seconds)
        signal.setitimer(signal.ITIMER_REAL, clock_seconds)


def alarm_of(status: int, limits: Limits) -> Message | None:
    """Return the cause that an exit status tells of a worker that was killed by one of its alarms."""
    if hasattr(signal, "SIGPROF") and status == -signal.SIGPROF:
        return limits.too_slow
    return limits.too_late if hasattr(signal, "SIGALRM") and status == -signal.SIGALRM else None


def was_killed(status: int) -> bool:
    """Tell by its exit status whether a worker was killed outright: by a person, or by a system that needed its memory."""
    return hasattr(signal, "SIGKILL") and status == -signal.SIGKILL


def read_file(path: str, most: int) -> tuple[bytes, os.stat_result]:
    """Read a regular file that has become neither longer than ``most`` nor something else since it was listed.

    Raises:
        ContentError: It has.
        OSError: It can't be read.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not S_ISREG(found.st_mode):
            raise ContentError(IRREGULAR)
        raw = file.read(min(found.st_size, most) + 1)
        while len(raw) <= most and (
            more := file.read(_MORE)
        ):  # it has grown meanwhile, or does not know its size
            raw += more
    if len(raw) > most:
        raise ContentError(message("file_size", most >> 20))
    return raw, found


def fitted(document: Document, limits: Limits) -> Document:
    """Make a document fit to be indexed, whatever its reader made of it: overlong names and paragraphs are cut.

    Raises:
        ContentError: It holds more text or paragraphs than a document may.
    """
    paragraphs = bounded(document.paragraphs)
    if len(paragraphs) > MOST_PARAGRAPHS:
        raise ContentError(message("paragraph_count", f"{MOST_PARAGRAPHS:,}"))
    if _exceeds(paragraphs, limits.text_megabytes << 20):
        raise ContentError(limits.too_long)
    return replace(
        document,
        title=document.title[:_NAME_CHARACTERS],
        date=_cut(document.date, _DATE_CHARACTERS),
        paragraphs=tuple(paragraphs if _are_named_shortly(paragraphs) else map(_named_shortly, paragraphs)),
        notes=tuple(map(_shortened, document.notes[:_NOTES])),
    )


def _are_named_shortly(paragraphs: Sequence[Paragraph]) -> bool:
    """Tell whether no paragraph needs its names cut, as usual; each different name is looked at once."""
    headings = {paragraph.headings for paragraph in paragraphs}
    keys = {paragraph.id for paragraph in paragraphs}
    dates = {paragraph.date for paragraph in paragraphs}
    return (
        all(len(path) <= _HEADINGS for path in headings)
        and all(len(heading) <= _NAME_CHARACTERS for path in headings for heading in path)
        and all(len(key or "") <= _NAME_CHARACTERS for key in keys)
        and all(len(date or "") <= _DATE_CHARACTERS for date in dates)
    )


def _named_shortly(paragraph: Paragraph) -> Paragraph:
    return paragraph._replace(
        headings=tuple(heading[:_NAME_CHARACTERS] for heading in paragraph.headings[:_HEADINGS]),
        id=_cut(paragraph.id, _NAME_CHARACTERS),
        date=_cut(paragraph.date, _DATE_CHARACTERS),
    )


def _shortened(note: Message) -> Message:
    return Message(note.code, tuple(detail[:_NAME_CHARACTERS] for detail in note.details[:_DETAILS]))


def _cut(text: str | None, most: int) -> str | None:
    return None if text is None else text[:most]


def _exceeds(paragraphs: Sequence[Paragraph], most: int) -> bool:
    if len(paragraphs) * LONGEST * 4 <= most:  # bytes, if every one were as long as it can be
        return False
    characters = sum([len(paragraph.text) for paragraph in paragraphs])
    if characters * 4 <= most or characters > most:
        return characters > most
    return sum(len(paragraph.text.encode("utf-8", "surrogatepass")) for paragraph in paragraphs) > most
