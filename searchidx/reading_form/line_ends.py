r"""Line ends inside a sentence, behind the prefix of a comment or a quote, or inside a record.

``# 中介服务机构等单\n# 位`` is read as ``中介服务机构等单位``. A line end is passed over where the line before it is about as
long as the longest, so that verse, labels and lists keep their lines.
"""

import re
from collections.abc import Iterator

from searchidx.reading_form.asides import HAN
from searchidx.reading_form.draft import Edit

WIDE_MARKS = "，。、；：！？…—（）《》〈〉「」『』【】“”‘’"
"""Marks that have no space beside them, for a character class."""

_PREFIX = r"(?:#+[.,:|~]?|::|//+[!/]?|/\*+|\*+|--+|%+|;+|!+|(?:>[ \t]?)+|'|\.\.|(?:dnl|REM)(?=[ \t])|\|)"
_LINE_END = re.compile(
    rf"(?P<close>[\"'][ \t]*\\?)?[ \t]*\n[ \t]*(?P<prefix>{_PREFIX}[ \t]*)?(?P<open>[\"'])?", re.IGNORECASE
)
_CONTINUATION = re.compile(r"(?<!\\)\\\n[ \t]*(?=\S)")
_STARTS = re.compile(rf"[ \t]*({_PREFIX})", re.IGNORECASE)
_IS_HAN = re.compile(f"[{HAN}]")
_IS_WIDE = re.compile(f"[{HAN}{WIDE_MARKS}]")
_OPENERS = {"/*": "*", "/**": "*", "*": "*"}
MIN_COLUMNS = 20
"""Columns that a line has at least where its end is passed over."""
SHARE_OF_LONGEST = 0.6


def join_continuations(text: str) -> Iterator[Edit]:
    r"""Yield the edits that join lines of source continued behind a backslash, beside an ideograph."""
    if "\\\n" not in text:
        return
    for match in _CONTINUATION.finditer(text):
        before, behind = text[max(match.start() - 1, 0) : match.start()], text[match.end()]
        if _IS_HAN.match(before) or _IS_HAN.match(behind):
            yield Edit(match.start(), match.end())


def join_lines(text: str) -> Iterator[Edit]:
    """Yield the edits that join lines broken inside a sentence."""
    if "\n" not in text:
        return
    longest = max(map(_columns, text.split("\n")))
    for match in _LINE_END.finditer(text):
        before, behind = text[: match.start()], text[match.end() :]
        if not before or not behind or behind[0] in "\n \t":
            continue
        # Strings side by side have the space between their words inside the quotation marks.
        if before[-1] == "\n" or (before[-1] in " \t" and not match["close"]):
            continue
        if bool(match["close"]) != bool(match["open"]) or not _shares_prefix(before, match["prefix"]):
            continue
        if not _is_full(before, longest):
            continue
        if match["close"] or (_IS_HAN.match(before[-1]) and _IS_HAN.match(behind[0])):
            yield Edit(match.start(), match.end())
        elif match["prefix"]:
            yield Edit(match.start(), match.end(), "" if _is_unspaced(before[-1], behind[0]) else " ")


def _is_unspaced(left: str, right: str) -> bool:
    """Return true if no space stands between two characters that a line end parts."""
    return bool(_IS_WIDE.match(left) and _IS_WIDE.match(right))


def _shares_prefix(before: str, prefix: str | None) -> bool:
    """Return true if the line before has the prefix of the line after, or opens the comment that it goes on."""
    line = before[before.rfind("\n") + 1 :]
    start = _STARTS.match(line)
    if prefix is None:
        return True
    if start is None:
        return False
    opening = "".join(start[1].split())  # marks of quotes may have spaces between them
    return "".join(prefix.split()) in (opening, _OPENERS.get(opening))


def _is_full(before: str, longest: int) -> bool:
    columns = _columns(before[before.rfind("\n") + 1 :])
    return columns >= max(MIN_COLUMNS, SHARE_OF_LONGEST * longest)


def _columns(line: str) -> int:
    """Return the columns of a line, about: two for each character that takes three bytes of UTF-8."""
    return (len(line.encode("utf-8", "surrogatepass")) + len(line)) // 2
