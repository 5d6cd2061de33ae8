"""Spelling suggestions as commands to copy. Imported only for queries without literal matches."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from searchidx.api import Index
from searchidx.cli.streams import say, stdout_is_terminal, tell
from searchidx.render.look import count
from searchidx.render.safe import visible
from searchidx.render.wrap import pad
from searchidx.results import Page, Suggestion
from searchidx.snippets.width import display_width

_UNQUOTED_WORD = re.compile(r"[\w@%+=:,./-]+")


def suggestions(index: Index, page: Page, scope: Mapping[str, Any]) -> tuple[Suggestion, ...]:
    """Return suggestions for a query without literal matches; none if it has some."""
    if (page.tiers or {}).get("literal"):
        return ()
    words = any(hit.match == "words" for hit in page.hits[:1])
    return index.suggest(page.query, all_words=words, **scope)


def print_suggestions(suggestions: Sequence[Suggestion], flags: Mapping[str, str | bool | None]) -> None:
    """Write suggestions to standard error."""
    write_line = say if not stdout_is_terminal() else _show
    for line in lines(suggestions, flags):
        write_line(line)


def _show(line: str) -> None:
    tell([line])


def command_of(suggestion: Suggestion, flags: Mapping[str, str | bool | None]) -> str:
    """Return the command line that searches for a suggestion.

    Args:
        suggestion: Suggested query.
        flags: Flags of the current command to repeat, by spelling.
    """
    words = ["searchidx", "search"]
    for spelling, value in flags.items():
        if isinstance(value, str):
            words += (spelling, value)
        elif value:
            words.append(spelling)
    if suggestion.query.startswith("-"):
        words.append("--")
    return " ".join(map(_quoted, (*words, suggestion.query)))


def lines(suggestions: Sequence[Suggestion], flags: Mapping[str, str | bool | None]) -> Iterator[str]:
    """Yield a line per suggestion: its command, matches and difference from the query."""
    if not suggestions:
        return
    yield "did you mean:"
    commands = [visible(command_of(suggestion, flags)) for suggestion in suggestions]
    width = max(map(display_width, commands))
    for suggestion, shown in zip(suggestions, commands, strict=True):
        yield f"  {pad(shown, width)}  {count(suggestion.count, 'paragraph')}, {suggestion.why}"


def as_objects(
    suggestions: Sequence[Suggestion], flags: Mapping[str, str | bool | None]
) -> list[dict[str, object]]:
    """Return suggestions as JSON objects."""
    return [
        {
            "query": suggestion.query,
            "command": command_of(suggestion, flags),
            "count": suggestion.count,
            "why": suggestion.why,
        }
        for suggestion in suggestions
    ]


def _quoted(word: str) -> str:
    """Return a word quoted for a shell; Chinese needs no quotes."""
    return word if _UNQUOTED_WORD.fullmatch(word) else shlex.quote(word)
