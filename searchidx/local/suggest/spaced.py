"""Texts of a query that occur with their characters set apart by spaces, where the reading form keeps the spaces.

``营业`` finds nothing in ``停 营 业``, since a reader alone can tell the word from a row of single characters; the spaced text is
suggested in quotation marks, as it stands in the index.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import reduce

import numpy as np

from searchidx.analyzer import is_cjk
from searchidx.fold import fold
from searchidx.local.lookup import sorted_sets, substring
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot
from searchidx.results import Suggestion

SET_APART = "set apart"
MAX_LENGTH = 24
"""Characters of a text that may be set apart."""
MAX_CANDIDATES = 256
"""Paragraphs that are read; of more candidates a sample is."""
_CODE = re.compile("[0-9a-z]+(?:[-._/]?[0-9a-z]+)*")
_MIN_CODE_LENGTH = 3
_QUOTES = "\"'“”「」"


def spaced(
    snapshot: Snapshot,
    source: str,
    text: str,
    *,
    others: Sequence[str] = (),
    allowed: Mask | None = None,
    is_literal: bool = False,
) -> Suggestion | None:
    """Return the query with a text as it occurs set apart, or None if it does not.

    Args:
        snapshot: The index.
        source: The query as typed.
        text: A text of the query that occurs nowhere as typed.
        others: Further texts of the query, folded.
        allowed: Mask of the paragraphs to count; None for all.
        is_literal: The whole query is one literal text.
    """
    needle = fold(text).strip()
    pattern = _pattern(needle)
    if pattern is None or text not in source:
        return None
    candidates = _candidates(snapshot, needle, others)
    if allowed is not None:
        candidates = candidates[allowed[candidates]]
    form, count = _most_frequent(snapshot, pattern, candidates)
    return Suggestion(_replaced(source, text, form, is_literal), count, SET_APART) if count else None


def _pattern(needle: str) -> re.Pattern[str] | None:
    """Return the pattern of a folded text with gaps, or None if it is neither Chinese nor a code."""
    if not 1 < len(needle) <= MAX_LENGTH:
        return None
    if all(map(is_cjk, needle)):
        return re.compile(" *".join(needle))
    if len(needle) >= _MIN_CODE_LENGTH and _CODE.fullmatch(needle):
        return re.compile(f"(?<![0-9a-z]){' +'.join(map(re.escape, needle))}(?![0-9a-z])")
    return None


def _candidates(snapshot: Snapshot, needle: str, others: Sequence[str]) -> Numbers:
    """Return the paragraphs that contain the characters of a text and all further texts, or may."""
    if needle.isascii():
        sets = [np.sort(np.concatenate(substring.candidates(snapshot, " ".join(needle))))]
    else:
        sets = [snapshot.postings(schema.CHARACTERS, char).paragraphs for char in dict.fromkeys(needle)]
    sets += [substring.matching(snapshot, other) for other in others]
    return reduce(sorted_sets.common, sorted(sets, key=len))


def _most_frequent(snapshot: Snapshot, pattern: re.Pattern[str], candidates: Numbers) -> tuple[str, int]:
    """Return the most frequent spacing of a text, and the number of paragraphs with it."""
    sample = candidates
    if len(candidates) > MAX_CANDIDATES:
        sample = candidates[np.linspace(0, len(candidates) - 1, MAX_CANDIDATES).astype(np.int64)]
    forms: Counter[str] = Counter()
    for stored in snapshot.texts(sample):
        folded = fold(stored)
        forms.update({match[0] for match in pattern.finditer(folded) if " " in match[0]})
    if not forms:
        return "", 0
    form, count = forms.most_common(1)[0]
    return form, max(1, round(count * len(candidates) / len(sample)))


def _replaced(source: str, text: str, form: str, is_literal: bool) -> str:
    """Return a query with a text in its spaced form, in quotation marks unless it has them or needs none."""
    before = source[: source.index(text)].rstrip()
    needs_quotes = before[-1:] not in tuple(_QUOTES) and not (is_literal and text == source.strip())
    return source.replace(text, f'"{form}"' if needs_quotes else form, 1)
