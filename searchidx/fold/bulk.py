"""Folding of arrays of code points, with the table of :func:`searchidx.fold.fold`, for bulk indexing."""

import sys
from functools import cache

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.fold.table import SOURCES, TARGETS

Codes = NDArray[np.uint32]


def codes_of(text: str) -> Codes:
    """Return the code points of a text, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def text_of(codes: Codes) -> str:
    """Return the text of code points."""
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def fold_codes(codes: Codes) -> Codes:
    """Return an array of code points folded, as a new array of the same shape.

    Raises:
        IndexError: A value is not a code point.
    """
    return codes + _steps()[codes]


@cache
def _steps() -> Codes:
    """Return the difference to the folded code point for each code point, modulo 2**32; untouched pages of zeros take no memory."""
    steps = np.zeros(sys.maxunicode + 1, np.uint32)
    steps[codes_of(SOURCES)] = codes_of(TARGETS) - codes_of(SOURCES)
    return steps
