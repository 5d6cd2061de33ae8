"""Bounds on the length of paragraphs: longer ones are split at a pause.

A paragraph has at most :data:`LONGEST` characters. Longer ones (a book on one line, a table dumped as text) are
split after a sentence, else after a pause or a space, else anywhere; the pieces keep the lines of the whole unless
the split is at a line's end. Linear in the length of the text.

Where no sentence ends at the split, the next piece begins with the last :data:`OVERLAP` characters of the one before, so
that every string up to that length is found across it. A search counts a match in these once: see
:mod:`searchidx.local.matching.overlaps`.
"""

import re
from collections.abc import Iterable, Iterator

from searchidx.document import Paragraph

LONGEST = 8_000
"""Characters of a paragraph at most: a page of dense print has about 2,000."""
OVERLAP = LONGEST // 32
"""Characters that two pieces have in common at least, where no sentence ends between them; twice as many at most."""
_RECOGNIZED = (
    64  # characters by which an overlap is recognized: whatever is shorter is chance, or white space
)
LONGEST_CODE = 2_000
"""Characters of a block of code, which is split at blank lines first and at any line's end otherwise."""

Block = tuple[str, int, int]
"""A text with its first and its last source line."""

_CLOSERS = 8  # characters behind a sentence that are looked at: quotation marks and brackets
_SENTENCE_END = re.compile(r"(?:[。！？!?…\n][”’」』）)]*|\.)\Z")
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
    """Cut a text into pieces of at most ``longest`` characters.

    Each begins where the one before ends, or a thirty-second of ``longest`` and at most twice that before it.
    """
    start = 0
    while len(text) - start > longest:
        end = _pause(text[start : start + longest]) + start
        yield text[start:end]
        start = end if _ends_sentence(text[start:end]) else _restart(text, end, longest // 32)
    yield text[start:]


def overlap(before: str, text: str) -> int:
    """Return how many characters position the beginning of a piece repeat the end of the piece before it."""
    if len(before) < LONGEST // 2 - OVERLAP or _ends_sentence(before):
        return 0
    head = text[:_RECOGNIZED]
    position = before.find(head, len(before) - 2 * OVERLAP) if len(head) == _RECOGNIZED else -1
    while position >= 0:
        if text.startswith(before[position:]):
            return len(before) - position
        position = before.find(head, position + 1)
    return 0


def _restart(text: str, end: int, common: int) -> int:
    """Return where a piece begins that has so many characters in common with what ends here: at a word's start if any is near."""
    space = text.rfind(" ", end - 2 * common, end - common)
    return space + 1 if space >= 0 else end - common


def _ends_sentence(piece: str) -> bool:
    return _SENTENCE_END.search(piece[-_CLOSERS:]) is not None


def _pause(piece: str) -> int:
    for stop in _STOPS:
        match = stop.match(piece, len(piece) // 2)
        if match:
            return match.end()
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
    """Return a list of one block without the blank lines around it; of none if all are blank."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    skipped = 0
    while skipped < end and not lines[skipped].strip():
        skipped += 1
    if skipped == end:
        return []
    return [("\n".join(lines[skipped:end]).rstrip(), start + skipped, start + end - 1)]
