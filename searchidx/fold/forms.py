"""How a text is written, apart from what never matters: the script, variant and width of its letters and ideographs.

For the ranking, which puts what is written as it was typed before what only folds to the same; and for the index, which
notes the paragraphs that hold such other forms. Case, white space and punctuation are folded here as everywhere.
"""

from functools import cache

from searchidx.fold import fold
from searchidx.fold.table import SOURCES, TARGETS


@cache
def variant_characters() -> frozenset[str]:
    """Every letter, digit and ideograph that folds to another, unless that is only its small letter."""
    pairs = zip(SOURCES, TARGETS, strict=True)
    return frozenset(source for source, target in pairs if target.isalnum() and source.lower() != target)


def fold_except_forms(text: str) -> str:
    """Fold a text but for the forms of its letters and ideographs; the length stays."""
    return "".join(map(_form, text))


def is_canonical(text: str) -> bool:
    """Whether a text is written in the forms that it folds to."""
    return fold_except_forms(text) == fold(text)


def _form(char: str) -> str:
    folded, small = fold(char), char.lower()
    if folded in (char, small) or not folded.isalnum():
        return folded
    return small if len(small) == 1 else char


def is_determined_by_form(text: str) -> bool:
    """Whether nothing folds to a text but itself and what is in other forms: no case, no punctuation is in it."""
    return all(fold(char) == char and (char not in TARGETS or _has_one_case(char)) for char in text)


def has_variant(text: str) -> bool:
    """Whether a letter or ideograph of a text is in another form than the one it folds to, capitals aside."""
    return any(_form(char) != fold(char) for char in text)


def _has_one_case(char: str) -> bool:
    return char.isalnum() and char.lower() == char.upper()
