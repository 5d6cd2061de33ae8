"""Reading forms of stored paragraphs, made from their stored edits when a text is read.

Only the few paragraphs whose reading form differs from the stored text have edits; see :mod:`searchidx.reading_form`.
"""

from collections.abc import Sequence

import numpy as np

from searchidx.local.lookup import sorted_sets
from searchidx.local.segment.snapshot import Numbers, Snapshot
from searchidx.reading_form.form import ReadingForm


def read_otherwise(snapshot: Snapshot) -> Numbers:
    """Return the numbers of the paragraphs with a reading form of their own, ascending."""

    def collect() -> Numbers:
        parts = zip(snapshot.bases, snapshot.segments, strict=False)
        return np.concatenate(
            [np.zeros(0, np.int64), *(part.reading_paragraphs + base for base, part in parts)]
        )

    return snapshot.cached(("read otherwise",), collect)


def forms(snapshot: Snapshot, paragraphs: Numbers) -> dict[int, ReadingForm]:
    """Return the reading forms of paragraphs that have one of their own, by position in ``paragraphs``.

    The numbers ascend.
    """
    numbers = read_otherwise(snapshot)
    if not len(numbers):
        return {}
    positions = np.flatnonzero(sorted_sets.are_in(paragraphs, numbers))
    selected = paragraphs[positions]
    texts = snapshot.texts(selected)
    made: list[ReadingForm] = []
    for part, base in zip(snapshot.segments, snapshot.bases, strict=False):
        first, last = np.searchsorted(selected, (base, base + part.count)).tolist()
        if first < last:
            made += part.reading_forms((selected[first:last] - base).tolist(), texts[first:last])
    return dict(zip(positions.tolist(), made, strict=True))


def forms_of(snapshot: Snapshot, numbers: Sequence[int]) -> dict[int, ReadingForm]:
    """Return the reading forms of paragraphs that have one of their own, by number."""
    ordered = sorted_sets.distinct(np.array(numbers, np.int64))
    return {int(ordered[position]): form for position, form in forms(snapshot, ordered).items()}


def texts_as_read(snapshot: Snapshot, paragraphs: Numbers) -> list[str]:
    """Return the text of each paragraph as it is read; numbers ascend."""
    texts = snapshot.texts(paragraphs)
    for position, form in forms(snapshot, paragraphs).items():
        texts[position] = form.text
    return texts


def spans_as_stored(form: ReadingForm, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans of a reading form as spans of the stored text."""
    return [form.stored(start, end) for start, end in spans if start < end]
