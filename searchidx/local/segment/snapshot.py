"""Point-in-time view of an index at one commit.

Paragraphs are numbered through all segments, so that a paragraph is a single number and a posting list a single array,
whatever the segment. Deleted paragraphs are left out of every answer and of all statistics: scores depend on the live
documents and not on the history of the index.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

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

T = TypeVar("T")
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_MAX_ATTEMPTS = 100  # to open an index; each fails only if another commit is made meanwhile
_MAX_SEARCHED_PARAGRAPHS = 4096  # whose sections are found by binary search; for more, a column is built
_MAX_CACHED_BYTES = 1 << 25
_MAX_CACHED_CHARACTERS = 1 << 22  # of document records; most hits come from few documents
_MAX_CACHED_POSTINGS = 12_000_000  # decoded, at 10 bytes each
_ENTRY_COST = 50  # postings that each cached list counts in addition: a list of one takes half a kilobyte


class LivePostings(NamedTuple):
    """Postings of a term in live paragraphs, numbered through all segments.

    Attributes:
        paragraphs: Paragraph numbers, ascending.
        frequencies: Frequency of the term in each paragraph.
    """

    paragraphs: Numbers
    frequencies: NDArray[np.signedinteger[Any]]


def _cost(postings: LivePostings) -> int:
    """Return the size of a cached list, in postings."""
    return len(postings.paragraphs) + _ENTRY_COST


_NO_POSTINGS = LivePostings(np.zeros(0, np.int64), np.zeros(0, np.int16))


class _CacheSizes:
    """Sizes of the caches of a snapshot.

    Attributes:
        array_bytes: Bytes of the cached arrays.
        postings: Cost of the cached posting lists.
        characters: Characters of the cached document records.
    """

    __slots__ = ("array_bytes", "characters", "postings")

    def __init__(self) -> None:
        self.array_bytes = self.postings = self.characters = 0


class _shared_property(Generic[T]):  # noqa: N801 - a decorator, like functools.cached_property
    """A property that is computed once for all views of a snapshot."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, snapshot: "Snapshot", owner: type | None = None) -> T:
        """Return the value, and keep it in the view so that the next access does without this method."""
        values = snapshot.shared_values
        if self._name not in values:
            values[self._name] = self._compute(snapshot)
        value: T = values[self._name]
        vars(snapshot)[self._name] = value
        return value


class Snapshot:
    """One commit, open for reading and unaffected by later commits.

    A query reads a view of it with a budget of its own (:meth:`with_budget`); the caches are common to all views.

    Attributes:
        directory: Directory of the index.
        manifest: Manifest of the commit.
        segments: Segments in the order of the manifest.
        bases: Number of the first paragraph of each segment, and the number of paragraphs at the end.
        size: Number of paragraphs, deleted ones included: the length of every mask.
        live_count: Number of live paragraphs.
        budget: Processor-time budget of the current query.
        user_lexicon: Words and synonyms of the user, if there are any.
        expansions: Cached expansions of patterns, for :mod:`searchidx.local.patterns.expand`.
        shared_values: Values of the properties that all views share, by name.
    """

    def __init__(self, directory: str, manifest: Manifest, user_lexicon: "UserLexicon | None" = None) -> None:
        """Open the segments.

        Raises:
            CorruptIndexError: A segment is missing or damaged.
        """
        self.directory = directory
        self.user_lexicon = user_lexicon
        self.manifest = manifest
        self.segments = [Segment.committed(directory, entry, manifest.home) for entry in manifest.segments]
        self.bases = [0]
        for part in self.segments:
            self.bases.append(self.bases[-1] + part.count)
        self.size = self.bases[-1]
        self.live_count = sum(part.live_count for part in self.segments)
        self.budget = QueryBudget()
        self.expansions: dict[Any, Any] = {}
        self._cache: dict[tuple[str, ...], NDArray[Any]] = {}
        self._posting_cache: dict[tuple[str, str], LivePostings] = {}
        self._record_cache: dict[tuple[int, int], DocumentRecord] = {}
        self._cache_sizes = _CacheSizes()
        self.shared_values: dict[str, Any] = {}

    @classmethod
    def open(cls, directory: str, user_lexicon: "UserLexicon | None" = None) -> "Snapshot":
        """Open the last commit.

        Raises:
            NoIndexError: There is no index.
            CorruptIndexError: A file of the index is damaged.
        """
        for attempt in range(_MAX_ATTEMPTS):
            last = manifests.latest(directory)
            try:
                return cls(directory, manifests.read(directory), user_lexicon)
            except (FileNotFoundError, StoreError) as error:
                # A commit made meanwhile removes files; the damage is real if the manifest is still the latest.
                if attempt < _MAX_ATTEMPTS - 1 and manifests.latest(directory) != last:
                    continue
                if isinstance(error, StoreError):
                    raise
                raise damaged(directory, "its manifest is missing") from error
        raise AssertionError("unreachable")

    def with_budget(self, budget: QueryBudget) -> "Snapshot":
        """Return a view of the same commit for one query."""
        view = object.__new__(Snapshot)
        vars(view).update(vars(self), budget=budget)
        return view

    def postings(self, field: str, term: str) -> LivePostings:
        """Return the postings of a term."""
        return self._cached_lookup(field, term, self._read_postings)

    def section_postings(self, term: str) -> LivePostings:
        """Return the postings of a term in headings, by section; sections are numbered through all segments."""
        return self._cached_lookup("sections", term, self._read_section_postings)

    def _cached_lookup(
        self, field: str, term: str, read: Callable[[str, bytes], LivePostings]
    ) -> LivePostings:
        """Return postings from the cache, which evicts the least recently used list, or read them."""
        key = (field, term)
        postings = self._posting_cache.pop(key, None)
        if postings is None:
            postings = read(field, term.encode("utf-8", "surrogatepass"))
            self._cache_sizes.postings += _cost(postings)
            while self._cache_sizes.postings > _MAX_CACHED_POSTINGS and self._posting_cache:
                least_recently_used = next(iter(self._posting_cache))
                self._cache_sizes.postings -= _cost(self._posting_cache.pop(least_recently_used))
        self._posting_cache[key] = postings
        return postings

    def has_cached(self, field: str, term: str) -> bool:
        """Return True if the postings of a term are in the cache."""
        return (field, term) in self._posting_cache

    def cached(self, key: tuple[str, ...], compute: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """Return the array of a key from the cache, or compute it; the same part may occur in a query many times.

        The caller must not change the array.
        """
        array = self._cache.get(key)
        if array is None:
            array = compute()
            if self._cache_sizes.array_bytes + array.nbytes > _MAX_CACHED_BYTES:
                self._cache.clear()
                self._cache_sizes.array_bytes = 0
            self._cache[key] = array
            self._cache_sizes.array_bytes += array.nbytes
        return array

    def from_cache(self, key: tuple[str, ...]) -> NDArray[Any] | None:
        """Return the array of a key if it is in the cache. The caller must not change it."""
        return self._cache.get(key)

    def document_frequency(self, field: str, term: str) -> int:
        """Return the document frequency of a term, deleted paragraphs included, without decoding its postings."""
        key = term.encode("utf-8", "surrogatepass")
        total = 0
        for part in self.segments:
            table = part.table(field)
            position = table.find(key)
            if position >= 0:
                total += table.count(position)
        return total

    def average_length(self, field: str) -> float:
        """Return the mean length of a field over all live paragraphs; 1 if there are none."""
        average = self._averages.get(field)
        if average is None:
            total = sum(part.live_total(field) for part in self.segments)
            average = self._averages[field] = max(total / max(self.live_count, 1), 1e-9) or 1.0
        return average

    def paragraphs_of_terms(self, field: str, needle: bytes, prefix: bytes, end: bytes) -> Numbers:
        """Return the live paragraphs with a term between ``prefix`` and ``end`` that contains ``needle``."""
        pieces = []
        for base, part in zip(self.bases, self.segments, strict=False):
            self.budget.check()
            table = part.table(field)
            span = table.lower_bound(prefix), table.lower_bound(end)
            pieces.append(
                self._filter_live(part, _distinct(table.paragraphs_of_containing(needle, *span))) + base
            )
        return np.concatenate(pieces) if pieces else _NO_POSTINGS.paragraphs

    def paragraphs(self, numbers: Sequence[int]) -> list[Paragraph]:
        """Return stored paragraphs, in the order of the numbers."""
        return [part.paragraph(number) for part, number in map(self.locate, numbers)]

    def texts(self, numbers: Numbers) -> list[str]:
        """Return the texts of paragraphs; the numbers must ascend."""
        texts: list[str] = []
        for position, part in enumerate(self.segments):
            begin, end = np.searchsorted(numbers, self.bases[position : position + 2]).tolist()
            if begin < end:
                texts += part.paragraphs.texts((numbers[begin:end] - self.bases[position]).tolist())
        return texts

    def raw_texts(self, numbers: Numbers) -> list[bytes]:
        """Return the texts of many paragraphs as UTF-8, bypassing the cache; the numbers must ascend."""
        texts: list[bytes] = []
        for position, part in enumerate(self.segments):
            begin, end = np.searchsorted(numbers, self.bases[position : position + 2]).tolist()
            if begin < end:
                texts += part.paragraphs.raw_texts(numbers[begin:end] - self.bases[position])
        return texts

    def records(self, numbers: Sequence[int]) -> list[DocumentRecord]:
        """Return the record of the document of each paragraph, in the order of the numbers."""
        return [self._record(self._segment_position(number), number) for number in numbers]

    def _record(self, position: int, number: int) -> DocumentRecord:
        part = self.segments[position]
        document = int(part.document_starts.searchsorted(number - self.bases[position], side="right")) - 1
        record = self._record_cache.get((position, document))
        if record is None:
            record = self._record_cache[position, document] = record_of(part.document_rows.row(document))
            self._cache_sizes.characters += 500 + sum(map(len, (record.path, record.title, *record.notes)))
            if self._cache_sizes.characters > _MAX_CACHED_CHARACTERS:
                self._record_cache.clear()
                self._cache_sizes.characters = 0
        return record

    def path(self, document: int) -> str:
        """Return the path of a document, numbered as by :meth:`owners`."""
        path = self._path_cache.get(document)
        if path is None:
            first = 0
            for part in self.segments:
                if document < first + part.documents:
                    break
                first += part.documents
            path = self._path_cache[document] = part.document_rows.texts([document - first])[0]
        return path

    @property
    def live_documents(self) -> int:
        """Number of live documents."""
        return sum(part.documents - len(part.deleted) for part in self.segments)

    def documents(self) -> Iterator[tuple[DocumentRecord, int, int]]:
        """Yield the record of each live document, its first paragraph and the one behind its last."""
        touched = self.manifest.touched
        for base, part in zip(self.bases, self.segments, strict=False):
            deleted = set(part.deleted.tolist())
            first = part.document_starts.tolist()
            for number, row in enumerate(part.document_rows.all_rows()):
                if number not in deleted:
                    record = record_of(row)
                    if record.path in touched:
                        record = _replace_mtime(record, touched[record.path].stamp.mtime_ns)
                    yield record, first[number] + base, first[number + 1] + base

    def paragraph_numbers(self, path: str, line: int | None) -> list[int]:
        """Return the paragraphs of a document, or those of them at a line."""
        for base, part in zip(self.bases, self.segments, strict=False):
            for document, stored_path in enumerate(part.document_rows.texts(range(part.documents))):
                if stored_path == path and document not in part.deleted:
                    start, end = part.document_starts[document : document + 2].tolist()
                    return self._select_line(range(start + base, end + base), line)
        return []

    def _select_line(self, numbers: range, line: int | None) -> list[int]:
        if line is None:
            return list(numbers)
        paragraphs = zip(numbers, self.paragraphs(numbers), strict=True)
        return [number for number, paragraph in paragraphs if paragraph.line <= line <= paragraph.end_line]

    def lengths(self, field: str) -> NDArray[np.unsignedinteger[Any]]:
        """Return the number of terms of each paragraph in a field."""
        lengths = self._lengths.get(field)
        if lengths is None:
            lengths = _concatenate([part.lengths(field) for part in self.segments])
            lengths = self._lengths[field] = self._with_long_links(lengths, self.average_length(field))
        return lengths

    def _with_long_links(
        self, lengths: NDArray[np.unsignedinteger[Any]], average: float
    ) -> NDArray[np.unsignedinteger[Any]]:
        """Return lengths for scoring, in which links count as long texts: else a word of a link would outrank that of a sentence."""
        links = self._numbers_of_links
        if not len(links):
            return lengths
        long = ranking.link_lengths(lengths[links], average)
        # A wider type doubles the memory that a cold search touches, and hardly any index needs it.
        kind = np.uint32 if int(long.max()) > np.iinfo(lengths.dtype).max else lengths.dtype
        counted = lengths.astype(kind, copy=kind != lengths.dtype or not lengths.flags.writeable)
        counted[links] = long
        return counted

    @_shared_property
    def _numbers_of_links(self) -> Numbers:
        return np.flatnonzero(self.links)

    @_shared_property
    def links(self) -> Mask:
        """Mask of the paragraphs that are only the addresses of links."""
        return np.concatenate([np.zeros(0, bool), *(part.links for part in self.segments)])

    @_shared_property
    def section_lengths(self) -> NDArray[np.unsignedinteger[Any]]:
        """Number of terms of the headings of each section."""
        return _concatenate([part.section_lengths for part in self.segments])

    @_shared_property
    def section_starts(self) -> Numbers:
        """Number of the first paragraph of each section, and the number of paragraphs at the end."""
        starts = [
            part.section_starts[:-1] + base for base, part in zip(self.bases, self.segments, strict=False)
        ]
        return np.concatenate([*starts, np.array([self.size])])

    @_shared_property
    def section_sizes(self) -> Numbers:
        """Number of live paragraphs of each section."""
        if self.live is None:
            return np.diff(self.section_starts)
        return np.diff(np.concatenate([[0], np.cumsum(self.live)])[self.section_starts])

    def sections(self, numbers: Numbers) -> Numbers:
        """Return the section of each paragraph."""
        if len(numbers) > _MAX_SEARCHED_PARAGRAPHS or "_sections" in self.shared_values:
            return self._sections[numbers]
        sections: Numbers = np.searchsorted(self.section_starts, numbers, side="right") - 1
        return sections

    def locate(self, number: int) -> tuple[Segment, int]:
        """Return the segment of a paragraph, and its number within the segment."""
        position = self._segment_position(number)
        return self.segments[position], number - self.bases[position]

    @_shared_property
    def live(self) -> Mask | None:
        """Mask of the live paragraphs; None if none is deleted."""
        if all(part.live is None for part in self.segments):
            return None
        masks = [np.ones(part.count, bool) if part.live is None else part.live for part in self.segments]
        return np.concatenate(masks)

    def owners(self, numbers: Numbers) -> Numbers:
        """Return the document of each paragraph; documents are numbered through all segments, deleted ones included."""
        owners: Numbers = np.searchsorted(self._first_paragraphs, numbers, side="right") - 1
        return owners

    @_shared_property
    def path_ranks(self) -> Numbers:
        """Rank of the path of each document among all paths; documents are numbered as by :meth:`owners`."""
        paths = (path for part in self.segments for path in part.document_rows.texts(range(part.documents)))
        ordered = list(paths)
        ranks = np.empty(len(ordered), np.int64)
        ranks[sorted(range(len(ordered)), key=ordered.__getitem__)] = np.arange(len(ordered))
        return ranks

    @_shared_property
    def _first_paragraphs(self) -> Numbers:
        firsts = [
            part.document_starts[:-1] + base for base, part in zip(self.bases, self.segments, strict=False)
        ]
        return np.concatenate([np.zeros(0, np.int64), *firsts])

    @_shared_property
    def _averages(self) -> dict[str, float]:
        return {}

    @_shared_property
    def _lengths(self) -> dict[str, NDArray[np.unsignedinteger[Any]]]:
        return {}

    @_shared_property
    def _path_cache(self) -> dict[int, str]:
        return {}

    @_shared_property
    def _sections(self) -> Numbers:
        """Section of every paragraph."""
        sizes = np.diff(self.section_starts)
        return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)

    def _segment_position(self, number: int) -> int:
        position = 0
        while number >= self.bases[position + 1]:
            position += 1
        return position

    def _read_postings(self, field: str, term: bytes) -> LivePostings:
        self.budget.check()
        parts: list[LivePostings] = []
        for base, part in zip(self.bases, self.segments, strict=False):
            table = part.table(field)
            position = table.find(term)
            if position < 0:
                continue
            paragraphs, frequencies = part.postings(field, position)
            if part.live is not None:
                is_live = part.live[paragraphs]
                paragraphs, frequencies = paragraphs[is_live], frequencies[is_live]
            parts.append(LivePostings(paragraphs + base if base else paragraphs, frequencies))
        return _concatenate_postings(parts)

    def _read_section_postings(self, _: str, term: bytes) -> LivePostings:
        self.budget.check()
        parts: list[LivePostings] = []
        base = 0
        for part in self.segments:
            position = part.table(schema.HEADINGS).find(term)
            if position >= 0:
                sections, frequencies = part.section_postings(position)
                parts.append(LivePostings(sections + base, frequencies))
            base += part.sections
        return _concatenate_postings(parts)

    def _filter_live(self, part: Segment, paragraphs: Numbers) -> Numbers:
        if len(paragraphs) and int(paragraphs[-1]) >= part.count:
            raise part.container.corrupt("a posting list contains a paragraph number beyond the last")
        return paragraphs if part.live is None else paragraphs[part.live[paragraphs]]


def _concatenate_postings(parts: list[LivePostings]) -> LivePostings:
    if len(parts) < 2:
        return parts[0] if parts else _NO_POSTINGS
    return LivePostings(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _concatenate(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate([np.zeros(0, np.uint16), *arrays])


def _distinct(paragraphs: NDArray[np.signedinteger[Any]]) -> Numbers:
    """Return the distinct numbers, ascending; a mask is faster than sorting."""
    mask = np.zeros(int(paragraphs.max(initial=-1)) + 1, bool)
    mask[paragraphs] = True
    return np.flatnonzero(mask)


def _replace_mtime(record: DocumentRecord, mtime_ns: int) -> DocumentRecord:
    values: dict[str, Any] = {name: getattr(record, name) for name in DocumentRecord.__slots__}
    return DocumentRecord(**{**values, "mtime_ns": mtime_ns})
