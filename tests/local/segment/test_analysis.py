"""Whoever changes the terms of a paragraph changes the identity of the analysis: old segments are then known as old."""

from searchidx.local.segment.analysis import ANALYSIS
from tests.golden_index import recorded_digests, terms_digest


def test_the_terms_of_the_golden_documents_are_those_of_the_identity(tmp_path):
    assert recorded_digests().get(ANALYSIS) == terms_digest(tmp_path), (
        "paragraphs have other terms, or the identity is new: raise a number in local/segment/analysis.py unless the "
        "identity has changed with the fold table or the lexicon, and run `python -m tests.golden_index`"
    )
