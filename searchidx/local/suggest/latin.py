"""Slips in words of letters and digits: spelling, within one or two edits of what is in the index.

All such terms lie together in a term table. Which letters a term has is one number; terms that have many others than what
was typed are passed over a whole array at a time, and the few that are left are compared letter by letter.
"""

from collections.abc import Iterator

import numpy as np

from searchidx.local.format.term_dictionary import TermTable
from searchidx.local.segment import schema
from searchidx.local.suggest.counts import Guess, Lookup

SPELLING = "spelling"
_SHORT = 4  # letters; up to here one edit, above it two if need be
_SHORTEST = 3
_EDIT = 1.0
_FIRST = 0.5  # the first letter is seldom wrong
_CUT = 1.6
_FROM, _TO = b"0", b"{"  # of the terms that begin with a digit or a plain letter
_COUNTED = 60
_SURE = 0.2  # score of a guess from which on two edits are not tried
_BITS = np.array([1 << (code % 64) for code in range(256)], np.uint64)


def guesses(lookup: Lookup, text: str) -> Iterator[Guess]:
    """What a run of letters and digits may stand for."""
    if len(text) < _SHORTEST or text.isdigit() or not text.isascii():
        return
    best = -1.0
    for most in (1, 2) if len(text) > _SHORT else (1,):
        for guess in _within(lookup, text, most):
            best = max(best, guess.score)
            yield guess
        if best > _SURE:
            return
    if best < 0:
        yield from _cut(lookup, text)


def _within(lookup: Lookup, text: str, most: int) -> Iterator[Guess]:
    near: dict[str, int] = {}
    for part in lookup.snapshot.segments:
        for term in set(_alike(part.table(schema.WORDS), text, most)) - near.keys():
            near[term] = distance(text, term, most)
    found = sorted((edits, term) for term, edits in near.items() if 0 < edits <= most)
    for edits, term in found[:_COUNTED]:
        yield from lookup.seen(term, edits * _EDIT + (_FIRST if term[0] != text[0] else 0), SPELLING)


def _cut(lookup: Lookup, text: str) -> Iterator[Guess]:
    """Two words run together."""
    best = None
    for at in range(_SHORTEST, len(text) - _SHORTEST + 1):
        pieces = (text[:at], text[at:])
        counts = [lookup.snapshot.count_at_most(schema.WORDS, piece) for piece in pieces]
        if all(counts) and (best is None or min(counts) > best[0]):
            best = (min(counts), pieces)
    if best:
        yield from lookup.apart(best[1])


def _alike(table: TermTable, text: str, most: int) -> list[str]:
    """Terms of about the length and the letters of a text."""
    start, end = table.lower_bound(_FROM), table.lower_bound(_TO)
    if start >= end:
        return []
    raw, ends = table.text(start, end)
    starts = np.concatenate([[0], ends[:-1]])
    letters = np.bitwise_or.reduceat(_BITS[np.frombuffer(raw, np.uint8)], starts)
    wanted = np.bitwise_or.reduce(_BITS[np.frombuffer(text.encode(), np.uint8)])
    near = np.abs(ends - starts - len(text)) <= most
    # An edit changes two letters of the set at most: one goes, one comes.
    near &= np.bitwise_count(letters ^ wanted) <= 2 * most
    at = np.flatnonzero(near)
    terms = (raw[begin:stop] for begin, stop in zip(starts[at].tolist(), ends[at].tolist(), strict=True))
    return [term.decode() for term in terms if term.isascii()]


def distance(one: str, other: str, most: int) -> int:
    """Edits from one string to another, swaps of neighbours among them; ``most + 1`` where it is more."""
    older: list[int] = []
    before = list(range(len(other) + 1))
    for at, left in enumerate(one, 1):
        row = [at]
        for to, right in enumerate(other, 1):
            best = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (left != right))
            if at > 1 and to > 1 and left == other[to - 2] and one[at - 2] == right:
                best = min(best, older[to - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
        older, before = before, row
    return before[-1]
