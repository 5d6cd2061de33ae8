"""Subtitles (SRT, WebVTT, ASS): every cue is a paragraph under the time it appears at.

The time is the paragraph's heading, ``00:01:02``; marks of style are taken out. Read by hand, because a cue's
true lines are wanted and the formats are little more than lines.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from searchidx.document import Document, Paragraph
from searchidx.paragraphs import bounded
from searchidx.readers.encodings import Decoded
from searchidx.readers.lines import split_lines

_TIMES = re.compile(r"\s*((?:\d{1,3}:)?\d{1,2}:\d{2})[.,]\d{1,3}\s*-->\s*\S")
_STYLE = re.compile(r"</?[a-zA-Z][^<>]*+>|\{\\[^{}]*+\}|\{[^{}]*\\[^{}]*+\}")
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


def read_srt(path: str, decoded: Decoded) -> Document:
    """Read SRT or WebVTT."""
    lines = split_lines(decoded.text)
    kind = "vtt" if lines and lines[0].startswith("WEBVTT") else "srt"
    return Document(
        path, kind, decoded.encoding, paragraphs=tuple(bounded(_cues(lines))), notes=decoded.notes
    )


def _cues(lines: list[str]) -> Iterator[Paragraph]:
    starts = [index for index, line in enumerate(lines) if "-->" in line and _TIMES.match(line)]
    for start, following in pairwise([*starts, len(lines) + 1]):
        end = start + 1
        while end < min(following, len(lines)) and lines[end].strip():
            end += 1
        # without a blank line between, the number of the next cue stands at this one's end
        if end == following and end - 1 > start and lines[end - 1].strip().isdigit():
            end -= 1
        found = _TIMES.match(lines[start])
        text = "\n".join(filter(None, (_STYLE.sub("", line).strip() for line in lines[start + 1 : end])))
        if text and found:
            yield Paragraph(text, start + 2, end, "record", (_clock(found[1]),))


def read_ass(path: str, decoded: Decoded) -> Document:
    """Read Advanced SubStation Alpha."""
    paragraphs = bounded(_dialogue(split_lines(decoded.text)))
    title = next(
        (line[6:].strip() for line in split_lines(decoded.text)[:50] if line.startswith("Title:")), ""
    )
    return Document(path, "ass", decoded.encoding, title, paragraphs=tuple(paragraphs), notes=decoded.notes)


def _dialogue(lines: list[str]) -> Iterator[Paragraph]:
    names = _DEFAULT_FORMAT
    for number, line in enumerate(lines, 1):
        kind, _, rest = line.partition(":")
        if kind == "Format" and "text" in rest.lower():
            names = [name.strip().lower() for name in rest.split(",")]
        elif kind == "Dialogue":
            fields = dict(zip(names, rest.split(",", len(names) - 1), strict=False))
            text = _STYLE.sub("", fields.get("text", "")).replace("\\h", " ")
            text = "\n".join(filter(None, map(str.strip, re.split(r"\\[Nn]", text))))
            if text:
                yield Paragraph(
                    text, number, number, "record", (_clock(fields.get("start", "").partition(".")[0]),)
                )


def _clock(written: str) -> str:
    """``1:02:03`` or ``02:03`` as ``01:02:03``."""
    parts = [part.strip().zfill(2) for part in written.split(":")]
    return ":".join(["00"] * (3 - len(parts)) + parts)
