"""How many matching paragraphs have each value of a facet, as a person, a pipe or a program wants it."""

from collections.abc import Iterator

from searchidx.render import jsonl as lines
from searchidx.render.look import FAINT, LINE, STRONG, Look, count
from searchidx.render.safe import one_line
from searchidx.results import FacetCount, Page

_NONE = "(none)"
_MARGIN = "  "


def terminal(page: Page, part: slice, look: Look) -> Iterator[str]:
    """Lay out a block a facet, the numbers aligned."""
    for position, (facet, values) in enumerate(page.facets.items()):
        shown = values[part]
        if position:
            yield ""
        yield f"{look.paint(facet, STRONG)}  {look.paint(count(len(values), 'value'), FAINT)}"
        gutter = max((len(f"{entry.count:,}") for entry in shown), default=0)
        for entry in shown:
            yield f"{_MARGIN}{look.paint(f'{entry.count:,}'.rjust(gutter), LINE)}{_MARGIN}{_value(facet, entry, look)}"
        left = len(values) - len(shown)
        if left:
            yield _MARGIN + look.paint(f"{left:,} more, -n 0 shows all", FAINT)


def plain(page: Page, part: slice, look: Look) -> Iterator[str]:
    """Give a line a value: facet, number and value, with tabs between them."""
    for facet, values in page.facets.items():
        for entry in values[part]:
            yield f"{facet}\t{look.paint(str(entry.count), LINE)}\t{_value(facet, entry, look)}"


def jsonl(page: Page, part: slice) -> Iterator[str]:
    """Give a line a value, and one that sums up."""
    shown = 0
    for facet, values in page.facets.items():
        for entry in values[part]:
            shown += 1
            yield lines.dump({"type": "facet", "facet": facet, "value": entry.value, "count": entry.count})
    sizes = {facet: len(values) for facet, values in page.facets.items()}
    yield lines.summary(
        page.query, page.total, shown, page.elapsed_ms, values=sizes, **lines.incomplete(page.complete)
    )


def _value(facet: str, entry: FacetCount, look: Look) -> str:
    if entry.value is None:
        return look.paint(_NONE, FAINT)
    return look.path(entry.value) if facet == "path" else one_line(entry.value)
