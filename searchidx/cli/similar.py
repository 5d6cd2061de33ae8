"""``searchidx similar``: paragraphs similar to another (more like this)."""

from __future__ import annotations  # the annotations are for Typer

from typing import TYPE_CHECKING, Annotated

from searchidx.cli import flags, places
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import (
    STALE_ANALYSIS,
    absolute,
    analysis_files,
    find_index,
    load_settings,
    number,
    open_index,
)
from searchidx.cli.streams import renderer, say, stdout_is_terminal, tell, write
from searchidx.errors import FOUND, NOT_FOUND

if TYPE_CHECKING:
    from searchidx.render.renderer import Renderer
    from searchidx.results import Page


def command(
    location: Annotated[str, argument("PATH:LINE", "Paragraph, as searchidx search prints it")],
    under: Annotated[str | None, option(flags.UNDER)] = None,
    limit: Annotated[str | None, option(flags.LIMIT)] = None,
    offset: Annotated[str | None, option(flags.OFFSET)] = None,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    color: Annotated[str | None, option(flags.COLOR)] = None,
    width: Annotated[str | None, option(flags.WIDTH)] = None,
    index: Annotated[str | None, option(flags.INDEX)] = None,
) -> int:
    """Find paragraphs similar to another.

    The query is made of the most distinctive words of the paragraph: those that
    are frequent in it and rare elsewhere. It is printed with the results; the
    paragraph itself is excluded.

    Examples:
      searchidx similar page.md:120
      searchidx similar page.md:120 --under ~/Documents/2023 -n 3
    """
    settings = load_settings(limit=limit, color=color, width=width, index=index)
    path, line = places.read_paragraph(location)
    scope = absolute(under) if under is not None else None
    with open_index(find_index(settings), settings.query_seconds, analysis_files(settings)) as opened:
        page = opened.similar(
            path,
            line,
            settings.limit,
            under=scope,
            offset=number("--offset", offset),
            stream=not settings.limit,
        )
        if opened.has_stale_analysis:
            say(f"note: {STALE_ANALYSIS}")
        output = renderer(
            settings.color, settings.width, as_json=as_json, stale_analysis=opened.has_stale_analysis
        )
        _show(page, output, is_terminal=not as_json and stdout_is_terminal())
    if not page.total:
        say("no other paragraph contains a distinctive word of this one")
    return FOUND if page.total else NOT_FOUND


def _show(page: Page, output: Renderer, *, is_terminal: bool) -> None:
    write(output.hits(page))
    tell(output.footer(page))
    if is_terminal:
        say(f"note: query: {page.query}")
