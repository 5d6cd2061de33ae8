"""Matcher: evaluation of a query tree to its matches, tier by tier.

Large sets are combined as masks over the whole snapshot: one pass over a byte for each paragraph. The matches themselves are an
ascending array, and their facts masks over these alone: most queries match few paragraphs.
"""

from collections.abc import Sequence
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

_MAX_SORTED = 8192  # numbers that are sorted sooner than a mask over the snapshot is scanned

_Strictness = Choice["literal", "bare", "words"]
"""Match of an unquoted text: with its closing punctuation, without it, or also by all its words."""


def evaluate(snapshot: Snapshot, node: Node) -> Matches:
    """Return the matches of a query."""
    snapshot.budget.pending_reads = len(_read_strings(node))
    if isinstance(node, BooleanQuery) and node.should:
        matches = _with_tiers(snapshot, node)
    else:
        matches = _without_tiers(snapshot, node)
    matches.boosted_nodes = list(boosted_nodes(node))
    matches.typed_texts = typed_texts(node)
    matches.has_alternatives = _has_alternatives(node)
    matches.literal_has_all_texts = _literal_has_all_texts(node)
    if matches.typed_texts and not matches.boosted_nodes and not typed_texts(node, includes_exact=False):
        matches.exact_texts = matches.typed_texts
    return matches


def _has_alternatives(node: Node) -> bool:
    """Return true if a match may lack an operand of an Or."""
    match node:
        case And(operands):
            return any(map(_has_alternatives, operands))
        case BooleanQuery(_, must, _):
            return any(map(_has_alternatives, must))
        case Boost(operand):
            return _has_alternatives(operand)
        case _:
            return isinstance(node, Or)


def _literal_has_all_texts(node: Node) -> bool:
    """Return true if a literal match contains all texts of a query: a required text may match by its words."""
    match node:
        case And(operands):
            return all(map(_literal_has_all_texts, operands))
        case BooleanQuery(_, must, _):
            return all(isinstance(operand, Filter | Literal) for operand in must)
        case Boost(operand):
            return _literal_has_all_texts(operand)
        case _:
            return True


def _read_strings(node: Node) -> set[tuple[str, str]]:
    """Return the strings that are verified in texts, excluded ones too, each with the kind of its look-up."""
    match node:
        case Text(text) | Literal(text):
            return {("literal", text)}
        case Filter("exact", text):
            return {("exact", text)}
        case And(operands) | Or(operands):
            return {string for operand in operands for string in _read_strings(operand)}
        case BooleanQuery(should, must, must_not):
            operands = (*should, *must, *must_not)
            return {string for operand in operands for string in _read_strings(operand)}
        case Not(operand) | Boost(operand):
            return _read_strings(operand)
        case _:
            return set()


def _with_tiers(snapshot: Snapshot, node: BooleanQuery) -> Matches:
    """Evaluate a query with optional words: a match contains it literally, or all, or some of its words."""
    optional = [operand.operand if isinstance(operand, Boost) else operand for operand in node.should]
    typed = [operand.text for operand in optional if isinstance(operand, Text) and fold(operand.text).strip()]
    needles = list(map(bare_needle, typed))
    terms = query_terms(" ".join(needles), snapshot.user_lexicon)
    by_term = paragraphs_by_term(snapshot, terms)
    matching = _mask_of(snapshot, *by_term)
    literal, possible = _literal_candidates(snapshot, needles)
    patterns = [operand for operand in optional if not isinstance(operand, Text)]
    all_patterns = _pattern_masks(snapshot, patterns, matching)
    if patterns:
        exact = reduce(
            np.logical_and, [_mask(snapshot, pattern, "words", exact=True) for pattern in patterns]
        )
        literal, possible = literal[exact[literal]], possible[exact[possible]]
    # Candidates without a word or bigram match only literally; they are read now, so that every counted match is one.
    has_term = matching[possible]
    without_term = possible[~has_term]
    proven = _mask_of(snapshot, literal)
    proven[without_term[substring.contains_once(snapshot, needles, without_term)]] = True
    matching |= proven
    _restrict(snapshot, node, matching)
    numbers = _live_numbers(snapshot, matching, None if patterns else [*by_term, literal, without_term])
    evidence = Evidence(proven[numbers], sorted_sets.are_in(numbers, possible[has_term]), needles)
    all_words = evidence.proven.copy()
    others = np.flatnonzero(~all_words)
    all_words[others] = contain_all(snapshot, terms.words, numbers[others])
    if all_patterns is not None:
        all_words &= all_patterns[numbers]
    texts = positive_texts(node)
    scored = terms if texts == needles else query_terms(" ".join(texts), snapshot.user_lexicon)
    matches = Matches(numbers, all_words, evidence, scored, texts)
    _separate_bare(snapshot, matches, typed)
    if any(map(has_number_edge, needles)):
        all_words = contain_all(snapshot, terms.words, numbers)
        matches.all_words = all_words if all_patterns is None else all_words & all_patterns[numbers]
        _require_whole_numbers(matches)
    return matches


def _pattern_masks(snapshot: Snapshot, patterns: Sequence[Node], matching: Mask) -> Mask | None:
    """Add the matches of optional patterns to a mask, and return the mask of the paragraphs that match all."""
    if not patterns:
        return None
    masks = [_mask(snapshot, pattern, "words") for pattern in patterns]
    for mask in masks:
        matching |= mask
    return reduce(np.logical_and, masks)


def _separate_bare(snapshot: Snapshot, matches: Matches, typed: list[str]) -> None:
    """Separate the matches with the closing punctuation of the query from those without it."""
    contained = matches.literal
    forms = [literal_form(snapshot, text) for text in typed]
    matches.texts = [*forms, *matches.texts[len(forms) :]]
    if forms == contained.needles:
        return
    proven, possible = _literal_candidates(snapshot, forms)
    may_be_bare = contained.proven | contained.possible
    matches.literal = Evidence(
        sorted_sets.are_in(matches.numbers, proven) & may_be_bare,
        sorted_sets.are_in(matches.numbers, possible) & may_be_bare,
        forms,
    )
    matches.bare = contained


def _require_whole_numbers(matches: Matches) -> None:
    """Separate the matches that contain the numbers of the query whole from those that contain them in longer ones."""
    matches.with_pieces = matches.bare or matches.literal
    matches.literal = _with_whole_numbers(matches.literal)
    matches.bare = _with_whole_numbers(matches.bare) if matches.bare else None


def _with_whole_numbers(evidence: Evidence) -> Evidence:
    """Return evidence for whole numbers: the texts of all its matches must be read."""
    none = np.zeros(len(evidence.proven), bool)
    return Evidence(none, evidence.proven | evidence.possible, evidence.needles, whole_numbers=True)


def _restrict(snapshot: Snapshot, node: BooleanQuery, matching: Mask) -> None:
    """Remove the paragraphs that lack a required operand or match an excluded one."""
    for operand in node.must:
        matching &= _mask(snapshot, operand, "words")
    for operand in node.must_not:
        matching &= ~_mask(snapshot, operand, "literal", include_unread=True)


def _literal_candidates(snapshot: Snapshot, needles: list[str]) -> Candidates:
    """Return the candidates for all strings together."""
    together = None
    for needle in dict.fromkeys(needles):
        snapshot.budget.check()
        candidates = substring.or_by_id(snapshot, needle, substring.candidates(snapshot, needle))
        together = candidates if together is None else substring.both(together, candidates)
    return together or Candidates(np.arange(snapshot.size), np.zeros(0, np.int64))


def _without_tiers(snapshot: Snapshot, node: Node) -> Matches:
    """Evaluate a query of conditions only, which a paragraph either meets or not."""
    bare: Mask | None = None
    if isinstance(node, Literal) and (needle := fold(node.text)):
        numbers = substring.reading(snapshot, needle).paragraphs
        literal = np.ones(len(numbers), bool)
    else:
        numbers = _live_numbers(snapshot, _mask(snapshot, node, "words"))
        literal = _mask(snapshot, node, "literal", exact=True)[numbers]
        if any(literal_form(snapshot, text) != bare_needle(text) for text in unquoted_texts(node)):
            bare = _mask(snapshot, node, "bare", exact=True)[numbers]
    texts = positive_texts(node)
    all_words = np.ones(len(numbers), bool)
    terms = query_terms(" ".join(texts), snapshot.user_lexicon)
    matches = Matches(numbers, all_words, _proof(literal, []), terms, texts)
    matches.bare = None if bare is None else _proof(bare, list(map(bare_needle, unquoted_texts(node))))
    return matches


def _proof(mask: Mask, needles: list[str]) -> Evidence:
    return Evidence(mask, np.zeros(len(mask), bool), needles)


def _live_numbers(snapshot: Snapshot, matching: Mask, candidates: list[Numbers] | None = None) -> Numbers:
    """Return the live paragraphs of a mask; ``candidates``, if given, contain all of them."""
    if candidates is None or sum(map(len, candidates)) > _MAX_SORTED:
        return np.flatnonzero(matching if snapshot.live is None else matching & snapshot.live)
    numbers = sorted_sets.distinct(np.concatenate([np.zeros(0, np.int64), *candidates]))
    numbers = numbers[matching[numbers]]
    return numbers if snapshot.live is None else numbers[snapshot.live[numbers]]


def _mask(
    snapshot: Snapshot, node: Node, by: _Strictness, *, exact: bool = False, include_unread: bool = False
) -> Mask:
    """Return the mask of the paragraphs that match a query.

    Args:
        snapshot: The index.
        node: The query.
        by: Match of an unquoted text.
        exact: Patterns match without edits only.
        include_unread: Candidates that the budget left unread match too: what is excluded is excluded for certain.
    """
    snapshot.budget.check()
    operand_mask = partial(_mask, snapshot, by=by, exact=exact, include_unread=include_unread)
    excluded_mask = partial(_mask, snapshot, by="literal", include_unread=not include_unread)
    match node:
        case Literal(text):
            return _literal_mask(snapshot, fold(text), include_unread=include_unread)
        case Text(text):
            return _text_mask(snapshot, text, by, include_unread=include_unread)
        case Fuzzy() | Wildcard() | Regex() | Near() | Pinyin():
            from searchidx.local.patterns.expand import expand

            expansion = expand(snapshot, node)
            return _mask_of(snapshot, expansion.exact if exact else expansion.paragraphs)
        case Boost(operand):
            return operand_mask(operand)
        case And(operands):
            return reduce(np.logical_and, map(operand_mask, operands))
        case Or(operands):
            return reduce(np.logical_or, map(operand_mask, operands))
        case Not(operand):
            return ~excluded_mask(operand)
        case Filter("exact", text):
            from searchidx.local.matching import unfolded

            return unfolded.mask(snapshot, text, include_unread=include_unread)
        case Filter():
            return filters.mask(snapshot, node)
        case BooleanQuery(should, must, must_not):
            mask = np.ones(snapshot.size, bool)
            for operand in (*should, *must):
                mask &= operand_mask(operand)
            for operand in must_not:
                mask &= ~excluded_mask(operand)
            return mask


def _text_mask(snapshot: Snapshot, text: str, by: _Strictness, *, include_unread: bool) -> Mask:
    # An incomplete reading leaves the literal form unknown; an excluded text is then excluded in either.
    is_form_known = snapshot.budget.is_complete or not include_unread
    form = literal_form(snapshot, text) if by == "literal" and is_form_known else bare_needle(text)
    mask = _literal_mask(snapshot, form, include_unread=include_unread)
    if by == "words" and (terms := query_terms(text, snapshot.user_lexicon).words):
        mask |= containing_all(snapshot, terms)
    return mask


def _literal_mask(snapshot: Snapshot, needle: str, *, include_unread: bool) -> Mask:
    if not needle:
        return np.ones(snapshot.size, bool)
    return substring.reading(snapshot, needle).mask(snapshot.size, include_unread=include_unread)


def _mask_of(snapshot: Snapshot, *lists: Numbers) -> Mask:
    """Return the mask of the paragraphs in any of some lists."""
    mask = np.zeros(snapshot.size, bool)
    for numbers in lists:
        mask[numbers] = True
    return mask
