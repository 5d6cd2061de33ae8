"""The paragraphs of a corpus, extracted once by searchidx's readers, so that all peers index the same text.

They are kept as JSON Lines in a folder of the user's temporary directory, under a name that says what the corpus
and the readers were; a change of either extracts anew.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from peers import Passage

import searchidx.readers
from searchidx.errors import ReadError

READERS = Path(searchidx.readers.__file__).parent


def work_folder() -> Path:
    """Return the folder for everything that benchmarks write; private, and safe to delete."""
    folder = Path(
        os.environ.get("SEARCHIDX_BENCH", Path(tempfile.gettempdir()) / f"searchidx-bench-{os.getuid()}")
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def extracted(corpus: Path) -> Path:
    """Return the JSON Lines file with all paragraphs of a corpus, writing it first when it is not there."""
    target = work_folder() / f"paragraphs-{corpus.name}-{_fingerprint(corpus)}.jsonl"
    if not target.exists():
        part = target.with_suffix(".part")
        with part.open("w", encoding="utf-8") as out:
            for passage in read_corpus(corpus):
                json.dump(passage, out, ensure_ascii=False)
                out.write("\n")
        part.rename(target)
    return target


def read_corpus(corpus: Path) -> Iterator[Passage]:
    """Read every file that searchidx can read, in order of its path."""
    for path in files_of(corpus):
        try:
            document = searchidx.readers.read(str(path), path.read_bytes())
        except ReadError:
            continue
        for paragraph in document.paragraphs:
            yield Passage(paragraph.id or f"{path}:{paragraph.line}", paragraph.text)


def passages(extract: Path, limit: int | None = None) -> Iterator[Passage]:
    """Read an extract back, or as many passages of it as asked for, taken evenly from all of it."""
    with extract.open(encoding="utf-8") as lines:
        step = max(1, sum(1 for _ in lines) // limit) if limit else 1
        lines.seek(0)
        for line in islice(lines, 0, limit and limit * step, step):
            yield Passage(*json.loads(line))


def megabytes(texts: Iterator[Passage]) -> float:
    """Return the UTF-8 size of the texts in MB (10^6 bytes), the measure of every speed here."""
    return sum(len(passage.text.encode("utf-8", "surrogatepass")) for passage in texts) / 1e6


def files_of(corpus: Path) -> list[Path]:
    """List the files of a corpus that are not hidden."""
    if corpus.is_file():
        return [corpus.resolve()]
    return sorted(
        path.resolve()
        for path in corpus.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(corpus).parts)
    )


def folder_bytes(folder: Path) -> int:
    """Add up the sizes of all files of an index."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _fingerprint(corpus: Path) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path in files_of(corpus):
        stat = path.stat()
        digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    for source in sorted(READERS.parent.glob("readers/*.py")) + sorted(READERS.parent.glob("paragraphs*")):
        if source.is_file():
            digest.update(source.read_bytes())
    return digest.hexdigest()
