"""Hits for a program: JSON Lines, each line an object with a ``type``.

The keys are a contract (docs/json.md): they may be joined by others, never change or go. Text is as in the
document; what could steer a terminal is escaped as JSON escapes it, so every line is valid JSON and valid UTF-8
and shows nothing but itself.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from searchidx.render.safe import escape_json
from searchidx.results import FileCount, Hit, Page


def hits(
    page: Page,
    arranged: Mapping[str, Any] | None = None,
    suggestions: Sequence[Mapping[str, Any]] = (),
) -> Iterator[str]:
    """Give a line a hit in order, and one that sums up.

    Args:
        page: The hits.
        arranged: How :meth:`searchidx.Index.search` was asked to put them together, if it was.
        suggestions: What to look for instead.
    """
    for hit in page.hits:
        yield dump({**_hit(hit), **(_arranged(hit, arranged) if arranged else {})})
    more: dict[str, Any] = {} if page.groups is None else {"groups": page.groups}
    more["suggestions"] = list(suggestions)
    more |= incomplete(page.complete)
    yield summary(page.query, page.total, len(page.hits), page.elapsed_ms, **more)


def files(
    query: str, counts: Sequence[FileCount], part: slice, elapsed_ms: float, *, complete: bool = True
) -> Iterator[str]:
    """Give a line a document, and one that sums up all matching paragraphs.

    Args:
        query: As typed.
        counts: All matching documents, best first.
        part: Which of them to give.
        elapsed_ms: From query string to counts.
        complete: False where there may be more.
    """
    shown = counts[part]
    for entry in shown:
        yield dump({"type": "file", "path": entry.path, "count": entry.count})
    number = sum(entry.count for entry in counts)
    yield summary(query, number, len(shown), elapsed_ms, **incomplete(complete))


def total(query: str, number: int, elapsed_ms: float, groups: int | None = None) -> Iterator[str]:
    """Give the line that sums up, for a query of which only the number was asked."""
    yield summary(query, number, 0, elapsed_ms, **({} if groups is None else {"groups": groups}))


def dump(value: Mapping[str, Any]) -> str:
    """Write one object on one line."""
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


def _arranged(hit: Hit, arranged: Mapping[str, Any]) -> dict[str, Any]:
    """What a hit has beside itself, where it was asked for."""
    found: dict[str, Any] = {}
    if arranged.get("group"):
        found["more"] = hit.more
    if arranged.get("distinct"):
        found["same"] = hit.same
    for name, around in (("before", hit.before), ("after", hit.after)):
        if arranged.get(name):
            found[name] = [{"line": one.line, "end_line": one.end_line, "text": one.text} for one in around]
    return found


def incomplete(complete: bool) -> dict[str, Any]:
    """Return the key of an answer that was stopped by its budget."""
    return {} if complete else {"complete": False}


def summary(query: str, number: int, shown: int, elapsed_ms: float, **more: Any) -> str:
    """Give the line that sums up.

    Args:
        query: As typed.
        number: Of all matching paragraphs.
        shown: Lines that came before.
        elapsed_ms: From query string to answer.
        more: Keys that only some answers have.
    """
    return dump(
        {
            "type": "summary",
            "query": query,
            "total": number,
            "shown": shown,
            **more,
            "elapsed_ms": round(elapsed_ms, 1),
        }
    )
