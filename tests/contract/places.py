"""Places of empty indexes, one for each engine; every promise of the protocols is tested on each."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from searchidx.document import Document, Paragraph
from searchidx.engine import Backend, IndexState, MergeJob, MergeRunner, Part, Writer
from searchidx.engines import backend
from searchidx.file_state import Source, Stamp
from searchidx.tokenizer import bulk_tokenizer

PLACES: Mapping[str, Callable[[Path], str]] = {"local": lambda folder: str(folder / "index")}
"""Functions that return an empty place below a folder, by the name of the engine."""

SECONDS = 0  # no budget: slow machines get the same answers
TIME = "2031-05-04T03:02:01+08:00"


def document(path: str, *texts: str, **facts: object) -> Document:
    """Return a document with a paragraph a line."""
    paragraphs = tuple(Paragraph(text, line, line) for line, text in enumerate(texts, 1))
    return Document(**{"path": path, "type": "text", "paragraphs": paragraphs, **facts})  # type: ignore[arg-type]


def source_of(document: Document) -> Source:
    """Return a made-up state of the file of a document, another for every text."""
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    return Source(
        len(text.encode()),
        1_000 + len(text),
        f"{hash(text) & (1 << 64) - 1:032x}",
        Stamp(1_000 + len(text), 7),
    )


def build(ticket: str, documents: Sequence[Document]) -> list[Part]:
    """Build one part of documents, none for none."""
    builder = backend(ticket).builder(bulk_tokenizer(0))
    for each in documents:
        builder.add(each, source_of(each))
    part = builder.flush()
    return [] if part is None else [part]


def commit(writer: Writer, *documents: Document, state: IndexState | None = None, **changes: object) -> None:
    """Commit documents as one part, with further changes."""
    parts = build(writer.ticket, documents)
    writer.commit(state or writer.state._replace(committed=TIME), added=parts, **changes)  # type: ignore[arg-type]


def written(place: str, *documents: Document, **changes: object) -> Backend:
    """Write documents to an index in one run, and return its backend."""
    opened = backend(place)
    with opened.write() as writer:
        commit(writer, *documents, **changes)
    return opened


class InlineMerges:
    """A merge runner that runs its jobs here, and keeps them.

    Attributes:
        workers: Number of jobs that it claims to run at the same time.
        jobs: The jobs that it ran.
    """

    def __init__(self, place: str) -> None:
        """Create a runner for the merges of an index."""
        self.workers = 1
        self.jobs: list[MergeJob] = []
        self._place = place

    def run(self, jobs: Sequence[MergeJob]) -> list[Part]:
        """Run the jobs one after another."""
        self.jobs += jobs
        return [backend(self._place).merge(job) for job in jobs]


_: type[MergeRunner] = InlineMerges
