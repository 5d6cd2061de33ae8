"""``searchidx remove``: take documents out of the index."""

from __future__ import annotations  # the annotations are for Typer

from typing import Annotated

from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import absolute, open_index, place_to_write, settings
from searchidx.cli.streams import say, write
from searchidx.errors import FOUND, NOT_FOUND
from searchidx.render.look import count


def command(
    paths: Annotated[list[str], argument("PATH...", "Documents, or folders with all that is below them")],
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
) -> int:
    """Take documents out of the index; the files stay.

    A folder that was indexed by name is not looked at again by a bare searchidx
    index; a document below one that still is comes back with it. The exit code
    is 1 when nothing was indexed at or below the paths.

    Examples:
      searchidx remove ~/Documents/旧
    """
    with open_index(place_to_write(settings(index=index))) as opened:
        report = opened.remove([absolute(path) for path in paths])
    if as_json:
        from searchidx.render.jsonl import dump

        write(
            [
                dump(
                    {
                        "removed": report.removed,
                        "documents": report.documents,
                        "paragraphs": report.paragraphs,
                    }
                )
            ]
        )
    else:
        left = f"{count(report.documents, 'document')} left"
        say(
            f"{count(report.removed, 'document')} removed · {left}"
            if report.removed
            else f"not indexed · {left}"
        )
    return FOUND if report.removed else NOT_FOUND
