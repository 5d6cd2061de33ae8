"""The most probable cut of one block: the sum of the logarithms of its words' shares is greatest.

The arithmetic is jieba's to the last bit (the same sums in the same order; of equal sums the longer word), since a
difference in rounding would now and then cut a text differently.
"""

from math import log
from operator import add
from typing import NamedTuple

from searchidx.lexicon import Lexicon

_REMEMBERED = 1 << 17


class Scores(NamedTuple):
    """Logarithms of the shares of all words that begin with a given pair of characters; None for what is no word.

    Attributes:
        one: Of the first character.
        two: Of both.
        longer: Of what is longer, by the characters after the two; a missing key means that nothing goes on so.
    """

    one: float | None
    two: float | None
    longer: dict[str, float | None]


class Route:
    """Finds the best cut with the words of one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Look words up in ``lexicon``, and remember what was looked up."""
        logarithm = log(lexicon.total)
        self._singles = _Singles(lexicon, logarithm)
        self._pairs = _Pairs(lexicon, logarithm)

    def begins(self, two: str) -> Scores | None:
        """Give the scores of what begins with two characters, or None when nothing does."""
        return self._pairs[two]

    def ends(self, block: str) -> list[int]:
        """Say for each character where a word of the best cut that began there would end."""
        size = len(block)
        singles = list(map(self._singles.__getitem__, block))
        pairs: list[Scores | None] = list(map(self._pairs.__getitem__, map(add, block, block[1:])))
        pairs.append(None)
        ends = list(range(1, size + 1))
        after = [0.0] * (size + 1)  # score of the best cut from a character on
        best = 0.0
        for start in range(size - 1, -1, -1):
            scores = pairs[start]
            if scores is None:
                best += singles[start]
            else:
                best, ends[start] = _choose(block, start, scores, singles[start], after)
            after[start] = best
        return ends


def _choose(block: str, start: int, scores: Scores, single: float, after: list[float]) -> tuple[float, int]:
    """Choose among the words that begin at ``start``; the character alone where there is none."""
    one, two, longer = scores
    end = start + 1
    best = None if one is None else one + after[end]
    if two is not None:
        score = two + after[start + 2]
        if best is None or score >= best:
            best, end = score, start + 2
    if longer:
        begin = start + 2
        for stop in range(start + 3, len(block) + 1):
            rest = block[begin:stop]
            if rest not in longer:
                break
            share = longer[rest]
            if share is not None:
                score = share + after[stop]
                if best is None or score >= best:
                    best, end = score, stop
    return (single + after[end] if best is None else best), end


class _Singles(dict[str, float]):
    """Scores of characters on their own; one that is no word counts as one that occurs once."""

    def __init__(self, lexicon: Lexicon, logarithm: float) -> None:
        self._lexicon = lexicon
        self._logarithm = logarithm

    def __missing__(self, char: str) -> float:
        score = self[char] = log(self._lexicon.single(char) or 1) - self._logarithm
        return score


class _Pairs(dict[str, Scores | None]):
    """Scores by pair. Pairs that begin nothing are remembered too, being most of those met, but not without end."""

    def __init__(self, lexicon: Lexicon, logarithm: float) -> None:
        self._lexicon = lexicon
        self._logarithm = logarithm
        self._room = _REMEMBERED

    def __missing__(self, two: str) -> Scores | None:
        if len(self) >= self._room:
            self._forget()
        scores = self[two] = self._look_up(two)
        return scores

    def _forget(self) -> None:
        for two in [two for two, scores in self.items() if scores is None]:
            del self[two]
        self._room = len(self) + _REMEMBERED

    def _look_up(self, two: str) -> Scores | None:
        found = self._lexicon.pair(two)
        if found is None:
            return None
        longer = {rest: self._share(frequency) for rest, frequency in found.longer.items()}
        return Scores(self._share(self._lexicon.single(two[0])), self._share(found.frequency), longer)

    def _share(self, frequency: int) -> float | None:
        return log(frequency) - self._logarithm if frequency else None
