"""Values of a spreadsheet as its reader sees them: ``12345.6`` under ``¥#,##0.00`` is ``¥12,345.60``.

Covers what people meet: digits, grouping, decimals, per cent, currencies, text around the number, Chinese dates.
Everything else (fractions, exponents, conditions) is shown plainly; nothing here fails.
"""

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

_SECTIONS = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|(?P<dropped>\[[^\]]*\]|[_*].)'
    r"|(?P<digits>[#0?][#0?.,]*|\.[0#?]+)|(?P<other>.)",
    re.DOTALL,
)
_LITERAL = frozenset(" %¥￥$€£-+()（）:元万亿")
_LONGEST = 200
_WIDEST = 1e15
_MOST_DECIMALS = 30
_PART = re.compile(r"y+|m+|d+")


def shown(value: object, number_format: str) -> str:
    """Return a value that isn't text as the sheet shows it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date):
        return _date(value, number_format)
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, int | float):
        return _formatted(value, number_format) or (
            f"{value:.15g}" if isinstance(value, float) else str(value)
        )
    return str(value)


def _date(value: date, number_format: str) -> str:
    """Return a date in Chinese where the sheet shows it so, else in ISO 8601."""
    if "年" in number_format and "y" in number_format and "[DBNum" not in number_format:
        plain = re.sub(r'["\\]|\[[^\]]*\]|;.*', "", number_format)
        date_part = plain[: max(plain.rfind("年"), plain.rfind("月"), plain.rfind("日")) + 1]
        parts = {"y": str(value.year), "m": str(value.month), "d": str(value.day)}
        day = _PART.sub(lambda match: parts[match[0][0]].zfill(min(len(match[0]), 2)), date_part)
        return f"{day} {value:%H:%M}" if isinstance(value, datetime) and value.time() != time() else day
    if not isinstance(value, datetime):
        return value.isoformat()
    return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")


def _formatted(value: float, number_format: str) -> str | None:
    """Return a number by its format, or None for a format that is not supported."""
    if not number_format or len(number_format) > _LONGEST or not abs(value) < _WIDEST:
        return None
    sections = _SECTIONS.split(number_format)
    section = sections[0]
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    pieces: list[str] = []
    digits = ""
    for token in _TOKEN.finditer(section):
        if token["digits"]:
            if digits:
                return None
            digits = token["digits"]
            pieces.append("\0")
        elif token["other"] and token["other"] not in _LITERAL:
            return None
        else:
            pieces.append(token["quoted"] or token["escaped"] or token["currency"] or token["other"] or "")
    if not digits or len(digits) > _MOST_DECIMALS:
        return None
    percent = section.count("%")
    return "".join(pieces).replace("\0", _digits(value * 100**percent, digits)).strip()


def _digits(value: float, pattern: str) -> str:
    whole, _, decimals = pattern.partition(".")
    scaled = value / 1000 ** (len(whole) - len(whole.rstrip(",")))
    grouping = "," if "," in whole.rstrip(",") else ""
    rounded = Decimal(repr(scaled)).quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    text = f"{rounded:{grouping}f}"
    optional = len(decimals) - len(decimals.rstrip("#?"))
    for _ in range(optional):
        text = text.removesuffix("0")
    text = text.removesuffix(".")
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    integer, point, fraction = text.partition(".")
    return sign + integer.rjust(whole.replace(",", "").count("0"), "0") + point + fraction
