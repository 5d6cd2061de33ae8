"""``searchidx saved``: saved searches."""

from __future__ import annotations  # the annotations are for Typer

import os
from dataclasses import asdict
from typing import Annotated

from searchidx import config
from searchidx.cli import flags
from searchidx.cli.actions import parse_action
from searchidx.cli.flags import argument, option
from searchidx.cli.streams import say, write
from searchidx.errors import FOUND, NOT_FOUND, UsageError
from searchidx.render.safe import visible
from searchidx.render.wrap import table
from searchidx.userdata import saved
from searchidx.userdata.saved import Search

_ACTIONS = ("list", "remove")


def command(
    action: Annotated[str, argument("[ACTION]", ", ".join(_ACTIONS))] = "list",
    names: Annotated[list[str] | None, argument("[NAME]", "Saved searches to remove")] = None,
    as_json: Annotated[bool, option(flags.JSON)] = False,
) -> int:
    """List or remove saved searches.

    searchidx search QUERY --save NAME saves a query with its -F, --exact,
    --under, --sort, --group and --distinct; searchidx search @NAME repeats it,
    and words after the name are added to the query.

    Examples:
      searchidx search 公园 -广告 --sort date --save parks
      searchidx search @parks
      searchidx search @parks 招租
      searchidx saved
      searchidx saved remove parks
    """
    path = config.saved_file(os.environ)
    if parse_action("saved", action, _ACTIONS) == "remove":
        if not names:
            raise UsageError("saved remove needs a name: searchidx saved remove NAME")
        saved.remove(path, names)
        return FOUND
    searches = saved.read(path)
    if as_json:
        from searchidx.render.jsonl import dump

        write([dump({"saved": [{"name": name, **asdict(search)} for name, search in searches.items()]})])
    elif searches:
        write(table((f"@{visible(name)}", _words(search)) for name, search in searches.items()))
    if not searches:
        say("there are no saved searches; searchidx search QUERY --save NAME saves one")
    return FOUND if searches else NOT_FOUND


def _words(search: Search) -> str:
    """Return a search as command-line words."""
    parts = ["-F"] if search.literal else []
    parts += ["--exact"] if search.exact else []
    parts.append(search.query)
    for name in ("under", "sort", "group"):
        value = getattr(search, name)
        parts += [f"--{name} {value}"] if value else []
    parts += ["--distinct"] if search.distinct else []
    return visible(" ".join(parts))
