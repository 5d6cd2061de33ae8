"""Makes one segment of several, leaving out what is deleted, and decides which to merge.

Fields are merged a range of terms at a time, so memory depends on the largest segment allowed and not on the index.
Stored blocks are copied as they are where every row lives on.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchidx.local import container, fields, postings, segment, stored, terms
from searchidx.local.inversion import MAX_PARAGRAPHS
from searchidx.local.postings import Encoded, Postings
from searchidx.local.segment import Segment
from searchidx.local.terms import TermTable
from searchidx.local.toc import SegmentEntry

WIDTH = 8  # segments of one tier that are merged into one of the next
TIER = 8  # how many times larger a tier is than the one below
SMALLEST = 1 << 20  # bytes of text; all segments below it are one tier
LARGEST = 160 << 20  # bytes of text; no merge makes a larger segment
_STALE = 0.4  # share of deleted documents from which a segment is written anew
_RANGE_BYTES = 1 << 21  # posting bytes merged at a time


def plan(entries: Sequence[SegmentEntry]) -> list[int] | None:
    """Choose the segments to merge next.

    Returns:
        Positions in ``entries``, or None when the index is in shape. One position alone is to be written anew.
    """
    tiers: dict[int, list[int]] = {}
    for position, entry in enumerate(entries):
        if entry.deleted and len(entry.deleted) >= _STALE * entry.documents:
            return [position]
        tiers.setdefault(_tier(entry), []).append(position)
    for _, positions in sorted(tiers.items()):
        if len(positions) >= WIDTH:
            chosen = _within_limits(entries, positions)
            if len(chosen) > 1:
                return chosen
    return None


def _tier(entry: SegmentEntry) -> int:
    tier = 0
    size = entry.text_bytes
    while size >= SMALLEST:
        size //= TIER
        tier += 1
    return tier


def _within_limits(entries: Sequence[SegmentEntry], positions: list[int]) -> list[int]:
    chosen: list[int] = []
    text = paragraphs = 0
    for position in sorted(positions, key=lambda position: entries[position].text_bytes):
        text += entries[position].text_bytes
        paragraphs += entries[position].paragraphs
        if text > LARGEST or paragraphs > MAX_PARAGRAPHS:
            break
        chosen.append(position)
    return sorted(chosen)


def merge(segments: Sequence[Segment], path: str) -> SegmentEntry:
    """Write one segment with what lives in several.

    Raises:
        CorruptIndexError: A source is damaged.
        OSError: The disk said no.
    """
    renumbered = _renumber(segments)
    arrays: dict[str, NDArray[Any]] = {}
    totals: dict[str, int] = {}
    for field in fields.FIELDS:
        arrays.update(_field(segments, renumbered, field))
        lengths = [_kept(part.lengths(field), part.live) for part in segments]
        arrays[f"{field}.length"] = np.concatenate(lengths)
        totals[field] = int(arrays[f"{field}.length"].sum(dtype=np.int64))
    paragraphs, documents, first = stored.Writer(), stored.Writer(), [0]
    text_bytes = 0
    for part in segments:
        live = _live_documents(part)
        paragraphs.copy(part.paragraphs, part.live)
        documents.copy(part.document_rows, live)
        first.extend((np.cumsum(_kept(np.diff(part.first), live)) + first[-1]).tolist())
        text_bytes += part.text_bytes if live is None else _live_text(part)
    arrays.update(segment.rows_of(paragraphs, documents, first))
    facts = segment.facts_of(first[-1], len(first) - 1, text_bytes, totals)
    size = container.write(path, arrays, facts)
    return SegmentEntry(_base(path), size, first[-1], len(first) - 1, text_bytes)


def _base(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _live_documents(part: Segment) -> NDArray[np.bool_] | None:
    if not len(part.deleted):
        return None
    live = np.ones(part.documents, bool)
    live[part.deleted] = False
    return live


def _live_text(part: Segment) -> int:
    assert part.live is not None
    return sum(map(len, part.paragraphs.texts(np.flatnonzero(part.live).tolist())))


def _kept(values: NDArray[Any], live: NDArray[np.bool_] | None) -> NDArray[Any]:
    return values if live is None else values[live]


def _renumber(segments: Sequence[Segment]) -> list[NDArray[np.int64]]:
    """New number of every paragraph of every segment; -1 for a deleted one."""
    numbers = []
    base = 0
    for part in segments:
        if part.live is None:
            numbers.append(np.arange(base, base + part.count))
        else:
            numbers.append(np.where(part.live, np.cumsum(part.live) - 1 + base, -1))
        base += part.live_count
    return numbers


class _Range(NamedTuple):
    """Terms of one segment within the range being merged."""

    terms: list[bytes]
    lists: Postings
    counts: NDArray[np.int64]


def _field(
    segments: Sequence[Segment], numbers: list[NDArray[np.int64]], field: str
) -> dict[str, NDArray[Any]]:
    tables = [part.table(field) for part in segments]
    text: list[bytes] = []
    widths: list[NDArray[np.int64]] = []
    lists: list[Encoded] = []
    for bounds in _bounds(tables):
        ranges = [
            _read(table, number, *span) for table, number, span in zip(tables, numbers, bounds, strict=True)
        ]
        known, merged, counts = _merge_range(ranges)
        text.append(known.text)
        widths.append(known.widths)
        lists.append(postings.encode(merged, counts))
    empty = np.zeros(0, np.int64)
    encoded = Encoded(
        np.concatenate([np.zeros(0, np.uint8), *(part.raw for part in lists)]),
        np.concatenate([empty, *(part.sizes for part in lists)]),
    )
    return terms.arrays(field, terms.Vocabulary(b"".join(text), np.concatenate([empty, *widths])), encoded)


def _bounds(tables: Sequence[TermTable]) -> Iterator[list[tuple[int, int]]]:
    """Cut all tables at the same terms, into ranges with few enough postings."""
    largest = max(tables, key=len)
    if not len(largest):
        return
    cost = np.cumsum(largest.sizes(0, len(largest))) * len(tables)
    starts = [0] * len(tables)
    for pivot in np.flatnonzero(np.diff(cost // _RANGE_BYTES)).tolist():
        ends = [table.lower_bound(largest.term(pivot + 1)) for table in tables]
        yield list(zip(starts, ends, strict=True))
        starts = ends
    yield list(zip(starts, map(len, tables), strict=True))


def _read(table: TermTable, numbers: NDArray[np.int64], start: int, end: int) -> _Range:
    text, ends = table.text(start, end)
    stops = ends.tolist()
    known = [text[a:b] for a, b in zip([0, *stops], stops, strict=False)]
    lists, counts = table.postings_of_range(start, end)
    return _Range(known, Postings(numbers[lists.paragraphs], lists.frequencies), counts)


def _merge_range(ranges: list[_Range]) -> tuple[terms.Vocabulary, Postings, NDArray[np.int64]]:
    known = sorted(set().union(*(part.terms for part in ranges)))
    rank = {term: position for position, term in enumerate(known)}
    owner = [
        np.repeat([rank[term] for term in part.terms] or [0], part.counts if part.terms else 0)
        for part in ranges
    ]
    terms_of = np.concatenate(owner).astype(np.int64)
    paragraphs = np.concatenate([part.lists.paragraphs for part in ranges])
    frequencies = np.concatenate([part.lists.frequencies for part in ranges])
    living = paragraphs >= 0
    if not living.all():
        terms_of, paragraphs, frequencies = terms_of[living], paragraphs[living], frequencies[living]
    order = np.argsort(
        terms_of, kind="stable"
    )  # stable: within a term, segments and so paragraphs stay in order
    counts = np.bincount(terms_of, minlength=len(known))
    held = np.flatnonzero(counts)
    vocabulary = terms.vocabulary([known[position] for position in held.tolist()])
    return vocabulary, Postings(paragraphs[order], frequencies[order]), counts[held]
