"""``searchidx check``: verification and repair of an index."""

from __future__ import annotations  # the annotations are for Typer

from typing import TYPE_CHECKING, Annotated

from searchidx.cli import flags
from searchidx.cli.flags import option
from searchidx.cli.opening import (
    analysis_files,
    configured_files,
    find_index,
    find_writable_index,
    limits,
    load_settings,
    open_index,
)
from searchidx.cli.progress import progress_line
from searchidx.cli.stopping import stoppable
from searchidx.cli.streams import say, working_directory, write
from searchidx.errors import FAILED, FOUND
from searchidx.render.look import count, relative, size

if TYPE_CHECKING:
    from searchidx import api
    from searchidx.engine import Findings
    from searchidx.ingest import Repair

_MAX_LISTED = 10


@stoppable()
def command(
    repair: Annotated[bool, option(flags.REPAIR)] = False,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
) -> int:
    """Verify the checksum of every byte of the index.

    Damaged files are listed, and the exit code is 2. With --repair, the
    documents in damaged files are rebuilt from their source files; documents
    whose source file can't be read are listed, and the exit code is 2.

    Examples:
      searchidx check
      searchidx check --repair
    """
    settings = load_settings(index=index)
    with open_index(
        find_writable_index(settings) if repair else find_index(settings), files=analysis_files(settings)
    ) as opened:
        if repair:
            with progress_line(working_directory()) as line:
                done = opened.repair(
                    progress=line,
                    processes=settings.processes,
                    encodings=settings.encodings,
                    limits=limits(settings),
                    apart=configured_files(settings),
                )
            return _report_repair(done, as_json=as_json)
        return _report_findings(opened, opened.check(), as_json=as_json)


def _report_findings(opened: api.Index, findings: Findings, *, as_json: bool) -> int:
    if as_json:
        _write({"directory": opened.directory, "sound": not findings.problems, **findings._asdict()})
    elif findings.problems:
        *others, last = (f"{path} is damaged ({why})" for path, why in findings.problems)
        for line in (*others, f"{last}: run `searchidx check --repair`"):
            say(line)
    else:
        status = opened.status()
        say(f"sound: {size(status.index_bytes)} in {count(status.segments, 'segment')}")
    for name in () if as_json else findings.strange:
        say(f"{name} is not part of the index and is not checked")
    return FAILED if findings.problems else FOUND


def _report_repair(done: Repair, *, as_json: bool) -> int:
    report = done.report
    if as_json:
        facts = {name: getattr(done, name) for name in ("problems", "lost", "nameless", "guessed")}
        _write({**facts, "documents": report.documents, "read": report.added + report.updated})
    elif not done.problems:
        say("sound: nothing to repair")
    else:
        _say_repair(done)
    return FAILED if done.lost else FOUND


def _say_repair(done: Repair) -> None:
    for path, why in done.problems:
        say(f"{path} was damaged: {why}")
    for path, reason in done.lost[:_MAX_LISTED]:
        say(f"not recovered: {relative(path, working_directory())}: {reason}")
    if len(done.lost) > _MAX_LISTED:
        say(f"not recovered: {len(done.lost) - _MAX_LISTED:,} more; --json lists all")
    if done.nameless:
        say(
            f"the paths of {count(done.nameless, 'document')} are lost; documents below the indexed folders are restored"
        )
    if done.guessed:
        say("the list of indexed folders is lost; name them again with searchidx index PATH")
    rebuilt = done.report.added + done.report.updated
    say(f"repaired: {count(done.report.documents, 'document')}, {rebuilt:,} of them rebuilt")


def _write(facts: dict[str, object]) -> None:
    from searchidx.render.jsonl import dump

    write([dump(facts)])
