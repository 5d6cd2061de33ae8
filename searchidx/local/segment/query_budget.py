"""A processor-time budget per query, checked in every loop that can be long.

Processor time is counted and not the clock, so that no query is stopped because the machine is busy or the disk slow.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any, TypeVar

from searchidx.errors import QueryError

_MAX_TERMS = 1 << 14
_MAX_MATCHED_TERMS = 3000
_MAX_PARAGRAPHS = 1200
_MATCHING_SHARE = 0.7  # of the seconds; the rest is for the work between two checks
_RANKING_SHARE = 0.95  # of the seconds, for ranking the matches of a search that stopped reading

try:
    from time import thread_time as _processor_time
except ImportError:  # a system that does not count by thread
    _processor_time = perf_counter
_wall_time = perf_counter

_REMEDY = "SEARCHIDX_QUERY_SECONDS=N allows more time, 0 any"

T = TypeVar("T")
_ENDLESS = float("inf")
_UNLIMITED = 1 << 60


class SharedDeadline:
    """Deadline common to several queries of one thread, set by the first one that has a budget.

    A search without matches runs further queries, for suggestions and for matches elsewhere; together they are one search
    to the person who waits.

    Attributes:
        end: Processor time of this thread at which matching ends; endless before the first query.
    """

    def __init__(self) -> None:
        """Create a deadline that the first query sets."""
        self.end = _ENDLESS


class QueryBudget:
    """Processor-time budget of one query, which runs in one thread.

    The ``max_`` limits are counts and no times, so that the same query gets the same answer.

    Attributes:
        max_terms: Number of terms that a pattern may expand to.
        max_matched_terms: Number of terms that a regular expression may match; it is tried on one term at a time.
        max_paragraphs: Number of paragraphs that may be read to verify a pattern.
        is_complete: False once reading has stopped for want of time, so that there may be further matches.
        partial_results: Results of this query that were not read to their end, by the key of what was read.
        pending_reads: Number of strings still to be searched for, each of which gets its share of the time left.
    """

    def __init__(self, seconds: float = 0, shared: SharedDeadline | None = None) -> None:
        """Start the budget of a query.

        Args:
            seconds: Processor time from now; 0 is no limit.
            shared: Deadline that it shares with other queries.
        """
        self.max_terms, self.max_matched_terms, self.max_paragraphs = (
            (_MAX_TERMS, _MAX_MATCHED_TERMS, _MAX_PARAGRAPHS) if seconds else (_UNLIMITED,) * 3
        )
        self.pending_reads = 1
        self.is_complete = True
        self.partial_results: dict[tuple[str, ...], Any] = {}
        self._seconds = seconds
        self._shared = shared
        self._unchecked_until = 0.0
        now = _processor_time()
        self._end = now + seconds * _MATCHING_SHARE if seconds else _ENDLESS
        self._ranking_end = now + seconds * _RANKING_SHARE if seconds else _ENDLESS
        if shared is not None and shared.end == _ENDLESS:
            shared.end = self._end
        elif shared is not None:  # a further query has no time beyond the deadline
            self._end = self._ranking_end = min(self._end, shared.end)
        self._last_read = self._share_end = self._end

    def exclude(self, work: Callable[[], T]) -> T:
        """Return the result of work that is done once for all queries, without counting its time."""
        start = _processor_time()
        result = work()
        duration = _processor_time() - start
        self._end += duration
        self._ranking_end += duration
        self._last_read += duration
        self._share_end += duration
        if self._shared is not None:
            self._shared.end += duration
        return result

    def check(self) -> None:
        """Raise QueryError if the budget is used up."""
        # A thread spends no more processor time than passes on the clock, which is far cheaper to read.
        if _wall_time() < self._unchecked_until:
            return
        now = _processor_time()
        if now > self._end:
            raise self.error()
        self._unchecked_until = _wall_time() + (self._end - now)

    def may_read(self) -> bool:
        """Return True while there is time to read more text; mark the answer as incomplete otherwise."""
        self._end = max(self._end, self._ranking_end)  # matches that were read can still be ranked
        is_over = _processor_time() > self._share_end
        if is_over:
            self.is_complete = False
        return not is_over

    def share(self, read: Callable[[], T]) -> T:
        """Return the result of a read that gets an equal share of the time left, so that every string of a query is read."""
        now = _processor_time()
        self._share_end = now + (self._last_read - now) / max(self.pending_reads, 1)
        self.pending_reads -= 1
        try:
            return read()
        finally:
            self._share_end = self._last_read

    def stop(self) -> None:
        """Mark the answer as incomplete, and leave time to rank the matches that were read."""
        self.is_complete = False
        self._end = max(self._end, self._ranking_end)

    def error(self) -> QueryError:
        """Return the error of a query that used up its budget."""
        return QueryError(
            f"this query takes longer than {self._seconds:g} s: search for less at once, or for longer words; "
            f"{_REMEDY}"
        )

    def note(self, total: int) -> str:
        """Return the note on a query that was stopped with some matches."""
        return f"stopped after {self._seconds:g} s with {total:,} matches, there may be more; {_REMEDY}"
