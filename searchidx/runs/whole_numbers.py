"""Whole numbers: occurrences whose digits do not go on in a longer number or code."""

from collections.abc import Iterable

from searchidx.runs import readings
from searchidx.runs.cjk import is_cjk

_DIGITS = frozenset("0123456789")
_SEPARATORS = frozenset(".,")


def has_number_edge(needle: str) -> bool:
    """Return true if a folded text begins or ends with a digit."""
    return needle[:1] in _DIGITS or needle[-1:] in _DIGITS if needle else False


def is_whole(folded: str, start: int, end: int) -> bool:
    """Return true if no number at an edge of a range of a folded text goes on beyond it."""
    return not (folded[start] in _DIGITS and _continues(folded, start - 1, -1)) and not (
        folded[end - 1] in _DIGITS and _continues(folded, end, 1)
    )


def is_read_otherwise(folded: str, terms: Iterable[str]) -> bool:
    """Return true if a folded text contains the numbers and dates of some query terms, each whole and in any form."""
    forms = {
        term
        for reading in readings(folded)
        if reading.query_terms is not None
        for term in (*reading.terms, *reading.query_terms)
    }
    return all(term in forms or _occurs_whole(folded, term) for term in terms)


def _continues(folded: str, position: int, step: int) -> bool:
    """Return true if a digit, a letter, or a separator with a digit behind it stands at a position."""
    if not 0 <= position < len(folded):
        return False
    char = folded[position]
    if char in _SEPARATORS:
        beyond = position + step
        return 0 <= beyond < len(folded) and folded[beyond] in _DIGITS
    return char.isalnum() and not is_cjk(char)


def _occurs_whole(folded: str, needle: str) -> bool:
    start = folded.find(needle)
    while start >= 0:
        if is_whole(folded, start, start + len(needle)):
            return True
        start = folded.find(needle, start + 1)
    return False
