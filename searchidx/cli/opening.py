"""From flags to settings, and from settings to an open index: what every command starts with."""

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from searchidx import api, config
from searchidx.cli.streams import say, working_directory
from searchidx.config import Place, Settings
from searchidx.document import is_stream
from searchidx.errors import NoIndexError, StorageError, UsageError
from searchidx.local.segment.query_budget import DEFAULT_SECONDS

if TYPE_CHECKING:
    from searchidx.ingest import CommitSchedule, Limits


def settings(**flags: str | None) -> Settings:
    """Merge the flags of a command, as typed, with the other layers.

    Raises:
        UsageError: A file is named from where we are, and we are nowhere.
    """
    chosen = config.load(flags, os.environ, working_directory())
    for path in (chosen.index, chosen.words, chosen.synonyms, chosen.stop_words):
        if path is not None:
            _start_of(path)
    return chosen


def place(chosen: Settings) -> Place:
    """Say which index a command means."""
    return config.find_index(chosen, os.environ, working_directory())


def place_to_write(chosen: Settings) -> Place:
    """Say which index a command means to change.

    Raises:
        StorageError: The nearest index belongs to somebody else, who would get to read what is added.
    """
    where = place(chosen)
    if where.origin == "local" and not _is_ours(where.directory):
        raise StorageError(
            f"{where.directory} belongs to another user: add --index {where.directory} to write to it all the same"
        )
    return where


def own_files(chosen: Settings) -> dict[str, str | None]:
    """Say which files hold what the user has added to the language."""
    return config.own_files(chosen, os.environ, working_directory())


def configured_files(chosen: Settings, folders: Iterable[str] = ()) -> list[str]:
    """Return the files that are no documents because they configure the program, here and in some folders."""
    return config.configured_files(chosen, os.environ, working_directory(), folders)


def open_index(
    where: Place, query_seconds: float = DEFAULT_SECONDS, own: Mapping[str, str | None] | None = None
) -> api.Index:
    """Open an index.

    Args:
        where: The one that is meant.
        query_seconds: What a question may cost.
        own: What the user has added to the language; a line that can't be read is told.

    Raises:
        NoIndexError: There is none; says what to do.
    """
    files = own or {}
    try:
        opened = api.open(
            where.directory,
            query_seconds=query_seconds,
            words=files.get("words"),
            synonyms=files.get("synonyms"),
            stop_words=files.get("stop_words"),
        )
    except NoIndexError as error:
        absent = {
            "own": "there is no index yet",
            "local": f"nothing is in {where.directory} yet",
            "named": f"there is no index in {where.directory}",
        }
        raise NoIndexError(f"{absent[where.origin]}: searchidx index PATH builds one") from error
    for note in opened.own_notes:
        say(f"note: {note}")
    return opened


def limits(chosen: Settings) -> "Limits":
    """What one file may cost, as it was set."""
    from searchidx.ingest import Limits

    return Limits(chosen.file_seconds, chosen.file_memory, chosen.file_text, chosen.file_wall_seconds)


def schedule(chosen: Settings) -> "CommitSchedule":
    """Return the schedule of commits on the way of a run, as it was set."""
    from searchidx.ingest import CommitSchedule

    return CommitSchedule(chosen.commit_seconds, chosen.commit_text)


def number(flag: str, value: str | None) -> int:
    """Read a count that is no setting; 0 where it was not given."""
    if value is None:
        return 0
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise UsageError(f"{flag}: {value!r} is not a whole number from 0")
    return int(value)


def absolute(path: str) -> str:
    """Make a path given on the command line absolute, links in it left alone; a document without a file has none.

    Raises:
        UsageError: It starts where we are, and we are nowhere.
    """
    return path if is_stream(path) else os.path.normpath(os.path.join(_start_of(path), path))


def _start_of(path: str) -> str:
    """Say where a path starts, and refuse one from a working directory that was removed: from the root, it would name something else."""
    if os.path.isabs(path):
        return os.sep
    try:
        return os.getcwd()
    except OSError as error:
        raise UsageError(
            f"{path}: the working directory has been removed; cd to another, or give the whole path"
        ) from error


def _is_ours(directory: str) -> bool:
    return not hasattr(os, "geteuid") or os.stat(directory).st_uid == os.geteuid()
