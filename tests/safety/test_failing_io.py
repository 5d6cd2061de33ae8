"""A disk that fails, once or for ever, at any call: one clear line, exit code 2, the last commit as it was; and on it goes."""

import errno
import io
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import searchidx
from searchidx.cli import dispatch
from searchidx.document import Document
from searchidx.ingest import batch, causes, update, worker
from searchidx.local.commit import index_writer, merge_policy, write_lock
from searchidx.local.format import array_file, filesystem
from searchidx.local.segment import manifest
from tests import documents
from tests.safety.held import SOAK, held, strays, write_texts

ERRORS = (errno.EIO, errno.ENOSPC, errno.EACCES)
COMMAND = (sys.executable, "-m", "searchidx")
FAILING = (
    "open",
    "fsync",
    "replace",
    "remove",
    "unlink",
    "mkdir",
    "chmod",
    "fchmod",
    "listdir",
    "fstat",
    "write",
    "close",
)
LEFT = (
    "what no commit names is no harm where it lies; it is tried again at the end of the run, and by the next"
)
SPARED = {
    "remove": LEFT,
    "unlink": LEFT,
    "ftruncate": "who holds the lock is noted for people; the lock holds without",
    "fchmod": "a file is made with the mode it should have, and there are drives without modes",
    "close": "of a file that was only read nothing is lost, and a lock was let go before",
}
"""Calls that a run can do without, and why: it does all it was asked for and says what it always says."""
OLD = {"甲.txt": ["桥梁", "旧文"], "乙.txt": ["水库"]}
NEW = {"甲.txt": ["桥梁", "新文"], "丙.txt": ["隧道"]}


class FailingSystem:
    """Takes the place of ``os`` in what reads and writes an index; fails from one call on, or at that call alone.

    Attributes:
        called: How many calls there were.
        failed: What was called when it failed first.
    """

    def __init__(self, fails_at: int, code: int, *, forever: bool = False, interrupts: bool = False) -> None:
        self.called = 0
        self.failed = ""
        self._fails_at = fails_at
        self._code = code
        self._forever = forever
        self._interrupts = interrupts

    def install(self, patch: pytest.MonkeyPatch) -> None:
        for module in (filesystem, write_lock, manifest, index_writer, array_file):
            patch.setattr(module, "os", self)
        patch.setattr(filesystem, "open", self._open_for_writing, raising=False)
        patch.setattr(array_file, "_pread", self._failing("pread", array_file._pread))
        if sys.platform != "win32":
            import fcntl

            patch.setattr(fcntl, "flock", self._failing("flock", fcntl.flock))

    def __getattr__(self, name: str) -> Any:
        usual = getattr(os, name)
        if name == "close" and self._interrupts:
            return usual  # an interrupt in a destructor is printed and forgotten by Python itself
        return self._failing(name, usual) if name in FAILING else usual

    def _failing(self, name: str, usual: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            self.called += 1
            if self.called == self._fails_at or (self._forever and self.called > self._fails_at):
                self.failed = self.failed or name
                if self._interrupts:
                    usual(*given, **named)
                    raise KeyboardInterrupt
                if "close" in name:  # the descriptor is gone all the same
                    usual(*given, **named)
                raise OSError(self._code, os.strerror(self._code))
            return usual(*given, **named)

        return call

    def _open_for_writing(self, fd: int, _mode: str, buffering: int) -> io.BufferedWriter:
        raw = io.FileIO(fd, "wb")
        raw.write = self._failing("write", raw.write)  # type: ignore[method-assign]
        raw.close = self._failing("close what was written", raw.close)  # type: ignore[method-assign]
        return io.BufferedWriter(raw, buffering)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An index of the old texts, and the new ones waiting."""
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))  # nobody's own settings
    return tmp_path


def index_of(folder: Path, name: str) -> str:
    """A fresh index of the old texts; the source then holds the new ones."""
    index = str(folder / name)
    write_texts(folder / "source", OLD)
    update.update(index, [str(folder / "source")])
    write_texts(folder / "source", NEW)
    return index


def expected(folder: Path, texts: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {str(folder / "source" / name): tuple(lines) for name, lines in texts.items()}


@pytest.mark.parametrize("forever", [False, True], ids=["once", "for ever"])
def test_every_call_of_an_indexing_run_may_fail(folder, capsys, forever):
    old, new = expected(folder, OLD), expected(folder, NEW)
    failures = 0
    for at in range(1, 1000):
        for code in ERRORS if SOAK else (ERRORS[at % 3],):
            index = index_of(folder, f"{at} {code}")
            failing = FailingSystem(at, code, forever=forever)
            capsys.readouterr()
            with pytest.MonkeyPatch.context() as patch:
                failing.install(patch)
                status = dispatch.run(["index", "--index", index, str(folder / "source")])
            if not failing.failed:
                assert failures > 30, "there are many calls that may fail"
                assert status == 0
                return
            said = capsys.readouterr().err
            where = f"call {at}, {failing.failed}, {os.strerror(code)}: {said}"
            if status == 0:
                assert held(index) == new, where
            else:
                failures += 1
                assert status == 2, where
                assert forever or failing.failed not in SPARED, where
                assert len(said.splitlines()) == 1, where
                assert said.startswith("searchidx: "), where
                assert "should not happen" not in said, where
                # A rename that can be neither made certain nor taken back is the only one that may show.
                assert held(index) == old or (forever and held(index) == new), where
            update.update(index, [str(folder / "source")])
            assert held(index) == new, where
            assert strays(index) == [], where
    raise AssertionError("the run never came to its end")


def test_an_interrupt_after_any_call_leaves_a_whole_commit(folder):
    old, new = expected(folder, OLD), expected(folder, NEW)
    for at in range(1, 1000):
        index = index_of(folder, str(at))
        interrupting = FailingSystem(at, 0, interrupts=True)
        with pytest.MonkeyPatch.context() as patch, suppress(KeyboardInterrupt):
            interrupting.install(patch)
            update.update(index, [str(folder / "source")])
        found = held(index)
        # An interrupted run commits what it has read whole: each document is as it was before or as it is now.
        assert found.items() <= old.items() | new.items(), f"call {at}, {interrupting.failed}"
        assert found.keys() >= old.keys() & new.keys(), f"call {at}, {interrupting.failed}"
        update.update(index, [str(folder / "source")], wait=0)
        assert held(index) == new
        assert strays(index) == []
        if not interrupting.failed:
            return
    raise AssertionError("the run never came to its end")


def test_a_failing_source_costs_one_file(folder, monkeypatch):
    index = index_of(folder, "index")
    usual = os.open

    def failing(path: Any, *given: Any) -> int:
        if str(path).endswith("甲.txt"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return usual(path, *given)

    monkeypatch.setattr(os, "open", failing)
    report = update.update(index, [str(folder / "source")])
    assert not report.skipped
    assert [(Path(old.path).name, old.code, old.details) for old in report.stale] == [
        ("甲.txt", "input", ("EIO",))
    ]
    assert causes.cause_of(report.stale[0]).sentence == "Input/output error"
    # What can't be read for now stays as it was read last; what is new is there.
    assert sorted(Path(path).name for path in held(index)) == ["丙.txt", "甲.txt"]
    monkeypatch.setattr(os, "open", usual)
    assert not update.update(index, [str(folder / "source")]).stale


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can tell")
def test_too_little_memory_is_no_fault_of_a_file(folder, monkeypatch):
    """It stays as it was read last and is read the next time, without any change of its own."""
    index = index_of(folder, "index")

    def starved(*_: object, **__: object) -> Document:
        raise MemoryError

    with open("/proc/self/status", encoding="ascii") as status:
        used = next(int(line.split()[1]) << 10 for line in status if line.startswith("VmSize"))
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30), before[1]))  # half of what a file may take up
    try:
        with monkeypatch.context() as patch:
            patch.setattr(batch, "read", starved)
            report = update.update(index, [str(folder / "source")])
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
    assert [reason for _, reason in report.skipped] == [causes.NO_MEMORY.sentence], "丙.txt was never read"
    assert [(Path(old.path).name, causes.cause_of(old)) for old in report.stale] == [
        ("甲.txt", causes.NO_MEMORY)
    ]
    assert [Path(path).name for path in held(index)] == ["甲.txt"], "乙.txt is gone, 丙.txt was never read"
    assert not update.update(index, [str(folder / "source")]).skipped
    assert held(index) == expected(folder, NEW)


def test_a_file_that_is_damaged_costs_no_document(folder):
    """As one is while another program writes it: what was read last stays, marked as old."""
    index = index_of(folder, "index")
    path = folder / "source" / "丁.docx"
    path.write_bytes(documents.docx(documents.paragraph("丁文说航标。")))
    update.update(index, [str(folder / "source")])
    path.write_bytes(documents.docx(documents.paragraph("丁文改说隧道，还很长。"))[:-99])
    report = update.update(index, [str(folder / "source")])
    assert (report.removed, [Path(old.path).name for old in report.stale]) == (0, ["丁.docx"])
    assert held(index)[str(path)] == ("丁文说航标。",)
    hits = searchidx.open(index).search("航标", literal=True).hits
    assert [(Path(hit.path).name, hit.stale) for hit in hits] == [("丁.docx", True)]


KILLED = """
import os, signal, sys; sys.path[:] = {path!r}
from searchidx.ingest import batch, worker
usual = batch.read
def read(path, data, *, encoding=None):
    if "新".encode() in data: os.kill(os.getpid(), signal.SIGKILL)
    return usual(path, data, encoding=encoding)
batch.read = read
worker.main()
"""


def test_a_system_that_kills_for_want_of_memory_costs_no_document(folder, monkeypatch):
    index = index_of(folder, "index")
    with monkeypatch.context() as patch:
        patch.setattr("searchidx.ingest.run.ALONE_BYTES", 0)
        patch.setattr(worker, "command", lambda: [sys.executable, "-c", KILLED.format(path=sys.path)])
        report = update.update(index, [str(folder / "source")], processes=2)
    assert not report.skipped
    assert [(Path(old.path).name, causes.cause_of(old)) for old in report.stale] == [
        ("甲.txt", causes.KILLED)
    ]
    assert held(index)[str(folder / "source" / "甲.txt")] == tuple(OLD["甲.txt"])
    assert not update.update(index, [str(folder / "source")]).skipped
    assert held(index) == expected(folder, NEW)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can tell")
def test_a_run_that_can_have_no_workers_says_why_and_commits_nothing(folder):
    """With so little memory none of them gets to its first file."""
    index = index_of(folder, "index")
    (folder / "source" / "丙.html").write_text("<p>隧道</p>", encoding="utf-8")
    script = (
        "import resource, sys\n"
        "from searchidx.cli import dispatch\n"
        "from searchidx.ingest import worker\n"
        "worker.command = lambda: [sys.executable, '-c', 'import os; os.abort()']\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))\n"
        "sys.exit(dispatch.run(sys.argv[1:]))"
    )
    words = ["index", "--index", index, str(folder / "source")]
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=False)
    said = f"searchidx: can't write the index in {index}: {{}}; the last commit is untouched\n"
    assert (done.returncode, done.stderr) == (
        2,
        said.format("there is not enough memory for a worker process"),
    )
    assert held(index) == expected(folder, OLD)


@pytest.mark.parametrize("files", [0, 3], ids=["alone", "with workers"])
def test_a_limit_of_file_size_leaves_the_last_commit(folder, files):
    """What every system has of a full disk: no file may grow beyond a limit, in the workers either, who read HTML."""
    index = index_of(folder, "index")
    for number in range(files):
        lines = "".join(f"<p>第{number}篇第{line}段说的是隧道。</p>\n" for line in range(90))
        (folder / "source" / f"{number}.html").write_text(lines, encoding="utf-8")
    words = ["index", "--index", index, str(folder / "source")]
    full = command(words, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
    assert full.returncode == 2, full
    assert [line.split(":")[0] for line in full.stderr.splitlines()] == ["searchidx"], full.stderr
    assert "File too large" in full.stderr
    assert held(index) == expected(folder, OLD)
    assert command(words).returncode == 0
    assert len(held(index)) == 2 + files
    assert strays(index) == []


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A disk of two megabytes of its own."""
    where = tmp_path / "disk"
    where.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(where)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("may not mount a small disk here")
    yield where
    subprocess.run(["umount", str(where)], check=True)


def test_a_full_disk_leaves_the_last_commit(small_disk, folder):
    index = str(small_disk / "index")
    write_texts(folder / "source", OLD)
    words = ["index", "--index", index, str(folder / "source")]
    assert command(words).returncode == 0
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes((1 << 21) - (100 << 10)))
    lines = "\n\n".join(f"第{line}段说的是隧道，编号{line * 7919}。" for line in range(8_000))
    (folder / "source" / "大.md").write_text(lines, encoding="utf-8")
    full = command(words)
    assert full.returncode == 2, full
    assert len(full.stderr.splitlines()) == 1
    assert "No space left on device" in full.stderr
    assert held(index) == expected(folder, OLD)
    assert strays(index) == [], "what was written so far is taken away again"
    ballast.unlink()
    assert command(words).returncode == 0
    assert len(held(index)) == 3


def test_a_disk_that_is_read_only_is_read_and_not_written_to(small_disk, folder):
    """Mounted so by the system, which nobody's rights get around."""
    index = str(small_disk / "index")
    write_texts(folder / "source", OLD)
    words = ["index", "--index", index, str(folder / "source")]
    assert command(words).returncode == 0
    before = sorted(os.listdir(index))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    write_texts(folder / "source", NEW)
    for reading in (["search", "水库"], ["search", "-F", "桥"], ["status"], ["check"], ["explain", "水库"]):
        done = command([*reading, "--index", index])
        assert (done.returncode, done.stderr.count("can't")) == (0, 0), done
    for writing in (words, ["remove", str(folder / "source"), "--index", index]):
        done = command(writing)
        assert done.returncode == 2, done
        assert done.stderr == (
            f"searchidx: can't write the index in {index}: Read-only file system; the last commit is untouched\n"
        )
    assert sorted(os.listdir(index)) == before


def command(words: list[str], before: Callable[[], None] | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False, preexec_fn=before)


CHANGING = ("fsync", "rename", "unlink", "ftruncate", "flock", "fchmod", "write")
LOOKING = (
    "openat",
    "newfstatat",
    "getdents64",
    "read",
    "pread64",
    "close",
)  # at what the index was before the run


@pytest.mark.skipif(not SOAK, reason="takes ten minutes: SEARCHIDX_SOAK=1")
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace to have the system itself fail")
@pytest.mark.parametrize("call", CHANGING + LOOKING)
@pytest.mark.parametrize("forever", [False, True], ids=["once", "for ever"])
def test_every_system_call_may_fail(folder, call, forever):
    old, new = expected(folder, OLD), expected(folder, NEW)
    failures = 0
    for at in range(1, 1000):
        index = index_of(folder, f"{call} {at}")
        when = f"{at}{'+' if forever else ''}"
        done, traced = traced_run(folder, index, call, errno.errorcode[ERRORS[at % 3]], when)
        where = f"{call} {when}: {done.stderr}"
        if "INJECTED" not in traced:
            assert done.returncode == 0, where
            assert at > 1, "there is no such call"
            assert failures or call in SPARED, "something has to be failing"
            return
        assert done.returncode in ((0,) if call in SPARED else (0, 2)), where
        if (call, forever) == ("write", True):
            assert done.stderr == "", (
                where
            )  # the line is a write as well; it is tried again, which helps if it fails once
        else:
            assert len(done.stderr.splitlines()) == 1, where
            assert done.stderr.startswith("searchidx: "), where
        assert "should not happen" not in done.stderr, where
        if call == "write":
            assert (done.returncode == 2) == any(is_of_a_commit(line) for line in injected(traced)), where
        if call == "unlink":
            assert bool(strays(index)) == forever, where
        failures += done.returncode == 2
        found = held(index)
        assert found == (new if done.returncode == 0 else old) or (forever and found == new), where
        assert command(["index", "--index", index, str(folder / "source")]).returncode == 0
        assert held(index) == new, where
        assert strays(index) == [], where
    raise AssertionError("the run never came to its end")


def injected(traced: str) -> list[str]:
    """The calls that were made to fail, as strace tells them: ``12 write(4</index/MAIN_0.seg>, "...", 9) = -1 ...``."""
    return [line for line in traced.splitlines() if "INJECTED" in line]


def is_of_a_commit(traced: str) -> bool:
    """Tell whether a call was for a segment or a table; else it was for people: a line, or who holds the lock."""
    return re.search(r"^\d+ write\(\d+<[^>]*/(MAIN_[0-9a-z]+\.seg|_MAIN_\d+\.toc\.tmp)>", traced) is not None


def traced_run(
    folder: Path, index: str, call: str, error: str, when: str
) -> tuple["subprocess.CompletedProcess[str]", str]:
    """Index with one system call failing; what came of it, and the trace of that call."""
    log = folder / "trace"
    paths = [index, *(os.path.join(index, name) for name in os.listdir(index))] if call in LOOKING else []
    inject = ["strace", "-f", "-qq", "-y", "-o", str(log), "-e", f"inject={call}:error={error}:when={when}"]
    inject += [word for path in paths for word in ("-P", path)]
    words = [*COMMAND, "index", "--index", index, str(folder / "source")]
    done = subprocess.run(
        [*inject, *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    if "ptrace" in done.stderr:
        pytest.skip("may not trace processes here")
    return done, log.read_text(encoding="utf-8", errors="replace")
