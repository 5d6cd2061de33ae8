"""Walk over files below the paths that a user names.

A named path is always included; paths below it by its walk rules (:mod:`searchidx.ingest.ignore.rules`) and by ignore files
(:mod:`searchidx.ingest.ignore.ignoring`), as in ripgrep. Symbolic links are followed only if the rules say so, and only regular
files are ever opened. Unreadable folders are listed with the reason, so that nobody takes their files for deleted.
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

SIZE_LIMIT = 256 << 20  # bytes; a larger file is skipped
# Folders in which Unix systems show devices and processes as files; reading some has effects. A user may name them.
_NO_FILES = frozenset({"/dev", "/proc", "/sys"})
"""Size and time of a file without a status."""


class Listed(NamedTuple):
    """A file of a walk, or the reason why it is skipped.

    Attributes:
        path: Absolute path of the file, or of an unreadable folder.
        size: Bytes, or ``UNKNOWN``: the files at or below the path may be unchanged.
        stamp: Times and identity of the file, or all ``UNKNOWN``.
        refused: Reason why it is skipped, or None.
    """

    path: str
    size: int
    stamp: Stamp
    refused: Message | None = None


class Target(NamedTuple):
    """A path to walk, and its rules.

    Attributes:
        path: Absolute path.
        rules: Walk rules.
        base: Folder of the rules: ``path``, or one above it.
        named: True if the user named the path; otherwise it is included only if the walk of ``base`` comes to it.
    """

    path: str
    rules: WalkRules
    base: str
    named: bool = True


def walk(targets: Iterable[Target], apart: Collection[str] = ()) -> Iterator[Listed]:
    """List regular files, each once, folders in the order of their names.

    Args:
        targets: Targets of the walk.
        apart: Paths that are not entered from above.
    """
    listed_paths: set[str] = set()
    walkers: dict[tuple[str, WalkRules], Walker] = {}
    for target in targets:
        key = (target.base, target.rules)
        walker = walkers.setdefault(key, Walker(target.base, target.rules))
        if not (target.named or walker.reaches(target.path)):
            continue
        for listed in walker.below(target.path, apart):
            if listed.path not in listed_paths:
                listed_paths.add(listed.path)
                yield listed


class Walker:
    """Walker by one set of rules."""

    def __init__(self, base: str, rules: WalkRules) -> None:
        """Prepare a walk; globs are relative to ``base``."""
        self._base = base
        self._rules = rules
        self._cut = len(base if base.endswith(os.sep) else base + os.sep)
        self._entered: set[tuple[int, int]] = set()
        self._levels: dict[str, Level] = {}

    def below(self, path: str, apart: Collection[str] = ()) -> Iterator[Listed]:
        """List a file, or the files below a folder."""
        for folder in apart if self._rules.follow else ():
            with suppress(OSError):
                self._is_first_visit(folder)  # not by a link either
        try:
            status = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return
        except (OSError, ValueError) as error:
            yield _unseen(path, error)
            return
        if S_ISDIR(status.st_mode):
            level = Level() if self._rules.no_ignore else ignoring.level_above(path)
            yield from self._folder(path, level, apart)
        else:
            yield _file(path, status)

    def reaches(self, path: str) -> bool:
        """Return True if the walk of the base comes to a path, which may be missing."""
        if path == self._base:
            return True
        above, name = os.path.split(path)
        if above == path or not path.startswith(self._base) or not self._enters(above):
            return False
        return self._includes(self._level_in(above), path, name, is_folder=os.path.isdir(path))

    def may_come_to(self, path: str) -> bool:
        """Return True if the walk of the base comes to a path, or came to it before it was deleted."""
        if path == self._base or os.path.lexists(path):
            return self.reaches(path)
        above, name = os.path.split(path)
        if above == path or not self._enters(above):
            return False
        level = self._level_in(above)
        return any(self._includes(level, path, name, is_folder=kind) for kind in (False, True))

    def _enters(self, folder: str) -> bool:
        if folder == self._base:
            return True
        above, name = os.path.split(folder)
        return (
            above != folder
            and self._enters(above)
            and (self._rules.follow or not os.path.islink(folder))
            and self._includes(self._level_in(above), folder, name, is_folder=True)
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
                    if not (is_folder or is_file) or not self._includes(
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

    def _includes(self, level: Level, path: str, name: str, *, is_folder: bool) -> bool:
        """Return True if the walk includes a child of a folder: by globs first, then ignore files, types and its name."""
        rules = self._rules
        if is_folder and path in _NO_FILES:
            return False
        if rules.globs:
            shown = path[self._cut :].replace(os.sep, "/")
            verdict = self._globs.verdict(shown, is_folder=is_folder)
            if verdict is not None:
                return verdict
            if self._globs.asks and not is_folder:
                return False
        out = level.verdict(path, is_folder=is_folder)
        if out:
            return False
        if rules.types and not is_folder:
            return suffix_of(name) in rules.suffixes and (
                out is False or self._is_included_by_default(name, is_folder=False)
            )
        return out is False or self._is_included_by_default(name, is_folder=is_folder)

    def _is_included_by_default(self, name: str, *, is_folder: bool) -> bool:
        if not self._rules.hidden and name.startswith("."):
            return False
        return self._rules.no_ignore or not ignoring.is_excluded_by_default(name, is_folder=is_folder)

    def _is_first_visit(self, folder: str) -> bool:
        """Return True unless a folder was entered by another name, as in a loop of links."""
        status = os.stat(folder)
        identity = (status.st_dev, status.st_ino)
        if identity in self._entered:
            return False
        self._entered.add(identity)
        return True

    @cached_property
    def _globs(self) -> "Patterns":
        from searchidx.ingest.ignore.patterns import Patterns

        return Patterns(self._rules.globs)


def _file(path: str, status: os.stat_result) -> Listed:
    stamp = Stamp.of(status)
    if not S_ISREG(status.st_mode):
        return Listed(path, status.st_size, stamp, Message("irregular"))
    if status.st_size > SIZE_LIMIT:
        return Listed(path, status.st_size, stamp, message("file_size", SIZE_LIMIT >> 20))
    return Listed(path, status.st_size, stamp)


def _unseen(path: str, error: OSError | ValueError) -> Listed:
    reason = messages.of_system(error) if isinstance(error, OSError) else messages.of_text(str(error))
    return Listed(path, UNKNOWN, NO_STAMP, reason)
