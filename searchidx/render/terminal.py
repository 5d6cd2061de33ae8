"""Layout of results on a terminal.

    fixtures/news/page.md
      12  要闻 › 综合
          ……授予其“产业赋能大使”称号……
      34  要闻  ≈ words
          ……

Hits are in rank order. Consecutive hits of a document share the line of its path, and consecutive hits of a section that
of its headings. A hit that is not literal is marked with its tier. Widths are in columns; Chinese characters take two.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from searchidx._startup.dataclass import dataclass
from searchidx.render.look import FAINT, LINE, STRONG, Look, count, facet_value
from searchidx.render.safe import one_line, visible_spans
from searchidx.render.wrap import clip, pad, wrap
from searchidx.results import FacetCount, FileCounts, Hit, HitStream, Page, Tier
from searchidx.snippets import display_width, excerpt, truncate

if TYPE_CHECKING:
    from searchidx.results import Neighbour

HEADING_JOIN = " › "
_MARKS: dict[Tier, str] = {"literal": "", "words": "≈ words", "some": "~ some"}
_MARGIN = "  "
# Longer lines are tiring to read on any screen.
_MAX_TEXT_COLUMNS = 110
# Two lines of 80 columns show a match in its context.
_SNIPPET_COLUMNS = 140
_DEFAULT_COLUMNS = 80
_ALIGNED_HITS = 1000  # aligned with each other; a stream has more


@dataclass(frozen=True, slots=True)
class TerminalRenderer:
    """Output for a terminal."""

    look: Look
    includes_suggestions = False

    def hits(self, page: Page, suggestions: Sequence[Mapping[str, Any]] = ()) -> Iterator[str]:
        """Yield the hits of a page in rank order, grouped by document and section where they follow each other."""
        del suggestions  # messages on standard error
        previous: Hit | None = None
        stream = iter(page.hits)
        gutter = 0
        while batch := list(islice(stream, _ALIGNED_HITS)):
            gutter = max(gutter, *(display_width(number) for hit in batch for number in _line_numbers(hit)))
            for hit in batch:
                yield from _with_path(hit, previous, gutter, self.look)
                previous = hit

    def footer(self, page: Page) -> Iterator[str]:
        """Yield a blank line and the summary, wrapped; nothing without hits."""
        if page.hits:
            summary = _summary(page)
            yield ""
            yield from (
                summary[start:end] for start, end in wrap(summary, self.look.width or _DEFAULT_COLUMNS)
            )

    def files(
        self, query: str, counts: FileCounts, part: slice, elapsed_ms: float, *, with_counts: bool
    ) -> Iterator[str]:
        """Yield a path per line, after its right-aligned number of matches if ``with_counts``."""
        del query, elapsed_ms
        listed = counts[part]
        gutter = max((len(f"{entry.count:,}") for entry in listed), default=0)
        for entry in listed:
            path = self.look.path(entry.path)
            number = f"{entry.count:,}".rjust(gutter)
            yield f"{self.look.paint(number, LINE)}  {path}" if with_counts else path

    def total(
        self, query: str, total: int, elapsed_ms: float, groups: int | None = None, *, reread: bool = False
    ) -> Iterator[str]:
        """Yield the number of matching paragraphs, or of their groups."""
        del query, elapsed_ms, reread
        yield str(total if groups is None else groups)

    def facets(self, page: Page, part: slice) -> Iterator[str]:
        """Yield a block per facet with right-aligned numbers; nothing without a match."""
        for position, (facet, values) in enumerate(page.facets.items() if page.total else ()):
            if position:
                yield ""
            yield from _facet(facet, values, part, self.look)


def _facet(facet: str, values: Sequence[FacetCount], part: slice, look: Look) -> Iterator[str]:
    yield f"{look.paint(facet, STRONG)}  {look.paint(count(len(values), 'value'), FAINT)}"
    listed = values[part]
    gutter = max((len(f"{entry.count:,}") for entry in listed), default=0)
    for entry in listed:
        number = look.paint(f"{entry.count:,}".rjust(gutter), LINE)
        yield f"{_MARGIN}{number}{_MARGIN}{facet_value(facet, entry.value, look)}"
    if len(values) > len(listed):
        yield _MARGIN + look.paint(f"{len(values) - len(listed):,} more, -n 0 shows all", FAINT)


def _with_path(hit: Hit, previous: Hit | None, gutter: int, look: Look) -> Iterator[str]:
    is_same_document = previous is not None and hit.path == previous.path
    if not is_same_document:
        if previous is not None:
            yield ""
        yield look.path(hit.path)
    yield from _hit(hit, previous if is_same_document else None, gutter, look)


def _summary(page: Page) -> str:
    took = f"{page.elapsed_ms:,.0f} ms" if page.elapsed_ms >= 1 else "under 1 ms"
    bound = "" if page.complete else "at least "
    summary = bound + count(page.total, "paragraph") + _tiers(page)
    shown = len(page.hits)
    if page.groups is not None:
        summary += f" in {count(page.groups, 'group')}"
    if (page.total if page.groups is None else page.groups) > shown:
        last = page.hits[-1].rank if page.hits else 0
        range_shown = f"the first {shown:,}" if last == shown else f"{last - shown + 1:,} to {last:,}"
        return f"{summary} · {range_shown} shown, -n 0 shows all · {took}"
    if page.groups is not None:
        return f"{summary} · {took}"
    return f"{summary} in {count(_documents(page.hits), 'file')} · {took}"


def _documents(hits: Sequence[Hit]) -> int:
    return hits.documents if isinstance(hits, HitStream) else len({hit.path for hit in hits})


def _tiers(page: Page) -> str:
    tiers = [f"{number:,} {tier}" for tier, number in (page.tiers or {}).items() if number]
    return f" ({', '.join(tiers)})" if len(tiers) > 1 else ""


def _hit(hit: Hit, previous: Hit | None, gutter: int, look: Look) -> Iterator[str]:
    indent = _MARGIN + " " * gutter + _MARGIN
    width = max(min((look.width or _DEFAULT_COLUMNS) - len(indent), _MAX_TEXT_COLUMNS), 10)
    number = _MARGIN + _numbered(hit, gutter, look) + _MARGIN
    lead = number
    yield from _neighbours(hit.before, gutter, width, look)
    header = _header(hit, previous, width, look)
    if header:
        yield number + header
        lead = indent
    for line in _snippet(hit, width, look):
        yield lead + line
        lead = indent
    if hit.more or hit.same:
        yield indent + look.paint(_others(hit), FAINT)
    yield from _neighbours(hit.after, gutter, width, look)


def _others(hit: Hit) -> str:
    """Return the numbers of matches that a hit represents besides itself."""
    others = []
    if hit.same:
        others.append(f"{hit.same:,} near-identical")
    if hit.more:
        others.append(f"{hit.more:,} more in this document")
    return "+ " + ", ".join(others)


def _neighbours(neighbours: "tuple[Neighbour, ...]", gutter: int, width: int, look: Look) -> Iterator[str]:
    """Yield the context paragraphs of a hit, at most two lines of each."""
    indent = _MARGIN + " " * gutter + _MARGIN
    for neighbour in neighbours:
        lead = _MARGIN + look.paint(pad(str(neighbour.line), gutter, right=True), FAINT) + _MARGIN
        text = one_line(excerpt(neighbour.text, (), 2 * (width - 2)).text)
        for start, end in wrap(text, width):
            yield lead + look.paint(text[start:end], FAINT)
            lead = indent


def _line_numbers(hit: Hit) -> Iterator[str]:
    yield _line_number(hit)
    yield from (str(neighbour.line) for neighbour in (*hit.before, *hit.after))


def _line_number(hit: Hit) -> str:
    """Return the page of a hit if it has one, else the line of its best match."""
    return f"p.{hit.page}" if hit.page is not None else str(hit.match_line or hit.line)


def _numbered(hit: Hit, gutter: int, look: Look) -> str:
    """Return the padded number of a hit; a line number is a link."""
    number = pad(_line_number(hit), gutter, right=True)
    if hit.page is not None:
        return look.paint(number, LINE)
    return look.line(number, hit.path, hit.match_line or hit.line)


def _header(hit: Hit, previous: Hit | None, width: int, look: Look) -> str:
    """Return the headings and the tier of a hit; empty if both are as those of the previous hit."""
    mark = _MARKS[hit.match]
    columns_left = width - (display_width(mark) + len(_MARGIN) if mark else 0)
    is_same_section = previous is not None and previous.headings == hit.headings
    titles = [] if is_same_section else [one_line(title) for title in hit.headings]
    if hit.id is not None:
        titles.append("#" + one_line(hit.id))
    headings = _headings([title for title in titles if title], max(columns_left, 4))
    return _MARGIN.join(look.paint(part, FAINT) for part in (headings, mark) if part)


def _headings(titles: list[str], width: int) -> str:
    """Join titles, dropping outer ones before truncating the innermost."""
    for first in range(len(titles)):
        joined = HEADING_JOIN.join(titles[first:] if first == 0 else ("…", *titles[first:]))
        if display_width(joined) <= width:
            return joined
    return truncate(titles[-1], width) if titles else ""


def _snippet(hit: Hit, width: int, look: Look) -> Iterator[str]:
    lines = max(2, -(-_SNIPPET_COLUMNS // width))
    # One character per line is spare, because some must not begin the next line.
    best = excerpt(hit.text, hit.spans, lines * (width - 2))
    text, spans = visible_spans(best.text, best.spans)
    for start, end in wrap(text, width, spans):
        yield look.highlight(text[start:end], clip(spans, start, end))
