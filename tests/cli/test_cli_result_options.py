"""``search`` beyond rank: grouping, folding, sorting, counting and context on the command line."""

import json
import re
from itertools import combinations
from pathlib import Path

import pytest

from searchidx import api


@pytest.fixture(scope="module")
def arranged(tmp_path_factory) -> Path:
    """A folder and its index in it."""
    folder = tmp_path_factory.mktemp("arranged")
    (folder / "甲").mkdir()
    notice = "岚江市图书馆周一闭馆，读者可在门口还书，馆员周二整理上架，逾期不计费用。"
    (folder / "甲" / "通知.md").write_text(
        f"---\ndate: 2023-04-20\n---\n# 通知\n\n上一段\n\n{notice}\n\n下一段\n\n图书馆\n", encoding="utf-8"
    )
    (folder / "转载.txt").write_text(f"{notice}\n\n图书馆门口\n", encoding="utf-8")
    with api.open(folder / ".searchidx", create=True) as index:
        index.add([folder])
    return folder


@pytest.fixture
def search(searchidx, arranged, monkeypatch):
    monkeypatch.chdir(arranged)
    return lambda *words: searchidx("search", *words)


def objects(outcome) -> list[dict]:
    return [json.loads(line) for line in outcome.lines]


def test_groups_are_lines_a_document_and_json_says_how_many_more(search):
    assert len(search("图书馆", "--group", "document").lines) == 2
    *hits, summary = objects(search("图书馆", "--group", "document", "--json"))
    assert sorted(hit["more"] for hit in hits) == [1, 1]
    assert (summary["total"], summary["groups"], summary["shown"]) == (4, 2, 2)
    assert "same" not in hits[0]


def test_what_is_folded_is_counted(search):
    *hits, summary = objects(search("周一闭馆", "--distinct", "--json", "-n", "1"))
    assert hits[0]["same"] == 1
    assert summary["groups"] == summary["total"] - 1
    assert search('"周一闭馆"', "--distinct", "-c").lines == ["1"]
    assert search("图书馆", "--group", "document", "-c").lines == ["2"]
    assert objects(search("图书馆", "--group", "document", "-c", "--json"))[0]["groups"] == 2


def test_context_is_marked_as_grep_marks_it(search):
    found = search('"周一闭馆"', "-C", "1", "--sort", "path")
    paths = [line[:12] for line in found.lines]
    assert found.lines[0] == "甲/通知.md-6-上一段"
    assert found.lines[1].startswith("甲/通知.md:8:岚江市")
    assert found.lines[2:4] == ["甲/通知.md-10-下一段", "--"]
    assert len(paths) == 6
    (hit, _) = objects(search('"周一闭馆"', "-A1", "--sort", "path", "-n", "1", "--json"))
    assert hit["after"] == [{"line": 10, "end_line": 10, "text": "下一段"}]
    assert "before" not in hit
    assert (
        search('"周一闭馆"', "-C", "2", "-A", "0", "--sort", "path", "-n", "1")
        .lines[-1]
        .startswith("甲/通知.md:8:")
    )


def test_sorted_by_date_the_dated_come_first(search):
    assert [line.split(":")[0] for line in search('"图书馆"', "--sort", "date").lines] == [
        "甲/通知.md"
    ] * 2 + ["转载.txt"] * 2


def test_facets_are_counts_and_nothing_else(search):
    assert search("图书馆", "--facet", "type,date").lines == [
        "type\t2\tmarkdown", "type\t2\ttext", "date\t2\t(none)", "date\t2\t2023",
    ]  # fmt: skip
    *values, summary = objects(search("图书馆", "--facet", "heading", "--json"))
    assert [(value["type"], value["facet"], value["value"], value["count"]) for value in values] == [
        ("facet", "heading", None, 2),
        ("facet", "heading", "通知", 2),
    ]
    assert summary["total"] == 4
    assert summary["values"] == {"heading": len(values)}
    assert len(search("图书馆", "--facet", "type", "-n", "1").lines) == 1
    nothing = search("没有这个词", "--facet", "type")
    assert (nothing.code, nothing.out) == (1, "")
    assert "note: " in search('"图书馆', "--facet", "type").err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--facet", "type", "--sort", "date"), "--facet and --sort"),
        (("--facet", "type", "-c"), "--facet and -c"),
        (("-l", "--group", "document"), "-l and --group"),
        (("-c", "-C", "2"), "-c and -A, -B and -C"),
        (("--sort", "size"), "not one of score, path, date"),
        (("-A", "x"), "--after: 'x' is not a whole number"),
        (("-B", "1000"), "from 0 to 100"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_line(search, words, said):
    assert said in search("图书馆", *words).mistake


SHAPES = {
    "--sort": ["--sort", "date"], "--group": ["--group", "document"], "--distinct": ["--distinct"], "-C": ["-C", "1"],
    "--facet": ["--facet", "type"], "-l": ["-l"], "-c": ["-c"],
}  # fmt: skip


@pytest.mark.parametrize("page", ["results.md", "results.zh-CN.md"])
def test_what_the_page_says_can_t_be_combined_can_t_and_everything_else_can(search, page):
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(-[^`]*)` \|", text.split("\n## ")[1], re.MULTILINE)
    refused = {frozenset(word for word in row.split() if word in SHAPES) for row in rows}
    assert len(refused) == len(rows) > 10
    for one, other in combinations(SHAPES, 2):
        if {one, other} == {"-l", "-c"}:  # documents with their numbers
            continue
        code = search("图书馆", *SHAPES[one], *SHAPES[other]).code
        assert code == (2 if frozenset((one, other)) in refused else 0), (one, other)
