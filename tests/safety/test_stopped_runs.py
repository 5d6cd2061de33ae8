"""Stop it from outside: what is whole is committed, soon, and the next run goes on from there."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import searchidx
from tests.safety.held import strays

REPOSITORY = Path(__file__).resolve().parents[2]
FILES = 20
LINES = 2_000
SECONDS = 10.0  # what is promised
HANGING = 600.0  # seconds after which something hangs, on however busy a machine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")


@pytest.fixture
def source(tmp_path) -> Path:
    """Text that takes two workers some seconds, in one batch each."""
    folder = tmp_path / "source"
    folder.mkdir()
    for number in range(FILES):
        lines = (f"第{number}篇第{line}段，说的是水库{line * 7919}与桥梁。\n\n" for line in range(LINES))
        (folder / f"{number:02}.txt").write_text("".join(lines), encoding="utf-8")
    return folder


def index_of(source: Path) -> searchidx.Index:
    return searchidx.open(source.parent / "index", create=True)


@contextmanager
def running(source: Path, **options) -> Iterator[subprocess.Popen[bytes]]:
    """A run of two workers that has begun some files and is far from its end."""
    index = source.parent / "index"
    words = ["index", "--index", str(index), str(source), "-j", "2"]
    command = [sys.executable, "-m", "tests.safety.stopped_run", *words]
    options = {"stderr": subprocess.PIPE, "start_new_session": True, **options}
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, **options) as process:
        try:
            assert process.stdout is not None
            while int(process.stdout.readline()) < 4:
                pass
            yield process
        finally:
            process.kill()


def assert_kept(source: Path) -> None:
    """See that some documents are committed, whole, that nothing else is on the disk, and that a run goes on from there."""
    index = index_of(source)
    kept = index.status().documents
    assert 1 < kept < FILES
    assert strays(source.parent / "index") == []
    assert index.count("水库") == kept * LINES
    report = index.add([source])
    assert (report.documents, report.added) == (FILES, FILES - kept)


def assert_same_answers(source: Path) -> None:
    """See that answers are those of a run that nobody stopped."""
    undisturbed = searchidx.open(source.parent / "undisturbed", create=True)
    undisturbed.add([source])
    for query in ("水库 桥梁", "第3篇", "7919", '"第7篇第9段"'):
        expected = [(hit.path, hit.line, hit.score) for hit in undisturbed.search(query, limit=50).hits]
        assert [
            (hit.path, hit.line, hit.score) for hit in index_of(source).search(query, limit=50).hits
        ] == expected


@pytest.mark.parametrize(
    ("name", "whom"), [("SIGTERM", "group"), ("SIGTERM", "process"), ("SIGHUP", "group"), ("SIGINT", "group")]
)
def test_a_signal_commits_what_is_whole_within_seconds(source, name, whom):
    number = signal.Signals[name]
    with running(source) as process:
        begin = time.monotonic()
        (os.killpg if whom == "group" else os.kill)(process.pid, number)
        _, err = process.communicate(timeout=HANGING)
        seconds = time.monotonic() - begin
    assert process.returncode == 128 + number, err
    assert b"what was read is kept: searchidx index goes on from there\n" in err
    assert seconds < SECONDS
    assert_kept(source)
    assert_same_answers(source)


def test_a_signal_that_comes_twice_changes_nothing(source):
    """As a terminal does that is closed: the system sends one, and the shell another."""
    with running(source) as process:
        for _ in range(20):
            os.killpg(process.pid, signal.SIGHUP)
            time.sleep(0.05)
        process.communicate(timeout=HANGING)
    assert process.returncode == 128 + signal.SIGHUP
    assert_kept(source)


def test_a_terminal_that_is_closed_commits_what_is_whole(source):
    ours, theirs = pty.openpty()
    # A session of its own whose terminal is the one that is opened first.
    with running(source, stdin=theirs, stderr=theirs, preexec_fn=_take_terminal) as process:
        os.close(theirs)
        begin = time.monotonic()
        os.close(ours)
        process.communicate(timeout=HANGING)
        seconds = time.monotonic() - begin
    assert process.returncode == 128 + signal.SIGHUP
    assert seconds < SECONDS
    assert_kept(source)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_who_ignores_a_signal_goes_on(source):
    """As under nohup."""
    ignoring = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)  # noqa: E731 - runs in the new process
    with running(source, preexec_fn=ignoring) as process:
        os.killpg(process.pid, signal.SIGHUP)
        process.communicate(timeout=HANGING)
    assert process.returncode == 0
    assert index_of(source).status().documents == FILES
