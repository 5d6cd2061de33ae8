"""``searchidx search``: what the whole program is for. Imported on the quick path, so no Typer here."""

from __future__ import annotations  # the annotations are for Typer; evaluating them would import it

import os
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from searchidx import config
from searchidx.api import Index
from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import absolute, analysis_files, find_index, load_settings, number, open_index
from searchidx.cli.streams import look, say, stdout_is_terminal, tell, write
from searchidx.errors import FOUND, NOT_FOUND, QueryError
from searchidx.local.segment.query_budget import SharedBudget
from searchidx.render import plain, terminal
from searchidx.render.look import Look
from searchidx.render.look import count as amount

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchidx.results import FileCounts, Page
    from searchidx.userdata.saved import Search

_FETCHED_AT_ONCE = 1000  # hits; more, or all of them, are fetched while they are written
_MARKS = "@＠"  # what the name of a saved search begins with


def command(
    query: Annotated[list[str], argument("QUERY...", 'Words, "a phrase", -word, AND OR NOT ( )')],
    literal: Annotated[bool, option(flags.LITERAL)] = False,
    pinyin: Annotated[bool, option(flags.PINYIN)] = False,
    exact: Annotated[bool, option(flags.EXACT)] = False,
    under: Annotated[str | None, option(flags.UNDER)] = None,
    limit: Annotated[str | None, option(flags.LIMIT)] = None,
    offset: Annotated[str | None, option(flags.OFFSET)] = None,
    sort: Annotated[str | None, option(flags.SORT)] = None,
    group: Annotated[str | None, option(flags.GROUP)] = None,
    distinct: Annotated[bool, option(flags.DISTINCT)] = False,
    after: Annotated[str | None, option(flags.AFTER)] = None,
    before: Annotated[str | None, option(flags.BEFORE)] = None,
    context: Annotated[str | None, option(flags.CONTEXT)] = None,
    facet: Annotated[str | None, option(flags.FACET)] = None,
    files: Annotated[bool, option(flags.FILES)] = False,
    count: Annotated[bool, option(flags.COUNT)] = False,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    color: Annotated[str | None, option(flags.COLOR)] = None,
    width: Annotated[str | None, option(flags.WIDTH)] = None,
    index: Annotated[str | None, option(flags.INDEX)] = None,
    save: Annotated[str | None, option(flags.SAVE)] = None,
    words: Annotated[str | None, option(flags.WORDS)] = None,
    synonyms: Annotated[str | None, option(flags.SYNONYMS)] = None,
    stop_words: Annotated[str | None, option(flags.STOP_WORDS)] = None,
) -> int:
    """Find paragraphs, best first.

    Literal matches of everything you type come first, then paragraphs with all
    the words (≈), then those with some of them (~). Simplified finds
    traditional, full-width finds half-width. A whole question works too.

    In a pipe each hit is one line, path:line:snippet. The exit code is 0 when
    something was found, 1 when nothing was, 2 on an error.

    Examples:
      searchidx search 产业赋能大使
      searchidx search 康富德的研发中心签约落户在哪个区
      searchidx search '"深圳招商" OR 招商引资' -n 20
      searchidx search 公园 -广告 --under ~/Documents/2023
      searchidx search -F '023—49301888'
      searchidx search --pinyin chongqing ribao
      searchidx search 签约 'num:>1亿' 'date:2023年4月'
      searchidx search 公告 --group document --distinct --sort date
      searchidx search 公告 --facet type,month
      searchidx search --json 公告 | jq -r .path
      searchidx search -- -linux 内核
    """
    own = {"words": words, "synonyms": synonyms, "stop_words": stop_words}
    settings = load_settings(limit=limit, color=color, width=width, index=index, **own)
    skip = number("--offset", offset)
    text = " ".join(query)
    under = absolute(under) if under is not None else None
    if text[:1] in _MARKS and text and not literal and (kept := _recalled(text)):
        text, literal, under = kept.query, kept.literal, under or kept.under
        exact = exact or kept.exact
        if not files and facet is None:  # where no hits are shown, how they are put together says nothing
            group, distinct = group or kept.group, distinct or kept.distinct
            sort = sort or (None if count else kept.sort)
    if pinyin:
        from searchidx.cli.pinyin import query as as_pinyin

        text = as_pinyin(text, literal=literal)
    scope: _Scope = {"literal": literal, "exact": exact, "under": under}
    arranged: dict[str, Any] = {}
    if sort is not None or group is not None or distinct or facet is not None or after or before or context:
        from searchidx.cli import arranging

        arranged = arranging.words(
            sort=sort,
            group=group,
            distinct=distinct,
            facet=facet,
            after=after,
            before=before,
            context=context,
            files=files,
            count=count,
        )
    shown = look(settings.color, settings.width)
    again: _Flags = {"-F": literal, "--under": under, "--index": index, **_spelled(own)}
    with (
        open_index(find_index(settings), settings.query_seconds, analysis_files(settings)) as opened,
        SharedBudget(),
    ):
        if facet is not None:
            most = skip + settings.limit if settings.limit else None
            found = _facets(opened, text, scope, arranged, slice(skip, most), shown, as_json)
        elif files:
            # A list of documents is whole unless a limit was asked for, as it is with grep.
            most = settings.limit if limit is not None else 0
            found = _files(
                opened, text, scope, slice(skip, skip + most if most else None), shown, count, as_json
            )
        elif count:
            found = _count(opened, text, scope, arranged, as_json)
        else:
            found = _hits(opened, text, scope, arranged, settings.limit, skip, shown, as_json, again)
        if not found:
            say(_reason(opened, text, scope))
            if not as_json or files or count or facet is not None:
                _tell_nearest(opened, text, scope, again)
            if text.isascii() and not literal and not pinyin:
                from searchidx.cli.pinyin import offer

                if offered := offer(opened, text, under, again):
                    say(offered)
    if save is not None:
        _save(save, text, scope, sort, group, distinct)
    if settings.history:
        _remember(" ".join(query), found, scope)
    return FOUND if found else NOT_FOUND


def _recalled(text: str) -> Search | None:
    from searchidx.userdata import saved

    return saved.recall(config.saved_file(os.environ), text)


def _save(name: str, text: str, scope: _Scope, sort: str | None, group: str | None, distinct: bool) -> None:
    from searchidx.userdata import saved

    search = saved.Search(text, sort=sort, group=group, distinct=distinct, **scope)
    before = saved.save(config.saved_file(os.environ), name, search)
    was = "" if before is None or before == search else f"; it was: {before.query}"
    say(f"saved: searchidx search @{name.lstrip(_MARKS)}{was}")


def _remember(text: str, found: int, scope: _Scope) -> None:
    from searchidx.userdata import history

    history.remember(config.history_file(os.environ), text, found, **scope)


_Flags = dict[str, "str | bool | None"]
"""Flags of the command at hand by their spelling, for the command that is suggested."""


class _Scope(TypedDict):
    """How a query is meant, and where."""

    literal: bool
    exact: bool
    under: str | None


def _hits(
    index: Index,
    text: str,
    scope: _Scope,
    arranged: dict[str, Any],
    limit: int,
    offset: int,
    shown: Look,
    as_json: bool,
    again: _Flags,
) -> int:
    page = index.search(
        text, limit, offset=offset, **scope, **arranged, stream=not 0 < limit <= _FETCHED_AT_ONCE
    )
    near = not offset and page.complete and not any(hit.match == "literal" for hit in page.hits[:1])
    _tell_notes(page)
    if as_json:
        from searchidx.render import jsonl

        suggested: Sequence[Mapping[str, object]] = ()
        if near:
            from searchidx.cli import suggesting

            suggested = suggesting.as_objects(suggesting.suggestions(index, page, scope), again)
        write(jsonl.hits(page, arranged, suggested))
    elif stdout_is_terminal():
        write(terminal.hits(page, shown))
        if page.hits:
            tell(["", *terminal.summary(page, shown)])
    else:
        write(plain.hits(page, shown))
    if near and page.hits and not as_json:
        from searchidx.cli import suggesting

        suggesting.print_suggestions(suggesting.suggestions(index, page, scope), again)
    return page.total


def _tell_nearest(index: Index, text: str, scope: _Scope, again: _Flags) -> None:
    """Say what to look for instead of a query that found nothing."""
    from searchidx.cli import suggesting

    suggesting.print_suggestions(index.suggest(text, **scope), again)


def _spelled(own: Mapping[str, str | None]) -> _Flags:
    return {f"--{name.replace('_', '-')}": value for name, value in own.items()}


def _tell_notes(page: Page | FileCounts) -> None:
    for note in page.notes:
        say(f"note: {note}")


def _files(
    index: Index, text: str, scope: _Scope, part: slice, shown: Look, numbers: bool, as_json: bool
) -> int:
    started = perf_counter()
    counts = index.files(text, **scope)
    if numbers and not counts.complete:
        raise QueryError("; ".join(counts.notes))
    _tell_notes(counts)
    if as_json:
        from searchidx.render import jsonl

        elapsed = (perf_counter() - started) * 1000
        write(jsonl.files(text, counts, part, elapsed, complete=counts.complete))
    else:
        layout = terminal.files if stdout_is_terminal() else plain.files
        write(layout(counts[part], shown, numbers=numbers))
    return len(counts)


def _count(index: Index, text: str, scope: _Scope, arranged: dict[str, Any], as_json: bool) -> int:
    started = perf_counter()
    groups = None
    if arranged:
        page = index.search(text, 1, **scope, **arranged)
        if not page.complete:
            raise QueryError("; ".join(page.notes))
        _tell_notes(page)
        found, groups = page.total, page.groups
    else:
        found = index.count(text, **scope)
    if as_json:
        from searchidx.render import jsonl

        write(jsonl.total(text, found, (perf_counter() - started) * 1000, groups))
    else:
        write([str(found if groups is None else groups)])
    return found


def _facets(
    index: Index, text: str, scope: _Scope, arranged: dict[str, Any], part: slice, shown: Look, as_json: bool
) -> int:
    from searchidx.render import facets

    page = index.search(text, 1, **scope, **arranged)
    _tell_notes(page)
    if as_json:
        write(facets.jsonl(page, part))
    elif not page.total:
        return 0
    elif stdout_is_terminal():
        write(facets.terminal(page, part, shown))
    else:
        write(facets.plain(page, part, shown))
    return page.total


def _reason(index: Index, text: str, scope: _Scope) -> str:
    """Say why nothing was found, and what would be."""
    if not text.strip():
        return "the query is empty"
    documents, paragraphs = index.size()
    if not documents:
        return "the index is empty; searchidx index PATH fills it"
    if scope["under"] is not None:
        elsewhere = _count_or_why(index, text, literal=scope["literal"], exact=scope["exact"])
        if isinstance(elsewhere, str):
            return f"nothing at or below {scope['under']}; elsewhere: {elsewhere}"
        if elsewhere:
            return f"nothing at or below {scope['under']}; {amount(elsewhere, 'paragraph')} elsewhere"
    strict = " and ".join(
        flag for flag, given in (("-F", scope["literal"]), ("--exact", scope["exact"])) if given
    )
    loosely = _count_or_why(index, text) if strict else 0
    if loosely:
        said = loosely if isinstance(loosely, str) else amount(loosely, "paragraph")
        return f"nothing holds exactly this; without {strict}: {said}"
    among = f"{amount(paragraphs, 'paragraph')} of {amount(documents, 'document')}"
    return f"nothing found in {among}; searchidx explain shows how the query is read"


def _count_or_why(index: Index, text: str, *, literal: bool = False, exact: bool = False) -> int | str:
    """Count what else there is, or say why that is not known: that nothing was found is an answer all the same."""
    try:
        return index.count(text, literal=literal, exact=exact)
    except QueryError as error:
        return str(error)
