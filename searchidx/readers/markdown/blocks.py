"""The blocks of a Markdown page: one pass over its lines, front to back, each line looked at once.

Headings open sections; every item of a list, every row of a table and every run of prose is a paragraph; code is
kept line by line. Tolerant of what people write: headings without a space before a Chinese title, items without
a blank line before them, code that is never closed, rules right below a sentence.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from searchidx.document import Kind, Paragraph
from searchidx.paragraphs import code_blocks, flowing, width
from searchidx.paragraphs.marks import is_item
from searchidx.readers.markdown.inline import MARKED, plain

_HEADING = re.compile(
    r"(#{1,6})(?:[ \t\u3000\xa0]+|(?=[\u3400-\u9fff【《“「（]))"
    r"(.*[^#\s](?=$)|.*?)(?:[ \t]+#+|#{2,})?[ \t]*$"  # what doesn't end in # is the title to its end, which is quick
    r"|#{1,6}[ \t]*$"
)
_BULLET = re.compile(r"[-*+•](?:[ \t\xa0\u3000]+(?=\S)|$)")
_ORDINAL = re.compile(r"\d{1,9}(?:[.)](?:[ \t]+|(?=[\u3400-\u9fff]))|、)(?=\S)")
_QUOTE = re.compile(r"(?>(?:>[ \t]?)+)")
_RULE = re.compile(r"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?>(?:\|[ \t]*:?-+:?[ \t]*)*)\|?[ \t]*$")
_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_DEFINITION = re.compile(r"\[(?!\^)[^\[\]]+\]:[ \t]*\S")
_RAW = re.compile(r"<(pre|script|style|textarea)\b", re.IGNORECASE)
_CELL = re.compile(r"(?<!\\)\|")
_TITLE_COLUMNS = 120
_INDENT = 4

_SPECIAL = frozenset(" \t#>-*+|`~=_<[•0123456789:\r\f\v\u3000\xa0")
"""First characters of lines that may be something other than prose."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """A page: its paragraphs in order and its own title, or the empty string."""

    paragraphs: list[Paragraph]
    title: str


def scan(lines: list[str], start: int = 0) -> Blocks:
    """Tell the blocks of a page apart, from the line with index ``start`` on."""
    scanner = _Scanner(lines)
    scanner.run(start)
    return Blocks(scanner.paragraphs, scanner.title())


class _Scanner:
    """Where the pass stands: the run of prose still open, the sections, whether inside a list or a quote."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = list(lines)  # a quote's or an item's marks are taken off in place
        self.paragraphs: list[Paragraph] = []
        self.sections: list[tuple[int, tuple[str, ...]]] = []  # level, and headings down to its own
        self.path: tuple[str, ...] = ()
        self.titles: list[tuple[int, str]] = []
        self.open = -1  # index of the first line of the run of prose, or -1
        self.kind: Kind = "text"
        self.in_list = False
        self.quoted = False
        self.uncommented = len(lines)  # from here on no comment is closed

    def run(self, index: int) -> None:
        lines, special, end = self.lines, _SPECIAL, len(self.lines)
        while index < end:
            line = lines[index]
            if not line:
                if self.open >= 0:
                    self.close(index)
                index += 1
            elif line[0] not in special:
                if self.open < 0:
                    self.in_list = False
                    if index + 1 < end and lines[index + 1]:
                        self.open = index
                    else:
                        self.quoted = False
                        self.close_line(index)
                index += 1
            else:
                index = self.special(index, line)
        if self.open >= 0:
            self.close(end)

    def special(self, index: int, line: str) -> int:
        """Handle a line that may be more than prose; give back the index to go on from."""
        stripped = line.lstrip()
        if not stripped:
            if self.open >= 0:
                self.close(index)
            return index + 1
        indent = len(line) - len(stripped)
        if indent and (indent >= _INDENT or line[0] == "\t"):
            if self.open < 0 and not self.in_list:
                return self.indented_code(index)
            if self.open >= 0 and not _opens_item(stripped):
                return index + 1
            if self.open < 0 and stripped[0] == "#" and len(line[:indent].expandtabs(_INDENT)) >= 2 * _INDENT:
                self.add_code(index, index + 1)  # a shell's prompt in a listing below an item
                return index + 1
        handler = _HANDLERS.get(stripped[0])
        after = handler(self, index, stripped.rstrip()) if handler else None
        return self.prose(index, line, indent=indent) if after is None else after

    def prose(self, index: int, line: str, *, indent: int) -> int:
        if self.open < 0:
            self.open = index
            self.in_list = self.in_list and indent > 0
        elif line[0] == "\u3000":
            self.close(index)
            self.open = index
        return index + 1

    # What a run of prose becomes once its end is known.

    def close(self, end: int) -> None:
        """End the run of prose before the line with index ``end``."""
        start, kind = self.open, self.kind
        self.open, self.kind, self.quoted = -1, "text", False
        if end - start == 1:
            self.close_line(start, kind)
            return
        for passage in flowing(self.lines[start:end], start + 1):
            self.add(passage.text, passage.line, passage.end_line, "item" if is_item(passage.text) else kind)
            kind = "text"

    def close_line(self, index: int, kind: Kind = "text") -> None:
        """Add a run of prose that is one line, as most are."""
        text = self.lines[index].strip()
        if kind == "text" and is_item(text):
            kind = "item"
        self.add(text, index + 1, index + 1, kind)

    def add(self, text: str, line: int, end_line: int, kind: Kind) -> None:
        addresses = None
        if MARKED.search(text):
            text, addresses = plain(text)
        if text:  # most paragraphs are made here, and without the call of their class in half the time
            self.paragraphs.append(
                tuple.__new__(Paragraph, (text, line, end_line, kind, self.path, None, None, None))
            )
        if addresses:
            self.paragraphs.append(Paragraph("\n".join(addresses), line, end_line, "link", self.path))

    def add_heading(self, level: int, text: str, index: int, end: int) -> None:
        text = plain(text)[0]
        if not text:
            return
        while self.sections and self.sections[-1][0] >= level:
            self.sections.pop()
        outer = self.sections[-1][1] if self.sections else ()
        self.paragraphs.append(Paragraph(text, index + 1, end, "heading", outer))
        self.path = (*outer, text)
        self.sections.append((level, self.path))
        self.in_list = False
        if len(self.titles) < 50:
            self.titles.append((level, text))

    def title(self) -> str:
        """The first heading of the first level, else the first heading."""
        return min(self.titles, key=lambda heading: heading[0] != 1, default=(0, ""))[1]

    # One method for each first character that may open a block. None: the line is prose after all.

    def heading(self, index: int, line: str) -> int | None:
        found = _HEADING.match(line)
        if not found:
            return None
        if self.open >= 0:
            self.close(index)
        if found[1]:
            self.add_heading(len(found[1]), found[2], index, index + 1)
        return index + 1

    def quote(self, index: int, line: str) -> int:
        if self.open >= 0 and not self.quoted:
            self.close(index)
        marks = _QUOTE.match(line)
        self.lines[index] = line[marks.end() :] if marks else line
        after = index + 1
        if self.lines[index]:
            after = self.run_line(index)
        elif self.open >= 0:
            self.close(index)
        self.quoted = self.open >= 0
        if self.quoted and not (after < len(self.lines) and self.lines[after].lstrip().startswith(">")):
            self.close(after)
        return after

    def run_line(self, index: int) -> int:
        """Handle one line whose outer mark was taken off."""
        line = self.lines[index]
        if line[0] in _SPECIAL:
            return self.special(index, line)
        if self.open < 0:
            self.open = index
        return index + 1

    def dash(self, index: int, line: str) -> int | None:
        if self.open >= 0 and _UNDERLINE.match(line) and self.underline(index, 2):
            return index + 1
        return self.delimiters(index, line) or self.bullet(index, line)

    def equals(self, index: int, line: str) -> int | None:
        if self.open >= 0 and _UNDERLINE.match(line) and self.underline(index, 1):
            return index + 1
        return None

    def underline(self, index: int, level: int) -> bool:
        """Make the last line of the run of prose a heading, if it looks like one."""
        text = self.lines[index - 1].strip()
        if level == 2 and (width(text) > _TITLE_COLUMNS or self.kind == "item" or text[-1] in "。，；"):
            return False
        if index - 1 > self.open:
            self.close(index - 1)
        self.open, self.kind = -1, "text"
        self.add_heading(level, text, index - 1, index + 1)
        return True

    def bullet(self, index: int, line: str) -> int | None:
        if line[-1] == line[0] and _RULE.match(line):
            if self.open >= 0:
                self.close(index)
            return index + 1
        found = _BULLET.match(line)
        if not found:
            return None
        return self.list_item(index, line[found.end() :])

    def ordinal(self, index: int, line: str) -> int | None:
        return self.list_item(index, line) if _ORDINAL.match(line) else None

    def list_item(self, index: int, text: str) -> int:
        if self.open >= 0:
            self.close(index)
        self.in_list = True
        self.lines[index] = text
        if text[:1] in ("`", "~") and _FENCE.match(text):
            return self.fence(index, text) or index + 1
        if text[:1] == "#" and (after := self.heading(index, text)):
            return after
        if text:
            self.open, self.kind = index, "item"
        return index + 1

    def fence(self, index: int, line: str) -> int | None:
        found = _FENCE.match(line)
        if not found:
            return None
        mark = found[1] or found[2]
        return self.listing(
            index, mark, lambda inner: inner.startswith(mark) and not inner.strip(mark[0]), inner_too=False
        )

    def listing(self, index: int, sign: str, ends: Callable[[str], bool], *, inner_too: bool) -> int:
        """Take lines as code until one that ends them, which few have the sign to; ``inner_too`` keeps the first and the last line."""
        if self.open >= 0:
            self.close(index)
        lines, last = self.lines, len(self.lines)
        end = index + 1
        while end < last and not (sign in lines[end] and ends(lines[end].strip())):
            end += 1
        first = index if inner_too else index + 1
        self.add_code(first, min(end + inner_too, last))
        return end + 1

    def indented_code(self, index: int) -> int:
        end = last = index
        while end < len(self.lines):
            line = self.lines[end]
            if line.startswith(("    ", "\t")) and not line.isspace():
                last = end
            elif line.strip():
                break
            end += 1
        self.add_code(index, last + 1)
        return last + 1

    def add_code(self, start: int, end: int) -> None:
        for text, line, end_line in code_blocks(self.lines[start:end], start + 1):
            self.paragraphs.append(Paragraph(text, line, end_line, "code", self.path))

    def pipe(self, index: int, line: str) -> int | None:
        return self.delimiters(index, line)

    def delimiters(self, index: int, line: str) -> int | None:
        """Read a table once its second line is met: the run of prose ends in its header."""
        if (
            self.open < 0
            or "|" not in line
            or not _DELIMITERS.match(line)
            or "|" not in self.lines[index - 1]
        ):
            return None
        header = self.lines[index - 1]
        if index - 1 > self.open:
            self.close(index - 1)
        self.open, self.kind = -1, "text"
        self.row(header, index - 1)
        outer = self.path
        self.path = (*outer, " | ".join(plain(cell)[0] for cell in _cells(header) if cell))
        end = index + 1
        while end < len(self.lines) and "|" in self.lines[end]:
            self.row(self.lines[end], end)
            end += 1
        self.path = outer
        return end

    def row(self, line: str, index: int) -> None:
        self.add(" | ".join(cell for cell in _cells(line) if cell), index + 1, index + 1, "table")

    def definition(self, index: int, line: str) -> int | None:
        """Keep a run of link definitions together, as the addresses they are."""
        if self.open >= 0 or not _DEFINITION.match(line):
            return None
        end = index + 1
        while end < len(self.lines) and _DEFINITION.match(self.lines[end].lstrip()):
            end += 1
        for text, first, last in code_blocks(self.lines[index:end], index + 1):
            self.paragraphs.append(Paragraph(text, first, last, "link", self.path))
        return end

    def angle(self, index: int, line: str) -> int | None:
        if line.startswith("<!--"):
            return self.comment(index, line)
        if found := _RAW.match(line):
            closing = f"</{found[1].lower()}"
            if closing not in line.lower():
                return self.listing(index, "</", lambda inner: closing in inner.lower(), inner_too=True)
        return None

    def comment(self, index: int, line: str) -> int | None:
        end = index
        while "-->" not in line:
            end += 1
            if end >= self.uncommented:
                self.uncommented = min(self.uncommented, index)
                return None
            line = self.lines[end]
        rest = line[line.index("-->") + 3 :]
        if self.open >= 0:
            self.close(index)
        if not rest.strip():
            return end + 1
        self.lines[end] = rest.lstrip()
        return self.run_line(end)


def _opens_item(line: str) -> bool:
    return _BULLET.match(line) is not None or _ORDINAL.match(line) is not None


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
    ":": _Scanner.pipe,
    "`": _Scanner.fence,
    "~": _Scanner.fence,
    "<": _Scanner.angle,
    "[": _Scanner.definition,
    **dict.fromkeys("0123456789", _Scanner.ordinal),
}
