"""Encoding detection and decoding, from the bytes alone.

In this order: a byte order mark; strict UTF-8; what a format declares of itself, where that fits; else the text
each candidate encoding would give is weighed by how common its characters are, because byte validity alone
can't tell (many real GBK files are valid Big5 too). GB2312 and GBK are always read as GB18030, their superset.
Bytes that no encoding explains become U+FFFD and are counted, never dropped. What isn't text at all is refused
with the reason.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from searchidx.errors import ContentError, ReadError
from searchidx.messages import Message, message

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)

_DECLARATION = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,200}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"(\xb5/\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x7fELF", "program"),
    (b"MZ\x90\x00", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\x00asm", "program"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"OggS", "media"),
    (b"ID3", "media"),
    (b"fLaC", "media"),
    (b"\x1aE\xdf\xa3", "media"),
    (b"SQLite format 3\x00", "database"),
)

_SIGNATURES = (*(mark for mark, _ in _MARKS), *(magic for magic, _ in _MAGIC))
"""Byte order marks, and magic numbers of files that are not text."""

# Every control character that text has no use for. Tab, line feed, form feed, carriage return, escape (logs with
# colours) and the end-of-file mark of DOS are all seen in real text.
_CONTROLS = bytes(sorted(set(range(0x20)) - {0x00, 0x09, 0x0A, 0x0C, 0x0D, 0x1A, 0x1B} | {0x7F}))
_MOST_CONTROLS = 0.02
_MOST_NULS = 0.001
_LOOKED_AT = 1 << 16

_SHORT = 200
"""Bytes up to which UTF-16 may do without a NUL: longer text has a space or a line's end."""
_SAMPLE = 1 << 14
_SAMPLE_LINE = 1 << 13
_ABOVE_ASCII = bytes(range(0x80, 0x100))
_HIGH = re.compile(rb"[\x80-\xff]")

_UTF16 = ("utf-16-le", "utf-16-be")
_LEGACY = ("gb18030", "cp950", "big5hkscs", "cp1252", "euc_jp", "cp932")
_JAPANESE = ("euc_jp", "cp932")
_KANA = re.compile("[\u3041-\u3093]")
_UNBELIEVED = -100.0
_GOOD_ENOUGH = 0.5
"""Below this mean weight a decoding isn't believed to be text when other evidence speaks against it."""
_CERTAIN = 1.5
"""Chinese text decoded right has more than two; Korean taken for it has one."""

_SEVEN_BIT = re.compile(r"hz|iso2022_\w+|utf-7")
"""Codecs whose text is ASCII bytes, recognised by their label alone."""
_LABEL_MARGIN = 2.0
"""Mean weight by which another decoding of a short text must be better than the labelled one to outrank it."""
_LOOSE_LABELS = (
    (re.compile(r"utf.?8", re.IGNORECASE), "utf-8"),
    (re.compile(r"utf.?7", re.IGNORECASE), "utf-7"),
    (
        re.compile(
            r"gb.{0,5}2312|gb.?k|gb.?18030|(?:cp|ms|windows|x)\D?936|chinese.?simp|\bgb\b", re.IGNORECASE
        ),
        "gbk",
    ),
    (re.compile(r"big.?5|(?:cp|ms|windows|x)\D?950|chinese.?trad", re.IGNORECASE), "big5"),
)
"""Spellings that programs put into mails and pages, and the codec they mean."""

_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "hz": "gb18030",
    "euc_kr": "cp949",
    "big5": "cp950",
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
    "shift_jis": "cp932",
}
_SHOWN = {"cp950": "big5", "big5hkscs": "big5", "cp932": "shift_jis", "euc_jp": "euc-jp", "cp949": "euc_kr"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Decoded text of a file.

    Attributes:
        text: All of it, without a byte order mark.
        encoding: Its name as shown to a person: ``utf-8``, ``gb18030``, ``big5``, ``utf-16-le``, ...
        notes: Damage.
    """

    text: str
    encoding: str
    notes: tuple[Message, ...] = ()


def decode(data: bytes, *, declared: str | None = None, encoding: str | None = None) -> Decoded:
    """Decode a file.

    Args:
        data: All bytes of the file.
        declared: Encoding declared by the document, a hint: used where the bytes are valid in it.
        encoding: Encoding configured by the user, which overrides detection.

    Raises:
        ReadError: The bytes aren't text, or no such encoding is known.
    """
    label = encoding or declared
    if label and data.isascii() and (name := _seven_bit(label)):
        return _lossy(data, name)
    if encoding is not None:
        return _decode_as(data, encoding)
    if data.startswith(_SIGNATURES):
        for mark, name in _MARKS:
            if data.startswith(mark):
                return _lossy(data[len(mark) :], name)
        _refuse_magic(data)
    if b"\0" in data or _is_controlled(data):
        return _utf16(data) or _with_nuls(data)
    if len(data) <= _SHORT and data.translate(None, _CONTROLS) != data and (pairs := _utf16(data)):
        return pairs
    try:
        decoded = Decoded(data.decode(), "utf-8")
    except UnicodeDecodeError:
        return _declared(data, declared) or _weighed(data, declared)
    return _short_label(data, declared, decoded) or decoded


def decode_label(data: bytes, label: str | None) -> Decoded:
    """Decode a short text inside a file, such as a header of a mail, by its label; no bytes are refused."""
    try:
        return decode(data, declared=label)
    except ReadError:
        return _lossy(data, (_codec(label) if label else None) or "utf-8")


def best_decoding(candidates: Iterable[bytes], label: str) -> Decoded:
    """Decode the first of several readings of a short text, or a later one that fits the label better."""
    first, *others = candidates
    name = _known(label) or "utf-8"
    if not others:
        return decode_label(first, label)
    fits = [(not _is_valid(data, name), -_weight(data.decode(name, "replace"))) for data in (first, *others)]
    return decode_label((first, *others)[fits.index(min(fits))], label)


def declared_in(data: bytes) -> str | None:
    """Return the encoding that a page of HTML or a file of XML declares, or None."""
    match = _DECLARATION.search(data, 0, _DECLARED_WITHIN)
    return match[1].decode("ascii", "replace") if match else None


def _decode_as(data: bytes, encoding: str) -> Decoded:
    name = _known(encoding)
    if name is None:
        raise ReadError(message("encoding", repr(encoding)))
    if name == "cp950":
        name = _better_big5(data)
    for mark, marked in _MARKS:
        if data.startswith(mark) and (marked == name or marked.startswith(f"{name}-")):
            return _lossy(data[len(mark) :], marked)
    return _lossy(data, name)


def _known(encoding: str) -> str | None:
    """Return the codec of an encoding's name, that of its superset where the names are used as one; None if unknown."""
    name = _codec(encoding)
    return name and _ALIASES.get(name, name)


def _codec(label: str) -> str | None:
    """Return Python's name of the text codec of a label, however programs spell it; None if there is none."""
    spellings = (
        label.strip().strip("\"';"),
        *(name for pattern, name in _LOOSE_LABELS if pattern.search(label)),
    )
    return next((name for spelling in spellings if (name := _text_codec(spelling))), None)


def _text_codec(name: str) -> str | None:
    """Return Python's own name of a codec from bytes to text, or None."""
    try:
        codec = codecs.lookup(name)
        bytes(4).decode(codec.name)  # four: a character of UTF-32
    except (LookupError, ValueError):
        return None
    return codec.name


def _seven_bit(label: str) -> str | None:
    name = _codec(label)
    return name if name and _SEVEN_BIT.fullmatch(name) else None


def _lossy(data: bytes, name: str) -> Decoded:
    shown = _SHOWN.get(name, name)
    try:
        return Decoded(data.decode(name), shown)
    except UnicodeDecodeError:
        text = data.decode(name, "replace")
        return Decoded(text, shown, (_damage(text.count("\ufffd")),))


def _damage(count: int) -> Message:
    return message("damaged_characters", count)


def _declared(data: bytes, declared: str | None) -> Decoded | None:
    """Decode by a declared encoding; None if the bytes are not valid in it."""
    decoded = _strictly(data, declared)
    if decoded is None or decoded.encoding == "cp1252" or _weight(decoded.text[:_SAMPLE]) < _GOOD_ENOUGH:
        return None
    return decoded


def _strictly(data: bytes, declared: str | None) -> Decoded | None:
    """Decode strictly by a declared encoding; None if a byte is not valid in it."""
    name = _known(declared) if declared else None
    if name is None or name.startswith("utf"):
        return None
    if name == "cp950":
        name = _better_big5(data)
    try:
        return Decoded(data.decode(name), _SHOWN.get(name, name))
    except UnicodeDecodeError:
        return None


def _short_label(data: bytes, label: str | None, decoded: Decoded) -> Decoded | None:
    """Return a short text in its labelled encoding, where that reads better than the UTF-8 its bytes happen to be."""
    if not label or data.isascii() or len(data) > _SHORT:
        return None
    stated = _strictly(data, label)
    better = stated and stated.encoding != "cp1252" and _weight(stated.text) > _weight(decoded.text)
    return stated if better else None


def _refuse_magic(data: bytes) -> None:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise ContentError(message("not_text", kind))


def _is_controlled(data: bytes) -> bool:
    head = data[:_LOOKED_AT]
    return len(head) - len(head.translate(None, _CONTROLS)) > 2 + _MOST_CONTROLS * len(head)


def _utf16(data: bytes, rival: float = 0.0) -> Decoded | None:
    """Decode as UTF-16 without a byte order mark if that text weighs more than ``rival``; else return None."""
    if len(data) % 2:
        return None
    weights = {name: _weight_of(data[:_SAMPLE], name) for name in _UTF16}
    best = max(weights, key=weights.__getitem__)
    return _lossy(data, best) if weights[best] >= max(_GOOD_ENOUGH, rival) else None


def _with_nuls(data: bytes) -> Decoded:
    """Decode text with a few stray NULs, counted as damage."""
    if _is_controlled(data):
        raise ContentError(Message("control_characters"))
    nuls = data.count(b"\0")
    if nuls > _MOST_NULS * len(data) + 1:
        raise ContentError(Message("nul_bytes"))
    decoded = decode(data.replace(b"\0", b"\x1a"))
    return Decoded(decoded.text.replace("\x1a", "\ufffd"), decoded.encoding, (_damage(nuls), *decoded.notes))


def _weighed(data: bytes, declared: str | None = None) -> Decoded:
    """Decode by the candidate whose text weighs most; line by line where it doesn't decode all bytes."""
    sample = _sample(data)
    if _is_mostly_utf8(sample):
        return _by_lines(data, "utf-8")
    weights = {name: _weight_of(sample, name) for name in ("utf-8", *_LEGACY)}
    best = max(weights, key=weights.__getitem__)
    if (len(data) <= _SHORT or weights[best] < _GOOD_ENOUGH) and (pairs := _utf16(data, weights[best])):
        return pairs
    if stated := _strictly(data, declared):
        # what none of the candidates is for: Korean or Russian, say
        uncertain = weights[best] < _CERTAIN
        # a name of rare characters weighs little in whatever encoding
        near = len(data) <= _SHORT and weights[best] - _weight(stated.text) < _LABEL_MARGIN
        if uncertain or (near and stated.encoding != "cp1252"):
            return stated
    if _SHOWN.get(best) == "big5":
        best = _better_big5(data)
    decoded = _lossy(data, best)
    if decoded.notes:
        mixed = _by_lines(data, best)
        if mixed.text.count("\ufffd") < decoded.text.count("\ufffd"):
            return mixed
    return decoded


def _better_big5(data: bytes) -> str:
    """Return Windows' Big5 where it decodes every byte, else Hong Kong's, unless that decodes fewer."""
    losses = {name: data.decode(name, "replace").count("\ufffd") for name in ("cp950", "big5hkscs")}
    return min(losses, key=losses.__getitem__)


def _is_mostly_utf8(sample: bytes) -> bool:
    """Return true if most lines are valid UTF-8, which lines in other encodings hardly ever are by chance.

    What counts is how much stands in them: a line of one character in GB18030 may well be valid.
    """
    every = valid = 0
    for line in sample.split(b"\n"):
        high = len(line) - len(line.translate(None, _ABOVE_ASCII))
        every += high
        if high and _is_valid(line, "utf-8"):
            valid += high
    return valid * 3 > every


def _by_lines(data: bytes, main: str) -> Decoded:
    """Decode line by line: the main encoding first, else UTF-8, else the best of the others."""
    second = main
    if main == "utf-8":
        invalid_lines = b"\n".join(line for line in data.split(b"\n") if not _is_valid(line, "utf-8"))
        sample = _sample(invalid_lines)
        second = max(("utf-8", *_LEGACY), key=lambda name: _weight_of(sample, name))
    lines, strays = [], 0
    for line in data.split(b"\n"):
        if _is_valid(line, "utf-8"):
            lines.append(line.decode())
            strays += main != "utf-8" and not line.isascii()
        else:
            lines.append(line.decode(second, "replace"))
            strays += main == "utf-8" != second
    text = "\n".join(lines)
    shown, other = _SHOWN.get(main, main), _SHOWN.get(second, second) if main == "utf-8" else "utf-8"
    notes = [message("line_encoding", strays, other)] if strays else []
    if damaged := text.count("\ufffd"):
        notes.append(_damage(damaged))
    return Decoded(text, shown, tuple(notes))


def _is_valid(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _sample(data: bytes) -> bytes:
    """Return the lines with bytes above ASCII, up to a bound; ASCII distinguishes no encodings."""
    pieces: list[bytes] = []
    size = position = 0
    while size < _SAMPLE and (match := _HIGH.search(data, position)):
        start = data.rfind(b"\n", position, match.start()) + 1 or position
        end = data.find(b"\n", match.start())
        position = end + 1 if end >= 0 else len(data)
        pieces.append(data[start : min(position, start + _SAMPLE_LINE)])
        size += len(pieces[-1])
    return b"".join(pieces)


def _weight_of(sample: bytes, name: str) -> float:
    text = sample.decode(name, "replace")
    if name in _JAPANESE and not _KANA.search(text):
        return _UNBELIEVED
    return _weight(text, in_pairs=name in _UTF16)


def _weight(text: str, *, in_pairs: bool = False) -> float:
    """Return the mean weight of the characters an encoding accounts for: all above ASCII, in UTF-16 every one."""
    weights, counts = _weights(), Counter(text)
    if not in_pairs:
        counts = Counter({character: count for character, count in counts.items() if character >= "\x80"})
    total = counts.total()
    return sum(weights.get(c, _unlisted(c)) * count for c, count in counts.items()) / total if total else 0.0


def _unlisted(character: str) -> float:
    """Return the weight of a character that the table doesn't list: another Han character, a strange script, damage."""
    if "\u4e00" <= character <= "\u9fff":
        return -0.5
    if "\uac00" <= character <= "\ud7a3" or "\u0370" <= character <= "\u04ff":
        return -1.0
    if character < "\x7f":
        return 1.0 if character >= " " or character in "\t\n\r" else -8.0
    return -3.0


@cache
def _weights() -> dict[str, float]:
    from searchidx.readers.common_characters import SIMPLIFIED, TRADITIONAL

    weights = {
        chr(code): 0.5 for code in range(0x3041, 0x30FF)
    }  # kana, in GB2312 as in the Japanese encodings
    weights |= {chr(code): 0.5 for code in (*range(0xC0, 0xD7), *range(0xD8, 0xF7), *range(0xF8, 0x100))}
    weights |= {chr(code): 1.0 for code in range(0xFF01, 0xFF5F)}
    weights |= dict.fromkeys("，。、：；？！“”‘’（）《》「」『』—…·　【】", 2.0)
    for characters in (SIMPLIFIED, TRADITIONAL):
        for rank, character in enumerate(characters):
            weight = 3.0 if rank < 500 else 2.0 if rank < 1500 else 1.0
            weights[character] = max(weight, weights.get(character, 0.0))
    weights["\ufffd"] = -6.0
    return weights
