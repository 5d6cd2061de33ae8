"""Variant forms: script, variant and width of letters and ideographs, without case, white space and punctuation.

For the ranking, which puts what is written as it was typed before what only folds to the same; and for the index, which
notes the paragraphs that hold such other forms. Case, white space and punctuation are folded here as everywhere.
"""

from functools import cache

from searchidx.fold import fold
from searchidx.fold.table import SOURCES, TARGETS


@cache
def variant_characters() -> frozenset[str]:
    """Return the letters, digits and ideographs that fold to another than their lower case."""
    pairs = zip(SOURCES, TARGETS, strict=True)
    return frozenset(source for source, target in pairs if target.isalnum() and source.lower() != target)


def fold_except_forms(text: str) -> str:
    """Return a text folded except for the forms of its letters and ideographs; its length stays."""
    return "".join(map(_form, text))


def is_canonical(text: str) -> bool:
    """Return true if a text is in the forms that it folds to."""
    return fold_except_forms(text) == fold(text)


def _form(char: str) -> str:
    folded, small = fold(char), char.lower()
    if folded in (char, small) or not folded.isalnum():
        return folded
    return small if len(small) == 1 else char


def is_determined_by_form(text: str) -> bool:
    """Return true if only variant forms of a text fold to it: it has no letters with case and no punctuation."""
    return all(fold(char) == char and (char not in TARGETS or _has_one_case(char)) for char in text)


def has_variant(text: str) -> bool:
    """Return true if a text has a variant form, upper case aside."""
    return any(_form(char) != fold(char) for char in text)


def _has_one_case(char: str) -> bool:
    return char.isalnum() and char.lower() == char.upper()
