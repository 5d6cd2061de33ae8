"""Block quotes and list items as containers: prefixes of the lines that belong to those that are open.

A container is its kind and, for an item, the columns that its content is indented by. Marks are taken off from the
outside in, so what is left of a line is what CommonMark reads as the line of the innermost block. Tabs are columns:
those among a line's marks are widened to their stops before anything is taken off.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

TAB = 4
"""Columns from a tab stop to the next; also the indent of code."""
MAX_DEPTH = 64
"""Containers inside each other; marks beyond are text, so that a line costs no more than this."""

_MARKS = re.compile(r"[ \t>]*")

Sections = tuple[tuple[int, tuple[str, ...]], ...]
"""Level of each open section, and the headings down to its own."""


class Container(NamedTuple):
    """An open block quote, an item or whatever else is indented as one.

    Attributes:
        width: Columns of a line that belong to the container: 0 for a quote, which has a mark instead.
        empty_line: Index of its first line if nothing follows the mark there, else -2.
        sections: The sections around a quote, which its own headings don't outlive.
    """

    width: int
    empty_line: int = -2
    sections: Sections = ()


_ITEMS = tuple(map(Container, range(16)))


def item_container(width: int) -> Container:
    """Return an item with text in its first line; most are a few columns wide and are made once."""
    return _ITEMS[width] if width < len(_ITEMS) else Container(width)


def expand_marks(line: str) -> str:
    """Return a line with the tabs among the marks it begins with widened to their stops."""
    marks = _MARKS.match(line)
    if marks is None or "\t" not in marks[0]:
        return line
    return marks[0].expandtabs(TAB) + line[marks.end() :]


def expand_indent(line: str, column: int) -> str:
    """Return a line that begins at a column of its source with the tabs of its indent widened to their stops."""
    text = line.lstrip(" \t")
    indent = line[: len(line) - len(text)]
    return (" " * column + indent).expandtabs(TAB)[column:] + text if "\t" in indent else line


def strip_marks(line: str, containers: Sequence[Container]) -> tuple[str, int]:
    """Return what is left of a line without the marks of its containers, and how many of them go on in it.

    Args:
        line: A line of the source, its marks expanded.
        containers: Those open, outermost first.
    """
    for depth, container in enumerate(containers):
        width = container.width
        if not width:
            text = line.lstrip(" ")
            if text[:1] != ">" or len(line) - len(text) >= TAB:
                return line, depth
            line = text[2:] if text[1:2] == " " else text[1:]
        elif line[:width].isspace() and len(line) >= width:
            line = line[width:]
        elif line and not line.isspace():
            return line, depth
        else:
            line = ""
    return line, len(containers)
