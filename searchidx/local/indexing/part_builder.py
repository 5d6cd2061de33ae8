"""Builder of the local engine: each flush writes a segment file that no commit names yet."""

import os
from collections.abc import Iterable
from dataclasses import replace

from searchidx.document import Document
from searchidx.engine import Part, Tokenize
from searchidx.file_state import Source
from searchidx.local.indexing.segment_builder import SegmentBuilder
from searchidx.local.segment import segment
from searchidx.local.segment.stored_paths import home_of, relativize


class LocalBuilder:
    """A :class:`~searchidx.engine.Builder` that writes segments into the folder of an index."""

    def __init__(self, directory: str, tokenize: Tokenize, user_words: Iterable[str] = ()) -> None:
        """Create an empty builder.

        Args:
            directory: Folder of the index.
            tokenize: Tokenizer of folded text.
            user_words: Words of the user that the tokenizer knows.
        """
        self._directory = directory
        self._home = home_of(directory)
        self._tokenizing = (tokenize, user_words)
        self._segment = SegmentBuilder(*self._tokenizing)

    @property
    def paragraphs(self) -> int:
        """Number of paragraphs since the last flush."""
        return self._segment.count

    @property
    def text_bytes(self) -> int:
        """UTF-8 bytes of these paragraphs."""
        return self._segment.text_bytes

    def add(self, document: Document, source: Source) -> None:
        """Add a document; its path is stored relative to the home folder of the index."""
        self._segment.add(replace(document, path=relativize(document.path, self._home)), source)

    def flush(self) -> Part | None:
        """Write the documents to a new segment and flush it to the disk; None if there are none."""
        builder, self._segment = self._segment, SegmentBuilder(*self._tokenizing)
        if not builder.documents:
            return None
        path = segment.new_path(self._directory)
        size = builder.write(path)
        return Part(os.path.basename(path), size, builder.documents, builder.count, builder.text_bytes)
