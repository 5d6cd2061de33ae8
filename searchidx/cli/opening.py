"""From flags to settings, and from settings to an open index: what every command starts with."""

import os

from searchidx import api, config
from searchidx.cli.streams import say, working_directory
from searchidx.config import Place, Settings
from searchidx.errors import NoIndexError, StorageError, UsageError


def settings(**flags: str | None) -> Settings:
    """Merge the flags of a command, as typed, with the other layers."""
    return config.load(flags, os.environ, working_directory())


def place(chosen: Settings) -> Place:
    """Say which index a command means."""
    return config.find_index(chosen, os.environ, working_directory())


def open_index(chosen: Settings) -> api.Index:
    """Open the index a command means, for reading.

    Raises:
        NoIndexError: There is none; says what to do.
    """
    where = place(chosen)
    try:
        return api.open(where.directory)
    except NoIndexError as error:
        if where.origin == "own":
            raise NoIndexError("there is no index yet; searchidx index PATH builds one") from error
        raise NoIndexError(f"there is no index in {where.directory}; searchidx index PATH builds one") from error


def open_to_write(chosen: Settings, *, create: bool = False) -> api.Index:
    """Open the index a command means, for writing; say so when it is a new one.

    Raises:
        NoIndexError: There is none and ``create`` is false.
        StorageError: The nearest index belongs to somebody else, who would get to read what is added.
    """
    where = place(chosen)
    if where.origin == "local" and not _is_ours(where.directory):
        raise StorageError(
            f"{where.directory} belongs to another user; to write to it all the same add --index {where.directory}"
        )
    if not create:
        return open_index(chosen)
    try:
        return api.open(where.directory)
    except NoIndexError:
        opened = api.open(where.directory, create=True)
        say(f"new index in {where.directory}")
        return opened


def number(flag: str, value: str | None) -> int:
    """Read a count that is no setting; 0 where it was not given."""
    if value is None:
        return 0
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise UsageError(f"{flag}: {value!r} is not a whole number from 0")
    return int(value)


def absolute(path: str) -> str:
    """Make a path given on the command line absolute, links in it left alone."""
    return os.path.normpath(os.path.join(working_directory(), path))


def _is_ours(directory: str) -> bool:
    return not hasattr(os, "geteuid") or os.stat(directory).st_uid == os.geteuid()
