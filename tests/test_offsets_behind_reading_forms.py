"""Offsets are those of the stored text everywhere, with a ligature, an unseen character and a spaced word before the match.

docs/analysis.md lists the text that each part runs on: the stored text, the reading form, or both.
"""

from pathlib import Path

import pytest
from whoosh import query

import searchidx
from searchidx.api import Index
from searchidx.local.whoosh_bridge import open_index

BEFORE = "ﬁrst\u200b：通　知，第 一 季 度，"
BEHIND = "臺灣航運收入5亿元，2023年5月1日，跑腿专员制 abc-123 完。"
STORED = BEFORE + BEHIND
OTHER = "台湾航运收入，跑腿的人。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("offsets")
    (folder / "a.txt").write_text(STORED, encoding="utf-8")
    (folder / "b.txt").write_text(OTHER, encoding="utf-8")
    (folder / "c.txt").write_text(STORED, encoding="utf-8")
    (folder / "words.txt").write_text("员制\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def index(folder) -> Index:
    index = searchidx.open(folder / "index", create=True)
    index.add([folder / name for name in ("a.txt", "b.txt")])
    return index


def shown(index: Index, typed: str, **how: bool) -> list[str]:
    """What is marked in the first document, and nothing is marked that is not in it."""
    hits = [hit for hit in index.search(typed, limit=0, **how).hits if hit.path.endswith("a.txt")]
    assert len(hits) == 1
    assert hits[0].text == STORED
    return [hits[0].text[start:end] for start, end in hits[0].spans]


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("跑腿专员", ["跑腿专员"]),  # a word, literal
        ('"2023年5月1日，跑腿"', ["2023年5月1日，跑腿"]),  # a phrase
        ("2023-05-01", ["2023年5月1日"]),  # another form of a date
        ("first", ["ﬁrst"]),  # a ligature
        ("通知", ["通　知"]),  # a spaced word
        ('"第一季度，臺灣"', ["第 一 季 度，臺灣"]),  # over both
        ("跑腿?员", ["跑腿专员"]),  # a text scan
        ("跑腿专圆~1", ["跑腿专"]),  # a fuzzy word
        ("abc*", ["abc"]),  # a term scan
        ('"收入 跑腿"~20', ["收入", "跑腿"]),  # proximity
        ('"第一季度 跑腿"~30', ["第 一 季 度", "跑腿"]),  # proximity through the reading form
        ("第一?度", ["第 一 季 度"]),  # a text scan through it
    ],
)
def test_what_is_marked_is_what_matched(index, typed, marked):
    assert shown(index, typed) == marked


def test_a_literal_hit_of_the_reading_form_marks_no_other_word(tmp_path):
    (tmp_path / "a.txt").write_text("备份脚本删除备份文[1]件，每晚运行。", encoding="utf-8")
    index = searchidx.open(tmp_path / "index", create=True)
    index.add([tmp_path / "a.txt"])
    (hit,) = index.search("备份文件").hits
    assert hit.match == "literal"
    assert [hit.text[start:end] for start, end in hit.spans] == ["备份文[1]件"]


def test_a_regular_expression_marks_the_stored_text(index):
    pytest.importorskip("re2")
    assert shown(index, "/^abc$/") == ["abc"]


def test_exact_matches_read_the_stored_text(index):
    assert shown(index, "臺灣", exact=True) == ["臺灣"]
    assert shown(index, "ﬁrst", exact=True) == ["ﬁrst"]
    assert index.count("first", exact=True) == 0
    assert index.count("第一季度", exact=True) == 0


def test_the_typed_variant_comes_first(index):
    assert [Path(hit.path).name for hit in index.search("臺灣").hits] == ["a.txt", "b.txt"]
    assert [Path(hit.path).name for hit in index.search("台湾").hits] == ["b.txt", "a.txt"]


def test_snippets_and_columns_are_those_of_the_match(index):
    hit = index.search("跑腿专员制").hits[0]
    assert "跑腿专员制" in hit.snippet
    assert (hit.match_line, hit.match_column) == (1, STORED.index("跑腿") + 1)


def test_the_best_window_is_looked_for_in_what_is_read(index):
    whole, apart = (index.search(typed).hits[0].score for typed in ("航运 制度 跑腿", "第一季度 制度 跑腿"))
    assert whole > 0
    assert apart > 0
    assert "第 一 季 度" in shown(index, "第一季度 制度 跑腿")


def test_suggestions_lead_to_the_stored_text(index):
    assert "跑腿专员" in [suggestion.query for suggestion in index.suggest("跑腿专圆")]


def test_dates_and_amounts_are_found_in_both(index):
    assert index.count("in:2023年5月") == 1
    assert index.count("num:5亿") == 1


def test_near_duplicates_are_found_by_the_stored_text(folder, tmp_path):
    twice = searchidx.open(tmp_path / "index", create=True)
    twice.add([folder / name for name in ("a.txt", "c.txt")])
    page = twice.search("跑腿专员", distinct=True)
    assert [(hit.same, hit.text) for hit in page.hits] == [(1, STORED)]


def test_words_of_the_user_are_words_behind_a_reading_form(folder):
    own = searchidx.open(folder / "index", words=folder / "words.txt")
    hit = next(hit for hit in own.search("员制").hits if hit.path.endswith("a.txt"))
    assert [hit.text[start:end] for start, end in hit.spans] == ["员制"]


def test_whoosh_finds_terms_of_both_texts(folder):
    with open_index(str(folder / "index")).searcher() as searcher:
        for word in ("专员", "first", "通知", "季度"):
            assert len(searcher.search(query.Term("words", word))) == 1, word
