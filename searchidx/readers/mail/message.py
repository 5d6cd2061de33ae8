"""One message as its reader sees it: headers, then its parts in order, forwarded messages and attachments among them."""

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable, Iterable, Iterator
from email.message import Message
from posixpath import basename
from typing import Any

from searchidx import messages
from searchidx.document import Paragraph
from searchidx.errors import ReadError
from searchidx.readers.encodings import Decoded, declared_in, decode
from searchidx.readers.mail.flowed import unflowed
from searchidx.readers.mail.headers import decode_addresses, decode_field, parameter, raw_field
from searchidx.readers.plain import read_text

Part = Message
"""A message or a part of one: the library has one class for both."""

MAX_PARTS = 500
_MAX_DEPTH = 20
_MAX_HEADER_CHARACTERS = 2_000
_ADDRESSES = ("From", "To", "Cc")
_SHOWN = (*_ADDRESSES, "Date")
_MAX_STUB_CHARACTERS = 400
_STUB_RATIO = 3
_SUFFIXES = {"html": ".html", "csv": ".csv", "tab-separated-values": ".tsv", "markdown": ".md"}
_PLAIN_SUFFIXES = (".txt", ".text", ".log")
_MAIL_SUFFIXES = (".eml", ".mht", ".mhtml")


class MessageReader:
    """One pass over a message; lines are numbered through all of its parts.

    Attributes:
        paragraphs: In the order they are shown.
        notes: Damage and what was left unread, for a person.
    """

    def __init__(self, parse: Callable[[bytes], Part], encoding: str | None) -> None:
        """Begin with nothing read; ``parse`` makes a message of bytes."""
        self.paragraphs: list[Paragraph] = []
        self.notes: list[messages.Message] = []
        self._parse = parse
        self._encoding = encoding
        self._line = 0
        self._parts = 0
        self._depth = 0
        self._damaged = 0

    def read(self, message: Part, above: tuple[str, ...] = ()) -> None:
        """Read the headers of a message, then its parts under its subject."""
        charset = _charset(message)
        subject = self._header(decode_field(raw_field(message, "Subject"), charset))
        if subject:
            self._put(subject, above, "heading")
            above = (*above, subject)
        for name in _SHOWN:
            decoder = decode_addresses if name in _ADDRESSES else decode_field
            if text := self._header(decoder(raw_field(message, name), charset)):
                self._put(f"{name}: {text}", above[:-1] if subject else above)
        self._part(message, above)

    def all_notes(self) -> list[messages.Message]:
        """Return the notes, with the damage of all headers as one."""
        if not self._damaged:
            return self.notes
        return [*self.notes, messages.message("damaged_headers", self._damaged)]

    def _header(self, text: str) -> str:
        self._damaged += text.count("\ufffd")
        return text[:_MAX_HEADER_CHARACTERS]

    def _put(self, text: str, headings: tuple[str, ...], kind: Any = "text") -> None:
        self._line += 1
        self.paragraphs.append(Paragraph(text, self._line, self._line, kind, headings))

    def _put_all(self, paragraphs: Iterable[Paragraph], headings: tuple[str, ...]) -> None:
        """Add the paragraphs of a part below what was read before."""
        offset = self._line
        for paragraph in paragraphs:
            line, end_line = paragraph.line + offset, paragraph.end_line + offset
            self._line = max(self._line, end_line)
            path = (*headings, *paragraph.headings)
            self.paragraphs.append(paragraph._replace(line=line, end_line=end_line, headings=path))

    # Parts.

    def _part(self, part: Part, headings: tuple[str, ...]) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            self._note(messages.message("part_count", f"{MAX_PARTS:,}"))
            return
        kind = part.get_content_type()
        if kind in ("message/rfc822", "message/global"):
            self._forwarded(part, headings)
        elif kind == "multipart/alternative":
            self._alternatives(_children(part), headings)
        elif kind == "multipart/related":
            self._related(part, headings)
        elif part.is_multipart():
            for child in _children(part):
                self._part(child, headings)
        elif _is_text(part) and not _is_attached(part):
            self._put_all(self._text(part), headings)
        else:
            self._attachment(part, headings)

    def _alternatives(self, forms: list[Part], headings: tuple[str, ...]) -> None:
        """Read the best form of a text, and what is attached to the others."""
        best = self._best(forms)
        for form in forms:
            if form is best:
                self._part(form, headings)
            else:
                self._attachments(form, headings)

    def _best(self, forms: list[Part]) -> Part | None:
        plain = _first(forms, "text/plain")
        page = _first(forms, "text/html")
        if plain is None or page is None:
            return plain or page or next(iter(forms), None)
        return page if self._is_stub(plain, page) else plain

    def _is_stub(self, plain: Part, page: Part) -> bool:
        """Return true if the plain form contains hardly more than a hint to the other one."""
        text = "".join(_bytes(plain).decode("utf-8", "replace").split())
        if not text:
            return True
        if len(text) > _MAX_STUB_CHARACTERS or len(_bytes(page)) < _STUB_RATIO * len(text):
            return False
        leaf = next(part for part in page.walk() if part.get_content_type() == "text/html")
        shown = sum(len(paragraph.text) for paragraph in _page(self._decode(leaf)))
        return shown > _STUB_RATIO * len(text) + _MAX_STUB_CHARACTERS

    def _related(self, part: Part, headings: tuple[str, ...]) -> None:
        """Read a page; its images and styles are attachments if they have names."""
        for number, child in enumerate(_children(part)):
            if number == 0:
                self._part(child, headings)
            else:
                self._attachments(child, headings)

    def _attachments(self, part: Part, headings: tuple[str, ...]) -> None:
        for leaf in part.walk():
            if not leaf.is_multipart() and _name(leaf):
                self._attachment(leaf, headings)

    def _attachment(self, part: Part, headings: tuple[str, ...]) -> None:
        """Read an attachment below its name if it is text or a message; else name it."""
        name = self._header(_name(part))
        if name:
            self._put(name, headings)
            headings = (*headings, name)
        suffix = _suffix(part, name)
        if suffix in _MAIL_SUFFIXES:
            self._enclosed(_bytes(part), headings)
        elif suffix:
            self._put_all(self._attached_text(part, name, suffix), headings)

    def _forwarded(self, part: Part, headings: tuple[str, ...]) -> None:
        name = self._header(_name(part))
        if name:
            self._put(name, headings)
        for message in _children(part):
            if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
                self._enclosed(_debased(message), headings)
            else:
                self._below(message, headings)

    def _enclosed(self, data: bytes, headings: tuple[str, ...]) -> None:
        try:
            self._below(self._parse(data), headings)
        except ReadError as error:
            self._note(messages.nested("unread_message", part=error.message))

    def _below(self, message: Part, headings: tuple[str, ...]) -> None:
        if self._depth >= _MAX_DEPTH:
            self._note(messages.message("forwarded_nesting"))
            return
        self._depth += 1
        self.read(message, headings)
        self._depth -= 1

    # Text.

    def _text(self, part: Part) -> Iterator[Paragraph]:
        """Yield the paragraphs of a part that is shown."""
        try:
            decoded = self._decode(part)
        except ReadError as error:
            self._note(messages.nested("unread_part", part=error.message))
            return
        self.notes += decoded.notes
        if part.get_content_subtype() == "html":
            yield from _page(decoded)
        else:
            yield from read_text("", _as_shown(part, decoded)).paragraphs

    def _attached_text(self, part: Part, name: str, suffix: str) -> Iterator[Paragraph]:
        """Yield the paragraphs of an attachment, read as a file of that suffix."""
        from searchidx.readers import read

        try:
            if suffix == ".html":
                yield from _page(self._decode(part))
                return
            document = read(
                f"/{suffix}{suffix}", _bytes(part), encoding=self._encoding, declared=_charset(part)
            )
        except ReadError as error:
            self._note(_unread(name, error.message))
            return
        self.notes += (messages.nested("attachment", name, part=note) for note in document.notes)
        yield from document.paragraphs

    def _decode(self, part: Part) -> Decoded:
        data = _bytes(part)
        if any("Base64" in type(defect).__name__ for defect in part.defects):
            self._note(messages.message("damaged_base64"))
        declared = _charset(part) or (declared_in(data) if part.get_content_subtype() == "html" else None)
        return decode(data, declared=declared, encoding=self._encoding)

    def _note(self, note: messages.Message) -> None:
        if note not in self.notes:
            self.notes.append(note)


def _unread(name: str, reason: messages.Message) -> messages.Message:
    """Return the note about an attachment that is not read."""
    if not name:
        return messages.nested("unread_unnamed", part=reason)
    return messages.nested("unread_attachment", name, part=reason)


def _page(decoded: Decoded) -> tuple[Paragraph, ...]:
    from searchidx.readers import load

    paragraphs: tuple[Paragraph, ...] = load("html", "read_page", "HTML")(decoded.text, whole=True).paragraphs
    return paragraphs


def _as_shown(part: Part, decoded: Decoded) -> Decoded:
    if str(part.get_param("format", "")).lower() != "flowed":
        return decoded
    delete_space = str(part.get_param("delsp", "")).lower() == "yes"
    return Decoded(unflowed(decoded.text, delete_space=delete_space), decoded.encoding, decoded.notes)


def _children(part: Part) -> list[Part]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _first(forms: list[Part], kind: str) -> Part | None:
    """Return the first form that is or contains a part of that type."""
    return next(
        (form for form in forms if any(part.get_content_type() == kind for part in form.walk())), None
    )


def _is_text(part: Part) -> bool:
    """Return true for text, and for a multipart without parts."""
    return part.get_content_maintype() in ("text", "multipart")


def _is_attached(part: Part) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_name(part))


def _charset(part: Part) -> str | None:
    return parameter(raw_field(part, "Content-Type"), "charset") or None


def _name(part: Part) -> str:
    """Return the file name of a part as shown, or the empty string."""
    charset = _charset(part)
    name = parameter(raw_field(part, "Content-Disposition"), "filename", charset)
    return basename(name or parameter(raw_field(part, "Content-Type"), "name", charset))


def _suffix(part: Part, name: str) -> str:
    """Return the suffix of the format in which an attachment is read, or the empty string if it is only named."""
    from searchidx.readers import is_text_format

    dot = name.rfind(".")
    suffix = name[dot:].lower() if dot >= 0 else ""
    if suffix in (*_MAIL_SUFFIXES, *_PLAIN_SUFFIXES, ".html", ".htm") or is_text_format(suffix):
        return ".html" if suffix == ".htm" else suffix
    return _SUFFIXES.get(part.get_content_subtype(), ".txt") if _is_text(part) else ""


def _debased(message: Part) -> bytes:
    """Return the bytes of a message that was attached in base64, which the parser took for its text."""
    try:
        return a2b_base64(str(message.get_payload()))
    except Base64Error:
        return b""


def _bytes(part: Part) -> bytes:
    """Return the bytes of a part, decoded from what carried them."""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
