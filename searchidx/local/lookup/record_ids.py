"""Records by their own ids: an id is no part of a record's text, and still whoever types it finds the record.

Ids are terms of the table of mentions, whole and folded, so a part of one is not found by this, and nothing is scored.
"""

from searchidx.local.lookup.marked_paragraphs import marked
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Numbers, Snapshot


def with_id(snapshot: Snapshot, needle: str) -> Numbers:
    """Return the paragraphs of records whose id is a folded string, ascending."""
    return marked(snapshot, schema.RECORD_ID + needle)
