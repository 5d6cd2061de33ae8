"""Names and codes: what stands joined is found by its parts, what stands in parts is found joined.

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

_MOST_PARTS = 6  # what changes more often between letters and digits is a checksum
_LONGEST = 40


def joined_letters(chunks: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Of chunks, those that are nothing but ASCII letters joined by signs of one kind, read all at once.

    More than a third of all different chunks are of the kind, and this is a tenth of the work.

    Returns:
        Those that are a term as they stand (``github.com``), and those that are one without their hyphens (``open-source``),
        with it. What is too long to be a term is in neither.
    """
    lines = "\n".join(chunks)
    hyphened = _HYPHENED.findall(lines)
    joined = "\n".join(hyphened).replace("-", "").split("\n")
    return (
        [name for name in _NAME.findall(lines) if len(name) <= _LONGEST],
        {name: whole for name, whole in zip(hyphened, joined, strict=False) if len(whole) <= _LONGEST},
    )


def read_compound(chunk: str, at: int) -> Reading | None:
    """Read a name or code that begins at ``at``."""
    match = _COMPOUND.match(chunk, at)
    if not match:
        return None
    compound = match[0]
    numbered = _DIGIT.search(compound) is not None  # most have no digit, and nothing that digits make up
    terms: list[str] = []
    if not compound.isascii():
        terms = _of_any_script(compound)
    elif numbered:
        terms = _parts(_MIXED.findall(compound))
    if not compound.isalnum():
        terms += _joined(compound.rstrip("+#"), numbered=numbered)
        terms += _signed(compound)
        terms += _dates(compound) if numbered else ()
    return Reading(*match.span(), tuple(terms))


def _parts(runs: list[str]) -> list[str]:
    """The parts of runs of both letters and digits."""
    parts = (_PART.findall(run) for run in runs)
    return [part for found in parts if 1 < len(found) <= _MOST_PARTS for part in found]


def _of_any_script(compound: str) -> list[str]:
    """Runs that jieba does not give whole, and the parts of mixed ones."""
    runs = _RUN.findall(compound)
    whole = [run for run in runs if len(run) > 1 and not run.isascii()]
    return whole + _parts([run for run in runs if not run.isalpha() and not run.isdigit()])


def _joined(compound: str, *, numbered: bool) -> list[str]:
    """The compound as one term, and the versions and names inside it."""
    pieces = _HYPHEN.split(compound) if "-" in compound else [compound]
    joints = [piece.count(".") + piece.count("_") + piece.count("&") for piece in pieces]
    names = [
        piece for piece, inside in zip(pieces, joints, strict=True) if inside and _is_usual(piece, inside)
    ]
    terms = names + _versions(names) if numbered else names
    if len(pieces) > 1:
        whole = "".join(pieces)
        if _is_usual(whole, len(pieces) - 1) and not whole.isdigit():
            terms.append(whole)
    return terms


def _versions(names: list[str]) -> list[str]:
    return [version for name in names if "." in name for version in _VERSION.findall(name) if version != name]


def _is_usual(name: str, joints: int) -> bool:
    return joints < _MOST_PARTS and len(name) <= _LONGEST


def _dates(compound: str) -> list[str]:
    """The dates in a file's name: ``report-2023-04-20.txt``."""
    if ("19" not in compound and "20" not in compound) or not _HAS_YEAR.search(compound):
        return []
    from searchidx.runs.dates import read_date

    found = (read_date(compound, run.start()) for run in _RUN.finditer(compound))
    return [term for date in found if date for term in date.terms]


def _signed(compound: str) -> list[str]:
    """The last run with its signs, where jieba has no such word."""
    if compound[-1] not in "+#":
        return []
    signs = compound[len(compound.rstrip("+#")) :]
    signed = _RUN.findall(compound)[-1] + signs
    return [] if signed in SWALLOWING else [signed]
