"""Code in fences, and other lines that are kept as they are up to one that ends them."""

import re
from collections.abc import Callable

from searchidx.readers.markdown.scanner import CODE_INDENTS, Scanner

_FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
_LANGUAGE = re.compile(r"\{?[.=]?[\w.+#-]*\}?", re.ASCII)


def fence(scanner: Scanner, index: int, line: str) -> int | None:
    """Open a listing; the info string behind its mark is kept, unless it is the name of a language."""
    match = _FENCE.match(line)
    if not match:
        return None
    mark, info = match[1] or match[3], (match[2] or match[4] or "").strip()
    scanner.settle(index)
    if info and not _LANGUAGE.fullmatch(info):
        scanner.page.add_code([info], index + 1, "info")
    return listing(scanner, index, mark, lambda inner: _closes(inner, mark), inner_too=False)


def listing(scanner: Scanner, index: int, sign: str, ends: Callable[[str], bool], *, inner_too: bool) -> int:
    """Take lines as code until one that ends them, which few have the sign to; ``inner_too`` keeps the first and the last line."""
    end, after = _listing_end(scanner, index + 1, sign, ends)
    first = index if inner_too else index + 1
    scanner.page.add_code(scanner.lines[first : after if inner_too else end], first + 1)
    return after


def _listing_end(scanner: Scanner, end: int, sign: str, ends: Callable[[str], bool]) -> tuple[int, int]:
    """Return the index behind a listing's last line, and the one to go on from: a closing line belongs to it."""
    lines, last = scanner.lines, len(scanner.lines)
    if not scanner.containers:
        while end < last and not (sign in lines[end] and ends(lines[end])):
            end += 1
        return end, end + 1
    while end < last and (line := scanner.inner(end)) is not None:
        lines[end] = line
        if sign in line and ends(line):
            return end, end + 1
        end += 1
    return end, end


def _closes(line: str, mark: str) -> bool:
    """Return whether a line ends the listing that a fence opened."""
    text = line.strip()
    return text.startswith(mark) and not text.strip(mark[0]) and not line.startswith(CODE_INDENTS)
