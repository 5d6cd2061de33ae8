"""jieba's dictionary, compiled once into a file of the user's own cache and mapped from there.

For the tokenizer: how often a word of one, two or more characters occurs. Opening costs a few system calls and a
look-up touches a few pages, whatever the size of the dictionary. It stops at the words: how text is cut with them
is the tokenizer's business. Words of the user's own are another :class:`Lexicon` laid over this one.

    source      finds jieba's dict.txt without importing jieba, and parses it
    image       the compiled form: its layout, its checks, its look-ups
    cache       the user's private folder it is kept in
    user_words  the file of the user's words
    overlay     these words over the dictionary
"""

from functools import cache as once
from typing import NamedTuple, Protocol

from searchidx.lexicon import cache, image, source

LEXICON_ID = "jieba-931a1622cc9962c9"
"""Digest of the words of jieba 0.42.1. An index tokenized with others must be rebuilt."""


class Pair(NamedTuple):
    """Words of the dictionary that begin with a pair of characters.

    Attributes:
        frequency: Of the word of just these two, 0 when they are no word.
        longer: Frequency by the characters after the two, 0 for what only begins a word; every beginning of a word
            is there, so a search may stop at the first one that is not.
    """

    frequency: int
    longer: dict[str, int]


class Lexicon(Protocol):
    """Dictionary of words with their frequencies.

    Attributes:
        id: Digest of its content, like :data:`LEXICON_ID`.
        total: Sum of all frequencies.
        ascii_words: All words of two characters or more that are written in ASCII.
    """

    @property
    def id(self) -> str: ...

    @property
    def total(self) -> int: ...

    @property
    def ascii_words(self) -> tuple[str, ...]: ...

    def single(self, char: str) -> int:
        """Return the frequency of a word of one character, 0 if it is none."""
        ...

    def begins(self, char: str) -> bool:
        """Return true if a word begins with a character, or is it."""
        ...

    def seconds(self, char: str) -> str:
        """Return the second characters of the words that begin with a character."""
        ...

    def pair(self, two: str) -> Pair | None:
        """Return the words that begin with a pair of characters, or None if there are none."""
        ...


class JiebaLexicon:
    """jieba's dictionary from its compiled image; a damaged image is replaced when the damage shows."""

    def __init__(self, compiled: image.Image, dictionary: source.Source) -> None:
        """Look words up in ``compiled``, and compile again from ``where`` if need be."""
        self._image = compiled
        self._source = dictionary

    @property
    def id(self) -> str:
        """Return the digest of the content."""
        return f"jieba-{self._image.digest}"

    @property
    def total(self) -> int:
        """Return the sum of all frequencies."""
        return self._image.total

    @property
    def ascii_words(self) -> tuple[str, ...]:
        """Return the ASCII words of two characters or more."""
        try:
            return self._image.ascii_words()
        except image.DamagedError:
            self._renew()
            return self._image.ascii_words()

    def single(self, char: str) -> int:
        """Return the frequency of a word of one character, 0 if it is none."""
        try:
            return self._image.single(char)
        except image.DamagedError:
            self._renew()
            return self._image.single(char)

    def begins(self, char: str) -> bool:
        """Return true if a word begins with a character, or is it."""
        try:
            return self._image.begins(char)
        except image.DamagedError:
            self._renew()
            return self._image.begins(char)

    def seconds(self, char: str) -> str:
        """Return the second characters of the words that begin with a character."""
        try:
            return self._image.seconds(char)
        except image.DamagedError:
            self._renew()
            return self._image.seconds(char)

    def pair(self, two: str) -> Pair | None:
        """Return the words that begin with a pair of characters, or None if there are none."""
        try:
            entry = self._image.pair(two)
        except image.DamagedError:
            self._renew()
            entry = self._image.pair(two)
        return Pair(*entry) if entry else None

    def _renew(self) -> None:
        self._image = _compile(self._source)


@once
def load() -> Lexicon:
    """Open the dictionary, compiling it first when no usable compiled file is there.

    Compiling takes about a second. Where the cache can't be written the compiled form is kept in memory.

    Raises:
        ConfigError: jieba's dictionary is not there or can't be read.
    """
    dictionary = source.find()
    return JiebaLexicon(_opened(dictionary) or _compile(dictionary), dictionary)


def _opened(dictionary: source.Source) -> image.Image | None:
    """Map the compiled file that was made from this very dictionary, or None."""
    digest = cache.read_note(dictionary.fingerprint)
    return _mapped(digest) if digest and digest.isalnum() else None


def _mapped(digest: str) -> image.Image | None:
    compiled = cache.map_file(_name(digest))
    try:
        return image.Image(compiled, digest) if compiled is not None else None
    except image.DamagedError:
        return None


def _compile(dictionary: source.Source) -> image.Image:
    """Compile the dictionary and answer from memory: what was just written may be damaged again, or not have been written."""
    content = source.read(dictionary)
    digest = source.digest(content)
    compiled = image.build(source.parse(content, dictionary), digest)
    if cache.write(_name(digest), compiled):
        cache.write(dictionary.fingerprint, digest.encode())
    return image.Image(compiled, digest)


def _name(digest: str) -> str:
    return f"lexicon-{image.FORMAT}-{digest}"
