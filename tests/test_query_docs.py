"""The query page keeps its word: each row of its table is read, and matches, as it says, in both languages."""

import re
from pathlib import Path

import pytest

from searchidx.query import And, Filter, Literal, Loose, Node, Not, Or, Text, parse, to_string
from searchidx.query.fields import FIELDS
from searchidx.query.parse import MAX_DEPTH, MAX_LENGTH, MAX_TERMS

DOCS = Path(__file__).resolve().parent.parent / "docs"
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


def contains_words(text: str, query: str) -> bool:
    """Stand in for an engine: the word itself, or more than a third of its pairs of neighbouring characters."""
    if query.lower() in text.lower():
        return True
    pairs = [query[start : start + 2] for start in range(len(query) - 1)]
    return len(pairs) > 1 and sum(pair in text for pair in pairs) * 3 > len(pairs)


def matches(node: Node, text: str, *, excluding: bool = False) -> bool:
    match node:
        case Text(word):
            return word in text if excluding else contains_words(text, word)
        case Literal(string):
            return string in text
        case And(operands):
            return all(matches(operand, text, excluding=excluding) for operand in operands)
        case Or(operands):
            return any(matches(operand, text, excluding=excluding) for operand in operands)
        case Not(operand):
            return not matches(operand, text, excluding=True)
        case Loose(words, required, excluded):
            return (
                (not words or any(matches(word, text) for word in words))
                and all(matches(operand, text) for operand in required)
                and not any(matches(operand, text, excluding=True) for operand in excluded)
            )
        case Filter():
            pytest.fail("a row with a filter has no example texts")


@pytest.mark.parametrize(("typed", "read_as", "finds", "leaves_out"), rows("en"))
def test_every_row_is_read_and_matches_as_it_says(
    typed: str, read_as: str, finds: str, leaves_out: str
) -> None:
    node = parse(typed).node
    assert node is not None
    assert to_string(node) == read_as
    assert not finds or matches(node, finds)
    assert not leaves_out or not matches(node, leaves_out)


def test_both_languages_have_the_same_rows() -> None:
    assert len(rows("en")) > 40
    assert rows("en") == rows("zh")


@pytest.mark.parametrize("language", PAGES)
def test_limits_and_fields_are_named(language: str) -> None:
    page = PAGES[language].read_text(encoding="utf-8")
    for name in (*FIELDS, "路径", "标题", "章节", "类型", "日期"):
        assert f"`{name}:`" in page
    for limit in (MAX_LENGTH, MAX_TERMS, MAX_DEPTH):
        assert re.search(rf"(?<![\d,]){limit:,}(?![\d,])", page)
