"""Filters by date, mention and language: ``date:``, ``in:``, ``num:``, ``lang:``.

The first three look up ranges of the terms written by :mod:`searchidx.local.indexing.annotations`; the last counts the
characters of each script by their postings.
"""

from collections.abc import Iterable

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.local.segment.schema import CHARACTERS, MENTIONS, TRADITIONAL
from searchidx.local.segment.snapshot import Mask, Snapshot
from searchidx.mentions.terms import DOCUMENT_DATE_KINDS, MENTION_KINDS, TermRange
from searchidx.query import Filter
from searchidx.query.value_ranges import parse_amounts, parse_dates
from searchidx.query.values import parse_language

_LATIN = ("a", "{")
_KANA = ("\u3041", "\u3100")
_HANGUL = ("\uac00", "\ud7a4")
_OTHER_SCRIPTS = ("\u0370", "\u1e00")
"""First character of a range and the one after its last."""

_SCRIPT_SHARE = 10  # one of so many CJK characters determines the language of a text


def mask(snapshot: Snapshot, query_filter: Filter) -> Mask:
    """Return the mask of the paragraphs, deleted ones too, that pass a filter."""
    if query_filter.field == "lang":
        return _by_language(snapshot, parse_language(query_filter.value))
    return _with_terms(snapshot, _term_ranges(query_filter))


def _term_ranges(query_filter: Filter) -> Iterable[TermRange]:
    """Return the ranges of terms that pass a filter by dates or amounts; none if its value is neither."""
    if query_filter.field == "num":
        numbers = parse_amounts(query_filter.value)
        return numbers.ranges() if numbers else ()
    days = parse_dates(query_filter.value)
    kinds = DOCUMENT_DATE_KINDS if query_filter.field == "date" else MENTION_KINDS
    return days.ranges(kinds) if days else ()


def _with_terms(snapshot: Snapshot, ranges: Iterable[TermRange]) -> Mask:
    """Return the mask of the paragraphs, deleted ones too, with a term of the mentions field in any of some ranges."""
    mask = np.zeros(snapshot.size, bool)
    term_ranges = list(ranges)
    for base, part in zip(snapshot.bases, snapshot.segments, strict=False):
        table = part.table(MENTIONS)
        for start, end, needle in term_ranges:
            snapshot.budget.check()
            first, last = table.lower_bound(start), table.lower_bound(end)
            if needle:
                paragraphs = table.paragraphs_of_containing(needle, first, last)
            else:
                paragraphs = table.postings_of_range(first, last)[0].paragraphs
            if int(paragraphs.max(initial=0)) >= max(part.count, 1):
                raise table.corrupt("a posting is beyond the last paragraph")
            mask[paragraphs + base] = True
    return mask


def _by_language(snapshot: Snapshot, language: str | None) -> Mask:
    """Return the mask of the paragraphs in a language: kana is Japanese, hangul Korean, other ideographs are Chinese."""
    lengths = [part.lengths(CHARACTERS) for part in snapshot.segments]
    cjk_counts = np.concatenate([np.zeros(0, np.int64), *lengths])
    japanese = _has_script(snapshot, _KANA, cjk_counts)
    korean = _has_script(snapshot, _HANGUL, cjk_counts)
    chinese = (cjk_counts > 0) & ~japanese & ~korean
    marker = TRADITIONAL.encode()
    traditional = chinese & _with_terms(snapshot, [TermRange(marker, marker + b"\0")])
    masks: dict[str, Mask] = {
        "zh": chinese,
        "ja": japanese,
        "ko": korean,
        "zh-hant": traditional,
        "zh-hans": chinese & ~traditional,
        "en": _is_latin(snapshot) & (cjk_counts == 0),
    }
    return masks.get(language or "", np.zeros(snapshot.size, bool))


def _is_latin(snapshot: Snapshot) -> Mask:
    """Return the mask of the paragraphs with Latin letters and none of other alphabets."""
    latin: Mask = (_counts(snapshot, _LATIN) > 0) & (_counts(snapshot, _OTHER_SCRIPTS) == 0)
    return latin


def _has_script(snapshot: Snapshot, letters: tuple[str, str], cjk_counts: NDArray[np.int64]) -> Mask:
    """Return the mask of the paragraphs in which a tenth of the CJK characters at least are in a range."""
    counts = _counts(snapshot, letters)
    mask: Mask = (counts > 0) & (counts * _SCRIPT_SHARE >= cjk_counts)
    return mask


def _counts(snapshot: Snapshot, letters: tuple[str, str]) -> NDArray[np.int64]:
    """Count the characters of a range in each paragraph."""
    total = np.zeros(snapshot.size, np.int64)
    start, end = (letter.encode() for letter in letters)
    for base, part in zip(snapshot.bases, snapshot.segments, strict=False):
        snapshot.budget.check()
        table = part.table(CHARACTERS)
        lists, _ = table.postings_of_range(table.lower_bound(start), table.lower_bound(end))
        if int(lists.paragraphs.max(initial=0)) >= max(part.count, 1):
            raise table.corrupt("a posting is beyond the last paragraph")
        counts = np.bincount(lists.paragraphs, weights=lists.frequencies, minlength=part.count)
        total[base : base + part.count] = counts.astype(np.int64)
    return total
