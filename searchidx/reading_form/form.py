"""The value of a reading form, and the edits it is stored as.

Edits are groups ``[skip, removed, inserted, times]``: of the stored text ``skip`` characters stay, ``removed`` characters are
replaced by ``inserted``, and that ``times`` times in a row. What an edit leaves out at its end is empty or once.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from searchidx._startup.dataclass import dataclass

Edits: TypeAlias = list[list[Any]]

_CHUNK = 32  # characters compared at a time where nothing changes
MAX_INSERTED = 32
"""Characters that one edit inserts at most."""
MAX_GROWTH = 1 << 16
"""Characters by which a form is longer than its text at most."""


@dataclass(frozen=True, slots=True)
class ReadingForm:
    """A text as it is read.

    Attributes:
        text: What is read.
        composed: The stored text with unseen characters removed and composed ones in one form, and nothing else changed: a
            match in it looks like one in the stored text.
        starts: For each character of ``text``, the first stored character that it stands for.
        ends: One past the last of these.
    """

    text: str
    composed: str
    starts: Sequence[int]
    ends: Sequence[int]

    def stored(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of stored characters behind a range of ``text`` that is not empty."""
        return self.starts[start], self.ends[end - 1]


def from_edits(stored: str, composed: Edits, edits: Edits) -> ReadingForm:
    """Return the reading form of a stored text from its edits.

    Raises:
        ValueError: The edits are not those of this text.
    """
    text, starts, ends = apply(stored, edits)
    return ReadingForm(text, apply(stored, composed)[0], starts, ends)


def apply(stored: str, edits: Edits) -> tuple[str, list[int], list[int]]:
    """Apply edits; return the text, and the start and end in the stored text of each character.

    Raises:
        ValueError: The edits run over the end of the text, or make it far longer.
    """
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    limit = len(stored) + MAX_GROWTH
    for skip, removed, inserted, times in map(_filled, edits):
        for _ in range(times):
            end = position + skip
            if end + removed > len(stored) or len(starts) + skip > limit:
                raise ValueError("edits run over the end of their text, or make it far longer")
            pieces += stored[position:end], inserted
            starts += range(position, end)
            ends += range(position + 1, end + 1)
            starts += [end] * len(inserted)
            position = end + removed
            ends += [position] * len(inserted)
    pieces.append(stored[position:])
    starts += range(position, len(stored))
    ends += range(position + 1, len(stored) + 1)
    return "".join(pieces), starts, ends


def are_edits(value: Any) -> bool:
    """Return true if a value that a stranger may have written has the shape of edits."""
    return type(value) is list and all(map(_is_edit, value))


def _is_edit(value: Any) -> bool:
    if type(value) is not list or not 2 <= len(value) <= 4:
        return False
    skip, removed, inserted, times = _filled(value)
    return (
        type(skip) is type(removed) is type(times) is int
        and skip >= 0
        and removed > 0
        and times > 0
        and type(inserted) is str
        and len(inserted) <= MAX_INSERTED
    )


def _filled(edit: list[Any]) -> tuple[int, int, str, int]:
    skip, removed, inserted, times = [*edit, "", 1][:4] if len(edit) == 2 else [*edit, 1][:4]
    return skip, removed, inserted, times


def edits_between(stored: str, text: str, starts: Sequence[int], ends: Sequence[int]) -> Edits:
    """Return the edits that make a text of the stored one, given where each of its characters comes from."""
    edits: Edits = []
    position = skip = number = 0
    while number < len(text):
        if _is_verbatim(stored, position, text, number, starts, ends):
            position, number, skip = position + _CHUNK, number + _CHUNK, skip + _CHUNK
            continue
        start, end = starts[number], ends[number]
        last = number + 1
        while last < len(text) and starts[last] == start:
            last += 1
        if start > position:
            _append(edits, skip, start - position, "")
            position, skip = start, 0
        if text[number:last] == stored[start:end]:
            skip += end - start
        else:
            _append(edits, skip, end - start, text[number:last])
            skip = 0
        position, number = end, last
    if position < len(stored):
        _append(edits, skip, len(stored) - position, "")
    return edits


def _is_verbatim(
    stored: str, position: int, text: str, number: int, starts: Sequence[int], ends: Sequence[int]
) -> bool:
    """Return true if the next characters of a text are the next stored ones, each for itself and for no other."""
    following = range(position, position + _CHUNK)
    last = number + _CHUNK
    return (
        last < len(text)
        and text[number:last] == stored[position : position + _CHUNK]
        and [*starts[number : last + 1]] == [*following, position + _CHUNK]
        and ends[last - 1] == position + _CHUNK
    )


def _append(edits: Edits, skip: int, removed: int, inserted: str) -> None:
    """Append one edit, or count the last one once more."""
    edit: list[Any] = [skip, removed, inserted] if inserted else [skip, removed]
    if edits:
        *last, times = _filled(edits[-1])
        if last == [skip, removed, inserted]:
            edits[-1] = [*last, times + 1]
            return
    edits.append(edit)
