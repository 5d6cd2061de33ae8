"""Paragraphs that are too long to rank or to show, cut where a reader would pause.

A paragraph holds at most :data:`LONGEST` characters. Longer ones (a book on one line, a table dumped as text) are
cut after a sentence, else after a pause or a space, else anywhere; the pieces keep the lines of the whole unless
the cut falls on a line's end. Linear in the length of the text.
"""

import re
from collections.abc import Iterable, Iterator

from searchidx.document import Paragraph

LONGEST = 8_000
"""Characters of a paragraph at most: a page of dense print has about 2,000."""
LONGEST_CODE = 2_000
"""Characters of a block of code, which is cut at blank lines first and at any line's end otherwise."""

Block = tuple[str, int, int]
"""A text with its first and its last source line."""

_STOPS = (
    re.compile(r".*(?:[。！？!?…\n][”’」』）)]*|\.(?=\s))", re.DOTALL),
    re.compile(r".*[；;，,、：:]", re.DOTALL),
    re.compile(r".*\s", re.DOTALL),
)


def bounded(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    """Cut what is longer than :data:`LONGEST`."""
    whole = list(paragraphs)
    if max([len(paragraph.text) for paragraph in whole], default=0) <= LONGEST:
        return whole
    return [piece for paragraph in whole for piece in _pieces(paragraph)]


def _pieces(paragraph: Paragraph) -> Iterator[Paragraph]:
    if len(paragraph.text) <= LONGEST:
        yield paragraph
        return
    for piece in cut(paragraph.text, LONGEST):
        if text := piece.strip():
            yield paragraph._replace(text=text)


def cut(text: str, longest: int) -> Iterator[str]:
    """Cut a text into pieces of at most ``longest`` characters whose concatenation is the text."""
    start = 0
    while len(text) - start > longest:
        end = _pause(text[start : start + longest]) + start
        yield text[start:end]
        start = end
    yield text[start:]


def _pause(piece: str) -> int:
    for stop in _STOPS:
        found = stop.match(piece, len(piece) // 2)
        if found:
            return found.end()
    return len(piece)


def code_blocks(lines: list[str], first: int) -> list[Block]:
    """Cut a listing into ``(text, line, end_line)``: whole if it is short, else at blank lines, else at any.

    Args:
        lines: The listing, line by line.
        first: The source line of the first of them.
    """
    if sum(map(len, lines)) + len(lines) < LONGEST_CODE:
        return _block(lines, first)
    return [block for part, start in _parts(lines, first) for block in _block(part, start)]


def _parts(lines: list[str], first: int) -> Iterator[tuple[list[str], int]]:
    block: list[str] = []
    size = 0
    start = first
    blank = 0  # where in the block its last blank line is
    for number, line in enumerate(lines, first):
        if block and size + len(line) >= LONGEST_CODE:
            keep = blank or len(block)
            yield block[:keep], start
            start += keep
            block = block[keep:]
            size = sum(map(len, block)) + len(block)
            blank = 0
        if not line.strip():
            blank = number - start
        block.append(line)
        size += len(line) + 1
    yield block, start


def _block(lines: list[str], start: int) -> list[Block]:
    """One block without the blank lines around it; none if there are no others."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    skipped = 0
    while skipped < end and not lines[skipped].strip():
        skipped += 1
    if skipped == end:
        return []
    return [("\n".join(lines[skipped:end]).rstrip(), start + skipped, start + end - 1)]
