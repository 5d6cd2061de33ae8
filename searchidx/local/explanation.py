"""Why a query is read as it is, and why a paragraph matches or does not."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from searchidx import ranking
from searchidx.fold import fold
from searchidx.local import evaluate, fields, filters, literal, scoring
from searchidx.local.evaluate import Matches, as_looked_for
from searchidx.local.scoring import Scores
from searchidx.local.selection import select
from searchidx.local.snapshot import Snapshot
from searchidx.query import And, Filter, Literal, Loose, Node, Not, Or, Query, Text
from searchidx.query.printing import to_string


def explain(snapshot: Snapshot, query: Query, path: str | None, line: int | None) -> Mapping[str, Any]:
    """Explain a query, and the paragraphs at a path (and line) if one is given.

    Returns:
        ``query`` as read, ``notes``, ``texts`` folded, ``terms`` with the number of paragraphs that hold each, and
        ``paragraphs``: for each its place, text, ``match`` (a tier or None), ``score``, ``parts`` of the score, and
        ``reason`` where it does not match.
    """
    explained: dict[str, Any] = {"query": query.source, "read_as": "", "notes": list(query.notes)}
    if query.node is None:
        return {**explained, "texts": [], "terms": [], "paragraphs": []}
    matches = evaluate.evaluate(snapshot, query.node)
    explained["read_as"] = to_string(query.node)
    explained["texts"] = matches.shown
    explained["terms"] = _terms(snapshot, matches)
    numbers = [] if path is None else _numbers_at(snapshot, path, line)
    windows = _window_scores(snapshot, matches) if numbers else {}
    explained["paragraphs"] = [
        _paragraph(snapshot, query.node, matches, number, windows.get(number, 0.0)) for number in numbers
    ]
    return explained


def _window_scores(snapshot: Snapshot, matches: Matches) -> dict[int, float]:
    """What the best two sentences add to the score of each paragraph that was looked at that closely."""
    scores = Scores(snapshot, matches.terms)
    first = int(np.count_nonzero(matches.literal | matches.possible)) + ranking.WINDOW_DEPTH
    ranked = [hit for hit in select(snapshot, matches, scores, first).ranked if hit.tier != "literal"]
    before = scores.of(np.array([hit.number for hit in ranked], np.int64)).tolist()
    return {hit.number: hit.score - own for hit, own in zip(ranked, before, strict=True)}


def _terms(snapshot: Snapshot, matches: Matches) -> list[dict[str, Any]]:
    rows = []
    for field, weight in scoring.FIELD_WEIGHTS:
        for term in dict.fromkeys(scoring.terms_of(field, matches.terms)):
            held = len(snapshot.held(field, term).paragraphs)
            rows.append({"field": field, "term": term, "weight": weight, "paragraphs": held})
    return rows


def _numbers_at(snapshot: Snapshot, path: str, line: int | None) -> list[int]:
    for record, start, end in snapshot.documents():
        if record.path == path:
            numbers = list(range(start, end))
            if line is None:
                return numbers
            paragraphs = snapshot.paragraphs(numbers)
            places = zip(numbers, paragraphs, strict=True)
            return [number for number, found in places if found.line <= line <= found.end_line]
    return []


def _paragraph(
    snapshot: Snapshot, node: Node, matches: Matches, number: int, window: float
) -> dict[str, Any]:
    paragraph = snapshot.paragraphs([number])[0]
    record = snapshot.records([number])[0]
    parts = []
    section = int(snapshot.sections(np.array([number]))[0])
    for part in scoring.parts(snapshot, matches.terms):
        here = np.array([section if part.field == fields.HEADINGS else number])
        if frequency := int(part.frequencies_at(here)[0]):
            score = float(part.added_at(here)[0])
            parts.append({"field": part.field, "term": part.term, "frequency": frequency, "score": score})
    if window:
        parts.append({"field": "window", "term": "best two sentences", "frequency": 1, "score": window})
    tier = _tier(snapshot, matches, number)
    return {
        "path": record.path,
        "line": paragraph.line,
        "end_line": paragraph.end_line,
        "text": paragraph.text,
        "match": tier,
        "score": sum(part["score"] for part in parts) if tier else 0.0,
        "parts": sorted(parts, key=lambda part: -part["score"]),
        "reason": None if tier else _why_not(snapshot, node, number),
    }


def _tier(snapshot: Snapshot, matches: Matches, number: int) -> str | None:
    if not matches.matching[number]:
        return None
    if matches.literal[number]:
        return "literal"
    here = np.array([number])
    if matches.possible[number] and literal.contains(snapshot, matches.needles, here)[0]:
        return "literal"
    return "words" if matches.words[number] else "some"


def _why_not(snapshot: Snapshot, node: Node, number: int) -> str:
    """The first reason why a paragraph does not match."""
    text = fold(snapshot.paragraphs([number])[0].text)
    match node:
        case Literal(wanted):
            return f"the text does not contain “{wanted}”"
        case Text(wanted):
            return f"the text contains neither “{wanted}” nor all words of it"
        case Filter(field, value):
            return f"{field}:{value} lets it not through"
        case Not(operand):
            return f"it matches {to_string(operand)}, which is excluded"
        case And(operands):
            return _first_reason(snapshot, operands, number)
        case Or(operands):
            return f"none of the {len(operands)} alternatives matches"
        case Loose(words, required, excluded):
            for operand in required:
                if not _holds(snapshot, operand, number):
                    return _why_not(snapshot, operand, number)
            for operand in excluded:
                if _holds(snapshot, Not(operand), number) is False:
                    return f"it matches {to_string(operand)}, which is excluded"
            missing = [word.text for word in words if as_looked_for(word.text) not in text]
            return "no word of the query is in it: " + ", ".join(f"“{word}”" for word in missing)


def _first_reason(snapshot: Snapshot, operands: tuple[Node, ...], number: int) -> str:
    for operand in operands:
        if not _holds(snapshot, operand, number):
            return _why_not(snapshot, operand, number)
    raise AssertionError("all operands match, and so does the whole")


def _holds(snapshot: Snapshot, node: Node, number: int) -> bool:
    if isinstance(node, Filter):
        return bool(filters.mask(snapshot, node)[number])
    return bool(evaluate.evaluate(snapshot, node).matching[number])
