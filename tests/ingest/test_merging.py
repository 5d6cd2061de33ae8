"""Merges by worker processes: the same index; what goes wrong with one costs nothing that was read."""

import os
import signal

import pytest

from searchidx.errors import CorruptIndexError, StorageError
from searchidx.ingest import merging, update, worker
from searchidx.local.commit import merge_policy
from searchidx.local.commit.check import check
from searchidx.local.engine import LocalEngine
from searchidx.local.segment import manifest
from searchidx.query import parse
from searchidx.request import SearchRequest


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two commits, and texts waiting that make the next one merge."""
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 3)
    monkeypatch.setattr(merging, "ALONE_BYTES", 0)
    source = tmp_path / "source"
    source.mkdir()
    for names in ("甲丁戊己", "乙"):
        for name in names:
            (source / f"{name}.txt").write_text(f"{name}地的航标灯。\n", "utf-8")
        update.update(str(tmp_path / "index"), [str(source)])
    (source / "甲.txt").write_text("甲地改说浮桥。\n", "utf-8")
    (source / "丙.txt").write_text("丙地的航标灯。\n", "utf-8")
    return tmp_path


def indexed(folder, processes=2):
    return update.update(str(folder / "index"), [str(folder / "source")], processes=processes)


def answers(folder):
    reader = LocalEngine(str(folder / "index"))
    return [
        (os.path.basename(hit.path), hit.score) for hit in reader.search(SearchRequest(parse("航标灯"))).hits
    ]


def segments(folder):
    return len(manifest.read(str(folder / "index")).segments)


def test_workers_merge_to_the_same_index(folder, monkeypatch):
    started = []
    usual = worker.start
    monkeypatch.setattr(worker, "start", lambda held: started.append(held) or usual(held))
    indexed(folder)
    assert started
    assert segments(folder) == 1
    assert sorted(name for name, _ in answers(folder)) == sorted(f"{name}.txt" for name in "乙丙丁戊己")
    assert check(str(folder / "index")).problems == ()
    by_worker = answers(folder)
    monkeypatch.setattr(merging, "ALONE_BYTES", 1 << 40)
    again = folder / "again"
    update.update(str(again), [str(folder / "source")])
    reader = LocalEngine(str(again))
    assert sorted(
        (os.path.basename(hit.path), hit.score) for hit in reader.search(SearchRequest(parse("航标灯"))).hits
    ) == sorted(by_worker)


def test_what_a_worker_died_over_is_committed_unmerged(folder, monkeypatch):
    monkeypatch.setattr(worker, "merge_request", lambda *_: b"no request\n")
    report = indexed(folder)
    assert (report.added, report.updated, segments(folder)) == (1, 1, 3)
    assert len(answers(folder)) == 5
    update.remove(str(folder / "index"), [str(folder / "source" / "乙.txt")])
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
    update.remove(str(folder / "index"), [str(folder / "source" / "己.txt")])
    assert segments(folder) == 1


def test_ctrl_c_leaves_the_merge_for_another_time(folder, monkeypatch):
    usual = merging._Crew.merge

    def interrupted(crew, group):
        os.kill(os.getpid(), signal.SIGINT)
        return usual(crew, group)

    monkeypatch.setattr(merging._Crew, "merge", interrupted)
    report = indexed(folder)
    assert report.interrupted
    assert len(answers(folder)) == 5
    assert check(str(folder / "index")).problems == ()


def test_a_disk_that_says_no_to_a_worker_stops_the_commit(folder, monkeypatch):
    before = manifest.read(str(folder / "index"))
    monkeypatch.setattr(worker, "merge_request", _request_elsewhere(str(folder / "nowhere")))
    with pytest.raises((StorageError, CorruptIndexError)):
        indexed(folder)
    assert manifest.read(str(folder / "index")) == before


def _request_elsewhere(directory):
    usual = worker.merge_request
    return lambda _, group: usual(directory, group)


def test_damage_that_a_worker_meets_is_named(folder):
    index = str(folder / "index")
    path = os.path.join(index, manifest.read(index).segments[0].name)
    with open(path, "r+b") as file:
        file.seek(-9, os.SEEK_END)
        (byte,) = file.read(1)
        file.seek(-9, os.SEEK_END)
        file.write(bytes([byte ^ 1]))
    with pytest.raises(CorruptIndexError) as caught:
        indexed(folder)
    assert caught.value.path == path


def test_a_merge_of_nothing_large_starts_no_worker(folder, monkeypatch):
    monkeypatch.setattr(merging, "ALONE_BYTES", 1 << 40)
    monkeypatch.setattr(worker, "start", lambda _: pytest.fail("a worker was started"))
    indexed(folder)
    assert segments(folder) == 1
