"""A watched index follows its files: whatever an editor or a copy does, soon, in few commits, and nothing else."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic, sleep

import pytest

import searchidx.api
from searchidx.api import Index
from searchidx.errors import StorageError, UsageError
from searchidx.ingest import Report, WalkRules, update, watching
from searchidx.local.backend import LocalBackend
from searchidx.local.commit.index_writer import IndexWriter

pytest.importorskip("watchfiles")

SOON = 30.0  # seconds; a busy machine may take long, and nobody waits that long where all is well
A_WHILE = 1.5


class Watch:
    """A watch in a thread of its own."""

    def __init__(self, index: Index, paths: list[Path] | None, rules: WalkRules | None) -> None:
        self.index = index
        self.reports: SimpleQueue[Report | Exception] = SimpleQueue()
        self.stop = Event()
        self._thread = Thread(target=self._follow, args=(paths, rules), daemon=True)
        self._thread.start()

    def _follow(self, paths: list[Path] | None, rules: WalkRules | None) -> None:
        try:
            for report in self.index.watch(paths, rules=rules, stop=self.stop):
                self.reports.put(report)
        except Exception as error:  # noqa: BLE001 - the test is told of it
            self.reports.put(error)

    def next(self, seconds: float = SOON) -> Report:
        report = self.reports.get(timeout=seconds)
        assert isinstance(report, Report), report
        return report

    def until(self, query: str, names: list[str]) -> None:
        """Wait until a query finds these files."""
        end = monotonic() + SOON
        while (found := self.found(query)) != names:
            assert monotonic() < end, found
            sleep(0.05)

    def found(self, query: str) -> list[str]:
        return sorted(Path(hit.path).name for hit in self.index.search(query, limit=0, literal=True).hits)

    def is_quiet(self) -> bool:
        try:
            self.next(A_WHILE)
        except Empty:
            return True
        return False

    def end(self) -> None:
        self.stop.set()
        self._thread.join(SOON)
        assert not self._thread.is_alive()


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "文稿"
    (folder / "下层").mkdir(parents=True)
    (folder / "甲.txt").write_text("甲文说灯塔。\n", encoding="utf-8")
    (folder / "下层" / "乙.txt").write_text("乙文说水库。\n", encoding="utf-8")
    return folder


@pytest.fixture
def runs(monkeypatch) -> list[object]:
    """What every run was asked to look at."""
    asked: list[object] = []
    usual = update.update

    def run(directory, paths=None, **options):
        asked.append(options.get("changed", paths))
        return usual(directory, paths, **options)

    monkeypatch.setattr(update, "update", run)
    monkeypatch.setattr(watching, "QUIET_MS", 100)
    monkeypatch.setattr(watching, "_POLL_SECONDS", 0.2)
    return asked


@pytest.fixture
def watch(tmp_path, runs) -> Iterator:
    begun: list[Watch] = []

    def begin(*paths: Path, rules: WalkRules | None = None, where: Path | None = None) -> Watch:
        index = searchidx.api.open(where or tmp_path / "index", create=True)
        begun.append(Watch(index, list(paths) or None, rules))
        return begun[-1]

    yield begin
    for watched in begun:
        watched.end()


def test_what_changes_is_found_soon(watch, folder):
    watched = watch(folder)
    assert watched.next().added == 2
    (folder / "丙.txt").write_text("丙文说粮仓。\n", encoding="utf-8")
    assert watched.next().added == 1
    assert watched.found("粮仓") == ["丙.txt"]
    (folder / "甲.txt").unlink()
    assert watched.next().removed == 1
    assert watched.found("灯塔") == []


def test_an_editor_that_writes_another_file_and_renames_it_is_followed(watch, folder):
    watched = watch(folder)
    watched.next()
    for text in ("码头", "船闸"):
        (folder / ".甲.txt.swp").write_text(f"甲文改说{text}。\n", encoding="utf-8")
        os.replace(folder / ".甲.txt.swp", folder / "甲.txt")
        watched.until(text, ["甲.txt"])
    (folder / "甲.txt").rename(folder / "甲.txt~")
    (folder / "甲.txt").write_text("甲文又改说渡口。\n", encoding="utf-8")
    watched.until("渡口", ["甲.txt"])
    assert watched.found("船闸") == []


def test_a_folder_that_is_moved_is_followed(watch, folder):
    watched = watch(folder)
    watched.next()
    (folder / "下层").rename(folder / "上层")
    end = monotonic() + SOON
    while watched.index.search("path:上层 水库").total != 1:
        assert monotonic() < end
        sleep(0.05)
    assert watched.index.search("path:下层 水库").total == 0


def test_what_a_walk_would_not_come_to_makes_no_run(watch, folder, runs):
    (folder / ".ignore").write_text("*.log\n构建/\n", encoding="utf-8")
    (folder / "构建").mkdir()
    watched = watch(folder, where=folder / "索引")
    watched.next()
    before = len(runs)
    for name in ("a.log", ".b.swp", "构建/c.txt", "d.txt~"):
        (folder / name).write_text("粮仓", encoding="utf-8")
    (folder / ".b.swp").unlink()
    assert watched.is_quiet()
    assert len(runs) == before, "its own index, too, is in the folder"


def test_an_ignore_file_that_changes_is_heeded(watch, folder):
    watched = watch(folder)
    watched.next()
    (folder / ".ignore").write_text("下层/\n", encoding="utf-8")
    assert watched.next().removed == 1
    (folder / ".ignore").unlink()
    assert watched.next().added == 1


def test_many_files_make_few_commits(watch, folder):
    watched = watch(folder)
    watched.next()
    for number in range(200):
        (folder / f"{number}.txt").write_text(f"第{number}篇说航标。", encoding="utf-8")
    end = monotonic() + SOON
    while watched.index.status().documents < 202:
        assert monotonic() < end
        sleep(0.1)
    assert watched.index.status().generation <= 5


def test_a_single_file_is_followed_and_its_neighbours_are_not(watch, folder, runs):
    watched = watch(folder / "甲.txt")
    assert watched.next().documents == 1
    (folder / "丙.txt").write_text("粮仓", encoding="utf-8")
    os.replace(folder / "丙.txt", folder / "甲.txt")
    watched.until("粮仓", ["甲.txt"])
    assert watched.next().updated == 1
    before = len(runs)
    (folder / "丁.txt").write_text("粮仓", encoding="utf-8")
    assert watched.is_quiet()
    assert len(runs) == before


def test_a_folder_that_vanishes_and_comes_back_is_followed(watch, folder):
    watched = watch(folder)
    watched.next()
    folder.rename(folder.parent / "别处")
    while not (report := watched.next()).absent:
        assert report.removed == 0
    assert report.absent == 2
    watched.until("灯塔", ["甲.txt"])
    (folder.parent / "别处").rename(folder)
    watched.until("灯塔", ["甲.txt"])
    (folder / "丙.txt").write_text("粮仓", encoding="utf-8")
    watched.until("粮仓", ["丙.txt"])


@pytest.mark.skipif(sys.platform != "linux", reason="needs names that are not UTF-8")
def test_a_name_that_is_not_utf8_ends_no_watch(watch, folder):
    watched = watch(folder)
    watched.next()
    with open(os.fsencode(folder) + b"/\xb5\xe7.txt", "wb") as file:
        file.write("粮仓".encode())
    assert watched.next().added == 1
    (folder / "丙.txt").write_text("码头", encoding="utf-8")
    watched.until("码头", ["丙.txt"])


def test_what_is_due_waits_for_another_writer(watch, folder, monkeypatch):
    usual = LocalBackend.write
    monkeypatch.setattr(LocalBackend, "write", lambda self, **_: usual(self, wait=0))
    watched = watch(folder)
    watched.next()
    with IndexWriter(watched.index.directory):
        (folder / "丙.txt").write_text("粮仓", encoding="utf-8")
        assert watched.is_quiet()
    watched.until("粮仓", ["丙.txt"])


def test_everything_is_looked_at_now_and_then(watch, folder, runs, monkeypatch):
    monkeypatch.setattr(watching, "WHOLE_SECONDS", 0.5)
    watched = watch(folder)
    watched.next()
    end = monotonic() + SOON
    while len(runs) < 3:
        assert monotonic() < end
        sleep(0.05)


def test_rules_are_kept_while_watching(watch, folder):
    watched = watch(folder, rules=WalkRules(hidden=True, types=("markdown",)))
    assert watched.next().documents == 0
    (folder / ".隐.md").write_text("粮仓", encoding="utf-8")
    (folder / "丙.txt").write_text("粮仓", encoding="utf-8")
    watched.until("粮仓", [".隐.md"])


def test_nothing_to_watch_is_a_mistake(tmp_path):
    index = searchidx.api.open(tmp_path / "index", create=True)
    with pytest.raises(UsageError, match="searchidx watch PATH"):
        next(iter(index.watch()))


def test_a_system_that_cannot_watch_says_so(tmp_path, folder, monkeypatch):
    def full(*paths, **options):
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr("watchfiles.watch", full)
    with pytest.raises(StorageError, match="limit reached"):
        list(searchidx.api.open(tmp_path / "index", create=True).watch([folder]))


def test_a_missing_library_is_one_line_that_installs_it(tmp_path, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(UsageError, match=r"pip install 'searchidx\[watch\]'"):
        next(iter(searchidx.api.open(tmp_path / "index", create=True).watch([folder])))
