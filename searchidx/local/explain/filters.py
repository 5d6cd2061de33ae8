"""Explanation of filters: meaning, number of paragraphs that pass, and the mentions of a paragraph."""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from searchidx.explanation import FilterReading
from searchidx.fold import fold
from searchidx.local.matching import filters
from searchidx.local.segment.snapshot import Snapshot
from searchidx.mentions import mentions_in
from searchidx.mentions.terms import Date, DayOfYear, Days, Numbers, month_length, term_value
from searchidx.query import And, BooleanQuery, Boost, Filter, Node, Not, Or
from searchidx.query.fields import FILTER_FIELDS
from searchidx.query.printing import to_string

_MAX_MENTIONS = 12  # of a paragraph that are listed


def explain_filters(snapshot: Snapshot, node: Node) -> tuple[FilterReading, ...]:
    """Return the reading of each filter of a query, with the number of live paragraphs that pass it."""
    rows = []
    for query_filter in dict.fromkeys(_filters(node)):
        mask = filters.mask(snapshot, query_filter)
        if snapshot.live is not None:
            mask &= snapshot.live
        rows.append(
            FilterReading(to_string(query_filter), _meaning(query_filter), int(np.count_nonzero(mask)))
        )
    return tuple(rows)


def mentions(text: str, date: str | None, field: str) -> str:
    """Return the dates (``in``) or amounts (``num``) that a paragraph mentions, as a list for people; empty for none."""
    year = int(date[:4]) if date and date[:4].isdigit() else None
    kinds = "dmy" if field == "in" else "np"
    values = list(dict.fromkeys(_value(term) for term in mentions_in(fold(text), year) if term[0] in kinds))
    return ", ".join(values[:_MAX_MENTIONS]) + (", …" if len(values) > _MAX_MENTIONS else "")


def _filters(node: Node) -> Iterator[Filter]:
    match node:
        case Filter():
            yield node
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _filters(operand)
        case Not(operand) | Boost(operand):
            yield from _filters(operand)
        case BooleanQuery(_, must, must_not):
            for operand in (*must, *must_not):
                yield from _filters(operand)
        case _:
            return


def _meaning(query_filter: Filter) -> str:
    """Return the meaning of a filter in words."""
    row, value = FILTER_FIELDS[query_filter.field], query_filter.value
    if row.name == "path" and any(character in value for character in "*?["):
        return f"paths like {value}"
    parsed = value if row.parse is None else row.parse(value)
    return f"nothing: it is not {row.noun}" if parsed is None else row.meaning.format(_description(parsed))


def _description(parsed: Days | DayOfYear | Numbers | str) -> str:
    """Return a parsed value in words."""
    match parsed:
        case Days() | DayOfYear():
            return _period(parsed)
        case Numbers():
            return _interval(parsed)
    return str(parsed)


def _period(days: Days | DayOfYear) -> str:
    if isinstance(days, DayOfYear):
        day = f"{days.month:02}-{days.day:02}" if days.day else f"in month {days.month}"
        return f"{day} of any year"
    first, last = (None if date is None else _iso(date) for date in (days.first, days.last))
    if first == last:
        return str(first)
    return " ".join([*(["from", first] if first else []), *(["up to", last] if last else [])])


def _iso(date: Date) -> str:
    return f"{date.year:04}-{date.month:02}-{min(date.day, month_length(date.year, date.month)):02}"


def _interval(numbers: Numbers) -> str:
    def format_bound(value: Decimal) -> str:
        return f"{value.normalize():,f}" + ("%" if numbers.percent else "")

    if numbers.first is not None and numbers.first == numbers.last:
        return format_bound(numbers.first)
    bounds = []
    if numbers.first is not None:
        bounds.append(f"{'more than' if numbers.above else 'at least'} {format_bound(numbers.first)}")
    if numbers.last is not None:
        bounds.append(f"{'less than' if numbers.below else 'at most'} {format_bound(numbers.last)}")
    return " and ".join(bounds)


def _value(term: str) -> str:
    """Format the value of a term of the mentions field."""
    if term[0] in "np":
        return f"{term_value(term):,f}" + ("%" if term[0] == "p" else "")
    return term[1:].removeprefix("0000-")
