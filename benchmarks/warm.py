"""Warm queries: 300 mixed ones in one process, the top ten with text and spans, beside tantivy and SQLite FTS5.

python benchmarks/warm.py [--corpus DIR] [--queries N] [--save]
"""

from pathlib import Path
from statistics import median

from building import our_index, peer_index
from drawing import mixed_queries
from extraction import extracted, passages
from measuring import percentile, seconds
from peers import Passage, Searcher, ours, peer, phrase_of
from report import Table, arguments, milliseconds, parse, publish, times

from searchidx.fold import fold

ROUNDS = 3

Times = dict[str, list[float]]
"""Engine → seconds of each query."""


def check(engines: dict[str, Searcher], queries: list[str], texts: list[Passage]) -> int:
    """Hold exact totals of phrases to a plain scan, and every engine to an answer; give how many were counted."""
    folded = [fold(passage.text) for passage in texts]
    wanted = [phrase for query in queries if (phrase := phrase_of(query))]
    for phrase in wanted:
        needle = fold(phrase)
        truth = sum(needle in text for text in folded)
        found = engines["searchidx"].total(f'"{phrase}"')
        assert found == truth, f"{phrase}: {found} found, {truth} there"
    for query in queries:
        hits = engines["searchidx"].top(query)
        assert hits, query
        assert all(hit.spans and hit.text for hit in hits), query
    return len(wanted)


def measure(engines: dict[str, Searcher], queries: list[str]) -> tuple[Times, Times]:
    """Time every query on every engine in turns, after one untimed round: the top ten, then with the exact total.

    A query's time is the median of three rounds; a round is all queries, so that no cache of the last few helps.
    """
    top, both = ({name: [[] for _ in queries] for name in engines} for _ in range(2))
    for round_number in range(ROUNDS + 1):
        for place, query in enumerate(queries):
            for name, engine in engines.items():
                found = seconds(engine.top, query)
                # searchidx counts exactly on every page; the others are asked a second time.
                counted = 0.0 if name == "searchidx" else seconds(engine.total, query)
                if round_number:
                    top[name][place].append(found)
                    both[name][place].append(found + counted)
    return _medians(top), _medians(both)


def _medians(rounds: dict[str, list[list[float]]]) -> Times:
    return {name: [median(values) for values in places] for name, places in rounds.items()}


def table(title: str, taken: Times, note: str) -> Table:
    """Show medians and 95th percentiles, and searchidx's median over each peer's."""
    best = median(taken["searchidx"])
    rows = [
        (
            name,
            milliseconds(median(values)),
            milliseconds(percentile(values, 0.95)),
            milliseconds(max(values)),
            times(best / median(values)),
        )
        for name, values in taken.items()
    ]
    return Table(
        title, ("", "median", "95th percentile", "slowest", "searchidx's median over it"), rows, note
    )


def run(corpus: Path, count: int) -> list[Table]:
    """Build what is missing, check, time."""
    extract = extracted(corpus)
    texts = list(passages(extract))
    queries = mixed_queries(texts, count)
    engines: dict[str, Searcher] = {"searchidx": ours.open_index(our_index(corpus))}
    for name in ("tantivy", "fts5"):
        engines[peer(name).name] = peer(name).open(peer_index(name, extract))
    counted = check(engines, queries, texts)
    top, both = measure(engines, queries)
    scale = f"{len(texts):,} paragraphs of {corpus.name}, {len(queries)} queries; {counted} totals agree with a plain scan."
    return [
        table(
            "Warm query: the top ten with text and spans",
            top,
            f"{scale} Peers are not asked for a total here.",
        ),
        table("Warm query: the same, with the exact total", both, "searchidx always gives it."),
    ]


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], corpus="trees/lctt")
    parser.add_argument("--queries", type=int, default=300)
    options = parse(parser)
    publish("warm", run(options.corpus, options.queries), save=options.save)


if __name__ == "__main__":
    main()
