"""Terms of one paragraph, field by field, for any engine.

The local engine inverts whole batches by arrays and gets the same terms; a test compares both. An engine that takes terms as
values, one paragraph at a time, takes them from here.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

from searchidx.analyzer import is_cjk, is_word, word_terms
from searchidx.analyzer.fields import BIGRAMS, CHARACTERS, FORMS, HEADINGS, LONG_RUN, WORDS, fits
from searchidx.fold import fold
from searchidx.mentions import mentions_in
from searchidx.reading_form.rules import reading_form
from searchidx.runs import chunk_terms, chunks, lone_terms, numeral_terms

Tokenize = Callable[[str], list[str]]


class ParagraphTerms(NamedTuple):
    """Terms of a paragraph.

    Attributes:
        frequencies: Of each term, by field. A term that only the reading form has counts as often as it has it.
        lengths: Number of terms of the stored text by field, repetitions counted; of ``characters`` the CJK ones only.
        mentions: Range terms of the dates and amounts that the text mentions.
    """

    frequencies: dict[str, Counter[str]]
    lengths: dict[str, int]
    mentions: frozenset[str]


def paragraph_terms(
    text: str,
    tokenize: Tokenize,
    *,
    kind: str = "text",
    headings: Iterable[str] = (),
    year: int | None = None,
) -> ParagraphTerms:
    """Return the terms of a paragraph.

    Args:
        text: As stored.
        tokenize: The tokenizer of the index.
        kind: Kind of the paragraph.
        headings: Titles of the sections it stands in.
        year: Of the paragraph or its document, for dates without one.
    """
    form = reading_form(text, kind)
    folded = fold(text)
    read = None if form is None else fold(form.text)
    stored = {**_text_terms(folded, tokenize), HEADINGS: _heading_terms(headings, tokenize)}
    lengths = {field: len(terms) for field, terms in stored.items()}
    frequencies = {field: Counter(terms) for field, terms in stored.items()}
    frequencies[CHARACTERS].update(_other_characters(folded))
    if read is not None:
        for field, terms in _text_terms(read, tokenize).items():
            _add_missing(frequencies[field], terms)
        _add_missing(frequencies[CHARACTERS], _other_characters(read))
    forms = (form.text for heading in headings if (form := reading_form(heading)) is not None)
    _add_missing(frequencies[HEADINGS], _heading_terms(forms, tokenize))
    mentioned = {term for part in (folded, read) if part is not None for term in mentions_in(part, year)}
    return ParagraphTerms(frequencies, lengths, frozenset(mentioned))


def _text_terms(folded: str, tokenize: Tokenize) -> dict[str, list[str]]:
    """Return the terms of a folded text, each as often as it occurs."""
    runs = [(term, term in chunk) for chunk in chunks(folded) for term in chunk_terms(chunk)]
    words = [
        *filter(is_word, tokenize(folded)),
        *(term for term, is_verbatim in runs if is_verbatim or not fits(term)),
        *(term for _, term in lone_terms(folded)),
    ]
    return {
        WORDS: [term if fits(term) else LONG_RUN for term in words],
        FORMS: [
            *(term for term, is_verbatim in runs if fits(term) and not is_verbatim),
            *(term for _, term in numeral_terms(folded)),
        ],
        CHARACTERS: [character for character in folded if is_cjk(character)],
        BIGRAMS: [left + right for left, right in pairwise(folded) if is_cjk(left) and is_cjk(right)],
    }


def _heading_terms(headings: Iterable[str], tokenize: Tokenize) -> list[str]:
    return [term for heading in headings for term in word_terms(fold(heading), tokenize) if fits(term)]


def _other_characters(folded: str) -> set[str]:
    """Return the characters that are looked up and not counted: all but CJK characters and white space."""
    return {character for character in folded if not is_cjk(character) and character != " "}


def _add_missing(frequencies: Counter[str], terms: Iterable[str]) -> None:
    """Add the terms that are not there yet, with their frequencies."""
    for term, frequency in Counter(terms).items():
        if term not in frequencies:
            frequencies[term] = frequency
