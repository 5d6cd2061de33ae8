"""Whatever is typed ends within two seconds, in bounded memory, with an answer or one clear line."""

import os
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchidx import api
from searchidx.api import Index
from searchidx.cli import dispatch
from searchidx.errors import QueryError, SearchidxError
from searchidx.local.engine import LocalEngine
from searchidx.local.lookup import substring
from searchidx.local.segment import query_budget
from searchidx.request import SearchRequest
from searchidx.snippets import excerpt
from tests.safety.attack_queries import all_queries
from tests.safety.held import SOAK, times

SECONDS = 2.0
MEMORY = 300 << 20
QUERIES = all_queries()


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Index:
    """Some thousand paragraphs that hold what the attacks are made of, one file of them in one long line."""
    folder = tmp_path_factory.mktemp("attacked")
    lines = [
        f"第{number}段说的是水库与桥梁，编号{number * 7919}，gcc-12 与 C++，{'a' * (number % 90)}。"
        for number in range(3_000)
    ]
    (folder / "a.md").write_text("# 题目\n\n" + "\n\n".join(lines), encoding="utf-8")
    (folder / "b.txt").write_text(
        "".join(lines) + "a" * 100_000 + "的" * 100_000 + "[" * 50_000, encoding="utf-8"
    )
    (folder / "c.txt").write_text(
        "\n".join(f"w{number} {chr(0x4E00 + number % 20_000)}" for number in range(30_000))
    )
    # Cut sooner in a test run, by the same clock: what takes all of two seconds is for a soak.
    opened = api.open(folder / "index", create=True, query_seconds=SECONDS if SOAK else 0.2)
    opened.add([folder / name for name in ("a.md", "b.txt", "c.txt")])
    for query in ("水库", "py:shuiku"):  # what is made ready once, for all questions, is a test of its own
        with suppress(SearchidxError):  # without the extra for pinyin
            opened.search(query)
    return opened


@pytest.fixture(autouse=True)
def bounded_memory(index) -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    with open("/proc/self/status", encoding="ascii") as file:
        used = next(int(line.split()[1]) << 10 for line in file if line.startswith("VmData"))
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (used + MEMORY, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)


def attacked(ask: Callable[[], object]) -> str:
    """Ask; returns what it was refused for, or nothing."""
    begin = time.process_time()
    try:
        ask()
        said = ""
    except SearchidxError as error:
        said = str(error)
    assert time.process_time() - begin < SECONDS
    assert "\n" not in said
    assert len(said) < 400
    return said


def test_two_hundred_attacks(index):
    assert len(QUERIES) >= 200
    refused = 0
    for number, query in enumerate(QUERIES):
        refused += attacked(lambda query=query: index.search(query)) != ""
        if SOAK or number % 3 == 0:
            attacked(lambda query=query: index.search(query, literal=True))
    assert 0 < refused < len(QUERIES), "what is too long or too deep is refused, the rest is answered"


def test_attacks_by_way_of_every_other_question(index):
    for query in QUERIES[:: 1 if SOAK else 15]:
        attacked(lambda query=query: index.search(query, limit=100, offset=50))
        attacked(lambda query=query: index.count(query))
        attacked(lambda query=query: index.files(query))
        attacked(lambda query=query: index.explain(query))
        attacked(lambda query=query: index.search(query, group="document", distinct=True, facets=["heading"]))
        attacked(lambda query=query: index.terms(query))


def test_what_is_refused_is_refused_with_a_line_that_says_what_is_allowed(index):
    for query, said in (
        ("水" * 5_000, "4,096 at most"),
        ("(甲 AND " * 60 + "乙", "nest deeper than 50"),
        ("a " * 300, "more than 256"),
    ):
        with pytest.raises(QueryError, match=said):
            index.search(query)


def test_a_query_that_costs_too_much_is_cut_with_a_line_that_says_how_to_go_on(index):
    query = " OR ".join(f'"{a} {b}"' for a in "一二三四五六七八九十" for b in "段编说是水")
    short = api.open(index.directory, query_seconds=1e-9)
    for ask in (short.search, short.count, short.files, short.explain):
        assert "takes longer than 1e-09 s" in attacked(lambda ask=ask: ask(query))
    assert short.suggest("水厍", under=os.sep) == ()
    assert api.open(index.directory, query_seconds=0).search(query).total == index.search(query).total


def test_a_search_and_what_it_suggests_take_no_longer_than_one_question(index, monkeypatch):
    allowed = []
    begin = query_budget.QueryBudget.__init__

    def noted(budget, seconds, shared):
        allowed.append(seconds)
        begin(budget, seconds, shared)

    reader = LocalEngine(index.directory, seconds=SECONDS)
    monkeypatch.setattr(query_budget.QueryBudget, "__init__", noted)
    request = SearchRequest("水厍与桥粱", literal=True)
    assert reader.search(request).total == 0
    reader.suggest(request)
    assert len(allowed) == 2
    assert sum(allowed) * query_budget._MATCHING_SHARE < SECONDS


class Clock:
    """Processor time that passes when a test says so."""

    def __init__(self, monkeypatch):
        self.now = 0.0
        monkeypatch.setattr(query_budget, "_processor_time", lambda: self.now)
        monkeypatch.setattr(query_budget, "_wall_time", lambda: self.now)


def test_what_is_one_question_costs_no_more_together_than_one_question(monkeypatch):
    clock = Clock(monkeypatch)
    allowed = SECONDS * query_budget._MATCHING_SHARE
    for _ in range(2):  # a shared deadline is nothing to the one after it
        shared = query_budget.SharedDeadline()
        clock.now += SECONDS  # opening an index, before anything is asked
        first = query_budget.QueryBudget(SECONDS, shared)
        clock.now += allowed / 2
        first.check()
        further = query_budget.QueryBudget(SECONDS, shared)
        further.exclude(lambda: setattr(clock, "now", clock.now + SECONDS))
        further = query_budget.QueryBudget(SECONDS, shared)
        clock.now += allowed / 4
        further.check()
        further = query_budget.QueryBudget(SECONDS / 100, shared)
        clock.now += allowed / 50
        with pytest.raises(QueryError, match="takes longer"):
            further.check()
        further = query_budget.QueryBudget(SECONDS, shared)
        clock.now += allowed / 4
        with pytest.raises(QueryError, match="takes longer"):
            further.check()
    further = query_budget.QueryBudget(SECONDS)
    clock.now += allowed * 0.9
    further.check()
    shared = query_budget.SharedDeadline()
    query_budget.QueryBudget(0, shared)
    clock.now += 1_000
    query_budget.QueryBudget(0, shared).check()
    query_budget.QueryBudget(SECONDS, shared).check()


def test_searches_of_one_index_share_a_budget_where_they_are_told_to(index, monkeypatch):
    clock = Clock(monkeypatch)
    opened = api.open(index.directory, query_seconds=SECONDS)
    with opened.shared_budget():
        assert opened.search("水库").total
        with opened.shared_budget():  # one inside changes nothing
            clock.now += SECONDS
        with pytest.raises(QueryError, match="takes longer"):
            opened.count("桥梁")
    assert opened.count("桥梁")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("-F",), "no exact match; without -F: this query takes longer than 2 s"),
        (
            ("--under", os.sep + "nowhere"),
            f"no match at or below {os.sep}nowhere; elsewhere: this query takes longer",
        ),
    ],
)
def test_a_search_that_took_all_its_time_and_found_nothing_says_so_and_asks_no_more(
    index, flags, said, monkeypatch, capfd
):
    clock = Clock(monkeypatch)
    find = LocalEngine.search

    def slowly(*given, **named):
        page = find(*given, **named)
        clock.now += SECONDS * 0.9
        return page

    monkeypatch.setattr(LocalEngine, "search", slowly)
    assert dispatch.run(["search", *flags, "--index", index.directory, "--", "水库 桥梁"]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(f"searchidx: {said}")
    assert err.count("\n") == 1


def test_texts_are_read_once_by_a_search_that_finds_nothing_and_what_it_says_of_it(index, monkeypatch, capfd):
    read = []
    see = substring._contain_all
    monkeypatch.setattr(
        substring,
        "_contain_all",
        lambda *given, **named: read.extend(given[2].tolist()) or see(*given, **named),
    )
    assert dispatch.run(["search", "-F", "--index", index.directory, "--", "。，"]) == 1
    assert "no match" in capfd.readouterr().err
    assert len(read) == len(set(read)) > 0


def test_a_word_that_is_asked_for_many_times_is_looked_for_once(index, monkeypatch):
    asked, sought = [], []
    narrow, see = substring.candidates, substring._texts_with
    monkeypatch.setattr(substring, "candidates", lambda *given: asked.append(given[1]) or narrow(*given))
    monkeypatch.setattr(
        substring, "_texts_with", lambda *given, **named: sought.append(given[1]) or see(*given, **named)
    )
    index.search("AND OR " * 500)
    assert asked == ["and", "or"]
    substring.contains(LocalEngine(index.directory).snapshot, ["段", "，", "段"], np.arange(9))
    assert sought[-2:] == ["段", "，"]


def test_many_strings_are_looked_for_no_longer_than_is_allowed(index, monkeypatch):
    clock = Clock(monkeypatch)
    snapshot = LocalEngine(index.directory).snapshot

    def slowly(*_, **__):
        clock.now += SECONDS / 4
        return np.ones(9, bool)

    monkeypatch.setattr(substring, "_texts_with", slowly)
    snapshot = snapshot.with_budget(query_budget.QueryBudget(SECONDS))
    with pytest.raises(QueryError, match="takes longer"):
        substring.contains(snapshot, list("abcdefghij"), np.arange(9))
    assert clock.now < SECONDS


def test_what_a_first_query_makes_ready_is_not_counted(index):
    """Where nothing can be kept the dictionary is compiled for every query, which takes longer than is allowed here."""
    nowhere = {"XDG_CACHE_HOME": os.path.join(os.devnull, "cache"), "SEARCHIDX_QUERY_SECONDS": "1"}
    command = [sys.executable, "-m", "searchidx", "search", "-c", "水库", "--index", index.directory]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **nowhere})
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{index.count('水库')}\n", "")


def test_a_query_that_was_read_otherwise_says_so(index):
    assert index.search('"水库').notes
    assert index.search("水库 AND").notes


@settings(max_examples=times(100, 20_000), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.text(max_size=200)
    | st.text('()"“”AND ORNT-+:*?~\\pathdte水库的a1 ', max_size=300)
    | st.lists(
        st.sampled_from(["水库", "AND", "OR", "NOT", "(", ")", '"', "-", "+", "path:", "date:", "*", "12"]),
        max_size=80,
    ).map(" ".join)
)
def test_anything_at_all_may_be_typed(index, query):
    attacked(lambda: index.search(query))
    attacked(lambda: index.count(query, literal=True))
    attacked(lambda: index.explain(query))


def test_the_command_line_takes_them_all(index, capfd, monkeypatch):
    """Arguments of a real process hold no NUL; everything else goes through the entry as it is."""
    if not SOAK:
        monkeypatch.setenv("SEARCHIDX_QUERY_SECONDS", "1")
    codes = set()
    for query in QUERIES[:: 1 if SOAK else 12]:
        if "\0" in query or any("\ud800" <= character <= "\udfff" for character in query):
            continue
        for flags in ((), ("-F",), ("--json",), ("-l",), ("-c",)):
            begin = time.process_time()
            code = dispatch.run(["search", *flags, "--index", index.directory, "--", query])
            assert time.process_time() - begin < SECONDS
            out, err = capfd.readouterr()
            codes.add(code)
            assert "SEARCHIDX_QUERY_SECONDS in" not in err, "the limit is understood"
            assert "should not happen" not in err, (query, err)
            assert (code == 2) == (out == "" and "searchidx:" in err and code == 2), (
                query[:50],
                out[:50],
                err,
            )
            assert "\x1b" not in out + err
    assert codes == {0, 1, 2}, "some find something, some nothing, and some are refused"


def test_reading_all_texts_takes_little_memory(index):
    snapshot = LocalEngine(index.directory).snapshot
    everything = np.arange(snapshot.size)
    substring.contains(snapshot, ["段"], everything[:10])
    tracemalloc.start()
    substring.contains(snapshot, ["段"], everything)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15 << 20


@pytest.mark.skipif(not SOAK, reason="takes twenty minutes: SEARCHIDX_SOAK=1")
def test_attacks_on_a_large_index(shared_data, tmp_path, capfd):
    large = api.open(tmp_path / "index", create=True)
    large.add([shared_data / "trees" / "lctt"])
    runs = [str(number) for number in range(10, 266)]
    pairs = [first + second for first in "abcdefghijklmnop" for second in "aeiourstlnmdcgbp"]
    quoted = [
        f'"{first}{between}{second}"' for first in "的了是a e" for second in "我这e t" for between in " ，"
    ]
    joined = [sign.join(words) for words in (runs, pairs, quoted) for sign in (" ", " OR ", " AND NOT ")]
    for query in [*QUERIES, *joined, *quoted]:
        attacked(lambda query=query: large.search(query))
        attacked(lambda query=query: large.search(query, literal=True))
        attacked(lambda query=query: large.explain(query))
    for query in QUERIES[::3]:  # here a search that finds nothing goes on to what may have been meant
        if "\0" not in query:
            attacked(
                lambda query=query: dispatch.run(["search", "-F", "--index", large.directory, "--", query])
            )


def test_an_excerpt_of_anything_is_made_soon(index):
    for text in (
        "a" * 8_000,
        "的" * 8_000,
        "\u0301" * 8_000,
        "。" * 8_000,
        " " * 8_000,
        "a。" * 4_000,
        "\u200d" * 8_000,
    ):
        begin = time.process_time()
        for spans in ((), ((0, len(text)),), tuple((at, at + 1) for at in range(0, len(text), 2))):
            excerpt(text, spans, 160)
        assert time.process_time() - begin < SECONDS
