"""An unplugged disk costs no document: what is below a root that is missing, unreadable or empty is kept until it is dropped."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import searchidx.api
from searchidx.api import Index
from searchidx.file_state import Stamp
from searchidx.ingest import AbsentRoot, Report, WalkRules
from searchidx.ingest.absent import AbsentRoots


@pytest.fixture
def disk(tmp_path) -> Path:
    """A folder with two documents and a file that is no text."""
    disk = tmp_path / "盘"
    (disk / "卷").mkdir(parents=True)
    (disk / "甲.txt").write_text("甲文说灯塔。\n", encoding="utf-8")
    (disk / "卷" / "乙.txt").write_text("乙文说水库。\n", encoding="utf-8")
    (disk / "图.txt").write_bytes(bytes(range(256)) * 4)
    return disk


@pytest.fixture
def index(tmp_path) -> Index:
    return searchidx.api.open(tmp_path / "index", create=True)


def outcome(report: Report) -> tuple[int, int, int, int]:
    return report.documents, report.removed, report.unchanged, report.absent


def unplug(disk: Path, state: str) -> Path:
    """Take the files away as an unmounted disk does; give the place where they are now."""
    away = disk.rename(disk.parent / "拔下的盘")
    if state == "empty":
        disk.mkdir()
    if state == "dangling":
        disk.symlink_to(disk.parent / "没有")
    if state == "below a file":
        disk.write_text("此处不是文件夹。", encoding="utf-8")
    return away


def plug_in(disk: Path, away: Path) -> None:
    if disk.is_symlink() or disk.is_file():
        disk.unlink()
    elif disk.exists():
        disk.rmdir()
    away.rename(disk)


@pytest.mark.parametrize("state", ["missing", "empty", "dangling"])
def test_documents_below_an_absent_root_are_kept_and_counted(index, disk, state):
    index.add([disk])
    before = index.status()
    away = unplug(disk, state)
    for paths in (None, [disk], [disk / "卷"]):
        assert index.add(paths).removed == 0, paths
    report = index.add()
    assert outcome(report) == (2, 0, 0, 2)
    reason = "empty" if state == "empty" else "missing"
    assert report.absent_roots == (AbsentRoot(str(disk), reason, 2),)
    assert index.search("灯塔").total == index.search("水库").total == 1
    assert (index.status().skipped, index.status().generation) == (before.skipped, before.generation)
    stale = index.stale()
    assert (stale.gone, stale.absent, bool(stale)) == ((), report.absent_roots, False)
    plug_in(disk, away)
    assert outcome(index.add()) == (2, 0, 2, 0), "it is back, and nothing is read again"


def test_an_absent_root_is_dropped_when_that_is_asked_for(index, disk, tmp_path):
    other = tmp_path / "另一处"
    other.mkdir()
    (other / "丙.txt").write_text("丙文说粮仓。\n", encoding="utf-8")
    index.add([disk, other])
    shutil.rmtree(disk)
    shutil.rmtree(other)
    assert outcome(index.add([other], drop_absent=True)) == (2, 1, 0, 0), "only what is named is dropped"
    assert index.add().absent_roots == (AbsentRoot(str(disk), "missing", 2),)
    assert outcome(index.add([disk / "卷"], drop_absent=True)) == (1, 1, 0, 0)
    assert outcome(index.add(drop_absent=True)) == (0, 1, 0, 0)
    assert index.status().skipped == ()
    assert outcome(index.add()) == (0, 0, 0, 0)


def test_dropping_leaves_what_is_there(index, disk):
    index.add([disk])
    (disk / "甲.txt").unlink()
    assert outcome(index.add(drop_absent=True)) == (1, 1, 1, 0)


def test_what_is_gone_below_a_root_that_is_there_leaves(index, disk):
    index.add([disk])
    shutil.rmtree(disk / "卷")
    assert outcome(index.add()) == (1, 1, 1, 0)
    (disk / "甲.txt").unlink()
    assert outcome(index.add([disk / "甲.txt"])) == (0, 1, 0, 0), "the file is named and no root"


def test_a_root_that_is_a_file_now_has_no_documents_below_it(index, disk):
    index.add([disk])
    unplug(disk, "below a file")
    report = index.add()
    assert (report.removed, report.absent, report.documents) == (2, 0, 1)


def test_a_folder_that_is_a_file_now_hides_no_root_below_it(index, disk):
    index.add([disk / "卷"])
    unplug(disk, "below a file")
    assert index.add().absent_roots == (AbsentRoot(str(disk / "卷"), "missing", 1),)


def test_each_root_is_judged_by_itself(index, disk):
    index.add([disk])
    index.add([disk / "卷"], rules=WalkRules(hidden=True))
    shutil.rmtree(disk / "卷")
    report = index.add()
    assert report.absent_roots == (AbsentRoot(str(disk / "卷"), "missing", 1),)
    assert report.unchanged == 1


@pytest.mark.parametrize("state", ["missing", "empty"])
def test_a_disk_that_is_mounted_elsewhere_keeps_its_paragraphs(index, disk, state):
    index.add([disk])
    away = unplug(disk, state)
    report = index.add([away])
    assert (report.renamed, report.added, report.absent, report.documents) == (2, 0, 0, 2)
    assert index.add().absent_roots == ()


def test_a_root_that_cannot_be_listed_is_absent_until_it_is_dropped(index, disk, monkeypatch):
    index.add([disk])

    def closed(path, usual=os.scandir):
        if str(path) == str(disk):
            raise PermissionError(13, "Permission denied", path)
        return usual(path)

    monkeypatch.setattr(os, "scandir", closed)
    assert index.add().absent_roots == (AbsentRoot(str(disk), "unreadable", 2),)
    assert outcome(index.add(drop_absent=True)) == (0, 2, 0, 0)


def test_the_command_warns_and_names_the_remedy(tmp_path, disk):
    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "searchidx", *words, "--index", str(tmp_path / "index")]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    run("index", str(disk))
    shutil.rmtree(disk)
    done = run("index")
    assert done.returncode == 0
    assert "2 documents, 2 paragraphs · no changes, 1 skipped, 2 absent · " in done.stderr
    assert (
        f"warning: {disk} does not exist; 2 documents below it are kept; searchidx index --drop-absent removes them\n"
        in done.stderr
    )
    told = json.loads(run("index", "--json").stdout)
    assert (told["absent"], told["removed"], told["unchanged"]) == (2, 0, 0)
    expected = [{"path": str(disk), "reason": "missing", "documents": 2}]
    assert told["absent_roots"] == expected
    assert f"absent        {disk} does not exist; 2 documents below it are kept\n" in run("status").stdout
    assert json.loads(run("status", "--json").stdout)["absent_roots"] == expected
    dropped = run("index", "--drop-absent", str(disk))
    assert (dropped.returncode, "0 documents, 0 paragraphs · 2 removed · " in dropped.stderr) == (0, True)


def test_a_device_with_another_number_is_still_there(tmp_path):
    """Numbers of devices change from start to start of a machine."""
    (tmp_path / "乙.txt").touch()
    roots = AbsentRoots([str(tmp_path)])
    device = tmp_path.stat().st_dev
    roots.note_device(7, str(tmp_path / "乙.txt"))
    assert roots.root_of(str(tmp_path / "甲.txt"), 7) is None
    assert roots.root_of(str(tmp_path / "甲.txt"), device) is None
    assert roots.root_of(str(tmp_path / "甲.txt")) is None
    assert roots.root_of(str(tmp_path / "层" / "甲.txt"), device + 1) == str(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts as Linux does")
def test_a_disk_may_be_unplugged_in_the_midst_of_a_walk(index, disk, mounted, monkeypatch):
    inner = disk / "内盘"
    inner.mkdir()
    mounted(inner)
    for name in ("丙.txt", "丁.txt"):
        (inner / name).write_text("渡口。\n", encoding="utf-8")
    index.add([disk])
    usual, device = Stamp.of, inner.stat().st_dev

    def unplug_after_the_first(status):
        if status.st_dev == device and inner.stat().st_dev == device:
            subprocess.run(["umount", "--lazy", str(inner)], check=True)
        return usual(status)

    monkeypatch.setattr(Stamp, "of", unplug_after_the_first)
    report = index.add()
    assert (report.removed, report.documents, report.absent) == (0, 4, 1), "one was listed before"
    assert index.add().absent == 2


@pytest.fixture
def mounted(disk):
    """A function that mounts a disk of its own in a folder, and takes it away again."""
    mounts: list[Path] = []

    def mount(where: Path) -> None:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(where)], check=False)
        if done.returncode:
            pytest.skip("may not mount a disk here")
        mounts.append(where)

    yield mount
    for where in mounts:
        subprocess.run(["umount", str(where)], check=False, capture_output=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts as Linux does")
@pytest.mark.parametrize("state", ["empty", "missing", "another file"])
def test_a_disk_mounted_below_a_root_may_be_away(index, disk, mounted, state):
    inner = disk / "内盘"
    inner.mkdir()
    mounted(inner)
    (inner / "层").mkdir()
    (inner / "丙.txt").write_text("丙文说渡口。\n", encoding="utf-8")
    (inner / "层" / "丁.txt").write_text("丁文说渡口。\n", encoding="utf-8")
    (inner / "坏.txt").write_bytes(bytes(range(256)) * 4)
    assert len(index.add([disk]).skipped) == 2
    subprocess.run(["umount", str(inner)], check=True)
    if state == "missing":
        inner.rmdir()
    if state == "another file":
        (inner / ".keep").touch()
    (disk / "甲.txt").unlink()
    report = index.add()
    assert outcome(report) == (3, 1, 1, 2), "甲.txt is gone, and was on a disk that is there"
    remaining = disk if state == "missing" else inner
    assert report.absent_roots == (AbsentRoot(str(remaining), "unmounted", 2),)
    assert len(report.skipped) == 2
    assert index.search("渡口").total == 2
    assert outcome(index.add(drop_absent=True)) == (1, 2, 1, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts as Linux does")
def test_a_disk_below_a_root_may_be_mounted_elsewhere(index, disk, mounted):
    (disk / "内盘").mkdir()
    (disk / "另一处").mkdir()
    mounted(disk / "内盘")
    (disk / "内盘" / "丙.txt").write_text("丙文说渡口。\n", encoding="utf-8")
    index.add([disk])
    content = (disk / "内盘" / "丙.txt").read_bytes()
    subprocess.run(["umount", str(disk / "内盘")], check=True)
    mounted(disk / "另一处")
    (disk / "另一处" / "丙.txt").write_bytes(content)
    report = index.add()
    assert (report.renamed, report.added, report.absent, report.documents) == (1, 0, 0, 3)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts as Linux does")
def test_what_is_gone_from_a_disk_below_a_root_leaves(index, disk, mounted):
    inner = disk / "内盘"
    inner.mkdir()
    mounted(inner)
    for name in ("丙.txt", "丁.txt"):
        (inner / name).write_text("渡口。\n", encoding="utf-8")
    index.add([disk])
    (inner / "丙.txt").unlink()
    assert outcome(index.add()) == (3, 1, 3, 0)
    (inner / "丁.txt").unlink()
    assert outcome(index.add()) == (2, 1, 2, 0), "the disk is there, and empty"
