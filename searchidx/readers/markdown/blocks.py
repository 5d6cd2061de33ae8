"""The blocks of a Markdown page: one pass over its lines, front to back, each line looked at once.

Blocks nest as CommonMark has it: a line first loses the marks of the quotes and items it goes on in
(``containers``), then it may open others, and what is left belongs to a heading, a listing, a table, a block of HTML
or a run of prose. A line of prose without the marks still belongs to a run that is open (it is *lazy*); a listing
ends where its container does. Tolerant of what people write besides: headings without a space before a Chinese title,
items with a mark that Markdown doesn't know or in the middle of a run, rules right below a sentence.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

from searchidx.document import Kind, Paragraph
from searchidx.paragraphs import glue, width
from searchidx.paragraphs.marks import opens_anew
from searchidx.readers.markdown import html_blocks
from searchidx.readers.markdown.containers import (
    MAX_DEPTH,
    TAB,
    Container,
    expand_indent,
    expand_marks,
    item_container,
    strip_marks,
)
from searchidx.readers.markdown.inline import plain
from searchidx.readers.markdown.page import PageBuilder

_HEADING = re.compile(
    r"(#{1,6})(?:[ \t\u3000\xa0]+|(?=[\u3400-\u9fff【《“「（]))"
    r"(.*[^#\s](?=$)|.*?)(?:[ \t]+#+|#{2,})?[ \t]*$"  # what doesn't end in # is the title to its end, which is quick
    r"|#{1,6}[ \t]*$"
)
_BULLET = re.compile(r"[-*+](?=[ \t]|$)")
_ORDINAL = re.compile(r"(\d{1,9})[.)](?=[ \t]|$)")
_LOOSE_BULLET = re.compile(r"(?:•[ \t\xa0\u3000]*|[-*+][\xa0\u3000][ \t\xa0\u3000]*)(?=\S)")
_LOOSE_ORDINAL = re.compile(r"\d{1,9}(?:[.)](?=[ \t]|[\u3400-\u9fff])|、)[ \t]*(?=\S)")
_RULE = re.compile(r"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?>(?:\|[ \t]*:?-+:?[ \t]*)*)\|?[ \t]*$")
_FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
_LANGUAGE = re.compile(r"\{?[.=]?[\w.+#-]*\}?", re.ASCII)
_DEFINITION = re.compile(r"\[(?!\^)[^\[\]]++\]:[ \t]*+(?=\S)")
_ADDRESS_AND_TITLE = re.compile(
    r"""(?:<[^<>]*+>|[^\s<]\S*+)(?:[ \t]++(?:"[^"]*+"|'[^']*+'|\([^()]*+\)))?+[ \t]*+$"""
)
_NOTE = re.compile(r"\[\^[^\[\]\s]+\]:[ \t]*")
_ADMONITION = re.compile(r"""(?:!!!|\?\?\?\+?)[ \t]+([a-zA-Z][\w-]*(?:[ \t]+[\w-]+)*(?:[ \t]+".*")?)$""")
_TAB_PAGE = re.compile(r"""===[+!]?[ \t]+"(.+)"$""")
_DIRECTIVE = re.compile(r":{3,}[ \t]*(.*)$")
_ROW_ENDS = re.compile(r" {0,3}(?:#{1,6}(?:[ \t]|$)|>|```|~~~|[-*+][ \t]|\d{1,9}[.)][ \t])")
_CELL = re.compile(r"(?<!\\)\|")
_TITLE_COLUMNS = 120
_TITLE_LINES = 3
_ADMONITION_WIDTH = 4

_CODE_INDENTS = ("    ", "\t", " \t", "  \t", "   \t")

_SPECIAL = frozenset(" \t#>-*+|`~=_<[•:0123456789\r\f\v\u3000\xa0")
"""First characters of lines that may be something other than prose."""
_SPECIAL_WITH_BOXES = _SPECIAL | {"!", "?"}
"""The same for a page with boxes; on others a line with a picture needs no second look."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """A page: its paragraphs in order and its own title, or the empty string."""

    paragraphs: list[Paragraph]
    title: str


def scan(text: str, lines: list[str], start: int = 0) -> Blocks:
    """Read the blocks of a page, from the line with index ``start`` on."""
    has_boxes = "!!!" in text or "???" in text
    scanner = _Scanner(lines, _SPECIAL_WITH_BOXES if has_boxes else _SPECIAL)
    scanner.run(start)
    return Blocks(scanner.page.paragraphs, scanner.page.title())


class _Scanner:
    """The state of the pass: the containers and the run of prose that are open.

    A handler of a line that opens a block calls :meth:`settle` first, which ends what doesn't go on in that line.
    """

    def __init__(self, lines: list[str], special: frozenset[str]) -> None:
        # Marks of containers are taken off in place, so that an index is always the number of a line.
        self.lines = list(lines)
        self.special = special
        self.page = PageBuilder()
        self.containers: list[Container] = []
        self.quotes = 0  # containers that are quotes
        self.matched = 0  # containers that go on in the present line
        self.column = 0  # at which what is left of the present line begins
        self.indent = 0  # columns of white space before its text
        self.open = -1  # index of the first line of the run of prose, or -1
        self.kind: Kind = "text"
        self.unclosed_end = -1  # index before which no comment that is not yet closed will be

    def run(self, index: int) -> None:
        lines, special, containers, end = self.lines, self.special, self.containers, len(self.lines)
        add_line = self.page.add_line
        while index < end:
            line = lines[index]
            if not line:
                if self.open >= 0:
                    self.close(index)
                if containers:
                    self.blank(index)
                index += 1
            elif containers:
                index = self.contained(index, line)
            elif line[0] not in special:
                if self.open < 0:
                    if index + 1 < end and lines[index + 1]:
                        self.open = index
                    else:
                        add_line(line.strip(), index + 1)
                index += 1
            else:
                index = self.block(index, line)
        if self.open >= 0:
            self.close(end)

    # Containers.

    def contained(self, index: int, line: str) -> int:
        """Handle a line while containers are open."""
        if line[0] in " \t>":
            if line.isspace():
                self.cut(index)
                self.blank(index)
                return index + 1
            whole = expand_marks(line) if "\t" in line else line
            line, self.matched = strip_marks(whole, self.containers)
            self.lines[index] = line
            self.column = len(whole) - len(line)
        else:
            self.matched = self.column = 0
        return self.block(index, line) if line[:1] in self.special or not line else self.prose(index, line)

    def blank(self, index: int) -> None:
        """End the quotes at a blank line, and an item that has nothing so far."""
        if self.quotes:
            self.leave(next(depth for depth, container in enumerate(self.containers) if not container.width))
        elif self.containers[-1].empty_line == index - 1:
            self.leave(len(self.containers) - 1)

    def settle(self, index: int) -> None:
        """End the run of prose that is open, and the containers that don't go on in the present line."""
        if self.open >= 0:
            self.close(index)
        if len(self.containers) > self.matched:
            self.leave(self.matched)

    def leave(self, depth: int) -> None:
        """Close all containers but the outermost ``depth``."""
        if self.quotes and (quotes := [each for each in self.containers[depth:] if not each.width]):
            self.page.restore(quotes[0].sections)
            self.quotes -= len(quotes)
        del self.containers[depth:]
        self.matched = min(self.matched, depth)
        if not depth:
            self.column = 0

    def enter(self, container: Container) -> None:
        self.containers.append(container)
        self.matched = len(self.containers)

    def goes_on(self) -> bool:
        """Return whether the present line stands in all containers that are open, and a run of prose is."""
        return self.open >= 0 and self.matched == len(self.containers)

    def inner(self, index: int) -> str | None:
        """Return a line ahead without the marks of the containers, or None if it doesn't stand in all of them."""
        line = self.lines[index]
        if not self.containers:
            return line
        line, matched = strip_marks(expand_marks(line), self.containers)
        return line if matched == len(self.containers) else None

    # Blocks.

    def block(self, index: int, line: str) -> int:
        """Handle what is left of a line and may be more than prose; return the index to go on from."""
        if not line or line.isspace():
            self.settle(index)
            return index + 1
        text, self.indent = line, 0
        if line[0] in " \t":
            text, self.indent = line.lstrip(" \t"), self.indent_of(line)
            if self.indent >= TAB:
                return index + 1 if self.open >= 0 else self.indented_code(index)
        handler = _HANDLERS.get(text[0])
        after = handler(self, index, text.rstrip()) if handler else None
        return self.prose(index, line) if after is None else after

    def indent_of(self, line: str) -> int:
        if "\t" in line:
            line = expand_indent(line, self.column)
        return len(line) - len(line.lstrip(" "))

    def prose(self, index: int, line: str) -> int:
        if self.open < 0 or line[0] == "\u3000":
            self.settle(index)
            self.open = index
            if self.containers and self.containers[-1].empty_line == index - 1:
                self.kind = "item"
        return index + 1

    def close(self, end: int) -> None:
        """End the run of prose before the line with index ``end``."""
        start, kind = self.open, self.kind
        self.open, self.kind = -1, "text"
        self.page.add_prose(self.lines[start:end], start + 1, kind)

    def cut(self, end: int) -> None:
        """End the run of prose before a line of it that turns out to begin something else."""
        if end > self.open >= 0:
            self.close(end)
        self.open, self.kind = -1, "text"

    # One method for each first character that may open a block. None: the line is prose after all.

    def heading(self, index: int, line: str) -> int | None:
        match = _HEADING.match(line)
        if not match:
            return None
        self.settle(index)
        if match[1]:
            self.page.add_heading(len(match[1]), match[2], index + 1, index + 1, self.quotes > 0)
        return index + 1

    def quote(self, index: int, line: str) -> int | None:
        if len(self.containers) >= MAX_DEPTH:
            return None
        self.settle(index)
        self.quotes += 1
        self.enter(Container(0, sections=tuple(self.page.sections)))
        self.column += self.indent + 1
        content = expand_indent(line[1:], self.column)
        return self.content(index, content.removeprefix(" "), self.column + content.startswith(" "))

    def content(self, index: int, line: str, column: int) -> int:
        """Handle what stands behind the mark of a container in the line that opens it."""
        self.column = column
        self.lines[index] = line
        return self.block(index, line) if line[:1] in self.special or not line else self.prose(index, line)

    def dash(self, index: int, line: str) -> int | None:
        if self.goes_on():
            if _UNDERLINE.match(line) and self.underline(index, 2):
                return index + 1
            if self.is_delimiters(index, line):
                return self.table(index)
        return self.bullet(index, line)

    def equals(self, index: int, line: str) -> int | None:
        if self.goes_on() and _UNDERLINE.match(line) and self.underline(index, 1):
            return index + 1
        if page := _TAB_PAGE.match(line):
            return self.admonition(index, page[1])
        return None

    def underline(self, index: int, level: int) -> bool:
        """Make the run of prose a heading, or only its last line where the others don't look like a part of one."""
        if level == 2 and self.is_rule_below(self.lines[index - 1].strip()):
            return False
        first = self.open if self.open == index - 1 or self.is_title(index) else index - 1
        self.cut(first)
        title = reduce(glue, map(str.strip, self.lines[first:index]))
        self.page.add_heading(level, title, first + 1, index + 1, self.quotes > 0)
        return True

    def is_rule_below(self, line: str) -> bool:
        """Return whether dashes below a line are a rule and no underline."""
        return not _is_title(line) or (self.kind == "item" and not self.containers)

    def is_title(self, end: int) -> bool:
        """Return whether all lines of the run of prose may be one title."""
        lines = [line.strip() for line in self.lines[max(self.open, end - _TITLE_LINES - 1) : end]]
        return (
            len(lines) <= _TITLE_LINES and all(map(_is_title, lines)) and not any(map(opens_anew, lines[1:]))
        )

    def bullet(self, index: int, line: str) -> int | None:
        if line[-1] == line[0] and _RULE.match(line):
            self.settle(index)
            return index + 1
        if _BULLET.match(line):
            is_text = len(line) == 1 and self.goes_on()
            return self.item(index, line, 1) if not is_text and len(self.containers) < MAX_DEPTH else None
        loose = _LOOSE_BULLET.match(line)
        return self.loose_item(index, line[loose.end() :]) if loose else None

    def ordinal(self, index: int, line: str) -> int | None:
        mark = _ORDINAL.match(line)
        interrupts = self.goes_on() and mark and (int(mark[1]) != 1 or mark.end() == len(line))
        if mark and not interrupts and len(self.containers) < MAX_DEPTH:
            return self.item(index, line, mark.end(), number=True)
        return self.loose_item(index, line) if _LOOSE_ORDINAL.match(line) else None

    def item(self, index: int, line: str, mark: int, *, number: bool = False) -> int:
        """Open an item, whose text is indented by the columns up to its own first character."""
        self.settle(index)
        if (
            line[mark : mark + 1] == " " and line[mark + 1] not in self.special
        ):  # as nearly always: one space and prose
            self.enter(item_container(self.indent + mark + 1))
            text = self.lines[index] = line if number else line[mark + 1 :]
            if len(self.containers) == 1 and index + 1 < len(self.lines) and not self.lines[index + 1]:
                self.page.add_line(text.strip(), index + 1, "item")
            else:
                self.open, self.kind = index, "item"
            return index + 1
        if number and mark == len(line):
            self.page.add(line, index + 1, index + 1, "item")
        column = self.column + self.indent + mark
        content = expand_indent(line[mark:], column)
        text = content.lstrip(" ")
        spaces = len(content) - len(text)
        if not text or spaces > TAB:
            spaces = 1
        self.enter(Container(self.indent + mark + spaces, -2 if text else index))
        after = self.content(index, content[spaces:], column + spaces)
        if self.open == index:
            self.kind = "item"
            if number:
                self.lines[index] = f"{line[:mark]} {self.lines[index].lstrip()}"
        return after

    def loose_item(self, index: int, text: str) -> int:
        """Open a paragraph that is an item to its reader only."""
        self.settle(index)
        self.lines[index] = text
        self.open, self.kind = index, "item"
        return index + 1

    def fence(self, index: int, line: str) -> int | None:
        match = _FENCE.match(line)
        if not match:
            return None
        mark, info = match[1] or match[3], (match[2] or match[4] or "").strip()
        self.settle(index)
        if info and not _LANGUAGE.fullmatch(info):
            self.page.add_code([info], index + 1, "info")
        return self.listing(index, mark, lambda inner: _closes(inner, mark), inner_too=False)

    def listing(self, index: int, sign: str, ends: Callable[[str], bool], *, inner_too: bool) -> int:
        """Take lines as code until one that ends them, which few have the sign to; ``inner_too`` keeps the first and the last line."""
        end, after = self.listing_end(index + 1, sign, ends)
        first = index if inner_too else index + 1
        self.page.add_code(self.lines[first : after if inner_too else end], first + 1)
        return after

    def listing_end(self, end: int, sign: str, ends: Callable[[str], bool]) -> tuple[int, int]:
        """Return the index behind a listing's last line, and the one to go on from: a closing line belongs to it."""
        lines, last = self.lines, len(self.lines)
        if not self.containers:
            while end < last and not (sign in lines[end] and ends(lines[end])):
                end += 1
            return end, end + 1
        while end < last and (line := self.inner(end)) is not None:
            lines[end] = line
            if sign in line and ends(line):
                return end, end + 1
            end += 1
        return end, end

    def indented_code(self, index: int) -> int:
        self.settle(index)
        end = last = index
        while end < len(self.lines):
            line = self.lines[end] if end == index or not self.containers else self.inner(end)
            if line is None:
                break
            if line.startswith(_CODE_INDENTS) and not line.isspace():
                last = end
            elif line.strip() and end > index:
                break
            self.lines[end] = line
            end += 1
        self.page.add_code(self.lines[index : last + 1], index + 1)
        return last + 1

    # Tables.

    def pipe(self, index: int, line: str) -> int | None:
        return self.table(index) if self.is_delimiters(index, line) else None

    def colon(self, index: int, line: str) -> int | None:
        if directive := _DIRECTIVE.match(line):
            self.settle(index)
            if directive[1]:
                self.page.add(directive[1], index + 1, index + 1, "text")
            return index + 1
        return self.pipe(index, line)

    def is_delimiters(self, index: int, line: str) -> bool:
        """Return whether a line is the second one of a table: the run of prose ends in its header."""
        return bool(
            self.goes_on() and "|" in line and "|" in self.lines[index - 1] and _DELIMITERS.match(line)
        )

    def table(self, index: int) -> int:
        """Read the rows of a table."""
        header, page = self.lines[index - 1], self.page
        self.cut(index - 1)
        page.add_row(_cells(header), index)
        outer = page.path
        page.path = (*outer, " | ".join(plain(cell)[0] for cell in _cells(header) if cell))
        end = index + 1
        while end < len(self.lines) and (row := self.inner(end)) and "|" in row and not _ROW_ENDS.match(row):
            page.add_row(_cells(row), end + 1)
            end += 1
        page.path = outer
        return end

    # Definitions, notes and boxes.

    def bracket(self, index: int, line: str) -> int | None:
        if line[1:2] == "^" and (note := _NOTE.match(line)):
            return self.note(index, line, note.end()) if len(self.containers) < MAX_DEPTH else None
        if self.open >= 0 or not _is_definition(line):
            return None
        return self.definitions(index)

    def definitions(self, index: int) -> int:
        """Keep a run of link definitions together, as the addresses they are."""
        self.settle(index)
        lines, end = self.lines, index + 1
        if not self.containers:
            while end < len(lines) and lines[end][:1] == "[" and _is_definition(lines[end]):
                end += 1
        while end < len(lines) and (line := self.inner(end)) and _is_definition(line.lstrip(" ")):
            lines[end] = line
            end += 1
        self.page.add_code(self.lines[index:end], index + 1, "link")
        return end

    def note(self, index: int, line: str, mark: int) -> int:
        """Open a footnote, which what is indented below belongs to."""
        self.settle(index)
        self.enter(Container(self.indent + TAB))
        after = self.content(index, line[mark:], self.column + self.indent + mark)
        if self.open == index:
            self.lines[index] = line[:mark] + self.lines[index]
        return after

    def exclamation(self, index: int, line: str) -> int | None:
        box = _ADMONITION.match(line)
        return self.admonition(index, box[1]) if box and len(self.containers) < MAX_DEPTH else None

    def admonition(self, index: int, title: str) -> int:
        """Open a box with a title, whose content is indented below."""
        self.settle(index)
        self.page.add(title, index + 1, index + 1, "text")
        self.enter(Container(self.indent + _ADMONITION_WIDTH))
        return index + 1

    # HTML.

    def angle(self, index: int, line: str) -> int | None:
        if line.startswith("<!--"):
            return self.comment(index, line)
        if raw := html_blocks.RAW.match(line):
            closing = f"</{raw[1].lower()}"
            self.settle(index)
            if closing in line.lower():
                return self.html(index, index + 1)
            return self.listing(index, "</", lambda inner: closing in inner.lower(), inner_too=True)
        if declaration := html_blocks.DECLARATION.match(line):
            return self.declaration(index, line, declaration)
        if html_blocks.BLOCK.match(line) or (self.open < 0 and html_blocks.LONE_TAG.match(line)):
            self.settle(index)
            return self.html(index, self.html_end(index + 1))
        return None

    def declaration(self, index: int, line: str, match: re.Match[str]) -> int:
        closing = "?>" if match[1] else "]]>" if match[2] else ">"
        self.settle(index)
        if closing not in line:
            return self.listing(index, closing, lambda inner: closing in inner, inner_too=True)
        self.page.add_code([line], index + 1)
        return index + 1

    def html_end(self, end: int) -> int:
        """Return the index of the blank line or the end of the container that ends a block of HTML."""
        while end < len(self.lines) and (line := self.inner(end)) and not line.isspace():
            self.lines[end] = line
            end += 1
        return end

    def html(self, index: int, end: int) -> int:
        self.page.add_html(self.lines[index:end], index + 1)
        return end

    def comment(self, index: int, line: str) -> int | None:
        end, text = self.comment_end(index, line)
        if end < 0:
            return None
        self.settle(index)
        self.lines[end] = text
        place = text.index("-->") + 3
        content = text[place:].strip()
        self.page.add_comment([*self.inner_lines(index, end), text[:place].lstrip()], index + 1)
        if content:
            self.page.add_html([content], end + 1)
        return end + 1

    def inner_lines(self, index: int, end: int) -> list[str]:
        return [self.lines[index], *(self.inner(place) or "" for place in range(index + 1, end))][
            : end - index
        ]

    def comment_end(self, index: int, line: str) -> tuple[int, str]:
        """Return the index of the line in which a comment ends, and that line; -1 if none does."""
        end = index
        inner: str | None = line
        while inner is not None and "-->" not in inner:
            end = max(end + 1, self.unclosed_end)
            inner = self.inner(end) if end < len(self.lines) else None
        if inner is None:
            self.unclosed_end = end
            return -1, ""
        return end, inner


def _closes(line: str, mark: str) -> bool:
    """Return whether a line ends the listing that a fence opened."""
    text = line.strip()
    return text.startswith(mark) and not text.strip(mark[0]) and not line.startswith(_CODE_INDENTS)


def _is_title(line: str) -> bool:
    return width(line) <= _TITLE_COLUMNS and line[-1] not in "。，；"


def _is_definition(line: str) -> bool:
    """Return whether a line defines a link: its name, an address and perhaps a title, and nothing else."""
    name = _DEFINITION.match(line)
    if name is None:
        return False
    end = name.end()  # an address without a space is one, which is told at once
    is_one_word = " " not in line[end:] and "\t" not in line
    return (is_one_word and line[end] != "<") or _ADDRESS_AND_TITLE.match(line, end) is not None


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(line.strip().strip("|"))]


_HANDLERS: dict[str, Callable[[_Scanner, int, str], int | None]] = {
    "#": _Scanner.heading,
    ">": _Scanner.quote,
    "-": _Scanner.dash,
    "*": _Scanner.bullet,
    "+": _Scanner.bullet,
    "•": _Scanner.bullet,
    "_": _Scanner.bullet,
    "=": _Scanner.equals,
    "|": _Scanner.pipe,
    ":": _Scanner.colon,
    "`": _Scanner.fence,
    "~": _Scanner.fence,
    "<": _Scanner.angle,
    "[": _Scanner.bracket,
    "!": _Scanner.exclamation,
    "?": _Scanner.exclamation,
    **dict.fromkeys("0123456789", _Scanner.ordinal),
}
