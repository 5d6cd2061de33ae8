"""A change of the ranking is a diff of two files that a person can read.

``golden/ranking.txt`` has the first hits of every written query over fixtures/, ``golden/metrics.txt`` what they
are worth. After a change that is meant, write them anew and look at the diff:

    make golden        (which is: SEARCHIDX_GOLDEN=write python -m pytest tests/test_golden_ranking.py)
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from searchidx.api import Index
from searchidx.evaluation import DEPTH, JudgedQuery, QueryScore, read_judged_queries, score_queries, summarise
from searchidx.results import Hit, Page

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
GOLDEN = Path(__file__).with_name("golden")
SHOWN = 5
OPENING = 24


def test_ranking_is_the_one_written_down(fixtures_index: Index):
    compare("ranking.txt", described_ranking(fixtures_index))


def test_metrics_are_the_ones_written_down(fixtures_index: Index):
    compare("metrics.txt", described_metrics(fixtures_index))


def compare(name: str, lines: Iterable[str]) -> None:
    golden, text = GOLDEN / name, "\n".join(lines)
    if os.environ.get("SEARCHIDX_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(text + "\n", "utf-8")
    assert (text + "\n").split("\n") == golden.read_text("utf-8").split("\n"), "if it is meant: make golden"


def described_ranking(index: Index) -> Iterator[str]:
    """Each query, then a line a hit: relevant or not, rank, tier, score, place, how the paragraph begins."""
    for number, query in enumerate(judged_queries()):
        if number:
            yield ""
        page = index.search(query.text, limit=SHOWN)
        yield f"{query.id} {query.text}  ({counts(page)})"
        yield from (described_hit(hit, query) for hit in page.hits)


def counts(page: Page) -> str:
    if page.tiers is None:
        return f"{page.total}"
    return f"{page.total} = " + " + ".join(f"{count} {tier}" for tier, count in page.tiers.items())


def described_hit(hit: Hit, query: JudgedQuery) -> str:
    place = hit.id or f"{hit.path.rpartition('/corpus/')[2]}:{hit.line}"
    known = {
        place,
        *(f"{hit.path.rpartition('/corpus/')[2]}:{line}" for line in range(hit.line, hit.end_line + 1)),
    }
    mark = "+" if any(query.gains.get(name, 0) > 0 for name in known) else " "
    # Two decimals: sums of logarithms agree that far on every machine and Python.
    return (
        f"  {mark} {hit.rank} {hit.match:7} {hit.score:6.2f} {place}  {' '.join(hit.text.split())[:OPENING]}"
    )


def described_metrics(index: Index) -> Iterator[str]:
    """The metrics over all queries, then over each kind."""
    kinds = {}
    for line in (FIXTURES / "queries.jsonl").read_text("utf-8").splitlines():
        query = json.loads(line)
        kinds[query["id"]] = query["kind"]
    scores = defaultdict[str, list[QueryScore]](list)
    for score in score_queries(lambda text: index.search(text, limit=DEPTH).hits, judged_queries()):
        scores["all"].append(score)
        scores[kinds[score.query.id]].append(score)
    for kind, group in scores.items():
        yield f"{kind}: {len(group)} queries"
        yield from (f"  {line}" for line in summarise(group, of=len(group)).lines())


def judged_queries() -> list[JudgedQuery]:
    return read_judged_queries(str(FIXTURES / "queries.jsonl"), str(FIXTURES / "qrels.tsv"))
