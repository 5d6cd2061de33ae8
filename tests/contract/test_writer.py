"""Promises of the writing side, which every engine keeps."""

import json

import pytest

from searchidx.engine import IndexState, Part
from searchidx.engines import backend
from searchidx.errors import LockedError, NoIndexError
from searchidx.file_state import Fingerprint, Stamp
from searchidx.messages import message
from searchidx.query.parse import parse
from searchidx.request import SearchRequest
from searchidx.results import FailedRead, Skipped
from tests.contract.places import SECONDS, TIME, InlineMerges, build, commit, document, source_of, written

BRIDGE = document("/卷/桥.txt", "石桥横跨小河。", "桥头有一棵老槐树。")
MILL = document("/卷/磨坊.txt", "磨坊在小河的下游。")
BARN = document("/仓/谷仓.txt", "谷仓里有去年的小麦。")


def paths_of(place: str, query: str) -> list[str]:
    """Return the paths of the hits of a query, in order of the alphabet."""
    page = backend(place).open(seconds=SECONDS).search(SearchRequest(parse(query)))
    return sorted({hit.path for hit in page.hits})


def test_what_is_committed_is_found_and_what_is_not_is_not(place):
    opened = backend(place)
    with opened.write() as writer:
        commit(writer, BRIDGE)
        build(writer.ticket, [MILL])  # flushed, and abandoned
    assert paths_of(place, "小河") == [BRIDGE.path]
    with opened.write() as writer:
        commit(writer)
    assert paths_of(place, "磨坊") == [], "a later commit must not bring back what was abandoned"


def test_a_reader_keeps_its_point_in_time(place):
    engine = written(place, BRIDGE).open(seconds=SECONDS)
    assert engine.is_current()
    written(place, MILL, removed={BRIDGE.path})
    assert not engine.is_current()
    assert [hit.path for hit in engine.search(SearchRequest(parse("小河"))).hits] == [BRIDGE.path]
    assert paths_of(place, "小河") == [MILL.path]


def test_generations_rise_by_one_and_states_are_kept(place):
    stamp = Stamp(5, 6, 7, 8)
    state = IndexState(
        committed=TIME,
        roots=("/仓", "/卷"),
        rules={"/卷": ("--hidden",)},
        lists=("/卷/清单.txt",),
        skipped=(Skipped("/卷/图.png", message("not_text", "image"), 12, 34),),
        touched={BRIDGE.path: Fingerprint(stamp)},
        refusals={"/卷/图.png": Fingerprint(stamp, "ab")},
        unfinished=("/仓",),
        stale=(FailedRead(BRIDGE.path, "vanished", ("甲",), 3, 4),),
    )
    with backend(place).write() as writer:
        assert writer.state == IndexState()
        commit(writer, BRIDGE, state=state)
        first = writer.state
    assert {**first._asdict(), "generation": 0} == {
        **state._asdict(),
        "touched": dict(state.touched),
        "refusals": dict(state.refusals),
    }
    assert backend(place).state() == first
    assert backend(place).open(seconds=SECONDS).state() == first
    with backend(place).write() as writer:
        assert writer.state == first
        commit(writer, MILL)
        assert writer.state.generation == first.generation + 1
        assert writer.state.roots == state.roots


def test_indexed_documents_carry_what_a_run_compares(place):
    noted = document("/卷/旧.txt", "旧文。", notes=(message("no_text"),))
    stale = (FailedRead(noted.path, "vanished"),)
    written(place, BRIDGE, noted, state=IndexState(committed=TIME, stale=stale))
    with backend(place).write() as writer:
        documents = writer.indexed()
    assert documents.keys() == {BRIDGE.path, noted.path}
    source, entry = source_of(BRIDGE), documents[BRIDGE.path]
    assert (entry.size, entry.stamp, entry.digest) == (source.size, source.stamp, source.digest)
    assert (entry.paragraphs, entry.notes, entry.is_stale) == (2, (), False)
    assert (documents[noted.path].notes, documents[noted.path].is_stale) == ((message("no_text"),), True)
    assert backend(place).open(seconds=SECONDS).indexed() == documents


def test_a_touched_file_has_its_new_stamp(place):
    written(place, BRIDGE)
    stamp = Stamp(77, 78)
    with backend(place).write() as writer:
        commit(writer, state=writer.state._replace(touched={BRIDGE.path: Fingerprint(stamp)}))
        assert writer.indexed()[BRIDGE.path].stamp == stamp


def test_removed_documents_leave_and_replaced_ones_are_there_once(place):
    written(place, BRIDGE, MILL)
    newer = document(BRIDGE.path, "小河改了道。")
    written(place, newer, removed={BRIDGE.path, MILL.path, "/卷/从未有过.txt"})
    engine = backend(place).open(seconds=SECONDS)
    assert [hit.text for hit in engine.search(SearchRequest(parse("小河"))).hits] == ["小河改了道。"]
    assert engine.size() == (1, 1)


def test_a_document_replaced_twice_by_one_writer_is_the_last(place):
    written(place, BRIDGE)
    with backend(place).write() as writer:
        for text in ("第一次改写。", "第二次改写。"):
            commit(writer, document(BRIDGE.path, text), removed={BRIDGE.path}, is_last=text[1] == "二")
    engine = backend(place).open(seconds=SECONDS)
    assert [hit.text for hit in engine.search(SearchRequest(parse("改写"))).hits] == ["第二次改写。"]


def test_a_renamed_document_keeps_its_text(place):
    written(place, BRIDGE, MILL)
    written(place, renamed={BRIDGE.path: "/仓/新桥.txt"})
    assert paths_of(place, "小河") == ["/仓/新桥.txt", MILL.path]
    assert paths_of(place, "老槐树") == ["/仓/新桥.txt"]
    written(place, removed={"/仓/新桥.txt"})
    assert paths_of(place, "小河") == [MILL.path]


def test_parts_and_jobs_cross_processes_as_json(place):
    with backend(place).write() as writer:
        (part,) = build(writer.ticket, [BRIDGE, MILL])
        assert (part.documents, part.paragraphs) == (2, 3)
        assert part.text_bytes == sum(
            len(each.text.encode()) for one in (BRIDGE, MILL) for each in one.paragraphs
        )
        writer.commit(IndexState(committed=TIME), added=[Part(*json.loads(json.dumps(part)))])
    assert paths_of(place, "小河") == [BRIDGE.path, MILL.path]


def test_a_builder_is_empty_after_a_flush(place):
    with backend(place).write() as writer:
        builder = backend(writer.ticket).builder(lambda text: [text])
        assert builder.flush() is None
        builder.add(BRIDGE, source_of(BRIDGE))
        assert (builder.paragraphs, builder.text_bytes > 0) == (2, True)
        assert builder.flush() is not None
        assert (builder.paragraphs, builder.text_bytes) == (0, 0)


def test_merges_change_no_answer(place):
    runner = InlineMerges(place)
    texts = {f"/卷/{number}.txt": f"第{number}号小河边的记录。" for number in range(30)}
    with backend(place).write() as writer:
        for path, text in texts.items():
            commit(writer, document(path, text), merging=runner, is_last=False)
    engine = backend(place).open(seconds=SECONDS)
    assert {hit.path: hit.text for hit in engine.search(SearchRequest(parse("小河"), limit=0)).hits} == texts
    assert engine.size() == (30, 30)


def test_a_postponed_merge_loses_nothing(place):
    class Postponed(InlineMerges):
        def run(self, jobs: object) -> None:  # type: ignore[override]
            """Run nothing."""

    with backend(place).write() as writer:
        for number in range(12):
            commit(writer, document(f"/卷/{number}.txt", "小河。"), merging=Postponed(place), is_last=False)
    assert len(paths_of(place, "小河")) == 10
    assert backend(place).open(seconds=SECONDS).size() == (12, 12)


def test_a_second_writer_is_told_that_the_first_is_there(place):
    with backend(place).write() as writer:
        commit(writer, BRIDGE)
        with pytest.raises(LockedError):
            backend(place).write(wait=0)
    with backend(place).write(wait=0) as writer:
        assert writer.state.generation == 1


def test_an_index_that_is_not_there_is_named(place):
    opened = backend(place)
    assert not opened.exists()
    for read in (lambda: opened.open(seconds=SECONDS), opened.state, opened.check):
        with pytest.raises(NoIndexError):
            read()
    with pytest.raises(NoIndexError):
        opened.write(repair=True)
    written(place, BRIDGE)
    assert opened.exists()


def test_a_sound_index_has_nothing_to_repair(place):
    opened = written(place, BRIDGE)
    assert opened.check() == ((), (), ())
    with opened.write(repair=True) as writer:
        assert writer.salvage == ((), (), 0, False)
        assert writer.indexed().keys() == {BRIDGE.path}
    with opened.write() as writer:
        assert writer.salvage is None
