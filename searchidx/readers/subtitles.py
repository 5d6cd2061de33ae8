"""Subtitles (SRT, WebVTT, SBV) and lyrics (LRC): every cue is a paragraph under the time it appears at.

The time is the paragraph's heading, ``00:01:02``; marks of style are taken out, and the speaker precedes the words.
Titles, notes, names of cues and other text between them are paragraphs too. Read by hand, because true lines are wanted
and the formats are little more than lines.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from itertools import pairwise

from searchidx.document import Document, Kind, Paragraph
from searchidx.paragraphs import bounded
from searchidx.readers.encodings import Decoded
from searchidx.readers.lines import split_lines

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d{2}"
_TIMES = re.compile(rf"\s*({_CLOCK})[.,]\d{{1,3}}\s*(?:-->\s*\S|,\s*{_CLOCK}[.,]\d{{1,3}}\s*$)")
_STYLE = re.compile(r"</?[a-zA-Z][^<>]*+>|<\d[\d:.]*+>|\{\\[^{}]*+\}|\{[^{}]*\\[^{}]*+\}")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*+)?\s+([^<>]*+)>\s*")
_VTT_HEAD = re.compile(r"WEBVTT(?!\w)[\s:\-–—]*(.*)")
_VTT_SETTING = re.compile(r"(?i:kind|language|region|x-timestamp-map|style)\s*[:=]")
_VTT_UNSEEN = re.compile(r"(?:STYLE|REGION)\s*$")
_VTT_NOTE = re.compile(r"NOTE(?![^\s])\s*")
_LRC_TIME = re.compile(rf"\s*\[({_CLOCK})(?:[.:]\d{{1,3}})?\]")
_LRC_WORD_TIME = re.compile(rf"<{_CLOCK}(?:[.:]\d{{1,3}})?>\s?")
_LRC_TAG = re.compile(r"\s*\[(ti|al|ar|au|by|lr|#|re|ve|offset|length)\s*:(.*)\]\s*$", re.IGNORECASE)
_LRC_TECHNICAL = frozenset(("re", "ve", "offset", "length"))

Line = tuple[int, str]
"""Number and text."""


def read_srt(path: str, decoded: Decoded) -> Document:
    """Read SRT, WebVTT or SBV."""
    lines = split_lines(decoded.text)
    head = _VTT_HEAD.match(lines[0])
    kind = "vtt" if head else "sbv" if path.lower().endswith(".sbv") else "srt"
    paragraphs = [*_cues(lines, unescape if head else str)]
    title = head[1].strip() if head else ""
    return _document(path, kind, decoded, title, paragraphs)


def _cues(lines: Sequence[str], resolve: Callable[[str], str]) -> Iterator[Paragraph]:
    """Yield cues, and the text between them.

    Args:
        lines: The lines of the file.
        resolve: Replaces the references to characters that the format has.
    """
    starts = [index for index, line in enumerate(lines) if _TIMES.match(line)]
    yield from _between(lines, 0, starts[0] if starts else len(lines), ())
    for start, following in pairwise([*starts, len(lines)]):
        end = _end_of_cue(lines, start + 1, following)
        times = _TIMES.match(lines[start])
        headings = (clock(times[1]),) if times else ()
        texts = (
            resolve(_STYLE.sub("", _VOICE.sub(_speaker, line))).strip() for line in lines[start + 1 : end]
        )
        if text := "\n".join(filter(None, texts)):
            yield Paragraph(text, start + 2, end, "record", headings)
        yield from _between(lines, end, following, headings)


def _end_of_cue(lines: Sequence[str], start: int, following: int) -> int:
    end = start
    while end < following and lines[end].strip():
        end += 1
    # without a blank line between, the number of the next cue is at this one's end
    is_next = end == following < len(lines) and end - start > 1
    return end - 1 if is_next and lines[end - 1].strip().isdigit() else end


def _between(lines: Sequence[str], start: int, end: int, headings: tuple[str, ...]) -> Iterator[Paragraph]:
    """Yield the blocks of text between cues, without numbers of cues and settings of the player."""
    for block in _blocks(lines, start, end):
        if _VTT_UNSEEN.match(block[0][1]):
            continue
        texts = [(number, _text_between(number, line)) for number, line in block]
        if text_lines := [(number, text) for number, text in texts if text]:
            is_title = text_lines[0][0] == 1
            text = "\n".join(text for _, text in text_lines)
            kind: Kind = "heading" if is_title and len(text_lines) == 1 else "text"
            yield Paragraph(text, text_lines[0][0], text_lines[-1][0], kind, headings)


def _text_between(number: int, line: str) -> str:
    if number == 1 and (head := _VTT_HEAD.match(line)):
        return head[1].strip()
    line = _STYLE.sub("", _VTT_NOTE.sub("", line, count=1) if _VTT_NOTE.match(line) else line).strip()
    return "" if line.isdigit() or _VTT_SETTING.match(line) else line


def _blocks(lines: Sequence[str], start: int, end: int) -> Iterator[list[Line]]:
    block: list[Line] = []
    for index in range(start, end):
        if lines[index].strip():
            block.append((index + 1, lines[index]))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _speaker(voice: re.Match[str]) -> str:
    return speaker_prefix(voice[1], voice.string[voice.end() :])


def without_style(text: str) -> str:
    """Take the marks of style out of a text."""
    return _STYLE.sub("", text)


def speaker_prefix(name: str, words: str) -> str:
    """Return the name of a speaker as a prefix of the words, unless they begin with it or there is none."""
    name = name.strip()
    return "" if not name or words.lstrip().startswith(name) else f"{name}: "


def read_lrc(path: str, decoded: Decoded) -> Document:
    """Read lyrics: every line is a cue, below the tags of the song."""
    paragraphs: list[Paragraph] = []
    title = ""
    for number, line in enumerate(split_lines(decoded.text), 1):
        if tag := _LRC_TAG.match(line):
            value = tag[2].strip() if tag[1].lower() not in _LRC_TECHNICAL else ""
            title = title or (value if tag[1].lower() == "ti" else "")
            paragraphs += [Paragraph(value, number, number, "heading")] if value else []
        else:
            paragraphs += _sung(number, line)
    return _document(path, "lrc", decoded, title, paragraphs)


def _sung(number: int, line: str) -> Iterator[Paragraph]:
    clocks = []
    position = 0
    while time := _LRC_TIME.match(line, position):
        clocks.append(clock(time[1]))
        position = time.end()
    if text := _LRC_WORD_TIME.sub("", line[position:]).strip():
        yield Paragraph(text, number, number, "record", tuple(clocks[:1]))


def _document(
    path: str, kind: str, decoded: Decoded, title: str, paragraphs: Sequence[Paragraph]
) -> Document:
    return Document(
        path, kind, decoded.encoding, title, paragraphs=tuple(bounded(paragraphs)), notes=decoded.notes
    )


def clock(written: str) -> str:
    """Return ``1:02:03`` or ``02:03`` as ``01:02:03``."""
    parts = [part.strip().zfill(2) for part in written.split(":")]
    return ":".join(["00"] * (3 - len(parts)) + parts)
