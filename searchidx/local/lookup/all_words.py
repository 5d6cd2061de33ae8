"""Paragraphs that contain any or all words of a query."""

from collections.abc import Iterable

import numpy as np

from searchidx.analyzer import QueryTerms
from searchidx.local.lookup import sorted_sets
from searchidx.local.lookup.term_postings import postings, section_postings
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot


def paragraphs_by_term(snapshot: Snapshot, terms: QueryTerms) -> list[Numbers]:
    """Return, for each word and character bigram of a query, the paragraphs whose own text contains it."""
    lists = []
    for field, names in (
        (schema.WORDS, terms.words),
        (schema.FORMS, terms.words),
        (schema.BIGRAMS, terms.bigrams),
    ):
        for term in names:
            snapshot.budget.check()
            lists.append(postings(snapshot, field, term).paragraphs)
    return lists


def containing_all(snapshot: Snapshot, words: Iterable[str]) -> Mask:
    """Return the mask of the paragraphs whose own text contains every word."""
    contain_all = np.ones(snapshot.size, bool)
    for word in words:
        snapshot.budget.check()
        contain_word = np.zeros(snapshot.size, bool)
        for field in (schema.WORDS, schema.FORMS):
            contain_word[postings(snapshot, field, word).paragraphs] = True
        contain_all &= contain_word
    return contain_all


def contain_all(snapshot: Snapshot, words: Iterable[str], numbers: Numbers) -> Mask:
    """Return which of some paragraphs, ascending, contain every word in their own text or in the headings above it."""
    positions = np.arange(len(numbers))
    for word in words:
        snapshot.budget.check()
        if not len(positions):
            break
        candidates = numbers[positions]
        contain_word = sorted_sets.are_in(candidates, postings(snapshot, schema.WORDS, word).paragraphs)
        if len(forms := postings(snapshot, schema.FORMS, word).paragraphs):
            contain_word |= sorted_sets.are_in(candidates, forms)
        if len(sections := section_postings(snapshot, word).paragraphs):
            others = np.flatnonzero(~contain_word)
            contain_word[others] = sorted_sets.are_in(snapshot.sections(candidates[others]), sections)
        positions = positions[contain_word]
    mask = np.zeros(len(numbers), bool)
    mask[positions] = True
    return mask
