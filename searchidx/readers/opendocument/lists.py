"""Numbers of lists and headings in OpenDocument, counted by the rules of the format.

A list has a style, and the style says for each level how its numbers are written. A list may go on where another of its
style, or one that it names, has ended. Headings outside of lists are numbered by the outline style. Bullets are no text.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from searchidx.readers import numerals
from searchidx.readers.numerals import Numeral
from searchidx.readers.opendocument.xml import attribute, number
from searchidx.readers.packages import local_name

_PLACE = re.compile(r"%(\d{1,2})%")
_LEVEL_STYLES = ("{*}list-level-style-number", "{*}list-level-style-bullet", "{*}outline-level-style")
_NUMBERED = ("list-level-style-number", "outline-level-style")
_MAX_LEVELS = 10

_SYSTEMS: Mapping[str, Numeral] = {
    "1": numerals.decimal,
    "01, 02, 03, ...": partial(numerals.padded, width=2),
    "1st": numerals.ordinal,
    "i": numerals.roman,
    "I": numerals.upper_roman,
    "a": numerals.lettered,
    "A": numerals.upper(numerals.lettered),
    "一": numerals.chinese,
    "壹, 贰": numerals.formal,
    "壹, 貳": numerals.formal_traditional,
    "壱": numerals.formal_japanese,
    "甲": numerals.stems,
    "子": numerals.branches,
    "①": numerals.circled,
    "1, 2, 3": numerals.full_width,  # so LibreOffice names digits of full width
    "１": numerals.full_width,
    "ｱ": numerals.katakana,
    "ア": numerals.katakana,
    "ｲ": numerals.iroha,
    "イ": numerals.iroha,
    "가": partial(numerals.cycled, signs=numerals.HANGUL_SYLLABLES),
    "ㄱ": partial(numerals.cycled, signs=numerals.HANGUL_LETTERS),
    "일": numerals.korean,
    "а": partial(numerals.lettered, letters=numerals.CYRILLIC),
}
"""Systems by the beginning of their example in the file, the longest first that fits."""
_BY_LENGTH = sorted(_SYSTEMS, key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class _Level:
    """Level of a list style; ``pattern`` has ``%1%`` for the number of the first level."""

    pattern: str = ""
    numeral: Numeral = numerals.decimal
    start: int = 1
    has_gap: bool = True


@dataclass(slots=True)
class _OpenList:
    """List that is being read: its style and how far each of its levels has counted."""

    style: str
    counts: dict[int, int] = field(default_factory=dict)


class Lists:
    """Lists of a document, and where in them a reader is."""

    def __init__(self, *roots: Any) -> None:
        """Read the styles of lists from the parts of a document."""
        self._styles: dict[str, dict[int, _Level]] = {}
        self._outline: dict[int, _Level] = {}
        self._headings: dict[int, int] = {}
        self._open: list[_OpenList] = []
        self._by_id: dict[str, _OpenList] = {}
        self._by_style: dict[str, _OpenList] = {}
        self._start: int | None = None
        self._is_item_new = False
        for root in roots:
            self._read_styles(root)

    def _read_styles(self, root: Any) -> None:
        for style in root.iter("{*}list-style", "{*}outline-style") if root is not None else ():
            levels = {
                number(level, "level", 1): _read_level(level) for level in style.iterchildren(*_LEVEL_STYLES)
            }
            if local_name(style) == "outline-style":
                self._outline = levels
            else:
                self._styles[attribute(style, "name")] = levels

    @contextmanager
    def inside(self, element: Any) -> Iterator[None]:
        """Read a list within this context."""
        style = attribute(element, "style-name")
        if self._open:
            self._open.append(_OpenList(style or self._open[-1].style, self._open[-1].counts))
        else:
            self._open.append(self._opened(element, style))
        try:
            yield
        finally:
            self._open.pop()

    def _opened(self, element: Any, style: str) -> _OpenList:
        """Open a list, which may go on where another ended."""
        earlier = self._by_id.get(attribute(element, "continue-list"))
        if earlier is None and attribute(element, "continue-numbering") == "true":
            earlier = self._by_style.get(style)
        opened = self._by_style[style] = _OpenList(style, earlier.counts if earlier else {})
        if name := attribute(element, "id"):
            self._by_id[name] = opened
        return opened

    def begin_item(self, element: Any) -> None:
        """Begin an item, whose first paragraph bears its number; a header of a list bears none."""
        self._is_item_new = local_name(element) == "list-item"
        self._start = number(element, "start-value", -1) if attribute(element, "start-value") else None

    def label(self, paragraph: Any) -> str:
        """Count a paragraph or heading and return its number as shown; the empty string if it bears none."""
        stored = paragraph.find("{*}number")
        if self._open:
            label = self._item_label()
        elif local_name(paragraph) == "h" and attribute(paragraph, "is-list-header") != "true":
            label = self._heading_label(paragraph)
        else:
            return ""
        return numerals.spaced((stored.text or "").strip()) if stored is not None else label

    def _item_label(self) -> str:
        if not self._is_item_new:
            return ""
        self._is_item_new = False
        opened = self._open[-1]
        levels = self._styles.get(opened.style, {})
        _count(opened.counts, levels, len(self._open), self._start)
        return _shown(opened.counts, levels, len(self._open))

    def _heading_label(self, heading: Any) -> str:
        level = number(heading, "outline-level", 1)
        start = (
            number(heading, "start-value", 1) if attribute(heading, "restart-numbering") == "true" else None
        )
        _count(self._headings, self._outline, level, start)
        return _shown(self._headings, self._outline, level)


def _count(counts: dict[int, int], levels: Mapping[int, _Level], level: int, start: int | None) -> None:
    if start is None:
        start = counts[level] + 1 if level in counts else levels.get(level, _Level()).start
    counts[level] = start
    for higher in range(1, min(level, _MAX_LEVELS)):
        counts.setdefault(higher, levels.get(higher, _Level()).start)
    for deeper in [key for key in counts if key > level]:
        del counts[deeper]


def _shown(counts: Mapping[int, int], levels: Mapping[int, _Level], level: int) -> str:
    def written(place: re.Match[str]) -> str:
        index = int(place[1])
        return levels.get(index, _Level()).numeral(counts.get(index, 1))

    shown_level = levels.get(level, _Level())
    label = numerals.expanded(shown_level.pattern, _PLACE, written)
    return numerals.spaced(label) if shown_level.has_gap else label


def _read_level(element: Any) -> _Level:
    example = attribute(element, "num-format")
    if local_name(element) not in _NUMBERED or not example:
        return _Level()
    alignments = element.iter("{*}list-level-label-alignment")
    return _Level(
        pattern=attribute(element, "num-list-format") or _pattern(element),
        numeral=_numeral(example, is_synchronous=attribute(element, "num-letter-sync") == "true"),
        start=number(element, "start-value", 1),
        has_gap=not any(attribute(part, "label-followed-by") == "nothing" for part in alignments),
    )


def _pattern(element: Any) -> str:
    """Return the pattern of a level by its affixes and how many levels it shows."""
    level = number(element, "level", 1)
    first = max(1, level - number(element, "display-levels", 1) + 1)
    places = ".".join(f"%{index}%" for index in range(first, level + 1))
    return attribute(element, "num-prefix") + places + attribute(element, "num-suffix")


def _numeral(example: str, *, is_synchronous: bool) -> Numeral:
    if is_synchronous and example in ("a", "A"):
        return numerals.lower_letters if example == "a" else numerals.upper_letters
    return next((_SYSTEMS[start] for start in _BY_LENGTH if example.startswith(start)), numerals.decimal)
