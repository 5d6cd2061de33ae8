"""Literal matching: exactly the paragraphs whose folded text contains a folded string.

The index narrows the string down to candidates: every pair of neighbouring CJK characters must be there as a bigram,
every Latin or number run as (part of) a term, every other character as a character. Some of these prove a match by
themselves; the rest is checked against the stored text, which nothing can fool.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from searchidx.analyzer import is_cjk
from searchidx.errors import QueryError
from searchidx.fold import fold
from searchidx.local.lookup import read_forms, sorted_sets
from searchidx.local.lookup.haystack import Haystack, folded_texts
from searchidx.local.lookup.marked_paragraphs import with_record_id
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot

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


class Reading(NamedTuple):
    """Paragraphs that contain a string, as far as there was time to read.

    Attributes:
        paragraphs: Those that contain it for certain, ascending.
        unread: Those behind where reading stopped that may contain it, ascending.
    """

    paragraphs: Numbers
    unread: Numbers

    def mask(self, size: int, *, most: bool) -> Mask:
        """Return the mask over ``size`` paragraphs of those that contain it or, with ``most``, may contain it."""
        mask = np.zeros(size, bool)
        mask[self.paragraphs] = True
        if most:
            mask[self.unread] = True
        return mask


def candidates(snapshot: Snapshot, needle: str) -> Candidates:
    """Narrow a folded, non-empty string down to the paragraphs that may contain it."""
    if len(needle) == 1:
        return Candidates(snapshot.postings(schema.CHARACTERS, needle).paragraphs, _NONE)
    if len(needle) == 2 and is_cjk(needle[0]) and is_cjk(needle[1]):
        return Candidates(snapshot.postings(schema.BIGRAMS, needle).paragraphs, _NONE)
    if _RUN.fullmatch(needle):
        proven = _holding_run(snapshot, needle)
        long = _narrow_characters(
            snapshot, needle, snapshot.postings(schema.WORDS, schema.LONG_RUN).paragraphs
        )
        return Candidates(proven, sorted_sets.without(long, proven))
    possible = _narrow(snapshot, needle)
    # A word of the dictionary that was cut out of a text stands in that text.
    proven = snapshot.postings(schema.WORDS, needle).paragraphs
    return Candidates(proven, sorted_sets.without(possible, proven))


def both(one: Candidates, other: Candidates) -> Candidates:
    """What is known of two strings together."""
    proven = sorted_sets.common(one.proven, other.proven)
    maybe = sorted_sets.common(sorted_sets.union(*one), sorted_sets.union(*other))
    return Candidates(proven, sorted_sets.without(maybe, proven))


def matching(snapshot: Snapshot, needle: str) -> Numbers:
    """All paragraphs that contain a folded, non-empty string, ascending."""
    proven, possible = candidates(snapshot, needle)
    checked = possible[contains(snapshot, [needle], possible)]
    return np.sort(np.concatenate([proven, checked])) if len(checked) else proven


def or_by_id(snapshot: Snapshot, needle: str, candidates: Candidates) -> Candidates:
    """Add the records whose id a folded string is to the paragraphs whose text may contain it."""
    with_id = with_record_id(snapshot, needle)
    if not len(with_id):
        return candidates
    proven = sorted_sets.union(candidates.proven, with_id)
    return Candidates(proven, sorted_sets.without(candidates.possible, proven))


def reading(snapshot: Snapshot, needle: str) -> Reading:
    """Read which paragraphs contain a folded, non-empty string or have it as their id; not to be changed."""

    def read() -> Reading:
        proven, possible = or_by_id(snapshot, needle, candidates(snapshot, needle))
        checked = verified(snapshot, [needle], possible)
        paragraphs = possible[: len(checked)][checked]
        together = np.sort(np.concatenate([proven, paragraphs])) if len(paragraphs) else proven
        return Reading(together, possible[len(checked) :])

    return read_once(snapshot, ("literal", needle), read)


def read_once(snapshot: Snapshot, key: tuple[str, ...], read: Callable[[], Reading]) -> Reading:
    """Return what was read before under a key, or read it; what is read to its end serves later questions too."""
    paragraphs = snapshot.from_cache(key)
    if paragraphs is not None:
        return Reading(paragraphs, _NONE)
    partial: Reading | None = snapshot.budget.partial_results.get(key)
    if partial is not None:
        return partial
    result = snapshot.budget.share(read)
    if len(result.unread):
        snapshot.budget.partial_results[key] = result
    else:
        snapshot.cached(key, lambda: result.paragraphs)
    return result


def occurs(snapshot: Snapshot, needle: str) -> bool:
    """Return whether any paragraph contains a folded, non-empty string, or may: no more is read than the first that does."""
    matches = snapshot.from_cache(("literal", needle))
    if matches is not None:
        return bool(len(matches))

    def read() -> Reading:
        proven, possible = candidates(snapshot, needle)
        return Reading(proven[:1], _NONE) if len(proven) else _first(snapshot, needle, possible)

    return any(map(len, read_once(snapshot, ("occurs", needle), read)))


def _first(snapshot: Snapshot, needle: str, possible: Numbers) -> Reading:
    """Read until the first paragraph that contains a string."""
    start, length = 0, _FEW  # chunks grow: a common string is in the first, a rare one is read in few
    while start < len(possible):
        chunk = possible[start : start + length]
        checked = verified(snapshot, [needle], chunk)
        if checked.any() or len(checked) < len(chunk):
            matches = chunk[: len(checked)][checked][:1]
            return Reading(matches, _NONE if len(matches) else possible[start + len(checked) :])
        start, length = start + length, min(2 * length, READ)
    return Reading(_NONE, _NONE)


def contains_once(snapshot: Snapshot, needles: list[str], paragraphs: Numbers) -> Mask:
    """Mask of the paragraphs that contain all strings; those that there is no time for are not among them."""
    known = snapshot.from_cache(("literal", needles[0])) if len(needles) == 1 else None
    if known is not None:
        return sorted_sets.are_in(paragraphs, known)
    checked = verified(snapshot, needles, paragraphs)
    return np.concatenate([checked, np.zeros(len(paragraphs) - len(checked), bool)])


def contains(snapshot: Snapshot, needles: list[str], paragraphs: Numbers) -> Mask:
    """Which paragraphs, given in ascending order, contain all the folded strings: read and seen."""
    held = [np.zeros(0, bool)]
    for start in range(0, len(paragraphs), READ):
        snapshot.budget.check()
        held.append(_contained(snapshot, needles, paragraphs[start : start + READ]))
    return np.concatenate(held)


def verified(snapshot: Snapshot, needles: list[str], paragraphs: Numbers) -> Mask:
    """Mask of the paragraphs that contain all the folded strings, of as many from the first on as there is time to read."""
    masks = [np.zeros(0, bool)]
    for start in range(0, len(paragraphs), READ):
        if not snapshot.budget.may_read():
            break
        try:
            masks.append(_contained(snapshot, needles, paragraphs[start : start + READ]))
        except QueryError:  # time ran out among many strings: of these paragraphs nothing is known
            snapshot.budget.stop()
            break
    return np.concatenate(masks)


def contains_unjoined(snapshot: Snapshot, needles: list[str], paragraphs: Numbers) -> Mask:
    """Return which paragraphs contain all the folded strings with nothing visible passed over."""
    held = [np.zeros(0, bool)]
    for start in range(0, len(paragraphs), READ):
        snapshot.budget.check()
        part = paragraphs[start : start + READ]
        texts = snapshot.texts(part)
        for position, form in read_forms.forms(snapshot, part).items():
            texts[position] = form.composed
        held.append(np.array([all(needle in text for needle in needles) for text in map(fold, texts)], bool))
    return np.concatenate(held)


def _contained(snapshot: Snapshot, needles: list[str], paragraphs: Numbers) -> Mask:
    haystack = folded_texts(snapshot, paragraphs)
    held = np.ones(len(haystack.owners), bool)
    size = len(paragraphs)
    for needle in dict.fromkeys(needles):
        snapshot.budget.check()
        held &= _texts_with(haystack, needle)
    contained = held[:size]
    contained[haystack.owners[size:]] |= held[size:]
    return contained


def _texts_with(haystack: Haystack, needle: str) -> Mask:
    """Return which texts contain a string."""
    text, starts, _ = haystack
    matches = np.zeros(len(starts) - 1, bool)
    offset = text.find(needle)
    while offset >= 0:
        number = int(np.searchsorted(starts, offset, side="right")) - 1
        matches[number] = True
        offset = text.find(needle, int(starts[number + 1]))
    return matches


def _holding_run(snapshot: Snapshot, run: str) -> Numbers:
    """Paragraphs with a Latin or number run that contains ``run``.

    Every such run is a term as a whole, it begins with a character that is not CJK, and every term of the words stands
    in its text. Two ranges of terms hold all of these.
    """
    needle = run.encode()

    def find() -> Numbers:
        below, above = (snapshot.paragraphs_of_terms(schema.WORDS, needle, *span) for span in _RUN_SPANS)
        return sorted_sets.union(below, above)

    return snapshot.cached(("run", run), find)


def _narrow(snapshot: Snapshot, needle: str) -> Numbers:
    kept: Numbers | None = None
    for _, piece in sorted((snapshot.document_frequency(*piece), piece) for piece in _pieces(needle)):
        if kept is not None and len(kept) <= _FEW:
            return kept
        held = snapshot.postings(*piece).paragraphs
        kept = held if kept is None else sorted_sets.common(kept, held)
    long = snapshot.postings(schema.WORDS, schema.LONG_RUN).paragraphs
    for run in sorted(set(_LONGER_RUN.findall(needle)), key=len, reverse=True):
        if kept is not None and len(kept) <= _FEW:
            return kept
        held = sorted_sets.union(_holding_run(snapshot, run), long)
        kept = held if kept is None else sorted_sets.common(kept, held)
    return _NONE if kept is None else kept


def _narrow_characters(snapshot: Snapshot, needle: str, kept: Numbers) -> Numbers:
    for character in sorted(set(needle)):
        if len(kept) <= _FEW:
            break
        kept = sorted_sets.common(kept, snapshot.postings(schema.CHARACTERS, character).paragraphs)
    return kept


def _pieces(needle: str) -> set[tuple[str, str]]:
    """Terms that every paragraph with the string must hold, beside its runs of two characters and more."""
    pieces = set()
    for at, character in enumerate(_LONGER_RUN.sub(_blank, needle)):
        if is_cjk(character):
            if at + 1 < len(needle) and is_cjk(needle[at + 1]):
                pieces.add((schema.BIGRAMS, needle[at : at + 2]))
            elif not (at and is_cjk(needle[at - 1])):
                pieces.add((schema.CHARACTERS, character))
        elif character != " ":
            pieces.add((schema.CHARACTERS, character))
    return pieces


def _blank(run: re.Match[str]) -> str:
    return " " * len(run[0])
