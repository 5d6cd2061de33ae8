"""Indexing: a whole folder to a committed index, its size, memory, and what an update costs.

python benchmarks/indexing.py [--corpus DIR] [--sample N] [--save]
"""

import os
import shutil
import subprocess
from pathlib import Path

from building import build_peer, index_command
from extraction import extracted, files_of, folder_bytes, megabytes, passages, work_folder
from measuring import run_watched, searchidx_command
from peers import available, peer
from report import Table, arguments, mebibytes, parse, publish, times

PEERS = ("tantivy", "fts5", "trigram")


def whole(corpus: Path, sample: int) -> Table:
    """Index all of it with searchidx and the fast peers, a part of it with the stock recipe."""
    extract = extracted(corpus)
    size = megabytes(passages(extract))
    target = work_folder() / "indexing-searchidx"
    shutil.rmtree(target, ignore_errors=True)
    taken, peak = run_watched(index_command(target, corpus))
    found = subprocess.check_output(
        [*searchidx_command(), "search", "-c", "--index", str(target), "系统"], text=True
    )
    assert sum(int(line.rpartition(":")[2]) for line in found.split()), "the new index answers"
    rows = [_row("searchidx, from files", taken, size, taken, folder_bytes(target), peak=mebibytes(peak))]
    for engine in available(PEERS):
        name = next(name for name in PEERS if peer(name) is engine)
        directory = work_folder() / f"indexing-{name}"
        theirs = build_peer(name, extract, 0, directory)
        rows.append(_row(engine.name, theirs, size, taken, folder_bytes(directory)))
    directory = work_folder() / "indexing-stock"
    part = megabytes(passages(extract, sample))
    stock = build_peer("stock", extract, sample, directory)
    rows.append(
        _row("stock recipe*", stock * size / part, size, taken, folder_bytes(directory) * size / part)
    )
    return Table(
        f"Indexing {corpus.name}: {size:.1f} MB of text",
        ("", "time", "speed", "searchidx is faster by", "index over text", "peak memory of all processes"),
        rows,
        f"Peers start from extracted paragraphs. *) Measured on {sample:,} paragraphs ({part:.1f} MB), scaled up.",
    )


def _row(
    name: str, taken: float, size: float, ours: float, on_disk: float, *, peak: str = "–"
) -> tuple[str, ...]:
    return (
        name,
        f"{taken:.1f} s",
        f"{size / taken:.2f} MB/s",
        times(taken / ours),
        f"{on_disk / 1e6 / size:.2f}",
        peak,
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
    return Table(f"Updates of {corpus.name}: {len(files):,} files", ("", "time", "index on disk"), rows)


def _index(target: Path, corpus: Path) -> tuple[str, str]:
    taken, _ = run_watched(index_command(target, corpus))
    return f"{taken:.2f} s", f"{folder_bytes(target) / 1e6:.1f} MB"


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], corpus="trees/lctt")
    parser.add_argument(
        "--sample", type=int, default=10_000, help="paragraphs that the stock recipe is given"
    )
    options = parse(parser)
    publish("indexing", [whole(options.corpus, options.sample), updates(options.corpus)], save=options.save)


if __name__ == "__main__":
    main()
