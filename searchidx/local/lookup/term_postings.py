"""Postings of the terms of a query, the user's own words and synonyms included.

Without any of these they are the postings of the snapshot, and :mod:`searchidx.local.lookup.user_terms` is not imported.
"""

from searchidx.local.segment.snapshot import LivePostings, Snapshot


def postings(snapshot: Snapshot, field: str, term: str) -> LivePostings:
    """Return the postings of a query term in a field."""
    if snapshot.user_lexicon is None:
        return snapshot.postings(field, term)
    from searchidx.local.lookup import user_terms

    return user_terms.postings(snapshot, snapshot.user_lexicon, field, term)


def section_postings(snapshot: Snapshot, term: str) -> LivePostings:
    """Return the postings of a query term in headings, by section number."""
    if snapshot.user_lexicon is None:
        return snapshot.section_postings(term)
    from searchidx.local.lookup import user_terms

    return user_terms.section_postings(snapshot, snapshot.user_lexicon, term)
