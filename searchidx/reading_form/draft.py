"""A text under edit, with a map from each of its characters to a range of the original."""

from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """Replacement of a range of the text; an empty replacement removes it.

    Attributes:
        start: First character.
        end: One past the last.
        text: Replacement.
    """

    start: int
    end: int
    text: str = ""


class Draft:
    """A text, and where in the original each character comes from.

    Attributes:
        text: The text after all edits so far.
        starts: For each character, the first original character that it stands for.
        ends: One past the last of these.
    """

    def __init__(self, text: str) -> None:
        """Start with the original."""
        self.text = text
        self.starts = list(range(len(text)))
        self.ends = list(range(1, len(text) + 1))

    def apply(self, edits: Iterable[Edit]) -> None:
        """Apply edits that ascend and do not overlap."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for start, end, text in edits:
            pieces += self.text[position:start], text
            starts += self.starts[position:start]
            ends += self.ends[position:start]
            if text:
                starts += [self.starts[start]] * len(text)
                ends += [self.ends[end - 1]] * len(text)
            position = end
        if pieces:
            self.text = "".join(pieces) + self.text[position:]
            self.starts = starts + self.starts[position:]
            self.ends = ends + self.ends[position:]
