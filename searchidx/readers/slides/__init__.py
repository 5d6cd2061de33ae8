"""Presentations (PPTX): slide by slide, the title first, then text, tables, diagrams and the speaker's notes.

``page`` is the number of the slide as it is shown, ``line`` the number of the paragraph on it.
"""

from collections.abc import Iterator
from typing import Any

from searchidx.document import Document
from searchidx.readers.dates import dateline
from searchidx.readers.outline import Outline
from searchidx.readers.packages import Package, properties, resolve
from searchidx.readers.slides.numbers import AutoNumbers

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_NAMES_IN_CHART = ("{*}strCache", "{*}strLit")
_TITLES = frozenset(("title", "ctrTitle"))
_FURNITURE = frozenset(("sldNum", "dt", "ftr", "hdr", "sldImg"))


def read_pptx(path: str, data: bytes, encoding: str | None = None) -> Document:  # noqa: ARG001  XML says its own
    """Read a presentation."""
    package = Package(data)
    main = next(iter(package.targets("", "officeDocument")), "ppt/presentation.xml")
    outline = Outline()
    for number, name in enumerate(_slides(package, main), 1):
        outline.turn_to(number)
        outline.clear_sections()
        _slide(outline, package.xml(name))
        for kind in ("diagramData", "notesSlide"):
            for part in package.targets(name, kind):
                for text in _paragraphs(package.xml(part)):
                    outline.text(text)
        for part in package.targets(name, "chart"):
            outline.text(" | ".join(_of_chart(package.xml(part))))
    title, created = properties(package.xml("docProps/core.xml"))
    paragraphs = outline.finished()
    return Document(
        path,
        "pptx",
        title=title or outline.title(),
        date=dateline(paragraph.text for paragraph in paragraphs) or created,
        paragraphs=paragraphs,
    )


def _slides(package: Package, main: str) -> Iterator[str]:
    """Return the names of the slides' parts, in the order they are shown."""
    root = package.xml(main)
    folder = main.rpartition("/")[0]
    relations = package.xml(f"{folder}/_rels/{main.rpartition('/')[2]}.rels".lstrip("/"))
    targets = (
        {relation.get("Id"): relation.get("Target", "") for relation in relations}
        if relations is not None
        else {}
    )
    for entry in root.iter("{*}sldId") if root is not None else ():
        if target := targets.get(entry.get(_RELATION)):
            yield resolve(folder, target)


def _slide(outline: Outline, root: Any) -> None:
    shapes = [
        shape
        for shape in (root.iter("{*}sp", "{*}graphicFrame") if root is not None else ())
        if next(shape.iterancestors("{*}Fallback"), None) is None  # repeats its content for old programs
    ]
    titles = [shape for shape in shapes if _placeholder(shape) in _TITLES]
    for shape in titles:
        outline.heading(1, " ".join(_paragraphs(shape)))
    for shape in shapes:
        if shape in titles or _placeholder(shape) in _FURNITURE:
            continue
        table = next(shape.iter("{*}tbl"), None)
        if table is None:
            for text in _paragraphs(shape):
                outline.text(text)
            continue
        outline.begin_table()
        named = next((part.get("firstRow") == "1" for part in table.iter("{*}tblPr")), False)
        for index, row in enumerate(table.iter("{*}tr")):
            cells = [" ".join(_paragraphs(cell)) for cell in row.iter("{*}tc")]
            outline.row(cells, header=named and index == 0)
        outline.end_table()


def _of_chart(root: Any) -> Iterator[str]:
    """Yield the texts of a chart: its titles, and the names of its rows and columns."""
    unique = set()
    for element in root.iter(_TEXT, *_NAMES_IN_CHART) if root is not None else ():
        texts = (
            [element.text]
            if element.tag == _TEXT
            else [value.text for value in element.iter("{*}v") if value.text]
        )
        for text in texts:
            if text and text.strip() not in unique:
                unique.add(text.strip())
                yield text.strip()


def _placeholder(shape: Any) -> str:
    placeholder = next(shape.iter("{*}ph"), None)
    return "" if placeholder is None else placeholder.get("type", "")


def _paragraphs(parent: Any) -> Iterator[str]:
    """Yield the text of every paragraph below an element behind its number, line breaks as such; without numbers of slides."""
    numbers = AutoNumbers()
    for paragraph in (
        parent.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}p") if parent is not None else ()
    ):
        pieces = []
        for element in paragraph.iter("{*}t", "{*}br", "{*}tab"):
            name = element.tag.rpartition("}")[2]
            field = element.getparent().get("type", "") if element.getparent() is not None else ""
            if name == "t" and not field.startswith("slidenum"):
                pieces.append(element.text or "")
            elif name == "br":
                pieces.append("\n")
        if text := "".join(pieces).strip():
            yield numbers.label(paragraph) + text
