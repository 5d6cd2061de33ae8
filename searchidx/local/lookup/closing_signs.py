"""Closing punctuation of a bare text: a literal match contains it, the next best match is without it.

A question is typed with its mark and written without it, so the marks that end a sentence are part of the literal form
only where some paragraph contains them.
"""

from searchidx.fold import fold
from searchidx.local.lookup import substring
from searchidx.local.segment.snapshot import Snapshot

_CLOSING = "?!。,、;:"  # folded
_SENTENCE_END = ("?", "!", "。")


def without_end(text: str) -> str:
    """Return a text without its closing punctuation, unless it is nothing else."""
    return text.rstrip(_CLOSING) or text


def bare_form(text: str) -> str:
    """Return the folded text without its closing punctuation."""
    return without_end(fold(text).strip())


def literal_form(snapshot: Snapshot, text: str) -> str:
    """Return the folded text that a literal match contains, punctuation included.

    The marks that end a sentence are dropped, the last one first, until some paragraph contains the rest.
    """
    form, bare = fold(text).strip(), bare_form(text)
    while form != bare and form.endswith(_SENTENCE_END) and not substring.occurs(snapshot, form):
        form = form[:-1]
    return form
