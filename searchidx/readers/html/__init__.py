"""HTML to paragraphs: the text of the page without its menus, at the lines of its source.

The parser is lxml's (libxml2), which takes whatever browsers take. What isn't text is left out (scripts, styles)
and so is what leads away from the page: navigation by its tag, role or name, and lists of short links. Where that
would leave hardly anything, the page is a menu and is kept whole. The controls of forms are read as they show, and
attributes that say something follow their text. EPUB chapters and mails in HTML are read by the same walk.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from searchidx.document import Document, Kind, Paragraph
from searchidx.messages import Message
from searchidx.paragraphs import bounded, code_blocks, mend
from searchidx.paragraphs.marks import is_item
from searchidx.paragraphs.wrapping import is_verse
from searchidx.readers.dates import dateline, normalised
from searchidx.readers.encodings import declared_in, decode
from searchidx.readers.html.attributes import AttributeLines, attribute_texts, is_repeated
from searchidx.readers.html.lists import ListNumbers
from searchidx.readers.html.ruby import PARTS, Ruby

_UNSEEN_LIST = "script style template noscript head annotation annotation-xml"
_UNSEEN = frozenset(_UNSEEN_LIST.split())
_EMBEDDED = frozenset(("iframe", "object", "embed", "canvas", "audio", "video"))
"""Elements with fallback content; their attributes are read instead."""
_DROPPED = _UNSEEN | _EMBEDDED
_CONTROLS = frozenset(("select", "button", "textarea", "datalist", "svg", "math"))
"""Elements whose text doesn't count for the share of menus in a page."""
_OPTIONS = frozenset(("option", "optgroup"))
_SEPARATE = frozenset(("button", "text", "title", "desc"))
"""Elements, those of pictures in SVG among them, whose texts don't run on into one another."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS_LIST = """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer
    datalist form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section select summary svg
    table tbody td textarea tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCKS_LIST.split())
_NEVER_IN_CELL = frozenset((*_HEADINGS, "hr", "pre", "article", "section"))
_LAID_OUT = (*_NEVER_IN_CELL, "p", "div", "li")
_MOST_IN_CELL = 5
_MENU_ROLES = frozenset(
    ("navigation", "menu", "menubar", "tablist", "search", "banner", "contentinfo", "complementary")
)
_MENU_NAMES_LIST = """
    nav navbar navigation menu submenu breadcrumb breadcrumbs crumbs sidebar footer topbar toolbar pagination pager
    share social related recommend recommended advert ads ad banner copyright
"""
_MENU_NAMES = frozenset(_MENU_NAMES_LIST.split())
_NAME = re.compile(r"[a-z]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOTE_NUMBER = re.compile(r"[\[（(〔【]?(?:(?:注|note\s?)?\d{1,3}|[*†‡※①-⑳a-z])[\]）)〕】]?")
_FEWEST_LINKS = 4
_SHORT_LINK = 12
_FEWEST_KEPT = 0.1
_MOST_HIDDEN = 0.3
_TITLE_TAIL = re.compile(r"\s*[-_|—–]+\s*[^-_|—–]{1,30}$")
_DATE_NAMES = re.compile(
    r"(?:published_?time|pub_?date|publish_?date|date|dc\.date|dcterms\.(?:created|issued)|datepublished)$"
)

_DATE_CLASS = re.compile(r"(?:publish|pub|post|article|release|news)[-_]?(?:time|date)", re.IGNORECASE)
_DATE_LABEL = re.compile(r"^[^\d]{0,12}[:：]\s*")
_LONGEST_DATE = 200

_WIDE = r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef“”‘’…—·]"
_WRAPPED = re.compile(rf"(?<={_WIDE})[ \t]*\n\s*(?={_WIDE})")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_TAG = re.compile(r"<[^<>]*+>")
_BROKEN_TAG = re.compile(r"<[^<>\n]*+\n[^<>]*+>")
_LAST_LINE = 65_535
"""The parser gives no line beyond this."""
_BREAK = "\x0b"
"""Stands for a <br> among the text of a block."""
_BAR = "\x1c"
"""Stands between the options of a list to choose from."""


@dataclass(frozen=True, slots=True)
class Page:
    """Content of a page: its paragraphs, its own title or the empty string, its date or None."""

    paragraphs: tuple[Paragraph, ...]
    title: str
    date: str | None
    notes: tuple[Message, ...] = ()


def read_html(path: str, data: bytes, encoding: str | None = None) -> Document:
    """Read an HTML file."""
    decoded = decode(data, declared=declared_in(data), encoding=encoding)
    page = read_page(decoded.text)
    return Document(
        path, "html", decoded.encoding, page.title, page.date, page.paragraphs, (*decoded.notes, *page.notes)
    )


def read_page(source: str, *, whole: bool = False) -> Page:
    """Read a page.

    Args:
        source: HTML or XHTML, decoded.
        whole: Keep menus too: a chapter or a mail has none.
    """
    source = _without_declaration(source.replace("\r\n", "\n").replace("\0", "\ufffd"))
    if source.count("\n") >= _LAST_LINE:
        source = _BROKEN_TAG.sub(_with_lines_behind, source)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, remove_comments=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser) if source.strip() else None
    except etree.XMLSyntaxError:
        root = None
    if root is None or any("depth" in error.message for error in parser.error_log):
        return _without_tags(source)
    menus = set() if whole else _menus(root)
    walk = _Walk(menus, AttributeLines(source))
    walk.run(root)
    if not whole:
        walk.put_description(root)
        walk.put_title(root)
    paragraphs = tuple(bounded(mend(walk.paragraphs)))
    title = _title(root) or walk.title
    return Page(paragraphs, title, _date(root) or dateline(paragraph.text for paragraph in paragraphs))


def _without_declaration(source: str) -> str:
    """Take the XML declaration off, which would contradict the encoding that was decided on; lines stay."""
    start = source.lstrip("\ufeff \n\t")
    if not start.startswith("<?xml"):
        return source
    end = start.find("?>")
    head = source[: len(source) - len(start)]
    return head + "\n" * start.count("\n", 0, end) + start[end + 2 :] if end >= 0 else source


def _with_lines_behind(tag: re.Match[str]) -> str:
    """Put the line ends inside a tag behind it, where they are counted: the parser's own count ends too soon."""
    return tag[0].replace("\n", " ") + "\n" * tag[0].count("\n")


def _without_tags(source: str) -> Page:
    """Return a page that is nested too deeply for the parser, as its lines without tags."""
    lines = enumerate(_TAG.sub(" ", source).split("\n"), 1)
    paragraphs = [Paragraph(text, line, line) for line, raw in lines if (text := _clean(raw))]
    return Page(tuple(bounded(paragraphs)), "", None, (Message("html_nesting"),))


# Menus.


def _menus(root: Any) -> set[Any]:
    """Return the elements of navigation, unless the page has nothing else."""
    sizes = _sizes(root, _DROPPED | _CONTROLS)
    total = sizes[root][0]
    menus = {
        element
        for element, (text, linked, links) in sizes.items()
        if _is_menu(element, text, linked, links, total)
    }
    inner = {element for element in menus if any(above in menus for above in element.iterancestors())}
    if not menus:
        return menus
    visible_sizes = _sizes(root, _DROPPED)
    total = visible_sizes[root][0]
    text_length = total - sum(visible_sizes[element][0] for element in menus - inner)
    return menus if text_length >= max(_FEWEST_KEPT * total, 1) else set()


def _sizes(root: Any, unweighed: frozenset[str]) -> dict[Any, tuple[int, int, int]]:
    """Return for each element its characters of text, those of them in links, and its number of links."""
    sizes: dict[Any, tuple[int, int, int]] = {}
    sums: dict[Any, list[int]] = {}
    for element in reversed(list(root.iter(etree.Element))):
        text, linked, links = sums.pop(element, (0, 0, 0))
        dropped = element.tag in unweighed
        text = 0 if dropped else text + len((element.text or "").strip())
        if element.tag == "a":
            linked, links = text, 1
        sizes[element] = (text, linked, links)
        above = element.getparent()
        if above is not None:
            total = sums.setdefault(above, [0, 0, 0])
            total[0] += text + len((element.tail or "").strip())
            total[1] += 0 if dropped else linked
            total[2] += 0 if dropped else links
    return sizes


def _is_menu(element: Any, text: int, linked: int, links: int, total: int) -> bool:
    tag = element.tag
    share, density = text / max(total, 1), linked / max(text, 1)
    if _is_hidden(element):
        return share < _MOST_HIDDEN  # what hides most of the page shows it once its scripts have run
    if tag in ("html", "body", "main", "article", "p", "a") or tag in _HEADINGS:
        return False
    if tag == "nav" or element.get("role") in _MENU_ROLES:
        return True
    if tag in ("header", "footer", "aside") and not _is_inside_article(element):
        return share < 0.3 or density > 0.5
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    if names != " " and not _MENU_NAMES.isdisjoint(_NAME.findall(names)) and (density > 0.5 or share < 0.2):
        return True
    return links >= _FEWEST_LINKS and density > 0.7 and linked < _SHORT_LINK * links


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _is_note_reference(element: Any) -> bool:
    """Return true for the raised number of a note, which would break up the sentence around it."""
    if element.tag == "a":
        return "noteref" in (element.get("epub:type"), (element.get("role") or "").removeprefix("doc-"))
    if element.tag != "sup":
        return False
    link = next(element.iterdescendants("a"), None)
    above = element.getparent()
    if link is None and above is not None and above.tag == "a":
        link = above
    return (
        link is not None
        and "#" in (link.get("href") or "")
        and _NOTE_NUMBER.fullmatch("".join(element.itertext()).strip()) is not None
    )


def _is_inside_article(element: Any) -> bool:
    return next(element.iterancestors("article", "main"), None) is not None


# Text.


class _Walk:
    """One pass over the tree, in document order: the block being filled, the sections, the line of the source."""

    def __init__(self, left_out: set[Any], attributes: AttributeLines) -> None:
        self.left_out = left_out
        self.attributes = attributes
        self.asides: dict[str, int] = {}
        self.aside_texts: set[str] = set()
        self.paragraphs: list[Paragraph] = []
        self.title = ""
        self.line = 1
        self.pieces: list[tuple[str, int]] = []
        self.sections: list[tuple[int, str]] = []
        self.lists = 0
        self.numbers = ListNumbers()
        self.label = ""  # number of a list item whose text is still to come
        self.ruby = Ruby()
        self.cells: list[str] | None = None
        self.row_line = 1
        self.header = ""
        self.listing = 0
        self.button_end = 0

    def run(self, root: Any) -> None:
        skipped = 0
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                if not skipped:
                    self.line = (
                        element.sourceline if (element.sourceline or _LAST_LINE) < _LAST_LINE else self.line
                    )
                if (
                    skipped
                    or element.tag in _DROPPED
                    or element in self.left_out
                    or _is_note_reference(element)
                ):
                    if not skipped and element.tag in _EMBEDDED and element not in self.left_out:
                        self.note(element)
                    skipped += 1
                    self.line += (element.text or "").count("\n")
                    continue
                self.start(element)
                self.text(element.text, shown=element.tag != "rp")
            else:
                if skipped:
                    skipped -= 1
                else:
                    self.end(element)
                if skipped:
                    self.line += (element.tail or "").count("\n")
                else:
                    self.text(element.tail)
        self.flush("text")

    def text(self, text: str | None, *, shown: bool = True) -> None:
        if text:
            piece = text.strip() if self.ruby.depth else text
            if piece and shown:
                self.pieces.append((piece, self.line))
            self.line += text.count("\n")

    def start(self, element: Any) -> None:
        tag = element.tag
        if tag in PARTS:
            self.ruby.start(tag, self.pieces, self.line)
        if tag == "br":
            self.pieces.append((_BREAK, self.line))
        elif tag == "img" and element.get("alt"):
            self.pieces.append((f" {element.get('alt')} ", self.line))
        elif tag in ("td", "th"):
            if self.cells is None:
                self.flush("text")
            elif self.pieces:
                self.pieces.append((" ", self.line))
        elif tag in _BLOCKS and self.cells is None:
            self.flush(self.kind())
            if tag == "li":
                self.lists += 1
                self.label = self.numbers.label(element)
            elif tag == "pre":
                self.listing += 1
            elif tag == "tr" and _is_row(element):
                self.cells, self.row_line = [], self.line
        elif (tag in _BLOCKS or tag in _OPTIONS or tag in _SEPARATE) and self.pieces:
            self.separate(tag)
        if tag == "li" and self.cells is not None and (label := self.numbers.label(element)):
            self.pieces.append((label, self.line))
        self.note(element)

    def separate(self, tag: str) -> None:
        """Separate an element from the text before; a button inside a sentence is a word of it."""
        if tag in _OPTIONS:
            self.pieces.append((_BAR, self.line))
        elif tag != "button" or len(self.pieces) == self.button_end:
            self.pieces.append((" ", self.line))

    def note(self, element: Any) -> None:
        """Keep the texts of an element's attributes for the end of its block; a block's own come first."""
        for raw in attribute_texts(element):
            text = _clean(raw)
            if text not in self.aside_texts and not is_repeated(text, element):
                self.aside_texts.add(text)
                self.asides[text] = self.attributes.locate(raw, self.line)
        if element.tag in _BLOCKS and self.cells is None and not self.pieces:
            self.put_asides()

    def put_asides(self) -> None:
        for text, line in self.asides.items():
            self.paragraphs.append(Paragraph(text, line, line, "link", self.path()))
        self.asides = {}

    def put_title(self, root: Any) -> None:
        """Insert the title of the page above its text, unless a heading repeats it."""
        element = root.find("head/title")
        text = _clean(element.text or "") if element is not None else ""
        headings = {paragraph.text for paragraph in self.paragraphs if paragraph.kind == "heading"}
        if text and headings.isdisjoint((text, _TITLE_TAIL.sub("", text))):
            lines = _lines_of([(element.text, element.sourceline)])
            self.paragraphs.insert(0, Paragraph(text, *lines, "heading"))

    def put_description(self, root: Any) -> None:
        """Insert the page's description of itself above its text, unless the text repeats it."""
        for meta in root.iterfind("head/meta[@content]"):
            raw = meta.get("content")
            if (meta.get("name") or "").lower() == "description" and (text := _clean(raw)):
                if not any(text in paragraph.text for paragraph in self.paragraphs):
                    line = self.attributes.locate(raw, meta.sourceline)
                    self.paragraphs.insert(0, Paragraph(text, line, line, "link"))
                return

    def end(self, element: Any) -> None:
        tag = element.tag
        if tag in PARTS:
            self.ruby.end(tag, self.pieces, self.line)
        if self.cells is not None:
            if tag in ("td", "th"):
                self.cells.append(self.joined())
            elif tag == "tr":
                self.row(element)
                self.put_asides()
            return
        if tag in _HEADINGS:
            self.heading(_HEADINGS[tag])
            self.put_asides()
        elif tag == "pre":
            self.code()
            self.put_asides()
        elif tag == "button":
            self.button_end = len(self.pieces)
        elif tag in _BLOCKS:
            self.flush(self.kind())
            if tag == "li":
                self.lists -= 1
                self.label = ""
            elif tag == "table":
                self.header = ""

    def kind(self) -> Kind:
        return "item" if self.lists > 0 else "text"

    def path(self) -> tuple[str, ...]:
        return tuple(title for _, title in self.sections)

    def joined(self) -> str:
        """Take the block's text as one line."""
        text = _clean("".join(piece for piece, _ in self.pieces))
        self.pieces = []
        return text

    def heading(self, level: int) -> None:
        lines = _lines_of(self.pieces)
        text = self.joined()
        if not text:
            return
        text, self.label = self.label + text, ""
        while self.sections and self.sections[-1][0] >= level:
            self.sections.pop()
        self.paragraphs.append(Paragraph(text, *lines, "heading", self.path()))
        self.sections.append((level, text))
        self.title = self.title or text

    def code(self) -> None:
        self.listing -= 1
        lines = "".join(piece for piece, _ in self.pieces).replace(_BREAK, "\n").split("\n")
        first = self.pieces[0][1] if self.pieces else self.line
        self.pieces = []
        for text, line, end_line in code_blocks(lines, first):
            self.paragraphs.append(Paragraph(text, line, end_line, "code", self.path()))

    def row(self, element: Any) -> None:
        """Make the cells of a row one paragraph; a first row of headers names the columns of the others."""
        cells, self.cells, self.pieces = self.cells or [], None, []
        text = " | ".join(cell for cell in cells if cell)
        if not text:
            return
        headings = (*self.path(), self.header) if self.header else self.path()
        single = sum(map(bool, cells)) == 1
        self.paragraphs.append(
            Paragraph(
                text, self.row_line, max(self.row_line, self.line), "text" if single else "table", headings
            )
        )
        if element.find("th") is not None and element.find("td") is None:
            self.header = text

    def flush(self, kind: Kind) -> None:
        """Make paragraphs of the block's text: one, or one for each line that a <br> ends."""
        pieces, self.pieces = self.pieces, []
        self.put_block(pieces, kind)
        self.put_asides()

    def put_block(self, pieces: list[tuple[str, int]], kind: Kind) -> None:
        verses: list[list[tuple[str, int]]] = [[]]
        for piece, line in pieces:
            if piece == _BREAK:
                verses.append([])
            else:
                verses[-1].append((piece, line))
        texts = [
            (_clean("".join(piece for piece, _ in verse)), *_lines_of(verse)) for verse in verses if verse
        ]
        texts = [(text, line, end) for text, line, end in texts if text]
        if texts and self.label:
            texts[0] = (self.label + texts[0][0], *texts[0][1:])
            self.label = ""
        if len(texts) > 1 and is_verse([text for text, _, _ in texts]):
            texts = [("\n".join(text for text, _, _ in texts), texts[0][1], texts[-1][2])]
        for text, line, end in texts:
            self.paragraphs.append(
                Paragraph(text, line, end, "item" if kind == "text" and is_item(text) else kind, self.path())
            )


def _is_row(element: Any) -> bool:
    """Return true for a row of values; tables that lay out a page contain its articles, menus and columns."""
    if next(element.iterdescendants("table"), None) is not None:
        return False
    cells = [cell for cell in element if cell.tag in ("td", "th")]
    return len(cells) > 1 and not any(map(_is_laid_out, cells))


def _is_laid_out(cell: Any) -> bool:
    inner = [block.tag for block in cell.iterdescendants(*_LAID_OUT)]
    return len(inner) >= _MOST_IN_CELL or not _NEVER_IN_CELL.isdisjoint(inner)


def _clean(text: str) -> str:
    """Collapse white space as a browser does; a line end between Han characters is removed."""
    if _BAR in text:
        return " | ".join(filter(None, map(_clean, text.split(_BAR))))
    return _SPACE.sub(" ", _WRAPPED.sub("", text.replace(_BREAK, " "))).strip()


def _lines_of(pieces: Iterable[tuple[str, int]]) -> tuple[int, int]:
    """Return the first and the last line of the text in pieces, white space aside."""
    lines: list[int] = []
    for piece, line in pieces:
        stripped = piece.strip()
        if stripped:
            first = line + piece[: len(piece) - len(piece.lstrip())].count("\n")
            lines += (first, first + stripped.count("\n"))
    return (min(lines), max(lines)) if lines else (1, 1)


def _title(root: Any) -> str:
    """Return the title of a page without the name of the site, if a heading or its own metadata confirm it."""
    graph = root.xpath("string(//meta[@property='og:title']/@content)")
    title = _clean(graph or root.xpath("string(//head/title | //title)"))
    shorter = _TITLE_TAIL.sub("", title)
    headings = [_clean("".join(heading.itertext())) for heading in root.iter("h1")]
    return shorter if shorter in headings else title


def _date(root: Any) -> str | None:
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if _DATE_NAMES.search(name) and (date := normalised(meta.get("content") or "")):
            return date
    for time in root.iter("time"):
        if date := normalised(time.get("datetime") or ""):
            return date
    for element in root.iter("span", "em", "div", "p", "td", "li", "i", "b"):
        names = f"{element.get('id') or ''} {element.get('class') or ''}"
        if names != " " and _DATE_CLASS.search(names) and (date := normalised(_published(element))):
            return date
    return None


def _published(element: Any) -> str:
    """Return the text of an element for the date, without its label."""
    return _DATE_LABEL.sub("", _clean("".join(element.itertext())[:_LONGEST_DATE]))
