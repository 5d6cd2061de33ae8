"""Notes that Evernote exported (ENEX): each note is its title, its tags and the page of HTML in its content."""

import re
from collections.abc import Iterable, Iterator
from html import unescape

from searchidx.document import Document, Paragraph
from searchidx.paragraphs import bounded
from searchidx.readers.dates import normalised
from searchidx.readers.encodings import Decoded
from searchidx.readers.html import read_page
from searchidx.readers.plain import read_code

_NOTE = re.compile(r"<note(?=[\s>])[^>]*+>")
_FIELD = re.compile(r"<(title|tag|file-name)>([^<]*+)</\1>")
_CREATED = re.compile(r"<created>\s*(\d{4})(\d{2})(\d{2})T")
_CONTENT = re.compile(r"<content>\s*+<!\[CDATA\[")
_PROLOG = re.compile(r"<\?xml[^>]*+>|<!DOCTYPE[^>]*+>")
_NOT_LINE_END = re.compile(r"[^\n]")
_SPLIT_END = "]]]]><![CDATA[>"
"""A ``]]>`` inside the content."""


def read_enex(path: str, decoded: Decoded) -> Document:
    """Read the notes of an export; a file without any is read as source code."""
    text = decoded.text.replace("\r\n", "\n")
    starts = [match.start() for match in _NOTE.finditer(text)]
    if not starts:
        return read_code(path, decoded)
    paragraphs: list[Paragraph] = []
    line, previous = 0, 0
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True), 1):
        line += text.count("\n", previous, start)
        previous = start
        paragraphs += (each._replace(page=number) for each in _note(text[start:end], line + 1))
    title = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "heading"), "")
    return Document(
        path, "enex", decoded.encoding, title, paragraphs=tuple(bounded(paragraphs)), notes=decoded.notes
    )


def _note(note: str, first: int) -> Iterator[Paragraph]:
    """Yield the paragraphs of a note whose source begins in a line."""
    content = _CONTENT.search(note)
    start = content.end() if content else len(note)
    end = _content_end(note, start)
    # What surrounds the content, in as many lines and characters.
    around = note[:start] + _NOT_LINE_END.sub(" ", note[start:end]) + note[end:]
    created = _CREATED.search(around)
    date = normalised("-".join(created.groups())) if created else None
    fields = [
        (match[1], unescape(match[2]).strip(), first + note.count("\n", 0, match.start()), match.start())
        for match in _FIELD.finditer(around)
    ]
    title = tuple(text for name, text, *_ in fields if name == "title" and text)[:1]
    before = [field for field in fields if field[3] < start]
    behind = [field for field in fields if field[3] >= start]
    paragraphs = [
        *_around(before),
        *_content(note[start:end], first + note.count("\n", 0, start)),
        *_around(behind),
    ]
    for paragraph in paragraphs:
        is_title = paragraph.kind == "heading" and (paragraph.text,) == title
        headings = () if is_title else (*title, *paragraph.headings)
        yield paragraph._replace(headings=headings, date=date)


def _around(fields: Iterable[tuple[str, str, int, int]]) -> Iterator[Paragraph]:
    for name, text, line, _ in fields:
        if text:
            yield Paragraph(text, line, line, "heading" if name == "title" else "text")


def _content(page: str, first: int) -> Iterator[Paragraph]:
    page = _PROLOG.sub(lambda prolog: "\n" * prolog[0].count("\n"), page.replace(_SPLIT_END, "]]>"))
    for paragraph in read_page(page, whole=True).paragraphs if page.strip() else ():
        yield paragraph._replace(line=paragraph.line + first - 1, end_line=paragraph.end_line + first - 1)


def _content_end(note: str, start: int) -> int:
    """Return the offset at which the content ends, that of a note that is cut off included."""
    end = note.find("]]>", start)
    while end >= 0 and note.startswith(_SPLIT_END, end - 2):
        end = note.find("]]>", end - 2 + len(_SPLIT_END))
    return end if end >= 0 else len(note)
