"""Numbers that are written in groups, as one term without the signs between the groups.

``023—49301888``, ``(023)49301888`` and ``02349301888`` are one; so are ``1,280`` and ``1280``, ``09:30`` and ``9:30``,
``12,345.60`` and ``12345.6``. A land line is found by its local number too. A number whose dots mean something (``3.11.7``,
``3.5``) is one term with its dots.
"""

import re

from searchidx.runs.reading import Reader, Reading
from searchidx.runs.scan import LETTER_OR_DIGIT

_END = rf"(?!{LETTER_OR_DIGIT})"
_LAND_LINE = re.compile(
    rf"(?:86[ -]{{0,2}})?(?:0(?:10|2[0-9]|[3-9][0-9]{{2}})|(?<=86[ -])(?:10|2[0-9]|[3-9][0-9]{{2}}))\)?[ -]{{0,4}}([0-9]{{3,4}}[ -]?[0-9]{{4}}){_END}"
)
_MOBILE = re.compile(rf"(?:86[ -]?)?(1[3-9][0-9][ -]?[0-9]{{4}}[ -]?[0-9]{{4}}){_END}")
_SERVICE = re.compile(rf"[48]00[ -]?[0-9]{{3,4}}[ -]?[0-9]{{3,4}}{_END}")
_CARD = re.compile(rf"[0-9]{{4}}(?: [0-9]{{4}}){{2,}}(?: [0-9]{{1,4}})?{_END}")
_HYPHENED = re.compile(rf"[0-9]+(?:-{{1,2}}[0-9]+)+{_END}(?!\.[0-9])")
_THOUSANDS = re.compile(rf"[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?{_END}(?!,[0-9])")
_TIME = re.compile(rf"[0-9]{{1,2}}(?::[0-9]{{1,2}}){{1,2}}{_END}")
_POINTED = re.compile(rf"[0-9]+(?:\.[0-9]+)+{_END}")
_YEARS = re.compile(r"(?:19|20)[0-9]{2}-{1,2}(?:19|20)[0-9]{2}")

MIN_DIGITS = 7
"""Digits of a hyphened number that is one number; ``1-2`` is two, ``2019-2023`` too."""
MAX_DIGITS = 24
MIN_DECIMAL_DIGITS = 3
"""Digits before the point of a number that is no version, so that zeros at its end mean nothing."""


def read_number(chunk: str, start: int) -> Reading | None:
    """Return the reading of a number in groups that begins at ``start``."""
    if reading := _telephone(chunk, start):
        return reading
    for sign, read in _BY_SIGN:
        if sign in chunk and (reading := read(chunk, start)):
            return reading
    return None


def _telephone(chunk: str, start: int) -> Reading | None:
    first = chunk[start]
    if first in "18" and (match := _MOBILE.match(chunk, start)):
        return _reading(match, _digits(match[1]))
    if first in "08" and (reading := _land_line(chunk, start)):
        return reading
    return _match(_SERVICE, chunk, start) if first in "48" else None


def _land_line(chunk: str, start: int) -> Reading | None:
    """Return the reading of an area code and a local number, with the local number as a term of its own."""
    match = _LAND_LINE.match(chunk, start)
    if match is None:
        return None
    whole = _digits(match[0])
    whole = whole if whole.startswith("0") else "0" + whole.removeprefix("86").removeprefix("0")
    reading = _reading(match, whole)
    local = _digits(match[1])
    return reading if local == match[1] != match[0] else reading._replace(terms=(*reading.terms, local))


def _card(chunk: str, start: int) -> Reading | None:
    return _match(_CARD, chunk, start)


def _thousands(chunk: str, start: int) -> Reading | None:
    match = _THOUSANDS.match(chunk, start)
    return _decimal(match, _digits(match[0])) if match else None


def _hyphened(chunk: str, start: int) -> Reading | None:
    match = _HYPHENED.match(chunk, start)
    if not match or _YEARS.fullmatch(match[0]):
        return None
    return _reading(match, _digits(match[0])) if MIN_DIGITS <= len(_digits(match[0])) <= MAX_DIGITS else None


def _time(chunk: str, start: int) -> Reading | None:
    match = _TIME.match(chunk, start)
    return _reading(match, match[0].removeprefix("0")) if match else None


def _pointed(chunk: str, start: int) -> Reading | None:
    match = _POINTED.match(chunk, start)
    if match is None:
        return None
    whole, point, fraction = match[0].partition(".")
    is_decimal = len(whole) >= MIN_DECIMAL_DIGITS and point not in fraction
    return _decimal(match, match[0]) if is_decimal else _reading(match, match[0])


def _decimal(match: re.Match[str], number: str) -> Reading:
    """Return the reading of a number whose zeros behind the point mean nothing: a term as written, and one without them."""
    shortest = number.rstrip("0").rstrip(".") if "." in number else number
    if shortest == number:
        return _reading(match, number)
    return Reading(*match.span(), (number, shortest), (shortest,))


def _match(pattern: re.Pattern[str], chunk: str, start: int) -> Reading | None:
    match = pattern.match(chunk, start)
    return _reading(match, _digits(match[0])) if match else None


def _reading(match: re.Match[str], term: str) -> Reading:
    # A number that is written as its term is one of jieba's words already.
    return Reading(*match.span(), () if term == match[0] and term.isdigit() else (term,), (term,))


def _digits(number: str) -> str:
    return re.sub(r"[^0-9.]", "", number)


_BY_SIGN: tuple[tuple[str, Reader], ...] = (
    (" ", _card),
    ("-", _hyphened),
    (",", _thousands),
    (":", _time),
    (".", _pointed),
)
"""Readers by the sign that a number must have for them, in order."""
