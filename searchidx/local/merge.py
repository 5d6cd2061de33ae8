"""Makes one segment of several, leaving out what is deleted, and decides which to merge.

Fields are merged a range of terms at a time, so memory depends on the largest segment allowed and not on the index.
Stored blocks are copied as they are where every row lives on.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchidx.local import container, fields, postings, segment, terms
from searchidx.local.inversion import MAX_PARAGRAPHS
from searchidx.local.postings import Encoded, Postings
from searchidx.local.segment import Rows, Segment
from searchidx.local.terms import TermTable
from searchidx.local.toc import SegmentEntry

Mask = NDArray[np.bool_]

WIDTH = 10  # segments of one tier that are merged into one of the next
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
    lives = [_Live.of(part) for part in segments]
    numbers = _renumber([live.paragraphs for live in lives])
    sections = _renumber([live.sections for live in lives])
    arrays: dict[str, NDArray[Any]] = {}
    totals: dict[str, int] = {}
    for field in fields.FIELDS:
        arrays.update(_field(segments, sections if field == fields.HEADINGS else numbers, field))
        lengths = [part.lengths(field)[live.paragraphs] for part, live in zip(segments, lives, strict=True)]
        totals[field] = sum(int(part.sum(dtype=np.int64)) for part in lengths)
        if field == fields.HEADINGS:
            stored_lengths = (part.container.array(f"{field}.length") for part in segments)
            lengths = [part[live.sections] for part, live in zip(stored_lengths, lives, strict=True)]
        arrays[f"{field}.length"] = np.concatenate(lengths)
    rows = Rows()
    text_bytes = 0
    for part, live in zip(segments, lives, strict=True):
        rows.paragraphs.copy(part.paragraphs, live.paragraphs)
        rows.sections.copy(part.section_rows, live.sections)
        rows.documents.copy(part.document_rows, live.documents)
        _append_firsts(rows.first, part.first, live.paragraphs, live.documents)
        _append_firsts(rows.first_of_sections, part.first_of_sections, live.paragraphs, live.sections)
        text_bytes += part.text_bytes if live.whole else _live_text(part, live.paragraphs)
    arrays.update(rows.arrays())
    arrays.update(segment.own_words_array(frozenset.intersection(*(part.own_words for part in segments))))
    first = rows.first
    facts = segment.facts_of(first[-1], len(first) - 1, text_bytes, totals)
    size = container.write(path, arrays, facts)
    return SegmentEntry(_base(path), size, first[-1], len(first) - 1, text_bytes)


def _base(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


class _Live(NamedTuple):
    """What of a segment lives on; a section does as long as one of its paragraphs."""

    paragraphs: Mask
    sections: Mask
    documents: Mask
    whole: bool

    @classmethod
    def of(cls, part: Segment) -> "_Live":
        """Look at a segment."""
        paragraphs = np.ones(part.count, bool) if part.live is None else part.live
        documents = np.ones(part.documents, bool)
        documents[part.deleted] = False
        held = np.concatenate([[0], np.cumsum(paragraphs)])[part.first_of_sections]
        return cls(paragraphs, np.diff(held) > 0, documents, part.live is None)


def _live_text(part: Segment, live: Mask) -> int:
    return sum(len(row.text) for row in part.paragraphs.rows(np.flatnonzero(live).tolist()))


def _append_firsts(firsts: list[int], old: NDArray[np.int64], live: Mask, kept: Mask) -> None:
    """Carry over where documents or sections begin, counted in living paragraphs."""
    sizes = np.diff(np.concatenate([[0], np.cumsum(live)])[old])[kept]
    firsts.extend((np.cumsum(sizes) + firsts[-1]).tolist())


def _renumber(lives: Sequence[Mask]) -> list[NDArray[np.int64]]:
    """New number of every row of every segment; -1 for one that is left out."""
    numbers = []
    base = 0
    for live in lives:
        numbers.append(np.where(live, np.cumsum(live) - 1 + base, -1))
        base += int(np.count_nonzero(live))
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
    if int(lists.paragraphs.max(initial=-1)) >= len(numbers):
        raise table.corrupt("names paragraphs that it does not have")
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
