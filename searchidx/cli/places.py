"""A paragraph as it is named on the command line: ``PATH:LINE``, as ``search`` prints it in a pipe."""

import os
import re

from searchidx.cli.opening import absolute
from searchidx.errors import UsageError
from searchidx.ingest.ignore.rules import has_known_suffix

_PLACE = re.compile(r"(.+):([0-9]{1,9})", re.DOTALL)


def read(at: str) -> tuple[str, int | None]:
    """The absolute path and the line; None where there is only a path.

    Raises:
        UsageError: There is no path.
    """
    path, colon, number = at.rpartition(":")
    if not (colon and number.isascii() and number.isdigit() and len(number) < 10):
        path, number = at, ""
    if not path:
        raise UsageError(f"{at or 'the place'}: there is no path before the line")
    return absolute(path), int(number) if number else None


def read_paragraph(at: str) -> tuple[str, int]:
    """The absolute path and the line.

    Raises:
        UsageError: There is no path, or no line.
    """
    path, line = read(at)
    if line is None:
        raise UsageError(f"{at}: a line belongs behind the path, as search prints it: {at}:12")
    return path, line


def is_likely(word: str) -> bool:
    """Tell whether the last word of a query names a paragraph.

    It does where it is the line of a file that is there, of one in a folder, or of one whose suffix is of a format.
    """
    place = _PLACE.fullmatch(word)
    if place is None or "://" in word:
        return False
    path = place[1]
    return "/" in path or os.sep in path or has_known_suffix(path) or os.path.lexists(absolute(path))
