"""How much one question may cost: asked here and there on the way to an answer, so that every question ends.

What is counted is the time the processor spends on it, so that a busy machine or a slow disk cuts nothing short.
"""

from _thread import _local
from collections.abc import Callable
from time import perf_counter
from typing import Any, TypeVar

from searchidx.errors import QueryError

SECONDS = 2.0  # that a question may take, unless it is said otherwise

_TERMS = 1 << 14
_MATCHED_TERMS = 3000
_PARAGRAPHS = 1200
_SHARE = 0.7  # of these, the rest being for what is between two looks at the clock
_RANKING_SHARE = 0.95  # of these, until when matches are ranked after reading was stopped

try:
    from time import thread_time as _now
except ImportError:  # a system that does not count by thread
    _now = perf_counter

_ADVICE = "SEARCHIDX_QUERY_SECONDS=N allows more, 0 any time"

T = TypeVar("T")
_ENDLESS = float("inf")
_ANY = 1 << 60


class _Whole(_local):
    """Until when all that is asked in a thread may take, while that is one question; without end until the first is asked."""

    end: float | None = None


_whole = _Whole()


class OneQuestion:
    """Inside a ``with``, all that is asked in this thread costs no more together than the first question of it may.

    Inside another it changes nothing.

    A search that finds nothing goes on to what else would be found: these are more questions, to one who waits it is one.
    """

    def __enter__(self) -> None:
        """Begin; the clock runs from the first question."""
        self._is_outermost = _whole.end is None
        if self._is_outermost:
            _whole.end = _ENDLESS

    def __exit__(self, *_: object) -> None:
        """From now on each question is one of its own."""
        if self._is_outermost:
            _whole.end = None


class Effort(_local):
    """The time that is left for a question; each thread has its own, and none is short of it before :meth:`begin`.

    Attributes:
        terms: How many terms a pattern may stand for.
        matched_terms: How many terms a regular expression may match: they are met one by one.
        paragraphs: How many paragraphs may be read to see whether a pattern matches. These are numbers and no times, so
            that the same question gets the same answer.
        complete: False once reading was stopped for want of time: then there may be more matches.
        partial: What was read so far of what could not be read to its end, for the question at hand.
        readings: How many strings are still to be looked for, each of which has its share of the time that is left.
    """

    terms = _TERMS
    matched_terms = _MATCHED_TERMS
    paragraphs = _PARAGRAPHS

    def __init__(self) -> None:
        """Allow as much as is wanted."""
        self._end = self._ranking_end = self._last_read = self._share_end = _ENDLESS
        self._seconds = _ENDLESS
        self.readings = 1
        self.complete = True
        self.partial: dict[tuple[str, ...], Any] = {}

    def begin(self, seconds: float) -> None:
        """Allow so much from now on; 0 is as much as is wanted."""
        self.terms, self.matched_terms, self.paragraphs = (
            (_TERMS, _MATCHED_TERMS, _PARAGRAPHS) if seconds else (_ANY, _ANY, _ANY)
        )
        self._seconds = seconds
        self.complete, self.partial = True, {}
        now = _now()
        self._end = now + seconds * _SHARE if seconds else _ENDLESS
        self._ranking_end = now + seconds * _RANKING_SHARE if seconds else _ENDLESS
        if _whole.end == _ENDLESS:
            _whole.end = self._end
        elif _whole.end is not None:  # a further part of one question has no time beyond it
            self._end = self._ranking_end = min(self._end, _whole.end)
        self._last_read = self._share_end = self._end
        self.readings = 1

    def uncounted(self, work: Callable[[], T]) -> T:
        """Do something that is done once for all questions: its time is nobody's."""
        begun = _now()
        result = work()
        took = _now() - begun
        self._end += took
        self._ranking_end += took
        self._last_read += took
        self._share_end += took
        if _whole.end is not None:
            _whole.end += took
        return result

    def check(self) -> None:
        """Go on, if there is time left.

        Raises:
            QueryError: There is none.
        """
        if _now() > self._end:
            raise self.error()

    def may_read(self) -> bool:
        """Return whether there is time to read more text; if not, the answer is incomplete."""
        self._end = max(self._end, self._ranking_end)  # what was read is not lost for want of time to rank it
        is_over = _now() > self._share_end
        if is_over:
            self.complete = False
        return not is_over

    def share(self, read: Callable[[], T]) -> T:
        """Read within a share of the time that is left, so that something is read of every string of a query."""
        now = _now()
        self._share_end = now + (self._last_read - now) / max(self.readings, 1)
        self.readings -= 1
        try:
            return read()
        finally:
            self._share_end = self._last_read

    def stop(self) -> None:
        """Mark the answer as incomplete, and leave time to rank the matches of which the text was read."""
        self.complete = False
        self._end = max(self._end, self._ranking_end)

    def error(self) -> QueryError:
        """Return the error of a query that takes too long."""
        return QueryError(
            f"this takes longer than {self._seconds:g} s: look for less at once, or for longer words; "
            f"{_ADVICE}"
        )

    def note(self, total: int) -> str:
        """Return a note on a query that was stopped with some matches."""
        return f"stopped after {self._seconds:g} s with {total:,} matches, there may be more; {_ADVICE}"
