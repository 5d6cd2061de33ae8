"""The three streams: what they can show, and writing to them so that nothing goes wrong on the way or at the end.

Standard output carries results and nothing else; standard error everything else, each line marked as ours.
"""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import NoReturn, TextIO

from searchidx.errors import StorageError, UsageError
from searchidx.render.look import Look
from searchidx.render.safe import visible

SIGNAL_BASE = 128
"""Number that a shell adds to that of the signal which ended a process."""

CLOSED_PIPE = 141
"""Exit code when the reader of a pipe has gone: 128 + SIGPIPE, what a shell sees of grep."""

# Kinds of terminal that have no links, or print the sequence that makes one.
_NO_LINKS = ("", "dumb", "linux")


def prepare() -> None:
    """Make standard output and error UTF-8 whatever the locale; what has no UTF-8 is shown as an escape.

    One that the caller has closed leads nowhere from now on.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - as long as we live
        getattr(sys, name).reconfigure(encoding="utf-8", errors="backslashreplace")


def write(lines: Iterable[str]) -> None:
    """Write lines to standard output; leave quietly with :data:`CLOSED_PIPE` when nobody reads them.

    Raises:
        StorageError: Standard output goes to a file and the disk said no.
    """
    try:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    except BrokenPipeError:
        raise SystemExit(CLOSED_PIPE) from None
    except OSError as error:
        raise StorageError(f"the results can't be written: {error.strerror}") from error


def say(message: str) -> None:
    """Write one line to standard error."""
    draw(f"searchidx: {visible(message)}\n")


def tell(lines: Iterable[str]) -> None:
    """Write safe lines to standard error, for a person who is looking at the results."""
    draw("".join(f"{line}\n" for line in lines))


def draw(text: str) -> None:
    """Write safe text to standard error as it is; where that can't be, the exit code has to do, and the work goes on."""
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def leave(code: int, *, at_once: bool) -> NoReturn:
    """End the process, its streams written out.

    Where one can't take what it still holds back, that is at once in any case: Python would try again when it ends,
    complain in lines of its own and exit with a code of its own, 120.

    Args:
        code: The exit code.
        at_once: Whether Python need not take numpy and all modules apart, which takes longer than most queries.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            at_once = True
        except ValueError:  # it is closed, and holds nothing back
            continue
    if at_once:
        os._exit(code)
    sys.exit(code)


def stdout_is_terminal() -> bool:
    """Tell whether a person is looking at the results."""
    return is_terminal(sys.stdout)


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a person is looking at a stream."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def look(color: str, width: int | None) -> Look:
    """Find out how results may look.

    Args:
        color: ``auto``, ``always`` or ``never``.
        width: Columns asked for, or None for those of the terminal; a pipe has none.
    """
    terminal = is_terminal(sys.stdout)
    kind = os.environ.get("TERM", "")
    wanted = terminal and not os.environ.get("NO_COLOR") and kind != "dumb"
    painted = color == "always" or (color == "auto" and wanted)
    linked = painted and terminal and (kind not in _NO_LINKS or os.name == "nt")
    return Look(
        cwd=working_directory(),
        width=width if width is not None else columns() if terminal else None,
        color=painted,
        host=_host() if linked else None,
    )


def columns() -> int:
    """How wide the terminal is; 80 where there is no telling."""
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given) > 0:
        return int(given)
    for descriptor in (1, 2, 0):
        try:
            found = os.get_terminal_size(descriptor).columns
        except (OSError, ValueError):
            continue
        if found > 0:
            return found
    return 80


def working_directory() -> str:
    """The working directory, or the root where it has been removed."""
    try:
        return os.getcwd()
    except OSError:
        return os.path.abspath(os.sep)


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else ""


def read_input(path: str) -> bytes:
    """Read a file, or standard input where it is ``-``.

    Raises:
        UsageError: It can't be read.
    """
    try:
        if path == "-":
            return b"" if sys.stdin is None else sys.stdin.buffer.read()
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def copy_input(path: str) -> None:
    """Copy standard input to a new file.

    Raises:
        StorageError: There is no room for it.
    """
    try:
        with open(path, "xb") as file:
            while sys.stdin is not None and (piece := sys.stdin.buffer.read(1 << 20)):
                file.write(piece)
    except OSError as error:
        raise StorageError(f"standard input can't be kept for reading: {error.strerror}") from error
