"""The rules by which a text is read, one stage after another."""

from functools import cache

from searchidx.lexicon import load
from searchidx.reading_form.asides import remove_asides, remove_tags
from searchidx.reading_form.composition import compose
from searchidx.reading_form.draft import Draft
from searchidx.reading_form.escapes import unescape
from searchidx.reading_form.form import Edits, ReadingForm, edits_between
from searchidx.reading_form.line_ends import join_continuations, join_lines
from searchidx.reading_form.spacing import close_gaps
from searchidx.tokenizer import Tokenizer

CODE = "code"
"""Kind of paragraph in which no mark of a note is passed over, and a backslash continues a line."""


def reading_form(text: str, kind: str = "text") -> ReadingForm | None:
    """Return the reading form of a stored text, or None if the text is its own.

    Args:
        text: The paragraph as stored.
        kind: Kind of the paragraph.
    """
    drafts = _drafts(text, kind)
    if drafts is None:
        return None
    composed, draft = drafts
    return ReadingForm(draft.text, composed.text, draft.starts, draft.ends)


def reading_edits(text: str, kind: str = "text") -> tuple[str, list[Edits]] | None:
    """Return what is read and the edits of the composed and of the whole form, or None if the text is its own form."""
    drafts = _drafts(text, kind)
    if drafts is None:
        return None
    edits = [edits_between(text, draft.text, draft.starts, draft.ends) for draft in drafts]
    return drafts[1].text, edits


def _drafts(text: str, kind: str) -> tuple[Draft, Draft] | None:
    """Return the text composed, and as it is read."""
    composed, draft = Draft(text), Draft(text)
    edits = list(compose(text))
    composed.apply(edits)
    draft.apply(edits)
    draft.apply(unescape(draft.text))
    if kind == CODE:
        draft.apply(join_continuations(draft.text))
    else:
        draft.apply(remove_asides(draft.text))
    draft.apply(remove_tags(draft.text))
    draft.apply(join_lines(draft.text))
    draft.apply(close_gaps(draft.text, _tokenizer().tokenize))
    return None if draft.text == text else (composed, draft)


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer(load())
