"""What a run of indexing tells: while it goes on, and at its end."""

from dataclasses import dataclass

from searchidx.ingest.absent import AbsentRoot
from searchidx.results import FailedRead


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        files_done: Files read so far.
        files_total: Files to be read.
        paragraphs: Paragraphs so far.
        text_bytes: UTF-8 bytes of these.
        bytes_done: Bytes of the files read so far.
        bytes_total: Bytes of all files to be read.
        current: The file at hand, or what is being done.
    """

    files_done: int
    files_total: int
    paragraphs: int
    text_bytes: int
    bytes_done: int
    bytes_total: int
    current: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did.

    Attributes:
        documents: Documents in the index now.
        paragraphs: Paragraphs in the index now.
        added: Documents that were not there before.
        updated: Documents whose file changed.
        removed: Documents whose file is gone or is no longer wanted.
        unchanged: Documents that were left alone.
        skipped: ``(path, reason)`` of the files that could not be indexed.
        seconds: How long it took.
        interrupted: Whether it was stopped before it had read everything.
        notes: ``(path, note)`` of what was read in this run and was damaged or has no text.
        renamed: Documents whose file has another name now.
        stale: Documents with old text, and why reading their files again failed.
        outdated: Updated documents whose file had not changed: an older revision of their reader had read them.
        rebuilt: Paths of the documents that a rebuild made from their stored paragraphs, their files not being read.
        absent_roots: Roots that are missing, unreadable or empty, with the number of documents kept below each.
    """

    documents: int
    paragraphs: int
    added: int
    updated: int
    removed: int
    unchanged: int
    skipped: tuple[tuple[str, str], ...]
    seconds: float
    interrupted: bool = False
    notes: tuple[tuple[str, str], ...] = ()
    renamed: int = 0
    stale: tuple[FailedRead, ...] = ()
    absent_roots: tuple[AbsentRoot, ...] = ()
    outdated: int = 0
    rebuilt: tuple[str, ...] = ()

    @property
    def absent(self) -> int:
        """Number of documents kept though their root is absent."""
        return sum(root.documents for root in self.absent_roots)


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair did.

    Attributes:
        problems: ``(path, why)`` of the files that were damaged; empty when nothing was to be done.
        lost: ``(path, reason)`` of documents that could not be read again.
        nameless: How many documents were in damaged files that don't even tell their paths any more. Those whose files
            are still below what was indexed are back.
        guessed: Whether the manifest was of no use: what was removed from the index since may be back, and
            what folders were indexed is forgotten.
        report: What was read again.
    """

    problems: tuple[tuple[str, str], ...]
    lost: tuple[tuple[str, str], ...]
    nameless: int
    guessed: bool
    report: Report
