"""What a pattern stands for in one index: the paragraphs it matches, what they score for it, what to show of it.

``前缀*``, ``中?词``, ``词~1``, ``/regex/`` and ``"甲 乙"~5``. Imported only for queries that have such. Latin and number
runs are found by their terms (:mod:`searchidx.local.patterns.term_scan`), everything else in the text
(:mod:`searchidx.local.patterns.text_scan`), so that it makes no difference how a text was cut. How much one pattern may cost is
bounded by :mod:`searchidx.local.segment.query_budget`; what is left out for that is said in a note.
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from searchidx import ranking
from searchidx._startup.array_types import NDArray
from searchidx.analyzer import query_terms
from searchidx.fold import fold
from searchidx.local import scoring
from searchidx.local.format.term_dictionary import MAX_TERM_BYTES
from searchidx.local.lookup import sorted_sets, substring
from searchidx.local.lookup.haystack import folded_texts
from searchidx.local.patterns import proximity, term_scan, text_scan
from searchidx.local.patterns.term_scan import Terms
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Numbers, Snapshot
from searchidx.query import Fuzzy, Near, Pattern, Pinyin, Regex, Wildcard, to_string

Floats = NDArray[np.float64]
Spans = list[tuple[int, int]]
Weighed = tuple[Pattern | str, float]
"""A pattern or a folded text, and how many times as much as usual it counts."""

_LONGEST_FUZZY = (32, 10)  # characters of a text that may differ by one, and by two
_EDITED = 0.4  # what a match counts for each character that differs
_SHOWN = 64  # terms that are named
_RAW_READ = 300  # paragraphs looked into for a pattern as it is written
_KEPT = 32  # expansions kept at a time
_KEPT_BYTES = 1 << 25  # of them; what stands nearly everywhere takes 24 bytes a paragraph
_NO_NOTES: tuple[str, ...] = ()
_NOWHERE = np.zeros(0, np.int64)
_RUN = re.compile(r"[0-9a-z]+")
_LONG_RUN = re.compile(rf"[0-9a-z]{{{MAX_TERM_BYTES // 4},}}")
_RUN_WILDCARD = re.compile(r"[0-9a-z?*]+")
_EDGE = "0-9a-z"


class Expansion(NamedTuple):
    """What a pattern stands for.

    Attributes:
        paragraphs: That match, living ones only, ascending.
        exact: Of these, those that hold just what was asked for, ascending.
        frequencies: How often in each of ``paragraphs``; less where it is not exact.
        terms: Some of what it stands for, the most frequent first.
        find: Its places in a folded text.
        text: What the exact ones are scored for as well, folded; may be empty.
        notes: What was left out.
    """

    paragraphs: Numbers
    exact: Numbers
    frequencies: Floats
    terms: tuple[str, ...]
    find: Callable[[str], Spans]
    text: str = ""
    notes: tuple[str, ...] = ()

    @property
    def nbytes(self) -> int:
        """What its arrays take in memory."""
        return self.paragraphs.nbytes + self.exact.nbytes + self.frequencies.nbytes


def expand(snapshot: Snapshot, pattern: Pattern) -> Expansion:
    """Find what a pattern stands for; found once and kept for a while."""
    known = snapshot.expansions
    key = (pattern, snapshot.budget.max_paragraphs)
    found = known.get(key)
    if found is None:
        found = _expand(snapshot, pattern)
        left = _KEPT_BYTES - found.nbytes - sum(kept.nbytes for kept in known.values())
        while known and (len(known) >= _KEPT or left < 0):
            left += known.pop(next(iter(known))).nbytes  # the one that was found first
        known[key] = found
    return found


def weigh(snapshot: Snapshot, weighed: Iterable[Weighed]) -> Floats:
    """What patterns and boosts add to the score of every paragraph."""
    total = np.zeros(snapshot.size)
    for what, factor in weighed:
        if isinstance(what, str):
            _add_text(snapshot, what, factor - 1, total)
            continue
        found = expand(snapshot, what)
        if len(found.paragraphs):
            rarity = factor * ranking.idf(snapshot.live_count, len(found.paragraphs))
            lengths = snapshot.lengths(schema.WORDS)[found.paragraphs]
            average = snapshot.average_length(schema.WORDS)
            total[found.paragraphs] += ranking.bm25(rarity, found.frequencies, lengths, average)
        if found.text:
            _add_text(snapshot, found.text, factor, total)
    return total


def highlight(snapshot: Snapshot, weighed: Iterable[Weighed], text: str) -> Spans:
    """Places of patterns in a paragraph."""
    folded = fold(text)
    return [
        span
        for what, _ in weighed
        if not isinstance(what, str)
        for span in expand(snapshot, what).find(folded)
    ]


def notes(snapshot: Snapshot, weighed: Iterable[Weighed]) -> tuple[str, ...]:
    """What was left out of patterns for the time it would have taken."""
    return tuple(
        f"{to_string(what).removeprefix('+')}: {note}"
        for what, _ in weighed
        if not isinstance(what, str)
        for note in expand(snapshot, what).notes
    )


def _add_text(snapshot: Snapshot, text: str, factor: float, total: Floats) -> None:
    for part in scoring.parts(snapshot, query_terms(text, snapshot.own)):
        if part.field != schema.HEADINGS:
            total[part.find().paragraphs] += factor * part.added()


def _expand(snapshot: Snapshot, pattern: Pattern) -> Expansion:
    match pattern:
        case Wildcard(text):
            found = _wildcard(snapshot, fold(text))
        case Fuzzy(text, edits):
            found = _fuzzy(snapshot, fold(text), edits)
        case Regex(expression):
            from searchidx.local.patterns.regex import expand_regex

            return expand_regex(snapshot, expression)
        case Near(texts, within):
            return _near(snapshot, [fold(text) for text in texts], within)
        case Pinyin(letters):
            from searchidx.local.patterns.pinyin import expand_sound

            return expand_sound(snapshot, letters)
    return _with_raw(snapshot, found, fold(to_string(pattern).removeprefix("+")))


def _with_raw(snapshot: Snapshot, found: Expansion, raw: str) -> Expansion:
    """Add what holds the pattern as it is written, `*.py` or `HEAD~1`, where finding that out takes no time."""
    proven, possible = substring.candidates(snapshot, raw)
    held = proven
    if len(possible) <= _RAW_READ:
        held = sorted_sets.union(proven, possible[substring.contains(snapshot, [raw], possible)])
    if not len(held):
        return found
    everywhere = np.zeros(snapshot.size)
    everywhere[found.paragraphs] = found.frequencies
    everywhere[held] += 2
    exact = np.zeros(snapshot.size, bool)
    exact[found.exact] = exact[held] = True
    paragraphs = np.flatnonzero(everywhere)

    def find(folded: str) -> Spans:
        places = [(match.start(), match.end()) for match in re.finditer(re.escape(raw), folded)]
        return places or found.find(folded)

    return found._replace(
        paragraphs=paragraphs, exact=np.flatnonzero(exact), frequencies=everywhere[paragraphs], find=find
    )


# --- Wildcards ------------------------------------------------------------------------------------------------


def _wildcard(snapshot: Snapshot, wildcard: str) -> Expansion:
    if _RUN_WILDCARD.fullmatch(wildcard):
        whole = term_scan.whole(wildcard)
        long = long_runs(snapshot, whole.match)
        return of_terms(snapshot, term_scan.runs_like(snapshot, wildcard), _runs_finder(whole), long)
    inside = wildcard.strip("*")
    found = text_scan.matching(snapshot, [inside])
    find, left_out = _finder(text_scan.expression([inside])), unread(found.unread)
    if set("?*").intersection(inside):
        counts = found.counts.astype(np.float64)
        return Expansion(found.paragraphs, found.paragraphs, counts, (), find, notes=left_out)
    counts = np.zeros(len(found.paragraphs))  # its words say better what it is worth
    return Expansion(found.paragraphs, found.paragraphs, counts, (), find, inside, left_out)


def long_runs(snapshot: Snapshot, matches: Callable[[bytes], object]) -> Numbers:
    """Paragraphs with a run that is too long to be a term and matches."""
    likely = snapshot.find(schema.WORDS, schema.LONG_RUN).paragraphs[: snapshot.budget.max_paragraphs]
    held = [_NOWHERE]
    for start in range(0, len(likely), substring.READ):
        snapshot.budget.check()
        texts = folded_texts(snapshot, likely[start : start + substring.READ])
        runs = (run.start() for run in _LONG_RUN.finditer(texts.text) if matches(run[0].encode()))
        owners = texts.owners[texts.texts_at(np.fromiter(runs, np.int64))]
        held.append(likely[start + sorted_sets.distinct(owners)])
    return np.concatenate(held)


# --- A few characters otherwise -------------------------------------------------------------------------------


def _fuzzy(snapshot: Snapshot, text: str, edits: int) -> Expansion:
    if text.isascii():
        return _fuzzy_run(snapshot, text, edits)
    allowed = min(edits, _most_edits(len(text)))
    kind = "short" if len(text) < 5 else "long"
    note = _NO_NOTES
    if allowed < edits:
        note = (f"so {kind} a text is looked for with {allowed} other characters at most",)
    exact = text_scan.holding_exactly(snapshot, text)
    if not allowed:
        return Expansion(
            exact, exact, np.zeros(len(exact)), (), _finder(re.compile(re.escape(text))), text, note
        )
    if len(text) == 2:
        near = of_terms(
            snapshot, term_scan.words_beside(snapshot, text), _finder(re.compile(re.escape(text)))
        )
        paragraphs, counts = near.paragraphs, near.frequencies
        find = near.find
    else:
        read = text_scan.matching_nearly(snapshot, text, allowed, exact)
        paragraphs, counts = read.paragraphs, read.counts.astype(np.float64) * _EDITED**allowed
        note = (*note, *unread(read.unread))
        find = _finder(text_scan.expression([text, *text_scan.nearly(text, allowed)]))
    everywhere = sorted_sets.union(paragraphs, exact)
    frequencies = np.zeros(len(everywhere))
    frequencies[np.searchsorted(everywhere, paragraphs)] = counts
    return Expansion(everywhere, exact, frequencies, (), find, text, note)


def _most_edits(length: int) -> int:
    """How many of so many characters may differ, ideographs among them.

    Of two one, of five two: with more, anything matches. Of many, one or none: the ways to differ grow with the length.
    """
    if length < 2 or length > _LONGEST_FUZZY[0]:
        return 0
    return 2 if 5 <= length <= _LONGEST_FUZZY[1] else 1


def _fuzzy_run(snapshot: Snapshot, text: str, edits: int) -> Expansion:
    allowed = min(edits, len(text) - 1, max(len(text) // 2, 1))
    if not _RUN.fullmatch(text) or not allowed:
        held = substring.matching(snapshot, text)
        why = "only letters and digits, two at least, are looked for with other characters"
        return Expansion(
            held, held, np.zeros(len(held)), (), _finder(re.compile(re.escape(text))), text, (why,)
        )
    return of_terms(snapshot, term_scan.runs_within(snapshot, text, allowed))


# --- From terms to paragraphs ---------------------------------------------------------------------------------


def of_terms(
    snapshot: Snapshot,
    matched: Iterable[Terms],
    find: Callable[[str], Spans] | None = None,
    long: Numbers = _NOWHERE,
    most: int | None = None,
) -> Expansion:
    """Find the paragraphs that hold any of some terms.

    Args:
        snapshot: Where.
        matched: The terms, by segment.
        find: Their places in a folded text; by default wherever one of the shown ones stands.
        long: Further paragraphs, with what is too long to be a term.
        most: How many terms at most; by default as many as one question may look for.
    """
    chosen, more = term_scan.first(
        snapshot, list(matched), snapshot.budget.max_terms if most is None else most
    )
    frequencies = np.zeros(snapshot.size)
    exact = np.zeros(snapshot.size, bool)
    for segment, positions, edits in chosen:
        snapshot.budget.check()
        part, base = snapshot.segments[segment], snapshot.bases[segment]
        lists, counts = part.table(schema.WORDS).postings_of(positions)
        part.confirm(lists.paragraphs, schema.WORDS)
        weights = np.repeat(_EDITED ** edits.astype(np.float64), counts)
        frequencies[base : base + part.count] += np.bincount(
            lists.paragraphs, weights * lists.frequencies, part.count
        )
        untouched, counts = part.table(schema.WORDS).postings_of(positions[edits == 0])
        exact[untouched.paragraphs + base] = True
    frequencies[long] += 1
    exact[long] = True
    if snapshot.live is not None:
        frequencies[~snapshot.live] = 0
    paragraphs = np.flatnonzero(frequencies)
    terms = term_scan.names(snapshot, chosen, _SHOWN)
    return Expansion(
        paragraphs,
        paragraphs[exact[paragraphs]],
        frequencies[paragraphs],
        terms,
        find or _terms_finder(terms),
        notes=_too_many(more),
    )


def _too_many(more: bool) -> tuple[str, ...]:
    return (
        ("it stands for very many words, and only the first of them are looked for; write more of it",)
        if more
        else ()
    )


def unread(paragraphs: int) -> tuple[str, ...]:
    """Say that some paragraphs were not looked into."""
    if not paragraphs:
        return ()
    return (f"only the likeliest paragraphs were looked into; {paragraphs:,} more may match",)


# --- Where it stands in a text --------------------------------------------------------------------------------


def _finder(wanted: re.Pattern[str]) -> Callable[[str], Spans]:
    return lambda folded: [match.span() for match in wanted.finditer(folded)]


def _runs_finder(whole: re.Pattern[bytes]) -> Callable[[str], Spans]:
    return lambda folded: [run.span() for run in _RUN.finditer(folded) if whole.match(run[0].encode())]


def _terms_finder(terms: tuple[str, ...]) -> Callable[[str], Spans]:
    def find(folded: str) -> Spans:
        held = sorted((term for term in terms if term in folded), key=len, reverse=True)
        if not held:
            return []
        written = "|".join(
            rf"(?<![{_EDGE}]){re.escape(term)}(?![{_EDGE}])" if term.isascii() else re.escape(term)
            for term in held
        )
        return [match.span() for match in re.finditer(written, folded)]

    return find


def _near(snapshot: Snapshot, texts: list[str], within: int) -> Expansion:
    read = proximity.matching(snapshot, texts, within)
    return Expansion(
        read.paragraphs,
        read.paragraphs,
        read.counts.astype(np.float64),
        (),
        lambda folded: proximity.places(folded, texts, within),
        " ".join(texts),
        unread(read.unread),
    )
