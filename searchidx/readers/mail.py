"""Mails (EML) and mailboxes (MBOX): headers a reader sees, the text, the names of what is attached.

The library is Python's own ``email``. Of a message in several forms the plain one is read, else the HTML one. In
a mailbox ``page`` is the number of the message; ``line`` is the line of the message as shown.
"""

import email.policy
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import pairwise
from typing import Any

from searchidx.document import Document, Paragraph
from searchidx.errors import ReadError
from searchidx.readers.dates import normalised
from searchidx.readers.encodings import decode
from searchidx.readers.plain import read_text

_SHOWN = ("From", "To", "Cc", "Date")
_LONGEST_HEADER = 2_000
_FROM = re.compile(rb"^From .*$", re.MULTILINE)
_MOST_MESSAGES = 200_000
_MOST_PARTS = 500


def read_eml(path: str, data: bytes, encoding: str | None = None) -> Document:
    """Read one message."""
    message = _parsed(data)
    notes: list[str] = []
    paragraphs = tuple(_paragraphs(message, encoding, notes))
    subject, date = _header(message, "Subject"), normalised(_header(message, "Date"))
    return Document(path, "eml", None, subject, date, paragraphs, tuple(notes))


def read_mbox(path: str, data: bytes, encoding: str | None = None) -> Document:
    """Read all messages of a mailbox."""
    paragraphs: list[Paragraph] = []
    notes: list[str] = []
    bad = 0
    for number, part in enumerate(_messages(data), 1):
        try:
            message = _parsed(part)
            date = normalised(_header(message, "Date"))
            told: list[str] = []
            paragraphs += (p._replace(page=number, date=date) for p in _paragraphs(message, encoding, told))
            notes += (f"message {number}: {note}" for note in told)
        except ReadError:
            bad += 1
    if bad:
        notes.insert(0, f"{bad} {'message is' if bad == 1 else 'messages are'} damaged")
    return Document(path, "mbox", paragraphs=tuple(paragraphs), notes=tuple(notes))


def _messages(data: bytes) -> Iterator[bytes]:
    for start, end in pairwise([*_starts(data), len(data)]):
        yield data[data.find(b"\n", start) + 1 : end].replace(b"\n>From ", b"\nFrom ")


def _starts(data: bytes) -> Iterator[int]:
    """Where messages begin: at a line that opens with ``From`` after an empty one."""
    count = 0
    for found in _FROM.finditer(data):
        start = found.start()
        if count < _MOST_MESSAGES and (
            start == 0 or data[max(0, start - 4) : start].replace(b"\r", b"").endswith(b"\n\n")
        ):
            count += 1
            yield start


def _parsed(data: bytes) -> EmailMessage:
    if data.lower().count(b"boundary=") > _MOST_PARTS:
        raise ReadError("the message is nested too deeply")  # the parser's time grows with the square of it
    try:
        message: Any = BytesParser(policy=email.policy.default).parsebytes(data)
    except (MessageError, ValueError, LookupError, RecursionError, TypeError, AttributeError) as error:
        raise ReadError("the message is damaged") from error
    found: EmailMessage = message
    return found


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join((_raw(message, name) or str(message.get(name, ""))).split())[:_LONGEST_HEADER]
    except (ValueError, LookupError, IndexError, TypeError, AttributeError):
        return ""


def _raw(message: EmailMessage, name: str) -> str | None:
    """A header that holds bytes where only ASCII may stand, decoded as a file is; None for any other."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            written = str(value)
            if written.isascii():
                return None
            try:
                return decode(written.encode("utf-8", "surrogateescape")).text
            except ReadError:
                return None
    return None


def _paragraphs(message: EmailMessage, encoding: str | None, notes: list[str]) -> Iterator[Paragraph]:
    """The headers, each a line, then the text under the subject, then the names of attachments; damage goes to notes."""
    line = 0
    subject = _header(message, "Subject")
    if subject:
        line += 1
        yield Paragraph(subject, line, line, "heading")
    for name in _SHOWN:
        if text := _header(message, name):
            line += 1
            yield Paragraph(f"{name}: {text}", line, line)
    headings = (subject,) if subject else ()
    last = line
    for paragraph in _body(message, encoding, notes):
        last = max(last, paragraph.end_line + line)
        yield paragraph._replace(
            line=paragraph.line + line,
            end_line=paragraph.end_line + line,
            headings=(*headings, *paragraph.headings),
        )
    for name in _attachments(message):
        last += 1
        yield Paragraph(name, last, last, "text", headings)


def _body(message: EmailMessage, encoding: str | None, notes: list[str]) -> Iterator[Paragraph]:
    try:
        part: Any = message.get_body(("plain", "html"))
        data = part.get_payload(decode=True) if part is not None else None
    except (KeyError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        raise ReadError("the message is damaged") from error
    if not isinstance(data, bytes):
        return
    decoded = decode(data, declared=part.get_content_charset(), encoding=encoding)
    notes += decoded.notes
    if part.get_content_subtype() == "html":
        from searchidx.readers import load

        read_page = load("html", "read_page", "HTML")
        yield from read_page(decoded.text, whole=True).paragraphs
    else:
        yield from read_text("", decoded).paragraphs


def _attachments(message: EmailMessage) -> Iterator[str]:
    for count, part in enumerate(message.walk()):
        if count > _MOST_PARTS:
            return
        try:
            name = part.get_filename()
        except (ValueError, LookupError, TypeError, AttributeError):
            continue
        if name:
            yield " ".join(name.split())
