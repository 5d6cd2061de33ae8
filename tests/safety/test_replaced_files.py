"""A file that is put in the place of another is noticed, whatever its size and time; one that is the same is never parsed again."""

import os
import shutil
import sys
from pathlib import Path

import pytest

import searchidx.api
from searchidx.api import Index
from searchidx.file_state import UNKNOWN, Fingerprint, Stamp
from searchidx.ingest import batch, worker
from searchidx.ingest import limits as limiting
from searchidx.local.engine import LocalEngine
from searchidx.local.format import array_file
from searchidx.local.segment import manifest
from searchidx.local.segment.stamps import Stamps
from tests.golden_index import GOLDEN

NOT_TEXT = bytes(range(256)) * 4


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two documents, and a file that is no text."""
    folder = tmp_path / "文稿"
    (folder / "下层").mkdir(parents=True)
    (folder / "甲.txt").write_text("甲文说灯塔。\n", encoding="utf-8")
    (folder / "下层" / "乙.txt").write_text("乙文说水库。\n", encoding="utf-8")
    (folder / "图.txt").write_bytes(NOT_TEXT)
    return folder


@pytest.fixture
def index(tmp_path) -> Index:
    return searchidx.api.open(tmp_path / "index", create=True)


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """The names of files that are opened by this process to be indexed."""
    names: list[str] = []
    usual = limiting.read_file

    def read_file(path, most):
        names.append(Path(path).name)
        return usual(path, most)

    monkeypatch.setattr(limiting, "read_file", read_file)
    return names


@pytest.fixture
def never_parsed(monkeypatch):
    """From the call on, a file that reaches a reader fails the test."""

    def begin() -> None:
        def refuse(path, raw, **options):
            raise AssertionError(f"{path} was parsed again")

        monkeypatch.setattr(batch, "read", refuse)

    return begin


def share_among(monkeypatch, processes: int) -> None:
    """Have even a small folder read by worker processes, where there is to be more than one."""
    if processes > 1:
        monkeypatch.setattr("searchidx.ingest.run.ALONE_BYTES", 0)


def replaced(path: Path, content: bytes) -> None:
    """Put another file of the same size and modification time in the place of one."""
    before = path.stat()
    assert len(content) == before.st_size
    other = path.with_name("另一个")
    other.write_bytes(content)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(other, path)
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_file_of_the_same_size_and_time_in_the_place_of_another_is_read(
    index, folder, processes, monkeypatch
):
    share_among(monkeypatch, processes)
    index.add([folder], processes=processes)
    replaced(folder / "甲.txt", "甲文说粮仓。\n".encode())
    assert index.stale().changed == (str(folder / "甲.txt"),)
    report = index.add(processes=processes)
    assert (report.updated, report.unchanged) == (1, 1)
    assert (index.search("灯塔", literal=True).total, index.search("粮仓", literal=True).total) == (0, 1)
    assert not index.stale()


@pytest.mark.parametrize("processes", [1, 2])
def test_so_is_one_in_the_place_of_a_file_that_was_skipped(index, folder, processes, monkeypatch):
    share_among(monkeypatch, processes)
    index.add([folder], processes=processes)
    replaced(folder / "图.txt", "图上写着粮仓。".encode().ljust(len(NOT_TEXT)))
    assert index.stale().new == (str(folder / "图.txt"),)
    report = index.add(processes=processes)
    assert (report.added, report.skipped) == (1, ())
    assert index.search("粮仓", literal=True).total == 1


@pytest.mark.parametrize("processes", [1, 2])
def test_a_change_of_permissions_parses_nothing_and_hashes_once(
    index, folder, hashed, never_parsed, monkeypatch, processes
):
    share_among(monkeypatch, processes)
    index.add([folder], processes=processes)
    before = index.add([folder], processes=processes)
    segments = files_of(index)
    never_parsed()
    for path in folder.rglob("*.*"):
        path.chmod(0o600)
    hashed.clear()
    report = index.add(processes=processes)
    assert (report.unchanged, report.updated, report.added, report.removed) == (2, 0, 0, 0)
    assert (report.skipped, report.documents) == (before.skipped, 2)
    assert files_of(index) == segments
    if processes == 1:
        assert sorted(hashed) == ["乙.txt", "图.txt", "甲.txt"]
    hashed.clear()
    generation = index.status().generation
    assert index.add().unchanged == 2
    assert (hashed, index.status().generation) == ([], generation), "the new stamps were not noted"


CRASHING = """
import sys; sys.path[:] = {path!r}
import os
from searchidx.ingest import batch, worker
def read(path, data, *, encoding=None):
    with open({log!r}, "a") as file: file.write("parsed\\n")
    os._exit(3)
batch.read = read
worker.main()
"""


def test_a_file_that_killed_its_readers_is_hashed_and_not_tried_again(index, folder, monkeypatch, tmp_path):
    log = tmp_path / "log"
    start = CRASHING.format(path=sys.path, log=str(log))
    monkeypatch.setattr(worker, "command", lambda: [sys.executable, "-c", start])
    monkeypatch.setattr("searchidx.ingest.run.ALONE_BYTES", 0)
    first = index.add([folder / "甲.txt"], processes=1)
    assert len(first.skipped) == 1
    tries = log.read_text()
    (folder / "甲.txt").chmod(0o600)
    assert index.add(processes=1).skipped == first.skipped
    assert log.read_text() == tries, "it was parsed again"
    replaced(folder / "甲.txt", "甲文说粮仓。\n".encode())
    index.add(processes=1)
    assert log.read_text() != tries


def test_a_copy_with_all_times_in_the_place_of_the_tree_parses_nothing(index, folder, never_parsed):
    index.add([folder])
    never_parsed()
    copy = folder.parent / "副本"
    shutil.copytree(folder, copy)  # times kept, inodes and change times new
    shutil.rmtree(folder)
    copy.rename(folder)
    report = index.add()
    assert (report.unchanged, report.documents, len(report.skipped)) == (2, 2, 1)


def test_a_moved_tree_parses_nothing(index, folder, never_parsed):
    index.add([folder])
    (folder / "图.txt").unlink()
    never_parsed()
    report = index.add([folder.rename(folder.parent / "别处")])
    assert (report.renamed, report.documents) == (2, 2)
    assert not index.stale()


def test_a_file_that_is_named_is_hashed_and_a_folder_is_compared(index, folder, hashed, never_parsed):
    index.add([folder])
    hashed.clear()
    never_parsed()
    generation = index.status().generation
    assert index.add([folder]).unchanged == 2
    assert hashed == []
    assert index.add([folder / "甲.txt"]).unchanged == 1
    assert hashed == ["甲.txt"]
    assert index.add([folder, folder / "下层" / "乙.txt"]).unchanged == 2
    assert hashed == ["甲.txt", "乙.txt"]
    assert index.status().generation == generation, "nothing has changed"


def test_a_file_whose_stamp_says_nothing_is_read_when_it_is_named(index, folder, monkeypatch):
    """As on a file system that keeps neither change times nor inodes."""
    monkeypatch.setattr(Stamp, "of", classmethod(lambda cls, status: cls(status.st_mtime_ns)))
    index.add([folder])
    replaced(folder / "甲.txt", "甲文说粮仓。\n".encode())
    assert index.add([folder]).updated == 0
    assert index.add([folder / "甲.txt"]).updated == 1
    assert index.search("粮仓", literal=True).total == 1


def test_an_inode_counts_on_its_device_only():
    stamp = Stamp(1, 2, 3, 4)
    assert stamp.is_same(stamp)
    assert stamp.is_same(stamp._replace(device=5, inode=6)), "the disk was mounted elsewhere"
    for other in (stamp._replace(inode=6), stamp._replace(ctime_ns=6), stamp._replace(mtime_ns=6)):
        assert not stamp.is_same(other)
    assert stamp.is_same(Stamp(1)), "format 1 noted the modification time alone"
    assert not stamp.is_same(Stamp(6))


def test_a_format_without_change_times_is_compared_by_size_and_time(tmp_path, folder, hashed):
    """Nothing of an older index is hashed for want of what it did not note; what changes is noted in full from then on."""
    copy = tmp_path / "older"
    shutil.copytree(GOLDEN / "format-1", copy)
    known = LocalEngine(str(copy)).indexed()
    assert {document.stamp.ctime_ns for document in known.values()} == {UNKNOWN}
    assert known["/文稿/笔记.txt"].stamp == Stamp(77)
    index = searchidx.api.open(copy)
    index.add([folder], rebuild=True)
    assert manifest.read(str(copy)).refusals[str(folder / "图.txt")].stamp == Stamp.of(
        (folder / "图.txt").stat()
    )


def test_stamps_are_packed_and_damage_in_them_is_found():
    entries = {f"/甲/{number}.txt": Fingerprint(Stamp(number, 2, 3, 4), "ab") for number in range(1000)}
    text = Stamps(entries).pack()
    assert len(text) < 20_000
    assert Stamps(packed=text) == entries
    assert Stamps().pack() == ""
    assert dict(Stamps(packed="")) == {}
    for bad in ("!", text[:-8], Stamps({"/": Fingerprint(Stamp(1.5))}).pack(), "eJyLjgUAARUAuQ=="):
        with pytest.raises(array_file.CorruptIndexError, match="stamps of files"):
            len(Stamps(packed=bad, origin="/i/_MAIN_1.toc"))


def files_of(index: Index) -> set[str]:
    return {name for name in os.listdir(index.directory) if name.endswith(".seg")}
