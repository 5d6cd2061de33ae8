"""Amounts in folded text: numbers with 万 or 亿, percentages, money, marked thousands, or a measure word.

``290亿元``, ``142.8亿``, ``280-300亿``, ``1亿2000万``, ``二百九十亿``, ``1.2万``, ``23,876``, ``¥100``, ``45%``, ``百分之二十``, ``120人``. Years,
times, ordinals (``第3条``), versions, codes and bare numbers are no amounts.

A mark behind a label (``金额：500万元``, ``人数/120人``) parts it from its amount; between two numbers it makes a ratio or a time
(``3:2``, ``10:30``), of which neither is an amount. The unit may stand in brackets in the label (``预算（万元）：82``).
"""

import re
from decimal import Decimal

from searchidx.mentions.terms import Amount
from searchidx.runs.cjk import is_cjk
from searchidx.runs.numerals import (
    ARABIC,
    DIGITS,
    HAN_CLASS,
    MYRIADS,
    UNITS,
    han_to_int,
    read_arabic,
    read_factor,
)

MEASURES = frozenset(
    "个人家名位件台套辆架艘栋幢座间户口只头匹棵株朵颗粒根支枝条张份本册卷页篇幅部项种类样款批组队支团次回遍场趟层级"
    "米公厘毫微英海里克吨斤两钱亩顷平立升元块角美港欧日韩澳卢倍度瓦千兆伏安字节行列周天岁例起宗处所门道桥盒瓶杯袋箱桶把双对副"
)
"""Characters behind a number without 万 or 亿 that make it an amount: measure words, first characters of units and money."""

MONEY = frozenset("¥$€£")
_TEN_TO_MYRIAD = "十百千万亿"
_PERCENT = re.compile(r" ?(?:%|个?百分点)")
_PART = re.compile(r"分之")
_RANGE = re.compile(r" ?[-~至到] ?(?=[0-9])")
_HAN = re.compile(rf"[{HAN_CLASS}]+")
_POINT = re.compile(rf"[{HAN_CLASS}]+点([{''.join(DIGITS)}]+)([十百千]?[万亿]+)")
_TIMES = frozenset("年月日号时点分秒届")
_PART_OF_CODE = frozenset("abcdefghijklmnopqrstuvwxyz_#第")
"""Characters before a number that make it an ordinal or a part of a code."""
_CURRENCY = re.compile(r"(?<![a-z])(?:rmb|cny|usd|hkd|twd|mop|eur|gbp|jpy|us|hk|nt)\Z")
_NUMBER_BEFORE = re.compile(r"(.?)[0-9]+(?:\.[0-9]+)? ?\Z", re.DOTALL)
_NUMBERED = frozenset("段案表图包件组目次号项标批期款abcdefghijklmnopqrsuvwxyz")
"""Last characters of a label with a number of its own: ``标段1：500万元``, ``Q1：120万``."""
_UNIT_OF_LABEL = re.compile(r"[(\[](?:单位[: ]?)?(?:人民币)?([^()\[\]\s]{1,8})[)\]] ?[:=] ?\Z")
_LONGEST_LABEL = 20
_HAS_UNIT = re.compile(rf" ?[%a-z_{_TEN_TO_MYRIAD}{''.join(sorted(MEASURES | _TIMES))}]|[.:/-]?[0-9]")
"""More behind a number, so that a unit before it is not its own."""
_ABOUT = "余多几来"
AmountAndEnd = tuple[Amount | None, int]
_PER_CENT = "百分之"
MAX_NUMERALS = 24


def read_amount_at(folded: str, start: int) -> tuple[Amount | None, int]:
    """Return the amount that begins at an offset; of a range the lower end.

    Args:
        folded: The text.
        start: Offset of a run of numerals.

    Returns:
        The amount, or None, and its end.
    """
    if _is_part_of_more(folded, start):
        return None, start
    return _arabic(folded, start) if folded[start] in ARABIC else _han(folded, start)


def _is_part_of_more(folded: str, start: int) -> bool:
    """Return true if a number is a part of a code, an ordinal, a ratio or a time by what is before it."""
    if not start:
        return False
    before = folded[start - 1]
    if before in _PART_OF_CODE:
        return not _CURRENCY.search(folded, max(0, start - 4), start)
    if before in ".,":
        return folded[start - 2 : start - 1] in ARABIC
    if before == "/":
        return not is_cjk(folded[start - 2 : start - 1] or "/")
    mark = start - 2 if before == " " else start - 1
    return mark >= 0 and folded[mark] == ":" and _joins_numbers(folded, mark)


def _joins_numbers(folded: str, colon: int) -> bool:
    """Return true if a colon has a number before it that is no number of a label."""
    number = _NUMBER_BEFORE.search(folded, max(0, colon - MAX_NUMERALS), colon)
    return number is not None and number[1] not in _NUMBERED


def read_amount(folded: str) -> Amount | None:
    """Return the amount that a text is as a whole, with or without a unit: ``280亿``, ``1,280元``, ``二十%``."""
    per_cent = folded.startswith(_PER_CENT)
    written = folded.removeprefix(_PER_CENT)
    value, end = _number(written)
    if value is None:
        return None
    if _PERCENT.fullmatch(written, end):
        return Amount(value, percent=True)
    unit = written[end:].strip()
    return Amount(value, per_cent) if len(unit) <= 3 and not any(map(_is_number_sign, unit)) else None


def _is_number_sign(char: str) -> bool:
    return char in ARABIC or char in DIGITS or char in ".,-~<>=%"


def _number(written: str) -> tuple[Decimal | None, int]:
    """Return the number that a text begins with, factors included, and its end."""
    if number := read_arabic(written, 0):
        value, end, _ = number
        return _with_factor(written, value, end)
    if point := _POINT.match(written):
        return _pointed(point), point.end()
    if run := _HAN.match(written):
        whole = han_to_int(run[0])
        return (None if whole is None else Decimal(whole)), run.end()
    return None, 0


def _arabic(folded: str, start: int) -> AmountAndEnd:
    number = read_arabic(folded, start)
    if number is None:
        return None, start
    value, end, marked = number
    if labelled := _labelled(folded, start, value, end):
        return labelled, end
    amount, stop = _behind(folded, start, value, end, counts=marked)
    if amount:
        return amount, stop
    # 280-300亿: factor and unit of the second number are those of the first too.
    joint = _RANGE.match(folded, end)
    second = read_arabic(folded, joint.end()) if joint else None
    if joint is None or second is None:
        return None, end
    factor, _ = read_factor(folded, second[1])
    upper, _ = _behind(folded, start, second[0], second[1], counts=second[2])
    return (Amount(value * factor, upper.percent) if upper else None), joint.end()


def _labelled(folded: str, start: int, value: Decimal, end: int) -> Amount | None:
    """Return the amount of a bare number behind a label with its unit: ``金额（万元）：82``."""
    if ")" not in folded[max(0, start - 4) : start] and "]" not in folded[max(0, start - 4) : start]:
        return None
    label = _UNIT_OF_LABEL.search(folded, max(0, start - _LONGEST_LABEL), start)
    if label is None or _HAS_UNIT.match(folded, end):
        return None
    factor, unit = read_factor(label[1], 0)
    if label[1][unit:] == "%":
        return Amount(value, percent=True)
    return Amount(value * factor) if label[1][unit : unit + 1] in MEASURES else None


def _behind(folded: str, start: int, value: Decimal, end: int, *, counts: bool) -> AmountAndEnd:
    """Return the amount that a number makes with the characters around it, or None, and its end."""
    number, stop = _with_factor(folded, value, end)
    if folded[stop : stop + 1] and folded[stop] in _ABOUT:
        stop += 1
        if stop - 1 == end:  # 3000多万
            number, stop = _with_factor(folded, value, stop)
    if percent := _PERCENT.match(folded, stop):
        return Amount(number, percent=True), percent.end()
    following = folded[stop : stop + 2].lstrip(" ")[:1]
    if stop == end and following and following in _TIMES:
        return None, end
    counts = counts or number != value or bool(following and following in MEASURES)
    return (Amount(number) if counts or (start and folded[start - 1] in MONEY) else None), stop


def _with_factor(folded: str, value: Decimal, end: int) -> tuple[Decimal, int]:
    """Return a number times 万, 亿 and the like behind it, plus the smaller numbers that follow: ``1亿2000万``."""
    factor, stop = read_factor(folded, end)
    total = value * factor
    while factor >= MYRIADS["亿"] and (more := read_arabic(folded, stop)):
        smaller, after = read_factor(folded, more[1])
        if not 1 < smaller < factor:
            break
        total, stop, factor = total + more[0] * smaller, after, smaller
    return total, stop


def _han(folded: str, start: int) -> AmountAndEnd:
    if folded.startswith(_PER_CENT, start):
        begin = start + len(_PER_CENT)
        value, length = _number(folded[begin : begin + MAX_NUMERALS])
        return (None if value is None else Amount(value, percent=True)), begin + length
    if folded[start - 2 : start] == "分之" or (folded[start] not in DIGITS and folded[start] not in "十拾"):
        return None, start
    if point := _POINT.match(folded, start, start + MAX_NUMERALS):
        return Amount(_pointed(point)), point.end()
    run = _HAN.match(folded, start)
    if run is None or not any(char in UNITS or char in MYRIADS for char in run[0]):
        return None, start
    whole, stop = han_to_int(run[0]), run.end()
    following = folded[stop : stop + 1]
    if whole is None or _PART.match(folded, stop) or (following and following in _TIMES):
        return None, stop
    if percent := _PERCENT.match(folded, stop):
        return Amount(Decimal(whole), percent=True), percent.end()
    if following and following in _ABOUT:
        following = folded[stop + 1 : stop + 2]
    large = any(char in MYRIADS or char in "百千佰仟" for char in run[0])
    return (Amount(Decimal(whole)) if large or (following and following in MEASURES) else None), stop


def _pointed(point: re.Match[str]) -> Decimal:
    """Return the value of a numeral with a point: ``二点五亿``."""
    whole, _, _ = point[0].partition("点")
    digits = "".join(str(DIGITS[char]) for char in point[1])
    value = Decimal(f"{han_to_int(whole) or 0}.{digits}")
    for char in point[2]:
        value *= UNITS.get(char) or MYRIADS[char]
    return value
