"""One pass over the lines of a Markdown page: the containers and the run of prose that are open, line by line.

A line first loses the marks of the containers that it goes on in. If what is left may open a block, the opener of its first
character looks at it; what no opener takes is prose. An opener calls :meth:`Scanner.settle` before it adds anything, which
ends what doesn't go on in the line.
"""

from collections.abc import Callable, Mapping

from searchidx.document import Kind
from searchidx.readers.markdown.containers import TAB, Container, expand_indent, expand_marks, strip_marks
from searchidx.readers.markdown.page import PageBuilder

CODE_INDENTS = ("    ", "\t", " \t", "  \t", "   \t")
"""What a line of indented code begins with."""


class Scanner:
    """The state of the pass.

    Attributes:
        lines: The page. Marks of containers are taken off in place, so that an index is always the number of a line.
        special: First characters of lines that may be something other than prose.
        page: The paragraphs so far.
        containers: Those open, outermost first.
        quotes: How many of them are quotes.
        matched: How many of them go on in the present line.
        column: Column of the source at which what is left of the present line begins.
        indent: Columns of white space before its text.
        open: Index of the first line of the run of prose, or -1.
        kind: Kind of that run.
        definitions_end: Index of the line behind a definition, which goes on with its paragraph whatever the indent.
        unclosed_end: Index before which no comment ends that would begin in the present line.
    """

    def __init__(self, lines: list[str], openers: "Mapping[str, Opener]", special: frozenset[str]) -> None:
        """Start before the first line."""
        self.lines = list(lines)
        self.openers = openers
        self.special = special
        self.page = PageBuilder()
        self.containers: list[Container] = []
        self.quotes = self.matched = self.column = self.indent = 0
        self.open = self.unclosed_end = self.definitions_end = -1
        self.kind: Kind = "text"

    def run(self, index: int) -> None:
        """Read the page from the line with an index on."""
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
        self.matched = depth
        if not depth:
            self.column = 0

    def enter(self, container: Container) -> None:
        """Open a container in the present line."""
        self.containers.append(container)
        self.matched = len(self.containers)

    def goes_on(self) -> bool:
        """Return true if a run of prose is open and the present line is in all open containers."""
        return self.open >= 0 and self.matched == len(self.containers)

    def inner(self, index: int) -> str | None:
        """Return a line ahead without the marks of the containers, or None if it isn't in all of them."""
        line = self.lines[index]
        if not self.containers:
            return line
        line, matched = strip_marks(expand_marks(line), self.containers)
        return line if matched == len(self.containers) else None

    def block(self, index: int, line: str) -> int:
        """Handle what is left of a line and may be more than prose; return the index to go on from."""
        opener = self.openers.get(line[:1])
        if opener is None:
            return self.spaced(index, line)
        self.indent = 0
        after = opener(self, index, line.rstrip())
        return self.prose(index, line) if after is None else after

    def spaced(self, index: int, line: str) -> int:
        """Handle a line that begins with white space, if there is more of it."""
        text = line.lstrip(" \t")
        if not text or text.isspace():
            self.settle(index)
            return index + 1
        self.indent = self.indent_of(line)
        if self.indent >= TAB:
            if index == self.definitions_end:
                self.open = index
            return index + 1 if self.open >= 0 else self.indented_code(index)
        opener = self.openers.get(text[0])
        after = opener(self, index, text.rstrip()) if opener else None
        return self.prose(index, line) if after is None else after

    def indent_of(self, line: str) -> int:
        """Return the columns of white space that a line begins with."""
        if "\t" in line:
            line = expand_indent(line, self.column)
        return len(line) - len(line.lstrip(" "))

    def prose(self, index: int, line: str) -> int:
        """Take a line as prose: more of the run that is open, or the first line of one."""
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

    def content(self, index: int, line: str, column: int) -> int:
        """Handle the text behind the mark of a container in the line that opens it."""
        self.column, self.definitions_end = column, -1
        self.lines[index] = line
        return self.block(index, line) if line[:1] in self.special or not line else self.prose(index, line)

    def indented_code(self, index: int) -> int:
        """Take lines that are indented as code, up to the first that is not."""
        self.settle(index)
        lines, inner = self.lines, self.inner if self.containers else None
        last = index
        for end in range(index + 1, len(lines)):
            line = inner(end) if inner else lines[end]
            if line is None:
                break
            if line.startswith(CODE_INDENTS) and not line.isspace():
                last = end
            elif line and not line.isspace():
                break
            lines[end] = line
        self.page.add_code(lines[index : last + 1], index + 1)
        return last + 1


Opener = Callable[[Scanner, int, str], int | None]
"""Opens a block in the line with an index, given without the white space around it; returns the index to go on from, or None."""
