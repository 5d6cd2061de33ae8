"""Joins of two pieces of one line, and display widths."""

import re

_SPACED = re.compile(r"[A-Za-z0-9] [\u3400-\u9fff]|[\u3400-\u9fff] [A-Za-z0-9]")
_WIDE = re.compile(r"[\u2e80-\ud7ff\uf900-\ufaff\ufe30-\uffef\U00020000-\U0003ffff“”‘’…—·]")


def width(text: str) -> int:
    """Return the display width of a text in columns, near enough: one for ASCII, two for a Han character."""
    return (len(text.encode("utf-8", "surrogatepass")) + len(text)) // 2


def glue(left: str, right: str) -> str:
    """Join two pieces of a broken line as they were before it broke.

    Nothing is put between Han characters, nor after a hyphen; one space between Latin words. Where the scripts
    meet, a space only if the writer puts one there elsewhere in the same line.
    """
    before, after = left[-1:], right[:1]
    if not before or not after:
        return left + right
    if before.isascii() and after.isascii():
        return left + right if _unbroken(left, after) else f"{left} {right}"
    if _is_wide(before) and _is_wide(after):
        return left + right
    if not (before.isalnum() and after.isalnum()) and (_is_wide(before) or _is_wide(after)):
        return left + right
    return f"{left} {right}" if _SPACED.search(left[-400:]) or not _has_wide(left, right) else left + right


def _is_wide(character: str) -> bool:
    return _WIDE.match(character) is not None


def _has_wide(left: str, right: str) -> bool:
    return _WIDE.search(left[-80:]) is not None or _WIDE.search(right[:80]) is not None


def _unbroken(left: str, after: str) -> bool:
    """Return true for two ASCII characters that belong together: a number in Chinese text, or the rest of a hyphenated word."""
    if left[-1] == "-":
        return after.isalnum() and left[-2:-1].isalnum()
    if left[-1].isdigit() and after.isdigit():
        return _WIDE.search(left[-20:]) is not None
    return False
