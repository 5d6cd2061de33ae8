"""Table of filter fields: each row is whole, found by all its names, and known to the engine and its explanations."""

import re
from pathlib import Path

import pytest

from searchidx.query import parse
from searchidx.query.fields import FILTER_FIELDS, FilterField, field_named, is_valid, nearest_field
from searchidx.query.tree import Filter
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex, written

ROWS = list(FILTER_FIELDS.values())
rows = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])


@rows
def test_a_field_has_each_of_its_names(row: FilterField) -> None:
    for name in (row.name, row.name.upper(), row.chinese, row.traditional or row.chinese):
        assert field_named(name) == row.name
    for alias in row.aliases:
        assert field_named(alias) is None
        assert nearest_field(alias) in (row.name, row.chinese)


@rows
def test_every_example_is_a_valid_value_and_junk_is_none_where_values_are_parsed(row: FilterField) -> None:
    examples = [example for example in re.split(", | or ", row.examples) if example]
    assert bool(examples) == bool(row.noun) == (row.parse is not None)
    assert all(is_valid(row.name, example) for example in examples)
    assert is_valid(row.name, "不是值!") == (row.parse is None)


@rows
def test_the_engine_has_a_mask_and_a_meaning_for_every_field(row: FilterField, tmp_path: Path) -> None:
    index = WrittenIndex(tmp_path / "index")
    index.commit([written("/a.txt", ["2023年4月20日签约290亿元"])])
    value = re.split(", | or ", row.examples)[0] or "txt"
    query = parse(f"-{row.name}:{value} 签约")
    assert query.node.must_not == (Filter(row.name, value),)  # type: ignore[union-attr]
    (reading,) = index.reader().explain(SearchRequest(query)).filters
    assert reading.filter == f"{row.name}:{value}"
    assert "{" not in reading.means
    assert not reading.means.startswith("nothing")
