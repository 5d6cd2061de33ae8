"""Explanation of a query, of the match or mismatch of a paragraph, and of its rank."""

from collections.abc import Callable, Iterator

import numpy as np

from searchidx import ranking
from searchidx.explanation import Explanation, FilterReading, ParagraphExplanation, QueryTerm, ScorePart
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
from searchidx.results import Tier

_MIN_WINDOW_SCORE = 1e-9  # below it is the rounding of the sum
_LATE_ORDER = {field: position for position, field in enumerate(scoring.LATE_FIELDS)}


def explain(
    snapshot: Snapshot, query: Query, path: str | None, line: int | None, score: Callable[[Matches], Scores]
) -> Explanation:
    """Explain a query, and the paragraphs at a path (and line) if one is given.

    Args:
        snapshot: The index.
        query: The parsed query.
        path: Absolute path of a document, or None.
        line: A source line of a paragraph, or None for all paragraphs of the document.
        score: Function that returns the scores of matches.
    """
    numbers = [] if path is None else snapshot.paragraph_numbers(path, line)
    missing = None if path is None or numbers else why_not.not_there(snapshot, path, line)
    if query.node is None:
        return Explanation(query.source, notes=query.notes, missing=missing)
    node = query.node
    matches = matcher.evaluate(snapshot, node)
    ranking = rank_all(snapshot, matches, score(matches)) if numbers else None
    return Explanation(
        query=query.source,
        read_as=to_string(node),
        notes=query.notes,
        texts=tuple(matches.texts),
        asked=token_alignment.query_texts(snapshot, node),
        terms=tuple(_terms(snapshot, matches)),
        filters=_filters(snapshot, node),
        paragraphs=tuple(
            _paragraph(snapshot, node, matches, number, ranking) for number in numbers if ranking is not None
        ),
        missing=missing,
    )


def _filters(snapshot: Snapshot, node: Node) -> tuple[FilterReading, ...]:
    """Return the readings of the filters of a query."""
    from searchidx.local.explain.filters import explain_filters

    return explain_filters(snapshot, node)


def _terms(snapshot: Snapshot, matches: Matches) -> Iterator[QueryTerm]:
    """Yield the scored terms of a query, its patterns after them."""
    synonyms = snapshot.user_lexicon.synonyms if snapshot.user_lexicon else {}
    for field, weight in ranking.FIELD_WEIGHTS.items():
        has_synonyms = field not in (schema.CHARACTERS, schema.BIGRAMS)
        for term in dict.fromkeys(matches.terms.of_field(field)):
            count = len(postings(snapshot, field, term).paragraphs)
            also = tuple(synonyms.get(term, ())) if has_synonyms else ()
            yield QueryTerm(field, term, weight, count, also)
    for node, boost in matches.boosted_nodes:
        if not isinstance(node, str):
            from searchidx.local.patterns.expand import expand

            yield QueryTerm("pattern", _typed(node), boost, len(expand(snapshot, node).paragraphs))


def _typed(node: Pattern | str) -> str:
    """Return a pattern or text as typed."""
    return node if isinstance(node, str) else to_string(node).removeprefix("+")


def _paragraph(
    snapshot: Snapshot, node: Node, matches: Matches, number: int, ranking: FullRanking
) -> ParagraphExplanation:
    """Explain the match and score of a paragraph, or the reason why it does not match."""
    paragraph = snapshot.paragraphs([number])[0]
    record = snapshot.records([number])[0]
    positions = np.flatnonzero(ranking.numbers == number)
    position = int(positions[0]) if len(positions) else None
    parts = () if position is None else tuple(_parts(snapshot, matches, number, ranking, position))
    return ParagraphExplanation(
        path=record.path,
        line=paragraph.line,
        end_line=paragraph.end_line,
        headings=paragraph.headings,
        text=paragraph.text,
        changed=why_not.has_changed(record),
        match=None if position is None else TIERS[ranking.tiers[position]],
        rank=None if position is None else position + 1,
        total=len(ranking.numbers),
        ahead=None if position is None else _ahead(ranking, position),
        score=sum(part.score for part in parts),
        parts=parts,
        tokens=token_alignment.tokens(snapshot, paragraph.text, matches.terms.words),
        words=token_alignment.word_matches(snapshot, paragraph.text, number, matches.terms.words),
        reason=None if position is not None else why_not.why_not(snapshot, node, number),
    )


def _ahead(ranking: FullRanking, position: int) -> dict[Tier, int]:
    """Return the number of better matches of each tier."""
    counts = np.bincount(ranking.tiers[:position], minlength=len(TIERS)).tolist()
    return dict(zip(TIERS, counts, strict=True))


def _parts(
    snapshot: Snapshot, matches: Matches, number: int, ranking: FullRanking, position: int
) -> list[ScorePart]:
    """Return the addends of a score, in the order of addition."""
    parts = _term_parts(snapshot, matches, number) + _pattern_parts(snapshot, matches, number)
    if lead := ranking.lead(position):
        is_literal = TIERS[ranking.tiers[position]] == "literal"
        term = "nothing passed over" if is_literal else "all but the closing sign"
        if lead < 0:
            term = "a number in a longer one"
        parts.append(ScorePart("literal", term, 1, lead))
    window = float(ranking.scores[position]) - sum(part.score for part in parts)
    if abs(window) > _MIN_WINDOW_SCORE:
        parts.append(ScorePart("window", "best two sentences", 1, window))
    return parts


def _term_parts(snapshot: Snapshot, matches: Matches, number: int) -> list[ScorePart]:
    """Return the addends of the terms of a query, fields that are scored late last."""
    parts = []
    section = int(snapshot.sections(np.array([number]))[0])
    for scorer in scoring.term_scorers(snapshot, matches.terms):
        owner = np.array([section if scorer.field == schema.HEADINGS else number])
        if frequency := int(scorer.frequencies_at(owner)[0]):
            score = float(scorer.scores_at(owner)[0])
            parts.append(ScorePart(scorer.field, scorer.term, frequency, score))
    return sorted(parts, key=lambda part: _LATE_ORDER.get(part.field, -1))


def _pattern_parts(snapshot: Snapshot, matches: Matches, number: int) -> list[ScorePart]:
    """Return the addends of patterns and boosts."""
    if not matches.boosted_nodes:
        return []
    from searchidx.local.patterns.expand import pattern_scores

    scores = [
        (node, float(pattern_scores(snapshot, [(node, boost)])[number]))
        for node, boost in matches.boosted_nodes
    ]
    return [
        ScorePart("boost" if isinstance(node, str) else "pattern", _typed(node), 1, score)
        for node, score in scores
        if score
    ]
