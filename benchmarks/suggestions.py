"""Did you mean: how often the right word is among the first three suggestions, and what they cost.

python benchmarks/suggestions.py [--corpus DIR] [--index DIR] [--save]

The errors are those of tests/typing_errors.tsv that are asked of LCTT's articles; one that stands in the corpus as it was
typed, or whose right word does not, is left out and counted as such.
"""

from collections import defaultdict
from pathlib import Path
from time import process_time
from typing import NamedTuple

from building import our_index
from measuring import percentile
from report import Table, arguments, milliseconds, parse, publish

import searchidx

ERRORS = Path(__file__).resolve().parent.parent / "tests" / "typing_errors.tsv"


class Error(NamedTuple):
    """A slip: what was typed, what was meant, its kind and the corpus it is asked of."""

    typed: str
    meant: str
    kind: str
    corpus: str


def errors(corpus: str) -> list[Error]:
    """The slips that are asked of a corpus."""
    rows = (line.split("\t") for line in ERRORS.read_text("utf-8").splitlines() if not line.startswith("#"))
    return [error for error in map(Error._make, rows) if error.corpus == corpus]


def measure(index: searchidx.Index, wanted: list[Error]) -> tuple[dict[str, list[int]], list[float], int]:
    """The place of the right word for each kind (0: not among the three), seconds, and how many could not be asked."""
    places: dict[str, list[int]] = defaultdict(list)
    taken: list[float] = []
    left = 0
    index.suggest("再线教育")
    for error in wanted:
        if index.count(error.typed, literal=True) or not index.count(error.meant, literal=True):
            left += 1
            continue
        before = process_time()
        found = index.suggest(error.typed)
        taken.append(process_time() - before)
        assert all(suggestion.count for suggestion in found), error
        names = [suggestion.query for suggestion in found]
        places[error.kind].append(names.index(error.meant) + 1 if error.meant in names else 0)
    return places, taken, left


def tables(places: dict[str, list[int]], taken: list[float], left: int, scale: str) -> list[Table]:
    """Shares by kind, and times."""
    every = [place for found in places.values() for place in found]
    rows = [
        (
            kind,
            f"{len(found)}",
            f"{sum(map(bool, found)) / len(found):.0%}",
            f"{found.count(1) / len(found):.0%}",
        )
        for kind, found in (*places.items(), ("all", every))
    ]
    times = [(milliseconds(percentile(taken, share)),) for share in (0.5, 0.95)]
    return [
        Table(
            "Did you mean: the right word",
            ("slip", "errors", "among the first three", "first"),
            rows,
            f"{scale}; {left} more errors stand in the corpus as typed, or their words do not.",
        ),
        Table(
            "Did you mean: processor time of one query, warm",
            ("median", "95th percentile", "slowest"),
            [(times[0][0], times[1][0], milliseconds(max(taken)))],
            scale,
        ),
    ]


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], corpus="trees/lctt")
    parser.add_argument("--index", type=Path, help="an index of the corpus, instead of building one")
    options = parse(parser)
    index = searchidx.open(options.index or our_index(options.corpus))
    scale = f"{index.status().paragraphs:,} paragraphs of {options.corpus.name}"
    publish("suggestions", tables(*measure(index, errors("lctt")), scale), save=options.save)


if __name__ == "__main__":
    main()
