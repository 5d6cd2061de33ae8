"""Reading forms of stored paragraphs, made when a text is looked at.

The index marks the few paragraphs whose reading form differs from the stored text; see :mod:`searchidx.reading_form`.
"""

from collections.abc import Sequence

from searchidx.local import ascending, fields
from searchidx.local.marked import marked
from searchidx.local.snapshot import Numbers, Snapshot
from searchidx.reading_form import ReadingForm, reading_form


def read_otherwise(snapshot: Snapshot) -> Numbers:
    """Return the numbers of the paragraphs with a reading form of their own, ascending."""
    return snapshot.remember(
        ("read otherwise",), lambda: ascending.distinct(marked(snapshot, fields.READ_OTHERWISE))
    )


def forms(snapshot: Snapshot, paragraphs: Numbers) -> dict[int, ReadingForm]:
    """Return the reading forms of paragraphs that have one of their own, by position in ``paragraphs``."""
    own = ascending.are_in(paragraphs, read_otherwise(snapshot)).nonzero()[0].tolist()
    stored = snapshot.paragraphs([int(paragraphs[position]) for position in own])
    made = (reading_form(paragraph.text, paragraph.kind) for paragraph in stored)
    return {position: form for position, form in zip(own, made, strict=True) if form is not None}


def texts_as_read(snapshot: Snapshot, paragraphs: Numbers) -> list[str]:
    """Return the text of each paragraph as it is read; numbers ascend."""
    texts = snapshot.texts(paragraphs)
    for position, form in forms(snapshot, paragraphs).items():
        texts[position] = form.text
    return texts


def spans_as_stored(form: ReadingForm, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans of a reading form as spans of the stored text."""
    return [form.stored(start, end) for start, end in spans if start < end]
