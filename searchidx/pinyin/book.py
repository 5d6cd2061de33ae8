"""The book of readings: which words are read how, both ways, compiled once and mapped from the user's cache.

Text in sorted lines, a key and its values each, found by halving:

=============  ===================================================================================
``=重``        readings of a character, the usual one first
``=重庆``      readings of each syllable of a word that isn't read as its characters are alone
``chongqing``  words of the dictionary that are read so, the most frequent first
``'cq``        words of the dictionary whose syllables begin so, the most frequent first
=============  ===================================================================================

Made of pypinyin's tables and jieba's dictionary less its rarest words, which takes some seconds; looking something up takes microseconds, loads
neither, and touches a few pages.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice, product
from mmap import mmap

from searchidx.fold import fold
from searchidx.lexicon import cache
from searchidx.lexicon import source as dictionary
from searchidx.pinyin import source
from searchidx.pinyin.source import Syllables, Tables

FORMAT = 2
MOST_WORDS = 256
"""Words under one key of first letters; two letters stand for a thousand."""

_HEAD = b"# searchidx pinyin\n"  # sorts before all else
_LEAST_FREQUENCY = 4  # rarer words are two thirds of the dictionary
_MOST_READINGS = 4
_LIKELY_READINGS = 2  # of a character in a word of several
_LONGEST_PHRASE = 8
_LONGEST_WORD = 12
_SPACE = " "

Choices = list[Syllables]


class Book:
    """A compiled book, in memory or mapped."""

    def __init__(self, content: "bytes | mmap") -> None:
        """Look things up in ``content``."""
        self._content = content

    def character(self, character: str) -> Syllables:
        """Return the readings of a character."""
        return tuple(self._values(f"={character}"))

    def phrase(self, word: str) -> Choices | None:
        """Return the readings of each syllable of a word, or None if it is read by its characters."""
        columns = self._values(f"={word}")
        return [tuple(column.split(",")) for column in columns] if columns else None

    def words(self, letters: str) -> list[str]:
        """Return the words with a reading."""
        return self._values(letters)

    def words_beginning(self, first_letters: str) -> list[str]:
        """Return the most frequent words with these first letters of their syllables."""
        return self._values(f"'{first_letters}")

    def _values(self, key: str) -> list[str]:
        prefix = key.encode("utf-8", "surrogatepass") + b"\t"
        low, high = 0, len(self._content)
        while low < high:
            start = self._content.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._content.find(b"\n", start) + 1 or high
            line = self._content[start:end]
            if line.startswith(prefix):
                return line[len(prefix) : -1].decode("utf-8", "surrogatepass").split(_SPACE)
            if line < prefix:
                low = end
            else:
                high = start
        return []


@lru_cache(1)
def load() -> Book:
    """Open the book; it is compiled first where there is none that fits what is installed.

    Raises:
        ConfigError: pypinyin is not installed, or jieba's dictionary can't be read.
    """
    where = dictionary.find()
    name = f"pinyin-{FORMAT}-{source.fingerprint()}-{where.fingerprint}"
    mapped = cache.map_sealed(name)
    if mapped is not None and mapped[: len(_HEAD)] == _HEAD:
        return Book(mapped)
    content = compiled(source.load(), dictionary.parse(dictionary.read(where), where))
    cache.write_sealed(name, content)
    return Book(content)


def compiled(tables: Tables, words: Iterable[tuple[str, int]]) -> bytes:
    """Return the bytes of a book of tables and a dictionary of words and frequencies."""
    lines: dict[str, list[str]] = {
        f"={char}": list(readings_so_far)
        for char, readings_so_far in tables.characters.items()
        if readings_so_far
    }
    lines.update(
        (f"={word}", [",".join(column) for column in columns]) for word, columns in tables.phrases.items()
    )
    frequencies = {word: 0 for word in (*tables.characters, *tables.phrases) if fold(word) == word}
    for word, frequency in words:
        if frequency >= _LEAST_FREQUENCY:
            folded = fold(word)
            frequencies[folded] = max(frequency, frequencies.get(folded, 0))
    full: dict[str, list[str]] = {}
    first: dict[str, list[str]] = {}
    characters, phrases = tables.characters.get, tables.phrases.get
    for word in sorted(frequencies, key=lambda word: (-frequencies[word], word)):
        columns = choices(word, characters, phrases) if len(word) <= _LONGEST_WORD else []
        if not columns:
            continue
        for reading in islice(product(*columns), _MOST_READINGS):
            alike = full.setdefault("".join(reading), [])
            if not alike or alike[-1] is not word:
                alike.append(word)
        if len(word) > 1:
            begun = first.setdefault("'" + "".join([column[0][0] for column in columns]), [])
            if len(begun) < MOST_WORDS:
                begun.append(word)
    lines.update(full)
    lines.update(first)
    written = sorted(
        f"{key}\t{_SPACE.join(values)}\n".encode("utf-8", "surrogatepass")
        for key, values in lines.items()
        if key
    )
    return b"".join([_HEAD, *written])


def choices(
    word: str,
    characters: Callable[[str], Syllables | None],
    phrases: Callable[[str], Iterable[Syllables] | None],
) -> Choices:
    """Return the readings of each character of a folded word, by the longest words in it with readings of their own.

    Returns:
        A column a character; nothing where one has no reading.
    """
    readings_so_far: Choices = []
    start = 0
    while start < len(word):
        for end in range(min(len(word), start + _LONGEST_PHRASE), start + 1, -1):
            if (phrase := phrases(word[start:end])) is not None:
                readings_so_far.extend(phrase)
                start = end
                break
        else:
            character_readings = characters(word[start])
            if not character_readings:
                return []
            readings_so_far.append(
                character_readings[:_LIKELY_READINGS] if len(word) > 1 else character_readings
            )
            start += 1
    return readings_so_far
