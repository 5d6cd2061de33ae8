"""Unwrapping of lines without blank ones between them: one hard-wrapped paragraph, one paragraph a line, or verse.

A line that was wrapped is *full*: the first word of the next line wouldn't have fitted any more. Text whose lines
are nearly all full, and end as often inside a sentence as not, is hard-wrapped and is joined; its paragraphs end
where a line is short, or where the next one is indented or opens with an item's mark. In all other text every
line is a paragraph, but for verse, which keeps its lines and stays together.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from searchidx.paragraphs import marks
from searchidx.paragraphs.bounds import LONGEST, OVERLAP
from searchidx.paragraphs.glue import glue, width

_NARROWEST_COLUMN = 20
_WIDEST_COLUMN = 140
_SLACK = 4
"""Columns by which a full line may fall short besides: punctuation that may not open a line, justified print."""
_FULL_SHARE = 0.75
_FEWEST_PAIRS = 2
_MOST_FINISHED = 0.6
_PROSE_SHARE = 0.3
_STOP = re.compile(r"[，。；：！？、,;!?]|\.(?:\s|$)")
_LOOKED_AT = 2_000

_VERSE_COLUMNS = 44
_FIRST_WORD = re.compile(r"[!-~]+|.[，。、；：！？）》”’」』…—]*")


class Passage(NamedTuple):
    """Text with the source lines it came from."""

    text: str
    line: int
    end_line: int


def wrap_column(blocks: Iterable[Sequence[str]]) -> int | None:
    """Return the column at which a text was wrapped, or None if it wasn't.

    Args:
        blocks: Runs of lines without blank ones, unstripped.
    """
    pairs = _pairs(blocks)
    if len(pairs) < _FEWEST_PAIRS:
        return None
    widths = sorted(width(line) for line, _ in pairs)
    column = widths[int(0.95 * (len(widths) - 1))]
    if not _NARROWEST_COLUMN <= column <= _WIDEST_COLUMN:
        return None
    full = finished = short = stops = 0
    for line, following in pairs:
        stops += _STOP.search(line) is not None
        ends = marks.is_finished(line)
        if is_full(line, following, column):
            full += 1
            finished += ends
        elif not ends:
            short += 1
    if full < _FEWEST_PAIRS or full < _FULL_SHARE * (full + short):
        return None
    if finished > _MOST_FINISHED * full or stops < _PROSE_SHARE * len(pairs):
        return None
    return column


def _pairs(blocks: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """Return neighbouring lines of which the second may continue the first."""
    pairs = []
    for block in blocks:
        for above, below in pairwise(block):
            line, following = above.rstrip(), below.strip()
            if not marks.opens_anew(following) and not _is_indented(below, above):
                pairs.append((line, following))
        if len(pairs) > _LOOKED_AT:
            break
    return pairs


def is_full(line: str, following: str, column: int) -> bool:
    """Return true if the first word of the following line wouldn't have fitted on this one."""
    word = _FIRST_WORD.match(following)
    needed = width(word[0]) if word else 0
    return width(line.rstrip()) + needed + _SLACK > column


def _indent(line: str) -> int:
    return width(line) - width(line.lstrip())


def _is_indented(below: str, above: str) -> bool:
    """Return true for a line that opens a paragraph by its indent; the rest of an item is aligned with the item's text."""
    if below[0] == "\u3000":
        return True
    indent = _indent(below)
    if indent <= _indent(above):
        return False
    mark = marks.ITEM.match(above.lstrip())
    if mark is None:
        return True
    text = above.lstrip()[mark.end() :].lstrip()
    return indent != width(above) - width(text)


def unwrapped(block: Sequence[str], first: int, column: int) -> list[Passage]:
    """Join the lines of a block that was wrapped at a column; ``first`` is the source line of its first."""
    passages: list[Passage] = []
    text, start = block[0].strip(), first
    for number, (above, below) in enumerate(pairwise(block), first + 1):
        following = below.strip()
        if _runs_over(above, below, following, column):
            if len(text) + len(following) >= LONGEST:
                passages.append(Passage(text, start, number - 1))
                text, start = _tail(text, block, number - first, number)
            text = glue(text, following)
        else:
            passages.append(Passage(text, start, number - 1))
            text, start = following, number
    passages.append(Passage(text, start, first + len(block) - 1))
    return passages


def _tail(text: str, block: Sequence[str], position: int, number: int) -> tuple[str, int]:
    """Return what a passage that is cut for its length leaves to the next one, and the line on which that begins.

    Args:
        text: The passage.
        block: The lines.
        position: Of the next line, in the block.
        number: Of the next line, in the source.
    """
    if marks.is_finished(text):
        return "", number
    tail = text[-OVERLAP:]
    back = size = 0
    while size < len(tail) and back < position:
        back += 1
        size += len(block[position - back].strip())
    return tail, number - back


def _runs_over(above: str, below: str, following: str, column: int) -> bool:
    if _is_indented(below, above):
        return False
    if not is_full(above, following, column):
        return False
    return marks.is_stray(following) or not marks.opens_anew(following)


def flowing(block: Sequence[str], first: int) -> list[Passage]:
    """Join the lines of a Markdown paragraph.

    Markdown has them run on. So they do where they look it; where a line is short of the widest and ends without
    a pause, as in an address or a poem, it keeps its line. A line that opens something opens a new paragraph.
    """
    fullest = _fullest(block)
    passages: list[Passage] = []
    text, start = block[0].strip(), first
    for number, (above, below) in enumerate(pairwise(block), first + 1):
        following = below.strip()
        stray = marks.is_stray(following)
        if not stray and marks.opens_anew(following):
            passages.append(Passage(text, start, number - 1))
            text, start = following, number
            continue
        if len(text) + len(following) >= LONGEST:
            passages.append(Passage(text, start, number - 1))
            text, start = _tail(text, block, number - first, number)
        if not text:
            text = following
        elif above.endswith(("  ", "\\")) or not (stray or _flows(above.strip(), fullest)):
            text = f"{text.removesuffix(chr(92))}\n{following}"
        else:
            text = glue(text, following)
    passages.append(Passage(text, start, first + len(block) - 1))
    return passages


def _fullest(block: Sequence[str]) -> float:
    """Return the width in columns from which a line of a Markdown paragraph is full."""
    widest = max(width(line.strip()) for line in block[:_LOOKED_AT])
    if widest < 2 * _NARROWEST_COLUMN and wrap_column([block]) is None:
        return 2 * _NARROWEST_COLUMN
    return max(_NARROWEST_COLUMN, 0.75 * widest)


def _flows(line: str, fullest: float) -> bool:
    columns = width(line)
    if columns < _NARROWEST_COLUMN or marks.stands_alone(line):
        return False
    return columns >= fullest or line[-1] in marks.PAUSING


def is_verse(block: Sequence[str]) -> bool:
    """Return true for verse: short lines that end now at a pause, now at a stop."""
    lines = [line.strip() for line in block]
    if (
        len(lines) < 2
        or max(map(width, lines)) > _VERSE_COLUMNS
        or any(marks.opens_anew(line) for line in lines)
    ):
        return False
    pauses = sum(line[-1] in "，,；;、" for line in lines)
    stops = sum(line[-1] in "。！？!?…—" for line in lines)
    return pauses * 3 >= len(lines) and (pauses + stops) * 4 >= len(lines) * 3
