"""Records by their own ids: an id is no part of a record's text, and still whoever types it finds the record.

Ids are terms of the table of mentions, whole and folded, so a part of one is not found by this, and nothing is scored.
"""

from searchidx.fold import fold
from searchidx.local import fields
from searchidx.local.marked import marked
from searchidx.local.snapshot import Numbers, Snapshot


def id_term(key: str) -> str | None:
    """Return the term of a record's id, or None if it is blank or too long for one."""
    folded = fold(key).strip()
    term = fields.RECORD_ID + folded
    return term if folded and fields.fits(term) else None


def with_id(snapshot: Snapshot, needle: str) -> Numbers:
    """Return the paragraphs of records whose id is a folded string, ascending."""
    return marked(snapshot, fields.RECORD_ID + needle)
