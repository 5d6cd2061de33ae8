"""``searchidx terms``: what is in the index, term by term."""

from __future__ import annotations  # the annotations are for Typer

from typing import Annotated

from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import open_index, place, settings
from searchidx.cli.streams import say, stdout_is_terminal, write
from searchidx.errors import FOUND, NOT_FOUND
from searchidx.render.safe import visible
from searchidx.render.wrap import table


def command(
    prefix: Annotated[str, argument("[PREFIX]", "What the terms begin with")] = "",
    field: Annotated[str | None, option(flags.FIELD)] = None,
    limit: Annotated[str | None, option(flags.TERMS)] = None,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
) -> int:
    """List terms with the number of paragraphs that hold them.

    The most frequent come first. A prefix finds terms in any script or width,
    folded as queries are. Fields are words, forms (other ways to write numbers
    and dates), headings, characters and bigrams.

    Examples:
      searchidx terms 操作
      searchidx terms linux -n 50
      searchidx terms --field headings
    """
    chosen = settings(limit=limit, index=index)
    wanted = field or "words"
    with open_index(place(chosen), chosen.query_seconds) as opened:
        found = opened.terms(prefix, field=wanted, limit=chosen.limit)
    if as_json:
        from searchidx.render.jsonl import dump

        write([dump({"prefix": prefix, "field": wanted, "terms": [entry._asdict() for entry in found]})])
    elif stdout_is_terminal():
        write(table(((f"{entry.paragraphs:,}", visible(entry.term)) for entry in found), right=(0,)))
    else:
        write(f"{entry.paragraphs}\t{visible(entry.term)}" for entry in found)
    if not found:
        say(f"no term of {wanted} begins with {prefix}" if prefix else f"there are no terms in {wanted}")
    return FOUND if found else NOT_FOUND
