"""Strings with gaps, looked for in the text itself: ``中?词``, ``大*公司``, and what is nearly a string of ideographs.

Words of the index don't matter here: what is cut differently is found all the same.
The index narrows a string down to paragraphs that hold its pieces and, across a gap of one ideograph, both pairs that
this ideograph makes with its neighbours; these are read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.analyzer import is_cjk, query_terms
from searchidx.local import scoring
from searchidx.local.format.term_dictionary import TermTable
from searchidx.local.lookup import sorted_sets, substring
from searchidx.local.lookup.haystack import folded_texts
from searchidx.local.patterns.term_scan import ending_in, tables, terms_at
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot

WIDEST = 10
"""Letters, digits and ideographs that a ``*`` between two pieces stands for at most."""

_IDEOGRAPHS = ("\u2e80".encode(), "\ua000".encode())  # where the words that begin with one are
_WORTH_NARROWING = 600  # paragraphs that are read sooner than narrowed down further
_EXACT_SHARE = 0.3  # of the reading, for what is exact
_GAP = re.compile(r"[?*]+")
_LONE_GAP = re.compile(r"(?<![?*])(.)\?(?![?*])(.)", re.DOTALL)
_NONE = np.zeros(0, np.int64)


class Read(NamedTuple):
    """What reading has shown.

    Attributes:
        paragraphs: That match, ascending.
        counts: How often in each.
        unread: How many more might match and were not read.
    """

    paragraphs: Numbers
    counts: Numbers
    unread: int


def expression(patterns: Iterable[str]) -> re.Pattern[str]:
    """One expression for several folded strings with gaps; the first that matches at a place counts."""
    return re.compile("|".join(map(_expression, patterns)))


def _expression(pattern: str) -> str:
    gaps = {"?": r"[^\W_]", "*": rf"[^\W_]{{0,{WIDEST}}}?"}
    return "".join(gaps.get(char) or re.escape(char) for char in pattern.strip("*"))


def nearly(text: str, edits: int) -> list[str]:
    """Strings with gaps, one of which stands in every text that differs from ``text`` by so many characters at most.

    A character that is changed at the edge leaves the rest of the string, so that no string begins or ends with a gap; one
    that says less than another is left out.
    """
    found = {text}
    for _ in range(edits):
        found |= {changed for known in found for changed in _changed_once(known)}
    kept: list[str] = []
    for pattern in sorted(found - {text}, key=len):
        if sum(char != "?" for char in pattern) > 1 and not any(shorter in pattern for shorter in kept):
            kept.append(pattern)
    return kept


def _changed_once(text: str) -> Iterator[str]:
    for at in range(len(text)):
        yield (text[:at] + text[at + 1 :]).strip("?")
        yield (text[:at] + "?" + text[at + 1 :]).strip("?")
        yield text[:at] + "?" + text[at:]
        if at:
            yield text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]


def matching_nearly(snapshot: Snapshot, text: str, edits: int, exact: Numbers) -> Read:
    """Paragraphs that hold what differs from a folded string of three or more characters by so many at most; it is known where it is exact."""
    patterns = nearly(text, edits)
    if not all(map(is_cjk, text)):
        return matching(snapshot, patterns)
    proven = np.zeros(snapshot.size, np.int64)
    for pattern in patterns:
        if "?" not in pattern and edits == 1:
            proven[_proven(snapshot, pattern)] += 1
    known = proven > 0
    known[exact] = True
    likely = _likely(snapshot, text, edits, patterns)
    return _with_proven(snapshot, patterns, likely[~known[likely]], proven)


def matching(snapshot: Snapshot, patterns: Sequence[str]) -> Read:
    """Paragraphs that hold any of some folded strings with gaps; each has a letter, digit or ideograph at least."""
    proven = np.zeros(snapshot.size, np.int64)
    likely = np.zeros(snapshot.size, bool)
    for pattern in patterns:
        snapshot.budget.check()
        if _GAP.search(pattern):
            likely[_candidates(snapshot, pattern)] = True
        else:
            certain, possible = substring.candidates(snapshot, pattern)
            proven[certain] += 1
            likely[possible] = True
    return _with_proven(snapshot, patterns, np.flatnonzero(likely & (proven == 0)), proven)


def _with_proven(snapshot: Snapshot, patterns: Sequence[str], likely: Numbers, proven: Numbers) -> Read:
    seen = read(snapshot, expression(patterns), likely, [_GAP.sub(" ", pattern) for pattern in patterns])
    proven[seen.paragraphs] = seen.counts
    paragraphs = np.flatnonzero(proven)
    return Read(paragraphs, proven[paragraphs], seen.unread)


def _proven(snapshot: Snapshot, text: str) -> Numbers:
    """Paragraphs that hold a string of ideographs for certain: as a pair, or inside a word of the dictionary."""
    if len(text) == 2:
        return snapshot.postings(schema.BIGRAMS, text).paragraphs
    return snapshot.paragraphs_of_terms(schema.WORDS, text.encode(), *_IDEOGRAPHS)


def _likely(snapshot: Snapshot, text: str, edits: int, patterns: Sequence[str]) -> Numbers:
    """Paragraphs that have enough characters of a string and all pairs and characters of one of the patterns."""
    counts = np.zeros(snapshot.size, np.uint8)
    for character in text:
        counts[snapshot.postings(schema.CHARACTERS, character).paragraphs] += 1
    pool = np.flatnonzero(counts >= len(text) - edits)
    where: dict[str, Mask] = {}

    def held(term: str) -> Mask:
        if term not in where:
            everywhere = np.zeros(snapshot.size, bool)
            everywhere[
                snapshot.postings(schema.CHARACTERS if len(term) == 1 else schema.BIGRAMS, term).paragraphs
            ] = True
            where[term] = everywhere[pool]
        return where[term]

    likely = np.zeros(len(pool), bool)
    for pattern in patterns:
        snapshot.budget.check()
        pieces = _GAP.split(pattern)
        terms = {piece[at : at + 2] for piece in pieces for at in range(max(len(piece) - 1, 1))}
        likely |= np.logical_and.reduce([held(term) for term in sorted(terms)])
    return pool[likely]


def read(snapshot: Snapshot, wanted: re.Pattern[str], likely: Numbers, texts: Sequence[str]) -> Read:
    """Read paragraphs, as many as one question may cost, and count what is in them.

    Args:
        snapshot: Where.
        wanted: What to count; never matches a line feed.
        likely: Paragraphs, ascending.
        texts: What to rank them by where not all can be read.
    """
    chosen = worth_reading(snapshot, likely, texts)
    counts = _count(snapshot, wanted, chosen)
    held = counts > 0
    return Read(chosen[held], counts[held], len(likely) - len(chosen))


def worth_reading(snapshot: Snapshot, likely: Numbers, texts: Sequence[str], share: float = 1) -> Numbers:
    """Of paragraphs, ascending, as many as one question may read: those that score best for some texts.

    Args:
        snapshot: Where.
        likely: The paragraphs.
        texts: Folded.
        share: Of what one question may read.
    """
    most = int(snapshot.budget.max_paragraphs * share)
    if len(likely) <= most:
        return likely
    scores = scoring.Scores(snapshot, query_terms(" ".join(texts), snapshot.user_lexicon)).of(likely)
    best: Numbers = np.sort(likely[np.argsort(-scores, kind="stable")[:most]])
    return best


def holding_exactly(snapshot: Snapshot, text: str) -> Numbers:
    """Paragraphs that hold a folded string, of many that may only those that score best for it."""
    proven, possible = substring.candidates(snapshot, text)
    possible = worth_reading(snapshot, possible, [text], _EXACT_SHARE)
    return np.union1d(proven, possible[substring.contains(snapshot, [text], possible)])


def _count(snapshot: Snapshot, wanted: re.Pattern[str], paragraphs: Numbers) -> Numbers:
    counts = [_NONE]
    for start in range(0, len(paragraphs), substring.BATCH_SIZE):
        snapshot.budget.check()
        haystack = folded_texts(snapshot, paragraphs[start : start + substring.BATCH_SIZE])
        offsets = np.fromiter((match.start() for match in wanted.finditer(haystack.text)), np.int64)
        times = np.bincount(haystack.texts_at(offsets), minlength=len(haystack.owners))
        counts.append(haystack.per_paragraph(times))
    return np.concatenate(counts)


def _candidates(snapshot: Snapshot, pattern: str) -> Numbers:
    """Paragraphs that may hold a string with gaps."""
    pieces = {piece for piece in _GAP.split(pattern) if any(map(str.isalnum, piece))}
    held = [holding(snapshot, piece) for piece in sorted(pieces)]
    kept = reduce(_common, sorted(held, key=len))
    for before, after in _LONE_GAP.findall(pattern):
        if is_cjk(before) and is_cjk(after) and len(kept) > _WORTH_NARROWING:
            kept = _common(kept, _around_one(snapshot, before, after))
    return kept


def holding(snapshot: Snapshot, piece: str) -> Numbers:
    """Paragraphs that hold a piece, or may."""
    proven, possible = substring.candidates(snapshot, piece)
    return sorted_sets.union(proven, possible) if len(possible) else proven


def _common(one: Numbers, other: Numbers) -> Numbers:
    return sorted_sets.common(one, other)


def _around_one(snapshot: Snapshot, before: str, after: str) -> Numbers:
    """Paragraphs with an ideograph that stands behind one and, there or elsewhere, before another; or no ideograph."""
    found = [_NONE]
    for number, table in tables(snapshot, schema.BIGRAMS):
        snapshot.budget.check()
        behind = _by_neighbour(table, np.arange(*table.prefix_range(before.encode())), 1)
        ahead = _by_neighbour(table, ending_in(table, after.encode(), 0, len(table)), 0)
        shared = sorted(behind.keys() & ahead.keys())
        one, other = (_keys(table, [side[char] for char in shared]) for side in (behind, ahead))
        both = sorted_sets.distinct(
            sorted_sets.common(sorted_sets.distinct(one), sorted_sets.distinct(other)) // max(len(shared), 1)
        )
        part = snapshot.segments[number]
        part.check_paragraphs(both, schema.BIGRAMS)
        found.append((both if part.live is None else both[part.live[both]]) + snapshot.bases[number])
    return np.concatenate(found)


def _by_neighbour(table: TermTable, positions: NDArray[np.int64], side: int) -> dict[str, int]:
    names = map(table.decode, terms_at(table, positions))
    terms = zip(names, positions.tolist(), strict=True)
    return {term[side]: at for term, at in terms if len(term) == 2}


def _keys(table: TermTable, positions: list[int]) -> Numbers:
    """Paragraph times number of terms, plus which term, for every posting of some terms."""
    order = np.argsort(positions)
    lists, counts = table.postings_of(np.array(positions, np.int64)[order])
    return lists.paragraphs.astype(np.int64) * len(positions) + np.repeat(order, counts)
