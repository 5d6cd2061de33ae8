"""Plain lines for a pipe, in grep's format: ``path:line:snippet``, one physical line per hit.

Programs that need exact values, such as a path with a line end, read :mod:`searchidx.render.jsonl`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from searchidx._startup.dataclass import dataclass
from searchidx.render.look import FAINT, LINE, Look, facet_value
from searchidx.render.safe import one_line, visible_spans
from searchidx.results import FileCounts, Hit, HitStream, Page
from searchidx.snippets import excerpt

if TYPE_CHECKING:
    from searchidx.results import Neighbour

_COLORED_COLUMNS = 160


@dataclass(frozen=True, slots=True)
class PlainRenderer:
    """Output for a pipe."""

    look: Look
    includes_suggestions = False

    def hits(self, page: Page, suggestions: Sequence[Mapping[str, Any]] = ()) -> Iterator[str]:
        """Yield a line per hit in rank order; context lines have dashes instead of colons, as in grep."""
        del suggestions  # messages on standard error
        has_context = (
            page.hits.context
            if isinstance(page.hits, HitStream)
            else any(hit.before or hit.after for hit in page.hits)
        )
        for position, hit in enumerate(page.hits):
            if has_context and position:
                yield self.look.paint("--", FAINT)
            yield from _hit(hit, self.look)

    def footer(self, page: Page) -> Iterator[str]:
        """Return no lines: programs count lines themselves."""
        del page
        return iter(())

    def files(
        self, query: str, counts: FileCounts, part: slice, elapsed_ms: float, *, with_counts: bool
    ) -> Iterator[str]:
        """Yield a path per line, followed by its number of matches if ``with_counts``: ``path:3``."""
        del query, elapsed_ms
        for entry in counts[part]:
            path = self.look.path(entry.path)
            yield f"{path}:{self.look.paint(str(entry.count), LINE)}" if with_counts else path

    def total(
        self, query: str, total: int, elapsed_ms: float, groups: int | None = None, *, reread: bool = False
    ) -> Iterator[str]:
        """Yield the number of matching paragraphs, or of their groups."""
        del query, elapsed_ms, reread
        yield str(total if groups is None else groups)

    def facets(self, page: Page, part: slice) -> Iterator[str]:
        """Yield a value per line: facet, count and value, separated by tabs."""
        for facet, values in page.facets.items():
            for entry in values[part]:
                number = self.look.paint(str(entry.count), LINE)
                yield f"{facet}\t{number}\t{facet_value(facet, entry.value, self.look)}"


def _hit(hit: Hit, look: Look) -> Iterator[str]:
    path = look.path(hit.path)
    yield from (_neighbour(path, neighbour, look) for neighbour in hit.before)
    yield f"{path}:{look.paint(str(hit.match_line or hit.line), LINE)}:{_snippet(hit, look)}"
    yield from (_neighbour(path, neighbour, look) for neighbour in hit.after)


def _neighbour(path: str, neighbour: "Neighbour", look: Look) -> str:
    text = one_line(excerpt(neighbour.text, (), look.width or _COLORED_COLUMNS).text)
    return f"{path}-{look.paint(str(neighbour.line), LINE)}-{text}"


def _snippet(hit: Hit, look: Look) -> str:
    if look.width is None and not look.color:
        return one_line(hit.snippet)
    best = excerpt(hit.text, hit.spans, look.width or _COLORED_COLUMNS)
    return look.highlight(*visible_spans(best.text, best.spans))
