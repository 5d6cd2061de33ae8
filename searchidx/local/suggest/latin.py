"""Guesses at words of letters and digits: spelling, within one or two edits of a term.

All such terms lie together in a term table. The set of letters of a term is one number; terms with too many other letters
are skipped an array at a time, and the few that are left are compared letter by letter.
"""

from collections.abc import Iterator

import numpy as np

from searchidx.local.format.term_dictionary import TermTable
from searchidx.local.segment import schema
from searchidx.local.suggest.counts import Counts, Guess

SPELLING = "spelling"
_MAX_LENGTH_ONE_EDIT = 4  # characters; a longer word may have two edits
_MIN_LENGTH = 3
_EDIT_COST = 1.0
_FIRST_LETTER_COST = 0.5  # beside the edit: the first letter is seldom wrong
_ALPHANUMERIC_RANGE = b"0", b"{"  # bounds of the terms that begin with a digit or a plain letter
_MAX_COUNTED = 60
_SURE_SCORE = 0.2  # of a guess with one edit, from which on two edits are not tried
_LETTER_BITS = np.array([1 << (code % 64) for code in range(256)], np.uint64)


def guesses(counts: Counts, text: str) -> Iterator[Guess]:
    """Yield the guesses for a run of letters and digits."""
    if len(text) < _MIN_LENGTH or text.isdigit() or not text.isascii():
        return
    best_score = -1.0
    for max_edits in (1, 2) if len(text) > _MAX_LENGTH_ONE_EDIT else (1,):
        for guess in _within_edits(counts, text, max_edits):
            best_score = max(best_score, guess.score)
            yield guess
        if best_score > _SURE_SCORE:
            return
    if best_score < 0:
        yield from _split_in_two(counts, text)


def _within_edits(counts: Counts, text: str, max_edits: int) -> Iterator[Guess]:
    edits_of: dict[str, int] = {}
    for part in counts.snapshot.segments:
        for term in set(_similar_terms(part.table(schema.WORDS), text, max_edits)) - edits_of.keys():
            edits_of[term] = distance(text, term, max_edits)
    matching = sorted((edits, term) for term, edits in edits_of.items() if 0 < edits <= max_edits)
    for edits, term in matching[:_MAX_COUNTED]:
        cost = edits * _EDIT_COST + (_FIRST_LETTER_COST if term[0] != text[0] else 0)
        yield from counts.guess(term, cost, SPELLING)


def _split_in_two(counts: Counts, text: str) -> Iterator[Guess]:
    """Yield the guess of two words that were typed as one, the rarer of which is the most frequent."""
    best = None
    for end in range(_MIN_LENGTH, len(text) - _MIN_LENGTH + 1):
        words = (text[:end], text[end:])
        frequencies = [counts.snapshot.document_frequency(schema.WORDS, word) for word in words]
        if all(frequencies) and (best is None or min(frequencies) > best[0]):
            best = (min(frequencies), words)
    if best:
        yield from counts.guess_split(best[1])


def _similar_terms(table: TermTable, text: str, max_edits: int) -> list[str]:
    """Return the terms of about the length and the letters of a text."""
    start, end = map(table.lower_bound, _ALPHANUMERIC_RANGE)
    if start >= end:
        return []
    raw, ends = table.text(start, end)
    starts = np.concatenate([[0], ends[:-1]])
    letters = np.bitwise_or.reduceat(_LETTER_BITS[np.frombuffer(raw, np.uint8)], starts)
    letters_of_text = np.bitwise_or.reduce(_LETTER_BITS[np.frombuffer(text.encode(), np.uint8)])
    is_similar = np.abs(ends - starts - len(text)) <= max_edits
    # An edit changes two letters of the set at most: one goes, one comes.
    is_similar &= np.bitwise_count(letters ^ letters_of_text) <= 2 * max_edits
    positions = np.flatnonzero(is_similar)
    bounds = zip(starts[positions].tolist(), ends[positions].tolist(), strict=True)
    terms = (raw[term_start:term_end] for term_start, term_end in bounds)
    return [term.decode() for term in terms if term.isascii()]


def distance(one: str, other: str, max_edits: int) -> int:
    """Return the edit distance of two strings, a swap of neighbours being one edit; ``max_edits + 1`` if it is more."""
    before_previous: list[int] = []
    previous = list(range(len(other) + 1))
    for row_number, left in enumerate(one, 1):
        row = [row_number]
        for column, right in enumerate(other, 1):
            best = min(previous[column] + 1, row[column - 1] + 1, previous[column - 1] + (left != right))
            is_swap = (
                row_number > 1 and column > 1 and left == other[column - 2] and one[row_number - 2] == right
            )
            if is_swap:
                best = min(best, before_previous[column - 2] + 1)
            row.append(best)
        if min(row) > max_edits:
            return max_edits + 1
        before_previous, previous = previous, row
    return previous[-1]
