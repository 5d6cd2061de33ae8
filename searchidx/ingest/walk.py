"""Finds the files below the paths that a user names.

A path that is named is taken whatever it is called; what is below it by the rules that go with it
(:mod:`searchidx.ingest.ignore.rules`) and by the ignore files (:mod:`searchidx.ingest.ignore.ignoring`), as ripgrep does. Symbolic links
are not followed unless asked for, and nothing but regular files is ever opened. What can't be looked into is named, so
that nobody takes it for gone.
"""

import os
from collections.abc import Collection, Container, Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, NamedTuple

from searchidx import messages
from searchidx.file_state import NO_STAMP, UNKNOWN, Stamp
from searchidx.ingest.ignore import ignoring
from searchidx.ingest.ignore.ignoring import Level
from searchidx.ingest.ignore.rules import WalkRules
from searchidx.messages import Message, message
from searchidx.readers import suffix_of

if TYPE_CHECKING:
    from searchidx.ingest.ignore.patterns import Patterns

SIZE_LIMIT = 256 << 20  # bytes; a larger file is named and left out
# Below these of a Unix machine is what the system shows as files; to read some of them does things. Who wants to may name them.
_NO_FILES = frozenset({"/dev", "/proc", "/sys"})
"""Size and time of what could not even be asked for them."""


class Listed(NamedTuple):
    """A file that was found, or the reason why it is left out.

    Attributes:
        path: Absolute path; of a folder, if that is what could not be looked into.
        size: Bytes, or ``UNKNOWN``: then what is at the path or below it may be as it was.
        stamp: Times and identity of the file, or all ``UNKNOWN``.
        refused: Reason why it is skipped, or None.
    """

    path: str
    size: int
    stamp: Stamp
    refused: Message | None = None


class Target(NamedTuple):
    """Where to walk, and how.

    Attributes:
        path: Absolute path.
        rules: How to walk.
        base: The folder the rules are for: ``path``, or one above it.
        named: Whether somebody asked for this very path; else it is taken only if the walk of ``base`` would come to it.
    """

    path: str
    rules: WalkRules
    base: str
    named: bool = True


def walk(targets: Iterable[Target], apart: Collection[str] = ()) -> Iterator[Listed]:
    """List regular files, each once, folders in the order of their names.

    Args:
        targets: Where to walk.
        apart: Paths that are not entered from above.
    """
    seen: set[str] = set()
    walkers: dict[tuple[str, WalkRules], Walker] = {}
    for target in targets:
        key = (target.base, target.rules)
        walker = walkers.setdefault(key, Walker(target.base, target.rules))
        if not (target.named or walker.reaches(target.path)):
            continue
        for listed in walker.below(target.path, apart):
            if listed.path not in seen:
                seen.add(listed.path)
                yield listed


class Walker:
    """Walks by one set of rules."""

    def __init__(self, base: str, rules: WalkRules) -> None:
        """Prepare to walk; globs count from ``base``."""
        self._base = base
        self._rules = rules
        self._cut = len(base if base.endswith(os.sep) else base + os.sep)
        self._entered: set[tuple[int, int]] = set()
        self._levels: dict[str, Level] = {}

    def below(self, path: str, apart: Collection[str] = ()) -> Iterator[Listed]:
        """List a file, or the files below a folder."""
        for folder in apart if self._rules.follow else ():
            with suppress(OSError):
                self._is_first_visit(folder)  # whatever link leads there
        try:
            found = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return
        except (OSError, ValueError) as error:
            yield _unseen(path, error)
            return
        if S_ISDIR(found.st_mode):
            level = Level() if self._rules.no_ignore else ignoring.level_above(path)
            yield from self._folder(path, level, apart)
        else:
            yield _file(path, found)

    def reaches(self, path: str) -> bool:
        """Tell whether the walk of the base comes to a path, whether it is still there or not."""
        if path == self._base:
            return True
        above, name = os.path.split(path)
        if above == path or not path.startswith(self._base) or not self._enters(above):
            return False
        return self._takes(self._level_in(above), path, name, is_folder=os.path.isdir(path))

    def may_come_to(self, path: str) -> bool:
        """Tell whether the walk of the base comes to a path, or would have come to what was there and is gone."""
        if path == self._base or os.path.lexists(path):
            return self.reaches(path)
        above, name = os.path.split(path)
        if above == path or not self._enters(above):
            return False
        level = self._level_in(above)
        return any(self._takes(level, path, name, is_folder=kind) for kind in (False, True))

    def _enters(self, folder: str) -> bool:
        if folder == self._base:
            return True
        above, name = os.path.split(folder)
        return (
            above != folder
            and self._enters(above)
            and (self._rules.follow or not os.path.islink(folder))
            and self._takes(self._level_in(above), folder, name, is_folder=True)
            and (self._rules.no_ignore or not os.path.exists(os.path.join(folder, ignoring.CACHE_TAG)))
        )

    def _level_in(self, folder: str) -> Level:
        if self._rules.no_ignore:
            return Level()
        level = self._levels.get(folder)
        if level is None:
            level = ignoring.level_in(folder, self._levels)
        return level

    def _folder(self, top: str, outer: Level, apart: Container[str]) -> Iterator[Listed]:
        waiting = [(top, outer)]
        while waiting:
            folder, level = waiting.pop()
            try:
                if self._rules.follow and not self._is_first_visit(folder):
                    continue
                with os.scandir(folder) as entries:
                    children = sorted(entries, key=lambda entry: entry.name)
            except (OSError, ValueError) as error:
                yield _unseen(folder, error)
                continue
            if not self._rules.no_ignore:
                names = {child.name for child in children}
                if ignoring.CACHE_TAG in names and folder != top:
                    continue
                level = level.entered(folder, names)
            folders: list[tuple[str, Level]] = []
            for child in children:
                if child.path in apart:
                    continue
                try:
                    is_folder = child.is_dir(follow_symlinks=self._rules.follow)
                    is_file = not is_folder and child.is_file(follow_symlinks=self._rules.follow)
                    if not (is_folder or is_file) or not self._takes(
                        level, child.path, child.name, is_folder=is_folder
                    ):
                        continue
                    if is_folder:
                        folders.append((child.path, level))
                    else:
                        yield _file(child.path, child.stat(follow_symlinks=self._rules.follow))
                except FileNotFoundError:
                    continue
                except OSError as error:
                    yield _unseen(child.path, error)
            waiting.extend(reversed(folders))

    def _takes(self, level: Level, path: str, name: str, *, is_folder: bool) -> bool:
        """Whether the walk takes a child of a folder: a glob decides, else the ignore files, the types, the name."""
        rules = self._rules
        if is_folder and path in _NO_FILES:
            return False
        if rules.globs:
            shown = path[self._cut :].replace(os.sep, "/")
            asked = self._globs.verdict(shown, is_folder=is_folder)
            if asked is not None:
                return asked
            if self._globs.asks and not is_folder:
                return False
        out = level.verdict(path, is_folder=is_folder)
        if out:
            return False
        if rules.types and not is_folder:
            return suffix_of(name) in rules.suffixes and (
                out is False or self._is_usual(name, is_folder=False)
            )
        return out is False or self._is_usual(name, is_folder=is_folder)

    def _is_usual(self, name: str, *, is_folder: bool) -> bool:
        if not self._rules.hidden and name.startswith("."):
            return False
        return self._rules.no_ignore or not ignoring.is_usually_out(name, is_folder=is_folder)

    def _is_first_visit(self, folder: str) -> bool:
        """Whether a folder has not been entered by another name, as a loop of links would have it."""
        found = os.stat(folder)
        identity = (found.st_dev, found.st_ino)
        if identity in self._entered:
            return False
        self._entered.add(identity)
        return True

    @cached_property
    def _globs(self) -> "Patterns":
        from searchidx.ingest.ignore.patterns import Patterns

        return Patterns(self._rules.globs)


def _file(path: str, found: os.stat_result) -> Listed:
    stamp = Stamp.of(found)
    if not S_ISREG(found.st_mode):
        return Listed(path, found.st_size, stamp, Message("irregular"))
    if found.st_size > SIZE_LIMIT:
        return Listed(path, found.st_size, stamp, message("file_size", SIZE_LIMIT >> 20))
    return Listed(path, found.st_size, stamp)


def _unseen(path: str, error: OSError | ValueError) -> Listed:
    reason = messages.of_system(error) if isinstance(error, OSError) else messages.of_text(str(error))
    return Listed(path, UNKNOWN, NO_STAMP, reason)
