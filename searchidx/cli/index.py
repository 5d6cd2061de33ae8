"""``searchidx index``: build an index or bring it up to date."""

from __future__ import annotations  # the annotations are for Typer

from typing import Annotated

from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import absolute, open_to_write, settings
from searchidx.cli.progress import progress_line
from searchidx.cli.streams import say, working_directory, write
from searchidx.errors import FOUND, UsageError
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
    chosen = settings(encoding=encoding, processes=processes, index=index)
    if paths and not all(paths):
        raise UsageError("an empty path names nothing")
    with open_to_write(chosen, create=bool(paths)) as opened:
        if not paths and not opened.status().roots:
            raise UsageError("nothing was indexed before that could be refreshed; searchidx index PATH")
        with progress_line(working_directory()) as line:
            report = opened.add(
                [absolute(path) for path in paths] if paths else None, progress=line, processes=chosen.processes, encoding=chosen.encoding
            )
    if as_json:
        write([_as_json(report)])
    else:
        _name_skipped(report)
        say(_summary(report))
    return FOUND


def _summary(report: Report) -> str:
    changes = ((report.added, "added"), (report.updated, "updated"), (report.removed, "removed"))
    said = [f"{number:,} {what}" for number, what in changes if number]
    if report.skipped:
        said.append(f"{len(report.skipped):,} skipped")
    everything = f"{count(report.documents, 'document')}, {count(report.paragraphs, 'paragraph')}"
    return f"{everything} · {', '.join(said) or 'nothing changed'} · {report.seconds:.1f} s"


def _name_skipped(report: Report) -> None:
    folder = working_directory()
    for path, reason in report.skipped[:_NAMED]:
        say(f"skipped {relative(path, folder)}: {reason}")
    if len(report.skipped) > _NAMED:
        say(f"and {len(report.skipped) - _NAMED:,} more; searchidx status names them all")


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
            "seconds": round(report.seconds, 3),
        }
    )
