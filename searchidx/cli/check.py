"""``searchidx check``: is every byte of the index what was written."""

from __future__ import annotations  # the annotations are for Typer

from typing import Annotated

from searchidx.cli import flags
from searchidx.cli.flags import option
from searchidx.cli.opening import open_index, place, settings
from searchidx.cli.streams import say, write
from searchidx.errors import FOUND
from searchidx.render.look import count, size


def command(
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
) -> int:
    """Read every byte of the index and compare checksums.

    The exit code is 2 when something is damaged, and the line says which file.

    Examples:
      searchidx check
    """
    with open_index(place(settings(index=index))) as opened:
        opened.check()
        status = opened.status()
    if as_json:
        from searchidx.render.jsonl import dump

        write([dump({"directory": status.directory, "sound": True, "index_bytes": status.index_bytes})])
    else:
        say(f"sound: {size(status.index_bytes)} in {count(status.segments, 'segment')}")
    return FOUND
