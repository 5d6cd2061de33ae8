"""Ruby in HTML: the annotation of characters follows them, once, in brackets: ``漢(かん)``.

HTML lets end tags of its parts be left out, and the parser nests what should be siblings.
"""

Pieces = list[tuple[str, int]]
"""Text of a block with the line of each piece."""

PARTS = frozenset(("ruby", "rb", "rt", "rp"))


class Ruby:
    """Ruby at hand: whether its reading is open, and where the last one ended.

    Attributes:
        depth: Number of open elements of ruby, within which white space at the edges of text is not shown.
    """

    def __init__(self) -> None:
        """Begin outside of ruby."""
        self.depth = 0
        self._is_open = False
        self._end = 0

    def start(self, tag: str, pieces: Pieces, line: int) -> None:
        """Enter a part; a reading that follows another goes on with it."""
        self.depth += 1
        if tag != "rt":
            self._close(pieces, line)
        elif pieces and len(pieces) == self._end:
            pieces.pop()
            self._is_open = True
        elif not self._is_open:
            pieces.append(("(", line))
            self._is_open = True

    def end(self, tag: str, pieces: Pieces, line: int) -> None:
        """Leave a part."""
        self.depth -= 1
        if tag in ("rt", "ruby"):
            self._close(pieces, line)
        if tag == "ruby":
            self._end = 0

    def _close(self, pieces: Pieces, line: int) -> None:
        if not self._is_open:
            return
        self._is_open = False
        if pieces and pieces[-1][0] == "(":
            pieces.pop()
        else:
            pieces.append((")", line))
            self._end = len(pieces)
