"""Cut the power after any operation on the disk: the last acknowledged commit is there, whole, or the one being made."""

import os
import random
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

import searchidx.api
from searchidx.errors import NoIndexError
from searchidx.ingest import merging, update, worker
from searchidx.local.commit import merge_policy
from searchidx.local.commit.check import check
from searchidx.local.commit.index_writer import IndexWriter
from searchidx.local.format import filesystem
from searchidx.local.segment import manifest
from tests.safety.held import held, times, write_texts
from tests.safety.recorded_disk import Done, RecordedDisk, Remains

COMMITS = times(40, 80)
VARIANTS = times(50, 250)  # of every prefix; many of them are the same
States = dict[str, bytes | None]
REPOSITORY = Path(__file__).resolve().parents[2]


def texts_at(step: int) -> dict[str, list[str]]:
    return {f"{number}.txt": [f"第{number}篇在第{step - number % 2}版。"] for number in range(step % 4 + 1)}


@pytest.fixture
def recorded(tmp_path, monkeypatch) -> RecordedDisk:
    """The making of an index in many commits: begun, updated, taken from, merged."""
    recorded = RecordedDisk()
    recorded.install(monkeypatch)
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
    index, source = str(tmp_path / "new" / "index"), tmp_path / "source"
    for step in range(1, COMMITS + 1):
        write_texts(source, texts_at(step))
        update.update(index, [str(source)])
        recorded.note(held(index))
    monkeypatch.undo()
    return recorded


def test_no_power_cut_loses_a_commit_or_leaves_half_of_one(recorded, tmp_path):
    index = str(tmp_path / "new" / "index")
    commits = [None, *(event.note for event in recorded.events if not isinstance(event, Done))]
    assert all(commit is not None for commit in commits[1:])
    chance = random.Random(4)
    remains = Remains()
    acknowledged = looked_at = 0
    seen: dict[Any, Any] = {}
    for event in recorded.events:
        if not isinstance(event, Done):
            acknowledged += 1
            continue
        remains.after(event)
        for state in remains.states(VARIANTS, chance):
            looked_at += 1
            key = frozenset(state.items())
            if key not in seen:
                restore(tmp_path / "new", state)
                seen[key] = found_in(index, go_on=len(seen) % 40 == 0)
            assert seen[key] in commits[acknowledged : acknowledged + 2], f"after {event.what} {event.path}"
    assert looked_at > len(seen) >= times(2_000, 6_000), "so many different ones"


def restore(top: Path, state: States) -> None:
    shutil.rmtree(top, ignore_errors=True)
    for path, content in sorted(state.items()):
        if content is None:
            os.mkdir(path)
        else:
            Path(path).write_bytes(content)


def found_in(index: str, *, go_on: bool) -> dict[str, tuple[str, ...]] | None:
    """What the index holds after the power is back, or None where there is no index yet."""
    try:
        found = held(index)
    except NoIndexError:
        found = None
    else:
        assert check(index).problems == ()
    if go_on:
        with IndexWriter(index) as writer:
            writer.commit(committed="later")
        assert held(index) == (found or {})
        assert check(index) == ((), (), ())
    return found


FLUSHING = """
import os, sys; sys.path[:] = {path!r}
usual = os.fsync
def fsync(fd):
    usual(fd)
    with open({notes!r}, "a") as file:
        print(os.readlink(f"/proc/self/fd/{{fd}}"), os.fstat(fd).st_size, file=file)
os.fsync = fsync
from searchidx.ingest import worker
worker.main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc what was flushed")
def test_what_workers_write_is_flushed_before_a_table_names_it(tmp_path, monkeypatch):
    """Segments of theirs, read or merged: other processes make them, and the power goes for all at once."""
    index, source, notes = str(tmp_path / "index"), tmp_path / "source", tmp_path / "notes"
    notes.touch()
    script = FLUSHING.format(path=sys.path, notes=str(notes))
    monkeypatch.setattr(worker, "command", lambda: [sys.executable, "-c", script])
    monkeypatch.setattr("searchidx.ingest.run.ALONE_BYTES", 0)
    monkeypatch.setattr("searchidx.ingest.run.BATCH_BYTES", 100)
    monkeypatch.setattr(merging, "ALONE_BYTES", 0)
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
    named: list[str] = []
    rename = filesystem.rename

    def checked(source: str, target: str) -> None:
        flushed = notes.read_text(encoding="utf-8").splitlines()
        for entry in manifest.decode(Path(source).read_bytes(), source).segments:
            assert f"{os.path.join(index, entry.name)} {entry.size}" in flushed
            named.append(entry.name)
        rename(source, target)

    monkeypatch.setattr(filesystem, "rename", checked)
    for step in range(1, 5):
        write_texts(source, texts_at(step))
        update.update(index, [str(source)], processes=2)
    assert len(set(named)) >= 4, "a segment of each step, or what it was merged into"
    assert len(held(index)) == len(texts_at(4))


def test_a_commit_flushes_a_few_times_whatever_it_holds(tmp_path, monkeypatch):
    """What it costs is in benchmarks/durability.py; here, that it does not grow with the documents."""
    flushed: list[str] = []
    flush, flush_folder = filesystem._flush, filesystem.flush_folder
    monkeypatch.setattr(filesystem, "_flush", lambda file: (flushed.append("file"), flush(file)))
    monkeypatch.setattr(
        filesystem, "flush_folder", lambda path: (flushed.append("folder"), flush_folder(path))
    )

    def flushes(name: str, *paths: Path) -> list[str]:
        flushed.clear()
        searchidx.api.open(tmp_path / name, create=True).add(list(paths), processes=1)
        return sorted(flushed)

    corpus = REPOSITORY / "fixtures" / "corpus"
    one = flushes("one", next(corpus.rglob("*.md")))
    assert 2 <= len(one) <= 12
    assert flushes("all", corpus) == one
