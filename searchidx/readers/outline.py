"""Outline of a document without lines of its own: numbered paragraphs under the headings so far.

Readers of Word, PowerPoint, OpenDocument and PDF add to an :class:`Outline` in reading order; it keeps the path of
headings and the header of the table, and gives each paragraph its number as its line.
"""

from collections.abc import Iterable, Sequence

from searchidx.document import Kind, Paragraph
from searchidx.paragraphs import bounded, mend
from searchidx.paragraphs.marks import is_item
from searchidx.readers.records.fields import Columns


class Outline:
    """The paragraphs of a document so far."""

    def __init__(self) -> None:
        """Begin with none, before any page."""
        self.paragraphs: list[Paragraph] = []
        self.page: int | None = None
        self.number = 0
        self._sections: list[tuple[int, str]] = []
        self._header = ""
        self._columns: Columns | None = None

    def turn_to(self, page: int) -> None:
        """Begin a page, slide or sheet; numbers start anew on it."""
        self.page = page
        self.number = 0

    def clear_sections(self) -> None:
        """Reset the headings, at a new slide or sheet."""
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
        """Begin a table, whose first row may name the columns."""
        self._header = ""
        self._columns = None

    def row(self, cells: Iterable[str], *, header: bool = False, kind: Kind = "table") -> None:
        """Add a row of a table as one paragraph; ``header`` makes it name the columns of the rows below."""
        filled = [text for cell in cells if (text := " ".join(cell.split()))]
        if not filled:
            return
        self._put(" | ".join(filled), kind)
        if header:
            self._header = " | ".join(filled)

    def record(self, cells: Sequence[str], *, header: bool = False) -> None:
        """Add a row of a sheet, one cell for each column; below a column of texts each row is a record of its fields.

        Args:
            cells: Their texts, empty ones included.
            header: The row may name the columns.
        """
        if self._columns and self._columns.has_text:
            self._put_record(self._columns, cells)
            return
        key, date = self._columns.id_and_date(cells) if self._columns else (None, None)
        self.row(cells, header=header, kind="record")
        self.paragraphs[-1] = self.paragraphs[-1]._replace(id=key, date=date)
        if header:
            self._columns = Columns.of(cells)

    def _put_record(self, columns: Columns, cells: Sequence[str]) -> None:
        self.number += 1
        path = tuple(title for _, title in self._sections)
        self.paragraphs += [
            paragraph._replace(headings=path + paragraph.headings, page=self.page)
            for paragraph in columns.record(cells, self.number, self.number)
        ]

    def end_table(self) -> None:
        """End a table: rows that follow have no columns."""
        self.begin_table()

    def finished(self) -> tuple[Paragraph, ...]:
        """Return all paragraphs, those that a page broke joined and those too long split."""
        return tuple(bounded(mend(self.paragraphs)))

    def title(self) -> str:
        """Return the first heading, or the empty string."""
        return next((paragraph.text for paragraph in self.paragraphs if paragraph.kind == "heading"), "")

    def _put(self, text: str, kind: Kind) -> None:
        self.number += 1
        path = [title for _, title in self._sections]
        if self._header:
            path.append(self._header)
        self.paragraphs.append(Paragraph(text, self.number, self.number, kind, tuple(path), self.page))
