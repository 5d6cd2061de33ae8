"""Searches that a user has given a name: kept in a file of the user's own, and called by ``@name``.

A search is its words and what else decides what is found and in which order. It stops there: what is shown of the hits
is said anew each time. The file is JSON that a person can read and change; it is written beside itself and renamed, and
nobody else may read it.
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
"""Signs of which one stands before a name that is called."""
_NAME = re.compile(r"[\w.-]{1,64}")
_CALLED = re.compile(rf"[{MARKS}]({_NAME.pattern})(?:\s+(.*))?", re.DOTALL)
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
    """A search as it is kept.

    Attributes:
        query: As typed.
        literal: Whether all of it is one literal text.
        exact: Whether nothing is folded.
        under: Only documents at or below this absolute path.
        sort: Order, if it is not the usual one.
        group: What hits are grouped by.
        distinct: Whether near-identical paragraphs are folded.
    """

    query: str
    literal: bool = False
    exact: bool = False
    under: str | None = None
    sort: str | None = None
    group: str | None = None
    distinct: bool = False


def read(path: str) -> dict[str, Search]:
    """All saved searches by name, in order; none where there is no file.

    Raises:
        ConfigError: The file is not what it should be; says where.
    """
    try:
        with open(path, encoding="utf-8", errors="surrogatepass") as file:
            kept = json.load(file)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not JSON: {error}; put it right, or delete it") from error
    if not isinstance(kept, dict):
        raise ConfigError(f"{path}: it must be an object of searches by name; put it right, or delete it")
    return {name: _search(path, name, kept[name]) for name in sorted(kept)}


def save(path: str, name: str, search: Search) -> Search | None:
    """Keep a search under a name, with or without its mark; gives the one that had the name before.

    Raises:
        UsageError: It can't be a name.
        StorageError: The disk said no.
    """
    name = name.lstrip(MARKS)
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"--save: {name!r} can't be a name: letters, digits, _ . and - can stand in one, 64 at most"
        )
    kept = read(path)
    before = kept.get(name)
    _write(path, {**kept, name: search})
    return before


def remove(path: str, names: Iterable[str]) -> None:
    """Forget searches; all of them or, when one is not there, none.

    Raises:
        UsageError: There is none of a name; says the nearest.
    """
    kept = read(path)
    wanted = [name.lstrip(MARKS) for name in names]
    for name in wanted:
        if name not in kept:
            raise _not_saved(name, kept)
    _write(path, {name: search for name, search in kept.items() if name not in wanted})


def recall(path: str, text: str) -> Search | None:
    """The search that ``@name`` stands for, the words after it added to its own; None where that is no name.

    Raises:
        NotSavedError: Nothing is saved under the name; the message has the nearest name.
    """
    called = _CALLED.fullmatch(text.strip())
    if called is None:
        return None
    name, more = called[1], (called[2] or "").strip()
    kept = read(path)
    if name not in kept:
        raise _not_saved(name, kept)
    search = kept[name]
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


def _search(path: str, name: str, found: Any) -> Search:
    fields = found if isinstance(found, dict) else {}
    known = {key: fields[key] for key in (*_TEXTS, *_SWITCHES, "query") if fields.get(key) is not None}
    texts = all(isinstance(known[key], str) for key in (*_TEXTS, "query") if key in known)
    switches = all(isinstance(known[key], bool) for key in _SWITCHES if key in known)
    if "query" not in known or not texts or not switches:
        raise ConfigError(f"{path}: what is saved as {name!r} is no search; put it right, or delete it")
    return Search(**known)


def _write(path: str, kept: dict[str, Search]) -> None:
    plain = {
        name: {key: value for key, value in asdict(search).items() if value} for name, search in kept.items()
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
