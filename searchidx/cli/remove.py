"""``searchidx remove``: deletion of documents from the index."""

from __future__ import annotations  # the annotations are for Typer

from typing import Annotated

from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import absolute, find_writable_index, load_settings, open_index
from searchidx.cli.streams import say, write
from searchidx.errors import FOUND, NOT_FOUND
from searchidx.render.look import count


def command(
    paths: Annotated[list[str], argument("PATH...", "Documents, or folders with all documents below")],
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
) -> int:
    """Remove documents from the index; the files stay on the disk.

    A removed folder is no longer updated by searchidx index without PATH. A
    document below a folder that is still updated comes back with the next run.
    The exit code is 1 if no document is indexed at or below the paths.

    Examples:
      searchidx remove ~/Documents/旧
    """
    with open_index(find_writable_index(load_settings(index=index))) as opened:
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
        remaining = (
            f"{count(report.documents, 'document')} remain" if report.documents != 1 else "1 document remains"
        )
        say(
            f"{count(report.removed, 'document')} removed · {remaining}"
            if report.removed
            else f"no indexed document matches · {remaining}"
        )
    return FOUND if report.removed else NOT_FOUND
