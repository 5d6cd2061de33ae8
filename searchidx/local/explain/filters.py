"""What the filters of a query ask for, in words, how much each lets through, and what of it a paragraph has.

For explanations.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np

from searchidx.fold import fold
from searchidx.local.matching import filters
from searchidx.local.segment.snapshot import Snapshot
from searchidx.mentions import mentions_in
from searchidx.mentions.terms import Date, DayOfYear, Days, Numbers, month_length, term_value
from searchidx.query import And, BooleanQuery, Boost, Filter, Node, Not, Or
from searchidx.query.printing import to_string
from searchidx.query.value_ranges import parse_amounts, parse_dates
from searchidx.query.values import parse_language

_MOST = 12  # mentions of a paragraph that are told
_WORDS = {
    "path": "“{}” in the path",
    "title": "“{}” in the title of the document",
    "heading": "“{}” in a heading above",
    "type": "documents of the type {0}, or with names that end in .{0}",
    "size": "documents of this size",
    "encoding": "documents read as {}",
    "exact": "“{}”, nothing folded",
}


def readings(snapshot: Snapshot, node: Node) -> list[dict[str, Any]]:
    """Each filter of a query: ``filter`` as written, ``means`` in words, ``paragraphs`` that it lets through."""
    found = []
    for one in dict.fromkeys(_filters(node)):
        held = filters.mask(snapshot, one)
        if snapshot.live is not None:
            held &= snapshot.live
        row = {"filter": to_string(one), "means": _means(one), "paragraphs": int(np.count_nonzero(held))}
        found.append(row)
    return found


def mentioned_there(text: str, date: str | None, field: str) -> str:
    """The dates (``in``) or amounts (``num``) that a paragraph mentions, as one reads them; empty if there are none."""
    year = int(date[:4]) if date and date[:4].isdigit() else None
    kinds = "dmy" if field == "in" else "np"
    known = dict.fromkeys(_shown(term) for term in mentions_in(fold(text), year) if term[0] in kinds)
    more = ", …" if len(known) > _MOST else ""
    return ", ".join(list(known)[:_MOST]) + more


def _filters(node: Node) -> Iterator[Filter]:
    match node:
        case Filter():
            yield node
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _filters(operand)
        case Not(operand) | Boost(operand):
            yield from _filters(operand)
        case BooleanQuery(_, required, excluded):
            for operand in (*required, *excluded):
                yield from _filters(operand)
        case _:
            return


def _means(wanted: Filter) -> str:
    value = wanted.value
    if wanted.field in ("date", "in"):
        days = parse_dates(value)
        what = "dated" if wanted.field == "date" else "mention of a date"
        return f"{what} {_span(days)}" if days else "nothing: it is no date"
    if wanted.field == "num":
        numbers = parse_amounts(value)
        return f"mention of {_interval(numbers)}" if numbers else "nothing: it is no amount"
    if wanted.field == "lang":
        return (
            f"text in {parse_language(value)}"
            if parse_language(value)
            else "nothing: it is no language known"
        )
    if wanted.field == "path" and any(char in value for char in "*?["):
        return f"paths like {value}"
    return _WORDS.get(wanted.field, "{}").format(value)


def _span(days: Days | DayOfYear) -> str:
    if isinstance(days, DayOfYear):
        return (
            f"in month {days.month} of any year"
            if not days.day
            else f"{days.month:02}-{days.day:02} of any year"
        )
    first, last = (None if date is None else _iso(date) for date in (days.first, days.last))
    if first == last:
        return str(first)
    return " ".join([*(["from", first] if first else []), *(["up to", last] if last else [])])


def _iso(date: Date) -> str:
    return f"{date.year:04}-{date.month:02}-{min(date.day, month_length(date.year, date.month)):02}"


def _interval(numbers: Numbers) -> str:
    def shown(value: Decimal) -> str:
        return f"{value.normalize():,f}" + ("%" if numbers.percent else "")

    if numbers.first is not None and numbers.first == numbers.last:
        return shown(numbers.first)
    parts = []
    if numbers.first is not None:
        parts.append(f"{'more than' if numbers.above else 'at least'} {shown(numbers.first)}")
    if numbers.last is not None:
        parts.append(f"{'less than' if numbers.below else 'at most'} {shown(numbers.last)}")
    return " and ".join(parts)


def _shown(term: str) -> str:
    if term[0] in "np":
        value = term_value(term)
        return f"{value:,f}" + ("%" if term[0] == "p" else "")
    return term[1:].removeprefix("0000-")
