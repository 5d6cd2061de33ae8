"""OpenDocument text, spreadsheets and presentations (ODT, ODS, ODP).

One walk over ``content.xml``: headings with their level, paragraphs, items, rows of tables. ``page`` is the sheet
or the slide, ``line`` the row of a sheet and the number of a paragraph elsewhere. Repeated cells and rows, which a
file may claim by the million, are read once.
"""

from collections.abc import Iterator
from typing import Any

from searchidx.document import Document
from searchidx.readers.dates import dateline
from searchidx.readers.outline import Outline
from searchidx.readers.packages import PAGE_NUMBER, Package, properties

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
    root = package.xml("content.xml")
    reader = _Reader(_heading_styles(root), sheets=kind == "ods")
    for body in root.iter("{*}body") if root is not None else ():
        reader.blocks(body, item=False)
    if kind == "odt":
        reader.running(package.xml("styles.xml"))
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


def _name(element: Any) -> str:
    tag: Any = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _count(element: Any, name: str) -> int:
    value = _attribute(element, name)
    return int(value) if value.isdigit() and len(value) < 9 else 1


def _heading_styles(root: Any) -> dict[str, int]:
    """Levels of the paragraph styles that are headings by name, and of those the document derives from them."""
    levels = {"Title": 0, **{f"Heading_20_{level}": level for level in range(1, 11)}}
    for style in root.iter("{*}style") if root is not None else ():
        level = levels.get(_attribute(style, "parent-style-name"))
        if level is not None:
            levels[_attribute(style, "name")] = level
    return levels


class _Reader:
    def __init__(self, levels: dict[str, int], *, sheets: bool) -> None:
        self.levels = levels
        self.sheets = sheets
        self.outline = Outline()
        self.pages = 0

    def blocks(self, parent: Any, *, item: bool) -> None:
        for element in parent:
            name = _name(element)
            if name == "h":
                level = _attribute(element, "outline-level")
                self.outline.heading(int(level) if level.isdigit() else 1, _text(element))
            elif name == "p" and (style := _attribute(element, "style-name")) in self.levels:
                self.outline.heading(self.levels[style], _text(element))
            elif name == "p":
                self.outline.text(_text(element), "item" if item else "text")
                self.boxes(element)
            elif name == "table":
                self.table(element)
            elif name == "page":
                self.slide(element)
            elif name not in _SKIPPED:
                self.blocks(element, item=item or name == "list-item")

    def boxes(self, paragraph: Any) -> None:
        """Text boxes, notes and comments that hang on a paragraph."""
        for box in paragraph.iter("{*}text-box", "{*}note-body", "{*}annotation"):
            self.blocks(box, item=False)

    def running(self, root: Any) -> None:
        """Read headers and footers, which stand on every page, once; the numbers of pages say nothing."""
        self.outline.clear_sections()
        seen = set()
        for master in root.iter("{*}master-page") if root is not None else ():
            for part in master:
                for element in part.iter("{*}p") if _name(part).startswith(("header", "footer")) else ():
                    text = _text(element)
                    if text not in seen and not PAGE_NUMBER.fullmatch(text):
                        seen.add(text)
                        self.outline.text(text)

    def slide(self, page: Any) -> None:
        self.pages += 1
        self.outline.turn_to(self.pages)
        self.outline.clear_sections()
        frames = list(page)
        titles = [frame for frame in frames if _attribute(frame, "class") == "title"]
        for frame in titles:
            self.outline.heading(1, " ".join(_text(paragraph) for paragraph in frame.iter("{*}p")))
        for frame in frames:
            if frame not in titles:
                self.blocks([frame], item=False)

    def table(self, table: Any) -> None:
        outline = self.outline
        if self.sheets:
            self.pages += 1
            outline.turn_to(self.pages)
            outline.clear_sections()
            outline.heading(1, _attribute(table, "name"))
            outline.number = 0
        outline.begin_table()
        first = True
        for row in table.iter("{*}table-row"):
            cells = _cells(row)
            filled = sum(map(bool, cells))
            start = outline.number
            is_header = first and filled >= _HEADER_COLUMNS
            if not self.sheets:
                outline.row(cells, header=is_header)
            elif filled:
                outline.record(cells, header=is_header)
            first = first and filled < _HEADER_COLUMNS
            if self.sheets:
                outline.number = start + _count(row, "number-rows-repeated")
        outline.end_table()


def _cells(row: Any) -> list[str]:
    """Return the texts of a row, one for each column up to the last that has any.

    A short text that is repeated is repeated here; anything else keeps its columns and is read once.
    """
    cells: list[str] = []
    empty = 0
    for cell in row:
        if _name(cell) not in ("table-cell", "covered-table-cell"):
            continue
        count = _count(cell, "number-columns-repeated")
        if text := _cell(cell):
            cells += [""] * min(empty, max(_MAX_COLUMNS - len(cells), 0))
            is_small = len(text) <= _REPEATED_CHARACTERS and count <= _REPEATED_CELLS
            cells += [text] * (count if is_small else 1)
            empty = 0 if is_small else count - 1
        else:
            empty += count
    return cells


def _cell(cell: Any) -> str:
    return " ".join(text for paragraph in cell.iter("{*}p", "{*}h") if (text := _text(paragraph)))


def _text(element: Any) -> str:
    return "".join(_pieces(element)).strip()


def _pieces(element: Any) -> Iterator[str]:
    """Text as it is shown: runs of spaces, tabs and breaks are elements; notes and boxes stand elsewhere."""
    yield _collapsed(element.text)
    for child in element:
        name = _name(child)
        if name == "s":
            yield " " * min(_count(child, "c"), _BLANK_LIMIT)
        elif name == "tab":
            yield "\t"
        elif name == "line-break":
            yield "\n"
        elif name not in ("note", "text-box") and name not in _SKIPPED:
            yield from _pieces(child)
        yield _collapsed(child.tail)


def _collapsed(text: str | None) -> str:
    return (text or "").replace("\n", " ").replace("\t", " ")
