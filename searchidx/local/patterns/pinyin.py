"""Expansion of pinyin: ``py:chongqing``, ``py:cq``, ``py:cqrb``.

Words of the dictionary with this reading; or else words whose syllables have these initials; or else, for names and other texts
outside the dictionary, ideographs with this reading that are side by side in the index; or else two words one after the other
whose syllables have these initials. The expansion goes from letters to ideographs, never from a word to its homophones.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import accumulate, islice

import numpy as np

from searchidx.local.lookup import sorted_sets, substring
from searchidx.local.patterns.expansion import Expansion, Spans, regex_finder
from searchidx.local.patterns.term_scan import tables, terms_at
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Numbers, Snapshot
from searchidx.pinyin import book, syllables
from searchidx.pinyin.spelling import segmentations

MAX_TEXTS = 16
"""Number of texts that a reading expands to at most: those in the most paragraphs."""

_MAX_NAMED = 5  # texts in the note
_MAX_CHARACTERS = 60  # of a syllable, the most frequent first
_BEAM_WIDTH = 200  # strings that are extended by the next syllable
_MAX_VERIFIED = 24  # strings that are searched in texts
_MAX_SEGMENTATIONS = 8
_SYLLABLE_COUNTS = range(2, 9)
_MAX_HALF_WORDS = 80  # words of the dictionary that are considered for one part of the letters
_MAX_PAIRED_WORDS = 24  # words of each part that are tried beside each other
_RAW_FREQUENCY = 2  # of the letters themselves
Counts = dict[str, int]
"""Estimated number of paragraphs of each text."""


def expand_pinyin(snapshot: Snapshot, letters: str) -> Expansion:
    """Expand letters to the texts in the index that have them as a reading.

    Raises:
        ConfigError: pypinyin is not installed.
    """
    joined = letters.replace(" ", "")
    counts = _texts(snapshot, letters)
    # A single character comes last: one syllable has many, and a query xian means 西安 too.
    ranked = sorted(counts, key=lambda text: (len(text) == 1, -counts[text], text))[:MAX_TEXTS]
    max_count = max(counts.values(), default=1)
    frequencies = np.zeros(snapshot.size)
    for text in ranked:
        frequencies[_containing(snapshot, text)] += (counts[text] / max_count) ** 0.5
    with_letters = snapshot.postings(schema.WORDS, joined).paragraphs
    frequencies[with_letters] += _RAW_FREQUENCY
    paragraphs = np.flatnonzero(frequencies)
    return Expansion(
        paragraphs,
        with_letters,
        frequencies[paragraphs],
        tuple(ranked),
        _finder(ranked, joined),
        notes=() if len(with_letters) and not ranked else (_note(ranked, len(counts)),),
    )


def _finder(texts: Sequence[str], letters: str) -> Callable[[str], Spans]:
    longest_first = map(re.escape, sorted(texts, key=len, reverse=True))
    return regex_finder(re.compile("|".join([*longest_first, rf"(?<![0-9a-z]){letters}(?![0-9a-z])"])))


def _note(texts: Sequence[str], total: int) -> str:
    if not texts:
        return "no text in the index has this reading"
    more = f" and {len(texts) - _MAX_NAMED} more" if len(texts) > _MAX_NAMED else ""
    left_out = f"; {total - len(texts)} rarer ones are left out" if total > len(texts) else ""
    return f"read as {', '.join(texts[:_MAX_NAMED])}{more}{left_out}"


def _texts(snapshot: Snapshot, letters: str) -> Counts:
    """Return the texts in the index that have letters as a reading, by the first way that has any."""
    readings = snapshot.budget.exclude(book.load)
    parts = letters.split(" ")
    joined = "".join(parts)
    breaks = set(accumulate(map(len, parts)))
    user_words = [word for word in _user_words(snapshot) if syllables(word)]
    words = dict.fromkeys(
        word
        for spelling in _spellings(joined)
        for word in (*readings.words(spelling), *_with_reading(user_words, spelling))
    )
    counts = _in_index(snapshot, (word for word in words if len(parts) == 1 or _breaks_at(word, breaks)))
    if not counts and (len(parts) == 1 or len(parts) == len(joined)):
        with_initials = [word for word in user_words if _has_initials(word, joined)]
        counts = _in_index(snapshot, dict.fromkeys((*readings.words_beginning(joined), *with_initials)))
    if not counts:
        counts = _strings(snapshot, readings, joined, breaks)
    if not counts and len(parts) == 1:
        counts = _two_words(snapshot, readings, joined)
    return counts


def _user_words(snapshot: Snapshot) -> Iterable[str]:
    return snapshot.user_lexicon.words if snapshot.user_lexicon else ()


def _with_reading(words: Iterable[str], letters: str) -> Iterator[str]:
    return (word for word in words if any("".join(reading) == letters for reading in syllables(word)))


def _has_initials(word: str, letters: str) -> bool:
    return any("".join(syllable[0] for syllable in reading) == letters for reading in syllables(word))


def _spellings(letters: str) -> list[str]:
    """Return letters as typed, and with ``lue`` and ``nue`` spelled as in the table of readings."""
    return list(dict.fromkeys((letters, letters.replace("lue", "lve").replace("nue", "nve"))))


def _breaks_at(word: str, breaks: set[int]) -> bool:
    """Return true if a syllable of a word ends at each offset."""
    return any(breaks <= set(accumulate(map(len, reading))) for reading in syllables(word))


def _in_index(snapshot: Snapshot, texts: Iterable[str]) -> Counts:
    """Return the texts that occur in the index, with an upper bound of their paragraphs."""
    counts = {text: _count(snapshot, text) for text in texts}
    return {text: count for text, count in counts.items() if count}


def _count(snapshot: Snapshot, text: str) -> int:
    snapshot.budget.check()
    if len(text) == 1:
        return snapshot.document_frequency(schema.CHARACTERS, text)
    if len(text) == 2:
        return snapshot.document_frequency(schema.BIGRAMS, text)
    bigrams = {text[start : start + 2] for start in range(len(text) - 1)}
    if not all(snapshot.document_frequency(schema.BIGRAMS, bigram) for bigram in bigrams):
        return 0
    return snapshot.document_frequency(schema.WORDS, text) or len(_containing(snapshot, text))


def _containing(snapshot: Snapshot, text: str) -> Numbers:
    """Return the paragraphs that contain a text, out of as many as the budget allows to read for one of several."""
    proven, possible = substring.candidates(snapshot, text)
    possible = possible[: snapshot.budget.max_paragraphs // MAX_TEXTS]
    return sorted_sets.union(proven, possible[substring.contains(snapshot, [text], possible)])


def _strings(snapshot: Snapshot, readings: book.Book, letters: str, breaks: set[int]) -> Counts:
    """Return the strings of ideographs in the index that have letters as a reading, whatever their tokenization."""
    for spelling in islice(segmentations(letters), _MAX_SEGMENTATIONS):
        if len(spelling) not in _SYLLABLE_COUNTS or not breaks <= set(accumulate(map(len, spelling))):
            continue
        columns = [
            [word for word in readings.words(syllable) if len(word) == 1][:_MAX_CHARACTERS]
            for syllable in spelling
        ]
        candidates = reduce(
            lambda strings, column: _extended(snapshot, strings, set(column)),
            columns[1:],
            dict.fromkeys(columns[0], 1 << 60),
        )
        ranked = sorted(candidates, key=lambda text: (-candidates[text], text))
        with_reading = [text for text in ranked if spelling in syllables(text)]
        if counts := _in_index(snapshot, with_reading[:_MAX_VERIFIED]):
            return counts
    return {}


def _extended(snapshot: Snapshot, strings: Counts, characters: set[str]) -> Counts:
    """Return the strings extended by a character that follows their last one in the index, the best of them."""
    bigrams = _bigrams(snapshot, {text[-1] for text in strings}, characters)
    extended = {
        text + following: min(count, bigram_count)
        for text, count in strings.items()
        for following, bigram_count in bigrams.get(text[-1], {}).items()
    }
    best = sorted(extended, key=lambda text: (-extended[text], text))[:_BEAM_WIDTH]
    return {text: extended[text] for text in best}


def _bigrams(snapshot: Snapshot, firsts: set[str], seconds: set[str]) -> dict[str, Counts]:
    """Return the bigrams of some characters: for each first one the second ones with their paragraphs."""
    bigrams: dict[str, Counts] = {}
    for _, table in tables(snapshot, schema.BIGRAMS):
        for first in firsts:
            prefix = first.encode("utf-8", "surrogatepass")
            start, end = table.prefix_range(prefix)
            if start == end:
                continue
            counts = table.counts(start, end).tolist()
            following = bigrams.setdefault(first, {})
            for term, count in zip(terms_at(table, np.arange(start, end)), counts, strict=True):
                second = table.decode(term[len(prefix) :])
                if second in seconds:
                    following[second] = following.get(second, 0) + count
    return bigrams


def _two_words(snapshot: Snapshot, readings: book.Book, letters: str) -> Counts:
    """Return pairs of words side by side whose syllables have letters as initials: ``cqrb`` is 重庆日报."""
    candidates: Counts = {}
    for end in range(2, len(letters) - 1):
        left, right = (
            _most_frequent(_in_index(snapshot, readings.words_beginning(part)[:_MAX_HALF_WORDS]))
            for part in (letters[:end], letters[end:])
        )
        bigrams = _bigrams(snapshot, {word[-1] for word in left}, {word[0] for word in right})
        for one in left:
            for other in right:
                if count := bigrams.get(one[-1], {}).get(other[0]):
                    candidates[one + other] = min(count, left[one], right[other])
    ranked = sorted(candidates, key=lambda text: (-candidates[text], text))
    return _in_index(snapshot, ranked[:_MAX_VERIFIED])


def _most_frequent(counts: Counts) -> Counts:
    ranked = sorted(counts, key=lambda text: (-counts[text], text))
    return {text: counts[text] for text in ranked[:_MAX_PAIRED_WORDS]}
