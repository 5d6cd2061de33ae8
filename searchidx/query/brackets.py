"""Brackets: which of them group, and which are text like those of ``f(x)``, ``药物(ADC)`` and ``:-)``.

A pair groups when white space, a quoted string or an operator is inside, or, in a query with operators, when
it stands at the beginning of a run. An unpaired bracket groups in a query with operators only.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal, TypeAlias

from searchidx.query.characters import BRACKETS
from searchidx.query.operators import Operator
from searchidx.query.quotes import Quoted
from searchidx.query.sign_positions import Places

Role: TypeAlias = Literal["open", "close", "stray"]
"""What a bracket that is not text does: a stray one closes what nothing opened."""


def read_brackets(
    query: str, quoted: Sequence[Quoted], operators: Sequence[Operator], places: Places
) -> tuple[dict[int, Role], frozenset[int]]:
    """Return the role of each bracket of a half-width query.

    Returns:
        Roles by position, for all but those that are text; and the positions of those without a counterpart,
        whatever their role.
    """
    positions = _outside(query, quoted)
    pairs, unpaired = _pair(query, positions)
    breaks = _breaks(query, quoted, operators)
    roles: dict[int, Role] = {}
    for start in positions:
        if query[start] == ")":
            if operators and start in unpaired:
                roles[start] = "stray"
            continue
        end = pairs.get(start)
        if operators:
            groups = places.begins_run(start, roles) or _holds_several(query, start, end, breaks)
        else:
            groups = end is not None and _holds_several(query, start, end, breaks)
        if groups:
            roles[start] = "open"
            if end is not None:
                roles[end] = "close"
    return roles, unpaired


def _holds_several(query: str, start: int, end: int | None, breaks: Sequence[int]) -> bool:
    """Return true if there is more than one run of characters between two brackets."""
    if end is None and query[start + 1 : start + 2].isspace():
        return False  # :( and the like
    inside_end = len(query) if end is None else end
    broken = bisect_left(breaks, inside_end) > bisect_left(breaks, start)
    return broken and not query[start + 1 : inside_end].isspace()


def _outside(query: str, quoted: Sequence[Quoted]) -> list[int]:
    inside = {position for string in quoted for position in range(string.start, string.end)}
    return [position for position, char in enumerate(query) if char in BRACKETS and position not in inside]


def _pair(query: str, positions: Sequence[int]) -> tuple[dict[int, int], frozenset[int]]:
    pairs: dict[int, int] = {}
    opened: list[int] = []
    unpaired: set[int] = set()
    for position in positions:
        if query[position] == "(":
            opened.append(position)
        elif opened:
            pairs[opened.pop()] = position
        else:
            unpaired.add(position)
    return pairs, frozenset(unpaired.union(opened))


def _breaks(query: str, quoted: Sequence[Quoted], operators: Sequence[Operator]) -> list[int]:
    """List the positions of what makes a bracket more than text, ascending."""
    spaces = (position for position, char in enumerate(query) if char.isspace())
    return sorted(
        [*spaces, *(string.start for string in quoted), *(operator.start for operator in operators)]
    )
