"""What a reader of a chunk gives: a stretch of it and the terms it can be found by."""

from collections.abc import Callable
from typing import NamedTuple


class Reading(NamedTuple):
    """A stretch of a chunk, understood.

    Attributes:
        start: Offset.
        end: Offset.
        terms: What a document is indexed by beyond jieba's words.
        query_terms: What a query looks for in place of the words in the stretch, held by every document that writes the same
            in any way; None when it looks for those words and ``terms``.
    """

    start: int
    end: int
    terms: tuple[str, ...]
    query_terms: tuple[str, ...] | None = None


Reader = Callable[[str, int], Reading | None]
"""Reads a chunk from an offset on, or gives None when what stands there is not its business."""
