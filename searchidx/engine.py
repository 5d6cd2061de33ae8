"""The protocol every back end keeps, and the values that cross it.

A back end takes :class:`~searchidx.document.Document` values in and answers a parsed query with a
:class:`Page` of :class:`Hit`. It owns storage and scoring; it knows neither the command line nor how anything
is shown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, overload

from searchidx._startup.dataclass import dataclass, field
from searchidx.query import Query

if TYPE_CHECKING:
    from searchidx.arrangement import Arrangement, FacetCount, Neighbour

Tier = Literal["literal", "words", "some"]
"""How well a hit matches: the query is there as written, all its words are, or some are."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked result.

    Attributes:
        rank: Counted from 1 over the whole result, not the page.
        score: Higher is better; comparable within one result and one tier only.
        path: Absolute path of the document.
        line: First source line, counted from 1.
        end_line: Last source line, inclusive.
        page: Page, slide or sheet where the format has such places.
        id: The record's own id, for records.
        headings: Titles of the sections the paragraph stands in, outermost first.
        match: The tier of the hit.
        text: The whole paragraph.
        spans: Non-overlapping, ascending ``(start, end)`` character offsets into ``text``.
        snippet: The best excerpt of ``text`` on one line.
        type: The document's format.
        title: The document's title, or the empty string.
        date: The date of the record or document, or None.
        more: Other matching paragraphs of the document, where hits are grouped by document.
        same: Matching paragraphs that are near-identical to this one, where these are folded.
        before: Paragraphs before it in its document, if asked for.
        after: Paragraphs after it, if asked for.
        match_line: Source line of its best match, counted from 1: the first literal one, else the beginning of the
            densest; 0 from an engine that does not say.
        match_column: Characters before the best match in that line, counted from 1; None where the lines of the format
            are not those of its file, or the column is unknown.
        stale: Whether the text is old: reading the file again failed.
    """

    rank: int
    score: float
    path: str
    line: int
    end_line: int
    page: int | None
    id: str | None
    headings: tuple[str, ...]
    match: Tier
    text: str
    spans: tuple[tuple[int, int], ...]
    snippet: str
    type: str = ""
    title: str = ""
    date: str | None = None
    more: int = 0
    same: int = 0
    before: tuple["Neighbour", ...] = ()
    after: tuple["Neighbour", ...] = ()
    match_line: int = 0
    match_column: int | None = None
    stale: bool = False


class HitStream(Sequence[Hit]):
    """Hits that are fetched while they are read, so that a page of any length takes little memory.

    Attributes:
        documents: How many documents they are of.
        context: Whether they have paragraphs around them.
    """

    _BATCH = 256  # hits fetched at a time

    def __init__(
        self,
        length: int,
        fetch: Callable[[int, int], list[Hit]],
        documents: int,
        *,
        context: bool = False,
    ) -> None:
        """Fetch nothing yet.

        Args:
            length: How many hits there are.
            fetch: Returns the hits from one position to another.
            documents: How many documents they are of.
            context: Whether they have paragraphs around them.
        """
        self._length = length
        self._fetch = fetch
        self.documents = documents
        self.context = context

    def __len__(self) -> int:
        """Return the number of hits."""
        return self._length

    def __iter__(self) -> Iterator[Hit]:
        """Yield the hits in rank order."""
        for start in range(0, self._length, self._BATCH):
            yield from self._fetch(start, min(start + self._BATCH, self._length))

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | Sequence[Hit]:
        """Fetch a hit, or the hits of a slice."""
        if isinstance(place, int):
            position = range(self._length)[place]
            return self._fetch(position, position + 1)[0]
        start, stop, step = place.indices(self._length)
        return self._fetch(start, max(start, stop))[::step] if step > 0 else list(self)[place]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a result.

    Attributes:
        query: The query as it was typed.
        hits: In rank order: a tuple, or a :class:`HitStream` where that was asked for.
        total: Exact number of matching paragraphs; a lower bound where the answer is not complete.
        tiers: Exact number of matching paragraphs of each tier (all three keys; they add up to ``total``), or
            None where counting them would have cost more than answering.
        elapsed_ms: From query string to page.
        notes: What a user should know of how the query was read.
        groups: How many hits there are in all, where several paragraphs make one; else None, and it is ``total``.
        facets: For each facet asked for, how many matching paragraphs have each value; the most frequent first.
        complete: False where the search was stopped by its budget: hits are true, and there may be more or better ones.
    """

    query: str
    hits: Sequence[Hit]
    total: int
    tiers: Mapping[Tier, int] | None
    elapsed_ms: float
    notes: tuple[str, ...] = ()
    groups: int | None = None
    facets: Mapping[str, tuple["FacetCount", ...]] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True, slots=True)
class FileCount:
    """How many paragraphs of one document match."""

    path: str
    count: int


class FileCounts(list[FileCount]):
    """Documents that match.

    Attributes:
        notes: Facts for a user about them.
        complete: False where the search was stopped by its budget: there may be more.
    """

    def __init__(
        self, counts: Iterable[FileCount] = (), *, notes: tuple[str, ...] = (), complete: bool = True
    ) -> None:
        """Keep the counts."""
        super().__init__(counts)
        self.notes = notes
        self.complete = complete


class TermCount(NamedTuple):
    """How many paragraphs hold a term."""

    term: str
    paragraphs: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may have been meant by a query of which nothing was found as it was written.

    Attributes:
        query: To be asked instead.
        count: How many paragraphs hold it as it is written; nearly, where they are many.
        why: How it differs, for a person.
    """

    query: str
    count: int
    why: str


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What the index remembers of a document, enough to tell whether the file has changed.

    Attributes:
        path: Absolute path.
        size: Bytes.
        mtime_ns: Modification time.
        digest: BLAKE2b of the file's bytes, 16 bytes as hex.
        type: Format.
        encoding: How it was decoded, or None.
        title: Its own title, or the empty string.
        date: Its own date, or None.
        paragraphs: How many paragraphs it has.
        notes: What a user should know of the reading.
    """

    path: str
    size: int
    mtime_ns: int
    digest: str
    type: str
    encoding: str | None
    title: str
    date: str | None
    paragraphs: int
    notes: tuple[str, ...] = ()


class FailedRead(NamedTuple):
    """A file whose reading failed, and the state of the file then.

    Attributes:
        path: Absolute path.
        code: Kind of the cause, for programs.
        details: Facts of the cause, for the sentence that a person is shown.
        size: Bytes, or -1 where the file is to be tried again as it is.
        mtime_ns: Modification time, or -1.
    """

    path: str
    code: str
    details: tuple[str, ...] = ()
    size: int = -1
    mtime_ns: int = -1


@dataclass(frozen=True, slots=True)
class Status:
    """The state of an index at its last commit.

    Attributes:
        directory: Where the index is.
        generation: Number of the last commit.
        documents: How many documents.
        paragraphs: How many paragraphs.
        text_bytes: UTF-8 bytes of all paragraphs.
        index_bytes: Bytes on disk.
        segments: How many segments.
        roots: Paths that were indexed and that a bare ``index`` refreshes.
        encodings: Documents by encoding.
        types: Documents by format.
        skipped: ``(path, reason)`` of files that were not indexed.
        notes: ``(path, note)`` of documents that were not read as they should be, or not as they would be by themselves:
            damaged characters, images without text, an encoding that was told.
        committed: Time of the last commit, ISO 8601 with zone.
        details: Facts of the back end, for people who ask.
        rules: How roots are walked that are not walked as usual, as flags.
        unfinished: Paths of runs that were not finished: what is below them may not be in the index yet.
        stale: Documents with old text, and why reading their files again failed.
    """

    directory: str
    generation: int
    documents: int
    paragraphs: int
    text_bytes: int
    index_bytes: int
    segments: int
    roots: tuple[str, ...]
    encodings: Mapping[str, int]
    types: Mapping[str, int]
    skipped: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]
    committed: str
    details: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unfinished: tuple[str, ...] = ()
    stale: tuple[FailedRead, ...] = ()


class Engine(Protocol):
    """A back end, opened on one index for reading: a point in time that later commits do not disturb."""

    def search(
        self,
        query: Query,
        *,
        limit: int = 10,
        offset: int = 0,
        under: str | None = None,
        arrangement: "Arrangement | None" = None,
        stream: bool = False,
    ) -> Page:
        """Rank the paragraphs that match; ``limit`` 0 means all; ``under`` keeps paths at or below it.

        With ``stream`` the hits are a :class:`HitStream`.
        """
        ...

    def count(self, query: Query, *, under: str | None = None) -> int:
        """Count the matching paragraphs exactly, or raise QueryError if that takes longer than the budget."""
        ...

    def files(self, query: Query, *, under: str | None = None) -> FileCounts:
        """List the documents that match, best first."""
        ...

    def suggest(
        self, query: Query, *, under: str | None = None, all_words: bool = False
    ) -> tuple[Suggestion, ...]:
        """Say what may have been meant by a query of which nothing is there as it was written."""
        ...

    def explain(self, query: Query, *, path: str | None = None, line: int | None = None) -> Mapping[str, Any]:
        """Say how the query is read and why a paragraph did or did not match."""
        ...

    def terms(self, prefix: str = "", *, field: str = "words", limit: int = 10) -> list[TermCount]:
        """List terms that begin with a prefix, the most frequent first; ``limit`` 0 means all."""
        ...

    def similar(
        self,
        path: str,
        line: int,
        *,
        limit: int = 10,
        offset: int = 0,
        under: str | None = None,
        stream: bool = False,
    ) -> Page:
        """Rank the paragraphs that share the most telling words of the one at a path and line."""
        ...

    def documents(self) -> Iterable[DocumentRecord]:
        """Walk what is indexed."""
        ...

    def size(self) -> tuple[int, int]:
        """Count documents and paragraphs, reading none of them."""
        ...

    def status(self) -> Status:
        """Describe the index."""
        ...
