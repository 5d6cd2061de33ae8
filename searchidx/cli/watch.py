"""``searchidx watch``: continuous indexing of changed files."""

from __future__ import annotations  # the annotations are for Typer

from typing import Annotated

from searchidx import api
from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.index import as_json_line, nonexistent, summary
from searchidx.cli.opening import (
    absolute,
    analysis_files,
    configured_files,
    find_writable_index,
    limits,
    load_settings,
    open_index,
    schedule,
)
from searchidx.cli.progress import progress_line
from searchidx.cli.stopping import stoppable
from searchidx.cli.streams import say, working_directory, write
from searchidx.errors import FOUND, UsageError
from searchidx.ingest import Report, WalkRules


@stoppable()
def command(
    paths: Annotated[
        list[str] | None, argument("[PATH]...", "Folders and files; default: all indexed before")
    ] = None,
    globs: Annotated[list[str] | None, option(flags.GLOB)] = None,
    types: Annotated[list[str] | None, option(flags.TYPE)] = None,
    hidden: Annotated[bool, option(flags.HIDDEN)] = False,
    no_ignore: Annotated[bool, option(flags.NO_IGNORE)] = False,
    follow: Annotated[bool, option(flags.FOLLOW)] = False,
    as_usual: Annotated[bool, option(flags.AS_USUAL)] = False,
    processes: Annotated[str | None, option(flags.PROCESSES)] = None,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
    words: Annotated[str | None, option(flags.WORDS)] = None,
) -> int:
    """Update the index whenever files change, until Ctrl-C.

    It starts with the update of searchidx index. After that, changed files are
    indexed half a second after their last change, and each commit prints a line
    (with --json, an object). Needs watchfiles: pip install 'searchidx[watch]'.

    Examples:
      searchidx watch ~/Documents
      searchidx watch
    """
    settings = load_settings(processes=processes, index=index, words=words)
    rules = WalkRules(hidden, no_ignore, follow, tuple(globs or ()), tuple(types or ()))
    rules.check()
    where = find_writable_index(settings)
    named = [absolute(path) for path in paths or ()]
    missing = nonexistent(named, where)
    if missing:
        raise UsageError(f"{missing[0]} does not exist")
    if rules != WalkRules() and not named:
        raise UsageError("walk options are remembered per folder; name the folder: searchidx watch PATH")
    if not named:
        open_index(where).close()
    with (
        api.open(where.directory, create=True, words=analysis_files(settings)["words"]) as opened,
        progress_line(working_directory()) as line,
    ):
        reports = opened.watch(
            named or None,
            rules=rules if as_usual or rules != WalkRules() else None,
            progress=line,
            processes=settings.processes,
            encodings=settings.encodings,
            limits=limits(settings),
            apart=configured_files(settings, named),
            schedule=schedule(settings),
        )
        try:
            for number, report in enumerate(reports):
                if line is not None:
                    line.erase()
                _print_report(report, as_json=as_json)
                if not number and not report.interrupted:
                    say("watching for changes; stop with Ctrl-C")
        except KeyboardInterrupt:
            pass
    say("stopped; all reported commits are kept")
    return FOUND


def _print_report(report: Report, *, as_json: bool) -> None:
    if as_json:
        write([as_json_line(report)])
    else:
        say(summary(report))
