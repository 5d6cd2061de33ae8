"""Flags for sorting, grouping, facets and context, validated as keyword arguments of :meth:`searchidx.Index.search`.

:mod:`searchidx.cli.search` imports this only if one of these flags is given.
"""

from collections.abc import Iterator
from typing import Any

from searchidx.cli.opening import number
from searchidx.errors import UsageError

_HIT_FLAGS = ("--sort", "--group", "--distinct", "-A, -B and -C")


def result_options(
    *,
    sort: str | None,
    group: str | None,
    distinct: bool,
    facet: str | None,
    after: str | None,
    before: str | None,
    context: str | None,
    files: bool,
    count: bool,
) -> dict[str, Any]:
    """Return the keyword arguments of a search.

    Raises:
        UsageError: Two flags can't be combined, or a value is invalid.
    """
    context_size = number("--context", context)
    values = dict(zip(_HIT_FLAGS, (sort, group, distinct, after or before or context), strict=True))
    hits = [flag for flag, value in values.items() if value]
    for one, other, why in _conflicts(hits, facet=facet is not None, files=files, count=count):
        raise UsageError(f"{one} and {other} can't be combined: {why}")
    return {
        "sort": sort if sort is not None else "score",
        "group": group,
        "distinct": distinct,
        "facets": [] if facet is None else [name.strip() for name in facet.split(",")],
        "after": number("--after", after) if after is not None else context_size,
        "before": number("--before", before) if before is not None else context_size,
    }


def _conflicts(hits: list[str], *, facet: bool, files: bool, count: bool) -> Iterator[tuple[str, str, str]]:
    if facet:
        others = (*hits, *(["-l"] if files else []), *(["-c"] if count else []))
        yield from (
            ("--facet", other, "it prints counts of all matching paragraphs, no hits") for other in others
        )
    if files:
        why = "it lists documents in rank order; use --group document for the best hit of each"
        yield from (("-l", flag, why) for flag in hits)
    if count:
        shown = [flag for flag in hits if flag not in ("--group", "--distinct")]
        yield from (("-c", flag, "it prints a number, no hits") for flag in shown)
