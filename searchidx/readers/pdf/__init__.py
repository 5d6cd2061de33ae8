"""PDF: pages to paragraphs.

Lines come from ``pdf_lines`` in reading order. Running headers, footers and page numbers are left out; the lines
that are left become paragraphs by position (indents, short lines, gaps, font size) and by
text; words that a line's end broke are joined. ``page`` is the page counted from 1, ``line``
the line on the page counted from its top as read.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import inf
from typing import Any

import pypdfium2

from searchidx.document import Document, Kind, Paragraph
from searchidx.errors import ContentError, ReadError
from searchidx.messages import Message, message
from searchidx.paragraphs import bounded, glue, mend, width
from searchidx.paragraphs.marks import is_finished, is_item, is_stray, leaves_bracket_open, opens_anew
from searchidx.readers.dates import dateline, normalised
from searchidx.readers.pdf.blocks import with_block_rows
from searchidx.readers.pdf.forms import open_form, with_fields
from searchidx.readers.pdf.lines import Line, in_rows, lines_of
from searchidx.readers.pdf.tables import with_rows

_HEADER_BYTES = 1024  # within which a PDF says that it is one
_MOST_PAGES = 20_000
_MARGIN = 0.12
_FEWEST_REPEATS = 3
_REPEATED_SHARE = 0.4
_PAGE_NUMBER = re.compile(
    r"(?:page)?[-—–·.\s第]*(?:\d{1,4}|[ivxlc]{1,6})[-—–·.\s页]*(?:[/共]\s?\d{1,4}\s?页?)?$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_TITLE_COLUMNS = 90
_LARGER = 1.15
_PAUSES = re.compile(r"[，,；;、]")
_FOOTNOTE = re.compile(
    r"(?:[①-⑳*†‡※]|\d{1,3}(?=\s*[^\d\s.、．,，)）:：年月日])|[\[〔【]\d{1,3}[\]〕】])\s*\S"
)
_FOOTNOTE_SIZE = 0.93
_MOST_FOOTNOTE_LINES = 60
_NEAR = 4
_BAND = 8.0
_MOST_BESIDE = 50
_WIDEST_LEADING = 2.2
_BAD_TITLE = re.compile(
    r"untitled|无标题|microsoft|\.(?:docx?|pdf|wps|pptx?|xlsx?|tmp)$|^[\W\d_]*$", re.IGNORECASE
)
_OFFICIAL = re.compile(r"(?:通知|公告|通告|报告|意见|办法|方案|规定|决定|批复|条例|细则|函)$")
_CREATED = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_HYPHEN_END = re.compile(r"([A-Za-z]+)[\x02\u00ad\u2010-]$")


@dataclass(slots=True)
class _Page:
    """The lines of a page, each with its number in the document, and the page's lower and upper edge."""

    lines: list[tuple[int, Line]]
    bottom: float
    top: float

    def is_marginal(self, line: Line) -> bool:
        """Return true for a line in the margin, where running headers and footers are."""
        margin = _MARGIN * (self.top - self.bottom)
        return line.bottom > self.top - margin or line.top < self.bottom + margin


def read_pdf(path: str, data: bytes, encoding: str | None = None) -> Document:  # noqa: ARG001  fonts say their own
    """Read a PDF document."""
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ContentError(Message("password")) from error
        # A file that is being written begins as what it will be, or with zeros.
        if b"%PDF" not in data[:_HEADER_BYTES] and data.strip(b"\0"):
            raise ContentError(Message("not_pdf")) from error
        raise ReadError(Message("pdf_damage")) from error
    try:
        form_notes = open_form(pdf)
        pages, notes = _pages(pdf)
        notes += form_notes
        facts = pdf.get_metadata_dict(skip_empty=True)
    finally:
        pdf.close()
    body, footnotes = _body_and_footnotes(_without_running(pages))
    paragraphs = bounded(_with_footnotes(mend(body), footnotes))
    if pages and not paragraphs:
        notes.append(Message("images"))
    return Document(
        path,
        "pdf",
        title=_title(facts.get("Title", ""), paragraphs),
        date=dateline(paragraph.text for paragraph in paragraphs) or _created(facts),
        paragraphs=tuple(paragraphs),
        notes=tuple(notes),
    )


def _pages(pdf: Any) -> tuple[list[_Page], list[Message]]:
    pages: list[_Page] = []
    bad = number = 0
    for index in range(min(len(pdf), _MOST_PAGES)):
        lines: list[Line] = []
        bottom = top = 0.0
        try:
            page = pdf[index]
            lines, bottom, top, turn, rules = lines_of(page)
            lines = with_block_rows(with_rows(with_fields(lines, page, turn), rules))
            page.close()
        except pypdfium2.PdfiumError:
            bad += 1
        lines = in_rows(lines)
        pages.append(_Page(list(enumerate(lines, number + 1)), bottom, top))
        number += len(lines)
    return pages, [message("damaged_pages", bad)] if bad else []


def _without_running(pages: list[_Page]) -> list[_Page]:
    """Return the pages without running headers and footers, which repeat but for numbers, and without page numbers."""
    few = len(pages) < _FEWEST_REPEATS  # then what repeats has to stand at the very same place, too

    def shape(line: Line) -> str:
        text = _DIGITS.sub("#", line.text)
        return f"{text} at {line.bottom:.0f}" if few else text

    edges = [{shape(line) for _, line in page.lines if page.is_marginal(line)} for page in pages]
    occurrences: dict[str, list[int]] = {}
    for number, edge in enumerate(edges):
        for text in edge:
            occurrences.setdefault(text, []).append(number)
    # a chapter's title runs over the pages of the chapter only, on every other one perhaps
    running = {
        text
        for text, numbers in occurrences.items()
        if len(numbers)
        >= max(2 if few else _FEWEST_REPEATS, _REPEATED_SHARE * (numbers[-1] - numbers[0] + 1))
    }

    def stays(page: _Page, line: Line) -> bool:
        if not page.is_marginal(line):
            return True
        numbered = len(pages) > 1 and _PAGE_NUMBER.match(line.text)
        return not numbered and shape(line) not in running

    return [
        _Page([pair for pair in page.lines if stays(page, pair[1])], page.bottom, page.top) for page in pages
    ]


# Lines to paragraphs.


def _body_and_footnotes(pages: list[_Page]) -> tuple[list[Paragraph], list[Paragraph]]:
    """Return the paragraphs, and apart from them the footnotes: a paragraph goes on behind those on the next page."""
    size = _body_size(pages)
    body, footnotes = [], []
    for number, page in enumerate(pages, 1):
        start = _first_footnote(page, size)
        body.append((number, page.lines[:start]))
        footnotes.append((number, page.lines[start:]))
    whole_words = _hyphenated(pages)
    return list(_paragraphs(body, size, whole_words)), list(_paragraphs(footnotes, size, whole_words))


def _first_footnote(page: _Page, body: float) -> int:
    """Return the index of the line that opens the first footnote of a page; the number of its lines if there is none."""
    lines = [line for _, line in page.lines]
    lowest = list(accumulate((line.bottom for line in lines), min))
    first = len(lines)
    for index in range(len(lines) - 1, max(0, len(lines) - _MOST_FOOTNOTE_LINES), -1):
        line = lines[index]
        above = lowest[index - 1]
        if line.top > above + 0.2 * line.size or line.top > (page.top + page.bottom) / 2:
            break
        if _FOOTNOTE.match(line.text) and (
            line.size < _FOOTNOTE_SIZE * body
            or (above - line.bottom > 1.6 * line.size and not is_finished(lines[index - 1].text))
        ):
            first = index
    return first


def _with_footnotes(body: list[Paragraph], footnotes: list[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs, each page followed by its footnotes."""
    placed = [(paragraph.page or 0, 0, paragraph) for paragraph in body]
    headings = {paragraph.page or 0: paragraph.headings for paragraph in body}
    for note in footnotes:
        page = note.page or 0
        placed.append((page, 1, note._replace(kind="text", headings=headings.get(page, ()))))
    return [paragraph for _, _, paragraph in sorted(placed, key=lambda entry: entry[:2])]


def _paragraphs(
    pages: list[tuple[int, list[tuple[int, Line]]]], body: float, whole_words: set[str]
) -> Iterator[Paragraph]:
    sections: list[tuple[float, str]] = []
    for number, lines_of_page in pages:
        for group in _groups(lines_of_page):
            text = _joined(group, whole_words)
            lines = (group[0][0], group[-1][0])
            size = group[0][1].size
            if group[0][1].cells > 1:
                yield Paragraph(text, *lines, "table", tuple(title for _, title in sections), number)
            elif size > _LARGER * body and _is_title(text):
                while sections and sections[-1][0] <= size * 1.02:
                    sections.pop()
                yield Paragraph(text, *lines, "heading", tuple(title for _, title in sections), number)
                sections.append((size, text))
            else:
                kind: Kind = "item" if is_item(text) else "text"
                yield Paragraph(text, *lines, kind, tuple(title for _, title in sections), number)


def _is_title(text: str) -> bool:
    if width(text) > _TITLE_COLUMNS or is_finished(text):
        return False
    return len(_PAUSES.findall(text)) < 2 and "。" not in text


def _body_size(pages: list[_Page]) -> float:
    """Return the font size of most of the text."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for _, line in page.lines:
            sizes[round(line.size, 1)] += len(line.text)
    return max(sizes, key=sizes.__getitem__, default=0.0)


def _groups(page: list[tuple[int, Line]]) -> Iterator[list[tuple[int, Line]]]:
    """Cut a page's lines where a paragraph begins."""
    edges = _column_edges(page)
    leading = _leading(page)
    group: list[tuple[int, Line]] = []
    for index, (number, line) in enumerate(page):
        if group and _begins(page[index - 1][1], line, edges[index - 1], edges[index], leading):
            in_table = any(near.cells > 1 for _, near in page[max(0, index - _NEAR) : index + _NEAR])
            if in_table and _is_rest_of_cell(page[index - 1][1], line):
                group.append((number, line))
                continue
            yield group
            group = []
        group.append((number, line))
    if group:
        yield group


def _column_edges(page: list[tuple[int, Line]]) -> list[tuple[float, float]]:
    """Return for each line the left and right edge of its column: those of the lines it overlaps."""
    buckets: dict[int, list[Line]] = {}
    for _, line in page:
        buckets.setdefault(round(line.left / max(2.5 * line.size, 1.0)), []).append(line)
    edges = []
    limits = _limits([line for _, line in page])
    for (_, line), limit in zip(page, limits, strict=True):
        key = round(line.left / max(2.5 * line.size, 1.0))
        peers = [
            peer
            for near in (key - 1, key, key + 1)
            for peer in buckets.get(near, ())
            if abs(peer.left - line.left) < 2.6 * line.size
            and abs(peer.size - line.size) < 0.2 * line.size
            and (peer.right <= limit or peer is line)
        ]
        rights = sorted(peer.right for peer in peers)
        edges.append(
            (
                min(peer.left for peer in peers),
                rights[int(0.9 * (len(rights) - 1))] if len(rights) > 2 else max(rights),
            )
        )
    return edges


def _limits(lines: list[Line]) -> list[float]:
    """Return for each line the right limit of its column: short of what is beside it, or beside its neighbours."""
    rows: dict[int, list[Line]] = {}
    for line in lines:
        for key in _bands(line):
            rows.setdefault(key, []).append(line)
    edges = [
        min(
            (
                other.left
                for key in _bands(line)
                for other in rows[key][:_MOST_BESIDE]
                if other.left > line.right and other.bottom < line.top and line.bottom < other.top
            ),
            default=inf,
        )
        for line in lines
    ]
    limits = []
    for index, line in enumerate(lines):
        near = range(max(0, index - _NEAR), min(len(lines), index + _NEAR + 1))
        limits.append(
            min(
                edges[neighbour]
                for neighbour in near
                if abs(lines[neighbour].left - line.left) < 2.6 * line.size or neighbour == index
            )
        )
    return limits


def _bands(line: Line) -> range:
    """Return the bands of a page, each as high as a line of small print, that a line overlaps."""
    return range(int(line.bottom // _BAND), int(min(line.top, line.bottom + 20 * _BAND) // _BAND) + 1)


def _leading(page: list[tuple[int, Line]]) -> float:
    """Return the median leading of a page, in heights of a line."""
    steps = sorted(
        (above.bottom - below.bottom) / above.size
        for (_, above), (_, below) in pairwise(page)
        if above.size > 0 and 0.5 < (above.bottom - below.bottom) / above.size < 4
    )
    return min(steps[len(steps) // 3], _WIDEST_LEADING) if steps else 1.5


def _begins(
    above: Line, line: Line, above_edges: tuple[float, float], edges: tuple[float, float], leading: float
) -> bool:
    """Return true for a line that begins a paragraph, by its position first and by its text where that is undecided."""
    if above.cells > 1 or line.cells > 1:
        return True
    if is_stray(line.text) or leaves_bracket_open(above.text, line.text):
        return False
    if abs(line.size - above.size) > 0.12 * above.size or opens_anew(line.text):
        return True
    step = (above.bottom - line.bottom) / above.size
    full = (
        above.right > above_edges[1] - 2.2 * above.size and above_edges[1] - above_edges[0] > 8 * above.size
    )
    if step < 0.3:  # beside or above: the next cell, or the next column
        beside = abs(above.bottom - line.bottom) < 0.5 * above.size
        return beside or not full or is_finished(above.text)
    if step > 1.35 * leading + 0.2:
        return not (full and step < 2 * leading and not is_finished(above.text))
    indented = line.left > edges[0] + 0.9 * line.size and line.left > above.left + 0.9 * line.size
    if indented and not is_item(above.text):
        return True
    return not full


def _is_rest_of_cell(above: Line, line: Line) -> bool:
    """Return true for a line that continues the narrow cell above it."""
    if above.cells > 1 or line.cells > 1 or is_finished(above.text) or opens_anew(line.text):
        return False
    step = (above.bottom - line.bottom) / above.size
    return (
        abs(line.left - above.left) < 0.4 * above.size
        and 0.5 < step < 1.85
        and abs(line.size - above.size) < 0.1 * above.size
        and above.right > line.right - 1.1 * above.size
        and above.right - above.left > 3 * above.size
    )


def _joined(group: list[tuple[int, Line]], whole_words: set[str]) -> str:
    text = ""
    for _, line in group:
        following = line.text
        broken = _HYPHEN_END.search(text)
        if broken and following[:1].islower():
            word = re.match(r"[A-Za-z]+", following)
            compound = f"{broken[1]}-{word[0] if word else ''}".lower()
            text = text[:-1] + ("-" if compound in whole_words else "") + following
        else:
            text = glue(text, following)
    return text.replace("\x02", "-").replace("\u00ad", "-")


def _hyphenated(pages: list[_Page]) -> set[str]:
    """Return the words that have a hyphen inside a line, which keep it at a line's end."""
    return {
        word.lower()
        for page in pages
        for _, line in page.lines
        for word in re.findall(r"[A-Za-z]+-[A-Za-z]+", line.text)
    }


# Metadata.


def _title(written: str, paragraphs: list[Paragraph]) -> str:
    if written.strip() and not _BAD_TITLE.search(written.strip()):
        return written.strip()
    headings = [paragraph.text for paragraph in paragraphs[:20] if paragraph.kind == "heading"]
    return next(filter(_OFFICIAL.search, headings), headings[0] if headings else "")


def _created(facts: dict[str, str]) -> str | None:
    date = _CREATED.match(facts.get("CreationDate", "") or facts.get("ModDate", ""))
    return normalised("-".join(date.groups())) if date else None
