"""Plain text and source code: paragraphs by blank lines, by lines, or out of hard-wrapped lines.

The format doesn't define a paragraph; ``searchidx.paragraphs`` decides. Nothing is taken out: every
character that isn't white space is in exactly one paragraph, in order.
"""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise

from searchidx.document import Document, Kind, Paragraph
from searchidx.paragraphs import bounded, code_blocks, glue, mend, unwrapped, width
from searchidx.paragraphs.marks import is_finished, is_item, opens_anew
from searchidx.paragraphs.wrapping import Passage, is_verse, wrap_column
from searchidx.readers.dates import dateline
from searchidx.readers.encodings import Decoded
from searchidx.readers.lines import split_lines
from searchidx.reading_form.asides import HAN

_CHAPTER = re.compile(r"第\s?[〇零一二三四五六七八九十百千\d]{1,6}\s?[章编部卷回篇节](?:[\s:：]|$)")
_CHAPTER_RANKS = "编部卷篇章回节"
_TITLE_COLUMNS = 64
_NO_TITLE = frozenset(">|$%{}<")
_CODE_LINE = re.compile(r"(?: {4}|\t)\s*\S|.*[{};]\s*$|\s*(?:[#$%>]|//)\s?\S+")
_FEWEST_RECORDS = 3
_RECORDS_SHARE = 0.8
_RECORD = re.compile(
    r"[\[(<]?\d{1,4}[-/.:]\d{1,3}[-/.:]\d|[\[(<]?\d{1,2}:\d\d[\])> ]|[A-Za-z]{3,4} +\d{1,2} \d\d:\d\d"
)
_QUOTE = re.compile(r"(?:[ \t]*>)+[ \t]?(?=[^>\s]|\s|$)|[ \t]*(?:%+|#+|!+|//+|--|;+)(?:[ \t]|$)")
"""Marks before the lines of a quote or a comment."""
_MAY_BE_QUOTED = re.compile(r"[>%#;!]|//|--")
_FULL_SHARE = 0.8
"""Share of the longest line of a log from which a line is full, so that the next may be its rest."""
_FIRST_HAN = "\u2e80"
_IDEOGRAPH = re.compile(f"[{HAN}]")
_MAX_VERTICAL_LINE = 20
"""Characters of a line with one ideograph, white space included."""
Block = tuple[int, list[str]]
"""The source line of the first line, and the lines, none of them blank."""


def read_text(path: str, decoded: Decoded) -> Document:
    """Read prose, lists, verse: whatever people keep in text files."""
    lines = split_lines(decoded.text)
    blocks = _blocks(lines)
    paragraphs = bounded(mend(list(_paragraphs(blocks)), _beginnings(blocks)))
    if "\f" in decoded.text:
        paragraphs = _paged(paragraphs, lines)
    paragraphs, title = _titled(paragraphs)
    return Document(
        path,
        "text",
        decoded.encoding,
        title=title,
        date=dateline(paragraph.text for paragraph in paragraphs),
        paragraphs=tuple(_under_chapters(paragraphs)),
        notes=decoded.notes,
    )


def read_code(path: str, decoded: Decoded) -> Document:
    """Read source code and configuration: blocks between blank lines, every line as it is."""
    paragraphs = [
        Paragraph(text, start, end, "code")
        for line, block in _blocks(split_lines(decoded.text))
        for text, start, end in code_blocks(block, line)
    ]
    return Document(
        path, "text", decoded.encoding, paragraphs=tuple(bounded(paragraphs)), notes=decoded.notes
    )


def _blocks(lines: list[str]) -> list[Block]:
    blocks: list[Block] = []
    block: list[str] = []
    for number, line in enumerate(lines, 1):
        if line and not line.isspace():
            if not block:
                blocks.append((number, block))
            block.append(line)
        elif block:
            block = []
    return blocks


def _paragraphs(blocks: list[Block]) -> Iterator[Paragraph]:
    column = wrap_column(
        block for _, block in blocks if len(block) > 1 and not (_is_code(block) or _are_records(block))
    )
    for line, block in blocks:
        for passage, kind in _passages(block, line, column):
            yield Paragraph(passage.text, passage.line, passage.end_line, kind)


def _passages(block: list[str], line: int, column: int | None) -> Iterator[tuple[Passage, Kind]]:
    """Yield the passages of a block; quotes and comments are passages of their own."""
    if not _MAY_BE_QUOTED.search("".join(block)) or not any(map(_is_quoted, block)) or _is_code(block):
        yield from _unquoted_passages(block, line, column)
        return
    for mark, run in groupby(block, key=_quote_mark):
        lines = list(run)
        yield from _quoted_passages(lines, line, column) if mark else _unquoted_passages(lines, line, column)
        line += len(lines)


def _is_quoted(line: str) -> bool:
    """Return true for a line of a quote or a comment; one of ASCII alone may as well be code."""
    return not line.isascii() and _QUOTE.match(line) is not None


def _quote_mark(line: str) -> str:
    match = _QUOTE.match(line)
    return "".join(match[0].split()) if match else ""


def _quoted_passages(lines: list[str], first: int, column: int | None) -> Iterator[tuple[Passage, Kind]]:
    """Yield the passages of a quote in the lines and with the marks that it has in the file: its reading form joins them."""
    texts = [_QUOTE.sub("", line, count=1) for line in lines]
    longest = max(map(width, texts))
    spans: list[tuple[int, int, Kind]] = []
    for start, block in _blocks(texts):
        for passage, kind in _unquoted_passages(block, start, column):
            above = texts[passage.line - 2] if spans and spans[-1][1] == passage.line - 1 else ""
            if above and not is_finished(above) and _continues(above, texts[passage.line - 1], longest):
                spans[-1] = (spans[-1][0], passage.end_line, spans[-1][2])
            else:
                spans.append((passage.line, passage.end_line, kind))
    empty: list[tuple[int, int, Kind]] = [
        (number, number, "text") for number, text in enumerate(texts, 1) if not text.strip()
    ]
    for start, end, kind in sorted([*spans, *empty]):
        text = "\n".join(line.strip() for line in lines[start - 1 : end])
        yield Passage(text, first + start - 1, first + end - 1), kind


def _unquoted_passages(block: list[str], line: int, column: int | None) -> Iterator[tuple[Passage, Kind]]:
    if len(block) > 1:
        if all(map(_is_ideograph, block)):
            yield Passage("\n".join(map(str.strip, block)), line, line + len(block) - 1), "text"
            return
        if _is_code(block):
            for text, start, end in code_blocks(block, line):
                yield Passage(text, start, end), "code"
            return
        if is_verse(block):
            yield Passage("\n".join(map(str.strip, block)), line, line + len(block) - 1), "text"
            return
        if _are_records(block):
            for passage in _records(block, line):
                yield passage, _kind(passage.text)
            return
        wrapped_at = column or wrap_column([block])
        if wrapped_at:
            for passage in unwrapped(block, line, wrapped_at):
                yield passage, _kind(passage.text)
            return
    for number, text in enumerate(block, line):
        text = text.strip()  # noqa: PLW2901  the stripped line is the line
        yield Passage(text, number, number), _kind(text)


def _is_ideograph(line: str) -> bool:
    """Return true for a line of one ideograph, as vertical labels are written."""
    return len(line) < _MAX_VERTICAL_LINE and _IDEOGRAPH.fullmatch(line.strip()) is not None


def _kind(text: str) -> Kind:
    if _CHAPTER.match(text) and width(text) <= _TITLE_COLUMNS and not is_finished(text):
        return "heading"
    return "item" if is_item(text) else "text"


def _is_code(block: list[str]) -> bool:
    """Return true for code, by the ends and indents of its lines; Chinese prose is indented too, but isn't ASCII."""
    sample = block[:50]
    likely = sum(line.isascii() and _CODE_LINE.match(line) is not None for line in sample)
    return likely * 2 > len(sample)


def _are_records(block: list[str]) -> bool:
    """Return true for the records of a log: nearly all lines begin with a time, a date or an address, or go on with one."""
    if len(block) < _FEWEST_RECORDS:
        return False
    sample = block[:200]
    openings = sum(_RECORD.match(line) is not None for line in sample)
    if openings < _FEWEST_RECORDS - 1 or openings >= _RECORDS_SHARE * len(sample):
        return openings >= _RECORDS_SHARE * len(sample)
    longest = max(map(width, sample))
    continuations = sum(_continues(above, line, longest) for above, line in pairwise(sample))
    return openings >= max(_RECORDS_SHARE * (len(sample) - continuations), continuations)


def _records(block: list[str], first: int) -> Iterator[Passage]:
    """Yield the records of a log, those that were wrapped joined."""
    longest = max(map(width, block))
    record = Passage("", first, first)
    for number, (above, line) in enumerate(zip(["", *block], block, strict=False), first):
        if record.text and _continues(above, line, longest):
            record = Passage(glue(record.text, line.strip()), record.line, number)
        else:
            if record.text:
                yield record
            record = Passage(line.strip(), number, number)
    yield record


def _continues(above: str, line: str, longest: int) -> bool:
    """Return true for the rest of a full line that was broken beside a Han character."""
    if _RECORD.match(line):
        return False
    text = line.strip()
    is_han = above[-1:] >= _FIRST_HAN or text[:1] >= _FIRST_HAN
    return is_han and not opens_anew(text) and width(above) >= _FULL_SHARE * longest


def _beginnings(blocks: list[Block]) -> frozenset[int]:
    """Return the lines that open a paragraph by their indent, in a text where most paragraphs do."""
    indented, outdented = set(), False
    for line, block in blocks:
        for number, text in enumerate(block, line):
            opening = text.lstrip("\f\ufeff")[0]
            if opening.isspace():
                indented.add(number)
                outdented |= opening == "\u3000"
            else:
                outdented = True
    return frozenset(indented) if outdented else frozenset()


def _paged(paragraphs: list[Paragraph], lines: list[str]) -> list[Paragraph]:
    """Number the pages of a text that has form feeds between them."""
    pages = [1]
    for line in lines:
        pages.append(pages[-1] + line.count("\f"))
    return [paragraph._replace(page=pages[paragraph.line]) for paragraph in paragraphs]


def _titled(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], str]:
    """Take a short first line that isn't a sentence for the title of what follows."""
    if len(paragraphs) < 2:
        return paragraphs, ""
    first, second = paragraphs[:2]
    if first.kind == "heading":
        return paragraphs, first.text
    if (
        first.kind != "text"
        or first.line != first.end_line
        or width(first.text) > _TITLE_COLUMNS
        or is_finished(first.text)
        or sum(map(first.text.count, "，,、")) > 1
        or opens_anew(first.text)
        or first.text[0] in _NO_TITLE
        or not any(is_finished(paragraph.text) for paragraph in paragraphs[1:6])
        or (second.kind == "code")
    ):
        return paragraphs, ""
    return [first._replace(kind="heading"), *paragraphs[1:]], first.text


def _under_chapters(paragraphs: list[Paragraph]) -> Iterator[Paragraph]:
    """Yield each paragraph below the headings of its chapters."""
    path: list[tuple[int, str]] = []
    for paragraph in paragraphs:
        match = _CHAPTER.match(paragraph.text) if paragraph.kind == "heading" else None
        if match:
            rank = _CHAPTER_RANKS.index(match[0].rstrip(" :：\t\u3000")[-1])
            while path and path[-1][0] >= rank:
                path.pop()
        yield _headed(paragraph, tuple(text for _, text in path))
        if match:
            path.append((rank, paragraph.text))


def _headed(paragraph: Paragraph, headings: tuple[str, ...]) -> Paragraph:
    return paragraph._replace(headings=headings) if headings else paragraph
