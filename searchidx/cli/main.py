"""Entry point: every failure has an exit code, a failure to import included.

Python exits with 1 after an uncaught error, and 1 means "nothing found". So everything else is imported inside the handler.
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
        _end("out of memory while starting", _FAILED)
    except BaseException as error:  # noqa: BLE001 - uncaught, it would exit with 1
        _end(f"can't start: {type(error).__name__}: {' '.join(str(error).split())}", _FAILED)


def _end(message: str, code: int) -> None:
    """Write one line without any of our modules and end the process."""
    try:
        os.write(2, f"searchidx: {message}\n".encode("utf-8", "backslashreplace"))
    finally:
        os._exit(code)
