"""What an index holds, for comparing it with what it should hold; and how long the tests of safety take."""

import os
from collections.abc import Iterable
from pathlib import Path

from searchidx.local.commit.write_lock import FILE as LOCK_FILE
from searchidx.local.segment import manifest as manifests
from searchidx.local.segment.snapshot import Snapshot

SOAK = float(os.environ.get("SEARCHIDX_SOAK") or 0)
"""How much of the long runs: 0 in every test run, 1 in `make soak`; 0.1 is a tenth of each, 10 ten times as much."""


def times(short: int, long: int) -> int:
    """How often something is done: ``short`` in a test run, ``long`` in a soak."""
    return max(short, round(long * SOAK)) if SOAK else short


def held(directory: str | os.PathLike[str]) -> dict[str, tuple[str, ...]]:
    """Texts of all documents of the last commit, by path."""
    snapshot = Snapshot.open(os.fspath(directory))
    documents: dict[str, tuple[str, ...]] = {}
    for record, start, end in snapshot.documents():
        assert record.path not in documents, "a document stands in the index twice"
        texts = snapshot.paragraphs(range(start, end))
        documents[record.path] = tuple(paragraph.text for paragraph in texts)
    return documents


def strays(directory: str | os.PathLike[str]) -> list[str]:
    """Files of an index folder that the last commit does not name."""
    manifest = manifests.read(os.fspath(directory))
    named = {entry.name for entry in manifest.segments} | {
        manifests.file_name(manifest.generation),
        LOCK_FILE,
    }
    return sorted(set(os.listdir(directory)) - named)


def write_texts(folder: Path, texts: dict[str, Iterable[str]]) -> None:
    """Write files with a paragraph a line; what is in the folder and not among them is removed."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in texts:
            path.unlink()
    for name, lines in texts.items():
        (folder / name).write_text("\n\n".join(lines) + "\n", encoding="utf-8")
