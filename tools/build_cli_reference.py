"""Write docs/cli.md, the command line reference, from what ``--help`` says.

    python tools/build_cli_reference.py

A test fails when the page is not what this makes of the commands as they are.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import typer

from searchidx.cli import help as help_page
from searchidx.cli import parser

PAGE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
_INTRODUCTION = """# Command line reference

What `--help` says of each command, word for word; made by `make docs`. What a query may be is told in
[query-syntax.md](query-syntax.md), what programs get in [json.md](json.md), settings that hold for every run in
[configuration.md](configuration.md).

Exit codes: 0 found or done, 1 nothing found and nothing else, 2 an error, told in one line on standard error. Results go
to standard output, everything else to standard error. (With less than some 20 MB of address space Python itself does not
start, and its exit code is 1.)
"""


def reference() -> str:
    """Give the whole page, laid out for 80 columns and without colour, whatever the terminal."""
    os.environ.update(COLUMNS="80", NO_COLOR="1")
    group = typer.main.get_command(parser.application())
    sections = [_section("searchidx", help_page.overview(group))]
    for name, command in group.commands.items():
        path = f"searchidx {name}"
        sections.append(_section(path, help_page.command(command, path)))
    return "\n".join([_INTRODUCTION, *sections])


def _section(title: str, lines: Iterator[str]) -> str:
    return f"## {title}\n\n```text\n" + "\n".join(lines) + "\n```\n"


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
    print(f"wrote {PAGE}")
