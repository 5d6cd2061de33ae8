"""``searchidx index``: build an index or bring it up to date."""

from __future__ import annotations  # the annotations are for Typer

import os
from typing import Annotated

from searchidx import api
from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import absolute, limits, open_index, own_files, place_to_write, settings
from searchidx.cli.progress import progress_line
from searchidx.cli.streams import say, working_directory, write
from searchidx.config import Place, Settings
from searchidx.errors import FAILED, FOUND, NoIndexError, UsageError
from searchidx.ingest import Report
from searchidx.render.look import count, relative

_NAMED = 10


def command(
    paths: Annotated[
        list[str] | None, argument("[PATH]...", "Folders and files; none for all that were indexed before")
    ] = None,
    encoding: Annotated[str | None, option(flags.ENCODING)] = None,
    processes: Annotated[str | None, option(flags.PROCESSES)] = None,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
    words: Annotated[str | None, option(flags.WORDS)] = None,
) -> int:
    """Build an index or bring it up to date.

    Only what has changed since the last time is read again, and what is gone is
    removed. Without PATH everything that was indexed before is looked at again.
    Where there is no index yet, your own is made; searchidx init makes one for
    a folder.

    Examples:
      searchidx index ~/Documents
      searchidx index
      searchidx index 旧文件 --encoding gb18030
    """
    chosen = settings(encoding=encoding, processes=processes, index=index, words=words)
    where = place_to_write(chosen)
    before = _roots(where)
    wanted = [absolute(_named(path)) for path in paths or ()]
    if not wanted and not before:
        open_index(where).close()
        raise UsageError("nothing was indexed before that could be refreshed: searchidx index PATH")
    absent = [path for path in wanted if not (os.path.lexists(path) or _was_indexed(path, where))]
    for path in absent:
        say(f"{path}: there is no such file or folder")
    if wanted and len(absent) == len(wanted):
        return FAILED
    report = _update(where, [path for path in wanted if path not in absent], chosen)
    _tell(report, as_json=as_json)
    if before is None:
        say(f"this is a new index, in {where.directory}")
    if report.interrupted:
        if report.added or report.updated:
            say("what was read is kept: searchidx index goes on from there")
        raise KeyboardInterrupt
    return FAILED if absent else FOUND


def _update(where: Place, paths: list[str], chosen: Settings) -> Report:
    own = api.open(where.directory, create=True, words=own_files(chosen)["words"])
    for note in own.own_notes:
        say(f"note: {note}")
    with own as opened, progress_line(working_directory()) as line:
        return opened.add(
            paths or None,
            progress=line,
            processes=chosen.processes,
            encoding=chosen.encoding,
            encodings=chosen.encodings,
            limits=limits(chosen),
        )


def _roots(where: Place) -> tuple[str, ...] | None:
    """What was indexed before; None where there is no index yet."""
    try:
        with api.open(where.directory) as opened:
            return opened.status().roots
    except NoIndexError:
        return None


def _was_indexed(path: str, where: Place) -> bool:
    """Tell whether a path that is gone has documents in the index that have to go too."""
    try:
        with api.open(where.directory) as opened:
            below = os.path.join(path, "")
            return any(
                document.path == path or document.path.startswith(below) for document in opened.documents()
            )
    except NoIndexError:
        return False


def _named(path: str) -> str:
    if not path:
        raise UsageError("an empty path names nothing")
    return path


def _tell(report: Report, *, as_json: bool) -> None:
    if as_json:
        write([_as_json(report)])
        return
    _name("read", report.notes)
    _name("skipped", report.skipped)
    say(_summary(report))


def _name(what: str, said: tuple[tuple[str, str], ...]) -> None:
    folder = working_directory()
    for path, why in said[:_NAMED]:
        say(f"{what} {relative(path, folder)}: {why}")
    if len(said) > _NAMED:
        say(f"{what} {len(said) - _NAMED:,} more such: searchidx status names them all")


def _summary(report: Report) -> str:
    changes = ((report.added, "added"), (report.updated, "updated"), (report.removed, "removed"))
    said = ", ".join(f"{number:,} {what}" for number, what in changes if number) or "nothing changed"
    skipped = f", {len(report.skipped):,} skipped" if report.skipped else ""
    everything = f"{count(report.documents, 'document')}, {count(report.paragraphs, 'paragraph')}"
    return f"{everything} · {said}{skipped} · {report.seconds:.1f} s"


def _as_json(report: Report) -> str:
    from searchidx.render.jsonl import dump

    return dump(
        {
            "documents": report.documents,
            "paragraphs": report.paragraphs,
            "added": report.added,
            "updated": report.updated,
            "removed": report.removed,
            "unchanged": report.unchanged,
            "skipped": [{"path": path, "reason": reason} for path, reason in report.skipped],
            "notes": [{"path": path, "note": note} for path, note in report.notes],
            "seconds": round(report.seconds, 3),
        }
    )
