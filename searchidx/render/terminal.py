"""A page of hits as a person likes to look at it.

    fixtures/news/page.md
      12  要闻 › 综合
          ……授予其“产业赋能大使”称号……
      34  要闻  ≈ words
          ……

A path stands above the hits that follow each other in one document, the titles of its sections above those that
follow each other in one section; the order is that of rank. A hit that is not literal says so. Width is in columns,
Chinese characters taking two.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from searchidx.render.look import FAINT, LINE, Look, count
from searchidx.render.safe import one_line, visible_spans
from searchidx.render.wrap import clip, pad, wrap
from searchidx.results import FileCount, Hit, HitStream, Page, Tier
from searchidx.snippets import display_width, excerpt, truncate

if TYPE_CHECKING:
    from searchidx.results import Neighbour

HEADING_JOIN = " › "
_MARKS: dict[Tier, str] = {"literal": "", "words": "≈ words", "some": "~ some"}
_MARGIN = "  "
# Longer lines are tiring to read, on however wide a screen.
_WIDEST_TEXT = 110
# About two full lines of 80 columns show a match and what it is about.
_SNIPPET_COLUMNS = 140
_USUAL_WIDTH = 80
_ALIGNED = 1000  # hits whose lines are aligned together


def hits(page: Page, look: Look) -> Iterator[str]:
    """Lay out all hits of a page."""
    before: Hit | None = None
    stream = iter(page.hits)
    gutter = 0
    while batch := list(islice(stream, _ALIGNED)):
        gutter = max(gutter, *(display_width(place) for hit in batch for place in _places(hit)))
        for hit in batch:
            same = before is not None and hit.path == before.path
            if not same:
                if before is not None:
                    yield ""
                yield look.path(hit.path)
            yield from _hit(hit, before if same else None, gutter, look)
            before = hit


def files(counts: list[FileCount], look: Look, *, numbers: bool) -> Iterator[str]:
    """List documents, with the number of their matching paragraphs aligned before them where asked."""
    gutter = max((len(f"{entry.count:,}") for entry in counts), default=0)
    for entry in counts:
        path = look.path(entry.path)
        yield f"{look.paint(f'{entry.count:,}'.rjust(gutter), LINE)}  {path}" if numbers else path


def summary(page: Page, look: Look) -> Iterator[str]:
    """Say what was found and how fast: in a line, or more where the terminal is narrow."""
    said = _summary(page)
    return (said[start:end] for start, end in wrap(said, look.width or _USUAL_WIDTH))


def _summary(page: Page) -> str:
    took = f"{page.elapsed_ms:,.0f} ms" if page.elapsed_ms >= 1 else "under 1 ms"
    least = "" if page.complete else "at least "
    found = least + count(page.total, "paragraph") + _tiers(page)
    shown = len(page.hits)
    if page.groups is not None:
        found += f" in {count(page.groups, 'group')}"
    if (page.total if page.groups is None else page.groups) > shown:
        last = page.hits[-1].rank if page.hits else 0
        which = f"the first {shown:,}" if last == shown else f"{last - shown + 1:,} to {last:,}"
        return f"{found} · {which} shown, -n 0 shows all · {took}"
    if page.groups is not None:
        return f"{found} · {took}"
    return f"{found} in {count(_documents(page.hits), 'file')} · {took}"


def _documents(hits: Sequence[Hit]) -> int:
    return hits.documents if isinstance(hits, HitStream) else len({hit.path for hit in hits})


def _tiers(page: Page) -> str:
    tiers = [f"{number:,} {tier}" for tier, number in (page.tiers or {}).items() if number]
    return f" ({', '.join(tiers)})" if len(tiers) > 1 else ""


def _hit(hit: Hit, before: Hit | None, gutter: int, look: Look) -> Iterator[str]:
    indent = _MARGIN + " " * gutter + _MARGIN
    room = max(min((look.width or _USUAL_WIDTH) - len(indent), _WIDEST_TEXT), 10)
    number = _MARGIN + _numbered(hit, gutter, look) + _MARGIN
    lead = number
    yield from _neighbours(hit.before, gutter, room, look)
    above = _above(hit, before, room, look)
    if above:
        yield number + above
        lead = indent
    for line in _snippet(hit, room, look):
        yield lead + line
        lead = indent
    if hit.more or hit.same:
        yield indent + look.paint(_others(hit), FAINT)
    yield from _neighbours(hit.after, gutter, room, look)


def _others(hit: Hit) -> str:
    """Say which other matches a hit stands for."""
    others = []
    if hit.same:
        others.append(f"{hit.same:,} near-identical")
    if hit.more:
        others.append(f"{hit.more:,} more in this document")
    return "+ " + ", ".join(others)


def _neighbours(around: "tuple[Neighbour, ...]", gutter: int, room: int, look: Look) -> Iterator[str]:
    """Lay out paragraphs before or after a hit, each its beginning in at most two lines."""
    indent = _MARGIN + " " * gutter + _MARGIN
    for one in around:
        lead = _MARGIN + look.paint(pad(str(one.line), gutter, right=True), FAINT) + _MARGIN
        text = one_line(excerpt(one.text, (), 2 * (room - 2)).text)
        for start, end in wrap(text, room):
            yield lead + look.paint(text[start:end], FAINT)
            lead = indent


def _places(hit: Hit) -> Iterator[str]:
    yield _place(hit)
    yield from (str(one.line) for one in (*hit.before, *hit.after))


def _place(hit: Hit) -> str:
    """Say where in the document: its page where it has pages, else the line of its best match."""
    return f"p.{hit.page}" if hit.page is not None else str(hit.match_line or hit.line)


def _numbered(hit: Hit, gutter: int, look: Look) -> str:
    """Lay out the place of a hit; a line is a link to it."""
    number = pad(_place(hit), gutter, right=True)
    if hit.page is not None:
        return look.paint(number, LINE)
    return look.line(number, hit.path, hit.match_line or hit.line)


def _above(hit: Hit, before: Hit | None, room: int, look: Look) -> str:
    """Name the sections a hit stands in and how it matches; empty when there is nothing new to say."""
    mark = _MARKS[hit.match]
    rest = room - (display_width(mark) + len(_MARGIN) if mark else 0)
    known = before is not None and before.headings == hit.headings
    titles = [] if known else [one_line(title) for title in hit.headings]
    if hit.id is not None:
        titles.append("#" + one_line(hit.id))
    named = _headings([title for title in titles if title], max(rest, 4))
    return _MARGIN.join(look.paint(part, FAINT) for part in (named, mark) if part)


def _headings(titles: list[str], room: int) -> str:
    """Join titles, leaving out outer ones before cutting the innermost."""
    for first in range(len(titles)):
        joined = HEADING_JOIN.join(titles[first:] if first == 0 else ("…", *titles[first:]))
        if display_width(joined) <= room:
            return joined
    return truncate(titles[-1], room) if titles else ""


def _snippet(hit: Hit, room: int, look: Look) -> Iterator[str]:
    lines = max(2, -(-_SNIPPET_COLUMNS // room))
    # A character kept back on each line for what may not begin the next.
    cut = excerpt(hit.text, hit.spans, lines * (room - 2))
    text, spans = visible_spans(cut.text, cut.spans)
    for start, end in wrap(text, room, spans):
        yield look.highlight(text[start:end], clip(spans, start, end))
