"""Blocks that contain others: quotes, items of lists, footnotes and boxes."""

import re

from searchidx.readers.markdown.containers import MAX_DEPTH, TAB, Container, expand_indent, item_container
from searchidx.readers.markdown.scanner import Scanner

_BULLETS = "-*+"
_ORDINAL = re.compile(r"(\d{1,9})[.)](?=[ \t]|$)")
_LOOSE_BULLET = re.compile(r"(?:•[ \t\xa0\u3000]*|[-*+][\xa0\u3000][ \t\xa0\u3000]*)(?=\S)")
_LOOSE_ORDINAL = re.compile(r"\d{1,9}(?:[.)](?=[ \t]|[\u3400-\u9fff])|、)[ \t]*(?=\S)")
_RULE = re.compile(r"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_NOTE = re.compile(r"\[\^[^\[\]\s]+\]:[ \t]*")
_ADMONITION = re.compile(r"""(?:!!!|\?\?\?\+?)[ \t]+([a-zA-Z][\w-]*(?:[ \t]+[\w-]+)*(?:[ \t]+".*")?)$""")
_TAB_PAGE = re.compile(r"""===[+!]?[ \t]+"(.+)"$""")
_DIRECTIVE = re.compile(r":{3,}[ \t]*(.*)$")
_BOX_WIDTH = 4


def quote(scanner: Scanner, index: int, line: str) -> int | None:
    """Open a quote, and read on behind its mark."""
    if len(scanner.containers) >= MAX_DEPTH:
        return None
    scanner.settle(index)
    scanner.quotes += 1
    scanner.enter(Container(0, sections=tuple(scanner.page.sections)))
    scanner.column += scanner.indent + 1
    content = expand_indent(line[1:], scanner.column)
    return scanner.content(index, content.removeprefix(" "), scanner.column + content.startswith(" "))


def bullet(scanner: Scanner, index: int, line: str) -> int | None:
    """Read a rule, or open an item."""
    if line[-1] == line[0] and _RULE.match(line):
        scanner.settle(index)
        return index + 1
    if line[1:2] in " \t" and line[0] in _BULLETS:
        is_text = len(line) == 1 and scanner.goes_on()
        return item(scanner, index, line, 1) if not is_text and len(scanner.containers) < MAX_DEPTH else None
    loose = _LOOSE_BULLET.match(line)
    return loose_item(scanner, index, line[loose.end() :]) if loose else None


def ordinal(scanner: Scanner, index: int, line: str) -> int | None:
    """Open an item with a number; only a first one opens in the middle of a run."""
    mark = _ORDINAL.match(line)
    interrupts = scanner.goes_on() and mark and (int(mark[1]) != 1 or mark.end() == len(line))
    if mark and not interrupts and len(scanner.containers) < MAX_DEPTH:
        return item(scanner, index, line, mark.end(), number=True)
    return loose_item(scanner, index, line) if _LOOSE_ORDINAL.match(line) else None


def item(scanner: Scanner, index: int, line: str, mark: int, *, number: bool = False) -> int:
    """Open an item, whose text is indented by the columns up to its own first character."""
    scanner.settle(index)
    # One space and prose behind the mark, as nearly always, need no second look.
    if line[mark : mark + 1] == " " and line[mark + 1] not in scanner.special:
        return _prose_item(scanner, index, line if number else line[mark + 1 :], mark)
    if number and mark == len(line):
        scanner.page.add(line, index + 1, index + 1, "item")
    column = scanner.column + scanner.indent + mark
    content = expand_indent(line[mark:], column)
    text = content.lstrip(" ")
    spaces = len(content) - len(text)
    if not text or spaces > TAB:
        spaces = 1
    scanner.enter(Container(scanner.indent + mark + spaces, -2 if text else index))
    after = scanner.content(index, content[spaces:], column + spaces)
    if scanner.open == index:
        scanner.kind = "item"
        if number:
            scanner.lines[index] = f"{line[:mark]} {scanner.lines[index].lstrip()}"
    return after


def _prose_item(scanner: Scanner, index: int, text: str, mark: int) -> int:
    containers, lines = scanner.containers, scanner.lines
    containers.append(item_container(scanner.indent + mark + 1))
    scanner.matched = len(containers)
    lines[index] = text
    if len(containers) == 1 and index + 1 < len(lines) and not lines[index + 1]:
        scanner.page.add_line(text.strip(), index + 1, "item")
    else:
        scanner.open, scanner.kind = index, "item"
    return index + 1


def loose_item(scanner: Scanner, index: int, text: str) -> int:
    """Open a paragraph that is an item to its reader only."""
    scanner.settle(index)
    scanner.lines[index] = text
    scanner.open, scanner.kind = index, "item"
    return index + 1


def note(scanner: Scanner, index: int, line: str) -> int | None:
    """Open a footnote, which what is indented below belongs to."""
    match = _NOTE.match(line)
    if not match or len(scanner.containers) >= MAX_DEPTH:
        return None
    scanner.settle(index)
    scanner.enter(Container(scanner.indent + TAB))
    after = scanner.content(index, line[match.end() :], scanner.column + scanner.indent + match.end())
    if scanner.open == index:
        scanner.lines[index] = match[0] + scanner.lines[index]
    return after


def admonition(scanner: Scanner, index: int, line: str) -> int | None:
    """Open a box of Python-Markdown's: ``!!! note "title"``, ``??? tip``."""
    match = _ADMONITION.match(line)
    return _box(scanner, index, match[1]) if match else None


def tab_page(scanner: Scanner, index: int, line: str) -> int | None:
    """Open a page of tabs: ``=== "title"``."""
    match = _TAB_PAGE.match(line)
    return _box(scanner, index, match[1]) if match else None


def _box(scanner: Scanner, index: int, title: str) -> int | None:
    """Add a title whose content is indented below."""
    if len(scanner.containers) >= MAX_DEPTH:
        return None
    scanner.settle(index)
    scanner.page.add(title, index + 1, index + 1, "text")
    scanner.enter(Container(scanner.indent + _BOX_WIDTH))
    return index + 1


def directive(scanner: Scanner, index: int, line: str) -> int | None:
    """Read the first or the last line of a box that colons enclose: ``:::tip title``."""
    match = _DIRECTIVE.match(line)
    if match is None:
        return None
    scanner.settle(index)
    if match[1]:
        scanner.page.add(match[1], index + 1, index + 1, "text")
    return index + 1
