"""EPUB books: chapters in the order of the spine, each read as a page of HTML.

``page`` is the number of the chapter's file in the book, ``line`` the line of its source.
"""

from typing import Any

from searchidx.document import Document, Paragraph
from searchidx.errors import ReadError
from searchidx.messages import Message, message, nested
from searchidx.readers.encodings import declared_in, decode
from searchidx.readers.html import read_page
from searchidx.readers.packages import Package, properties, resolve


def read_epub(path: str, data: bytes, encoding: str | None = None) -> Document:
    """Read a book."""
    package = Package(data)
    container = package.xml("META-INF/container.xml")
    root_files = (
        [file.get("full-path", "") for file in container.iter("{*}rootfile")] if container is not None else []
    )
    main = next(iter(root_files), "")
    book = package.xml(main)
    if book is None:
        raise ReadError(Message("book"))
    paragraphs: list[Paragraph] = []
    notes: list[Message] = []
    for number, name in enumerate(_chapters(book, main), 1):
        part = package.part(name)
        if part is None:
            notes.append(message("missing_chapter", number))
            continue
        decoded = decode(part, declared=declared_in(part), encoding=encoding)
        notes += (nested("chapter", number, part=note) for note in decoded.notes)
        page = read_page(decoded.text, whole=True)
        paragraphs += (paragraph._replace(page=number) for paragraph in page.paragraphs)
    title, date = properties(book)
    return Document(path, "epub", None, title, date, tuple(paragraphs), tuple(notes))


def _chapters(book: Any, main: str) -> list[str]:
    """Return the names of the chapters' parts, in reading order."""
    folder = main.rpartition("/")[0]
    parts = {
        part.get("id"): resolve(folder, part.get("href", ""))
        for part in book.iter("{*}item")
        if "html" in part.get("media-type", "")
    }
    spine = [parts[key] for reference in book.iter("{*}itemref") if (key := reference.get("idref")) in parts]
    return spine or list(parts.values())
