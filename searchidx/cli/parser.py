"""Typer application: commands, help, usage errors.

Only the module of the called command is imported; the overview page and shell completion import all of them. Typer parses
the words; the layout of help and the text of errors are ours.
"""

import os
import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

import searchidx
from searchidx.cli import help as help_page
from searchidx.cli.flags import is_text
from searchidx.cli.streams import write
from searchidx.errors import FAILED, FOUND, UsageError

NAME = "searchidx"
COMMANDS = {
    "init": "Index",
    "index": "Index",
    "watch": "Index",
    "status": "Index",
    "remove": "Index",
    "check": "Index",
    "search": "Search",
    "explain": "Search",
    "similar": "Search",
    "terms": "Search",
    "saved": "Search",
    "history": "Search",
    "tokens": "Search",
    "dict": "Search",
    "eval": "Search",
}
"""Panel of each command on the overview page; the command is ``command`` in ``searchidx.cli.<name>``."""

QUOTED_WORDS = "searchidx.quoted_words"
"""Key of a context's ``meta``: number of words after ``--``, which are literal arguments."""

_MARK = "\0"
_END_OF_FLAGS = "--"
_COMPLETION = "_SEARCHIDX_COMPLETE"
# Typer raises its own copy of Click's exceptions in some versions and Click's in others; this is the common base of both.
_ClickError: type[Exception] = typer.BadParameter.__mro__[1]


class Command(TyperCommand):
    """Command that accepts query text beginning with a dash and prints our help page."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words; a word with a dash that can't be a flag is text."""
        ctx.meta[QUOTED_WORDS] = len(args) - args.index(_END_OF_FLAGS) - 1 if _END_OF_FLAGS in args else 0
        remaining: list[str] = super().parse_args(ctx, [_shield(word) for word in args])
        ctx.params.update({name: _unshield(value) for name, value in ctx.params.items()})
        return remaining

    def get_help(self, ctx: Any) -> str:
        """Write the help page to standard output with our own encoding and error handling, and exit."""
        write(help_page.command(self, ctx.command_path))
        raise typer.Exit


class Group(TyperGroup):
    """Command group that prints our overview page."""

    def get_help(self, ctx: Any) -> str:  # noqa: ARG002 - Click calls it so
        """Write the overview page, and exit."""
        write(help_page.overview(self))
        raise typer.Exit


def application(names: Sequence[str] = tuple(COMMANDS), *, completion: bool = False) -> typer.Typer:
    """Build the application with the named commands."""
    app = typer.Typer(
        name=NAME,
        cls=Group,
        help=searchidx.__doc__,
        add_completion=completion,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_nothing)
    for name in names:
        module = import_module(f"searchidx.cli.{name}")
        app.command(name, cls=Command, rich_help_panel=COMMANDS[name])(module.command)
    return app


def run(words: list[str]) -> int:
    """Run a command line and return its exit code.

    Raises:
        UsageError: The command or a flag is invalid.
        KeyboardInterrupt: The user pressed Ctrl-C.
    """
    if words[:1] in (["--version"], ["-V"]):
        write([f"{NAME} {searchidx.__version__}"])
        return 0
    completing = _COMPLETION in os.environ or any(word.endswith("-completion") for word in words[:1])
    first = words[0] if words else "--help"
    if first in COMMANDS and not completing:
        return _invoke(application([first]), words)
    if not first.startswith("-"):
        raise UsageError(_unknown(first))
    return FAILED if _invoke(application(completion=completing), words or ["--help"]) else FOUND


def _invoke(app: typer.Typer, words: list[str]) -> int:
    try:
        code = typer.main.get_command(app).main(words, prog_name=NAME, standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except _ClickError as error:
        raise UsageError(_usage_message(error)) from None
    if code == 130:
        raise KeyboardInterrupt
    return code or 0


def _nothing() -> None:
    """Declare that the program itself has no options; each command has its own."""


def _unknown(name: str) -> str:
    import difflib

    matches = difflib.get_close_matches(name, COMMANDS, n=1)
    remedy = f"did you mean {NAME} {matches[0]}?" if matches else f"to search for it: {NAME} search {name}"
    return f"{name!r} is not a command; {remedy}"


def _usage_message(error: Any) -> str:
    """Return Typer's error as one line with its remedy."""
    message = re.sub(r"\s+", " ", error.format_message()).strip().rstrip(".")
    message = message[:1].lower() + message[1:]
    path = error.ctx.command_path if error.ctx is not None else NAME
    takes_text = path.rpartition(" ")[2] in ("search", "explain", "tokens")
    if type(error).__name__ == "NoSuchOption" and takes_text:
        return f"{message}; put text that begins with a dash after --: {path} -- 内核 -linux"
    return f"{message}; see {path} --help"


def _shield(word: str) -> str:
    """Prefix query text that begins with a dash with a mark, which no command-line word can contain."""
    return _MARK + word if word.startswith("-") and is_text(word) else word


def _unshield(value: Any) -> Any:
    """Remove the marks from a value that Typer parsed."""
    if isinstance(value, str):
        return value.removeprefix(_MARK)
    return [_unshield(word) for word in value] if isinstance(value, list | tuple) else value
