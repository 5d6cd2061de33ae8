"""Latin and number runs of folded text: how they are found however they are written.

For the analyzer. jieba's words give every run of ASCII letters and digits whole; this package adds what else such a
run, or several joined ones, can be looked for by. It stops at what a chunk of text says by itself: no sentence is
read, no amount is computed.

    scan        one pattern finds chunks: runs with all that joins them
    dates       2023年4月20日, 2023-04-20, 20230420
    numbers     023-49301888, 1,280, 3.11.7, 19:30
    compounds   iphone15, x-900, node.js, c++
    cjk         the characters that are no part of any run
"""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from searchidx.runs.reading import Reader, Reading
from searchidx.runs.scan import CHUNK, DOTTED_NAME, chunks_and_breaks, mask, swallowed

__all__ = ["Reading", "chunk_terms", "chunks", "joined_letters", "lone_terms", "readings", "run_terms"]

_WORTH_REMEMBERING = 64  # characters of a chunk


def run_terms(folded: str) -> list[str]:
    """Give the terms of a folded text beyond jieba's words, repeated as often as they occur."""
    terms = [
        term for chunk in CHUNK.findall(mask(folded)) if not _is_plain(chunk) for term in _terms_of(chunk)
    ]
    return terms + [term for _, term in lone_terms(folded)]


def chunks(folded: str) -> list[str]:
    """Give all chunks of folded texts that are joined by line feeds, and the line feeds between them.

    With :func:`chunk_terms` and :func:`lone_terms` this is :func:`run_terms` for many texts at once, in which each chunk
    need be read only once.
    """
    return chunks_and_breaks(folded)


def chunk_terms(chunk: str) -> tuple[str, ...]:
    """Give the terms of a chunk."""
    return () if _is_plain(chunk) else _terms(chunk if chunk.isascii() else mask(chunk))


def joined_letters(chunks: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Of many chunks, read those that are ASCII letters joined by signs: see :mod:`searchidx.runs.compounds`."""
    from searchidx.runs.compounds import joined_letters

    return joined_letters(chunks)


def lone_terms(folded: str) -> list[tuple[int, str]]:
    """Give the terms that come from no chunk, with their offsets."""
    found = [(name.start(), name[0]) for name in DOTTED_NAME.finditer(folded)] if "." in folded else []
    return [*found, *swallowed(folded)]


def readings(folded: str) -> Iterator[Reading]:
    """Give each stretch of a folded text that has terms of its own, with offsets into the text.

    Their terms together are those of :func:`run_terms`.
    """
    for match in CHUNK.finditer(mask(folded)):
        if not _is_plain(match[0]):
            for reading in _read(match[0]):
                yield reading._replace(start=reading.start + match.start(), end=reading.end + match.start())
    for start, term in lone_terms(folded):
        yield Reading(start, start + len(term), (term,))


def _is_plain(chunk: str) -> bool:
    """Most chunks are English words: jieba gives them whole."""
    return chunk.isascii() and (chunk.isalpha() or (len(chunk) < 8 and chunk.isdigit()))


def _terms_of(chunk: str) -> tuple[str, ...]:
    return _remembered(chunk) if len(chunk) <= _WORTH_REMEMBERING else _terms(chunk)


def _terms(chunk: str) -> tuple[str, ...]:
    found = _read(chunk)
    if len(found) == 1:
        return found[0].terms
    return tuple(term for reading in found for term in reading.terms)


_remembered = lru_cache(1 << 14)(_terms)


def _read(chunk: str) -> list[Reading]:
    """Read a chunk from left to right."""
    found: list[Reading] = []
    at = 0
    while at < len(chunk):
        reading = _read_at(chunk, at)
        if reading is None:
            at += 1
            continue
        if reading.terms or reading.query_terms:
            found.append(reading)
        at = reading.end
    return found


def _read_at(chunk: str, at: int) -> Reading | None:
    compounds, *numerals = _readers()
    if "0" <= chunk[at] <= "9":
        for reader in numerals:
            if found := reader(chunk, at):
                return found
    return compounds(chunk, at)


@cache
def _readers() -> tuple[Reader, ...]:
    """Who reads names and codes, dates, and other numbers.

    Most queries have nothing to read, and the patterns of the readers take a while to compile.
    """
    from searchidx.runs.compounds import read_compound
    from searchidx.runs.dates import read_date
    from searchidx.runs.numbers import read_number

    return read_compound, read_date, read_number
