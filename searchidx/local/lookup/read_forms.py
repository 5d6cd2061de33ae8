"""Reading forms of stored paragraphs, made when a text is looked at.

The index marks the few paragraphs whose reading form differs from the stored text; see :mod:`searchidx.reading_form`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from searchidx.document import Paragraph
from searchidx.local.lookup import sorted_sets
from searchidx.local.lookup.marked_paragraphs import marked
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Numbers, Snapshot

if TYPE_CHECKING:
    from searchidx.reading_form import ReadingForm


def read_otherwise(snapshot: Snapshot) -> Numbers:
    """Return the numbers of the paragraphs with a reading form of their own, ascending."""
    return snapshot.remember(
        ("read otherwise",), lambda: sorted_sets.distinct(marked(snapshot, schema.READ_OTHERWISE))
    )


def forms(snapshot: Snapshot, paragraphs: Numbers) -> "dict[int, ReadingForm]":
    """Return the reading forms of paragraphs that have one of their own, by position in ``paragraphs``."""
    marks = read_otherwise(snapshot)
    own = sorted_sets.are_in(paragraphs, marks).nonzero()[0].tolist() if len(marks) else []
    stored = snapshot.paragraphs([int(paragraphs[position]) for position in own])
    return _made(dict(zip(own, stored, strict=True)))


def forms_of(
    snapshot: Snapshot, numbers: Sequence[int], paragraphs: Sequence[Paragraph]
) -> "dict[int, ReadingForm]":
    """Return the reading forms of stored paragraphs, in any order, by position."""
    marks = read_otherwise(snapshot)
    if not len(marks):
        return {}
    places = np.searchsorted(marks, numbers)
    own = np.flatnonzero(np.append(marks, -1)[places] == numbers).tolist()
    return _made({position: paragraphs[position] for position in own})


def _made(paragraphs: dict[int, Paragraph]) -> "dict[int, ReadingForm]":
    if not paragraphs:
        return {}
    from searchidx.reading_form import reading_form  # most searches meet no such paragraph

    made = {position: reading_form(one.text, one.kind) for position, one in paragraphs.items()}
    return {position: form for position, form in made.items() if form is not None}


def texts_as_read(snapshot: Snapshot, paragraphs: Numbers) -> list[str]:
    """Return the text of each paragraph as it is read; numbers ascend."""
    texts = snapshot.texts(paragraphs)
    for position, form in forms(snapshot, paragraphs).items():
        texts[position] = form.text
    return texts


def spans_as_stored(form: "ReadingForm", spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans of a reading form as spans of the stored text."""
    return [form.stored(start, end) for start, end in spans if start < end]
