"""Paragraphs that bear a term of the table of mentions."""

import numpy as np

from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Numbers, Snapshot


def marked(snapshot: Snapshot, term: str) -> Numbers:
    """Return the numbers of paragraphs that bear a term, deleted ones too, ascending."""
    paragraphs = [np.zeros(0, np.int64)]
    encoded = term.encode("utf-8", "surrogatepass")
    for base, part in zip(snapshot.bases, snapshot.segments, strict=False):
        table = part.table(schema.MENTIONS)
        if (position := table.find(encoded)) >= 0:
            numbers = table.postings(position).paragraphs
            paragraphs.append(numbers[numbers < part.count].astype(np.int64) + base)
    return np.concatenate(paragraphs)
