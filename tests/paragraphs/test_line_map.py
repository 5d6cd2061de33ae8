"""A line map gives back the position of every character, and leads nowhere outside its paragraph."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchidx import line_map
from searchidx.line_map import Position, Run, encode, encode_line, locate

texts = st.text("渡口ab \n", min_size=1, max_size=40)
positions = st.builds(Position, st.integers(0, 9), st.integers(0, 5_000))


@st.composite
def mapped(draw) -> tuple[str, list[Run]]:
    text = draw(texts)
    offsets = draw(st.lists(st.integers(1, len(text)), max_size=6, unique=True))
    return text, [Run(offset, draw(positions)) for offset in sorted({0, *offsets})]


def position_of(text: str, runs: list[Run], offset: int) -> Position:
    """The position of a character, by its definition: counted from the beginning of its run, one character at a time."""
    run = [run for run in runs if run.offset <= offset][-1]
    line, column = run.position
    for character in text[run.offset : offset]:
        line, column = (line + 1, 0) if character == "\n" else (line, column + 1)
    return Position(line, column)


@given(mapped())
def test_every_character_is_where_its_run_says(case):
    text, runs = case
    code = encode(text, runs)
    for offset in range(len(text)):
        assert locate(code, text, offset) == position_of(text, runs, offset)


@given(st.text("渡口ab", min_size=1, max_size=40), st.data())
def test_a_map_of_one_line_is_the_same_however_it_is_made(text, data):
    offsets = sorted({0, *data.draw(st.lists(st.integers(0, len(text)), max_size=5))})
    runs = [(offset, data.draw(st.integers(0, 5_000))) for offset in offsets]
    assert encode_line(runs) == encode(text, [Run(offset, Position(0, column)) for offset, column in runs])


def test_a_text_that_is_its_source_needs_no_map_and_one_that_is_indented_two_digits():
    assert encode("甲\n乙", [Run(0, Position(0, 0))]) is None
    assert locate(None, "甲\n乙丙", 3) == Position(1, 1)
    assert line_map.starting_at(0) is None
    assert len(line_map.starting_at(2)) == 2


def test_lines_that_were_joined_take_two_digits_each():
    code = encode("甲乙丙丁", [Run(0, Position(0, 0)), Run(2, Position(1, 0)), Run(3, Position(2, 0))])
    assert len(code) == 4
    assert [locate(code, "甲乙丙丁", offset) for offset in (1, 2, 3)] == [(0, 1), (1, 0), (2, 0)]


def test_what_is_unknown_has_no_position():
    assert locate(line_map.UNKNOWN, "甲", 0) is None


@given(mapped(), st.integers(0, 9))
def test_a_map_is_accepted_if_its_runs_are_within_the_lines_of_the_paragraph(case, lines):
    text, runs = case
    code = encode(text, runs)
    if code is not None and max(run.position.line for run in runs) <= lines:
        line_map.check(code, text, lines)


@pytest.mark.parametrize(
    "code",
    [
        encode("甲乙", [Run(1, Position(4, 0))]),  # a line behind the paragraph
        encode("甲乙", [Run(1, Position(-1, 0))]),  # a line before it
        encode("甲乙", [Run(0, Position(0, -1))]),
        encode("甲乙", [Run(9, Position(0, 40))]),  # behind its text
        "0",
        "0é",
        "0,",
        "0" + ":" * 60 + "1",
        '0"',
    ],
)
def test_a_map_that_leads_out_of_its_paragraph_is_refused(code):
    with pytest.raises(ValueError, match="line map"):
        line_map.check(code, "甲乙", 3)


@given(st.text(max_size=12), texts, st.integers(0, 3))
def test_any_string_is_refused_or_every_run_of_it_lies_within_the_paragraph(code, text, lines):
    try:
        line_map.check(code, text, lines)
    except ValueError:
        return
    position = locate(code, text, 0)
    assert position is None or 0 <= position.line <= lines
