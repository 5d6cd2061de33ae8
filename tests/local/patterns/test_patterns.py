"""What a pattern finds is what a reader of every paragraph would find, however the text was cut into words."""

import random
import re
import sys
import time

import pytest

from searchidx.errors import ConfigError, QueryError
from searchidx.fold import fold
from searchidx.local.engine import LocalEngine
from searchidx.local.patterns import expand, proximity, term_scan, text_scan
from searchidx.local.segment import query_budget
from searchidx.query import Fuzzy, parse
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex, written

TEXTS = [
    "重庆市巴南区人民政府办公室",
    "重庆日报今天报道了重大工程",
    "李建光与李健光都到了现场",
    "李光的弟弟李建国没有来",
    "操作系统的内核由几个人维护",
    "操作系铳是一个错别字",
    "大型国有公司和大公司都来招人",
    "中心词、中间词和中词都在词典里",
    "中 词之间有空格",
    "international internet INTERNAL inter",
    "Kubernetes kubernets kuberentes kubernetic",
    "color colour colouring discolor",
    "iPhone15 v2 v3 version2",
    "Linux 的稳定版内核",
    "Linux 社区有很多人在维护它的内核",
    "find . -name '*.py' HEAD~1",
    "公园里的跑腿专员",
    "x" * 300 + "tail",
]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> LocalEngine:
    """Three segments, and documents that are gone again."""
    index = WrittenIndex(tmp_path_factory.mktemp("patterns"))
    index.commit([written("/a", TEXTS[:6]), written("/gone", ["重庆市的旧文", "internet colour 中心词"])])
    index.commit([written("/b", TEXTS[6:12])])
    index.commit([written("/c", TEXTS[12:])], gone=["/gone"])
    return index.reader()


def found(reader: LocalEngine, query: str) -> set[str]:
    page = reader.search(SearchRequest(parse(query), limit=0))
    assert page.total == len(page.hits) == reader.count(SearchRequest(parse(query)))
    return {hit.text for hit in page.hits}


def shown(reader: LocalEngine, query: str) -> dict[str, list[str]]:
    page = reader.search(SearchRequest(parse(query), limit=0))
    return {hit.text: [hit.text[start:end] for start, end in hit.spans] for hit in page.hits}


def holding(expression: str) -> set[str]:
    return {text for text in TEXTS if re.search(expression, fold(text))}


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("重庆*", "重庆"),
        ("*政府", "政府"),
        ("*政府*", "政府"),
        ("中?词", r"中[^\W_]词"),
        ("中？词", r"中[^\W_]词"),
        ("李?光", r"李[^\W_]光"),
        ("李??光", r"李[^\W_]{2}光"),
        ("大*公司", r"大[^\W_]{0,10}公司"),
        ("inter*", r"\binter"),
        ("*nal", r"nal\b"),
        ("*tern*", "tern"),
        ("col?ur*", r"\bcol[a-z]ur"),
        ("v?r*2", r"version2"),
        ("*ail", "tail"),
        ("xxx*", "xxx"),
        ("Ｉｎｔｅｒ＊", r"\binter"),
        ("*.py", r"\.py"),
        ("/^colou?r$/", r"\bcolou?r\b"),
        ("/colou?r/", r"colou?r"),
        ("/(a+)+$/", r"a\b"),
        ("/^操作系.$/", "操作系统"),
    ],
)
def test_a_wildcard_or_regex_finds_what_reading_finds(
    reader: LocalEngine, query: str, expression: str
) -> None:
    assert found(reader, query) == holding(expression)


def edits(one: str, other: str) -> int:
    """Optimal string alignment, cell by cell."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        rows.append([i])
        for j, b in enumerate(other, 1):
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i].append(best)
    return rows[-1][-1]


def nearest(text: str, wanted: str) -> int:
    """The least edits between what is wanted and any stretch of a text."""
    stretches = {
        text[a:b] for a in range(len(text)) for b in range(a + 1, min(a + len(wanted) + 2, len(text)) + 1)
    }
    return min(edits(stretch, wanted) for stretch in stretches)


@pytest.mark.parametrize("query", ["kubernetes~1", "kubernetes~2", "colour~1", "internet~2", "inter~2"])
def test_a_fuzzy_run_finds_every_run_within_its_edits(reader: LocalEngine, query: str) -> None:
    wanted, allowed = query.split("~")
    near = {
        text
        for text in TEXTS
        if any(edits(run, wanted) <= int(allowed) for run in re.findall("[0-9a-z]+", fold(text)))
    }
    assert found(reader, query) == near


@pytest.mark.parametrize(
    "query", ["李建光~1", "操作系统~1", "跑腿专工~1", "重庆日报今~2", "巴南人民政府~2", "内核有几~1"]
)
def test_fuzzy_ideographs_are_found_however_they_were_cut(reader: LocalEngine, query: str) -> None:
    wanted, allowed = query.split("~")
    assert found(reader, query) == {text for text in TEXTS if nearest(text, wanted) <= int(allowed)}


def test_two_ideographs_are_taken_for_words_that_share_one(reader: LocalEngine) -> None:
    texts = found(reader, "重青~1")
    assert {TEXTS[0], TEXTS[1]} <= texts
    assert TEXTS[4] not in texts


def test_what_is_exact_comes_first(reader: LocalEngine) -> None:
    first, *rest = reader.search(SearchRequest(parse("李健光~1"))).hits
    assert first.match == "literal"
    assert "李健光" in first.text
    assert [hit.match for hit in rest] == ["words"]


@pytest.mark.parametrize("seed", range(40))
def test_every_gap_string_is_among_those_looked_for(seed: int) -> None:
    choose = random.Random(seed)
    wanted = "".join(choose.choices("甲乙丙丁戊", k=choose.randint(3, 6)))
    allowed = choose.randint(1, 2)
    text = "".join(choose.choices("甲乙丙丁戊己", k=choose.randint(4, 9)))
    patterns = [*text_scan.edited_patterns(wanted, allowed), wanted]
    by_pattern = text_scan.expression(patterns).search(text) is not None
    enough = nearest(text, wanted) <= allowed
    assert by_pattern == enough or (enough and len(wanted) - allowed < 2)


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ('"Linux 内核"~5', {TEXTS[13]}),
        ('"内核 linux"~5', {TEXTS[13]}),
        ('"Linux 内核"~15', {TEXTS[13], TEXTS[14]}),
        ("“大公司 大型国有”～3", {TEXTS[6]}),
        ('"重庆 巴南 政府"~4', {TEXTS[0]}),
        ('"重庆 巴南 政府"~3', set()),
        ('"重庆 重庆市"~9', set()),
    ],
)
def test_proximity_counts_the_other_characters(reader: LocalEngine, query: str, texts: set[str]) -> None:
    assert found(reader, query) == texts


def test_patterns_join_with_all_else(reader: LocalEngine) -> None:
    assert found(reader, "NOT /./ AND NOT 重庆*") == set()
    assert TEXTS[0] not in found(reader, "NOT 重庆*")
    assert found(reader, "重庆* -日报") == {TEXTS[0]}
    assert found(reader, "李?光 AND 现场") == {TEXTS[2]}
    assert found(reader, "+inter* -colour") == {TEXTS[9]}
    assert found(reader, "(李?光 OR inter*) AND NOT 弟弟") == {TEXTS[2], TEXTS[9]}
    page = reader.search(SearchRequest(parse("linux 稳* 社区")))
    assert [hit.text for hit in page.hits][:2] == [TEXTS[14], TEXTS[13]] or page.total == 2


def test_a_boost_decides_which_comes_first(reader: LocalEngine) -> None:
    order = [
        [hit.text for hit in reader.search(SearchRequest(parse(query))).hits]
        for query in ("公园^9 现场", "公园 现场^9")
    ]
    assert order == [[TEXTS[16], TEXTS[2]], [TEXTS[2], TEXTS[16]]]
    order = [
        [hit.text for hit in reader.search(SearchRequest(parse(query))).hits]
        for query in ("公?^9 李?光", "公园*^9 现场", "公园* 现场^9")
    ]
    assert order[1:] == [[TEXTS[16], TEXTS[2]], [TEXTS[2], TEXTS[16]]]


def test_what_a_pattern_stands_for_is_shown(reader: LocalEngine) -> None:
    assert shown(reader, "李?光")[TEXTS[2]] == ["李建光", "李健光"]
    assert shown(reader, "inter*")[TEXTS[9]] == ["international", "internet", "INTERNAL", "inter"]
    assert shown(reader, "kubernets~1")[TEXTS[10]] == ["Kubernetes", "kubernets", "kuberentes"][:2]
    assert shown(reader, '"linux 内核"~5')[TEXTS[13]] == ["Linux", "内核"]
    assert shown(reader, "大*公司")[TEXTS[6]] == ["大型国有公司", "大公司"]
    assert shown(reader, "/^colou?r$/")[TEXTS[11]] == ["color", "colour"]
    assert shown(reader, "*.py")[TEXTS[15]] == ["*.py"]


def test_a_pattern_is_also_found_as_it_is_written(reader: LocalEngine) -> None:
    assert next(iter(reader.search(SearchRequest(parse("HEAD~1"))).hits)).text == TEXTS[15]
    assert TEXTS[15] in found(reader, "*.p?")


def test_what_is_left_out_for_time_is_said(reader: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_budget, "_MAX_PARAGRAPHS", 1)
    page = reader.search(SearchRequest(parse("李?光")))
    assert page.total == 1
    assert page.notes == (
        "李?光: only the best candidates were read: 1 more may match; use a longer pattern",
    )
    monkeypatch.setattr(query_budget, "_MAX_TERMS", 2)
    page = reader.search(SearchRequest(parse("inter?*")))
    assert "inter?*: too many terms match" in page.notes[0]
    unbounded = LocalEngine(reader.snapshot.directory, seconds=0)
    assert not unbounded.search(SearchRequest(parse("李?光"))).notes
    assert not unbounded.search(SearchRequest(parse("inter?*"))).notes


def test_a_regex_without_its_library_says_what_to_install(
    reader: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    with pytest.raises(ConfigError, match=r"pip install 'searchidx\[regex\]'"):
        reader.search(SearchRequest(parse("/qu+x/")))


@pytest.mark.parametrize(
    "query",
    [
        "/(((((a+)+)+)+)+)+$/",
        "/(.*.*.*.*.*)*$/",
        "/([a-z]+)*[0-9]\\b/",
        "甲" * 3000 + "~2",
        "甲乙" * 15 + "~2",
        "a" * 300 + "~2",
        "中" + "?" * 2000 + "词",
        "x" + "?" * 200 + "l",
        "*x*x*x",
        "大*的*公司",
        '"' + " ".join("重庆市巴南区人民政府办公室") + '"~200',
        '"' + "a " * 200 + '"~200',
        "词^99 " * 50,
        " OR ".join(f"甲{n}*~1" for n in range(100)),
        "py:" + "xian" * 60,
        "py:" + "a" * 80,
        "py:" + "zhongguo" * 30,
    ],
    ids=range(17),
)
def test_no_pattern_is_an_attack(reader: LocalEngine, query: str) -> None:
    begun = time.process_time()
    reader.search(SearchRequest(parse(query)))
    assert time.process_time() - begun < 60  # a hang, not a speed


def test_a_short_text_may_differ_by_less(reader: LocalEngine) -> None:
    assert reader.search(SearchRequest(parse("内~1"))).notes
    assert "with 1 edit at most" in reader.search(SearchRequest(parse("重庆~2"))).notes[0]
    assert not reader.search(SearchRequest(parse("重庆日报了~2"))).notes


@pytest.mark.parametrize("expression", ["(", "a**", "[z-a]", "(?=a)", "x{1000}{1000}"])
def test_a_broken_regex_is_named_in_a_line(reader: LocalEngine, expression: str) -> None:
    from searchidx.local.patterns.regex import expand_regex

    with pytest.raises(QueryError, match="is no regular expression") as raised:
        expand_regex(reader.snapshot, expression)
    assert "\n" not in str(raised.value)


def test_a_regex_sees_no_case_and_no_width_but_keeps_its_escapes() -> None:
    from searchidx.local.patterns.regex import folded

    assert folded(r"ＡＢ\D[A-Z]\W電") == r"ab\D[a-z]\W电"


def test_the_groups_of_a_regex_are_not_looked_for(reader: LocalEngine) -> None:
    """Hundreds of them would take some milliseconds for every word that matches."""
    from searchidx.local.patterns import regex

    assert regex._compiled("(i)(nter)").search(b"inter").groups() == ()
    deep = regex.expand_regex(reader.snapshot, "(" * 900 + "inter" + ")" * 900)
    assert deep.terms == regex.expand_regex(reader.snapshot, "inter").terms != ()


def test_a_regex_that_takes_long_is_cut_between_two_words(reader: LocalEngine, monkeypatch) -> None:
    from searchidx.local.patterns import regex

    now, looked = [0.0], []

    class Slow:
        def search(self, text: bytes, start: int = 0) -> re.Match[bytes] | None:
            now[0] += 0.5
            looked.append(start)
            return re.compile(b"[^\n]").search(text, start)

    monkeypatch.setattr(query_budget, "_processor_time", lambda: now[0])
    monkeypatch.setattr(query_budget, "_wall_time", lambda: now[0])
    monkeypatch.setattr(regex, "_compiled", lambda _: Slow())
    snapshot = reader.snapshot.with_budget(query_budget.QueryBudget(2.0))
    with pytest.raises(QueryError, match="takes longer than 2 s"):
        regex.expand_regex(snapshot, "any")
    assert len(looked) == 3


def test_distances_by_arrays_are_distances(tmp_path) -> None:
    choose = random.Random(3)
    runs = sorted({"".join(choose.choices("abc", k=choose.randint(1, 7))) for _ in range(300)})
    index = WrittenIndex(tmp_path)
    index.commit([written("/a", [" ".join(runs)])])
    snapshot = index.reader().snapshot
    for wanted in ("abcab", "cba", "aa", "bcbcbc"):
        for allowed in (1, 2):
            near = {
                table_term.decode(): int(edit)
                for terms in term_scan.runs_within(snapshot, wanted, allowed)
                for table_term, edit in zip(
                    term_scan.terms_at(snapshot.segments[terms.segment].table("words"), terms.positions),
                    terms.edits,
                    strict=True,
                )
            }
            assert near == {run: edits(run, wanted) for run in runs if edits(run, wanted) <= allowed}


def test_an_expansion_is_found_once_and_kept(reader: LocalEngine) -> None:
    pattern = Fuzzy("kubernetes", 1)
    assert expand.expand(reader.snapshot, pattern) is expand.expand(reader.snapshot, pattern)


def test_places_near_each_other_neither_overlap_nor_run_away() -> None:
    assert proximity.spans("甲甲甲", ["甲甲", "甲甲甲"], 5) == []
    assert proximity.spans("甲..乙.....甲乙", ["甲", "乙"], 2) == [(0, 1), (3, 4), (9, 10), (10, 11)]


def test_what_patterns_stand_for_is_kept_as_long_as_it_is_small(reader: LocalEngine, monkeypatch) -> None:
    patterns = ["中*", "*词", "in*", "重*", "大*公司"]
    wanted = [found(reader, pattern) for pattern in patterns]
    kept = reader.snapshot.expansions
    large = max(one.nbytes for one in kept.values())
    kept.clear()
    monkeypatch.setattr(expand, "_MAX_CACHED_BYTES", 2 * large)
    for _ in range(2):
        for pattern, texts in zip(patterns, wanted, strict=True):
            assert found(reader, pattern) == texts
            assert 0 < sum(one.nbytes for one in kept.values()) <= 2 * large
    assert found(reader, " OR ".join(patterns)) == set().union(*wanted)
