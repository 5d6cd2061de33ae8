"""Highlights of a paragraph: the spans of the query texts, words or bigrams that a hit matches by."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from searchidx.fold import fold
from searchidx.results import Tier
from searchidx.runs import numeral_readings, run_terms
from searchidx.snippets.spans import Spans, find_spans, merge_spans


def spans(
    text: str,
    tier: Tier,
    needles: Iterable[str],
    words: Iterable[str],
    bigrams: Iterable[str] = (),
    bare_needles: Sequence[str] = (),
) -> Spans:
    """Return the highlights of a paragraph.

    Args:
        text: Text of the paragraph.
        tier: Tier of the hit: a literal hit shows the query as typed, any other its words.
        needles: Folded texts of the query.
        words: Terms of the query.
        bigrams: Character bigrams of the query, for paragraphs that contain no word of it: they match by these.
        bare_needles: Folded texts without closing punctuation, for hits of the words tier that contain them all.
    """
    if tier == "literal" and (matches := find_spans(text, needles)):
        return matches
    folded = fold(text)
    if tier == "words" and bare_needles and all(needle in folded for needle in bare_needles):
        return find_spans(text, bare_needles)
    terms = list(words)
    matches = find_spans(text, terms)
    if absent := {word for word in terms if word not in folded}:
        matches = merged(matches, _other_forms(folded, absent))
    return matches or find_spans(text, bigrams)


def contains_any(text: str, needles: Iterable[str]) -> bool:
    """Return true if a paragraph contains a text of the query, so that its words are not highlighted beside it."""
    return bool(find_spans(text, needles))


def merged(*groups: Iterable[tuple[int, int]]) -> Spans:
    """Return groups of spans as one; spans that overlap or touch become one."""
    return tuple(merge_spans(sorted(span for group in groups for span in group)))


def _other_forms(folded: str, terms: set[str]) -> list[tuple[int, int]]:
    """Return the spans of numbers and dates that are written in another form than the terms."""
    # Terms of Chinese numerals have digits; without any, their patterns need not be compiled.
    numeric = {term for term in terms if any(map(str.isdigit, term))}
    ranges = [
        (reading.start, reading.end)
        for reading in (numeral_readings(folded) if numeric else ())
        if not numeric.isdisjoint(reading.terms)
    ]
    for match in _numeric_run().finditer(folded):
        run = match[0].rstrip(" .,:/'-")
        if terms.intersection(run_terms(run)):
            ranges.append((match.start(), match.start() + len(run)))
    return ranges


@cache
def _numeric_run() -> re.Pattern[str]:
    """Compile the pattern on first use: a literal hit needs none."""
    return re.compile(r"[0-9a-z][0-9a-z年月日+#.,:/' -]*")
