"""Verdicts of ignore files on a path, as in ripgrep.

Precedence: ``.searchidxignore``, ``.ignore``, ``.gitignore``, ``.git/info/exclude``, the user's git ignore file; of each kind the
file nearest to the path, including those above the walked folder. Files of git apply inside a repository only, and never
beyond it. A path without a verdict is ignored if its name is on the built-in list.
"""

import os
from collections.abc import Container
from stat import S_ISREG
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from searchidx.ingest.ignore.patterns import Patterns

SEARCHIDX = ".searchidxignore"
ANY = ".ignore"
GIT = ".gitignore"
IGNORE_FILES = frozenset((SEARCHIDX, ANY, GIT))

_REPOSITORIES = frozenset((".git", ".jj"))
_MARKERS = IGNORE_FILES | _REPOSITORIES
_MAX_BYTES = 1 << 20  # of an ignore file; the rest is not read

# Built-in exclusions: folders that belong to other programs, and temporary files.
_EXCLUDED_FOLDERS = frozenset((
    ".git", ".hg", ".svn", ".jj", ".bzr", "CVS", "_darcs", ".searchidx", "node_modules", "bower_components",
    "__pycache__", ".venv", ".tox", ".nox", "$RECYCLE.BIN", "System Volume Information", "lost+found",
))  # fmt: skip
_EXCLUDED_FILES = frozenset(("Thumbs.db", "desktop.ini", ".DS_Store"))
_TEMPORARY = ("~", ".tmp", ".part", ".crdownload", ".swp", ".swx")
CACHE_TAG = "CACHEDIR.TAG"
"""Name of the file that marks a folder as a cache (bford.info/cachedir)."""


class _Scope(NamedTuple):
    """Patterns, and the length of the prefix of the paths that they apply to."""

    prefix: int
    patterns: "Patterns"


class Level(NamedTuple):
    """Ignore files that apply in a folder, nearest first.

    Attributes:
        searchidx: Patterns of ``.searchidxignore``.
        any: Patterns of ``.ignore``.
        git: Patterns of ``.gitignore``, up to the top of the repository.
        last: Exclusions of the repository and of the user.
        repository: True if the folder is in a repository.
    """

    searchidx: tuple[_Scope, ...] = ()
    any: tuple[_Scope, ...] = ()
    git: tuple[_Scope, ...] = ()
    last: tuple[_Scope, ...] = ()
    repository: bool = False

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """Return True if an absolute path is ignored, False if it is included, None without a verdict."""
        for kind in self[:4]:
            for prefix, patterns in kind:
                shown = path[prefix:] if os.sep == "/" else path[prefix:].replace(os.sep, "/")
                verdict = patterns.verdict(shown, is_folder=is_folder)
                if verdict is not None:
                    return verdict
        return None

    def entered(self, folder: str, names: Container[str]) -> "Level":
        """Return the level of a folder below, of which some names are known to exist."""
        if not any(name in names for name in _MARKERS):
            return self
        repository = any(name in names for name in _REPOSITORIES)
        inside = repository or self.repository
        git: tuple[_Scope, ...] = () if repository else self.git
        return Level(
            (*_read(folder, SEARCHIDX, names), *self.searchidx),
            (*_read(folder, ANY, names), *self.any),
            (*_read(folder, GIT, names), *git) if inside else (),
            _exclusions(folder) if repository else self.last,
            inside,
        )


def level_above(folder: str) -> Level:
    """Return the level of the folder that contains a folder."""
    above = os.path.dirname(folder)
    return Level() if above == folder else level_in(above, {})


def level_in(folder: str, cache: dict[str, Level]) -> Level:
    """Return the level of a folder outside a walk, looking up each name; ``cache`` is extended."""
    level = cache.get(folder)
    if level is None:
        above = os.path.dirname(folder)
        level = Level() if above == folder else level_in(above, cache)
        names = {name for name in _MARKERS if os.path.lexists(os.path.join(folder, name))}
        level = cache[folder] = level.entered(folder, names) if names else level
    return level


def is_excluded_by_default(name: str, *, is_folder: bool) -> bool:
    """Return True for a name on the built-in list of exclusions."""
    if is_folder:
        return name in _EXCLUDED_FOLDERS
    return (
        name.endswith(_TEMPORARY)
        or name in _EXCLUDED_FILES
        or name.startswith("~$")
        or (name.startswith("#") and name.endswith("#"))
    )


def _read(folder: str, name: str, names: Container[str]) -> tuple[_Scope, ...]:
    if name not in names:
        return ()
    return _scope(folder, os.path.join(folder, name))


def _exclusions(folder: str) -> tuple[_Scope, ...]:
    """Return the exclusions of a repository and its user that no file of the folder contains."""
    return (
        *_scope(folder, os.path.join(_git_folder(folder), "info", "exclude")),
        *_scope(folder, _user_exclusions()),
    )


def _scope(folder: str, path: str) -> tuple[_Scope, ...]:
    text = _text_of(path)
    if not text.strip():
        return ()
    from searchidx.ingest.ignore.patterns import Patterns

    patterns = Patterns(text.removeprefix("\ufeff").split("\n"))
    prefix = len(folder if folder.endswith(os.sep) else folder + os.sep)
    return (_Scope(prefix, patterns),) if patterns else ()


def _text_of(path: str) -> str:
    """Return the text of a small regular file; empty if there is none, or it can't be read."""
    try:
        if not S_ISREG(os.stat(path).st_mode):
            return ""
        with open(path, "rb") as file:
            return os.fsdecode(file.read(_MAX_BYTES))
    except (OSError, ValueError):
        return ""


def _git_folder(folder: str) -> str:
    """Return the folder of git that all working trees of a repository share."""
    plain = os.path.join(folder, ".git")
    text = _text_of(plain)
    if not text.startswith("gitdir:"):
        return plain
    git_folder = os.path.join(folder, text.removeprefix("gitdir:").strip())
    shared = _text_of(os.path.join(git_folder, "commondir")).strip()
    return os.path.join(git_folder, shared) if shared else git_folder


def _user_exclusions() -> str:
    """Return the file that git's ``core.excludesFile`` names, or the default one."""
    settings = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    named = os.path.join(settings, "git", "ignore")
    for path in (os.path.join(settings, "git", "config"), os.path.expanduser("~/.gitconfig")):
        section = ""
        for line in map(str.strip, _text_of(path).splitlines()):
            if line.startswith("["):
                section = line.partition("]")[0].lstrip("[").strip().lower()
            key, _, value = line.partition("=")
            if section == "core" and key.strip().lower() == "excludesfile":
                named = os.path.expanduser(value.strip().strip('"'))
    return named
