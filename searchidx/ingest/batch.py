"""Reads a batch of files into segments: the work of one worker, in whichever process it runs."""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from searchidx.document import Document
from searchidx.errors import ContentError, MissingLibraryError, ReadError
from searchidx.file_state import NO_STAMP, UNKNOWN, Fingerprint, Source, Stamp
from searchidx.ingest import causes
from searchidx.ingest import limits as limiting
from searchidx.ingest.limits import Limits
from searchidx.ingest.walk import SIZE_LIMIT
from searchidx.local.indexing.segment_builder import SegmentBuilder
from searchidx.local.segment import segment
from searchidx.local.segment.manifest import SegmentEntry
from searchidx.local.segment.schema import Cut
from searchidx.local.segment.stored_paths import home_of, relativize
from searchidx.messages import Message, message
from searchidx.readers import read
from searchidx.readers.locating import located
from searchidx.results import FailedRead
from searchidx.tokenizer import bulk_tokenizer

SEGMENT_BYTES = 10 << 20  # text held in memory before a segment is written

SEGMENT_PARAGRAPHS = limiting.MOST_PARAGRAPHS  # held at most when one more document is added

Announce = Callable[[str, int, int], None]
"""Called before each file with its path, or before writing with none, and the paragraphs and text bytes since."""


@dataclass(frozen=True, slots=True)
class FileTask:
    """A file to read.

    Attributes:
        path: Absolute path.
        size: Bytes, when it was listed.
        mtime_ns: Modification time, when it was listed.
        known: Digest of the content that is indexed or was refused, or the empty string.
        encoding: How the user says it is to be decoded, or None to find out.
        note: Note that the document stores of that, or None.
        at: Where the bytes are, if not at the path.
        stamp: Times and identity, when it was listed.
    """

    path: str
    size: int
    mtime_ns: int
    known: str = ""
    encoding: str | None = None
    note: Message | None = None
    at: str = ""
    stamp: Stamp = NO_STAMP


@dataclass(slots=True)
class Outcome:
    """What became of a batch.

    Attributes:
        segments: Written, and durable.
        indexed: Paths that are in these segments.
        unchanged: Paths whose content is the one that is known, with their new stamps.
        skipped: Paths and why.
        notes: Paths of what is indexed, and what a user should know of the reading.
        failures: Files whose reading failed: what was indexed of them before is still the best there is.
        refusals: Paths of those that were skipped or failed, as far as their bytes were read, with their fingerprints.
    """

    segments: list[SegmentEntry] = field(default_factory=list)
    indexed: list[str] = field(default_factory=list)
    unchanged: list[tuple[str, Stamp]] = field(default_factory=list)
    skipped: list[tuple[str, Message, int, int]] = field(default_factory=list)
    notes: list[tuple[str, Message]] = field(default_factory=list)
    failures: list[FailedRead] = field(default_factory=list)
    refusals: list[tuple[str, Fingerprint]] = field(default_factory=list)

    def paths(self) -> set[str]:
        """Return the paths of all files that were dealt with."""
        paths = {*self.indexed, *dict(self.unchanged), *(entry[0] for entry in self.skipped)}
        return paths | {failure.path for failure in self.failures}


def index_files(
    directory: str,
    tasks: Sequence[FileTask],
    announce: Announce | None = None,
    limits: Limits | None = None,
    words: str | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Read files and write them to new segments in an index folder; nothing is committed.

    Args:
        directory: Where the index is.
        tasks: The files.
        announce: Told of progress.
        limits: What one file may cost.
        words: The file of the user's own words.
        is_stopped: Asked before each file whether to leave it, and those behind it, unread.

    Raises:
        OSError: The index folder can't be written.
    """
    cutting = _cutting(words, sum(task.size for task in tasks))
    batch = _Batch(directory, announce, limits or Limits(), cutting)
    for task in tasks:
        if is_stopped():
            break
        batch.add(task)
    batch.write()
    return batch.outcome


class _Batch:
    """Files on their way into segments."""

    def __init__(
        self,
        directory: str,
        announce: Announce | None,
        limits: Limits,
        cutting: tuple[Cut, Iterable[str]],
    ) -> None:
        self.outcome = Outcome()
        self._directory = directory
        self._home = home_of(directory)
        self._announce = announce
        self._limits = limits
        self._cutting = cutting
        self._builder = SegmentBuilder(*self._cutting)
        self._told = (0, 0)

    def add(self, task: FileTask) -> None:
        """Read a file; one that can't be read is noted with the reason."""
        self._tell(task.path)
        source = Source(task.size, task.mtime_ns, "", task.stamp)
        try:
            raw, found = limiting.read_file(task.at or task.path, SIZE_LIMIT)
            digest = hashlib.blake2b(raw, digest_size=16).hexdigest()
            stamp = Stamp(found.st_mtime_ns) if task.at else Stamp.of(found)
            source = Source(len(raw), found.st_mtime_ns, digest, stamp)
            if digest == task.known:
                self.outcome.unchanged.append((task.path, stamp))
                return
            document = located(limiting.fitted(_document(task, raw), self._limits), raw)
        except ContentError as error:
            self._skip(task.path, error.message, source)
            return
        except (OSError, MemoryError, ReadError) as error:
            self._fail(task.path, error, source)
            return
        self._builder.add(replace(document, path=relativize(document.path, self._home)), source)
        self.outcome.indexed.append(task.path)
        self.outcome.notes += ((task.path, note) for note in document.notes if note != task.note)
        if self._builder.text_bytes >= SEGMENT_BYTES or self._builder.count >= SEGMENT_PARAGRAPHS:
            self.write()

    def write(self) -> None:
        """Write what was read to a segment."""
        self._tell("")
        builder = self._builder
        if builder.documents:
            path = segment.new_path(self._directory)
            size = builder.write(path)
            name = os.path.basename(path)
            self.outcome.segments.append(
                SegmentEntry(name, size, builder.count, builder.documents, builder.text_bytes)
            )
        self._builder = SegmentBuilder(*self._cutting)
        self._told = (0, 0)

    def _tell(self, path: str) -> None:
        reached = (self._builder.count, self._builder.text_bytes)
        if self._announce:
            self._announce(path, reached[0] - self._told[0], reached[1] - self._told[1])
        self._told = reached

    def _skip(self, path: str, reason: Message, source: Source) -> None:
        self.outcome.skipped.append((path, reason, source.size, source.mtime_ns))
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
        """Return the cause of a failure, and whether the file may be readable the next time without any change."""
        if isinstance(error, OSError):
            return causes.of_system(error), True
        if isinstance(error, ReadError):
            return causes.of_reader(error), False
        short = limiting.is_short_of_memory(self._limits)
        return (causes.NO_MEMORY if short else self._limits.too_large), short


def _cutting(path: str | None, size: int) -> tuple[Cut, Iterable[str]]:
    """The tokenizer, and the user's own words that it cuts with; with any it is slower."""
    if path is not None:
        from searchidx.analyzer.user_lexicon import load_words

        if (own := load_words(path)) is not None and own.cuts:
            return own.cut, own.words
    return bulk_tokenizer(size), ()


def _document(task: FileTask, raw: bytes) -> Document:
    """Read a document; whatever goes wrong in the code of a format costs this file and no more."""
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
