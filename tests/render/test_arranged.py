"""Hits with what stands for them and around them, and counts instead of hits: laid out, in columns, nothing raw."""

import json
from dataclasses import replace

import pytest

from searchidx.render.jsonl import JsonRenderer
from searchidx.render.look import Look
from searchidx.render.plain import PlainRenderer
from searchidx.render.terminal import TerminalRenderer
from searchidx.results import FacetCount, Hit, Neighbour, Page
from searchidx.snippets import display_width

TEXT = "图书馆新馆昨日开放，首日接待读者三千人次。" * 4
HIT = Hit(1, 3.0, "/c/甲.md", 12, 12, None, None, (), "literal", TEXT, ((0, 3),), TEXT[:20])
AROUND = (Neighbour(9, 9, "上\x1b[31m一\n段"), Neighbour(1234, 1234, TEXT))
FULL = replace(HIT, more=1200, same=2, before=AROUND[:1], after=AROUND[1:])


def page(*hits: Hit, groups: int | None = None) -> Page:
    return Page("图书馆", hits, 1500, None, 8.0, groups=groups)


def test_what_a_hit_stands_for_is_below_it_and_what_is_around_it_in_its_place():
    lines = list(TerminalRenderer(Look("/c", 60)).hits(page(FULL)))
    assert lines[0] == "甲.md"
    assert lines[1] == "     9  上␛[31m一 段"
    assert lines[2].startswith("    12  图书馆新馆")
    assert "        + 2 near-identical, 1,200 more in this document" in lines
    assert lines[-2].startswith("  1234  图书馆")
    assert lines[-1].startswith("        ")


@pytest.mark.parametrize("width", [30, 60, 200])
def test_no_line_is_wider_than_the_terminal(width):
    assert max(
        map(display_width, TerminalRenderer(Look("/c", width)).hits(page(FULL, replace(FULL, more=0))))
    ) <= max(width, 55)


def test_a_pipe_gets_a_line_a_paragraph_and_a_rule_between_hits():
    lines = list(PlainRenderer(Look("/c")).hits(page(FULL, HIT)))
    assert lines[0] == "甲.md-9-上␛[31m一 段"
    assert lines[1] == f"甲.md:12:{TEXT[:20]}"
    assert lines[2].startswith("甲.md-1234-图书馆")
    assert lines[3:] == ["--", f"甲.md:12:{TEXT[:20]}"]
    assert "--" not in list(PlainRenderer(Look("/c")).hits(page(HIT, HIT)))


def test_the_summary_counts_groups():
    said = [
        " ".join(list(TerminalRenderer(Look("/", 100)).footer(page(HIT, groups=number)))[1:])
        for number in (1, 7)
    ]
    assert said == [
        "1,500 paragraphs in 1 group · 8 ms",
        "1,500 paragraphs in 7 groups · the first 1 shown, -n 0 shows all · 8 ms",
    ]


FACETS = {
    "type": (FacetCount("markdown", 1234), FacetCount("te\x1bxt", 5)),
    "path": (FacetCount("/c/新闻", 7),),
    "date": (FacetCount(None, 9), FacetCount("2023", 2)),
}
COUNTED = Page("图书馆", (), 1239, None, 8.0, facets=FACETS)


def test_counts_are_blocks_on_a_terminal_and_lines_in_a_pipe():
    assert list(TerminalRenderer(Look("/c", 60)).facets(COUNTED, slice(0, 1))) == [
        "type  2 values", "  1,234  markdown", "  1 more, -n 0 shows all",
        "", "path  1 value", "  7  新闻",
        "", "date  2 values", "  9  (none)", "  1 more, -n 0 shows all",
    ]  # fmt: skip
    assert list(PlainRenderer(Look("/c")).facets(COUNTED, slice(None))) == [
        "type\t1234\tmarkdown", "type\t5\tte␛xt", "path\t7\t新闻", "date\t9\t(none)", "date\t2\t2023",
    ]  # fmt: skip


def test_counts_for_a_program_have_null_for_what_is_not_there():
    *values, summary = [json.loads(line) for line in JsonRenderer().facets(COUNTED, slice(None))]
    assert values[3] == {"type": "facet", "facet": "date", "value": None, "count": 9}
    assert summary["values"] == {"type": 2, "path": 1, "date": 2}
    assert (summary["total"], summary["shown"]) == (1239, 5)
