"""Word documents (DOCX): paragraphs as written, headings by style, rows of tables, footnotes.

Read from the XML parts themselves, because the text of a page is in places that libraries of the object model
pass over: content controls, text boxes, insertions under revision. Deleted text and field codes aren't shown by
Word and aren't read. Pages are those Word last laid out, where it left its marks; lines are paragraph numbers.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from searchidx.document import Document
from searchidx.readers.dates import dateline
from searchidx.readers.outline import Outline
from searchidx.readers.packages import PAGE_NUMBER, Package, local_name, properties
from searchidx.readers.ruby import with_ruby
from searchidx.readers.word.fields import Fields
from searchidx.readers.word.numbering import Numbering
from searchidx.readers.word.xml import attribute

_LEVELS = 9
_SKIPPED = frozenset(
    ("del", "moveFrom", "delInstrText", "delText", "Fallback", "pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr")
)
_RUNNING = ("header", "footer")
_REFERENCES = {"footnoteReference": "footnote", "endnoteReference": "endnote", "commentReference": "comment"}
_Note = tuple[str, str]
"""Kind and number of a note."""
_AS_TEXT = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}


def read_docx(path: str, data: bytes, encoding: str | None = None) -> Document:  # noqa: ARG001  XML says its own
    """Read a Word document."""
    package = Package(data)
    main = next(iter(package.targets("", "officeDocument")), "word/document.xml")
    root = package.xml(main)
    reader = _Reader(_heading_styles(package, main), _notes(package, main), Numbering(package, main))
    if root is not None:
        if next(root.iter("{*}lastRenderedPageBreak"), None) is not None:
            reader.outline.turn_to(1)
        reader.blocks(root)
    for note in list(reader.notes):
        reader.note(note)
    reader.running(package.xml(name) for kind in _RUNNING for name in package.targets(main, kind))
    title, created = properties(package.xml("docProps/core.xml"))
    paragraphs = reader.outline.finished()
    return Document(
        path,
        "docx",
        title=title or reader.outline.title(),
        date=dateline(paragraph.text for paragraph in paragraphs) or created,
        paragraphs=paragraphs,
    )


def _notes(package: Package, main: str) -> dict[_Note, Any]:
    """Return the footnotes, endnotes and comments by kind and number."""
    notes: dict[_Note, Any] = {}
    for kind, plural in (("footnote", "footnotes"), ("endnote", "endnotes"), ("comment", "comments")):
        for name in package.targets(main, plural):
            root = package.xml(name)
            for number, note in enumerate(root.iterfind(f"{{*}}{kind}") if root is not None else ()):
                notes[kind, attribute(note, "id") or f"without number {number}"] = note
    return notes


def _heading_styles(package: Package, main: str) -> dict[str, int]:
    """Return the levels of the styles that are headings, by outline level, by name, or by the style they are based on."""
    levels: dict[str, int] = {}
    based: dict[str, str] = {}
    for part in package.targets(main, "styles"):
        root = package.xml(part)
        for style in root.iter("{*}style") if root is not None else ():
            key = attribute(style, "styleId") or ""
            for element in style.iter("{*}name", "{*}outlineLvl", "{*}basedOn"):
                value = attribute(element, "val") or ""
                if local_name(element) == "basedOn":
                    based[key] = value
                elif (level := _level(local_name(element), value)) is not None:
                    levels.setdefault(key, level)
    for key, base in based.items():
        if base in levels:
            levels.setdefault(key, levels[base])
    return levels


def _level(kind: str, value: str) -> int | None:
    if kind == "outlineLvl":
        return int(value) + 1 if value.isdigit() and int(value) < _LEVELS else None
    name = value.lower()
    if name == "title":
        return 0
    last = name.removeprefix("heading ").removeprefix("标题 ")
    return int(last) if last != name and last.isdigit() else None


class _Reader:
    """One pass over the body: blocks in document order, text boxes and notes after the paragraph they hang on."""

    def __init__(self, styles: dict[str, int], notes: dict[_Note, Any], numbering: Numbering) -> None:
        self.styles = styles
        self.numbering = numbering
        self.fields = Fields()
        self.notes = notes
        self.referred: list[_Note] = []
        self.outline = Outline()
        self.has_text = False  # the paragraph at hand, so far
        self.turned = 0  # page breaks met in it after some text

    def blocks(self, parent: Any) -> None:
        for element in parent if parent is not None else ():
            name = local_name(element)
            if name == "p":
                self.paragraph(element)
            elif name == "tbl":
                self.table(element)
            elif name not in _SKIPPED:
                self.blocks(element)

    def paragraph(self, element: Any) -> None:
        boxes: list[Any] = []
        self.has_text, self.turned = False, 0
        text = "".join(self.runs(element, boxes))
        label = self.label(element, text)
        if label and text.strip():
            text = label + text.lstrip()
        level = self.level(element)
        if level is None:
            is_item = label is not None or element.find("{*}pPr/{*}numPr") is not None
            self.outline.text(text, "item" if is_item else "text")
        else:
            self.outline.heading(level, text)
        for _ in range(self.turned):
            self.turn_page()
        for box in boxes:
            self.blocks(box)
        referred, self.referred = self.referred, []
        for note in referred:
            self.note(note)

    def label(self, element: Any, text: str) -> str | None:
        """Return the automatic number of a paragraph; a deleted paragraph has none and isn't counted."""
        is_deleted = any(
            element.find(f"{{*}}pPr/{{*}}rPr/{{*}}{mark}") is not None for mark in ("del", "moveFrom")
        )
        return None if is_deleted and not text.strip() else self.numbering.label(element)

    def note(self, note: _Note) -> None:
        """Read a note where it is first referred to."""
        self.blocks(self.notes.pop(note, None))

    def running(self, roots: Iterable[Any]) -> None:
        """Read headers and footers, which repeat on every page, once; page numbers are left out."""
        self.outline.clear_sections()
        texts = set()
        for root in roots:
            for element in root.iter("{*}p") if root is not None else ():
                text = " ".join("".join(self.runs(element, [])).split())
                if text not in texts and not PAGE_NUMBER.fullmatch(text):
                    texts.add(text)
                    self.outline.text(text)

    def level(self, element: Any) -> int | None:
        direct = element.find("{*}pPr/{*}outlineLvl")
        if direct is not None:
            return _level("outlineLvl", attribute(direct, "val") or "")
        style = element.find("{*}pPr/{*}pStyle")
        return self.styles.get(attribute(style, "val") or "") if style is not None else None

    def runs(self, element: Any, boxes: list[Any]) -> Iterator[str]:
        """Yield the text of a paragraph's runs; text boxes are put aside."""
        if local_name(element) == "p":
            self.fields.begin_paragraph()
        for child in element:
            name = local_name(child)
            if name == "t":
                shown = (child.text or "") if self.fields.is_shown else ""
                self.has_text |= bool(shown)
                yield shown
            elif name == "fldChar":
                yield self.fields.mark(child)
            elif name == "instrText":
                self.fields.add_instructions(child.text or "")
            elif name == "ruby":
                yield self.ruby(child, boxes)
            elif name == "lastRenderedPageBreak":
                if self.has_text:
                    self.turned += 1
                else:
                    self.turn_page()
            elif name in _AS_TEXT:
                yield _AS_TEXT[name]
            elif name in _REFERENCES:
                self.referred.append((_REFERENCES[name], attribute(child, "id") or ""))
            elif name == "txbxContent":
                boxes.append(child)
            elif name not in _SKIPPED:
                yield from self.runs(child, boxes)

    def ruby(self, element: Any, boxes: list[Any]) -> str:
        """Return characters, and behind them how they are read."""
        base, reading = (
            "".join(text for part in element.iterfind(f"{{*}}{name}") for text in self.runs(part, boxes))
            for name in ("rubyBase", "rt")
        )
        return with_ruby(base, reading)

    def turn_page(self) -> None:
        """Go to the next page; paragraphs are numbered through the document."""
        number = self.outline.number
        self.outline.turn_to((self.outline.page or 1) + 1)
        self.outline.number = number

    def table(self, element: Any) -> None:
        rows = [list(row.iterfind("{*}tc")) for row in element.iterfind("{*}tr")]
        if max(map(len, rows), default=0) <= 1:
            for row in rows:
                for cell in row:
                    self.blocks(cell)
            return
        self.outline.begin_table()
        for number, row in enumerate(rows):
            texts = [self.cell(cell) for cell in row]
            self.outline.row(texts, header=number == 0 and len(rows) > 1 and all(map(_is_label, texts)))
        self.outline.end_table()

    def cell(self, cell: Any) -> str:
        """Return the text of a cell, tables and boxes inside it included."""
        texts = []
        waiting = [cell]
        while waiting:
            element = waiting.pop()
            if local_name(element) == "p":
                boxes: list[Any] = []
                text = "".join(self.runs(element, boxes))
                texts.append((self.label(element, text) or "") + text.lstrip())
                waiting += reversed(boxes)
            elif local_name(element) not in _SKIPPED:
                waiting += reversed(element)
        return " ".join(texts)


def _is_label(text: str) -> bool:
    """Return true for a cell that may name a column."""
    return bool(text.strip()) and len(text) <= 30
