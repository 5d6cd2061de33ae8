"""Blocks of HTML among the blocks of a page: where each begins and ends."""

from searchidx.readers.markdown import html_blocks
from searchidx.readers.markdown.listings import listing
from searchidx.readers.markdown.scanner import Scanner


def markup(scanner: Scanner, index: int, line: str) -> int | None:
    """Read a block of HTML, a comment or a declaration."""
    if line.startswith("<!--"):
        return _comment(scanner, index, line)
    if raw := html_blocks.RAW.match(line):
        return _raw(scanner, index, line, f"</{raw[1].lower()}")
    if declaration := html_blocks.DECLARATION.match(line):
        closing = "?>" if declaration[1] else "]]>" if declaration[2] else ">"
        return _declaration(scanner, index, line, closing)
    if html_blocks.BLOCK.match(line) or (scanner.open < 0 and html_blocks.LONE_TAG.match(line)):
        scanner.settle(index)
        return _html(scanner, index, _html_end(scanner, index + 1))
    return None


def _raw(scanner: Scanner, index: int, line: str, closing: str) -> int:
    """Read a script, a style or what else only its own closing tag ends."""
    scanner.settle(index)
    if closing in line.lower():
        return _html(scanner, index, index + 1)
    return listing(scanner, index, "</", lambda inner: closing in inner.lower(), inner_too=True)


def _declaration(scanner: Scanner, index: int, line: str, closing: str) -> int:
    scanner.settle(index)
    if closing not in line:
        return listing(scanner, index, closing, lambda inner: closing in inner, inner_too=True)
    scanner.page.add_code([line], index + 1)
    return index + 1


def _html_end(scanner: Scanner, end: int) -> int:
    """Return the index of the blank line or the end of the container that ends a block of HTML."""
    lines = scanner.lines
    while end < len(lines) and (line := scanner.inner(end)) and not line.isspace():
        lines[end] = line
        end += 1
    return end


def _html(scanner: Scanner, index: int, end: int) -> int:
    scanner.page.add_html(scanner.lines[index:end], index + 1)
    return end


def _comment(scanner: Scanner, index: int, line: str) -> int | None:
    """Read a comment and the rest of its last line; one that nothing closes is text."""
    end, last = _comment_end(scanner, index, line)
    if end < 0:
        return None
    scanner.settle(index)
    lines, place = scanner.lines, last.index("-->") + 3
    for inner in range(index + 1, end):
        lines[inner] = scanner.inner(inner) or ""
    lines[end] = last
    scanner.page.add_comment([*lines[index:end], last[:place].lstrip()], index + 1)
    if content := last[place:].strip():
        scanner.page.add_html([content], end + 1)
    return end + 1


def _comment_end(scanner: Scanner, index: int, line: str) -> tuple[int, str]:
    """Return the index of the line in which a comment ends, and that line; -1 if none does."""
    end = index
    inner: str | None = line
    while inner is not None and "-->" not in inner:
        end = max(end + 1, scanner.unclosed_end)
        inner = scanner.inner(end) if end < len(scanner.lines) else None
    if inner is None:
        scanner.unclosed_end = end
        return -1, ""
    return end, inner
