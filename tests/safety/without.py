"""Takes a protection out of a copy of the package and sees whether its test fails.

``python -m tests.safety.without [NAME...]``: all of :mod:`tests.safety.protections`, or those that are named. Prints a
line each; the exit code is 1 when something was taken out and no test noticed.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.safety.protections import PROTECTIONS, Protection

REPOSITORY = Path(__file__).resolve().parents[2]
COPIED = ("searchidx", "tests", "fixtures", "pyproject.toml")
SECONDS = 300  # for one test; who takes longer hangs, which is a way to fail
FAILED = 1  # what pytest ends with when tests were run and some failed


def try_without(protection: Protection) -> str:
    """Run the test of a protection in a copy that lacks it; returns what is wrong with that, or nothing."""
    with tempfile.TemporaryDirectory(prefix="searchidx-without-") as folder:
        copy_to(Path(folder))
        take_out(protection, Path(folder))
        ended, said = run(["-x", f"tests/safety/{protection.test}"], Path(folder))
    if ended in (FAILED, None):
        return ""
    return "no test noticed" if not ended else f"pytest ended with {ended}: {said[-300:]}"


def copy_to(folder: Path) -> None:
    unwanted = shutil.ignore_patterns("__pycache__", ".hypothesis")
    for name in COPIED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=unwanted)
        else:
            shutil.copy(source, folder / name)


def take_out(protection: Protection, folder: Path) -> None:
    path = folder / protection.file
    source = path.read_text(encoding="utf-8")
    assert source.count(protection.usual) == 1, protection.name
    path.write_text(source.replace(protection.usual, protection.without), encoding="utf-8")


def run(words: list[str], folder: Path) -> tuple[int | None, str]:
    """Run pytest in a copy, with what it starts; returns its exit code, None if it had to be ended, and what it said."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.safety.no_shrinking",
        f"--basetemp={folder}/tmp",
        *words,
    ]
    surroundings = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    surroundings.pop("SEARCHIDX_SOAK", None)
    with subprocess.Popen(
        command,
        cwd=folder,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None, ""
    return process.returncode, said


def main() -> int:
    names = sys.argv[1:]
    wrong = 0
    for protection in PROTECTIONS:
        if names and protection.name not in names:
            continue
        begin = time.monotonic()
        said = try_without(protection)
        wrong += said != ""
        sys.stdout.write(
            f"{time.monotonic() - begin:5.1f} s  {protection.name:32} {said or 'its test fails'}\n"
        )
        sys.stdout.flush()
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
