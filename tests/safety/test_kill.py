"""Kill it at any moment: the index is at the last acknowledged commit or the one being made, and goes on at once."""

import json
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from searchidx.errors import NoIndexError
from searchidx.ingest import worker
from searchidx.ingest.batch import FileTask
from searchidx.ingest.limits import Limits
from tests.safety.held import held, strays, times
from tests.safety.killed_run import texts_at

KILLS = times(1, 10)  # times the hundred below
HANGING = 600.0  # seconds after which something hangs, on however busy a machine
REPOSITORY = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the workers of a process in /proc")


class Runs:
    """A folder whose index is changed step by step by runners that are killed.

    Attributes:
        folder: The sources and the index.
        acknowledged: The last step that was; 0 before the first.
    """

    def __init__(self, folder: Path, maker: "Maker") -> None:
        self.folder = folder
        self.acknowledged = 0
        self._maker = maker

    def start(self, *, workers: bool, operation: int | None = None, victim: str = "group") -> int:
        """Begin a runner that goes on from where the index is; returns its process id."""
        return self._maker.order(
            {
                "folder": str(self.folder),
                "first": self.acknowledged + 1,
                "workers": workers,
                "operation": operation,
                "victim": victim,
            }
        )

    def listen(self, seconds: float) -> bool:
        """Hear of acknowledged steps for some time; returns whether there was one."""
        until = time.monotonic() + seconds
        heard = False
        while (left := until - time.monotonic()) > 0 or not self._maker.said.empty():
            try:
                step = self._maker.said.get(timeout=max(left, 0.001))
            except queue.Empty:
                continue
            assert step["strays"] == [], "a commit left files behind"
            assert step["skipped"] == []
            assert step["step"] == self.acknowledged + 1
            self.acknowledged = step["step"]
            heard = True
        return heard

    def hear_of_one(self) -> None:
        """Wait for the next step to be acknowledged."""
        until = time.monotonic() + HANGING
        while not self.listen(0.05):
            assert time.monotonic() < until, "the run goes on"

    def hear_out(self) -> None:
        """Hear of all that a runner said before it ended."""
        self._maker.settle()
        self.listen(0)

    def check(self) -> None:
        """See that the index is at the last acknowledged step or whole at the next, and that it opens at once."""
        begin = time.process_time()
        try:
            found = held(self.folder / "index")
        except NoIndexError:
            assert self.acknowledged == 0
            return
        assert time.process_time() - begin < 60  # a hang, not a speed
        if found != self._expected(self.acknowledged):
            # A step that begins with a removal has two commits.
            between = {
                path: text
                for path, text in self._expected(self.acknowledged).items()
                if path in self._expected(self.acknowledged + 1)
            }
            assert found in (between, self._expected(self.acknowledged + 1))
            self.acknowledged += found != between

    def _expected(self, step: int) -> dict[str, tuple[str, ...]]:
        source = self.folder / "source"
        return {str(source / name): tuple(lines) for name, lines in texts_at(step).items()} if step else {}


class Maker:
    """The process that forks the runners."""

    def __init__(self) -> None:
        self.said: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._runners: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._pongs: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._ordered: list[int] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.safety.killed_run"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=REPOSITORY,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def order(self, order: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        self._ordered.append(self._runners.get(timeout=HANGING))
        return self._ordered[-1]

    def settle(self) -> None:
        """Wait until all that was said so far has been heard."""
        assert self._process.stdin is not None
        self._process.stdin.write(b'{"ping": 0}\n')
        self._process.stdin.flush()
        self._pongs.get(timeout=HANGING)

    def end_runners(self) -> None:
        """End what a failed test may have left, and forget what it said."""
        for runner in self._ordered:
            with suppress(ProcessLookupError):
                os.killpg(runner, signal.SIGKILL)
            wait_for_end(runner)
        self._ordered.clear()
        self.settle()
        while not self.said.empty():
            self.said.get()

    def close(self) -> None:
        self._process.kill()
        self._listener.join()  # the pipe ends with the process
        self._process.communicate()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            message = json.loads(line)
            if "pong" in message:
                self._pongs.put(None)
            elif "runner" in message:
                self._runners.put(message["runner"])
            else:
                self.said.put(message)


@pytest.fixture(scope="module")
def maker() -> Iterator[Maker]:
    made = Maker()
    yield made
    made.close()


@pytest.fixture
def runs(tmp_path, maker) -> Iterator[Runs]:
    yield Runs(tmp_path, maker)
    maker.end_runners()


def test_kill_at_any_operation_on_the_disk(runs):
    """60 kills, each at one operation of the index, update, merge and remove of some steps, alone or with its group."""
    chance = random.Random(5)
    for number in range(60 * KILLS):
        runner = runs.start(
            workers=False, operation=chance.randint(1, 40), victim=("group", "parent")[number % 2]
        )
        wait_for_end(runner)
        runs.hear_out()
        runs.check()
    assert runs.acknowledged > 20 * KILLS


def test_kill_at_any_moment(runs):
    """22 kills by the clock, of a group without workers."""
    chance = random.Random(6)
    for _ in range(22 * KILLS):
        runner = runs.start(workers=False)
        runs.listen(chance.uniform(0, 0.4))
        os.killpg(runner, signal.SIGKILL)
        wait_for_end(runner)
        runs.hear_out()
        runs.check()
    assert runs.acknowledged > 5 * KILLS


@pytest.mark.parametrize("victim", ["group", "parent"])
def test_kill_a_run_with_workers(runs, victim):
    """Two times 6 kills; killed alone, the parent leaves workers that end by themselves, and nothing of theirs stays."""
    chance = random.Random(7)
    for _ in range(6 * KILLS):
        runner = runs.start(workers=True)
        wait_for_workers(runner)
        runs.listen(chance.uniform(0, 0.5))
        workers = children(runner)
        (os.killpg if victim == "group" else os.kill)(runner, signal.SIGKILL)
        wait_for_end(runner)
        runs.hear_out()
        runs.check()
        for left in workers:
            wait_for_end(left, seconds=60)
    survivor = runs.start(workers=True)
    runs.hear_of_one()
    os.killpg(survivor, signal.SIGKILL)
    wait_for_end(survivor)
    runs.hear_out()
    runs.check()


def test_kill_one_worker(runs):
    """6 kills of workers cost nothing: every step is whole, and none is skipped."""
    chance = random.Random(8)
    runner = runs.start(workers=True)
    killed = 0
    while killed < 6 * KILLS:
        step = runs.acknowledged
        wait_for_workers(runner)
        time.sleep(chance.uniform(0, 0.3))
        workers = children(runner)
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)
            killed += 1
        if runs.acknowledged == step:
            runs.hear_of_one()  # a dead worker is replaced
    os.killpg(runner, signal.SIGKILL)
    wait_for_end(runner)
    runs.hear_out()
    runs.check()


def test_a_killed_run_leaves_nothing_once_another_has_committed(runs):
    runner = runs.start(workers=True)
    wait_for_workers(runner)
    os.kill(runner, signal.SIGKILL)
    wait_for_end(runner)
    (runs.folder / "index" / "MAIN_00000000deadbeef.seg").write_bytes(b"half a segment")
    runs.check()
    survivor = runs.start(workers=False)
    runs.hear_of_one()
    os.killpg(survivor, signal.SIGKILL)
    wait_for_end(survivor)
    runs.hear_out()
    runs.check()
    survivor = runs.start(workers=False)
    runs.hear_of_one()
    os.killpg(survivor, signal.SIGSTOP)
    left = strays(runs.folder / "index")
    os.killpg(survivor, signal.SIGKILL)
    assert "MAIN_00000000deadbeef.seg" not in left


SLOW_READER = """
import sys, time
sys.path[:] = {path!r}
from searchidx.ingest import batch, worker
batch.read = lambda path, data, *, encoding=None: time.sleep(600)
worker.main()
"""


@pytest.mark.parametrize("files", [0, 1], ids=["idle", "busy"])
def test_a_worker_ends_when_its_parent_is_gone(tmp_path, monkeypatch, files):
    """Which closes its standard input; whether it waits for work or is in the middle of a file."""
    monkeypatch.setattr(worker, "command", lambda: [sys.executable, "-c", SLOW_READER.format(path=sys.path)])
    (tmp_path / "1.txt").write_text("一段话", encoding="utf-8")
    with worker.start(()) as process:
        try:
            tasks = [FileTask(str(tmp_path / "1.txt"), 9, 1)] * files
            process.stdin.write(worker.request(str(tmp_path), tasks, Limits(seconds=600), None))
            process.stdin.flush()
            assert b"file" in process.stdout.readline()
            if not files:
                assert b"done" in process.stdout.readline()
            process.stdin.close()
            process.wait(timeout=60)
        finally:
            process.kill()


def wait_for_end(process: int, seconds: float = HANGING) -> None:
    """Wait until a process that is not our child has gone."""
    until = time.monotonic() + seconds
    while is_alive(process):
        assert time.monotonic() < until, "a process that was to end is still there"
        time.sleep(0.005)


def wait_for_workers(runner: int) -> None:
    until = time.monotonic() + HANGING
    while not children(runner) and is_alive(runner):
        assert time.monotonic() < until
        time.sleep(0.01)


def is_alive(process: int) -> bool:
    return status_of(process)[0] not in "ZX"


def children(parent: int) -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and status_of(name)[1] == parent]


def status_of(process: int | str) -> tuple[str, int]:
    """State and parent of a process; one that is no more is dead."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            state, parent = file.read().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return "X", 0
    return state, int(parent)
