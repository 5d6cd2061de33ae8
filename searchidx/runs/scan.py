"""Scanner of chunks: ranges of folded text that may be written in other forms, by one pass of a pattern.

A chunk is a run of letters and digits with all that may join it to the next run: ``x-900``, ``2023年4月20日``,
``023 49301888``. Its reading depends on the chunk alone, so equal chunks are read once. A chunk joins so many
runs at most, and every pattern is tried a bounded number of times at a place: no text takes more than time in
proportion to its length.

Single texts are masked first, so that CJK characters are no letters any more: a class of characters that leaves them
out by their ranges takes longer to compile than a query takes to answer.
"""

import re
from collections.abc import Iterator
from functools import cache

from searchidx.runs.cjk import CJK_RANGES, is_cjk

YEAR, MONTH, DAY = "\x01", "\x02", "\x03"
"""Masks of 年, 月, and 日 and 号; every other CJK character, and every control, is masked as NUL."""

LETTER_OR_DIGIT = r"[^\W_]"
"""Pattern of a letter or digit of masked text."""

_MARKS = {"年": YEAR, "月": MONTH, "日": DAY, "号": DAY}
MAX_CACHED_CHARACTERS = 1 << 16


def _chunk(letter: str, year: str, month: str, day: str) -> str:
    connected = rf"(?:[-.&_]{{1,2}}|(?<=[0-9])[,:/](?=[0-9])){letter}++"
    # Digits before a letter begin a run of their own, which must not be split.
    dated = rf"(?<=[0-9])\ ?[{year}{month}]\ ?[0-9]++(?!{letter})"
    spaced = rf"(?<=[0-9])(?:\ -{{1,2}}\ |\)\ ?|\ )(?=[0-9]{{3}})[0-9]++(?!{letter})"
    last = rf"\+\+|\#|(?<=[0-9])\ ?[{year}{month}{day}]"
    return rf"{letter}++(?>(?:{connected}|{dated}|{spaced}){{0,16}})(?:{last})?"


CHUNK = re.compile(_chunk(LETTER_OR_DIGIT, YEAR, MONTH, DAY), re.VERBOSE)
"""A chunk of masked text."""

DOTTED_NAME = re.compile(r"\.(?<![a-z0-9]\.)(?<!\.\.)[a-z][a-z0-9]*+")
"""A name that begins with a dot: ``.net``, ``.gitignore``. For folded text, masked or not."""

SWALLOWING = ("c++", "c#", "4s店", "1号店", "江南style")
"""Words of jieba's dictionary that contain a run or a part of one, folded (a test compares with the dictionary)."""

_RUN = re.compile(rf"{LETTER_OR_DIGIT}+")


def mask(folded: str) -> str:
    """Return a folded text masked; offsets and line feeds stay."""
    return folded.translate(_MASK)


def chunks_and_breaks(folded: str) -> list[str]:
    """Return the chunks of texts joined by line feeds, unmasked, and the line feeds between them.

    For much text: its pattern has the CJK ranges, which takes long to compile once and saves the masking.
    """
    return _chunk_or_break().findall(folded)


def swallowed(folded: str) -> Iterator[tuple[int, str]]:
    """Yield each run that a word of the dictionary contains a part of, with its offset."""
    for word in SWALLOWING:
        if word in folded:
            start, end = _part(word)
            for match in re.finditer(re.escape(word), folded):
                yield _whole_run(folded, match.start() + start, match.start() + end)


@cache
def _part(word: str) -> tuple[int, int]:
    """Return the range of the part of a run in a word."""
    (part,) = _RUN.finditer(mask(word))
    return part.span()


def _whole_run(folded: str, start: int, end: int) -> tuple[int, str]:
    while start and _is_letter_or_digit(folded[start - 1]):
        start -= 1
    while end < len(folded) and _is_letter_or_digit(folded[end]):
        end += 1
    return start, folded[start:end]


def _is_letter_or_digit(char: str) -> bool:
    return char.isalnum() and not is_cjk(char)


@cache
def _chunk_or_break() -> re.Pattern[str]:
    cjk = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in CJK_RANGES)
    return re.compile(_chunk(rf"[^{cjk}\W_]", "年", "月", "日号") + r"|\n", re.VERBOSE)


class _Mask(dict[int, int]):
    """Cache of masks for ``str.translate``, filled on demand."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        hidden = char < " " and char != "\n"
        masked = ord(_MARKS.get(char, "\0" if hidden or is_cjk(char) else char))
        if len(self) < MAX_CACHED_CHARACTERS:
            self[code] = masked
        return masked


_MASK = _Mask()
