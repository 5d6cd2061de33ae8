"""Mentions: dates and amounts of a text in one form each, as terms that sort by value.

For the index, which keeps them beside its fields, and for the filters ``in:``, ``date:`` and ``num:``, which look up
ranges of them. Folded text comes in, terms go out; nothing is known of paragraphs or queries here.

    dates       2023年4月20日, 2023-04-20, 四月二十日: days, months and years
    amounts     290亿元, 142.8亿, 1.2万, 百分之二十: numbers with what they count
    terms       days and numbers as terms, spans of them as ranges of terms

What a number says by its surroundings decides: ``5G``, ``第3条``, ``iPhone15`` and telephone numbers are no amounts, and a date
of the lunar calendar is no day of ours.
"""

from collections.abc import Iterator

from searchidx.mentions.amounts import read_amount_at
from searchidx.mentions.dates import read_dates
from searchidx.mentions.terms import amount_term, date_term
from searchidx.runs.numerals import NUMERALS

__all__ = ["NUMERALS", "mentions_at", "mentions_in"]


def mentions_in(folded: str, year: int | None = None) -> Iterator[str]:
    """Yield the terms of the dates and amounts of a folded text, one for each mention.

    Args:
        folded: The text.
        year: Year of its document, for dates without one.
    """
    previous, end = "", 0
    for start, char in enumerate(folded):
        if start >= end and char in NUMERALS and previous not in NUMERALS:
            terms, end = mentions_at(folded, start, year)
            yield from terms
        previous = char


def mentions_at(folded: str, start: int, year: int | None = None) -> tuple[list[str], int]:
    """Return the terms of the mention that begins with the numerals at an offset, and its end.

    The character before must not be a numeral.
    """
    dates, end = read_dates(folded, start, year)
    if dates:
        return [*map(date_term, dates)], end
    amount, amount_end = read_amount_at(folded, start)
    return ([amount_term(amount)] if amount else []), max(end, amount_end)
