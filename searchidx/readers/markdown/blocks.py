"""Blocks of a Markdown page, in one pass over its lines, each read once.

Blocks nest as CommonMark has it (``scanner``): a line first loses the marks of the quotes and items it goes on in
(``containers``), then it may open others (``nesting``), and what is left belongs to a heading (``headings``), a listing
(``listings``), a table (``tables``), definitions of links (``definitions``), a block of HTML (``markup``) or a run of prose.
A line of prose without the marks still belongs to a run that is open (it is *lazy*); a listing ends where its container
does. Tolerant of what people write besides: headings without a space before a Chinese title, items with a mark that
Markdown doesn't know or in the middle of a run, rules right below a sentence.
"""

from dataclasses import dataclass

from searchidx.document import Paragraph
from searchidx.readers.markdown.definitions import definitions
from searchidx.readers.markdown.headings import heading, underline
from searchidx.readers.markdown.listings import fence
from searchidx.readers.markdown.markup import markup
from searchidx.readers.markdown.nesting import (
    admonition,
    bullet,
    directive,
    note,
    ordinal,
    quote,
    tab_page,
)
from searchidx.readers.markdown.scanner import Opener, Scanner
from searchidx.readers.markdown.tables import table

_SPECIAL = frozenset(" \t#>-*+|`~=_<[•:0123456789\r\f\v\u3000\xa0")
"""First characters of lines that may be something other than prose."""
_SPECIAL_WITH_BOXES = _SPECIAL | {"!", "?"}
"""The same for a page with boxes; on others a line with a picture needs no second look."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """A page: its paragraphs in order and its own title, or the empty string."""

    paragraphs: list[Paragraph]
    title: str


def scan(text: str, lines: list[str], start: int = 0) -> Blocks:
    """Read the blocks of a page, from the line with index ``start`` on."""
    has_boxes = "!!!" in text or "???" in text
    scanner = Scanner(lines, _OPENERS, _SPECIAL_WITH_BOXES if has_boxes else _SPECIAL)
    scanner.run(start)
    return Blocks(scanner.page.paragraphs, scanner.page.title())


def _dash(scanner: Scanner, index: int, line: str) -> int | None:
    if underline(scanner, index, line, 2):
        return index + 1
    return table(scanner, index, line) or bullet(scanner, index, line)


def _equals(scanner: Scanner, index: int, line: str) -> int | None:
    if underline(scanner, index, line, 1):
        return index + 1
    return tab_page(scanner, index, line)


def _colon(scanner: Scanner, index: int, line: str) -> int | None:
    return directive(scanner, index, line) or table(scanner, index, line)


def _bracket(scanner: Scanner, index: int, line: str) -> int | None:
    return note(scanner, index, line) if line[1:2] == "^" else definitions(scanner, index, line)


_OPENERS: dict[str, Opener] = {
    "#": heading,
    ">": quote,
    "-": _dash,
    "*": bullet,
    "+": bullet,
    "•": bullet,
    "_": bullet,
    "=": _equals,
    "|": table,
    ":": _colon,
    "`": fence,
    "~": fence,
    "<": markup,
    "[": _bracket,
    "!": admonition,
    "?": admonition,
    **dict.fromkeys("0123456789", ordinal),
}
