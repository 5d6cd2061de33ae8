"""One segment: a part of the index that is written once and then only read.

A segment is one container with the fields of :mod:`searchidx.local.segment.schema`, its paragraphs, its sections (neighbouring
paragraphs below the same headings) and its documents. Beside the arrays of the fields it holds ``documents.first`` and
``sections.first`` (u4), the number of the first paragraph of each document and section, with one more at the end. Where the
user had words of their own, ``own.words`` (u1) has those that it was cut with, in order, a line feed between each two. Headings
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
from searchidx.file_state import Source, Stamp
from searchidx.local.format import postings, stored_rows, term_dictionary, versions
from searchidx.local.format.array_file import Container, Pieces
from searchidx.local.format.postings import Postings
from searchidx.local.format.stored_rows import Row, Store
from searchidx.local.format.term_dictionary import TermTable
from searchidx.local.segment import manifest, schema, stored_paths
from searchidx.local.segment.manifest import SegmentEntry
from searchidx.reading_form.form import Edits, ReadingForm, are_edits, from_edits
from searchidx.results import DocumentRecord

PARAGRAPHS = "paragraphs"
SECTIONS = "sections"
DOCUMENTS = "documents"
OWN_WORDS = "own.words"
LINKS = "paragraphs.links"
READINGS = "readings"
_READ_OTHERWISE = f"{READINGS}.paragraph"
SUFFIX = ".seg"

_USUAL_FACTS = (None, None, None, "text")
_WITH_LINE_MAP = (3, 7)  # lengths of the facts of a paragraph that has one
_MOST = 1 << 63
_MOST_LINES = 1 << 53
_MTIME, _AFTER_NOTES = 1, 8  # positions in the facts of a document

_TABLES = (*schema.FIELDS, schema.MENTIONS)
# Every array of a segment and its type.
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
    """A path for a segment that is not there yet."""
    import secrets  # takes longer to import than a search may

    return os.path.join(directory, f"{manifest.NAME}_{secrets.token_hex(8)}{SUFFIX}")


def paragraph_facts(paragraph: Paragraph) -> str:
    """What is stored of a paragraph beside its text, without its headings, as JSON."""
    _, line, end_line, kind, _, page, record, date, line_map = paragraph
    if kind == "text" and page is None and record is None and not date:
        return (
            f"[{line},{end_line - line}]" if line_map is None else f'[{line},{end_line - line},"{line_map}"]'
        )
    if page is None and record is None and not date:  # as nearly all that are left
        mapped = "" if line_map is None else f',"{line_map}"'
        return f'[{line},{end_line - line},null,null,null,"{kind}"{mapped}]'
    facts = [line, end_line - line, page, record, date, kind]
    return stored_rows.to_json(facts if line_map is None else [*facts, line_map])


def paragraph_of(row: Row, headings: Sequence[str]) -> Paragraph:
    """A stored paragraph.

    Raises:
        ValueError: Its line map leads out of its lines.
    """
    line, lines, page, record, date, kind, line_map = _complete(row.facts)
    text = row.text.decode("utf-8", "surrogatepass")
    if line_map is not None:
        line_maps.check(line_map, text, lines)
    return Paragraph(text, line, line + lines, kind, tuple(headings), page, record, date, line_map)


def _complete(facts: list[Any]) -> list[Any]:
    """Return all seven facts of a paragraph; in a row those are left out that hardly any has."""
    *stated, line_map = facts if len(facts) in _WITH_LINE_MAP else [*facts, None]
    return [*stated, *_USUAL_FACTS[len(stated) - 2 :], line_map]


def unmapped(row: Row) -> Row:
    """Return a row of a format without line maps as that of a paragraph whose map is unknown."""
    return Row([*row.facts, line_maps.UNKNOWN], row.text)


def document_row(document: Document, source: Source) -> Row:
    """A document as it is stored, without its paragraphs."""
    facts: list[Any] = [*source[:3], document.type, document.encoding, document.title, document.date]
    facts += [list(map(messages.dump, document.notes)), *source.stamp[1:], len(document.paragraphs)]
    return Row(facts, document.path.encode("utf-8", "surrogatepass"))


def record_of(row: Row) -> DocumentRecord:
    """A stored document."""
    size, mtime_ns, digest, kind, encoding, title, date, notes, *_, count = row.facts
    path = row.text.decode("utf-8", "surrogatepass")
    sentences = tuple(messages.load(note).sentence for note in notes)
    return DocumentRecord(path, size, mtime_ns, digest, kind, encoding, title, date, count, sentences)


def stamp_of(row: Row) -> Stamp:
    """Return the stamp of the file of a stored document; format 1 has the modification time alone."""
    return Stamp(row.facts[_MTIME], *row.facts[_AFTER_NOTES:-1])


class Segment:
    """A segment, opened for reading.

    Attributes:
        container: The file.
        count: Number of paragraphs, deleted ones too.
        documents: Number of documents, deleted ones too.
        sections: Number of sections.
        deleted: Numbers of deleted documents, ascending.
        renamed: Stored paths of documents whose files were renamed, by number.
        base: Folder that is the home folder in stored absolute paths, or the empty string.

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
        """Map the file of an index that may have a home folder."""
        self.renamed = dict(renamed)
        self.base = base
        self._home = home_folder
        self.container = Container(path)
        facts = self.container.facts
        try:
            self.count = _counted(facts["paragraphs"])
            self.documents = _counted(facts["documents"])
            self.text_bytes = _counted(facts["text_bytes"])
            self._totals = {field: _counted(facts["totals"][field]) for field in schema.FIELDS}
        except (KeyError, TypeError, ValueError) as error:
            raise self.container.corrupt("its facts are not those of a segment") from error
        self.sections = self.container.length("sections.first") - 1
        self._check_shape()
        self.deleted = np.array(deleted, np.int64)
        if len(self.deleted) and not 0 <= int(self.deleted.min()) <= int(self.deleted.max()) < self.documents:
            raise self.container.corrupt("documents are deleted that it does not have")
        self._tables: dict[str, TermTable] = {}

    @classmethod
    def committed(cls, directory: str, entry: SegmentEntry, home_folder: str = "") -> Self:
        """Open a segment as a manifest names it; without a home folder paths are as they are stored.

        Raises:
            CorruptIndexError: The file is not the one that was committed, whole as it may be.
        """
        part = cls(os.path.join(directory, entry.name), entry.deleted, entry.renamed, entry.base, home_folder)
        file = part.container
        actual = (file.size, part.count, part.documents, part.text_bytes, file.format, file.seal)
        named = (entry.size, entry.paragraphs, entry.documents, entry.text_bytes, entry.format, entry.seal)
        if actual != named:
            raise part.container.corrupt("it is another file than the one that was committed")
        return part

    @property
    def path(self) -> str:
        """Where the file is."""
        return self.container.path

    def table(self, field: str) -> TermTable:
        """The terms of a field, or what the paragraphs mention."""
        table = self._tables.get(field)
        if table is None:
            table = self._tables[field] = TermTable(self.container, field)
        return table

    def postings(self, field: str, position: int) -> Postings:
        """The paragraphs of a term, deleted ones too, and its frequencies."""
        if field == schema.HEADINGS:
            return self._of_sections(self.section_postings(position))
        return self._within(self.table(field).postings(position), field, self.count)

    def section_postings(self, position: int) -> Postings:
        """The sections whose headings hold a term, and how often."""
        return self._within(self.table(schema.HEADINGS).postings(position), schema.HEADINGS, self.sections)

    @cached_property
    def section_lengths(self) -> NDArray[Any]:
        """Number of terms of the headings of each section."""
        return self.container.array(f"{schema.HEADINGS}.length")

    def lengths(self, field: str) -> NDArray[Any]:
        """Number of terms of each paragraph in a field."""
        lengths = self._lengths.get(field)
        if lengths is None:
            if field == schema.HEADINGS:
                lengths = np.repeat(self.section_lengths, np.diff(self.first_of_sections))
            else:
                lengths = self.container.array(f"{field}.length")
            self._lengths[field] = lengths
        return lengths

    def _check_shape(self) -> None:
        """See that every array is there, of its type, and that nothing is said to be larger than the file."""
        for name, kind in _TYPES.items():
            if self.container.type_of(name) != kind:
                raise self.container.corrupt(f"array {name} is of another type than it must be")
        counted = {f"{field}.length": self.count for field in schema.FIELDS if field != schema.HEADINGS}
        counted |= {f"{schema.HEADINGS}.length": self.sections, f"{DOCUMENTS}.first": self.documents + 1}
        for name, count in counted.items():
            if self.container.length(name) != count:
                raise self.container.corrupt(f"array {name} has another length than it must have")
        if OWN_WORDS in self.container and self.container.type_of(OWN_WORDS) != "|u1":
            raise self.container.corrupt(f"array {OWN_WORDS} is of another type than it must be")
        bits = -(-self.count // 8)
        if LINKS in self.container and (self.container.type_of(LINKS), self.container.length(LINKS)) != (
            "|u1",
            bits,
        ):
            raise self.container.corrupt(f"array {LINKS} is not what it must be")
        if _READ_OTHERWISE in self.container and self.container.type_of(_READ_OTHERWISE) != "<u4":
            raise self.container.corrupt(f"array {_READ_OTHERWISE} is of another type than it must be")
        if max(self._totals.values()) > 0xFFFF * self.count:
            raise self.container.corrupt("it is said to hold more terms than it can")

    def confirm(self, paragraphs: NDArray[Any], field: str) -> None:
        """See that no posting of several terms names a paragraph that is not there."""
        if int(paragraphs.max(initial=-1)) >= self.count:
            raise self.container.corrupt(f"field {field} names paragraphs that it does not have")

    def _within(self, found: Postings, field: str, limit: int) -> Postings:
        if len(found.paragraphs) and int(found.paragraphs[-1]) >= limit:
            raise self.container.corrupt(f"field {field} names paragraphs that it does not have")
        return found

    def _of_sections(self, found: Postings) -> Postings:
        starts = self.first_of_sections[found.paragraphs]
        sizes = self.first_of_sections[found.paragraphs + 1] - starts
        return Postings(postings.ranges(starts, sizes), np.repeat(found.frequencies, sizes))

    @cached_property
    def own_words(self) -> frozenset[str]:
        """The user's own words that its texts were cut with."""
        if OWN_WORDS not in self.container:
            return frozenset()
        raw = self.container.raw(OWN_WORDS, 0, self.container.length(OWN_WORDS))
        return frozenset(raw.decode("utf-8", "replace").split("\n"))

    @cached_property
    def links(self) -> NDArray[np.bool_]:
        """Return a mask of the paragraphs that stand beside the text: addresses, comments, attributes."""
        if LINKS not in self.container:
            return np.zeros(self.count, bool)
        return np.unpackbits(self.container.array(LINKS), count=self.count).view(bool)

    @cached_property
    def _lengths(self) -> dict[str, NDArray[Any]]:
        return {}

    @cached_property
    def paragraphs(self) -> Store:
        """The stored paragraphs."""
        accept = _are_paragraph_facts if self.has_line_maps else _are_facts_without_map
        return Store(self.container, PARAGRAPHS, self.count, accept)

    @cached_property
    def read_otherwise(self) -> NDArray[np.int64]:
        """The numbers of the paragraphs with a reading form of their own, ascending."""
        if _READ_OTHERWISE not in self.container:
            return np.zeros(0, np.int64)
        numbers: NDArray[np.int64] = self.container.array(_READ_OTHERWISE).astype(np.int64)
        if (np.diff(numbers) <= 0).any() or int(numbers.max(initial=-1)) >= self.count:
            raise self.container.corrupt(f"array {_READ_OTHERWISE} names paragraphs that it does not have")
        return numbers

    @cached_property
    def readings(self) -> Store:
        """The stored edits of reading forms, in the order of :attr:`read_otherwise`."""
        return Store(self.container, READINGS, len(self.read_otherwise), _are_reading_facts)

    def reading_forms(self, paragraphs: Sequence[int], texts: Sequence[str]) -> list[ReadingForm]:
        """Return the reading forms of paragraphs that have one of their own.

        Args:
            paragraphs: Their numbers.
            texts: Their stored texts.
        """
        rows = self.readings.rows(np.searchsorted(self.read_otherwise, paragraphs).tolist())
        try:
            return [from_edits(text, *row.facts) for text, row in zip(texts, rows, strict=True)]
        except ValueError as error:
            raise self.container.corrupt(f"store {READINGS}: {error}") from error

    @property
    def has_line_maps(self) -> bool:
        """Whether a paragraph without a line map is its source, and not one of an older format."""
        return bool(self.container.format >= versions.LINE_MAPS)

    @cached_property
    def document_rows(self) -> Store:
        """The stored documents, with the absolute paths that they have now."""
        return _Relocated(self.stored_documents, self._resolve) if self._home else self.stored_documents

    @cached_property
    def stored_documents(self) -> Store:
        """The documents with the paths that they are to be stored by."""
        store = Store(self.container, DOCUMENTS, self.documents, _are_document_facts)
        return _Relocated(store, self._relativize) if self.renamed or self.base else store

    def _relativize(self, number: int, path: str) -> str:
        return stored_paths.relativize(self.renamed.get(number, path), self.base)

    def _resolve(self, _: int, path: str) -> str:
        return stored_paths.resolve(path, self._home)

    @cached_property
    def section_rows(self) -> Store:
        """The stored sections: their facts are their headings."""
        return Store(self.container, SECTIONS, self.sections, _are_section_facts)

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Number of the first paragraph of each document, and the number of paragraphs at the end."""
        return self._firsts(DOCUMENTS)

    @cached_property
    def first_of_sections(self) -> NDArray[np.int64]:
        """Number of the first paragraph of each section, and the number of paragraphs at the end."""
        return self._firsts(SECTIONS)

    def _firsts(self, name: str) -> NDArray[np.int64]:
        first: NDArray[np.int64] = self.container.array(f"{name}.first").astype(np.int64)
        if not len(first) or first[0] or int(first[-1]) != self.count or (np.diff(first) < 0).any():
            raise self.container.corrupt(f"its {name} do not cover its paragraphs")
        return first

    def paragraph(self, number: int) -> Paragraph:
        """One paragraph."""
        section = int(self.first_of_sections.searchsorted(number, side="right")) - 1
        return self.as_paragraph(self.paragraphs.row(number), self.section_rows.row(section).facts)

    def as_paragraph(self, row: Row, headings: Sequence[str]) -> Paragraph:
        """Return a row of this segment as a paragraph; its line map is checked."""
        try:
            return paragraph_of(row if self.has_line_maps else unmapped(row), headings)
        except ValueError as error:
            raise self.container.corrupt(f"store {PARAGRAPHS}: {error}") from error

    def documents_of(self, paragraphs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Number of the document of each paragraph."""
        owners: NDArray[np.int64] = np.searchsorted(self.first, paragraphs, side="right") - 1
        return owners

    def paragraphs_of(self, documents: Iterable[int]) -> NDArray[np.bool_]:
        """Which paragraphs belong to the documents."""
        chosen = np.zeros(self.documents, bool)
        chosen[np.fromiter(documents, np.int64)] = True
        return np.repeat(chosen, np.diff(self.first))

    @cached_property
    def live(self) -> NDArray[np.bool_] | None:
        """Which paragraphs are not deleted; None when all are there."""
        if not len(self.deleted):
            return None
        return ~self.paragraphs_of(self.deleted.tolist())

    @cached_property
    def live_count(self) -> int:
        """Number of paragraphs not deleted."""
        return self.count if self.live is None else int(np.count_nonzero(self.live))

    def live_total(self, field: str) -> int:
        """Sum of the lengths of a field over the paragraphs that are not deleted."""
        if self.live is None:
            return self._totals[field]
        return int(self.lengths(field)[self.live].sum(dtype=np.int64))


class _Relocated(Store):
    """The documents of a segment with other paths than those in its file."""

    def __init__(self, store: Store, path_of: Callable[[int, str], str]) -> None:
        super().__init__(*store.origin)
        self._inner = store
        self._path_of = path_of

    def rows(self, numbers: Iterable[int]) -> list[Row]:
        chosen = list(numbers)
        return list(map(self._relocated, chosen, self._inner.rows(chosen)))

    def texts(self, numbers: Iterable[int]) -> list[str]:
        chosen = list(numbers)
        return list(map(self._path_of, chosen, self._inner.texts(chosen)))

    def all_rows(self) -> Iterator[Row]:
        return map(self._relocated, itertools.count(), self._inner.all_rows())

    def _relocated(self, number: int, row: Row) -> Row:
        path = self._path_of(number, row.text.decode("utf-8", "surrogatepass"))
        return Row(row.facts, path.encode("utf-8", "surrogatepass"))


def _counted(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 53:
        raise ValueError(value)
    return value


def _are_paragraph_facts(facts: Any) -> bool:
    """Whether a row has the facts that :func:`paragraph_facts` gives it: a stranger may have written it."""
    if type(facts) is not list or len(facts) not in (2, 3, 6, 7):
        return False
    line, lines, page, record, date, kind, line_map = _complete(facts)
    return (
        type(line) is type(lines) is int
        and 0 <= line < _MOST_LINES
        and 0 <= lines < _MOST_LINES
        and (page is None or type(page) is int)
        and (record is None or type(record) is str)
        and (date is None or type(date) is str)
        and type(kind) is str
        and (line_map is None or type(line_map) is str)
    )


def _are_facts_without_map(facts: Any) -> bool:
    return _are_paragraph_facts(facts) and len(facts) not in _WITH_LINE_MAP


def _are_document_facts(facts: Any) -> bool:
    if type(facts) is not list or len(facts) not in (9, 12):
        return False
    # Asked of every document in every run of indexing, and written out for that.
    size, mtime_ns, digest, kind, encoding, title, date, notes, *stamp, count = facts
    return (
        type(size) is type(mtime_ns) is type(count) is int
        and all(type(number) is int and -_MOST < number < _MOST for number in stamp)
        and -_MOST < size < _MOST
        and -_MOST < mtime_ns < _MOST
        and -_MOST < count < _MOST
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


def facts_of(paragraphs: int, documents: int, text_bytes: int, totals: dict[str, int]) -> dict[str, Any]:
    """What a segment's container notes."""
    return {"paragraphs": paragraphs, "documents": documents, "text_bytes": text_bytes, "totals": totals}


def own_words_array(words: Iterable[str]) -> dict[str, NDArray[Any]]:
    """The array that notes the user's words a segment was cut with; none where there are none."""
    joined = "\n".join(sorted(words)).encode()
    return {OWN_WORDS: np.frombuffer(joined, np.uint8)} if joined else {}


def links_array(links: NDArray[np.bool_]) -> dict[str, NDArray[Any]]:
    """The array that says which paragraphs are but addresses, a bit each; none where none are."""
    return {LINKS: np.packbits(links)} if links.any() else {}


class Rows:
    """What a segment stores beside its fields, on its way into the file."""

    def __init__(self) -> None:
        """Start empty."""
        self.paragraphs = stored_rows.Writer()
        self.sections = stored_rows.Writer()
        self.documents = stored_rows.Writer()
        self.readings = stored_rows.Writer()
        self.read_otherwise: list[NDArray[np.int64]] = []
        self.first_of_sections = [0]
        self.first = [0]

    def add_readings(self, paragraphs: NDArray[np.int64], edits: Iterable[list[Edits]]) -> None:
        """Add the reading forms of paragraphs, ascending."""
        self.read_otherwise.append(paragraphs)
        for edit in edits:
            self.readings.add(edit, b"")

    def arrays(self) -> dict[str, NDArray[Any] | Pieces]:
        """The arrays of a segment that are not fields."""
        read_otherwise = np.concatenate([np.zeros(0, np.int64), *self.read_otherwise])
        readings: dict[str, NDArray[Any] | Pieces] = {}
        if len(read_otherwise):
            readings = {**self.readings.arrays(READINGS), _READ_OTHERWISE: read_otherwise.astype("<u4")}
        return {
            **readings,
            **self.paragraphs.arrays(PARAGRAPHS),
            **self.sections.arrays(SECTIONS),
            **self.documents.arrays(DOCUMENTS),
            f"{SECTIONS}.first": np.array(self.first_of_sections, "<u4"),
            f"{DOCUMENTS}.first": np.array(self.first, "<u4"),
        }
