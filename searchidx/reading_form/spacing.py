"""Characters set apart by spaces, read as the words that they are: ``第 一 季 度``, ``通　　知``, ``H T - 2 0 2 3``.

A *run* is a row of single characters with like gaps between them. A gap is narrow (one plain space) or wide (an ideographic
space, a tab, two spaces or more).

1. On a line whose ideographs nearly all stand alone, as in scanned text, every narrow gap beside an ideograph closes.
2. A run over narrow gaps closes from three characters on, where words of the dictionary cover it or it is a name.
3. A run over wide gaps closes from two characters on. So does a run of two over a narrow gap that is alone in its cell or
   line and is a word or a name.
4. Between words over narrow gaps, as in text that a tokenizer has spaced, a run closes only where words cover all of it.
5. A list of choices stays apart: ``是 否``, ``甲 乙 丙``, ``优 良 中 差``, ``1 2 3 4``, ``A B C D``.

Where the rules are unsure the gap stays: a search without a hit offers the spaced form.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from searchidx.fold import fold
from searchidx.reading_form.alternatives import is_list, is_name, is_surnames
from searchidx.reading_form.asides import HAN
from searchidx.reading_form.draft import Edit
from searchidx.tokenizer import Token

Tokenize = Callable[[str], list[Token]]

SPACE = " \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""White space inside a line, for a character class."""
MIN_SCANNED_CHARACTERS = 6
"""Ideographs that a line of scanned text has at least."""
MIN_SHARE_APART = 0.8
"""Share of them that stand alone there, at least."""
MIN_COVERAGE = 0.5
"""Share of the characters of a run that words of two characters and more cover, at least."""

_EDGES = re.escape("|│｜：:；;，,。（）()【】[]《》“”\"'、/□☐☑✓√○●—!！?？…·")
_CHUNK = re.compile(f"[^{SPACE}{_EDGES}]+")
_GAP = re.compile(f"[{SPACE}]+")
_HAN = re.compile(f"[{HAN}]")
_WIDE_MARKS = frozenset("，。、；：！？（）《》“”")
_ALONE = re.compile(
    f"(?:^|[{SPACE}{_EDGES}])[{HAN}][{SPACE}]+[{HAN}0-9](?:$|[{SPACE}{_EDGES}])", re.MULTILINE
)
_COLUMN = re.compile(f"(?:^|\n)[{SPACE}]*[{HAN}][{SPACE}]*\n[{SPACE}]*[{HAN}][{SPACE}]*(?=\n|$)")
_LETTERS = re.compile(
    f"(?<![^{SPACE}{_EDGES}])[0-9A-Za-z](?:[{SPACE}][0-9A-Za-z./_-]){{3,}}(?![^{SPACE}{_EDGES}])",
    re.MULTILINE,
)
_CODE = re.compile(
    r"[A-Za-z]+(?:[-./_][A-Za-z]+)*[-./_]?[0-9]+(?:[-./_][0-9A-Za-z]+)*|[0-9]+(?:[-./_][0-9A-Za-z]+)+"
)
_LETTERS_OR_DIGITS = re.compile("[A-Za-z]+|[0-9]+")
_DIGITS_APART = re.compile("[0-9]{2}")
_UNITS = frozenset("年月日时分号第条章节届期季度页版元")
_TAB_WIDTH = 4
ENDINGS = "表室册处部单簿书卡证票费率法会站厅馆区员长科股所局院厂店库款额录志稿函令人方期数号"
"""Endings of nouns of three characters."""


class Chunk(NamedTuple):
    """Characters between two gaps or marks.

    Attributes:
        start: Offset in the line.
        end: One past the last character.
        text: The characters.
    """

    start: int
    end: int
    text: str


def close_gaps(text: str, tokenize: Tokenize) -> Iterator[Edit]:
    """Yield the removal of each gap inside a word whose characters are set apart."""
    if _COLUMN.search(text):
        yield from _close_column(text, tokenize)
        return
    if not (_ALONE.search(text) or _LETTERS.search(text)):
        return
    start = 0
    for line in text.split("\n"):
        for edit in sorted({*_close_line(line, tokenize), *_close_letters(line)}):
            yield Edit(edit.start + start, edit.end + start)
        start += len(line) + 1


def _close_line(line: str, tokenize: Tokenize) -> Iterator[Edit]:
    chunks = [Chunk(match.start(), match.end(), match[0]) for match in _CHUNK.finditer(line)]
    if len(chunks) < 2:
        return
    if _is_scanned(line, chunks, tokenize):
        yield from _close_scanned(line)
        return
    for first, last in _runs(line, chunks):
        if _is_word(line, chunks, first, last, tokenize):
            yield from (Edit(left.end, right.start) for left, right in pairwise(chunks[first:last]))


def _is_scanned(line: str, chunks: Sequence[Chunk], tokenize: Tokenize) -> bool:
    """Return true if nearly all ideographs of a line stand alone, over narrow gaps, and make words."""
    ideographs = _HAN.findall(line)
    alone = "".join(chunk.text for chunk in chunks if len(chunk.text) == 1 and _HAN.match(chunk.text))
    if len(ideographs) < MIN_SCANNED_CHARACTERS or len(alone) < MIN_SHARE_APART * len(ideographs):
        return False
    gaps = [_width(gap) for gap in _GAP.findall(line.strip())]
    is_narrow = gaps.count(1) >= MIN_SHARE_APART * len(gaps)
    return is_narrow and not _is_list(alone, tokenize) and _coverage(alone, tokenize) >= MIN_COVERAGE


def _close_scanned(line: str) -> Iterator[Edit]:
    for gap in _GAP.finditer(line):
        sides = line[gap.start() - 1 : gap.start()] + line[gap.end() : gap.end() + 1]
        if (
            len(sides) == 2
            and _width(gap[0]) == 1
            and any(_HAN.match(side) or side in _WIDE_MARKS for side in sides)
        ):
            yield Edit(gap.start(), gap.end())


def _runs(line: str, chunks: Sequence[Chunk]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of chunks that are single characters over like gaps."""
    first = 0
    for number in range(1, len(chunks) + 1):
        if number == len(chunks) or not _may_join(line, chunks[number - 1], chunks[number]):
            yield from _split(line, chunks, first, number)
            first = number


def _may_join(line: str, left: Chunk, right: Chunk) -> bool:
    are_single = len(left.text) == len(right.text) == 1 and left.text.isalnum() and right.text.isalnum()
    return are_single and _GAP.fullmatch(line, left.end, right.start) is not None


def _split(line: str, chunks: Sequence[Chunk], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a run between gaps that are clearly wider than its narrowest."""
    if last - first < 2:
        return
    widths = [_width(line[left.end : right.start]) for left, right in pairwise(chunks[first:last])]
    limit = 1 if min(widths) == 1 else min(widths) * 1.5
    cuts = [first + number + 1 for number, width in enumerate(widths) if width > limit]
    if not cuts:
        yield first, last
        return
    for start, end in pairwise([first, *cuts, last]):
        yield from _split(line, chunks, start, end)


def _is_word(line: str, chunks: Sequence[Chunk], first: int, last: int, tokenize: Tokenize) -> bool:
    """Return true if a run reads as a word, a name, or a date set apart."""
    run = "".join(chunk.text for chunk in chunks[first:last])
    ideographs = _HAN.findall(run)
    if len(ideographs) < len(run):
        return bool(_DIGITS_APART.search(run)) and run[-1] in _UNITS and _UNITS.issuperset(ideographs)
    gap = line[chunks[first].end : chunks[first + 1].start]
    is_narrow = _width(gap) == 1
    if _is_list(run, tokenize) or (is_surnames(run) and (is_narrow or len(run) > 3)):
        return False
    if len(run) > 2:
        if _is_between_words(line, chunks, first, last):
            return _coverage(run, tokenize) == 1
        return is_name(fold(run)) or (
            _coverage(run, tokenize) >= MIN_COVERAGE if len(run) > 3 else _is_word_of_three(run, tokenize)
        )
    if not is_narrow and "\t" not in gap:
        return True
    return _is_alone(line, chunks, first, last) and _reads(run, tokenize)


def _is_word_of_three(run: str, tokenize: Tokenize) -> bool:
    """Return true if words cover three characters, or a word and its ending do."""
    # Of three characters that begin with a word, the last tells 检票处 from the list 门窗墙.
    covered = _covered(run, tokenize)
    return all(covered) or (all(covered[:2]) and fold(run[-1]) in _folded_endings())


@cache
def _folded_endings() -> frozenset[str]:
    return frozenset(fold(ENDINGS))


def _is_alone(line: str, chunks: Sequence[Chunk], first: int, last: int) -> bool:
    """Return true if a run is all of its line or cell."""
    beside = [number for number in (first - 1, last) if 0 <= number < len(chunks)]
    return not any(_is_lone_ideograph(line, chunks, number) for number in beside) and all(
        _width(gap) > 1 or not gap.isspace() or not any(map(str.isalnum, chunk.text))
        for gap, chunk in _neighbours(line, chunks, first, last)
    )


def _is_lone_ideograph(line: str, chunks: Sequence[Chunk], number: int) -> bool:
    """Return true if a chunk is an ideograph with wide gaps or the ends of the line around it, as in a list."""
    gaps = (gap for gap, _ in _neighbours(line, chunks, number, number + 1))
    return _is_single(chunks[number].text) and all(gap.isspace() and _width(gap) > 1 for gap in gaps)


def _is_between_words(line: str, chunks: Sequence[Chunk], first: int, last: int) -> bool:
    """Return true if a narrow gap parts a run from a word of ideographs."""
    return any(
        gap.isspace() and _width(gap) == 1 and len(_HAN.findall(chunk.text)) > 1
        for gap, chunk in _neighbours(line, chunks, first, last)
    )


def _neighbours(line: str, chunks: Sequence[Chunk], first: int, last: int) -> Iterator[tuple[str, Chunk]]:
    """Yield the chunks beside a run, each with the gap to it."""
    if first:
        yield line[chunks[first - 1].end : chunks[first].start], chunks[first - 1]
    if last < len(chunks):
        yield line[chunks[last - 1].end : chunks[last].start], chunks[last]


def _coverage(run: str, tokenize: Tokenize) -> float:
    """Return the share of the characters that words of two characters and more cover."""
    return sum(_covered(run, tokenize)) / len(run)


def _covered(run: str, tokenize: Tokenize) -> bytearray:
    """Return 1 for each character of a run that a word of two characters and more covers."""
    covered = bytearray(len(run))
    # The fold makes one of characters that tell words apart (画 and 划); the dictionary knows the words as they are written.
    for text in {run, fold(run)}:
        for token in tokenize(text):
            if len(token.text) > 1:
                covered[token.start : token.end] = b"\1" * len(token.text)
    return covered


def _is_list(run: str, tokenize: Tokenize) -> bool:
    """Return true if a run is a list, or words cover nothing of it but a list: 按 甲 乙 丙."""
    covered = _covered(run, tokenize)
    core = run[covered.find(1) : covered.rfind(1) + 1]
    return is_list(run) or (bool(core) and is_list(core))


def _width(gap: str) -> int:
    """Return the columns of a gap."""
    return sum({"\u3000": 2, "\t": _TAB_WIDTH}.get(space, 1) for space in gap)


def _close_letters(line: str) -> Iterator[Edit]:
    """Yield the gaps of letter-spaced codes and words: ``H T - 2 0 2 3``, ``N O T I C E``."""
    for match in _LETTERS.finditer(line):
        letters = match[0][::2]
        if (_CODE.fullmatch(letters) and not _is_series(letters)) or _is_spelled(letters):
            yield from (Edit(position, position + 1) for position in range(match.start() + 1, match.end(), 2))


def _is_series(letters: str) -> bool:
    """Return true if letters and digits count up, as the labels of columns do: ``A B C 1 2 3``."""
    parts = _LETTERS_OR_DIGITS.findall(letters)
    return all(len(part) > 2 and {ord(b) - ord(a) for a, b in pairwise(part)} == {1} for part in parts)


def _is_spelled(letters: str) -> bool:
    """Return true if letters read as a word and not as columns or an alphabet."""
    steps = {ord(b) - ord(a) for a, b in pairwise(letters)}
    has_both_kinds = 0 < sum(letter in "aeiouyAEIOUY" for letter in letters) < len(letters)
    return (
        letters.isascii()
        and letters.isalpha()
        and len(set(letters)) > 3
        and len(letters) > 4
        and len(steps) > 2
        and has_both_kinds
    )


def _close_column(text: str, tokenize: Tokenize) -> Iterator[Edit]:
    """Yield the line ends of words that are written with one character a line."""
    lines = list(re.finditer(r"[^\n]+", text))
    first = 0
    for number in range(1, len(lines) + 1):
        if number == len(lines) or not (_is_single(lines[number - 1][0]) and _is_single(lines[number][0])):
            run = "".join(line[0].strip() for line in lines[first:number])
            is_all = number - first == len(lines)
            if (
                number - first > (1 if is_all else 2)
                and not _is_list(run, tokenize)
                and _reads(run, tokenize)
            ):
                yield from (Edit(left.end(), right.start()) for left, right in pairwise(lines[first:number]))
            first = number


def _is_single(line: str) -> bool:
    return len(line.strip()) == 1 and _HAN.match(line.strip()) is not None


def _reads(run: str, tokenize: Tokenize) -> bool:
    return is_name(fold(run)) or _coverage(run, tokenize) >= MIN_COVERAGE
