"""Numbers that are written in groups: one term without what stands between the groups.

``023—49301888``, ``(023)49301888`` and ``02349301888`` are one; so are ``1,280`` and ``1280``, ``09:30`` and ``9:30``.
A number whose dots mean something (``3.11.7``, ``3.5``) is one term with its dots.
"""

import re

from searchidx.runs.reading import Reader, Reading
from searchidx.runs.scan import LETTER_OR_DIGIT

_END = rf"(?!{LETTER_OR_DIGIT})"
_LAND_LINE = re.compile(rf"0[0-9]{{2,3}}\)?[ -]{{0,4}}[0-9]{{3,4}}[ -]?[0-9]{{4}}{_END}")
_MOBILE = re.compile(rf"(?:86[ -]?)?(1[3-9][0-9][ -]?[0-9]{{4}}[ -]?[0-9]{{4}}){_END}")
_SERVICE = re.compile(rf"[48]00[ -]?[0-9]{{3,4}}[ -]?[0-9]{{3,4}}{_END}")
_CARD = re.compile(rf"[0-9]{{4}}(?: [0-9]{{4}}){{2,}}(?: [0-9]{{1,4}})?{_END}")
_HYPHENED = re.compile(rf"[0-9]+(?:-{{1,2}}[0-9]+)+{_END}(?!\.[0-9])")
_THOUSANDS = re.compile(rf"[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?{_END}(?!,[0-9])")
_TIME = re.compile(rf"[0-9]{{1,2}}(?::[0-9]{{1,2}}){{1,2}}{_END}")
_POINTED = re.compile(rf"[0-9]+(?:\.[0-9]+)+{_END}")
_YEARS = re.compile(r"(?:19|20)[0-9]{2}-{1,2}(?:19|20)[0-9]{2}")

_FEWEST = 7  # digits of a hyphened number that is one number: 1-2 are two, 2019-2023 too
_MOST = 24


def read_number(chunk: str, at: int) -> Reading | None:
    """Read a number in groups that begins at ``at``."""
    if found := _telephone(chunk, at):
        return found
    for sign, reader in _BY_SIGN:
        if sign in chunk and (found := reader(chunk, at)):
            return found
    return None


def _telephone(chunk: str, at: int) -> Reading | None:
    first = chunk[at]
    if first in "18" and (match := _MOBILE.match(chunk, at)):
        return _reading(match, _joined(match[1]))
    if first == "0":
        return _matched(_LAND_LINE, chunk, at)
    return _matched(_SERVICE, chunk, at) if first in "48" else None


def _card(chunk: str, at: int) -> Reading | None:
    return _matched(_CARD, chunk, at)


def _thousands(chunk: str, at: int) -> Reading | None:
    return _matched(_THOUSANDS, chunk, at)


def _hyphened(chunk: str, at: int) -> Reading | None:
    match = _HYPHENED.match(chunk, at)
    if not match or _YEARS.fullmatch(match[0]):
        return None
    return _reading(match, _joined(match[0])) if _FEWEST <= len(_joined(match[0])) <= _MOST else None


def _time(chunk: str, at: int) -> Reading | None:
    match = _TIME.match(chunk, at)
    return _reading(match, match[0].removeprefix("0")) if match else None


def _pointed(chunk: str, at: int) -> Reading | None:
    match = _POINTED.match(chunk, at)
    return _reading(match, match[0]) if match else None


def _matched(pattern: re.Pattern[str], chunk: str, at: int) -> Reading | None:
    match = pattern.match(chunk, at)
    return _reading(match, _joined(match[0])) if match else None


def _reading(match: re.Match[str], term: str) -> Reading:
    # A number that stands there as it is looked for is one of jieba's words already.
    return Reading(*match.span(), () if term == match[0] and term.isdigit() else (term,), (term,))


def _joined(number: str) -> str:
    return re.sub(r"[^0-9.]", "", number)


_BY_SIGN: tuple[tuple[str, Reader], ...] = (
    (" ", _card),
    ("-", _hyphened),
    (",", _thousands),
    (":", _time),
    (".", _pointed),
)
"""What reads a number with a sign in it, in order; none has to look at a chunk without."""
