"""Documents from strangers: each costs itself at most, is skipped with its reason, and everything beside it is indexed."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import searchidx
from searchidx.ingest import limits as limiting
from searchidx.ingest import pool, worker
from searchidx.ingest.batch import FileTask, Outcome
from searchidx.ingest.causes import cause_of
from searchidx.ingest.limits import Limits
from searchidx.messages import Message, message
from searchidx.readers.formats import format_of
from tests.safety import hostile
from tests.safety.held import SOAK

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS = 20
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are the system's")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> dict[str, Any]:
    """All hostile files in one folder, a good one between each few, indexed in one run."""
    top = tmp_path_factory.mktemp("hostile")
    folder = top / "source"
    folder.mkdir()
    (top / "secret.txt").write_text(hostile.SECRET, encoding="utf-8")
    files = hostile.documents(top / "secret.txt", large=SOAK > 0)
    for number, (name, content) in enumerate(files.items()):
        (folder / name).write_bytes(content)
        if number % 5 == 0:
            (folder / f"{name}.good.txt").write_text(f"第{number}篇好文说的是水库。", encoding="utf-8")
    odd = hostile.make_odd_names(folder, top / "secret.txt")
    for make in odd:
        make()
    (top / "tmp").mkdir()
    before = listing(top)
    words = [str(top / "index"), str(folder), str(top / "notes"), str(SECONDS)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.safety.hostile_run", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(top / "tmp"), "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    new = sorted(set(listing(top)) - set(before))
    return {
        **json.loads(done.stdout),
        "said": done.stderr,
        "names": [*files, *("odd" for _ in odd)],
        "new": [path for path in new if not path.startswith(("index", "notes"))],
        "notes": (top / "notes").read_text(encoding="utf-8") if (top / "notes").exists() else "",
        "top": top,
    }


def listing(top: Path) -> list[str]:
    return [
        os.path.relpath(os.path.join(where, name), top) for where, _, names in os.walk(top) for name in names
    ]


def test_there_are_many_and_none_ends_the_run(run):
    assert len(run["names"]) >= 60
    assert run["said"] == ""
    assert run["indexed"] + len(run["skipped"]) >= len(run["names"])


def test_everything_good_beside_them_is_indexed(run):
    index = searchidx.open(run["top"] / "index")
    paths = [Path(document.path).name for document in index.documents()]
    good = [name for name in os.listdir(run["top"] / "source") if name.endswith(".good.txt")]
    assert len(good) > 10
    assert set(good) <= set(paths)
    assert index.count("好文") == len(good)
    assert [index.count(text, literal=True) for text in ("怪名里的正文", "无名里的正文")] == [1, 1]
    assert index.check().problems == ()


def test_each_is_skipped_with_a_reason_or_harmless(run):
    for path, reason in run["skipped"]:
        assert 5 < len(reason) < 300, path
        assert "\n" not in reason
        assert "Traceback" not in reason
    skipped = {Path(path).name: reason for path, reason in run["skipped"]}
    must = [
        f"{kind}.{suffix}"
        for kind in ("bomb", "overlapping", "cut", "noise", "empty")
        for suffix in hostile.PACKAGES
    ]
    assert [name for name in must if name not in skipped] == []
    for name in ("500 MB on one line.txt", "a terabyte.docx"):
        assert "larger than" in skipped[name]
    assert "nul.txt" in skipped


def test_bombs_are_refused_for_what_they_are(run):
    """Not for the memory or the time they took: nothing of them is unpacked."""
    skipped = {Path(path).name: reason for path, reason in run["skipped"]}
    for name in (f"{kind}.{suffix}" for kind in ("bomb", "overlapping") for suffix in hostile.PACKAGES):
        assert "it would unpack to" in skipped[name], name


def test_no_reader_fails_in_a_way_that_its_author_did_not_foresee(run):
    failed = [(Path(path).name, reason) for path, reason in run["skipped"] if "its reader" in reason]
    # PDFium ends its process when it gets no memory: what unfolds to gigabytes costs a worker, and is said to.
    aborted = {(name, "its reader crashed (SIGABRT)") for name in ("bomb.pdf", "layers.pdf")}
    assert not set(failed) - (aborted if SOAK else set())


def test_nothing_outside_is_read(run):
    index = searchidx.open(run["top"] / "index")
    assert index.search(hostile.SECRET).total == 0
    assert index.search('"root:x:0"').total == 0


def test_nothing_is_written_or_run_outside(run):
    assert run["new"] == []
    assert run["notes"] == ""


LEADING_OUT = (
    "outside",
    "reads a file",
    "laughs",
    "unfolds",
    "escaping",
    "nested",
    "loop",
    "itself",
    "script",
)


@pytest.mark.skipif(not SOAK, reason="traces a run: SEARCHIDX_SOAK=1")
@pytest.mark.skipif(
    shutil.which("strace") is None, reason="needs strace to hear what libraries ask of the system"
)
def test_the_system_itself_hears_of_nothing_outside(tmp_path):
    """Audit hooks hear what Python opens; this is what a library opens on its own, and whom it calls."""
    secret, folder, index = tmp_path / "secret.txt", tmp_path / "source", tmp_path / "index"
    secret.write_text(hostile.SECRET, encoding="utf-8")
    folder.mkdir()
    for name, content in hostile.documents(secret, large=False).items():
        if name.startswith(LEADING_OUT):
            (folder / name).write_bytes(content)
    assert len(list(folder.iterdir())) > 30
    calls = "trace=openat,open,creat,socket,connect,mkdir,symlink,symlinkat,link,linkat"
    command = ["strace", "-f", "-qq", "-s", "1000", "-o", str(tmp_path / "trace"), "-e", calls]
    command += [sys.executable, "-m", "searchidx", "index", "--index", str(index), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    if "ptrace" in done.stderr:
        pytest.skip("may not trace processes here")
    assert done.returncode == 0, done.stderr
    heard = (tmp_path / "trace").read_text(encoding="utf-8", errors="replace").splitlines()
    assert sum(str(folder) in line for line in heard) > 30
    assert [line for line in heard if str(secret) in line or "/etc/passwd" in line] == []
    assert [line for line in heard if "socket(" in line or "connect(" in line] == []
    made = [line for line in heard if re.search(r"O_CREAT|\b(?:mkdir|(?:sym)?link(?:at)?)\(", line)]
    assert made
    assert [line for line in made if f'"{index}' not in line and "__pycache__" not in line] == []


def test_the_parent_stays_small_and_the_run_short(run):
    assert run["peak"] < 300 << 20
    assert run["seconds"] < (900 if SOAK else 200)


# --- The limits themselves -------------------------------------------------------------------------------------------

HUNGRY = """
import sys; sys.path[:] = {path!r}
from searchidx.ingest import batch, worker
usual = batch.read
def read(path, data, *, encoding=None):
    if b"EAT" in data: [bytearray(1 << 20) for _ in range(4000)]
    if b"LOOP" in data:
        while True: pass
    if b"STUCK" in data:
        import re; re.match("(a+)+$", "a" * 60 + "b")  # one call that lets nobody else have a turn
    if b"HANG" in data:
        import time; time.sleep(600)
    if b"WAIT" in data:
        import time; time.sleep(3)
    if b"BUG" in data: raise ZeroDivisionError("a mistake\\nof ours")
    if b"DEEP" in data:
        def deeper(): deeper()
        deeper()
    return usual(path, data, encoding=encoding)
batch.read = read
worker.main()
"""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("EAT", "reading it took more than 400 MB of memory, which file_memory can raise"),
        ("LOOP", "reading it took longer than 2 s of processor time, which file_seconds can raise"),
        ("STUCK", "reading it took longer than 2 s of processor time, which file_seconds can raise"),
        ("HANG", "reading it took longer than 6 s, which file_wall_seconds can raise"),
        ("BUG", "its reader failed (ZeroDivisionError: a mistake of ours)"),
        ("DEEP", "it is nested deeper than any real document"),
    ],
    ids=["memory", "time", "time-in-one-call", "hanging", "mistake", "nesting"],
)
def test_a_file_that_wants_too_much_is_left_out(tmp_path, monkeypatch, content, reason):
    outcomes = read_beside_two_good_ones(tmp_path, monkeypatch, content)
    assert [
        (failure.path, cause_of(failure).sentence) for outcome in outcomes for failure in outcome.failures
    ] == [(str(tmp_path / "2.txt"), reason)]
    assert sorted(path[-5] for outcome in outcomes for path in outcome.indexed) == ["1", "3"]


def test_a_busy_machine_costs_no_file(tmp_path, monkeypatch):
    """Which is slow by the clock and takes no more of the processor's time than anywhere."""
    outcomes = read_beside_two_good_ones(tmp_path, monkeypatch, "WAIT")
    assert sorted(path[-5] for outcome in outcomes for path in outcome.indexed) == ["1", "2", "3"]


def test_the_limit_by_the_clock_is_far_wider_unless_it_is_set():
    assert Limits(seconds=120).clock_seconds == 2400
    assert Limits(seconds=120, wall_seconds=7).clock_seconds == 7


def read_beside_two_good_ones(folder, monkeypatch, content) -> list[Outcome]:
    """Have a worker read a file between two others, with little time and memory."""
    monkeypatch.setattr(pool.worker, "command", lambda: [sys.executable, "-c", HUNGRY.format(path=sys.path)])
    (folder / "index").mkdir()
    for name, text in (("1.txt", "好文一"), ("2.txt", content), ("3.txt", "好文二")):
        (folder / name).write_text(text, encoding="utf-8")
    tasks = [FileTask(str(folder / f"{number}.txt"), 9, 1) for number in (1, 2, 3)]
    limits = Limits(seconds=2, megabytes=400, wall_seconds=6)
    events = pool.run(str(folder / "index"), [tasks], 1, limits=limits)
    return [event for event in events if isinstance(event, Outcome)]


def test_a_worker_without_a_parent_is_ended_by_its_own_alarm(tmp_path):
    """Stuck in one call it can't even hear that its parent has gone."""
    (tmp_path / "2.txt").write_text("STUCK", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", HUNGRY.format(path=sys.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    task = FileTask(str(tmp_path / "2.txt"), 9, 1)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(worker.request(str(tmp_path), [task], Limits(seconds=2), None))
    process.stdin.flush()
    assert b"2.txt" in process.stdout.readline()
    time.sleep(0.5)
    process.stdin.close()
    process.stdout.close()
    try:
        assert process.wait(60) == -signal.SIGPROF
    finally:
        process.kill()


def test_a_worker_ends_itself_when_a_file_hangs(tmp_path):
    """Whether its parent looks after it or not."""
    (tmp_path / "2.txt").write_text("HANG", encoding="utf-8")
    command = [sys.executable, "-c", HUNGRY.format(path=sys.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        task = FileTask(str(tmp_path / "2.txt"), 9, 1)
        process.stdin.write(worker.request(str(tmp_path), [task], Limits(wall_seconds=2), None))
        process.stdin.flush()
        try:
            assert process.wait(30) == -signal.SIGALRM
        finally:
            process.kill()


def test_a_file_with_too_much_text_is_left_out(tmp_path):
    (tmp_path / "much.txt").write_text("水库。\n" * 130_000, encoding="utf-8")
    (tmp_path / "little.txt").write_text("水库。\n", encoding="utf-8")
    index = searchidx.open(tmp_path / "index", create=True)
    report = index.add([tmp_path / "much.txt", tmp_path / "little.txt"], limits=Limits(text_megabytes=1))
    assert report.skipped == (
        (str(tmp_path / "much.txt"), "it contains more than 1 MB of text, which file_text can raise"),
    )
    assert report.documents == 1


@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", ">"])
def test_quotes_in_each_other_without_end_are_text(tmp_path, mark: str):
    (tmp_path / "deep.md").write_text(f"{mark * 20_000}水库\n\n后文\n", encoding="utf-8")
    index = searchidx.open(tmp_path / "index", create=True)
    report = index.add([tmp_path / "deep.md"])
    assert (report.documents, report.skipped) == (1, ())
    assert [hit.line for word in ("水库", "后文") for hit in index.search(word).hits] == [1, 3]


def test_a_file_that_was_left_out_is_read_once_the_limit_allows_it(tmp_path):
    (tmp_path / "much.txt").write_text("水库。\n" * 130_000, encoding="utf-8")
    index = searchidx.open(tmp_path / "index", create=True)
    index.add([tmp_path], limits=Limits(text_megabytes=1))
    assert len(index.add(limits=Limits(text_megabytes=1)).skipped) == 1
    assert index.add(limits=Limits(text_megabytes=2)).added == 1


def test_wider_limits_are_known_by_the_reason():
    narrow, wide = Limits(2, 400, 1), Limits(2.5, 500, 2)
    for reason in (narrow.too_slow, narrow.too_late, narrow.too_large, narrow.too_long):
        assert wide.exceed(reason)
        assert not narrow.exceed(reason)
    assert not wide.exceed(message("crash", "SIGSEGV"))


def test_the_limit_in_a_reason_that_a_stranger_wrote_is_taken_for_narrower():
    for details in ((), ("many",), ("-1",)):
        assert Limits().exceed(Message("memory", details))


def test_names_of_any_length_are_cut_and_the_index_is_sound(tmp_path):
    record = {"text": "水库", "id": "i" * 1_500_000, "title": "题" * 500_000, "date": "2023" * 1_000_000}
    (tmp_path / "r.jsonl").write_text(json.dumps(record), encoding="utf-8")
    index = searchidx.open(tmp_path / "index", create=True)
    index.add([tmp_path / "r.jsonl"])
    assert index.check().problems == ()
    hit = index.search("水库").hits[0]
    assert len(hit.id or "") <= 1_000
    assert all(len(heading) <= 1_000 for heading in hit.headings)


def test_a_file_that_grows_while_it_is_read_is_read_to_its_limit(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"a" * 1000)
    with pytest.raises(searchidx.SearchidxError, match="larger than"):
        limiting.read_file(str(tmp_path / "a.txt"), 999)
    assert len(limiting.read_file(str(tmp_path / "a.txt"), 1000)[0]) == 1000
    assert limiting.read_file("/proc/self/status", 1 << 20)[0].startswith(b"Name:"), (
        "a file that does not know its size"
    )


def test_libraries_are_for_workers_only():
    safe = ("a.txt", "a.md", "a", "a.csv", "a.py", ".pdf")
    assert [name for name in safe if not format_of(name).is_safe_in_parent] == []
    unsafe = ("a.pdf", "a.DOCX", "a.html", "a.eml", "a.epub", "a.xlsx")
    assert [name for name in unsafe if format_of(name).is_safe_in_parent] == []
