"""Identity of the analysis of a segment: what decides which terms its paragraphs have.

A segment keeps the identity of the analysis that it was made with; a commit never changes that of a segment it did not
write. Segments of another identity are searched as they are, and never merged.

Whoever changes what an index contains changes a number: these for terms and reading forms, the revision of a format
(:mod:`searchidx.readers.formats`) for paragraphs, the format number (:mod:`searchidx.local.format.versions`) for the layout.
"""

from searchidx.fold import FOLD_ID
from searchidx.lexicon import LEXICON_ID

READING_FORM_REVISION = 6
"""Raise it with each change that gives a text another reading form."""

TERMS_REVISION = 2
"""Raise it with each change of code that gives a paragraph other terms in any field, and with another set of fields."""

ANALYSIS = f"{FOLD_ID} {LEXICON_ID} reading-{READING_FORM_REVISION} terms-{TERMS_REVISION}"
"""Identity of the analysis of this version."""

UNKNOWN = ""
"""Identity of the segments of format 1, which have none."""
