"""What pinyin stands for in one index: ``py:chongqing``, ``py:cq``, ``py:cqrb``.

Words of the dictionary that are read so, else words whose syllables begin so; else,
for names and whatever no dictionary has, ideographs that stand side by side in the index and are read so; else two words
one after the other whose syllables begin so. It goes one way only: from letters to ideographs, never from one word to what
sounds like it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import accumulate, islice

import numpy as np

from searchidx.local.lookup import sorted_sets, substring
from searchidx.local.patterns.expansion import Expansion
from searchidx.local.patterns.term_scan import tables, terms_at
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Numbers, Snapshot
from searchidx.pinyin import book, syllables
from searchidx.pinyin.spelling import segmentations

MOST = 16
"""Texts that one reading stands for at most: those that stand in most paragraphs."""

_NAMED = 5  # in the note
_CHARACTERS = 60  # that are tried for a syllable, the most frequent first
_BEAM = 200  # strings that are gone on with
_CHECKED = 24  # strings that are looked for in texts
_PARTINGS = 8
_SYLLABLES = range(2, 9)
_COMMON = 80  # words of the dictionary that half of the letters may stand for
_HALVES = 24  # words that are tried beside each other
Counts = dict[str, int]


def expand_sound(snapshot: Snapshot, letters: str) -> Expansion:
    """Find what is read as some letters in the index.

    Raises:
        ConfigError: pypinyin is not installed.
    """
    joined = letters.replace(" ", "")
    found = _texts(snapshot, letters)
    # One syllable stands for many characters, and 西安 for what xian asks for all the same.
    chosen = sorted(found, key=lambda text: (len(text) == 1, -found[text], text))[:MOST]
    most = max(found.values(), default=1)
    frequencies = np.zeros(snapshot.size)
    for text in chosen:
        held = _holding(snapshot, text)
        frequencies[held] += (found[text] / most) ** 0.5
    as_written = snapshot.postings(schema.WORDS, joined).paragraphs
    frequencies[as_written] += 2
    paragraphs = np.flatnonzero(frequencies)
    shown = [*map(re.escape, sorted(chosen, key=len, reverse=True)), rf"(?<![0-9a-z]){joined}(?![0-9a-z])"]
    wanted = re.compile("|".join(shown))
    return Expansion(
        paragraphs,
        as_written,
        frequencies[paragraphs],
        tuple(chosen),
        lambda folded: [match.span() for match in wanted.finditer(folded)],
        notes=() if len(as_written) and not chosen else (_note(chosen, len(found)),),
    )


def _note(chosen: Sequence[str], found: int) -> str:
    if not chosen:
        return "nothing in the index is read so"
    more = f" and {len(chosen) - _NAMED} more" if len(chosen) > _NAMED else ""
    left_out = f"; {found - len(chosen)} rarer ones are left out" if found > len(chosen) else ""
    return f"read as {', '.join(chosen[:_NAMED])}{more}{left_out}"


def _texts(snapshot: Snapshot, letters: str) -> Counts:
    """Texts that are in the index and read so, and in how many paragraphs about."""
    opened = snapshot.budget.exclude(book.load)
    parts = letters.split(" ")
    joined = "".join(parts)
    breaks = set(accumulate(map(len, parts)))
    own = [word for word in _own_words(snapshot) if syllables(word)]
    full = dict.fromkeys(
        word for spelled in _spellings(joined) for word in (*opened.words(spelled), *_read(own, spelled))
    )
    found = _present(snapshot, (word for word in full if len(parts) == 1 or _breaks_at(word, breaks)))
    if not found and (len(parts) == 1 or len(parts) == len(joined)):
        begun = [word for word in own if any("".join(s[0] for s in r) == joined for r in syllables(word))]
        found = _present(snapshot, dict.fromkeys((*opened.words_beginning(joined), *begun)))
    if not found:
        found = _strings(snapshot, opened, joined, breaks)
    if not found and len(parts) == 1:
        found = _two_words(snapshot, opened, joined)
    return found


def _own_words(snapshot: Snapshot) -> Iterable[str]:
    return snapshot.user_lexicon.words if snapshot.user_lexicon else ()


def _read(words: Iterable[str], letters: str) -> Iterator[str]:
    return (word for word in words if any("".join(reading) == letters for reading in syllables(word)))


def _spellings(letters: str) -> list[str]:
    """Letters as they are, and with ``lue`` and ``nue`` as the table has them."""
    return list(dict.fromkeys((letters, letters.replace("lue", "lve").replace("nue", "nve"))))


def _breaks_at(word: str, breaks: set[int]) -> bool:
    """Tell whether a syllable of a word ends wherever the letters were parted."""
    return any(breaks <= set(accumulate(map(len, reading))) for reading in syllables(word))


def _present(snapshot: Snapshot, texts: Iterable[str]) -> Counts:
    """Of texts those in the index, and how many paragraphs hold them, at most."""
    counts = {text: _count(snapshot, text) for text in texts}
    return {text: count for text, count in counts.items() if count}


def _count(snapshot: Snapshot, text: str) -> int:
    snapshot.budget.check()
    if len(text) == 1:
        return snapshot.document_frequency(schema.CHARACTERS, text)
    if len(text) == 2:
        return snapshot.document_frequency(schema.BIGRAMS, text)
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    if not all(snapshot.document_frequency(schema.BIGRAMS, pair) for pair in pairs):
        return 0
    return snapshot.document_frequency(schema.WORDS, text) or len(_holding(snapshot, text))


def _holding(snapshot: Snapshot, text: str) -> Numbers:
    """Paragraphs that hold a text, as many as may be looked into."""
    proven, possible = substring.candidates(snapshot, text)
    possible = possible[: snapshot.budget.max_paragraphs // MOST]
    return sorted_sets.union(proven, possible[substring.contains(snapshot, [text], possible)])


# --- Side by side ---------------------------------------------------------------------------------------------


def _strings(snapshot: Snapshot, opened: book.Book, letters: str, breaks: set[int]) -> Counts:
    """Strings of ideographs that are read so and stand in the index, whatever words they are cut into."""
    for parted in islice(segmentations(letters), _PARTINGS):
        if len(parted) in _SYLLABLES and breaks <= set(accumulate(map(len, parted))):
            columns = [
                [word for word in opened.words(part) if len(word) == 1][:_CHARACTERS] for part in parted
            ]
            likely = reduce(
                lambda known, column: _longer(snapshot, known, set(column)),
                columns[1:],
                dict.fromkeys(columns[0], 1 << 60),
            )
            read_so = [
                text
                for text in sorted(likely, key=lambda text: (-likely[text], text))
                if parted in syllables(text)
            ]
            if found := _present(snapshot, read_so[:_CHECKED]):
                return found
    return {}


def _longer(snapshot: Snapshot, known: Counts, characters: set[str]) -> Counts:
    """Strings with a character more, where the last two stand side by side; with the least count of any pair."""
    pairs = _pairs(snapshot, {text[-1] for text in known}, characters)
    longer = {
        text + after: min(count, paired)
        for text, count in known.items()
        for after, paired in pairs.get(text[-1], {}).items()
    }
    best = sorted(longer, key=lambda text: (-longer[text], text))[:_BEAM]
    return {text: longer[text] for text in best}


def _pairs(snapshot: Snapshot, before: set[str], after: set[str]) -> dict[str, Counts]:
    """Which ideographs follow which, and in how many paragraphs."""
    found: dict[str, Counts] = {}
    for _, table in tables(snapshot, schema.BIGRAMS):
        for first in before:
            start, end = table.prefix_range(first.encode("utf-8", "surrogatepass"))
            if start == end:
                continue
            counts = table.counts(start, end).tolist()
            followers = found.setdefault(first, {})
            for term, count in zip(terms_at(table, np.arange(start, end)), counts, strict=True):
                second = table.decode(term[len(first.encode("utf-8", "surrogatepass")) :])
                if second in after:
                    followers[second] = followers.get(second, 0) + count
    return found


def _two_words(snapshot: Snapshot, opened: book.Book, letters: str) -> Counts:
    """Two words side by side whose syllables begin with the letters: ``cqrb`` is 重庆日报."""
    likely: Counts = {}
    for cut in range(2, len(letters) - 1):
        left, right = (
            _most(_present(snapshot, opened.words_beginning(half)[:_COMMON]))
            for half in (letters[:cut], letters[cut:])
        )
        pairs = _pairs(snapshot, {word[-1] for word in left}, {word[0] for word in right})
        for one in left:
            for other in right:
                if count := pairs.get(one[-1], {}).get(other[0]):
                    likely[one + other] = min(count, left[one], right[other])
    return _present(snapshot, sorted(likely, key=lambda text: (-likely[text], text))[:_CHECKED])


def _most(counts: Counts) -> Counts:
    return {text: counts[text] for text in sorted(counts, key=lambda text: (-counts[text], text))[:_HALVES]}
