"""Text scan: the paragraphs whose texts match a string with gaps, ``中?词``, ``大*公司``, or nearly match a string of ideographs.

The tokenization makes no difference: the index narrows a string down to paragraphs with its pieces and, across a gap of one
ideograph, with both bigrams that this ideograph makes with its neighbours; these paragraphs are read.
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

MAX_GAP = 10
"""Number of letters, digits and ideographs that a ``*`` between two pieces matches at most."""

_IDEOGRAPH_BOUNDS = ("\u2e80".encode(), "\ua000".encode())  # of the words that begin with one
_MAX_UNNARROWED = 600  # paragraphs that are read sooner than narrowed down further
_EXACT_SHARE = 0.3  # of the paragraphs that the budget allows to read, for exact matches
_GAP = re.compile(r"[?*]+")
_LONE_GAP = re.compile(r"(?<![?*])(.)\?(?![?*])(.)", re.DOTALL)
_NONE = np.zeros(0, np.int64)


class Scan(NamedTuple):
    """Matches of a text scan.

    Attributes:
        paragraphs: Matching paragraphs, ascending.
        counts: Number of matches in each.
        unread: Number of candidates that were not read.
    """

    paragraphs: Numbers
    counts: Numbers
    unread: int


def expression(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return one regular expression for folded strings with gaps; at an offset the first that matches counts."""
    return re.compile("|".join(map(_expression, patterns)))


def _expression(pattern: str) -> str:
    gaps = {"?": r"[^\W_]", "*": rf"[^\W_]{{0,{MAX_GAP}}}?"}
    return "".join(gaps.get(character) or re.escape(character) for character in pattern.strip("*"))


def edited_patterns(text: str, max_edits: int) -> list[str]:
    """Return strings with gaps of which every text within an edit distance contains one.

    An edit at an edge leaves the rest of the string, so that no string begins or ends with a gap; one that contains another is
    left out.
    """
    edited = {text}
    for _ in range(max_edits):
        edited |= {pattern for known_pattern in edited for pattern in _edited_once(known_pattern)}
    shortest: list[str] = []
    for pattern in sorted(edited - {text}, key=len):
        has_two_characters = sum(character != "?" for character in pattern) > 1
        if has_two_characters and not any(shorter in pattern for shorter in shortest):
            shortest.append(pattern)
    return shortest


def _edited_once(text: str) -> Iterator[str]:
    for position in range(len(text)):
        before, after = text[:position], text[position + 1 :]
        yield (before + after).strip("?")
        yield (before + "?" + after).strip("?")
        yield before + "?" + text[position:]
        if position:
            yield text[: position - 1] + text[position] + text[position - 1] + after


def matching_nearly(snapshot: Snapshot, text: str, max_edits: int, exact: Numbers) -> Scan:
    """Scan for texts within an edit distance of a folded string of three or more characters.

    Args:
        snapshot: The index.
        text: The string.
        max_edits: The edit distance.
        exact: Paragraphs that contain the string itself; these are not read.
    """
    patterns = edited_patterns(text, max_edits)
    if not all(map(is_cjk, text)):
        return matching(snapshot, patterns)
    counts = np.zeros(snapshot.size, np.int64)
    for pattern in patterns:
        if "?" not in pattern and max_edits == 1:
            counts[_proven(snapshot, pattern)] += 1
    is_decided = counts > 0
    is_decided[exact] = True
    candidates = _candidates_within(snapshot, text, max_edits, patterns)
    return _read_all(snapshot, patterns, candidates[~is_decided[candidates]], counts)


def matching(snapshot: Snapshot, patterns: Sequence[str]) -> Scan:
    """Scan for any of some folded strings with gaps, each with a letter, digit or ideograph at least."""
    counts = np.zeros(snapshot.size, np.int64)
    is_candidate = np.zeros(snapshot.size, bool)
    for pattern in patterns:
        snapshot.budget.check()
        if _GAP.search(pattern):
            is_candidate[_candidates(snapshot, pattern)] = True
        else:
            proven, possible = substring.candidates(snapshot, pattern)
            counts[proven] += 1
            is_candidate[possible] = True
    return _read_all(snapshot, patterns, np.flatnonzero(is_candidate & (counts == 0)), counts)


def _read_all(snapshot: Snapshot, patterns: Sequence[str], candidates: Numbers, counts: Numbers) -> Scan:
    """Read candidates for some patterns and add their matches to those that are proven."""
    texts = [_GAP.sub(" ", pattern) for pattern in patterns]
    selected = worth_reading(snapshot, candidates, texts)
    counts[selected] = _count(snapshot, expression(patterns), selected)
    paragraphs = np.flatnonzero(counts)
    return Scan(paragraphs, counts[paragraphs], len(candidates) - len(selected))


def _proven(snapshot: Snapshot, text: str) -> Numbers:
    """Return the paragraphs that contain a string of ideographs for certain: as a bigram, or inside a word."""
    if len(text) == 2:
        return snapshot.postings(schema.BIGRAMS, text).paragraphs
    return snapshot.paragraphs_of_terms(schema.WORDS, text.encode(), *_IDEOGRAPH_BOUNDS)


def _candidates_within(snapshot: Snapshot, text: str, max_edits: int, patterns: Sequence[str]) -> Numbers:
    """Return the paragraphs with enough characters of a string and all bigrams and characters of a pattern."""
    common = np.zeros(snapshot.size, np.uint8)
    for character in text:
        common[snapshot.postings(schema.CHARACTERS, character).paragraphs] += 1
    pool = np.flatnonzero(common >= len(text) - max_edits)
    masks: dict[str, Mask] = {}

    def mask_of(term: str) -> Mask:
        if term not in masks:
            field = schema.CHARACTERS if len(term) == 1 else schema.BIGRAMS
            mask = np.zeros(snapshot.size, bool)
            mask[snapshot.postings(field, term).paragraphs] = True
            masks[term] = mask[pool]
        return masks[term]

    is_candidate = np.zeros(len(pool), bool)
    for pattern in patterns:
        snapshot.budget.check()
        pieces = _GAP.split(pattern)
        terms = {piece[start : start + 2] for piece in pieces for start in range(max(len(piece) - 1, 1))}
        is_candidate |= np.logical_and.reduce([mask_of(term) for term in sorted(terms)])
    return pool[is_candidate]


def worth_reading(snapshot: Snapshot, candidates: Numbers, texts: Sequence[str], share: float = 1) -> Numbers:
    """Return as many candidates as the budget allows to read, ascending: those that score best for some texts.

    Args:
        snapshot: The index.
        candidates: Candidates, ascending.
        texts: Folded texts.
        share: Share of the budget.
    """
    limit = int(snapshot.budget.max_paragraphs * share)
    if len(candidates) <= limit:
        return candidates
    scores = scoring.Scores(snapshot, query_terms(" ".join(texts), snapshot.user_lexicon)).of(candidates)
    best: Numbers = np.sort(candidates[np.argsort(-scores, kind="stable")[:limit]])
    return best


def containing(snapshot: Snapshot, text: str) -> Numbers:
    """Return the paragraphs that contain a folded string; of too many candidates only the best are read."""
    proven, possible = substring.candidates(snapshot, text)
    possible = worth_reading(snapshot, possible, [text], _EXACT_SHARE)
    return np.union1d(proven, possible[substring.contains(snapshot, [text], possible)])


def _count(snapshot: Snapshot, pattern: re.Pattern[str], paragraphs: Numbers) -> Numbers:
    """Count the matches of a regular expression, which matches no line feed, in each paragraph."""
    counts = [_NONE]
    for start in range(0, len(paragraphs), substring.BATCH_SIZE):
        snapshot.budget.check()
        haystack = folded_texts(snapshot, paragraphs[start : start + substring.BATCH_SIZE])
        offsets = np.fromiter((match.start() for match in pattern.finditer(haystack.text)), np.int64)
        text_counts = np.bincount(haystack.texts_at(offsets), minlength=len(haystack.owners))
        counts.append(haystack.per_paragraph(text_counts))
    return np.concatenate(counts)


def _candidates(snapshot: Snapshot, pattern: str) -> Numbers:
    """Return the paragraphs that may match a string with gaps."""
    pieces = {piece for piece in _GAP.split(pattern) if any(map(str.isalnum, piece))}
    candidates_of_pieces = [all_candidates(snapshot, piece) for piece in sorted(pieces)]
    candidates = reduce(sorted_sets.common, sorted(candidates_of_pieces, key=len))
    for before, after in _LONE_GAP.findall(pattern):
        if is_cjk(before) and is_cjk(after) and len(candidates) > _MAX_UNNARROWED:
            candidates = sorted_sets.common(candidates, _around_one(snapshot, before, after))
    return candidates


def all_candidates(snapshot: Snapshot, piece: str) -> Numbers:
    """Return the paragraphs that contain a piece, or may."""
    proven, possible = substring.candidates(snapshot, piece)
    return sorted_sets.union(proven, possible) if len(possible) else proven


def _around_one(snapshot: Snapshot, before: str, after: str) -> Numbers:
    """Return the paragraphs with an ideograph that follows one and, anywhere in them, precedes another."""
    paragraphs = [_NONE]
    for segment, table in tables(snapshot, schema.BIGRAMS):
        snapshot.budget.check()
        following = _by_neighbour(table, np.arange(*table.prefix_range(before.encode())), 1)
        preceding = _by_neighbour(table, ending_in(table, after.encode(), 0, len(table)), 0)
        between = sorted(following.keys() & preceding.keys())
        one, other = (
            sorted_sets.distinct(_keys(table, [side[character] for character in between]))
            for side in (following, preceding)
        )
        both = sorted_sets.distinct(sorted_sets.common(one, other) // max(len(between), 1))
        part = snapshot.segments[segment]
        part.check_paragraphs(both, schema.BIGRAMS)
        paragraphs.append((both if part.live is None else both[part.live[both]]) + snapshot.bases[segment])
    return np.concatenate(paragraphs)


def _by_neighbour(table: TermTable, positions: NDArray[np.int64], side: int) -> dict[str, int]:
    """Return the positions of bigrams by their first (``side`` 0) or second character."""
    names = map(table.decode, terms_at(table, positions))
    bigrams = zip(names, positions.tolist(), strict=True)
    return {bigram[side]: position for bigram, position in bigrams if len(bigram) == 2}


def _keys(table: TermTable, positions: list[int]) -> Numbers:
    """Return a key of paragraph and term for every posting of some terms: paragraph times number of terms, plus term."""
    order = np.argsort(positions)
    lists, counts = table.postings_of(np.array(positions, np.int64)[order])
    return lists.paragraphs.astype(np.int64) * len(positions) + np.repeat(order, counts)
