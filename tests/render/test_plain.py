"""What a pipe and a program get: one physical line a hit, and the JSON of the contract."""

import json

import pytest

from searchidx.render.jsonl import JsonRenderer
from searchidx.render.look import Look
from searchidx.render.plain import PlainRenderer
from searchidx.results import FileCount, FileCounts, Hit, Page

HIT = Hit(
    rank=1,
    score=12.3456789,
    path="/corpus/新闻/page.md",
    line=12,
    end_line=14,
    page=None,
    id=None,
    headings=("要闻", "综合"),
    match="words",
    text="首批三十名\n跑腿专员\t上岗",
    spans=((6, 10),),
    snippet="首批三十名 跑腿专员 上岗",
    type="markdown",
    title="岚江日报",
    date="2023-04-18",
    match_line=13,
    match_column=1,
)
PAGE = Page("跑腿专员", (HIT,), 123, None, 8.1234)


def test_a_hit_is_path_line_snippet_with_the_path_relative_below_the_working_directory():
    assert list(PlainRenderer(Look("/corpus")).hits(PAGE)) == ["新闻/page.md:13:首批三十名 跑腿专员 上岗"]
    assert list(PlainRenderer(Look("/elsewhere")).hits(PAGE)) == [
        "/corpus/新闻/page.md:13:首批三十名 跑腿专员 上岗"
    ]


def test_colour_and_width_are_kept_where_they_are_asked_for():
    (colored,) = PlainRenderer(Look("/corpus", color=True)).hits(PAGE)
    assert colored == (
        "\x1b[1;36m新闻/page.md\x1b[0m:\x1b[32m13\x1b[0m:首批三十名 \x1b[1;31m跑腿专员\x1b[0m 上岗"
    )
    (narrow,) = PlainRenderer(Look("/corpus", width=20)).hits(PAGE)
    assert narrow == "新闻/page.md:13:…十名 跑腿专员 上岗"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_hit_is_one_physical_line_whatever_ends_lines_in_its_text_or_path(end):
    found = Hit(
        **{**{name: getattr(HIT, name) for name in HIT.__slots__}, "snippet": f"a{end}b", "path": f"/x{end}y"}
    )
    for look in (Look("/"), Look("/", color=True)):
        (line,) = PlainRenderer(look).hits(Page("q", (found,), 1, None, 1.0))
        assert len(line.splitlines()) == 1


def test_files_are_a_line_each_with_their_count_where_asked():
    counts = [FileCount("/corpus/a.md", 3), FileCount("/b.md", 1)]
    assert list(
        PlainRenderer(Look("/corpus")).files("q", FileCounts(counts), slice(None), 1.0, with_counts=False)
    ) == ["a.md", "/b.md"]
    assert list(
        PlainRenderer(Look("/corpus")).files("q", FileCounts(counts), slice(None), 1.0, with_counts=True)
    ) == ["a.md:3", "/b.md:1"]


def test_json_lines_keep_the_contract_key_by_key():
    hit, summary = map(json.loads, JsonRenderer().hits(PAGE))
    assert list(hit.items()) == [
        ("type", "hit"),
        ("rank", 1),
        ("score", 12.345679),
        ("path", "/corpus/新闻/page.md"),
        ("line", 12),
        ("end_line", 14),
        ("match_line", 13),
        ("match_column", 1),
        ("page", None),
        ("id", None),
        ("headings", ["要闻", "综合"]),
        ("match", "words"),
        ("text", "首批三十名\n跑腿专员\t上岗"),
        ("spans", [[6, 10]]),
        ("snippet", "首批三十名 跑腿专员 上岗"),
        ("title", "岚江日报"),
        ("format", "markdown"),
        ("date", "2023-04-18"),
    ]
    assert list(summary.items()) == [
        ("type", "summary"),
        ("query", "跑腿专员"),
        ("total", 123),
        ("shown", 1),
        ("suggestions", []),
        ("elapsed_ms", 8.1),
    ]


def test_json_of_files_and_of_a_count_ends_with_the_same_summary():
    counts = [FileCount("/a", 3), FileCount("/b", 1), FileCount("/c", 1)]
    *files, summary = map(
        json.loads, JsonRenderer().files("q", FileCounts(counts), slice(1, 3), 1.0, with_counts=True)
    )
    assert files == [{"type": "file", "path": "/b", "count": 1}, {"type": "file", "path": "/c", "count": 1}]
    assert summary == {"type": "summary", "query": "q", "total": 5, "shown": 2, "elapsed_ms": 1.0}
    (total,) = map(json.loads, JsonRenderer().total("q", 5, 1.0))
    assert total == {"type": "summary", "query": "q", "total": 5, "shown": 0, "elapsed_ms": 1.0}


def test_chinese_is_written_as_it_is_and_never_as_escapes():
    assert "跑腿专员" in next(iter(JsonRenderer().hits(PAGE)))
