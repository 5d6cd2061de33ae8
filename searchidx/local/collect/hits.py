"""Hits of the local engine: their snippets are cut, and their best matches located, when they are first read.

A terminal cuts excerpts of its own width, and many a program shows the text or counts: then nobody reads the snippet, and
cutting ten at sense takes a sixth of a warm query.
"""

from typing import TYPE_CHECKING, NamedTuple, Self

from searchidx.document import SOURCE_LINE_TYPES, Paragraph
from searchidx.results import Hit
from searchidx.snippets import excerpt, find_spans

SNIPPET_WIDTH = 160  # terminal columns of the snippet that goes with a hit
_LOCATED = frozenset(("match_line", "match_column"))


class Matching(NamedTuple):
    """Facts of a hit by which its best match is located.

    Attributes:
        paragraph: The paragraph that was found.
        texts: Folded text of the query, and the same without its closing punctuation; none where it has several texts.
        is_literal: Every highlight is a literal match.
    """

    paragraph: Paragraph
    texts: tuple[str, ...] = ()
    is_literal: bool = False


class Uncut(Hit):
    """A hit in every way, but that its snippet and its best match may not be there yet."""

    __slots__ = ("_matching",)

    _matching: Matching

    def later(self, matching: Matching) -> Self:
        """Leave the snippet to be cut and the best match to be located when they are read."""
        object.__setattr__(self, "_matching", matching)
        for name in ("snippet", *_LOCATED):
            object.__delattr__(self, name)
        return self

    def __repr__(self) -> str:
        """That of a hit."""
        return super().__repr__().replace(type(self).__qualname__, Hit.__qualname__, 1)

    if not TYPE_CHECKING:  # for a type checker all attributes are those of a hit

        def __getattr__(self, name: str) -> object:
            """Find out what is missing; only that comes here."""
            if name == "snippet":
                value = excerpt(self.text, self.spans, SNIPPET_WIDTH).text
            elif name == "match_line" and self.line == self.end_line:
                value = self.line
            elif name in _LOCATED:
                value = getattr(_located(self, self._matching), name)
            else:
                raise AttributeError(f"a hit has no {name!r}")
            object.__setattr__(self, name, value)
            return value


class _Located(NamedTuple):
    """Source position of the best match, both counted from 1; the column is None where it is unknown."""

    match_line: int
    match_column: int | None


def _located(hit: Hit, matching: Matching) -> _Located:
    """Return the source position of the best match of a hit."""
    if hit.type not in SOURCE_LINE_TYPES or not matching.paragraph.has_columns_in(hit.type):
        return _Located(hit.line, None)
    from searchidx import line_map

    offset = _best_offset(hit, matching)
    position = line_map.locate(matching.paragraph.line_map, hit.text, offset)
    if position is None or position.line > hit.end_line - hit.line:
        return _Located(hit.line, None)
    return _Located(hit.line + position.line, position.column + 1)


def _best_offset(hit: Hit, matching: Matching) -> int:
    """Return the offset of the first literal match, else that of the densest window of matches."""
    if not hit.spans:
        return 0
    if matching.is_literal:
        return hit.spans[0][0]
    for text in matching.texts:
        if matches := find_spans(hit.text, [text]):
            return matches[0][0]
    from searchidx.snippets.window import densest

    return hit.spans[densest(hit.text, hit.spans, SNIPPET_WIDTH)][0]
