"""JSON Lines for a program, each line an object with a ``type``.

The keys are a contract (docs/json.md): keys may be added, never changed or removed. Text is as in the document; unsafe
characters have JSON escapes, so that every line is valid JSON and UTF-8 and safe on a terminal.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from searchidx._startup.dataclass import dataclass, field
from searchidx.render.safe import escape_json
from searchidx.results import FileCounts, Hit, Page


@dataclass(frozen=True, slots=True)
class JsonRenderer:
    """Output for a program.

    Attributes:
        options: Options of the request that add keys to a hit: ``group``, ``distinct``, ``before``, ``after``.
        stale_analysis: True if an older version made the index, which every summary notes.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    stale_analysis: bool = False
    includes_suggestions = True

    def hits(self, page: Page, suggestions: Sequence[Mapping[str, Any]] = ()) -> Iterator[str]:
        """Yield a line per hit in rank order, and the summary."""
        for hit in page.hits:
            yield dump({**_hit(hit), **_optional(hit, self.options)})
        more: dict[str, Any] = {} if page.groups is None else {"groups": page.groups}
        more["suggestions"] = list(suggestions)
        more |= _incomplete(page.complete) | _reread(page.reread)
        yield self._summary(page.query, page.total, len(page.hits), page.elapsed_ms, **more)

    def footer(self, page: Page) -> Iterator[str]:
        """Return no lines: the summary is the last line of the output."""
        del page
        return iter(())

    def files(
        self, query: str, counts: FileCounts, part: slice, elapsed_ms: float, *, with_counts: bool
    ) -> Iterator[str]:
        """Yield a line per document, always with its number of matches, and the summary."""
        del with_counts
        listed = counts[part]
        for entry in listed:
            yield dump({"type": "file", "path": entry.path, "count": entry.count})
        total = sum(entry.count for entry in counts)
        more = _incomplete(counts.complete) | _reread(counts.reread)
        yield self._summary(query, total, len(listed), elapsed_ms, **more)

    def total(
        self, query: str, total: int, elapsed_ms: float, groups: int | None = None, *, reread: bool = False
    ) -> Iterator[str]:
        """Yield the summary only."""
        more: dict[str, Any] = {} if groups is None else {"groups": groups}
        yield self._summary(query, total, 0, elapsed_ms, **more, **_reread(reread))

    def facets(self, page: Page, part: slice) -> Iterator[str]:
        """Yield a line per value, and the summary."""
        shown = 0
        for facet, values in page.facets.items():
            for entry in values[part]:
                shown += 1
                yield dump({"type": "facet", "facet": facet, "value": entry.value, "count": entry.count})
        sizes = {facet: len(values) for facet, values in page.facets.items()}
        more = _incomplete(page.complete) | _reread(page.reread)
        yield self._summary(page.query, page.total, shown, page.elapsed_ms, values=sizes, **more)

    def _summary(self, query: str, total: int, shown: int, elapsed_ms: float, **more: Any) -> str:
        if self.stale_analysis:
            more["stale_analysis"] = True
        return _summary(query, total, shown, elapsed_ms, **more)


def dump(value: Mapping[str, Any]) -> str:
    """Return an object as one line of JSON."""
    return escape_json(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "type": "hit",
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "path": hit.path,
        "line": hit.line,
        "end_line": hit.end_line,
        "match_line": hit.match_line or hit.line,
        "match_column": hit.match_column,
        "page": hit.page,
        "id": hit.id,
        "headings": list(hit.headings),
        "match": hit.match,
        "text": hit.text,
        "spans": [list(span) for span in hit.spans],
        "snippet": hit.snippet,
        "title": hit.title,
        "format": hit.type,
        "date": hit.date,
        **({"stale": True} if hit.stale else {}),
    }


def _optional(hit: Hit, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of a hit that the options of the request add."""
    keys: dict[str, Any] = {}
    if options.get("group"):
        keys["more"] = hit.more
    if options.get("distinct"):
        keys["same"] = hit.same
    for name, neighbours in (("before", hit.before), ("after", hit.after)):
        if options.get(name):
            keys[name] = [
                {"line": neighbour.line, "end_line": neighbour.end_line, "text": neighbour.text}
                for neighbour in neighbours
            ]
    return keys


def _incomplete(complete: bool) -> dict[str, Any]:
    """Return the key of an answer that is incomplete because the query budget ran out."""
    return {} if complete else {"complete": False}


def _reread(reread: bool) -> dict[str, Any]:
    """Return the key of an answer to another reading of the query: filters that nothing passes as text."""
    return {"reread": True} if reread else {}


def _summary(query: str, total: int, shown: int, elapsed_ms: float, **more: Any) -> str:
    """Return the summary line.

    Args:
        query: Query as typed.
        total: Number of all matching paragraphs.
        shown: Number of lines before this one.
        elapsed_ms: Time from query string to answer.
        more: Keys that only some answers have.
    """
    return dump(
        {
            "type": "summary",
            "query": query,
            "total": total,
            "shown": shown,
            **more,
            "elapsed_ms": round(elapsed_ms, 1),
        }
    )
