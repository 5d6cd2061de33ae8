"""``searchidx index``: build an index or bring it up to date."""

from __future__ import annotations  # the annotations are for Typer

import os
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Annotated, Any

from searchidx import api
from searchidx.cli import absent, flags
from searchidx.cli.flags import argument, option
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
from searchidx.config import Place, Settings
from searchidx.errors import FAILED, FOUND, NoIndexError, UsageError
from searchidx.ingest import AbsentRoot, Report, WalkRules
from searchidx.ingest.causes import as_objects, cause_of
from searchidx.render.look import count, relative

_NAMED = 10
_STDIN = "-"


@stoppable()
def command(
    paths: Annotated[
        list[str] | None,
        argument(
            "[PATH]...", "Folders and files; - is a document on standard input; none for all there was before"
        ),
    ] = None,
    globs: Annotated[list[str] | None, option(flags.GLOB)] = None,
    types: Annotated[list[str] | None, option(flags.TYPE)] = None,
    hidden: Annotated[bool, option(flags.HIDDEN)] = False,
    no_ignore: Annotated[bool, option(flags.NO_IGNORE)] = False,
    follow: Annotated[bool, option(flags.FOLLOW)] = False,
    as_usual: Annotated[bool, option(flags.AS_USUAL)] = False,
    drop_absent: Annotated[bool, option(flags.DROP_ABSENT)] = False,
    files_from: Annotated[str | None, option(flags.FILES_FROM)] = None,
    name: Annotated[str | None, option(flags.NAME)] = None,
    encoding: Annotated[str | None, option(flags.ENCODING)] = None,
    processes: Annotated[str | None, option(flags.PROCESSES)] = None,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
    words: Annotated[str | None, option(flags.WORDS)] = None,
) -> int:
    """Build an index or bring it up to date.

    Only what has changed since the last time is read again, what has another
    name keeps its paragraphs, and what is gone is removed. Without PATH
    everything that was indexed before is looked at again, each folder the way
    it was walked before. A folder that is missing or empty may be on a disk
    that is not mounted: its documents are kept until --drop-absent is given.
    Hidden files and what .gitignore, .ignore and .searchidxignore name are left
    out, as ripgrep does. Where there is no index yet, your own is made;
    searchidx init makes one for a folder.

    Examples:
      searchidx index ~/Documents
      searchidx index
      searchidx index ~/Projects -t markdown -g '!草稿/'
      searchidx index 旧文件 --encoding gb18030
      searchidx index --drop-absent /media/旧盘
      git ls-files -z | searchidx index --files-from -
      curl -s https://example.org/ | searchidx index - --name 首页.html
    """
    chosen = settings(encoding=encoding, processes=processes, index=index, words=words)
    rules = WalkRules(hidden, no_ignore, follow, tuple(globs or ()), tuple(types or ()))
    rules.check()
    given = [_named(path) for path in paths or ()]
    _check_streams(given, files_from, name)
    where = place_to_write(chosen)
    before = _roots(where)
    wanted = [absolute(path) for path in given if path != _STDIN] + _listed(files_from)
    if not given and files_from is None and not before:
        open_index(where).close()
        raise UsageError("nothing was indexed before that could be refreshed: searchidx index PATH")
    nowhere = nonexistent(wanted, where)
    for path in nowhere[:_NAMED]:
        say(f"{path}: there is no such file or folder")
    if len(nowhere) > _NAMED:
        say(f"there are no such files: {len(nowhere) - _NAMED:,} more")
    if wanted and len(nowhere) == len(wanted) and _STDIN not in given:
        return FAILED
    missing = set(nowhere)
    every = None if not given and files_from is None else [path for path in wanted if path not in missing]
    with ExitStack() as held:
        streams = _streams(held, name or "") if _STDIN in given else None
        new_rules = rules if as_usual or rules != WalkRules() else None
        apart = configured_files(chosen, (*wanted, *(before or ())))
        options = {"drop_absent": drop_absent, "apart": apart, "lists": _list_files(files_from)}
        report = _update(where, every, new_rules, streams, chosen, **options)
    _tell(report, as_json=as_json)
    _warn(report.absent_roots)
    if before is None:
        say(f"this is a new index, in {where.directory}")
    if report.interrupted:
        say("what was read is kept: searchidx index goes on from there")
        raise KeyboardInterrupt
    return FAILED if nowhere else FOUND


def _update(
    where: Place,
    paths: list[str] | None,
    rules: WalkRules | None,
    streams: dict[str, str] | None,
    chosen: Settings,
    **options: Any,
) -> Report:
    if rules is not None and paths is None:
        raise UsageError("which files to take is remembered of each folder: name the one to take them from")
    own = api.open(where.directory, create=True, words=own_files(chosen)["words"])
    for note in own.own_notes:
        say(f"note: {note}")
    with own as opened, progress_line(working_directory()) as line:
        return opened.add(
            paths,
            rules=rules,
            streams=streams,
            progress=line,
            processes=chosen.processes,
            encoding=chosen.encoding,
            encodings=chosen.encodings,
            limits=limits(chosen),
            schedule=schedule(chosen),
            **options,
        )


def _check_streams(given: list[str], files_from: str | None, name: str | None) -> None:
    if _STDIN in given and files_from == _STDIN:
        raise UsageError("standard input can be a document (-) or a list of paths (--files-from -), not both")
    if name is not None and _STDIN not in given:
        raise UsageError("--name is for a document on standard input: searchidx index - --name NAME")
    if name is not None and (not name.strip("/") or "\0" in name):
        raise UsageError(f"--name: {name!r} names nothing")


def _listed(files_from: str | None) -> list[str]:
    """The paths of a list: separated by NUL where there is one, else a line each."""
    if files_from is None:
        return []
    from searchidx.cli.streams import read_input

    raw = read_input(files_from)
    names = raw.split(b"\0") if b"\0" in raw else raw.splitlines()
    return [absolute(os.fsdecode(name)) for name in names if name]


def _list_files(files_from: str | None) -> list[str]:
    """Return the file that lists paths, if it is one and can stand among documents."""
    return [absolute(files_from)] if files_from not in (None, _STDIN) and os.path.isfile(files_from) else []


def _streams(held: ExitStack, name: str) -> dict[str, str]:
    """Keep what is on standard input in a file for as long as the run lasts."""
    from tempfile import TemporaryDirectory

    from searchidx.cli.streams import copy_input

    path = os.path.join(held.enter_context(TemporaryDirectory(prefix="searchidx-")), "stdin")
    copy_input(path)
    return {name.strip("/"): path}


def _roots(where: Place) -> list[str] | None:
    """What was indexed before; None where there is no index yet."""
    try:
        with api.open(where.directory) as opened:
            return list(opened.roots())
    except NoIndexError:
        return None


def nonexistent(wanted: list[str], where: Place) -> list[str]:
    """Return the paths at which there is nothing, and never was anything that would have to leave the index."""
    missing = [path for path in wanted if not os.path.lexists(path)]
    if not missing:
        return []
    try:
        with api.open(where.directory) as opened:
            indexed = _with_folders(document.path for document in opened.documents())
            return [path for path in missing if opened.locate(path) not in indexed]
    except NoIndexError:
        return missing


def _with_folders(paths: Iterable[str]) -> set[str]:
    """Return paths and all folders above them."""
    every: set[str] = set()
    for path in paths:
        while path not in every and path != os.path.dirname(path):
            every.add(path)
            path = os.path.dirname(path)  # noqa: PLW2901 - up to the next folder
    return every


def _named(path: str) -> str:
    if not path:
        raise UsageError("an empty path names nothing")
    return path


def _tell(report: Report, *, as_json: bool) -> None:
    if as_json:
        write([as_json_line(report)])
        return
    _name("read", report.notes)
    _name("skipped", report.skipped)
    _name("kept the old text of", tuple((old.path, cause_of(old).sentence) for old in report.stale))
    say(summary(report))


def _name(what: str, said: tuple[tuple[str, str], ...]) -> None:
    folder = working_directory()
    for path, why in said[:_NAMED]:
        say(f"{what} {relative(path, folder)}: {why}")
    if len(said) > _NAMED:
        say(f"{what} {len(said) - _NAMED:,} more such: searchidx status names them all")


def _warn(roots: tuple[AbsentRoot, ...]) -> None:
    """Warn of absent roots."""
    for root in roots[:_NAMED]:
        say(f"warning: {absent.warning(root)}")
    if len(roots) > _NAMED:
        say(f"warning: {len(roots) - _NAMED:,} more folders are absent; searchidx status lists them")


def summary(report: Report) -> str:
    """Say what a run did in one line."""
    changes = (
        (report.added, "added"),
        (report.updated, "updated"),
        (report.renamed, "renamed"),
        (report.removed, "removed"),
    )
    said = ", ".join(f"{number:,} {what}" for number, what in changes if number) or "nothing changed"
    skipped = f", {len(report.skipped):,} skipped" if report.skipped else ""
    kept = f", {report.absent:,} absent" if report.absent else ""
    everything = f"{count(report.documents, 'document')}, {count(report.paragraphs, 'paragraph')}"
    old = f", {len(report.stale):,} with old text" if report.stale else ""
    return f"{everything} · {said}{skipped}{old}{kept} · {report.seconds:.1f} s"


def as_json_line(report: Report) -> str:
    """What a run did, as an object."""
    from searchidx.render.jsonl import dump

    return dump(
        {
            "documents": report.documents,
            "paragraphs": report.paragraphs,
            "added": report.added,
            "updated": report.updated,
            "renamed": report.renamed,
            "removed": report.removed,
            "unchanged": report.unchanged,
            "absent": report.absent,
            "absent_roots": absent.as_objects(report.absent_roots),
            "skipped": [{"path": path, "reason": reason} for path, reason in report.skipped],
            "stale_documents": as_objects(report.stale),
            "notes": [{"path": path, "note": note} for path, note in report.notes],
            "seconds": round(report.seconds, 3),
        }
    )
