"""The engines searchidx is measured against, and searchidx itself, behind one small interface.

Every peer is set up the way its own documentation or common practice has it, with whatever favours it where there
is a choice. A peer is given paragraphs that are already extracted; only searchidx reads the files itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol


class Passage(NamedTuple):
    """A paragraph as every peer indexes it; the key is ``path:line`` or the record's id."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A hit of any engine, with what a person would be shown."""

    key: str
    text: str
    spans: tuple[tuple[int, int], ...]


class Searcher(Protocol):
    """An open index. A query in double quotes is a phrase; anything else is words, any of which may match."""

    def top(self, query: str, limit: int = 10) -> list[Answer]:
        """Return the best hits."""
        ...

    def total(self, query: str) -> int:
        """Count all matches exactly."""
        ...


class Peer(Protocol):
    """An engine under a name."""

    name: str

    def build(self, passages: Iterable[Passage], directory: Path) -> None:
        """Index the passages into an empty folder and commit."""
        ...

    def open(self, directory: Path) -> Searcher:
        """Open what was built."""
        ...


_PEERS = {
    "stock": "stock_whoosh",
    "tantivy": "tantivy_rjieba",
    "fts5": "fts5_jieba",
    "trigram": "fts5_trigram",
}


def peer(name: str) -> Peer:
    """Load one peer; raises ImportError when its packages are missing."""
    engine: Peer = import_module(f"peers.{_PEERS[name]}").PEER
    return engine


def available(names: Iterable[str]) -> dict[str, Peer]:
    """Load those that can run here, by name, and say which can't."""
    found = {}
    for name in names:
        try:
            found[name] = peer(name)
        except ImportError as error:
            print(f"({name} is left out: {error})")
    return found


def phrase_of(query: str) -> str | None:
    """Return the text between double quotes, or None for a query of words."""
    return query[1:-1] if len(query) > 2 and query[0] == query[-1] == '"' else None


def spans_of(text: str, needles: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Find the needles in the text, as the least that any engine must do to show a highlight."""
    lowered, spans = text.lower(), []
    for needle in needles:
        start = lowered.find(needle)
        while start >= 0:
            spans.append((start, start + len(needle)))
            start = lowered.find(needle, start + len(needle))
    return tuple(sorted(spans))
