"""Literal form of a query text, whose closing punctuation depends on the index; see :mod:`searchidx.query.texts`."""

from searchidx.local.lookup import substring
from searchidx.local.segment.snapshot import Snapshot
from searchidx.query.texts import SENTENCE_END, bare_needle, needle


def literal_form(snapshot: Snapshot, text: str) -> str:
    """Return the folded text that a literal match contains, punctuation included.

    The marks that end a sentence are dropped, the last one first, until some paragraph contains the rest.
    """
    form, bare = needle(text), bare_needle(text)
    while form != bare and form.endswith(SENTENCE_END) and not substring.occurs(snapshot, form):
        form = form[:-1]
    return form
