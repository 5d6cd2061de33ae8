"""Dispatch of a command line: command, exit code, one line per error.

Exit codes: 0 found or done, 1 nothing found, 2 error. ``SEARCHIDX_TRACEBACK=1`` shows the traceback of an internal error.
"""

import os
from collections.abc import Sequence
from typing import Any, NoReturn

from searchidx._startup import bare_numpy, collector, quick
from searchidx.cli import flags, room
from searchidx.cli.streams import SIGNAL_BASE, leave, prepare, say
from searchidx.errors import FAILED, FOUND, SearchidxError

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT."""


_NO_MEMORY = "out of memory; the index is unchanged"
# Messages of the system about a library that doesn't fit into memory.
_LOADER_MESSAGES = ("failed to map segment", "cannot allocate memory", "Cannot allocate memory")


def run_and_leave(words: Sequence[str]) -> NoReturn:
    """Run a command line and end the process."""
    # OpenBLAS starts a thread per core when numpy is loaded: a seventh of numpy's load time, for linear algebra that nothing
    # calls. Where the system refuses a thread, OpenBLAS ends the process.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    try:
        code = run(words)
    except SystemExit as exit_:
        code = _code_of(exit_)
    leave(code, at_once=words[:1] == ["search"])


def _code_of(exit_: SystemExit) -> int:
    """Return the exit code of an early exit: a signal, or completions that are printed."""
    code = exit_.code or FOUND
    return code if isinstance(code, int) and (code == FOUND or code > SIGNAL_BASE) else FAILED


def run(words: Sequence[str]) -> int:
    """Run a command line and return its exit code."""
    prepare()
    try:
        return _dispatch(list(words))
    except SearchidxError as error:
        say(f"{error}; {room.FILES_REMEDY}" if room.is_out_of_files(error) else str(error))
        return FAILED
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except MemoryError:
        say(_NO_MEMORY)
        return FAILED
    except Exception as error:  # noqa: BLE001 - reported as one line; SEARCHIDX_TRACEBACK shows all
        if os.environ.get("SEARCHIDX_TRACEBACK"):
            import traceback

            traceback.print_exc()
            return FAILED
        say(_error_message(error))
        return FAILED


def _error_message(error: Exception) -> str:
    message = " ".join(str(error).split())
    if room.is_out_of_files(error):
        return f"{message}; {room.FILES_REMEDY}"
    if isinstance(error, ImportError):
        if any(part in message for part in _LOADER_MESSAGES):
            return _NO_MEMORY
        return f"a module can't be loaded: {message}; reinstall searchidx"
    return f"internal error: {type(error).__name__}: {message} (SEARCHIDX_TRACEBACK=1 shows where)"


def _dispatch(words: list[str]) -> int:
    room.confirm_files()
    room.confirm_memory(room.NUMPY_BYTES)
    if words[:1] == ["search"]:
        arguments = quick.read(words[1:], flags.SEARCH, flags.is_text)
        if arguments is not None:
            return _search(arguments)
    from searchidx.cli import parser

    room.confirm_memory(room.TYPER_BYTES)
    return parser.run(words)


def _search(arguments: dict[str, Any]) -> int:
    with collector.paused():
        bare_numpy.load()
        from searchidx.cli.search import command
    return command(**arguments)
