"""Walk rules of a folder: flags of the command line, stored with the folder."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from searchidx.errors import UsageError
from searchidx.readers import ALIASES, FORMATS, SUFFIXES, suffix_of


@dataclass(frozen=True)
class WalkRules:
    """Walk rules of a folder.

    Attributes:
        hidden: True includes names that begin with a dot.
        no_ignore: True disables ignore files and built-in exclusions.
        follow: True follows symbolic links.
        globs: Patterns as in an ignore file, relative to the walked folder: only matches are included, and never those of a
            pattern with an exclamation mark.
        types: Formats or suffixes of the files to include.
    """

    hidden: bool = False
    no_ignore: bool = False
    follow: bool = False
    globs: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        """Return the rules as flags, their stored and displayed form."""
        switches = (("--hidden", self.hidden), ("--no-ignore", self.no_ignore), ("--follow", self.follow))
        return (
            *(word for word, is_on in switches if is_on),
            *(f"--glob={glob}" for glob in self.globs),
            *(f"--type={name}" for name in self.types),
        )

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """Parse the flags of :meth:`words`; unknown ones are skipped."""
        flags = list(words)
        return cls(
            "--hidden" in flags,
            "--no-ignore" in flags,
            "--follow" in flags,
            tuple(word.removeprefix("--glob=") for word in flags if word.startswith("--glob=")),
            tuple(word.removeprefix("--type=") for word in flags if word.startswith("--type=")),
        )

    def check(self) -> None:
        """Check every glob and type.

        Raises:
            UsageError: One is malformed or unknown.
        """
        for glob in self.globs:
            from searchidx.ingest.ignore.patterns import is_pattern

            if not is_pattern(glob):
                raise UsageError(
                    f"--glob: {glob!r} is not a pattern; patterns are as in .gitignore: '*.md', '!草稿/'"
                )
        for name in self.types:
            if not _suffixes(name):
                names = ", ".join(sorted(FORMATS))
                raise UsageError(
                    f"--type: there is no type {name!r}; there are {names}, and suffixes such as py"
                )

    @property
    def are_local(self) -> bool:
        """True if a glob contains a path, so that its meaning depends on the folder."""
        return any("/" in glob.removeprefix("!").rstrip("/") for glob in self.globs)

    @cached_property
    def suffixes(self) -> frozenset[str]:
        """Suffixes of the types, in lower case."""
        return frozenset(suffix for name in self.types for suffix in _suffixes(name))


def _suffixes(name: str) -> tuple[str, ...]:
    name = name.lower().lstrip(".")
    if name in ALIASES:
        return ALIASES[name].suffixes
    return (f".{name}",) if f".{name}" in SUFFIXES else ()


def has_known_suffix(name: str) -> bool:
    """Return true for a file name with the suffix of a format."""
    return suffix_of(name) in SUFFIXES
