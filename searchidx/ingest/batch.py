"""Reading of a batch of files into parts of the index: the work of one worker, in any process."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from searchidx.document import Document
from searchidx.engine import Builder, Part, Tokenize
from searchidx.engines import backend
from searchidx.errors import ContentError, MissingLibraryError, ReadError
from searchidx.file_state import NO_STAMP, UNKNOWN, Fingerprint, Source, Stamp
from searchidx.ingest import causes
from searchidx.ingest import limits as limiting
from searchidx.ingest.limits import Limits
from searchidx.ingest.walk import SIZE_LIMIT
from searchidx.messages import Message, message
from searchidx.readers import read, revision_of
from searchidx.readers.locating import located
from searchidx.results import FailedRead, Skipped
from searchidx.tokenizer import bulk_tokenizer

PART_BYTES = 10 << 20  # text in memory before a part is flushed

PART_PARAGRAPHS = limiting.MAX_PARAGRAPHS  # in memory before one more document is added

Announce = Callable[[str, int, int], None]
"""Callback before each file with its path, and before a flush without one, and the paragraphs and text bytes since."""


@dataclass(frozen=True, slots=True)
class FileTask:
    """A file to read.

    Attributes:
        path: Absolute path.
        size: Bytes, when it was listed.
        mtime_ns: Modification time, when it was listed.
        digest: Digest of the bytes that are indexed or were skipped, or the empty string.
        encoding: Encoding configured by the user, or None to detect it.
        note: Note that the document stores of that, or None.
        location: Path of the bytes, if it is another.
        stamp: Times and identity, when it was listed.
    """

    path: str
    size: int
    mtime_ns: int
    digest: str = ""
    encoding: str | None = None
    note: Message | None = None
    location: str = ""
    stamp: Stamp = NO_STAMP


@dataclass(slots=True)
class Outcome:
    """Result of a batch.

    Attributes:
        parts: Flushed parts of the index.
        indexed: Paths of the documents in these parts.
        unchanged: Paths of files with the same bytes, and their new stamps.
        skipped: Skipped files.
        notes: Paths of indexed documents and their notes.
        failures: Files whose reading failed; an indexed document of one is kept.
        refusals: Paths and fingerprints of files that were skipped or failed, as far as their bytes were read.
    """

    parts: list[Part] = field(default_factory=list)
    indexed: list[str] = field(default_factory=list)
    unchanged: list[tuple[str, Stamp]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[tuple[str, Message]] = field(default_factory=list)
    failures: list[FailedRead] = field(default_factory=list)
    refusals: list[tuple[str, Fingerprint]] = field(default_factory=list)

    def paths(self) -> set[str]:
        """Return the paths of all files of the outcome."""
        paths = {*self.indexed, *dict(self.unchanged), *(entry[0] for entry in self.skipped)}
        return paths | {failure.path for failure in self.failures}


def index_files(
    place: str,
    tasks: Sequence[FileTask],
    announce: Announce | None = None,
    limits: Limits | None = None,
    words: str | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Read files into new parts of an index; nothing is committed.

    Args:
        place: Place of the index.
        tasks: The files.
        announce: Called with the progress.
        limits: Limits per file.
        words: File of the user's own words.
        is_stopped: Called before each file; True leaves it and those behind it unread.

    Raises:
        OSError: The index can't be written.
    """
    builder = backend(place).builder(*_tokenizer(words, sum(task.size for task in tasks)))
    batch = _Batch(builder, announce, limits or Limits())
    for task in tasks:
        if is_stopped():
            break
        batch.add(task)
    batch.flush()
    return batch.outcome


def rebuild_documents(
    place: str, documents: Iterable[tuple[Document, Source]], words: str | None, size: int
) -> list[Part]:
    """Build parts of documents that are read already; nothing is committed.

    Args:
        place: Place of the index.
        documents: Documents, each with the state of its file.
        words: File of the user's own words.
        size: Bytes of the documents, about.

    Raises:
        OSError: The index can't be written.
    """
    builder = backend(place).builder(*_tokenizer(words, size))
    parts = []
    for document, source in documents:
        builder.add(document, source)
        if builder.text_bytes >= PART_BYTES or builder.paragraphs >= PART_PARAGRAPHS:
            parts.append(builder.flush())
    parts.append(builder.flush())
    return [part for part in parts if part is not None]


class _Batch:
    """Files on their way into parts of the index."""

    def __init__(self, builder: Builder, announce: Announce | None, limits: Limits) -> None:
        self.outcome = Outcome()
        self._builder = builder
        self._announce = announce
        self._limits = limits
        self._announced = (0, 0)  # paragraphs and text bytes of the builder

    def add(self, task: FileTask) -> None:
        """Read a file into the builder, or note the reason why it can't be read."""
        self._report(task.path)
        revision = revision_of(task.path)
        source = Source(task.size, task.mtime_ns, "", task.stamp, revision)
        try:
            raw, status = limiting.read_file(task.location or task.path, SIZE_LIMIT)
            digest = hashlib.blake2b(raw, digest_size=16).hexdigest()
            stamp = Stamp(status.st_mtime_ns) if task.location else Stamp.of(status)
            source = Source(len(raw), status.st_mtime_ns, digest, stamp, revision)
            if digest == task.digest:
                self.outcome.unchanged.append((task.path, stamp))
                return
            document = located(limiting.bounded_document(_document(task, raw), self._limits), raw)
        except ContentError as error:
            self._skip(task.path, error.message, source)
            return
        except (OSError, MemoryError, ReadError) as error:
            self._fail(task.path, error, source)
            return
        self._builder.add(document, source)
        self.outcome.indexed.append(task.path)
        self.outcome.notes += ((task.path, note) for note in document.notes if note != task.note)
        if self._builder.text_bytes >= PART_BYTES or self._builder.paragraphs >= PART_PARAGRAPHS:
            self.flush()

    def flush(self) -> None:
        """Flush the documents to a part."""
        self._report("")
        part = self._builder.flush()
        if part is not None:
            self.outcome.parts.append(part)
        self._announced = (0, 0)

    def _report(self, path: str) -> None:
        """Announce the next file, and the progress since the last announcement."""
        progress = (self._builder.paragraphs, self._builder.text_bytes)
        if self._announce:
            self._announce(path, progress[0] - self._announced[0], progress[1] - self._announced[1])
        self._announced = progress

    def _skip(self, path: str, reason: Message, source: Source) -> None:
        self.outcome.skipped.append(Skipped(path, reason, source.size, source.mtime_ns, source.revision))
        self._note_refusal(path, source)

    def _fail(self, path: str, error: OSError | MemoryError | ReadError, source: Source) -> None:
        cause, is_passing = self._cause(error)
        state = (UNKNOWN, UNKNOWN) if is_passing else (source.size, source.mtime_ns)
        self.outcome.failures.append(FailedRead(path, *cause, *state))
        self._note_refusal(path, source)

    def _note_refusal(self, path: str, source: Source) -> None:
        if source.digest:
            self.outcome.refusals.append((path, Fingerprint(source.stamp, source.digest)))

    def _cause(self, error: OSError | MemoryError | ReadError) -> tuple[Message, bool]:
        """Return the cause of a failure, and True if the unchanged file may be readable the next time."""
        if isinstance(error, OSError):
            return causes.of_system(error), True
        if isinstance(error, ReadError):
            return causes.of_reader(error), False
        short = limiting.is_short_of_memory(self._limits)
        return (causes.NO_MEMORY if short else self._limits.too_large), short


def _tokenizer(path: str | None, size: int) -> tuple[Tokenize, Iterable[str]]:
    """Return the tokenizer, and the user's own words that it tokenizes by; with any it is slower."""
    if path is not None:
        from searchidx.analyzer.user_lexicon import load_words

        if (lexicon := load_words(path)) is not None and lexicon.changes_tokens:
            return lexicon.terms, lexicon.words
    return bulk_tokenizer(size), ()


def _document(task: FileTask, raw: bytes) -> Document:
    """Read a document; an error in the code of a format costs this file alone."""
    try:
        document = read(task.path, raw, encoding=task.encoding)
        return replace(document, notes=(task.note, *document.notes)) if task.note else document
    except MemoryError:
        raise
    except ReadError as error:
        if raw or isinstance(error, MissingLibraryError):
            raise
        raise ContentError(Message("empty")) from error
    except RecursionError as error:
        raise ReadError(Message("nesting")) from error
    except Exception as error:
        detail = " ".join(str(error).split())[:200]
        raise ReadError(message("exception", type(error).__name__, detail)) from error
