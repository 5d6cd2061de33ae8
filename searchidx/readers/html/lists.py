"""Numbers of list items in HTML, as a browser writes them without style sheets."""

from collections.abc import Mapping
from typing import Any

from searchidx.readers import numerals
from searchidx.readers.numerals import Numeral

_LISTS = ("ol", "ul", "menu", "dir")
_MAX_DIGITS = 9
_SYSTEMS: Mapping[str, Numeral] = {
    "a": numerals.lettered,
    "A": numerals.upper(numerals.lettered),
    "i": numerals.roman,
    "I": numerals.upper_roman,
}


class ListNumbers:
    """Ordered lists of a page, and the next number of each."""

    def __init__(self) -> None:
        """Begin before any item."""
        self._next: dict[Any, int] = {}

    def label(self, item: Any) -> str:
        """Count an item and return its number as shown, such as ``3. ``; the empty string in other lists."""
        owner = item.getparent()
        if owner is not None and owner.tag not in _LISTS:
            owner = next(owner.iterancestors(*_LISTS), None)
        if owner is None or owner.tag != "ol":
            return ""
        step = -1 if owner.get("reversed") is not None else 1
        number = _integer(item.get("value"))
        if number is None:
            number = self._next.get(owner)
        if number is None:
            number = _first(owner)
        self._next[owner] = number + step
        system = _SYSTEMS.get((item.get("type") or owner.get("type") or "").strip(), numerals.decimal)
        return f"{system(number)}. "


def _first(owner: Any) -> int:
    """Return the first number of a list: its start, else 1, or how many items it has if it counts down."""
    start = _integer(owner.get("start"))
    if start is not None:
        return start
    if owner.get("reversed") is None:
        return 1
    return sum(child.tag == "li" for child in owner)


def _integer(text: str | None) -> int | None:
    digits = (text or "").strip().removeprefix("+")
    unsigned = digits.removeprefix("-")
    is_number = unsigned.isascii() and unsigned.isdigit() and len(unsigned) <= _MAX_DIGITS
    return int(digits) if is_number else None
