"""A search that finds nothing says what it would find with spaces between the characters."""

import pytest

from searchidx.query import parse
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex, written

TEXTS = [
    "门口的牌子写着停 营 业，字迹已经模糊。",
    "那张票上印的是 营 业 二字。",
    "码头的检票口今天关闭。",
    "箱号为 K Q 7 的木箱还在仓库，K Q 8 也在。",
    "墙上另有 渡 口 的旧照。",
    "渡船今天停航",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    made = WrittenIndex(tmp_path_factory.mktemp("spaced") / "index")
    made.commit([written("/票据/a.txt", TEXTS[:3]), written("/札记/b.txt", TEXTS[3:])])
    return made.reader()


def suggestions(index, query, *, literal=False, **more):
    request = SearchRequest(parse(query, literal=literal), **more)
    return [(s.query, s.count, s.why) for s in index.suggest(request)]


@pytest.mark.parametrize(
    ("typed", "suggested", "count"),
    [
        ("营业", '"营 业"', 2),
        ("營業", '"营 业"', 2),
        ('"营业"', '"营 业"', 2),
        ("渡口", '"渡 口"', 1),
        ("KQ7", '"k q 7"', 1),
        ("营业 牌子", '"营 业" 牌子', 1),
        ("+营业 -牌子", '+"营 业" -牌子', 1),
    ],
)
def test_a_text_that_occurs_set_apart_is_suggested_to_paste_with_its_count(index, typed, suggested, count):
    assert index.search(SearchRequest(parse(typed))).tiers["literal"] == 0
    assert suggestions(index, typed)[0] == (suggested, count, "set apart")
    page = index.search(SearchRequest(parse(suggested)))
    assert (page.tiers["literal"], page.hits[0].match) == (count, "literal")


def test_a_literal_query_is_suggested_without_marks(index):
    assert suggestions(index, "营业", literal=True)[0] == ("营 业", 2, "set apart")
    assert index.search(SearchRequest(parse("营 业", literal=True))).total == 2


def test_only_paragraphs_in_scope_count(index):
    assert suggestions(index, "营业 path:/札记") == []
    assert suggestions(index, "营业", under="/票据")[0] == ('"营 业"', 2, "set apart")


@pytest.mark.parametrize("typed", ["检票口", "票口检", "渡船停航", "ab", "营业*", "KQ9"])
def test_nothing_is_suggested_set_apart_that_does_not_occur_so(index, typed):
    assert not [entry for entry in suggestions(index, typed) if entry[2] == "set apart"]
