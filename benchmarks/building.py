"""Indexes for the benchmarks, each built once by a process of its own and kept in the work folder."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from extraction import files_of, work_folder
from measuring import SOURCES, Cost, run_watched, searchidx_command

BUILDER = Path(__file__).with_name("build.py")


def peer_index(name: str, extract: Path, limit: int = 0) -> Path:
    """Return a peer's index of an extract, building it when it is not there."""
    directory = work_folder() / f"{name}-{extract.stem}-{limit}"
    if not (directory / "complete").exists():
        build_peer(name, extract, limit, directory)
        (directory / "complete").touch()
    return directory


def build_peer(name: str, extract: Path, limit: int, directory: Path) -> Cost:
    """Build a peer's index anew; process start and reading of the paragraphs are not counted."""
    shutil.rmtree(directory, ignore_errors=True)
    command = [sys.executable, str(BUILDER), name, str(extract), str(limit), str(directory)]
    wall, processor = subprocess.check_output(command, text=True).split()
    return Cost(float(wall), float(processor))


def our_index(corpus: Path) -> Path:
    """Return searchidx's index of a corpus by the code as it stands, building it when it is not there."""
    directory = work_folder() / f"searchidx-{corpus.name}-{_fingerprint(corpus)}"
    if not (directory / "complete").exists():
        shutil.rmtree(directory, ignore_errors=True)
        run_watched(index_command(directory / "index", corpus))
        (directory / "complete").touch()
    return directory / "index"


def index_command(directory: Path, *paths: Path) -> list[str]:
    """Return the command that indexes folders the way a user would."""
    return [*searchidx_command(), "index", "--index", str(directory), *map(str, paths)]


def _fingerprint(corpus: Path) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for source in sorted(SOURCES.rglob("*.py")):
        digest.update(source.read_bytes())
    for path in files_of(corpus):
        stat = path.stat()
        digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
