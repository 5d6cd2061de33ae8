"""Normalisation of written dates to ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``; Gregorian, without times."""

import re
from collections.abc import Iterable

_DIGITS = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
}
_FULL_WIDTH = {0xFF10 + value: str(value) for value in range(10)}
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}

_ISO = re.compile(r"(\d{4})(?:(?P<sep>[-/.])(\d{1,2})(?:(?P=sep)(\d{1,2}))?)?(?![\d])")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_CHINESE = re.compile(
    r"(\d{4}|[〇○零一二三四五六七八九]{4})\s?年(?:\s?(\d{1,2}|[一二三四五六七八九十]{1,3})\s?月(?:份|\s?(\d{1,2}|[一二三四五六七八九十]{1,3})\s?[日号])?)?"
)
_ENGLISH = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(?:(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3})[a-z]*\.?,?|([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?)\s+(\d{4})",
    re.IGNORECASE,
)
_EDGE = " \t\u3000()（）[]【】<>\"'“”"
_TRAILER = re.compile(
    r"\s?(?:[（(]?(?:星期|周|礼拜)[一二三四五六日天][)）]?)?\s?(?:讯|电|发布|印发|\d{1,2}:\d{2}(?::\d{2})?)?$"
)
_LABEL = re.compile(r"(?:发布|更新|发表|出版|印发|签发|成文)?(?:时间|日期)\s?[:：]\s?")
OPENING = re.compile(
    r"(?=[发更出印签成时日\s(（【\[\d〇○零一二三四五六七八九])"  # nothing else can follow, which is told at once
    rf"(?:{_LABEL.pattern})?"
    r"[\s(（【\[]*[\d０-９〇○零一二三四五六七八九]{4}"
)
_NEAR_AN_END = 12
_LOOKED_THROUGH = 1_000
_LONGEST = 40


def normalised(written: str) -> str | None:
    """Read a date that a text or its metadata gives, or None if it isn't one; what follows it is ignored."""
    written = written.translate(_FULL_WIDTH).strip(_EDGE)
    if match := _COMPACT.match(written):
        return _joined(match[1], match[2], match[3])
    if match := _CHINESE.match(written):
        return _joined(_year(match[1]), _count(match[2]), _count(match[3]))
    if match := _ISO.match(written):
        return _joined(match[1], match[3], match[4])
    if match := _ENGLISH.match(written):
        month = _MONTHS.get((match[2] or match[3]).lower())
        return _joined(match[5], str(month), match[1] or match[4]) if month else None
    return None


def is_whole_date(written: str) -> bool:
    """Return true for a text that is a date and nothing more, so that its normal form loses nothing."""
    written = written.translate(_FULL_WIDTH).strip(_EDGE)
    whole = any(pattern.fullmatch(written) for pattern in (_COMPACT, _CHINESE, _ISO, _ENGLISH))
    return whole and normalised(written) is not None


def dateline(texts: Iterable[str]) -> str | None:
    """Return the date line of a text: a line that is nothing but a date, near its beginning, its end, or between."""
    texts = list(texts)
    head, tail = texts[:_NEAR_AN_END], texts[_NEAR_AN_END:]
    for text in (*head, *reversed(tail[-_NEAR_AN_END:]), *tail[:-_NEAR_AN_END][:_LOOKED_THROUGH]):
        if len(text) <= _LONGEST and OPENING.match(text) and (date := _whole(text)):
            return date
    return None


def _whole(text: str) -> str | None:
    text = _LABEL.sub("", text.translate(_FULL_WIDTH).strip(_EDGE), count=1)
    text = _TRAILER.sub("", text)
    for pattern in (_CHINESE, _ISO):
        if (match := pattern.fullmatch(text)) and match[3 if pattern is _CHINESE else 4]:
            return normalised(text)
    return None


def _year(written: str) -> str:
    return "".join(_DIGITS.get(character, character) for character in written)


def _count(written: str | None) -> str | None:
    """Read a month or a day: 4, 04, 四, 十二, 二十, 廿 and 卅 left alone."""
    if written is None or written.isdigit():
        return written
    tens, ten, ones = written.partition("十")
    if not ten:
        return _DIGITS.get(written)
    return str(int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0")))


def _joined(year: str, month: str | None, day: str | None) -> str | None:
    """Put a date together; None if no calendar has it."""
    if not 1000 <= int(year) <= 2999:
        return None
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        return None
    if day is None:
        return f"{year}-{int(month):02}"
    return f"{year}-{int(month):02}-{int(day):02}" if 1 <= int(day) <= 31 else None
