r"""Blocks of HTML inside Markdown: CommonMark's conditions for one, and the paragraphs a browser makes of it.

Nothing in such a block is Markdown: stars and backquotes are text. Lines keep their numbers, because a tag or a comment
is replaced by as many line ends as it has.
"""

import html
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from searchidx.document import Kind
from searchidx.paragraphs import flowing
from searchidx.readers.markdown.tags import (
    COMPONENT,
    ENTITY,
    TAG,
    Aside,
    comment_asides,
    component_asides,
    tag_addresses,
    tag_asides,
)

RAW = re.compile(r"<(pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
"""What opens a block that only its own closing tag ends."""
DECLARATION = re.compile(r"<(?:(\?)|!(?:(\[CDATA\[)|[A-Za-z]))")
BLOCK = re.compile(
    r"</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl"
    r"|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main"
    r"|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title"
    r"|tr|track|ul)(?:\s|/?>|$)",
    re.IGNORECASE,
)
"""What opens a block that a blank line ends."""
LONE_TAG = re.compile(
    r"""(?:</[A-Za-z][A-Za-z0-9-]*+\s*+>
        |<[A-Za-z][A-Za-z0-9-]*+
          (?>(?:\s++[A-Za-z_:][\w.:-]*+(?>(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?))*)\s*+/?>)\s*+$""",
    re.VERBOSE,
)
"""A line that is one tag of any name, which opens such a block where no paragraph is open."""

_SPACES = re.compile(r"[ \t]{2,}")
_BREAK = "\x0b"
"""Stands for the beginning or the end of a block of HTML."""
_BREAKING_LIST = """
    address article aside blockquote br caption center dd details div dl dt figcaption figure footer form h1 h2 h3 h4
    h5 h6 header hr li main nav ol p pre section summary table tbody tfoot thead tr ul
"""
_BREAKING_TAGS = frozenset(_BREAKING_LIST.split())
_SPACING_TAGS = frozenset(("rt", "td", "th"))
_LONE_COMPONENT = r"^[ \t]*+</?(?P<lone>[A-Z][\w.-]*+|[a-z][\w.]*+-[\w.-]*+)\s*+/?>[ \t]*+$"
_MARKUP = re.compile(
    rf"(?P<comment><!--(?s:.*?)-->)|{TAG}|{_LONE_COMPONENT}|{COMPONENT}|{ENTITY}", re.MULTILINE
)


class HtmlPiece(NamedTuple):
    """A paragraph of a block of HTML, or something beside the text, at its lines of the source."""

    text: str
    line: int
    end_line: int
    kind: Kind


def html_pieces(lines: Sequence[str], first: int) -> Iterator[HtmlPiece]:
    """Yield the paragraphs of a block of HTML, each before the texts of its markup.

    Args:
        lines: The block, line by line.
        first: The source line of the first of them.
    """
    markup = _Markup(first)
    text = markup.take_out("\n".join(lines))
    for run, line in _runs(text.split("\n"), first):
        for passage in flowing(run, line):
            yield HtmlPiece(passage.text, passage.line, passage.end_line, "text")
    yield from markup.asides


class _Markup:
    """The tags, comments and entities of one block, replaced in order."""

    def __init__(self, first: int) -> None:
        self.line = first
        self.position = 0
        self.asides: list[HtmlPiece] = []

    def take_out(self, text: str) -> str:
        """Return the text of a block without its markup, with as many lines."""
        closed, mark, unclosed = text.rpartition("-->")
        # What is opened behind the last end of a comment is text; searching it once keeps this linear.
        text = closed + mark + unclosed.replace("<!--", "<\x00!--")
        return _MARKUP.sub(self.replacement, text).replace("\x00", "")

    def replacement(self, match: re.Match[str]) -> str:
        """Return the character of an entity, else the space or break that a tag makes and its line ends."""
        if match["entity"]:
            return html.unescape(match[0])
        markup = match[0]
        self.line += match.string.count("\n", self.position, match.start())
        self.position = match.start()
        self.keep(markup, match)
        name = (match["tag"] or "").lower()
        breaks = name in _BREAKING_TAGS or match["lone"]
        space = _BREAK if breaks else " " if name in _SPACING_TAGS else ""
        return space + "\n" * markup.count("\n")

    def keep(self, markup: str, match: re.Match[str]) -> None:
        """Keep the texts of a comment or a tag."""
        end = self.line + markup.count("\n")
        for kind, text in _asides(markup, match):
            self.asides.append(HtmlPiece(text, self.line, end, kind))


def _asides(markup: str, match: re.Match[str]) -> list[Aside]:
    if match["comment"]:
        return comment_asides(markup)
    if match["component"]:
        return component_asides(markup)
    return [*(Aside("link", address) for address in tag_addresses(markup)), *tag_asides(markup)]


def _runs(lines: list[str], first: int) -> Iterator[tuple[list[str], int]]:
    """Yield runs of lines that no break and no blank line parts, each with the source line of its first."""
    run: list[str] = []
    start = first
    for number, line in enumerate(lines, first):
        for index, part in enumerate(line.split(_BREAK)):
            text = _SPACES.sub(" ", part).strip()
            if run and (index or not text):
                yield run, start
                run = []
            if text:
                start = start if run else number
                run.append(text)
    if run:
        yield run, start
