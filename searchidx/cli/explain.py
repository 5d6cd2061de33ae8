"""``searchidx explain``: why this, why here, why not."""

from __future__ import annotations  # the annotations are for Typer

import os
from typing import Annotated

import typer

from searchidx import config
from searchidx.cli import flags, places
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import open_index, own_files, place, settings
from searchidx.cli.parser import QUOTED_WORDS
from searchidx.cli.streams import look, write
from searchidx.errors import FOUND, UsageError
from searchidx.render.explanation import explanation
from searchidx.userdata import saved


def command(
    ctx: typer.Context,
    query: Annotated[
        list[str], argument("QUERY...", "As for searchidx search; PATH:LINE at its end is a paragraph")
    ],
    at: Annotated[str | None, option(flags.AT)] = None,
    literal: Annotated[bool, option(flags.LITERAL)] = False,
    exact: Annotated[bool, option(flags.EXACT)] = False,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    color: Annotated[str | None, option(flags.COLOR)] = None,
    width: Annotated[str | None, option(flags.WIDTH)] = None,
    index: Annotated[str | None, option(flags.INDEX)] = None,
    words: Annotated[str | None, option(flags.WORDS)] = None,
    synonyms: Annotated[str | None, option(flags.SYNONYMS)] = None,
    stop_words: Annotated[str | None, option(flags.STOP_WORDS)] = None,
) -> int:
    """Show how a query is read, and why a paragraph matches or does not.

    The terms of the query come with the number of paragraphs that hold them.
    After PATH:LINE, as search prints it, the words of the query stand beside
    what the paragraph has of them, its score comes in parts that add up to it,
    and its rank with what comes before it; or else the first reason why it was
    not found. --path does without a line: all paragraphs of the document.
    A place where there is no paragraph is an error; behind -- it is part of the
    query.

    Examples:
      searchidx explain 产业赋能大使
      searchidx explain 开户许可证 page.md:120
      searchidx explain 开户许可证 --path page.md
    """
    own = {"words": words, "synonyms": synonyms, "stop_words": stop_words}
    chosen = settings(color=color, width=width, index=index, **own)
    asked = query
    if at is None and len(query) > 1 and not ctx.meta[QUOTED_WORDS] and places.is_likely(query[-1]):
        *asked, at = query
    path, line = places.read(at) if at is not None else (None, None)
    text = " ".join(asked)
    if (
        text[:1] in saved.MARKS
        and text
        and not literal
        and (kept := saved.recall(config.saved_file(os.environ), text))
    ):
        text, literal, exact = kept.query, kept.literal, exact or kept.exact
    with open_index(place(chosen), chosen.query_seconds, own_files(chosen)) as opened:
        explained = opened.explain(text, path=path, line=line, literal=literal, exact=exact)
    if path is not None and not explained["paragraphs"] and explained["missing"]:
        raise UsageError(_no_place(at, explained["missing"], is_word=len(asked) < len(query)))
    if as_json:
        from searchidx.render.jsonl import dump

        write([dump(explained)])
    else:
        write(explanation(explained, look(chosen.color, chosen.width)))
    return FOUND


def _no_place(at: str | None, reason: str, *, is_word: bool) -> str:
    remedy = f"; if it is part of the query, write -- {at}" if is_word else ""
    return f"{at}: there is no such place: {reason}{remedy}"
