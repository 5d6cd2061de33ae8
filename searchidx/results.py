"""Values of answers: hits, pages, counts, suggestions and the state of an index.

Every engine returns these, and the command line and Python users read them. Nothing here knows an engine or a format.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, overload

from searchidx._startup.dataclass import dataclass, field
from searchidx.messages import Message

Tier = Literal["literal", "words", "some"]
"""Match quality of a hit: the text contains the query as written, all its words, or some of them."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A paragraph before or after a hit, in the same document."""

    line: int
    end_line: int
    text: str


@dataclass(frozen=True, slots=True)
class FacetCount:
    """Number of matching paragraphs with a facet value; the value None stands for paragraphs without one."""

    value: str | None
    count: int


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
        headings: Titles of the enclosing sections, outermost first.
        match: The tier of the hit.
        text: The whole paragraph.
        spans: Non-overlapping, ascending ``(start, end)`` character offsets into ``text``.
        snippet: The best excerpt of ``text`` on one line.
        type: The document's format.
        title: The document's title, or the empty string.
        date: The date of the record or document, or None.
        more: Number of other matching paragraphs of the document, where hits are grouped by document.
        same: Number of near-duplicate matches folded into this hit.
        before: Paragraphs before it in its document, if the request has context.
        after: Paragraphs after it, likewise.
        match_line: Source line of its best match, counted from 1: the first literal match, else the start of the densest
            window; 0 if unknown.
        match_column: Column of the best match in that line, in characters from 1; None where the lines of the format are
            not those of its file, or the column is unknown.
        stale: True if the text is old because reading the file again failed.
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
    before: tuple[Neighbour, ...] = ()
    after: tuple[Neighbour, ...] = ()
    match_line: int = 0
    match_column: int | None = None
    stale: bool = False


class HitStream(Sequence[Hit]):
    """Lazily fetched hits, so that a page of any length takes little memory.

    Attributes:
        documents: Number of distinct documents of the hits.
        context: True if hits have neighbouring paragraphs.
    """

    _BATCH = 256  # hits per fetch

    def __init__(
        self,
        length: int,
        fetch: Callable[[int, int], list[Hit]],
        documents: int,
        *,
        context: bool = False,
    ) -> None:
        """Create a stream; nothing is fetched yet.

        Args:
            length: Number of hits.
            fetch: Function that returns the hits of a range of positions.
            documents: Number of distinct documents of the hits.
            context: True if hits have neighbouring paragraphs.
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
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        """Return a hit, or the hits of a slice."""
        if isinstance(index, int):
            position = range(self._length)[index]
            return self._fetch(position, position + 1)[0]
        start, stop, step = index.indices(self._length)
        return self._fetch(start, max(start, stop))[::step] if step > 0 else list(self)[index]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a result.

    Attributes:
        query: The query as typed.
        hits: Hits in rank order: a tuple, or a :class:`HitStream` if the request asks for a stream.
        total: Exact number of matching paragraphs; a lower bound where the answer is not complete.
        tiers: Exact number of matching paragraphs of each tier (all three keys; they add up to ``total``), or
            None where counting them costs more than the search itself.
        elapsed_ms: Time from query string to page.
        notes: Remarks for the user on the reading of the query.
        groups: Exact number of groups, where a hit stands for several paragraphs; else None: it is ``total``.
        facets: Counts by value of each requested facet, the most frequent first.
        complete: False if the query budget ran out: the hits are true, but there may be more or better ones.
        reread: True if nothing matched, and filters that no paragraph passes were read as text.
    """

    query: str
    hits: Sequence[Hit]
    total: int
    tiers: Mapping[Tier, int] | None
    elapsed_ms: float
    notes: tuple[str, ...] = ()
    groups: int | None = None
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    complete: bool = True
    reread: bool = False


class MatchCount(int):
    """Number of matching paragraphs.

    Attributes:
        notes: Remarks for the user.
        reread: True if nothing matched, and filters that no paragraph passes were read as text.
    """

    notes: tuple[str, ...] = ()
    reread: bool = False


@dataclass(frozen=True, slots=True)
class FileCount:
    """Number of matching paragraphs of a document."""

    path: str
    count: int


class FileCounts(list[FileCount]):
    """Matching documents, the best first.

    Attributes:
        notes: Remarks for the user.
        complete: False if the query budget ran out: there may be more.
        reread: True if nothing matched, and filters that no paragraph passes were read as text.
    """

    reread: bool = False

    def __init__(
        self, counts: Iterable[FileCount] = (), *, notes: tuple[str, ...] = (), complete: bool = True
    ) -> None:
        """Create the list from its counts."""
        super().__init__(counts)
        self.notes = notes
        self.complete = complete


class TermCount(NamedTuple):
    """Document frequency of a term, in paragraphs."""

    term: str
    paragraphs: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A corrected query, for one without a literal match.

    Attributes:
        query: The corrected query.
        count: Number of paragraphs that contain it literally; approximate above some thousands.
        why: Its difference from the original query, for a person.
    """

    query: str
    count: int
    why: str


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """Stored metadata of a document.

    Attributes:
        path: Absolute path.
        size: Bytes.
        mtime_ns: Modification time.
        digest: BLAKE2b of the file's bytes, 16 bytes as hex.
        type: Format.
        encoding: Text encoding it was decoded with, or None.
        title: Title, or the empty string.
        date: Date, or None.
        paragraphs: Number of paragraphs.
        notes: Remarks of its reader for the user.
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


class Skipped(NamedTuple):
    """A file that is not indexed, and its state at that time.

    Attributes:
        path: Absolute path.
        reason: Reason why it was skipped.
        size: Bytes, or -1 where it is unknown.
        mtime_ns: Modification time, or -1.
        revision: Revision of the reader that skipped it; 0 where that is unknown.
    """

    path: str
    reason: Message
    size: int = -1
    mtime_ns: int = -1
    revision: int = 0


class FailedRead(NamedTuple):
    """A file that could not be read, and its state at that time.

    Attributes:
        path: Absolute path.
        code: Kind of the cause, for programs.
        details: Facts of the cause, for the sentence that a person is shown.
        size: Bytes, or -1 where an unchanged file is read again.
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
        directory: Place of the index: an absolute path, or a URL.
        generation: Number of the last commit.
        documents: Number of documents.
        paragraphs: Number of paragraphs.
        text_bytes: UTF-8 bytes of all paragraphs.
        index_bytes: Bytes on disk.
        segments: Number of segments.
        roots: Indexed paths, which ``index`` without a path refreshes.
        encodings: Number of documents by encoding.
        types: Number of documents by format.
        skipped: ``(path, reason)`` of files that are not indexed.
        notes: ``(path, note)`` of documents with a remark of their reader: damaged characters, images without text, a
            configured encoding.
        committed: Time of the last commit, ISO 8601 with zone.
        details: Facts of the engine, for diagnosis.
        rules: Walk rules of roots with other than the default rules, as flags.
        unfinished: Paths of unfinished runs: files below them may not be indexed yet.
        stale: Documents with old text, and the causes why their files could not be read again.
        stale_analysis: True if an older version made terms of the index.
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
    stale_analysis: bool = False
