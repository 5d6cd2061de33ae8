"""Words of the user's own, laid over the dictionary as ``jieba.load_userdict`` does it.

A word that is given again takes its new frequency, and both count in the total: that is how jieba counts, and another
total would now and then cut a text differently.
"""

from collections.abc import Mapping

from searchidx.lexicon import Lexicon, Pair


class Overlay:
    """A dictionary with more words, which may still be added; a :class:`~searchidx.lexicon.Lexicon`."""

    def __init__(self, base: Lexicon) -> None:
        """Begin with the words of ``base``."""
        self._base = base
        self._frequencies: dict[str, int] = {}
        self._longer: dict[str, dict[str, int]] = {}
        self._firsts: set[str] = set()
        self._ascii: list[str] = list(base.ascii_words)
        self._total = base.total

    @property
    def id(self) -> str:
        """Names the dictionary below; the words above it are named by whoever needs it."""
        return self._base.id

    @property
    def total(self) -> int:
        """Sum of all frequencies."""
        return self._total

    @property
    def ascii_words(self) -> tuple[str, ...]:
        """All words of two characters or more that are written in ASCII."""
        return tuple(self._ascii)

    @property
    def added(self) -> Mapping[str, int]:
        """The words that were added, and their frequencies."""
        return self._frequencies

    def add(self, word: str, frequency: int) -> None:
        """Add a word, or give it another frequency; 0 says that it is none."""
        self._total += frequency
        self._frequencies[word] = frequency
        self._firsts.add(word[0])
        if word.isascii() and len(word) > 1 and frequency:
            self._ascii.append(word)
        if len(word) > 1:
            longer = self._longer.setdefault(word[:2], {})
            if len(word) > 2:
                longer[word[2:]] = frequency
                for end in range(3, len(word)):
                    longer.setdefault(word[2:end], 0)

    def frequency(self, word: str) -> int | None:
        """Frequency of a word, 0 of what only begins one or is none, None of what no word begins with."""
        if len(word) == 1:
            return self.single(word) if self.begins(word) else None
        pair = self.pair(word[:2])
        if pair is None or len(word) == 2:
            return pair.frequency if pair else None
        return pair.longer.get(word[2:])

    def single(self, char: str) -> int:
        """Return the frequency of a word of one character, 0 if it is none."""
        frequency_here = self._frequencies.get(char)
        return self._base.single(char) if frequency_here is None else frequency_here

    def begins(self, char: str) -> bool:
        """Return true if a word begins with a character, or is it."""
        return char in self._firsts or self._base.begins(char)

    def seconds(self, char: str) -> str:
        """Return the second characters of the words that begin with a character."""
        return self._base.seconds(char) + "".join(two[1] for two in self._longer if two[0] == char)

    def pair(self, two: str) -> Pair | None:
        """Return the words that begin with a pair of characters, or None if there are none."""
        below = self._base.pair(two)
        longer = self._longer.get(two)
        if longer is None:
            return below
        frequency_here = self._frequencies.get(two)
        if below is None:
            return Pair(frequency_here or 0, dict(longer))
        joined = dict(below.longer)
        for suffix, frequency in longer.items():
            # What only begins an added word may be a word below.
            if suffix not in joined or two + suffix in self._frequencies:
                joined[suffix] = frequency
        return Pair(below.frequency if frequency_here is None else frequency_here, joined)
