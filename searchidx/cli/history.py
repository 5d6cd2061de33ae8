"""``searchidx history``: past queries, recorded only where the user's settings enable it."""

from __future__ import annotations  # the annotations are for Typer

import os
from itertools import islice
from typing import Annotated

from searchidx import config
from searchidx.cli import flags
from searchidx.cli.actions import parse_action
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import load_settings
from searchidx.cli.streams import say, write
from searchidx.errors import FOUND, NOT_FOUND
from searchidx.render.safe import visible
from searchidx.userdata import history

_ACTIONS = ("list", "clear")


def command(
    action: Annotated[str, argument("[ACTION]", ", ".join(_ACTIONS))] = "list",
    limit: Annotated[str | None, option(flags.SEARCHES)] = None,
    as_json: Annotated[bool, option(flags.JSON)] = False,
) -> int:
    """List your past searches, the latest first, or delete them.

    Searches are recorded only if your own config.toml has history = true, in a
    file that only you can read.

    Examples:
      searchidx history
      searchidx history -n 0
      searchidx history clear
    """
    settings = load_settings(limit=limit)
    path = config.history_file(os.environ)
    if parse_action("history", action, _ACTIONS) == "clear":
        say("history deleted" if history.clear(path) else "the history is empty")
        return FOUND
    searches = list(islice(history.read(path), settings.limit or None))
    if as_json:
        from searchidx.render.jsonl import dump

        write([dump({"history": searches})])
    else:
        write(
            "\t".join(visible(str(entry.get(key, ""))) for key in ("time", "total", "query"))
            for entry in searches
        )
    if not searches:
        where = config.user_file(os.environ)
        off = f"history is off; history = true in {where} enables it"
        say("the history is empty" if settings.history else off)
    return FOUND if searches else NOT_FOUND
