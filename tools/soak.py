"""Run the long tests, part by part: what runs, how long it took and what came of it.

    python tools/soak.py [--jobs N] [PART...]

A part that fails ends nothing; what it said is in .soak/PART.log, and at the end all that failed is named. The exit
code is 1 then. SEARCHIDX_SOAK=0.1 is a tenth of each run, 10 ten times as much. `make soak` is this with all parts.
"""

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parent.parent
LOGS = REPOSITORY / ".soak"
_QUERIES = "tests/safety/test_attack_queries.py"

PARTS: dict[str, tuple[str, ...]] = {
    "power": ("tests/safety/test_power_loss.py",),
    "readers": ("tests/safety/test_readers_and_writers.py",),
    "documents": ("tests/safety/test_hostile_documents.py",),
    "disk": ("tests/safety/test_failing_io.py",),
    "kills": ("tests/safety/test_kill.py",),
    "damage": ("tests/safety/test_corruption.py", "tests/local/segment/test_damage.py"),
    "shown": ("tests/safety/test_shown.py",),
    "queries": (_QUERIES, "-k", "not anything_at_all and not large_index"),
    "random-queries": (_QUERIES, "-k", "anything_at_all"),
    "large-index": (_QUERIES, "-k", "large_index"),
    "strangers": ("tests/safety/test_strangers_index.py",),
    "fuzz": ("tests/safety/test_fuzz.py",),
    "protections": ("tests/safety/test_protections.py",),
    "sequences": ("tests/safety/test_same_answers.py",),
    "complete": ("tests/test_complete.py", "tests/local/test_scoring.py"),
    "texts": ("tests/test_tokenizer.py", "tests/test_newspaper.py"),
}
"""What pytest is given for each, the shorter ones first."""


class Result(NamedTuple):
    """Outcome of a part: pytest's exit code (0 all passed), seconds, and its last line."""

    part: str
    code: int
    seconds: float
    said: str

    @property
    def line(self) -> str:
        """For a person."""
        word = "failed" if self.code else "passed"
        return f"{word}  {self.part:15} {duration(self.seconds):>13}   {self.said}"


def command(part: str) -> list[str]:
    """Command line and environment of a part."""
    return [sys.executable, "-m", "pytest", "-q", "--tb=short", "--durations=10", *PARTS[part]]


def run(part: str) -> Result:
    """Run one part, its output going to its log."""
    tell(f"begins  {part}")
    begin = time.monotonic()
    log = LOGS / f"{part}.log"
    surroundings = {"SEARCHIDX_SOAK": "1", **os.environ}
    with log.open("w", encoding="utf-8") as file:
        done = subprocess.run(  # noqa: S603 - our own interpreter and tests
            command(part),
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
            cwd=REPOSITORY,
            env=surroundings,
        )
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() or ["it said nothing"]
    result = Result(part, done.returncode, time.monotonic() - begin, lines[-1].strip("= "))
    tell(result.line)
    return result


def tell(line: str) -> None:
    """Print a line with the time of day, at once."""
    print(time.strftime("%H:%M:%S"), line, flush=True)


def duration(seconds: float) -> str:
    """Hours, minutes and seconds as people say them."""
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:2} min" if hours else f"{minutes} min {left:2} s"


def main() -> int:
    """Run the parts that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--jobs", type=int, default=1, help="parts at a time (default: 1)")
    options = parser.parse_args()
    if unknown := [part for part in options.parts if part not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}")
    LOGS.mkdir(exist_ok=True)
    begin = time.monotonic()
    with ThreadPoolExecutor(options.jobs) as threads:
        results = list(threads.map(run, options.parts or PARTS))
    print(f"\n{len(results)} parts in {duration(time.monotonic() - begin)}:")
    for result in results:
        print(f"  {result.line}")
    failed = [str(LOGS / f"{result.part}.log") for result in results if result.code]
    print("\nfailed, see " + " ".join(failed) if failed else "\nall passed")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
