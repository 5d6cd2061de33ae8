"""Paragraphs marked by a term of the mentions field: written in unfolded forms, overlapping, of a record with an id."""

import numpy as np

from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Numbers, Snapshot


def marked(snapshot: Snapshot, term: str) -> Numbers:
    """Return the paragraphs with a term of the mentions field, deleted ones too, ascending."""
    paragraphs = [np.zeros(0, np.int64)]
    encoded = term.encode("utf-8", "surrogatepass")
    for base, part in zip(snapshot.bases, snapshot.segments, strict=False):
        table = part.table(schema.MENTIONS)
        if (position := table.find(encoded)) >= 0:
            numbers = table.postings(position).paragraphs
            paragraphs.append(numbers[numbers < part.count].astype(np.int64) + base)
    return np.concatenate(paragraphs)


def unfolded_forms(snapshot: Snapshot) -> Numbers:
    """Return the paragraphs with a letter or ideograph in another form than its folded one, deleted ones too, ascending."""
    return snapshot.cached(("written",), lambda: marked(snapshot, schema.WRITTEN))


def with_record_id(snapshot: Snapshot, needle: str) -> Numbers:
    """Return the paragraphs of records whose whole id is a folded string, deleted ones too, ascending.

    An id is no part of a record's text, and still whoever types it finds the record; nothing is scored for it.
    """
    return marked(snapshot, schema.RECORD_ID + needle)
