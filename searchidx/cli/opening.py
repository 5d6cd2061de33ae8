"""Settings and index of a command: flags merged with other layers, and the index they name, opened."""

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from searchidx import api, config
from searchidx.cli.streams import say, working_directory
from searchidx.config import Place, Settings
from searchidx.document import is_stream
from searchidx.errors import NoIndexError, StorageError, UsageError

STALE_ANALYSIS = (
    "the index was made by an older version, results may be incomplete: `searchidx index --rebuild` renews it"
)
"""Note on the answers of an index that an older version made."""

if TYPE_CHECKING:
    from searchidx.ingest import CommitSchedule, Limits


def load_settings(**flags: str | None) -> Settings:
    """Merge the flags of a command with the other layers of settings.

    Raises:
        UsageError: A path is relative to a working directory that was removed.
    """
    settings = config.load(flags, os.environ, working_directory())
    for path in (settings.index, settings.words, settings.synonyms, settings.stop_words):
        if path is not None and not config.is_url(path):
            _base_of(path)
    return settings


def find_index(settings: Settings) -> Place:
    """Return the location of the index that a command reads."""
    return config.find_index(settings, os.environ, working_directory())


def find_writable_index(settings: Settings) -> Place:
    """Return the location of the index that a command writes to.

    Raises:
        StorageError: The nearest index belongs to another user, who could read what is added.
    """
    where = find_index(settings)
    if where.origin == "local" and not _is_ours(where.directory):
        raise StorageError(
            f"{where.directory} belongs to another user; --index {where.directory} writes to it nevertheless"
        )
    return where


def analysis_files(settings: Settings) -> dict[str, str | None]:
    """Return the paths of the user dictionary, synonyms and stop words, by setting."""
    return config.own_files(settings, os.environ, working_directory())


def configured_files(settings: Settings, folders: Iterable[str] = ()) -> list[str]:
    """Return the configuration files that apply here and in the folders; they are never indexed."""
    return config.configured_files(settings, os.environ, working_directory(), folders)


def open_index(
    where: Place, query_seconds: float = config.QUERY_SECONDS, files: Mapping[str, str | None] | None = None
) -> api.Index:
    """Open an index.

    Args:
        where: Location of the index.
        query_seconds: Query budget.
        files: Paths of the user's analysis files; invalid lines are reported.

    Raises:
        NoIndexError: There is no index; names the command that builds one.
    """
    files = files or {}
    try:
        opened = api.open(
            where.directory,
            query_seconds=query_seconds,
            words=files.get("words"),
            synonyms=files.get("synonyms"),
            stop_words=files.get("stop_words"),
        )
    except NoIndexError as error:
        messages = {
            "own": "there is no index yet; searchidx index PATH builds one",
            "local": f"the index in {where.directory} is empty; searchidx index PATH fills it",
            "named": f"there is no index in {where.directory}; searchidx index PATH --index DIR builds one",
        }
        raise NoIndexError(messages[where.origin]) from error
    for note in opened.own_notes:
        say(f"note: {note}")
    return opened


def limits(settings: Settings) -> "Limits":
    """Return the configured limits of a file."""
    from searchidx.ingest import Limits

    return Limits(settings.file_seconds, settings.file_memory, settings.file_text, settings.file_wall_seconds)


def schedule(settings: Settings) -> "CommitSchedule":
    """Return the configured schedule of intermediate commits."""
    from searchidx.ingest import CommitSchedule

    return CommitSchedule(settings.commit_seconds, settings.commit_text)


def number(flag: str, value: str | None) -> int:
    """Parse the count of a flag that is no setting; 0 if it is absent."""
    if value is None:
        return 0
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise UsageError(f"{flag}: {value!r} is not a whole number from 0")
    return int(value)


def absolute(path: str) -> str:
    """Return a path of the command line as an absolute one, symbolic links unresolved; ``<stdin>/...`` is unchanged.

    Raises:
        UsageError: The path is relative and the working directory was removed.
    """
    return path if is_stream(path) else os.path.normpath(os.path.join(_base_of(path), path))


def _base_of(path: str) -> str:
    """Return the directory that a path counts from; from the root instead of a removed one it would name another file."""
    if os.path.isabs(path):
        return os.sep
    try:
        return os.getcwd()
    except OSError as error:
        raise UsageError(
            f"{path}: the working directory no longer exists; cd to another one or use an absolute path"
        ) from error


def _is_ours(directory: str) -> bool:
    return not hasattr(os, "geteuid") or os.stat(directory).st_uid == os.geteuid()
