"""What the user chose, merged once into one frozen value; and where the index is.

A choice is a flag, else an environment variable (``SEARCHIDX_LIMIT``), else a line of the nearest
``searchidx.toml`` at or above the working directory, else a line of the user's own ``config.toml``, else the
default. Every layer is read by the same table, so a wrong value is refused in the same words wherever it
stands. Nothing here opens an index or creates a file.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from searchidx._startup.dataclass import dataclass
from searchidx.errors import ConfigError, UsageError

PROJECT_FILE = "searchidx.toml"
USER_FILE = "config.toml"
WORDS_FILE = "words.txt"
SAVED_FILE = "saved.json"
HISTORY_FILE = "history.jsonl"
LOCAL_INDEX = ".searchidx"
COLORS = ("auto", "always", "never")
_LARGEST = 10**9
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
WAIT_SECONDS = 10.0
"""Time that a writer waits for another process to release the write lock."""
QUERY_SECONDS = 2
"""Processor time of a query, unless configured otherwise."""


EncodingRule = tuple[str, str]
"""A glob over absolute paths, and the encoding of what it fits."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for one run.

    Attributes:
        index: A directory named by flag, environment or project, or None: see :func:`find_index`.
        own_index: Where the user's own configuration puts the user's own index, or None.
        limit: Hits shown at most; 0 is all.
        color: When to colour: ``auto`` is on a terminal.
        width: Columns to lay out for, or None for those of the terminal.
        processes: Worker processes of an indexing run, or None to choose.
        encoding: How to decode all documents of this run, or None.
        encodings: How to decode documents by their paths; of several rules that fit the last one counts.
        query_seconds: How long a question may keep the processor busy; 0 is any time.
        file_seconds: How long reading one file may keep the processor busy.
        file_wall_seconds: How long it may take by the clock, or None for twenty times that.
        commit_seconds: How long an indexing run goes on before it commits what it has read so far; 0 is to its end.
        commit_text: Megabytes of text that it reads before it does so; 0 is any amount.
        file_memory: Megabytes that reading it may take.
        file_text: Megabytes of text that it may hold.
        history: Whether searches are remembered; only the user's own configuration and environment can say so.
        words: File of the user's own words, or None for the one in the user's own folder.
        synonyms: File of synonyms, or None.
        stop_words: File of words that a query does without, or None.
    """

    index: str | None = None
    own_index: str | None = None
    limit: int = 10
    color: str = "auto"
    width: int | None = None
    processes: int | None = None
    encoding: str | None = None
    encodings: tuple[EncodingRule, ...] = ()
    query_seconds: int = QUERY_SECONDS
    file_seconds: int = 120
    file_wall_seconds: int | None = None
    commit_seconds: int = 180
    commit_text: int = 1024
    file_memory: int = 2048
    file_text: int = 64
    history: bool = False
    words: str | None = None
    synonyms: str | None = None
    stop_words: str | None = None


def load(flags: Mapping[str, str | None], environ: Mapping[str, str], cwd: str) -> Settings:
    """Merge all layers.

    Args:
        flags: Values of flags by the name of their setting, as typed; None where a flag was not given.
        environ: The environment.
        cwd: The working directory.

    Raises:
        UsageError: A flag holds what can't be.
        ConfigError: An environment variable or a file does; the message names it and what is allowed.
    """
    own = _from_file(user_file(environ), _OWN_KEYS)
    project = _from_file(_nearest(PROJECT_FILE, cwd, os.path.isfile), _PROJECT_KEYS)
    rules = (*_encoding_rules(own), *_encoding_rules(project))
    chosen = {**own, **project, "encodings": rules}
    chosen.update(_from_environment(environ))
    chosen.update(_from_flags(flags))
    return Settings(**chosen)


def _encoding_rules(chosen: dict[str, Any]) -> tuple[EncodingRule, ...]:
    """The rules of a file; what it says of every document is a rule too, the first one."""
    every = chosen.pop("encoding", None)
    rules: tuple[EncodingRule, ...] = chosen.pop("encodings", ())
    return (("*", every), *rules) if every else rules


@dataclass(frozen=True, slots=True)
class Place:
    """Place of an index, which need not exist.

    Attributes:
        directory: Absolute path of a folder, or a URL.
        origin: ``named`` by flag, environment or file; the nearest ``local`` one; or the user's ``own``.
    """

    directory: str
    origin: Literal["named", "local", "own"]


def is_url(place: str) -> bool:
    """Return True if the place of an index is a URL, and no path."""
    return _URL.match(place) is not None


def find_index(settings: Settings, environ: Mapping[str, str], cwd: str) -> Place:
    """Say which index a command means: the one named, else the nearest local one, else the user's own."""
    if settings.index is not None:
        return Place(settings.index if is_url(settings.index) else os.path.join(cwd, settings.index), "named")
    local = _nearest(LOCAL_INDEX, cwd, os.path.isdir)
    if local is not None:
        return Place(local, "local")
    return Place(settings.own_index or os.path.join(_user_folder(environ, "data"), "index"), "own")


def words_file(settings: Settings, environ: Mapping[str, str], cwd: str) -> str:
    """Say which file holds the user's own words, whether it is there or not."""
    if settings.words is not None:
        return os.path.join(cwd, settings.words)
    return os.path.join(_user_folder(environ, "config"), WORDS_FILE)


def own_files(settings: Settings, environ: Mapping[str, str], cwd: str) -> dict[str, str | None]:
    """Say which files hold what the user has added to the language; all that are named, and the user's words if any."""
    words = words_file(settings, environ, cwd)
    named = {"synonyms": settings.synonyms, "stop_words": settings.stop_words}
    return {
        "words": words if settings.words is not None or os.path.exists(words) else None,
        **{key: None if path is None else os.path.join(cwd, path) for key, path in named.items()},
    }


def configured_files(
    settings: Settings, environ: Mapping[str, str], cwd: str, folders: Iterable[str] = ()
) -> list[str]:
    """Return the files that make up the configuration, some of which may not be there.

    Args:
        settings: As merged.
        environ: The environment.
        cwd: The working directory.
        folders: Where commands may be given too: the settings that hold there.
    """
    projects = (_nearest(PROJECT_FILE, folder, os.path.isfile) for folder in (cwd, *folders))
    own = (*own_files(settings, environ, cwd).values(), *projects)
    return [
        *(path for path in own if path is not None),
        *(file(environ) for file in (user_file, saved_file, history_file)),
    ]


def user_file(environ: Mapping[str, str]) -> str:
    """Where the user's own configuration is looked for."""
    return os.path.join(_user_folder(environ, "config"), USER_FILE)


def saved_file(environ: Mapping[str, str]) -> str:
    """Where the user's saved searches are, or would be."""
    return os.path.join(_user_folder(environ, "config"), SAVED_FILE)


def history_file(environ: Mapping[str, str]) -> str:
    """Where the user's searches are remembered, or would be."""
    return os.path.join(_user_folder(environ, "data"), HISTORY_FILE)


# --- Where things are ------------------------------------------------------------------------------------

# By platform and kind: the variable that holds the folder, and where it is when that is not set.
_FOLDERS = {
    "xdg": {"data": ("XDG_DATA_HOME", "~/.local/share"), "config": ("XDG_CONFIG_HOME", "~/.config")},
    "darwin": {
        "data": ("XDG_DATA_HOME", "~/Library/Application Support"),
        "config": ("XDG_CONFIG_HOME", "~/.config"),
    },
    "win32": {"data": ("LOCALAPPDATA", "~/AppData/Local"), "config": ("APPDATA", "~/AppData/Roaming")},
}


def _user_folder(environ: Mapping[str, str], kind: str) -> str:
    variable, usual = _FOLDERS.get(sys.platform, _FOLDERS["xdg"])[kind]
    folder = environ.get(variable, "")
    # The XDG specification has relative paths ignored.
    if not os.path.isabs(folder):
        folder = _expand_home(usual, environ)
    return os.path.join(folder, "searchidx")


def _expand_home(path: str, environ: Mapping[str, str]) -> str:
    home = environ.get("HOME", "")
    if path.startswith("~/") and os.path.isabs(home):
        return os.path.join(home, path[2:])
    return os.path.expanduser(path)


def _nearest(name: str, cwd: str, exists: Callable[[str], bool]) -> str | None:
    return next((path for path in _upward(name, cwd) if exists(path)), None)


def _upward(name: str, folder: str) -> Iterator[str]:
    while True:
        yield os.path.join(folder, name)
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


# --- What a setting may hold -----------------------------------------------------------------------------

# Of a value, where it stands and the folder that relative paths start from: the setting. Raises _Refused.
_Reader = Callable[[Any, str | None], Any]


class _Refused(Exception):  # noqa: N818 - carries what is allowed to the layer that knows where it stands
    """The value can't be; the message says what can."""


def _whole_number(smallest: int) -> _Reader:
    def read(value: object, _folder: str | None) -> int:
        if (
            isinstance(value, str)
            and value.isascii()
            and value.isdigit()
            and len(value) <= len(str(_LARGEST))
        ):
            value = int(value)
        if type(value) is not int or not smallest <= value <= _LARGEST:
            raise _Refused(f"a whole number from {smallest}")
        return value

    return read


def _one_of(choices: tuple[str, ...]) -> _Reader:
    def read(value: object, _folder: str | None) -> str:
        if value not in choices:
            raise _Refused("one of " + ", ".join(choices))
        return str(value)

    return read


def _switch(value: object, _folder: str | None) -> bool:
    chosen = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}
    if not isinstance(value, bool | str) or value not in chosen:
        raise _Refused("true or false")
    return chosen[value]


def _encoding(value: object, _folder: str | None) -> str:
    try:
        # To encode is to ask for a codec of text; "hex" is a codec too.
        if isinstance(value, str) and "a".encode(value):
            return value
    except (LookupError, ValueError):
        pass
    raise _Refused("the name of a text encoding, such as gb18030")


def _encodings(value: object, folder: str | None) -> tuple[EncodingRule, ...]:
    if not isinstance(value, dict):
        raise _Refused('a table of paths and encodings, such as "旧文件" = "gb18030"')
    rules = []
    for pattern, encoding in value.items():
        try:
            rules.append((_absolute_glob(pattern, folder or ""), _encoding(encoding, folder)))
        except _Refused as allowed:
            raise _Refused(f"{allowed}, for {pattern!r}") from None
    return tuple(rules)


def _absolute_glob(pattern: str, folder: str) -> str:
    """A name fits anywhere; whatever has a slash counts from the folder of the file it stands in."""
    if not pattern.strip("/") or "\0" in pattern:
        raise _Refused("a path, a name or a glob")
    if "/" not in pattern:
        return f"*{os.sep}{pattern}"
    pattern = os.path.expanduser(pattern).replace("/", os.sep).rstrip(os.sep)
    return pattern if os.path.isabs(pattern) else os.path.join(_literal(folder), pattern)


def _literal(path: str) -> str:
    """A glob that fits a path and nothing else."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in path)


def _path_of(kind: str) -> _Reader:
    def read(value: object, folder: str | None) -> str:
        if not isinstance(value, str) or not value or "\0" in value:
            raise _Refused(f"the path of a {kind}")
        return os.path.join(folder, os.path.expanduser(value)) if folder is not None else value

    return read


def _place(value: object, folder: str | None) -> str:
    """Return the place of an index: a URL as it is, a folder as any other path."""
    return value if isinstance(value, str) and is_url(value) else _path_of("folder")(value, folder)


_READERS: dict[str, _Reader] = {
    "index": _place,
    "limit": _whole_number(0),
    "color": _one_of(COLORS),
    "width": _whole_number(20),
    "processes": _whole_number(1),
    "encoding": _encoding,
    "query_seconds": _whole_number(0),
    "file_seconds": _whole_number(1),
    "file_wall_seconds": _whole_number(1),
    "commit_seconds": _whole_number(0),
    "commit_text": _whole_number(0),
    "file_memory": _whole_number(256),
    "file_text": _whole_number(1),
    "history": _switch,
    "words": _path_of("file"),
    "synonyms": _path_of("file"),
    "stop_words": _path_of("file"),
}
# What only a file can say.
_TABLES: dict[str, _Reader] = {"encodings": _encodings}
_KEYS = {key: key for key in (*_READERS, *_TABLES)}
# Whose folder it is has no say in what is remembered of its visitors.
_PROJECT_KEYS = {key: key for key in _KEYS if key != "history"}
# The index of the user's own configuration is the user's own, not one that outranks a local one.
_OWN_KEYS = {**_KEYS, "index": "own_index"}


# --- The layers ------------------------------------------------------------------------------------------


def _from_flags(flags: Mapping[str, str | None]) -> dict[str, Any]:
    chosen = {}
    for key, value in flags.items():
        if value is not None:
            try:
                chosen[key] = _READERS[key](value, None)
            except _Refused as allowed:
                raise UsageError(f"--{key.replace('_', '-')}: {value!r} is not {allowed}") from None
    return chosen


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    chosen = {}
    for key, read in _READERS.items():
        variable = f"SEARCHIDX_{key.upper()}"
        value = environ.get(variable)
        if value:
            try:
                chosen[key] = read(value, None)
            except _Refused as allowed:
                raise ConfigError(f"{variable} in the environment: {value!r} is not {allowed}") from None
    return chosen


def _from_file(path: str | None, keys: Mapping[str, str]) -> dict[str, Any]:
    if path is None or not os.path.isfile(path):
        return {}
    chosen = {}
    for key, value in _parse(path).items():
        if key in _KEYS and key not in keys:
            raise ConfigError(f"{path}: {key} is for your own {USER_FILE} to say, not for that of a folder")
        if key not in keys:
            raise ConfigError(f"{path}: there is no setting {key!r}; there are {', '.join(keys)}")
        try:
            chosen[keys[key]] = {**_READERS, **_TABLES}[key](value, os.path.dirname(path))
        except _Refused as allowed:
            raise ConfigError(f"{path}: {key} = {value!r} is not {allowed}") from None
    return chosen


def _parse(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
