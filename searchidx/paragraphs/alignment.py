"""Alignment of paragraphs with their source: line and column of each character.

Readers join lines, take marks off, decode references and leave parts out; the text of a paragraph is what is left, in the
order of the source. So it is found again by walking both: as long as they agree they are one run, and where they part, the
source has marks, white space, an address or a tag that the text lacks, and the text perhaps a separator of ours. Lines are
certain to be those of the paragraph. Columns are a guess only where what was left out reads like what follows it.

One document is aligned in time linear in its length: distant look-ups are bounded by ``_MAX_LOOKUPS`` a paragraph
and by a budget for the document.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from html import unescape
from itertools import accumulate
from typing import Self

from searchidx import line_map
from searchidx.document import ASIDES, Paragraph
from searchidx.line_map import Position, Run
from searchidx.paragraphs.bounds import overlap
from searchidx.paragraphs.record_alignment import Part, record_runs

_HIDDEN = re.compile(
    r"""
      \](?:\([^()\s]*+(?:\s[^()\n]*+)?\)|\[[^\[\]\n]*+\])  # address of a link, label of a reference
    | <!--(?>(?:[^-]++|-(?!->))*)-->
    | </?[a-zA-Z][^<>]*+>
    | \0++  # what was blanked
    | &(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});
    """,
    re.VERBOSE,
)
_JSON_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))"
)
_ESCAPING = frozenset(("json", "jsonl", "ipynb"))
_TAGGED = frozenset(("html", "enex"))
_WITH_FIELDS = frozenset(("json", "jsonl", "csv", "vcf", "ics"))
_JSON_CONTROLS = frozenset("bfnrt")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_LEAD = re.compile(r"[\s>#*+•-]*+")
_UNSEEN = tuple(
    (opening, closing, re.compile(f"{opening}.*?{closing}", re.DOTALL))
    for opening, closing in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"))
)
_WORD = re.compile(r"\w{1,4}|\W")
_EDGE = re.compile(r"[\[\]()`*_<>&\\~!|\n\0]")
_PADDING = "\0"
_KEYS = tuple(
    (re.compile(pattern), reach)
    for pattern, reach in (
        (r"\S{16}", 4_096),
        (r"\S{6}", 4_096),
        (r".{6}", 4_096),
        (r"\S{3}", 4_096),
        (r"\S{16}", 1 << 16),
        (r"\S{6}", 1 << 16),
        (r"\w{2}", 256),
        (r"\w", 64),
    )
)
"""Patterns of the text's beginning that are looked up where the marks between are unknown, with their reach in characters."""
_MAX_LOOKUPS = 256
_MAX_STEPS = 1_000
"""Marks between two runs."""
_LEAST_SHARE = 0.5
"""Of a text that has to be found for its map to be believed."""


_NOTHING = Paragraph("", 0, 0)


class Source:
    """Decoded text of a document, by lines.

    Attributes:
        text: The text, every line ending in a line feed.
        starts: Offset of the beginning of each line, and one more behind the last.
        type: Of the document.
        has_tags: The name of a tag may read like the text inside.
        has_fields: Fields of a record come in any order, under names.
        budget: Characters that look-ups may still search.
    """

    def __init__(self, lines: Sequence[str], document_type: str) -> None:
        """Join lines; those of JSON and HTML have their escapes and references decoded, at the same length."""
        self.type = document_type
        self.text = _decoded("\n".join(lines), document_type)
        self.starts = [0, *accumulate([len(line) + 1 for line in lines])]
        self.has_tags = document_type in _TAGGED
        self.has_fields = document_type in _WITH_FIELDS
        self.budget = 16 * len(self.text) + (1 << 16)

    def span(self, line: int, end_line: int) -> tuple[int, int]:
        """Return the offsets of the beginning of a line and of the end of another; those behind the last are the last."""
        starts = self.starts
        if end_line >= len(starts):
            last = len(starts) - 1
            line, end_line = min(line, last), last
        return starts[line - 1], starts[end_line] - 1

    def position(self, offset: int, line: int) -> Position:
        """Return the position of an offset, counted from a line."""
        index = bisect_right(self.starts, offset) - 1
        return Position(index - (line - 1), offset - self.starts[index])

    def find(self, key: str, start: int, end: int) -> int:
        """Return the next offset of a text, or -1, as long as the budget lasts."""
        if self.budget < 0:
            return -1
        offset = self.text.find(key, start, end)
        self.budget -= (end if offset < 0 else offset) - start
        return offset


def aligned(paragraphs: Sequence[Paragraph], source: Source) -> tuple[Paragraph, ...]:
    """Return the paragraphs with their line maps; addresses of one line of Markdown have none."""
    mapped = []
    before, cursor = _NOTHING, 0
    for paragraph in paragraphs:
        text, line, end_line, kind, *_ = paragraph
        if kind == "link" and not paragraph.has_columns_in(source.type):
            mapped.append(paragraph)
            continue
        first, end = source.span(line, end_line)
        begin = first
        if line == before.line and kind not in ASIDES and _follows(paragraph, before, source):
            begin = _end_of(before, paragraph, source, cursor)
        if begin == first and source.text.startswith(text, first, end):
            behind = first + len(text)
        else:
            code, behind = _align(paragraph, source, begin, (first, end))
            # Half of the paragraphs have a map, and without the call of their class they are made in a quarter of the time.
            paragraph = tuple.__new__(Paragraph, (*paragraph[:-1], code))  # noqa: PLW2901  it is the same paragraph
        if kind not in ASIDES:
            before, cursor = paragraph, behind
        mapped.append(paragraph)
    return tuple(mapped)


def _follows(paragraph: Paragraph, before: Paragraph, source: Source) -> bool:
    """Return true if a paragraph follows another of the same lines, as the pieces of a long line do; fields may not."""
    return paragraph.end_line == before.end_line and (not source.has_fields or paragraph.kind == before.kind)


def _end_of(before: Paragraph, paragraph: Paragraph, source: Source, end: int) -> int:
    """Return the offset behind a paragraph, or where the next one begins that overlaps it."""
    shared = overlap(before.text, paragraph.text)
    position = line_map.locate(before.line_map, before.text, len(before.text) - shared) if shared else None
    return end if position is None else source.starts[before.line - 1 + position.line] + position.column


def _align(paragraph: Paragraph, source: Source, begin: int, span: tuple[int, int]) -> tuple[str | None, int]:
    """Return the line map of a paragraph, and the offset of the source behind it.

    Args:
        paragraph: Of several lines, or of one from the beginning of which it is not verbatim.
        source: Its document.
        begin: Where the paragraph before it in the same lines ended.
        span: Offsets of its lines.
    """
    text, first = paragraph.text, span[0]
    is_line = paragraph.line == paragraph.end_line and "\n" not in text
    if is_line and not source.has_tags and (offset := source.find(text, begin, span[1])) >= 0:
        return line_map.starting_at(offset - first), offset + len(text)
    if is_line and not source.has_tags and (marked := _marked_runs(text, source.text, begin, span[1])):
        return line_map.encode_line([(place, offset - first) for place, offset in marked]), span[1]
    if source.has_fields and not is_line:
        return _align_record(paragraph, source, begin, span)
    walk = _walked(paragraph, source, begin, span[1])
    if walk.matched < _LEAST_SHARE * len(text):
        return _align(paragraph, source, first, span) if begin > first else (line_map.UNKNOWN, first)
    if is_line:
        return line_map.encode_line([(place, offset - first) for place, offset in walk.runs]), walk.offset
    runs = [Run(place, source.position(offset, paragraph.line)) for place, offset in walk.runs]
    return line_map.encode(text, runs), walk.offset


def _marked_runs(text: str, written: str, begin: int, end: int) -> list[tuple[int, int]] | None:
    """Return the runs of a line of which only marks were taken off; the short way for most that are not verbatim.

    Returns:
        Offsets in text and source at which runs begin, or None where :class:`_Walk` has to go the long way.
    """
    lead = _LEAD.match(written, begin, end)
    offset = lead.end() if lead else begin
    runs: list[tuple[int, int]] = []
    place, size, shift = 0, len(text), -1
    while place < size:
        edge = _EDGE.search(written, offset, end)
        stop = edge.start() if edge else end
        # Up to the next mark, and with it where the text has it too, both agree.
        length = min(stop - offset, size - place)
        if not written.startswith(text[place : place + length], offset):
            return None
        if place + length < size and stop < end and text[place + length] == written[stop]:
            length += 1
        if length and offset - place != shift:
            shift = offset - place
            runs.append((place, offset))
        place += length
        offset += length
        if place < size and offset == stop:
            hidden = _HIDDEN.match(written, offset, end)
            offset = hidden.end() if hidden else offset + 1
        if offset > end:
            return None
    return runs


def _align_record(
    paragraph: Paragraph, source: Source, begin: int, span: tuple[int, int]
) -> tuple[str | None, int]:
    """Return the line map of a part of a record of several lines, whose fields the source may have in another order."""

    def walk(text: str, start: int) -> Part:
        part = _Walk(text, source, start, span[1]).to_end()
        return Part(part.runs, part.matched, part.offset)

    located = record_runs(paragraph.text, source, begin, span, walk)
    runs = [Run(place, source.position(offset, paragraph.line)) for place, offset in located]
    return line_map.encode(paragraph.text, runs), max([begin, *(offset for _, offset in located)])


def _walked(paragraph: Paragraph, source: Source, begin: int, end: int) -> "_Walk":
    """Return the walk that locates most of a paragraph.

    The fields of a record and the texts beside a text come in another order than in the source, and one of them may begin
    as another does.
    """
    text = paragraph.text
    if not (source.has_fields or paragraph.kind in ASIDES):
        return _Walk(text, source, begin, end).to_end()
    keys = (pattern.match(text) for pattern, _ in _KEYS)
    starts = dict.fromkeys(
        source.find(key, begin, end) for key in (*(key[0] for key in keys if key), text[:1])
    )
    walks = (_Walk(text, source, start, end).to_end() for start in starts if start >= 0)
    return max(walks, key=lambda walk: walk.matched, default=_Walk(text, source, begin, begin))


class _Walk:
    """One walk over a text and the source between two offsets.

    Attributes:
        runs: Offsets in text and source at which runs begin.
        offset: Of the source, how far the walk went.
        matched: Characters of the text that were located.
    """

    def __init__(self, text: str, source: Source, start: int, end: int) -> None:
        self.text = text
        self.source = source
        self.written = source.text
        self.offset = start
        self.end = end
        self.matched = 0
        self.lookups = 0
        self.runs: list[tuple[int, int]] = []

    def to_end(self) -> Self:
        """Walk to the end of the text."""
        place, size = 0, len(self.text)
        while place < size and self.lookups < _MAX_LOOKUPS:
            length = self.agreeing(place)
            if not length:
                place = self.next_run(place)
                length = self.agreeing(place)
            if length:
                self.runs.append((place, self.offset))
                place += length
                self.offset += length
                self.matched += length
        return self

    def agreeing(self, place: int) -> int:
        """Return how many characters of the text from an offset on are next in the source."""
        text, written, offset = self.text, self.written, self.offset
        begin, size = place, len(text)
        while place < size and offset < self.end:
            # Where they part there is a mark or a line end, as a rule: up to the next one they are compared at once.
            limit = min(self.end, offset + size - place)
            edge = _EDGE.search(written, offset, limit)
            length = (edge.start() if edge else limit) - offset
            if written.startswith(text[place : place + length], offset):
                place += length
                offset += length
            if place == size or offset == self.end or text[place] != written[offset]:
                break
            place += 1
            offset += 1
        return place - begin

    def next_run(self, place: int) -> int:
        """Go on to where the next run begins, and return its offset in the text."""
        begin = place
        while place < len(self.text) and self.text[place].isspace():
            place += 1
        if place == len(self.text):
            return place
        if self.skip_marks(place) or self.look_up(place):
            # White space before it may be that of the source as well.
            while place > begin and self.text[place - 1] == self.written[self.offset - 1]:
                place -= 1
                self.offset -= 1
            return place
        self.lookups += 1
        word = _WORD.match(self.text, place)
        return word.end() if word else place + 1

    def skip_marks(self, place: int) -> bool:
        """Go on behind marks, tags, addresses and white space to the next character of the text, if it is next."""
        written, end, character = self.written, self.end, self.text[place]
        offset = self.offset
        for _ in range(_MAX_STEPS):
            if offset >= end:
                return False
            mark = written[offset]
            if mark == character:
                self.offset = offset
                return True
            hidden = _HIDDEN.match(written, offset, end) if mark in "]<&\0" else None
            if hidden:
                offset = hidden.end()
            elif mark.isalnum():
                return False
            else:
                offset += 1
        return False

    def look_up(self, place: int) -> bool:
        """Advance to the next characters of the text in the source, as many of them as agree."""
        for pattern, reach in _KEYS:
            key = pattern.match(self.text, place)
            if key is None:
                continue
            limit = self.end if self.source.has_fields else min(self.offset + reach, self.end)
            offset = self.source.find(key[0], self.offset, limit)
            if offset >= 0:
                self.offset = offset
                return True
        return False


def _decoded(text: str, document_type: str) -> str:
    """Decode the escapes of a format, each padded to the length it had."""
    if document_type in _ESCAPING and "\\" in text:
        return _JSON_ESCAPE.sub(_unescaped, text)
    if document_type in _TAGGED:
        return _REFERENCE.sub(_dereferenced, _without_unseen(text))
    return text


def _without_unseen(text: str) -> str:
    """Replace the comments, scripts and styles of a page by spaces: they may repeat the text."""
    for opening, closing, pattern in _UNSEEN:
        # Up to the last that is closed, so that those that are not cost nothing.
        end = text.rfind(closing)
        if end >= 0 and opening in text:
            text = pattern.sub(_blanked, text[: end + len(closing)]) + text[end + len(closing) :]
    return text


def _blanked(unseen: re.Match[str]) -> str:
    return "\n".join(_PADDING * len(line) for line in unseen[0].split("\n"))


def _unescaped(escape: re.Match[str]) -> str:
    high, low, code, plain = escape.groups()
    if plain is not None:
        return ("" if plain in _JSON_CONTROLS else plain).rjust(len(escape[0]), _PADDING)
    if code is not None:
        character = chr(int(code, 16))
    else:
        character = chr(0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF))
    return _padded(character, escape[0])


def _dereferenced(reference: re.Match[str]) -> str:
    return _padded(unescape(reference[0]), reference[0])


def _padded(character: str, written: str) -> str:
    """Return a character at the length of how it was written; line ends and what is longer leave no character."""
    if len(character) > len(written) or "\n" in character:
        character = ""
    return character.ljust(len(written), _PADDING)
