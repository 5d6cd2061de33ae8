"""``searchidx terms``: terms of the index with their document frequencies."""

from __future__ import annotations  # the annotations are for Typer

from typing import Annotated

from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import find_index, load_settings, open_index
from searchidx.cli.streams import say, stdout_is_terminal, write
from searchidx.errors import FOUND, NOT_FOUND
from searchidx.render.safe import visible
from searchidx.render.wrap import table


def command(
    prefix: Annotated[str, argument("[PREFIX]", "Prefix of the terms")] = "",
    field: Annotated[str | None, option(flags.FIELD)] = None,
    limit: Annotated[str | None, option(flags.TERMS)] = None,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
) -> int:
    """List terms with the number of paragraphs that contain them.

    The most frequent terms come first. The prefix is folded like a query, so
    script and width don't matter. Fields are words, forms (other spellings of
    numbers and dates), headings, characters and bigrams.

    Examples:
      searchidx terms 操作
      searchidx terms linux -n 50
      searchidx terms --field headings
    """
    settings = load_settings(limit=limit, index=index)
    field = field or "words"
    with open_index(find_index(settings), settings.query_seconds) as opened:
        terms = opened.terms(prefix, field=field, limit=settings.limit)
    if as_json:
        from searchidx.render.jsonl import dump

        write([dump({"prefix": prefix, "field": field, "terms": [entry._asdict() for entry in terms]})])
    elif stdout_is_terminal():
        write(table(((f"{entry.paragraphs:,}", visible(entry.term)) for entry in terms), right=(0,)))
    else:
        write(f"{entry.paragraphs}\t{visible(entry.term)}" for entry in terms)
    if not terms:
        say(f"no term in field {field} begins with {prefix}" if prefix else f"field {field} has no terms")
    return FOUND if terms else NOT_FOUND
