"""Reading of a chunk: a range of it and the terms by which it can be found."""

from collections.abc import Callable
from typing import NamedTuple


class Reading(NamedTuple):
    """A range of a text that is a number, a date or a name, with its terms.

    Attributes:
        start: First character.
        end: One past the last.
        terms: Terms of a document beyond jieba's words.
        query_terms: Terms that replace the words of the range in a query; every document with the same number, date or name
            has them, however it is written. None if a query has those words and ``terms``.
    """

    start: int
    end: int
    terms: tuple[str, ...]
    query_terms: tuple[str, ...] | None = None


Reader = Callable[[str, int], Reading | None]
"""Function that reads a chunk from an offset on; None if there is nothing of its kind."""
