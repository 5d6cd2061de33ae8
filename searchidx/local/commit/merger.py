"""Merger of segments into one without deleted documents.

Fields are merged a range of terms at a time, and their posting lists go to an unnamed temporary file. Stored blocks without
deletions are copied while the new segment is written. Memory is that of the terms of the new segment and little else.
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

_MAX_RANGE_BYTES = 1 << 21  # of postings merged at a time
_MAX_MEMORY_BYTES = 1 << 23  # of posting lists, before they go to a file


def merge_groups(directory: str, groups: Iterable[Sequence[SegmentEntry]]) -> list[SegmentEntry]:
    """Merge each group of segments of an index into a new segment; errors as in :func:`merge`."""
    return [
        merge([Segment.committed(directory, entry) for entry in group], segment.new_path(directory))
        for group in groups
    ]


def merge(segments: Sequence[Segment], path: str) -> SegmentEntry:
    """Write one segment with the live documents of several.

    Raises:
        CorruptIndexError: A source is damaged.
        OSError: Writing failed.
    """
    with SpooledTemporaryFile(_MAX_MEMORY_BYTES, dir=os.path.dirname(path)) as posting_file:
        return _merge(segments, path, posting_file)


def _merge(segments: Sequence[Segment], path: str, posting_file: IO[bytes]) -> SegmentEntry:
    masks = [_LiveMasks.of(part) for part in segments]
    numbers = _renumber([mask.paragraphs for mask in masks])
    sections = _renumber([mask.sections for mask in masks])
    arrays: dict[str, NDArray[Any] | Pieces] = {}
    totals: dict[str, int] = {}
    for field in schema.FIELDS:
        arrays.update(
            _merge_field(segments, sections if field == schema.HEADINGS else numbers, field, posting_file)
        )
        lengths = [part.lengths(field)[mask.paragraphs] for part, mask in zip(segments, masks, strict=True)]
        totals[field] = sum(int(part.sum(dtype=np.int64)) for part in lengths)
        if field == schema.HEADINGS:
            stored_lengths = (part.container.array(f"{field}.length") for part in segments)
            lengths = [part[mask.sections] for part, mask in zip(stored_lengths, masks, strict=True)]
        arrays[f"{field}.length"] = np.concatenate(lengths)
    arrays.update(_merge_field(segments, numbers, schema.MENTIONS, posting_file))
    rows = SegmentRows()
    text_bytes = 0
    for part, mask in zip(segments, masks, strict=True):
        _copy_paragraphs(rows, part, mask.paragraphs)
        rows.sections.copy(part.section_rows, mask.sections)
        if part.renamed or part.base:
            for number in np.flatnonzero(mask.documents).tolist():
                rows.documents.add(*part.stored_documents.row(number))
        else:
            rows.documents.copy(part.stored_documents, mask.documents)
        _append_starts(rows.document_starts, part.document_starts, mask.paragraphs, mask.documents)
        _append_starts(rows.section_starts, part.section_starts, mask.paragraphs, mask.sections)
        text_bytes += part.text_bytes if mask.is_whole else _live_text(part, mask.paragraphs)
    for part, mask, numbering in zip(segments, masks, numbers, strict=True):
        _copy_readings(rows, part, mask.paragraphs, numbering)
    arrays.update(rows.arrays())
    links = [part.links[mask.paragraphs] for part, mask in zip(segments, masks, strict=True)]
    arrays.update(segment.links_array(np.concatenate(links)))
    arrays.update(segment.user_words_array(frozenset.intersection(*(part.user_words for part in segments))))
    first = rows.document_starts
    facts = segment.segment_facts(first[-1], len(first) - 1, text_bytes, totals, _analysis(segments))
    size = array_file.write(path, arrays, facts)
    return SegmentEntry(
        _file_name(path), size, first[-1], len(first) - 1, text_bytes, analysis=facts["analysis"]
    )


def _analysis(segments: Sequence[Segment]) -> str:
    """Return the analysis of all segments; unknown if they differ."""
    identities = {part.analysis for part in segments}
    return identities.pop() if len(identities) == 1 else UNKNOWN


def _copy_paragraphs(rows: SegmentRows, part: Segment, live: Mask) -> None:
    """Copy the live paragraphs of a segment; rows of a format without line maps get an unknown one."""
    if part.has_line_maps:
        rows.paragraphs.copy(part.paragraphs, live)
        return
    for number in np.flatnonzero(live).tolist():
        rows.paragraphs.add(*segment.without_line_map(part.paragraphs.row(number)))


def _copy_readings(rows: SegmentRows, part: Segment, live: Mask, numbers: NDArray[np.int64]) -> None:
    """Copy the reading forms of the live paragraphs of a segment."""
    is_live = live[part.reading_paragraphs]
    if len(is_live):
        rows.readings.copy(part.readings, is_live)
        rows.reading_paragraphs.append(numbers[part.reading_paragraphs[is_live]])


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


class _LiveMasks(NamedTuple):
    """Masks of the live rows of a segment; a section is live while one of its paragraphs is."""

    paragraphs: Mask
    sections: Mask
    documents: Mask
    is_whole: bool

    @classmethod
    def of(cls, part: Segment) -> "_LiveMasks":
        """Return the masks of a segment."""
        paragraphs = np.ones(part.count, bool) if part.live is None else part.live
        documents = np.ones(part.documents, bool)
        documents[part.deleted] = False
        live_before = np.concatenate([[0], np.cumsum(paragraphs)])[part.section_starts]
        return cls(paragraphs, np.diff(live_before) > 0, documents, part.live is None)


def _live_text(part: Segment, live: Mask) -> int:
    return sum(len(row.text) for row in part.paragraphs.rows(np.flatnonzero(live).tolist()))


def _append_starts(starts: list[int], old: NDArray[np.int64], live: Mask, live_owners: Mask) -> None:
    """Append the starts of the live documents or sections, counted in live paragraphs."""
    sizes = np.diff(np.concatenate([[0], np.cumsum(live)])[old])[live_owners]
    starts.extend((np.cumsum(sizes) + starts[-1]).tolist())


def _renumber(masks: Sequence[Mask]) -> list[NDArray[np.int64]]:
    """Return the new number of every row of every segment; -1 if it is deleted."""
    numbers = []
    base = 0
    for mask in masks:
        numbers.append(np.where(mask, np.cumsum(mask) - 1 + base, -1))
        base += int(np.count_nonzero(mask))
    return numbers


def _merge_field(
    segments: Sequence[Segment], numbers: list[NDArray[np.int64]], field: str, posting_file: IO[bytes]
) -> dict[str, NDArray[Any] | Pieces]:
    """Merge the terms of a field; its posting lists stay in ``posting_file`` until the segment is written."""
    start = posting_file.seek(0, os.SEEK_END)
    tables = [part.table(field) for part in segments]
    merge_range = _splice_ranges if all((column >= 0).all() for column in numbers) else _rewrite_ranges
    text: list[bytes] = []
    widths: list[NDArray[np.int64]] = []
    sizes: list[NDArray[np.int64]] = []
    for bounds in _bounds(tables):
        ranges = [
            _Range(table, column, *span) for table, column, span in zip(tables, numbers, bounds, strict=True)
        ]
        terms, encoded = merge_range([part for part in ranges if part.start < part.end])
        text.append(terms.text)
        widths.append(terms.widths)
        posting_file.write(encoded.raw.data)
        sizes.append(encoded.sizes)
    empty = np.zeros(0, np.int64)
    vocabulary = Vocabulary(b"".join(text), np.concatenate([empty, *widths]))
    table = term_dictionary.table(field, vocabulary, np.concatenate([empty, *sizes]))
    end = posting_file.tell()
    return {**table, f"{field}.posts": Pieces(end - start, _read_postings(posting_file, start, end))}


def _read_postings(posting_file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    posting_file.seek(start)
    for offset in range(start, end, _MAX_RANGE_BYTES):
        yield posting_file.read(min(_MAX_RANGE_BYTES, end - offset))


def _bounds(tables: Sequence[TermTable]) -> Iterator[list[tuple[int, int]]]:
    """Yield ranges of all tables, split at the same terms, with a bounded size of posting lists."""
    largest = max(tables, key=len)
    if not len(largest):
        return
    cost = np.cumsum(largest.sizes(0, len(largest))) * len(tables)
    starts = [0] * len(tables)
    for pivot in np.flatnonzero(np.diff(cost // _MAX_RANGE_BYTES)).tolist():
        ends = [table.lower_bound(largest.term(pivot + 1)) for table in tables]
        yield list(zip(starts, ends, strict=True))
        starts = ends
    yield list(zip(starts, map(len, tables), strict=True))


class _Range(NamedTuple):
    """A range of terms of one segment, and the new numbers of its paragraphs."""

    table: TermTable
    numbers: NDArray[np.int64]
    start: int
    end: int

    def terms(self) -> list[bytes]:
        """Return the terms.

        Raises:
            CorruptIndexError: A term occurs twice.
        """
        text, ends = self.table.text(self.start, self.end)
        stops = ends.tolist()
        terms = [text[start:end] for start, end in zip([0, *stops], stops, strict=False)]
        if len(set(terms)) < len(terms):
            raise self.table.corrupt("a term occurs twice")
        return terms

    def check_paragraphs(self, paragraphs: NDArray[Any]) -> None:
        """Raise CorruptIndexError if a posting is beyond the last paragraph."""
        if int(paragraphs.max(initial=-1)) >= len(self.numbers):
            raise self.table.corrupt("a posting is beyond the last paragraph")


def _join_terms(ranges: list[_Range]) -> tuple[list[bytes], list[NDArray[np.int64]]]:
    """Return the distinct terms of all ranges, ascending, and the ranks of the terms of each range."""
    terms_by_range = [part.terms() for part in ranges]
    terms = list(dict.fromkeys(sorted(chain.from_iterable(terms_by_range))))
    rank = dict(zip(terms, range(len(terms)), strict=True))
    return terms, [np.fromiter(map(rank.__getitem__, part), np.int64, len(part)) for part in terms_by_range]


def _splice_ranges(ranges: list[_Range]) -> tuple[Vocabulary, Encoded]:
    """Merge terms of segments without deletions, joining posting lists as bytes."""
    terms, ranks = _join_terms(ranges)
    parts = []
    for part, part_ranks in zip(ranges, ranks, strict=True):
        lists = part.table.read_lists(part.start, part.end, bulk_merge.parse_lists)
        part.check_paragraphs(lists.last)
        parts.append(bulk_merge.Part(lists, part_ranks, int(part.numbers[0])))
    return term_dictionary.vocabulary(terms), bulk_merge.splice(parts, len(terms))


def _rewrite_ranges(ranges: list[_Range]) -> tuple[Vocabulary, Encoded]:
    """Merge terms of segments with deletions, decoding and encoding posting lists."""
    terms, ranks = _join_terms(ranges)
    live = [_live_postings(part) for part in ranges]
    counts = np.zeros(len(terms), np.int64)
    for (_, part_counts), part_ranks in zip(live, ranks, strict=True):
        counts[part_ranks] += part_counts  # a segment has each term once
    merged = postings.Postings(np.empty(int(counts.sum()), np.int64), np.empty(int(counts.sum()), np.int16))
    ends = np.cumsum(counts) - counts
    for (lists, part_counts), part_ranks in zip(live, ranks, strict=True):
        # Postings follow those of the previous segments, so that paragraphs stay in order.
        positions = postings.ranges(ends[part_ranks], part_counts)
        merged.paragraphs[positions] = lists.paragraphs
        merged.frequencies[positions] = lists.frequencies
        ends[part_ranks] += part_counts
    with_postings = np.flatnonzero(counts)
    vocabulary = term_dictionary.vocabulary([terms[position] for position in with_postings.tolist()])
    return vocabulary, postings.encode(merged, counts[with_postings])


def _live_postings(part: _Range) -> tuple[Postings, NDArray[np.int64]]:
    """Return the live postings of a range of terms, renumbered, and the number of each term, which may be 0."""
    lists, counts = part.table.postings_of_range(part.start, part.end)
    part.check_paragraphs(lists.paragraphs)
    paragraphs = part.numbers[lists.paragraphs]
    is_live = paragraphs >= 0
    owners = np.repeat(np.arange(len(counts)), counts)[is_live]
    lists = Postings(paragraphs[is_live], lists.frequencies[is_live])
    return lists, np.bincount(owners, minlength=len(counts))
