"""Queries and substrings drawn from a corpus, the same ones every time."""

import random
import re
from collections import Counter
from collections.abc import Sequence

from peers import Passage
from peers.words import words

_HAN_RUN = re.compile(r"[一-鿿]{4,}")
_HAN_WORD = re.compile(r"[一-鿿]{2,}|[a-z]{3,}")


def substrings(passages: Sequence[Passage], count: int, seed: int = 1) -> list[str]:
    """Draw substrings of 1 to 12 characters without white space at their ends."""
    draw, found = random.Random(seed), []
    while len(found) < count:
        text = draw.choice(passages).text
        length = draw.randint(1, 12)
        start = draw.randrange(max(1, len(text) - length + 1))
        piece = text[start : start + length]
        if piece and piece == piece.strip() and "\n" not in piece:
            found.append(piece)
    return found


def phrases(passages: Sequence[Passage], count: int, seed: int = 2) -> list[str]:
    """Draw runs of 4 to 8 Han characters."""
    draw, found = random.Random(seed), []
    while len(found) < count:
        runs = _HAN_RUN.findall(draw.choice(passages).text)
        if runs:
            run = draw.choice(runs)
            length = min(len(run), draw.randint(4, 8))
            start = draw.randrange(len(run) - length + 1)
            found.append(run[start : start + length])
    return found


def word_queries(passages: Sequence[Passage], count: int, size: int, seed: int = 3) -> list[str]:
    """Draw queries of ``size`` words that stand in one paragraph."""
    draw, found = random.Random(seed + size), []
    while len(found) < count:
        choices = sorted(set(filter(_HAN_WORD.fullmatch, words(draw.choice(passages).text))))
        if len(choices) >= size:
            found.append(" ".join(draw.sample(choices, size)))
    return found


def very_common_word(passages: Sequence[Passage]) -> str:
    """Return the word of two Han characters that stands in most of 2,000 paragraphs."""
    sample = random.Random(4).sample(passages, min(2000, len(passages)))
    counts = Counter(word for passage in sample for word in set(words(passage.text)))
    return max((count, word) for word, count in counts.items() if re.fullmatch("[一-鿿]{2}", word))[1]


def mixed_queries(passages: Sequence[Passage], count: int = 300) -> list[str]:
    """Draw queries as people type them: a third of one word, a fifth phrases, one very common word."""
    ones, phrased, twos = count // 3, count // 5, count // 4
    threes = count - 1 - ones - phrased - twos
    queries = [
        *word_queries(passages, ones, 1),
        *word_queries(passages, twos, 2),
        *word_queries(passages, threes, 3),
        *(f'"{phrase}"' for phrase in phrases(passages, phrased)),
        very_common_word(passages),
    ]
    random.Random(5).shuffle(queries)
    return queries
