"""Documents of a commit for comparison with their files, and the other facts of the commit."""

from searchidx import messages
from searchidx.engine import IndexedDocument, IndexState
from searchidx.local.segment.manifest import Manifest
from searchidx.local.segment.segment import revision_of, stamp_of
from searchidx.local.segment.snapshot import Snapshot

Address = tuple[str, int]
"""File name of a segment, and the number of a document in it."""


def indexed_documents(snapshot: Snapshot) -> dict[str, IndexedDocument]:
    """Return the documents of a snapshot by path; their addresses are of type :data:`Address`."""
    documents = {}
    touched = snapshot.manifest.touched
    stale = {failure.path for failure in snapshot.manifest.stale}
    for part, entry in zip(snapshot.segments, snapshot.manifest.segments, strict=True):
        deleted = set(entry.deleted)
        for number, row in enumerate(part.document_rows.all_rows()):
            if number not in deleted:
                path = row.text.decode("utf-8", "surrogatepass")
                size, _, digest, _, _, _, _, notes, *_, paragraphs = row.facts
                stamp = touched[path].stamp if path in touched else stamp_of(row)
                address = (entry.name, number)
                documents[path] = IndexedDocument(
                    size,
                    stamp,
                    digest,
                    paragraphs,
                    tuple(map(messages.load, notes)),
                    path in stale,
                    revision_of(row),
                    address,
                )
    return documents


def state_of(manifest: Manifest) -> IndexState:
    """Return the facts of a commit other than its documents."""
    return IndexState(
        manifest.generation,
        manifest.committed,
        manifest.roots,
        manifest.rules,
        manifest.lists,
        manifest.skipped,
        manifest.touched,
        manifest.refusals,
        manifest.unfinished,
        manifest.stale,
    )
