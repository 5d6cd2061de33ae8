"""Numbers of a bare query: as typed and whole first, then whole in another form, then as pieces of longer ones."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchidx.local.collect.grouping import rank_all
from searchidx.query import parse
from searchidx.request import SearchRequest
from searchidx.results import Hit
from tests.reference import Reference
from tests.written_index import WrittenIndex, written


def search(tmp_path: Path, query: str, texts: list[str], *, literal: bool = False) -> list[Hit]:
    index = WrittenIndex(tmp_path / "index")
    index.commit([written("/a", texts)])
    return list(index.reader().search(SearchRequest(query, literal=literal, limit=0)).hits)


def ranked(tmp_path: Path, query: str, texts: list[str]) -> list[tuple[str, str]]:
    return [(hit.match, hit.text) for hit in search(tmp_path, query, texts)]


@pytest.mark.parametrize(
    ("query", "whole", "otherwise", "piece"),
    [
        ("1000", "共 1000 家。", "共 1,000 家。", "编号 A21000567。"),
        ("1000", "共1000家", "1,000 家和 A21000567", "共 21000 家"),
        ("15", "编号 15-2", None, "iPhone15"),
        ("15", "15号", None, "15.5元"),
        ("3条", "共3条", None, "第13条"),
        ("12345.6", "共 12345.6 元", "共 12,345.60 元", "共 12345.67 元"),
        ("63907119", "电话 63907119", "电话(023)6390-7119", "编号 163907119"),
        ("第3条", "第3条规定", "第三条规定", None),
        ("第三条", "第三条规定", "第3条规定", None),
        ("2008届", "2008届学生", "二〇〇八届学生", "12008届学生"),
        ("报告2023", "报告2023定稿", None, "报告20231"),
    ],
)
def test_whole_numbers_come_before_other_forms_and_pieces_last(
    tmp_path: Path, query: str, whole: str, otherwise: str | None, piece: str | None
) -> None:
    expected = [("literal", whole), ("words", otherwise), ("words", piece)]
    texts = [text for text in (piece, otherwise, whole) if text]
    assert ranked(tmp_path, query, texts) == [hit for hit in expected if hit[1]]


@pytest.mark.parametrize("text", ["编号 A21000567", "1,000.5", "x1000", "1000.5", "1000mAh", "21000"])
def test_a_quoted_number_is_literal_wherever_it_is_contained(tmp_path: Path, text: str) -> None:
    needle = "1000" if "1000" in text else "000"
    hits = search(tmp_path, f'"{needle}"', [text])
    assert [hit.match for hit in hits] == ["literal"]
    assert [hit.match for hit in search(tmp_path / "literal", needle, [text], literal=True)] == ["literal"]


def test_scores_fall_within_the_tier_and_the_parts_say_why(tmp_path: Path) -> None:
    texts = ["编号 A21000567 长文" * 9, "共 1,000 家", "1000"]
    index = WrittenIndex(tmp_path / "index")
    index.commit([written("/a", texts)])
    hits = index.reader().search(SearchRequest("1000", limit=0)).hits
    assert [hit.line for hit in hits] == [3, 2, 1]
    words = [hit.score for hit in hits if hit.match == "words"]
    assert words == sorted(words, reverse=True)
    (explained,) = index.reader().explain(SearchRequest("1000"), path="/a", line=1).paragraphs
    assert explained.rank == 3
    assert explained.score == pytest.approx(hits[2].score)
    assert "a number in a longer one" in [part.term for part in explained.parts]


def test_all_matches_in_rank_order_are_those_of_a_search(tmp_path: Path) -> None:
    index = WrittenIndex(tmp_path / "index")
    index.commit([written("/a", ["A1000", "1,000", "1000 家", "共 1000 元", "21000 元", "1000.5"] * 3)])
    reader = index.reader()
    query = parse("1000 元")
    assert query.node is not None
    page = reader.search(SearchRequest(query, limit=0))
    searcher = reader._searcher()
    matches = searcher.matches(query.node, None)
    everything = rank_all(searcher.snapshot, matches, searcher.scores(matches))
    assert [number + 1 for number in everything.numbers.tolist()] == [hit.line for hit in page.hits]


PIECES = ["1000", "1,000", "21000", "A1000", ".5", "3", "第3条", "第三条", "第13条", "x-9", "2023年5月1日", "二〇二三年五月一日", " ", "。", "家", "共"]  # fmt: skip
texts = st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), min_size=1, max_size=8)


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts, st.sampled_from(["1000", "3", "第3条", "第三条", "1000 家", "2023年5月1日", "9", "5月1日"]))
def test_ranking_is_that_of_the_definition(
    tmp_path_factory: pytest.TempPathFactory, written_texts: list[str], typed: str
) -> None:
    index = WrittenIndex(tmp_path_factory.mktemp("index"))
    index.commit([written("/a", [text for text in written_texts if text.strip()] or ["无"])])
    node = parse(typed).node
    assert node is not None
    expected = Reference(index.documents.values()).search(node)
    hits = index.reader().search(SearchRequest(typed, limit=0)).hits
    assert [(hit.line - 1, hit.match) for hit in hits] == [(hit.place, hit.tier) for hit in expected]
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in expected])
