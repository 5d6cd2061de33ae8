"""Documents and their paragraphs: values that a reader returns, each paragraph with its position in the source.

A value here is plain and frozen: readers build it, the analyzer reads its text, the engine stores it.
Nothing in this module opens a file or knows a format.
"""

from typing import Literal, NamedTuple

from searchidx._startup.dataclass import dataclass
from searchidx.messages import Message

_STREAM = "<stdin>"

SOURCE_LINE_TYPES = frozenset(
    (
        "text",
        "markdown",
        "html",
        "json",
        "jsonl",
        "csv",
        "srt",
        "vtt",
        "sbv",
        "lrc",
        "ass",
        "ipynb",
        "vcf",
        "ics",
        "enex",
    )
)
"""Types of documents whose lines are those of the file; in all others a reader numbers them as it comes to them."""

Kind = Literal["text", "heading", "item", "code", "table", "record", "link", "comment", "info", "attribute"]
"""``link`` is text beside the text of a page, such as the addresses behind links: found, and ranked below the text.

``comment`` is a comment of the markup, ``info`` the words behind a fence's mark, ``attribute`` the value of an attribute
that is written for a reader: they are found, and are no part of the text around them.
"""
ASIDES: frozenset[Kind] = frozenset(("link", "comment", "info", "attribute"))
"""Kinds beside the text, which don't separate the paragraphs around them."""


class Paragraph(NamedTuple):
    """Unit of ranking: a paragraph as a person would delimit it.

    A tuple, unlike the other values here: there are millions of them, and a frozen dataclass takes three times as
    long to make.

    Attributes:
        text: The paragraph as shown, exactly as in the source but for the joins of broken lines.
        line: First source line, counted from 1.
        end_line: Last source line, inclusive.
        kind: What it is in its document.
        headings: Titles of the sections around it, outermost first (a heading's own text excluded).
        page: Number of the page, slide or sheet, counted from 1, where the format has pages.
        id: The record's own id, for records of JSON and tables.
        date: The record's own date as ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``.
        line_map: Source positions of its characters, see :mod:`searchidx.line_map`; None where the text is its source
            from the beginning of the first line on.
    """

    text: str
    line: int
    end_line: int
    kind: Kind = "text"
    headings: tuple[str, ...] = ()
    page: int | None = None
    id: str | None = None
    date: str | None = None
    line_map: str | None = None

    def has_columns_in(self, document_type: str) -> bool:
        """Return true unless it is the addresses of one line of Markdown: they are many, and few look for them."""
        return self[3] != "link" or self[1] != self[2] or document_type != "markdown"


@dataclass(frozen=True, slots=True)
class Document:
    """Content of a file.

    Attributes:
        path: Absolute path as ``os.fsdecode`` gives it, or that of :func:`stream_path`.
        type: The format's short name: ``text``, ``markdown``, ``jsonl`` and so on.
        encoding: How the bytes were decoded, or None for formats that are not text.
        title: The document's own title, or the empty string.
        date: ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``, or None.
        paragraphs: In reading order.
        notes: Facts about the reading for the user, such as damaged bytes.
    """

    path: str
    type: str
    encoding: str | None = None
    title: str = ""
    date: str | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    notes: tuple[Message, ...] = ()


def stream_path(name: str) -> str:
    """Return the path of a document that came without a file; no file can have it, for it is not absolute."""
    return f"{_STREAM}/{name}" if name else _STREAM


def is_stream(path: str) -> bool:
    """Return true for the path of a document that came without a file."""
    return path == _STREAM or path.startswith(f"{_STREAM}/")
