"""What to look for instead, as a command to copy. Imported only when nothing was found as it was written."""

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

_BARE = re.compile(r"[\w@%+=:,./-]+")


def suggestions(index: Index, page: Page, scope: Mapping[str, Any]) -> tuple[Suggestion, ...]:
    """What to look for instead of a query whose first page has nothing as it was written."""
    if (page.tiers or {}).get("literal"):
        return ()
    words = any(hit.match == "words" for hit in page.hits[:1])
    return index.suggest(page.query, all_words=words, **scope)


def tell_them(found: Sequence[Suggestion], flags: Mapping[str, str | bool | None]) -> None:
    """Write them to standard error, for a person or for a log."""
    write_line = say if not stdout_is_terminal() else _show
    for line in lines(found, flags):
        write_line(line)


def _show(line: str) -> None:
    tell([line])


def command_of(suggestion: Suggestion, flags: Mapping[str, str | bool | None]) -> str:
    """The command that asks for a suggestion.

    Args:
        suggestion: Asked for.
        flags: Those of the command at hand that it needs too, by spelling.
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


def lines(found: Sequence[Suggestion], flags: Mapping[str, str | bool | None]) -> Iterator[str]:
    """Lines for a person: each suggestion as a command, how often it is there, and how it differs."""
    if not found:
        return
    yield "did you mean:"
    commands = [visible(command_of(suggestion, flags)) for suggestion in found]
    width = max(map(display_width, commands))
    for suggestion, shown in zip(found, commands, strict=True):
        yield f"  {pad(shown, width)}  {count(suggestion.count, 'paragraph')}, {suggestion.why}"


def as_objects(
    found: Sequence[Suggestion], flags: Mapping[str, str | bool | None]
) -> list[dict[str, object]]:
    """The same for a program."""
    return [
        {
            "query": suggestion.query,
            "command": command_of(suggestion, flags),
            "count": suggestion.count,
            "why": suggestion.why,
        }
        for suggestion in found
    ]


def _quoted(word: str) -> str:
    """A word for a shell; Chinese needs no quotes."""
    return word if _BARE.fullmatch(word) else shlex.quote(word)
