"""Indexing: a whole folder to a committed index, its size, memory, and what an update costs.

python benchmarks/indexing.py [--corpus DIR] [--sample N] [--turns N] [--save]
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from building import build_peer, index_command
from extraction import extracted, files_of, folder_bytes, megabytes, passages, work_folder
from measuring import Cost, middle, run_timed, run_watched, searchidx_command
from peers import available
from report import Table, arguments, mebibytes, parse, publish, times

PEERS = ("tantivy", "fts5", "trigram")


def whole(corpus: Path, sample: int, turns: int) -> Table:
    """Index all of it with searchidx and the fast peers in turns, a part of it with the stock recipe."""
    extract = extracted(corpus)
    size = megabytes(passages(extract))
    target = work_folder() / "indexing-searchidx"
    peers = available(PEERS)
    runs: dict[str, list[Cost]] = {"": [_fresh(target, corpus, run_watched)], **{name: [] for name in peers}}
    found = subprocess.check_output(
        [*searchidx_command(), "search", "-c", "--index", str(target), "系统"], text=True
    )
    assert sum(int(line.rpartition(":")[2]) for line in found.split()), "the new index answers"
    peak = runs[""].pop().peak
    for _ in range(turns):
        runs[""].append(_fresh(target, corpus, run_timed))
        for name in peers:
            runs[name].append(build_peer(name, extract, 0, work_folder() / f"indexing-{name}"))
    costs = {name: middle(measured) for name, measured in runs.items()}
    ours = replace(costs[""], peak=peak)
    rows = [_row("searchidx, from files", ours, ours, size, folder_bytes(target))]
    for name, engine in peers.items():
        on_disk = folder_bytes(work_folder() / f"indexing-{name}")
        rows.append(_row(engine.name, costs[name], ours, size, on_disk))
    directory = work_folder() / "indexing-stock"
    part = megabytes(passages(extract, sample))
    stock = build_peer("stock", extract, sample, directory)
    scale = size / part
    whole_stock = Cost(stock.wall * scale, stock.processor * scale)
    rows.append(_row("stock recipe*", whole_stock, ours, size, folder_bytes(directory) * scale))
    columns = (
        "",
        "time",
        "speed",
        "searchidx is quicker by",
        "processor time",
        "searchidx takes less by",
        "index over text",
        "peak memory",
    )
    return Table(
        f"Indexing {corpus.name}: {size:.1f} MB of text",
        columns,
        rows,
        f"Medians of {turns} runs in turns. Peers start from extracted paragraphs, their dictionaries loaded. Memory is that"
        " of all processes together, in a run of its own."
        f" *) Measured on {sample:,} paragraphs from all of it ({part:.1f} MB), scaled up.",
    )


def _fresh(target: Path, corpus: Path, run: Callable[[list[str]], Cost]) -> Cost:
    shutil.rmtree(target, ignore_errors=True)
    return run(index_command(target, corpus))


def _row(name: str, cost: Cost, ours: Cost, size: float, on_disk: float) -> tuple[str, ...]:
    return (
        name,
        f"{cost.wall:.1f} s",
        f"{size / cost.wall:.2f} MB/s",
        times(cost.wall / ours.wall),
        f"{cost.processor:.1f} s",
        times(cost.processor / ours.processor),
        f"{on_disk / 1e6 / size:.2f}",
        mebibytes(cost.peak),
    )


def updates(corpus: Path) -> Table:
    """Index a copy, then again with nothing changed, one file touched, one changed, a hundred added, a hundred gone."""
    copy, target = work_folder() / "updates-corpus", work_folder() / "updates-index"
    for folder in (copy, target):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(corpus, copy)
    files = files_of(copy)
    late = [(path, path.read_bytes()) for path in files[-100:]]
    for path, _ in late:
        path.unlink()
    rows = [("everything", *_index(target, copy)), ("nothing has changed", *_index(target, copy))]
    os.utime(files[0])
    rows.append(("one file touched, same content", *_index(target, copy)))
    files[1].write_bytes(files[1].read_bytes() + "\n\n新添的一段话。\n".encode())
    rows.append(("one file changed", *_index(target, copy)))
    for path, content in late:
        path.write_bytes(content)
    rows.append((f"{len(late)} files added", *_index(target, copy)))
    for path, _ in late:
        path.unlink()
    rows.append((f"{len(late)} files removed", *_index(target, copy)))
    shutil.rmtree(copy)
    return Table(
        f"Updates of {corpus.name}: {len(files):,} files",
        ("", "time", "processor time", "index on disk"),
        rows,
    )


def _index(target: Path, corpus: Path) -> tuple[str, str, str]:
    cost = run_timed(index_command(target, corpus))
    return f"{cost.wall:.2f} s", f"{cost.processor:.2f} s", f"{folder_bytes(target) / 1e6:.1f} MB"


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], corpus="trees/lctt")
    parser.add_argument(
        "--sample", type=int, default=10_000, help="paragraphs that the stock recipe is given"
    )
    parser.add_argument("--turns", type=int, default=3, help="how often each builds its index")
    options = parse(parser)
    publish(
        "indexing",
        [whole(options.corpus, options.sample, options.turns), updates(options.corpus)],
        save=options.save,
    )


if __name__ == "__main__":
    main()
