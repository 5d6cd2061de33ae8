"""What of ``search`` goes beyond rank, from flags to the words of :meth:`searchidx.Index.search`.

For :mod:`searchidx.cli.search`, which imports this only where such a flag is given.
"""

from collections.abc import Iterator
from typing import Any

from searchidx.cli.opening import number
from searchidx.errors import UsageError

_HITS = ("--sort", "--group", "--distinct", "-A, -B and -C")


def words(
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
    """Check the flags against each other and give the keyword arguments of a search.

    Raises:
        UsageError: Two of them make no sense together, or one none at all.
    """
    around = number("--context", context)
    given = dict(zip(_HITS, (sort, group, distinct, after or before or context), strict=True))
    hits = [flag for flag, value in given.items() if value]
    for one, other, why in _conflicts(hits, facet=facet is not None, files=files, count=count):
        raise UsageError(f"{one} and {other} can't be combined: {why}")
    return {
        "sort": sort if sort is not None else "score",
        "group": group,
        "distinct": distinct,
        "facets": [] if facet is None else [name.strip() for name in facet.split(",")],
        "after": number("--after", after) if after is not None else around,
        "before": number("--before", before) if before is not None else around,
    }


def _conflicts(hits: list[str], *, facet: bool, files: bool, count: bool) -> Iterator[tuple[str, str, str]]:
    if facet:
        others = (*hits, *(["-l"] if files else []), *(["-c"] if count else []))
        yield from (
            ("--facet", other, "it shows counts of all matching paragraphs, and no hits") for other in others
        )
    if files:
        why = "it lists documents as they are ranked; --group document shows a hit of each"
        yield from (("-l", flag, why) for flag in hits)
    if count:
        shown = [flag for flag in hits if flag not in ("--group", "--distinct")]
        yield from (("-c", flag, "it shows a number and no hits") for flag in shown)
