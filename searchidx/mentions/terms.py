"""Terms of dates and amounts in the byte order of their values, and ranges of values as ranges of terms.

=========  =======================  ==============================================
begins     then                     is
=========  =======================  ==============================================
``d``      ``2023-04-20``           a day that is mentioned; year 0000 if it is not known
``m``      ``2023-04``              a month that is mentioned
``y``      ``2023``                 a year that is mentioned
``D M Y``  likewise                 the date of the document or record itself
``n``      ``5029``                 an amount: the power of ten plus 40, then the digits (29,000,000,000 = 2.9 x 10^10)
``p``      likewise                 per cent
``i``      ``a-17``                 no mention: the id of a record, folded
=========  =======================  ==============================================
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_POWERS = 40  # added to a power of ten, so that none is negative
_LONGEST_MONTH = 31
_MONTHS = 12
_FIRST_YEAR, _LAST_YEAR = 1, 9999

MENTION_KINDS = "dmy"
"""Prefixes of the terms of mentioned dates: day, month, year."""
DOCUMENT_DATE_KINDS = "DMY"
"""Prefixes of the terms of the date of a document or record: day, month, year."""


class Date(NamedTuple):
    """A day, a month (day 0) or a year (month 0 too). The year is 0 where only the day of a year is known."""

    year: int
    month: int = 0
    day: int = 0


class Amount(NamedTuple):
    """A number that counts something."""

    value: Decimal
    percent: bool = False


class TermRange(NamedTuple):
    """Terms from ``start`` on and before ``end`` that contain ``containing``."""

    start: bytes
    end: bytes
    containing: bytes = b""


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days, both ends included; the whole of a month is to its 31st. None is no end.

    A date lies in it with all its days: a month that is mentioned does not lie in a week.
    """

    first: Date | None
    last: Date | None

    def ranges(self, kinds: str) -> Iterator[TermRange]:
        """Yield the ranges of terms in the span; ``kinds`` is MENTION_KINDS or DOCUMENT_DATE_KINDS."""
        first = self.first or Date(_FIRST_YEAR, 1, 1)
        last = self.last or Date(_LAST_YEAR, _MONTHS, _LONGEST_MONTH)
        yield _between(kinds[0], first, last)
        month = first if first.day == 1 else _next_month(first)
        last_month = last if last.day == _LONGEST_MONTH else _month_before(last)
        yield _between(kinds[1], Date(*month[:2]), Date(*last_month[:2]))
        year = month.year if month.month == 1 else month.year + 1
        last_year = last_month.year if last_month.month == _MONTHS else last_month.year - 1
        yield _between(kinds[2], Date(year), Date(last_year))


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """A day, or all days of a month, of whatever year."""

    month: int
    day: int

    def ranges(self, kinds: str) -> Iterator[TermRange]:
        """Yield the ranges of terms of the day or month."""
        month = f"-{self.month:02}"
        part = f"{month}-{self.day:02}" if self.day else f"{month}-"
        yield _all_of(kinds[0], part)
        if not self.day:
            yield _all_of(kinds[1], month)


@dataclass(frozen=True, slots=True)
class Numbers:
    """An interval of amounts; ``above`` and ``below`` leave out the ends themselves. None is no end."""

    first: Decimal | None
    last: Decimal | None
    above: bool = False
    below: bool = False
    percent: bool = False

    def ranges(self) -> Iterator[TermRange]:
        """Yield the range of terms of the interval."""
        kind = "p" if self.percent else "n"
        start = end = kind.encode()
        if self.first is not None:
            start = amount_term(Amount(self.first, self.percent)).encode() + (b"\0" if self.above else b"")
        if self.last is None:
            end += b"\x7f"
        else:
            end = amount_term(Amount(self.last, self.percent)).encode() + (b"" if self.below else b"\0")
        yield TermRange(start, end)


def date_term(date: Date, kinds: str = MENTION_KINDS) -> str:
    """Return the term of a date."""
    return kinds[2 if not date.month else 1 if not date.day else 0] + _iso(date)


@lru_cache(1 << 12)  # most are small numbers
def amount_term(amount: Amount) -> str:
    """Return the term of an amount, without its sign."""
    _, digits, _ = amount.value.as_tuple()
    text = "".join(map(str, digits)).strip("0")
    if not text:
        return ("p" if amount.percent else "n") + "00"
    return f"{'p' if amount.percent else 'n'}{amount.value.adjusted() + _POWERS:02}{text}"


def term_value(term: str) -> Decimal:
    """Return the value of the amount of a term."""
    return Decimal(f"{term[3]}.{term[4:]}0").scaleb(int(term[1:3]) - _POWERS).normalize()


def month_length(year: int, month: int) -> int:
    """Return the number of days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else _LONGEST_MONTH


def day_after(date: Date) -> Date:
    """Return the next day, in a calendar of months of 31 days."""
    return date._replace(day=date.day + 1) if date.day < _LONGEST_MONTH else _next_month(date)


def day_before(date: Date) -> Date:
    """Return the day before, in a calendar of months of 31 days."""
    return date._replace(day=date.day - 1) if date.day > 1 else _month_before(date)


def _next_month(date: Date) -> Date:
    return Date(date.year, date.month + 1, 1) if date.month < _MONTHS else Date(date.year + 1, 1, 1)


def _month_before(date: Date) -> Date:
    if date.month > 1:
        return Date(date.year, date.month - 1, _LONGEST_MONTH)
    return Date(date.year - 1, _MONTHS, _LONGEST_MONTH)


def _iso(date: Date) -> str:
    written = f"{date.year:04}"
    if date.month:
        written += f"-{date.month:02}"
    return f"{written}-{date.day:02}" if date.day else written


def _between(kind: str, first: Date, last: Date) -> TermRange:
    return TermRange((kind + _iso(first)).encode(), (kind + _iso(last)).encode() + b"\0")


def _all_of(kind: str, part: str) -> TermRange:
    return TermRange(kind.encode(), kind.encode() + b"\x7f", part.encode())
