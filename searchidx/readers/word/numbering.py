"""Automatic numbers of Word paragraphs (``第三条``, ``2.2``, ``（一）``), counted as Word counts them.

A paragraph, or the style it has, names a list and a level of it; the level defines how its number is written and which
levels it repeats. Lists of one definition count on together, unless one overrides where it starts. Bullets are no text.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from searchidx.readers import numerals
from searchidx.readers.numerals import Numeral
from searchidx.readers.packages import Package
from searchidx.readers.word.xml import attribute, child_number, child_value, is_on

_MAX_BASES = 20
_PLACE = re.compile(r"%([1-9])")
_HAN = re.compile("[\u4e00-\u9fff]")
_EXAMPLE = re.compile(r"(0+1)(?:,|$)")
"""Example that selects a system of its own: ``001, 002, 003, ...``."""

_SYSTEMS: Mapping[str, Numeral] = {
    "decimalZero": partial(numerals.padded, width=2),
    "upperRoman": numerals.upper_roman,
    "lowerRoman": numerals.roman,
    "upperLetter": numerals.upper_letters,
    "lowerLetter": numerals.lower_letters,
    "russianLower": partial(numerals.repeated, letters=numerals.CYRILLIC),
    "russianUpper": numerals.upper(partial(numerals.repeated, letters=numerals.CYRILLIC)),
    "ordinal": numerals.ordinal,
    "cardinalText": numerals.in_words,
    "numberInDash": numerals.in_dashes,
    "chicago": partial(numerals.repeated, letters="*†‡§"),
    "decimalFullWidth": numerals.full_width,
    "decimalFullWidth2": numerals.full_width,
    "decimalEnclosedCircle": numerals.circled,
    "decimalEnclosedCircleChinese": numerals.circled,
    "decimalEnclosedParen": numerals.parenthesized,
    "decimalEnclosedFullstop": numerals.dotted,
    "ideographEnclosedCircle": numerals.parenthesized_ideograph,  # as Word does, whatever the standard says
    "ideographTraditional": numerals.stems,
    "ideographZodiac": numerals.branches,
    "ideographZodiacTraditional": numerals.stems_and_branches,
    "chineseCounting": partial(numerals.counted_to_99, digits="○一二三四五六七八九"),
    "taiwaneseCounting": partial(numerals.counted_to_99, digits="○一二三四五六七八九"),
    "chineseCountingThousand": numerals.chinese,
    "taiwaneseCountingThousand": numerals.traditional,
    "chineseLegalSimplified": numerals.formal,
    "ideographLegalTraditional": numerals.formal_traditional,
    "ideographDigital": partial(numerals.spelled, digits="〇一二三四五六七八九"),
    "japaneseDigitalTenThousand": partial(numerals.spelled, digits="〇一二三四五六七八九"),
    "taiwaneseDigital": partial(numerals.spelled, digits="○一二三四五六七八九"),
    "japaneseCounting": numerals.japanese,
    "japaneseLegal": numerals.formal_japanese,
    "aiueo": numerals.katakana,
    "aiueoFullWidth": numerals.katakana,
    "iroha": numerals.iroha,
    "irohaFullWidth": numerals.iroha,
    "koreanCounting": numerals.korean,
    "koreanDigital": partial(numerals.spelled, digits="영일이삼사오육칠팔구"),
    "koreanDigital2": partial(numerals.spelled, digits="零一二三四五六七八九"),
    "ganada": partial(numerals.cycled, signs=numerals.HANGUL_SYLLABLES),
    "chosung": partial(numerals.cycled, signs=numerals.HANGUL_LETTERS),
    "thaiNumbers": partial(numerals.spelled, digits="๐๑๒๓๔๕๖๗๘๙"),
    "hindiNumbers": partial(numerals.spelled, digits="०१२३४५६७८९"),
    "none": lambda _: "",
    "bullet": lambda _: "",
}
"""Systems other than decimal, by their names in the file; one not listed is written in decimal."""


class Level(NamedTuple):
    """Level of a list.

    Attributes:
        start: First number.
        numeral: Writes a number of this level.
        text: Text of the label, in which ``%1`` is replaced by the number of the first level.
        restart: Number of levels above that begin it anew: 0 for none, None for all.
        is_legal: Numbers of all levels are written in decimal.
        has_gap: A space or a tab is between label and text.
        style: Paragraph style that has this level, or the empty string.
    """

    start: int = 1
    numeral: Numeral = str
    text: str = ""
    restart: int | None = None
    is_legal: bool = False
    has_gap: bool = True
    style: str = ""


class _List(NamedTuple):
    """List of a document: its definition, its levels, and the first numbers that it sets itself."""

    definition: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]


class _Reference(NamedTuple):
    """List and level that a paragraph or a style names; None where it names none."""

    list_id: str | None = None
    level: int | None = None


class Numbering:
    """Lists of a document, and the numbers that each has come to."""

    def __init__(self, package: Package, main: str) -> None:
        """Read the definitions of the lists and the styles that refer to them."""
        self._styles = _Styles(package, main)
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
        for name in package.targets(main, "numbering"):
            root = package.xml(name)
            if root is not None:
                self._lists |= _read_lists(root, self._styles)

    def label(self, paragraph: Any) -> str | None:
        """Count a paragraph and return its label as shown, with the gap behind it.

        The label of a bullet is empty; a paragraph outside of lists has None.
        """
        style = self._styles.name(paragraph)
        direct = _reference(paragraph.find("{*}pPr/{*}numPr"))
        inherited = self._styles.reference(style)
        list_id = inherited.list_id if direct.list_id is None else direct.list_id
        numbered_list = self._lists.get(list_id or "")
        if list_id is None or numbered_list is None:
            return None
        level = direct.level
        if level is None:
            level = self._styles.level(style, numbered_list.levels)
        if level is None:
            level = inherited.level or 0
        self._count(list_id, numbered_list, level)
        return self._shown(numbered_list, level)

    def _count(self, list_id: str, numbered_list: _List, level: int) -> None:
        counts = self._counts.setdefault(numbered_list.definition, {})
        start = numbered_list.starts.get(level)
        if start is not None and (list_id, level) not in self._started:
            self._started.add((list_id, level))
            counts[level] = start
        elif level in counts:
            counts[level] += 1
        else:
            counts[level] = _start(numbered_list, level)
        for higher in range(level):  # a level that is shown before it was met has been counted once
            counts.setdefault(higher, _start(numbered_list, higher))
        for deeper in [key for key in counts if key > level]:
            restart = numbered_list.levels.get(deeper, Level()).restart
            if restart is None or level < restart:
                del counts[deeper]

    def _shown(self, numbered_list: _List, level: int) -> str:
        counts = self._counts[numbered_list.definition]
        labelled = numbered_list.levels.get(level, Level())

        def number(place: re.Match[str]) -> str:
            index = int(place[1]) - 1
            count = counts.get(index, _start(numbered_list, index))
            written = numbered_list.levels.get(index, Level()).numeral
            return str(count) if labelled.is_legal else written(count)

        label = numerals.expanded(labelled.text, _PLACE, number)
        return numerals.spaced(label) if labelled.has_gap else label


class _Styles:
    """Paragraph styles: what each is based on, and the list it refers to."""

    def __init__(self, package: Package, main: str) -> None:
        self._bases: dict[str, str] = {}
        self._references: dict[str, _Reference] = {}
        self._default = ""
        for part in package.targets(main, "styles"):
            root = package.xml(part)
            for style in root.iter("{*}style") if root is not None else ():
                self._add(style)

    def _add(self, style: Any) -> None:
        key = attribute(style, "styleId") or ""
        if attribute(style, "type") == "paragraph" and attribute(style, "default") in ("1", "true", "on"):
            self._default = key
        self._bases[key] = child_value(style, "{*}basedOn") or ""
        self._references[key] = _reference(style.find("{*}pPr/{*}numPr"))

    def name(self, paragraph: Any) -> str:
        """Return the style of a paragraph."""
        return child_value(paragraph, "{*}pPr/{*}pStyle") or self._default

    def chain(self, style: str) -> Iterator[str]:
        """Yield a style and those it is based on."""
        for _ in range(_MAX_BASES):
            if not style:
                return
            yield style
            style = self._bases.get(style, "")

    def reference(self, style: str) -> _Reference:
        """Return the list and level of a style or of the nearest that it is based on."""
        references = [self._references.get(base, _Reference()) for base in self.chain(style)]
        return _Reference(
            next((reference.list_id for reference in references if reference.list_id is not None), None),
            next((reference.level for reference in references if reference.level is not None), None),
        )

    def level(self, style: str, levels: Mapping[int, Level]) -> int | None:
        """Return the level of a list that names a style or one that it is based on."""
        by_style = {level.style: key for key, level in levels.items() if level.style}
        return next((by_style[base] for base in self.chain(style) if base in by_style), None)


def _start(numbered_list: _List, level: int) -> int:
    override = numbered_list.starts.get(level)
    return numbered_list.levels.get(level, Level()).start if override is None else override


def _reference(properties: Any) -> _Reference:
    if properties is None:
        return _Reference()
    return _Reference(child_value(properties, "{*}numId"), child_number(properties, "{*}ilvl"))


def _read_lists(root: Any, styles: _Styles) -> dict[str, _List]:
    """Read the lists of a numbering part, by their ids."""
    definitions = {
        attribute(element, "abstractNumId") or "": element for element in root.iterfind("{*}abstractNum")
    }
    ids = {
        attribute(element, "numId") or "": child_value(element, "{*}abstractNumId") or ""
        for element in root.iterfind("{*}num")
    }
    levels = {key: _read_levels(element) for key, element in definitions.items()}
    lists = {}
    for element in root.iterfind("{*}num"):
        key = attribute(element, "numId") or ""
        definition = _linked(ids[key], definitions, ids, styles)
        lists[key] = _overridden(element, definition, levels.get(definition, {}))
    return lists


def _linked(key: str, definitions: Mapping[str, Any], ids: Mapping[str, str], styles: _Styles) -> str:
    """Return the definition behind one that only links to the list of a style."""
    for _ in range(_MAX_BASES):
        link = child_value(definitions[key], "{*}numStyleLink") if key in definitions else None
        target = ids.get(styles.reference(link).list_id or "") if link else None
        if target is None or target == key:
            break
        key = target
    return key


def _overridden(element: Any, definition: str, levels: Mapping[int, Level]) -> _List:
    """Read a list: a definition, of which it may change levels and first numbers."""
    starts = {}
    own_levels: dict[int, Level] = {}
    for override in element.iterfind("{*}lvlOverride"):
        index = _index(override)
        if (start := child_number(override, "{*}startOverride")) is not None:
            starts[index] = start
        own_levels |= _read_levels(override)
    return _List(definition, {**levels, **own_levels}, starts)


def _read_levels(element: Any) -> dict[int, Level]:
    return {_index(level): _read_level(level) for level in element.iterfind("{*}lvl")}


def _index(element: Any) -> int:
    value = attribute(element, "ilvl") or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _read_level(element: Any) -> Level:
    start = child_number(element, "{*}start")
    return Level(
        start=1 if start is None else start,
        numeral=_numeral(element),
        text=_label_text(element),
        restart=child_number(element, "{*}lvlRestart"),
        is_legal=is_on(element, "{*}isLgl"),
        has_gap=child_value(element, "{*}suff") != "nothing",
        style=child_value(element, "{*}pStyle") or "",
    )


def _label_text(element: Any) -> str:
    """Return the text of a label; a bullet has none, unless it is a word."""
    text = child_value(element, "{*}lvlText") or ""
    is_bullet = child_value(element, "{*}numFmt") == "bullet" and not _HAN.search(text)
    return "" if is_bullet or is_on(element, "{*}rPr/{*}vanish") else text


def _numeral(element: Any) -> Numeral:
    """Return what writes the numbers of a level: a system by its name, or one with an example of its own."""
    formats = [element.find("{*}numFmt"), *element.iterfind("{*}AlternateContent//{*}numFmt")]
    for number_format in formats:
        if number_format is None:
            continue
        example = _EXAMPLE.match(attribute(number_format, "format") or "")
        if example:
            return partial(numerals.padded, width=len(example[1]))
        if system := _SYSTEMS.get(attribute(number_format, "val") or ""):
            return system
    return numerals.decimal
