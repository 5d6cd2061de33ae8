"""Tables: a header, a line of dashes, and rows up to the first line that is none."""

import re

from searchidx.readers.markdown.inline import plain
from searchidx.readers.markdown.scanner import Scanner

_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?>(?:\|[ \t]*:?-+:?[ \t]*)*)\|?[ \t]*$")
_OTHER_BLOCK = re.compile(r" {0,3}(?:#{1,6}(?:[ \t]|$)|>|```|~~~|[-*+][ \t]|\d{1,9}[.)][ \t])")
_CELL = re.compile(r"(?<!\\)\|")


def table(scanner: Scanner, index: int, line: str) -> int | None:
    """Read a table at its second line: the run of prose ends in its header."""
    header = scanner.lines[index - 1]
    if not (scanner.goes_on() and "|" in line and "|" in header and _DELIMITERS.match(line)):
        return None
    scanner.cut(index - 1)
    page, cells = scanner.page, _cells(header)
    page.add_row(cells, index)
    outer = page.path
    page.path = (*outer, " | ".join(plain(cell)[0] for cell in cells if cell))
    end = index + 1
    while (row := _row(scanner, end)) is not None:
        page.add_row(_cells(row), end + 1)
        end += 1
    page.path = outer
    return end


def _row(scanner: Scanner, index: int) -> str | None:
    """Return a line ahead if it is a row."""
    row = scanner.inner(index) if index < len(scanner.lines) else None
    return row if row and "|" in row and not _OTHER_BLOCK.match(row) else None


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(line.strip().strip("|"))]
