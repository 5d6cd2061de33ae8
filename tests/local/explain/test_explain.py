"""An explanation says what a search does: the same tier and score for what is found, a true reason for what is not."""

import pytest

from searchidx.document import Document, Paragraph
from searchidx.explanation import WordMatch
from searchidx.fold import fold
from searchidx.local.engine import LocalEngine
from searchidx.query import parse
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex, written

DOCUMENTS = [
    written(
        "/甲.txt",
        ["防火墙规则要先写。防火墙重启后规则还在吗？", "公园规则", "防火墙", "天气", "电话023—49301888"],
        ("第一章 防火墙",),
    ),
    written("/乙.txt", ["Linux 内核与防火墙。" * 3, "重庆日报", "规则的规则", "没有别的"]),
]
QUERIES = [
    "防火墙规则", "防火墙 规则", "规则", "防火墙规则怎么写", "+防火墙 -公园 规则", '"防火墙" 规则', "防火墙 AND NOT 规则", "规则 OR linux", "的",
    "02349301888", "path:甲 规则", "heading:第一章 规则", '"防火墙重启"', "NOT 规则", "(防火墙 OR 公园) AND 规则",
]  # fmt: skip


@pytest.fixture(scope="module")
def reader(tmp_path_factory) -> LocalEngine:
    index = WrittenIndex(tmp_path_factory.mktemp("explained") / "index")
    for document in DOCUMENTS:
        index.commit([document])
    return index.reader()


def explained(reader: LocalEngine, query: str, document: Document) -> list:
    return reader.explain(SearchRequest(parse(query)), path=document.path).paragraphs


@pytest.mark.parametrize("query", QUERIES)
def test_what_is_found_is_explained_with_its_tier_and_score(reader, query):
    hits = {(hit.path, hit.line): hit for hit in reader.search(SearchRequest(parse(query), limit=0)).hits}
    assert hits
    for document in DOCUMENTS:
        found = explained(reader, query, document)
        assert [one.line for one in found] == [paragraph.line for paragraph in document.paragraphs]
        for one in found:
            hit = hits.get((one.path, one.line))
            assert one.match == (hit.match if hit else None)
            assert (one.reason is None) == bool(hit)
            if hit:
                assert sum(part.score for part in one.parts) == one.score
                assert one.score == pytest.approx(hit.score, abs=1e-12)
                assert f"{one.score:.6f}" == f"{hit.score:.6f}"
                assert (one.rank, one.total) == (hit.rank, len(hits))
                ahead = [other.match for other in hits.values() if other.rank < hit.rank]
                assert {tier: ahead.count(tier) for tier in ("literal", "words", "some")} == one.ahead
            else:
                assert (one.rank, one.ahead, one.parts, one.score) == (None, None, (), 0)


def test_the_window_is_a_part_of_its_own(reader):
    first = explained(reader, "防火墙规则怎么写", DOCUMENTS[0])[0]
    assert [part.field for part in first.parts].count("window") == 1


def test_an_excluded_filter_without_a_valid_value_passes_nothing(tmp_path):
    index = WrittenIndex(tmp_path / "index")
    index.commit([FILTERED])
    (reading,) = index.reader().explain(SearchRequest(parse("渡口 -num:很多"))).filters
    assert (reading.means, reading.paragraphs) == ("nothing: it is not an amount", 0)


@pytest.mark.parametrize(
    ("query", "line", "reason"),
    [
        ('"防火墙"', 2, "does not contain “防火墙”"),
        ("防火墙 -规则", 1, "excluded"),
        ("+linux 防火墙", 1, "“linux”"),
        ("path:乙 防火墙", 1, "path:乙"),
        ("防火墙 AND NOT 规则", 1, "规则"),
        ("公园 OR linux", 3, "alternatives"),
        ("防火墙规则", 4, "“防火墙规则”"),
        ('"防火墙规则要后写"', 1, "the longest part of it that is there is “防火墙规则要”"),
        ("+防火墙公园 规则", 1, "“公园” is missing"),
        ("date:2023 规则", 1, "it has no date"),
        ("heading:第二章 规则", 1, "its headings are 第一章 防火墙"),
    ],
)
def test_the_reason_names_what_is_missing(reader, query, line, reason):
    (one,) = reader.explain(SearchRequest(parse(query)), path="/甲.txt", line=line).paragraphs
    assert one.match is None
    assert reason in one.reason


FILTERED = Document(
    "/丙.md",
    "markdown",
    date="2023-05-01",
    paragraphs=(
        Paragraph("渡口签约290亿元，4月20日开工，占百分之四十五。", 1, 1, headings=("要闻",)),
        Paragraph("渡口无事。", 2, 2),
    ),
)


@pytest.mark.parametrize(
    ("query", "means", "paragraphs"),
    [
        ("in:2023年4月", "mention of a date from 2023-04-01 up to 2023-04-30", 1),
        ("in:>2023", "mention of a date from 2024-01-01", 0),
        ("in:4月20日", "mention of a date 04-20 of any year", 1),
        ("in:4月", "mention of a date in month 4 of any year", 1),
        ("date:2023-05-01", "dated 2023-05-01", 2),
        ("num:280亿..300亿", "mention of at least 28,000,000,000 and at most 30,000,000,000", 1),
        ("num:>1.5万", "mention of more than 15,000", 1),
        ("num:45%", "mention of 45%", 1),
        ("path:*.md", "paths like *.md", 2),
        ("heading:要闻", "“要闻” in a heading above", 1),
        ("lang:中文", "text in zh", 2),
        ("exact:渡口", "“渡口”, nothing folded", 2),
    ],
)
def test_filters_are_said_in_words_with_what_they_let_through(tmp_path, query, means, paragraphs):
    index = WrittenIndex(tmp_path / "index")
    index.commit([FILTERED])
    for asked in (f"渡口 {query}", f"NOT {query}", f"渡口 AND ({query} OR 别的)"):
        (said,) = index.reader().explain(SearchRequest(parse(asked))).filters
        assert (said.means, said.paragraphs) == (means, paragraphs)
        assert parse(said.filter).node == parse(query).node


@pytest.mark.parametrize(
    ("query", "line", "reason"),
    [
        ("in:2022", 1, "it does not pass in:2022: the text mentions 2023-04-20"),
        ("num:<1000", 1, "it does not pass num:<1000: the text mentions 29,000,000,000, 45%"),
        ("num:>0", 2, "it does not pass num:>0: the text mentions none"),
        ("date:2022", 2, "it does not pass date:2022: its date is 2023-05-01"),
    ],
)
def test_what_a_filter_looked_at_is_named(tmp_path, query, line, reason):
    index = WrittenIndex(tmp_path / "index")
    index.commit([FILTERED])
    (one,) = index.reader().explain(SearchRequest(parse(query)), path="/丙.md", line=line).paragraphs
    assert reason in one.reason


def test_the_query_is_said_back_as_it_was_read(reader):
    said = reader.explain(SearchRequest(parse("防火墙 －公园")))
    assert parse(said.read_as).node == parse("防火墙 -公园").node
    assert [fold(text) for text in said.texts] == ["防火墙"]
    terms = {(term.field, term.term): term.paragraphs for term in said.terms}
    assert terms["words", "防火墙"] == 3
    assert terms["headings", "防火墙"] == 5
    assert reader.explain(SearchRequest(parse("  "))).paragraphs == ()
    assert reader.explain(SearchRequest(parse("防火墙")), path="/没有.txt").paragraphs == ()


def test_a_place_without_a_paragraph_is_told_why(reader):
    def missing(path, line=None):
        said = reader.explain(SearchRequest(parse("规则")), path=path, line=line)
        assert said.paragraphs == ()
        return said.missing

    assert missing("/甲.txt", 99) == "no paragraph is at that line; the nearest are at 3, 4, 5"
    assert "in none of the folders" in missing("/没有.txt")
    assert reader.explain(SearchRequest(parse("规则")), path="/甲.txt", line=2).missing is None


def test_the_words_of_a_query_stand_beside_what_the_paragraph_has_of_them(reader):
    (one,) = reader.explain(SearchRequest(parse("规则 防火 内核 防火墙")), path="/甲.txt", line=2).paragraphs
    words = {word.word: word for word in one.words}
    assert words["规则"] == WordMatch("规则", times=1, in_headings=False, stands=1, cut=("公园", "规则"))
    assert (words["防火墙"].times, words["防火墙"].in_headings) == (0, True)
    assert words["内核"].cut is None
    assert [(token.text, token.asked) for token in one.tokens] == [("公园", False), ("规则", True)]


def test_a_word_that_is_cut_otherwise_shows_how(reader):
    (one,) = reader.explain(SearchRequest(parse("墙规")), path="/甲.txt", line=1).paragraphs
    (word, *_) = [word for word in one.words if word.stands]
    assert "防火墙" in word.cut


def test_texts_are_shown_as_typed_as_folded_and_as_cut(reader):
    (asked,) = reader.explain(SearchRequest(parse("防火牆的規則"))).asked
    assert (asked.text, asked.folded) == ("防火牆的規則", "防火墙的规则")
    assert "防火墙" in asked.words
    assert asked.left_out == ("的",)
    assert all(asked.folded[t.start : t.end] == t.text for t in asked.tokens)
