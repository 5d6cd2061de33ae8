"""How a folder is walked: what was asked for on the command line, and is remembered with the folder."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from searchidx.errors import UsageError
from searchidx.readers import ALIASES, FORMATS, SUFFIXES, suffix_of


@dataclass(frozen=True)
class WalkRules:
    """How to walk a folder.

    Attributes:
        hidden: Whether to take files and folders whose names begin with a dot.
        no_ignore: Whether to pass over ignore files, and over what is usually left out.
        follow: Whether to follow symbolic links.
        globs: Patterns as in an ignore file, from the folder that is walked: take what matches one of them, and never
            what matches one with an exclamation mark.
        types: Formats or suffixes: take files of these.
    """

    hidden: bool = False
    no_ignore: bool = False
    follow: bool = False
    globs: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        """The flags that say this: how it is kept in an index, and shown."""
        switches = (("--hidden", self.hidden), ("--no-ignore", self.no_ignore), ("--follow", self.follow))
        return (
            *(word for word, given in switches if given),
            *(f"--glob={glob}" for glob in self.globs),
            *(f"--type={name}" for name in self.types),
        )

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """What :meth:`words` said; words that say nothing are passed over."""
        given = list(words)
        return cls(
            "--hidden" in given,
            "--no-ignore" in given,
            "--follow" in given,
            tuple(word.removeprefix("--glob=") for word in given if word.startswith("--glob=")),
            tuple(word.removeprefix("--type=") for word in given if word.startswith("--type=")),
        )

    def check(self) -> None:
        """See that every glob and type can mean something.

        Raises:
            UsageError: One can't.
        """
        for glob in self.globs:
            from searchidx.ingest.ignore.patterns import is_pattern

            if not is_pattern(glob):
                raise UsageError(
                    f"--glob: {glob!r} is not a pattern; patterns are as in .gitignore: '*.md', '!草稿/'"
                )
        for name in self.types:
            if not _suffixes(name):
                known = ", ".join(sorted(FORMATS))
                raise UsageError(
                    f"--type: there is no type {name!r}; there are {known}, and suffixes such as py"
                )

    @property
    def are_local(self) -> bool:
        """Whether a glob says where something is, so that it means another thing from another folder."""
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
