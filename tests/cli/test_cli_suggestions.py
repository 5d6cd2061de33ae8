"""What a person and a program see when nothing was found as it was written."""

import json
import subprocess
import sys


def test_suggestions_are_commands_on_standard_error(searchidx, index):
    found = searchidx("search", "--index", str(index), "跑腿砖员")
    assert found.err.splitlines() == [
        "searchidx: did you mean:",
        f"searchidx:   searchidx search --index {index} 跑腿专员  1 paragraph, same sound",
    ]
    nothing = searchidx("search", "-F", "--index", str(index), "跑腿砖员")
    assert (nothing.code, nothing.out) == (1, "")
    assert nothing.err.splitlines()[-1].endswith(
        f"searchidx search -F --index {index} 跑腿专员  1 paragraph, same sound"
    )
    for mode in ("-c", "-l"):
        assert "跑腿专员" in searchidx("search", "-F", mode, "--index", str(index), "跑腿砖员").err


def test_a_suggested_command_finds_what_it_says(searchidx, index):
    summary = json.loads(searchidx("search", "--json", "--index", str(index), '"公圆 广告"').lines[-1])
    assert summary["suggestions"] == []
    summary = json.loads(searchidx("search", "--json", "--index", str(index), "公圆").lines[-1])
    best = summary["suggestions"][0]
    assert (best["query"], best["count"], best["why"]) == ("公园", 3, "same sound")
    again = searchidx(*best["command"].split()[1:], "--json")
    assert json.loads(again.lines[-1])["total"] == 3


def test_a_query_that_finds_what_was_written_has_none(searchidx, index):
    found = searchidx("search", "--index", str(index), "跑腿专员")
    assert found.err == ""
    summary = json.loads(searchidx("search", "--json", "--index", str(index), "跑腿专员").lines[-1])
    assert summary["suggestions"] == []
    assert searchidx("search", "--index", str(index), "弎犇猋").err.count("\n") == 1


def test_a_query_that_finds_what_was_written_does_not_load_them(home, index):
    seen = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "searchidx", "search", "--index", str(index), "跑腿专员"],
        capture_output=True,
        check=True,
    ).stderr.decode()
    loaded = {line.rpartition("|")[2].strip() for line in seen.splitlines()}
    assert "searchidx.api" in loaded
    assert not {name for name in loaded if "nearest" in name or "likeness" in name or "suggesting" in name}
    assert not {name for name in loaded if name.endswith((".own", ".own_words", ".user_words", ".overlay"))}
