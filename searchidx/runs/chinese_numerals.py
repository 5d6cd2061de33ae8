"""Ordinals, years and dates in Chinese or Arabic numerals as one term each, however they are written.

``第三条`` and ``第3条`` are ``第3条``; ``二〇〇八届`` and ``2008届`` are ``2008届``; ``二〇二三年五月一日`` is ``2023-05-01``, as
``2023年5月1日`` is (see :mod:`searchidx.runs.dates`). Only ordinals of countable units are read: ``第三方`` is no third one of
anything. The lunar calendar has dates of its own.

Each pattern begins with one literal character (年, 月, 届, 级, 第), which the regular expression engine finds much faster than a
class of numerals, and looks back from there.
"""

import re
from collections.abc import Iterator

from searchidx.runs.cjk import is_cjk
from searchidx.runs.numerals import DIGITS, digits_to_int
from searchidx.runs.reading import Reading

ORDINAL_UNITS = frozenset(
    "条款项章节编篇卷部册集期届次回场轮批号页行列版季名位周天年月日层楼组站课讲段步类级例题幕话点栋幢座室代任阶师军团营连排班中小医"
)
"""Characters behind an ordinal number that belong to its term."""
MAX_ORDINAL = 99_999
YEAR_DIGITS = 4

_DIGIT = "".join(DIGITS)
_SMALL = "[一二三四五六七八九十]{1,3}"
_ORDINAL = re.compile(
    rf"第 ?([0-9]{{1,5}}|[{_DIGIT}十百千万拾佰仟]{{1,9}})(?![0-9a-z]|[.,][0-9]) ?",
)
_YEAR = re.compile(
    rf"年(?:(?<=[{_DIGIT}]{{4}}年)|(?<=[{_DIGIT}]{{4}} 年))(?: ?({_SMALL}) ?月(?: ?({_SMALL}) ?[日号])?)?"
)
_DAY = re.compile(rf"月(?:(?<=[一二三四五六七八九十]月)|(?<=[一二三四五六七八九十] 月)) ?({_SMALL}) ?[日号]")
_MONTH_BEFORE = re.compile(rf"(?<![一二三四五六七八九十])({_SMALL}) ?\Z")
_COHORTS = tuple(re.compile(rf"{unit}(?<=[0-9{_DIGIT}]{{4}}{unit})") for unit in "届级")
_LUNAR = re.compile(r"[农阴旧夏古]历[^。!?;,\n]{0,5}\Z")
_LOOKBACK = 7
_YEAR_UNITS = frozenset("年届级")
_IN_NUMBER = rf"[0-9a-z{_DIGIT}十百千万亿]"
_BEFORE = re.compile(rf"(?:{_IN_NUMBER}|[0-9][.,])\Z")
_BEHIND = re.compile(rf"{_IN_NUMBER}|[.,][0-9]")


def numeral_readings(folded: str) -> list[Reading]:
    """Return the ordinals, years and dates of a folded text, in order; dates in Arabic numerals are not among them."""
    years = [*_dates(folded), *_lone_years(folded)]
    dated = {position for reading in years for position in range(reading.start, reading.end)}
    days = [reading for reading in _days(folded) if reading.start not in dated]
    return sorted([*_ordinals(folded), *_cohorts(folded), *years, *days])


def _ordinals(folded: str) -> Iterator[Reading]:
    for match in _ORDINAL.finditer(folded):
        number = digits_to_int(match[1])
        unit = folded[match.end() : match.end() + 1]
        if number is None or number > MAX_ORDINAL:
            continue
        if unit in ORDINAL_UNITS and unit:
            yield _reading(match.start(), match.end() + 1, f"第{number}{unit}")
        elif match.end() > match.end(1) or not (unit.isalnum() or is_cjk(unit or " ")):
            yield _reading(match.start(), match.end(1), f"第{number}")


def _cohorts(folded: str) -> Iterator[Reading]:
    for pattern in _COHORTS:
        for match in pattern.finditer(folded):
            if year := _year_before(folded, match.start()):
                yield _reading(match.start() - YEAR_DIGITS, match.end(), f"{year}{match[0]}")


def _dates(folded: str) -> Iterator[Reading]:
    """Yield the years that 年 follows, with month and day where they are written."""
    for match in _YEAR.finditer(folded):
        end = match.start() - (folded[match.start() - 1] == " ")
        if year := _year_before(folded, end):
            yield _date(folded, match, year, end - YEAR_DIGITS)


def _date(folded: str, match: re.Match[str], year: int, start: int) -> Reading:
    month, day = digits_to_int(match[1] or "0") or 0, digits_to_int(match[2] or "0") or 0
    if not 1 <= month <= 12 or day > 31 or _is_lunar(folded, start):
        return _reading(start, match.start() + 1, str(year))
    term = f"{year}-{month:02}"
    if not day:
        return Reading(start, match.end(), (term, str(year)), (term,))
    date = f"{term}-{day:02}"
    return Reading(start, match.end(), (date, term, date[5:], str(year)), (date,))


def _lone_years(folded: str) -> Iterator[Reading]:
    """Yield the years with a zero that no unit follows: ``二〇二三``."""
    end = 0
    for zero in re.finditer("〇", folded) if "〇" in folded else ():
        if zero.start() < end:
            continue
        start, end = zero.span()
        while start and folded[start - 1] in DIGITS:
            start -= 1
        while folded[end : end + 1] in DIGITS and end < len(folded):
            end += 1
        if end - start == YEAR_DIGITS and _is_lone(folded, end) and (year := _year_before(folded, end)):
            yield _reading(start, end, str(year))


def _is_lone(folded: str, end: int) -> bool:
    """Return true if neither a unit nor more of a number follows."""
    return folded[end : end + 2].lstrip(" ")[:1] not in _YEAR_UNITS and not _BEHIND.match(folded, end)


def _days(folded: str) -> Iterator[Reading]:
    for match in _DAY.finditer(folded):
        before = _MONTH_BEFORE.search(folded, max(0, match.start() - 5), match.start())
        if before is None or _is_lunar(folded, before.start()):
            continue
        month, day = digits_to_int(before[1]) or 0, digits_to_int(match[1]) or 0
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield _reading(before.start(), match.end(), f"{month:02}-{day:02}")


def _reading(start: int, end: int, term: str) -> Reading:
    return Reading(start, end, (term,), (term,))


def _year_before(folded: str, end: int) -> int:
    """Return the year in the four digits before an offset, or 0 if they are none or a part of a longer number."""
    start = end - YEAR_DIGITS
    digits = folded[start:end]
    if start < 0 or _BEFORE.search(folded, max(0, start - 2), start):
        return 0
    year = digits_to_int(digits) if digits.isdigit() or all(digit in DIGITS for digit in digits) else None
    return year if year and 1000 <= year <= 2999 else 0


def _is_lunar(folded: str, start: int) -> bool:
    return _LUNAR.search(folded, max(0, start - _LOOKBACK), start) is not None
