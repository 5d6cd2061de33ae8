"""The reading form of a text: what a person reads, with a map back to the text as it is stored.

In it, what the eye does not see is gone and what the eye joins is joined. A search finds through the stored text *and* through
the reading form; what is shown is always the stored text. Most texts are their own reading form, for which nothing is made.

    composition  unseen characters removed, composed characters in one form
    escapes      escapes of source text
    asides       ruby and marks of notes inside a word
    line_ends    lines broken inside a sentence, comments and quotes
    spacing      characters set apart by spaces
    draft        a text under edit, with its map
"""

from functools import cache

from searchidx._startup.dataclass import dataclass
from searchidx.lexicon import load
from searchidx.reading_form.asides import remove_asides
from searchidx.reading_form.composition import compose
from searchidx.reading_form.draft import Draft
from searchidx.reading_form.escapes import unescape
from searchidx.reading_form.line_ends import join_lines
from searchidx.reading_form.spacing import close_gaps
from searchidx.tokenizer import Tokenizer

CODE = "code"
"""Kind of paragraph in which no mark of a note is passed over."""


@dataclass(frozen=True, slots=True)
class ReadingForm:
    """A text as it is read.

    Attributes:
        text: What is read.
        composed: The stored text with unseen characters removed and composed ones in one form, and nothing else changed: a
            match in it looks like one in the stored text.
        starts: For each character of ``text``, the first stored character that it stands for.
        ends: One past the last of these.
    """

    text: str
    composed: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def stored(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of stored characters behind a range of ``text`` that is not empty."""
        return self.starts[start], self.ends[end - 1]


def reading_form(text: str, kind: str = "text") -> ReadingForm | None:
    """Return the reading form of a stored text, or None if the text is its own.

    Args:
        text: The paragraph as stored.
        kind: Kind of the paragraph.
    """
    draft = Draft(text)
    draft.apply(compose(text))
    composed = draft.text
    draft.apply(unescape(draft.text))
    if kind != CODE:
        draft.apply(remove_asides(draft.text))
    draft.apply(join_lines(draft.text))
    draft.apply(close_gaps(draft.text, _tokenizer().tokenize))
    if draft.text == text:
        return None
    return ReadingForm(draft.text, composed, tuple(draft.starts), tuple(draft.ends))


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer(load())
