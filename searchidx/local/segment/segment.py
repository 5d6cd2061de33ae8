"""A segment: an immutable part of an index.

A segment is one container with the fields of :mod:`searchidx.local.segment.schema`, its paragraphs, its sections (consecutive
paragraphs below the same headings) and its documents. Beside the arrays of the fields it contains ``documents.first`` and
``sections.first`` (u4), the number of the first paragraph of each document and section, with one more element at the end.
``own.words`` (u1) are the words of the user that the tokenizer knew, if any, ascending and separated by line feeds. Headings
are stored and indexed once a section: the postings of the field ``headings`` name sections. Deletions are not in the file
but in the manifest. Beside the fields there is the table of what the paragraphs mention.
"""

import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np

from searchidx import line_map as line_maps
from searchidx import messages
from searchidx._startup.array_types import NDArray
from searchidx.document import Document, Paragraph
from searchidx.errors import CorruptIndexError
from searchidx.file_state import Source, Stamp
from searchidx.local.format import postings, stored_rows, term_dictionary, versions
from searchidx.local.format.array_file import Container, Pieces
from searchidx.local.format.postings import Postings
from searchidx.local.format.stored_rows import Row, Store
from searchidx.local.format.term_dictionary import TermTable
from searchidx.local.segment import manifest, schema, stored_paths
from searchidx.local.segment.analysis import UNKNOWN
from searchidx.local.segment.manifest import SegmentEntry
from searchidx.reading_form.form import Edits, ReadingForm, are_edits, from_edits
from searchidx.results import DocumentRecord

PARAGRAPHS = "paragraphs"
SECTIONS = "sections"
DOCUMENTS = "documents"
USER_WORDS = "own.words"
LINKS = "paragraphs.links"
READINGS = "readings"
_READING_PARAGRAPHS = f"{READINGS}.paragraph"
SUFFIX = ".seg"

_DEFAULT_FACTS = (None, None, None, "text")
_LENGTHS_WITH_LINE_MAP = (3, 7)  # lengths of the facts of a paragraph that has one
_MAX_INTEGER = 1 << 63
_MAX_LINE = 1 << 53
_MTIME, _STAMP, _REVISION = 1, 8, 11  # positions in the facts of a document
_MAX_DOCUMENT_FACTS = 13

_TABLES = (*schema.FIELDS, schema.MENTIONS)
# Types of the arrays that every segment has.
_TYPES = {
    **{f"{table}.{column}": kind for table in _TABLES for column, kind in term_dictionary.TYPES.items()},
    **{f"{field}.length": "<u2" for field in schema.FIELDS},
    **{
        f"{name}.{column}": kind
        for name in (PARAGRAPHS, SECTIONS, DOCUMENTS)
        for column, kind in stored_rows.TYPES.items()
    },
    f"{SECTIONS}.first": "<u4",
    f"{DOCUMENTS}.first": "<u4",
}


def new_path(directory: str) -> str:
    """Return a path for a new segment."""
    import secrets  # costs too much to import for a search

    return os.path.join(directory, f"{manifest.NAME}_{secrets.token_hex(8)}{SUFFIX}")


def paragraph_facts(paragraph: Paragraph) -> str:
    """Return the stored facts of a paragraph as JSON: everything but its text and headings."""
    _, line, end_line, kind, _, page, record, date, line_map = paragraph
    if kind == "text" and page is None and record is None and not date:
        return (
            f"[{line},{end_line - line}]" if line_map is None else f'[{line},{end_line - line},"{line_map}"]'
        )
    if page is None and record is None and not date:  # nearly all others
        mapped = "" if line_map is None else f',"{line_map}"'
        return f'[{line},{end_line - line},null,null,null,"{kind}"{mapped}]'
    facts = [line, end_line - line, page, record, date, kind]
    return stored_rows.to_json(facts if line_map is None else [*facts, line_map])


def paragraph_of(row: Row, headings: Sequence[str]) -> Paragraph:
    """Return a stored paragraph.

    Raises:
        ValueError: The line map exceeds the lines of the paragraph.
    """
    line, lines, page, record, date, kind, line_map = _with_defaults(row.facts)
    text = row.text.decode("utf-8", "surrogatepass")
    if line_map is not None:
        line_maps.check(line_map, text, lines)
    return Paragraph(text, line, line + lines, kind, tuple(headings), page, record, date, line_map)


def _with_defaults(facts: list[Any]) -> list[Any]:
    """Return all seven facts of a paragraph; rows omit those with default values."""
    *explicit, line_map = facts if len(facts) in _LENGTHS_WITH_LINE_MAP else [*facts, None]
    return [*explicit, *_DEFAULT_FACTS[len(explicit) - 2 :], line_map]


def without_line_map(row: Row) -> Row:
    """Return a row of a format without line maps as one whose line map is unknown."""
    return Row([*row.facts, line_maps.UNKNOWN], row.text)


def document_row(document: Document, source: Source) -> Row:
    """Return the stored row of a document, without its paragraphs."""
    facts: list[Any] = [*source[:3], document.type, document.encoding, document.title, document.date]
    facts += [
        list(map(messages.dump, document.notes)),
        *source.stamp[1:],
        source.revision,
        len(document.paragraphs),
    ]
    return Row(facts, document.path.encode("utf-8", "surrogatepass"))


def record_of(row: Row) -> DocumentRecord:
    """Return the record of a stored document."""
    size, mtime_ns, digest, kind, encoding, title, date, notes, *_, count = row.facts
    path = row.text.decode("utf-8", "surrogatepass")
    sentences = tuple(messages.load(note).sentence for note in notes)
    return DocumentRecord(path, size, mtime_ns, digest, kind, encoding, title, date, count, sentences)


def stamp_of(row: Row) -> Stamp:
    """Return the stamp of the file of a stored document; in format 1, its modification time alone."""
    return Stamp(row.facts[_MTIME], *row.facts[_STAMP:-1][: _REVISION - _STAMP])


def revision_of(row: Row) -> int:
    """Return the revision of the reader of a stored document; 0 in a format that has none."""
    revision: int = row.facts[_REVISION] if len(row.facts) == _MAX_DOCUMENT_FACTS else 0
    return revision


class Segment:
    """A segment, opened for reading.

    Attributes:
        container: File of the segment.
        count: Number of paragraphs, deleted ones included.
        documents: Number of documents, deleted ones included.
        sections: Number of sections.
        analysis: Identity of the analysis that it was made with.
        text_bytes: UTF-8 bytes of all paragraphs.
        deleted: Numbers of deleted documents, ascending.
        renamed: Stored paths of documents whose files were renamed, by number.
        base: Home folder at the time when absolute paths were stored, or the empty string.

    Raises:
        CorruptIndexError: The file is damaged; from any method.
    """

    def __init__(
        self,
        path: str,
        deleted: Sequence[int] = (),
        renamed: Iterable[tuple[int, str]] = (),
        base: str = "",
        home_folder: str = "",
    ) -> None:
        """Open the file of a segment, of an index that may have a home folder."""
        self.renamed = dict(renamed)
        self.base = base
        self._home = home_folder
        self.container = Container(path)
        facts = self.container.facts
        try:
            self.count = _checked_count(facts["paragraphs"])
            self.documents = _checked_count(facts["documents"])
            self.text_bytes = _checked_count(facts["text_bytes"])
            self.analysis = _checked_text(facts.get("analysis", UNKNOWN))
            self._totals = {field: _checked_count(facts["totals"][field]) for field in schema.FIELDS}
        except (KeyError, TypeError, ValueError) as error:
            raise self.container.corrupt("its facts are not those of a segment") from error
        self.sections = self.container.length("sections.first") - 1
        self._check_shape()
        self.deleted = np.array(deleted, np.int64)
        if len(self.deleted) and not 0 <= int(self.deleted.min()) <= int(self.deleted.max()) < self.documents:
            raise self.container.corrupt("a deleted document is beyond its last")
        self._tables: dict[str, TermTable] = {}

    @classmethod
    def committed(cls, directory: str, entry: SegmentEntry, home_folder: str = "") -> Self:
        """Open a segment of a manifest; without a home folder, paths are as they are stored.

        Raises:
            CorruptIndexError: The file, even if it is sound, is not the committed one.
        """
        part = cls(os.path.join(directory, entry.name), entry.deleted, entry.renamed, entry.base, home_folder)
        file = part.container
        actual = (
            file.size,
            part.count,
            part.documents,
            part.text_bytes,
            file.format,
            part.analysis,
            file.seal,
        )
        named = (
            entry.size,
            entry.paragraphs,
            entry.documents,
            entry.text_bytes,
            entry.format,
            entry.analysis,
            entry.seal,
        )
        if actual != named:
            raise part.container.corrupt("it is another file than the one that was committed")
        return part

    @property
    def path(self) -> str:
        """Path of the file."""
        return self.container.path

    def table(self, field: str) -> TermTable:
        """Return the term dictionary of a field, or of the mentions."""
        table = self._tables.get(field)
        if table is None:
            table = self._tables[field] = TermTable(self.container, field)
        return table

    def postings(self, field: str, position: int) -> Postings:
        """Return the postings of a term, deleted paragraphs included."""
        if field == schema.HEADINGS:
            return self._to_paragraphs(self.section_postings(position))
        return self._check_limit(self.table(field).postings(position), field, self.count)

    def section_postings(self, position: int) -> Postings:
        """Return the postings of a term in headings, by section."""
        return self._check_limit(
            self.table(schema.HEADINGS).postings(position), schema.HEADINGS, self.sections
        )

    @cached_property
    def section_lengths(self) -> NDArray[Any]:
        """Number of terms of the headings of each section."""
        return self.container.array(f"{schema.HEADINGS}.length")

    def lengths(self, field: str) -> NDArray[Any]:
        """Return the number of terms of each paragraph in a field."""
        lengths = self._lengths.get(field)
        if lengths is None:
            if field == schema.HEADINGS:
                lengths = np.repeat(self.section_lengths, np.diff(self.section_starts))
            else:
                lengths = self.container.array(f"{field}.length")
            self._lengths[field] = lengths
        return lengths

    def _check_shape(self) -> None:
        """Check that every array is present, of its type and length, and that no total exceeds the file."""
        for name, kind in _TYPES.items():
            if self.container.type_of(name) != kind:
                raise self.container.corrupt(f"array {name} has a wrong type")
        counted = {f"{field}.length": self.count for field in schema.FIELDS if field != schema.HEADINGS}
        counted |= {f"{schema.HEADINGS}.length": self.sections, f"{DOCUMENTS}.first": self.documents + 1}
        for name, count in counted.items():
            if self.container.length(name) != count:
                raise self.container.corrupt(f"array {name} has a wrong length")
        if USER_WORDS in self.container and self.container.type_of(USER_WORDS) != "|u1":
            raise self.container.corrupt(f"array {USER_WORDS} has a wrong type")
        bits = -(-self.count // 8)
        if LINKS in self.container and (self.container.type_of(LINKS), self.container.length(LINKS)) != (
            "|u1",
            bits,
        ):
            raise self.container.corrupt(f"array {LINKS} has a wrong type or length")
        if _READING_PARAGRAPHS in self.container and self.container.type_of(_READING_PARAGRAPHS) != "<u4":
            raise self.container.corrupt(f"array {_READING_PARAGRAPHS} has a wrong type")
        if max(self._totals.values()) > 0xFFFF * self.count:
            raise self.container.corrupt("the total of its terms is impossible")

    def check_paragraphs(self, paragraphs: NDArray[Any], field: str) -> None:
        """Raise CorruptIndexError if a posting of several terms is beyond the last paragraph."""
        if int(paragraphs.max(initial=-1)) >= self.count:
            raise self.beyond_last(field)

    def beyond_last(self, field: str) -> CorruptIndexError:
        """Return the error for a posting beyond the last paragraph or section."""
        return self.container.corrupt(f"a posting of field {field} is beyond its last paragraph")

    def _check_limit(self, postings_of_term: Postings, field: str, limit: int) -> Postings:
        numbers = postings_of_term.paragraphs
        if len(numbers) and int(numbers[-1]) >= limit:
            raise self.beyond_last(field)
        return postings_of_term

    def _to_paragraphs(self, sections: Postings) -> Postings:
        """Return the postings of paragraphs for postings of sections."""
        starts = self.section_starts[sections.paragraphs]
        sizes = self.section_starts[sections.paragraphs + 1] - starts
        return Postings(postings.ranges(starts, sizes), np.repeat(sections.frequencies, sizes))

    @cached_property
    def user_words(self) -> frozenset[str]:
        """Words of the user that the tokenizer knew when the segment was written."""
        if USER_WORDS not in self.container:
            return frozenset()
        raw = self.container.raw(USER_WORDS, 0, self.container.length(USER_WORDS))
        return frozenset(raw.decode("utf-8", "replace").split("\n"))

    @cached_property
    def links(self) -> NDArray[np.bool_]:
        """Mask of the paragraphs beside the running text: addresses, comments, attributes."""
        if LINKS not in self.container:
            return np.zeros(self.count, bool)
        return np.unpackbits(self.container.array(LINKS), count=self.count).view(bool)

    @cached_property
    def _lengths(self) -> dict[str, NDArray[Any]]:
        return {}

    @cached_property
    def paragraphs(self) -> Store:
        """Stored paragraphs."""
        accept = _are_paragraph_facts if self.has_line_maps else _are_facts_without_map
        return Store(self.container, PARAGRAPHS, self.count, accept)

    @cached_property
    def reading_paragraphs(self) -> NDArray[np.int64]:
        """Numbers of the paragraphs whose reading form differs from the stored text, ascending."""
        if _READING_PARAGRAPHS not in self.container:
            return np.zeros(0, np.int64)
        numbers: NDArray[np.int64] = self.container.array(_READING_PARAGRAPHS).astype(np.int64)
        if (np.diff(numbers) <= 0).any() or int(numbers.max(initial=-1)) >= self.count:
            raise self.container.corrupt(
                f"array {_READING_PARAGRAPHS} is not ascending, or beyond the last paragraph"
            )
        return numbers

    @cached_property
    def readings(self) -> Store:
        """Stored edits that make the reading forms, in the order of :attr:`reading_paragraphs`."""
        return Store(self.container, READINGS, len(self.reading_paragraphs), _are_reading_facts)

    def reading_forms(self, paragraphs: Sequence[int], texts: Sequence[str]) -> list[ReadingForm]:
        """Return the reading forms of paragraphs in :attr:`reading_paragraphs`.

        Args:
            paragraphs: Numbers of the paragraphs.
            texts: Stored text of each paragraph.
        """
        rows = self.readings.rows(np.searchsorted(self.reading_paragraphs, paragraphs).tolist())
        try:
            return [from_edits(text, *row.facts) for text, row in zip(texts, rows, strict=True)]
        except ValueError as error:
            raise self.container.corrupt(f"store {READINGS}: {error}") from error

    @property
    def has_line_maps(self) -> bool:
        """True if a paragraph without a line map equals its source; False in formats without line maps."""
        return bool(self.container.format >= versions.LINE_MAPS)

    @cached_property
    def document_rows(self) -> Store:
        """Stored documents with their present absolute paths."""
        return (
            _RelocatedDocuments(self.stored_documents, self._resolve) if self._home else self.stored_documents
        )

    @cached_property
    def stored_documents(self) -> Store:
        """Stored documents with paths as a new segment stores them."""
        store = Store(self.container, DOCUMENTS, self.documents, _are_document_facts)
        return _RelocatedDocuments(store, self._relativize) if self.renamed or self.base else store

    def _relativize(self, number: int, path: str) -> str:
        return stored_paths.relativize(self.renamed.get(number, path), self.base)

    def _resolve(self, _: int, path: str) -> str:
        return stored_paths.resolve(path, self._home)

    @cached_property
    def section_rows(self) -> Store:
        """Stored sections, whose facts are their headings."""
        return Store(self.container, SECTIONS, self.sections, _are_section_facts)

    @cached_property
    def document_starts(self) -> NDArray[np.int64]:
        """Number of the first paragraph of each document, and the number of paragraphs at the end."""
        return self._read_starts(DOCUMENTS)

    @cached_property
    def section_starts(self) -> NDArray[np.int64]:
        """Number of the first paragraph of each section, and the number of paragraphs at the end."""
        return self._read_starts(SECTIONS)

    def _read_starts(self, name: str) -> NDArray[np.int64]:
        starts: NDArray[np.int64] = self.container.array(f"{name}.first").astype(np.int64)
        if not len(starts) or starts[0] or int(starts[-1]) != self.count or (np.diff(starts) < 0).any():
            raise self.container.corrupt(f"its {name} do not cover its paragraphs")
        return starts

    def paragraph(self, number: int) -> Paragraph:
        """Return a paragraph by its number."""
        section = int(self.section_starts.searchsorted(number, side="right")) - 1
        return self.as_paragraph(self.paragraphs.row(number), self.section_rows.row(section).facts)

    def as_paragraph(self, row: Row, headings: Sequence[str]) -> Paragraph:
        """Return the paragraph of a row of this segment, with a checked line map."""
        try:
            return paragraph_of(row if self.has_line_maps else without_line_map(row), headings)
        except ValueError as error:
            raise self.container.corrupt(f"store {PARAGRAPHS}: {error}") from error

    def documents_of(self, paragraphs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the document of each paragraph."""
        owners: NDArray[np.int64] = np.searchsorted(self.document_starts, paragraphs, side="right") - 1
        return owners

    def paragraphs_of(self, documents: Iterable[int]) -> NDArray[np.bool_]:
        """Return the mask of the paragraphs of some documents."""
        mask = np.zeros(self.documents, bool)
        mask[np.fromiter(documents, np.int64)] = True
        return np.repeat(mask, np.diff(self.document_starts))

    @cached_property
    def live(self) -> NDArray[np.bool_] | None:
        """Mask of the live paragraphs; None if none is deleted."""
        if not len(self.deleted):
            return None
        return ~self.paragraphs_of(self.deleted.tolist())

    @cached_property
    def live_count(self) -> int:
        """Number of live paragraphs."""
        return self.count if self.live is None else int(np.count_nonzero(self.live))

    def live_total(self, field: str) -> int:
        """Return the sum of the lengths of a field over the live paragraphs."""
        if self.live is None:
            return self._totals[field]
        return int(self.lengths(field)[self.live].sum(dtype=np.int64))


class _RelocatedDocuments(Store):
    """Stored documents of a segment with other paths than those in its file."""

    def __init__(self, store: Store, path_of: Callable[[int, str], str]) -> None:
        super().__init__(*store.origin)
        self._inner = store
        self._path_of = path_of

    def rows(self, numbers: Iterable[int]) -> list[Row]:
        documents = list(numbers)
        return list(map(self._relocate, documents, self._inner.rows(documents)))

    def texts(self, numbers: Iterable[int]) -> list[str]:
        documents = list(numbers)
        return list(map(self._path_of, documents, self._inner.texts(documents)))

    def all_rows(self) -> Iterator[Row]:
        return map(self._relocate, itertools.count(), self._inner.all_rows())

    def _relocate(self, number: int, row: Row) -> Row:
        path = self._path_of(number, row.text.decode("utf-8", "surrogatepass"))
        return Row(row.facts, path.encode("utf-8", "surrogatepass"))


def _checked_count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 53:
        raise ValueError(value)
    return value


def _are_paragraph_facts(facts: Any) -> bool:
    """Return True if facts have the types and ranges of :func:`paragraph_facts`; the file may be a crafted one."""
    if type(facts) is not list or len(facts) not in (2, 3, 6, 7):
        return False
    line, lines, page, record, date, kind, line_map = _with_defaults(facts)
    return (
        type(line) is type(lines) is int
        and 0 <= line < _MAX_LINE
        and 0 <= lines < _MAX_LINE
        and (page is None or type(page) is int)
        and (record is None or type(record) is str)
        and (date is None or type(date) is str)
        and type(kind) is str
        and (line_map is None or type(line_map) is str)
    )


def _are_facts_without_map(facts: Any) -> bool:
    return _are_paragraph_facts(facts) and len(facts) not in _LENGTHS_WITH_LINE_MAP


def _checked_text(value: Any) -> str:
    if type(value) is not str:
        raise ValueError(value)
    return value


def _are_document_facts(facts: Any) -> bool:
    if type(facts) is not list or len(facts) not in (9, _MAX_DOCUMENT_FACTS):
        return False
    # Called for every document in every run of indexing, and unrolled for speed.
    size, mtime_ns, digest, kind, encoding, title, date, notes, *stamp, count = facts
    return (
        type(size) is type(mtime_ns) is type(count) is int
        and all(type(number) is int and -_MAX_INTEGER < number < _MAX_INTEGER for number in stamp)
        and -_MAX_INTEGER < size < _MAX_INTEGER
        and -_MAX_INTEGER < mtime_ns < _MAX_INTEGER
        and -_MAX_INTEGER < count < _MAX_INTEGER
        and type(digest) is type(kind) is type(title) is str
        and (encoding is None or type(encoding) is str)
        and (date is None or type(date) is str)
        and (not notes or _are_messages(notes))
    )


def _are_reading_facts(facts: Any) -> bool:
    return type(facts) is list and len(facts) == 2 and all(map(are_edits, facts))


def _are_messages(facts: Any) -> bool:
    try:
        return type(facts) is list and bool(list(map(messages.load, facts)))
    except ValueError:
        return False


def _are_section_facts(facts: Any) -> bool:
    return type(facts) is list and (not facts or all(type(text) is str for text in facts))


def segment_facts(
    paragraphs: int, documents: int, text_bytes: int, totals: dict[str, int], analysis: str
) -> dict[str, Any]:
    """Return the facts of the container of a segment."""
    return {
        "paragraphs": paragraphs,
        "documents": documents,
        "text_bytes": text_bytes,
        "totals": totals,
        "analysis": analysis,
    }


def user_words_array(words: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Return the array of the words of the user that the tokenizer knew; none if there are none."""
    joined = "\n".join(sorted(words)).encode()
    return {USER_WORDS: np.frombuffer(joined, np.uint8)} if joined else {}


def links_array(links: NDArray[np.bool_]) -> dict[str, NDArray[Any]]:
    """Return the array of a mask of links, a bit for each paragraph; none if there are none."""
    return {LINKS: np.packbits(links)} if links.any() else {}


class SegmentRows:
    """Writers of the stored rows of a new segment: everything but its fields."""

    def __init__(self) -> None:
        """Create an empty segment."""
        self.paragraphs = stored_rows.Writer()
        self.sections = stored_rows.Writer()
        self.documents = stored_rows.Writer()
        self.readings = stored_rows.Writer()
        self.reading_paragraphs: list[NDArray[np.int64]] = []
        self.section_starts = [0]
        self.document_starts = [0]

    def add_readings(self, paragraphs: NDArray[np.int64], edits: Iterable[list[Edits]]) -> None:
        """Add the reading forms of paragraphs, ascending."""
        self.reading_paragraphs.append(paragraphs)
        for edit in edits:
            self.readings.add(edit, b"")

    def arrays(self) -> dict[str, NDArray[Any] | Pieces]:
        """Return the arrays of a segment that are not of fields."""
        reading_paragraphs = np.concatenate([np.zeros(0, np.int64), *self.reading_paragraphs])
        readings: dict[str, NDArray[Any] | Pieces] = {}
        if len(reading_paragraphs):
            readings = {
                **self.readings.arrays(READINGS),
                _READING_PARAGRAPHS: reading_paragraphs.astype("<u4"),
            }
        return {
            **readings,
            **self.paragraphs.arrays(PARAGRAPHS),
            **self.sections.arrays(SECTIONS),
            **self.documents.arrays(DOCUMENTS),
            f"{SECTIONS}.first": np.array(self.section_starts, "<u4"),
            f"{DOCUMENTS}.first": np.array(self.document_starts, "<u4"),
        }
