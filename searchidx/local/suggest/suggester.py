"""Suggester: corrections of a query without literal matches, out of what is in the index.

Imported only when nothing matches as typed. Each text of a query that occurs nowhere is taken for a slip: of an input method
by sound or by shape, of the fingers, of spelling. Candidates are generated and looked up; what is not in the index is never
suggested. The cost of a slip and the number of paragraphs that contain the correction decide the order.

    counts    occurrence and frequency of strings in the index
    chinese   slips in Chinese
    latin     slips in words of letters and digits
    spaced    characters set apart by spaces
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from searchidx.analyzer import is_cjk
from searchidx.fold import fold
from searchidx.local.lookup import substring
from searchidx.local.matching import filters
from searchidx.local.segment.snapshot import Mask, Snapshot
from searchidx.local.suggest.counts import SPACING, Counts, Guess
from searchidx.local.suggest.spaced import spaced
from searchidx.query import And, BooleanQuery, Boost, Filter, Literal, Node, Not, Or, Query, Text
from searchidx.query.texts import without_closing_marks
from searchidx.results import Suggestion

MAX_SUGGESTIONS = 3
_MAX_TEXT_LENGTH = 16  # characters of a text that is taken for a word or two; a longer one is a sentence
_MAX_TEXT_LENGTH_WITH_ALL_WORDS = 6
_MAX_TEXTS = 6
_MAX_RARE_COUNT = 30  # paragraphs that contain a text that may be a slip all the same
_RUNS = re.compile(r"[0-9a-z]+|[^0-9a-z]+")


def suggest(
    snapshot: Snapshot, query: Query, *, allowed: Mask | None = None, all_words: bool = False
) -> tuple[Suggestion, ...]:
    """Return corrections of a query without literal matches, the most likely first.

    Args:
        snapshot: The index.
        query: The query.
        allowed: Mask of the paragraphs to count, beside the filters of the query.
        all_words: Some paragraph contains all words of the query: then only a short one is taken for a slip.
    """
    if query.node is None or _has_pattern(query.node):
        return ()
    texts = list(dict.fromkeys(_positive_texts(query.node)))
    if not texts or len(texts) > _MAX_TEXTS:
        return ()
    counts = Counts(snapshot, _allowed(snapshot, query.node, allowed))
    absent = [text for text in texts if not counts.occurs(_needle(text))]
    suggestions = list(_set_apart(counts, query, texts, absent))
    max_length = _MAX_TEXT_LENGTH_WITH_ALL_WORDS if all_words else _MAX_TEXT_LENGTH
    if max(map(len, texts)) > max_length:
        return tuple(suggestions)
    if len(absent) != 1 and len(texts) > 1:
        rare = [text for text in texts if counts.estimate(_needle(text)) <= _MAX_RARE_COUNT]
        suggestions += _with_all_corrected(counts, query.source, texts, absent or rare, all_words=all_words)
    if not absent:
        return tuple(suggestions or (_joined(counts, query.source, texts) if len(texts) > 1 else ()))
    for guess in _ranked(counts, absent[0], all_words=all_words):
        suggestion = _suggestion(counts, query.source, texts, absent[0], guess)
        if suggestion is not None and not any(_is_covered(suggestion, other) for other in suggestions):
            suggestions.append(suggestion)
        if len(suggestions) >= MAX_SUGGESTIONS:
            break
    return tuple(suggestions)


def _set_apart(counts: Counts, query: Query, texts: list[str], absent: list[str]) -> Iterator[Suggestion]:
    """Yield the query with its only absent text as it occurs set apart by spaces."""
    if len(absent) != 1:
        return
    others = [_needle(text) for text in texts if text != absent[0]]
    is_literal = isinstance(query.node, Literal)
    suggestion = spaced(
        counts.snapshot, query.source, absent[0], others=others, allowed=counts.allowed, is_literal=is_literal
    )
    if suggestion is not None:
        yield suggestion


def _needle(text: str) -> str:
    """Return the folded text to look for."""
    return fold(text).strip()


def _ranked(counts: Counts, text: str, *, all_words: bool) -> list[Guess]:
    """Return the guesses for a text, the most likely first."""
    needle = _needle(text)
    guesses = list(_guesses(counts, needle)) or ([] if all_words else list(_splits(counts, needle)))
    return sorted(guesses, key=lambda guess: -guess.score)


def _with_all_corrected(
    counts: Counts, source: str, texts: list[str], wrong: list[str], *, all_words: bool
) -> Iterator[Suggestion]:
    """Yield the query with the best guess for each wrong text, if that occurs anywhere."""
    guesses = {text: ranked[0] for text in wrong if (ranked := _ranked(counts, text, all_words=all_words))}
    count = counts.count(*(guesses[text].text if text in guesses else _needle(text) for text in texts))
    if guesses and count:
        for text, guess in guesses.items():
            source = source.replace(text, guess.text, 1)
        yield Suggestion(source, count, ", ".join(dict.fromkeys(guess.why for guess in guesses.values())))


def _has_pattern(node: Node) -> bool:
    """Return true if a query has a pattern: it stands for more than its letters, so no slip can be made out in it."""
    match node:
        case And(operands) | Or(operands):
            return any(map(_has_pattern, operands))
        case BooleanQuery(should, must, must_not):
            return any(map(_has_pattern, (*should, *must, *must_not)))
        case Not() | Boost():
            return _has_pattern(node.operand)
        case _:
            return not isinstance(node, Text | Literal | Filter)


def _positive_texts(node: Node) -> Iterator[str]:
    """Yield the texts of a query that a match contains, as typed and without closing punctuation."""
    match node:
        case Text(text):
            yield text[: len(without_closing_marks(fold(text)))]  # folding keeps the number of characters
        case Literal(text):
            yield text
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _positive_texts(operand)
        case Boost():
            yield from _positive_texts(node.operand)
        case BooleanQuery(should, must, _):
            for operand in (*should, *must):
                yield from _positive_texts(operand)
        case _:
            return


def _allowed(snapshot: Snapshot, node: Node | None, allowed: Mask | None) -> Mask | None:
    """Return the mask of the paragraphs that pass the filters and exclusions of a query."""
    mask = np.ones(snapshot.size, bool) if allowed is None else allowed.copy()
    if not isinstance(node, BooleanQuery):
        return allowed
    for operand in node.must:
        if isinstance(operand, Filter):
            mask &= filters.mask(snapshot, operand)
    for operand in node.must_not:
        if isinstance(operand, Filter):
            mask &= ~filters.mask(snapshot, operand)
        elif isinstance(operand, Text | Literal) and (needle := _needle(operand.text)):
            mask[substring.matching(snapshot, needle)] = False
    return mask


def _guesses(counts: Counts, text: str) -> Iterator[Guess]:
    """Yield the guesses for a text; in one of several scripts one run is corrected and the others stay."""
    runs = _RUNS.findall(text)
    if len(runs) > 1:
        yield from _guesses_by_run(counts, runs)
    elif text.isascii():
        from searchidx.local.suggest import latin

        yield from latin.guesses(counts, text)
    else:
        from searchidx.local.suggest import chinese  # its tables take time to load

        yield from chinese.guesses(counts, text)


def _guesses_by_run(counts: Counts, runs: list[str]) -> Iterator[Guess]:
    """Yield the guesses for the rarest run that has some; a run that occurs nowhere must have one."""
    alphanumeric = [position for position, run in enumerate(runs) if any(map(str.isalnum, run))]
    for position in sorted(alphanumeric, key=lambda position: counts.estimate(runs[position])):
        guesses: list[Guess] = []
        ranked = sorted(_guesses(counts, runs[position]), key=lambda guess: -guess.score)
        for guess in ranked[:MAX_SUGGESTIONS]:
            whole = "".join((*runs[:position], guess.text, *runs[position + 1 :]))
            guesses += counts.guess(whole, guess.cost, guess.why, closely=True)
        yield from guesses
        if guesses or not counts.occurs(runs[position]):
            return


def _splits(counts: Counts, text: str) -> Iterator[Guess]:
    """Yield a text split into parts that all occur, but not side by side."""
    runs = _RUNS.findall(text)
    if len(runs) > 1 and all(any(map(str.isalnum, run)) and counts.occurs(run) for run in runs):
        yield from counts.guess_split(runs)
    elif all(map(is_cjk, text)):
        from searchidx.local.suggest import chinese

        yield from chinese.splits(counts, text)


def _suggestion(counts: Counts, source: str, texts: list[str], wrong: str, guess: Guess) -> Suggestion | None:
    """Return the query with one text corrected, or the correction alone if the whole occurs nowhere."""
    if len(texts) == 1:
        count = counts.count(guess.text)
        return Suggestion(source.replace(wrong, guess.text, 1), count, guess.why) if count else None
    together = counts.count(*(guess.text if text == wrong else _needle(text) for text in texts))
    if together and wrong in source:
        return Suggestion(source.replace(wrong, guess.text, 1), together, guess.why)
    count = counts.count(guess.text)
    return Suggestion(guess.text, count, guess.why) if count else None


def _is_covered(suggestion: Suggestion, better: Suggestion) -> bool:
    """Return true if a better and longer suggestion finds at least as much."""
    return suggestion.query in better.query and suggestion.count <= better.count


def _joined(counts: Counts, source: str, texts: list[str]) -> tuple[Suggestion, ...]:
    """Return the query with two neighbouring words written as one, if that occurs: key board."""
    for first, second in pairwise(texts):
        pair, joined = f"{first} {second}", first + second
        if pair in source and fold(joined).isalnum() and (count := counts.count(fold(joined))):
            return (Suggestion(source.replace(pair, joined), count, SPACING),)
    return ()
