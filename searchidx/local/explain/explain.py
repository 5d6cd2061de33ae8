"""Why a query is read as it is, why a paragraph matches or does not, and why it stands where it does."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from searchidx.local import scoring
from searchidx.local.collect.grouping import FullRanking, rank_all
from searchidx.local.collect.top_hits import TIERS
from searchidx.local.explain import token_alignment, why_not
from searchidx.local.lookup.term_postings import postings
from searchidx.local.matching import matcher
from searchidx.local.matching.matches import Matches
from searchidx.local.scoring import Scores
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Snapshot
from searchidx.query import Node, Pattern, Query
from searchidx.query.printing import to_string


def explain(
    snapshot: Snapshot, query: Query, path: str | None, line: int | None, score: Callable[[Matches], Scores]
) -> Mapping[str, Any]:
    """Explain a query, and the paragraphs at a path (and line) if one is given.

    Args:
        snapshot: The index.
        query: As read.
        path: Absolute, or None.
        line: Of the source, or None for all paragraphs of the document.
        score: Gives the scores of what matches.

    Returns:
        ``query``, ``read_as``, ``notes``, ``texts`` folded, ``asked``: each text with its tokens, ``terms`` with the number of
        paragraphs that hold each, ``filters`` with what each means and lets through, ``paragraphs``: see :func:`_paragraph`, and ``missing``: why there are none, or None.
    """
    explained: dict[str, Any] = {"query": query.source, "read_as": "", "notes": list(query.notes)}
    numbers = [] if path is None else snapshot.paragraph_numbers(path, line)
    missing = None if path is None or numbers else why_not.not_there(snapshot, path, line)
    if query.node is None:
        empty: dict[str, Any] = {name: [] for name in ("texts", "asked", "terms", "filters", "paragraphs")}
        return {**explained, **empty, "missing": missing}
    matches = matcher.evaluate(snapshot, query.node)
    explained["read_as"] = to_string(query.node)
    explained["texts"] = matches.texts
    explained["asked"] = token_alignment.asked(snapshot, query.node)
    explained["terms"] = _terms(snapshot, matches)
    explained["filters"] = _filters(snapshot, query.node)
    ranked = rank_all(snapshot, matches, score(matches)) if numbers else None
    explained["paragraphs"] = [
        _paragraph(snapshot, query.node, matches, number, ranked) for number in numbers if ranked is not None
    ]
    explained["missing"] = missing
    return explained


def _filters(snapshot: Snapshot, node: Node) -> list[dict[str, Any]]:
    from searchidx.local.explain.filters import readings

    return readings(snapshot, node)


def _terms(snapshot: Snapshot, matches: Matches) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    alternatives = snapshot.user_lexicon.alternatives if snapshot.user_lexicon else {}
    for field, weight in scoring.FIELD_WEIGHTS:
        for term in dict.fromkeys(scoring.terms_of(field, matches.terms)):
            held = len(postings(snapshot, field, term).paragraphs)
            rows.append({"field": field, "term": term, "weight": weight, "paragraphs": held})
            if term in alternatives and field not in (schema.CHARACTERS, schema.BIGRAMS):
                rows[-1]["also"] = list(alternatives[term])
    for what, boost in matches.boosted_nodes:
        if not isinstance(what, str):
            from searchidx.local.patterns.expand import expand

            held = len(expand(snapshot, what).paragraphs)
            rows.append({"field": "pattern", "term": _typed(what), "weight": boost, "paragraphs": held})
    return rows


def _typed(what: Pattern | str) -> str:
    return what if isinstance(what, str) else to_string(what).removeprefix("+")


def _paragraph(
    snapshot: Snapshot, node: Node, matches: Matches, number: int, ranked: FullRanking
) -> dict[str, Any]:
    """Explain one paragraph.

    Returns:
        Its place, ``headings`` and ``text``; ``changed``: whether the file is another now; ``match``: its tier or None;
        ``rank`` among ``total`` matches, and ``ahead``: how many of each tier come before it; ``score``, and ``parts``,
        which add up to it one after another; ``tokens`` of the text and ``words`` of the query in it; ``reason`` where
        it does not match.
    """
    paragraph = snapshot.paragraphs([number])[0]
    record = snapshot.records([number])[0]
    places = np.flatnonzero(ranked.numbers == number)
    at = int(places[0]) if len(places) else None
    parts = [] if at is None else _parts(snapshot, matches, number, ranked, at)
    return {
        "path": record.path,
        "line": paragraph.line,
        "end_line": paragraph.end_line,
        "headings": list(paragraph.headings),
        "text": paragraph.text,
        "changed": why_not.has_changed(record),
        "match": None if at is None else TIERS[ranked.tiers[at]],
        "rank": None if at is None else at + 1,
        "total": len(ranked.numbers),
        "ahead": None if at is None else _ahead(ranked, at),
        "score": sum(part["score"] for part in parts),
        "parts": parts,
        "tokens": token_alignment.tokens(snapshot, paragraph.text, matches.terms.words),
        "words": token_alignment.words(snapshot, paragraph.text, number, matches.terms.words),
        "reason": None if at is not None else why_not.why_not(snapshot, node, number),
    }


def _ahead(ranked: FullRanking, at: int) -> dict[str, int]:
    counts = np.bincount(ranked.tiers[:at], minlength=len(TIERS)).tolist()
    return dict(zip(TIERS, counts, strict=True))


def _parts(
    snapshot: Snapshot, matches: Matches, number: int, ranked: FullRanking, place: int
) -> list[dict[str, Any]]:
    """What adds up to a score, in the order in which it was added."""
    found: list[dict[str, Any]] = []
    section = int(snapshot.sections(np.array([number]))[0])
    for part in scoring.parts(snapshot, matches.terms):
        here = np.array([section if part.field == schema.HEADINGS else number])
        if frequency := int(part.frequencies_at(here)[0]):
            found.append(
                {
                    "field": part.field,
                    "term": part.term,
                    "frequency": frequency,
                    "score": float(part.added_at(here)[0]),
                }
            )
    found.sort(key=lambda part: scoring.LATE.index(part["field"]) if part["field"] in scoring.LATE else -1)
    found += _weighed(snapshot, matches, number)
    if lead := ranked.lead(place):
        is_literal = TIERS[ranked.tiers[place]] == "literal"
        term = "nothing passed over" if is_literal else "all but the closing sign"
        found.append({"field": "literal", "term": term, "frequency": 1, "score": lead})
    rest = float(ranked.scores[place]) - sum(part["score"] for part in found)
    if abs(rest) > 1e-9:
        # What no term of the query stands for by itself: the window, for those looked at so closely.
        found.append({"field": "window", "term": "best two sentences", "frequency": 1, "score": rest})
    return found


def _weighed(snapshot: Snapshot, matches: Matches, number: int) -> list[dict[str, Any]]:
    """What patterns and boosts add to a score."""
    if not matches.boosted_nodes:
        return []
    from searchidx.local.patterns.expand import pattern_scores

    added = [
        (what, float(pattern_scores(snapshot, [(what, boost)])[number]))
        for what, boost in matches.boosted_nodes
    ]
    return [
        {
            "field": "boost" if isinstance(what, str) else "pattern",
            "term": _typed(what),
            "frequency": 1,
            "score": score,
        }
        for what, score in added
        if score
    ]
