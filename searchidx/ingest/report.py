"""Progress and reports of runs of indexing."""

from dataclasses import dataclass

from searchidx.ingest.absent import AbsentRoot
from searchidx.results import FailedRead


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a run.

    Attributes:
        files_done: Number of files read so far.
        files_total: Number of files to read.
        paragraphs: Number of paragraphs so far.
        text_bytes: UTF-8 bytes of these.
        bytes_done: Bytes of the files read so far.
        bytes_total: Bytes of all files to read.
        current: Path of the file that is read, or the present step.
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
    """Report of a run.

    Attributes:
        documents: Number of documents in the index.
        paragraphs: Number of paragraphs in the index.
        added: Number of new documents.
        updated: Number of documents that were read again.
        removed: Number of documents whose files are deleted, or excluded by the rules.
        unchanged: Number of documents without a change.
        skipped: ``(path, reason)`` of the files that are not indexed.
        seconds: Time of the run.
        interrupted: True if the run was stopped before it had read every file.
        notes: ``(path, note)`` of documents of this run that are damaged or have no text.
        renamed: Number of documents whose files were renamed.
        stale: Documents with old text, and the causes why reading their files again failed.
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
    """Report of a repair.

    Attributes:
        problems: ``(path, why)`` of the damaged files; empty if the index is sound.
        lost: ``(path, reason)`` of documents that could not be read again.
        nameless: Number of documents in damaged files whose paths are lost too; those below a root were read again.
        guessed: True if the manifest was of no use: removed documents may be back, and roots are forgotten.
        report: Report of the files that were read again.
    """

    problems: tuple[tuple[str, str], ...]
    lost: tuple[tuple[str, str], ...]
    nameless: int
    guessed: bool
    report: Report
