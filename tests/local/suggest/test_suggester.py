"""Did you mean: what is near to a query that is nowhere as it was written, and nothing that is not in the index."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchidx import likeness
from searchidx.api import Index
from searchidx.fold import fold
from searchidx.local.suggest.latin import distance
from searchidx.query import parse
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex, written

ERRORS = Path(__file__).resolve().parents[2] / "typing_errors.tsv"
ROWS = [line.split("\t") for line in ERRORS.read_text("utf-8").splitlines() if not line.startswith("#")]
ASKED_OF_FIXTURES = [(typed, meant, kind) for typed, meant, kind, corpus in ROWS if corpus == "fixtures"]

TEXTS = [
    "在線教育平台上线了，在线课程很多",
    "在线",
    "周末的未来",
    "操作系统与分布式操作系统内核",
    "Docker 容器和 kubernetes 集群",
    "kubernetes 文档",
    "搜索引擎 key 和 keyboard 的文档",
    "岚江日报的跑腿专员",
    "跑腿专员小王",
    "区块链技术",
]


@pytest.fixture
def index(tmp_path: Path) -> WrittenIndex:
    made = WrittenIndex(tmp_path / "index")
    made.commit([written("/docs/a", TEXTS[:5]), written("/other/b", TEXTS[5:])])
    return made


def near(index: WrittenIndex, query: str, under: str | None = None, **more) -> list[tuple[str, int, str]]:
    found = index.reader().suggest(SearchRequest(parse(query), under=under), **more)
    return [(suggestion.query, suggestion.count, suggestion.why) for suggestion in found]


@pytest.mark.parametrize(
    ("typed", "meant", "count", "why"),
    [
        ("再线", "在线", 2, "same sound"),
        ("再现教育", "在线教育", 1, "same sound"),
        ("末来", "未来", 1, "similar shape"),
        ("周未", "周末", 1, "similar shape"),
        ("操做系统", "操作系统", 1, "same sound"),
        ("操作作系统", "操作系统", 1, "extra character"),
        ("操系统", "操作系统", 1, "missing character"),
        ("区链", "区块链", 1, "missing character"),
        ("系操统作", "操作系统", 0, ""),
        ("作操系统", "操作系统", 1, "swapped characters"),
        ("跑腿砖员", "跑腿专员", 2, "same sound"),
        ("兰江日报", "岚江日报", 1, "same sound"),
        ("kuberntes", "kubernetes", 2, "spelling"),
        ("dokcer", "docker", 1, "spelling"),
        ("dokcer容器", "docker容器", 0, ""),
        ("在縣教育", "在线教育", 1, "same sound"),
        ("再线 课程", "在线 课程", 1, "same sound"),
        ("+再线 课程", "+在线 课程", 1, "same sound"),
        ('"再线教育"', '"在线教育"', 1, "same sound"),
        ("key board", "keyboard", 1, "cut otherwise"),
        ("再线 课城", "在线 课程", 1, "same sound"),
        ("再线 kcy", "在线 课程", 0, ""),
        ("末来 周未", "未来 周末", 1, "similar shape"),
        ("兰江日报 跑退专员", "岚江日报 跑腿专员", 1, "same sound"),
        ("keydocker", "key docker", 0, ""),
        ("日报专员", "日报 专员", 1, "cut otherwise"),
    ],
)
def test_a_slip_is_mended_with_its_count_and_its_reason(index, typed, meant, count, why):
    found = near(index, typed)
    assert [entry for entry in found if entry[0] == meant] == ([(meant, count, why)] if count else [])


@pytest.mark.parametrize(
    "typed",
    ["", "弎犇猋", "qqqqqqq", "在线", "12345", "!!!", "NOT 再线", "再" * 40, "再线~1", "再线*", "再线 课?程"],
)
def test_there_is_none_where_nothing_is_near_or_nothing_is_wrong(index, typed):
    assert near(index, typed) == []


def test_what_is_deleted_or_filtered_out_is_not_counted(index):
    assert near(index, "再线 path:/docs")[0] == ("在线 path:/docs", 2, "same sound")
    assert near(index, "再线 path:/other") == []
    assert near(index, "kuberntes", under="/other") == [("kubernetes", 1, "spelling")]
    assert near(index, "再线 -课程")[0] == ("在线 -课程", 1, "same sound")
    assert near(index, "再线 -path:/docs") == []
    index.commit(gone=["/docs/a"])
    assert near(index, "再线") == []
    assert near(index, "kuberntes") == [("kubernetes", 1, "spelling")]


def test_a_long_question_whose_words_were_found_is_left_alone(index):
    assert near(index, "再线教育平台上", all_words=True) == []
    assert near(index, "再线教育平台上")[0][0] == "在线教育平台上"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("再在线现末未来操作系统kuberntsdoc容器 和的\ud800😀\u0301ﬁ", min_size=1, max_size=8))
def test_whatever_is_suggested_is_there_as_often_as_it_says(index, typed):
    reader = index.reader()
    texts = [fold(text) for text in TEXTS]
    for suggestion in reader.suggest(SearchRequest(parse(typed, literal=True))):
        needles = suggestion.query.split()
        assert suggestion.count == sum(all(needle in text for needle in needles) for text in texts), (
            suggestion
        )


def test_typing_errors_are_mended_by_one_of_three_suggestions(fixtures_index: Index):
    assert len(ROWS) >= 200
    assert len({row[0] for row in ROWS}) == len(ROWS) - len(
        {row[0] for row in ROWS if row[3] == "lctt"} & {row[0] for row in ROWS if row[3] == "fixtures"}
    )
    right = 0
    for typed, meant, _ in ASKED_OF_FIXTURES:
        assert not fixtures_index.count(typed, literal=True), typed
        assert fixtures_index.count(meant, literal=True), meant
        right += meant in [suggestion.query for suggestion in fixtures_index.suggest(typed)]
    assert right >= 0.85 * len(ASKED_OF_FIXTURES), (right, len(ASKED_OF_FIXTURES))


def test_characters_are_alike_both_ways():
    assert "再" in likeness.homophones("在")
    assert "未" in likeness.lookalikes("末")
    assert "宗" in likeness.near_homophones("中")
    for char in "在末中线网":
        for alike in (likeness.homophones, likeness.near_homophones, likeness.lookalikes):
            assert all(char in alike(other) for other in alike(char)), char
            assert char not in alike(char)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_edit_distance_is_symmetric_and_stops_where_it_is_told(one, other):
    exact = distance(one, other, 9)
    assert exact == distance(other, one, 9)
    assert (exact == 0) == (one == other)
    assert distance(one, other, 1) == exact if exact <= 1 else distance(one, other, 1) > 1
