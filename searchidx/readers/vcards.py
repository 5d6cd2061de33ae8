"""Address books (vCard 2.1 to 4.0): a card is a record under its name, its values as a person reads them."""

import re
from collections.abc import Iterator, Sequence
from quopri import decodestring
from typing import NamedTuple

from searchidx.document import Document, Paragraph
from searchidx.paragraphs import bounded
from searchidx.readers.encodings import Decoded, decode
from searchidx.readers.lines import split_lines

_PROPERTY = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;(?:\"[^\"]*+\"|[^\":;])*+)*+):(.*)", re.DOTALL)
_QUOTED_PRINTABLE = re.compile(r";(?:ENCODING=)?QUOTED-PRINTABLE", re.IGNORECASE)
_BINARY = re.compile(r";(?:ENCODING=)?(?:B|BASE64)(?=[;:]|$)", re.IGNORECASE)
_CHARSET = re.compile(r";CHARSET=\"?([\w-]+)", re.IGNORECASE)
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_SEPARATOR = re.compile(r"(?<!\\);")
_ESCAPE = re.compile(r"\\(.)")
_TECHNICAL = frozenset(
    ("BEGIN", "END", "VERSION", "PRODID", "REV", "UID", "PHOTO", "LOGO", "SOUND", "KEY", "CLIENTPIDMAP")
)


class _Line(NamedTuple):
    """A logical line, with the first and the last line of the file that it is written in."""

    text: str
    line: int
    end_line: int


def read_vcf(path: str, decoded: Decoded) -> Document:
    """Read the cards of an address book; text outside of cards is read line by line."""
    paragraphs: list[Paragraph] = []
    card: list[_Line] | None = None
    for line in _unfolded(split_lines(decoded.text)):
        mark = "".join(line.text.split()).upper()
        if mark == "BEGIN:VCARD":
            paragraphs += _card(card or [])
            card = []
        elif mark == "END:VCARD":
            paragraphs += _card(card or [])
            card = None
        elif card is not None:
            card.append(line)
        elif line.text.strip():
            paragraphs.append(Paragraph(line.text.strip(), line.line, line.end_line))
    paragraphs += _card(card or [])
    return Document(path, "vcf", decoded.encoding, paragraphs=tuple(bounded(paragraphs)), notes=decoded.notes)


def _unfolded(lines: Sequence[str]) -> Iterator[_Line]:
    """Yield lines that were folded as one: behind a line end and a space, or a soft break of quoted-printable."""
    text, start = "", 0
    is_soft = False
    for number, line in enumerate(lines, 1):
        if start and is_soft:
            text += line
        elif start and line[:1] in (" ", "\t"):
            text += line[1:]
        else:
            if start:
                yield _Line(text, start, number - 1)
            text, start = line, number
        is_soft = text.endswith("=") and _QUOTED_PRINTABLE.search(text.partition(":")[0]) is not None
        text = text[:-1] if is_soft else text
    if start:
        yield _Line(text, start, len(lines))


def _card(lines: Sequence[_Line]) -> Iterator[Paragraph]:
    """Yield the name of a card as a heading, and its other values as a record below it."""
    values = [value for line in lines if (value := _value(line.text))]
    if not values:
        return
    span = lines[0].line, lines[-1].end_line
    names = dict(reversed(values))
    name = names.get("FN") or _HAN_GAP.sub("", names.get("N", ""))
    heading = (name,) if name else ()
    if name:
        yield Paragraph(name, *span, "heading")
    shown = [text for key, text in values if key not in ("FN", "N")]
    if shown:
        yield Paragraph("\n".join(shown), *span, "record", heading)


def _value(line: str) -> tuple[str, str] | None:
    """Return the name of a property and its value as read, under its name unless it is that of the card."""
    match = _PROPERTY.fullmatch(line)
    if match is None:
        return ("", line.strip()) if line.strip() else None
    name, parameters, value = match[1].upper(), match[2], match[3]
    if name in _TECHNICAL or _BINARY.search(parameters) or value.lower().startswith("data:"):
        return None
    if _QUOTED_PRINTABLE.search(parameters):
        charset = _CHARSET.search(parameters)
        value = decode(decodestring(value.encode()), declared=charset[1] if charset else None).text
    text = _plain(value)
    if not text:
        return None
    return (name, text) if name in ("FN", "N") else (name, f"{name}: {text}")


def _plain(value: str) -> str:
    """Return a value with its escapes decoded and its components apart by spaces."""
    texts = (
        _ESCAPE.sub(lambda escape: "\n" if escape[1] in "nN" else escape[1], part)
        for part in _SEPARATOR.split(value)
    )
    return " ".join(text for part in texts if (text := part.strip()))
