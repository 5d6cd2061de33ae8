"""CJK characters, which are words by themselves: ideographs, kana, bopomofo and hangul.

The one definition for the whole project. Everything else that is a letter or digit belongs to a run. The ranges are
whole blocks, so they hold characters that Unicode will assign later and do not depend on the version of Python.
"""

CJK_RANGES: tuple[tuple[int, int], ...] = (
    (0x1100, 0x11FF),  # hangul jamo
    (0x2E80, 0x2FDF),  # radicals, for those that fold to no ideograph
    (0x3005, 0x3007),  # 々 〆 〇
    (0x3021, 0x3029),  # Suzhou numerals
    (0x3031, 0x3035),  # kana repeat marks
    (0x3038, 0x303C),  # Suzhou numerals, marks
    (0x3041, 0x3096),  # hiragana
    (0x3099, 0x309F),  # kana marks
    (0x30A1, 0x30FA),  # katakana
    (0x30FC, 0x312F),  # katakana marks, bopomofo
    (0x3131, 0x318E),  # hangul compatibility jamo
    (0x31A0, 0x31FF),  # bopomofo, strokes, katakana
    (0x3400, 0x4DBF),  # extension A
    (0x4E00, 0x9FFF),  # ideographs
    (0xA960, 0xA97F),  # hangul jamo
    (0xAC00, 0xD7FF),  # hangul
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0xFF66, 0xFFDC),  # half-width kana and hangul
    (0x1AFF0, 0x1B16F),  # kana
    (0x20000, 0x3FFFF),  # the planes of ideographs
)
"""First and last code point of each range, ascending. Ready for an array look-up.

A pattern with these ranges takes Python milliseconds to compile, which a query has not got: use :func:`is_cjk`.
"""


def is_cjk(char: str) -> bool:
    """Return true if a character is in one of :data:`CJK_RANGES`."""
    code = ord(char)
    if 0x4E00 <= code <= 0x9FFF:
        return True
    return code >= 0x1100 and any(first <= code <= last for first, last in CJK_RANGES)
