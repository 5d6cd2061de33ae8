"""Fields of a record to its paragraphs: the id, title, date and text by name, every other field under its own name.

A record of nothing but these four is its text, with the title as its heading. Any other shows all of its fields: the text
first, then a line ``name: value`` for each of the rest, in the order of the source.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple, Self

from searchidx.document import Paragraph
from searchidx.readers.dates import is_whole_date, normalised

Field = tuple[str, str]
"""Name and value, either of which may be empty."""

_ROLES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "文本", "正文", "内容", "內容"),
    "title": ("title", "标题", "標題"),
    "date": ("date", "日期"),
    "id": ("id", "编号", "編號"),
}
_LONGEST_NAME = 40
_MAX_NUMBERS = 256
_OF_NUMBERS = "0123456789+-.eE |"
_VALUE = re.compile(r"\d{5}|^[-+\d.,%/:\s]+$|@")


@lru_cache(maxsize=1 << 10)  # the records of a file have the same names, as a rule
def roles(names: tuple[str, ...]) -> Mapping[str, int]:
    """Return the position of the field for each role; the first name of a role's list outranks the others."""
    positions: dict[str, int] = {}
    for position, name in enumerate(names):
        positions.setdefault(name.strip().lower(), position)
    return {
        role: next(positions[name] for name in aliases if name in positions)
        for role, aliases in _ROLES.items()
        if not positions.keys().isdisjoint(aliases)
    }


def are_names(cells: Iterable[str]) -> bool:
    """Check whether the cells of a row can name columns: short, and no values."""
    return all(len(cell) <= _LONGEST_NAME and not _VALUE.search(cell) for cell in cells)


def record(
    fields: Sequence[Field], positions: Mapping[str, int], line: int, end_line: int
) -> Iterator[Paragraph]:
    """Yield the title of a record, if it has one, and its text with its other fields; both have its id and date.

    Args:
        fields: All fields, in order.
        positions: As :func:`roles` returns them.
        line: First source line.
        end_line: Last source line.
    """
    values = {role: fields[index][1].strip() for role, index in positions.items() if index < len(fields)}
    key, title, date_text = (values.get(role, "") for role in ("id", "title", "date"))
    date = normalised(date_text)
    if title:
        yield Paragraph(title, line, end_line, "heading", id=key or None, date=date)
    apart = {positions[role] for role in ("text", "title") if role in positions}
    others = [field for position, field in enumerate(fields) if position not in apart and field[1].strip()]
    vectors = list(filter(_is_vector, others))
    if text := _record_text(
        values, [field for field in others if field not in vectors] if vectors else others
    ):
        yield Paragraph(text, line, end_line, "record", (title,) if title else (), id=key or None, date=date)
    for vector in vectors:
        yield Paragraph(_line(vector), line, end_line, "link", id=key or None, date=date)


class Columns(NamedTuple):
    """The columns of a table: their names, and the positions of those with a role."""

    names: Sequence[str]
    positions: Mapping[str, int]

    @classmethod
    def of(cls, cells: Iterable[str]) -> Self:
        """Return the columns that the cells of a row name; none has a role where a cell is a value."""
        names = [cell.strip() for cell in cells]
        return cls(names, roles(tuple(names)) if are_names(names) else {})

    @property
    def has_text(self) -> bool:
        """Return whether the rows are records with a text of their own."""
        return "text" in self.positions

    @property
    def has_others(self) -> bool:
        """Return whether any column has a name and no role."""
        return any(name and index not in self.positions.values() for index, name in enumerate(self.names))

    def record(self, cells: Sequence[str], line: int, end_line: int) -> Iterator[Paragraph]:
        """Yield the paragraphs of a row, surplus cells included."""
        fields = list(zip_longest(self.names, cells, fillvalue=""))
        return record(fields, self.positions, line, end_line)

    def id_and_date(self, cells: Sequence[str]) -> tuple[str | None, str | None]:
        """Return the id and the date of a row."""
        key, date_text = (
            cells[index].strip() if (index := self.positions.get(role, len(cells))) < len(cells) else ""
            for role in ("id", "date")
        )
        return key or None, normalised(date_text)


def _record_text(values: Mapping[str, str], others: Sequence[Field]) -> str:
    """Return the text of a record, followed by its other fields unless these are its id and date alone."""
    text = values.get("text", "")
    if _is_plain(others, values) and (text or values.get("title")):
        return text
    return "\n".join(filter(None, (text, *map(_line, others))))


def _is_vector(field: Field) -> bool:
    """Return true for a long list of numbers, which would bury the text that it was computed from."""
    return len(field[1]) > _MAX_NUMBERS and not field[1].strip(_OF_NUMBERS)


def _is_plain(fields: Sequence[Field], values: Mapping[str, str]) -> bool:
    """Return true if the id and the date are all fields beside title and text."""
    marks = [value for role in ("id", "date") if (value := values.get(role))]
    date_text = values.get("date")
    return len(fields) == len(marks) and (not date_text or is_whole_date(date_text))


def _line(field: Field) -> str:
    name, value = field[0].strip(), field[1].strip()
    return f"{name}: {value}" if name else value
