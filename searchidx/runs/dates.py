"""Dates: ``2023年4月20日``, ``2023-04-20``, ``2023.4.20``, ``2023/4/20`` and ``20230420`` are one term, ``2023-04-20``.

A document with a whole date is found by its month (``2023-04``) and by its day without the year (``04-20``) too.
Eight digits are taken for a date when they are one between 1900 and 2099; they stay the number they are as well.
"""

import re

from searchidx.runs.reading import Reading
from searchidx.runs.scan import DAY, LETTER_OR_DIGIT, MONTH, YEAR

_END = rf"(?!{LETTER_OR_DIGIT})"
_HAN = re.compile(
    rf"([0-9]{{4}})\ ?{YEAR}(?:\ ?([0-9]{{1,2}})\ ?{MONTH}(?:\ ?([0-9]{{1,2}})(?![0-9])(?:\ ?{DAY})?)?)?",
    re.VERBOSE,
)
_DAY = re.compile(rf"([0-9]{{1,2}}) ?{MONTH} ?([0-9]{{1,2}})(?: ?{DAY}|(?=-))")
_SEPARATED = re.compile(rf"([0-9]{{4}})([-./])([0-9]{{1,2}})\2([0-9]{{1,2}})(?:{_END}|(?=t[0-9]))")
_MONTH = re.compile(rf"([0-9]{{4}})([-./])([0-9]{{1,2}}){_END}(?![-./]{LETTER_OR_DIGIT})")
_COMPACT = re.compile(rf"([0-9]{{4}})([0-9]{{2}})([0-9]{{2}}){_END}")


def read_date(chunk: str, start: int) -> Reading | None:
    """Return the reading of a date that begins at an offset."""
    year = chunk[start : start + 4].isdecimal()  # fewer digits match no pattern
    return (
        (_han(chunk, start) if YEAR in chunk else None)
        or (_separated(chunk, start) if year else None)
        or (_day(chunk, start) if MONTH in chunk else None)
        or ((_compact(chunk, start) or _month(chunk, start)) if year else None)
    )


def _han(chunk: str, start: int) -> Reading | None:
    match = _HAN.match(chunk, start)
    if not match:
        return None
    year, month, day = match.groups()
    if not _is_date(year, month or "1", day or "1"):
        return None
    if not month:
        return Reading(*match.span(), (), (year,))
    return _whole(match, year, month, day) if day else _year_and_month(match, year, month)


def _separated(chunk: str, start: int) -> Reading | None:
    match = _SEPARATED.match(chunk, start)
    if not match or not _is_date(match[1], match[3], match[4]):
        return None
    return _whole(match, match[1], match[3], match[4])


def _compact(chunk: str, start: int) -> Reading | None:
    match = _COMPACT.match(chunk, start)
    if not match or not _is_date(*match.groups()) or not _is_recent(match[1]):
        return None
    reading = _whole(match, *match.groups())
    return reading._replace(terms=(*reading.terms, match[1]))


def _month(chunk: str, start: int) -> Reading | None:
    match = _MONTH.match(chunk, start)
    if not match or not _is_date(match[1], match[3], "1") or not _is_recent(match[1]):
        return None
    reading = _year_and_month(match, match[1], match[3])
    # 2023.4 may be a number.
    return reading._replace(terms=(*reading.terms, match[0])) if match[2] == "." else reading


def _day(chunk: str, start: int) -> Reading | None:
    match = _DAY.match(chunk, start)
    if not match or not _is_date("2000", match[1], match[2]):
        return None
    term = f"{int(match[1]):02}-{int(match[2]):02}"
    return Reading(*match.span(), (term,), (term,))


def _whole(match: re.Match[str], year: str, month: str, day: str) -> Reading:
    month, day = f"{int(month):02}", f"{int(day):02}"
    date = f"{year}-{month}-{day}"
    return Reading(*match.span(), (date, f"{year}-{month}", f"{month}-{day}"), (date,))


def _year_and_month(match: re.Match[str], year: str, month: str) -> Reading:
    term = f"{year}-{int(month):02}"
    return Reading(*match.span(), (term,), (term,))


def _is_date(year: str, month: str, day: str) -> bool:
    return "1000" <= year <= "2999" and 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def _is_recent(year: str) -> bool:
    return "1900" <= year <= "2099"
