"""Columns of document and section facts, folded and searched as one text each.

For filters. A column has a line for each row and is cached in the snapshot once it is used; paths are stored texts and headings
stored lines of JSON, so that neither needs a parsed row. :mod:`searchidx.local.matching.filters` maps rows to paragraphs.
"""

import re
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from searchidx.fold import fold
from searchidx.fold.bulk import codes_of, fold_codes, text_of
from searchidx.local.segment.schema import BREAK
from searchidx.local.segment.segment import Segment
from searchidx.local.segment.snapshot import Mask, Snapshot

_TYPE, _TITLE = 3, 5  # positions in the facts of a document
_JSON_SIGNS = frozenset('[]",')


def paths(snapshot: Snapshot) -> str:
    """Return the folded path of each document, deleted ones too."""
    return _column(snapshot, "paths", lambda part: part.document_rows.texts(range(part.documents)))


def titles(snapshot: Snapshot) -> str:
    """Return the folded title of each document, deleted ones too."""
    return _column(snapshot, "titles", lambda part: _facts(part, _TITLE))


def types(snapshot: Snapshot) -> str:
    """Return the type of each document, deleted ones too."""
    return _column(snapshot, "types", lambda part: _facts(part, _TYPE))


def rows_containing(column: str, text: str) -> Mask:
    """Return the mask of the rows of a column that contain a folded text."""
    starts = _row_starts(column)
    mask = np.zeros(len(starts), bool)
    offsets = np.fromiter((match.start() for match in re.finditer(re.escape(text), column)), np.int64)
    mask[np.searchsorted(starts, offsets, side="right") - 1] = True
    return mask


def sections_below_heading(snapshot: Snapshot, text: str) -> Mask:
    """Return the mask of the sections, deleted ones too, below a heading that contains a folded text."""
    column = _column(snapshot, "headings", lambda part: part.section_rows.lines())
    must_parse = rows_containing(column, "\\")  # an escape may stand for any character
    mask = rows_containing(column, text) & ~must_parse
    if _JSON_SIGNS.intersection(text):
        must_parse |= mask
    mask &= ~must_parse
    base = 0
    for part in snapshot.segments:
        numbers = np.flatnonzero(must_parse[base : base + part.sections])
        rows = part.section_rows.rows(numbers.tolist())
        mask[numbers + base] = [any(text in fold(heading) for heading in row.facts) for row in rows]
        base += part.sections
    return mask


def _column(snapshot: Snapshot, name: str, read: Callable[[Segment], Iterable[str]]) -> str:
    encoded = snapshot.cached(
        ("register", name),
        lambda: np.frombuffer(_joined(_rows(snapshot, read)).encode("utf-8", "surrogatepass"), np.uint8),
    )
    return encoded.tobytes().decode("utf-8", "surrogatepass")


def _rows(snapshot: Snapshot, read: Callable[[Segment], Iterable[str]]) -> Iterator[str]:
    for part in snapshot.segments:
        snapshot.budget.check()
        yield from read(part)


def _joined(rows: Iterable[str]) -> str:
    """Fold rows and join them by line feeds, which no folded text contains."""
    texts = list(rows)
    codes = fold_codes(codes_of("\n".join(texts)))
    ends = np.cumsum([len(text) + 1 for text in texts[:-1]], dtype=np.int64) - 1
    codes[ends] = BREAK
    return text_of(codes)


def _row_starts(column: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    codes = codes_of(column)
    return np.concatenate([[0], np.flatnonzero(codes == BREAK) + 1])


def _facts(part: Segment, position: int) -> Iterator[str]:
    return (row.facts[position] for row in part.document_rows.all_rows())
