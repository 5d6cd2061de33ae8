"""The command line, with the number of files a run has begun on standard output: so a test knows when to stop it.

``python -m tests.safety.stopped_run WORD...`` with the words of the command line; BATCH_BYTES of the environment is how much
a worker reads for one outcome.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from searchidx.cli import index, main
from searchidx.ingest import Progress
from searchidx.ingest import run as running


@contextmanager
def announced(_folder: str) -> Iterator[object]:
    """Write a line for each step, in place of drawing it on a terminal."""

    def write(progress: Progress) -> None:
        os.write(1, f"{progress.files_done}\n".encode())

    yield write


if __name__ == "__main__":
    index.progress_line = announced
    running.BATCH_BYTES = int(os.environ.get("BATCH_BYTES", running.BATCH_BYTES))
    main.main()
