"""``searchidx index``: building and updating an index."""

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
from searchidx.config import Place, Settings
from searchidx.errors import FAILED, FOUND, NoIndexError, UsageError
from searchidx.ingest import AbsentRoot, Report, WalkRules
from searchidx.ingest.causes import as_objects, cause_of
from searchidx.render.look import count, relative

_MAX_LISTED = 10
_STDIN = "-"


@stoppable()
def command(
    paths: Annotated[
        list[str] | None,
        argument(
            "[PATH]...",
            "Folders and files; - reads a document from standard input; default: all indexed before",
        ),
    ] = None,
    globs: Annotated[list[str] | None, option(flags.GLOB)] = None,
    types: Annotated[list[str] | None, option(flags.TYPE)] = None,
    hidden: Annotated[bool, option(flags.HIDDEN)] = False,
    no_ignore: Annotated[bool, option(flags.NO_IGNORE)] = False,
    follow: Annotated[bool, option(flags.FOLLOW)] = False,
    as_usual: Annotated[bool, option(flags.AS_USUAL)] = False,
    drop_absent: Annotated[bool, option(flags.DROP_ABSENT)] = False,
    rebuild: Annotated[bool, option(flags.REBUILD)] = False,
    files_from: Annotated[str | None, option(flags.FILES_FROM)] = None,
    name: Annotated[str | None, option(flags.NAME)] = None,
    whoosh: Annotated[str | None, option(flags.WHOOSH)] = None,
    whoosh_fields: Annotated[str | None, option(flags.WHOOSH_FIELDS)] = None,
    encoding: Annotated[str | None, option(flags.ENCODING)] = None,
    processes: Annotated[str | None, option(flags.PROCESSES)] = None,
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
    words: Annotated[str | None, option(flags.WORDS)] = None,
) -> int:
    """Build or update an index.

    Only changed files are read again; renamed files keep their paragraphs, and
    deleted files are removed. Without PATH, everything indexed before is
    updated, each folder with its remembered walk options. The documents of a
    folder that is missing or empty are kept, because its disk may not be
    mounted; --drop-absent removes them. Hidden files and files matched by
    .gitignore, .ignore and .searchidxignore are skipped, as in ripgrep. If there
    is no index, your own is created; searchidx init creates one for a folder.

    --rebuild renews an index that an older version made. It reads every file
    again; documents whose files are not there, such as those of standard input,
    are rebuilt from their stored text. Interrupted, it changes nothing.

    Examples:
      searchidx index ~/Documents
      searchidx index
      searchidx index ~/Projects -t markdown -g '!草稿/'
      searchidx index 旧文件 --encoding gb18030
      searchidx index --drop-absent /media/旧盘
      searchidx index --rebuild
      git ls-files -z | searchidx index --files-from -
      searchidx index --whoosh 旧索引 --whoosh-fields title,content
      curl -s https://example.org/ | searchidx index - --name 首页.html
    """
    settings = load_settings(encoding=encoding, processes=processes, index=index, words=words)
    rules = WalkRules(hidden, no_ignore, follow, tuple(globs or ()), tuple(types or ()))
    rules.check()
    arguments = [_nonempty(path) for path in paths or ()]
    _check_streams(arguments, files_from, name)
    if whoosh_fields is not None and whoosh is None:
        raise UsageError("--whoosh-fields needs an index: searchidx index --whoosh DIR")
    has_selection = bool(arguments) or files_from is not None or whoosh is not None
    where = find_writable_index(settings)
    before = _roots(where)
    named = [absolute(path) for path in arguments if path != _STDIN] + _listed(files_from)
    if rebuild and before is None:
        open_index(where).close()
    if not has_selection and not before and not rebuild:
        open_index(where).close()
        raise UsageError("the index has no folders to update; name one: searchidx index PATH")
    nonexistent_paths = nonexistent(named, where)
    for path in nonexistent_paths[:_MAX_LISTED]:
        say(f"{path} does not exist")
    if len(nonexistent_paths) > _MAX_LISTED:
        say(f"{len(nonexistent_paths) - _MAX_LISTED:,} more paths do not exist")
    if named and len(nonexistent_paths) == len(named) and _STDIN not in arguments and whoosh is None:
        return FAILED
    ignored = set(nonexistent_paths)
    selection = [path for path in named if path not in ignored] if has_selection else None
    with ExitStack() as stack:
        streams = _streams(stack, name or "") if _STDIN in arguments else {}
        if whoosh is not None:
            streams |= _whoosh_streams(stack, whoosh, whoosh_fields)
        new_rules = rules if as_usual or rules != WalkRules() else None
        apart = configured_files(settings, (*named, *(before or ())))
        options = {
            "drop_absent": drop_absent,
            "apart": apart,
            "lists": _list_files(files_from),
            "rebuild": rebuild,
        }
        try:
            report = _update(where, selection, new_rules, streams, settings, **options)
        except KeyboardInterrupt:
            if rebuild:
                say("the index was not changed; searchidx index --rebuild begins again")
            raise
    _print_report(report, as_json=as_json)
    _warn(report.absent_roots)
    if before is None:
        say(f"new index in {where.directory}")
    if report.interrupted:
        say("interrupted; searchidx index continues the run")
        raise KeyboardInterrupt
    return FAILED if nonexistent_paths else FOUND


def _update(
    where: Place,
    paths: list[str] | None,
    rules: WalkRules | None,
    streams: dict[str, str],
    settings: Settings,
    **options: Any,
) -> Report:
    if rules is not None and paths is None:
        raise UsageError("walk options are remembered per folder; name the folder: searchidx index PATH")
    opening = api.open(where.directory, create=True, words=analysis_files(settings)["words"])
    for note in opening.own_notes:
        say(f"note: {note}")
    with opening as opened, progress_line(working_directory()) as line:
        return opened.add(
            paths,
            rules=rules,
            streams=streams,
            progress=line,
            processes=settings.processes,
            encoding=settings.encoding,
            encodings=settings.encodings,
            limits=limits(settings),
            schedule=schedule(settings),
            **options,
        )


def _check_streams(arguments: list[str], files_from: str | None, name: str | None) -> None:
    if _STDIN in arguments and files_from == _STDIN:
        raise UsageError("- and --files-from - both read standard input; use one of them")
    if name is not None and _STDIN not in arguments:
        raise UsageError("--name needs a document on standard input: searchidx index - --name NAME")
    if name is not None and (not name.strip("/") or "\0" in name):
        raise UsageError(f"--name: {name!r} is not a file name")


def _listed(files_from: str | None) -> list[str]:
    """Read a list of paths, separated by NUL if it has one, else by newlines."""
    if files_from is None:
        return []
    from searchidx.cli.streams import read_input

    raw = read_input(files_from)
    names = raw.split(b"\0") if b"\0" in raw else raw.splitlines()
    return [absolute(os.fsdecode(name)) for name in names if name]


def _list_files(files_from: str | None) -> list[str]:
    """Return the file of ``--files-from`` unless it is standard input; it is not indexed itself."""
    return [absolute(files_from)] if files_from not in (None, _STDIN) and os.path.isfile(files_from) else []


def _streams(stack: ExitStack, name: str) -> dict[str, str]:
    """Copy standard input to a temporary file that lives as long as the run."""
    from tempfile import TemporaryDirectory

    from searchidx.cli.streams import copy_input

    path = os.path.join(stack.enter_context(TemporaryDirectory(prefix="searchidx-")), "stdin")
    copy_input(path)
    return {name.strip("/"): path}


def _whoosh_streams(stack: ExitStack, directory: str, field_names: str | None) -> dict[str, str]:
    """Copy the documents of a Whoosh index to temporary files that live as long as the run."""
    from tempfile import TemporaryDirectory

    from searchidx.cli.whoosh_import import whoosh_streams

    folder = stack.enter_context(TemporaryDirectory(prefix="searchidx-"))
    return whoosh_streams(directory, field_names, folder)


def _roots(where: Place) -> list[str] | None:
    """Return the roots of the index, or None without an index."""
    try:
        with api.open(where.directory) as opened:
            return list(opened.roots())
    except NoIndexError:
        return None


def nonexistent(named: list[str], where: Place) -> list[str]:
    """Return the paths that neither exist nor have indexed documents."""
    missing = [path for path in named if not os.path.lexists(path)]
    if not missing:
        return []
    try:
        with api.open(where.directory) as opened:
            indexed = _with_folders(document.path for document in opened.documents())
            return [path for path in missing if opened.locate(path) not in indexed]
    except NoIndexError:
        return missing


def _with_folders(paths: Iterable[str]) -> set[str]:
    """Return the paths with all their parent folders."""
    closure: set[str] = set()
    for path in paths:
        while path not in closure and path != os.path.dirname(path):
            closure.add(path)
            path = os.path.dirname(path)  # noqa: PLW2901 - up to the next folder
    return closure


def _nonempty(path: str) -> str:
    if not path:
        raise UsageError("PATH is empty; name a file or folder")
    return path


def _print_report(report: Report, *, as_json: bool) -> None:
    if as_json:
        write([as_json_line(report)])
        return
    _list_reasons("read", report.notes)
    _list_reasons("skipped", report.skipped)
    _list_reasons("kept the old text of", tuple((old.path, cause_of(old).sentence) for old in report.stale))
    if report.outdated:
        say(f"read again {count(report.outdated, 'document')} that an older version had read")
    if report.rebuilt:
        documents = count(len(report.rebuilt), "document")
        say(f"rebuilt {documents} from stored text, without a file to read:")
        _list_paths(report.rebuilt)
    say(summary(report))


def _list_paths(paths: tuple[str, ...]) -> None:
    folder = working_directory()
    for path in paths[:_MAX_LISTED]:
        say(f"  {relative(path, folder)}")
    if len(paths) > _MAX_LISTED:
        say(f"  and {len(paths) - _MAX_LISTED:,} more; --json lists all")


def _list_reasons(label: str, reasons: tuple[tuple[str, str], ...]) -> None:
    folder = working_directory()
    for path, why in reasons[:_MAX_LISTED]:
        say(f"{label} {relative(path, folder)}: {why}")
    if len(reasons) > _MAX_LISTED:
        say(f"{label} {len(reasons) - _MAX_LISTED:,} more; searchidx status lists all")


def _warn(roots: tuple[AbsentRoot, ...]) -> None:
    """Print a warning about each absent root."""
    for root in roots[:_MAX_LISTED]:
        say(f"warning: {absent.warning(root)}")
    if len(roots) > _MAX_LISTED:
        say(f"warning: {len(roots) - _MAX_LISTED:,} more folders are absent; searchidx status lists all")


def summary(report: Report) -> str:
    """Return the counts of a run as one line."""
    changes = (
        (report.added, "added"),
        (report.updated, "updated"),
        (report.renamed, "renamed"),
        (report.removed, "removed"),
    )
    change_list = ", ".join(f"{number:,} {what}" for number, what in changes if number) or "no changes"
    skipped = f", {len(report.skipped):,} skipped" if report.skipped else ""
    missing = f", {report.absent:,} absent" if report.absent else ""
    everything = f"{count(report.documents, 'document')}, {count(report.paragraphs, 'paragraph')}"
    old = f", {len(report.stale):,} with old text" if report.stale else ""
    return f"{everything} · {change_list}{skipped}{old}{missing} · {report.seconds:.1f} s"


def as_json_line(report: Report) -> str:
    """Return the report of a run as a line of JSON."""
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
            "outdated": report.outdated,
            "rebuilt": list(report.rebuilt),
            "skipped": [{"path": path, "reason": reason} for path, reason in report.skipped],
            "stale_documents": as_objects(report.stale),
            "notes": [{"path": path, "note": note} for path, note in report.notes],
            "seconds": round(report.seconds, 3),
        }
    )
