"""What is known of all documents and sections, as folded columns in which a text is looked for at once.

For filters. A column is one text with a line a row, kept in the snapshot once it has been asked for; paths are stored texts
and headings stored lines of JSON, so that neither needs a row to be parsed. It stops at rows: which paragraphs belong to
them is for :mod:`searchidx.local.matching.filters`.
"""

import re
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from searchidx.fold import fold
from searchidx.fold.bulk import codes_of, fold_codes, text_of
from searchidx.local.segment.schema import BREAK
from searchidx.local.segment.segment import Segment
from searchidx.local.segment.snapshot import Mask, Snapshot

_TYPE, _TITLE = 3, 5  # places in the facts of a document
_STRUCTURE = frozenset('[]",')  # what stands in a line of JSON beside its texts


def paths(snapshot: Snapshot) -> str:
    """The folded path of each document, deleted ones too."""
    return _column(snapshot, "paths", lambda part: part.document_rows.texts(range(part.documents)))


def titles(snapshot: Snapshot) -> str:
    """The folded title of each document, deleted ones too."""
    return _column(snapshot, "titles", lambda part: _facts(part, _TITLE))


def types(snapshot: Snapshot) -> str:
    """The type of each document, deleted ones too."""
    return _column(snapshot, "types", lambda part: _facts(part, _TYPE))


def holding(column: str, text: str) -> Mask:
    """Which rows of a column hold a folded text."""
    starts = _starts(column)
    held = np.zeros(len(starts), bool)
    at = np.fromiter((found.start() for found in re.finditer(re.escape(text), column)), np.int64)
    held[np.searchsorted(starts, at, side="right") - 1] = True
    return held


def below_heading(snapshot: Snapshot, text: str) -> Mask:
    """Which sections, those of deleted documents too, stand below a heading that holds a folded text."""
    column = _column(snapshot, "headings", lambda part: part.section_rows.lines())
    doubtful = holding(column, "\\")  # what is escaped there may be anything
    held = holding(column, text) & ~doubtful
    if _STRUCTURE.intersection(text):
        doubtful |= held
    held &= ~doubtful
    first = 0
    for part in snapshot.segments:
        numbers = np.flatnonzero(doubtful[first : first + part.sections])
        rows = part.section_rows.rows(numbers.tolist())
        held[numbers + first] = [any(text in fold(heading) for heading in row.facts) for row in rows]
        first += part.sections
    return held


def _column(snapshot: Snapshot, name: str, read: Callable[[Segment], Iterable[str]]) -> str:
    kept = snapshot.cached(
        ("register", name),
        lambda: np.frombuffer(_joined(_rows(snapshot, read)).encode("utf-8", "surrogatepass"), np.uint8),
    )
    return kept.tobytes().decode("utf-8", "surrogatepass")


def _rows(snapshot: Snapshot, read: Callable[[Segment], Iterable[str]]) -> Iterator[str]:
    for part in snapshot.segments:
        snapshot.budget.check()
        yield from read(part)


def _joined(rows: Iterable[str]) -> str:
    """Fold rows and join them by line feeds, which no folded text holds."""
    texts = list(rows)
    codes = fold_codes(codes_of("\n".join(texts)))
    ends = np.cumsum([len(text) + 1 for text in texts[:-1]], dtype=np.int64) - 1
    codes[ends] = BREAK
    return text_of(codes)


def _starts(column: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    codes = codes_of(column)
    return np.concatenate([[0], np.flatnonzero(codes == BREAK) + 1])


def _facts(part: Segment, place: int) -> Iterator[str]:
    return (row.facts[place] for row in part.document_rows.all_rows())
