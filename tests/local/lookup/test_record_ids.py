"""Who types the id of a record finds it, and nothing else ranks differently for it."""

import json

import pytest

import searchidx
from searchidx.document import Document, Paragraph
from searchidx.local.engine import LocalEngine
from searchidx.query import Literal, Query, parse
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex

IDS = ("A-17", "d000123", "编号７", "x@y.example/2023?p=1", "2", "２０２３-04", "a17", None, " ", "k" * 5000)


def records(first: int = 0) -> tuple[Paragraph, ...]:
    texts = (f"第{number}封来信问渡口何时通航。" for number in range(first, first + len(IDS)))
    return tuple(
        Paragraph(text, line, line, "record", id=key)
        for line, (text, key) in enumerate(zip(texts, IDS, strict=True), 1)
    )


@pytest.fixture
def reader(tmp_path) -> LocalEngine:
    index = WrittenIndex(tmp_path / "index")
    for name in ("a", "b"):
        index.commit([Document(f"/{name}.jsonl", "jsonl", "utf-8", paragraphs=records())])
    return index.reader()


def literal(text: str) -> Query:
    return Query(text, Literal(text))


@pytest.mark.parametrize("key", IDS[:7])
@pytest.mark.parametrize("query", [parse, literal], ids=["bare", "fixed"])
def test_a_record_is_found_by_its_id(reader, key, query):
    page = reader.search(SearchRequest(query(key)))
    assert {(hit.path, hit.id) for hit in page.hits if hit.match == "literal" and hit.id == key} == {
        ("/a.jsonl", key),
        ("/b.jsonl", key),
    }


def test_an_id_is_found_folded_quoted_and_in_queries_of_several_parts(reader):
    for query in ("a-17", '"A-17"', "Ａ－１７", "A-17 AND 渡口", "A-17 OR d000123"):
        assert "A-17" in {hit.id for hit in reader.search(SearchRequest(parse(query))).hits}, query
    assert (
        reader.search(SearchRequest(parse("渡口 -A-17"))).total
        == reader.search(SearchRequest(parse("渡口"))).total - 2
    )


def test_an_exact_query_finds_the_very_id_and_no_other_form_of_it(reader):
    assert {hit.id for hit in reader.search(SearchRequest(parse("exact:A-17"))).hits} == {"A-17"}
    assert reader.search(SearchRequest(parse("exact:a-17"))).total == 0
    assert {hit.id for hit in reader.search(SearchRequest(parse("exact:２０２３-04"))).hits} == {
        "２０２３-04"
    }


def test_a_part_of_an_id_finds_no_record(reader):
    assert reader.search(SearchRequest(parse("d00012"))).total == 0
    assert reader.search(SearchRequest(literal("d00012"))).total == 0


def test_ids_change_no_score(tmp_path):
    pages = []
    for keep in (True, False):
        index = WrittenIndex(tmp_path / str(keep))
        paragraphs = tuple(paragraph if keep else paragraph._replace(id=None) for paragraph in records())
        index.commit([Document("/a.jsonl", "jsonl", "utf-8", paragraphs=paragraphs)])
        pages.append(index.reader().search(SearchRequest(parse("第3封 渡口 通航"))))
    assert [(hit.line, hit.score) for hit in pages[0].hits] == [
        (hit.line, hit.score) for hit in pages[1].hits
    ]


def test_a_record_that_was_indexed_and_merged_is_found_by_its_id(tmp_path):
    index = searchidx.open(tmp_path / "index", create=True)
    for number in range(6):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(json.dumps({"id": f"S-{number}", "text": "渡口停航"}) + "\n", encoding="utf-8")
        index.add([path])
    for number in range(6):
        (hit,) = index.search(f"S-{number}").hits
        assert (hit.id, hit.match) == (f"S-{number}", "literal")


def test_an_id_with_half_a_character_harms_nothing(tmp_path):
    index = WrittenIndex(tmp_path / "index")
    index.commit([Document("/a.jsonl", "jsonl", "utf-8", paragraphs=(Paragraph("渡口", 1, 1, id="\ud800"),))])
    assert index.reader().search(SearchRequest(parse("渡口"))).total == 1
