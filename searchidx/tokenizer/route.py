"""The most probable segmentation of one block: the greatest sum of the log probabilities of its words.

The arithmetic is jieba's to the last bit (the same sums in the same order; of equal sums the longer word), since a
difference in rounding would now and then tokenize a text differently.
"""

from math import log
from operator import add
from typing import NamedTuple

from searchidx.lexicon import Lexicon

MAX_CACHED_PAIRS = 1 << 17


class Scores(NamedTuple):
    """Log probabilities of all words that begin with a pair of characters; None for a prefix that is no word.

    Attributes:
        one: Of the first character.
        two: Of both.
        longer: Of longer words, by the characters after the two; a missing key is the prefix of no word.
    """

    one: float | None
    two: float | None
    longer: dict[str, float | None]


class Route:
    """Viterbi search for the best segmentation with the words of one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Look words up in ``lexicon`` and cache their scores."""
        logarithm = log(lexicon.total)
        self._singles = _Singles(lexicon, logarithm)
        self._pairs = _Pairs(lexicon, logarithm)

    def prefix_scores(self, two: str) -> Scores | None:
        """Return the scores of the words that begin with two characters, or None if there are none."""
        return self._pairs[two]

    def ends(self, block: str) -> list[int]:
        """Return for each character the end of the word of the best segmentation that begins there."""
        size = len(block)
        singles = list(map(self._singles.__getitem__, block))
        pairs: list[Scores | None] = list(map(self._pairs.__getitem__, map(add, block, block[1:])))
        pairs.append(None)
        ends = list(range(1, size + 1))
        after = [0.0] * (size + 1)  # score of the best segmentation from a character on
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
    """Return the best score from ``start`` on and the end of its first word: the character alone if no word begins there."""
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
            suffix = block[begin:stop]
            if suffix not in longer:
                break
            word_score = longer[suffix]
            if word_score is not None:
                score = word_score + after[stop]
                if best is None or score >= best:
                    best, end = score, stop
    return (single + after[end] if best is None else best), end


class _Singles(dict[str, float]):
    """Scores of single characters; a character that is no word has frequency 1."""

    def __init__(self, lexicon: Lexicon, logarithm: float) -> None:
        self._lexicon = lexicon
        self._logarithm = logarithm

    def __missing__(self, char: str) -> float:
        score = self[char] = log(self._lexicon.single(char) or 1) - self._logarithm
        return score


class _Pairs(dict[str, Scores | None]):
    """Scores by pair. Pairs that begin no word, the majority in any text, are cached up to a limit."""

    def __init__(self, lexicon: Lexicon, logarithm: float) -> None:
        self._lexicon = lexicon
        self._logarithm = logarithm
        self._max_size = MAX_CACHED_PAIRS

    def __missing__(self, two: str) -> Scores | None:
        if len(self) >= self._max_size:
            self._drop_missing()
        scores = self[two] = self._look_up(two)
        return scores

    def _drop_missing(self) -> None:
        for two in [two for two, scores in self.items() if scores is None]:
            del self[two]
        self._max_size = len(self) + MAX_CACHED_PAIRS

    def _look_up(self, two: str) -> Scores | None:
        pair = self._lexicon.pair(two)
        if pair is None:
            return None
        longer = {suffix: self._score(frequency) for suffix, frequency in pair.longer.items()}
        return Scores(self._score(self._lexicon.single(two[0])), self._score(pair.frequency), longer)

    def _score(self, frequency: int) -> float | None:
        return log(frequency) - self._logarithm if frequency else None
