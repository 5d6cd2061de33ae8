"""``search @name``, ``--save``, ``saved`` and ``history`` on the command line."""

import json

import pytest


@pytest.fixture
def run(searchidx, index, corpus, monkeypatch):
    monkeypatch.setenv("SEARCHIDX_INDEX", str(index))
    monkeypatch.chdir(corpus)
    return searchidx


def test_a_saved_search_gives_what_it_gave(run):
    first = run("search", "公园", "-广告", "--sort", "path", "--save", "parks")
    assert "saved; searchidx search @parks repeats it" in first.err
    assert run("search", "@parks").out == first.out
    assert run("search", "＠parks", "--json").code == 0
    assert run("search", "@parks", "内核").lines != first.lines
    assert run("search", "@parks", "-c").lines == [str(len(first.lines))]
    assert run("search", "@parks", "-l").code == run("search", "@parks", "--facet", "type").code == 0


def test_literal_and_folder_are_saved_with_it(run, corpus):
    run("search", "-F", "C++", "--under", str(corpus), "--save", "c")
    (kept,) = json.loads(run("saved", "--json").out)["saved"]
    assert (kept["query"], kept["literal"], kept["under"]) == ("C++", True, str(corpus))
    assert run("saved").lines == [f"@c  -F C++ --under {corpus}"]
    assert run("search", "@c").code == 0
    assert "it replaces: C++" in run("search", "内核", "--save", "@c").err


def test_explain_explains_a_saved_search_too(run):
    run("search", "公园", "-广告", "--save", "parks")
    assert run("explain", "@parks").out == run("explain", "公园", "-广告").out
    assert "nothing is saved as @park" in run("explain", "@park").mistake


def test_a_name_that_is_not_there_is_a_mistake_with_the_nearest(run):
    run("search", "公园", "--save", "parks")
    assert "did you mean @parks?" in run("search", "@park").mistake
    assert "did you mean @parks?" in run("saved", "remove", "park").mistake
    assert "did you mean remove?" in run("saved", "remov").mistake
    assert "needs a name" in run("saved", "remove").mistake
    assert run("saved", "remove", "parks").code == 0
    nothing = run("saved")
    assert (nothing.code, nothing.out) == (1, "")
    assert "--save NAME" in nothing.err


def test_the_text_itself_can_be_looked_for(run):
    assert run("search", "-F", "@parks").code == 1
    assert run("search", '"@parks"').code == 1


def test_a_search_that_fails_is_not_saved(run):
    assert run("search", "x" * 5000, "--save", "deep").code == 2
    assert run("saved").code == 1


def test_searches_are_remembered_only_where_the_user_s_own_settings_say_so(run, home):
    run("search", "公园")
    off = run("history")
    assert (off.code, off.out) == (1, "")
    assert "history = true" in off.err
    assert not list((home / "data").rglob("history*"))
    config = home / "config" / "searchidx" / "config.toml"
    config.parent.mkdir()
    config.write_text("history = true\n", encoding="utf-8")
    assert "the history is empty" in run("history").err
    run("search", "公园")
    run("search", "-F", "没有的")
    assert [line.split("\t")[1:] for line in run("history").lines] == [["0", "没有的"], ["3", "公园"]]
    assert len(run("history", "-n", "1").lines) == 1
    assert json.loads(run("history", "--json").out)["history"][0]["literal"] is True
    assert run("history", "clear").code == 0
    assert run("history").code == 1


def test_a_folder_can_t_switch_history_on(run, home, monkeypatch):
    monkeypatch.chdir(home / "work")
    (home / "work" / "searchidx.toml").write_text("history = true\n", encoding="utf-8")
    assert (
        "history is not a setting of a folder; set it in your own config.toml"
        in run("search", "公园").mistake
    )


def test_history_does_not_change_what_a_search_says_or_does(run, home, monkeypatch):
    plain = run("search", "公园")
    monkeypatch.setenv("SEARCHIDX_HISTORY", "true")
    (home / "data" / "searchidx").mkdir()
    (home / "data" / "searchidx" / "history.jsonl").mkdir()  # nothing can be written
    assert run("search", "公园") == plain
