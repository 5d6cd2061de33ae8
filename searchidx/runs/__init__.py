"""Terms of Latin and number runs of folded text, in every form in which they are written.

For the analyzer. jieba's words contain every run of ASCII letters and digits as a whole; this package adds the other terms by
which such a run, several joined ones, or a number in Chinese numerals can be found. A chunk is read by itself: no sentence is
parsed, no amount is computed.

    scan               chunks: runs with all that joins them
    dates              2023年4月20日, 2023-04-20, 20230420
    numbers            023-49301888, 1,280, 3.11.7, 19:30
    compounds          iphone15, x-900, node.js, c++
    chinese_numerals   第三条, 二〇〇八届, 二〇二三年五月一日
    numerals           values of written numbers
    cjk                the characters that are no part of any run
"""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from searchidx.runs.reading import Reader, Reading
from searchidx.runs.scan import CHUNK, DOTTED_NAME, chunks_and_breaks, mask, swallowed

__all__ = [
    "Reading",
    "chunk_terms",
    "chunks",
    "joined_letters",
    "lone_terms",
    "numeral_readings",
    "numeral_terms",
    "readings",
    "run_terms",
]

MAX_CACHED_LENGTH = 64
"""Characters of a chunk whose terms are cached."""
MAX_PLAIN_DIGITS = 7
"""Digits of a number without other forms."""

_NUMERAL_MARKS = frozenset("第届级零〇一二三四五六七八九十")


def run_terms(folded: str) -> list[str]:
    """Return the terms of a folded text beyond jieba's words, repeated as often as they occur."""
    terms = [
        term for chunk in CHUNK.findall(mask(folded)) if not _is_plain(chunk) for term in _chunk_terms(chunk)
    ]
    terms += [term for _, term in lone_terms(folded)]
    return terms + [term for _, term in numeral_terms(folded)]


def chunks(folded: str) -> list[str]:
    """Return all chunks of folded texts that are joined by line feeds, and the line feeds between them.

    With :func:`chunk_terms`, :func:`lone_terms` and :func:`numeral_terms` this is :func:`run_terms` for many texts at once, in
    which each chunk need be read only once.
    """
    return chunks_and_breaks(folded)


def chunk_terms(chunk: str) -> tuple[str, ...]:
    """Return the terms of a chunk."""
    return () if _is_plain(chunk) else _read_terms(chunk if chunk.isascii() else mask(chunk))


def joined_letters(chunks: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Return the terms of the chunks that are ASCII letters joined by signs: see :mod:`searchidx.runs.compounds`."""
    from searchidx.runs.compounds import joined_letters

    return joined_letters(chunks)


def lone_terms(folded: str) -> list[tuple[int, str]]:
    """Return the terms that come from no chunk, with their offsets."""
    names = [(name.start(), name[0]) for name in DOTTED_NAME.finditer(folded)] if "." in folded else []
    return [*names, *swallowed(folded)]


def numeral_terms(folded: str) -> list[tuple[int, str]]:
    """Return the terms of ordinals, years and dates in Chinese numerals, with their offsets."""
    return [(reading.start, term) for reading in numeral_readings(folded) for term in reading.terms]


def numeral_readings(folded: str) -> list[Reading]:
    """Return the ordinals, years and dates of a folded text that may be written in Chinese numerals, in order."""
    if _NUMERAL_MARKS.isdisjoint(folded):
        return []
    # Most queries have none of these characters, and the patterns take a while to compile.
    from searchidx.runs.chinese_numerals import numeral_readings

    return numeral_readings(folded)


def readings(folded: str) -> Iterator[Reading]:
    """Yield each range of a folded text that has terms of its own, with offsets into the text.

    Their terms together are those of :func:`run_terms`.
    """
    for match in CHUNK.finditer(mask(folded)):
        if not _is_plain(match[0]):
            for reading in _read(match[0]):
                yield reading._replace(start=reading.start + match.start(), end=reading.end + match.start())
    for start, term in lone_terms(folded):
        yield Reading(start, start + len(term), (term,))
    yield from numeral_readings(folded)


def _is_plain(chunk: str) -> bool:
    """Return true if jieba has the chunk as one word and there is no other form of it, as for most chunks."""
    return chunk.isascii() and (chunk.isalpha() or (len(chunk) <= MAX_PLAIN_DIGITS and chunk.isdigit()))


def _chunk_terms(chunk: str) -> tuple[str, ...]:
    return _cached_terms(chunk) if len(chunk) <= MAX_CACHED_LENGTH else _read_terms(chunk)


def _read_terms(chunk: str) -> tuple[str, ...]:
    chunk_readings = _read(chunk)
    if len(chunk_readings) == 1:
        return chunk_readings[0].terms
    return tuple(term for reading in chunk_readings for term in reading.terms)


_cached_terms = lru_cache(1 << 14)(_read_terms)


def _read(chunk: str) -> list[Reading]:
    """Return the readings of a chunk from left to right."""
    chunk_readings: list[Reading] = []
    position = 0
    while position < len(chunk):
        reading = _read_at(chunk, position)
        if reading is None:
            position += 1
            continue
        if reading.terms or reading.query_terms:
            chunk_readings.append(reading)
        position = reading.end
    return chunk_readings


def _read_at(chunk: str, start: int) -> Reading | None:
    read_name, *number_readers = _readers()
    if "0" <= chunk[start] <= "9":
        for read in number_readers:
            if reading := read(chunk, start):
                return reading
    return read_name(chunk, start)


@cache
def _readers() -> tuple[Reader, ...]:
    """Return the readers of names and codes, of dates, and of other numbers.

    Most queries have none of these, and the patterns of the readers take a while to compile.
    """
    from searchidx.runs.compounds import read_compound
    from searchidx.runs.dates import read_date
    from searchidx.runs.numbers import read_number

    return read_compound, read_date, read_number
