"""Hits of the local engine: their snippets are cut when they are first read.

A terminal cuts excerpts of its own width, and many a program shows the text or counts: then nobody reads the snippet, and
cutting ten at sense takes a sixth of a warm query.
"""

from typing import TYPE_CHECKING, Self

from searchidx.engine import Hit
from searchidx.snippets import excerpt

SNIPPET_WIDTH = 160  # terminal columns of the snippet that goes with a hit


class Uncut(Hit):
    """A hit in every way, but that its snippet may not be there yet."""

    __slots__ = ()

    def later(self) -> Self:
        """Leave the snippet to be cut when it is read."""
        object.__delattr__(self, "snippet")
        return self

    def __repr__(self) -> str:
        """That of a hit."""
        return super().__repr__().replace(type(self).__qualname__, Hit.__qualname__, 1)

    if not TYPE_CHECKING:  # for a type checker all attributes are those of a hit

        def __getattr__(self, name: str) -> str:
            """Cut the snippet; only what is not there comes here."""
            if name != "snippet":
                raise AttributeError(f"a hit has no {name!r}")
            snippet = excerpt(self.text, self.spans, SNIPPET_WIDTH).text
            object.__setattr__(self, "snippet", snippet)
            return snippet
