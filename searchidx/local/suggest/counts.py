"""What of a string is in an index, and how often: each question asked once."""

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

_READ = 32  # paragraphs read to see whether a string is there
_READ_CLOSELY = 200
_MOST_READ = 1024
_COUNTED = 100  # paragraphs read to count exactly how many hold one
_FREQUENCY = 0.6  # what ten times as many paragraphs are worth beside the cost of a slip
_WORD = 0.8  # what it is worth to be a word of the dictionary


class Guess(NamedTuple):
    """What may have been meant.

    Attributes:
        text: Folded, and in the index.
        score: How likely it is beside other guesses.
        cost: How unlikely the slip is.
        why: What the slip was, for a person.
    """

    text: str
    score: float
    cost: float
    why: str


class Lookup:
    """Asks one snapshot."""

    def __init__(self, snapshot: Snapshot, allowed: Mask | None = None) -> None:
        """Remember nothing yet; only ``allowed`` paragraphs are counted for a suggestion."""
        self.snapshot = snapshot
        self._allowed = allowed
        self._pairs: dict[str, bool] = {}
        self._after: dict[str, frozenset[str]] = {}

    @cached_property
    def lexicon(self) -> Lexicon:
        """The dictionary."""
        return load()

    def holds(self, text: str) -> bool:
        """Tell whether any paragraph holds a folded string; one that too many may hold is taken to be there."""
        if not text:
            return True
        if len(text) == 2 and all(map(is_cjk, text)):
            return self.has_pair(text)
        if text.isascii() and text.isalnum():
            return self._has_run(text.encode("utf-8", "surrogatepass"))
        proven, possible = substring.candidates(self.snapshot, text)
        if len(proven):
            return True
        # Of many that may hold it, nearly all do.
        return len(possible) > _MOST_READ or any(
            bool(substring.contains(self.snapshot, [text], some).any())
            for some in (_spread(possible, _READ), possible)
        )

    def _has_run(self, run: bytes) -> bool:
        tables = (part.table(schema.WORDS) for part in self.snapshot.segments)
        return any(len(table.containing(run, 0, len(table))) for table in tables)

    def has_pair(self, two: str) -> bool:
        """Tell whether two CJK characters stand side by side anywhere."""
        known = self._pairs.get(two)
        if known is None:
            key = two.encode("utf-8", "surrogatepass")
            tables = (part.table(schema.BIGRAMS) for part in self.snapshot.segments)
            known = self._pairs[two] = any(table.find(key) >= 0 for table in tables)
        return known

    def has_all_pairs(self, text: str) -> bool:
        """Tell whether all neighbours of a string stand side by side somewhere."""
        return all(self.has_pair(text[at : at + 2]) for at in range(len(text) - 1))

    def after(self, char: str) -> frozenset[str]:
        """The characters that come after one anywhere."""
        known = self._after.get(char)
        if known is None:
            found: set[str] = set()
            prefix = char.encode("utf-8", "surrogatepass")
            for part in self.snapshot.segments:
                table = part.table(schema.BIGRAMS)
                raw, _ = table.text(*table.prefix_range(prefix))
                found.update(table.decoded(raw)[1::2])
            known = self._after[char] = frozenset(found)
        return known

    def between(self, left: str, right: str) -> set[str]:
        """The single characters that stand between two strings in some texts, of which one may be empty."""
        held = [substring.candidates(self.snapshot, part) for part in (left, right) if part]
        numbers = [np.sort(np.concatenate([proven, possible])) for proven, possible in held]
        both = numbers[0] if len(numbers) == 1 else sorted_sets.common(numbers[0], numbers[1])
        found: set[str] = set()
        for text in self.snapshot.texts(_spread(both, _READ)):
            folded = fold(text)
            if left:
                ends = (at + len(left) for at in _places(folded, left))
                found.update(
                    folded[at] for at in ends if at < len(folded) and folded.startswith(right, at + 1)
                )
            else:
                found.update(folded[at - 1] for at in _places(folded, right) if at)
        return found

    def words_from(self, prefix: str, length: int) -> set[str]:
        """Words of a number of characters that begin so, as texts were cut into them."""
        found: set[str] = set()
        for part in self.snapshot.segments:
            table = part.table(schema.WORDS)
            raw, ends = table.text(*table.prefix_range(prefix.encode("utf-8", "surrogatepass")))
            stops = ends.tolist()
            words = (table.decoded(raw[a:b]) for a, b in zip([0, *stops], stops, strict=False))
            found.update(word for word in words if len(word) == length)
        return found

    def seen(self, text: str, cost: float, why: str, *, closely: bool = False) -> Iterator[Guess]:
        """The guess of a string, if it is in the index."""
        if held := self.about(text, closely=closely):
            known = _WORD if self.is_word(text) else 0.0
            yield Guess(text, _FREQUENCY * math.log10(held) + known - cost, cost, why)

    def apart(self, pieces: Sequence[str]) -> Iterator[Guess]:
        """The guess that pieces which are all there were not meant to touch."""
        if all(map(str.strip, pieces)) and (held := self.count(*pieces)):
            yield Guess(" ".join(pieces), _FREQUENCY * math.log10(held) - 2.0, 2.0, "cut otherwise")

    def _counted(self, numbers: Numbers) -> Numbers:
        return numbers if self._allowed is None else numbers[self._allowed[numbers]]

    def _field_of(self, text: str) -> str | None:
        """The field that has a string as a term, and so knows how many paragraphs hold it."""
        if len(text) == 2 and all(map(is_cjk, text)):
            return schema.BIGRAMS
        return schema.WORDS if self.snapshot.count_at_most(schema.WORDS, text) else None

    def is_word(self, text: str) -> bool:
        """Tell whether the dictionary has a word."""
        if len(text) < 2:
            return False
        pair = self.lexicon.pair(text[:2])
        if pair is None:
            return False
        return bool(pair.frequency if len(text) == 2 else pair.longer.get(text[2:]))

    def about(self, text: str, *, closely: bool = False) -> int:
        """How many paragraphs hold a string, about; 0 if hardly any does, or with ``closely`` if fewer do."""
        if " " in text:
            return self.count(*text.split(" "))
        if len(text) == 2 and all(map(is_cjk, text)):
            return self.snapshot.count_at_most(schema.BIGRAMS, text)
        if held := self.snapshot.count_at_most(schema.WORDS, text):
            return held
        proven, possible = substring.candidates(self.snapshot, text)
        if not len(possible):
            return len(proven)
        read = _spread(possible, _READ_CLOSELY if closely else _READ)
        share = float(substring.contains(self.snapshot, [text], read).mean())
        return len(proven) + math.ceil(share * len(possible))

    def count(self, *texts: str) -> int:
        """How many paragraphs hold all of some strings; of long strings that many hold, nearly."""
        if len(texts) == 1 and " " not in texts[0] and (field := self._field_of(texts[0])):
            return len(self._counted(self.snapshot.find(field, texts[0]).paragraphs))
        needles = [needle for text in texts for needle in text.split(" ") if needle]
        held: Numbers | None = None
        sure = True
        for needle in needles:
            proven, possible = substring.candidates(self.snapshot, needle)
            sure = sure and not len(possible)
            here = np.sort(np.concatenate([proven, possible]))
            held = here if held is None else sorted_sets.common(held, here)
        held = self._counted(held) if held is not None else None
        if held is None or not len(held):
            return 0
        if sure:
            return len(held)
        read = _spread(held, _COUNTED)
        share = float(substring.contains(self.snapshot, needles, read).mean())
        return round(share * len(held))


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _spread(numbers: Numbers, most: int) -> Numbers:
    """So many at most, from all over."""
    if len(numbers) <= most:
        return numbers
    return numbers[np.linspace(0, len(numbers) - 1, most).astype(np.int64)]
