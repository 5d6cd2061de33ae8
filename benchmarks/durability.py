"""Durability: what it costs that a commit survives a power cut, beside the same runs with nothing flushed to the disk.

python benchmarks/durability.py [--corpus DIR] [--save]
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from extraction import files_of, work_folder
from measuring import seconds
from report import Table, arguments, publish

from searchidx.ingest import update

REPEATS = 15


@contextmanager
def unflushed() -> Iterator[None]:
    """Have the system keep everything in its memory."""
    usual = os.fsync
    os.fsync = lambda _: None
    try:
        yield
    finally:
        os.fsync = usual


def in_turns(act: Callable[[int], None]) -> tuple[float, float]:
    """Median seconds of an act as it is and with nothing flushed; it is given another number each time."""
    taken: tuple[list[float], list[float]] = ([], [])
    act(0)
    for number in range(1, REPEATS + 1):
        taken[0].append(seconds(act, 2 * number))
        with unflushed():
            taken[1].append(seconds(act, 2 * number + 1))
    return median(taken[0]), median(taken[1])


def table(corpus: Path) -> Table:
    copy, index = work_folder() / "durability-corpus", work_folder() / "durability-index"
    for folder in (copy, index):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(corpus, copy)
    changing = files_of(copy)[:20]
    said = {path: path.read_bytes() for path in changing}

    def everything(number: int) -> None:
        update.update(f"{index}-{number}", [str(copy)], processes=1)
        shutil.rmtree(f"{index}-{number}")

    def changed(paths: list[Path]) -> Callable[[int], None]:
        def act(number: int) -> None:
            for path in paths:
                path.write_bytes(said[path] + f"\n\n第{number}次添的一段话。\n".encode())
            assert update.update(str(index), processes=1).updated == len(paths)

        return act

    update.update(str(index), [str(copy)], processes=1)
    rows = []
    for name, act in (
        (f"all {len(files_of(copy))} files", everything),
        (f"{len(changing)} files changed", changed(changing)),
        ("one file changed", changed(changing[:1])),
    ):
        durable, lost = in_turns(act)
        rows.append((name, f"{durable * 1e3:.1f} ms", f"{lost * 1e3:.1f} ms", f"{durable / lost:.2f}"))
    shutil.rmtree(copy)
    shutil.rmtree(index)
    return Table(
        f"A run with its commit, {corpus.name}",
        ("", "durable", "nothing flushed", "ratio"),
        rows,
        f"In one process, in turns, median of {REPEATS}.",
    )


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    fixtures = Path(__file__).resolve().parent.parent / "fixtures" / "corpus"
    parser.add_argument(
        "--corpus", type=Path, default=fixtures, help="folder to index (default: fixtures/corpus)"
    )
    options = parser.parse_args()
    publish("durability", [table(options.corpus)], save=options.save)


if __name__ == "__main__":
    main()
