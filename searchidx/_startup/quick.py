"""Parser of plain ``search`` command lines without Typer, whose import would take half of a search.

It parses flags in full spelling, one per word. Everything else, errors included, is left to Typer. A property test shows
that both parse the rest alike.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol


class Flag(Protocol):
    """Definition of a flag.

    Attributes:
        name: Parameter of the command.
        takes: Metavar of its value; empty for a switch.
        spellings: All spellings.
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
    """Parse the words after ``searchidx search``; return the arguments of the command, or None to leave them to Typer."""
    query: list[str] = []
    by_spelling = {spelling: flag for flag in flags for spelling in flag.spellings}
    values: dict[str, Any] = {flag.name: None if flag.takes else False for flag in flags}
    remaining = iter(words)
    for word in remaining:
        if word == "--":
            query.extend(remaining)
        elif is_text(word):
            query.append(word)
        else:
            spelling, equals, value = word.partition("=")
            flag = by_spelling.get(spelling)
            if flag is None or (equals and not (flag.takes and spelling.startswith("--"))):
                return None
            if flag.takes and not equals:
                value = next(remaining, "-")
                if value.startswith("-"):
                    return None
            values[flag.name] = value if flag.takes else True
    return {"query": query, **values} if query else None
