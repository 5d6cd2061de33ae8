"""Fields of an index: the kinds of terms of a paragraph.

==============  =================================================================  ===========================
field           terms                                                              serves
==============  =================================================================  ===========================
``words``       words of the tokenizer, Latin and number runs, as in the text      ranking, tiers, Latin literals
``forms``       other forms of numbers and dates: ``02349301888``, ``2023-04-20``  numbers in every form
``headings``    words of the headings above the paragraph                          ranking, tiers
``characters``  every character but white space                                    ranking (CJK), literals
``bigrams``     every two neighbouring CJK characters                              ranking, literals
==============  =================================================================  ===========================
"""

WORDS = "words"
FORMS = "forms"
HEADINGS = "headings"
CHARACTERS = "characters"
BIGRAMS = "bigrams"
FIELDS = (WORDS, FORMS, HEADINGS, CHARACTERS, BIGRAMS)

MAX_TERM_BYTES = 255
"""Bytes of UTF-8 of the longest term; :data:`LONG_RUN` stands for longer ones."""

LONG_RUN = "\nlong"
"""Term in ``words`` of paragraphs with a run that is too long for a term; literal look-ups always verify these. Folded text
contains no line feed, so no other term is equal to it."""


def fits(term: str) -> bool:
    """Return True if a term is short enough to be indexed."""
    return len(term) <= MAX_TERM_BYTES // 4 or len(term.encode("utf-8", "surrogatepass")) <= MAX_TERM_BYTES
