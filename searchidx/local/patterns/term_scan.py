"""Term scan: the terms that match a wildcard, an edit distance or a regular expression.

Whole term tables are scanned as arrays; no term is compared one by one unless it is a candidate.
"""

import re
from collections.abc import Callable, Iterator
from fnmatch import translate
from itertools import islice
from typing import NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.analyzer import is_cjk
from searchidx.local.format.term_dictionary import TermTable
from searchidx.local.lookup import sorted_sets
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Snapshot

Ints = NDArray[np.int64]

_RUN_BOUNDS = (b"0", b"\x7f")  # of the Latin and number runs in ASCII, by their first byte
_LONG_RUN = schema.LONG_RUN.encode()
_NONE = np.zeros(0, np.int64)


class Terms(NamedTuple):
    """Matching word terms of one segment.

    Attributes:
        segment: Position of the segment.
        positions: Positions in its term table, ascending.
        edits: Edit distance of each from the query.
    """

    segment: int
    positions: Ints
    edits: Ints


def tables(snapshot: Snapshot, field: str = schema.WORDS) -> Iterator[tuple[int, TermTable]]:
    """Yield the position of each segment and its term table of a field."""
    for segment, part in enumerate(snapshot.segments):
        snapshot.budget.check()
        yield segment, part.table(field)


def runs_like(snapshot: Snapshot, wildcard: str) -> Iterator[Terms]:
    """Yield the Latin and number runs that match a folded wildcard of ASCII letters and digits."""
    matches = whole(wildcard).match
    pieces = [piece.encode() for piece in re.split(r"[*?]+", wildcard)]
    for segment, table in tables(snapshot):
        positions = _candidate_runs(table, pieces)
        if _needs_match(wildcard):
            mask = [matches(term) is not None for term in terms_at(table, positions)]
            positions = positions[np.array(mask, bool)]
        yield Terms(segment, positions, np.zeros(len(positions), np.int64))


def whole(wildcard: str) -> re.Pattern[bytes]:
    """Return a regular expression that matches a whole run, in time proportional to its length."""
    return re.compile(translate(wildcard).encode())


def runs_within(snapshot: Snapshot, text: str, max_edits: int) -> Iterator[Terms]:
    """Yield the Latin and number runs within an edit distance of a folded one in ASCII."""
    query = np.frombuffer(text.encode(), np.uint8)
    for segment, table in tables(snapshot):
        begin, end = map(table.lower_bound, _RUN_BOUNDS)
        raw, ends = table.text(begin, end)
        columns = [(_NONE, _NONE)]
        widths = np.diff(ends, prepend=0)
        codes = np.frombuffer(raw, np.uint8)
        for width in range(max(len(query) - max_edits, 1), len(query) + max_edits + 1):
            positions = np.flatnonzero(widths == width)
            if not len(positions):
                continue
            letters = codes[(ends[positions] - width)[:, None] + np.arange(width)]
            distances = _distances(letters, query, max_edits)
            near = np.flatnonzero(distances <= max_edits)
            columns.append((positions[near], distances[near].astype(np.int64)))
        all_positions, edits = (np.concatenate(column) for column in zip(*columns, strict=True))
        order = np.argsort(all_positions)
        yield Terms(segment, all_positions[order] + begin, edits[order])


def words_beside(snapshot: Snapshot, text: str) -> Iterator[Terms]:
    """Yield the words of two ideographs with one in common with a folded text of two, the text itself included."""
    first, second = text[0], text[1]
    for segment, table in tables(snapshot):
        with_first = np.arange(*table.prefix_range(first.encode()))
        with_second = ending_in(table, second.encode(), 0, len(table))
        candidates = sorted_sets.union(with_first, with_second)
        words = zip(candidates.tolist(), map(table.decode, terms_at(table, candidates)), strict=True)
        rows = [
            (position, int(word != text))
            for position, word in words
            if len(word) == 2 and is_cjk(word[0]) and is_cjk(word[1])
        ]
        positions, edits = (
            (np.array(column, np.int64) for column in zip(*rows, strict=True)) if rows else (_NONE, _NONE)
        )
        yield Terms(segment, positions, edits)


def ending_in(table: TermTable, suffix: bytes, begin: int, end: int) -> Ints:
    """Return the positions of the terms of a range that end in a suffix."""
    raw, ends = table.text(begin, end)
    codes = np.frombuffer(raw, np.uint8)
    positions = np.flatnonzero(np.diff(ends, prepend=0) >= len(suffix))
    for offset, byte in enumerate(reversed(suffix), 1):
        positions = positions[codes[ends[positions] - offset] == byte]
    return positions + begin


def terms_matching(
    snapshot: Snapshot, search: Callable[[bytes], Iterator[int]], limit: int
) -> Iterator[Terms]:
    """Yield the words and runs in which ``search`` finds a match.

    Args:
        snapshot: The index.
        search: Function that yields the offsets of its matches in terms joined by line feeds, ascending.
        limit: Number of matches of each segment at most.
    """
    for segment, table in tables(snapshot):
        begin = table.find(_LONG_RUN) + 1  # the marker of long runs sorts before all terms of texts
        raw, ends = table.text(begin, len(table))
        lines = np.insert(np.frombuffer(raw, np.uint8), ends, 0x0A).tobytes()
        offsets = np.fromiter(islice(search(lines), limit), np.int64)
        line_ends = ends + np.arange(1, len(ends) + 1)
        positions = sorted_sets.distinct(np.searchsorted(line_ends, offsets, side="right"))
        positions = positions[positions < len(ends)]
        yield Terms(segment, positions + begin, np.zeros(len(positions), np.int64))


def first(snapshot: Snapshot, matches: list[Terms], limit: int) -> tuple[list[Terms], bool]:
    """Return the first ``limit`` terms in byte order over all segments, and true if there are more."""
    if sum(len(terms.positions) for terms in matches) <= limit:
        return matches, False
    tables_of = [snapshot.segments[terms.segment].table(schema.WORDS) for terms in matches]
    rows = list(zip(tables_of, matches, strict=True))
    distinct = sorted(
        {term for table, terms in rows for term in terms_at(table, terms.positions[: limit + 1])}
    )
    if len(distinct) <= limit:
        return matches, False
    ends = [
        int(np.searchsorted(terms.positions, table.lower_bound(distinct[limit]))) for table, terms in rows
    ]
    return [
        Terms(terms.segment, terms.positions[:end], terms.edits[:end])
        for terms, end in zip(matches, ends, strict=True)
    ], True


def terms_at(table: TermTable, positions: Ints) -> list[bytes]:
    """Return the terms at many ascending positions, quicker than one by one."""
    if not len(positions):
        return []
    begin = int(positions[0])
    raw, ends = table.text(begin, int(positions[-1]) + 1)
    starts = ends - np.diff(ends, prepend=0)
    offsets = positions - begin
    spans = zip(starts[offsets].tolist(), ends[offsets].tolist(), strict=True)
    return [raw[start:end] for start, end in spans]


def names(snapshot: Snapshot, matches: list[Terms], limit: int) -> tuple[str, ...]:
    """Return the names of the nearest terms, of equal ones the most frequent first."""
    ranks: dict[str, tuple[int, int]] = {}
    for terms in matches:
        table = snapshot.segments[terms.segment].table(schema.WORDS)
        if not len(terms.positions):
            continue
        begin = int(terms.positions[0])
        sizes = table.sizes(begin, int(terms.positions[-1]) + 1)[terms.positions - begin]
        for row in np.lexsort((-sizes, terms.edits))[:limit].tolist():
            name = table.decode(table.term(int(terms.positions[row])))
            edits, size = ranks.get(name, (int(terms.edits[row]), 0))
            ranks[name] = (edits, size - int(sizes[row]))
    return tuple(sorted(ranks, key=lambda name: (ranks[name], name))[:limit])


def _needs_match(wildcard: str) -> bool:
    """Return true if a candidate may fail to match: not so if a prefix or a suffix is the whole wildcard."""
    return "?" in wildcard or wildcard.count("*") != 1 or wildcard[0] != "*" != wildcard[-1]


def _candidate_runs(table: TermTable, pieces: list[bytes]) -> Ints:
    """Return the positions of the runs that begin with the first piece, end with the last and contain the longest."""
    prefix, suffix = pieces[0], pieces[-1]
    begin, end = table.prefix_range(prefix) if prefix else map(table.lower_bound, _RUN_BOUNDS)
    if len(pieces) == 2 and not suffix:
        return np.arange(begin, end)
    if suffix:
        return ending_in(table, suffix, begin, end)
    return table.containing(max(pieces, key=len), begin, end)


def _distances(letters: NDArray[np.uint8], query: NDArray[np.uint8], max_edits: int) -> NDArray[np.int8]:
    """Return the edit distance of each row from a word, swapped neighbours being one edit (optimal string alignment).

    The usual table (Wagner and Fischer 1974) for all rows at once: every cell is a column of numbers.
    """
    count, width = letters.shape
    too_far = np.full(count, max_edits + 1, np.int8)
    previous: list[NDArray[np.int8]] = []
    row = [np.full(count, column, np.int8) for column in range(width + 1)]
    for row_number, letter in enumerate(query.tolist(), 1):
        before_previous, previous = previous, row
        row = [np.full(count, row_number, np.int8)]
        is_same = letters == letter
        for column in range(1, width + 1):
            if abs(row_number - column) > max_edits:
                row.append(too_far)
                continue
            best = np.minimum(previous[column], row[column - 1]) + 1
            np.minimum(best, previous[column - 1] + ~is_same[:, column - 1], out=best, casting="unsafe")
            if row_number > 1 and column > 1:
                is_swap = is_same[:, column - 2] & (letters[:, column - 1] == query[row_number - 2])
                best = np.where(is_swap, np.minimum(best, before_previous[column - 2] + 1), best)
            row.append(best.astype(np.int8))
    return row[width]
