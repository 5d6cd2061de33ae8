"""An explanation reads well: what is shown of a score adds up to it, and columns stand below each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchidx.local.engine import LocalEngine
from searchidx.query import parse
from searchidx.render.explanation import explanation, shared_out
from searchidx.render.look import Look
from searchidx.request import SearchRequest
from searchidx.snippets import display_width
from tests.written_index import WrittenIndex, written


@pytest.fixture(scope="module")
def reader(tmp_path_factory) -> LocalEngine:
    index = WrittenIndex(tmp_path_factory.mktemp("explained") / "index")
    index.commit(
        [written("/甲.txt", ["防火墙规则要先写。Linux 内核" * 4, "公园\x1b[31m规则"], ("第一章 防火墙",))]
    )
    return index.reader()


def lines(reader, query, line, width=None) -> list[str]:
    return list(
        explanation(reader.explain(SearchRequest(parse(query)), path="/甲.txt", line=line), Look("", width))
    )


@given(st.lists(st.floats(0.0001, 50), min_size=1, max_size=30))
def test_the_parts_shown_add_up_to_the_score_shown(parts):
    score = sum(parts)
    whole, shares = shared_out(score, parts)
    assert whole == round(score * 1000)
    assert sum(shares) == whole
    assert all(abs(share / 1000 - part) < 0.0011 for share, part in zip(shares, parts, strict=True))


def test_the_lines_of_scores_add_up(reader):
    shown = lines(reader, "防火牆規則 linux 公园", 1)
    start = next(at for at, line in enumerate(shown) if "frequency" in line)
    *parts, total = [float(line.split()[-1]) for line in shown[start + 1 :]]
    assert round(sum(parts), 3) == total
    assert len(parts) > 5


@pytest.mark.parametrize("width", [40, 80])
def test_what_can_wrap_keeps_to_the_width(reader, width):
    shown = lines(reader, "防火墙规则要先写的内核 " * 6, 1, width)
    ends = next(at for at, line in enumerate(shown) if line.startswith("Terms"))
    assert max(map(display_width, shown[:ends])) <= width


def test_columns_stand_below_each_other(reader):
    shown = lines(reader, "防火墙 linux", 1)
    at = next(at for at, line in enumerate(shown) if "query word" in line and "headings" in line)
    places = {
        display_width(line[: line.index(word)])
        for line, word in zip(shown[at : at + 2], ("tokens", "防火墙|规则"), strict=True)
    }
    assert len(places) == 1


def test_nothing_of_a_document_steers_the_terminal(reader):
    assert "\x1b" not in "".join(lines(reader, "公园 规则", 2))


def test_a_reason_takes_the_place_of_a_score(reader):
    shown = lines(reader, '"天气"', 1)
    assert any("does not match: the text does not contain “天气”" in line for line in shown)
    assert not any("frequency" in line for line in shown)
