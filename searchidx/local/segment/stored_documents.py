"""Documents as they were added, from their stored rows: the source of a rebuild where there is no file to read."""

from collections.abc import Iterator, Mapping

from searchidx import messages
from searchidx.document import Document
from searchidx.engine import IndexedDocument
from searchidx.file_state import Source
from searchidx.local.format.stored_rows import Row
from searchidx.local.segment.segment import Segment
from searchidx.local.segment.snapshot import Snapshot


def stored_documents(
    snapshot: Snapshot, documents: Mapping[str, IndexedDocument]
) -> Iterator[tuple[Document, Source]]:
    """Yield documents of a snapshot, each with the state of its file, in the order of the index."""
    addresses = {document.address: path for path, document in documents.items()}
    for part, entry in zip(snapshot.segments, snapshot.manifest.segments, strict=True):
        for number, row in enumerate(part.document_rows.all_rows()):
            path = addresses.get((entry.name, number))
            if path is not None:
                yield _document(part, number, row, path), _source(row, documents[path])


def _document(part: Segment, number: int, row: Row, path: str) -> Document:
    _, _, _, kind, encoding, title, date, notes, *_ = row.facts
    first, end = part.document_starts[number : number + 2].tolist()
    return Document(
        path,
        kind,
        encoding,
        title,
        date,
        tuple(map(part.paragraph, range(first, end))),
        tuple(map(messages.load, notes)),
    )


def _source(row: Row, document: IndexedDocument) -> Source:
    mtime_ns: int = row.facts[1]
    return Source(document.size, mtime_ns, document.digest, document.stamp, document.revision)
