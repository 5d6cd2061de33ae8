"""Whoosh codec over the segments of an index, so that Whoosh's own queries and tools work on it.

searchidx itself reads the arrays directly and never imports this module: the import of Whoosh alone takes as long as a whole
cold query. The public interface is :mod:`searchidx.whoosh`.

A Whoosh document is a paragraph. Beside the fields of the index there are ``text``, whose terms are those of ``words`` and,
for single CJK characters, of ``characters``; and ``path`` and ``type``, which are metadata of documents. Segments store no
positions: those of ``text`` are computed from the stored paragraph when a phrase asks for them, and Whoosh's ``Phrase`` says
of the other fields that they have none.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Protocol

import numpy as np
from whoosh.analysis import KeywordAnalyzer
from whoosh.codec import base
from whoosh.fields import ID, STORED, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Frequency, Positions
from whoosh.index import FileIndex
from whoosh.matching import ListMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from searchidx._startup.array_types import NDArray
from searchidx.analyzer import is_cjk
from searchidx.local.format.postings import Postings
from searchidx.local.segment import manifest
from searchidx.local.segment import schema as schema_module
from searchidx.local.segment.segment import Segment, record_of
from searchidx.local.segment.snapshot import Snapshot
from searchidx.local.whoosh_analyzer import ChineseAnalyzer

TEXT, PATH, TYPE = "text", "path", "type"
_DOCUMENT_FIELDS = (PATH, TYPE)
_TOKENIZED = (schema_module.WORDS, schema_module.HEADINGS)
FIELDS = (*schema_module.FIELDS, TEXT, *_DOCUMENT_FIELDS)
"""Indexed fields of the Whoosh schema."""
_MAX_CACHED_PARAGRAPHS = 64  # with positions: a phrase reads those of each of its words


class TermField(FieldType):  # type: ignore[misc]
    """A field of terms with frequencies."""

    indexed = scorable = True
    stored = unique = spelling = False
    vector = column_type = sortable_typecode = None
    multitoken_query = "default"

    def __init__(self, *, tokenized: bool) -> None:
        """Set the analyzer and the posting format; without an analysis, query text is split at white space."""
        self.analyzer = ChineseAnalyzer() if tokenized else KeywordAnalyzer()
        self.format = Frequency()


class TextField(TermField):
    """The stored text of a paragraph, with positions."""

    stored = True

    def __init__(self) -> None:
        """Set the analyzer and the posting format."""
        super().__init__(tokenized=True)
        self.format = Positions()


class NameField(ID):  # type: ignore[misc]
    """A field with one term, which may be the name of a file that is not UTF-8."""

    def to_bytes(self, value: str | bytes) -> bytes:
        return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")

    def from_bytes(self, bs: bytes) -> str:
        return bs.decode("utf-8", "surrogatepass")


def schema() -> Schema:
    """Return the Whoosh schema of a paragraph."""
    fields = {name: TermField(tokenized=name in _TOKENIZED) for name in schema_module.FIELDS}
    names = {name: NameField(stored=True) for name in _DOCUMENT_FIELDS}
    return Schema(**fields, **names, text=TextField(), title=STORED(), line=STORED(), end_line=STORED())


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


class Terms(Protocol):
    """Terms of a field in byte order."""

    def __len__(self) -> int: ...

    def find(self, term: bytes) -> int: ...

    def lower_bound(self, term: bytes) -> int: ...

    def term(self, position: int) -> bytes: ...

    def terms(self, start: int = 0) -> Iterator[bytes]: ...

    def postings(self, position: int) -> Postings: ...


class SegmentTerms:
    """Terms of a field of a segment; those of ``headings`` with the paragraphs of their sections."""

    def __init__(self, source: Segment, field: str) -> None:
        """Read a field of an open segment."""
        table = source.table(field)
        self.find, self.lower_bound, self.term, self.terms = (
            table.find,
            table.lower_bound,
            table.term,
            table.terms,
        )
        self._table, self._in, self._field = table, source, field

    def __len__(self) -> int:
        return len(self._table)

    def postings(self, position: int) -> Postings:
        return self._in.postings(self._field, position)


class DocumentTerms:
    """Terms of a metadata field of documents, each with all paragraphs of its documents."""

    def __init__(self, source: Segment, values: list[str]) -> None:
        """Index the value of each document of a segment."""
        self._starts = source.document_starts
        self._documents: dict[bytes, list[int]] = {}
        for number in np.flatnonzero(
            np.diff(self._starts)
        ).tolist():  # a document without paragraphs has no postings
            self._documents.setdefault(values[number].encode("utf-8", "surrogatepass"), []).append(number)
        self._terms = sorted(self._documents)

    def __len__(self) -> int:
        return len(self._terms)

    def find(self, term: bytes) -> int:
        return self.lower_bound(term) if term in self._documents else -1

    def lower_bound(self, term: bytes) -> int:
        return bisect_left(self._terms, term)

    def term(self, position: int) -> bytes:
        return self._terms[position]

    def terms(self, start: int = 0) -> Iterator[bytes]:
        return iter(self._terms[start:])

    def postings(self, position: int) -> Postings:
        documents = self._documents[self._terms[position]]
        numbers = [np.arange(*self._starts[number : number + 2]) for number in documents]
        paragraphs = np.concatenate(numbers)
        return Postings(paragraphs, np.ones(len(paragraphs), np.int16))


class FieldReader:
    """Reader of the indexed fields of a Whoosh schema in one segment."""

    def __init__(self, source: Segment) -> None:
        """Read from an open segment."""
        self._in = source
        self.positions = lru_cache(_MAX_CACHED_PARAGRAPHS)(self._positions)

    @cached_property
    def _terms(self) -> dict[str, Terms]:
        terms: dict[str, Terms] = {name: SegmentTerms(self._in, name) for name in schema_module.FIELDS}
        return terms | {TEXT: terms[schema_module.WORDS]}

    def terms(self, field: str) -> Terms:
        """Return the terms of a field, to be listed.

        Raises:
            TermNotFound: There is no such field.
        """
        if field not in FIELDS:
            raise TermNotFound(f"no field {field!r}")
        if field not in self._terms:
            self._terms[field] = DocumentTerms(self._in, self._values(field))
        return self._terms[field]

    def _values(self, field: str) -> list[str]:
        return [getattr(record_of(row), field) for row in self._in.document_rows.all_rows()]

    def terms_with(self, field: str, term: bytes) -> Terms:
        """Return the terms in which to look a term up: a character of ``text`` is in no word, or in several."""
        is_character = field == TEXT and len(term) <= 4 and _is_cjk_character(term)
        return self.terms(schema_module.CHARACTERS if is_character else field)

    def lengths(self, field: str) -> NDArray[Any]:
        """Return the length of a field in each paragraph; 0 in fields that are not scored."""
        if field in _DOCUMENT_FIELDS:
            return np.zeros(self._in.count, np.uint16)
        return self._in.lengths(schema_module.WORDS if field == TEXT else field)

    def _positions(self, paragraph: int) -> dict[bytes, list[int]]:
        """Return the positions of each term in the stored text of a paragraph."""
        positions: dict[bytes, list[int]] = {}
        for token in ChineseAnalyzer()(self._in.paragraph(paragraph).text, positions=True, mode="index"):
            positions.setdefault(token.text.encode("utf-8", "surrogatepass"), []).append(token.pos)
        return positions


def _is_cjk_character(term: bytes) -> bool:
    text = term.decode("utf-8", "replace")
    return len(text) == 1 and is_cjk(text)


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]
    """Reader of the terms and postings of one segment."""

    def __init__(self, source: Segment) -> None:
        """Read from an open segment."""
        self._fields = FieldReader(source)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field, text = term
        return field in FIELDS and self._fields.terms_with(field, text).find(text) >= 0

    def indexed_field_names(self) -> list[str]:
        return list(FIELDS)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for field in sorted(FIELDS):
            if field >= fieldname:
                terms = self._fields.terms(field)
                start = terms.lower_bound(prefix) if field == fieldname else 0
                yield from ((field, term) for term in terms.terms(start))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        paragraphs, frequencies = self._postings(fieldname, text)
        lengths = self._fields.lengths(fieldname)[paragraphs]
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
        terms = self._fields.terms_with(fieldname, text)
        position = terms.find(text)
        return len(terms.postings(position).paragraphs) if position >= 0 else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> "ArrayMatcher":
        paragraphs, frequencies = self._postings(fieldname, text)
        matcher = ArrayMatcher(
            paragraphs.tolist(),
            frequencies.astype(float).tolist(),
            [count.to_bytes(4, "big") for count in frequencies.tolist()],  # as Whoosh's Frequency packs them
            format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )
        if fieldname == TEXT:
            matcher.positions = self._fields.positions
        return matcher

    def cursor(self, fieldname: str, fieldobj: Any) -> "ArrayCursor":
        return ArrayCursor(self, self._fields.terms(fieldname), fieldname, fieldobj)

    def close(self) -> None:
        """Do nothing: the memory map is freed with its last reader."""

    def _postings(self, field: str, text: bytes) -> Postings:
        terms = self._fields.terms_with(field, text)
        position = terms.find(text)
        if position < 0:
            raise TermNotFound(f"no term {field}:{text!r}")
        return terms.postings(position)


class ArrayMatcher(ListMatcher):  # type: ignore[misc]
    """A matcher over one posting list, which is a single block.

    Attributes:
        positions: Function from a paragraph to the positions of its terms, in a field that has any.
    """

    _i: int
    _ids: list[int]
    positions: Callable[[int], dict[bytes, list[int]]] | None = None

    def value(self) -> Any:
        if self.positions is None:
            return super().value()
        # A term of the reading form alone has no position in the stored text.
        return self._format.encode(self.positions(self.id()).get(self._term[1], []))

    def id(self) -> int:
        try:
            return self._ids[self._i]
        except IndexError:  # an AndNot in an AndNot asks at the end; the stock codec's has not moved on then
            return self._ids[-1]

    def copy(self) -> "ArrayMatcher":
        copied: ArrayMatcher = super().copy()
        # Whoosh's own copy lacks these.
        copied._term, copied._terminfo = self._term, self._terminfo
        copied.positions = self.positions
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

    def __init__(self, reader: ArrayTermsReader, table: Terms, field: str, described: Any) -> None:
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
        self._fields = FieldReader(segment.source)

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
        return int(self._fields.lengths(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        return int(self._fields.lengths(fieldname).sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        return int(self._fields.lengths(fieldname).min(initial=0xFFFF))

    def max_field_length(self, fieldname: str) -> int:
        return int(self._fields.lengths(fieldname).max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        paragraph = self._in.paragraph(docnum)
        document = int(self._in.documents_of(np.array([docnum]))[0])
        record = record_of(self._in.document_rows.row(document))
        return {
            PATH: record.path,
            TYPE: record.type,
            "title": record.title,
            "line": paragraph.line,
            "end_line": paragraph.end_line,
            TEXT: paragraph.text,
        }

    def close(self) -> None:
        """Do nothing: the memory map is freed with its last reader."""
