"""Spreadsheets (XLSX): every row is a record under its sheet's name and the names of its columns.

The library is openpyxl, streaming. ``page`` is the number of the sheet, ``line`` the number of the row. What is
read is what was last computed, as it is shown (``number_formats``). Comments of cells follow their row.
"""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import redirect_stdout
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from searchidx.document import Document
from searchidx.errors import ReadError
from searchidx.messages import Message
from searchidx.readers.cell_comments import cell_comments
from searchidx.readers.number_formats import shown
from searchidx.readers.outline import Outline
from searchidx.readers.packages import Package, properties

_MOST_ROWS = 2_000_000
_MOST_COLUMNS = 2_000
_HEADER_CELLS = 2
_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    SyntaxError,  # of the XML, by lxml as by the standard library
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
)


def read_xlsx(path: str, data: bytes, encoding: str | None = None) -> Document:  # noqa: ARG001  XML says its own
    """Read a workbook."""
    package = Package(data)
    outline = Outline()
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")  # openpyxl prints warnings about parts that it doesn't know
            _book(outline, data, package)
    except _BROKEN as error:
        raise ReadError(Message("workbook")) from error
    title, created = properties(package.xml("docProps/core.xml"))
    return Document(path, "xlsx", title=title, date=created, paragraphs=outline.finished())


def _book(outline: Outline, data: bytes, package: Package) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        for number, sheet in enumerate(book.worksheets, 1):
            outline.turn_to(number)
            outline.clear_sections()
            outline.heading(1, sheet.title)
            _rows(outline, sheet, cell_comments(package, _part_of(sheet)))
    finally:
        book.close()


def _part_of(sheet: Any) -> str:
    """Return the name of the part of a sheet, which openpyxl has no public attribute for."""
    part: str = sheet._worksheet_path  # noqa: SLF001
    return part.lstrip("/")


def _rows(outline: Outline, sheet: Any, comments: dict[int, list[str]]) -> None:
    """Add the rows of a sheet, each with the comments of its cells behind it."""
    sheet.reset_dimensions()  # a file may claim a million columns
    outline.begin_table()
    titled = True  # so far nothing but titles, each alone in its row
    for number, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), 1):
        if number > _MOST_ROWS:
            break
        cells = list(map(_shown, row))
        outline.number = number - 1
        filled = sum(map(bool, cells))
        if filled:
            several = filled >= _HEADER_CELLS
            outline.record(cells, header=titled and several and _are_names(row))
            titled = titled and not several
        _add_comments(outline, number, comments.pop(number, ()))
    for number, texts in sorted(comments.items()):
        _add_comments(outline, number, texts)
    outline.end_table()


def _add_comments(outline: Outline, number: int, comments: Iterable[str]) -> None:
    for comment in comments:
        outline.number = number - 1
        outline.text(comment)


def _are_names(row: Any) -> bool:
    return all(isinstance(cell.value, str) for cell in row if cell.value is not None)


def _shown(cell: Any) -> str:
    value = cell.value
    if value is None or isinstance(value, str):
        return (value or "").strip()
    return shown(value, cell.number_format or "")
