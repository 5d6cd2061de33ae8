"""A search that is stopped by its budget tells what it has verified so far, and that there may be more."""

import json

import pytest

from searchidx.arrangement import Arrangement
from searchidx.cli import dispatch
from searchidx.errors import FAILED, FOUND, QueryError
from searchidx.evaluation import complete_hits
from searchidx.local.engine import LocalEngine
from searchidx.local.lookup import substring
from searchidx.local.lookup.haystack import folded_texts
from searchidx.local.matching import unfolded
from searchidx.local.scoring import Scores
from searchidx.local.segment import query_budget
from searchidx.local.segment.snapshot import Snapshot
from searchidx.query import Query, parse
from searchidx.request import SearchRequest
from tests.written_index import WrittenIndex, written

TEXTS = [
    f"{'x a b y' if number % 3 else 'ab ba'} {'c d' if number % 4 == 0 else 'dc'} {number} "
    f"{'公园' if number % 10 == 0 else '花园'} {'] [' if number % 5 == 0 else '[]'} {'Å' if number % 2 else 'å'} z"
    for number in range(240)
]
SECONDS = 2.0
CHUNK_SECONDS = 0.1


@pytest.fixture
def directory(tmp_path) -> str:
    index = WrittenIndex(tmp_path / "index")
    for start in range(0, len(TEXTS), 80):
        index.commit([written(f"/{start:03}.txt", TEXTS[start : start + 80])])
    return index.directory


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """Processor time that passes with every chunk of text that is read, a tenth of a second each."""
    now = [0.0]
    monkeypatch.setattr(query_budget, "_processor_time", lambda: now[0])
    monkeypatch.setattr(query_budget, "_wall_time", lambda: now[0])
    monkeypatch.setattr(substring, "BATCH_SIZE", 8)
    monkeypatch.setattr(unfolded, "_BATCH_SIZE", 8)
    read = folded_texts

    def slowly(*given):
        now[0] += CHUNK_SECONDS
        return read(*given)

    monkeypatch.setattr(substring, "folded_texts", slowly)
    raw = Snapshot.raw_texts

    def raw_slowly(*given):
        now[0] += CHUNK_SECONDS
        return raw(*given)

    monkeypatch.setattr(Snapshot, "raw_texts", raw_slowly)
    return now


QUERIES = [
    parse("a b", literal=True),
    parse("] [", literal=True),
    parse(" a b ", literal=True),
    parse("a b", literal=True, exact=True),
    parse('"a b" OR 公园'),
    parse('"a b" AND "c d"'),
    parse("a b d", exact=True),
    parse('"x a" AND "b y" AND " z"'),
    parse('"x a" NOT "c d"'),
    parse('z -"c d"'),
    parse('NOT "c d"'),
    parse('NOT ("c d" AND "a b")'),
    parse('"x a" AND NOT ("c d" OR NOT "] [")'),
    parse('z -exact:"å z"'),
    parse("[] ]["),
    parse("公园！ ba；"),
]


def places(page) -> set[tuple[str, int]]:
    return {(hit.path, hit.line) for hit in page.hits}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.source)
def test_a_larger_budget_finds_all_that_a_smaller_one_found(directory, clock, query: Query):
    whole = LocalEngine(directory, seconds=0).search(SearchRequest(query, limit=0))
    assert whole.complete
    before: set[tuple[str, int]] = set()
    incomplete = 0
    for seconds in (0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6):
        try:
            page = LocalEngine(directory, seconds=seconds).search(SearchRequest(query, limit=0))
        except QueryError as error:
            assert "takes longer" in str(error)  # noqa: PT017 - it need not be raised
            assert not before
            continue
        assert places(page) >= before
        assert page.total == len(page.hits)
        before = places(page)
        incomplete += not page.complete
        assert bool(page.notes) >= (not page.complete)
    assert page.complete
    assert before == places(whole)
    assert [hit.text for hit in page.hits] == [hit.text for hit in whole.hits]


def test_a_stopped_search_says_so_and_its_total_is_a_lower_bound(directory, clock):
    page = LocalEngine(directory, seconds=SECONDS).search(SearchRequest(parse("a b", literal=True)))
    whole = LocalEngine(directory, seconds=0).search(SearchRequest(parse("a b", literal=True)))
    assert (page.complete, whole.complete) == (False, True)
    assert 10 < page.total < whole.total == 160
    assert len(page.hits) == 10
    assert [note for note in page.notes if note.startswith(f"stopped after 2 s with {page.total} matches")]


@pytest.mark.parametrize(
    "query", [parse('"a b" AND "c d"'), parse("x b d", exact=True), parse('" z" -"x a b"')]
)
def test_each_of_several_strings_has_its_share_of_the_time(directory, clock, query):
    page = LocalEngine(directory, seconds=SECONDS).search(SearchRequest(query))
    assert not page.complete
    assert 0 < page.total < LocalEngine(directory, seconds=0).count(SearchRequest(query))


def test_a_stopped_search_that_verified_nothing_is_an_error(directory, clock):
    reader = LocalEngine(directory, seconds=0.01)
    for ask in (reader.search, reader.count, reader.files):
        with pytest.raises(QueryError, match=r"takes longer than 0\.01 s"):
            ask(SearchRequest("] ] x", literal=True))


def test_a_number_and_an_explanation_are_exact_or_an_error(directory, clock):
    reader = LocalEngine(directory, seconds=SECONDS)
    for ask in (reader.count, reader.explain):
        with pytest.raises(QueryError, match="takes longer than 2 s"):
            ask(SearchRequest("a b", literal=True))
    files = reader.files(SearchRequest(parse("a b", literal=True)))
    assert not files.complete
    assert files.notes
    assert 0 < len(files) < 3
    assert LocalEngine(directory, seconds=0).files(SearchRequest(parse("a b", literal=True))).complete


def test_what_was_stopped_is_read_to_its_end_when_there_is_more_time(directory, clock):
    reader = LocalEngine(directory, seconds=SECONDS)
    for query in (parse("a b", literal=True), parse("a b", literal=True, exact=True), parse('NOT "c d"')):
        stopped = reader.search(SearchRequest(query, limit=0))
        assert not stopped.complete
        reader._seconds = 0
        assert reader.search(SearchRequest(query, limit=0)).total == LocalEngine(directory, seconds=0).count(
            SearchRequest(query)
        )
        reader._seconds = SECONDS


def test_arranged_hits_are_those_that_were_verified(directory, clock):
    page = LocalEngine(directory, seconds=SECONDS).search(
        SearchRequest(
            parse("a b", literal=True), limit=0, arrangement=Arrangement(sort="path", facets=("type",))
        )
    )
    assert not page.complete
    assert len(page.hits) == page.total == sum(value.count for value in page.facets["type"])
    assert page.notes


def test_what_there_is_no_time_to_rank_comes_by_place(directory, monkeypatch):
    def late(*_):
        raise QueryError("late")

    monkeypatch.setattr(Scores, "best", late)
    page = LocalEngine(directory, seconds=SECONDS).search(SearchRequest(parse("公园"), limit=4))
    assert not page.complete
    assert [hit.text for hit in page.hits] == [text for text in TEXTS if "公园" in text][:4]
    assert page.total == 24


@pytest.fixture
def command(directory, capfd, monkeypatch):
    monkeypatch.setenv("SEARCHIDX_QUERY_SECONDS", "2")

    def run(*words: str) -> tuple[int, str, str]:
        code = dispatch.run([words[0], *words[1:-1], "--index", directory, "--", words[-1]])
        return (code, *capfd.readouterr())

    return run


def test_the_command_writes_what_was_verified_and_a_note(command, clock):
    code, out, err = command("search", "-F", "-n", "0", "a b")
    assert code == FOUND
    assert 10 < len(out.splitlines()) < 160
    assert err.startswith(f"searchidx: note: stopped after 2 s with {len(out.splitlines())} matches")
    assert err.count("\n") == 1
    assert "SEARCHIDX_QUERY_SECONDS" in err


def test_json_says_that_it_is_not_complete(command, clock, monkeypatch):
    code, out, _ = command("search", "-F", "--json", "a b")
    assert code == FOUND
    summary = json.loads(out.splitlines()[-1])
    assert summary["complete"] is False
    assert summary["total"] < 160
    code, out, _ = command("search", "-F", "--json", "-l", "a b")
    assert json.loads(out.splitlines()[-1])["complete"] is False
    code, out, _ = command("search", "-F", "--json", "--facet", "type", "a b")
    assert json.loads(out.splitlines()[-1])["complete"] is False
    monkeypatch.setenv("SEARCHIDX_QUERY_SECONDS", "0")
    code, out, _ = command("search", "-F", "--json", "a b")
    assert json.loads(out.splitlines()[-1]).get("complete", True) is True


@pytest.mark.parametrize(
    "flags", [("-c",), ("-c", "--json"), ("-l", "-c"), ("-c", "--group", "document"), ("-c", "--distinct")]
)
def test_a_number_that_is_not_exact_is_an_error(command, clock, flags):
    code, out, err = command("search", "-F", *flags, "a b")
    assert (code, out) == (FAILED, "")
    assert err.count("\n") == 1
    assert "2 s" in err


def test_a_command_that_verified_nothing_is_an_error(command, clock, monkeypatch):
    monkeypatch.setattr(f"{__name__}.CHUNK_SECONDS", SECONDS)
    code, out, err = command("search", "-F", "] ] x")
    assert (code, out) == (FAILED, "")
    assert err.startswith("searchidx: this query takes longer than 2 s")
    assert err.count("\n") == 1


def test_measures_are_taken_of_complete_answers_alone(directory, clock):
    query = parse("a b", literal=True)
    page = LocalEngine(directory, seconds=0).search(SearchRequest(query))
    assert complete_hits(page) == page.hits
    with pytest.raises(QueryError, match="a b: stopped after 2 s"):
        complete_hits(LocalEngine(directory, seconds=SECONDS).search(SearchRequest(query)))
