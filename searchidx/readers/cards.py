"""Address books (vCard 2.1 to 4.0) and calendars (iCalendar): each card or event is a record under its name.

Both are lines of ``NAME;parameters:value``, folded at some column; values are read as a person reads them.
"""

import re
from collections.abc import Iterator, Sequence
from quopri import decodestring
from typing import NamedTuple

from searchidx.document import Document, Paragraph
from searchidx.paragraphs import bounded
from searchidx.readers.dates import normalised
from searchidx.readers.encodings import Decoded, decode
from searchidx.readers.lines import split_lines

_PROPERTY = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?>(?:;(?>(?:\"[^\"]*+\"|[^\":;])*))*)):(.*)", re.DOTALL)
_QUOTED_PRINTABLE = re.compile(r";(?:ENCODING=)?QUOTED-PRINTABLE", re.IGNORECASE)
_BINARY = re.compile(r";(?:ENCODING=)?(?:B|BASE64)(?=[;:]|$)", re.IGNORECASE)
_CHARSET = re.compile(r";CHARSET=\"?([\w-]+)", re.IGNORECASE)
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_SEPARATOR = re.compile(r"(?<!\\);")
_ESCAPE = re.compile(r"\\(.)")
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2})(?::?\d{2})?Z?)?")
_SHOWN_NAME = re.compile(r";CN=\"?([^\";:]+)", re.IGNORECASE)
_TECHNICAL_LIST = """
    BEGIN END VERSION PRODID REV UID PHOTO LOGO SOUND KEY CLIENTPIDMAP
    CALSCALE METHOD DTSTAMP CREATED LAST-MODIFIED SEQUENCE TRANSP
"""
_TECHNICAL = frozenset(_TECHNICAL_LIST.split())
_MAX_MARK = 40
_RECORDS = frozenset(("VCARD", "VEVENT", "VTODO", "VJOURNAL"))
_IGNORED = frozenset(("VTIMEZONE", "VALARM"))
_NAMES = ("FN", "N", "SUMMARY")
"""Properties that name a record, the first of them that it has."""


class _Line(NamedTuple):
    """A logical line, with the first and the last line of the file that it is written in."""

    text: str
    line: int
    end_line: int


class _Value(NamedTuple):
    """A property that a person reads: its name, or the empty string for other text, and its text."""

    name: str
    text: str

    @property
    def shown(self) -> str:
        """Return the text under the name of the property."""
        return f"{self.name}: {self.text}" if self.name else self.text


def read_vcf(path: str, decoded: Decoded) -> Document:
    """Read the cards of an address book."""
    return _read(path, decoded, "vcf")


def read_ics(path: str, decoded: Decoded) -> Document:
    """Read the events, tasks and journals of a calendar."""
    return _read(path, decoded, "ics")


def _read(path: str, decoded: Decoded, document_type: str) -> Document:
    """Read records; text outside of them is read line by line."""
    paragraphs: list[Paragraph] = []
    record: list[_Line] | None = None
    ignored = ""
    for line in _unfolded(split_lines(decoded.text)):
        mark, _, component = (
            line.text.strip().upper().partition(":") if len(line.text) < _MAX_MARK else ("", "", "")
        )
        if ignored:
            ignored = "" if (mark, component) == ("END", ignored) else ignored
        elif mark == "BEGIN" and component in _IGNORED:
            ignored = component
        elif mark in ("BEGIN", "END") and component in _RECORDS:
            paragraphs += _record(record or [])
            record = [] if mark == "BEGIN" else None
        elif record is not None:
            record.append(line)
        elif value := _value(line.text):
            paragraphs.append(Paragraph(value.shown, line.line, line.end_line))
    paragraphs += _record(record or [])
    return Document(
        path, document_type, decoded.encoding, paragraphs=tuple(bounded(paragraphs)), notes=decoded.notes
    )


def _unfolded(lines: Sequence[str]) -> Iterator[_Line]:
    """Yield lines that were folded as one: behind a line end and a space, or a soft break of quoted-printable."""
    pieces: list[str] = []
    start = 1
    is_quoted = is_soft = False
    for number, line in enumerate(lines, 1):
        if pieces and (is_soft or line[:1] in (" ", "\t")):
            pieces.append(line if is_soft else line[1:])
        else:
            if pieces:
                yield _Line("".join(pieces), start, number - 1)
            pieces, start = [line], number
            is_quoted = _QUOTED_PRINTABLE.search(line.partition(":")[0]) is not None
        is_soft = is_quoted and line.endswith("=")
        if is_soft:
            pieces[-1] = pieces[-1][:-1]
    yield _Line("".join(pieces), start, len(lines))


def _record(lines: Sequence[_Line]) -> Iterator[Paragraph]:
    """Yield the name of a record as a heading, and its other values as a record below it."""
    values = [value for line in lines if (value := _value(line.text))]
    if not values:
        return
    span = lines[0].line, lines[-1].end_line
    texts = {value.name: value.text for value in reversed(values)}
    name = next((_HAN_GAP.sub("", texts[key]) for key in _NAMES if key in texts), "")
    date = normalised(texts.get("DTSTART", ""))
    if name:
        yield Paragraph(name, *span, "heading", date=date)
    shown = "\n".join(value.shown for value in values if value.name not in _NAMES)
    if shown:
        yield Paragraph(shown, *span, "record", (name,) if name else (), date=date)


def _value(line: str) -> _Value | None:
    """Return a property as it is read, or None for one that only programs read."""
    match = _PROPERTY.fullmatch(line)
    if match is None:
        return _Value("", line.strip()) if line.strip() else None
    name, parameters, value = match[1].upper(), match[2], match[3]
    if name in _TECHNICAL or _BINARY.search(parameters) or value.lower().startswith("data:"):
        return None
    if _QUOTED_PRINTABLE.search(parameters):
        charset = _CHARSET.search(parameters)
        value = decode(decodestring(value.encode()), declared=charset[1] if charset else None).text
    text = _plain(value)
    if person := _SHOWN_NAME.search(parameters):
        text = f"{person[1]} {text}"
    return _Value(name, text) if text else None


def _plain(value: str) -> str:
    """Return a value with its escapes decoded and its components apart by spaces, a date with its marks."""
    if date := _DATE.fullmatch(value.strip()):
        year, month, day, hour, minute = date.groups()
        return f"{year}-{month}-{day}" + (f" {hour}:{minute}" if hour else "")
    texts = (
        _ESCAPE.sub(lambda escape: "\n" if escape[1] in "nN" else escape[1], part)
        for part in _SEPARATOR.split(value)
    )
    return " ".join(text for part in texts if (text := part.strip()))
