"""Alignment of records: their text comes first and the other fields behind it, in whatever order the source has them.

So every line of the text is looked up by itself among the lines of the record: verbatim, then its value without the name,
behind that name where the source writes it in quotation marks.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

_LEAST_SHARE = 0.3
"""Share of a line that has to be located: the separators between the values of a list are not in the source."""

Offsets = tuple[int, int]
"""Offset of a run in the text, and of its beginning in the source."""


class Lookup(Protocol):
    """Bounded look-ups in a source."""

    def find(self, key: str, start: int, end: int) -> int:
        """Return the next offset of a text, or -1."""


class Part(NamedTuple):
    """Runs of a part of a text, offsets counted from its own beginning, and the source's offset behind it."""

    runs: list[Offsets]
    matched: int
    offset: int


Walk = Callable[[str, int], Part]
"""Aligns a text with the source from an offset on, through marks and escapes."""


def record_runs(text: str, source: Lookup, begin: int, span: Offsets, walk: Walk) -> list[Offsets]:
    """Return the runs of a record's text; a line that the span does not contain is put at the beginning of the span.

    Args:
        text: Text of the paragraph.
        source: Decoded text of the document.
        begin: End of the paragraph before it in the same lines.
        span: Offsets of its lines.
        walk: Aligner up to the end of the span.
    """
    runs: list[Offsets] = []
    start, cursor = 0, begin
    for line in text.split("\n"):
        part = _line_part(line, source, cursor, span, walk)
        if part:
            runs += [(start + offset, written) for offset, written in part.runs]
            cursor = part.offset
        elif line:
            runs.append((start, span[0]))
        start += len(line) + 1
    return runs


def _line_part(line: str, source: Lookup, cursor: int, span: Offsets, walk: Walk) -> Part | None:
    for start in dict.fromkeys((cursor, span[0])):
        if line and (offset := source.find(line, start, span[1])) >= 0:
            return Part([(0, offset)], len(line), offset + len(line))
    name, _, value = line.partition(": ")
    parts = [*_value_parts(name, value, source, span, walk)] if value else []
    parts += [walk(line, start) for start in dict.fromkeys((cursor, span[0]))] if not parts else []
    best = max(parts, key=lambda part: part.matched, default=None)
    return best if best and best.matched >= _LEAST_SHARE * len(value or line) else None


def _value_parts(name: str, value: str, source: Lookup, span: Offsets, walk: Walk) -> Iterator[Part]:
    """Yield the runs of a field's value, with its name at the same offset."""
    key = f'"{name.rpartition(".")[2]}"'
    place = source.find(key, *span)
    start = place + len(key) if place >= 0 else span[0]
    begin = len(name) + 2
    if (offset := source.find(value, start, span[1])) >= 0:
        yield Part([(0, offset), (begin, offset)], len(value), offset + len(value))
        return
    part = walk(value, start)
    if part.runs:
        runs = [(0, part.runs[0][1]), *((begin + position, offset) for position, offset in part.runs)]
        yield Part(runs, part.matched, part.offset)
