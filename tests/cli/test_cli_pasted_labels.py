"""Pasted text with a label that is the name of a filter: found as text where the filter can't be meant."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from searchidx import api

LINES = """童鞋，大小：40码，库存充足。

零件编码：A001-02，材质铝。

日期：2023年4月20日，地点江边会议室。

房屋类型：住宅，标题：江景三居。

@张三 开会时间改到下午，记在 #标签 下。

标题是别的段落。
"""


@pytest.fixture
def run(searchidx: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    (tmp_path / "notes.txt").write_text(LINES, "utf-8")
    monkeypatch.setenv("SEARCHIDX_INDEX", str(tmp_path / "index"))
    monkeypatch.chdir(tmp_path)
    assert searchidx("index", "notes.txt").code == 0
    return searchidx


def summary(outcome: Any) -> dict[str, Any]:
    return json.loads(outcome.lines[-1])


@pytest.mark.parametrize(
    ("query", "line", "note"),
    [
        ("大小：40码", 1, "40码 is not a range of sizes"),
        ("编码：A001-02", 3, "A001-02 is not a character encoding"),
        ("编码:A001-02 材质", 3, "A001-02 is not a character encoding"),
        ("日期：2023年4月20日", 5, "no paragraph passes it as a filter by date"),
        ("日期：2023年4月20日，地点江边", 5, "is not a date"),
        ("类型：住宅", 7, "no paragraph passes it as a filter by type"),
        ("标题：江景三居 房屋", 7, "no paragraph passes it as a filter by title"),
        ("@张三 开会", 9, "nothing is saved as @张三"),
    ],
)
def test_a_pasted_label_finds_its_line_and_a_note_says_so(
    run: Callable[..., Any], query: str, line: int, note: str
) -> None:
    found = run("search", query)
    assert found.code == 0
    assert found.lines[0].startswith(f"notes.txt:{line}:")
    assert note in found.err


def test_a_tag_is_text(run: Callable[..., Any]) -> None:
    found = run("search", "#标签")
    assert (found.code, found.lines[0][:12]) == (0, "notes.txt:9:")


@pytest.mark.parametrize("flags", [(), ("-c",), ("-l",), ("--facet", "type")])
def test_counts_lists_and_the_summary_follow_the_second_search(
    run: Callable[..., Any], flags: tuple[str, ...]
) -> None:
    found = run("search", "类型：住宅", *flags)
    assert (found.code, len(found.lines)) == (0, 1)
    assert "searched as text" in found.err
    told = summary(run("search", "类型：住宅", *flags, "--json"))
    assert (told["total"], told["reread"]) == (1, True)


def test_an_answer_without_a_second_search_does_not_name_it(run: Callable[..., Any]) -> None:
    assert "reread" not in summary(run("search", "住宅", "--json"))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("住宅 -类型：住宅", 0),
        ("房屋 类型：text", 0),
        ("没有 路径：notes", 1),
    ],
)
def test_excluded_filters_and_those_that_let_something_through_stay_filters(
    run: Callable[..., Any], query: str, code: int
) -> None:
    found = run("search", query, "--json")
    assert found.code == code
    assert "reread" not in summary(found)
    assert "searched as text" not in found.err


def test_literal_and_saved_searches_are_not_read_again(run: Callable[..., Any]) -> None:
    assert run("search", "-F", "类型:别墅").code == 1
    assert run("search", "类型：住宅", "--save", "flats").code == 0
    found = run("search", "@flats", "--json")
    assert (found.code, "reread" in summary(found)) == (1, False)


def test_the_python_twin_reads_again_too_unless_it_is_told_not_to(
    tmp_path: Path, run: Callable[..., Any]
) -> None:
    with api.open(tmp_path / "index") as index:
        assert index.search("类型：住宅").reread
        count = index.count("类型：住宅")
        assert (count, count.reread) == (1, True)
        assert index.files("类型：住宅").reread
        assert index.search("类型：住宅", reread=False).total == 0
        assert index.count("类型：住宅", reread=False) == 0
