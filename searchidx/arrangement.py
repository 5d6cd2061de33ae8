"""Arrangement of matches beyond their rank: order, groups, near-duplicates, facets and context.

Values for every engine, and their validation. A plain search does not import this module.
"""

from collections.abc import Sequence
from typing import Any, Literal, get_args

from searchidx._startup.dataclass import dataclass
from searchidx.errors import UsageError

Sort = Literal["score", "path", "date"]
Group = Literal["document"]
Facet = Literal["type", "path", "heading", "date", "month", "day"]

MAX_CONTEXT = 100
"""Limit of the paragraphs before or after a hit."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Arrangement of the matches of a query.

    Attributes:
        sort: Order of hits inside each tier: by falling score, by path and line, or by date (the newest first, undated
            ones last).
        group: ``document`` keeps the best paragraph of each document.
        distinct: True folds near-duplicates into the best of them, before any grouping.
        facets: Facets by which all matching paragraphs are counted.
        before: Number of context paragraphs before each hit.
        after: Number of context paragraphs after each hit.
    """

    sort: Sort = "score"
    group: Group | None = None
    distinct: bool = False
    facets: tuple[Facet, ...] = ()
    before: int = 0
    after: int = 0


def arrangement(
    *,
    sort: str = "score",
    group: str | None = None,
    distinct: bool = False,
    facets: Sequence[str] = (),
    before: int = 0,
    after: int = 0,
) -> Arrangement:
    """Build an arrangement from names and numbers of a user.

    Raises:
        UsageError: An order, group or facet is unknown (the message lists the valid ones), or the context is too large.
    """
    return Arrangement(
        sort=_one_of("sort", sort, get_args(Sort)),
        group=None if group is None else _one_of("group", group, get_args(Group)),
        distinct=distinct,
        facets=tuple(dict.fromkeys(_one_of("facet", facet, get_args(Facet)) for facet in facets)),
        before=_context("before", before),
        after=_context("after", after),
    )


def _one_of(name: str, value: str, choices: tuple[Any, ...]) -> Any:
    """Return the choice that equals a value, or raise UsageError."""
    for choice in choices:
        if choice == value:
            return choice
    from difflib import get_close_matches

    close = get_close_matches(value, choices, n=1)
    remedy = f"; did you mean {close[0]}?" if close else ""
    raise UsageError(f"--{name}: {value!r} is not one of {', '.join(choices)}{remedy}")


def _context(name: str, value: int) -> int:
    """Return a number of context paragraphs, or raise UsageError if it is out of range."""
    if not 0 <= value <= MAX_CONTEXT:
        raise UsageError(f"--{name}: {value} is not a number from 0 to {MAX_CONTEXT}")
    return value
