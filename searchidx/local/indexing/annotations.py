"""What the paragraphs of a segment mention, and how they are written: a term table beside the fields.

It is kept like the postings of a field, so merges and deletions are those of any field, but nothing of it is scored: no
lengths belong to it. What its terms are is for :mod:`searchidx.mentions`, :data:`~searchidx.local.segment.schema.WRITTEN`,
:data:`~searchidx.local.segment.schema.TRADITIONAL` and :mod:`searchidx.local.lookup.record_ids`.

Numerals are found in all texts at once; only where something tells that one may be a date or an amount is it read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.fold import fold
from searchidx.fold.bulk import text_of
from searchidx.fold.forms import variant_characters
from searchidx.local.format import postings, term_dictionary
from searchidx.local.format.postings import Postings
from searchidx.local.indexing.inverter import Folded, Readings
from searchidx.local.segment.schema import (
    BREAK,
    MENTIONS,
    OVERLAPPING,
    RECORD_ID,
    SPACE,
    TRADITIONAL,
    WRITTEN,
    cjk_table,
    fits,
)
from searchidx.mentions import mentions_at
from searchidx.mentions.amounts import MEASURES, MONEY
from searchidx.mentions.terms import DOCUMENT_DATE_KINDS, Date, date_term
from searchidx.runs.numerals import ARABIC, HAN

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_READ = 1 << 20  # characters looked through together, about
_SHARE = 10
_ARABIC, _HAN = 1, 2
_TELLING = (
    "%-./~,"  # what may follow digits, beside CJK characters, where they are part of a date or an amount
)
_YEAR, _THOUSAND = 4, 3  # digits
_COMPACT = 8  # digits of 20230420


def arrays(
    folded: Folded,
    readings: Readings,
    dates: Sequence[str | None],
    ids: Sequence[str | None],
    overlapping: Iterable[int] = (),
) -> dict[str, NDArray[Any]]:
    """Lay out the table for a batch of paragraphs.

    Args:
        folded: The paragraphs.
        readings: Their reading forms.
        dates: Of each paragraph or its document.
        ids: Of the record of each paragraph.
        overlapping: Numbers of the paragraphs that begin with the end of the one before.
    """
    overlaps = ((OVERLAPPING, number) for number in overlapping)
    return _laid_out(sorted({*found(folded, dates), *_read_forms(readings, dates), *_ids(ids), *overlaps}))


def _read_forms(readings: Readings, dates: Sequence[str | None]) -> Iterator[tuple[str, int]]:
    """Yield the terms of reading forms."""
    owners = readings.owners.tolist()
    for term, number in found(readings.folded, [dates[owner] for owner in owners]):
        yield term, owners[number]


def found(folded: Folded, dates: Sequence[str | None]) -> set[tuple[str, int]]:
    """Return the terms of a batch of paragraphs, each with the number of a paragraph; arguments as for :func:`arrays`."""
    known = {written: _date(written) for written in set(dates)}
    own = [known[written] for written in dates]
    noted = {(date_term(date, DOCUMENT_DATE_KINDS), number) for number, date in enumerate(own) if date}
    for start, end in _pieces(folded.codes):
        noted.update(_read(folded.codes[start:end], folded.paragraph[start:end], own))
    noted.update(_forms(folded))
    return noted


def _ids(ids: Sequence[str | None]) -> Iterator[tuple[str, int]]:
    for number, key in enumerate(ids):
        if key and (term := id_term(key)):
            yield term, number


def id_term(key: str) -> str | None:
    """Return the term of a record's id, or None if it is blank or too long for one."""
    folded = fold(key).strip()
    term = RECORD_ID + folded
    return term if folded and fits(term) else None


def _laid_out(noted: list[tuple[str, int]]) -> dict[str, NDArray[Any]]:
    """Lay out terms and the paragraphs that have them, given in order."""
    counts: dict[str, int] = {}
    for term, _ in noted:
        counts[term] = counts.get(term, 0) + 1
    paragraphs = np.fromiter((number for _, number in noted), np.int32, len(noted))
    lists = Postings(paragraphs, np.ones(len(noted), np.int32))
    encoded = postings.encode(lists, np.fromiter(counts.values(), np.int64, len(counts)))
    return term_dictionary.arrays(
        MENTIONS,
        term_dictionary.vocabulary([term.encode("utf-8", "surrogatepass") for term in counts]),
        encoded,
    )


def _date(written: str | None) -> Date | None:
    match = _DATE.fullmatch(written or "")
    return Date(*(int(part or 0) for part in match.groups())) if match else None


def _pieces(codes: NDArray[np.uint32]) -> Iterator[tuple[int, int]]:
    """Cut a batch between paragraphs."""
    breaks = np.flatnonzero(codes == BREAK)
    start = 0
    while start < len(codes):
        at = int(np.searchsorted(breaks, start + _READ))
        end = int(breaks[at]) if at < len(breaks) else len(codes)
        yield start, end
        start = end + 1


def _read(
    codes: NDArray[np.uint32], owners: NDArray[np.uint32], dates: Sequence[Date | None]
) -> Iterator[tuple[str, int]]:
    """What a piece mentions: terms and paragraphs."""
    text = text_of(codes)
    end = 0
    places = _places(codes)
    for at, owner in zip(places.tolist(), owners[places].tolist(), strict=True):
        if at >= end:
            date = dates[owner]
            mentioned, end = mentions_at(text, at, date.year if date else None)
            for term in mentioned:
                yield term, owner


def _places(codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Where numerals begin that may be (in) a date or an amount: nearly all others are told by what follows them."""
    padded = np.concatenate([[BREAK], codes, [BREAK] * 4]).astype(np.uint32)
    kinds = _kinds()[padded]
    numeral = kinds > 0
    first = np.flatnonzero(numeral[1:] & ~numeral[:-1]) + 1
    last = np.flatnonzero(numeral[:-1] & ~numeral[1:])
    place = last + 1
    place[padded[place] == SPACE] += 1
    following = padded[place]
    length = last - first + 1
    han = np.cumsum(kinds == _HAN, dtype=np.int32)
    counted = _counted()[following] | (han[last] > han[first])  # 290亿 is one run
    compact = (length == _COMPACT) & (padded[first] <= ord("2"))
    arabic = counted | compact | _money()[padded[first - 1]]
    joined = np.flatnonzero(_joining()[following] & ~arabic)
    arabic[joined[_leads_on(padded, numeral, place[joined], length, counted, following, joined)]] = True
    ten = (padded[first] == ord("十")) & _counted()[following]
    kept = np.where(kinds[first] == _HAN, (length > 1) | _telling()[following] | ten, arabic)
    places: NDArray[np.int64] = first[kept] - 1
    return places


def _leads_on(
    padded: NDArray[np.uint32],
    numeral: NDArray[np.bool_],
    place: NDArray[np.int64],
    length: NDArray[np.int64],
    counted: NDArray[np.bool_],
    following: NDArray[np.uint32],
    joined: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Whether what stands after digits and a joining sign makes both a date or an amount."""
    beyond = np.where(padded[place + 1] == SPACE, place + 2, place + 1)
    sign = padded[place]
    after = np.minimum(joined + 1, len(length) - 1)
    year = length[joined] == _YEAR
    # 1.5-2万 goes on with a dash, 5-10.5% and 5-1,280 with a dot or comma; 1.2.3 is none.
    dashed, marked = (
        np.isin(following[after], (ord("-"), ord("~"))),
        np.isin(following[after], (ord("."), ord(","))),
    )
    amount = counted[after] | np.where(sign == ord("."), dashed, marked)
    thousands = (length[after] == _THOUSAND) | counted[after]
    told = np.where(sign == ord("/"), year, np.where(sign == ord(","), thousands, year | amount))
    leads: NDArray[np.bool_] = numeral[beyond] & told
    return leads


@cache
def _kinds() -> NDArray[np.uint8]:
    return _lookup(ARABIC, _ARABIC) | _lookup(HAN, _HAN)


@cache
def _counted() -> NDArray[np.bool_]:
    """What follows digits that are a date or an amount."""
    return _lookup(MEASURES | frozenset("年月号%余多几来至到、和及与十百千万亿"), 1).astype(bool)


@cache
def _joining() -> NDArray[np.bool_]:
    """What joins digits to others of the same date or amount, when these follow directly."""
    return _lookup("-./~,", 1).astype(bool)


@cache
def _telling() -> NDArray[np.bool_]:
    """What follows a single Chinese numeral that is read: 四月, 百分之, 二点五亿, 十日."""
    return _lookup("月分点", 1).astype(bool)


@cache
def _money() -> NDArray[np.bool_]:
    return _lookup(MONEY, 1).astype(bool)


def _lookup(characters: Iterable[str], value: int) -> NDArray[np.uint8]:
    lookup = np.zeros(0x110000, np.uint8)
    lookup[[ord(char) for char in characters]] = value
    return lookup


def _forms(folded: Folded) -> Iterator[tuple[str, int]]:
    """Which paragraphs are written in other forms than those they fold to: terms and paragraphs."""
    other = _variants()[folded.before]
    owners = folded.paragraph[folded.changed]
    yield from ((WRITTEN, number) for number in np.unique(owners[other]).tolist())
    before = cjk_table()[folded.before]
    others = np.bincount(owners[other & before], minlength=folded.size)
    suspects = np.flatnonzero(others)
    if len(suspects):
        # Ideographs as they were before: what folding made one or made of one is counted the other way round.
        ideographs = np.bincount(folded.paragraph[folded.cjk], minlength=folded.size)
        ideographs -= np.bincount(owners[folded.cjk[folded.changed]], minlength=folded.size)
        ideographs += np.bincount(owners[before], minlength=folded.size)
        chosen = suspects[others[suspects] * _SHARE >= ideographs[suspects]]
        yield from ((TRADITIONAL, number) for number in chosen.tolist())


@cache
def _variants() -> NDArray[np.bool_]:
    lookup = np.zeros(0x110000, bool)
    lookup[[ord(char) for char in variant_characters()]] = True
    return lookup
