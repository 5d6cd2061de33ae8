"""Advanced SubStation Alpha (ASS, SSA): dialogue under its time, the words behind their speaker; titles and notes."""

import re
from collections.abc import Iterator, Sequence

from searchidx.document import Document, Kind, Paragraph
from searchidx.paragraphs import bounded
from searchidx.readers.encodings import Decoded
from searchidx.readers.lines import split_lines
from searchidx.readers.subtitles import clock, speaker_prefix, without_style

_DEFAULT_FORMAT = [
    "layer",
    "start",
    "end",
    "style",
    "name",
    "marginl",
    "marginr",
    "marginv",
    "effect",
    "text",
]
_SSA_NAMES = {"actor": "name"}
_KINDS: dict[str, Kind] = {"Dialogue": "record", "Comment": "text"}
_SECTION = re.compile(r"\s*\[([^\]]*)\]\s*$")
_LINE_END = re.compile(r"\\[Nn]")
_SCRIPT = re.compile(r"template|code", re.IGNORECASE)
"""Effects of comments that are programs for the lines of karaoke."""
_TECHNICAL_LIST = """
    scripttype collisions playresx playresy playdepth timer wrapstyle scaledborderandshadow ycbcrmatrix layoutresx
    layoutresy synchpoint laststylestorage videofile videoaspectratio videozoom videoposition audiofile audiouri
    exportencoding activeline scrollposition keyframesfile
"""
_TECHNICAL = frozenset(_TECHNICAL_LIST.split())
"""Facts about a script that only a player reads."""


def read_ass(path: str, decoded: Decoded) -> Document:
    """Read Advanced SubStation Alpha."""
    lines = split_lines(decoded.text)
    title = next((line[6:].strip() for line in lines[:50] if line.startswith("Title:")), "")
    paragraphs = bounded(_Script().read(lines))
    return Document(path, "ass", decoded.encoding, title, paragraphs=tuple(paragraphs), notes=decoded.notes)


class _Script:
    """The section being read, and the names of the fields of its events."""

    def __init__(self) -> None:
        self.is_head = True
        self.names: Sequence[str] = _DEFAULT_FORMAT

    def read(self, lines: Sequence[str]) -> Iterator[Paragraph]:
        for number, line in enumerate(lines, 1):
            name, _, value = line.partition(":")
            if section := _SECTION.match(line):
                self.is_head = section[1].strip().lower() == "script info"
            elif line.startswith((";", "!:")):
                yield from _put(line.lstrip(";!:"), number, "text")
            elif name == "Format" and "text" in value.lower():
                names = [field.strip().lower() for field in value.split(",")]
                self.names = [_SSA_NAMES.get(field, field) for field in names]
            elif name in _KINDS:
                yield from self.event(_KINDS[name], number, value)
            elif self.is_head and "".join(name.split()).lower() not in _TECHNICAL:
                is_title = name == "Title"
                yield from _put(value if is_title else line, number, "heading" if is_title else "text")

    def event(self, kind: Kind, number: int, fields_text: str) -> Iterator[Paragraph]:
        fields = dict(zip(self.names, fields_text.split(",", len(self.names) - 1), strict=False))
        if kind == "text" and _SCRIPT.match(fields.get("effect", "").strip()):
            return
        words = without_style(fields.get("text", "")).replace("\\h", " ")
        text = "\n".join(filter(None, map(str.strip, _LINE_END.split(words))))
        if text:
            start = clock(fields.get("start", "").partition(".")[0])
            text = speaker_prefix(fields.get("name", ""), text) + text
            yield Paragraph(text, number, number, kind, (start,))


def _put(text: str, number: int, kind: Kind) -> Iterator[Paragraph]:
    if text := text.strip():
        yield Paragraph(text, number, number, kind)
