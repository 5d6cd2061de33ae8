"""Configuration: settings of all layers merged into one frozen value, and the place of the index.

A setting is that of a flag, else of an environment variable (``SEARCHIDX_LIMIT``), else of the nearest ``searchidx.toml`` at or
above the working directory, else of the user's ``config.toml``, else the default. One table parses every layer, so an invalid
value has the same message in each. Nothing here opens an index or creates a file.
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
_MAX_NUMBER = 10**9
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
WAIT_SECONDS = 10.0
"""Time that a writer waits for another process to release the write lock."""
QUERY_SECONDS = 2
"""Processor time of a query, unless configured otherwise."""


EncodingRule = tuple[str, str]
"""A glob over absolute paths, and the encoding of the files that match it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a run.

    Attributes:
        index: Place of an index named by flag, environment or project, or None: see :func:`find_index`.
        own_index: Place of the user's own index by the user's configuration, or None.
        limit: Hits shown at most; 0 is all.
        color: ``always``, ``never``, or ``auto``: on a terminal.
        width: Columns of the layout, or None for those of the terminal.
        processes: Worker processes of an indexing run, or None for one per processor.
        encoding: Encoding of all documents of this run, or None.
        encodings: Encodings by path; of several rules that match the last one is used.
        query_seconds: Processor time of a query; 0 is no limit.
        file_seconds: Processor time for reading one file.
        file_wall_seconds: Wall time for reading one file, or None for twenty times that.
        commit_seconds: Time between two commits of an indexing run; 0 is one commit at its end.
        commit_text: Megabytes of text between two commits; 0 is no limit.
        file_memory: Megabytes of memory for reading one file.
        file_text: Megabytes of text of one file.
        history: True if searches are recorded, which only the user's configuration and environment can set.
        words: File of the user's own words, or None for the one in the user's folder.
        synonyms: File of synonyms, or None.
        stop_words: File of stop words, or None.
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
        flags: Values of flags as typed, by the name of their setting; None for an absent flag.
        environ: Environment variables.
        cwd: Working directory.

    Raises:
        UsageError: The value of a flag is invalid.
        ConfigError: That of an environment variable or a file is; the message names it and the valid values.
    """
    user = _from_file(user_file(environ), _OWN_KEYS)
    project = _from_file(_nearest(PROJECT_FILE, cwd, os.path.isfile), _PROJECT_KEYS)
    rules = (*_encoding_rules(user), *_encoding_rules(project))
    settings = {**user, **project, "encodings": rules}
    settings.update(_from_environment(environ))
    settings.update(_from_flags(flags))
    return Settings(**settings)


def _encoding_rules(layer: dict[str, Any]) -> tuple[EncodingRule, ...]:
    """Remove the rules of a layer and return them; its encoding of all documents is the first rule."""
    encoding = layer.pop("encoding", None)
    rules: tuple[EncodingRule, ...] = layer.pop("encodings", ())
    return (("*", encoding), *rules) if encoding else rules


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
    """Return the place of the index: the named one, else the nearest local one, else the user's own."""
    if settings.index is not None:
        return Place(settings.index if is_url(settings.index) else os.path.join(cwd, settings.index), "named")
    local = _nearest(LOCAL_INDEX, cwd, os.path.isdir)
    if local is not None:
        return Place(local, "local")
    return Place(settings.own_index or os.path.join(_user_folder(environ, "data"), "index"), "own")


def words_file(settings: Settings, environ: Mapping[str, str], cwd: str) -> str:
    """Return the file of the user's own words, which need not exist."""
    if settings.words is not None:
        return os.path.join(cwd, settings.words)
    return os.path.join(_user_folder(environ, "config"), WORDS_FILE)


def own_files(settings: Settings, environ: Mapping[str, str], cwd: str) -> dict[str, str | None]:
    """Return the files of the user's words, synonyms and stop words; None for a missing one without a setting."""
    words = words_file(settings, environ, cwd)
    named = {"synonyms": settings.synonyms, "stop_words": settings.stop_words}
    return {
        "words": words if settings.words is not None or os.path.exists(words) else None,
        **{key: None if path is None else os.path.join(cwd, path) for key, path in named.items()},
    }


def configured_files(
    settings: Settings, environ: Mapping[str, str], cwd: str, folders: Iterable[str] = ()
) -> list[str]:
    """Return the files of the configuration, which need not exist.

    Args:
        settings: Merged settings.
        environ: Environment variables.
        cwd: Working directory.
        folders: Further folders whose project files are included.
    """
    projects = (_nearest(PROJECT_FILE, folder, os.path.isfile) for folder in (cwd, *folders))
    files = (*own_files(settings, environ, cwd).values(), *projects)
    return [
        *(path for path in files if path is not None),
        *(file(environ) for file in (user_file, saved_file, history_file)),
    ]


def user_file(environ: Mapping[str, str]) -> str:
    """Return the file of the user's configuration, which need not exist."""
    return os.path.join(_user_folder(environ, "config"), USER_FILE)


def saved_file(environ: Mapping[str, str]) -> str:
    """Return the file of the user's saved searches, which need not exist."""
    return os.path.join(_user_folder(environ, "config"), SAVED_FILE)


def history_file(environ: Mapping[str, str]) -> str:
    """Return the file of the user's search history, which need not exist."""
    return os.path.join(_user_folder(environ, "data"), HISTORY_FILE)


# --- Places of files ------------------------------------------------------------------------------------

# By platform and kind: the variable of the folder, and its default.
_FOLDERS = {
    "xdg": {"data": ("XDG_DATA_HOME", "~/.local/share"), "config": ("XDG_CONFIG_HOME", "~/.config")},
    "darwin": {
        "data": ("XDG_DATA_HOME", "~/Library/Application Support"),
        "config": ("XDG_CONFIG_HOME", "~/.config"),
    },
    "win32": {"data": ("LOCALAPPDATA", "~/AppData/Local"), "config": ("APPDATA", "~/AppData/Roaming")},
}


def _user_folder(environ: Mapping[str, str], kind: str) -> str:
    variable, default = _FOLDERS.get(sys.platform, _FOLDERS["xdg"])[kind]
    folder = environ.get(variable, "")
    # The XDG specification has relative paths ignored.
    if not os.path.isabs(folder):
        folder = _expand_home(default, environ)
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


# --- Values of settings -----------------------------------------------------------------------------------

# A setting, parsed from a value and the folder of relative paths. Raises _InvalidValue.
_Parser = Callable[[Any, str | None], Any]


class _InvalidValue(Exception):  # noqa: N818 - the layer that knows the origin of the value raises the error
    """An invalid value; the message describes the valid ones."""


def _whole_number(smallest: int) -> _Parser:
    def read(value: object, _folder: str | None) -> int:
        if (
            isinstance(value, str)
            and value.isascii()
            and value.isdigit()
            and len(value) <= len(str(_MAX_NUMBER))
        ):
            value = int(value)
        if type(value) is not int or not smallest <= value <= _MAX_NUMBER:
            raise _InvalidValue(f"a whole number from {smallest}")
        return value

    return read


def _one_of(choices: tuple[str, ...]) -> _Parser:
    def read(value: object, _folder: str | None) -> str:
        if value not in choices:
            raise _InvalidValue("one of " + ", ".join(choices))
        return str(value)

    return read


def _switch(value: object, _folder: str | None) -> bool:
    values = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}
    if not isinstance(value, bool | str) or value not in values:
        raise _InvalidValue("true or false")
    return values[value]


def _encoding(value: object, _folder: str | None) -> str:
    try:
        # Only a codec of text encodes a text; "hex" is a codec too.
        if isinstance(value, str) and "a".encode(value):
            return value
    except (LookupError, ValueError):
        pass
    raise _InvalidValue("the name of a text encoding, such as gb18030")


def _encodings(value: object, folder: str | None) -> tuple[EncodingRule, ...]:
    if not isinstance(value, dict):
        raise _InvalidValue('a table of paths and encodings, such as "旧文件" = "gb18030"')
    rules = []
    for pattern, encoding in value.items():
        try:
            rules.append((_absolute_glob(pattern, folder or ""), _encoding(encoding, folder)))
        except _InvalidValue as valid:
            raise _InvalidValue(f"{valid}, for {pattern!r}") from None
    return tuple(rules)


def _absolute_glob(pattern: str, folder: str) -> str:
    """Return a glob over absolute paths: a name matches anywhere, a path is relative to the folder of the file."""
    if not pattern.strip("/") or "\0" in pattern:
        raise _InvalidValue("a path, a name or a glob")
    if "/" not in pattern:
        return f"*{os.sep}{pattern}"
    pattern = os.path.expanduser(pattern).replace("/", os.sep).rstrip(os.sep)
    return pattern if os.path.isabs(pattern) else os.path.join(_literal(folder), pattern)


def _literal(path: str) -> str:
    """Return the glob that matches a path only."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in path)


def _path_of(kind: str) -> _Parser:
    def read(value: object, folder: str | None) -> str:
        if not isinstance(value, str) or not value or "\0" in value:
            raise _InvalidValue(f"the path of a {kind}")
        return os.path.join(folder, os.path.expanduser(value)) if folder is not None else value

    return read


def _place(value: object, folder: str | None) -> str:
    """Return the place of an index: a URL as it is, a folder as any other path."""
    return value if isinstance(value, str) and is_url(value) else _path_of("folder")(value, folder)


_PARSERS: dict[str, _Parser] = {
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
# Settings that only a file can have.
_TABLES: dict[str, _Parser] = {"encodings": _encodings}
_KEYS = {key: key for key in (*_PARSERS, *_TABLES)}
# The owner of a folder must not decide what is recorded of its visitors.
_PROJECT_KEYS = {key: key for key in _KEYS if key != "history"}
# The index of the user's configuration is the user's own one, after a local one.
_OWN_KEYS = {**_KEYS, "index": "own_index"}


# --- The layers ------------------------------------------------------------------------------------------


def _from_flags(flags: Mapping[str, str | None]) -> dict[str, Any]:
    settings = {}
    for key, value in flags.items():
        if value is not None:
            try:
                settings[key] = _PARSERS[key](value, None)
            except _InvalidValue as valid:
                raise UsageError(f"--{key.replace('_', '-')}: {value!r} is not {valid}") from None
    return settings


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    settings = {}
    for key, read in _PARSERS.items():
        variable = f"SEARCHIDX_{key.upper()}"
        value = environ.get(variable)
        if value:
            try:
                settings[key] = read(value, None)
            except _InvalidValue as valid:
                raise ConfigError(f"{variable} in the environment: {value!r} is not {valid}") from None
    return settings


def _from_file(path: str | None, keys: Mapping[str, str]) -> dict[str, Any]:
    if path is None or not os.path.isfile(path):
        return {}
    settings = {}
    for key, value in _parse(path).items():
        if key in _KEYS and key not in keys:
            raise ConfigError(f"{path}: {key} is not a setting of a folder; set it in your own {USER_FILE}")
        if key not in keys:
            raise ConfigError(f"{path}: there is no setting {key!r}; there are {', '.join(keys)}")
        try:
            settings[keys[key]] = {**_PARSERS, **_TABLES}[key](value, os.path.dirname(path))
        except _InvalidValue as valid:
            raise ConfigError(f"{path}: {key} = {value!r} is not {valid}") from None
    return settings


def _parse(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
