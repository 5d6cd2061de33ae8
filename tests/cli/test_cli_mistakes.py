"""Whatever goes wrong is one line on standard error that says what to do next, never a traceback."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchidx.cli import parser


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["serch", "a"], "'serch' is not a command; did you mean searchidx search?"),
        (["产业赋能"], "'产业赋能' is not a command; to search for it: searchidx search 产业赋能"),
        (["search"], "missing argument 'QUERY...'; see searchidx search --help"),
        (["search", "a", "-n", "x"], "--limit: 'x' is not a whole number from 0"),
        (["search", "a", "--offset=x"], "--offset: 'x' is not a whole number from 0"),
        (["search", "a", "--color", "blue"], "--color: 'blue' is not one of auto, always, never"),
        (["search", "a", "--width", "5"], "--width: '5' is not a whole number from 20"),
        (["search", "a", "--index", ""], "--index: '' is not the path of a folder"),
        (["index", "a", "-j", "0"], "--processes: '0' is not a whole number from 1"),
        (["index", ""], "PATH is empty; name a file or folder"),
    ],
)
def test_a_mistake_is_told_in_one_line(searchidx, words, told):
    assert searchidx(*words).mistake == told


def test_an_unknown_flag_that_may_be_text_says_how_to_search_for_it(searchidx):
    told = searchidx("search", "内核", "-linux").mistake
    assert told.startswith("no such option: -i")
    assert "put text that begins with a dash after --: searchidx search -- 内核 -linux" in told


def test_a_misspelled_flag_names_the_one_that_was_meant(searchidx):
    assert "--limit" in searchidx("search", "a", "--limt", "3").mistake
    assert "--encoding" in searchidx("index", "a", "--encodin", "gbk").mistake
    assert "--help" in searchidx("--nonsense").mistake


def test_what_nobody_foresaw_is_one_line_too(searchidx, monkeypatch):
    def fail(*_words: object) -> int:
        raise ZeroDivisionError("one\n\x1b[31m two")

    monkeypatch.setattr(parser, "run", fail)
    told = searchidx("status").mistake
    assert told == "internal error: ZeroDivisionError: one ␛[31m two (SEARCHIDX_TRACEBACK=1 shows where)"
    monkeypatch.setenv("SEARCHIDX_TRACEBACK", "1")
    done = searchidx("status")
    assert (done.code, done.err.splitlines()[0]) == (2, "Traceback (most recent call last):")


def test_interruption_is_one_line_and_exit_code_130(searchidx, corpus, monkeypatch):
    def interrupt(*_words: object, **_flags: object) -> None:
        raise KeyboardInterrupt

    from searchidx import api

    monkeypatch.setattr(api.Index, "add", interrupt)
    indexing = searchidx("index", str(corpus))
    assert (indexing.code, indexing.out, indexing.err) == (130, "", "searchidx: interrupted\n")
    monkeypatch.setattr(api, "open", interrupt)
    searching = searchidx("search", "a")
    assert (searching.code, searching.out, searching.err) == (130, "", "searchidx: interrupted\n")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=12), min_size=1, max_size=5))
def test_no_query_gives_a_traceback_or_touches_the_terminal(searchidx, index, query):
    done = searchidx("search", "--index", str(index), "--", *query)
    assert done.code in (0, 1, 2)
    assert "internal error" not in done.err
    for line in (*done.out.split("\n"), *done.err.split("\n")):
        assert line.isprintable() or all(
            char.isprintable() or char in "\u3000\u00a0" or ord(char) > 0xA0 for char in line
        )
