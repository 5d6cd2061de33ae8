"""Unseen characters removed, and composed characters in one form.

None of this changes what is seen: zero-width characters, soft hyphens, variation selectors and controls are removed, a letter
and its combining marks become one character, a ligature or a unit sign becomes its letters (``ﬁ``, ``㎡``, ``Ⅱ``). Raised
and circled digits stay: ``2023¹`` is a year and a note.

The tables of :mod:`unicodedata` that are used are those of Unicode 3.2, which every Python has, so that an index reads alike
under all of them.
"""

import re
from collections.abc import Iterator
from functools import cache

from searchidx.reading_form.draft import Edit

UNSEEN = (
    "\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f"  # controls that are no white space
    "\xad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""Characters that take no room, for a character class: controls, Unicode's Default_Ignorable_Code_Point, and the signs of
interlinear annotation."""

VOICED = "\u3099\u309a\uff9e\uff9f"
"""Voicing marks of kana, combining and half width."""

MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
MARKS += "\u06df-\u06e4\u093c\u09bc\u0a3c\u0b3c\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f" + VOICED
"""Combining marks, for a character class."""

JAMO = "\u1100-\u1112[\u1161-\u1175][\u11a8-\u11c2]?"

EXPANDED = (
    "ßẞ\u0132\u0133\u0149\u01c4-\u01cc\u01f1-\u01f3\xbc-\xbe\u2103\u2109\u2116\u2121\u2150-\u217f\u2189"
    "\u2474-\u249b\u249c-\u24b5\u3200-\u3243\u3250\u32c0-\u32ff\u3300-\u33ff\ufb00-\ufb06\ufb13-\ufb17"
)
"""Characters that are read as several, for a character class."""

_TOUCHED = re.compile(f"[{UNSEEN}{MARKS}{EXPANDED}\u1161-\u1175]")
_PARTS = re.compile(
    f"(?P<unseen>[{UNSEEN}]+)"
    f"|(?P<cluster>[^{UNSEEN}{MARKS}\\s][{MARKS}{UNSEEN}]*[{MARKS}])"
    "|(?P<hangul>[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?)"
    f"|(?P<expanded>[{EXPANDED}])"
)
_LATIN = re.compile("[A-Za-z\xaa\xba\xc0-\u024f\u1e00-\u1eff]")


def compose(text: str) -> Iterator[Edit]:
    """Yield the edits that bring a text into composed form; none for most texts."""
    if _TOUCHED.search(text) is None:
        return
    for match in _PARTS.finditer(text):
        part = match[0]
        if match["unseen"]:
            yield Edit(match.start(), match.end())
        elif (composed := _composed(part, expanded=bool(match["expanded"]))) != part:
            yield Edit(match.start(), match.end(), composed)


@cache
def _composed(part: str, *, expanded: bool) -> str:
    """Return one cluster composed. Latin letters lose marks that compose with nothing, as the fold drops accents."""
    from unicodedata import ucd_3_2_0 as unicode

    if expanded:
        return "ss" if part in "ßẞ" else unicode.normalize("NFKC", part).replace("\u2044", "/")
    visible = re.sub(f"[{UNSEEN}]", "", part)
    if _LATIN.match(visible):
        return visible[0]
    if visible[-1] in VOICED:
        return unicode.normalize("NFKC", visible)
    return unicode.normalize("NFC", visible)
