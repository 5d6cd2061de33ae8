"""``searchidx watch``: keep an index fresh."""

from __future__ import annotations  # the annotations are for Typer

from typing import Annotated

from searchidx import api
from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.index import as_json_line, nonexistent, summary
from searchidx.cli.opening import (
    absolute,
    configured_files,
    limits,
    open_index,
    own_files,
    place_to_write,
    schedule,
    settings,
)
from searchidx.cli.progress import progress_line
from searchidx.cli.stopping import stoppable
from searchidx.cli.streams import say, working_directory, write
from searchidx.errors import FOUND, UsageError
from searchidx.ingest import Report, WalkRules


@stoppable()
def command(
    paths: Annotated[
        list[str] | None, argument("[PATH]...", "Folders and files; none for all that were indexed before")
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
    """Index, and go on indexing whatever changes, until Ctrl-C.

    First everything is brought up to date as searchidx index does. Then what
    changes is indexed half a second after it has come to rest, and a line is
    written of each commit (with --json, an object). Needs watchfiles: pip
    install 'searchidx[watch]'.

    Examples:
      searchidx watch ~/Documents
      searchidx watch
    """
    chosen = settings(processes=processes, index=index, words=words)
    rules = WalkRules(hidden, no_ignore, follow, tuple(globs or ()), tuple(types or ()))
    rules.check()
    where = place_to_write(chosen)
    wanted = [absolute(path) for path in paths or ()]
    missing = nonexistent(wanted, where)
    if missing:
        raise UsageError(f"{missing[0]}: there is no such file or folder")
    if rules != WalkRules() and not wanted:
        raise UsageError("which files to take is remembered of each folder: name the one to take them from")
    if not wanted:
        open_index(where).close()
    with (
        api.open(where.directory, create=True, words=own_files(chosen)["words"]) as opened,
        progress_line(working_directory()) as line,
    ):
        reports = opened.watch(
            wanted or None,
            rules=rules if as_usual or rules != WalkRules() else None,
            progress=line,
            processes=chosen.processes,
            encodings=chosen.encodings,
            limits=limits(chosen),
            apart=configured_files(chosen, wanted),
            schedule=schedule(chosen),
        )
        try:
            for number, report in enumerate(reports):
                if line is not None:
                    line.erase()
                _tell(report, as_json=as_json)
                if not number and not report.interrupted:
                    say("watching; Ctrl-C ends it")
        except KeyboardInterrupt:
            pass
    say("no longer watching; what was committed stays")
    return FOUND


def _tell(report: Report, *, as_json: bool) -> None:
    if as_json:
        write([as_json_line(report)])
    else:
        say(summary(report))
