"""Pattern queries: ``前缀*``, ``中?词``, ``词~1``, ``/regex/``, ``"甲 乙"~5``, ``py:``.

Imported only for queries that have such. Latin and number runs match by their terms
(:mod:`searchidx.local.patterns.term_scan`), everything else by the text (:mod:`searchidx.local.patterns.text_scan`), so that the
tokenization of a text makes no difference. :mod:`searchidx.local.segment.query_budget` bounds the cost of a pattern; a note
names the matches that are left out for it.
"""

import re
from collections.abc import Iterable, Iterator

import numpy as np

from searchidx import ranking
from searchidx.analyzer import query_terms
from searchidx.fold import fold
from searchidx.local import scoring
from searchidx.local.lookup import sorted_sets, substring
from searchidx.local.patterns import fuzzy, proximity, wildcard
from searchidx.local.patterns.expansion import Expansion, Floats, Spans
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Snapshot
from searchidx.query import Fuzzy, Near, Pattern, Pinyin, Regex, Wildcard, to_string

BoostedNode = tuple[Pattern | str, float]
"""A pattern or a folded text, and its boost."""

_MAX_RAW_CANDIDATES = 300  # paragraphs read for the literal text of a pattern
_RAW_FREQUENCY = 2  # of the literal text of a pattern
_MAX_CACHED = 32  # expansions
_MAX_CACHED_BYTES = 1 << 25  # one that matches nearly every paragraph takes 24 bytes for each


def expand(snapshot: Snapshot, pattern: Pattern) -> Expansion:
    """Return the expansion of a pattern; cached in the snapshot."""
    cache = snapshot.expansions
    key = (pattern, snapshot.budget.max_paragraphs)
    expansion = cache.get(key)
    if expansion is None:
        expansion = _expand(snapshot, pattern)
        spare = _MAX_CACHED_BYTES - expansion.nbytes - sum(cached.nbytes for cached in cache.values())
        while cache and (len(cache) >= _MAX_CACHED or spare < 0):
            oldest = next(iter(cache))
            spare += cache.pop(oldest).nbytes
        cache[key] = expansion
    return expansion


def pattern_scores(snapshot: Snapshot, nodes: Iterable[BoostedNode]) -> Floats:
    """Return the sum of the scores of patterns and boosted texts for every paragraph of a snapshot."""
    total = np.zeros(snapshot.size)
    for node, boost in nodes:
        if isinstance(node, str):
            _add_text(snapshot, node, boost - 1, total)  # once it is scored as a part of the query
            continue
        expansion = expand(snapshot, node)
        if len(expansion.paragraphs):
            rarity = boost * ranking.idf(snapshot.live_count, len(expansion.paragraphs))
            lengths = snapshot.lengths(schema.WORDS)[expansion.paragraphs]
            average = snapshot.average_length(schema.WORDS)
            total[expansion.paragraphs] += ranking.bm25(rarity, expansion.frequencies, lengths, average)
        if expansion.text:
            _add_text(snapshot, expansion.text, boost, total)
    return total


def highlight(snapshot: Snapshot, nodes: Iterable[BoostedNode], text: str) -> Spans:
    """Return the spans of patterns in a paragraph."""
    folded = fold(text)
    return [span for pattern in _patterns(nodes) for span in expand(snapshot, pattern).find(folded)]


def notes(snapshot: Snapshot, nodes: Iterable[BoostedNode]) -> tuple[str, ...]:
    """Return the notes of patterns, each after its pattern."""
    return tuple(
        f"{to_string(pattern).removeprefix('+')}: {note}"
        for pattern in _patterns(nodes)
        for note in expand(snapshot, pattern).notes
    )


def _patterns(nodes: Iterable[BoostedNode]) -> Iterator[Pattern]:
    return (node for node, _ in nodes if not isinstance(node, str))


def _add_text(snapshot: Snapshot, text: str, boost: float, total: Floats) -> None:
    for scorer in scoring.term_scorers(snapshot, query_terms(text, snapshot.user_lexicon)):
        if scorer.field != schema.HEADINGS:
            total[scorer.find().paragraphs] += boost * scorer.scores()


def _expand(snapshot: Snapshot, pattern: Pattern) -> Expansion:
    match pattern:
        case Wildcard(text):
            expansion = wildcard.expand_wildcard(snapshot, fold(text))
        case Fuzzy(text, edits):
            expansion = fuzzy.expand_fuzzy(snapshot, fold(text), edits)
        case Regex(expression):
            from searchidx.local.patterns.regex import expand_regex

            return expand_regex(snapshot, expression)
        case Near(texts, slop):
            return proximity.expand_near(snapshot, [fold(text) for text in texts], slop)
        case Pinyin(letters):
            from searchidx.local.patterns.pinyin import expand_pinyin

            return expand_pinyin(snapshot, letters)
    return _with_raw(snapshot, expansion, fold(to_string(pattern).removeprefix("+")))


def _with_raw(snapshot: Snapshot, expansion: Expansion, raw: str) -> Expansion:
    """Add the paragraphs that contain a pattern literally, `*.py` or `HEAD~1`, where few must be read for it."""
    proven, possible = substring.candidates(snapshot, raw)
    literal = proven
    if len(possible) <= _MAX_RAW_CANDIDATES:
        literal = sorted_sets.union(proven, possible[substring.contains(snapshot, [raw], possible)])
    if not len(literal):
        return expansion
    frequencies = np.zeros(snapshot.size)
    frequencies[expansion.paragraphs] = expansion.frequencies
    frequencies[literal] += _RAW_FREQUENCY
    is_exact = np.zeros(snapshot.size, bool)
    is_exact[expansion.exact] = is_exact[literal] = True
    paragraphs = np.flatnonzero(frequencies)

    def find(folded: str) -> Spans:
        literal_spans = [match.span() for match in re.finditer(re.escape(raw), folded)]
        return literal_spans or expansion.find(folded)

    return expansion._replace(
        paragraphs=paragraphs,
        exact=np.flatnonzero(is_exact),
        frequencies=frequencies[paragraphs],
        find=find,
    )
