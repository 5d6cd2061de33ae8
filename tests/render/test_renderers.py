"""Every renderer shows the same facts of an answer, in lines that are safe to print."""

import pytest

from searchidx.render.jsonl import JsonRenderer
from searchidx.render.look import Look
from searchidx.render.plain import PlainRenderer
from searchidx.render.renderer import Renderer
from searchidx.render.terminal import TerminalRenderer
from searchidx.results import FacetCount, FileCount, FileCounts, Hit, Page

LOOK = Look(cwd="/档案", width=70, color=False)
RENDERERS: list[Renderer] = [PlainRenderer(LOOK), TerminalRenderer(LOOK), JsonRenderer()]

TEXT = "灯塔守望人每晚\x1b[31m点灯，雾天多鸣笛三声。"
HITS = tuple(
    Hit(
        rank,
        2.0,
        f"/档案/灯\n塔{rank}.md",
        40 + rank,
        40 + rank,
        None,
        None,
        (),
        "words",
        TEXT,
        ((0, 2),),
        TEXT,
    )
    for rank in (1, 2)
)
FACETS = {"month": (FacetCount("2021-04", 17), FacetCount(None, 6), FacetCount("2020-01", 1))}
PAGE = Page("灯塔", HITS, 24, None, 3.0, facets=FACETS)
COUNTS = FileCounts(FileCount(f"/档案/卷{number}.md", 100 + number) for number in range(3))

every_renderer = pytest.mark.parametrize("renderer", RENDERERS, ids=lambda renderer: type(renderer).__name__)


def lines(renderer: Renderer) -> list[str]:
    """Return the lines of every kind of answer."""
    return [
        *renderer.hits(PAGE),
        *renderer.footer(PAGE),
        *renderer.files("灯塔", COUNTS, slice(1, 3), 3.0, with_counts=True),
        *renderer.total("灯塔", 24, 3.0),
        *renderer.facets(PAGE, slice(0, 2)),
    ]


@every_renderer
def test_no_line_has_a_control_character_but_separating_tabs(renderer):
    unsafe = [character for line in lines(renderer) for character in line if character < " "]
    assert set(unsafe) <= {"\t"}


@every_renderer
def test_hits_come_in_rank_order_with_path_line_and_text(renderer):
    text = "\n".join(renderer.hits(PAGE))
    facts = ["塔1.md", "41", "灯塔守望人", "塔2.md", "42", "灯塔守望人"]
    positions = []
    for fact in facts:
        positions.append(text.index(fact, positions[-1] + 1 if positions else 0))
    assert positions == sorted(positions)


@every_renderer
def test_files_are_those_of_the_part_with_their_counts(renderer):
    text = "\n".join(renderer.files("灯塔", COUNTS, slice(1, 3), 3.0, with_counts=True))
    assert [name in text for name in ("卷0.md", "卷1.md", "卷2.md")] == [False, True, True]
    assert [number in text for number in ("101", "102")] == [True, True]


@every_renderer
@pytest.mark.parametrize(("groups", "number"), [(None, "24"), (5, "5")])
def test_a_count_is_that_of_groups_where_there_are_groups(renderer, groups, number):
    (line,) = renderer.total("灯塔", 24, 3.0, groups)
    assert number in line


@every_renderer
def test_facets_are_those_of_the_part_with_their_counts(renderer):
    text = "\n".join(renderer.facets(PAGE, slice(0, 2)))
    assert "2021-04" in text
    assert "17" in text
    assert "2020-01" not in text


@every_renderer
def test_suggestions_are_in_the_output_of_a_renderer_that_says_so(renderer):
    suggestions = [{"query": "灯塔", "command": "searchidx search 灯塔", "count": 2, "why": "same sound"}]
    text = "\n".join(renderer.hits(PAGE, suggestions))
    assert ("same sound" in text) == renderer.includes_suggestions
