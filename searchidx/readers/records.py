"""Records: JSON Lines and CSV files of which every line or row is a document of its own.

A record has a ``text``, and may have an ``id``, a ``title`` and a ``date``; its paragraphs carry the id and the
place in the file. Lines that aren't such records cost themselves, not the file, and are counted. Objects without
a text and tables without such columns are rows of values, so that whatever stands in them is found.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from searchidx.document import Document, Paragraph
from searchidx.paragraphs import bounded
from searchidx.readers.dates import normalised
from searchidx.readers.encodings import Decoded
from searchidx.readers.lines import split_lines

_LONGEST_CELL = 1 << 26
_LONGEST_NAME = 40
_VALUE = re.compile(r"\d{5}|^[-+\d.,%/:\s]+$|@")
_DELIMITERS = ",\t;|"
_NAMES = {"文本": "text", "正文": "text", "内容": "text", "标题": "title", "日期": "date", "编号": "id"}


def read_jsonl(path: str, decoded: Decoded) -> Document:
    """Read JSON Lines."""
    paragraphs: list[Paragraph] = []
    bad = 0
    for number, line in enumerate(split_lines(decoded.text), 1):
        if not line or line.isspace():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            bad += 1
            paragraphs.append(Paragraph(line.strip(), number, number, "record"))
            continue
        paragraphs += _of_value(value, number)
    notes = (
        (*decoded.notes, f"{bad} {'line is' if bad == 1 else 'lines are'} no JSON") if bad else decoded.notes
    )
    return _document(path, "jsonl", decoded, paragraphs, notes)


def _of_value(value: Any, number: int) -> Iterator[Paragraph]:
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        yield from _record(value, number, number)
    elif text := "\n".join(_strings(value)):
        yield Paragraph(
            text, number, number, "record", id=_shown(value.get("id")) if isinstance(value, dict) else None
        )


def _strings(value: Any, depth: int = 0) -> Iterator[str]:
    """All values inside a JSON value, as text, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value if depth < 100 else ():
            yield from _strings(part, depth + 1)
    elif text := _shown(value):
        yield text


def _shown(value: Any) -> str | None:
    if value is None or isinstance(value, dict | list):
        return None
    return value.strip() if isinstance(value, str) else json.dumps(value)


def _record(fields: dict[str, Any], line: int, end_line: int) -> Iterator[Paragraph]:
    """A record's title, if it has one, and its text; both bear its id and date."""
    key = _shown(fields.get("id"))
    title = _shown(fields.get("title")) or ""
    date = normalised(_shown(fields.get("date")) or "")
    if title:
        yield Paragraph(title, line, end_line, "heading", id=key, date=date)
    if text := fields["text"].strip():
        headings = (title,) if title else ()
        yield Paragraph(text, line, end_line, "record", headings, id=key, date=date)


def read_csv(path: str, decoded: Decoded) -> Document:
    """Read comma, tab or semicolon separated values; the first row names the columns."""
    text = decoded.text.replace("\0", "\ufffd").replace("\r\n", "\n")
    head = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(_DELIMITERS, key=head.count)
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        paragraphs, notes = list(_of_rows(_numbered(rows))), decoded.notes
    except csv.Error as error:
        lines = enumerate(split_lines(text), 1)
        paragraphs = [
            Paragraph(line.strip(), number, number, "record") for number, line in lines if line.strip()
        ]
        notes = (*decoded.notes, f"read as lines: {error}")
    return _document(path, "csv", decoded, paragraphs, notes)


def _numbered(rows: Any) -> Iterator[tuple[int, int, list[str]]]:
    """Rows with their first and last line; a quoted cell may run over several."""
    end = 0
    for row in rows:
        start, end = end + 1, rows.line_num
        if any(cell and not cell.isspace() for cell in row):
            yield start, end, row


def _of_rows(rows: Iterable[tuple[int, int, list[str]]]) -> Iterator[Paragraph]:
    names: list[str] | None = None
    headings: tuple[str, ...] = ()
    for line, end_line, row in rows:
        if names is None:
            names = [_NAMES.get(name.strip().lower(), name.strip().lower()) for name in row]
            if "text" not in names:
                headings = (_row_text(row),) if _are_names(names) else ()
                yield Paragraph(_row_text(row), line, end_line, "table" if headings else "record")
        elif "text" in names:
            fields = dict(zip(names, row, strict=False))
            yield from _record({"text": "", **fields}, line, end_line)
        else:
            yield Paragraph(_row_text(row), line, end_line, "record", headings)


def _are_names(cells: list[str]) -> bool:
    """Tell whether the cells of a first row name the columns: short, all different, and no values."""
    filled = [cell for cell in cells if cell]
    return (
        len(set(filled)) == len(filled)
        and all(len(cell) <= _LONGEST_NAME for cell in filled)
        and not any(_VALUE.search(cell) for cell in filled)
    )


def _row_text(cells: Iterable[str]) -> str:
    return " | ".join(cell.strip() for cell in cells if cell and not cell.isspace())


def _document(
    path: str, kind: str, decoded: Decoded, paragraphs: list[Paragraph], notes: tuple[str, ...]
) -> Document:
    return Document(path, kind, decoded.encoding, paragraphs=tuple(bounded(paragraphs)), notes=notes)
