"""``searchidx search``: ranked search. Imported by the quick path, so it must not import Typer."""

from __future__ import annotations  # the annotations are for Typer; evaluating them would import it

import os
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from searchidx import config
from searchidx._startup.dataclass import dataclass
from searchidx.api import Index
from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import (
    STALE_ANALYSIS,
    absolute,
    analysis_files,
    find_index,
    load_settings,
    number,
    open_index,
)
from searchidx.cli.streams import renderer, say, tell, write
from searchidx.errors import FOUND, NOT_FOUND, QueryError
from searchidx.render.look import count as amount

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchidx.render.renderer import Renderer
    from searchidx.results import FileCounts, MatchCount, Page
    from searchidx.userdata.saved import Search

_MAX_EAGER_HITS = 1000  # a longer page is fetched while it is written
_SAVED_MARKS = ("@", "＠")  # first character of a saved search's name

_Flags = dict[str, "str | bool | None"]
"""Flags of the current command by spelling, repeated in suggested commands."""


class _Scope(TypedDict):
    """Matching mode and path filter of a query."""

    literal: bool
    exact: bool
    under: str | None


@dataclass(frozen=True, slots=True)
class _Session:
    """One search with its index and its output.

    Attributes:
        index: Open index.
        query: Query text; that of a saved search if it was named.
        scope: Matching mode and path filter.
        options: Sorting, grouping, facets and context, as keyword arguments of :meth:`Index.search`.
        output: Renderer of the results.
        flags: Flags to repeat in suggested commands.
        rereads: Filters that no paragraph passes are read as text if nothing matches; not in a saved search.
    """

    index: Index
    query: str
    scope: _Scope
    options: dict[str, Any]
    output: Renderer
    flags: _Flags
    rereads: bool


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
    """Search for paragraphs and rank them, best first.

    Paragraphs that contain the query as written come first, then those with all
    its words (≈), then those with some of them (~). Simplified matches
    traditional, full width matches half width. Whole questions work too.

    In a pipe each hit is one line, path:line:snippet. The exit code is 0 if a
    paragraph matches, 1 if none does, 2 after an error.

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
    user_files = {"words": words, "synonyms": synonyms, "stop_words": stop_words}
    settings = load_settings(limit=limit, color=color, width=width, index=index, **user_files)
    skip = number("--offset", offset)
    text = " ".join(query)
    under = absolute(under) if under is not None else None
    named = None if literal else _recall(text)
    if named is not None:
        text, literal, under = named.query, named.literal, under or named.under
        exact = exact or named.exact
        if not files and facet is None:  # lists of files and counts have no order or groups of hits
            group, distinct = group or named.group, distinct or named.distinct
            sort = sort or (None if count else named.sort)
    if pinyin:
        from searchidx.cli.pinyin import query as as_pinyin

        text = as_pinyin(text, literal=literal)
    scope: _Scope = {"literal": literal, "exact": exact, "under": under}
    rereads = named is None
    options: dict[str, Any] = {}
    if sort is not None or group is not None or distinct or facet is not None or after or before or context:
        from searchidx.cli.result_options import result_options

        options = result_options(
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
    repeated: _Flags = {"-F": literal, "--under": under, "--index": index, **_by_spelling(user_files)}
    with (
        open_index(find_index(settings), settings.query_seconds, analysis_files(settings)) as opened,
        opened.shared_budget(),
    ):
        if opened.has_stale_analysis:
            say(f"note: {STALE_ANALYSIS}")
        output = renderer(
            settings.color,
            settings.width,
            as_json=as_json,
            stale_analysis=opened.has_stale_analysis,
            **options,
        )
        session = _Session(opened, text, scope, options, output, repeated, rereads)
        lists_hits = facet is None and not files and not count
        if facet is not None:
            total = _print_facets(session, _part(skip, settings.limit))
        elif files:
            # Like grep -l, it lists all documents unless -n is given.
            total = _print_files(session, _part(skip, settings.limit if limit is not None else 0), count)
        elif count:
            total = _print_count(session)
        else:
            total = _print_hits(session, settings.limit, skip)
        if not total:
            say(_no_match_message(opened, text, scope))
            if not (output.includes_suggestions and lists_hits):
                _suggest_instead(session)
            if text.isascii() and not literal and not pinyin:
                _suggest_pinyin(session)
    if save is not None:
        _save(save, text, scope, sort, group, distinct)
    if settings.history:
        _record(" ".join(query), total, scope)
    return FOUND if total else NOT_FOUND


def _part(skip: int, limit: int) -> slice:
    return slice(skip, skip + limit if limit else None)


def _recall(text: str) -> Search | None:
    """Return the saved search that the text names, or None."""
    if not text.startswith(_SAVED_MARKS):
        return None
    from searchidx.cli.saved_names import recall

    return recall(text)


def _save(name: str, text: str, scope: _Scope, sort: str | None, group: str | None, distinct: bool) -> None:
    from searchidx.userdata import saved

    search = saved.Search(text, sort=sort, group=group, distinct=distinct, **scope)
    before = saved.save(config.saved_file(os.environ), name, search)
    replaced = "" if before is None or before == search else f"; it replaces: {before.query}"
    say(f"saved; searchidx search @{name.lstrip(''.join(_SAVED_MARKS))} repeats it{replaced}")


def _record(text: str, total: int, scope: _Scope) -> None:
    """Add the search to the history."""
    from searchidx.userdata import history

    history.remember(config.history_file(os.environ), text, total, **scope)


def _print_hits(session: _Session, limit: int, offset: int) -> int:
    page = session.index.search(
        session.query,
        limit,
        offset=offset,
        **session.scope,
        **session.options,
        reread=session.rereads,
        stream=not 0 < limit <= _MAX_EAGER_HITS,
    )
    has_literal = any(hit.match == "literal" for hit in page.hits[:1])
    suggests = not offset and page.complete and not has_literal
    output = session.output
    _print_notes(page)
    write(
        output.hits(
            page, _suggested_objects(session, page) if suggests and output.includes_suggestions else ()
        )
    )
    tell(output.footer(page))
    if suggests and page.hits and not output.includes_suggestions:
        from searchidx.cli import suggesting

        suggesting.print_suggestions(
            suggesting.suggestions(session.index, page, session.scope), session.flags
        )
    return page.total


def _suggested_objects(session: _Session, page: Page) -> Sequence[Mapping[str, object]]:
    from searchidx.cli import suggesting

    return suggesting.as_objects(suggesting.suggestions(session.index, page, session.scope), session.flags)


def _suggest_instead(session: _Session) -> None:
    """Print suggestions for a query without matches."""
    from searchidx.cli import suggesting

    suggesting.print_suggestions(session.index.suggest(session.query, **session.scope), session.flags)


def _suggest_pinyin(session: _Session) -> None:
    """Print the number of matches of the query as pinyin, if there are any."""
    from searchidx.cli.pinyin import offer

    if offered := offer(session.index, session.query, session.scope["under"], session.flags):
        say(offered)


def _by_spelling(user_files: Mapping[str, str | None]) -> _Flags:
    return {f"--{name.replace('_', '-')}": value for name, value in user_files.items()}


def _print_notes(page: Page | FileCounts | MatchCount) -> None:
    for note in page.notes:
        say(f"note: {note}")


def _print_files(session: _Session, part: slice, with_counts: bool) -> int:
    started = perf_counter()
    counts = session.index.files(session.query, **session.scope, reread=session.rereads)
    if with_counts and not counts.complete:
        raise QueryError("; ".join(counts.notes))
    _print_notes(counts)
    elapsed_ms = (perf_counter() - started) * 1000
    write(session.output.files(session.query, counts, part, elapsed_ms, with_counts=with_counts))
    return len(counts)


def _print_count(session: _Session) -> int:
    started = perf_counter()
    groups = None
    if session.options:
        page = session.index.search(
            session.query, 1, **session.scope, **session.options, reread=session.rereads
        )
        if not page.complete:
            raise QueryError("; ".join(page.notes))
        _print_notes(page)
        total, groups, reread = page.total, page.groups, page.reread
    else:
        count = session.index.count(session.query, **session.scope, reread=session.rereads)
        _print_notes(count)
        total, reread = int(count), count.reread
    elapsed_ms = (perf_counter() - started) * 1000
    write(session.output.total(session.query, total, elapsed_ms, groups, reread=reread))
    return total


def _print_facets(session: _Session, part: slice) -> int:
    page = session.index.search(session.query, 1, **session.scope, **session.options, reread=session.rereads)
    _print_notes(page)
    write(session.output.facets(page, part))
    return page.total


def _no_match_message(index: Index, text: str, scope: _Scope) -> str:
    """Return the reason why there is no match, and the nearest query that has some."""
    if not text.strip():
        return "the query is empty; type at least one character"
    documents, paragraphs = index.size()
    if not documents:
        return "the index is empty; searchidx index PATH fills it"
    if scope["under"] is not None:
        elsewhere = _count_or_error(index, text, literal=scope["literal"], exact=scope["exact"])
        if elsewhere:
            return f"no match at or below {scope['under']}; elsewhere: {_amount(elsewhere)}"
    modes = (("-F", scope["literal"]), ("--exact", scope["exact"]))
    strict = " and ".join(flag for flag, is_set in modes if is_set)
    relaxed = _count_or_error(index, text) if strict else 0
    if relaxed:
        return f"no exact match; without {strict}: {_amount(relaxed)}"
    searched = f"{amount(paragraphs, 'paragraph')} of {amount(documents, 'document')}"
    return f"no match in {searched}; searchidx explain shows how the query is parsed"


def _count_or_error(index: Index, text: str, *, literal: bool = False, exact: bool = False) -> int | str:
    """Return the number of matches, or the message of the error: the answer "no match" stands without it."""
    try:
        return index.count(text, literal=literal, exact=exact)
    except QueryError as error:
        return str(error)


def _amount(matches: int | str) -> str:
    return matches if isinstance(matches, str) else amount(matches, "paragraph")
