"""Times and memory: in one process, of whole processes, and of a process with all its children.

What is compared is run in turns, A B A B, so that a slow spell of the machine meets both, and medians are taken.
"""

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from compileall import compile_dir
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

SOURCES = Path(__file__).resolve().parents[1] / "searchidx"
LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True)
class Cold:
    """Whole-process runs of one command.

    Attributes:
        seconds: Median wall time.
        peak: Largest resident memory of any run, in bytes.
    """

    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of one run.

    Attributes:
        wall: Seconds from start to end.
        processor: Seconds of all threads and processes on a processor; other work on the machine does not count.
        peak: Peak memory of all processes in bytes, where it was watched and the system tells.
    """

    wall: float
    processor: float
    peak: int | None = None


def seconds(action: Callable[..., object], *arguments: object) -> float:
    """Time one call."""
    start = time.perf_counter()
    action(*arguments)
    return time.perf_counter() - start


def cold_in_turns(commands: Mapping[str, Sequence[str]], repeats: int) -> dict[str, Cold]:
    """Run whole commands in turns, after one untimed round; a command that fails is an error."""
    runs: dict[str, list[tuple[float, int]]] = {name: [] for name in commands}
    for turn in range(repeats + 1):
        for name, command in commands.items():
            taken, peak = _launch(command)
            if turn:
                runs[name].append((taken, peak))
    return {
        name: Cold(median(taken for taken, _ in measured), max(peak for _, peak in measured))
        for name, measured in runs.items()
    }


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


@dataclass(slots=True)
class Peak:
    """The largest memory seen, in bytes; None where the system does not tell."""

    value: int | None = None


@contextmanager
def peak_memory(root: int, every: float = 0.05) -> Iterator[Peak]:
    """Watch a process and all its descendants; shared pages count once (PSS)."""
    peak, done = Peak(), threading.Event()

    def watch() -> None:
        while not done.wait(every):
            now = _tree_memory(root)
            if now is not None:
                peak.value = max(peak.value or 0, now)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def run_timed(command: Sequence[str]) -> Cost:
    """Run a command quietly."""
    return _run(command, lambda _: nullcontext(Peak()))


def run_watched(command: Sequence[str]) -> Cost:
    """Run a command quietly and watch the memory of all its processes, which makes it slower."""
    return _run(command, peak_memory)


def _run(command: Sequence[str], watching: Callable[[int], AbstractContextManager[Peak]]) -> Cost:
    with tempfile.TemporaryFile("w+") as said:
        wall, processor = time.perf_counter(), _children_seconds()
        with (
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said) as process,
            watching(process.pid) as peak,
        ):
            code = process.wait()
        cost = Cost(time.perf_counter() - wall, _children_seconds() - processor, peak.value)
        if code:
            said.seek(0)
            raise subprocess.CalledProcessError(code, list(command), stderr=said.read())
    return cost


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the medians of several runs."""
    return Cost(
        median(cost.wall for cost in costs),
        median(cost.processor for cost in costs),
        max((cost.peak for cost in costs if cost.peak), default=None),
    )


@cache
def searchidx_command() -> tuple[str, ...]:
    """Return the command a user would type, from the environment this runs in, compiled as an installed package is."""
    compile_dir(SOURCES, quiet=1)  # Python itself may be told not to write what it compiles
    script = Path(sys.executable).with_name("searchidx")
    return (str(script),) if script.exists() else (sys.executable, "-m", "searchidx")


def _launch(command: Sequence[str]) -> tuple[float, int]:
    output = subprocess.check_output([sys.executable, "-S", "-E", str(LAUNCHER), "1", *command], text=True)
    ((taken, peak, code),) = json.loads(output)
    if code:
        raise subprocess.CalledProcessError(code, list(command))
    return taken, peak


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _tree_memory(root: int) -> int | None:
    sizes = [_memory(process) for process in _descendants(root)]
    known = [size for size in sizes if size is not None]
    return sum(known) if known else None


def _descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc") if Path("/proc").is_dir() else ():
        if entry.name.isdigit():
            parent = _parent(int(entry.name))
            if parent is not None:
                children.setdefault(parent, []).append(int(entry.name))
    found, ahead = [], [root]
    while ahead:
        process = ahead.pop()
        found.append(process)
        ahead += children.get(process, [])
    return found


def _parent(process: int) -> int | None:
    try:
        stat = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])


def _memory(process: int) -> int | None:
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return None
    return None
