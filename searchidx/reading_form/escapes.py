r"""Escapes of source text, read as the characters that they stand for: ``\u4e2d``, ``&#x4e2d;``, ``&amp;``."""

import re
from collections.abc import Iterator

from searchidx.reading_form.draft import Edit

_ESCAPES = re.compile(
    r"\\\\"  # an escaped backslash, behind which a u is a letter
    r"|\\u\{([0-9a-fA-F]{1,6})\}"
    r"|(?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})"
    r"|&#[xX]([0-9a-fA-F]{1,6});|&#([0-9]{1,7});|&(amp|lt|gt|quot|apos|nbsp);"
)
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": "\xa0"}
_FIRST_VISIBLE, _LAST_CODE_POINT = 0x20, 0x10FFFF


def unescape(text: str) -> Iterator[Edit]:
    """Yield the replacement of each escape that stands for a character."""
    if "\\" not in text and "&" not in text:
        return
    for match in _ESCAPES.finditer(text):
        character = _character(match)
        if character:
            yield Edit(match.start(), match.end(), character)


def _character(match: re.Match[str]) -> str:
    """Return the character of an escape, or the empty string for a number that is none."""
    braced, short, long, hexadecimal, decimal, name = match.groups()
    if match[0] == "\\\\":
        return ""
    if name:
        return _NAMED[name]
    if decimal:
        code = int(decimal)
    elif digits := braced or short or long or hexadecimal:
        code = int(digits, 16)
    else:
        return (
            match[0]
            .encode("ascii")
            .decode("unicode_escape")
            .encode("utf-16", "surrogatepass")
            .decode("utf-16")
        )
    is_character = _FIRST_VISIBLE <= code <= _LAST_CODE_POINT and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else ""
