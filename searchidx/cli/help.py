"""Layout of help pages: description, usage, flags by panel, examples.

The text comes from the docstring of a command and from :mod:`searchidx.cli.flags`. The first line of a docstring is the
summary on the overview page; the lines after ``Examples:`` are command lines to copy.
"""

import inspect
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from searchidx.cli.streams import columns, is_terminal
from searchidx.render.look import STRONG, Look
from searchidx.render.wrap import pad, wrap

_MAX_COLUMNS = 100
_INDENT = "  "
_HELP = ("-h, --help", "Show this help")


def overview(group: Any) -> Iterator[str]:
    """Yield the lines of the overview page.

    Args:
        group: Click group of all commands.
    """
    look = _look()
    yield group.help
    yield ""
    yield f"{_title('Usage', look)} searchidx COMMAND ..."
    width = max(len(name) for name in group.commands)
    for panel in dict.fromkeys(command.rich_help_panel for command in group.commands.values()):
        yield ""
        yield _title(panel, look)
        for name, command in group.commands.items():
            if command.rich_help_panel == panel:
                yield f"{_INDENT}{look.paint(pad(name, width), STRONG)}  {_summary(command)}"
    yield ""
    yield _title("Start", look)
    yield f"{_INDENT}searchidx index ~/Documents"
    yield f"{_INDENT}searchidx search 产业赋能大使"
    yield ""
    yield "searchidx COMMAND --help shows the options of a command; searchidx --version prints"
    yield "the version; searchidx --install-completion sets up completion in your shell."


def command(called: Any, path: str) -> Iterator[str]:
    """Yield the lines of the help page of a command.

    Args:
        called: Click command.
        path: Words that call it, such as ``searchidx search``.
    """
    look = _look()
    text, _, examples = inspect.cleandoc(called.help).partition("\n\nExamples:\n")
    arguments = [param for param in called.params if param.param_type_name == "argument"]
    options = [param for param in called.params if param.param_type_name == "option" and param.help]
    pieces = [path, *(["[OPTION]..."] if options else []), *(_metavar(argument) for argument in arguments)]
    yield text
    yield ""
    yield f"{_title('Usage', look)} {' '.join(pieces)}"
    for panel, rows in _panels(arguments, options):
        yield ""
        yield _title(panel, look)
        yield from _rows(rows, look)
    yield ""
    yield _title("Examples", look)
    yield from (_INDENT + line for line in inspect.cleandoc(examples).splitlines())


def _look() -> Look:
    colored = is_terminal(sys.stdout) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Look(cwd="", width=min(columns(), _MAX_COLUMNS), color=colored)


def _title(text: str, look: Look) -> str:
    return look.paint(f"{text}:", STRONG)


def _summary(called: Any) -> str:
    return inspect.cleandoc(called.help).partition("\n")[0].rstrip(".")


def _metavar(argument: Any) -> str:
    return str(argument.metavar)


def _panels(arguments: Sequence[Any], options: Sequence[Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    if arguments:
        yield "Arguments", [(_metavar(argument), argument.help or "") for argument in arguments]
    panels = list(dict.fromkeys(option.rich_help_panel for option in options))
    for panel in panels:
        yield panel, [_row(option) for option in options if option.rich_help_panel == panel]
    yield "Help", [_HELP]


def _row(option: Any) -> tuple[str, str]:
    short = [name for name in option.opts if not name.startswith("--")]
    long = [name for name in option.opts if name.startswith("--")]
    spelled = ", ".join((*short, *long)) if short else "    " + ", ".join(long)
    return f"{spelled} {option.metavar}" if not option.is_flag else spelled, option.help


def _rows(rows: Sequence[tuple[str, str]], look: Look) -> Iterator[str]:
    width = max(18, *(len(spelled) for spelled, _ in rows))
    columns_left = max((look.width or _MAX_COLUMNS) - width - 2 * len(_INDENT), 20)
    for spelled, text in rows:
        lead = _INDENT + look.paint(pad(spelled, width), STRONG) + _INDENT
        for start, end in wrap(text, columns_left):
            yield lead + text[start:end]
            lead = " " * (width + 2 * len(_INDENT))
