"""Numerals of automatic numbers: an integer in decimal, Roman, Chinese, by letters and in the other systems of lists."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

Numeral = Callable[[int], str]
"""Writes a positive number; a number outside its system is written in decimal."""

_MAX_LABEL = 100
"""Characters of a label and of the pattern it is made by; Word writes at most 31."""
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MAX_ROMAN = 4_999
_MAX_REPEATED_LETTERS = 30
_LATIN = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = "абвгдежзиклмнопрстуфхцчшщыэюя"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
HANGUL_SYLLABLES = "가나다라마바사아자차카타파하"
HANGUL_LETTERS = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
_KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_ONES = (
    "", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen",
    "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
)  # fmt: skip
_CLOSING = frozenset("、。．，：；）」』】〉》〕］ 　\t")
"""Signs behind which Chinese is written without a space."""
_TENS = ("", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety")


class Ideographs(NamedTuple):
    """Signs of a system that counts in tens, hundreds and myriads.

    Attributes:
        digits: Signs of 0 to 9.
        units: Signs of ten, hundred and thousand.
        myriads: Signs of 10,000 and 100,000,000.
        has_zeros: The zero is written between a unit and one that isn't the next below.
        elides_one: Units before which a one is not written: ``十`` at the head of a number in Chinese.
    """

    digits: str
    units: str = "十百千"
    myriads: str = "万亿"
    has_zeros: bool = True
    elides_one: str = ""


CHINESE = Ideographs("零一二三四五六七八九", elides_one="十")
TRADITIONAL = CHINESE._replace(myriads="萬億")
FORMAL = Ideographs("零壹贰叁肆伍陆柒捌玖", "拾佰仟")
FORMAL_TRADITIONAL = Ideographs("零壹貳參肆伍陸柒捌玖", "拾佰仟", "萬億")
JAPANESE = Ideographs("〇一二三四五六七八九", has_zeros=False, elides_one="十百千")
FORMAL_JAPANESE = Ideographs("〇壱弐参四伍六七八九", "拾百阡", "萬億", has_zeros=False)
KOREAN = Ideographs("영일이삼사오육칠팔구", "십백천", "만억", has_zeros=False, elides_one="십백천")


def counted(number: int, signs: Ideographs) -> str:
    """Write a number by its units: ``一百零一``, ``二十``, ``壹拾``."""
    if not 0 < number < 10**12:
        return str(number)
    text = ""
    for exponent, sign in ((2, signs.myriads[1]), (1, signs.myriads[0]), (0, "")):
        group = number // 10_000**exponent % 10_000
        if group:
            gap = signs.has_zeros and bool(text) and group < 1_000
            text += (signs.digits[0] if gap else "") + _group(group, signs, at_head=not text) + sign
    return text


def _group(number: int, signs: Ideographs, *, at_head: bool) -> str:
    """Write a number below 10,000."""
    text = ""
    is_gap = False
    for power, unit in zip((3, 2, 1, 0), (*reversed(signs.units), ""), strict=True):
        digit = number // 10**power % 10
        if digit == 0:
            is_gap = bool(text)
            continue
        head = at_head and not text
        text += signs.digits[0] if is_gap and signs.has_zeros else ""
        elided = digit == 1 and unit in signs.elides_one and unit and (head or not signs.has_zeros)
        text += ("" if elided else signs.digits[digit]) + unit
        is_gap = False
    return text


def spelled(number: int, digits: str) -> str:
    """Write a number digit by digit: ``一〇一``, ``１２``."""
    return "".join(digits[int(digit)] if digit.isdigit() else digit for digit in str(number))


def counted_to_99(number: int, digits: str) -> str:
    """Write a number as Chinese is counted up to 99, and digit by digit above."""
    return counted(number, CHINESE) if number < 100 else spelled(number, digits)


def listed(number: int, signs: Sequence[str]) -> str:
    """Write a number as the sign of that position."""
    return signs[number - 1] if 0 < number <= len(signs) else str(number)


def cycled(number: int, signs: str) -> str:
    """Write a number as the sign of that position, beginning anew behind the last one."""
    return signs[(number - 1) % len(signs)] if number > 0 else str(number)


def repeated(number: int, letters: str) -> str:
    """Write a number as a letter, doubled after the last one: ``z``, ``aa``, ``bb``."""
    count = (number - 1) // len(letters) + 1
    return letters[(number - 1) % len(letters)] * count if 0 < count <= _MAX_REPEATED_LETTERS else str(number)


def lettered(number: int, letters: str = _LATIN) -> str:
    """Write a number as letters counted on: ``z``, ``aa``, ``ab``."""
    text = ""
    while number > 0:
        number, digit = divmod(number - 1, len(letters))
        text = letters[digit] + text
    return text or str(number)


def roman(number: int) -> str:
    """Write a number in small Roman numerals."""
    if not 0 < number <= _MAX_ROMAN:
        return str(number)
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def padded(number: int, width: int) -> str:
    """Write a number with zeros before it."""
    return str(number).zfill(width)


def in_dashes(number: int) -> str:
    """Write a number as pages are numbered in print: ``- 3 -``."""
    return f"- {number} -"


def ordinal(number: int) -> str:
    """Write an English ordinal: ``1st``."""
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def in_words(number: int) -> str:
    """Write a number below 100 in English words."""
    if not 0 < number < 100:
        return str(number)
    if number < len(_ONES):
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_ONES[ones].lower()}" if ones else "")


def expanded(pattern: str, places: re.Pattern[str], number: Callable[[re.Match[str]], str]) -> str:
    """Return a label by its pattern, bounded: a stranger's file may repeat it for every paragraph."""
    return places.sub(number, pattern[:_MAX_LABEL]).strip()[:_MAX_LABEL]


def spaced(label: str) -> str:
    """Return the label of a list item with the space that people type behind it."""
    return f"{label} " if label and label[-1] not in _CLOSING else label


def upper(numeral: Numeral) -> Numeral:
    """Return the numeral in capital letters."""
    return lambda number: numeral(number).upper()


decimal: Numeral = str
lower_letters: Numeral = partial(repeated, letters=_LATIN)
upper_letters = upper(lower_letters)
upper_roman = upper(roman)
circled: Numeral = partial(listed, signs=_CIRCLED)
parenthesized: Numeral = partial(listed, signs="⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇")
dotted: Numeral = partial(listed, signs="⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛")
parenthesized_ideograph: Numeral = partial(listed, signs="㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩")
stems: Numeral = partial(listed, signs=_STEMS)
branches: Numeral = partial(listed, signs=_BRANCHES)
stems_and_branches: Numeral = partial(
    listed, signs=[stem + branch for stem, branch in zip(_STEMS * 6, _BRANCHES * 5, strict=True)]
)
full_width: Numeral = partial(spelled, digits="０１２３４５６７８９")
chinese: Numeral = partial(counted, signs=CHINESE)
traditional: Numeral = partial(counted, signs=TRADITIONAL)
formal: Numeral = partial(counted, signs=FORMAL)
formal_traditional: Numeral = partial(counted, signs=FORMAL_TRADITIONAL)
japanese: Numeral = partial(counted, signs=JAPANESE)
formal_japanese: Numeral = partial(counted, signs=FORMAL_JAPANESE)
korean: Numeral = partial(counted, signs=KOREAN)
katakana: Numeral = partial(cycled, signs=_KATAKANA)
iroha: Numeral = partial(cycled, signs=_IROHA)
