"""Mentions of the paragraphs of a segment, such as dates, amounts and kinds of script: a term dictionary beside the fields.

It is merged and deleted like the postings of a field, but never scored, and has no lengths. Its terms are defined by :mod:`searchidx.mentions`, :data:`~searchidx.local.segment.schema.WRITTEN`,
:data:`~searchidx.local.segment.schema.TRADITIONAL` and :mod:`searchidx.local.lookup.record_ids`.

Numerals are located in all texts at once; only those that may be part of a date or an amount are parsed.
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
from searchidx.local.indexing.inverter import FoldedBatch, ReadingForms
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
_MAX_PIECE_CHARACTERS = 1 << 20  # characters looked through together, about
_TRADITIONAL_SHARE = 10
_ARABIC, _HAN = 1, 2
_YEAR, _THOUSAND = 4, 3  # digits
_COMPACT_DATE = 8  # digits of 20230420


def mention_arrays(
    folded: FoldedBatch,
    readings: ReadingForms,
    dates: Sequence[str | None],
    ids: Sequence[str | None],
    overlapping: Iterable[int] = (),
) -> dict[str, NDArray[Any]]:
    """Return the arrays of the mentions of a batch of paragraphs.

    Args:
        folded: Folded paragraphs.
        readings: Their reading forms.
        dates: Date of each paragraph or its document.
        ids: Id of the record of each paragraph.
        overlapping: Numbers of the paragraphs that begin with the end of the previous one.
    """
    overlaps = ((OVERLAPPING, number) for number in overlapping)
    return _term_arrays(
        sorted({*mention_terms(folded, dates), *_reading_terms(readings, dates), *_id_terms(ids), *overlaps})
    )


def _reading_terms(readings: ReadingForms, dates: Sequence[str | None]) -> Iterator[tuple[str, int]]:
    """Yield the mentions of reading forms, each with its paragraph."""
    owners = readings.owners.tolist()
    for term, number in mention_terms(readings.folded, [dates[owner] for owner in owners]):
        yield term, owners[number]


def mention_terms(folded: FoldedBatch, dates: Sequence[str | None]) -> set[tuple[str, int]]:
    """Return the mentions of a batch, each with its paragraph; arguments as for :func:`mention_arrays`."""
    parsed = {source: _parse_date(source) for source in set(dates)}
    document_dates = [parsed[source] for source in dates]
    mentions = {
        (date_term(date, DOCUMENT_DATE_KINDS), number) for number, date in enumerate(document_dates) if date
    }
    for start, end in _pieces(folded.codes):
        mentions.update(_numeral_terms(folded.codes[start:end], folded.paragraph[start:end], document_dates))
    mentions.update(_variant_terms(folded))
    return mentions


def _id_terms(ids: Sequence[str | None]) -> Iterator[tuple[str, int]]:
    for number, key in enumerate(ids):
        if key and (term := id_term(key)):
            yield term, number


def id_term(key: str) -> str | None:
    """Return the term of a record's id, or None if it is blank or too long for one."""
    folded = fold(key).strip()
    term = RECORD_ID + folded
    return term if folded and fits(term) else None


def _term_arrays(mentions: list[tuple[str, int]]) -> dict[str, NDArray[Any]]:
    """Return the arrays of ascending mentions, each a term and a paragraph."""
    counts: dict[str, int] = {}
    for term, _ in mentions:
        counts[term] = counts.get(term, 0) + 1
    paragraphs = np.fromiter((number for _, number in mentions), np.int32, len(mentions))
    lists = Postings(paragraphs, np.ones(len(mentions), np.int32))
    encoded = postings.encode(lists, np.fromiter(counts.values(), np.int64, len(counts)))
    return term_dictionary.arrays(
        MENTIONS,
        term_dictionary.vocabulary([term.encode("utf-8", "surrogatepass") for term in counts]),
        encoded,
    )


def _parse_date(source: str | None) -> Date | None:
    match = _DATE.fullmatch(source or "")
    return Date(*(int(part or 0) for part in match.groups())) if match else None


def _pieces(codes: NDArray[np.uint32]) -> Iterator[tuple[int, int]]:
    """Yield bounds of pieces of whole paragraphs."""
    breaks = np.flatnonzero(codes == BREAK)
    start = 0
    while start < len(codes):
        last = int(np.searchsorted(breaks, start + _MAX_PIECE_CHARACTERS))
        end = int(breaks[last]) if last < len(breaks) else len(codes)
        yield start, end
        start = end + 1


def _numeral_terms(
    codes: NDArray[np.uint32], owners: NDArray[np.uint32], dates: Sequence[Date | None]
) -> Iterator[tuple[str, int]]:
    """Yield the dates and amounts of a piece, each a term and a paragraph."""
    text = text_of(codes)
    end = 0
    starts = _numeral_starts(codes)
    for start, owner in zip(starts.tolist(), owners[starts].tolist(), strict=True):
        if start >= end:
            date = dates[owner]
            terms, end = mentions_at(text, start, date.year if date else None)
            for term in terms:
                yield term, owner


def _numeral_starts(codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the offsets of numerals that may be part of a date or an amount; the next character excludes nearly all others."""
    padded = np.concatenate([[BREAK], codes, [BREAK] * 4]).astype(np.uint32)
    kinds = _kinds()[padded]
    is_numeral = kinds > 0
    first = np.flatnonzero(is_numeral[1:] & ~is_numeral[:-1]) + 1
    last = np.flatnonzero(is_numeral[:-1] & ~is_numeral[1:])
    next_position = last + 1
    next_position[padded[next_position] == SPACE] += 1
    next_code = padded[next_position]
    lengths = last - first + 1
    han = np.cumsum(kinds == _HAN, dtype=np.int32)
    has_measure = _is_measure()[next_code] | (han[last] > han[first])  # 290亿 is one numeral
    is_compact_date = (lengths == _COMPACT_DATE) & (padded[first] <= ord("2"))
    is_selected_arabic = has_measure | is_compact_date | _is_currency()[padded[first - 1]]
    is_selected_arabic[_behind_labels(padded, first)] = True
    joints = np.flatnonzero(_is_joiner()[next_code] & ~is_selected_arabic)
    is_selected_arabic[
        joints[_continues(padded, is_numeral, next_position[joints], lengths, has_measure, next_code, joints)]
    ] = True
    is_ten = (padded[first] == ord("十")) & _is_measure()[next_code]
    is_selected = np.where(
        kinds[first] == _HAN, (lengths > 1) | _is_unit()[next_code] | is_ten, is_selected_arabic
    )
    starts: NDArray[np.int64] = first[is_selected] - 1
    return starts


def _behind_labels(padded: NDArray[np.uint32], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions of the numerals that a label with brackets precedes, which may contain their unit: 预算(万元):82."""
    behind_mark = np.flatnonzero(_ends_label()[padded[first - 1]])
    starts = first[behind_mark]
    # A space may stand on either side of the mark; before the first code the negative indices read padding.
    has_brackets = np.isin(padded[starts[:, None] - (2, 3, 4)], (ord(")"), ord("]"))).any(axis=1)
    return behind_mark[has_brackets]


def _continues(
    padded: NDArray[np.uint32],
    is_numeral: NDArray[np.bool_],
    next_position: NDArray[np.int64],
    lengths: NDArray[np.int64],
    has_measure: NDArray[np.bool_],
    next_code: NDArray[np.uint32],
    joints: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return the mask of joints (digits before a joining sign) that form a date or an amount with the next digits."""
    after_sign = np.where(padded[next_position + 1] == SPACE, next_position + 2, next_position + 1)
    sign = padded[next_position]
    following = np.minimum(joints + 1, len(lengths) - 1)
    is_year = lengths[joints] == _YEAR
    # 1.5-2万 continues with a dash, 5-10.5% and 5-1,280 with a dot or comma; 1.2.3 is neither.
    before_dash, before_mark = (
        np.isin(next_code[following], (ord("-"), ord("~"))),
        np.isin(next_code[following], (ord("."), ord(","))),
    )
    is_amount = has_measure[following] | np.where(sign == ord("."), before_dash, before_mark)
    is_thousands = (lengths[following] == _THOUSAND) | has_measure[following]
    continues = np.where(
        sign == ord("/"), is_year, np.where(sign == ord(","), is_thousands, is_year | is_amount)
    )
    is_joined: NDArray[np.bool_] = is_numeral[after_sign] & continues
    return is_joined


@cache
def _kinds() -> NDArray[np.uint8]:
    return _table(ARABIC, _ARABIC) | _table(HAN, _HAN)


@cache
def _is_measure() -> NDArray[np.bool_]:
    """Return the mask of code points that follow the digits of a date or an amount."""
    return _table(MEASURES | frozenset("年月号%余多几来至到、和及与十百千万亿"), 1).astype(bool)


@cache
def _is_joiner() -> NDArray[np.bool_]:
    """Return the mask of code points that join digits to the next digits of the same date or amount."""
    return _table("-./~,", 1).astype(bool)


@cache
def _is_unit() -> NDArray[np.bool_]:
    """Return the mask of code points after which a single Chinese numeral is parsed: 四月, 百分之, 二点五亿."""
    return _table("月分点", 1).astype(bool)


@cache
def _ends_label() -> NDArray[np.bool_]:
    return _table(":= ", 1).astype(bool)


@cache
def _is_currency() -> NDArray[np.bool_]:
    return _table(MONEY, 1).astype(bool)


def _table(characters: Iterable[str], value: int) -> NDArray[np.uint8]:
    lookup = np.zeros(0x110000, np.uint8)
    lookup[[ord(char) for char in characters]] = value
    return lookup


def _variant_terms(folded: FoldedBatch) -> Iterator[tuple[str, int]]:
    """Yield the mentions of variant and traditional forms, each a term and a paragraph."""
    other = _variant_mask()[folded.before]
    owners = folded.paragraph[folded.changed]
    yield from ((WRITTEN, number) for number in np.unique(owners[other]).tolist())
    before = cjk_table()[folded.before]
    others = np.bincount(owners[other & before], minlength=folded.size)
    suspects = np.flatnonzero(others)
    if len(suspects):
        # Count ideographs before folding: correct the folded count at the positions that folding changed.
        ideographs = np.bincount(folded.paragraph[folded.cjk], minlength=folded.size)
        ideographs -= np.bincount(owners[folded.cjk[folded.changed]], minlength=folded.size)
        ideographs += np.bincount(owners[before], minlength=folded.size)
        traditional = suspects[others[suspects] * _TRADITIONAL_SHARE >= ideographs[suspects]]
        yield from ((TRADITIONAL, number) for number in traditional.tolist())


@cache
def _variant_mask() -> NDArray[np.bool_]:
    lookup = np.zeros(0x110000, bool)
    lookup[[ord(char) for char in variant_characters()]] = True
    return lookup
