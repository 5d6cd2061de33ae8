"""Evaluation of the ranking: four metrics over queries with judged answers.

For people who change the ranking and want to see what it does, on this project's sets or on their own. The
input is two plain files, as retrieval research has used them for decades:

* queries, JSON Lines: ``{"id": "q1", "text": "防火墙规则"}``; other fields are left alone;
* judgements (qrels), a line each: query, paragraph, gain, separated by tabs, or TREC's four columns
  (query, iteration, paragraph, gain) separated by any white space. A gain above 0 says relevant, and more is
  better.

What names a paragraph in the judgements: the record's own ``id``, or ``path:line`` with any line of the
paragraph, or ``path`` when any paragraph of the document will do. A path is compared from its end, in whole
components, so judgements stay good wherever the corpus was checked out.

The metrics are pure functions over ranked names and gains. This module searches through a callable and opens
no index; printing is for the layers above.
"""

import json
import math
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from searchidx.errors import QueryError, UsageError
from searchidx.results import Hit, Page

DEPTH = 100
"""Number of hits that are retrieved and judged."""

CUT = 10
"""Number of them that a person looks at."""

_HEADER_NAMES = frozenset({"query", "query-id", "query_id", "qid"})

Gains: TypeAlias = Mapping[str, int]
"""Judged paragraph → gain, for one query."""

Search: TypeAlias = Callable[[str], Sequence[Hit]]
"""A query string → its first :data:`DEPTH` hits in rank order."""


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query and the judgements of its answers.

    Attributes:
        id: Id in both files.
        text: Query as typed.
        gains: Judged paragraphs; at least one has a gain above 0.
    """

    id: str
    text: str
    gains: Gains


@dataclass(frozen=True, slots=True)
class QueryScore:
    """Metrics of one query.

    Attributes:
        query: The query.
        ranked: Names of the hits in rank order, each once.
        metrics: Metric → value between 0 and 1.
    """

    query: JudgedQuery
    ranked: tuple[str, ...]
    metrics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The means over all judged queries.

    Attributes:
        metrics: ``hit@1``, ``MRR@10``, ``nDCG@10`` and ``recall@100``, each between 0 and 1.
        queries: Number of queries that were run.
        unjudged: Number of queries left out because no relevant paragraph is judged.
    """

    metrics: Mapping[str, float]
    queries: int
    unjudged: int = 0

    def lines(self) -> list[str]:
        """Return a line for each metric: ``MRR@10 0.975``."""
        return [f"{name} {value:.3f}" for name, value in self.metrics.items()]


def hit_at_1(ranked: Sequence[str], gains: Gains) -> float:
    """Return 1 if the first hit is relevant, else 0."""
    return 1.0 if ranked and gains.get(ranked[0], 0) > 0 else 0.0


def reciprocal_rank(ranked: Sequence[str], gains: Gains, cut: int = CUT) -> float:
    """Return one over the rank of the first relevant hit, 0 if none of the first ``cut`` is relevant."""
    for rank, name in enumerate(ranked[:cut], 1):
        if gains.get(name, 0) > 0:
            return 1.0 / rank
    return 0.0


def ndcg(ranked: Sequence[str], gains: Gains, cut: int = CUT) -> float:
    """Compare the discounted gain of the first ``cut`` hits with that of the best possible order.

    Gains count as they are and are discounted by log2(rank + 1), as in trec_eval (Järvelin and Kekäläinen, 2002).
    """
    best = _discounted(sorted((gain for gain in gains.values() if gain > 0), reverse=True)[:cut])
    return _discounted(max(gains.get(name, 0), 0) for name in ranked[:cut]) / best if best else 0.0


def recall(ranked: Sequence[str], gains: Gains, cut: int = DEPTH) -> float:
    """Return the share of the relevant paragraphs that are among the first ``cut`` hits."""
    relevant = {name for name, gain in gains.items() if gain > 0}
    return len(relevant.intersection(ranked[:cut])) / len(relevant) if relevant else 0.0


METRICS: Mapping[str, Callable[[Sequence[str], Gains], float]] = {
    "hit@1": hit_at_1,
    f"MRR@{CUT}": reciprocal_rank,
    f"nDCG@{CUT}": ndcg,
    f"recall@{DEPTH}": recall,
}
"""Metrics by name, in the order of their output."""


def score_query(ranked: Sequence[str], gains: Gains) -> dict[str, float]:
    """Return every metric of one query, whose ranked names are distinct."""
    return {name: metric(ranked, gains) for name, metric in METRICS.items()}


def evaluate(search: Search, queries: Sequence[JudgedQuery]) -> Evaluation:
    """Run every query and average each metric over them.

    Queries without a relevant paragraph on record can't be answered and are left out.
    """
    return summarise(score_queries(search, queries), of=len(queries))


def score_queries(search: Search, queries: Sequence[JudgedQuery]) -> Iterator[QueryScore]:
    """Run the judged queries one by one."""
    for query in queries:
        if any(gain > 0 for gain in query.gains.values()):
            ranked = ranked_names(search(query.text), query.gains)
            yield QueryScore(query, ranked, score_query(ranked, query.gains))


def summarise(scores: Iterable[QueryScore], *, of: int) -> Evaluation:
    """Average each metric; ``of`` is how many queries there were, judged or not.

    Raises:
        UsageError: Not one query is judged.
    """
    rows = [score.metrics for score in scores]
    if not rows:
        raise UsageError("none of the queries has a relevant paragraph in the judgements: do the ids agree?")
    means = {name: math.fsum(row[name] for row in rows) / len(rows) for name in METRICS}
    return Evaluation(means, len(rows), of - len(rows))


def complete_hits(page: Page) -> Sequence[Hit]:
    """Return the hits of a page.

    Raises:
        QueryError: The search was stopped by its budget, so that they are not the best.
    """
    if not page.complete:
        raise QueryError(f"{page.query}: {'; '.join(page.notes)}")
    return page.hits


def ranked_names(hits: Iterable[Hit], judged: Container[str]) -> tuple[str, ...]:
    """Name each hit as the judgements of one query do; a name that comes again keeps its first rank."""
    return tuple(dict.fromkeys(_name(hit, judged) for hit in hits))


def read_judged_queries(queries_path: str, qrels_path: str) -> list[JudgedQuery]:
    """Read both files; judgements of other queries are left alone.

    Raises:
        UsageError: A file can't be read, or a line is not what it should be; names file and line.
    """
    gains = read_qrels(qrels_path)
    return [JudgedQuery(key, text, gains.get(key, {})) for key, text in read_queries(queries_path).items()]


def read_queries(path: str) -> dict[str, str]:
    """Read queries, id → text, in the order of the file.

    Raises:
        UsageError: The file can't be read, or a line is not an object with ``id`` and ``text``, or an id comes twice.
    """
    queries: dict[str, str] = {}
    for number, line in _lines(path):
        key, text = _query(line, f"{path}:{number}")
        if key in queries:
            raise UsageError(f"{path}:{number}: the id {key!r} was used before: give each query its own")
        queries[key] = text
    return queries


def read_qrels(path: str) -> dict[str, dict[str, int]]:
    """Read judgements, query → paragraph → gain.

    Raises:
        UsageError: The file can't be read, or a line is not a judgement, or one is given twice.
    """
    judgements: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        columns = line.split("\t") if "\t" in line else line.split()
        if number == 1 and columns[0].lower() in _HEADER_NAMES:
            continue
        query, name, gain = _judgement(columns, f"{path}:{number}")
        if judgements.setdefault(query, {}).setdefault(name, gain) != gain:
            raise UsageError(
                f"{path}:{number}: {query} and {name} were judged before, differently: keep one line"
            )
    return judgements


def _discounted(gains: Iterable[int]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _name(hit: Hit, judged: Container[str]) -> str:
    """Find the name the judgements use for a hit; what they do not name keeps its own."""
    names = _possible_names(hit)
    return next((name for name in names if name in judged), hit.id or f"{hit.path}:{hit.line}")


def _possible_names(hit: Hit) -> Iterator[str]:
    if hit.id is not None:
        yield hit.id
    tails = list(_path_tails(hit.path))
    for line in range(hit.line, hit.end_line + 1):
        for tail in tails:
            yield f"{tail}:{line}"
    yield from tails


def _path_tails(path: str) -> Iterator[str]:
    """Yield the path, then its rest after each separator: ``/a/b.md``, ``a/b.md``, ``b.md``."""
    path = path.replace("\\", "/")
    yield path
    for place, character in enumerate(path):
        if character == "/":
            yield path[place + 1 :]


def _lines(path: str) -> Iterator[tuple[int, str]]:
    """Walk the lines that are not blank, numbered from 1."""
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.strip("\r\n")
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8: save it as UTF-8") from error


def _query(line: str, place: str) -> tuple[str, str]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f'{place}: is not JSON: write {{"id": "q1", "text": "..."}}') from error
    if not isinstance(record, dict):
        raise UsageError(f'{place}: is not an object: write {{"id": "q1", "text": "..."}}')
    key, text = record.get("id"), record.get("text")
    if isinstance(key, int) and not isinstance(key, bool):
        key = str(key)
    if not isinstance(key, str) or not key:
        raise UsageError(f"{place}: has no id")
    if not isinstance(text, str) or not text.strip():
        raise UsageError(f"{place}: has no text")
    return key, text


def _judgement(columns: Sequence[str], place: str) -> tuple[str, str, int]:
    fields = [column.strip() for column in columns]
    if len(fields) == 4:
        del fields[1]
    if len(fields) != 3 or not all(fields):
        raise UsageError(f"{place}: is not a judgement: write query, paragraph and gain, separated by tabs")
    query, name, gain = fields
    try:
        return query, name, int(gain)
    except ValueError as error:
        raise UsageError(f"{place}: the gain {gain!r} is not a whole number") from error
