"""Paragraph segmentation: lines to paragraphs as a person would delimit them, whatever a page, a column or an editor broke.

Pure functions over lines and :class:`~searchidx.document.Paragraph` values, shared by all readers. Three kinds of
damage are undone: a hard wrap every so many columns (``wrapping``), a column or page end in the middle of a
sentence (``mending``), and a paragraph too long to rank or show (``bounds``). Predicates on a line's beginning and end
are in ``marks``. Invariants: text is only ever joined or split, never changed; every paragraph has its
first and last source line.
"""

from searchidx.paragraphs.bounds import LONGEST, OVERLAP, bounded, code_blocks, overlap
from searchidx.paragraphs.glue import glue, width
from searchidx.paragraphs.mending import mend
from searchidx.paragraphs.wrapping import Passage, flowing, unwrapped

__all__ = [
    "LONGEST",
    "OVERLAP",
    "Passage",
    "bounded",
    "code_blocks",
    "flowing",
    "glue",
    "mend",
    "overlap",
    "unwrapped",
    "width",
]
