"""Which paragraphs mention a date or an amount, have a date, or are in a language: ``in:``, ``num:``, ``date:``, ``lang:``.

The first three are ranges of the terms that :mod:`searchidx.local.indexing.annotations` wrote; the last counts letters by their postings.
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

LATIN = ("a", "{")
KANA = ("\u3041", "\u3100")
HANGUL = ("\uac00", "\ud7a4")
OTHER_SCRIPTS = ("\u0370", "\u1e00")
"""First character of a range and the one after its last."""

_SHARE = 10  # of a text's characters, one in so many is in a script that tells its language


def mask(snapshot: Snapshot, wanted: Filter) -> Mask:
    """Which paragraphs, deleted ones too, one of these filters lets through."""
    if wanted.field == "lang":
        return _by_language(snapshot, parse_language(wanted.value))
    return holding(snapshot, ranges_of(wanted))


def ranges_of(wanted: Filter) -> Iterable[TermRange]:
    """The terms that a filter by dates or amounts lets through; none if its value is neither."""
    if wanted.field == "num":
        numbers = parse_amounts(wanted.value)
        return numbers.ranges() if numbers else ()
    days = parse_dates(wanted.value)
    return days.ranges(DOCUMENT_DATE_KINDS if wanted.field == "date" else MENTION_KINDS) if days else ()


def holding(snapshot: Snapshot, ranges: Iterable[TermRange]) -> Mask:
    """Which paragraphs, deleted ones too, mention something of any of the ranges of terms."""
    held = np.zeros(snapshot.size, bool)
    wanted = list(ranges)
    for base, part in zip(snapshot.bases, snapshot.segments, strict=False):
        table = part.table(MENTIONS)
        for start, end, needle in wanted:
            snapshot.budget.check()
            first, last = table.lower_bound(start), table.lower_bound(end)
            if needle:
                paragraphs = table.paragraphs_of_containing(needle, first, last)
            else:
                paragraphs = table.postings_of_range(first, last)[0].paragraphs
            if int(paragraphs.max(initial=0)) >= max(part.count, 1):
                raise table.corrupt("a posting is beyond the last paragraph")
            held[paragraphs + base] = True
    return held


def _by_language(snapshot: Snapshot, language: str | None) -> Mask:
    """The language of a paragraph by its letters: kana is Japanese, hangul Korean, other ideographs are Chinese."""
    lengths = [part.lengths(CHARACTERS) for part in snapshot.segments]
    ideographs = np.concatenate([np.zeros(0, np.int64), *lengths])
    kana = _share(snapshot, KANA, ideographs)
    hangul = _share(snapshot, HANGUL, ideographs)
    chinese = (ideographs > 0) & ~kana & ~hangul
    traditional = chinese & holding(snapshot, [TermRange(TRADITIONAL.encode(), TRADITIONAL.encode() + b"\0")])
    found: dict[str, Mask] = {
        "zh": chinese,
        "ja": kana,
        "ko": hangul,
        "zh-hant": traditional,
        "zh-hans": chinese & ~traditional,
        "en": _in_latin(snapshot) & (ideographs == 0),
    }
    return found.get(language or "", np.zeros(snapshot.size, bool))


def _in_latin(snapshot: Snapshot) -> Mask:
    """Where there are Latin letters, and none of other scripts."""
    latin: Mask = (_counted(snapshot, LATIN) > 0) & (_counted(snapshot, OTHER_SCRIPTS) == 0)
    return latin


def _share(snapshot: Snapshot, letters: tuple[str, str], ideographs: NDArray[np.int64]) -> Mask:
    """Where letters of a range are a tenth of all CJK characters at least."""
    counted = _counted(snapshot, letters)
    shared: Mask = (counted > 0) & (counted * _SHARE >= ideographs)
    return shared


def _counted(snapshot: Snapshot, letters: tuple[str, str]) -> NDArray[np.int64]:
    """How many characters of a range each paragraph has."""
    total = np.zeros(snapshot.size, np.int64)
    start, end = (letter.encode() for letter in letters)
    for base, part in zip(snapshot.bases, snapshot.segments, strict=False):
        snapshot.budget.check()
        table = part.table(CHARACTERS)
        lists, _ = table.postings_of_range(table.lower_bound(start), table.lower_bound(end))
        if int(lists.paragraphs.max(initial=0)) >= max(part.count, 1):
            raise table.corrupt("a posting is beyond the last paragraph")
        counted = np.bincount(lists.paragraphs, weights=lists.frequencies, minlength=part.count)
        total[base : base + part.count] = counted.astype(np.int64)
    return total
