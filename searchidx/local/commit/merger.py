"""Makes one segment of several, leaving out what is deleted.

Fields are merged a range of terms at a time, their posting lists laid aside in a nameless file, and stored blocks are
copied as they are where every row lives on, while the new segment is being written: what is in memory is the terms of the
new segment and little else.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.local.commit import bulk_merge
from searchidx.local.format import array_file, postings, term_dictionary
from searchidx.local.format.array_file import Pieces
from searchidx.local.format.postings import Encoded, Postings
from searchidx.local.format.term_dictionary import TermTable, Vocabulary
from searchidx.local.segment import schema, segment
from searchidx.local.segment.analysis import UNKNOWN
from searchidx.local.segment.manifest import SegmentEntry
from searchidx.local.segment.segment import Segment, SegmentRows

Mask = NDArray[np.bool_]

_RANGE_BYTES = 1 << 21  # posting bytes merged at a time
_AT_HAND = 1 << 23  # bytes of posting lists that are kept in memory


def merge_groups(directory: str, groups: Iterable[Sequence[SegmentEntry]]) -> list[SegmentEntry]:
    """Make one new segment of each group of segments of an index; errors as in :func:`merge`."""
    return [
        merge([Segment.committed(directory, entry) for entry in group], segment.new_path(directory))
        for group in groups
    ]


def merge(segments: Sequence[Segment], path: str) -> SegmentEntry:
    """Write one segment with what lives in several.

    Raises:
        CorruptIndexError: A source is damaged.
        OSError: The disk said no.
    """
    with SpooledTemporaryFile(_AT_HAND, dir=os.path.dirname(path)) as aside:
        return _merge(segments, path, aside)


def _merge(segments: Sequence[Segment], path: str, aside: IO[bytes]) -> SegmentEntry:
    lives = [_Live.of(part) for part in segments]
    numbers = _renumber([live.paragraphs for live in lives])
    sections = _renumber([live.sections for live in lives])
    arrays: dict[str, NDArray[Any] | Pieces] = {}
    totals: dict[str, int] = {}
    for field in schema.FIELDS:
        arrays.update(_field(segments, sections if field == schema.HEADINGS else numbers, field, aside))
        lengths = [part.lengths(field)[live.paragraphs] for part, live in zip(segments, lives, strict=True)]
        totals[field] = sum(int(part.sum(dtype=np.int64)) for part in lengths)
        if field == schema.HEADINGS:
            stored_lengths = (part.container.array(f"{field}.length") for part in segments)
            lengths = [part[live.sections] for part, live in zip(stored_lengths, lives, strict=True)]
        arrays[f"{field}.length"] = np.concatenate(lengths)
    arrays.update(_field(segments, numbers, schema.MENTIONS, aside))
    rows = SegmentRows()
    text_bytes = 0
    for part, live in zip(segments, lives, strict=True):
        _copy_paragraphs(rows, part, live.paragraphs)
        rows.sections.copy(part.section_rows, live.sections)
        if part.renamed or part.base:
            for number in np.flatnonzero(live.documents).tolist():
                rows.documents.add(*part.stored_documents.row(number))
        else:
            rows.documents.copy(part.stored_documents, live.documents)
        _append_firsts(rows.document_starts, part.document_starts, live.paragraphs, live.documents)
        _append_firsts(rows.section_starts, part.section_starts, live.paragraphs, live.sections)
        text_bytes += part.text_bytes if live.whole else _live_text(part, live.paragraphs)
    for part, live, numbering in zip(segments, lives, numbers, strict=True):
        _copy_readings(rows, part, live.paragraphs, numbering)
    arrays.update(rows.arrays())
    links = [part.links[live.paragraphs] for part, live in zip(segments, lives, strict=True)]
    arrays.update(segment.links_array(np.concatenate(links)))
    arrays.update(segment.user_words_array(frozenset.intersection(*(part.user_words for part in segments))))
    first = rows.document_starts
    facts = segment.segment_facts(first[-1], len(first) - 1, text_bytes, totals, _analysis(segments))
    size = array_file.write(path, arrays, facts)
    return SegmentEntry(_base(path), size, first[-1], len(first) - 1, text_bytes, analysis=facts["analysis"])


def _analysis(segments: Sequence[Segment]) -> str:
    """Return the analysis of all segments; unknown if they differ."""
    identities = {part.analysis for part in segments}
    return identities.pop() if len(identities) == 1 else UNKNOWN


def _copy_paragraphs(rows: SegmentRows, part: Segment, live: Mask) -> None:
    """Copy the living paragraphs of a segment; those of a format without line maps are written anew and say so."""
    if part.has_line_maps:
        rows.paragraphs.copy(part.paragraphs, live)
        return
    for number in np.flatnonzero(live).tolist():
        rows.paragraphs.add(*segment.without_line_map(part.paragraphs.row(number)))


def _copy_readings(rows: SegmentRows, part: Segment, live: Mask, numbers: NDArray[np.int64]) -> None:
    """Copy the reading forms of the live paragraphs of a segment."""
    kept = live[part.reading_paragraphs]
    if len(kept):
        rows.readings.copy(part.readings, kept)
        rows.reading_paragraphs.append(numbers[part.reading_paragraphs[kept]])


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
        held = np.concatenate([[0], np.cumsum(paragraphs)])[part.section_starts]
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


def _field(
    segments: Sequence[Segment], numbers: list[NDArray[np.int64]], field: str, aside: IO[bytes]
) -> dict[str, NDArray[Any] | Pieces]:
    """Merge the terms of a field; the posting lists are laid aside until they are written."""
    start = aside.seek(0, os.SEEK_END)
    tables = [part.table(field) for part in segments]
    merge_range = _spliced if all((column >= 0).all() for column in numbers) else _sorted_anew
    text: list[bytes] = []
    widths: list[NDArray[np.int64]] = []
    sizes: list[NDArray[np.int64]] = []
    for bounds in _bounds(tables):
        ranges = [
            _Range(table, column, *span) for table, column, span in zip(tables, numbers, bounds, strict=True)
        ]
        known, encoded = merge_range([part for part in ranges if part.start < part.end])
        text.append(known.text)
        widths.append(known.widths)
        aside.write(encoded.raw.data)
        sizes.append(encoded.sizes)
    empty = np.zeros(0, np.int64)
    vocabulary = Vocabulary(b"".join(text), np.concatenate([empty, *widths]))
    table = term_dictionary.table(field, vocabulary, np.concatenate([empty, *sizes]))
    end = aside.tell()
    return {**table, f"{field}.posts": Pieces(end - start, _read_back(aside, start, end))}


def _read_back(aside: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    aside.seek(start)
    for at in range(start, end, _RANGE_BYTES):
        yield aside.read(min(_RANGE_BYTES, end - at))


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


class _Range(NamedTuple):
    """Some neighbouring terms of one segment, and the new numbers of its paragraphs."""

    table: TermTable
    numbers: NDArray[np.int64]
    start: int
    end: int

    def terms(self) -> list[bytes]:
        """The terms."""
        text, ends = self.table.text(self.start, self.end)
        stops = ends.tolist()
        known = [text[a:b] for a, b in zip([0, *stops], stops, strict=False)]
        if len(set(known)) < len(known):
            raise self.table.corrupt("has a term twice")
        return known

    def confirm(self, paragraphs: NDArray[Any]) -> None:
        """See that no paragraph is named that is not there."""
        if int(paragraphs.max(initial=-1)) >= len(self.numbers):
            raise self.table.corrupt("a posting is beyond the last paragraph")


def _joined(ranges: list[_Range]) -> tuple[list[bytes], list[NDArray[np.int64]]]:
    """All terms, ascending, and which of them those of each range are."""
    own = [part.terms() for part in ranges]
    known = list(dict.fromkeys(sorted(chain.from_iterable(own))))
    rank = dict(zip(known, range(len(known)), strict=True))
    return known, [np.fromiter(map(rank.__getitem__, mine), np.int64, len(mine)) for mine in own]


def _spliced(ranges: list[_Range]) -> tuple[Vocabulary, Encoded]:
    """Merge terms of segments of which everything lives on."""
    known, ranks = _joined(ranges)
    parts = []
    for part, mine in zip(ranges, ranks, strict=True):
        lists = part.table.read_lists(part.start, part.end, bulk_merge.look_over)
        part.confirm(lists.last)
        parts.append(bulk_merge.Part(lists, mine, int(part.numbers[0])))
    return term_dictionary.vocabulary(known), bulk_merge.splice(parts, len(known))


def _sorted_anew(ranges: list[_Range]) -> tuple[Vocabulary, Encoded]:
    """Merge terms of segments of which something is left out."""
    known, ranks = _joined(ranges)
    living = [_living(part) for part in ranges]
    counts = np.zeros(len(known), np.int64)
    for (_, held), mine in zip(living, ranks, strict=True):
        counts[mine] += held  # a segment has each term once
    merged = postings.Postings(np.empty(int(counts.sum()), np.int64), np.empty(int(counts.sum()), np.int16))
    ends = np.cumsum(counts) - counts
    for (lists, held), mine in zip(living, ranks, strict=True):
        # Behind what the segments before it have of each term: paragraphs stay in order.
        at = postings.ranges(ends[mine], held)
        merged.paragraphs[at] = lists.paragraphs
        merged.frequencies[at] = lists.frequencies
        ends[mine] += held
    left = np.flatnonzero(counts)
    vocabulary = term_dictionary.vocabulary([known[position] for position in left.tolist()])
    return vocabulary, postings.encode(merged, counts[left])


def _living(part: _Range) -> tuple[Postings, NDArray[np.int64]]:
    """The postings of what is not deleted, and how many each term has; a term may be left with none."""
    lists, counts = part.table.postings_of_range(part.start, part.end)
    part.confirm(lists.paragraphs)
    paragraphs = part.numbers[lists.paragraphs]
    living = paragraphs >= 0
    owners = np.repeat(np.arange(len(counts)), counts)[living]
    lists = Postings(paragraphs[living], lists.frequencies[living])
    return lists, np.bincount(owners, minlength=len(counts))
