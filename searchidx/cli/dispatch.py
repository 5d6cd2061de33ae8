"""From the words of the command line to an exit code, whatever happens in between.

0 found or done, 1 nothing found, 2 an error. Every error is one line on standard error; a traceback is shown
only to those who ask for it with ``SEARCHIDX_TRACEBACK=1``.
"""

import gc
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NoReturn

from searchidx._startup import bare_numpy, quick
from searchidx.cli import flags, room
from searchidx.cli.streams import SIGNAL_BASE, leave, prepare, say
from searchidx.errors import FAILED, FOUND, SearchidxError

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT."""


_NO_MEMORY = "there is not enough memory for this; the index is as it was"
# What the system says of a library that it has no room to load.
_NO_ROOM = ("failed to map segment", "cannot allocate memory", "Cannot allocate memory")


def run_and_leave(words: Sequence[str]) -> NoReturn:
    """Run one command line and end the process."""
    # numpy's linear algebra would start a thread for every core when it is loaded, and nothing here calls it: a seventh of
    # the time that numpy takes to load. Where the system gives no thread, it ends the process.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    try:
        code = run(words)
    except SystemExit as exit_:
        code = _code_of(exit_)
    leave(code, at_once=words[:1] == ["search"])


def _code_of(exit_: SystemExit) -> int:
    """Return the exit code of a process that leaves early: a signal ended it, or a shell has its completions."""
    code = exit_.code or FOUND
    return code if isinstance(code, int) and (code == FOUND or code > SIGNAL_BASE) else FAILED


def run(words: Sequence[str]) -> int:
    """Run one command line and give its exit code."""
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
    except Exception as error:  # noqa: BLE001 - told in one line, with the way to all of it
        if os.environ.get("SEARCHIDX_TRACEBACK"):
            import traceback

            traceback.print_exc()
            return FAILED
        say(_described(error))
        return FAILED


def _described(error: Exception) -> str:
    message = " ".join(str(error).split())
    if room.is_out_of_files(error):
        return f"{message}; {room.FILES_REMEDY}"
    if isinstance(error, ImportError):
        if any(sign in message for sign in _NO_ROOM):
            return _NO_MEMORY
        return f"a part can't be loaded: {message}; install searchidx again"
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
    # Of what is loaded nothing is rubbish: looking for some takes one part in twenty of the time.
    gc.disable()
    bare_numpy.load()
    import numpy as np

    from searchidx.cli.search import command

    gc.freeze()
    gc.enable()
    # A block of nearly the 32 MB that glibc learns from, freed untouched: from then on it keeps what is freed for the next
    # array, instead of giving it back and asking for it anew. That is one page fault in five of a search for common words.
    with suppress(MemoryError):
        np.empty(31 << 20, np.uint8)
    return command(**arguments)
