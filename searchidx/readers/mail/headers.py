"""Header fields of a mail as its reader sees them: encoded words (RFC 2047), parameters (RFC 2231), raw bytes.

Programs cut a header into encoded words wherever a line is full, in the middle of a character too, so words of one
charset that follow each other are joined as bytes and decoded once. A label is a hint: ``gb2312`` is read as
GB18030, an unknown one is guessed, and what no encoding explains becomes U+FFFD for the caller to count.
"""

import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from email.message import Message
from itertools import groupby
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from searchidx.readers.encodings import best_decoding, decode_label

_MAX_RAW_CHARACTERS = 16_000
_OPENING = r"=\?[^?\s]{1,60}\?[bBqQ]\?"
_WORD = re.compile(rf"=\?([^?\s]{{1,60}})\?([bBqQ])\?(?:((?:(?!{_OPENING}).)*?)\?=|([^\s?]*)\Z)", re.DOTALL)
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]+")
_PARAMETER = re.compile(
    r';\s*([\w-]{1,40})(?:\*(\d{1,3}))?(\*)?\s*=\s*("(?>(?:[^"\\]|\\.)*)"?|[^;]*)', re.DOTALL
)
_FOLD = re.compile(r"\n[ \t]*+")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_QUOTED_NAME = re.compile(r'"((?>(?:[^"\\]|\\.)*))"(?=\s*<)')


class _Word(NamedTuple):
    """Encoded word in a raw header, between two offsets."""

    start: int
    end: int
    charset: str
    is_base64: bool
    payload: str


class _Segment(NamedTuple):
    """Piece of a parameter's value: its number, whether it is percent-encoded, and its text."""

    number: int
    is_encoded: bool
    text: str


def raw_field(message: Message, name: str) -> str:
    """Return the first header of that name undecoded, in its lines; bytes above ASCII are surrogates."""
    lower_name = name.lower()
    raw = next((value for key, value in message.raw_items() if key.lower() == lower_name), "")
    return str(raw)[:_MAX_RAW_CHARACTERS].replace("\r", "")


def decode_field(raw: str, charset: str | None = None) -> str:
    """Decode a raw header; ``charset`` is a hint for bytes outside encoded words."""
    pieces = []
    position = 0
    for run in _runs(raw):
        pieces += [_plain(raw[position : run[0].start], charset), _decode_run(run)]
        position = run[-1].end
    return " ".join("".join((*pieces, _plain(raw[position:], charset))).split())


def decode_addresses(raw: str, charset: str | None = None) -> str:
    """Decode a header of addresses, without the quotation marks around names."""
    return _QUOTED_NAME.sub(lambda name: _unescaped(name[1]), decode_field(raw, charset))


def parameter(raw: str, name: str, charset: str | None = None) -> str:
    """Return a parameter of a raw header such as ``Content-Disposition``, decoded; the empty string if missing."""
    segments = sorted(_segments(raw, name))
    extended = [segment for segment in segments if segment.number >= 0 or segment.is_encoded]
    if any(segment.is_encoded for segment in extended):
        return _decode_extended(extended, charset)
    return decode_field("".join(segment.text for segment in extended or segments[:1]), charset)


def _runs(raw: str) -> Iterator[list[_Word]]:
    """Yield encoded words, those with nothing but white space between them together."""
    run: list[_Word] = []
    for match in _WORD.finditer(raw):
        payload = _FOLD.sub("", match[3] if match[3] is not None else match[4])
        word = _Word(*match.span(), match[1].partition("*")[0].lower(), match[2] in "bB", payload)
        if run and raw[run[-1].end : word.start].strip():
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _decode_run(run: list[_Word]) -> str:
    """Decode words side by side, those of one charset as one text."""
    groups = ((charset, list(words)) for charset, words in groupby(run, lambda word: word.charset))
    return "".join(_decode_words(words, charset) for charset, words in groups)


def _decode_words(words: list[_Word], charset: str) -> str:
    """Decode words of one charset, joined the way that reads best where base64 was cut."""
    return best_decoding(_joined_bytes(words), charset).text


def _joined_bytes(words: list[_Word]) -> Iterator[bytes]:
    yield b"".join(_word_bytes(word) for word in words)
    cut = any(word.is_base64 and len(word.payload) % 4 for word in words)
    if cut and all(word.is_base64 for word in words):
        yield _base64("".join(word.payload for word in words))  # a stream cut where the line was full


def _word_bytes(word: _Word) -> bytes:
    return _base64(word.payload) if word.is_base64 else a2b_qp(_bytes(word.payload), header=True)


def _base64(text: str) -> bytes:
    """Decode base64, padding or not."""
    digits = _NOT_BASE64.sub("", text.replace("-", "+").replace("_", "/"))
    digits = digits[:-1] if len(digits) % 4 == 1 else digits
    return a2b_base64(digits + "=" * (-len(digits) % 4))


def _plain(raw: str, charset: str | None) -> str:
    return raw if raw.isascii() else decode_label(_bytes(raw), charset).text


def _bytes(raw: str) -> bytes:
    return raw.encode("utf-8", "surrogateescape")


def _segments(raw: str, name: str) -> Iterator[_Segment]:
    """Yield the segments of a parameter; one that isn't numbered has the number -1."""
    for match in _PARAMETER.finditer(raw):
        if match[1].lower() == name:
            yield _Segment(int(match[2] or -1), bool(match[3]), _unquoted(match[4]))


def _decode_extended(segments: list[_Segment], charset: str | None) -> str:
    """Decode a parameter of RFC 2231: ``charset'language'text``, in percent-encoded segments perhaps."""
    first = segments[0]
    label, mark, tail = first.text.partition("'") if first.is_encoded else ("", "", "")
    text = tail.partition("'")[2] if mark else first.text
    segments = [first._replace(text=text), *segments[1:]]
    data = b"".join(
        unquote_to_bytes(_bytes(segment.text)) if segment.is_encoded else _bytes(segment.text)
        for segment in segments
    )
    return " ".join(decode_label(data, label or charset).text.split())


def _unquoted(value: str) -> str:
    value = value.strip()
    return _unescaped(value[1:].removesuffix('"')) if value.startswith('"') else value


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)
