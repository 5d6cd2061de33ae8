"""Terms are listed with the number of paragraphs that hold them, exactly, whatever the segments and what was deleted."""

from collections import Counter

import pytest

from searchidx.errors import UsageError
from searchidx.fold import fold
from searchidx.local.engine import LocalEngine
from searchidx.local.lookup import top_terms
from tests.written_index import WrittenIndex, written

TEXTS = [
    ["防火墙规则", "防火门与防火墙", "Linux 内核 linux", "电话023—49301888"],
    ["规则的规则", "防水的墙", "LINUX", "Linux-libre 内核"],
    ["防火墙", "内核规则与防火墙规则"],
]


@pytest.fixture(scope="module", params=["whole", "with deletions"])
def reader(request, tmp_path_factory) -> LocalEngine:
    index = WrittenIndex(tmp_path_factory.mktemp("listed") / "index")
    for number, texts in enumerate(TEXTS):
        index.commit([written(f"/{number}.txt", texts, (f"第{number}章 防火墙",))])
    if request.param != "whole":
        index.commit([written("/9.txt", ["防火防火防火", "孤例"])])
        index.commit([], gone=["/9.txt"])
    return index.reader()


def counted(reader: LocalEngine, prefix: str, field: str = "words", limit: int = 0) -> list[tuple[str, int]]:
    return [tuple(entry) for entry in reader.terms(prefix, field=field, limit=limit)]


def test_characters_are_counted_as_by_hand(reader):
    held = Counter(c for texts in TEXTS for text in texts for c in set(fold(text)) if c != " ")
    assert dict(counted(reader, "", "characters")) == held


def test_the_most_frequent_come_first_and_equal_ones_in_order(reader):
    for field in top_terms.LISTED:
        everything = counted(reader, "", field)
        assert everything == sorted(everything, key=lambda entry: (-entry[1], entry[0]))
        for limit in (1, 3, 7):
            assert counted(reader, "", field, limit) == everything[:limit]


def test_every_count_is_that_of_a_look_up(reader):
    for field in ("words", "headings", "bigrams", "forms"):
        for term, number in counted(reader, "", field):
            assert len(reader.snapshot.postings(field, term).paragraphs) == number > 0


def test_however_few_terms_are_looked_at_first_the_answer_is_the_same(reader, monkeypatch):
    expected = counted(reader, "", "bigrams", 5)
    monkeypatch.setattr(top_terms, "_EXTRA_DEPTH", 0)
    assert counted(reader, "", "bigrams", 5) == expected


def test_a_prefix_is_folded(reader):
    assert counted(reader, "ＬＩＮ")[0] == ("linux", 3)
    assert counted(reader, "防火牆") == counted(reader, "防火墙") == [("防火墙", 4)]
    assert counted(reader, "没有") == []


def test_a_field_that_is_none_is_named(reader):
    with pytest.raises(UsageError, match="'word' is not one of words"):
        reader.terms("", field="word")
