"""Records: JSON Lines, JSON and CSV files of which every line, object or row is a document of its own.

A record may have an ``id``, a ``title``, a ``date`` and a ``text``; its paragraphs carry the id and the place in the
file, and all its other fields (``record_fields``). Lines that aren't such records cost themselves, not the file, and are
counted. A table without a column of texts is rows of values under the names of its columns.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any, NamedTuple

from searchidx.document import Document, Paragraph
from searchidx.messages import Message, message
from searchidx.paragraphs import bounded
from searchidx.readers.encodings import Decoded
from searchidx.readers.lines import split_lines
from searchidx.readers.plain import read_code
from searchidx.readers.records.fields import Columns, are_names, record, roles
from searchidx.readers.records.json_values import Located, Object, fields_of, parse, parse_objects

_LONGEST_CELL = 1 << 26
_DELIMITERS = ",\t;|"
_NO_DELIMITER = "\x1f"
_SAMPLE_CHARACTERS = 1 << 16
_TITLE_ROWS = 5
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATOR_LINE = re.compile(r'\s*"?sep=([,;|\t:])"?\s*\n', re.IGNORECASE)


def read_jsonl(path: str, decoded: Decoded) -> Document:
    """Read JSON Lines."""
    lines = split_lines(decoded.text)
    paragraphs: list[Paragraph] = []
    bad = 0
    for number, line in enumerate(lines, 1):
        if not line or line.isspace():
            continue
        try:
            paragraphs += _of_value(parse(line), number, number)
        except (ValueError, RecursionError):
            bad += 1
            paragraphs.append(Paragraph(line.strip(), number, number, "record"))
    if bad and (objects := _objects("\n".join(lines))):
        return _document(path, "jsonl", decoded, _of_objects(objects), decoded.notes)
    note = message("lines_not_json", bad)
    return _document(path, "jsonl", decoded, paragraphs, (*decoded.notes, note) if bad else decoded.notes)


def read_json(path: str, decoded: Decoded) -> Document:
    """Read JSON: an array or a sequence of objects and an object with a text as records, anything else as code."""
    source = "\n".join(split_lines(decoded.text))
    objects = _objects(source)
    if _are_records(source, objects):
        return _document(path, "json", decoded, _of_objects(objects), decoded.notes)
    return replace(read_code(path, replace(decoded, text=source)), type="json")


def _objects(source: str) -> list[Located]:
    """Parse an array or a sequence of objects; none if the source is anything else."""
    try:
        return parse_objects(source)
    except (ValueError, RecursionError):
        return []


def _are_records(source: str, objects: Sequence[Located]) -> bool:
    """Check whether objects are records: those of a list, several, or one with a text; any other is configuration."""
    if len(objects) != 1 or source.lstrip().startswith("["):
        return bool(objects)
    return "text" in roles(tuple([name for name, _ in objects[0].value]))


def _of_objects(objects: Iterable[Located]) -> list[Paragraph]:
    return [paragraph for located in objects for paragraph in _of_value(*located)]


def _of_value(value: Any, line: int, end_line: int) -> Iterator[Paragraph]:
    fields = fields_of(value)
    positions = roles(tuple([name for name, _ in fields])) if isinstance(value, Object) else {}
    yield from record(fields, positions, line, end_line)


class _Row(NamedTuple):
    """The cells of a row, with its first and last line; a quoted cell may run over several."""

    line: int
    end_line: int
    cells: list[str]


def read_csv(path: str, decoded: Decoded) -> Document:
    """Read comma, tab or semicolon separated values; the first row of several cells may name the columns."""
    lines = split_lines(decoded.text.replace("\0", "\ufffd"))
    text = "\n".join(lines).replace("\r", " ")  # an editor ends no line there
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(
        io.StringIO(text, newline="\n"), delimiter=_delimiter(text, "\t" if path.endswith(".tsv") else "")
    )
    try:
        paragraphs, notes = list(_of_rows(_numbered(rows))), decoded.notes
    except csv.Error as error:
        paragraphs = [
            Paragraph(line.strip(), number, number, "record")
            for number, line in enumerate(lines, 1)
            if line.strip()
        ]
        notes = (*decoded.notes, message("csv_lines", error))
    return _document(path, "csv", decoded, paragraphs, notes)


def _delimiter(text: str, usual: str) -> str:
    """Return the delimiter that the first line has most of; one column has none, whatever signs its texts have.

    Args:
        text: The table.
        usual: Delimiter by the suffix of the file, which the first line need have but once; or the empty string.
    """
    if separator := _SEPARATOR_LINE.match(text):
        return separator[1]
    lines = [line for line in _QUOTED.sub("", text[:_SAMPLE_CHARACTERS]).split("\n") if line.strip()]
    head = lines[0] if lines else ""
    best = usual if usual and usual in head else max(_DELIMITERS, key=head.count)
    if best in head:
        return best
    return _NO_DELIMITER if roles((head,)) else _delimiter_below_titles(lines)


def _delimiter_below_titles(lines: Sequence[str]) -> str:
    """Return the delimiter that every line below the first few has, each as often as the others."""
    for delimiter in _DELIMITERS:
        counts = [line.count(delimiter) for line in lines]
        titles = next((number for number, count in enumerate(counts) if count), len(counts))
        if titles < _TITLE_ROWS and len(counts) - titles > 1 and len(set(counts[titles:])) == 1:
            return delimiter
    return _NO_DELIMITER


def _numbered(rows: Any) -> Iterator[_Row]:
    end = 0
    for row in rows:
        start, end = end + 1, rows.line_num
        if any(cell and not cell.isspace() for cell in row):
            yield _Row(start, end, row)


def _of_rows(rows: Iterator[_Row]) -> Iterator[Paragraph]:
    first = list(islice(rows, _TITLE_ROWS))
    titles = _title_rows(first)
    for row in first[:titles]:
        yield Paragraph(_row_text(row.cells), row.line, row.end_line, "record")
    yield from _of_table(chain(first[titles:], rows))


def _title_rows(first: Sequence[_Row]) -> int:
    """Count the rows above the names of the columns: those of one cell, where others have more."""
    sizes = [sum(bool(cell.strip()) for cell in row.cells) for row in first]
    return next((number for number, size in enumerate(sizes) if size > 1), 0)


def _of_table(rows: Iterator[_Row]) -> Iterator[Paragraph]:
    head = next(rows, None)
    if head is None:
        return
    columns = Columns.of(head.cells)
    if columns.has_text:
        if columns.has_others:
            yield Paragraph(_row_text(columns.names), head.line, head.end_line, "table")
        for row in rows:
            yield from columns.record(row.cells, row.line, row.end_line)
    else:
        yield from _rows_of_values(head, rows, columns)


def _rows_of_values(head: _Row, rows: Iterator[_Row], columns: Columns) -> Iterator[Paragraph]:
    text = _row_text(columns.names)
    are_named = _are_different_names(columns.names)
    yield Paragraph(text, head.line, head.end_line, "table" if are_named else "record")
    headings = (text,) if are_named else ()
    for row in rows:
        key, date = columns.id_and_date(row.cells) if are_named else (None, None)
        yield Paragraph(_row_text(row.cells), row.line, row.end_line, "record", headings, id=key, date=date)


def _are_different_names(names: Sequence[str]) -> bool:
    filled = [name for name in names if name]
    return len(set(filled)) == len(filled) and are_names(filled)


def _row_text(cells: Sequence[str]) -> str:
    return " | ".join(cell.strip() for cell in cells if cell and not cell.isspace())


def _document(
    path: str, kind: str, decoded: Decoded, paragraphs: list[Paragraph], notes: tuple[Message, ...]
) -> Document:
    return Document(path, kind, decoded.encoding, paragraphs=tuple(bounded(paragraphs)), notes=notes)
