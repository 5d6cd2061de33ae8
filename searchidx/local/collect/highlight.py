"""What to show as matched in a paragraph that was found."""

import re
from collections.abc import Iterable, Sequence

from searchidx.fold import fold
from searchidx.results import Tier
from searchidx.runs import numeral_readings, run_terms
from searchidx.snippets import find_spans

_WRITTEN = re.compile(r"[0-9a-z][0-9a-z年月日+#.,:/' -]*")
_Spans = tuple[tuple[int, int], ...]


def spans(
    text: str,
    tier: Tier,
    needles: Iterable[str],
    words: Iterable[str],
    pairs: Iterable[str] = (),
    bare: Sequence[str] = (),
) -> _Spans:
    """Matches in a paragraph.

    Args:
        text: The paragraph.
        tier: Of the hit: a literal hit shows the query as written, any other its words.
        needles: Folded strings as written in the query.
        words: Terms of the query.
        pairs: Neighbouring characters of the query: shown where no word of it is, for then it is they that matched.
        bare: Folded strings without closing punctuation: shown where a hit of the words tier contains them all.
    """
    if tier == "literal" and (matches := find_spans(text, needles)):
        return matches
    folded = fold(text)
    if tier == "words" and bare and all(needle in folded for needle in bare):
        return find_spans(text, bare)
    terms = list(words)
    matches = find_spans(text, terms)
    forms = {word for word in terms if word not in folded}
    if forms:
        matches = merged(matches, _other_forms(folded, forms))
    return matches or find_spans(text, pairs)


def _other_forms(folded: str, forms: set[str]) -> list[tuple[int, int]]:
    """Return the ranges of the numbers and dates that are in another form than the one in the query."""
    ranges = [
        (reading.start, reading.end)
        for reading in numeral_readings(folded)
        if not forms.isdisjoint(reading.terms)
    ]
    for match in _WRITTEN.finditer(folded):
        shown = match[0].rstrip(" .,:/'-")
        if forms.intersection(run_terms(shown)):
            ranges.append((match.start(), match.start() + len(shown)))
    return ranges


def merged(found: _Spans, more: list[tuple[int, int]]) -> _Spans:
    """Both together; what overlaps or touches becomes one."""
    together: list[tuple[int, int]] = []
    for start, end in sorted([*found, *more]):
        if together and start <= together[-1][1]:
            together[-1] = (together[-1][0], max(end, together[-1][1]))
        else:
            together.append((start, end))
    return tuple(together)
