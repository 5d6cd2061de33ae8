"""Help for whoever asks, by whatever name; on any width, and without a stray colour."""

import re

import pytest

import searchidx as package
from searchidx.cli.parser import COMMANDS
from searchidx.snippets import display_width


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_the_bare_program_shows_what_it_can_do_and_that_is_no_error(searchidx, words):
    shown = searchidx(*words)
    assert (shown.code, shown.err) == (0, "")
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\w", shown.out, re.MULTILINE)
    assert "Search:" in shown.out
    assert "Index:" in shown.out


@pytest.mark.parametrize("name", list(COMMANDS))
@pytest.mark.parametrize("columns", ["50", "80", "200"])
def test_every_command_has_help_that_fits_the_terminal(searchidx, monkeypatch, name, columns):
    monkeypatch.setenv("COLUMNS", columns)
    shown = searchidx(name, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert "\x1b" not in shown.out
    assert f"Usage: searchidx {name}" in shown.out
    options = shown.out[shown.out.index("Usage:") : shown.out.index("Examples:")]
    assert max(map(display_width, options.splitlines())) <= int(columns)


def test_help_in_the_middle_of_a_command_is_help(searchidx):
    assert searchidx("search", "内核", "--help").out == searchidx("search", "-h").out


@pytest.mark.parametrize("words", [["--version"], ["-V"]])
def test_the_version_is_that_of_the_package(searchidx, words):
    assert searchidx(*words).out == f"searchidx {package.__version__}\n"


@pytest.mark.parametrize(
    ("typed", "at", "offered"),
    [
        ("searchidx s", "1", {"saved", "search", "similar", "status"}),
        ("searchidx search --l", "2", {"--literal", "--limit"}),
    ],
)
def test_a_shell_can_complete_commands_and_flags(spawn, typed, at, offered):
    env = {"_SEARCHIDX_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": at}
    assert set(spawn(env=env).lines) == offered
