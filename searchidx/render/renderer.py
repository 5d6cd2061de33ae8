"""Protocol of an output format: a terminal, plain lines for a pipe, JSON Lines for a program."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from searchidx.results import FileCounts, Page


class Renderer(Protocol):
    """Output format of search results.

    Each method returns lines of safe text without line ends. To add a format, implement it and choose it in
    :func:`searchidx.cli.streams.renderer`.

    Attributes:
        includes_suggestions: True if :meth:`hits` writes suggestions; otherwise they are messages on standard error.
    """

    @property
    def includes_suggestions(self) -> bool: ...

    def hits(self, page: Page, suggestions: Sequence[Mapping[str, Any]] = ()) -> Iterator[str]:
        """Render the hits of a page in rank order, with suggestions as JSON objects."""
        ...

    def footer(self, page: Page) -> Iterator[str]:
        """Render the summary for standard error, after the hits; empty if the format has none."""
        ...

    def files(
        self, query: str, counts: FileCounts, part: slice, elapsed_ms: float, *, with_counts: bool
    ) -> Iterator[str]:
        """Render a part of the matching documents, with their numbers of matches if ``with_counts``."""
        ...

    def total(
        self, query: str, total: int, elapsed_ms: float, groups: int | None = None, *, reread: bool = False
    ) -> Iterator[str]:
        """Render the number of matching paragraphs, or of their groups."""
        ...

    def facets(self, page: Page, part: slice) -> Iterator[str]:
        """Render a part of the values of each facet with their counts."""
        ...
