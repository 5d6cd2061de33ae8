"""The Typer application: every command, its help, its mistakes.

Only the module of the command that is called is imported; all of them are for the help of the whole and for
completion in a shell. Typer reads the words; how help looks and how a mistake is told is ours.
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
"""Every command and the group it stands in. It is ``command`` in ``searchidx.cli.<name>``."""

QUOTED_WORDS = "searchidx.quoted_words"
"""Key of a context's ``meta``: number of words behind ``--``, which are what they are and nothing else."""

_MARK = "\0"
_END_OF_FLAGS = "--"
_COMPLETION = "_SEARCHIDX_COMPLETE"
# Click's exceptions are Typer's own in some versions and Click's in others; this is their common base in both.
_Mistake: type[Exception] = typer.BadParameter.__mro__[1]


class Command(TyperCommand):
    """A command that takes text beginning with a dash and prints our help."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words; what looks like a flag but can't be one is text."""
        ctx.meta[QUOTED_WORDS] = len(args) - args.index(_END_OF_FLAGS) - 1 if _END_OF_FLAGS in args else 0
        rest: list[str] = super().parse_args(ctx, [_shield(word) for word in args])
        ctx.params.update({name: _unshield(value) for name, value in ctx.params.items()})
        return rest

    def get_help(self, ctx: Any) -> str:
        """Write the page of one command as all output is written, which Click's own way is not, and be done."""
        write(help_page.command(self, ctx.command_path))
        raise typer.Exit


class Group(TyperGroup):
    """The whole program's help."""

    def get_help(self, ctx: Any) -> str:  # noqa: ARG002 - Click calls it so
        """Write the overview of all commands, and be done."""
        write(help_page.overview(self))
        raise typer.Exit


def application(names: Sequence[str] = tuple(COMMANDS), *, completion: bool = False) -> typer.Typer:
    """Build the application with some of its commands."""
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
    """Run any command line and give its exit code.

    Raises:
        UsageError: The words make no sense.
        KeyboardInterrupt: The user broke off.
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
    except _Mistake as mistake:
        raise UsageError(_say_mistake(mistake)) from None
    if code == 130:
        raise KeyboardInterrupt
    return code or 0


def _nothing() -> None:
    """Take no options of the whole: each command has its own."""


def _unknown(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1)
    meant = f"did you mean {NAME} {near[0]}?" if near else f"to look for it: {NAME} search {name}"
    return f"there is no command {name!r}; {meant}"


def _say_mistake(mistake: Any) -> str:
    """Turn Typer's words into one line that says what to do next."""
    message = re.sub(r"\s+", " ", mistake.format_message()).strip().rstrip(".")
    message = message[:1].lower() + message[1:]
    path = mistake.ctx.command_path if mistake.ctx is not None else NAME
    takes_text = path.rpartition(" ")[2] in ("search", "explain", "tokens")
    if type(mistake).__name__ == "NoSuchOption" and takes_text:
        return f"{message}; text that begins with a dash goes after --, as in: {path} -- 内核 -linux"
    return f"{message}; see {path} --help"


def _shield(word: str) -> str:
    """Mark a word that is text in spite of its dash; no word of a command line can hold the mark itself."""
    return _MARK + word if word.startswith("-") and is_text(word) else word


def _unshield(value: Any) -> Any:
    """Take the marks off what Typer has read."""
    if isinstance(value, str):
        return value.removeprefix(_MARK)
    return [_unshield(word) for word in value] if isinstance(value, list | tuple) else value
