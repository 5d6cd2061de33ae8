"""Hits for a pipe, as grep gives them: ``path:line:snippet``, one physical line a hit whatever is in it.

For other programs that read lines. What must survive exactly, such as a path with a line end in it, is in
:mod:`searchidx.render.jsonl`.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from searchidx.render.look import FAINT, LINE, Look
from searchidx.render.safe import one_line, visible_spans
from searchidx.results import FileCount, Hit, HitStream, Page
from searchidx.snippets import excerpt

if TYPE_CHECKING:
    from searchidx.results import Neighbour

_COLORED_COLUMNS = 160


def hits(page: Page, look: Look) -> Iterator[str]:
    """Yield a line a hit, in order; paragraphs around it with a dash for the colons, as grep has them."""
    apart = (
        page.hits.context
        if isinstance(page.hits, HitStream)
        else any(hit.before or hit.after for hit in page.hits)
    )
    for position, hit in enumerate(page.hits):
        if apart and position:
            yield look.paint("--", FAINT)
        path = look.path(hit.path)
        yield from (_around(path, one, look) for one in hit.before)
        yield f"{path}:{look.paint(str(hit.match_line or hit.line), LINE)}:{_snippet(hit, look)}"
        yield from (_around(path, one, look) for one in hit.after)


def files(counts: list[FileCount], look: Look, *, numbers: bool) -> Iterator[str]:
    """Give a path a line, followed by the number of its matching paragraphs where asked: ``path:3``."""
    for entry in counts:
        path = look.path(entry.path)
        yield f"{path}:{look.paint(str(entry.count), LINE)}" if numbers else path


def _around(path: str, one: "Neighbour", look: Look) -> str:
    text = one_line(excerpt(one.text, (), look.width or _COLORED_COLUMNS).text)
    return f"{path}-{look.paint(str(one.line), LINE)}-{text}"


def _snippet(hit: Hit, look: Look) -> str:
    if look.width is None and not look.color:
        return one_line(hit.snippet)
    cut = excerpt(hit.text, hit.spans, look.width or _COLORED_COLUMNS)
    return look.highlight(*visible_spans(cut.text, cut.spans))
