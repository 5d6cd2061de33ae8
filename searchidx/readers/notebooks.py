"""Jupyter notebooks: Markdown cells as Markdown, code cells and their outputs as code, at the lines of the file."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from searchidx.document import Document, Paragraph
from searchidx.paragraphs import bounded, code_blocks
from searchidx.readers.dates import dateline
from searchidx.readers.encodings import Decoded
from searchidx.readers.markdown import read_markdown
from searchidx.readers.plain import read_code

MAX_DEPTH = 64
_LEXEME = re.compile(r'"(?>(?:[^"\\]++|\\.)*)"?|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)
_SOURCES = frozenset(("source", "input"))
"""Names of a cell's text; the second is that of code in notebooks of format 3."""
_OUTPUTS = frozenset(("text", "text/plain", "text/markdown", "evalue"))
_MARKDOWN = frozenset(("markdown", "heading"))

Path = tuple[str, ...]


class _Value(NamedTuple):
    """A string of a JSON file: the names that lead to it, and the line that it begins in."""

    path: Path
    text: str
    line: int


class _Line(NamedTuple):
    """A line of a cell, and the line of the file that it is written in."""

    text: str
    number: int


class _Cell(NamedTuple):
    """A cell: its type, its lines, and the lines of its outputs."""

    kind: str
    source: list[_Line]
    outputs: list[_Line]


def read_ipynb(path: str, decoded: Decoded) -> Document:
    """Read a notebook; a file without cells is read as source code."""
    cells = list(_cells(decoded.text))
    if not cells:
        return read_code(path, decoded)
    paragraphs = bounded(_under_headings(cells))
    title = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "heading"), "")
    return Document(
        path,
        "ipynb",
        decoded.encoding,
        title,
        dateline(paragraph.text for paragraph in paragraphs),
        tuple(paragraphs),
        decoded.notes,
    )


def _under_headings(cells: Sequence[_Cell]) -> Iterator[Paragraph]:
    """Yield the paragraphs of all cells; a cell without a heading of its own goes on with the section before."""
    section: tuple[str, ...] = ()
    for cell in cells:
        for paragraph in _paragraphs(cell):
            if paragraph.kind == "heading":
                section = (*paragraph.headings, paragraph.text)
                yield paragraph
            else:
                yield paragraph._replace(headings=paragraph.headings or section)


def _paragraphs(cell: _Cell) -> Iterator[Paragraph]:
    parts = sorted(
        (cell.source, cell.outputs), key=lambda lines: lines[0].number if lines else 0
    )  # some programs write a cell's outputs before its text
    for part in parts:
        yield from _markdown(part) if part is cell.source and cell.kind in _MARKDOWN else _code(part)


def _markdown(lines: Sequence[_Line]) -> Iterator[Paragraph]:
    text = "\n".join(line.text for line in lines)
    for paragraph in read_markdown("", Decoded(text, "utf-8")).paragraphs:
        yield _placed(paragraph, lines)


def _code(lines: Sequence[_Line]) -> Iterator[Paragraph]:
    for text, first, last in code_blocks([line.text for line in lines], 1):
        yield _placed(Paragraph(text, first, last, "code"), lines)


def _placed(paragraph: Paragraph, lines: Sequence[_Line]) -> Paragraph:
    """Return a paragraph of a cell with its lines counted from the beginning of the file."""
    last = len(lines)
    return paragraph._replace(
        line=lines[min(paragraph.line, last) - 1].number,
        end_line=lines[min(paragraph.end_line, last) - 1].number,
    )


def _cells(source: str) -> Iterator[_Cell]:
    """Yield the cells of a notebook that have text, in order."""
    kind, texts, outputs, current = "", list[_Value](), list[_Value](), None
    for value in _strings(source):
        cell, name = _split(value.path)
        if cell != current:
            if texts or outputs:
                yield _Cell(kind, _lines(texts), _lines(outputs))
            kind, texts, outputs, current = "", [], [], cell
        if cell is None:
            continue
        if name == ("cell_type",):
            kind = value.text
        elif name[0] in _SOURCES:
            texts.append(value)
        elif name[0] == "outputs" and _OUTPUTS.intersection(name):
            outputs.append(value)
    if texts or outputs:
        yield _Cell(kind, _lines(texts), _lines(outputs))


def _split(path: Path) -> tuple[Path | None, Path]:
    """Return the path of the cell that contains a value, and the rest; None outside of cells."""
    if "cells" not in path:
        return None, path
    end = path.index("cells") + 2
    return (path[:end], path[end:]) if len(path) > end else (None, path)


def _lines(values: Sequence[_Value]) -> list[_Line]:
    """Return the lines of strings that follow each other; a line may go on in the next string of the same list."""
    lines: list[_Line] = []
    is_open = False
    for index, value in enumerate(values):
        is_open = is_open and value.path[:-1] == values[index - 1].path[:-1]
        for text in value.text.split("\n"):
            if is_open:
                lines[-1] = _Line(lines[-1].text + text, lines[-1].number)
            else:
                lines.append(_Line(text, value.line))
            is_open = False
        is_open = True
        if value.text.endswith("\n"):
            lines.pop()
            is_open = False
    return lines


def _strings(source: str) -> Iterator[_Value]:
    """Yield the strings of a JSON text that are values; of a text that is cut off, those up to there."""
    open_containers: list[_Container] = []
    line, previous = 1, 0
    for match in _LEXEME.finditer(source):
        lexeme = match[0]
        line += source.count("\n", previous, match.start())
        previous = match.start()
        if lexeme in ("{", "["):
            if len(open_containers) >= MAX_DEPTH:
                return
            open_containers.append(_Container(lexeme == "["))
        elif not open_containers:
            return
        elif lexeme in ("}", "]"):
            open_containers.pop()
        elif lexeme == ",":
            open_containers[-1].advance()
        elif lexeme[0] == '"' and open_containers[-1].name is None:
            open_containers[-1].name = _decoded(lexeme)
        elif lexeme[0] == '"':
            yield _Value(tuple(each.name or "" for each in open_containers), _decoded(lexeme), line)


class _Container:
    """An array or an object that is open: the name of the member at hand; an array counts its members."""

    def __init__(self, is_array: bool) -> None:
        self.index = 0 if is_array else -1
        self.name = "0" if is_array else None

    def advance(self) -> None:
        """Go on to the next member."""
        if self.index >= 0:
            self.index += 1
        self.name = str(self.index) if self.index >= 0 else None


def _decoded(lexeme: str) -> str:
    try:
        text = json.loads(lexeme, strict=False)
    except ValueError:
        return ""
    return text if isinstance(text, str) else ""
