"""Markdown to paragraphs: what a reader of the page sees, with the lines of the source.

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
from searchidx.readers.markdown.blocks import scan
from searchidx.readers.markdown.front_matter import read_front_matter


def read_markdown(path: str, decoded: Decoded) -> Document:
    """Read a Markdown file."""
    lines = split_lines(decoded.text)
    front = read_front_matter(lines)
    page = scan(decoded.text, lines, len(front.lines))
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


def _is_authored(paragraphs: list[Paragraph]) -> bool:
    """Links and code are put in by people who write Markdown; a page turned into it has headings at most."""
    return any(paragraph.kind in ("link", "code") for paragraph in paragraphs)


__all__ = ["read_markdown"]
