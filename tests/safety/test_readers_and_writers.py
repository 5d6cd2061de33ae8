"""Any number may read while one writes; a second writer waits, and is told who has the index and since when."""

import errno
import fcntl
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import searchidx.api
from searchidx.errors import LockedError, StorageError
from searchidx.ingest import update
from searchidx.local.commit import write_lock
from searchidx.local.commit.index_writer import IndexWriter
from searchidx.local.format import filesystem
from searchidx.local.segment import manifest as manifests
from searchidx.local.segment import snapshot
from tests.safety.held import held, strays, times, write_texts

SECONDS = times(4, 60)
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def index(tmp_path) -> str:
    write_texts(tmp_path / "source", {"甲.txt": ["水库"]})
    update.update(str(tmp_path / "index"), [str(tmp_path / "source")])
    return str(tmp_path / "index")


def test_four_readers_and_two_writers_at_once(tmp_path):
    roles = [("write", "甲"), ("write", "乙"), *(("read", str(number)) for number in range(4))]
    command = [sys.executable, "-m", "tests.safety.reading_and_writing"]
    processes = [
        subprocess.Popen(
            [*command, role, name, str(tmp_path), str(SECONDS)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        for role, name in roles
    ]
    ends = [process.communicate() for process in processes]
    for process, (_, said) in zip(processes, ends, strict=True):
        assert process.returncode == 0, said
    done = [int(out) for out, _ in ends]
    assert min(done[:2]) >= 1, "each writer came to its turn"
    assert min(done[2:]) >= 1, "each reader saw something"
    assert strays(tmp_path / "index") == []


def test_a_second_writer_is_told_who_writes_and_since_when(index):
    holding = "import sys, searchidx.local.commit.index_writer as w\nwith w.IndexWriter(sys.argv[1]): print(flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", holding, index], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    other.stdout.readline()
    begin = time.monotonic()
    with pytest.raises(LockedError) as told:
        update.update(index, wait=0.5)
    assert 0.5 <= time.monotonic() - begin < 5
    said = re.fullmatch(
        rf"the index in {re.escape(index)} is being written to by process (\d+) on (\S+), "
        r"since (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S+); waited 0.5 s: try again when it is done",
        str(told.value),
    )
    assert said, told.value
    assert (int(said[1]), said[2]) == (other.pid, os.uname().nodename)
    assert held(index), "reading goes on"
    other.communicate("\n")
    assert update.update(index, wait=0).unchanged == 1


def test_a_second_writer_waits_its_turn(index, tmp_path):
    write_texts(tmp_path / "source", {"乙.txt": ["桥梁"]})
    with IndexWriter(index):
        waiting = threading.Thread(target=update.update, args=(index,))
        waiting.start()
        time.sleep(0.3)
        assert waiting.is_alive()
        assert [Path(path).name for path in held(index)] == ["甲.txt"]
    waiting.join(10)
    assert [Path(path).name for path in held(index)] == ["乙.txt"]


@pytest.mark.parametrize(
    "note", [b"", b"\n", b"\n{", b"\n[]", b'\n{"pid":"x"}', b"\n" + b"[" * 1000, b"\xff" * 3000]
)
def test_a_lock_that_says_nothing_sensible_is_held_by_another_process(index, note):
    with IndexWriter(index) as writer:
        os.ftruncate(writer.lock.descriptor, 0)
        os.pwrite(writer.lock.descriptor, note, 0)
        with pytest.raises(LockedError, match="written to by another process; waited 0 s"):
            IndexWriter(index, wait=0)


def test_who_removes_a_lock_does_not_get_two_writers_into_one_commit(index, tmp_path):
    write_texts(tmp_path / "source", {"乙.txt": ["桥梁"]})
    with IndexWriter(index) as first:
        os.remove(os.path.join(index, write_lock.FILE))
        assert update.update(index, wait=0).added == 1
        with pytest.raises(LockedError, match="nothing was committed"):
            first.commit(roots=())
    assert [Path(path).name for path in held(index)] == ["乙.txt"]


def test_workers_of_a_killed_run_keep_its_lock(index):
    """Until the last of them has gone no other run begins, and none meets the files of another's workers."""
    killed = (
        "import sys, searchidx.local.commit.index_writer as w, searchidx.ingest.worker as k\n"
        "with w.IndexWriter(sys.argv[1]) as writer:\n"
        "    print(k.start((writer.lock.descriptor,)).pid, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", killed, index], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        worker = int(run.stdout.readline())
        os.kill(worker, signal.SIGSTOP)
        run.kill()
        run.wait()
        try:
            with pytest.raises(LockedError):
                IndexWriter(index, wait=0.2)
        finally:
            os.kill(worker, signal.SIGCONT)
        with IndexWriter(index, wait=10):
            assert held(index)


def test_a_reader_that_meets_a_commit_looks_again(index, tmp_path, monkeypatch):
    """Between its look at the table and its look at the segments, both are taken away by a commit."""
    usual = manifests.read
    met = []

    def read(directory: str) -> manifests.Manifest:
        manifest = usual(directory)
        if not met:
            met.append(manifest)
            write_texts(tmp_path / "source", {"乙.txt": ["桥梁"]})
            update.update(index)
        return manifest

    monkeypatch.setattr(snapshot.manifests, "read", read)
    assert [Path(path).name for path in held(index)] == ["乙.txt"]
    assert not os.path.exists(os.path.join(index, met[0].segments[0].name))


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_a_drive_without_locks_is_read_and_not_written_to(index, monkeypatch, code):
    def flock(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", flock)
    assert searchidx.api.open(index).search("水库").total == 1
    with pytest.raises(StorageError, match="drive without file locks: keep the index on another"):
        update.update(index)


def test_a_read_only_folder_is_read_and_not_written_to(index, monkeypatch):
    usual = os.open

    def read_only(path: str, flags: int, *given: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return usual(path, flags, *given)

    monkeypatch.setattr(filesystem.os, "open", read_only)
    assert searchidx.api.open(index).search("水库").total == 1
    assert searchidx.api.open(index).check().problems == ()
    with pytest.raises(StorageError, match=r"can't write the index in .*: Read-only file system"):
        update.update(index)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_folder_without_the_right_to_write(index):
    os.chmod(index, 0o500)
    try:
        assert searchidx.api.open(index).search("水库").total == 1
        os.remove(os.path.join(index, write_lock.FILE)) if os.access(index, os.W_OK) else None
        os.chmod(os.path.join(index, write_lock.FILE), 0o400)
        with pytest.raises(StorageError, match="Permission denied"):
            update.update(index)
    finally:
        os.chmod(index, 0o700)
