"""``searchidx explain``: parsed query, score of a paragraph, reason of a miss."""

from __future__ import annotations  # the annotations are for Typer

from typing import Annotated

import typer

from searchidx.cli import flags, places
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import analysis_files, find_index, load_settings, open_index
from searchidx.cli.parser import QUOTED_WORDS
from searchidx.cli.saved_names import recall
from searchidx.cli.streams import look, write
from searchidx.errors import FOUND, UsageError
from searchidx.explanation import as_object
from searchidx.render.explanation import explanation
from searchidx.userdata.saved import MARKS


def command(
    ctx: typer.Context,
    query: Annotated[
        list[str], argument("QUERY...", "Query of searchidx search; PATH:LINE at its end names a paragraph")
    ],
    location: Annotated[str | None, option(flags.AT)] = None,
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
    """Explain how a query is parsed and why a paragraph matches or doesn't.

    Each term of the query is listed with the number of paragraphs that contain
    it. With PATH:LINE, as search prints it, the words of the query are compared
    with those of the paragraph, and its score is broken down by term, with its
    rank; for a paragraph that doesn't match, the first reason is shown. --path
    without a line explains all paragraphs of the document. A location without a
    paragraph is an error; after -- it is part of the query.

    Examples:
      searchidx explain 产业赋能大使
      searchidx explain 开户许可证 page.md:120
      searchidx explain 开户许可证 --path page.md
    """
    user_files = {"words": words, "synonyms": synonyms, "stop_words": stop_words}
    settings = load_settings(color=color, width=width, index=index, **user_files)
    query_words = query
    if location is None and len(query) > 1 and not ctx.meta[QUOTED_WORDS] and places.is_likely(query[-1]):
        *query_words, location = query
    path, line = places.read(location) if location is not None else (None, None)
    text = " ".join(query_words)
    named = recall(text) if _may_name_search(text, literal=literal) else None
    if named is not None:
        text, literal, exact = named.query, named.literal, exact or named.exact
    with open_index(find_index(settings), settings.query_seconds, analysis_files(settings)) as opened:
        explained = opened.explain(text, path=path, line=line, literal=literal, exact=exact)
    if path is not None and not explained.paragraphs and explained.missing:
        raise UsageError(_no_paragraph(location, explained.missing, is_word=len(query_words) < len(query)))
    if as_json:
        from searchidx.render.jsonl import dump

        write([dump(as_object(explained))])
    else:
        write(explanation(explained, look(settings.color, settings.width)))
    return FOUND


def _may_name_search(text: str, *, literal: bool) -> bool:
    return not literal and text.startswith(tuple(MARKS))


def _no_paragraph(location: str | None, reason: str, *, is_word: bool) -> str:
    remedy = f"; to search for it as text, write -- {location}" if is_word else ""
    return f"{location} is no indexed paragraph: {reason}{remedy}"
