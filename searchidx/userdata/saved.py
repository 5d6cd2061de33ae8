"""Saved searches: named by the user, stored in a file of the user, and run by ``@name``.

A saved search is its query and the options that decide the matches and their order; options of the output are not saved. The
file is JSON that a person can edit; it is replaced by a rename, and nobody else may read it.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from searchidx.errors import ConfigError, StorageError, UsageError
from searchidx.query.quotes import quote

MARKS = "@＠"
"""Characters of which one precedes the name of a saved search."""
_NAME = re.compile(r"[\w.-]{1,64}")
_REFERENCE = re.compile(rf"[{MARKS}]({_NAME.pattern})(?:\s+(.*))?", re.DOTALL)
_TEXTS = ("under", "sort", "group")
_SWITCHES = ("literal", "exact", "distinct")


class NotSavedError(UsageError):
    """Name of a search that is not saved.

    Attributes:
        is_near: A saved search has nearly this name.
    """

    def __init__(self, message: str, *, is_near: bool) -> None:
        """Create the error with its message."""
        super().__init__(message)
        self.is_near = is_near


@dataclass(frozen=True, slots=True)
class Search:
    """A saved search.

    Attributes:
        query: Query as typed.
        literal: True if the whole query is literal text.
        exact: True if nothing is folded.
        under: Absolute path at or below which documents are searched, or None.
        sort: Order other than the default one, or None.
        group: Key by which hits are grouped, or None.
        distinct: True if near-identical paragraphs are folded.
    """

    query: str
    literal: bool = False
    exact: bool = False
    under: str | None = None
    sort: str | None = None
    group: str | None = None
    distinct: bool = False


def read(path: str) -> dict[str, Search]:
    """Return all saved searches by name, sorted; none without a file.

    Raises:
        ConfigError: The file is malformed; the message names the place.
    """
    try:
        with open(path, encoding="utf-8", errors="surrogatepass") as file:
            searches = json.load(file)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not JSON: {error}; correct or delete it") from error
    if not isinstance(searches, dict):
        raise ConfigError(f"{path}: not a JSON object of searches by name; correct or delete it")
    return {name: _search(path, name, searches[name]) for name in sorted(searches)}


def save(path: str, name: str, search: Search) -> Search | None:
    """Save a search under a name, with or without its mark; return the one that it replaces.

    Raises:
        UsageError: The name is invalid.
        StorageError: The file can't be written.
    """
    name = name.lstrip(MARKS)
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"--save: {name!r} can't be a name: letters, digits, _ . and - can stand in one, 64 at most"
        )
    searches = read(path)
    before = searches.get(name)
    _write(path, {**searches, name: search})
    return before


def remove(path: str, names: Iterable[str]) -> None:
    """Delete searches: all of the names, or none if one is unknown.

    Raises:
        UsageError: A name is unknown; the message suggests the nearest.
    """
    searches = read(path)
    deleted = [name.lstrip(MARKS) for name in names]
    for name in deleted:
        if name not in searches:
            raise _not_saved(name, searches)
    _write(path, {name: search for name, search in searches.items() if name not in deleted})


def recall(path: str, text: str) -> Search | None:
    """Return the search of ``@name``, with further words appended; None for a text that is no reference.

    Raises:
        NotSavedError: Nothing is saved under the name; the message has the nearest name.
    """
    called = _REFERENCE.fullmatch(text.strip())
    if called is None:
        return None
    name, more = called[1], (called[2] or "").strip()
    searches = read(path)
    if name not in searches:
        raise _not_saved(name, searches)
    search = searches[name]
    if not more:
        return search
    words = quote(search.query) if search.literal else search.query
    return replace(search, query=f"{words} {more}", literal=False)


def _not_saved(name: str, saved_names: Iterable[str]) -> NotSavedError:
    from difflib import get_close_matches

    near = get_close_matches(name, list(saved_names), n=1, cutoff=0.5)
    remedy = f"did you mean @{near[0]}?" if near else "searchidx saved lists all"
    text = f" To search for the text: searchidx search -F '@{name}'" if near else ""
    return NotSavedError(f"nothing is saved as @{name}; {remedy}{text}", is_near=bool(near))


def _search(path: str, name: str, value: Any) -> Search:
    fields = value if isinstance(value, dict) else {}
    options = {key: fields[key] for key in (*_TEXTS, *_SWITCHES, "query") if fields.get(key) is not None}
    texts = all(isinstance(options[key], str) for key in (*_TEXTS, "query") if key in options)
    switches = all(isinstance(options[key], bool) for key in _SWITCHES if key in options)
    if "query" not in options or not texts or not switches:
        raise ConfigError(f"{path}: what is saved as {name!r} is no search; correct or delete it")
    return Search(**options)


def _write(path: str, searches: dict[str, Search]) -> None:
    plain = {
        name: {key: value for key, value in asdict(search).items() if value}
        for name, search in searches.items()
    }
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(dir=folder)  # nobody else may read it
        try:
            with open(descriptor, "w", encoding="utf-8", errors="surrogatepass") as file:
                json.dump(plain, file, ensure_ascii=False, indent=2, sort_keys=True)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(unfinished, path)
        except BaseException:
            os.unlink(unfinished)
            raise
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}; nothing was changed") from error
