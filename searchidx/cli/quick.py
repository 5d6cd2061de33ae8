"""The common search, read without Typer: half of the time from key to answer would go into importing it.

The reader knows flags in full and one to a word, and nothing else. What it does not know exactly, mistakes
included, it leaves to Typer; what it does know, both read alike, which a property test shows.
"""

from collections.abc import Sequence
from typing import Any

from searchidx.cli.flags import SEARCH, is_text

_FLAGS = {spelling: flag for flag in SEARCH for spelling in flag.spellings}


def read(words: Sequence[str]) -> dict[str, Any] | None:
    """Read the words after ``searchidx search``: the arguments of the command, or None to leave it to Typer."""
    query: list[str] = []
    values: dict[str, Any] = {flag.name: None if flag.takes else False for flag in SEARCH}
    rest = iter(words)
    for word in rest:
        if word == "--":
            query.extend(rest)
        elif is_text(word):
            query.append(word)
        else:
            spelling, equals, value = word.partition("=")
            flag = _FLAGS.get(spelling)
            if flag is None or (equals and not (flag.takes and spelling.startswith("--"))):
                return None
            if flag.takes and not equals:
                value = next(rest, "-")
                if value.startswith("-"):
                    return None
            values[flag.name] = value if flag.takes else True
    return {"query": query, **values} if query else None
