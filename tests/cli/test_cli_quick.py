"""The quick reader of ``search`` and Typer read every command line alike; what one does not know the other decides."""

import typer
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchidx._startup import quick
from searchidx.cli import flags, parser
from searchidx.cli.flags import SEARCH

_SEARCH = typer.main.get_command(parser.application(["search"])).commands["search"]


def read_by_typer(words: list[str]) -> dict[str, object] | None:
    """The arguments Typer would call the command with, None where it refuses."""
    try:
        context = _SEARCH.make_context("search", list(words))
    except (typer.BadParameter.__mro__[1], typer.Exit):
        return None
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in context.params.items()
    }


spellings = st.sampled_from([spelling for flag in SEARCH for spelling in flag.spellings])
values = st.one_of(
    st.sampled_from(["", "-", "--", "-5", "10", "=", "a=b", "auto", "-广告", "--help", "-l"]),
    st.text(st.characters(exclude_characters="\0"), max_size=4),
)
words = st.one_of(
    spellings,
    values,
    st.builds("{}={}".format, spellings, values),
    st.builds("{}{}".format, spellings, values),
    st.builds("-{}".format, st.text("Flcn5x广", min_size=1, max_size=4)),
    st.sampled_from(
        ["京都", "--help", "-h", "--version", "--nonsense", "-linux", "--lim", "\udcff", "-\udcff"]
    ),
)


@settings(max_examples=1500, deadline=None)
@given(st.lists(words, max_size=6))
@example(["-n=5", "a"])
@example(["--limit", "--", "a"])
@example(["--limit=", "a"])
@example(["a", "--", "-n", "--"])
@example(["--json=x", "a"])
@example(["-", "a"])
@example(["-Fl", "a"])
@example(["公园", "-广告", '-"a b"', "--under", "-目录"])
@example(["--under=-目录", "a"])
def test_what_the_quick_reader_reads_typer_reads_the_same(line):
    read = quick.read(line, flags.SEARCH, flags.is_text)
    if read is not None:
        assert read == read_by_typer(line)


def test_the_common_forms_are_read_quickly():
    for line in (
        ["产业赋能大使"],
        ["康富德", "-n", "20"],
        ["--limit=0", "--json", "公告"],
        ["-F", "023—49301888"],
        ["公园", "-广告", "--under", "notes"],
        ["-l", "-c", "a", "--index", "dir"],
        ["--", "-linux", "内核"],
    ):
        assert quick.read(line, flags.SEARCH, flags.is_text) is not None


def test_help_mistakes_and_the_uncommon_are_left_to_typer():
    for line in (
        [],
        ["--help"],
        ["-h", "a"],
        ["-n5", "a"],
        ["-Fl", "a"],
        ["a", "--limt", "3"],
        ["a", "-n"],
        ["-linux"],
    ):
        assert quick.read(line, flags.SEARCH, flags.is_text) is None


def test_every_flag_of_the_command_is_in_the_table_both_read():
    options = {name for param in _SEARCH.params if param.param_type_name == "option" for name in param.opts}
    assert options - {"--help", "-h"} == {spelling for flag in SEARCH for spelling in flag.spellings}


def test_text_that_can_not_be_a_flag_is_text_for_typer_too():
    read = read_by_typer(["公园", "-广告", "-n5"])
    assert read is not None
    assert read["query"] == ["公园", "-广告"]
    assert read["limit"] == "5"
