"""Progress line of an indexing run, drawn on a terminal after the first second and erased at the end."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from searchidx.cli.streams import columns, draw, is_terminal
from searchidx.ingest import Progress
from searchidx.render.look import count, relative, size
from searchidx.render.safe import visible
from searchidx.snippets import display_width, truncate

_DELAY = 1.0  # seconds before the first drawing
_INTERVAL = 0.1  # seconds between drawings
_ERASE = "\r\x1b[K"


class ProgressLine:
    """Progress callback that redraws one line at most ten times a second."""

    def __init__(self, folder: str) -> None:
        """Start the clock; paths are shown relative to ``folder``."""
        self._folder = folder
        self._started = monotonic()
        self._drawn = 0.0

    def __call__(self, progress: Progress) -> None:
        """Draw the line if the interval has passed."""
        now = monotonic()
        if now - self._started >= _DELAY and now - self._drawn >= _INTERVAL:
            self._drawn = now
            width = columns() - 1
            line = describe(progress, now - self._started, self._folder, width)
            draw(_ERASE + truncate(line, width))

    def erase(self) -> None:
        """Erase the line."""
        if self._drawn:
            draw(_ERASE)


@contextmanager
def progress_line(folder: str) -> Iterator[ProgressLine | None]:
    """Yield a progress line, or None if standard error is not a terminal."""
    if not is_terminal(sys.stderr):
        yield None
        return
    line = ProgressLine(folder)
    try:
        yield line
    finally:
        line.erase()


def describe(progress: Progress, seconds: float, folder: str, columns_left: int | None = None) -> str:
    """Return the state of a run: ``1,204 of 8,440 files · 40,102 paragraphs · 12.1 MB/s · 5 s left · a/b.md``.

    Leading folders of the current file are elided if the line is wider than ``columns_left``.
    """
    done = f"{progress.files_done:,} of {progress.files_total:,} files"
    speed = f"{size(progress.text_bytes / seconds)}/s"
    parts = [done, count(progress.paragraphs, "paragraph"), speed]
    if 0 < progress.bytes_done < progress.bytes_total:
        left = seconds * (progress.bytes_total - progress.bytes_done) / progress.bytes_done
        parts.append(f"{left:.0f} s left" if left < 100 else f"{left / 60:.0f} min left")
    line = " · ".join((*parts, visible(relative(progress.current, folder))))
    while columns_left is not None and display_width(line) > columns_left and (end := _first_folder(line)):
        line = line[: end[0]] + "…/" + line[end[1] :]
    return line


def _first_folder(line: str) -> tuple[int, int] | None:
    """Return the offsets of the first folder in a line that can be elided, or None."""
    start = line.rindex(" · ") + 3
    slash = line.find("/", start + 2)
    return (start, slash + 1) if slash >= 0 else None
