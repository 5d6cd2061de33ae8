"""Terms of names and codes: parts of joined ones, and the joined form of those with signs.

``iphone15`` by ``iphone`` and ``15``; ``x-900`` by ``x900``; ``node.js``, ``foo_bar`` and ``r&d`` as they stand;
``python3.11`` by ``3.11``; ``c++`` and ``c#`` with their signs.
"""

import re
from collections.abc import Iterable

from searchidx.runs.reading import Reading
from searchidx.runs.scan import LETTER_OR_DIGIT, SWALLOWING

_COMPOUND = re.compile(rf"{LETTER_OR_DIGIT}++(?>(?:(?:-{{1,2}}|[.&_]){LETTER_OR_DIGIT}++)*)(?:\+\+|\#)?")
_NAME = re.compile(r"^[a-z]++(?:[.&_][a-z]++){1,5}$", re.MULTILINE)
_HYPHENED = re.compile(r"^[a-z]++(?:-[a-z]++){1,5}$", re.MULTILINE)
_DIGIT = re.compile("[0-9]")
_RUN = re.compile(rf"{LETTER_OR_DIGIT}+")
_MIXED = re.compile(r"(?<![a-z0-9])(?:[a-z]++[0-9]|[0-9]++[a-z])[a-z0-9]*+")
_HYPHEN = re.compile(r"-{1,2}")
_PART = re.compile(r"[0-9]+|[^0-9]+")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_HAS_YEAR = re.compile(r"[-_.](?:19|20)[0-9]{2}")

MAX_PARTS = 6  # what changes more often between letters and digits is a checksum
MAX_LENGTH = 40


def joined_letters(chunks: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Return the terms of the chunks that are only ASCII letters joined by signs of one kind, read all at once.

    More than a third of all distinct chunks are of this kind, and it takes a tenth of the time.

    Returns:
        The chunks that are terms themselves (``github.com``), and the terms of those that have hyphens (``open-source``) by
        chunk. Chunks that are too long for a term are in neither.
    """
    lines = "\n".join(chunks)
    hyphened = _HYPHENED.findall(lines)
    joined = "\n".join(hyphened).replace("-", "").split("\n")
    return (
        [name for name in _NAME.findall(lines) if len(name) <= MAX_LENGTH],
        {name: whole for name, whole in zip(hyphened, joined, strict=False) if len(whole) <= MAX_LENGTH},
    )


def read_compound(chunk: str, start: int) -> Reading | None:
    """Return the reading of a name or code that begins at an offset."""
    match = _COMPOUND.match(chunk, start)
    if not match:
        return None
    compound = match[0]
    has_digits = _DIGIT.search(compound) is not None  # most have none, and none of the terms that need them
    terms: list[str] = []
    if not compound.isascii():
        terms = _non_ascii_terms(compound)
    elif has_digits:
        terms = _letter_digit_parts(_MIXED.findall(compound))
    if not compound.isalnum():
        terms += _joined_terms(compound.rstrip("+#"), has_digits=has_digits)
        terms += _signed_terms(compound)
        terms += _dates(compound) if has_digits else ()
    return Reading(*match.span(), tuple(terms))


def _letter_digit_parts(runs: list[str]) -> list[str]:
    """Return the parts of runs of both letters and digits."""
    parts = (_PART.findall(run) for run in runs)
    return [part for dates in parts if 1 < len(dates) <= MAX_PARTS for part in dates]


def _non_ascii_terms(compound: str) -> list[str]:
    """Return the runs that jieba splits, and the parts of mixed ones."""
    runs = _RUN.findall(compound)
    whole = [run for run in runs if len(run) > 1 and not run.isascii()]
    return whole + _letter_digit_parts([run for run in runs if not run.isalpha() and not run.isdigit()])


def _joined_terms(compound: str, *, has_digits: bool) -> list[str]:
    """Return the compound as one term, and the versions and names in it."""
    pieces = _HYPHEN.split(compound) if "-" in compound else [compound]
    joints = [piece.count(".") + piece.count("_") + piece.count("&") for piece in pieces]
    names = [
        piece for piece, inside in zip(pieces, joints, strict=True) if inside and _is_usual(piece, inside)
    ]
    terms = names + _versions(names) if has_digits else names
    if len(pieces) > 1:
        whole = "".join(pieces)
        if _is_usual(whole, len(pieces) - 1) and not whole.isdigit():
            terms.append(whole)
    return terms


def _versions(names: list[str]) -> list[str]:
    return [version for name in names if "." in name for version in _VERSION.findall(name) if version != name]


def _is_usual(name: str, joints: int) -> bool:
    return joints < MAX_PARTS and len(name) <= MAX_LENGTH


def _dates(compound: str) -> list[str]:
    """Return the dates in a file name: ``report-2023-04-20.txt``."""
    if ("19" not in compound and "20" not in compound) or not _HAS_YEAR.search(compound):
        return []
    from searchidx.runs.dates import read_date

    dates = (read_date(compound, run.start()) for run in _RUN.finditer(compound))
    return [term for date in dates if date for term in date.terms]


def _signed_terms(compound: str) -> list[str]:
    """Return the last run with its signs, unless jieba has that word."""
    if compound[-1] not in "+#":
        return []
    signs = compound[len(compound.rstrip("+#")) :]
    signed = _RUN.findall(compound)[-1] + signs
    return [] if signed in SWALLOWING else [signed]
