"""Large index: what a search finds within its budget at two million paragraphs, and what memory all hits and a check take.

Every answer is compared with a plain scan of the folded texts, and with that of the next smaller budget.

python benchmarks/large.py [--corpus DIR] [--paragraphs N] [--index DIR] [--save]
"""

import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from building import index_command
from extraction import extracted, work_folder
from growth import write_corpus
from measuring import run_watched, searchidx_command
from report import Table, arguments, mebibytes, parse, publish

import searchidx
from searchidx.fold import fold
from searchidx.local.segment.snapshot import Snapshot
from searchidx.results import Page

LITERALS = ("a b", "of a", "] [", " the ", "：1")
BUDGETS = (1, 2, 4, 0)
FREQUENT = "系统"
BATCH = 4096

Place = tuple[str, int]


def texts(snapshot: Snapshot) -> Iterator[tuple[str, int, str]]:
    """Yield path, line and folded text of every paragraph."""
    for record, start, end in snapshot.documents():
        for first in range(start, end, BATCH):
            for paragraph in snapshot.paragraphs(range(first, min(first + BATCH, end))):
                yield record.path, paragraph.line, fold(paragraph.text)


def scan(directory: Path) -> tuple[int, dict[str, set[Place]]]:
    """Count the paragraphs, and look for every literal in each."""
    places: dict[str, set[Place]] = {literal: set() for literal in LITERALS}
    count = 0
    for path, line, text in texts(Snapshot.open(str(directory))):
        count += 1
        for literal in LITERALS:
            if fold(literal) in text:
                places[literal].add((path, line))
    return count, places


def answer(directory: Path, literal: str, budget: int) -> tuple[Page, float]:
    """Search in an index that was just opened; return the page and the processor time it took."""
    with searchidx.open(directory, query_seconds=budget) as index:
        begin = time.thread_time()
        return index.search(literal, 1_000_000, literal=True, stream=True), time.thread_time() - begin


def within_budget(directory: Path, places: dict[str, set[Place]]) -> Table:
    """Compare the answers of growing budgets with the scan, and show how much of it each finds."""
    rows = []
    for literal, expected in places.items():
        smaller: set[Place] = set()
        cells = []
        for budget in BUDGETS:
            page, taken = answer(directory, literal, budget)
            hits = {(hit.path, hit.line) for hit in page.hits}
            assert smaller <= hits <= expected, (literal, budget)
            assert hits == expected or not page.complete, (literal, budget)
            smaller = hits
            share = "all" if page.complete else f"{len(hits) / max(len(expected), 1):.0%}"
            cells.append(f"{share} in {taken:.2f} s")
        rows.append((f"`-F '{literal}'`", f"{len(expected):,}", *cells))
    columns = ("query", "matches", *(f"{budget} s" if budget else "no limit" for budget in BUDGETS))
    note = "Each cell: share of the matches, and the processor time to rank them. All were checked by a scan."
    return Table("Answers within a budget", columns, rows, note)


def memory(directory: Path, note: str) -> Table:
    """Show what memory commands take whose output or input is large."""
    search = [*searchidx_command(), "search", "--index", str(directory)]
    commands: dict[str, Sequence[str]] = {
        f"search {FREQUENT}": [*search, FREQUENT],
        f"search -n 0 {FREQUENT}": [*search, "-n", "0", FREQUENT],
        f"search -n 0 --json {FREQUENT}": [*search, "-n", "0", "--json", FREQUENT],
        "check": [*searchidx_command(), "check", "--index", str(directory)],
    }
    costs = {name: run_watched(command) for name, command in commands.items()}
    rows = [(name, f"{cost.processor:.1f} s", mebibytes(cost.peak)) for name, cost in costs.items()]
    return Table("Memory", ("command", "processor time", "peak memory"), rows, note)


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], corpus="trees/lctt")
    parser.add_argument("--paragraphs", type=int, default=2_000_000)
    parser.add_argument("--index", type=Path, help="an index that is there, instead of a corpus")
    options = parse(parser)
    directory = options.index
    if directory is None:
        directory = work_folder() / f"large-{options.paragraphs}-index"
        corpus = write_corpus(extracted(options.corpus), options.paragraphs)
        shutil.rmtree(directory, ignore_errors=True)
        run_watched(index_command(directory, corpus))
        shutil.rmtree(corpus)
    count, places = scan(directory)
    with searchidx.open(directory) as index:
        assert index.size()[1] == count
        hits = index.count(FREQUENT)
    table = memory(directory, f"{count:,} paragraphs, of which {hits:,} match {FREQUENT}.")
    publish("large", [within_budget(directory, places), table], save=options.save)


if __name__ == "__main__":
    main()
