"""Line breaks in Chinese and Latin text, graded by how well they read."""

from enum import IntEnum

_SENTENCE_MARKS = frozenset("。！？；…")
_CLAUSE_MARKS = frozenset("，、：—")
# The Latin forms end something only before a space or beside Chinese: 12:30, 3.11.7 and a?b=c are whole.
_LATIN_SENTENCE_MARKS = frozenset("!?;")
_LATIN_CLAUSE_MARKS = frozenset(",:")
_FULL_STOP = "."
_CLOSING = frozenset("”’」』）】》〉〕〗〙〛\"')]}")
_OPENING = frozenset("“‘「『（【《〈〔〖〘〚([{")
_NEVER_FIRST = _SENTENCE_MARKS | _CLAUSE_MARKS | _CLOSING - frozenset("\"'") | frozenset("．·・～,.:;!?%％℃")
_INSIDE_NUMBERS = frozenset(".,:/-_'@—–")
_FIRST_CJK = "\u2e80"
_MOST_CLOSING = 3


class Cut(IntEnum):
    """Grade of a break in a line."""

    INSIDE_WORD = 0
    ANYWHERE = 1
    CLAUSE = 2
    SENTENCE = 3


def cut_at(line: str, position: int) -> Cut:
    """Judge a cut before the character at a position; both ends of the line are the best of cuts."""
    if not 0 < position < len(line):
        return Cut.SENTENCE
    before, after = line[position - 1], line[position]
    if after in _NEVER_FIRST or after == " " or before in _OPENING:
        return Cut.INSIDE_WORD
    return max(_ended_by(line, position), _joint(before, after))


def _ended_by(line: str, position: int) -> Cut:
    """Judge by the mark before a position, closing quotes and a space skipped."""
    last = position - 1
    spaced = line[last] == " "
    last -= spaced
    while last > 0 and line[last] in _CLOSING and position - last <= _MOST_CLOSING:
        last -= 1
    mark = line[last]
    parts = spaced or line[position] >= _FIRST_CJK or line[last - 1 : last] >= _FIRST_CJK
    if mark in _SENTENCE_MARKS or (parts and mark in _LATIN_SENTENCE_MARKS):
        return Cut.SENTENCE
    if mark == _FULL_STOP and spaced and not line[last - 1 : last].isdigit():
        return Cut.SENTENCE
    if spaced or (parts and mark in _LATIN_CLAUSE_MARKS):
        return Cut.CLAUSE
    return Cut.CLAUSE if mark in _CLAUSE_MARKS and not _joins_numbers(line, last) else Cut.INSIDE_WORD


def _joins_numbers(line: str, position: int) -> bool:
    """Return true if the mark at a position is inside a number, as in ``023—49301888``."""
    return line[position - 1 : position].isdigit() and line[position + 1 : position + 2].isdigit()


def _joint(before: str, after: str) -> Cut:
    if after < _FIRST_CJK and after.isalnum() and before < _FIRST_CJK:
        return Cut.INSIDE_WORD if before.isalnum() or before in _INSIDE_NUMBERS else Cut.ANYWHERE
    return Cut.ANYWHERE
