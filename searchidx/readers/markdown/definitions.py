"""Definitions of links, which may be anywhere on a page and are not shown."""

import re

from searchidx.readers.markdown.scanner import Scanner

_NAME = re.compile(r"\[(?!\^)[^\[\]]++\]:[ \t]*+(?=\S)")
_ADDRESS_AND_TITLE = re.compile(
    r"""(?:<[^<>]*+>|[^\s<]\S*+)(?>(?:[ \t]++(?:"[^"]*+"|'[^']*+'|\([^()]*+\)))?)[ \t]*+$"""
)


def definitions(scanner: Scanner, index: int, line: str) -> int | None:
    """Keep a run of definitions together, as the addresses they are."""
    if scanner.open >= 0 or not _is_definition(line):
        return None
    scanner.settle(index)
    lines, end = scanner.lines, index + 1
    if not scanner.containers:  # the lines need no marks taken off
        count = len(lines)
        while end < count and _is_definition(lines[end]):
            end += 1
    while end < len(lines) and (text := scanner.inner(end)) and _is_definition(text.lstrip(" ")):
        lines[end] = text
        end += 1
    scanner.page.add_code(lines[index:end], index + 1, "link")
    scanner.definitions_end = end
    return end


def _is_definition(line: str) -> bool:
    """Return whether a line defines a link: its name, an address and perhaps a title, and nothing else."""
    name = _NAME.match(line)
    if name is None:
        return False
    end = name.end()  # an address without a space is one, which is seen at once
    if line.find(" ", end) < 0 and line[end] != "<":
        return True
    return _ADDRESS_AND_TITLE.match(line, end) is not None
