"""Stop it from outside: what is whole is committed, soon, and the next run goes on from there."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import searchidx
from searchidx.errors import NoIndexError
from searchidx.ingest import CommitSchedule, merging, pool, worker
from searchidx.ingest.batch import FileTask, Outcome
from searchidx.local.commit import merge_policy
from searchidx.local.commit.index_writer import IndexWriter
from searchidx.local.segment import manifest
from tests.safety.held import held, strays

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
    assert b"interrupted; searchidx index continues the run\n" in err
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


# --- Commits on the way ------------------------------------------------------------------------------------------


OFTEN = CommitSchedule(seconds=1e-9)  # after every batch


@pytest.fixture
def small_batches(monkeypatch) -> None:
    monkeypatch.setattr("searchidx.ingest.run.ALONE_BYTES", 0)
    monkeypatch.setattr("searchidx.ingest.run.BATCH_BYTES", 300_000)
    monkeypatch.setattr(merging, "ALONE_BYTES", 0)


@pytest.mark.usefixtures("small_batches")
def test_a_run_commits_on_its_way_and_answers_as_one_that_does_not(source):
    index = index_of(source)
    seen = []

    def look(progress) -> None:
        if progress.current == "committing":
            with suppress(NoIndexError):
                seen.append(manifest.read(index.directory))

    report = index.add([source], schedule=OFTEN, progress=look, processes=2)
    assert report.documents == FILES
    assert len(seen) > 3
    assert {contents.unfinished for contents in seen} == {(str(source),)}
    assert index.status().unfinished == ()
    assert strays(index.directory) == []
    assert not index.check().problems
    assert_same_answers(source)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("width", [2, merge_policy.MAX_TIER_SEGMENTS])
def test_what_leaves_or_is_renamed_or_skipped_comes_with_the_last_commit(source, monkeypatch, width):
    """While segments are merged on the way, and documents move with them."""
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", width)
    index = index_of(source)
    index.add([source], processes=2)
    before = {record.path for record in index.documents()}
    (source / "00.txt").unlink()
    (source / "01.txt").rename(source / "别名.txt")
    (source / "02.txt").write_bytes(bytes(range(256)))
    for number in range(3, FILES):
        with open(source / f"{number:02}.txt", "a", encoding="utf-8") as file:
            file.write("又说航标。\n")
    on_the_way = []

    def look(progress) -> None:
        if progress.current == "committing":
            on_the_way.append((manifest.read(index.directory), held(index.directory)))

    report = index.add(schedule=OFTEN, progress=look, processes=2)
    assert len(on_the_way) > 3
    for contents, documents in on_the_way:
        assert (set(documents), contents.skipped) == (before, ())
        assert all(len(texts) in {LINES, LINES + 1} for texts in documents.values()), (
            "a document is not whole"
        )
    assert (report.removed, report.renamed, report.updated) == (2, 1, FILES - 3)
    assert index.count("航标") == FILES - 3
    assert_same_answers(source)


def test_a_killed_run_loses_what_came_after_its_last_commit_and_says_that_it_is_unfinished(source):
    index = index_of(source)
    often = {"SEARCHIDX_COMMIT_TEXT": "1", "BATCH_BYTES": "300000"}
    with running(source, env={**os.environ, **often}) as process:
        until = time.monotonic() + HANGING
        while not manifest.latest(index.directory) and time.monotonic() < until:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=HANGING)
    kept = index.status()
    assert 0 < kept.documents < FILES
    assert kept.unfinished == (str(source),)
    shown = subprocess.check_output(
        [sys.executable, "-m", "searchidx", "status", "--index", index.directory], cwd=REPOSITORY, text=True
    )
    assert f"the run over {source} was interrupted; searchidx index continues it" in shown
    report = index.add()
    assert (report.documents, report.added) == (FILES, FILES - kept.documents)
    assert (index.status().unfinished, strays(index.directory)) == ((), [])
    assert_same_answers(source)


def test_a_run_over_something_else_does_not_finish_an_unfinished_one(source):
    with running(source) as process:
        os.kill(process.pid, signal.SIGTERM)
        process.communicate(timeout=HANGING)
    index = index_of(source)
    index.add([source / "00.txt"])
    assert index.status().unfinished == (str(source),)
    index.add([source.parent / "source"])
    assert index.status().unfinished == ()


def test_what_a_killed_run_left_is_removed_before_the_next_writes_anything(source):
    index = index_of(source)
    index.add([source / "00.txt"])
    for name in ("MAIN_00000000deadbeef.seg", "_MAIN_7.toc.tmp"):
        Path(index.directory, name).write_bytes(b"half of something")
    with IndexWriter(index.directory):
        assert strays(index.directory) == []
    assert index.status().documents == 1


def test_a_schedule_is_due_by_time_or_by_text():
    schedule = CommitSchedule(180, 1024)
    assert [schedule.is_due(*state) for state in ((179, 0), (180, 0), (0, (1 << 30) - 1), (0, 1 << 30))] == [
        False,
        True,
        False,
        True,
    ]
    assert not CommitSchedule(0, 0).is_due(1e9, 1 << 40)


SLOW_READER = """
import sys, time
sys.path[:] = {path!r}
from searchidx.ingest import batch, worker
usual = batch.read
def read(path, data, *, encoding=None):
    time.sleep(0.2)
    return usual(path, data, encoding=encoding)
batch.read = read
worker.main()
"""


def test_a_worker_hands_over_what_it_has_read_though_its_batch_is_slow(tmp_path, monkeypatch):
    """So that there is something to commit on the way; each file is read once."""
    monkeypatch.setattr(worker, "command", lambda: [sys.executable, "-c", SLOW_READER.format(path=sys.path)])
    monkeypatch.setattr(pool, "BATCH_SECONDS", 1.0)
    monkeypatch.setattr(pool, "_POLL_SECONDS", 0.1)
    tasks = []
    for number in range(20):
        path = tmp_path / f"{number:02}.txt"
        path.write_bytes(f"第{number}篇说航标。".encode() if number % 5 else bytes(range(256)))
        tasks.append(FileTask(str(path), path.stat().st_size, 1))
    (tmp_path / "index").mkdir()
    outcomes = [
        event for event in pool.run(str(tmp_path / "index"), [tasks], 1) if isinstance(event, Outcome)
    ]
    assert len(outcomes) > 2
    paths = [
        path for outcome in outcomes for path in (*outcome.indexed, *(entry[0] for entry in outcome.skipped))
    ]
    assert sorted(paths) == [task.path for task in tasks]
    assert sum(len(outcome.parts) for outcome in outcomes) == len(outcomes)
