"""Patterns and pinyin: what each kind costs in one warm process, every query asked for the first time.

python benchmarks/patterns.py [--corpus DIR] [--index DIR] [--queries N] [--save]

Queries are made of what stands in the corpus. Some of each kind are first held to a plain scan of all paragraphs.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import process_time

import numpy as np
from building import our_index
from measuring import percentile
from report import Table, arguments, milliseconds, parse, publish

from searchidx.fold import fold
from searchidx.local.engine import LocalEngine
from searchidx.local.patterns import proximity, text_scan
from searchidx.pinyin import initials, readings
from searchidx.query import BooleanQuery, Fuzzy, Near, Wildcard
from searchidx.query import parse as parse_query
from searchidx.request import SearchRequest

CHECKED = 2  # queries of each kind that are held to a plain scan
SEED = 5
Draw = Callable[[random.Random, str], str | None]


def _piece(choose: random.Random, text: str, expression: str) -> str | None:
    found = re.findall(expression, text)
    return choose.choice(found) if found else None


def _ideographs(make: Callable[[str], str], count: int) -> Draw:
    def draw(choose: random.Random, text: str) -> str | None:
        run = _piece(choose, text, rf"[\u4e00-\u9fff]{{{count},}}")
        if run is None:
            return None
        at = choose.randrange(len(run) - count + 1)
        return make(run[at : at + count])

    return draw


def _letters(make: Callable[[str], str], least: int) -> Draw:
    def draw(choose: random.Random, text: str) -> str | None:
        run = _piece(choose, text, rf"(?<![a-z0-9])[a-z]{{{least},12}}(?![a-z0-9])")
        return run and make(run)

    return draw


def _two_words(choose: random.Random, text: str) -> str | None:
    run = _piece(choose, text, r"[\u4e00-\u9fff]{8,}")
    if run is None:
        return None
    first, second = run[:2], run[2 + choose.randint(0, 4) :][:2]
    return f'"{second} {first}"~5'


def _heard(read: Callable[[str], Sequence[str]]) -> Callable[[str], str]:
    return lambda text: "py:" + next(iter(read(text)), "wu")


KINDS: dict[str, Draw] = {
    "`前缀*`": _ideographs("{}*".format, 2),
    "`pre*`": _letters(lambda run: f"{run[:3]}*", 5),
    "`*fix`": _letters(lambda run: f"*{run[-3:]}", 5),
    "`w?rd`": _letters(lambda run: f"{run[:2]}?{run[3:]}", 5),
    "`中?词`": _ideographs(lambda run: f"{run[0]}?{run[2]}", 3),
    "`中??词`": _ideographs(lambda run: f"{run[0]}??{run[3]}", 4),
    "`大*公司`": _ideographs(lambda run: f"{run[:2]}*{run[4:]}", 6),
    "`word~1`": _letters(lambda run: f"{run[:2]}q{run[3:]}~1", 5),
    "`word~2`": _letters(lambda run: f"{run[:2]}{run[3:-1]}~2", 6),
    "`两字~1`": _ideographs("{}~1".format, 2),
    "`三个字~1`": _ideographs("{}~1".format, 3),
    "`四个字长~1`": _ideographs(lambda run: f"{run[:2]}甲{run[3]}~1", 4),
    "`六个字的词~2`": _ideographs(lambda run: f"{run[:3]}甲{run[4:]}~2", 6),
    "`/regex/`": _letters(lambda run: f"/^{run[:2]}[a-z]+{run[-1]}$/", 5),
    '`"甲 乙"~5`': _two_words,
    "`词^2`": _ideographs(lambda run: f"{run[:2]}^2 {run[2:]}", 4),
    "`py:` whole": _ideographs(_heard(readings), 2),
    "`py:` first letters": _ideographs(_heard(initials), 4),
}


def draw(texts: Sequence[str], count: int) -> dict[str, list[str]]:
    """Make queries of each kind, none twice."""
    drawn = {}
    for kind, make in KINDS.items():
        choose = random.Random(SEED)
        queries: dict[str, None] = {}
        while len(queries) < count:
            if query := make(choose, choose.choice(texts)):
                queries[query] = None
        drawn[kind] = list(queries)
    return drawn


def truth(query: str) -> Callable[[str], bool] | None:
    """Return the predicate of a plain scan over folded texts; None for a pattern over terms."""
    node = parse_query(query).node
    if isinstance(node, Near):
        return lambda text: bool(proximity.spans(text, node.texts, node.slop))
    word = node.should[0] if isinstance(node, BooleanQuery) else None
    if isinstance(word, Wildcard) and not word.text.isascii():
        found = text_scan.expression([word.text])
    elif isinstance(word, Fuzzy) and len(word.text) > 2 and not word.text.isascii():
        found = text_scan.expression([word.text, *text_scan.edited_patterns(word.text, word.edits)])
    else:
        return None
    return lambda text: found.search(text) is not None


def check(reader: LocalEngine, queries: dict[str, list[str]], texts: list[str]) -> int:
    """Hold totals to a plain scan wherever nothing was left out; give how many were."""
    held = 0
    for query in (query for of_kind in queries.values() for query in of_kind[:CHECKED]):
        matches = truth(query)
        page = reader.search(SearchRequest(parse_query(query)))
        if matches is not None and not page.notes:
            there = sum(map(matches, texts))
            assert page.total == there, f"{query}: {page.total} found, {there} there"
            held += 1
    return held


def timed(reader: LocalEngine, queries: Sequence[str]) -> Iterator[float]:
    """Processor seconds of each query, found anew."""
    for query in queries:
        reader.snapshot.expansions.clear()
        before = process_time()
        reader.search(SearchRequest(parse_query(query)))
        yield process_time() - before


def run(reader: LocalEngine, count: int, name: str) -> Table:
    """Draw, check, time."""
    texts = [fold(text) for text in reader.snapshot.texts(np.arange(reader.snapshot.size))]
    queries = draw(texts, count)
    held = check(reader, queries, texts)
    rows = []
    for kind, of_kind in queries.items():
        taken = list(timed(reader, of_kind))
        times = (percentile(taken, 0.5), percentile(taken, 0.95), max(taken))
        rows.append((kind, *map(milliseconds, times), f"`{of_kind[0]}`".replace("|", "\\|")))
    note = (
        f"{len(texts):,} paragraphs of {name}, {count} queries a kind; {held} totals agree with a plain scan."
    )
    return Table(
        "Patterns: processor time of one query, warm, the top ten",
        ("", "median", "95th percentile", "slowest", "one of them"),
        rows,
        note,
    )


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], corpus="trees/lctt")
    parser.add_argument("--index", type=Path, help="an index of the corpus, instead of building one")
    parser.add_argument("--queries", type=int, default=25)
    options = parse(parser)
    reader = LocalEngine(str(options.index or our_index(options.corpus)))
    publish("patterns", [run(reader, options.queries, options.corpus.name)], save=options.save)


if __name__ == "__main__":
    main()
