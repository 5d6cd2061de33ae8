"""Occurrence and frequency of strings in an index, for guesses at what was meant."""

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from searchidx.analyzer import is_cjk
from searchidx.fold import fold
from searchidx.lexicon import Lexicon, load
from searchidx.local.lookup import sorted_sets, substring
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot

SPACING = "cut otherwise"
_SAMPLE = 32  # paragraphs read to estimate how many contain a string
_CLOSE_SAMPLE = 200
_COUNT_SAMPLE = 100
_MAX_UNREAD = 1024  # candidates above which a string is taken to occur
_FREQUENCY_WEIGHT = 0.6  # of ten times as many paragraphs, against the cost of a slip
_WORD_BONUS = 0.8  # of a word of the dictionary
_SPLIT_COST = 2.0


class Guess(NamedTuple):
    """A correction that occurs in the index.

    Attributes:
        text: Folded text.
        score: Likelihood, for comparison with other guesses.
        cost: Cost of the slip; a less likely one costs more.
        why: Name of the slip, for people.
    """

    text: str
    score: float
    cost: float
    why: str


class Counts:
    """Cached counts of strings in one snapshot.

    Attributes:
        snapshot: The index.
        allowed: Mask of the paragraphs that :meth:`count` counts; None for all.
    """

    def __init__(self, snapshot: Snapshot, allowed: Mask | None = None) -> None:
        """Start with empty caches."""
        self.snapshot = snapshot
        self.allowed = allowed
        self._pairs: dict[str, bool] = {}
        self._followers: dict[str, frozenset[str]] = {}

    @cached_property
    def lexicon(self) -> Lexicon:
        """The dictionary."""
        return load()

    def occurs(self, text: str) -> bool:
        """Return true if any paragraph contains a folded string; one with very many candidates is taken to occur."""
        if not text:
            return True
        if _is_pair(text):
            return self.has_pair(text)
        if text.isascii() and text.isalnum():
            return self._has_run(text.encode("utf-8", "surrogatepass"))
        proven, possible = substring.candidates(self.snapshot, text)
        if len(proven):
            return True
        # Nearly all of many candidates contain the string.
        return len(possible) > _MAX_UNREAD or any(
            bool(substring.contains(self.snapshot, [text], numbers).any())
            for numbers in (_sample(possible, _SAMPLE), possible)
        )

    def _has_run(self, run: bytes) -> bool:
        tables = (part.table(schema.WORDS) for part in self.snapshot.segments)
        return any(len(table.containing(run, 0, len(table))) for table in tables)

    def has_pair(self, pair: str) -> bool:
        """Return true if two CJK characters occur side by side."""
        is_present = self._pairs.get(pair)
        if is_present is None:
            key = pair.encode("utf-8", "surrogatepass")
            tables = (part.table(schema.BIGRAMS) for part in self.snapshot.segments)
            is_present = self._pairs[pair] = any(table.find(key) >= 0 for table in tables)
        return is_present

    def has_all_pairs(self, text: str) -> bool:
        """Return true if each pair of neighbouring characters of a string occurs."""
        return all(self.has_pair(text[start : start + 2]) for start in range(len(text) - 1))

    def followers(self, character: str) -> frozenset[str]:
        """Return the characters that follow one anywhere."""
        followers = self._followers.get(character)
        if followers is None:
            characters: set[str] = set()
            prefix = character.encode("utf-8", "surrogatepass")
            for part in self.snapshot.segments:
                table = part.table(schema.BIGRAMS)
                raw, _ = table.text(*table.prefix_range(prefix))
                characters.update(table.decode(raw)[1::2])
            followers = self._followers[character] = frozenset(characters)
        return followers

    def characters_between(self, left: str, right: str) -> set[str]:
        """Return single characters that occur between two strings, of which one may be empty; a sample of texts is read."""
        candidates = [substring.candidates(self.snapshot, text) for text in (left, right) if text]
        numbers = [np.sort(np.concatenate([proven, possible])) for proven, possible in candidates]
        both = numbers[0] if len(numbers) == 1 else sorted_sets.common(numbers[0], numbers[1])
        characters: set[str] = set()
        for text in self.snapshot.texts(_sample(both, _SAMPLE)):
            characters.update(_between(fold(text), left, right))
        return characters

    def words_with_prefix(self, prefix: str, length: int) -> set[str]:
        """Return the terms of a number of characters that begin with a prefix."""
        words: set[str] = set()
        for part in self.snapshot.segments:
            table = part.table(schema.WORDS)
            raw, ends = table.text(*table.prefix_range(prefix.encode("utf-8", "surrogatepass")))
            stops = ends.tolist()
            terms = (table.decode(raw[start:stop]) for start, stop in zip([0, *stops], stops, strict=False))
            words.update(term for term in terms if len(term) == length)
        return words

    def guess(self, text: str, cost: float, why: str, *, closely: bool = False) -> Iterator[Guess]:
        """Yield the guess of a string if it occurs."""
        if count := self.estimate(text, closely=closely):
            bonus = _WORD_BONUS if self.is_word(text) else 0.0
            yield Guess(text, _FREQUENCY_WEIGHT * math.log10(count) + bonus - cost, cost, why)

    def guess_split(self, parts: Sequence[str]) -> Iterator[Guess]:
        """Yield the guess of strings with spaces between if they occur together."""
        if all(map(str.strip, parts)) and (count := self.count(*parts)):
            score = _FREQUENCY_WEIGHT * math.log10(count) - _SPLIT_COST
            yield Guess(" ".join(parts), score, _SPLIT_COST, SPACING)

    def is_word(self, text: str) -> bool:
        """Return true if the dictionary has a word."""
        if len(text) < 2:
            return False
        pair = self.lexicon.pair(text[:2])
        if pair is None:
            return False
        return bool(pair.frequency if len(text) == 2 else pair.longer.get(text[2:]))

    def estimate(self, text: str, *, closely: bool = False) -> int:
        """Estimate the number of paragraphs that contain a string; with ``closely`` from a larger sample."""
        if " " in text:
            return self.count(*text.split(" "))
        if _is_pair(text):
            return self.snapshot.document_frequency(schema.BIGRAMS, text)
        if count := self.snapshot.document_frequency(schema.WORDS, text):
            return count
        proven, possible = substring.candidates(self.snapshot, text)
        if not len(possible):
            return len(proven)
        sample = _sample(possible, _CLOSE_SAMPLE if closely else _SAMPLE)
        share = float(substring.contains(self.snapshot, [text], sample).mean())
        return len(proven) + math.ceil(share * len(possible))

    def count(self, *texts: str) -> int:
        """Count the allowed paragraphs that contain all of some strings; an estimate where very many texts must be read."""
        if len(texts) == 1 and " " not in texts[0] and (field := self._field_of(texts[0])):
            return len(self._within_allowed(self.snapshot.postings(field, texts[0]).paragraphs))
        needles = [needle for text in texts for needle in text.split(" ") if needle]
        if not needles:
            return 0
        candidates = [substring.candidates(self.snapshot, needle) for needle in needles]
        common = np.sort(np.concatenate(candidates[0]))
        for proven, possible in candidates[1:]:
            common = sorted_sets.common(common, np.sort(np.concatenate([proven, possible])))
        common = self._within_allowed(common)
        if not len(common) or not any(len(possible) for _, possible in candidates):
            return len(common)
        share = float(substring.contains(self.snapshot, needles, _sample(common, _COUNT_SAMPLE)).mean())
        return round(share * len(common))

    def _field_of(self, text: str) -> str | None:
        """Return the field with a string as a term, by whose postings its paragraphs are counted exactly."""
        if _is_pair(text):
            return schema.BIGRAMS
        return schema.WORDS if self.snapshot.document_frequency(schema.WORDS, text) else None

    def _within_allowed(self, numbers: Numbers) -> Numbers:
        return numbers if self.allowed is None else numbers[self.allowed[numbers]]


def _is_pair(text: str) -> bool:
    return len(text) == 2 and all(map(is_cjk, text))


def _between(folded: str, left: str, right: str) -> Iterator[str]:
    """Yield the single characters between two strings in a text, of which one may be empty."""
    if not left:
        yield from (folded[offset - 1] for offset in _offsets(folded, right) if offset)
        return
    for end in (offset + len(left) for offset in _offsets(folded, left)):
        if end < len(folded) and folded.startswith(right, end + 1):
            yield folded[end]


def _offsets(text: str, needle: str) -> Iterator[int]:
    offset = text.find(needle)
    while offset >= 0:
        yield offset
        offset = text.find(needle, offset + 1)


def _sample(numbers: Numbers, size: int) -> Numbers:
    """Return a number of paragraphs at most, spread evenly."""
    if len(numbers) <= size:
        return numbers
    return numbers[np.linspace(0, len(numbers) - 1, size).astype(np.int64)]
