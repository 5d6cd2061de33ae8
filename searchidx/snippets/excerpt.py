"""The excerpt of a paragraph that shows best why it was found: one line, cut to columns, at sense where it can be.

An excerpt is built around the highlights that :mod:`searchidx.snippets.window` chooses. It begins with their
sentence, or their clause, or some words before them, and goes on as far as there is room; what is left over goes to
what stands before. It is never cut inside a highlight that would fit, nor inside what a reader sees as one
character.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

from searchidx._startup.dataclass import dataclass
from searchidx.snippets.clusters import is_break, nearest_break
from searchidx.snippets.line import one_line
from searchidx.snippets.sense import Cut, cut_at
from searchidx.snippets.spans import Spans
from searchidx.snippets.width import WIDTHS
from searchidx.snippets.window import best_window

_ELLIPSIS = "…"
# Marks that take no column can be piled up without end; more than this is no writing.
_CHARACTERS_PER_COLUMN = 8
# Room before the match is used up to these parts of what is left for context, by how well the excerpt then begins.
_SENTENCE_LEAD = 2 / 3
_CLAUSE_LEAD = 1 / 2
_WORD_LEAD = 1 / 3
# An end that reads well is worth this part of the room behind the match.
_SENTENCE_WORTH = 1 / 2
_CLAUSE_WORTH = 3 / 4


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text on one line.

    Attributes:
        text: The line, with an ellipsis where text was left out before or after it.
        spans: Its highlights.
    """

    text: str
    spans: Spans


def excerpt(text: str, spans: Iterable[tuple[int, int]], width: int) -> Excerpt:
    """Cut the best excerpt.

    Args:
        text: The whole text.
        spans: Its highlights: ascending, non-overlapping character offsets; there may be none.
        width: Columns, at most. Fewer than two leave no room for Chinese text.

    Returns:
        The whole text when it fits on one line, with every run of white space as one space. A cut is shown by an
        ellipsis unless a highlight needs the room.
    """
    line, moved = one_line(text, spans)
    return _Cutter(line, moved, max(width, 0)).cut()


class _Cutter:
    """One line, its highlights and the room for it, with the columns before every character."""

    def __init__(self, line: str, spans: Spans, width: int) -> None:
        self._line = line
        self._spans = spans
        self._span_ends = [end for _, end in spans]
        self._width = width
        self._columns = list(accumulate(map(WIDTHS.__getitem__, line), initial=0))

    def cut(self) -> Excerpt:
        if self._fits(0, len(self._line), self._width):
            return Excerpt(self._line, self._spans)
        first, last = self._core()
        if self._fits(first, last, self._width - 2 * len(_ELLIPSIS)):
            first, last = self._with_context(first, last)
        elif not self._fits(first, last, self._width):
            last = self._last_cluster(first, self._width - self._ellipses(first, last))
        return self._excerpt(first, last)

    def _core(self) -> tuple[int, int]:
        """Return the offsets that must be shown, widened to whole clusters."""
        if not self._spans:
            return 0, 0
        room = self._width - 2 * len(_ELLIPSIS)
        first, last = best_window(self._line, self._spans, lambda start, end: self._fits(start, end, room))
        start, end = self._spans[first][0], self._spans[last][1]
        return nearest_break(self._line, start, 0), nearest_break(self._line, end, len(self._line))

    def _with_context(self, first: int, last: int) -> tuple[int, int]:
        start = self._lead(first, last)
        end = self._follow(start, last)
        if end == len(self._line):
            start = self._fill_before(start, end)
        return start, end

    def _lead(self, first: int, last: int) -> int:
        """Choose where to begin: at the sentence, at a clause, or some words before the match."""
        room = self._width - 2 * len(_ELLIPSIS) - self._between(first, last)
        clause = word = None
        for place in range(first, self._earliest(first, int(room * _SENTENCE_LEAD)) - 1, -1):
            if not self._is_clean(place):
                continue
            cut = cut_at(self._line, place)
            columns = self._between(place, first)
            if cut == Cut.SENTENCE:
                return place
            if cut == Cut.CLAUSE and columns <= room * _CLAUSE_LEAD:
                clause = place
            if cut >= Cut.ANYWHERE and columns <= room * _WORD_LEAD:
                word = place
        return next((place for place in (clause, word) if place is not None), first)

    def _follow(self, start: int, last: int) -> int:
        """Choose where to end: the whole rest, or as far as there is room and it reads well."""
        room = self._width - (len(_ELLIPSIS) if start else 0)
        if self._fits(start, len(self._line), room):
            return len(self._line)
        furthest = self._latest(start, room - len(_ELLIPSIS))
        return self._best(range(furthest, last, -1), last, self._between(last, furthest))

    def _fill_before(self, start: int, end: int) -> int:
        """Use what room is left for what stands before."""
        if self._fits(0, end, self._width):
            return 0
        earliest = self._earliest(end, self._width - len(_ELLIPSIS))
        return self._best(range(earliest, start), start, self._between(earliest, start))

    def _best(self, places: Iterable[int], nearest: int, room: int) -> int:
        """Choose among places, the most generous first, weighing room given away against how a cut reads."""
        clause = word = None
        for place in places:
            if not self._is_clean(place):
                continue
            cut = cut_at(self._line, place)
            columns = abs(self._between(place, nearest))
            if cut == Cut.SENTENCE and columns >= room * _SENTENCE_WORTH:
                return place
            if cut >= Cut.CLAUSE and columns >= room * _CLAUSE_WORTH and clause is None:
                clause = place
            if cut >= Cut.ANYWHERE and word is None:
                word = place
        return next((place for place in (clause, word) if place is not None), nearest)

    def _excerpt(self, first: int, last: int) -> Excerpt:
        while last > first and self._line[last - 1] == " ":
            last -= 1
        while first < last and self._line[first] == " ":
            first += 1
        room = self._width - self._between(first, last)
        before = _ELLIPSIS if first and room else ""
        after = _ELLIPSIS if last < len(self._line) and room > len(before) else ""
        shift = len(before) - first
        spans = tuple(
            (max(start, first) + shift, min(end, last) + shift)
            for start, end in self._spans
            if max(start, first) < min(end, last)
        )
        return Excerpt(before + self._line[first:last] + after, spans)

    def _ellipses(self, first: int, last: int) -> int:
        return min((first > 0) + (last < len(self._line) or first < last), self._width) * len(_ELLIPSIS)

    def _between(self, first: int, last: int) -> int:
        return self._columns[last] - self._columns[first]

    def _fits(self, first: int, last: int, columns: int) -> bool:
        return self._between(first, last) <= columns and last - first <= columns * _CHARACTERS_PER_COLUMN

    def _latest(self, first: int, columns: int) -> int:
        """Return the end of what fits from an offset on."""
        end = bisect_right(self._columns, self._columns[first] + max(columns, 0)) - 1
        return min(end, first + columns * _CHARACTERS_PER_COLUMN)

    def _earliest(self, last: int, columns: int) -> int:
        """Return the beginning of what fits up to an offset."""
        start = bisect_left(self._columns, self._columns[last] - columns)
        return max(start, last - columns * _CHARACTERS_PER_COLUMN, 0)

    def _last_cluster(self, first: int, columns: int) -> int:
        furthest = self._latest(first, columns)
        whole = nearest_break(self._line, furthest, first)
        return whole if whole > first else furthest

    def _is_clean(self, place: int) -> bool:
        """Return true if a break there is inside neither a highlight nor a cluster."""
        index = bisect_right(self._span_ends, place)
        inside = index < len(self._spans) and self._spans[index][0] < place
        return not inside and is_break(self._line, place)
