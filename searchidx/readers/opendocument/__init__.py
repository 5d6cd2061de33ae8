"""OpenDocument text, spreadsheets and presentations (ODT, ODS, ODP).

One walk over ``content.xml``: headings with their level, paragraphs, items, rows of tables. ``page`` is the sheet
or the slide, ``line`` the row of a sheet and the number of a paragraph elsewhere. Repeated cells and rows, which a
file may claim by the million, are read once.
"""

from collections.abc import Iterator
from typing import Any

from searchidx.document import Document
from searchidx.readers.dates import dateline
from searchidx.readers.opendocument.lists import Lists
from searchidx.readers.opendocument.xml import attribute, number
from searchidx.readers.outline import Outline
from searchidx.readers.packages import PAGE_NUMBER, Package, local_name, properties
from searchidx.readers.ruby import with_ruby

_SKIPPED = frozenset(
    (
        "tracked-changes",
        "annotation",
        "annotation-end",
        "forms",
        "sequence-decls",
        "settings",
        "title",
        "desc",
    )
)
_ITEMS = ("list-item", "list-header")
_FURNITURE = frozenset(("page-number", "date-time", "header", "footer"))
"""Placeholders that are on every slide."""
_BLANK_LIMIT = 1_000
_HEADER_COLUMNS = 2
_MAX_COLUMNS = 2_000
_REPEATED_CELLS = 64
_REPEATED_CHARACTERS = 100


def read_odt(path: str, data: bytes, encoding: str | None = None) -> Document:  # noqa: ARG001  XML says its own
    """Read a text document."""
    return _read(path, data, "odt")


def read_ods(path: str, data: bytes, encoding: str | None = None) -> Document:  # noqa: ARG001  XML says its own
    """Read a spreadsheet; every row is a record."""
    return _read(path, data, "ods")


def read_odp(path: str, data: bytes, encoding: str | None = None) -> Document:  # noqa: ARG001  XML says its own
    """Read a presentation."""
    return _read(path, data, "odp")


def _read(path: str, data: bytes, kind: str) -> Document:
    package = Package(data)
    root, styles = package.xml("content.xml"), package.xml("styles.xml")
    reader = _Reader(_heading_styles(root), Lists(styles, root), sheets=kind == "ods")
    for body in root.iter("{*}body") if root is not None else ():
        reader.blocks(body, item=False)
    if kind == "odt":
        reader.running(styles)
    title, created = properties(package.xml("meta.xml"))
    outline = reader.outline
    paragraphs = outline.finished()
    return Document(
        path,
        kind,
        title=title or outline.title(),
        date=dateline(paragraph.text for paragraph in paragraphs) or created,
        paragraphs=paragraphs,
    )


def _heading_styles(root: Any) -> dict[str, int]:
    """Return the levels of the paragraph styles that are headings by name, and of those derived from them."""
    levels = {"Title": 0, **{f"Heading_20_{level}": level for level in range(1, 11)}}
    for style in root.iter("{*}style") if root is not None else ():
        level = levels.get(attribute(style, "parent-style-name"))
        if level is not None:
            levels[attribute(style, "name")] = level
    return levels


class _Reader:
    def __init__(self, levels: dict[str, int], lists: Lists, *, sheets: bool) -> None:
        self.levels = levels
        self.lists = lists
        self.sheets = sheets
        self.outline = Outline()
        self.pages = 0

    def blocks(self, parent: Any, *, item: bool) -> None:
        for element in parent:
            name = local_name(element)
            if name == "h":
                level = attribute(element, "outline-level")
                self.outline.heading(int(level) if level.isdigit() else 1, self.labelled(element))
            elif name == "p" and (style := attribute(element, "style-name")) in self.levels:
                self.outline.heading(self.levels[style], self.labelled(element))
            elif name == "p":
                self.outline.text(self.labelled(element), "item" if item else "text")
                self.boxes(element)
            elif name == "list":
                with self.lists.inside(element):
                    self.blocks(element, item=item)
            elif name in _ITEMS:
                self.lists.begin_item(element)
                self.blocks(element, item=item or name == "list-item")
            elif name == "table":
                self.table(element)
            elif name == "page":
                self.slide(element)
            elif name not in _SKIPPED:
                self.blocks(element, item=item)

    def labelled(self, element: Any) -> str:
        """Return the text of a paragraph behind the number it bears; an empty one is counted and has no text."""
        label, text = self.lists.label(element), _text(element)
        return label + text if text else ""

    def boxes(self, paragraph: Any) -> None:
        """Add the text boxes, notes and comments that are anchored in a paragraph."""
        for box in paragraph.iter("{*}text-box", "{*}note-body", "{*}annotation"):
            self.blocks(box, item=False)

    def running(self, root: Any) -> None:
        """Read headers and footers, which repeat on every page, once; page numbers are left out."""
        self.outline.clear_sections()
        texts = set()
        for master in root.iter("{*}master-page") if root is not None else ():
            for part in master:
                for element in part.iter("{*}p") if local_name(part).startswith(("header", "footer")) else ():
                    text = _text(element)
                    if text not in texts and not PAGE_NUMBER.fullmatch(text):
                        texts.add(text)
                        self.outline.text(text)

    def slide(self, page: Any) -> None:
        self.pages += 1
        self.outline.turn_to(self.pages)
        self.outline.clear_sections()
        for number_field in page.iter("{*}page-number"):
            number_field.text = None  # of the slide, and no text
        frames = list(page)
        titles = [frame for frame in frames if attribute(frame, "class") == "title"]
        for frame in titles:
            self.outline.heading(1, " ".join(_text(paragraph) for paragraph in frame.iter("{*}p")))
        for frame in frames:
            if frame not in titles and attribute(frame, "class") not in _FURNITURE:
                self.blocks([frame], item=False)

    def table(self, table: Any) -> None:
        outline = self.outline
        if self.sheets:
            self.pages += 1
            outline.turn_to(self.pages)
            outline.clear_sections()
            outline.heading(1, attribute(table, "name"))
            outline.number = 0
        outline.begin_table()
        first = True
        for row in table.iter("{*}table-row"):
            cells = self.cells(row)
            filled = sum(map(bool, cells))
            start = outline.number
            is_header = first and filled >= _HEADER_COLUMNS
            if not self.sheets:
                outline.row(cells, header=is_header)
            elif filled:
                outline.record(cells, header=is_header)
            first = first and filled < _HEADER_COLUMNS
            if self.sheets:
                outline.number = start + number(row, "number-rows-repeated")
        outline.end_table()

    def cells(self, row: Any) -> list[str]:
        """Return the texts of a row, one for each column up to the last that has any.

        A short text that is repeated is repeated here; anything else keeps its columns and is read once.
        """
        cells: list[str] = []
        empty = 0
        for cell in row:
            if local_name(cell) not in ("table-cell", "covered-table-cell"):
                continue
            count = number(cell, "number-columns-repeated")
            if text := self.cell(cell):
                cells += [""] * min(empty, max(_MAX_COLUMNS - len(cells), 0))
                is_small = len(text) <= _REPEATED_CHARACTERS and count <= _REPEATED_CELLS
                cells += [text] * (count if is_small else 1)
                empty = 0 if is_small else count - 1
            else:
                empty += count
        return cells

    def cell(self, cell: Any) -> str:
        return " ".join(filter(None, self.cell_texts(cell)))

    def cell_texts(self, parent: Any) -> Iterator[str]:
        """Yield the texts of the paragraphs of a cell, with the numbers of lists; an empty one may be but a number."""
        for element in parent:
            name = local_name(element)
            if name in ("p", "h"):
                yield (self.lists.label(element) + _text(element)).strip()
                for box in element.iter("{*}text-box", "{*}note-body", "{*}annotation"):
                    yield from self.cell_texts(box)
            elif name == "list":
                with self.lists.inside(element):
                    yield from self.cell_texts(element)
            elif name not in _SKIPPED or name == "annotation":
                if name in _ITEMS:
                    self.lists.begin_item(element)
                yield from self.cell_texts(element)


def _text(element: Any) -> str:
    return "".join(_pieces(element)).strip()


def _pieces(element: Any) -> Iterator[str]:
    """Yield the text as it is shown: runs of spaces, tabs and breaks are elements; notes and boxes are read elsewhere."""
    yield _collapsed(element.text)
    for child in element:
        name = local_name(child)
        if name == "s":
            yield " " * min(number(child, "c"), _BLANK_LIMIT)
        elif name == "tab":
            yield "\t"
        elif name == "line-break":
            yield "\n"
        elif name == "ruby":
            yield with_ruby(*(_of_children(child, part) for part in ("ruby-base", "ruby-text")))
        elif name not in ("note", "text-box", "number") and name not in _SKIPPED:
            yield from _pieces(child)
        yield _collapsed(child.tail)


def _of_children(element: Any, name: str) -> str:
    return "".join(piece for child in element.iterfind(f"{{*}}{name}") for piece in _pieces(child))


def _collapsed(text: str | None) -> str:
    return (text or "").replace("\n", " ").replace("\t", " ")
