"""Protocols of an engine: reading, writing, building parts in worker processes, and the place of an index.

An engine owns storage and scoring. It takes :class:`~searchidx.document.Document` values in and answers a parsed query with
a :class:`~searchidx.results.Page`. It knows neither the command line nor the file system walk nor how anything is shown.
Everything above talks to these protocols alone; :mod:`searchidx.engines` opens the engine of a place.

One run of indexing, from the outside::

    with backend(place).write() as writer:               begin: the exclusive right to write
        documents = writer.documents()                   what the last commit has
        builder = backend(writer.ticket).builder(cut)    here, or in any worker process
        builder.add(document, source)
        part = builder.flush()                           durable, and visible to nobody
        writer.commit(state, added=[part], removed=[...], renamed={...})
                                                         leaving without a commit abandons the run
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from searchidx.config import WAIT_SECONDS
from searchidx.document import Document
from searchidx.file_state import NO_STAMP, Fingerprint, Source, Stamp
from searchidx.messages import Message
from searchidx.results import (
    DocumentRecord,
    FailedRead,
    FileCounts,
    Page,
    Skipped,
    Status,
    Suggestion,
    TermCount,
)

if TYPE_CHECKING:
    from searchidx.analyzer.user_lexicon import UserLexicon
    from searchidx.explanation import Explanation
    from searchidx.request import SearchRequest

Tokenize = Callable[[str], list[str]]


# --- Values of the writing side --------------------------------------------------------------------------


class IndexState(NamedTuple):
    """Facts of a commit beside its documents: roots, and the files that are not indexed as they are now.

    Attributes:
        generation: Number of the commit; 0 before the first.
        committed: Time of the commit, ISO 8601 with zone.
        roots: Absolute paths that are indexed.
        rules: Walk rules by root, as flags; a root without an entry has the default rules.
        lists: Files that listed paths to index and are no documents themselves.
        skipped: Files that are not indexed.
        touched: New stamps of files whose content did not change, by path.
        refusals: Fingerprints of skipped files, by path.
        unfinished: Paths of unfinished runs: files below them may not be indexed yet.
        stale: Documents with old text, because reading their files again failed.
    """

    generation: int = 0
    committed: str = ""
    roots: tuple[str, ...] = ()
    rules: Mapping[str, tuple[str, ...]] = {}
    lists: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    touched: Mapping[str, Fingerprint] = {}
    refusals: Mapping[str, Fingerprint] = {}
    unfinished: tuple[str, ...] = ()
    stale: tuple[FailedRead, ...] = ()


class IndexedDocument(NamedTuple):
    """A document at the last commit, as far as a run of indexing compares it with its file.

    Attributes:
        size: Bytes of the file.
        stamp: Times and identity of the file.
        digest: Digest of its bytes.
        paragraphs: Number of paragraphs.
        notes: Remarks of its reader.
        is_stale: True if the text is old because reading the file again failed.
        revision: Revision of the reader that read it; 0 where that is unknown.
        address: Location of the document inside the engine, opaque to everybody else.
    """

    size: int
    stamp: Stamp = NO_STAMP
    digest: str = ""
    paragraphs: int = 0
    notes: tuple[Message, ...] = ()
    is_stale: bool = False
    revision: int = 0
    address: Hashable = None


class Part(NamedTuple):
    """Documents that a builder made durable, to be made visible by a commit. Crosses processes as JSON.

    Attributes:
        name: Name in the engine: of a segment file, or of a batch.
        size: Bytes written.
        documents: Number of documents.
        paragraphs: Number of paragraphs.
        text_bytes: UTF-8 bytes of the paragraphs.
    """

    name: str
    size: int
    documents: int
    paragraphs: int
    text_bytes: int


class MergeJob(NamedTuple):
    """Work that makes one part of several. Crosses processes as JSON.

    Attributes:
        text_bytes: UTF-8 bytes of the paragraphs to merge.
        payload: Description of the work in the engine's own form.
    """

    text_bytes: int
    payload: str


class Problem(NamedTuple):
    """Damage of a file of an index.

    Attributes:
        path: File, or another name of the damaged thing.
        why: Kind of the damage, in words that follow on the path and "is damaged".
    """

    path: str
    why: str


class Findings(NamedTuple):
    """Result of a check of all bytes of an index.

    Attributes:
        problems: Damage; none means that every answer is right.
        left_over: Files of an interrupted run, which the next commit removes.
        strange: Files that do not belong to an index; they are left alone.
    """

    problems: tuple[Problem, ...]
    left_over: tuple[str, ...]
    strange: tuple[str, ...]


class Salvage(NamedTuple):
    """Remains of a damaged index, from which a repair starts.

    Attributes:
        problems: Damage; none means that nothing is to be repaired.
        lost: Paths of documents that are in no sound part.
        nameless: Number of lost documents whose paths are lost too.
        guessed: True if the manifest was of no use: removed documents may be back, and roots are forgotten.
    """

    problems: tuple[Problem, ...] = ()
    lost: tuple[str, ...] = ()
    nameless: int = 0
    guessed: bool = False


# --- Reading ---------------------------------------------------------------------------------------------


class Engine(Protocol):
    """An index opened for reading: a point in time that later commits do not disturb."""

    def with_shared_budget(self) -> "Engine":
        """Return a view of this engine whose requests share the budget of one query."""
        ...

    def search(self, request: "SearchRequest") -> Page:
        """Rank the paragraphs that match.

        Raises:
            QueryError: The query can't be parsed, or the budget ran out before anything was found.
        """
        ...

    def count(self, request: "SearchRequest") -> int:
        """Count the matching paragraphs exactly; limit, offset and arrangement have no effect.

        Raises:
            QueryError: Also if counting takes longer than the budget.
        """
        ...

    def files(self, request: "SearchRequest") -> FileCounts:
        """List all documents that match, best first."""
        ...

    def suggest(self, request: "SearchRequest", *, all_words: bool = False) -> tuple[Suggestion, ...]:
        """Return corrected queries for one without a literal match.

        Args:
            request: The request that has no literal match.
            all_words: True if matches contain all its words: then only a short query is corrected.
        """
        ...

    def explain(
        self, request: "SearchRequest", *, path: str | None = None, line: int | None = None
    ) -> "Explanation":
        """Explain the reading of a query, and the match of the paragraphs at a path and line.

        Args:
            request: The query; ``under``, limit, offset and arrangement have no effect.
            path: Absolute path of a document, or None to explain the query alone.
            line: A line of a paragraph, or None for all paragraphs of the document.
        """
        ...

    def terms(self, prefix: str = "", *, field: str = "words", limit: int = 10) -> list[TermCount]:
        """List terms with a prefix, the most frequent first; ``limit`` 0 means all."""
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
        """Rank the paragraphs that share the most characteristic words of the one at a path and line."""
        ...

    def documents(self) -> Iterable[DocumentRecord]:
        """Iterate over the documents."""
        ...

    def size(self) -> tuple[int, int]:
        """Count documents and paragraphs, reading none of them."""
        ...

    def status(self) -> Status:
        """Describe the index."""
        ...

    def state(self) -> IndexState:
        """Return the facts of the commit beside its documents."""
        ...

    def indexed(self) -> Mapping[str, IndexedDocument]:
        """Return the documents by path, as far as a run of indexing compares them with their files."""
        ...

    def is_current(self) -> bool:
        """Return True if no later commit was made."""
        ...

    @property
    def has_stale_analysis(self) -> bool:
        """True if an older version made terms of the index: it answers, and must not be added to."""
        ...


# --- Writing ---------------------------------------------------------------------------------------------


class MergeRunner(Protocol):
    """Executor of merge jobs, in this process or in others."""

    @property
    def workers(self) -> int:
        """Number of jobs that run at the same time."""
        ...

    def run(self, jobs: Sequence[MergeJob]) -> Sequence[Part] | None:
        """Return the merged part of each job, or None to leave the merging to a later commit."""
        ...


class Writer(Protocol):
    """Exclusive right to change an index, as a context manager; leaving without a commit abandons the run."""

    @property
    def state(self) -> IndexState:
        """Facts of the last commit beside its documents."""
        ...

    @property
    def salvage(self) -> Salvage | None:
        """Remains from which a repair starts; None unless the writer was opened for one."""
        ...

    @property
    def ticket(self) -> str:
        """Place by which any process opens builders and runs merge jobs of this run."""
        ...

    @property
    def inherited(self) -> tuple[int, ...]:
        """File descriptors that worker processes inherit, so that the lock outlives none of them."""
        ...

    @property
    def has_pending_changes(self) -> bool:
        """True if the engine itself has something to commit, whatever the run finds."""
        ...

    @property
    def has_stale_analysis(self) -> bool:
        """True if an older version made terms of the index: no part may be added before all its documents are rebuilt."""
        ...

    def stored(self, paths: Collection[str]) -> Iterable[tuple[Document, Source]]:
        """Yield documents of the last commit from their stored paragraphs, each with the state of its file."""
        ...

    def confirm_room(self) -> None:
        """Raise StorageError unless there is room for a second index of this size beside the first, and for its merges."""
        ...

    def __enter__(self) -> Self:
        """Return the writer."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Abandon what is not committed, and release the right to write."""
        ...

    def indexed(self) -> Mapping[str, IndexedDocument]:
        """Return the documents of the last commit by path."""
        ...

    def commit(
        self,
        state: IndexState,
        *,
        added: Iterable[Part] = (),
        removed: Collection[str] = (),
        renamed: Mapping[str, str] | None = None,
        merging: MergeRunner | None = None,
        is_last: bool = True,
    ) -> None:
        """Make a new commit: readers see all of it or nothing.

        Args:
            state: Facts of the new commit; its generation is the engine's business.
            added: Parts flushed since the last commit.
            removed: Paths of documents that leave, replaced ones included; other paths are ignored.
            renamed: New path of a document by its old one.
            merging: Executor of merges; by default they run here, one after another.
            is_last: False if parts for a later commit of this writer are still being built.

        Raises:
            StorageError: The engine can't write. The last commit is untouched.
            LockedError: The right to write was lost. The last commit is untouched.
            CorruptIndexError: A part is not what its builder wrote. The last commit is untouched.
        """
        ...


class Builder(Protocol):
    """Documents on their way into a part, in any process."""

    @property
    def paragraphs(self) -> int:
        """Number of paragraphs since the last flush."""
        ...

    @property
    def text_bytes(self) -> int:
        """UTF-8 bytes of them."""
        ...

    def add(self, document: Document, source: Source) -> None:
        """Add a document, whose path is absolute."""
        ...

    def flush(self) -> Part | None:
        """Make the documents durable and start empty; None if there are none.

        Raises:
            OSError: The engine can't write.
        """
        ...


class Backend(Protocol):
    """Place of an index, which need not exist yet."""

    @property
    def place(self) -> str:
        """Absolute path of a folder, or URL."""
        ...

    @property
    def folders(self) -> tuple[str, ...]:
        """Folders of the index on this machine, in which no documents are looked for."""
        ...

    def exists(self) -> bool:
        """Return True if there is an index, sound or damaged."""
        ...

    def state(self) -> IndexState:
        """Return the facts of the last commit beside its documents, without opening it.

        Raises:
            NoIndexError: There is no commit.
            CorruptIndexError: The index is damaged.
        """
        ...

    def locate(self, path: str) -> str:
        """Return the path by which the index knows an absolute one."""
        ...

    def open(self, *, seconds: float, user_lexicon: "UserLexicon | None" = None) -> Engine:
        """Open the last commit for reading.

        Args:
            seconds: Budget of processor time per query; 0 is no limit.
            user_lexicon: Words, synonyms and stop words of the user.

        Raises:
            NoIndexError: There is no index.
            CorruptIndexError: A file of it is damaged; also from every method of the engine.
        """
        ...

    def write(self, *, wait: float = WAIT_SECONDS, repair: bool = False) -> Writer:
        """Take the exclusive right to write; an index that is not there yet is begun.

        Args:
            wait: Seconds to wait for another writer.
            repair: True starts from the sound parts of a damaged index.

        Raises:
            LockedError: Another writer was not done in that time.
            CorruptIndexError: The index is damaged.
            StorageError: The place can't be written.
            UsageError: The place contains other things and no index.
        """
        ...

    def builder(self, tokenize: Tokenize, user_words: Iterable[str] = ()) -> Builder:
        """Return a builder of parts.

        Args:
            tokenize: Tokenizer of folded text.
            user_words: Words of the user that it tokenizes by.
        """
        ...

    def merge(self, job: MergeJob) -> Part:
        """Run a merge job.

        Raises:
            CorruptIndexError: A source is damaged.
            OSError: The engine can't write.
        """
        ...

    def confirm_writable(self) -> None:
        """Raise UsageError if the place contains other things and no index."""
        ...

    def check(self) -> Findings:
        """Read every byte of the index.

        Raises:
            NoIndexError: There is none.
            NewerFormatError: It was written by a later version.
            StorageError: It can't be read.
        """
        ...
