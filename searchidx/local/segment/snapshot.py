"""The index at one commit, as one run of numbered paragraphs.

The segments of a manifest are laid end to end, so that a paragraph is a single number and a posting list a
single array, whatever segment it came from. Deleted paragraphs are left out of every answer and of all statistics: a
score depends on what is in the index, not on how it got there.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from searchidx import ranking
from searchidx._startup.array_types import NDArray
from searchidx.document import Paragraph
from searchidx.errors import StoreError
from searchidx.local.format.array_file import damaged
from searchidx.local.segment import manifest as manifests
from searchidx.local.segment import schema
from searchidx.local.segment.manifest import Manifest
from searchidx.local.segment.query_budget import QueryBudget
from searchidx.local.segment.segment import Segment, record_of
from searchidx.results import DocumentRecord

if TYPE_CHECKING:
    from searchidx.analyzer.user_lexicon import UserLexicon

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_TRIES = 100  # each is for a commit that came in between
_FEW = 4096  # paragraphs whose sections are looked up one by one
_REMEMBERED_BYTES = 1 << 25
_KEPT_CHARACTERS = 1 << 22  # of documents: what is asked for often comes from few of them
_CACHED_POSTINGS = (
    12_000_000  # postings kept decoded, at 10 bytes each: a program asks for the same ones again and again
)
_AN_ENTRY = 50  # postings, as which each list counts beside those it has: a list of one takes half a kilobyte


class Found(NamedTuple):
    """Where a term stands.

    Attributes:
        paragraphs: Numbers of living paragraphs, ascending.
        frequencies: Of the term in each.
    """

    paragraphs: Numbers
    frequencies: NDArray[np.signedinteger[Any]]


def _cost(found: Found) -> int:
    """What a list that is kept takes, in postings."""
    return len(found.paragraphs) + _AN_ENTRY


_NOWHERE = Found(np.zeros(0, np.int64), np.zeros(0, np.int16))


class Snapshot:
    """One commit, open for reading. Later commits do not disturb it.

    Attributes:
        directory: Where the index is.
        manifest: Its manifest.
        segments: Its segments, in order.
        size: Number of paragraphs, deleted ones too: the length of every mask.
        live_count: Number of paragraphs that are not deleted.
        budget: Processor-time budget of the current query.
        own: What the user has added to the language.
        expansions: What patterns have been found to stand for; kept for :mod:`searchidx.local.patterns.expand`.
    """

    def __init__(self, directory: str, manifest: Manifest, own: "UserLexicon | None" = None) -> None:
        """Map the segments.

        Raises:
            CorruptIndexError: A segment is missing or damaged.
        """
        self.directory = directory
        self.own = own
        self.manifest = manifest
        self.segments = [Segment.committed(directory, entry, manifest.home) for entry in manifest.segments]
        self.bases = [0]
        for part in self.segments:
            self.bases.append(self.bases[-1] + part.count)
        self.size = self.bases[-1]
        self.live_count = sum(part.live_count for part in self.segments)
        self.budget = QueryBudget()
        self.expansions: dict[Any, Any] = {}
        self._remembered: dict[tuple[str, ...], NDArray[Any]] = {}
        self._remembered_bytes = 0
        self._found: dict[tuple[str, str], Found] = {}
        self._kept = 0
        self._records: dict[tuple[int, int], DocumentRecord] = {}
        self._record_characters = 0

    @classmethod
    def open(cls, directory: str, own: "UserLexicon | None" = None) -> "Snapshot":
        """Open the last commit.

        Raises:
            NoIndexError: There is no index.
            CorruptIndexError: Some file of it is damaged.
        """
        for attempt in range(_TRIES):
            last = manifests.latest(directory)
            try:
                return cls(directory, manifests.read(directory), own)
            except (FileNotFoundError, StoreError) as error:
                # A commit between our two looks takes files away; if the table is still the last, it is real.
                if attempt < _TRIES - 1 and manifests.latest(directory) != last:
                    continue
                if isinstance(error, StoreError):
                    raise
                raise damaged(directory, "its manifest is missing") from error
        raise AssertionError("unreachable")

    def find(self, field: str, term: str) -> Found:
        """Where a term stands."""
        return self._known(field, term, self._look_up)

    def find_sections(self, term: str) -> Found:
        """Which sections hold a term in their headings; sections are numbered through all segments."""
        return self._known("sections", term, self._look_up_sections)

    def _known(self, field: str, term: str, look_up: Callable[[str, bytes], Found]) -> Found:
        key = (field, term)
        found = self._found.pop(key, None)
        if found is None:
            found = look_up(field, term.encode("utf-8", "surrogatepass"))
            self._kept += _cost(found)
            while self._kept > _CACHED_POSTINGS and self._found:
                longest_unused = next(iter(self._found))
                self._kept -= _cost(self._found.pop(longest_unused))
        self._found[key] = found
        return found

    def knows(self, field: str, term: str) -> bool:
        """Whether :meth:`find` need not read where a term stands."""
        return (field, term) in self._found

    def remember(self, key: tuple[str, ...], find: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """What ``find`` finds, looked for once: a part of a query may stand in it many times. Not to be changed."""
        found = self._remembered.get(key)
        if found is None:
            found = find()
            if self._remembered_bytes + found.nbytes > _REMEMBERED_BYTES:
                self._remembered.clear()
                self._remembered_bytes = 0
            self._remembered[key] = found
            self._remembered_bytes += found.nbytes
        return found

    def remembered(self, key: tuple[str, ...]) -> NDArray[Any] | None:
        """What :meth:`remember` has of a key, without looking for it. Not to be changed."""
        return self._remembered.get(key)

    def count_at_most(self, field: str, term: str) -> int:
        """How many paragraphs hold a term, deleted ones too, without reading where."""
        key = term.encode("utf-8", "surrogatepass")
        total = 0
        for part in self.segments:
            table = part.table(field)
            position = table.find(key)
            if position >= 0:
                total += table.count(position)
        return total

    def average_length(self, field: str) -> float:
        """Mean length of a field over all living paragraphs; 1 where there is nothing to average."""
        average = self._averages.get(field)
        if average is None:
            total = sum(part.live_total(field) for part in self.segments)
            average = self._averages[field] = max(total / max(self.live_count, 1), 1e-9) or 1.0
        return average

    def holding_any(self, field: str, needle: bytes, prefix: bytes, end: bytes) -> Numbers:
        """Living paragraphs with a term of the range ``prefix`` to ``end`` that contains ``needle``."""
        pieces = []
        for base, part in zip(self.bases, self.segments, strict=False):
            self.budget.check()
            table = part.table(field)
            span = table.lower_bound(prefix), table.lower_bound(end)
            pieces.append(self._live(part, _distinct(table.paragraphs_of_containing(needle, *span))) + base)
        return np.concatenate(pieces) if pieces else _NOWHERE.paragraphs

    def paragraphs(self, numbers: Sequence[int]) -> list[Paragraph]:
        """Stored paragraphs, in the order asked for."""
        return [part.paragraph(number) for part, number in map(self.locate, numbers)]

    def texts(self, numbers: Numbers) -> list[str]:
        """Texts of paragraphs; the numbers must ascend."""
        texts: list[str] = []
        for position, part in enumerate(self.segments):
            begin, end = np.searchsorted(numbers, self.bases[position : position + 2]).tolist()
            if begin < end:
                texts += part.paragraphs.texts((numbers[begin:end] - self.bases[position]).tolist())
        return texts

    def raw_texts(self, numbers: Numbers) -> list[bytes]:
        """Return the texts of paragraphs as UTF-8; the numbers must ascend. For many: nothing is kept."""
        texts: list[bytes] = []
        for position, part in enumerate(self.segments):
            begin, end = np.searchsorted(numbers, self.bases[position : position + 2]).tolist()
            if begin < end:
                texts += part.paragraphs.raw_texts(numbers[begin:end] - self.bases[position])
        return texts

    def records(self, numbers: Sequence[int]) -> list[DocumentRecord]:
        """The document of each paragraph, in the order asked for."""
        return [self._record(self._segment_of(number), number) for number in numbers]

    def _record(self, position: int, number: int) -> DocumentRecord:
        part = self.segments[position]
        document = int(part.first.searchsorted(number - self.bases[position], side="right")) - 1
        record = self._records.get((position, document))
        if record is None:
            record = self._records[position, document] = record_of(part.document_rows.row(document))
            self._record_characters += 500 + sum(map(len, (record.path, record.title, *record.notes)))
            if self._record_characters > _KEPT_CHARACTERS:
                self._records.clear()
                self._record_characters = 0
        return record

    def path(self, document: int) -> str:
        """The path of a document; documents numbered as by :meth:`owners`."""
        path = self._paths.get(document)
        if path is None:
            first = 0
            for part in self.segments:
                if document < first + part.documents:
                    break
                first += part.documents
            path = self._paths[document] = part.document_rows.texts([document - first])[0]
        return path

    @property
    def live_documents(self) -> int:
        """Number of documents that are not deleted."""
        return sum(part.documents - len(part.deleted) for part in self.segments)

    def documents(self) -> Iterator[tuple[DocumentRecord, int, int]]:
        """Living documents: each record, with the numbers of its first paragraph and of the one after its last."""
        touched = self.manifest.touched
        for base, part in zip(self.bases, self.segments, strict=False):
            deleted = set(part.deleted.tolist())
            first = part.first.tolist()
            for number, row in enumerate(part.document_rows.all_rows()):
                if number not in deleted:
                    record = record_of(row)
                    if record.path in touched:
                        record = _with_time(record, touched[record.path].stamp.mtime_ns)
                    yield record, first[number] + base, first[number + 1] + base

    def numbers_at(self, path: str, line: int | None) -> list[int]:
        """The paragraphs of a document, or those of them that a line belongs to."""
        for base, part in zip(self.bases, self.segments, strict=False):
            for document, known in enumerate(part.document_rows.texts(range(part.documents))):
                if known == path and document not in part.deleted:
                    start, end = part.first[document : document + 2].tolist()
                    return self._at_line(range(start + base, end + base), line)
        return []

    def _at_line(self, numbers: range, line: int | None) -> list[int]:
        if line is None:
            return list(numbers)
        places = zip(numbers, self.paragraphs(numbers), strict=True)
        return [number for number, found in places if found.line <= line <= found.end_line]

    def lengths(self, field: str) -> NDArray[np.unsignedinteger[Any]]:
        """Number of terms of each paragraph in a field."""
        lengths = self._lengths.get(field)
        if lengths is None:
            lengths = _end_to_end([part.lengths(field) for part in self.segments])
            lengths = self._lengths[field] = self._with_long_links(lengths, self.average_length(field))
        return lengths

    def _with_long_links(
        self, lengths: NDArray[np.unsignedinteger[Any]], average: float
    ) -> NDArray[np.unsignedinteger[Any]]:
        """Lengths for scoring: addresses count as long texts do, or a word of one would beat the same word of a sentence."""
        links = self._numbers_of_links
        if not len(links):
            return lengths
        long = ranking.link_lengths(lengths[links], average)
        # Twice the width would be twice the memory that a cold search has to touch; hardly an index needs it.
        kind = np.uint32 if int(long.max()) > np.iinfo(lengths.dtype).max else lengths.dtype
        counted = lengths.astype(kind, copy=kind != lengths.dtype or not lengths.flags.writeable)
        counted[links] = long
        return counted

    @cached_property
    def _numbers_of_links(self) -> Numbers:
        return np.flatnonzero(self.links)

    @cached_property
    def links(self) -> Mask:
        """Which paragraphs are but the addresses behind links."""
        return np.concatenate([np.zeros(0, bool), *(part.links for part in self.segments)])

    @cached_property
    def section_lengths(self) -> NDArray[np.unsignedinteger[Any]]:
        """Number of terms of the headings of each section."""
        return _end_to_end([part.section_lengths for part in self.segments])

    @cached_property
    def section_starts(self) -> Numbers:
        """Number of the first paragraph of each section, and the number of paragraphs at the end."""
        starts = [
            part.first_of_sections[:-1] + base for base, part in zip(self.bases, self.segments, strict=False)
        ]
        return np.concatenate([*starts, np.array([self.size])])

    @cached_property
    def section_sizes(self) -> Numbers:
        """Number of living paragraphs of each section."""
        if self.live is None:
            return np.diff(self.section_starts)
        return np.diff(np.concatenate([[0], np.cumsum(self.live)])[self.section_starts])

    def sections(self, numbers: Numbers) -> Numbers:
        """The section of each paragraph."""
        if len(numbers) > _FEW or "_sections" in vars(self):
            return self._sections[numbers]
        sections: Numbers = np.searchsorted(self.section_starts, numbers, side="right") - 1
        return sections

    def locate(self, number: int) -> tuple[Segment, int]:
        """The segment of a paragraph, and its number there."""
        position = self._segment_of(number)
        return self.segments[position], number - self.bases[position]

    @cached_property
    def live(self) -> Mask | None:
        """Which paragraphs are not deleted; None when all are there."""
        if all(part.live is None for part in self.segments):
            return None
        masks = [np.ones(part.count, bool) if part.live is None else part.live for part in self.segments]
        return np.concatenate(masks)

    def owners(self, numbers: Numbers) -> Numbers:
        """The document of each paragraph, documents being numbered through all segments, deleted ones too."""
        owners: Numbers = np.searchsorted(self._first_paragraphs, numbers, side="right") - 1
        return owners

    @cached_property
    def path_ranks(self) -> Numbers:
        """Where the path of each document stands among all paths; documents numbered as by :meth:`owners`."""
        paths = (path for part in self.segments for path in part.document_rows.texts(range(part.documents)))
        ordered = list(paths)
        ranks = np.empty(len(ordered), np.int64)
        ranks[sorted(range(len(ordered)), key=ordered.__getitem__)] = np.arange(len(ordered))
        return ranks

    @cached_property
    def _first_paragraphs(self) -> Numbers:
        firsts = [part.first[:-1] + base for base, part in zip(self.bases, self.segments, strict=False)]
        return np.concatenate([np.zeros(0, np.int64), *firsts])

    @cached_property
    def _averages(self) -> dict[str, float]:
        return {}

    @cached_property
    def _lengths(self) -> dict[str, NDArray[np.unsignedinteger[Any]]]:
        return {}

    @cached_property
    def _paths(self) -> dict[int, str]:
        return {}

    @cached_property
    def _sections(self) -> Numbers:
        """The section of every paragraph."""
        sizes = np.diff(self.section_starts)
        return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)

    def _segment_of(self, number: int) -> int:
        position = 0
        while number >= self.bases[position + 1]:
            position += 1
        return position

    def _look_up(self, field: str, term: bytes) -> Found:
        self.budget.check()
        pieces: list[Found] = []
        for base, part in zip(self.bases, self.segments, strict=False):
            table = part.table(field)
            position = table.find(term)
            if position < 0:
                continue
            paragraphs, frequencies = part.postings(field, position)
            if part.live is not None:
                living = part.live[paragraphs]
                paragraphs, frequencies = paragraphs[living], frequencies[living]
            pieces.append(Found(paragraphs + base if base else paragraphs, frequencies))
        return _laid_end_to_end(pieces)

    def _look_up_sections(self, _: str, term: bytes) -> Found:
        self.budget.check()
        pieces: list[Found] = []
        base = 0
        for part in self.segments:
            position = part.table(schema.HEADINGS).find(term)
            if position >= 0:
                sections, frequencies = part.section_postings(position)
                pieces.append(Found(sections + base, frequencies))
            base += part.sections
        return _laid_end_to_end(pieces)

    def _live(self, part: Segment, paragraphs: Numbers) -> Numbers:
        if len(paragraphs) and int(paragraphs[-1]) >= part.count:
            raise part.container.corrupt("a field names paragraphs that it does not have")
        return paragraphs if part.live is None else paragraphs[part.live[paragraphs]]


def _laid_end_to_end(pieces: list[Found]) -> Found:
    if len(pieces) < 2:
        return pieces[0] if pieces else _NOWHERE
    return Found(*(np.concatenate(column) for column in zip(*pieces, strict=True)))


def _end_to_end(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate([np.zeros(0, np.uint16), *arrays])


def _distinct(paragraphs: NDArray[np.signedinteger[Any]]) -> Numbers:
    """What is among some numbers, ascending and once each: by marking, which is quicker than by sorting."""
    held = np.zeros(int(paragraphs.max(initial=-1)) + 1, bool)
    held[paragraphs] = True
    return np.flatnonzero(held)


def _with_time(record: DocumentRecord, mtime_ns: int) -> DocumentRecord:
    kept: dict[str, Any] = {name: getattr(record, name) for name in DocumentRecord.__slots__}
    return DocumentRecord(**{**kept, "mtime_ns": mtime_ns})
