"""An index of documents written in a test: no file is read, and each commit makes one segment."""

import os
from collections.abc import Iterable

from searchidx.analyzer.user_lexicon import UserLexicon
from searchidx.document import Document, Paragraph
from searchidx.file_state import Source
from searchidx.local.commit.index_writer import IndexWriter
from searchidx.local.engine import LocalEngine
from searchidx.local.indexing.segment_builder import SegmentBuilder
from searchidx.local.segment.manifest import SegmentEntry
from searchidx.tokenizer import bulk_tokenizer


def written(path: str, texts: Iterable[str], headings: tuple[str, ...] = ()) -> Document:
    """A document with a paragraph a line."""
    paragraphs = (Paragraph(text, line, line, headings=headings) for line, text in enumerate(texts, 1))
    return Document(path, "text", "utf-8", paragraphs=tuple(paragraphs))


class WrittenIndex:
    """An index, and beside it the documents that should be in it.

    Attributes:
        directory: Where the index is.
        documents: What should be in it, by path.
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        """Begin with nothing; the first :meth:`commit` makes the index."""
        self.directory = str(directory)
        self.documents: dict[str, Document] = {}

    def commit(
        self, documents: Iterable[Document] = (), gone: Iterable[str] = (), own: UserLexicon | None = None
    ) -> None:
        """Put documents in, cut with the user's words, taking the place of those of the same path; take others out."""
        chosen = list({document.path: document for document in documents}.values())
        leaving = {*gone, *(document.path for document in chosen)}
        with IndexWriter(self.directory) as writer:
            name = f"MAIN_{writer.manifest.generation + 1}.seg"
            writer.commit(added=_segment(self.directory, name, chosen, own), deleted=_places(writer, leaving))
        for path in leaving:
            self.documents.pop(path, None)
        self.documents.update({document.path: document for document in chosen})

    def reader(self, own: UserLexicon | None = None) -> LocalEngine:
        """The last commit, open for a user with words of their own."""
        return LocalEngine(self.directory, user_lexicon=own)


def _segment(
    directory: str, name: str, documents: list[Document], own: UserLexicon | None
) -> list[SegmentEntry]:
    if not documents:
        return []
    builder = SegmentBuilder(own.terms, own.words) if own else SegmentBuilder(bulk_tokenizer())
    for number, document in enumerate(documents):
        builder.add(document, Source(number, number, f"{number:032x}"))
    size = builder.write(os.path.join(directory, name))
    return [SegmentEntry(name, size, builder.count, builder.documents, builder.text_bytes)]


def _places(writer: IndexWriter, paths: set[str]) -> dict[str, list[int]]:
    """Numbers of the documents of these paths, by segment."""
    found: dict[str, list[int]] = {}
    snapshot = writer.snapshot()
    for entry, part in zip(snapshot.manifest.segments, snapshot.segments, strict=True):
        for number, row in enumerate(part.document_rows.all_rows()):
            if row.text.decode("utf-8", "surrogatepass") in paths and number not in entry.deleted:
                found.setdefault(entry.name, []).append(number)
    return found
