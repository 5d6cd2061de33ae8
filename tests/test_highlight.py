"""Every hit shows what it was found by."""

import pytest

from searchidx.query import parse
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex, written


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("他对听众说到这里,停了下来。", "一说到", ["说到"]),
        ("唉,说到这里。一说起来话长。", "一说到", ["说到", "一说"]),
        ("大坝下面的水库", "水库大坝", ["大坝", "水库"]),
        ("电话023—49301888", "02349301888", ["023—49301888"]),
        ("重庆日报的记者", "重庆日报", ["重庆日报"]),
    ],
)
def test_a_hit_shows_what_it_was_found_by(tmp_path, text, query, shown):
    index = WrittenIndex(tmp_path / "index")
    index.commit([written("/corpus/a.txt", [text, "别的一段话。"])], set())
    hits = index.reader().search(SearchRequest(parse(query))).hits
    assert [[text[start:end] for start, end in hit.spans] for hit in hits if hit.text == text] == [shown]
