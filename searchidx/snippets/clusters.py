"""Characters that a reader sees as one: a letter and its marks, a picture of joined emoji, a flag.

The rules of Unicode's grapheme clusters as far as they need no table of their own (Unicode Standard Annex 29).
"""

from unicodedata import category

EMOJI_SELECTOR = "\ufe0f"
_JOINER = "\u200d"
# Longer sequences are nothing a reader would see as one.
_LONGEST = 64


def is_break(text: str, position: int) -> bool:
    """Return true if a text may be broken before the character at a position."""
    if not 0 < position < len(text):
        return True
    char = text[position]
    if char <= "\u02ff":
        return True
    before = text[position - 1]
    return not (
        _extends(char)
        or (before == _JOINER and category(char) == "So")
        or (_is_flag_letter(char) and _flag_letters_before(text, position) % 2 == 1)
    )


def nearest_break(text: str, position: int, limit: int) -> int:
    """Return the first place to cut from a position towards a limit; the position itself if there is none."""
    step = 1 if limit > position else -1
    for place in range(position, limit + step, step)[: _LONGEST + 1]:
        if is_break(text, place):
            return place
    return position


def is_joined(char: str) -> bool:
    """Return true if a character is a part of a Korean syllable that is never its first."""
    return "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7fb"


def _extends(char: str) -> bool:
    return (
        category(char) in ("Mn", "Me", "Mc")
        or char == _JOINER
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
        or is_joined(char)
    )


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flag_letters_before(text: str, position: int) -> int:
    first = position
    while first and position - first < _LONGEST and _is_flag_letter(text[first - 1]):
        first -= 1
    return position - first
