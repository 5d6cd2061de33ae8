"""The entry: from the words of the command line to an exit code, whatever happens in between.

0 found or done, 1 nothing found, 2 an error. Every error is one line on standard error; a traceback is shown
only to those who ask for it with ``SEARCHIDX_TRACEBACK=1``.
"""

import gc
import os
import sys
from collections.abc import Sequence
from typing import Any

from searchidx.cli import bare_numpy, quick
from searchidx.cli.streams import leave, prepare, say
from searchidx.errors import FAILED, SearchidxError

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT."""


def main() -> None:
    """Run the command line and exit."""
    # numpy's linear algebra would start a thread for every core when it is loaded, and nothing here calls it: a seventh of
    # the time that numpy takes to load.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    words = sys.argv[1:]
    try:
        code = run(words)
    except SystemExit as left:  # nobody reads the results
        code = left.code if isinstance(left.code, int) else FAILED
    leave(code, at_once=words[:1] == ["search"])


def run(words: Sequence[str]) -> int:
    """Run one command line and give its exit code."""
    prepare()
    try:
        return _dispatch(list(words))
    except SearchidxError as error:
        say(str(error))
        return FAILED
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except MemoryError:
        say("there is not enough memory for this; the index is as it was")
        return FAILED
    except Exception as error:
        if os.environ.get("SEARCHIDX_TRACEBACK"):
            raise
        message = " ".join(str(error).split())
        say(f"this should not happen: {type(error).__name__}: {message} (SEARCHIDX_TRACEBACK=1 shows where)")
        return FAILED


def _dispatch(words: list[str]) -> int:
    if words[:1] == ["search"]:
        arguments = quick.read(words[1:])
        if arguments is not None:
            return _search(arguments)
    from searchidx.cli import parser

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
    np.empty(31 << 20, np.uint8)
    return command(**arguments)
