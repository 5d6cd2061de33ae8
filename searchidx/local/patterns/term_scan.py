"""Which terms of an index a pattern stands for: by wildcard, by edit distance, by regular expression.

Whole term tables are looked at as arrays; no term is met one by one unless it is
likely to match. It stops at the terms: what they are worth is not known here.
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

_RUNS = (b"0", b"\x7f")  # first bytes of Latin and number runs in ASCII
_LONG_RUN = schema.LONG_RUN.encode()
_NONE = np.zeros(0, np.int64)


class Terms(NamedTuple):
    """Terms of the words of one segment.

    Attributes:
        segment: Which.
        positions: In its table, ascending.
        edits: By how many characters each differs from what was asked for.
    """

    segment: int
    positions: Ints
    edits: Ints


def tables(snapshot: Snapshot, field: str = schema.WORDS) -> Iterator[tuple[int, TermTable]]:
    """The tables of a field, with the numbers of their segments."""
    for number, part in enumerate(snapshot.segments):
        snapshot.budget.check()
        yield number, part.table(field)


def runs_like(snapshot: Snapshot, wildcard: str) -> Iterator[Terms]:
    """Latin and number runs that a folded wildcard of ASCII letters and digits stands for."""
    matches = whole(wildcard).match
    pieces = [piece.encode() for piece in re.split(r"[*?]+", wildcard)]
    for number, table in tables(snapshot):
        likely = _likely_runs(table, pieces)
        positions = likely
        if _needs_look(wildcard):
            held = [matches(name) is not None for name in terms_at(table, likely)]
            positions = likely[np.array(held, bool)]
        yield Terms(number, positions, np.zeros(len(positions), np.int64))


def whole(wildcard: str) -> re.Pattern[bytes]:
    """An expression that matches all of a run or nothing, in time in proportion to its length."""
    return re.compile(translate(wildcard).encode())


def runs_within(snapshot: Snapshot, text: str, edits: int) -> Iterator[Terms]:
    """Latin and number runs that differ from a folded one in ASCII by so many characters at most."""
    wanted = np.frombuffer(text.encode(), np.uint8)
    for number, table in tables(snapshot):
        begin, end = table.lower_bound(_RUNS[0]), table.lower_bound(_RUNS[1])
        raw, ends = table.text(begin, end)
        found = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
        widths = np.diff(ends, prepend=0)
        codes = np.frombuffer(raw, np.uint8)
        for width in range(max(len(wanted) - edits, 1), len(wanted) + edits + 1):
            places = np.flatnonzero(widths == width)
            if not len(places):
                continue
            letters = codes[(ends[places] - width)[:, None] + np.arange(width)]
            distances = _distances(letters, wanted, edits)
            near = np.flatnonzero(distances <= edits)
            found.append((places[near], distances[near].astype(np.int64)))
        positions, distance = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.argsort(positions)
        yield Terms(number, positions[order] + begin, distance[order])


def words_beside(snapshot: Snapshot, text: str) -> Iterator[Terms]:
    """Words of two ideographs that share one with a folded text of two, at its place; the text itself is one of them."""
    before, after = text[0], text[1]
    for number, table in tables(snapshot):
        begins = np.arange(*table.prefix_range(before.encode()))
        ends = ending_in(table, after.encode(), 0, len(table))
        likely = sorted_sets.union(begins, ends)
        words = zip(
            likely.tolist(),
            map(table.decode, terms_at(table, likely)),
            strict=True,
        )
        pairs = [
            (at, int(word != text))
            for at, word in words
            if len(word) == 2 and is_cjk(word[0]) and is_cjk(word[1])
        ]
        positions, edits = (
            (np.array(column, np.int64) for column in zip(*pairs, strict=True)) if pairs else (_NONE, _NONE)
        )
        yield Terms(number, positions, edits)


def ending_in(table: TermTable, last: bytes, begin: int, end: int) -> Ints:
    """Positions within a range of the terms that end in ``last``."""
    raw, ends = table.text(begin, end)
    codes = np.frombuffer(raw, np.uint8)
    kept = np.flatnonzero(np.diff(ends, prepend=0) >= len(last))
    for offset, byte in enumerate(reversed(last), 1):
        kept = kept[codes[ends[kept] - offset] == byte]
    return kept + begin


def terms_matching(
    snapshot: Snapshot, search: Callable[[bytes], Iterator[int]], most: int
) -> Iterator[Terms]:
    """Words and runs that ``search`` finds something in.

    Args:
        snapshot: Where.
        search: Given terms with a line feed behind each, gives the places of its matches, ascending.
        most: How many of each segment.
    """
    for number, table in tables(snapshot):
        begin = table.find(_LONG_RUN) + 1  # it sorts before all others
        raw, ends = table.text(begin, len(table))
        lines = np.insert(np.frombuffer(raw, np.uint8), ends, 0x0A).tobytes()
        places = np.fromiter(islice(search(lines), most), np.int64)
        owners = sorted_sets.distinct(
            np.searchsorted(ends + np.arange(1, len(ends) + 1), places, side="right")
        )
        owners = owners[owners < len(ends)]
        yield Terms(number, owners + begin, np.zeros(len(owners), np.int64))


def first(snapshot: Snapshot, matched: list[Terms], most: int) -> tuple[list[Terms], bool]:
    """Of terms the first ``most`` in byte order, whatever segments they are in; and whether there are more."""
    if sum(len(terms.positions) for terms in matched) <= most:
        return matched, False
    held = [(snapshot.segments[terms.segment].table(schema.WORDS), terms) for terms in matched]
    names = sorted({name for table, terms in held for name in terms_at(table, terms.positions[: most + 1])})
    if len(names) <= most:
        return matched, False
    ends = [int(np.searchsorted(terms.positions, table.lower_bound(names[most]))) for table, terms in held]
    return [
        Terms(t.segment, t.positions[:end], t.edits[:end]) for t, end in zip(matched, ends, strict=True)
    ], True


def terms_at(table: TermTable, positions: Ints) -> list[bytes]:
    """Many terms, by ascending positions, quicker than one by one."""
    if not len(positions):
        return []
    begin = int(positions[0])
    raw, ends = table.text(begin, int(positions[-1]) + 1)
    starts = ends - np.diff(ends, prepend=0)
    chosen = positions - begin
    return [raw[start:end] for start, end in zip(starts[chosen].tolist(), ends[chosen].tolist(), strict=True)]


def names(snapshot: Snapshot, matched: list[Terms], most: int) -> tuple[str, ...]:
    """Terms by name: the nearest to what was asked for, of these the most frequent."""
    rank: dict[str, tuple[int, int]] = {}
    for terms in matched:
        table = snapshot.segments[terms.segment].table(schema.WORDS)
        if not len(terms.positions):
            continue
        begin = int(terms.positions[0])
        sizes = table.sizes(begin, int(terms.positions[-1]) + 1)[terms.positions - begin]
        for at in np.lexsort((-sizes, terms.edits))[:most].tolist():
            name = table.decode(table.term(int(terms.positions[at])))
            edits, size = rank.get(name, (int(terms.edits[at]), 0))
            rank[name] = (edits, size - int(sizes[at]))
    best = sorted(rank, key=lambda name: (rank[name], name))[:most]
    return tuple(best)


def _needs_look(wildcard: str) -> bool:
    """Tell whether what is likely may still not match: not so where a prefix or a suffix says it all."""
    return "?" in wildcard or wildcard.count("*") != 1 or wildcard[0] != "*" != wildcard[-1]


def _likely_runs(table: TermTable, pieces: list[bytes]) -> Ints:
    """Runs that begin with the first piece, end with the last and contain the longest."""
    first, last = pieces[0], pieces[-1]
    if first:
        begin, end = table.prefix_range(first)
    else:
        begin, end = table.lower_bound(_RUNS[0]), table.lower_bound(_RUNS[1])
    if len(pieces) == 2 and not last:
        return np.arange(begin, end)
    longest = max(pieces, key=len)
    if last:
        return ending_in(table, last, begin, end)
    return table.containing(longest, begin, end)


def _distances(letters: NDArray[np.uint8], wanted: NDArray[np.uint8], most: int) -> NDArray[np.int8]:
    """Edit distance of each row from one word, swapped neighbours counting as one (optimal string alignment).

    All rows at once: the usual table of Wagner and Fischer 1974, in which every cell is a column of numbers.
    """
    count, width = letters.shape
    far = np.full(count, most + 1, np.int8)
    before: list[NDArray[np.int8]] = []
    row = [np.full(count, column, np.int8) for column in range(width + 1)]
    for at, letter in enumerate(wanted.tolist(), 1):
        earlier, before = before, row
        row = [np.full(count, at, np.int8)]
        same = letters == letter
        for column in range(1, width + 1):
            if abs(at - column) > most:
                row.append(far)
                continue
            best = np.minimum(before[column], row[column - 1]) + 1
            np.minimum(best, before[column - 1] + ~same[:, column - 1], out=best, casting="unsafe")
            if at > 1 and column > 1:
                swapped = same[:, column - 2] & (letters[:, column - 1] == wanted[at - 2])
                best = np.where(swapped, np.minimum(best, earlier[column - 2] + 1), best)
            row.append(best.astype(np.int8))
    return row[width]
