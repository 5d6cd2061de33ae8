"""Segments: the same paragraphs in one segment and in as many as the merge policy ever leaves; what queries pay for it.

python benchmarks/segments.py [--corpus DIR] [--queries N] [--save]
"""

import shutil
from pathlib import Path
from statistics import median

from drawing import mixed_queries
from extraction import extracted, files_of, passages, work_folder
from measuring import percentile, seconds
from peers import ours
from report import Table, arguments, milliseconds, parse, publish, times

from searchidx.ingest.update import update
from searchidx.local.commit import merge_policy

SMALL = 1 << 20


def part_sizes(total: int) -> list[int]:
    """Return the sizes of commits that leave as many segments as can be, the largest first."""
    fullest = merge_policy.MAX_TIER_SEGMENTS - 1
    middle = merge_policy.MIN_TIER_BYTES * 9 // 8
    small = [SMALL] * fullest
    left = total - sum(small)
    if left < merge_policy.MIN_TIER_BYTES * (merge_policy.MAX_TIER_SEGMENTS + 1):
        return [left, *small]
    if left - fullest * middle < merge_policy.MIN_TIER_BYTES * merge_policy.TIER_FACTOR:
        fullest -= 1  # the largest is of the middle tier too
    return [left - fullest * middle, *[middle] * fullest, *small]


def parted(corpus: Path) -> list[Path]:
    """Lay out the files of a corpus in one folder for each commit."""
    target = work_folder() / "segments-corpus"
    shutil.rmtree(target, ignore_errors=True)
    files = [(path, path.stat().st_size) for path in files_of(corpus)]
    wanted = part_sizes(sum(size for _, size in files))
    folders = []
    for number, least in enumerate(wanted):
        folder = target / f"{number}"
        folder.mkdir(parents=True)
        folders.append(folder)
        size = 0
        while files and (size < least or number == len(wanted) - 1):
            path, more = files.pop()
            shutil.copyfile(path, folder / f"{len(files):06d}{path.suffix}")
            size += more
    return folders


def built(name: str, commits: list[list[Path]]) -> Path:
    """Index the folders in so many commits, each by one process."""
    directory = work_folder() / f"segments-{name}"
    shutil.rmtree(directory, ignore_errors=True)
    for folders in commits:
        update(str(directory), [str(folder) for folder in folders], processes=1)
    return directory


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], corpus="trees/lctt")
    parser.add_argument("--queries", type=int, default=300)
    options = parse(parser)
    folders = parted(options.corpus)
    indexes = {
        "one": built("one", [folders]),
        "most": built("most", [[folder] for folder in folders]),
    }
    queries = mixed_queries(list(passages(extracted(options.corpus), 100_000)), options.queries)
    searchers = {name: ours.open_index(directory) for name, directory in indexes.items()}
    counts = {name: len(list(directory.glob("*.seg"))) for name, directory in indexes.items()}
    totals = [[searcher.total(query) for query in queries[:50]] for searcher in searchers.values()]
    assert totals[0] == totals[1], "both hold the same"
    assert counts == {"one": 1, "most": len(folders)}, counts
    rounds: dict[str, list[list[float]]] = {name: [] for name in searchers}
    for _ in range(4):
        for measured in rounds.values():
            measured.append([])
        for query in queries:
            for name, searcher in searchers.items():
                rounds[name][-1].append(seconds(searcher.top, query))
    best = {
        name: [min(values) for values in zip(*measured[1:], strict=True)] for name, measured in rounds.items()
    }
    rows = [
        (
            f"{counts[name]} segment{'s' * (counts[name] > 1)}",
            milliseconds(median(values)),
            times(median(values) / median(best["one"])),
            milliseconds(percentile(values, 0.95)),
            times(percentile(values, 0.95) / percentile(best["one"], 0.95)),
        )
        for name, values in best.items()
    ]
    note = (
        "The second row is as many segments as the merge policy leaves of a corpus of this size, at any time."
    )
    table = Table(
        f"Warm queries by number of segments: {options.corpus.name}",
        ("", "median", "ratio", "95th percentile", "ratio"),
        rows,
        note,
    )
    publish("segments", [table], save=options.save)
    shutil.rmtree(work_folder() / "segments-corpus")


if __name__ == "__main__":
    main()
