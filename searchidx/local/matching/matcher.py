"""Which paragraphs match a query tree, tier by tier.

Sets of many paragraphs that are joined are masks over the whole snapshot: one pass over a byte a paragraph. What matches in
the end is an ascending array, and what is known of the matches are masks over these alone: most queries match few.
"""

from functools import partial, reduce
from typing import Literal as Choice

import numpy as np

from searchidx.analyzer import query_terms
from searchidx.fold import fold
from searchidx.local.lookup import sorted_sets, substring
from searchidx.local.lookup.all_words import contain_all, containing_all, paragraphs_by_term
from searchidx.local.lookup.closing_signs import literal_form
from searchidx.local.lookup.substring import Candidates
from searchidx.local.matching import filters
from searchidx.local.matching.matches import Evidence, Matches
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot
from searchidx.query import (
    And,
    BooleanQuery,
    Boost,
    Filter,
    Fuzzy,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Pinyin,
    Regex,
    Text,
    Wildcard,
)
from searchidx.query.texts import bare_needle, boosted_nodes, positive_texts, typed_texts, unquoted_texts
from searchidx.runs.whole_numbers import has_number_edge

_FEW = 8192  # numbers that are quicker sorted than picked from a mask over everything


_Strictness = Choice["literal", "bare", "words"]
"""How a bare text matches: with its closing punctuation, without it, or also by all its words."""


def evaluate(snapshot: Snapshot, node: Node) -> Matches:
    """Find what matches a query."""
    snapshot.budget.pending_reads = len(_sought(node))
    matches = (
        _loose(snapshot, node) if isinstance(node, BooleanQuery) and node.should else _exact(snapshot, node)
    )
    matches.boosted_nodes = list(boosted_nodes(node))
    matches.typed_texts = typed_texts(node)
    matches.has_alternatives = _has_either(node)
    matches.literal_has_all_texts = _holds_all(node)
    if matches.typed_texts and not matches.boosted_nodes and not typed_texts(node, includes_exact=False):
        matches.exact_texts = matches.typed_texts
    return matches


def _has_either(node: Node) -> bool:
    match node:
        case And(operands):
            return any(map(_has_either, operands))
        case BooleanQuery(_, required, _):
            return any(map(_has_either, required))
        case Boost(operand):
            return _has_either(operand)
        case _:
            return isinstance(node, Or)


def _holds_all(node: Node) -> bool:
    match node:
        case And(operands):
            return all(map(_holds_all, operands))
        case BooleanQuery(_, required, _):
            return all(isinstance(operand, Filter | Literal) for operand in required)
        case Boost(operand):
            return _holds_all(operand)
        case _:
            return True


def _sought(node: Node) -> set[tuple[str, str]]:
    """Return the strings that are looked for in texts, those below a Not too, by how they are looked for."""
    match node:
        case Text(text) | Literal(text):
            return {("literal", text)}
        case Filter("exact", text):
            return {("exact", text)}
        case And(operands) | Or(operands):
            return {one for operand in operands for one in _sought(operand)}
        case BooleanQuery(words, required, excluded):
            return {one for operand in (*words, *required, *excluded) for one in _sought(operand)}
        case Not(operand) | Boost(operand):
            return _sought(operand)
        case _:
            return set()


def _loose(snapshot: Snapshot, node: BooleanQuery) -> Matches:
    bare_words = [word.operand if isinstance(word, Boost) else word for word in node.should]
    typed = [word.text for word in bare_words if isinstance(word, Text) and fold(word.text).strip()]
    needles = list(map(bare_needle, typed))
    terms = query_terms(" ".join(needles), snapshot.user_lexicon)
    speaking = paragraphs_by_term(snapshot, terms)
    matching = _mask_of(snapshot, *speaking)
    as_written, possible = _literal_of_all(snapshot, needles)
    every: Mask | None = None  # what holds all patterns
    exactly: Mask | None = None  # what holds them as a literal match does
    for word in bare_words:
        if not isinstance(word, Text):
            mask = _mask(snapshot, word, "words")
            matching |= mask
            every = mask if every is None else every & mask
            exact = _mask(snapshot, word, "words", exact=True)
            exactly = exact if exactly is None else exactly & exact
    if exactly is not None:
        as_written, possible = as_written[exactly[as_written]], possible[exactly[possible]]
    # What neither a word nor two characters speak for is looked at now, so that every match counted is one.
    spoken_for = matching[possible]
    strays = possible[~spoken_for]
    proven = _mask_of(snapshot, as_written)
    proven[strays[substring.contains_once(snapshot, needles, strays)]] = True
    matching |= proven
    _restrict(snapshot, node, matching)
    numbers = _living(snapshot, matching, None if every is not None else [*speaking, as_written, strays])
    contained = Evidence(proven[numbers], sorted_sets.are_in(numbers, possible[spoken_for]), needles)
    words = contained.proven.copy()
    others = np.flatnonzero(~words)
    words[others] = contain_all(snapshot, terms.words, numbers[others])
    if every is not None:
        words &= every[numbers]
    texts = positive_texts(node)
    scored = terms if texts == needles else query_terms(" ".join(texts), snapshot.user_lexicon)
    matches = Matches(numbers, words, contained, scored, texts)
    _tell_punctuation(snapshot, matches, typed)
    if any(map(has_number_edge, needles)):
        all_words = contain_all(snapshot, terms.words, numbers)
        matches.all_words = all_words if every is None else all_words & every[numbers]
        _require_whole_numbers(matches)
    return matches


def _tell_punctuation(snapshot: Snapshot, matches: Matches, typed: list[str]) -> None:
    """Part the matches that contain the query with its closing punctuation from those that are without it."""
    contained = matches.literal
    forms = [literal_form(snapshot, text) for text in typed]
    matches.texts = [*forms, *matches.texts[len(forms) :]]
    if forms == contained.needles:
        return
    proven, possible = _literal_of_all(snapshot, forms)
    may_be = contained.proven | contained.possible
    with_sign = sorted_sets.are_in(matches.numbers, proven) & may_be
    matches.literal = Evidence(with_sign, sorted_sets.are_in(matches.numbers, possible) & may_be, forms)
    matches.bare = contained


def _require_whole_numbers(matches: Matches) -> None:
    """Part the matches that contain the numbers of the query whole from those that contain them in longer ones."""
    matches.with_pieces = matches.bare or matches.literal
    matches.literal = _with_whole_numbers(matches.literal)
    matches.bare = _with_whole_numbers(matches.bare) if matches.bare else None


def _with_whole_numbers(evidence: Evidence) -> Evidence:
    """Return evidence for whole numbers: the texts of all its matches must be read."""
    none = np.zeros(len(evidence.proven), bool)
    return Evidence(none, evidence.proven | evidence.possible, evidence.needles, whole_numbers=True)


def _restrict(snapshot: Snapshot, node: BooleanQuery, matching: Mask) -> None:
    for operand in node.must:
        matching &= _mask(snapshot, operand, "words")
    for operand in node.must_not:
        matching &= ~_mask(snapshot, operand, "literal", most=True)


def _literal_of_all(snapshot: Snapshot, needles: list[str]) -> Candidates:
    """Paragraphs proven to hold all strings, and other paragraphs that may."""
    both = None
    for needle in dict.fromkeys(needles):
        snapshot.budget.check()
        candidates = substring.or_by_id(snapshot, needle, substring.candidates(snapshot, needle))
        both = candidates if both is None else substring.both(both, candidates)
    return both or Candidates(np.arange(snapshot.size), np.zeros(0, np.int64))


def _exact(snapshot: Snapshot, node: Node) -> Matches:
    """A query whose every part is a condition: it matches or it does not."""
    bare: Mask | None = None
    if isinstance(node, Literal) and (needle := fold(node.text)):
        numbers = substring.reading(snapshot, needle).paragraphs
        as_written = np.ones(len(numbers), bool)
    else:
        numbers = _living(snapshot, _mask(snapshot, node, "words"))
        as_written = _mask(snapshot, node, "literal", exact=True)[numbers]
        if any(literal_form(snapshot, text) != bare_needle(text) for text in unquoted_texts(node)):
            bare = _mask(snapshot, node, "bare", exact=True)[numbers]
    texts = positive_texts(node)
    everywhere = np.ones(len(numbers), bool)
    terms = query_terms(" ".join(texts), snapshot.user_lexicon)
    matches = Matches(numbers, everywhere, _proof(as_written, []), terms, texts)
    matches.bare = None if bare is None else _proof(bare, list(map(bare_needle, unquoted_texts(node))))
    return matches


def _proof(mask: Mask, needles: list[str]) -> Evidence:
    return Evidence(mask, np.zeros(len(mask), bool), needles)


def _living(snapshot: Snapshot, matching: Mask, among: list[Numbers] | None = None) -> Numbers:
    """The numbers of what matches and is not deleted; ``among`` has all of them, if it is given."""
    if among is None or sum(map(len, among)) > _FEW:
        return np.flatnonzero(matching if snapshot.live is None else matching & snapshot.live)
    numbers = sorted_sets.distinct(np.concatenate([np.zeros(0, np.int64), *among]))
    numbers = numbers[matching[numbers]]
    return numbers if snapshot.live is None else numbers[snapshot.live[numbers]]


def _mask(
    snapshot: Snapshot, node: Node, by: _Strictness, *, exact: bool = False, most: bool = False
) -> Mask:
    """Which paragraphs match.

    Args:
        snapshot: Where.
        node: What.
        by: How a bare text matches.
        exact: Whether a pattern matches only where just what it asks for is, and nothing that is near it.
        most: Whether paragraphs match that there was no time to read: so that what is excluded is excluded for certain.
    """
    snapshot.budget.check()
    part = partial(_mask, snapshot, by=by, exact=exact, most=most)
    outside = partial(_mask, snapshot, by="literal", most=not most)
    match node:
        case Literal(text):
            return _literal(snapshot, fold(text), most=most)
        case Text(text):
            return _text(snapshot, text, by, most=most)
        case Fuzzy() | Wildcard() | Regex() | Near() | Pinyin():
            from searchidx.local.patterns.expand import expand

            expansion = expand(snapshot, node)
            return _mask_of(snapshot, expansion.exact if exact else expansion.paragraphs)
        case Boost(operand):
            return part(operand)
        case And(operands):
            return reduce(np.logical_and, map(part, operands))
        case Or(operands):
            return reduce(np.logical_or, map(part, operands))
        case Not(operand):
            return ~outside(operand)
        case Filter("exact", text):
            from searchidx.local.matching import unfolded

            return unfolded.mask(snapshot, text, include_unread=most)
        case Filter():
            return filters.mask(snapshot, node)
        case BooleanQuery(texts, required, excluded):
            mask = np.ones(snapshot.size, bool)
            for operand in (*texts, *required):
                mask &= part(operand)
            for operand in excluded:
                mask &= ~outside(operand)
            return mask


def _text(snapshot: Snapshot, text: str, by: _Strictness, *, most: bool) -> Mask:
    # Where it is not known which form is the literal one, an excluded text is excluded in either.
    certain = snapshot.budget.is_complete or not most
    form = literal_form(snapshot, text) if by == "literal" and certain else bare_needle(text)
    mask = _literal(snapshot, form, most=most)
    if by == "words" and (terms := query_terms(text, snapshot.user_lexicon).words):
        mask |= containing_all(snapshot, terms)
    return mask


def _literal(snapshot: Snapshot, needle: str, *, most: bool) -> Mask:
    if not needle:
        return np.ones(snapshot.size, bool)
    return substring.reading(snapshot, needle).mask(snapshot.size, include_unread=most)


def _mask_of(snapshot: Snapshot, *lists: Numbers) -> Mask:
    mask = np.zeros(snapshot.size, bool)
    for numbers in lists:
        mask[numbers] = True
    return mask
