"""Postings of the terms of a query, the user's own words and synonyms included.

Without any of these they are the postings of the snapshot, and :mod:`searchidx.local.lookup.user_terms` is not imported.
"""

from searchidx.local.segment.snapshot import Found, Snapshot


def postings(snapshot: Snapshot, field: str, term: str) -> Found:
    """Return the postings of a query term in a field."""
    if snapshot.own is None:
        return snapshot.find(field, term)
    from searchidx.local.lookup import user_terms

    return user_terms.postings(snapshot, snapshot.own, field, term)


def section_postings(snapshot: Snapshot, term: str) -> Found:
    """Return the postings of a query term in headings, by section number."""
    if snapshot.own is None:
        return snapshot.find_sections(term)
    from searchidx.local.lookup import user_terms

    return user_terms.section_postings(snapshot, snapshot.own, term)
