"""Whoosh codec over the segments of an index, so that Whoosh's own queries and tools work on it.

searchidx itself reads the arrays directly and never imports this module: the import of Whoosh alone takes as long as a whole
cold query. It is for people who know Whoosh::

    from searchidx.local.whoosh_bridge import open_index
    from whoosh.query import FuzzyTerm
    with open_index(directory).searcher() as searcher:
        for hit in searcher.search(FuzzyTerm("words", "whosh")):
            print(hit["path"], hit["line"], hit["text"])

A Whoosh document is a paragraph. Frequencies are stored and positions are not, so Whoosh's ``Phrase`` says that the
field has no positions, as it does for every field of Whoosh's own without them: literal search needs none.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh.analysis import KeywordAnalyzer
from whoosh.codec import base
from whoosh.fields import STORED, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Frequency
from whoosh.index import FileIndex
from whoosh.matching import ListMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from searchidx.local.format.term_dictionary import TermTable
from searchidx.local.segment import manifest
from searchidx.local.segment import schema as schema_module
from searchidx.local.segment.segment import Segment, record_of
from searchidx.local.segment.snapshot import Snapshot


class TermField(FieldType):  # type: ignore[misc]
    """A field of terms with frequencies. Query text is split at white space and taken as it is."""

    indexed = scorable = True
    stored = unique = spelling = False
    vector = column_type = sortable_typecode = None
    multitoken_query = "default"

    def __init__(self) -> None:
        """Set the analyzer and the posting format."""
        self.analyzer = KeywordAnalyzer()
        self.format = Frequency()


def schema() -> Schema:
    """Return the Whoosh schema of a paragraph."""
    indexed = {name: TermField() for name in schema_module.FIELDS}
    return Schema(**indexed, path=STORED(), line=STORED(), end_line=STORED(), text=STORED())


def open_index(directory: str) -> "ArrayIndex":
    """Open an index for reading with Whoosh.

    Raises:
        NoIndexError: There is none.
        CorruptIndexError: A file of it is damaged.
    """
    return ArrayIndex(directory)


class ArrayIndex(FileIndex):  # type: ignore[misc]
    """A Whoosh index with the manifest and segments of a searchidx index."""

    def __init__(self, directory: str) -> None:
        """Open the last commit."""
        self.storage = FileStorage(directory)
        self.indexname = manifest.NAME
        self._directory = directory
        self._read_toc()

    def writer(self, *_: Any, **__: Any) -> Any:
        """Raise NotImplementedError: :meth:`searchidx.api.Index.add` and ``remove`` write all fields consistently."""
        raise NotImplementedError("write with searchidx.open(directory).add(paths) or .remove(paths)")

    def reader(self, reuse: Any = None) -> Any:  # noqa: ARG002 - named by Whoosh
        """Return a reader of the last commit; none is reused, since opening is cheap and whoosh3 would return old segments."""
        return super().reader()

    def _read_toc(self) -> "_Contents":
        snapshot = Snapshot.open(self._directory)
        return _Contents(
            schema(), [ArraySegment(part) for part in snapshot.segments], snapshot.manifest.generation
        )


@dataclass(frozen=True, slots=True)
class _Contents:
    """Whoosh's view of a manifest."""

    schema: Schema
    segments: list["ArraySegment"]
    generation: int
    release: tuple[int, int, int] = (2, 7, 4)
    version: int = -111


class ArraySegment(base.Segment):  # type: ignore[misc]
    """A segment with the interface of a Whoosh segment."""

    def __init__(self, source: Segment) -> None:
        """Wrap an open segment."""
        self.indexname, self.segid = (
            source.path.replace("\\", "/").rsplit("/", 1)[-1][: -len(".seg")].split("_")
        )
        self.compound = False
        self.source = source

    def codec(self) -> "ArrayCodec":
        return ArrayCodec()

    def doc_count_all(self) -> int:
        return self.source.count

    def deleted_count(self) -> int:
        return self.source.count - self.source.live_count

    def deleted_docs(self) -> list[int]:
        live = self.source.live
        return [] if live is None else np.flatnonzero(~live).tolist()

    def has_deletions(self) -> bool:
        return self.source.live is not None

    def is_deleted(self, docnum: int) -> bool:
        live = self.source.live
        # Whoosh's matcher for Not asks for one document beyond the last.
        return live is not None and docnum < len(live) and not live[docnum]


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """A read-only codec of segments."""

    def new_segment(self, _storage: Any, _indexname: str) -> Any:
        raise NotImplementedError("segments are written by searchidx.local.indexing.segment_builder")

    def per_document_writer(self, _storage: Any, _segment: Any) -> Any:
        raise NotImplementedError("segments are written by searchidx.local.indexing.segment_builder")

    def field_writer(self, _storage: Any, _segment: Any) -> Any:
        raise NotImplementedError("segments are written by searchidx.local.indexing.segment_builder")

    def terms_reader(self, _storage: Any, segment: ArraySegment) -> "ArrayTermsReader":
        return ArrayTermsReader(segment.source)

    def per_document_reader(self, _storage: Any, segment: ArraySegment) -> "ArrayDocumentReader":
        return ArrayDocumentReader(segment)

    def supports_columns(self) -> bool:
        return False


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]
    """Reader of the terms and postings of one segment."""

    def __init__(self, source: Segment) -> None:
        """Read from an open segment."""
        self._in = source

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field, text = term
        return field in schema_module.FIELDS and self._in.table(field).find(text) >= 0

    def indexed_field_names(self) -> list[str]:
        return list(schema_module.FIELDS)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for field in sorted(schema_module.FIELDS):
            if field >= fieldname:
                table = self._in.table(field)
                start = table.lower_bound(prefix) if field == fieldname else 0
                yield from ((field, term) for term in table.terms(start))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        paragraphs, frequencies = self._in.postings(fieldname, self._position(fieldname, text))
        lengths = self._in.lengths(fieldname)[paragraphs]
        return TermInfo(
            weight=float(frequencies.sum()),
            df=len(paragraphs),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(frequencies.max()),
            minid=int(paragraphs[0]),
            maxid=int(paragraphs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self.term_info(fieldname, text).weight()) if (fieldname, text) in self else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        position = self._table_of(fieldname).find(text)
        return len(self._in.postings(fieldname, position).paragraphs) if position >= 0 else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> "ArrayMatcher":
        paragraphs, frequencies = self._in.postings(fieldname, self._position(fieldname, text))
        weights = frequencies.astype(float).tolist()
        values = [
            count.to_bytes(4, "big") for count in frequencies.tolist()
        ]  # as Whoosh's Frequency packs them
        return ArrayMatcher(
            paragraphs.tolist(),
            weights,
            values,
            format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def cursor(self, fieldname: str, fieldobj: Any) -> "ArrayCursor":
        return ArrayCursor(self, self._table_of(fieldname), fieldname, fieldobj)

    def close(self) -> None:
        """Do nothing: the memory map is freed with its last reader."""

    def _table_of(self, field: str) -> TermTable:
        if field not in schema_module.FIELDS:
            raise TermNotFound(f"no field {field!r}")
        return self._in.table(field)

    def _position(self, field: str, text: bytes) -> int:
        position = self._table_of(field).find(text)
        if position < 0:
            raise TermNotFound(f"no term {field}:{text!r}")
        return position


class ArrayMatcher(ListMatcher):  # type: ignore[misc]
    """A matcher over one posting list, which is a single block."""

    _i: int
    _ids: list[int]

    def id(self) -> int:
        try:
            return self._ids[self._i]
        except IndexError:  # an AndNot in an AndNot asks at the end; the stock codec's has not moved on then
            return self._ids[-1]

    def copy(self) -> "ArrayMatcher":
        copied: ArrayMatcher = super().copy()
        copied._term, copied._terminfo = self._term, self._terminfo  # Whoosh's own copy lacks these
        return copied

    def skip_to(self, id: int) -> None:  # noqa: A002 - named by Whoosh
        if not self.is_active():
            raise ReadTooFar
        self._i = bisect_left(self._ids, id, self._i)

    def skip_to_quality(self, minquality: float) -> int:
        if not self.is_active() or self.block_quality() > minquality:
            return 0
        self._i = len(self._ids)
        return 1

    def block_max_weight(self) -> float:
        return float(self._terminfo.max_weight())

    def all_ids(self) -> Iterator[int]:
        begin, self._i = self._i, len(self._ids)
        return iter(self._ids[begin:])


class ArrayCursor(base.FieldCursor):  # type: ignore[misc]
    """A cursor over the terms of a field, for fuzzy queries and spelling."""

    def __init__(self, reader: ArrayTermsReader, table: TermTable, field: str, described: Any) -> None:
        """Start at the first term."""
        self._reader = reader
        self._table = table
        self._field = field
        self._described = described
        self._position = 0

    def first(self) -> str | None:
        self._position = 0
        return self.text()

    def find(self, string: str | bytes) -> str | None:
        term = string if isinstance(string, bytes) else self._described.to_bytes(string)
        self._position = self._table.lower_bound(term)
        return self.text()

    def next(self) -> str | None:
        self._position += 1
        return self.text()

    def text(self) -> str | None:
        return self._described.from_bytes(self._table.term(self._position)) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._position < len(self._table)

    def term_info(self) -> TermInfo | None:
        if not self.is_valid():
            return None
        return self._reader.term_info(self._field, self._table.term(self._position))


class ArrayDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Reader of the field lengths and stored fields of one segment."""

    def __init__(self, segment: ArraySegment) -> None:
        """Read from an open segment."""
        self._segment = segment
        self._in = segment.source

    def doc_count(self) -> int:
        return self._in.live_count

    def doc_count_all(self) -> int:
        return self._in.count

    def has_deletions(self) -> bool:
        return self._segment.has_deletions()

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> list[int]:
        return self._segment.deleted_docs()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._in.lengths(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        return int(self._in.lengths(fieldname).sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        return int(self._in.lengths(fieldname).min(initial=0xFFFF))

    def max_field_length(self, fieldname: str) -> int:
        return int(self._in.lengths(fieldname).max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        paragraph = self._in.paragraph(docnum)
        document = int(self._in.documents_of(np.array([docnum]))[0])
        path = record_of(self._in.document_rows.row(document)).path
        return {"path": path, "line": paragraph.line, "end_line": paragraph.end_line, "text": paragraph.text}

    def close(self) -> None:
        """Do nothing: the memory map is freed with its last reader."""
