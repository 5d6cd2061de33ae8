"""The query page keeps its word: each row of its table is read, and matches, as it says, in both languages."""

import re
from pathlib import Path

import pytest

from searchidx.document import Document, Paragraph
from searchidx.query import parse, to_string
from searchidx.query.fields import CHINESE, FIELDS
from searchidx.query.parse import MAX_DEPTH, MAX_LENGTH, MAX_TERMS
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"en": DOCS / "query-syntax.md", "zh": DOCS / "query-syntax.zh-CN.md"}
CELL = re.compile(r"(?<!\\)\|")


def rows(language: str) -> list[list[str]]:
    lines = [
        line for line in PAGES[language].read_text(encoding="utf-8").splitlines() if line.startswith("|")
    ]
    return [[code(cell) for cell in CELL.split(line)[1:5]] for line in lines[2:]]


def code(cell: str) -> str:
    text = cell.strip()
    return "" if text == "—" else text.removeprefix("`").removesuffix("`").replace("\\|", "|")


ATTRIBUTE = re.compile(r"(path|title|type|heading|date)=([^ ]+) ")


def document(cell: str, number: int) -> Document:
    """The document a cell stands for: ``date=2023-04-20 正文`` is a paragraph 正文 in a document of that date."""
    known = {name: value.replace("　", " ") for name, value in ATTRIBUTE.findall(cell)}
    text = ATTRIBUTE.sub("", cell)
    above = (known["heading"],) if "heading" in known else ()
    paragraph = Paragraph(text, number, number, headings=above)
    path = known.get("path", f"/{number}")
    return Document(
        path,
        known.get("type", "text"),
        title=known.get("title", ""),
        date=known.get("date"),
        paragraphs=(paragraph,),
    )


@pytest.mark.parametrize("row", rows("en"), ids=lambda row: row[0])
def test_every_row_is_read_and_matches_as_it_says(row: list[str], tmp_path: Path) -> None:
    typed, read_as, *cells = row
    query = parse(typed)
    assert query.node is not None
    assert to_string(query.node) == read_as
    examples = [document(cell, number) for number, cell in enumerate(cells, 1) if cell]
    index = WrittenIndex(tmp_path / "index")
    index.commit(examples)
    found = {hit.line for hit in index.reader().search(SearchRequest(query, limit=0)).hits}
    assert found == ({1} if cells[0] else set())


def test_both_languages_have_the_same_rows() -> None:
    assert len(rows("en")) > 40
    assert rows("en") == rows("zh")


@pytest.mark.parametrize("language", PAGES)
def test_limits_and_fields_are_named(language: str) -> None:
    page = PAGES[language].read_text(encoding="utf-8")
    for name in (*FIELDS, *CHINESE):
        assert f"`{name}:`" in page
    for limit in (MAX_LENGTH, MAX_TERMS, MAX_DEPTH):
        assert re.search(rf"(?<![\d,]){limit:,}(?![\d,])", page)
