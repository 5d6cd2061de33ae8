"""Mails (EML, EMLX) and mailboxes (MBOX): visible headers, text, attachments.

The library is Python's own ``email``; ``headers`` decodes what it would lose. Of a message in several forms the plain
one is read, else the HTML one. Text that is attached and messages that are forwarded are read below their names;
anything else that is attached is named. In a mailbox ``page`` is the number of the message; ``line`` is the line of the
message as shown.
"""

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from itertools import pairwise

from searchidx import messages
from searchidx.document import Document, Paragraph
from searchidx.errors import ReadError
from searchidx.readers.dates import normalised
from searchidx.readers.mail.headers import decode_field, raw_field
from searchidx.readers.mail.message import MAX_PARTS, MessageReader

_FROM = re.compile(rb"^From .*$", re.MULTILINE)
_MAX_MESSAGES = 200_000
_BYTE_COUNT = re.compile(rb"\s*(\d{1,12})[ \t]*\r?\n")


def read_eml(path: str, data: bytes, encoding: str | None = None) -> Document:
    """Read one message."""
    message = _parsed(_without_envelope(data) if path.lower().endswith(".emlx") else data)
    notes: list[messages.Message] = []
    paragraphs = tuple(_paragraphs(message, encoding, notes))
    return Document(path, "eml", None, _subject(message), _date(message), paragraphs, tuple(notes))


def read_mbox(path: str, data: bytes, encoding: str | None = None) -> Document:
    """Read all messages of a mailbox."""
    paragraphs: list[Paragraph] = []
    notes: list[messages.Message] = []
    bad = 0
    for number, part in enumerate(_messages(data), 1):
        try:
            message = _parsed(part)
            part_notes: list[messages.Message] = []
            part_paragraphs = list(_paragraphs(message, encoding, part_notes))
        except ReadError:
            bad += 1
            continue
        date = _date(message)
        paragraphs += (paragraph._replace(page=number, date=date) for paragraph in part_paragraphs)
        notes += (messages.nested("mailbox_message", number, part=note) for note in part_notes)
    if bad:
        notes.insert(0, messages.message("damaged_messages", bad))
    return Document(path, "mbox", paragraphs=tuple(paragraphs), notes=tuple(notes))


def _without_envelope(data: bytes) -> bytes:
    """Return the message in a file of Apple Mail: its length in bytes, the message, and a property list."""
    count = _BYTE_COUNT.match(data)
    return data[count.end() : count.end() + int(count[1])] if count else data


def _messages(data: bytes) -> Iterator[bytes]:
    for start, end in pairwise([*_starts(data), len(data)]):
        yield data[data.find(b"\n", start) + 1 : end].replace(b"\n>From ", b"\nFrom ")


def _starts(data: bytes) -> Iterator[int]:
    """Yield the offsets of messages, at a line that opens with ``From`` after an empty one."""
    count = 0
    for match in _FROM.finditer(data):
        start = match.start()
        if count < _MAX_MESSAGES and (
            start == 0 or data[max(0, start - 4) : start].replace(b"\r", b"").endswith(b"\n\n")
        ):
            count += 1
            yield start


def _parsed(data: bytes) -> Message:
    if data.lower().count(b"boundary=") > MAX_PARTS:
        raise ReadError(messages.message("mail_nesting"))  # the parser's time grows with the square of it
    try:
        return BytesParser(policy=compat32).parsebytes(data)
    except (MessageError, ValueError, LookupError, RecursionError, TypeError, AttributeError) as error:
        raise ReadError(messages.message("mail_damage")) from error


def _paragraphs(message: Message, encoding: str | None, notes: list[messages.Message]) -> Iterator[Paragraph]:
    reader = MessageReader(_parsed, encoding)
    try:
        reader.read(message)
    except (MessageError, ValueError, LookupError, RecursionError, TypeError, AttributeError) as error:
        raise ReadError(messages.message("mail_damage")) from error
    notes += reader.all_notes()
    yield from reader.paragraphs


def _subject(message: Message) -> str:
    return decode_field(raw_field(message, "Subject"))


def _date(message: Message) -> str | None:
    return normalised(decode_field(raw_field(message, "Date")))
