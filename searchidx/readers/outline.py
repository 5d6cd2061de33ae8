"""What formats without lines share: paragraphs numbered as they come, under the headings met so far.

Word, PowerPoint, OpenDocument and PDF readers tell an :class:`Outline` what they meet; it keeps the path of
headings and the header of the table, and gives each paragraph its number as its line.
"""

from collections.abc import Iterable

from searchidx.document import Kind, Paragraph
from searchidx.paragraphs import bounded, mend
from searchidx.paragraphs.marks import is_item


class Outline:
    """The paragraphs of a document so far."""

    def __init__(self) -> None:
        """Begin with none, before any page."""
        self.paragraphs: list[Paragraph] = []
        self.page: int | None = None
        self.number = 0
        self._sections: list[tuple[int, str]] = []
        self._header = ""

    def turn_to(self, page: int) -> None:
        """Begin a page, slide or sheet; numbers start anew on it."""
        self.page = page
        self.number = 0

    def clear_sections(self) -> None:
        """Forget the headings, at a new slide or sheet."""
        self._sections = []

    def heading(self, level: int, text: str) -> None:
        """Open a section."""
        if not (text := " ".join(text.split())):
            return
        while self._sections and self._sections[-1][0] >= level:
            self._sections.pop()
        self._put(text, "heading")
        self._sections.append((level, text))

    def text(self, text: str, kind: Kind = "text") -> None:
        """Add a paragraph; lines inside it stay lines."""
        if text := "\n".join(line for raw in text.split("\n") if (line := raw.strip())):
            self._put(text, "item" if kind == "text" and is_item(text) else kind)

    def begin_table(self) -> None:
        """The next row may name the columns."""
        self._header = ""

    def row(self, cells: Iterable[str], *, header: bool = False, kind: Kind = "table") -> None:
        """Add a row of a table as one paragraph; ``header`` makes it name the columns of the rows below."""
        filled = [text for cell in cells if (text := " ".join(cell.split()))]
        if not filled:
            return
        self._put(" | ".join(filled), kind)
        if header:
            self._header = " | ".join(filled)

    def end_table(self) -> None:
        """What follows stands under no columns."""
        self._header = ""

    def finished(self) -> tuple[Paragraph, ...]:
        """All paragraphs, those a page has broken joined and those too long cut."""
        return tuple(bounded(mend(self.paragraphs)))

    def title(self) -> str:
        """The first heading, or the empty string."""
        return next((paragraph.text for paragraph in self.paragraphs if paragraph.kind == "heading"), "")

    def _put(self, text: str, kind: Kind) -> None:
        self.number += 1
        path = [title for _, title in self._sections]
        if self._header:
            path.append(self._header)
        self.paragraphs.append(Paragraph(text, self.number, self.number, kind, tuple(path), self.page))
