"""Automatic numbers of paragraphs on slides, counted as PowerPoint counts them."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from searchidx.readers import numerals
from searchidx.readers.numerals import Numeral

_MAX_DIGITS = 5
_TYPE = re.compile(r"(.+?)(Period|ParenBoth|ParenR|Minus|Plain)$")
_SYSTEMS: Mapping[str, Numeral] = {
    "arabic": numerals.decimal,
    "arabicDb": numerals.full_width,
    "alphaLc": numerals.lettered,
    "alphaUc": numerals.upper(numerals.lettered),
    "romanLc": numerals.roman,
    "romanUc": numerals.upper_roman,
    "circleNumDb": numerals.circled,
    "circleNumWdBlack": numerals.circled,
    "circleNumWdWhite": numerals.circled,
    "ea1Chs": numerals.chinese,
    "ea1Cht": numerals.traditional,
    "ea1JpnChsDb": numerals.chinese,
    "ea1JpnKor": partial(numerals.spelled, digits="〇一二三四五六七八九"),
}
_AFFIXES = {
    "Period": ("", "."),
    "ParenBoth": ("(", ")"),
    "ParenR": ("", ")"),
    "Minus": ("- ", " -"),
    "Plain": ("", ""),
}
_Count = tuple[str, int, int]
"""Type of a numbering, its first number and the last one."""


class AutoNumbers:
    """Numbers of one text after another, each paragraph of which is counted by its level."""

    def __init__(self) -> None:
        """Begin before any text."""
        self._body: Any = None
        self._counts: dict[int, _Count] = {}

    def label(self, paragraph: Any) -> str:
        """Count a paragraph that has text and return its number with the space behind it, or the empty string."""
        body = paragraph.getparent()
        if body is not self._body:
            self._body, self._counts = body, {}
        level = _integer(paragraph.find("{*}pPr"), "lvl", 0)
        numbering = _numbering(paragraph, level)
        last = self._counts.get(level)
        self._counts = {key: count for key, count in self._counts.items() if key < level}
        if numbering is None:
            return ""
        kind, start = numbering.get("type", ""), _integer(numbering, "startAt", 1)
        number = last[2] + 1 if last is not None and last[:2] == (kind, start) else start
        self._counts[level] = (kind, start, number)
        return numerals.spaced(_written(kind, number))


def _numbering(paragraph: Any, level: int) -> Any:
    """Return the numbering of a paragraph, from the list style of its text where it names no bullet; or None."""
    body = paragraph.getparent()
    for properties in (paragraph.find("{*}pPr"), body.find(f"{{*}}lstStyle/{{*}}lvl{level + 1}pPr")):
        for bullet in (
            properties.iterchildren("{*}buNone", "{*}buChar", "{*}buBlip", "{*}buAutoNum")
            if properties is not None
            else ()
        ):
            return bullet if bullet.tag.endswith("}buAutoNum") else None
    return None


def _written(kind: str, number: int) -> str:
    match = _TYPE.match(kind)
    system, affix = (match[1], match[2]) if match else ("arabic", "Period")
    prefix, suffix = _AFFIXES[affix]
    return f"{prefix}{_SYSTEMS.get(system, numerals.decimal)(number)}{suffix}"


def _integer(element: Any, name: str, default: int) -> int:
    value = (element.get(name) or "") if element is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS else default
