"""searchidx through its Python interface, as any program would use it."""

from pathlib import Path

import searchidx.api
from peers import Answer


class OurSearcher:
    """An open searchidx index."""

    def __init__(self, directory: Path) -> None:
        self._index = searchidx.api.open(str(directory))

    def top(self, query: str, limit: int = 10) -> list[Answer]:
        return [
            Answer(hit.id or f"{hit.path}:{hit.line}", hit.text, hit.spans)
            for hit in self._index.search(query, limit=limit).hits
        ]

    def total(self, query: str) -> int:
        return self._index.search(query, limit=1).total

    def literal_keys(self, text: str) -> set[str]:
        """Return every paragraph that contains the text, for the completeness check."""
        page = self._index.search(text, limit=0, literal=True)
        assert page.total == len(page.hits)
        return {f"{hit.path}:{hit.line}" for hit in page.hits}

    def literal_total(self, text: str) -> int:
        """Count the paragraphs that contain the text."""
        return self._index.search(text, limit=10, literal=True).total


def build(source: Path, directory: Path) -> None:
    """Read, index and commit a folder or file."""
    searchidx.api.open(str(directory), create=True).add([str(source)])


def open_index(directory: Path) -> OurSearcher:
    """Open what was built."""
    return OurSearcher(directory)
