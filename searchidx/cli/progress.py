"""How far an indexing run is, on one line of a terminal that is gone when the run is over.

Only runs that take longer than a second show it, and only where a person is looking.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from searchidx.cli.streams import columns, draw, is_terminal
from searchidx.ingest import Progress
from searchidx.render.look import count, relative, size
from searchidx.render.safe import visible
from searchidx.snippets import display_width, truncate

_PATIENCE = 1.0
_BETWEEN = 0.1
_ERASE = "\r\x1b[K"


class ProgressLine:
    """Draws what it is called with, not too often."""

    def __init__(self, folder: str) -> None:
        """Start the clock; current files are shown relative to ``folder``."""
        self._folder = folder
        self._started = monotonic()
        self._drawn = 0.0

    def __call__(self, progress: Progress) -> None:
        """Draw the line if it is time to."""
        now = monotonic()
        if now - self._started >= _PATIENCE and now - self._drawn >= _BETWEEN:
            self._drawn = now
            room = columns() - 1
            line = describe(progress, now - self._started, self._folder, room)
            draw(_ERASE + truncate(line, room))

    def erase(self) -> None:
        """Leave the terminal as it was."""
        if self._drawn:
            draw(_ERASE)


@contextmanager
def progress_line(folder: str) -> Iterator[ProgressLine | None]:
    """Give a line to draw on, or None when standard error is not a terminal."""
    if not is_terminal(sys.stderr):
        yield None
        return
    line = ProgressLine(folder)
    try:
        yield line
    finally:
        line.erase()


def describe(progress: Progress, seconds: float, folder: str, room: int | None = None) -> str:
    """Say how far a run is: ``1,204 of 8,440 files · 40,102 paragraphs · 12.1 MB/s · 5 s left · a/b.md``.

    Where there is not room enough, folders of the current file are left out, and its name stays.
    """
    done = f"{progress.files_done:,} of {progress.files_total:,} files"
    speed = f"{size(progress.text_bytes / seconds)}/s"
    said = [done, count(progress.paragraphs, "paragraph"), speed]
    if 0 < progress.bytes_done < progress.bytes_total:
        left = seconds * (progress.bytes_total - progress.bytes_done) / progress.bytes_done
        said.append(f"{left:.0f} s left" if left < 100 else f"{left / 60:.0f} min left")
    line = " · ".join((*said, visible(relative(progress.current, folder))))
    while room is not None and display_width(line) > room and (end := _first_folder(line)):
        line = line[: end[0]] + "…/" + line[end[1] :]
    return line


def _first_folder(line: str) -> tuple[int, int] | None:
    """Where the first folder of the file at the end of a line is that can be left out."""
    start = line.rindex(" · ") + 3
    slash = line.find("/", start + 2)
    return (start, slash + 1) if slash >= 0 else None
