"""Headings: by hashes, and by a line below them."""

import re
from functools import reduce

from searchidx.paragraphs import glue, width
from searchidx.paragraphs.marks import opens_anew
from searchidx.readers.markdown.scanner import Scanner

_HEADING = re.compile(
    r"(#{1,6})(?:[ \t\u3000\xa0]+|(?=[\u3400-\u9fff【《“「（]))"
    r"(.*[^#\s](?=$)|.*?)(?:[ \t]+#+|#{2,})?[ \t]*$"  # what doesn't end in # is the title to its end, which is quick
    r"|#{1,6}[ \t]*$"
)
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_TITLE_COLUMNS = 120
_TITLE_LINES = 3


def heading(scanner: Scanner, index: int, line: str) -> int | None:
    """Open a section; a Chinese title needs no space before it."""
    match = _HEADING.match(line)
    if not match:
        return None
    scanner.settle(index)
    if match[1]:
        scanner.page.add_heading(len(match[1]), match[2], index + 1, index + 1, scanner.quotes > 0)
    return index + 1


def underline(scanner: Scanner, index: int, line: str, level: int) -> bool:
    """Make the run of prose a heading, or only its last line where the others don't look like a part of one."""
    if not (scanner.goes_on() and _UNDERLINE.match(line)):
        return False
    if level == 2 and _is_rule_below(scanner, scanner.lines[index - 1].strip()):
        return False
    first = scanner.open if scanner.open == index - 1 or _is_title(scanner, index) else index - 1
    scanner.cut(first)
    title = reduce(glue, map(str.strip, scanner.lines[first:index]))
    scanner.page.add_heading(level, title, first + 1, index + 1, scanner.quotes > 0)
    return True


def _is_rule_below(scanner: Scanner, line: str) -> bool:
    """Return whether dashes below a line are a rule and no underline."""
    return not _may_be_title(line) or (scanner.kind == "item" and not scanner.containers)


def _is_title(scanner: Scanner, end: int) -> bool:
    """Return whether all lines of the run of prose may be one title."""
    lines = [line.strip() for line in scanner.lines[max(scanner.open, end - _TITLE_LINES - 1) : end]]
    return (
        len(lines) <= _TITLE_LINES and all(map(_may_be_title, lines)) and not any(map(opens_anew, lines[1:]))
    )


def _may_be_title(line: str) -> bool:
    return width(line) <= _TITLE_COLUMNS and line[-1] not in "。，；"
