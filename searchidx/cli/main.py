"""The entry: from the words of the command line to an exit code, whatever happens in between.

0 found or done, 1 nothing found, 2 an error. Every error is one line on standard error; a traceback is shown
only to those who ask for it with ``SEARCHIDX_TRACEBACK=1``.
"""

import os
import sys
from collections.abc import Sequence

from searchidx.cli import quick
from searchidx.cli.streams import prepare, say
from searchidx.errors import FAILED, SearchidxError

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT."""


def main() -> None:
    """Run the command line and exit."""
    # numpy's linear algebra would start a thread for every core when it is loaded, and nothing here calls it: a seventh of
    # the time that numpy takes to load.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(run(sys.argv[1:]))


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
            from searchidx.cli.search import command

            return command(**arguments)
    from searchidx.cli import parser

    return parser.run(words)
