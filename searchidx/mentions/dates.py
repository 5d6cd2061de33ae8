"""Dates of the Gregorian calendar in folded text: complete ones, and those that take the year of their document.

``2023年4月20日``, ``2023-04-20``, ``20230420``, ``二〇二三年四月``, ``4月20日``, ``去年12月``, ``4月20日至25日``. A date of the lunar calendar
(``农历四月二十``, ``八月十五``) and years of another era (``民国十二年``) are not read.
"""

import re

from searchidx.mentions.terms import Date
from searchidx.runs.cjk import is_cjk
from searchidx.runs.numerals import digits_to_int

_YEAR = "[0-9]{4}|[零〇一二三四五六七八九]{4}"
_SMALL = "[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_JOIN = " ?[-~至到、和及与] ?"

_BEGINNING = re.compile(
    rf"(?:{_YEAR}|{_SMALL})(?: ?[年月]|{_JOIN})"
)  # common prefix of the next three patterns
_WRITTEN_YEAR = re.compile(rf"({_YEAR}) ?年(?:度)? ?")
_YEARS = re.compile(rf"({_YEAR})(?: ?年)?{_JOIN}(?={_YEAR}) ?")
_MONTH = re.compile(rf"({_SMALL}) ?月份? ?")
_DAY = re.compile(rf"({_SMALL})(?: ?[日号]|(?={_JOIN}(?:{_SMALL}) ?[日号]))")
_NEXT_DAY = re.compile(rf"{_JOIN}({_SMALL}) ?[日号]")
_NEXT_MONTH = re.compile(rf"{_JOIN}({_SMALL}) ?月份? ?")
_SEPARATED = re.compile(
    r"([0-9]{4})([-./])([0-9]{1,2})(?:\2([0-9]{1,2}))?(?![0-9a-z]|[-./][0-9a-z])|([0-9]{4})([-./])([0-9]{1,2})\6([0-9]{1,2})(?=t[0-9])"
)
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?![0-9a-z])")
_LUNAR = re.compile(r"(?:[农阴旧夏古]历|[初廿卅])[^。!?;,\n]{0,4}\Z")
_LUNAR_DAY = re.compile(r"(?:初[一二三四五六七八九十]|[廿卅]|[一二三四五六七八九十]{2,3}+(?! ?[日号]))")
_RELATIVE = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "明年": 1, "后年": 2}
LOOKBACK = 7
MAX_JOINED = 8
DatesAndEnd = tuple[list[Date], int]
_IN_SEPARATED = frozenset("-./0123456789")
_PART_OF_CODE = frozenset("abcdefghijklmnopqrstuvwxyz_-./#=")
"""Characters before a date that make it a part of a code or an address."""
_LABEL_MARKS = frozenset("-./=_")
"""Those of them that part a label from its date: ``日期-2023-04-20``."""


def read_dates(folded: str, start: int, year: int | None = None) -> tuple[list[Date], int]:
    """Return the dates that begin at an offset: one, or several that are joined.

    Args:
        folded: The text.
        start: Offset of a run of numerals.
        year: Year of dates without one; None makes it 0.

    Returns:
        The dates and their end.
    """
    dates, end = _separated(folded, start)
    return (dates, end) if dates else _han(folded, start, year)


def _separated(folded: str, start: int) -> DatesAndEnd:
    """Return the date in digits and separators, ``2023-04-20``, ``2023/4`` or ``20230420``, and its end."""
    if folded[start] not in "12" or _is_part_of_code(folded, start):
        return [], start
    if folded[start + 4 : start + 5] not in _IN_SEPARATED:
        return [], start
    if match := _SEPARATED.match(folded, start):
        year, sign, month, day = match.groups()[:4] if match[1] else match.groups()[4:]
        # 2023.4 is a number.
        return (_dates(int(year), [(int(month), int(day or 0))]) if day or sign != "." else []), match.end()
    if match := _COMPACT.match(folded, start):
        return _dates(int(match[1]), [(int(match[2]), int(match[3]))]), match.end()
    return [], start


def _is_part_of_code(folded: str, start: int) -> bool:
    """Return true if a date is a part of a code or an address, unless a mark parts it from a label in Chinese."""
    if not start or folded[start - 1] not in _PART_OF_CODE:
        return False
    return folded[start - 1] not in _LABEL_MARKS or start < 2 or not is_cjk(folded[start - 2])


def _han(folded: str, start: int, year: int | None) -> DatesAndEnd:
    """Return the dates written with 年, 月 and 日, and their end."""
    if not _BEGINNING.match(folded, start):
        return [], start
    match = _WRITTEN_YEAR.match(folded, start)
    month = _MONTH.match(folded, match.end() if match else start)
    joined = _YEARS.match(folded, start)
    whole = month or match or joined
    if whole is None:
        return [], start
    if _LUNAR.search(folded, max(0, start - LOOKBACK), start):
        return [], whole.end()
    if joined:
        # 2019至2023年: the second year is read at its own offset.
        first = digits_to_int(joined[1]) or 0
        both = _is_year(first) and _WRITTEN_YEAR.match(folded, joined.end())
        return ([Date(first)] if both else []), joined.end()
    if match is None:
        return _in_year(folded, month, _year_before(folded, start, year)) if month else ([], start)
    written = digits_to_int(match[1]) or 0
    if not _is_year(written):
        return [], start
    dates, end = _in_year(folded, month, written) if month else ([], start)
    return (dates, end) if dates else ([Date(written)], match.end())


def _in_year(folded: str, month: re.Match[str], year: int) -> DatesAndEnd:
    """Return the dates of a month, with its days and the months and days joined to them, and their end."""
    days: list[tuple[int, int]] = []
    number = digits_to_int(month[1]) or 0
    start = month.end()
    if not month[1].isascii() and _LUNAR_DAY.match(folded, start):
        return [], start
    day = _DAY.match(folded, start)
    while len(days) < MAX_JOINED:
        days.append((number, digits_to_int(day[1]) or -1 if day else 0))
        start = day.end() if day else start
        following = _NEXT_MONTH.match(folded, start)
        if following:
            number, start = digits_to_int(following[1]) or 0, following.end()
            day = _DAY.match(folded, start)
        elif day and (following := _NEXT_DAY.match(folded, start)):
            day = following
        else:
            break
    return _dates(year, days), start


def _year_before(folded: str, start: int, year: int | None) -> int:
    """Return the year of a date without one, by the word before it: 去年, 明年."""
    if year is None:
        return 0
    return year + _RELATIVE.get(folded[max(0, start - 3) : start].rstrip(" ")[-2:], 0)


def _dates(year: int, days: list[tuple[int, int]]) -> list[Date]:
    if year and not _is_year(year):
        return []
    return [Date(year, month, day) for month, day in days if 1 <= month <= 12 and 0 <= day <= 31]


def _is_year(year: int) -> bool:
    return 1000 <= year <= 2999
