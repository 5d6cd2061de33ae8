"""Standard streams: terminal capabilities, writing, and closing without a second error.

Standard output carries results and nothing else; standard error carries messages, each line with the prefix ``searchidx:``.
"""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from searchidx.errors import StorageError, UsageError
from searchidx.render.look import Look
from searchidx.render.safe import visible

if TYPE_CHECKING:
    from searchidx.render.renderer import Renderer

SIGNAL_BASE = 128
"""Offset of a shell's exit code for a process that a signal ended."""

CLOSED_PIPE = 141
"""Exit code after a closed pipe: 128 + SIGPIPE, the same as grep's."""

# Values of TERM whose terminals don't support hyperlinks or print their escape sequence.
_NO_LINKS = ("", "dumb", "linux")


def prepare() -> None:
    """Set standard output and error to UTF-8 in any locale; unencodable characters are escaped.

    A stream that the caller closed is replaced by the null device.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - open until the process ends
        getattr(sys, name).reconfigure(encoding="utf-8", errors="backslashreplace")


def write(lines: Iterable[str]) -> None:
    """Write lines to standard output; exit silently with :data:`CLOSED_PIPE` if the pipe is closed.

    Raises:
        StorageError: The disk rejects the output.
    """
    try:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    except BrokenPipeError:
        raise SystemExit(CLOSED_PIPE) from None
    except OSError as error:
        raise StorageError(f"the results can't be written: {error.strerror}") from error


def say(message: str) -> None:
    """Write a message as one line to standard error."""
    draw(f"searchidx: {visible(message)}\n")


def tell(lines: Iterable[str]) -> None:
    """Write lines of safe text to standard error, unprefixed, for the user of a terminal."""
    draw("".join(f"{line}\n" for line in lines))


def draw(text: str) -> None:
    """Write safe text to standard error; a failure is ignored, because the exit code still tells."""
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def leave(code: int, *, at_once: bool) -> NoReturn:
    """Flush the streams and end the process.

    A stream that can't be flushed ends it at once: Python's own shutdown would flush again, print lines of its own and exit
    with code 120.

    Args:
        code: Exit code.
        at_once: Skip the interpreter's shutdown; see :mod:`searchidx._startup`.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            at_once = True
        except ValueError:  # closed, so nothing is buffered
            continue
    if at_once:
        os._exit(code)
    sys.exit(code)


def stdout_is_terminal() -> bool:
    """Return true if standard output is a terminal."""
    return is_terminal(sys.stdout)


def is_terminal(stream: TextIO) -> bool:
    """Return true if a stream is a terminal."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def look(color: str, width: int | None) -> Look:
    """Return the presentation of results on standard output.

    Args:
        color: ``auto``, ``always`` or ``never``.
        width: Columns, or None for those of the terminal; a pipe has no limit.
    """
    terminal = is_terminal(sys.stdout)
    kind = os.environ.get("TERM", "")
    allows_color = terminal and not os.environ.get("NO_COLOR") and kind != "dumb"
    painted = color == "always" or (color == "auto" and allows_color)
    linked = painted and terminal and (kind not in _NO_LINKS or os.name == "nt")
    return Look(
        cwd=working_directory(),
        width=width if width is not None else columns() if terminal else None,
        color=painted,
        host=_host() if linked else None,
    )


def renderer(
    color: str, width: int | None, *, as_json: bool = False, stale_analysis: bool = False, **options: Any
) -> "Renderer":
    """Return the renderer of results for standard output; only its module is imported.

    Args:
        color: ``auto``, ``always`` or ``never``.
        width: Columns, or None for those of the terminal.
        as_json: True for JSON Lines.
        stale_analysis: True if an older version made the index.
        options: Options of the request that add keys to JSON hits.
    """
    if as_json:
        from searchidx.render.jsonl import JsonRenderer

        return JsonRenderer(options, stale_analysis)
    if stdout_is_terminal():
        from searchidx.render.terminal import TerminalRenderer

        return TerminalRenderer(look(color, width))
    from searchidx.render.plain import PlainRenderer

    return PlainRenderer(look(color, width))


def columns() -> int:
    """Return the columns of the terminal; 80 if unknown."""
    variable = os.environ.get("COLUMNS", "")
    if variable.isascii() and variable.isdigit() and int(variable) > 0:
        return int(variable)
    for descriptor in (1, 2, 0):
        try:
            width = os.get_terminal_size(descriptor).columns
        except (OSError, ValueError):
            continue
        if width > 0:
            return width
    return 80


def working_directory() -> str:
    """Return the working directory, or the root if it was removed."""
    try:
        return os.getcwd()
    except OSError:
        return os.path.abspath(os.sep)


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else ""


def read_input(path: str) -> bytes:
    """Return the bytes of a file, or of standard input for ``-``.

    Raises:
        UsageError: The file can't be read.
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
        StorageError: The disk is full or rejects the file.
    """
    try:
        with open(path, "xb") as file:
            while sys.stdin is not None and (piece := sys.stdin.buffer.read(1 << 20)):
                file.write(piece)
    except OSError as error:
        raise StorageError(f"standard input can't be copied to a temporary file: {error.strerror}") from error
