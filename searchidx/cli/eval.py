"""``searchidx eval``: relevance metrics over judged queries."""

from __future__ import annotations  # the annotations are for Typer

from typing import Annotated

from searchidx.cli import flags
from searchidx.cli.flags import option
from searchidx.cli.opening import analysis_files, find_index, load_settings, open_index
from searchidx.cli.streams import say, write
from searchidx.errors import FOUND
from searchidx.render.look import count


def command(
    queries: Annotated[str, option(flags.QUERIES)],
    qrels: Annotated[str, option(flags.QRELS)],
    as_json: Annotated[bool, option(flags.JSON)] = False,
    index: Annotated[str | None, option(flags.INDEX)] = None,
) -> int:
    """Measure relevance: hit@1, MRR@10, nDCG@10 and recall@100.

    Queries are JSON Lines with id and text. Judgements are lines of query,
    paragraph and gain separated by tabs, or TREC's four columns; a paragraph is
    named by its record id, by path:line or by path.

    Examples:
      searchidx eval --queries queries.jsonl --qrels qrels.tsv
    """
    from searchidx.evaluation import DEPTH, complete_hits, evaluate, read_judged_queries

    judged = read_judged_queries(queries, qrels)
    settings = load_settings(index=index)
    with open_index(find_index(settings), 0, analysis_files(settings)) as opened:
        result = evaluate(lambda text: complete_hits(opened.search(text, DEPTH)), judged)
    if as_json:
        from searchidx.render.jsonl import dump

        write([dump({**result.metrics, "queries": result.queries, "unjudged": result.unjudged})])
    else:
        write(result.lines())
        unjudged = f", {result.unjudged:,} without judgements left out" if result.unjudged else ""
        say(f"over {count(result.queries, 'judged query', 'judged queries')}{unjudged}")
    return FOUND
