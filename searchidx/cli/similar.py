"""``searchidx similar``: paragraphs like one."""

from __future__ import annotations  # the annotations are for Typer

from typing import TYPE_CHECKING, Annotated

from searchidx.cli import flags, places
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import absolute, number, open_index, own_files, place, settings
from searchidx.cli.streams import look, say, stdout_is_terminal, tell, write
from searchidx.errors import FOUND, NOT_FOUND
from searchidx.render import plain, terminal

if TYPE_CHECKING:
    from searchidx.render.look import Look
    from searchidx.results import Page


def command(
    at: Annotated[str, argument("PATH:LINE", "A paragraph, as searchidx search prints it")],
    under: Annotated[str | None, option(flags.UNDER)] = None,
    limit: Annotated[str | None, option(flags.LIMIT)] = None,
    offset: Annotated[str | None, option(flags.OFFSET)] = None,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    color: Annotated[str | None, option(flags.COLOR)] = None,
    width: Annotated[str | None, option(flags.WIDTH)] = None,
    index: Annotated[str | None, option(flags.INDEX)] = None,
) -> int:
    """Find paragraphs like one.

    They share its most telling words: those that stand in it more often than
    elsewhere. The paragraph itself is left out. The words that were asked for
    are shown.

    Examples:
      searchidx similar page.md:120
      searchidx similar page.md:120 --under ~/Documents/2023 -n 3
    """
    chosen = settings(limit=limit, color=color, width=width, index=index)
    path, line = places.read_paragraph(at)
    scope = absolute(under) if under is not None else None
    with open_index(place(chosen), chosen.query_seconds, own_files(chosen)) as opened:
        page = opened.similar(
            path,
            line,
            chosen.limit,
            under=scope,
            offset=number("--offset", offset),
            stream=not chosen.limit,
        )
        _show(page, look(chosen.color, chosen.width), as_json=as_json)
    if not page.total:
        say("no other paragraph shares a telling word with it")
    return FOUND if page.total else NOT_FOUND


def _show(page: Page, shown: Look, *, as_json: bool) -> None:
    if as_json:
        from searchidx.render import jsonl

        write(jsonl.hits(page))
    elif stdout_is_terminal():
        write(terminal.hits(page, shown))
        tell(["", *terminal.summary(page, shown)])
        say(f"note: looked for {page.query}")
    else:
        write(plain.hits(page, shown))
