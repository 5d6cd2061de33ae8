"""What somebody may have meant whose query is nowhere as it was written: the nearest things that *are* in this index.

For :meth:`~searchidx.local.engine.LocalEngine.suggest`, and imported only when nothing was found as written. Each part of
a query that is nowhere is taken for a slip: of an input method by sound or by shape, of the fingers, of spelling. What it
may stand for is made up and looked up; what is not in the index is never suggested. How likely a slip is and how often the
word is there decide which come first.

    lookup   what of a string is in the index, and how often
    han      slips in Chinese
    latin    slips in words of letters and digits
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from searchidx.analyzer import is_cjk
from searchidx.fold import fold
from searchidx.local.lookup import substring
from searchidx.local.lookup.closing_signs import without_end
from searchidx.local.matching import filters
from searchidx.local.segment.snapshot import Mask, Snapshot
from searchidx.local.suggest.counts import Guess, Lookup
from searchidx.query import And, BooleanQuery, Boost, Filter, Literal, Node, Not, Or, Query, Text
from searchidx.results import Suggestion

MOST = 3
"""Suggestions at most."""
_LONGEST = 16  # characters of a part that is taken for a word or two; more is a sentence
_SHORT = 6
_MOST_PARTS = 6
_RARE = 30  # paragraphs that hold a part that may be a slip all the same
_RUNS = re.compile(r"[0-9a-z]+|[^0-9a-z]+")


def suggest(
    snapshot: Snapshot, query: Query, *, allowed: Mask | None = None, all_words: bool = False
) -> tuple[Suggestion, ...]:
    """Give what is near to a query of which nothing was found as it was written, the likeliest first.

    Args:
        snapshot: The index.
        query: The query.
        allowed: Paragraphs that count, beside what the query's filters let through.
        all_words: Whether all its words were found: then only a short one is taken for a slip.
    """
    if query.node is None or _has_pattern(query.node):
        return ()
    parts = list(dict.fromkeys(_positive(query.node)))
    longest = max(map(len, parts), default=0)
    if not parts or len(parts) > _MOST_PARTS or longest > (_SHORT if all_words else _LONGEST):
        return ()
    lookup = Lookup(snapshot, _allowed(snapshot, query.node, allowed))
    absent = [part for part in parts if not lookup.holds(_needle(part))]
    found: list[Suggestion] = []
    if len(absent) != 1 and len(parts) > 1:
        rare = [part for part in parts if lookup.about(_needle(part)) <= _RARE]
        found += _all_mended(lookup, query.source, parts, absent or rare, all_words=all_words)
    if not absent:
        return tuple(found or (_joined(lookup, query.source, parts) if len(parts) > 1 else ()))
    for guess in _ranked(lookup, absent[0], all_words=all_words):
        suggestion = _suggestion(lookup, query.source, parts, absent[0], guess)
        if suggestion is not None and not any(_says_less(suggestion, other) for other in found):
            found.append(suggestion)
        if len(found) == MOST:
            break
    return tuple(found)


def _needle(part: str) -> str:
    """A part of a query as it is looked for."""
    return fold(part).strip()


def _ranked(lookup: Lookup, part: str, *, all_words: bool) -> list[Guess]:
    """What a part may stand for, the likeliest first."""
    text = _needle(part)
    guesses = list(_guesses(lookup, text)) or ([] if all_words else list(_cuts(lookup, text)))
    return sorted(guesses, key=lambda guess: -guess.score)


def _all_mended(
    lookup: Lookup, source: str, parts: list[str], wrong: list[str], *, all_words: bool
) -> Iterator[Suggestion]:
    """The query with the likeliest guess for each wrong part, if that is anywhere."""
    guesses = {part: ranked[0] for part in wrong if (ranked := _ranked(lookup, part, all_words=all_words))}
    count = lookup.count(*(guesses[part].text if part in guesses else _needle(part) for part in parts))
    if guesses and count:
        for part, guess in guesses.items():
            source = source.replace(part, guess.text, 1)
        yield Suggestion(source, count, ", ".join(dict.fromkeys(guess.why for guess in guesses.values())))


def _has_pattern(node: Node) -> bool:
    """Whether a part of a query means more than what is written: of these it can't be said what was meant."""
    match node:
        case And(operands) | Or(operands):
            return any(map(_has_pattern, operands))
        case BooleanQuery(words, required, excluded):
            return any(map(_has_pattern, (*words, *required, *excluded)))
        case Not() | Boost():
            return _has_pattern(node.operand)
        case _:
            return not isinstance(node, Text | Literal | Filter)


def _positive(node: Node) -> Iterator[str]:
    """Texts that a match is to hold."""
    match node:
        case Text(text):
            yield text[: len(without_end(fold(text)))]  # a folded character is one character
        case Literal(text):
            yield text
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _positive(operand)
        case Boost():
            yield from _positive(node.operand)
        case BooleanQuery(words, required, _):
            for operand in (*words, *required):
                yield from _positive(operand)
        case _:
            return


def _allowed(snapshot: Snapshot, node: Node | None, allowed: Mask | None) -> Mask | None:
    """What the filters and exclusions of a query let through."""
    through = np.ones(snapshot.size, bool) if allowed is None else allowed.copy()
    if not isinstance(node, BooleanQuery):
        return allowed
    for operand in node.must:
        if isinstance(operand, Filter):
            through &= filters.mask(snapshot, operand)
    for operand in node.must_not:
        if isinstance(operand, Filter):
            through &= ~filters.mask(snapshot, operand)
        elif isinstance(operand, Text | Literal) and (needle := fold(operand.text).strip()):
            through[substring.matching(snapshot, needle)] = False
    return through


def _guesses(lookup: Lookup, text: str) -> Iterator[Guess]:
    """What a part may stand for; where it is of several scripts, one of its runs is mended and the others stay."""
    runs = _RUNS.findall(text)
    if len(runs) > 1:
        written = [at for at, run in enumerate(runs) if any(map(str.isalnum, run))]
        for at in sorted(written, key=lambda at: lookup.about(runs[at])):
            found: list[Guess] = []
            for guess in sorted(_guesses(lookup, runs[at]), key=lambda guess: -guess.score)[:MOST]:
                whole = "".join((*runs[:at], guess.text, *runs[at + 1 :]))
                found += lookup.seen(whole, guess.cost, guess.why, closely=True)
            yield from found
            if found or not lookup.holds(runs[at]):
                return
    elif text.isascii():
        from searchidx.local.suggest import latin

        yield from latin.guesses(lookup, text)
    else:
        from searchidx.local.suggest import (
            chinese,  # with its tables: for most queries there is nothing to mend
        )

        yield from chinese.guesses(lookup, text)


def _cuts(lookup: Lookup, text: str) -> Iterator[Guess]:
    """A part that is all there, but not in one piece."""
    runs = _RUNS.findall(text)
    if len(runs) > 1 and all(any(map(str.isalnum, run)) and lookup.holds(run) for run in runs):
        yield from lookup.apart(runs)
    elif all(map(is_cjk, text)):
        from searchidx.local.suggest import chinese

        yield from chinese.cuts(lookup, text)


def _suggestion(lookup: Lookup, source: str, parts: list[str], part: str, guess: Guess) -> Suggestion | None:
    """The whole query with a part mended, or the mended part alone where the whole is nowhere."""
    if len(parts) == 1:
        count = lookup.count(guess.text)
        return Suggestion(source.replace(part, guess.text, 1), count, guess.why) if count else None
    needles = [guess.text if other == part else _needle(other) for other in parts]
    together = lookup.count(*needles)
    if together and part in source:
        return Suggestion(source.replace(part, guess.text, 1), together, guess.why)
    count = lookup.count(guess.text)
    return Suggestion(guess.text, count, guess.why) if count else None


def _says_less(suggestion: Suggestion, better: Suggestion) -> bool:
    """Whether all that one finds is found by a better one that says more."""
    return suggestion.query in better.query and suggestion.count <= better.count


def _joined(lookup: Lookup, source: str, parts: list[str]) -> tuple[Suggestion, ...]:
    """Words that stand beside each other in the query and are one word in the index: key board."""
    for first, second in pairwise(parts):
        apart, joined = f"{first} {second}", first + second
        if apart in source and fold(joined).isalnum() and (count := lookup.count(fold(joined))):
            return (Suggestion(source.replace(apart, joined), count, "cut otherwise"),)
    return ()
