"""``searchidx check``: is every byte of the index what was written; and what can be done if not."""

from __future__ import annotations  # the annotations are for Typer

from typing import TYPE_CHECKING, Annotated

from searchidx.cli import flags
from searchidx.cli.flags import option
from searchidx.cli.opening import (
    configured_files,
    limits,
    open_index,
    own_files,
    place,
    place_to_write,
    settings,
)
from searchidx.cli.progress import progress_line
from searchidx.cli.stopping import stoppable
from searchidx.cli.streams import say, working_directory, write
from searchidx.errors import FAILED, FOUND
from searchidx.render.look import count, relative, size

if TYPE_CHECKING:
    from searchidx import api
    from searchidx.ingest import Repair
    from searchidx.local.commit.check import Findings

_NAMED = 10


@stoppable()
def command(
    repair: Annotated[bool, option(flags.REPAIR)] = False,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
) -> int:
    """Read every byte of the index and compare checksums.

    The exit code is 2 when something is damaged, and the line says which file.
    With --repair, documents of damaged files are read again from their sources;
    what could not be read again is named, and the exit code is then 2.

    Examples:
      searchidx check
      searchidx check --repair
    """
    chosen = settings(index=index)
    with open_index(place_to_write(chosen) if repair else place(chosen), own=own_files(chosen)) as opened:
        if repair:
            with progress_line(working_directory()) as line:
                done = opened.repair(
                    progress=line,
                    processes=chosen.processes,
                    encodings=chosen.encodings,
                    limits=limits(chosen),
                    apart=configured_files(chosen),
                )
            return _tell_repair(done, as_json=as_json)
        return _tell_findings(opened, opened.check(), as_json=as_json)


def _tell_findings(opened: api.Index, found: Findings, *, as_json: bool) -> int:
    if as_json:
        _write({"directory": opened.directory, "sound": not found.problems, **found._asdict()})
    elif found.problems:
        *others, last = (f"{path} is damaged ({why})" for path, why in found.problems)
        for line in (*others, f"{last}: run `searchidx check --repair`"):
            say(line)
    else:
        status = opened.status()
        say(f"sound: {size(status.index_bytes)} in {count(status.segments, 'segment')}")
    for name in () if as_json else found.strange:
        say(f"{name} is not a file of an index and was not looked at")
    return FAILED if found.problems else FOUND


def _tell_repair(done: Repair, *, as_json: bool) -> int:
    report = done.report
    if as_json:
        facts = {name: getattr(done, name) for name in ("problems", "lost", "nameless", "guessed")}
        _write({**facts, "documents": report.documents, "read": report.added + report.updated})
    elif not done.problems:
        say("sound: there is nothing to repair")
    else:
        _say_repair(done)
    return FAILED if done.lost else FOUND


def _say_repair(done: Repair) -> None:
    for path, why in done.problems:
        say(f"{path} was damaged: {why}")
    for path, reason in done.lost[:_NAMED]:
        say(f"lost {relative(path, working_directory())}: {reason}")
    if len(done.lost) > _NAMED:
        say(f"lost {len(done.lost) - _NAMED:,} more: --json names them all")
    if done.nameless:
        say(
            f"{count(done.nameless, 'document')} had lost their paths; what is below the indexed folders is back"
        )
    if done.guessed:
        say("the manifest was lost: name your folders again with searchidx index PATH")
    again = done.report.added + done.report.updated
    say(f"repaired: {count(done.report.documents, 'document')}, {again:,} of them read again")


def _write(facts: dict[str, object]) -> None:
    from searchidx.render.jsonl import dump

    write([dump(facts)])
