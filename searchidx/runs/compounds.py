"""Names and codes: what stands joined is found by its parts, what stands in parts is found joined.

``iphone15`` by ``iphone`` and ``15``; ``x-900`` by ``x900``; ``node.js``, ``foo_bar`` and ``r&d`` as they stand;
``python3.11`` by ``3.11``; ``c++`` and ``c#`` with their signs.
"""

import re

from searchidx.runs.reading import Reading
from searchidx.runs.scan import LETTER_OR_DIGIT, SWALLOWING

_COMPOUND = re.compile(rf"{LETTER_OR_DIGIT}++(?:(?:-{{1,2}}|[.&_]){LETTER_OR_DIGIT}++)*+(?:\+\+|\#)?")
_RUN = re.compile(rf"{LETTER_OR_DIGIT}+")
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
    terms = [*_runs(match[0]), *_joined(match[0].rstrip("+#")), *_signed(match[0]), *_dates(match[0])]
    return Reading(*match.span(), tuple(terms))


def _runs(compound: str) -> list[str]:
    """Runs that jieba does not give whole, and the parts of mixed ones."""
    terms = []
    for run in _RUN.findall(compound):
        if len(run) > 1 and not run.isascii():
            terms.append(run)
        if not run.isalpha() and not run.isdigit():
            parts = _PART.findall(run)
            if 1 < len(parts) <= _MOST_PARTS:
                terms += parts
    return terms


def _joined(compound: str) -> list[str]:
    """The compound as one term, and the versions and names inside it."""
    pieces = _HYPHEN.split(compound)
    terms = [
        piece for piece in pieces if 1 < len(_RUN.findall(piece)) <= _MOST_PARTS and len(piece) <= _LONGEST
    ]
    terms += [version for piece in terms[:] for version in _VERSION.findall(piece) if version != piece]
    whole = "".join(pieces)
    if 1 < len(pieces) <= _MOST_PARTS and len(whole) <= _LONGEST and not whole.isdigit():
        terms.append(whole)
    return terms


def _dates(compound: str) -> list[str]:
    """The dates in a file's name: ``report-2023-04-20.txt``."""
    if not _HAS_YEAR.search(compound):
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
