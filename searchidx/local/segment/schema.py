"""Schema of a segment: its marks beside the fields of :mod:`searchidx.analyzer.fields`."""

from functools import cache

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.analyzer import CJK_RANGES
from searchidx.analyzer.fields import (
    BIGRAMS,
    CHARACTERS,
    FIELDS,
    FORMS,
    HEADINGS,
    LONG_RUN,
    WORDS,
    fits,
)

__all__ = ["BIGRAMS", "CHARACTERS", "FIELDS", "FORMS", "HEADINGS", "LONG_RUN", "WORDS", "fits"]

MENTIONS = "mentions"
"""Term dictionary for filters, beside the fields: see :mod:`searchidx.local.indexing.annotations`. It is never scored and has
no lengths."""

TRADITIONAL = "w"
"""Mention: a tenth or more of the ideographs of the paragraph are in another form than the simplified one."""
WRITTEN = "v"
"""Mention: a letter or ideograph of the paragraph is in another form than it folds to, capitals aside."""
OVERLAPPING = "o"
"""Mention: the paragraph begins with the end of the previous one: see :mod:`searchidx.local.matching.overlaps`."""
RECORD_ID = "i"
"""Prefix of mentions that are the ids of records."""


SPACE = 0x20  # all white space, when folded
BREAK = 0x0A  # separates paragraphs of a batch; folded text never contains it


@cache
def cjk_table() -> NDArray[np.bool_]:
    """Return the mask of code points that are CJK characters by :data:`searchidx.analyzer.CJK_RANGES`."""
    table = np.zeros(0x110000, np.bool_)
    for first, last in CJK_RANGES:
        table[first : last + 1] = True
    return table
