"""All hits of a search are written one after another: any number of them takes as much memory."""

import os
import pty
import subprocess
import sys
import tracemalloc

import pytest

from searchidx.arrangement import Arrangement
from searchidx.local.engine import LocalEngine
from searchidx.local.searcher import Searcher
from searchidx.query import parse
from searchidx.render.jsonl import JsonRenderer
from searchidx.render.look import Look
from searchidx.render.plain import PlainRenderer
from searchidx.render.terminal import TerminalRenderer
from searchidx.request import SearchRequest
from searchidx.results import HitStream, Page
from tests.written_index import WrittenIndex, written

PLAIN = Look(cwd="/", width=None, color=False, host=None)
ARRANGEMENTS = [
    None,
    Arrangement(sort="path"),
    Arrangement(group="document"),
    Arrangement(distinct=True, before=1, after=2),
    Arrangement(sort="date", after=1),
]
RENDERERS = [
    lambda page: list(PlainRenderer(PLAIN).hits(page)),
    lambda page: list(TerminalRenderer(Look(cwd="/", width=60, color=False, host=None)).hits(page)),
    lambda page: list(JsonRenderer().hits(page))[:-1],
]


@pytest.fixture(scope="module")
def directory(tmp_path_factory) -> str:
    index = WrittenIndex(tmp_path_factory.mktemp("stream") / "index")
    texts = [f"公园{'系统' * (number % 5)}{number} {'的' * (number % 11)}" for number in range(1_200)]
    for start in range(0, len(texts), 600):
        index.commit(written(f"/{at:05}.txt", texts[at : at + 100]) for at in range(start, start + 600, 100))
    return index.directory


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize("render", RENDERERS)
def test_a_stream_is_written_as_a_page_is(directory, arrangement, render):
    reader = LocalEngine(directory)
    query = parse("公园 系统")
    whole = reader.search(SearchRequest(query, limit=0, offset=3, arrangement=arrangement))
    stream = reader.search(SearchRequest(query, limit=0, offset=3, arrangement=arrangement, stream=True))
    assert isinstance(whole.hits, tuple)
    assert isinstance(stream.hits, HitStream)
    assert len(stream.hits) == len(whole.hits)
    assert stream.hits.documents == len({hit.path for hit in whole.hits})
    assert render(stream) == render(whole)
    assert counts_of(stream) == counts_of(whole)


def counts_of(page: Page) -> str:
    return list(TerminalRenderer(PLAIN).footer(page))[1].partition(" · ")[0]


def test_a_stream_is_a_sequence(directory):
    reader = LocalEngine(directory)
    whole = reader.search(SearchRequest(parse("系统"), limit=0)).hits
    stream = reader.search(SearchRequest(parse("系统"), limit=0, stream=True)).hits
    assert tuple(stream) == whole
    assert tuple(stream) == whole, "and can be read again"
    assert (stream[0], stream[-1], stream[300]) == (whole[0], whole[-1], whole[300])
    for part in (
        slice(0, 1),
        slice(250, 270),
        slice(-3, None),
        slice(5, 2),
        slice(0, 40, 7),
        slice(9, 2, -3),
    ):
        assert tuple(stream[part]) == whole[part]
    with pytest.raises(IndexError):
        stream[len(stream)]


def test_a_stream_fetches_no_more_than_is_read(directory, monkeypatch):
    fetched = []
    fetch = Searcher.hits
    monkeypatch.setattr(Searcher, "hits", lambda *given: fetched.append(len(given[1])) or fetch(*given))
    stream = LocalEngine(directory).search(SearchRequest(parse("公园"), limit=0, stream=True)).hits
    assert fetched == []
    next(iter(stream))
    assert sum(fetched) < 1_000 < len(stream)


def test_memory_does_not_grow_with_the_hits(directory):
    """Hits are let go of when they are written."""
    reader = LocalEngine(directory)

    def peak(*, stream: bool) -> int:
        tracemalloc.start()
        try:
            page = reader.search(SearchRequest(parse("公园"), limit=0, stream=stream))
            for _ in PlainRenderer(PLAIN).hits(page):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(stream=True)  # what is kept for later searches
    assert peak(stream=True) * 2 < peak(stream=False)


@pytest.mark.parametrize("flags", [(), ("--json",), ("--sort", "path"), ("-A", "1")])
def test_the_command_streams_all_hits(directory, flags):
    command = [sys.executable, "-m", "searchidx", "search", *flags, "--index", directory]
    lines = {}
    for limit in ("0", "1200"):
        done = subprocess.run([*command, "-n", limit, "公园"], capture_output=True, text=True, check=True)
        lines[limit] = [line for line in done.stdout.splitlines() if '"summary"' not in line]
    assert lines["0"] == lines["1200"]
    assert len(lines["0"]) >= 1_200


def test_a_terminal_gets_all_hits_and_what_there_was(directory):
    reading, writing = pty.openpty()
    command = [sys.executable, "-m", "searchidx", "search", "-n", "0", "--index", directory, "公园"]
    with subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE, text=True) as process:
        os.close(writing)
        shown = b""
        try:
            while piece := os.read(reading, 1 << 16):
                shown += piece
        except OSError:  # the other end is closed
            os.close(reading)
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == 0
    assert shown.count("公园".encode()) >= 1_200
    assert "1,200 paragraphs in 12 files" in said
