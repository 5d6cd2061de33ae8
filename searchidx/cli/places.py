"""Paragraph locations on the command line: ``PATH:LINE``, as piped ``search`` prints them."""

import os
import re

from searchidx.cli.opening import absolute
from searchidx.errors import UsageError
from searchidx.ingest.ignore.rules import has_known_suffix

_PLACE = re.compile(r"(.+):([0-9]{1,9})", re.DOTALL)


def read(location: str) -> tuple[str, int | None]:
    """Parse a location: the absolute path and the line, or None without a line.

    Raises:
        UsageError: The path is missing.
    """
    path, colon, number = location.rpartition(":")
    if not (colon and number.isascii() and number.isdigit() and len(number) < 10):
        path, number = location, ""
    if not path:
        raise UsageError(f"{location or 'the location'} has no path; use PATH:LINE")
    return absolute(path), int(number) if number else None


def read_paragraph(location: str) -> tuple[str, int]:
    """Parse a location with a line: the absolute path and the line.

    Raises:
        UsageError: The path or the line is missing.
    """
    path, line = read(location)
    if line is None:
        raise UsageError(f"{location} has no line number; use PATH:LINE, as in {location}:12")
    return path, line


def is_likely(word: str) -> bool:
    """Return true if the last word of a query is probably a location.

    It is if its path contains a folder, has the suffix of a format or names an existing file.
    """
    place = _PLACE.fullmatch(word)
    if place is None or "://" in word:
        return False
    path = place[1]
    return "/" in path or os.sep in path or has_known_suffix(path) or os.path.lexists(absolute(path))
