"""How the matches of a query are put together beyond their rank: sorted, grouped, folded, counted, with their neighbours.

Values only, for every engine, and the check of what a user asked for. The plain search does without this module.
"""

from collections.abc import Sequence
from typing import Any, Literal, get_args

from searchidx._startup.dataclass import dataclass
from searchidx.errors import UsageError

Sort = Literal["score", "path", "date"]
Group = Literal["document"]
Facet = Literal["type", "path", "heading", "date", "month", "day"]

MAX_CONTEXT = 100
"""Paragraphs before or after a hit, at most."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is done with the matches.

    Attributes:
        sort: Tiers always stay in order; inside each, hits come by falling score, by path and place, or by date (the
            newest first, what has none last).
        group: ``document`` keeps the best paragraph of each document.
        distinct: Whether near-identical paragraphs are folded into the best of them, before any grouping.
        facets: What to count all matching paragraphs by.
        before: Neighbouring paragraphs to give before each hit.
        after: And after it.
    """

    sort: Sort = "score"
    group: Group | None = None
    distinct: bool = False
    facets: tuple[Facet, ...] = ()
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A paragraph before or after a hit, in the same document."""

    line: int
    end_line: int
    text: str


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many matching paragraphs have a value; None is none at all, such as a document without a date."""

    value: str | None
    count: int


def arrangement(
    *,
    sort: str = "score",
    group: str | None = None,
    distinct: bool = False,
    facets: Sequence[str] = (),
    before: int = 0,
    after: int = 0,
) -> Arrangement:
    """Check what was asked for.

    Raises:
        UsageError: There is no such order, group or facet, or too many neighbours; says what there is.
    """
    return Arrangement(
        sort=_one_of("sort", sort, get_args(Sort)),
        group=None if group is None else _one_of("group", group, get_args(Group)),
        distinct=distinct,
        facets=tuple(dict.fromkeys(_one_of("facet", facet, get_args(Facet)) for facet in facets)),
        before=_few("before", before),
        after=_few("after", after),
    )


def _one_of(name: str, value: str, choices: tuple[Any, ...]) -> Any:
    for choice in choices:
        if choice == value:
            return choice
    from difflib import get_close_matches

    near = get_close_matches(value, choices, n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    raise UsageError(f"--{name}: {value!r} is not one of {', '.join(choices)}{meant}")


def _few(name: str, value: int) -> int:
    if not 0 <= value <= MAX_CONTEXT:
        raise UsageError(f"--{name}: {value} is not a number from 0 to {MAX_CONTEXT}")
    return value
