"""Values of ``date:``, ``in:`` and ``num:``: a date or amount, or a range of them, in any form.

``2023``, ``2023年4月``, ``20230420``, ``4月20日``; ``280亿``, ``1,280``, ``二十%``; any of them after ``>``, ``>=``, ``<`` or ``<=``, or two of
them with ``..``, ``~``, ``至`` or ``到`` between, or one with ``..`` before or behind it. Imported only where such a filter is read.
"""

import re
from typing import NamedTuple

from searchidx.fold import fold
from searchidx.mentions.amounts import read_amount
from searchidx.mentions.terms import (
    Amount,
    Date,
    DayOfYear,
    Days,
    Numbers,
    day_after,
    day_before,
    month_length,
)
from searchidx.runs.numerals import digits_to_int, read_factor

_LONGEST = 80
_SIGNED = re.compile(r"(>=|=>|≥|<=|=<|≤|>|<|=)? ?(.*)")
_RANGE = re.compile(r" ?(?:\.\.+|…+|~+|至|到) ?")
_HYPHEN = re.compile(r"(?<=[0-9万亿%元]) ?-+ ?(?=[0-9])")
_SMALL = "[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_HAN = re.compile(
    rf"(?:([0-9]{{4}}|[零〇一二三四五六七八九]{{4}}) ?年 ?)?(?:({_SMALL}) ?月份? ?)?(?:({_SMALL}) ?[日号]?)?"
)
_SEPARATED = re.compile(r"([0-9]{4})(?:([-./])([0-9]{1,2})(?:\2([0-9]{1,2}))?)?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")
_SAME = {">=": ">=", "=>": ">=", "≥": ">=", "<=": "<=", "=<": "<=", "≤": "<=", "=": ""}


class _Parts(NamedTuple):
    """A value as written: the sign before one, or two of which either may be empty."""

    sign: str
    first: str
    second: str | None


def parse_dates(value: str) -> Days | DayOfYear | None:
    """Read the value of ``date:`` or ``in:``; None if it says no date."""
    parts = _split(value)
    if parts is None:
        return None
    sign, first, second = parts
    if second is not None:
        return _span(first, second)
    date = _date(first)
    if date is None:
        return None
    if not date.year:
        return None if sign else DayOfYear(date.month, date.day)
    if sign == ">":
        return Days(day_after(_last(date)), None)
    if sign == "<":
        return Days(None, day_before(_first(date)))
    return Days(None if sign == "<=" else _first(date), None if sign == ">=" else _last(date))


def parse_amounts(value: str) -> Numbers | None:
    """Read the value of ``num:``; None if it says no amount."""
    parts = _split(value, joint=_HYPHEN)
    if parts is None:
        return None
    sign, first, second = parts
    if second is not None:
        return _interval(first, second)
    amount = read_amount(first)
    if amount is None:
        return None
    number, percent = amount
    if sign in (">", ">="):
        return Numbers(number, None, above=sign == ">", percent=percent)
    if sign in ("<", "<="):
        return Numbers(None, number, below=sign == "<", percent=percent)
    return Numbers(number, number, percent=percent)


def _split(value: str, joint: re.Pattern[str] | None = None) -> _Parts | None:
    """Take a value apart; None if it is none or too long to be one."""
    folded = fold(value).strip()
    if len(folded) > _LONGEST:
        return None
    parts = _RANGE.split(folded)
    if len(parts) == 1 and joint:
        parts = joint.split(folded)
    if len(parts) == 2 and any(parts):
        return _Parts("", *parts)
    match = _SIGNED.fullmatch(folded) if len(parts) == 1 else None
    return _Parts(_SAME.get(match[1] or "", match[1] or ""), match[2], None) if match else None


def _span(first: str, second: str) -> Days | None:
    """Read both ends of a span of days; what the first says need not be said again: ``2023年4月..5月``."""
    begin = _date(first) if first else None
    end = _date(second, begin) if second else None
    if (first and not (begin and begin.year)) or (second and not (end and end.year)):
        return None
    return Days(begin and _first(begin), end and _last(end))


def _interval(first: str, second: str) -> Numbers | None:
    """Read both ends of an interval; 万, 亿 and % behind the second count for both: ``280..300亿``."""
    low = read_amount(first) if first else None
    high = read_amount(second) if second else None
    if (first and low is None) or (second and high is None):
        return None
    if low and high:
        if high.percent and not low.percent:
            low = Amount(low.value, percent=True)
        if first.isascii() and (factor := _factor_of(second)) > 1:
            low = Amount(low.value * factor, low.percent)
        if low.percent != high.percent:
            return None
    percent = bool(low and low.percent) or bool(high and high.percent)
    return Numbers(low and low.value, high and high.value, percent=percent)


def _factor_of(written: str) -> int:
    number = re.match(r"[0-9.,]+", written)
    return read_factor(written, number.end())[0] if number else 1


def _date(written: str, begin: Date | None = None) -> Date | None:
    """Read one date, a day of no year among them; ``begin`` says what is left out."""
    if match := _SEPARATED.fullmatch(written):
        return _checked(int(match[1]), match[3], match[4])
    if (match := _COMPACT.fullmatch(written)) and match[2] <= "12":
        return _checked(int(match[1]), match[2], match[3])
    if written and (match := _HAN.fullmatch(written)):
        year, month, day = match.groups()
        if year is None and begin:
            if month is None:
                return _checked(begin.year, str(begin.month), day) if begin.month else None
            return _checked(begin.year, month, day)
        if year or month:
            return _checked(digits_to_int(year) or 0 if year else 0, month, day)
        return None
    day, time, _ = written.partition("t")  # 2023-04-20T08:00
    return _date(day) if time and day else None


def _checked(year: int, month: str | None, day: str | None) -> Date | None:
    """Put a date together; None if no calendar has it."""
    numbers = [digits_to_int(part) if part else 0 for part in (month, day)]
    if None in numbers or (year and not 1000 <= year <= 2999):
        return None
    date = Date(year, numbers[0] or 0, numbers[1] or 0)
    if date.month > 12 or (month and not date.month) or (day and not 1 <= date.day <= 31):
        return None
    return None if date.day and not date.month else date


def _first(date: Date) -> Date:
    return Date(date.year, date.month or 1, date.day or 1)


def _last(date: Date) -> Date:
    """The last day of a date; that of a month is its 31st."""
    whole = not date.day or (date.month and date.day >= month_length(date.year, date.month))
    return Date(date.year, date.month or 12, 31 if whole else date.day)
