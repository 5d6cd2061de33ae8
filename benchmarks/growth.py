"""Growth: what 10,000, 100,000 and 1,000,000 paragraphs and the corpus three times over cost.

Cold, warm, to index, on disk and in memory.

python benchmarks/growth.py [--corpus DIR] [--sizes N,N,N] [--times N] [--save]
"""

import shutil
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from statistics import median

from building import index_command
from drawing import mixed_queries
from extraction import extracted, folder_bytes, passages, work_folder
from measuring import Cold, cold_in_turns, percentile, run_watched, searchidx_command, seconds
from peers import Passage, ours
from report import Table, arguments, mebibytes, milliseconds, parse, publish, result_file, times

PER_FILE = 50


def repeated(extract: Path) -> Iterator[Passage]:
    """Return the paragraphs again and again; from the second time on each carries a number of its own."""
    for turn in count():
        for number, (key, text) in enumerate(passages(extract)):
            line = " ".join(text.split())
            yield Passage(key, f"{line} 第{turn * 1_000_000 + number}号" if turn else line)


def write_corpus(extract: Path, size: int) -> Path:
    """Write so many paragraphs as text files."""
    target = work_folder() / f"growth-{size}"
    shutil.rmtree(target, ignore_errors=True)
    source = islice(repeated(extract), size)
    for number in count():
        batch = list(islice(source, PER_FILE))
        if not batch:
            return target
        path = target / f"{number // 100:04d}" / f"{number:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(passage.text for passage in batch) + "\n", "utf-8")
    raise AssertionError


class Point(dict[str, float]):
    """Everything measured at one size."""


def measure(extract: Path, size: int, queries: list[str]) -> Point:
    """Write, index, ask."""
    corpus, index = write_corpus(extract, size), work_folder() / f"growth-{size}-index"
    shutil.rmtree(index, ignore_errors=True)
    cost = run_watched(index_command(index, corpus))
    text = sum(path.stat().st_size for path in corpus.rglob("*.txt"))
    searcher = ours.open_index(index)
    assert searcher.total("系统") > 0
    rounds = [[seconds(searcher.top, query) for query in queries] for _ in range(4)][1:]
    warm = [median(values) for values in zip(*rounds, strict=True)]
    cold: Cold = cold_in_turns(
        {"cold": [*searchidx_command(), "search", "--index", str(index), "防火墙规则"]}, 9
    )["cold"]
    shutil.rmtree(corpus)
    return Point(
        paragraphs=size,
        text=text / 1e6,
        segments=len(list(index.glob("*.seg"))),
        index_seconds=cost.wall,
        index_processor=cost.processor,
        index_peak=cost.peak or 0,
        disk=folder_bytes(index) / text,
        cold=cold.seconds,
        cold_peak=cold.peak,
        warm=median(warm),
        warm95=percentile(warm, 0.95),
    )


def table(points: list[Point]) -> Table:
    """Show a column a size."""
    rows = {
        "text": lambda p: f"{p['text']:.1f} MB",
        "indexing": lambda p: f"{p['index_seconds']:.1f} s ({p['text'] / p['index_seconds']:.1f} MB/s)",
        "indexing, processor time": lambda p: f"{p['index_processor']:.1f} s",
        "peak memory of all indexing processes": lambda p: mebibytes(int(p["index_peak"])),
        "index over text": lambda p: f"{p['disk']:.2f}",
        "segments": lambda p: f"{p['segments']:.0f}",
        "cold query, whole process": lambda p: milliseconds(p["cold"]),
        "cold query, peak memory": lambda p: mebibytes(int(p["cold_peak"])),
        "warm query, median": lambda p: milliseconds(p["warm"]),
        "warm query, 95th percentile": lambda p: milliseconds(p["warm95"]),
    }
    note = ""
    warm = {point["paragraphs"]: point["warm"] for point in points}
    if {100_000, 1_000_000} <= warm.keys():
        grown = times(warm[1_000_000] / warm[100_000])
        note = f"From 100,000 to 1,000,000 paragraphs the median warm query takes {grown} as long."
    columns = ("paragraphs", *(f"{point['paragraphs']:,.0f}" for point in points))
    return Table("Growth", columns, [(name, *map(show, points)) for name, show in rows.items()], note)


def plot(points: list[Point], target: Path) -> None:
    """Draw the same as four small charts."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    charts = {
        "cold query (ms)": lambda p: p["cold"] * 1000,
        "warm query, median (ms)": lambda p: p["warm"] * 1000,
        "indexing (s)": lambda p: p["index_seconds"],
        "peak memory indexing (MiB)": lambda p: p["index_peak"] / 2**20,
    }
    figure, axes = plt.subplots(1, len(charts), figsize=(14, 3.2), layout="constrained")
    for axis, (title, value) in zip(axes, charts.items(), strict=True):
        axis.plot([p["paragraphs"] for p in points], [value(p) for p in points], "o-", color="#b03030")
        axis.set(title=title, xlabel="paragraphs", xscale="log")
        axis.set_ylim(bottom=0)
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(target)


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], corpus="trees/lctt")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument(
        "--times", type=int, default=3, help="the whole corpus so many times over, too (0: not)"
    )
    parser.add_argument("--queries", type=int, default=100)
    options = parse(parser)
    extract = extracted(options.corpus)
    sizes = sorted(map(int, filter(None, options.sizes.split(","))))
    if options.times:
        sizes.append(options.times * sum(1 for _ in passages(extract)))
    queries = mixed_queries(list(passages(extract, 10_000)), options.queries)
    points = [measure(extract, size, queries) for size in sizes]
    publish("growth", [table(points)], save=options.save)
    if options.save:
        plot(points, result_file("growth.svg"))


if __name__ == "__main__":
    main()
