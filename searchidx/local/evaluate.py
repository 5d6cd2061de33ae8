"""Which paragraphs match a query tree, tier by tier.

Sets of many paragraphs that are joined are masks over the whole snapshot: one pass over a byte a paragraph. What matches in
the end is an ascending array, and what is known of the matches are masks over these alone: most queries match few.
"""

from collections.abc import Iterator
from functools import reduce

import numpy as np

from searchidx.analyzer import QueryTerms, query_terms
from searchidx.dataclass import dataclass, field
from searchidx.fold import fold
from searchidx.local import ascending, filters, literal, scoring
from searchidx.local.literal import Candidates
from searchidx.local.snapshot import Mask, Numbers, Snapshot
from searchidx.query import (
    And,
    Boost,
    Filter,
    Fuzzy,
    Literal,
    Loose,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Regex,
    Sound,
    Text,
    Wildcard,
)

_FEW = 8192  # numbers that are quicker sorted than picked from a mask over everything


@dataclass(slots=True)
class Matches:
    """What matches, before any of it is ranked.

    Attributes:
        numbers: Of every paragraph that matches, ascending; deleted ones are never among them.
        words: Which of these hold all the query's words; those that are literal matches count as such.
        literal: Which of these are proven to hold the query as written.
        possible: Which of these may hold it as written: ``needles`` must be looked for in their text.
        needles: Folded strings to look for.
        terms: What is scored.
        shown: Folded texts of the query, to be highlighted in literal hits.
        weighed: Patterns of the query, and folded texts of it that are boosted, each with its boost.
        typed: The same as they were typed.
        either: Whether a literal match needs but one half of the query.
        holding_all: Whether every literal match holds all of them for certain.
        exact: Those of them that are looked for with nothing folded, when all are.
    """

    numbers: Numbers
    words: Mask
    literal: Mask
    possible: Mask
    needles: list[str]
    terms: QueryTerms
    shown: list[str] = field(default_factory=list)
    weighed: list[tuple[Pattern | str, float]] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    either: bool = False
    holding_all: bool = False
    exact: list[str] | None = None

    def keep(self, allowed: Mask) -> None:
        """Leave only what is allowed."""
        kept = allowed[self.numbers]
        self.numbers = self.numbers[kept]
        self.words, self.literal, self.possible = self.words[kept], self.literal[kept], self.possible[kept]


def evaluate(snapshot: Snapshot, node: Node) -> Matches:
    """Find what matches a query."""
    matches = _loose(snapshot, node) if isinstance(node, Loose) and node.words else _exact(snapshot, node)
    matches.weighed = list(weighed(node))
    matches.typed = typed_texts(node)
    matches.either = _has_either(node)
    matches.holding_all = _holds_all(node)
    if matches.typed and not matches.weighed and not typed_texts(node, exact=False):
        matches.exact = matches.typed
    return matches


def _has_either(node: Node) -> bool:
    match node:
        case And(operands):
            return any(map(_has_either, operands))
        case Loose(_, required, _):
            return any(map(_has_either, required))
        case Boost(operand):
            return _has_either(operand)
        case _:
            return isinstance(node, Or)


def _holds_all(node: Node) -> bool:
    match node:
        case And(operands):
            return all(map(_holds_all, operands))
        case Loose(_, required, _):
            return all(isinstance(operand, Filter | Literal) for operand in required)
        case Boost(operand):
            return _holds_all(operand)
        case _:
            return True


def positive_texts(node: Node) -> list[str]:
    """Folded texts of a query that a match may hold, in order; what is below a Not is left out."""
    return [folded for text in typed_texts(node) if (folded := fold(text).strip())]


def typed_texts(node: Node, *, exact: bool = True) -> list[str]:
    """Texts of a query that a match may hold, as they were typed, in order; what is below a Not is left out.

    Args:
        node: The query.
        exact: Give those with nothing folded too.
    """
    match node:
        case Text(text) | Literal(text):
            return [text]
        case Filter("exact", text):
            return [text] if exact else []
        case And(operands) | Or(operands):
            return [text for operand in operands for text in typed_texts(operand, exact=exact)]
        case Loose(words, required, _):
            return [text for operand in (*words, *required) for text in typed_texts(operand, exact=exact)]
        case Boost(operand):
            return typed_texts(operand, exact=exact)
        case _:
            return []


def weighed(node: Node, factor: float = 1.0) -> Iterator[tuple[Pattern | str, float]]:
    """Patterns that a match may hold, and folded texts that are boosted, each with its boost."""
    match node:
        case Text(text) | Literal(text):
            if factor != 1.0:
                yield fold(text).strip(), factor
        case Fuzzy() | Wildcard() | Regex() | Near() | Sound():
            yield node, factor
        case Boost(operand, more):
            yield from weighed(operand, factor * more)
        case And(operands) | Or(operands):
            for operand in operands:
                yield from weighed(operand, factor)
        case Loose(words, required, _):
            for operand in (*words, *required):
                yield from weighed(operand, factor)
        case _:
            return


def _loose(snapshot: Snapshot, node: Loose) -> Matches:
    words_asked = [word.operand if isinstance(word, Boost) else word for word in node.words]
    needles = [
        needle for word in words_asked if isinstance(word, Text) and (needle := as_looked_for(word.text))
    ]
    wanted = query_terms(" ".join(needles), snapshot.own)
    speaking = scoring.holding_any(snapshot, wanted)
    matching = _mask_of(snapshot, *speaking)
    as_written, possible = _literal_of_all(snapshot, needles)
    every: Mask | None = None  # what holds all patterns
    for word in words_asked:
        if not isinstance(word, Text):
            held = _mask(snapshot, word, words=True)
            matching |= held
            every = held if every is None else every & held
            exact = _mask(snapshot, word, words=True, exact=True)
            as_written, possible = as_written[exact[as_written]], possible[exact[possible]]
    # What neither a word nor two characters speak for is looked at now, so that every match counted is one.
    spoken_for = matching[possible]
    strays = possible[~spoken_for]
    proven = _mask_of(snapshot, as_written)
    proven[strays[literal.contains_once(snapshot, needles, strays)]] = True
    matching |= proven
    _restrict(snapshot, node, matching)
    numbers = _living(snapshot, matching, None if every is not None else [*speaking, as_written, strays])
    literally = proven[numbers]
    words = literally.copy()
    others = np.flatnonzero(~literally)
    words[others] = scoring.hold_all(snapshot, wanted.words, numbers[others])
    if every is not None:
        words &= every[numbers]
    texts = positive_texts(node)
    scored = wanted if texts == needles else query_terms(" ".join(texts), snapshot.own)
    possibly = ascending.are_in(numbers, possible[spoken_for])
    return Matches(numbers, words, literally, possibly, needles, scored, texts)


def as_looked_for(text: str) -> str:
    """A bare text folded, without the punctuation that ends a sentence: a question is not sought with its mark."""
    return without_end(fold(text).strip())


def without_end(text: str) -> str:
    """A text without the punctuation that ends a sentence, unless it is nothing else."""
    return text.rstrip("?!。,、;:") or text


def as_sought(text: str) -> str:
    """A text between quotation marks folded, without the spaces around it."""
    return fold(text).strip(" ")


def _restrict(snapshot: Snapshot, node: Loose, matching: Mask) -> None:
    for operand in node.required:
        matching &= _mask(snapshot, operand, words=True)
    for operand in node.excluded:
        matching &= ~_mask(snapshot, operand, words=False)


def _literal_of_all(snapshot: Snapshot, needles: list[str]) -> Candidates:
    """Paragraphs proven to hold all strings, and other paragraphs that may."""
    found = None
    for needle in dict.fromkeys(needles):
        snapshot.effort.check()
        one = literal.candidates(snapshot, needle)
        found = one if found is None else literal.both(found, one)
    return found or Candidates(np.arange(snapshot.size), np.zeros(0, np.int64))


def _exact(snapshot: Snapshot, node: Node) -> Matches:
    """A query whose every part is a condition: it matches or it does not."""
    if isinstance(node, Literal) and (needle := as_sought(node.text)):
        numbers = literal.every(snapshot, needle)
        as_written = np.ones(len(numbers), bool)
    else:
        numbers = _living(snapshot, _mask(snapshot, node, words=True))
        as_written = _mask(snapshot, node, words=False, exact=True)[numbers]
    texts = positive_texts(node)
    everywhere, nowhere = np.ones(len(numbers), bool), np.zeros(len(numbers), bool)
    terms = query_terms(" ".join(texts), snapshot.own)
    return Matches(numbers, everywhere, as_written, nowhere, [], terms, texts)


def _living(snapshot: Snapshot, matching: Mask, among: list[Numbers] | None = None) -> Numbers:
    """The numbers of what matches and is not deleted; ``among`` has all of them, if it is given."""
    if among is None or sum(map(len, among)) > _FEW:
        return np.flatnonzero(matching if snapshot.live is None else matching & snapshot.live)
    numbers = ascending.distinct(np.concatenate([np.zeros(0, np.int64), *among]))
    numbers = numbers[matching[numbers]]
    return numbers if snapshot.live is None else numbers[snapshot.live[numbers]]


def _mask(snapshot: Snapshot, node: Node, *, words: bool, exact: bool = False) -> Mask:
    """Which paragraphs match.

    Args:
        snapshot: Where.
        node: What.
        words: Whether a bare text also matches where all its words are.
        exact: Whether a pattern matches only where just what it asks for is, and nothing that is near it.
    """
    snapshot.effort.check()
    match node:
        case Literal(text):
            return _literal(snapshot, text)
        case Text(text):
            held = _literal(snapshot, text)
            if words and (wanted := query_terms(text, snapshot.own).words):
                held |= scoring.holding_all(snapshot, wanted)
            return held
        case Fuzzy() | Wildcard() | Regex() | Near() | Sound():
            from searchidx.local.expansion import expand

            found = expand(snapshot, node)
            return _mask_of(snapshot, found.exact if exact else found.paragraphs)
        case Boost(operand):
            return _mask(snapshot, operand, words=words, exact=exact)
        case And(operands):
            masks = (_mask(snapshot, operand, words=words, exact=exact) for operand in operands)
            return reduce(np.logical_and, masks)
        case Or(operands):
            masks = (_mask(snapshot, operand, words=words, exact=exact) for operand in operands)
            return reduce(np.logical_or, masks)
        case Not(operand):
            return ~_mask(snapshot, operand, words=False)
        case Filter():
            return filters.mask(snapshot, node)
        case Loose(texts, required, excluded):
            held = np.ones(snapshot.size, bool)
            for operand in (*texts, *required):
                held &= _mask(snapshot, operand, words=words, exact=exact)
            for operand in excluded:
                held &= ~_mask(snapshot, operand, words=False)
            return held


def _literal(snapshot: Snapshot, text: str) -> Mask:
    needle = as_sought(text)
    return _mask_of(snapshot, literal.every(snapshot, needle)) if needle else np.ones(snapshot.size, bool)


def _mask_of(snapshot: Snapshot, *lists: Numbers) -> Mask:
    mask = np.zeros(snapshot.size, bool)
    for numbers in lists:
        mask[numbers] = True
    return mask
