"""Literal matching: exactly the paragraphs whose folded text contains a folded string.

The index narrows the string down to candidates: every pair of neighbouring CJK characters must be there as a bigram,
every Latin or number run as (part of) a term, every other character as a character. Some of these prove a match by
themselves; the rest is checked against the stored text, which nothing can fool.
"""

import re
from typing import NamedTuple

import numpy as np

from searchidx.analyzer import is_cjk
from searchidx.fold.bulk import codes_of, fold_codes, text_of
from searchidx.local import ascending, fields, record_ids
from searchidx.local.snapshot import Mask, Numbers, Snapshot

READ = 2048
"""Paragraphs read together, which bounds the memory it takes."""
_FEW = 64  # candidates that are cheaper to read than to narrow down further
_RUN = re.compile(r"[0-9a-z]+")
_LONGER_RUN = re.compile(r"[0-9a-z]{2,}")
_RUN_SPANS = ((b"0", "\u2e80".encode()), ("\ua000".encode(), b"\xff"))


class Candidates(NamedTuple):
    """What the index alone knows of a literal string.

    Attributes:
        proven: Paragraphs that contain it for certain, ascending.
        possible: Paragraphs that may contain it and must be checked, ascending, none of them proven.
    """

    proven: Numbers
    possible: Numbers


_NONE = np.zeros(0, np.int64)


def candidates(snapshot: Snapshot, needle: str) -> Candidates:
    """Narrow a folded, non-empty string down to the paragraphs that may contain it."""
    if len(needle) == 1:
        return Candidates(snapshot.find(fields.CHARACTERS, needle).paragraphs, _NONE)
    if len(needle) == 2 and is_cjk(needle[0]) and is_cjk(needle[1]):
        return Candidates(snapshot.find(fields.BIGRAMS, needle).paragraphs, _NONE)
    if _RUN.fullmatch(needle):
        proven = _holding_run(snapshot, needle)
        long = _narrow_characters(snapshot, needle, snapshot.find(fields.WORDS, fields.LONG_RUN).paragraphs)
        return Candidates(proven, ascending.without(long, proven))
    possible = _narrow(snapshot, needle)
    # A word of the dictionary that was cut out of a text stands in that text.
    proven = snapshot.find(fields.WORDS, needle).paragraphs
    return Candidates(proven, ascending.without(possible, proven))


def both(one: Candidates, other: Candidates) -> Candidates:
    """What is known of two strings together."""
    proven = ascending.common(one.proven, other.proven)
    maybe = ascending.common(ascending.union(*one), ascending.union(*other))
    return Candidates(proven, ascending.without(maybe, proven))


def matching(snapshot: Snapshot, needle: str) -> Numbers:
    """All paragraphs that contain a folded, non-empty string, ascending."""
    proven, possible = candidates(snapshot, needle)
    checked = possible[contains(snapshot, [needle], possible)]
    return np.sort(np.concatenate([proven, checked])) if len(checked) else proven


def or_by_id(snapshot: Snapshot, needle: str, candidates: Candidates) -> Candidates:
    """Add the records whose id a folded string is to the paragraphs whose text may contain it."""
    named = record_ids.with_id(snapshot, needle)
    if not len(named):
        return candidates
    proven = ascending.union(candidates.proven, named)
    return Candidates(proven, ascending.without(candidates.possible, proven))


def every(snapshot: Snapshot, needle: str) -> Numbers:
    """Return all paragraphs that contain a folded, non-empty string or have it as their id; not to be changed."""
    return snapshot.remember(("literal", needle), lambda: _every(snapshot, needle))


def _every(snapshot: Snapshot, needle: str) -> Numbers:
    named = record_ids.with_id(snapshot, needle)
    contained = matching(snapshot, needle)
    return ascending.union(contained, named) if len(named) else contained


def occurs(snapshot: Snapshot, needle: str) -> bool:
    """Return whether any paragraph contains a folded, non-empty string, reading no more than the first that does."""
    matches = snapshot.remembered(("literal", needle))
    if matches is not None:
        return bool(len(matches))
    return bool(snapshot.remember(("occurs", needle), lambda: np.array([_is_anywhere(snapshot, needle)]))[0])


def _is_anywhere(snapshot: Snapshot, needle: str) -> bool:
    proven, possible = candidates(snapshot, needle)
    if len(proven):
        return True
    start, length = 0, _FEW  # chunks grow: a common string is in the first, a rare one is read in few
    while start < len(possible):
        if contains(snapshot, [needle], possible[start : start + length]).any():
            return True
        start, length = start + length, min(2 * length, READ)
    return False


def contains_once(snapshot: Snapshot, needles: list[str], paragraphs: Numbers) -> Mask:
    """What :func:`contains` says, read no more where :func:`every` has looked for the only string."""
    known = snapshot.remembered(("literal", needles[0])) if len(needles) == 1 else None
    return contains(snapshot, needles, paragraphs) if known is None else ascending.are_in(paragraphs, known)


def contains(snapshot: Snapshot, needles: list[str], paragraphs: Numbers) -> Mask:
    """Which paragraphs, given in ascending order, contain all the folded strings: read and seen."""
    held = [np.zeros(0, bool)]
    for start in range(0, len(paragraphs), READ):
        snapshot.effort.check()
        held.append(_contained(snapshot, needles, paragraphs[start : start + READ]))
    return np.concatenate(held)


def folded_texts(snapshot: Snapshot, paragraphs: Numbers) -> tuple[str, Numbers]:
    """Folded texts of paragraphs with a line feed between, and where each begins, with one more at the end.

    Folded text has no line feed: one between two paragraphs keeps a match from running over it.
    """
    texts = snapshot.texts(paragraphs)
    codes = fold_codes(codes_of("\n".join(texts)))
    starts = np.cumsum([0, *map(len, texts)]) + np.arange(len(texts) + 1)
    codes[starts[1:-1] - 1] = fields.BREAK
    return text_of(codes), starts


def _contained(snapshot: Snapshot, needles: list[str], paragraphs: Numbers) -> Mask:
    haystack, starts = folded_texts(snapshot, paragraphs)
    held = np.ones(len(paragraphs), bool)
    for needle in dict.fromkeys(needles):
        snapshot.effort.check()
        held &= _owners(haystack, needle, starts)
    return held


def _owners(haystack: str, needle: str, starts: Numbers) -> Mask:
    found = np.zeros(len(starts) - 1, bool)
    at = haystack.find(needle)
    while at >= 0:
        owner = int(np.searchsorted(starts, at, side="right")) - 1
        found[owner] = True
        at = haystack.find(needle, int(starts[owner + 1]))
    return found


def _holding_run(snapshot: Snapshot, run: str) -> Numbers:
    """Paragraphs with a Latin or number run that contains ``run``.

    Every such run is a term as a whole, it begins with a character that is not CJK, and every term of the words stands
    in its text. Two ranges of terms hold all of these.
    """
    needle = run.encode()

    def find() -> Numbers:
        below, above = (snapshot.holding_any(fields.WORDS, needle, *span) for span in _RUN_SPANS)
        return ascending.union(below, above)

    return snapshot.remember(("run", run), find)


def _narrow(snapshot: Snapshot, needle: str) -> Numbers:
    kept: Numbers | None = None
    for _, piece in sorted((snapshot.count_at_most(*piece), piece) for piece in _pieces(needle)):
        if kept is not None and len(kept) <= _FEW:
            return kept
        held = snapshot.find(*piece).paragraphs
        kept = held if kept is None else ascending.common(kept, held)
    long = snapshot.find(fields.WORDS, fields.LONG_RUN).paragraphs
    for run in sorted(set(_LONGER_RUN.findall(needle)), key=len, reverse=True):
        if kept is not None and len(kept) <= _FEW:
            return kept
        held = ascending.union(_holding_run(snapshot, run), long)
        kept = held if kept is None else ascending.common(kept, held)
    return _NONE if kept is None else kept


def _narrow_characters(snapshot: Snapshot, needle: str, kept: Numbers) -> Numbers:
    for character in sorted(set(needle)):
        if len(kept) <= _FEW:
            break
        kept = ascending.common(kept, snapshot.find(fields.CHARACTERS, character).paragraphs)
    return kept


def _pieces(needle: str) -> set[tuple[str, str]]:
    """Terms that every paragraph with the string must hold, beside its runs of two characters and more."""
    pieces = set()
    for at, character in enumerate(_LONGER_RUN.sub(_blank, needle)):
        if is_cjk(character):
            if at + 1 < len(needle) and is_cjk(needle[at + 1]):
                pieces.add((fields.BIGRAMS, needle[at : at + 2]))
            elif not (at and is_cjk(needle[at - 1])):
                pieces.add((fields.CHARACTERS, character))
        elif character != " ":
            pieces.add((fields.CHARACTERS, character))
    return pieces


def _blank(run: re.Match[str]) -> str:
    return " " * len(run[0])
