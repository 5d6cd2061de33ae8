"""Explanation of a query: its tokens, terms and filters, and the match, rank and score of a paragraph."""

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

_MIN_WINDOW_SCORE = 1e-9  # below it is the rounding of the sum
_LATE_ORDER = {field: position for position, field in enumerate(scoring.LATE_FIELDS)}


def explain(
    snapshot: Snapshot, query: Query, path: str | None, line: int | None, score: Callable[[Matches], Scores]
) -> Mapping[str, Any]:
    """Explain a query, and the paragraphs at a location if one is given.

    Args:
        snapshot: The index.
        query: The parsed query.
        path: Absolute path, or None.
        line: Line of the source, or None for all paragraphs of the document.
        score: Function that returns the scores of matches.

    Returns:
        ``query``, ``read_as``, ``notes``, ``texts`` folded, ``asked``: each text with its tokens, ``terms`` with the number of
        paragraphs that contain each, ``filters`` with their meaning and the number of paragraphs that pass, ``paragraphs``:
        see :func:`_paragraph`, and ``missing``: the reason why there are none, or None.
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
    explained["asked"] = token_alignment.query_tokens(snapshot, query.node)
    explained["terms"] = _terms(snapshot, matches)
    explained["filters"] = _filters(snapshot, query.node)
    ranking = rank_all(snapshot, matches, score(matches)) if numbers else None
    explained["paragraphs"] = [
        _paragraph(snapshot, query.node, matches, number, ranking)
        for number in numbers
        if ranking is not None
    ]
    explained["missing"] = missing
    return explained


def _filters(snapshot: Snapshot, node: Node) -> list[dict[str, Any]]:
    from searchidx.local.explain.filters import explain_filters

    return explain_filters(snapshot, node)


def _terms(snapshot: Snapshot, matches: Matches) -> list[dict[str, Any]]:
    """Return a row for each term and pattern with its weight and number of paragraphs."""
    rows: list[dict[str, Any]] = []
    alternatives = snapshot.user_lexicon.alternatives if snapshot.user_lexicon else {}
    for field, weight in scoring.FIELD_WEIGHTS:
        for term in dict.fromkeys(scoring.terms_of(field, matches.terms)):
            count = len(postings(snapshot, field, term).paragraphs)
            rows.append({"field": field, "term": term, "weight": weight, "paragraphs": count})
            if term in alternatives and field not in (schema.CHARACTERS, schema.BIGRAMS):
                rows[-1]["also"] = list(alternatives[term])
    for node, boost in matches.boosted_nodes:
        if not isinstance(node, str):
            from searchidx.local.patterns.expand import expand

            count = len(expand(snapshot, node).paragraphs)
            rows.append({"field": "pattern", "term": _typed(node), "weight": boost, "paragraphs": count})
    return rows


def _typed(node: Pattern | str) -> str:
    return node if isinstance(node, str) else to_string(node).removeprefix("+")


def _paragraph(
    snapshot: Snapshot, node: Node, matches: Matches, number: int, ranking: FullRanking
) -> dict[str, Any]:
    """Explain one paragraph.

    Returns:
        Its location, ``headings`` and ``text``; ``changed``: the file is not the indexed one any more; ``match``: its tier or
        None; ``rank`` among ``total`` matches, and ``ahead``: number of higher ranks by tier; ``score``, and ``parts``, which
        add up to it; ``tokens`` of the text and ``words`` of the query in it; ``reason`` if it does not match.
    """
    paragraph = snapshot.paragraphs([number])[0]
    record = snapshot.records([number])[0]
    positions = np.flatnonzero(ranking.numbers == number)
    position = int(positions[0]) if len(positions) else None
    parts = [] if position is None else _score_parts(snapshot, matches, number, ranking, position)
    return {
        "path": record.path,
        "line": paragraph.line,
        "end_line": paragraph.end_line,
        "headings": list(paragraph.headings),
        "text": paragraph.text,
        "changed": why_not.has_changed(record),
        "match": None if position is None else TIERS[ranking.tiers[position]],
        "rank": None if position is None else position + 1,
        "total": len(ranking.numbers),
        "ahead": None if position is None else _tier_counts(ranking, position),
        "score": sum(part["score"] for part in parts),
        "parts": parts,
        "tokens": token_alignment.tokens(snapshot, paragraph.text, matches.terms.words),
        "words": token_alignment.words(snapshot, paragraph.text, number, matches.terms.words),
        "reason": None if position is not None else why_not.why_not(snapshot, node, number),
    }


def _tier_counts(ranking: FullRanking, position: int) -> dict[str, int]:
    """Count the matches of each tier before a position."""
    counts = np.bincount(ranking.tiers[:position], minlength=len(TIERS)).tolist()
    return dict(zip(TIERS, counts, strict=True))


def _score_parts(
    snapshot: Snapshot, matches: Matches, number: int, ranking: FullRanking, position: int
) -> list[dict[str, Any]]:
    """Return the parts of a score in the order of their addition."""
    parts = _term_parts(snapshot, matches, number) + _boost_parts(snapshot, matches, number)
    if lead := ranking.lead(position):
        is_literal = TIERS[ranking.tiers[position]] == "literal"
        reason = "nothing passed over" if is_literal else "all but the closing sign"
        parts.append(_part("literal", reason, 1, lead))
    window = float(ranking.scores[position]) - sum(part["score"] for part in parts)
    if abs(window) > _MIN_WINDOW_SCORE:
        parts.append(_part("window", "best two sentences", 1, window))
    return parts


def _term_parts(snapshot: Snapshot, matches: Matches, number: int) -> list[dict[str, Any]]:
    """Return the score of each term that a paragraph contains, those of the late fields last."""
    parts = []
    section = int(snapshot.sections(np.array([number]))[0])
    for scorer in scoring.term_scorers(snapshot, matches.terms):
        location = np.array([section if scorer.field == schema.HEADINGS else number])
        if frequency := int(scorer.frequencies_at(location)[0]):
            score = float(scorer.scores_at(location)[0])
            parts.append(_part(scorer.field, scorer.term, frequency, score))
    return sorted(parts, key=lambda part: _LATE_ORDER.get(part["field"], -1))


def _boost_parts(snapshot: Snapshot, matches: Matches, number: int) -> list[dict[str, Any]]:
    """Return the score of each pattern and boosted text that a paragraph contains."""
    if not matches.boosted_nodes:
        return []
    from searchidx.local.patterns.expand import pattern_scores

    scores = [
        (node, float(pattern_scores(snapshot, [(node, boost)])[number]))
        for node, boost in matches.boosted_nodes
    ]
    return [
        _part("boost" if isinstance(node, str) else "pattern", _typed(node), 1, score)
        for node, score in scores
        if score
    ]


def _part(field: str, term: str, frequency: int, score: float) -> dict[str, Any]:
    return {"field": field, "term": term, "frequency": frequency, "score": score}
