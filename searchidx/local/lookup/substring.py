"""Substring search: exactly the paragraphs whose folded text contains a folded string.

The index narrows the string down to candidates: every pair of neighbouring CJK characters must be there as a bigram, every
Latin or number run as a term or a part of one, every other character as a character. Some of these prove a match by
themselves; the other candidates are verified in the stored text.
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
from searchidx.runs.whole_numbers import is_read_otherwise, is_whole

BATCH_SIZE = 2048
"""Number of paragraphs that are read together, which bounds the memory."""
_MAX_UNNARROWED = 64  # candidates that are read sooner than narrowed down further
_RUN = re.compile(r"[0-9a-z]+")
_LONGER_RUN = re.compile(r"[0-9a-z]{2,}")
_RUN_SPANS = ((b"0", "\u2e80".encode()), ("\ua000".encode(), b"\xff"))


class Candidates(NamedTuple):
    """Candidates for a string, by the index alone.

    Attributes:
        proven: Paragraphs that contain it for certain, ascending.
        possible: Paragraphs whose text must be read, ascending; none of them is proven.
    """

    proven: Numbers
    possible: Numbers


_NONE = np.zeros(0, np.int64)


class Reading(NamedTuple):
    """Paragraphs that contain a string, as far as the budget allowed to read.

    Attributes:
        paragraphs: Paragraphs that contain it for certain, ascending.
        unread: Candidates that were not read, ascending.
    """

    paragraphs: Numbers
    unread: Numbers

    def mask(self, size: int, *, include_unread: bool) -> Mask:
        """Return the mask over ``size`` paragraphs of those that contain the string, or may."""
        mask = np.zeros(size, bool)
        mask[self.paragraphs] = True
        if include_unread:
            mask[self.unread] = True
        return mask


def candidates(snapshot: Snapshot, needle: str) -> Candidates:
    """Return the candidates for a folded, non-empty string."""
    if len(needle) == 1:
        return Candidates(snapshot.postings(schema.CHARACTERS, needle).paragraphs, _NONE)
    if len(needle) == 2 and is_cjk(needle[0]) and is_cjk(needle[1]):
        return Candidates(snapshot.postings(schema.BIGRAMS, needle).paragraphs, _NONE)
    if _RUN.fullmatch(needle):
        proven = _containing_run(snapshot, needle)
        long = _narrow_characters(
            snapshot, needle, snapshot.postings(schema.WORDS, schema.LONG_RUN).paragraphs
        )
        return Candidates(proven, sorted_sets.without(long, proven))
    possible = _narrow(snapshot, needle)
    # A text contains every word that it was tokenized into.
    proven = snapshot.postings(schema.WORDS, needle).paragraphs
    return Candidates(proven, sorted_sets.without(possible, proven))


def both(one: Candidates, other: Candidates) -> Candidates:
    """Return the candidates for two strings together."""
    proven = sorted_sets.common(one.proven, other.proven)
    all_candidates = sorted_sets.common(sorted_sets.union(*one), sorted_sets.union(*other))
    return Candidates(proven, sorted_sets.without(all_candidates, proven))


def matching(snapshot: Snapshot, needle: str) -> Numbers:
    """Return all paragraphs that contain a folded, non-empty string, ascending."""
    proven, possible = candidates(snapshot, needle)
    matches = possible[contains(snapshot, [needle], possible)]
    return np.sort(np.concatenate([proven, matches])) if len(matches) else proven


def or_by_id(snapshot: Snapshot, needle: str, candidates: Candidates) -> Candidates:
    """Add the records with a folded string as their id to the candidates for it."""
    with_id = with_record_id(snapshot, needle)
    if not len(with_id):
        return candidates
    proven = sorted_sets.union(candidates.proven, with_id)
    return Candidates(proven, sorted_sets.without(candidates.possible, proven))


def reading(snapshot: Snapshot, needle: str) -> Reading:
    """Return the paragraphs that contain a folded, non-empty string or have it as their id; cached, not to be changed."""

    def read() -> Reading:
        proven, possible = or_by_id(snapshot, needle, candidates(snapshot, needle))
        mask = verified(snapshot, [needle], possible)
        matches = possible[: len(mask)][mask]
        paragraphs = np.sort(np.concatenate([proven, matches])) if len(matches) else proven
        return Reading(paragraphs, possible[len(mask) :])

    return read_once(snapshot, ("literal", needle), read)


def read_once(snapshot: Snapshot, key: tuple[str, ...], read: Callable[[], Reading]) -> Reading:
    """Return the reading cached under a key, or read it; a complete one serves later queries too."""
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
    """Return true if any paragraph contains a folded, non-empty string, or may; reading stops at the first."""
    matches = snapshot.from_cache(("literal", needle))
    if matches is not None:
        return bool(len(matches))

    def read() -> Reading:
        proven, possible = candidates(snapshot, needle)
        return Reading(proven[:1], _NONE) if len(proven) else _first(snapshot, needle, possible)

    return any(map(len, read_once(snapshot, ("occurs", needle), read)))


def _first(snapshot: Snapshot, needle: str, possible: Numbers) -> Reading:
    """Read possible paragraphs until the first that contains a string."""
    # Chunks grow: a common string is in the first one, and a rare one takes few.
    start, length = 0, _MAX_UNNARROWED
    while start < len(possible):
        chunk = possible[start : start + length]
        mask = verified(snapshot, [needle], chunk)
        if mask.any() or len(mask) < len(chunk):
            matches = chunk[: len(mask)][mask][:1]
            return Reading(matches, _NONE if len(matches) else possible[start + len(mask) :])
        start, length = start + length, min(2 * length, BATCH_SIZE)
    return Reading(_NONE, _NONE)


def contains_once(snapshot: Snapshot, needles: list[str], paragraphs: Numbers) -> Mask:
    """Return the mask of the paragraphs that contain all strings; unread ones do not count."""
    cached = snapshot.from_cache(("literal", needles[0])) if len(needles) == 1 else None
    if cached is not None:
        return sorted_sets.are_in(paragraphs, cached)
    mask = verified(snapshot, needles, paragraphs)
    return np.concatenate([mask, np.zeros(len(paragraphs) - len(mask), bool)])


def contains(snapshot: Snapshot, needles: list[str], paragraphs: Numbers) -> Mask:
    """Return the mask of the paragraphs, ascending, whose texts contain all folded strings.

    Raises:
        QueryError: The budget is used up.
    """
    masks = [np.zeros(0, bool)]
    for start in range(0, len(paragraphs), BATCH_SIZE):
        snapshot.budget.check()
        masks.append(_contain_all(snapshot, needles, paragraphs[start : start + BATCH_SIZE]))
    return np.concatenate(masks)


def verified(
    snapshot: Snapshot, needles: list[str], paragraphs: Numbers, *, whole_numbers: bool = False
) -> Mask:
    """Return the mask of the paragraphs that contain all folded strings, as long as the budget allows to read."""
    masks = [np.zeros(0, bool)]
    for start in range(0, len(paragraphs), BATCH_SIZE):
        if not snapshot.budget.may_read():
            break
        try:
            batch = paragraphs[start : start + BATCH_SIZE]
            masks.append(_contain_all(snapshot, needles, batch, whole_numbers=whole_numbers))
        except QueryError:  # amid many strings: nothing is known of this batch
            snapshot.budget.stop()
            break
    return np.concatenate(masks)


def verified_whole(snapshot: Snapshot, needles: list[str], paragraphs: Numbers) -> Mask:
    """Return the same for strings with whole numbers at their edges, and for ids of records."""
    return verified(snapshot, needles, paragraphs, whole_numbers=True)


def verified_otherwise(snapshot: Snapshot, terms: list[str], paragraphs: Numbers) -> Mask:
    """Return the mask of the paragraphs that contain the numbers and dates of terms, each whole and in any form."""
    masks = [np.zeros(0, bool)]
    for start in range(0, len(paragraphs), BATCH_SIZE):
        if not snapshot.budget.may_read():
            break
        haystack = folded_texts(snapshot, paragraphs[start : start + BATCH_SIZE])
        mask = np.zeros(haystack.size, bool)
        for owner, text in zip(haystack.owners.tolist(), haystack.parts(), strict=True):
            mask[owner] |= is_read_otherwise(text, terms)
        masks.append(mask)
    return np.concatenate(masks)


def contains_contiguously(snapshot: Snapshot, needles: list[str], paragraphs: Numbers) -> Mask:
    """Return the mask of the paragraphs that contain all folded strings with nothing visible passed over."""
    masks = [np.zeros(0, bool)]
    for start in range(0, len(paragraphs), BATCH_SIZE):
        snapshot.budget.check()
        batch = paragraphs[start : start + BATCH_SIZE]
        texts = snapshot.texts(batch)
        for position, form in read_forms.forms(snapshot, batch).items():
            texts[position] = form.composed
        folded = map(fold, texts)
        masks.append(np.array([all(needle in text for needle in needles) for text in folded], bool))
    return np.concatenate(masks)


def _contain_all(
    snapshot: Snapshot, needles: list[str], paragraphs: Numbers, *, whole_numbers: bool = False
) -> Mask:
    haystack = folded_texts(snapshot, paragraphs)
    mask = np.ones(len(haystack.owners), bool)
    size = len(paragraphs)
    for needle in dict.fromkeys(needles):
        snapshot.budget.check()
        containing = _texts_with(haystack, needle, whole_numbers=whole_numbers)
        if whole_numbers:
            has_id = sorted_sets.are_in(paragraphs, with_record_id(snapshot, needle))
            containing |= has_id[haystack.owners]
        mask &= containing
    of_paragraphs = mask[:size]
    of_paragraphs[haystack.owners[size:]] |= mask[size:]
    return of_paragraphs


def _texts_with(haystack: Haystack, needle: str, *, whole_numbers: bool) -> Mask:
    """Return the mask of the texts that contain a string, with ``whole_numbers`` so that no number at its edges goes on."""
    text, starts, _ = haystack
    mask = np.zeros(len(starts) - 1, bool)
    offset = text.find(needle)
    while offset >= 0:
        if whole_numbers and not is_whole(text, offset, offset + len(needle)):
            offset = text.find(needle, offset + 1)
            continue
        number = int(np.searchsorted(starts, offset, side="right")) - 1
        mask[number] = True
        offset = text.find(needle, int(starts[number + 1]))
    return mask


def _containing_run(snapshot: Snapshot, run: str) -> Numbers:
    """Return the paragraphs with a Latin or number run that contains ``run``.

    Every such run is a term as a whole and begins with a character that is not CJK, and a text contains all its word terms:
    two ranges of terms cover them.
    """
    needle = run.encode()

    def find() -> Numbers:
        below, above = (snapshot.paragraphs_of_terms(schema.WORDS, needle, *span) for span in _RUN_SPANS)
        return sorted_sets.union(below, above)

    return snapshot.cached(("run", run), find)


def _narrow(snapshot: Snapshot, needle: str) -> Numbers:
    """Return the paragraphs with the terms of a string, the rarest terms first, until few are left."""
    candidates: Numbers | None = None
    for _, piece in sorted((snapshot.document_frequency(*piece), piece) for piece in _pieces(needle)):
        if candidates is not None and len(candidates) <= _MAX_UNNARROWED:
            return candidates
        paragraphs = snapshot.postings(*piece).paragraphs
        candidates = paragraphs if candidates is None else sorted_sets.common(candidates, paragraphs)
    with_long_runs = snapshot.postings(schema.WORDS, schema.LONG_RUN).paragraphs
    for run in sorted(set(_LONGER_RUN.findall(needle)), key=len, reverse=True):
        if candidates is not None and len(candidates) <= _MAX_UNNARROWED:
            return candidates
        paragraphs = sorted_sets.union(_containing_run(snapshot, run), with_long_runs)
        candidates = paragraphs if candidates is None else sorted_sets.common(candidates, paragraphs)
    return _NONE if candidates is None else candidates


def _narrow_characters(snapshot: Snapshot, needle: str, candidates: Numbers) -> Numbers:
    """Return the candidates with all characters of a string, until few are left."""
    for character in sorted(set(needle)):
        if len(candidates) <= _MAX_UNNARROWED:
            break
        paragraphs = snapshot.postings(schema.CHARACTERS, character).paragraphs
        candidates = sorted_sets.common(candidates, paragraphs)
    return candidates


def _pieces(needle: str) -> set[tuple[str, str]]:
    """Return the fields and terms that every paragraph with a string has, its runs of several characters aside."""
    pieces = set()
    for start, character in enumerate(_LONGER_RUN.sub(_blank, needle)):
        if is_cjk(character):
            if start + 1 < len(needle) and is_cjk(needle[start + 1]):
                pieces.add((schema.BIGRAMS, needle[start : start + 2]))
            elif not (start and is_cjk(needle[start - 1])):
                pieces.add((schema.CHARACTERS, character))
        elif character != " ":
            pieces.add((schema.CHARACTERS, character))
    return pieces


def _blank(run: re.Match[str]) -> str:
    return " " * len(run[0])
