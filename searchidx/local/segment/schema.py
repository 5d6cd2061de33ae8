"""The fields of a segment: which terms of a paragraph are indexed, and what each is for.

==============  =================================================================  ===========================
field           terms                                                              serves
==============  =================================================================  ===========================
``words``       jieba's words, Latin and number runs: each stands in the text      ranking, tiers, Latin literals
``forms``       other ways to write what is there: ``02349301888``, ``2023-04-20``  numbers however written
``headings``    words of the headings above the paragraph                          ranking, tiers
``characters``  every character but white space                                    ranking (CJK), literals
``bigrams``     every two neighbouring CJK characters                              ranking, literals
==============  =================================================================  ===========================
"""

from collections.abc import Callable
from functools import cache

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.analyzer import CJK_RANGES
from searchidx.local.format.term_dictionary import MAX_TERM_BYTES

WORDS = "words"
FORMS = "forms"
HEADINGS = "headings"
CHARACTERS = "characters"
BIGRAMS = "bigrams"
FIELDS = (WORDS, FORMS, HEADINGS, CHARACTERS, BIGRAMS)

MENTIONS = "mentions"
"""A term table beside the fields, for filters: see :mod:`searchidx.local.indexing.annotations`. It is never scored, so it has no
lengths."""

TRADITIONAL = "w"
"""Term in it of paragraphs with a tenth of their ideographs or more in other forms than simplified ones."""
WRITTEN = "v"
"""Term in it of paragraphs with a letter or ideograph in another form than the one it folds to, capitals aside."""
OVERLAPPING = "o"
"""Term in it of paragraphs that begin with the end of the one before: see :mod:`searchidx.local.matching.overlaps`."""
RECORD_ID = "i"
"""What the terms of records' ids in it begin with."""

LONG_RUN = "\nlong"
"""Term in ``words`` of paragraphs that hold a run too long to be a term: literal look-ups always check these. No folded
text holds a line feed, so nothing that is there or looked for is taken for it."""

Cut = Callable[[str], list[str]]

SPACE = 0x20  # all white space, when folded
BREAK = 0x0A  # stands between paragraphs when their texts are joined; folded text never holds it


def fits(term: str) -> bool:
    """Whether a term is short enough to be indexed."""
    return len(term) <= MAX_TERM_BYTES // 4 or len(term.encode("utf-8", "surrogatepass")) <= MAX_TERM_BYTES


@cache
def cjk_table() -> NDArray[np.bool_]:
    """Whether each code point is a CJK character, by :data:`searchidx.analyzer.CJK_RANGES`."""
    table = np.zeros(0x110000, np.bool_)
    for first, last in CJK_RANGES:
        table[first : last + 1] = True
    return table
