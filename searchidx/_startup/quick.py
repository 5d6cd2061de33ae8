"""The common search, read without Typer: half of the time from key to answer would go into importing it.

The reader knows flags in full and one to a word, and nothing else. What it does not know exactly, mistakes
included, it leaves to Typer; what it does know, both read alike, which a property test shows.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol


class Flag(Protocol):
    """A flag as the command line declares it.

    Attributes:
        name: Argument of the command.
        takes: Name of its value, or an empty string if it takes none.
        spellings: All ways to write it.
    """

    @property
    def name(self) -> str: ...

    @property
    def takes(self) -> str: ...

    @property
    def spellings(self) -> Sequence[str]: ...


def read(
    words: Sequence[str], flags: Sequence[Flag], is_text: Callable[[str], bool]
) -> dict[str, Any] | None:
    """Read the words after ``searchidx search``: the arguments of the command, or None to leave it to Typer."""
    query: list[str] = []
    by_spelling = {spelling: flag for flag in flags for spelling in flag.spellings}
    values: dict[str, Any] = {flag.name: None if flag.takes else False for flag in flags}
    rest = iter(words)
    for word in rest:
        if word == "--":
            query.extend(rest)
        elif is_text(word):
            query.append(word)
        else:
            spelling, equals, value = word.partition("=")
            flag = by_spelling.get(spelling)
            if flag is None or (equals and not (flag.takes and spelling.startswith("--"))):
                return None
            if flag.takes and not equals:
                value = next(rest, "-")
                if value.startswith("-"):
                    return None
            values[flag.name] = value if flag.takes else True
    return {"query": query, **values} if query else None
