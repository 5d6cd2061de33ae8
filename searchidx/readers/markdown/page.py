"""Paragraphs of a Markdown page under construction: without their marks, below their headings."""

from collections.abc import Sequence

from searchidx.document import Kind, Paragraph
from searchidx.paragraphs import code_blocks, flowing
from searchidx.paragraphs.marks import ITEM, is_item
from searchidx.readers.markdown.containers import Sections
from searchidx.readers.markdown.html_blocks import html_pieces
from searchidx.readers.markdown.inline import MARKED, plain_marked, unmarked
from searchidx.readers.markdown.tags import Aside

_MAX_TITLES = 50
_NESTED = 6
"""Levels by which a heading inside a quote is below the page's own."""


class PageBuilder:
    """The paragraphs so far, and the sections that are open."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self.sections: list[tuple[int, tuple[str, ...]]] = []  # level, and headings down to its own
        self.path: tuple[str, ...] = ()
        self.titles: list[tuple[int, str]] = []

    def add_prose(self, lines: Sequence[str], line: int, kind: Kind) -> None:
        """Add a run of prose; where something opens anew inside it, it is several paragraphs."""
        if len(lines) == 1:
            self.add_line(lines[0].strip(), line, kind)
            return
        for passage in flowing(lines, line):
            self.add(passage.text, passage.line, passage.end_line, "item" if is_item(passage.text) else kind)
            kind = "text"

    def add_line(self, text: str, line: int, kind: Kind = "text") -> None:
        """Add a run of prose that is one line, as most are."""
        if kind == "text" and ITEM.match(text):
            kind = "item"
        self.add(text, line, line, kind)

    def add(self, text: str, line: int, end_line: int, kind: Kind) -> None:
        """Add a paragraph, followed by the texts of its marks."""
        if MARKED.search(text):
            self.add_marked(text, line, end_line, kind)
        elif text:  # most paragraphs are made here, and without the call of their class in half the time
            self.paragraphs.append(
                tuple.__new__(Paragraph, (text, line, end_line, kind, self.path, None, None, None, None))
            )

    def add_marked(self, text: str, line: int, end_line: int, kind: Kind) -> None:
        """Add a paragraph that has marks."""
        asides: Sequence[Aside] = ()
        if "<" in text:
            text, addresses, asides = unmarked(text)
        else:
            text, addresses = plain_marked(text)
        if text:
            self.paragraphs.append(
                tuple.__new__(Paragraph, (text, line, end_line, kind, self.path, None, None, None, None))
            )
        if addresses:
            self.paragraphs.append(Paragraph("\n".join(addresses), line, end_line, "link", self.path))
        if asides:
            self.add_asides(asides, line, end_line)

    def add_asides(self, asides: Sequence[Aside], line: int, end_line: int) -> None:
        """Add what a page doesn't show in its text."""
        for kind, text in asides:
            self.paragraphs.append(Paragraph(text, line, end_line, kind, self.path))

    def add_code(self, lines: list[str], line: int, kind: Kind = "code") -> None:
        """Add lines that are kept as they are."""
        for text, first, last in code_blocks(lines, line):
            self.paragraphs.append(Paragraph(text, first, last, kind, self.path))

    def add_comment(self, lines: Sequence[str], line: int) -> None:
        """Add the text of a comment that is a block."""
        inner = [lines[0].replace("<!--", "", 1).lstrip("-"), *lines[1:]]
        inner[-1] = inner[-1].rstrip().removesuffix("-->").rstrip("-")
        self.add_code([text.strip() for text in inner], line, "comment")

    def add_html(self, lines: Sequence[str], line: int) -> None:
        """Add the texts of a block of HTML."""
        for text, first, last, kind in html_pieces(lines, line):
            self.paragraphs.append(Paragraph(text, first, last, kind, self.path))

    def add_row(self, cells: Sequence[str], line: int) -> None:
        """Add a row of a table."""
        self.add(" | ".join(cell for cell in cells if cell), line, line, "table")

    def add_heading(self, level: int, text: str, line: int, end_line: int, quoted: bool) -> None:
        """Add a heading and open its section, which closes those of its level and below."""
        addresses: list[str] = []
        asides: list[Aside] = []
        if "<" in text:
            text, addresses, asides = unmarked(text)
        elif MARKED.search(text):
            text, addresses = plain_marked(text)
        if text:
            sections = self.sections
            while sections and sections[-1][0] >= level:
                sections.pop()
            outer = sections[-1][1] if sections else ()
            self.paragraphs.append(Paragraph(text, line, end_line, "heading", outer))
            self.path = (*outer, text)
            sections.append((level, self.path))
            if len(self.titles) < _MAX_TITLES:
                self.titles.append((level + _NESTED * quoted, text))
        if addresses or asides:
            self.add_asides([*(Aside("link", address) for address in addresses), *asides], line, end_line)

    def restore(self, sections: Sections) -> None:
        """Go back to the sections that were open before a quote."""
        self.sections = list(sections)
        self.path = sections[-1][1] if sections else ()

    def title(self) -> str:
        """Return the first heading of the first level, else the first heading."""
        return min(self.titles, key=lambda heading: heading[0] != 1, default=(0, ""))[1]
