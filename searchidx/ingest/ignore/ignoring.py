"""What the ignore files say of a path, as ripgrep reads them.

``.searchidxignore`` goes before ``.ignore``, that before ``.gitignore``, then come ``.git/info/exclude`` and the user's
own git ignore file; within each kind the file nearest to the path speaks first, and those above the folder that is
walked count too. What concerns git counts inside a repository only, and never across the border of one. Where none of
them says anything, names that hardly anybody wants are left out.
"""

import os
from collections.abc import Container
from stat import S_ISREG
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from searchidx.ingest.ignore.patterns import Patterns

OWN = ".searchidxignore"
ANY = ".ignore"
GIT = ".gitignore"
IGNORE_FILES = frozenset((OWN, ANY, GIT))

_REPOSITORIES = frozenset((".git", ".jj"))
_TELLING = IGNORE_FILES | _REPOSITORIES
_MOST_BYTES = 1 << 20  # of an ignore file; what comes after that is not read

# Folders that other programs keep for themselves, and files that are there for a moment only.
_USUALLY_OUT = frozenset((
    ".git", ".hg", ".svn", ".jj", ".bzr", "CVS", "_darcs", ".searchidx", "node_modules", "bower_components",
    "__pycache__", ".venv", ".tox", ".nox", "$RECYCLE.BIN", "System Volume Information", "lost+found",
))  # fmt: skip
_USUALLY_OUT_FILES = frozenset(("Thumbs.db", "desktop.ini", ".DS_Store"))
_MOMENTARY = ("~", ".tmp", ".part", ".crdownload", ".swp", ".swx")
CACHE_TAG = "CACHEDIR.TAG"
"""A folder with a file of this name holds nothing that could not be made again (bford.info/cachedir)."""


class _Spoken(NamedTuple):
    """Patterns, and how much of a path goes before what they are asked about."""

    cut: int
    patterns: "Patterns"


class Level(NamedTuple):
    """The ignore files that count in one folder, nearest first.

    Attributes:
        own: Of ``.searchidxignore``.
        any: Of ``.ignore``.
        git: Of ``.gitignore``, up to the top of the repository.
        last: Of the repository's and the user's own exclusions.
        repository: Whether the folder is in a repository.
    """

    own: tuple[_Spoken, ...] = ()
    any: tuple[_Spoken, ...] = ()
    git: tuple[_Spoken, ...] = ()
    last: tuple[_Spoken, ...] = ()
    repository: bool = False

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """Whether an absolute path is to be left out (True), is to be taken (False), or nothing is said of it."""
        for kind in self[:4]:
            for cut, patterns in kind:
                shown = path[cut:] if os.sep == "/" else path[cut:].replace(os.sep, "/")
                said = patterns.verdict(shown, is_folder=is_folder)
                if said is not None:
                    return said
        return None

    def entered(self, folder: str, names: Container[str]) -> "Level":
        """The level of a folder in this one, of which some names are known to be there."""
        if not any(name in names for name in _TELLING):
            return self
        repository = any(name in names for name in _REPOSITORIES)
        inside = repository or self.repository
        git: tuple[_Spoken, ...] = () if repository else self.git
        return Level(
            (*_read(folder, OWN, names), *self.own),
            (*_read(folder, ANY, names), *self.any),
            (*_read(folder, GIT, names), *git) if inside else (),
            _exclusions(folder) if repository else self.last,
            inside,
        )


def level_above(folder: str) -> Level:
    """The level of the folder that holds a folder."""
    above = os.path.dirname(folder)
    return Level() if above == folder else level_in(above, {})


def level_in(folder: str, seen: dict[str, Level]) -> Level:
    """The level of a folder that is not being walked, found by asking for each name; ``seen`` is added to."""
    level = seen.get(folder)
    if level is None:
        above = os.path.dirname(folder)
        level = Level() if above == folder else level_in(above, seen)
        there = {name for name in _TELLING if os.path.lexists(os.path.join(folder, name))}
        level = seen[folder] = level.entered(folder, there) if there else level
    return level


def is_usually_out(name: str, *, is_folder: bool) -> bool:
    """Tell whether a name is left out where nobody says otherwise."""
    if is_folder:
        return name in _USUALLY_OUT
    return (
        name.endswith(_MOMENTARY)
        or name in _USUALLY_OUT_FILES
        or name.startswith("~$")
        or (name.startswith("#") and name.endswith("#"))
    )


def _read(folder: str, name: str, names: Container[str]) -> tuple[_Spoken, ...]:
    if name not in names:
        return ()
    return _spoken(folder, os.path.join(folder, name))


def _exclusions(folder: str) -> tuple[_Spoken, ...]:
    """What a repository and its user leave out without saying so in the folder."""
    return (
        *_spoken(folder, os.path.join(_git_folder(folder), "info", "exclude")),
        *_spoken(folder, _users_own()),
    )


def _spoken(folder: str, path: str) -> tuple[_Spoken, ...]:
    text = _text_of(path)
    if not text.strip():
        return ()
    from searchidx.ingest.ignore.patterns import Patterns

    patterns = Patterns(text.removeprefix("\ufeff").split("\n"))
    cut = len(folder if folder.endswith(os.sep) else folder + os.sep)
    return (_Spoken(cut, patterns),) if patterns else ()


def _text_of(path: str) -> str:
    """What a small regular file holds; nothing where there is none, or it can't be read."""
    try:
        if not S_ISREG(os.stat(path).st_mode):
            return ""
        with open(path, "rb") as file:
            return os.fsdecode(file.read(_MOST_BYTES))
    except (OSError, ValueError):
        return ""


def _git_folder(folder: str) -> str:
    """Where git keeps what all working trees of a repository share."""
    plain = os.path.join(folder, ".git")
    text = _text_of(plain)
    if not text.startswith("gitdir:"):
        return plain
    own = os.path.join(folder, text.removeprefix("gitdir:").strip())
    shared = _text_of(os.path.join(own, "commondir")).strip()
    return os.path.join(own, shared) if shared else own


def _users_own() -> str:
    """The file that git's ``core.excludesFile`` names, or the usual one."""
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
