"""Special characters of queries, in every width an input method types them.

For the scanners of this package only; a query's own text is never changed by what is here.
"""

_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_FIRST_CJK = "\u2e80"

STRAIGHT_QUOTES = '"＂'
OPENING_QUOTE = "“"
CLOSING_QUOTE = "”"
QUOTES = STRAIGHT_QUOTES + OPENING_QUOTE + CLOSING_QUOTE

BRACKETS = "()"
SIGNS = "+-!"

# A sign before one of these is a sign: people exclude #tags, @names and .extensions, but `->`, `!=`, `--help`
# and `:-)` are text.
_SIGNABLE_PUNCTUATION = "#@_$.~/\\"


def half_width(source: str) -> str:
    """Return the query with full-width ASCII forms as ASCII; same length, so offsets stay true."""
    return source.translate(_HALF_WIDTH)


def is_cjk(char: str) -> bool:
    """Return true if an operator may touch this character (ideographs, kana, hangul, their punctuation)."""
    return char >= _FIRST_CJK


def is_signable(char: str) -> bool:
    """Return true if a sign directly before this character of a half-width query may be an operator."""
    return not char.isspace() and (not char.isascii() or char.isalnum() or char in _SIGNABLE_PUNCTUATION)
