"""Names and codes: what stands joined is found by its parts, what stands in parts is found joined.

``iphone15`` by ``iphone`` and ``15``; ``x-900`` by ``x900``; ``node.js``, ``foo_bar`` and ``r&d`` as they stand;
``python3.11`` by ``3.11``; ``c++`` and ``c#`` with their signs.
"""

import re

from searchidx.runs.reading import Reading
from searchidx.runs.scan import LETTER_OR_DIGIT, SWALLOWING

_COMPOUND = re.compile(rf"{LETTER_OR_DIGIT}++(?>(?:(?:-{{1,2}}|[.&_]){LETTER_OR_DIGIT}++)*)(?:\+\+|\#)?")
_RUN = re.compile(rf"{LETTER_OR_DIGIT}+")
_MIXED = re.compile(r"(?<![a-z0-9])(?:[a-z]++[0-9]|[0-9]++[a-z])[a-z0-9]*+")
_HYPHEN = re.compile(r"-{1,2}")
_PART = re.compile(r"[0-9]+|[^0-9]+")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_HAS_YEAR = re.compile(r"[-_.](?:19|20)[0-9]{2}")

_MOST_PARTS = 6  # what changes more often between letters and digits is a checksum
_LONGEST = 40


def read_compound(chunk: str, at: int) -> Reading | None:
    """Read a name or code that begins at ``at``."""
    match = _COMPOUND.match(chunk, at)
    if not match:
        return None
    compound = match[0]
    terms = _parts(_MIXED.findall(compound)) if compound.isascii() else _of_any_script(compound)
    if not compound.isalnum():
        terms += [*_joined(compound.rstrip("+#")), *_signed(compound), *_dates(compound)]
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


def _joined(compound: str) -> list[str]:
    """The compound as one term, and the versions and names inside it."""
    pieces = _HYPHEN.split(compound) if "-" in compound else [compound]
    names = [piece for piece in pieces if not piece.isalnum() and _is_usual(piece, _RUN.findall(piece))]
    versions = [
        version for name in names if "." in name for version in _VERSION.findall(name) if version != name
    ]
    whole = "".join(pieces)
    as_one = [whole] if len(pieces) > 1 and _is_usual(whole, pieces) and not whole.isdigit() else []
    return names + versions + as_one


def _is_usual(name: str, parts: list[str]) -> bool:
    return len(name) <= _LONGEST and len(parts) <= _MOST_PARTS


def _dates(compound: str) -> list[str]:
    """The dates in a file's name: ``report-2023-04-20.txt``."""
    if ("19" not in compound and "20" not in compound) or not _HAS_YEAR.search(compound):
        return []
    from searchidx.runs.dates import read_date

    found = (read_date(compound, run.start()) for run in _RUN.finditer(compound))
    return [term for date in found if date for term in date.terms]


def _signed(compound: str) -> list[str]:
    """The last run with its signs, where jieba has no such word."""
    signs = compound[len(compound.rstrip("+#")) :]
    if not signs:
        return []
    signed = _RUN.findall(compound)[-1] + signs
    return [] if signed in SWALLOWING else [signed]
