"""Markdown to paragraphs: the text of the rendered page, with the lines of the source.

``front_matter`` reads the block of fields at the top, ``blocks`` tells headings, items, tables, quotes and code
apart in one pass over the lines, ``inline`` takes the marks out of a paragraph. What is marked up is kept as
text, what is linked to is kept as a paragraph of addresses; only the marks themselves, comments and the names of
HTML tags are gone.
"""

from searchidx.document import Document, Paragraph
from searchidx.paragraphs import bounded, mend
from searchidx.readers.dates import dateline
from searchidx.readers.encodings import Decoded
from searchidx.readers.lines import split_lines
from searchidx.readers.markdown.blocks import Blocks, scan
from searchidx.readers.markdown.front_matter import read_front_matter


def read_markdown(path: str, decoded: Decoded) -> Document:
    """Read a Markdown file."""
    lines = split_lines(decoded.text)
    front = read_front_matter(lines)
    page = _blocks(decoded.text, lines, len(front.lines))
    mended = mend(page.paragraphs, authored=_is_authored(page.paragraphs))
    paragraphs = [*front.paragraphs, *bounded(mended)]
    return Document(
        path,
        "markdown",
        decoded.encoding,
        title=front.title or page.title,
        date=front.date or dateline([paragraph.text for paragraph in paragraphs]),
        paragraphs=tuple(paragraphs),
        notes=decoded.notes,
    )


def _blocks(text: str, lines: list[str], start: int) -> Blocks:
    """Read the blocks of a page; a lone carriage return ends a line of Markdown, and none of the file's."""
    if "\r" not in text or not any("\r" in line for line in lines):
        return scan(text, lines, start)
    pieces = [(piece, number) for number, line in enumerate(lines, 1) for piece in line.split("\r")]
    first = next((index for index, (_, number) in enumerate(pieces) if number > start), len(pieces))
    page = scan(text, [piece for piece, _ in pieces], first)
    paragraphs = [
        each._replace(line=pieces[each.line - 1][1], end_line=pieces[each.end_line - 1][1])
        for each in page.paragraphs
    ]
    return Blocks(paragraphs, page.title)


def _is_authored(paragraphs: list[Paragraph]) -> bool:
    """Return true for a page that was written as Markdown: one that was converted has no links and no code."""
    return any(paragraph.kind in ("link", "code") for paragraph in paragraphs)


__all__ = ["read_markdown"]
