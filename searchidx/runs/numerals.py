"""Values of written numbers: Arabic digits, Chinese numerals, and both with 十百千万亿 behind them.

Only well-formed numerals have a value: ``二百九十亿`` and ``1亿2000万`` are numbers, ``三五个`` and ``一一`` are not.
"""

import re
from decimal import Decimal

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    char: value for value, char in enumerate("〇壹贰叁肆伍陆柒捌玖")
}
DIGITS["两"] = 2
UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
MYRIADS = {"亿": 10**8, "万": 10**4}

HAN = frozenset("".join((*DIGITS, *UNITS, *MYRIADS)))
"""Characters of Chinese numerals."""
ARABIC = frozenset("0123456789")
NUMERALS = HAN | ARABIC
"""Every character that a number may begin with, folded."""

HAN_CLASS = "".join(sorted(HAN))
_MAX_DIGITS = 16  # in a run; what is longer is a code
_MAX_NUMERALS = 24
_ARABIC = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?")
_BEFORE_FACTOR = frozenset(" 十百千万亿")
_FACTOR = re.compile(r" ?(?:[十百千]?万亿|[十百千]?[万亿]|[百千](?![米克瓦卡伏赫兆分]))")


def digits_to_int(written: str) -> int | None:
    """Read a number written digit by digit (``2023``, ``二〇二三``), or a small one (``二十``, ``十二``)."""
    if written.isascii():
        return int(written)
    if len(written) <= _MAX_DIGITS and all(char in DIGITS for char in written):
        return int("".join(str(DIGITS[char]) for char in written))
    return han_to_int(written)


def han_to_int(written: str) -> int | None:
    """Read a Chinese numeral: ``二百九十亿``, ``十二``, ``一千零五``, ``三万五``; None when it isn't a well-formed one."""
    if len(written) > _MAX_NUMERALS:
        return None
    total, remainder = 0, written
    for char, value in MYRIADS.items():
        head, myriad, tail = remainder.rpartition(char)
        if myriad:
            high = han_to_int(head)  # 一万亿 is 一万 times 亿
            if high is None or high >= value * MYRIADS["万"]:
                return None
            total += high * value
            if DIGITS.get(tail):
                return total + DIGITS[tail] * value // 10
            remainder = tail.removeprefix("零").removeprefix("〇")
    low = _below_myriad(remainder) if remainder or not total else 0
    return None if low is None else total + low


def _below_myriad(written: str) -> int | None:
    """Read a Chinese numeral without 万 and 亿."""
    total, digit, last, zero = 0, None, 10**4, False
    for char in written:
        if char in UNITS:
            unit = UNITS[char]
            if unit >= last or (digit is None and (unit != UNITS["十"] or total)):
                return None
            total += (1 if digit is None else digit) * unit
            digit, last, zero = None, unit, False
        elif char not in DIGITS or digit is not None:
            return None
        elif DIGITS[char]:
            digit = DIGITS[char]
        else:
            zero = True
    if digit is None:
        return total or None
    return total + digit * (last // 10 if total and not zero else 1)


def read_arabic(text: str, start: int) -> tuple[Decimal, int, bool] | None:
    """Read Arabic digits from ``start`` on: the value, its end, and true if thousands are marked in it."""
    match = _ARABIC.match(text, start)
    if match is None or len(match[0]) > _MAX_DIGITS:
        return None
    return Decimal(match[0].replace(",", "")), match.end(), "," in match[0]


def read_factor(text: str, start: int) -> tuple[int, int]:
    """Read 万, 亿, 百万, 万亿 and so on from ``start`` on: the factor (1 if there is none) and its end."""
    match = _FACTOR.match(text, start) if text[start : start + 1] in _BEFORE_FACTOR else None
    if match is None:
        return 1, start
    factor = 1
    for char in match[0].strip():
        factor *= UNITS.get(char) or MYRIADS[char]
    return factor, match.end()
