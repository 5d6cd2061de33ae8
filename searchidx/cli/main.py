"""The entry of the program: an exit code for everything, what can't even be loaded included.

Python itself ends with exit code 1 where an error is not caught, and 1 means "nothing found". So nothing is imported
here before something is there to catch what goes wrong.
"""

import os
import sys

_FAILED = 2
_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit."""
    try:
        from searchidx.cli.dispatch import run_and_leave

        run_and_leave(sys.argv[1:])
    except SystemExit:
        raise
    except KeyboardInterrupt:
        _end("interrupted", _INTERRUPTED)
    except MemoryError:
        _end("there is not enough memory to start", _FAILED)
    except BaseException as error:  # noqa: BLE001 - Python would report it, and exit with 1
        _end(f"can't start: {type(error).__name__}: {' '.join(str(error).split())}", _FAILED)


def _end(message: str, code: int) -> None:
    """Write a line by itself, none of our modules needed, and end the process."""
    try:
        os.write(2, f"searchidx: {message}\n".encode("utf-8", "backslashreplace"))
    finally:
        os._exit(code)
