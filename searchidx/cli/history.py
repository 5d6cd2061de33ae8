"""``searchidx history``: what was searched for, where that is remembered."""

from __future__ import annotations  # the annotations are for Typer

import os
from itertools import islice
from typing import Annotated

from searchidx import config
from searchidx.cli import flags
from searchidx.cli.actions import known
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import settings
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
    """List your last searches, the latest first, or forget them all.

    Searches are remembered only where your own config.toml says so, with
    history = true, in a file that nobody else may read.

    Examples:
      searchidx history
      searchidx history -n 0
      searchidx history clear
    """
    chosen = settings(limit=limit)
    path = config.history_file(os.environ)
    if known("history", action, _ACTIONS) == "clear":
        say("forgotten" if history.clear(path) else "there is no history")
        return FOUND
    found = list(islice(history.read(path), chosen.limit or None))
    if as_json:
        from searchidx.render.jsonl import dump

        write([dump({"history": found})])
    else:
        write(
            "\t".join(visible(str(entry.get(key, ""))) for key in ("time", "total", "query"))
            for entry in found
        )
    if not found:
        where = config.user_file(os.environ)
        off = f"history is off; history = true in {where} switches it on"
        say("nothing has been searched for yet" if chosen.history else off)
    return FOUND if found else NOT_FOUND
