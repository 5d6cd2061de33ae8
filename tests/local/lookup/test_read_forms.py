"""What a person reads is found: through the reading form of a paragraph, with spans of the stored text."""

from pathlib import Path

import pytest

import searchidx
from searchidx.api import Index
from searchidx.local.commit.merger import merge_groups
from searchidx.local.segment import manifest
from searchidx.local.segment.segment import Segment
from tests.written_index import WrittenIndex, written

PARAGRAPHS = {
    "apart": "第 一 季 度 营 业 收 入",
    "notice": "通　　知",
    "plain": "普通段落：营业收入增长很快，通知已发。",
    "unseen": "葛\U000e0100城\u200b公司的ﬁle，合同编号 H T - 2 0 2 3",
    "note": "据说 ﬁrst 收入[1]增长了两成",
    "ruby": "漢(かん)字(じ)の本",
    "date": "发布于 2 0 2 3 年 5 月 1 日",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Index:
    folder = tmp_path_factory.mktemp("read")
    rows = [f'{{"id": "{name}", "text": "{text}"}}' for name, text in PARAGRAPHS.items()]
    (folder / "texts.jsonl").write_text("\n".join(rows), encoding="utf-8")
    index = searchidx.open(folder / "index", create=True)
    index.add([folder / "texts.jsonl"])
    return index


def shown(index: Index, query: str, **how: bool) -> list[tuple[str | None, str, str]]:
    """Name, tier and marked text of each hit that is no partial match."""
    hits = index.search(query, limit=0, **how).hits
    return [
        (hit.id, hit.match, "|".join(hit.text[start:end] for start, end in hit.spans))
        for hit in hits
        if hit.match != "some"
    ]


def test_characters_set_apart_are_found_behind_those_that_are_not(index):
    assert shown(index, "营业收入") == [
        ("plain", "literal", "营业收入"),
        ("apart", "literal", "营 业 收 入"),
    ]
    assert shown(index, '"通知"') == [("plain", "literal", "通知"), ("notice", "literal", "通　　知")]


@pytest.mark.parametrize("query", ["葛城公司", '"葛城公司的file"', "HT-2023"])
def test_unseen_and_composed_characters_make_no_difference(index, query):
    assert [name for name, tier, _ in shown(index, query) if tier == "literal"] == ["unseen"]


@pytest.mark.parametrize("how", [{}, {"literal": True}])
@pytest.mark.parametrize("query", ["葛\u200b城公司", "葛城公司", "ﬁle", "file", "ﬁl\u00ade"])
def test_a_query_is_composed_as_a_text_is(index, query, how):
    assert "unseen" in [name for name, tier, _ in shown(index, query, **how) if tier == "literal"]


def test_a_span_widens_to_whole_stored_characters(index):
    assert shown(index, "ile", literal=True) == [("unseen", "literal", "ﬁle")]


def test_a_span_behind_a_ligature_and_a_mark_of_a_note_is_where_it_stands(index):
    assert ("note", "literal", "收入[1]增长") in shown(index, "收入增长")


def test_the_stored_text_is_found_as_it_stands(index):
    assert ("apart", "literal", "营 业 收") in shown(index, "营 业 收", literal=True)
    assert ("ruby", "literal", "漢(かん)字") in shown(index, "漢(かん)字", literal=True)


def test_ruby_is_no_part_of_the_word_and_is_found_by_itself(index):
    assert shown(index, "漢字") == [("ruby", "literal", "漢(かん)字")]
    assert shown(index, "かん") == [("ruby", "literal", "かん")]


def test_exact_finds_the_stored_text_alone(index):
    assert shown(index, "营业收入", exact=True) == [("plain", "literal", "营业收入")]
    assert shown(index, "漢字", exact=True) == []


def test_patterns_and_proximity_read_the_form(index):
    assert "apart" in [name for name, *_ in shown(index, "营?收入")]
    assert "apart" in [name for name, *_ in shown(index, '"季度 收入"~4')]


def test_dates_set_apart_are_dates(index):
    assert [name for name, *_ in shown(index, "in:2023年5月")] == ["date"]


def test_lengths_and_other_scores_do_not_know_of_forms(index, tmp_path):
    others = {name: text for name, text in PARAGRAPHS.items() if name == "plain"}
    path: Path = tmp_path / "plain.jsonl"
    path.write_text(
        "\n".join(f'{{"id": "{name}", "text": "{text}"}}' for name, text in others.items()), "utf-8"
    )
    alone = searchidx.open(tmp_path / "index", create=True)
    alone.add([path])
    assert shown(alone, "增长很快") == [hit for hit in shown(index, "增长很快") if hit[0] == "plain"]


@pytest.mark.parametrize("gone", [[], ["/2.txt"]], ids=["whole", "with deletions"])
def test_a_merge_carries_reading_forms(tmp_path, gone):
    index = WrittenIndex(tmp_path)
    texts = ["通　　知", "普通的一段", "第 一 季 度 营 业 收 入", "软\u00ad件"]
    for number, text in enumerate(texts):
        index.commit([written(f"/{number}.txt", [text, "目　录"])])
    index.commit(gone=gone)
    entries = manifest.read(str(tmp_path)).segments
    merged = Segment(str(tmp_path / merge_groups(str(tmp_path), [entries])[0].name))
    numbers = merged.reading_paragraphs.tolist()
    forms = merged.reading_forms(numbers, merged.paragraphs.texts(numbers))
    expected = ["通知", "目录", "目录", "第一季度营业收入", "目录", "软件", "目录"]
    if gone:
        del expected[3:5]
    assert [form.text for form in forms] == expected
