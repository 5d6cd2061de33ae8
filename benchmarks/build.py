"""Builds one peer's index in a process of its own and prints the seconds it took. Usage: PEER EXTRACT LIMIT INDEX

A peer is charged for its own work only: its dictionary is loaded by a first small index, and the time it takes to
read the extracted paragraphs back is taken off. Wall time and the time of all its threads on a processor are given.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from extraction import passages
from peers import peer


def main(name: str, extract: str, limit: str, directory: str) -> None:
    source, most = Path(extract), int(limit) or None

    def read() -> None:
        for _ in passages(source, most):
            pass

    engine = peer(name)
    with tempfile.TemporaryDirectory() as first:
        engine.build(passages(source, 10), Path(first) / "first")
    read()
    reading = clocked(read)
    building = clocked(lambda: engine.build(passages(source, most), Path(directory)))
    print(*(whole - part for whole, part in zip(building, reading, strict=True)))


def clocked(action: Callable[[], object]) -> tuple[float, float]:
    """Return wall and processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - wall, time.process_time() - processor


if __name__ == "__main__":
    main(*sys.argv[1:])
