"""Values of ``size:``: ``>1M``, ``<=100k``, ``100K..2M``, ``2MB..``. Imported only where such a filter is read."""

import re

from searchidx.fold import fold

_UNITS = {"": 1, "b": 1, "字节": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SIZE = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,3})?) ?(?:([kmg])(?:i?b)?|(b|字节)?)")
_SIGNED = re.compile(r"(>=|>|<=|<|≥|≤) ?(.+)")
_RANGE = re.compile(r" ?(?:\.\.+|…+|~|至|到) ?")
_LONGEST = 60


def parse_sizes(value: str) -> tuple[int, int | None] | None:
    """Return the least and the greatest size in bytes, inclusive, the latter None if unbounded; None for an invalid value."""
    value = fold(value).strip()
    if len(value) > _LONGEST:
        return None
    if match := _SIGNED.fullmatch(value):
        size = _bytes(match[2])
        if size is None:
            return None
        sign = match[1]
        if sign in (">", ">=", "≥"):
            return size + (sign == ">"), None
        return 0, size - (sign == "<")
    pieces = _RANGE.split(value)
    if len(pieces) != 2 or not any(pieces):
        return None
    smallest, largest = (_bytes(piece) if piece else None for piece in pieces)
    if (pieces[0] and smallest is None) or (pieces[1] and largest is None):
        return None
    return smallest or 0, largest


def _bytes(written: str) -> int | None:
    match = _SIZE.fullmatch(written.strip())
    return int(float(match[1]) * _UNITS[match[2] or match[3] or ""]) if match else None
