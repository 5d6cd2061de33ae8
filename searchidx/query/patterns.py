"""Words that stand for more than themselves: ``前缀*``, ``中?词``, ``词~1``, ``/regex/``; and what may follow: ``^2``, ``~5``.

Only what is meant so: ``drive?``, ``x^2``, ``2*3``, ``**bold**``, ``HEAD~3`` and ``/etc/passwd`` are text, and so is a
question in the midst of a sentence. Imported only when a query has one of :data:`MARKS`. Everything here takes
half-width text.
"""

import re
from typing import Literal, NamedTuple, TypeAlias

from searchidx.query.characters import QUOTES, SIGNS, is_cjk, is_signable

Kind: TypeAlias = Literal["fuzzy", "wildcard", "regex"]

MARKS = frozenset("*?~^/")
MAX_EDITS = 2
MAX_STARS = 3
"""Stars in a word; with more it is text, most likely a row of asterisks."""
MAX_SLOP = 200
"""Characters that may stand between two texts of a proximity."""

_BOOST = re.compile(r"\^(\d{1,2}(?:\.\d{1,2})?)$")
_AFTER = re.compile(r"(?:~(?P<slop>\d{1,3}))?(?:\^(?P<boost>\d{1,2}(?:\.\d{1,2})?))?$")
_FUZZY = re.compile(rf"(.+)~([1-{MAX_EDITS}])$")
_REGEX = re.compile(r"/((?:[^/\\\s]|\\\S)+)/$")
_REGEX_SIGNS = re.compile(r"[\[\](){}*+?|\\^$.]")
_OPERATOR = re.compile(r"AND|OR|NOT|&&|\|\|")
_ASKING = "吗呢么吧啊嘛"
_LONGEST_ASKING = 8  # characters of a run with a full-width question mark that may be a wildcard
_IN_FUZZY = "-_.+#'·"
_NEVER = frozenset(QUOTES + "\\:()")
_NEVER_WILD = frozenset("~^")


class Marks(NamedTuple):
    """Slop and boost directly behind a quoted string or a group."""

    slop: int | None
    boost: float | None


def kind_of(run: str, typed: str) -> Kind | None:
    """Return the kind of pattern that a run is, or None for text.

    Args:
        run: Half-width, without its boost.
        typed: The same as it was typed.
    """
    if _holds_operator(run):
        return None
    if is_regex(run):
        return "regex"
    if not _NEVER.isdisjoint(run) or run[:1] in SIGNS:
        return None
    if fuzzy(run):
        return "fuzzy"
    return "wildcard" if _is_wildcard(run, typed) else None


def normal(kind: Kind, run: str, typed: str) -> str:
    """Return the text of a pattern with half-width signs and the other characters as typed; a regex without its slashes."""
    if kind == "regex":
        return typed[1:-1]
    return (
        "".join(half if half in "*?~" else char for half, char in zip(run[:-1], typed[:-1], strict=True))
        + run[-1]
    )


def fuzzy(run: str) -> tuple[str, int] | None:
    """Read ``词~1``: what is looked for and how many characters may differ."""
    match = _FUZZY.match(run)
    if match is None or not match[1][0].isalnum() or match[1].isdigit():
        return None
    if not all(char.isalnum() or char in _IN_FUZZY for char in match[1]):
        return None
    return match[1], int(match[2])


def is_regex(run: str) -> bool:
    """Return true if a run is a regular expression between slashes, and not a path."""
    match = _REGEX.match(run)
    if match is None or not _REGEX_SIGNS.search(match[1]) or any(mark in run for mark in QUOTES):
        return False
    return _pairs_up(match[1])


def cut_boost(run: str, typed: str) -> int | None:
    """Return the offset of the boost at the end of a run: of ``linux^2``, not of ``x^2`` or ``2^10``."""
    match = _BOOST.search(run)
    if match is None or not match.start() or float(match[1]) == 0:
        return None
    before = run[: match.start()]
    if before.isdigit() or (len(before) == 1 and before.isascii()):
        return None
    if not kind_of(before, typed) and not all(char.isalnum() or char in _IN_FUZZY for char in before):
        return None
    return match.start()


def marks_after(run: str) -> Marks | None:
    """Read what follows a quoted string or a group: ``~5``, ``^2``, or both; None where it is something else."""
    match = _AFTER.match(run)
    if match is None or not run:
        return None
    slop = int(match["slop"]) if match["slop"] else None
    boost = float(match["boost"]) if match["boost"] else None
    if slop == 0 or boost == 0 or (slop or 0) > MAX_SLOP:
        return None
    return Marks(slop, boost)


def _holds_operator(run: str) -> bool:
    """Return true if a run contains an operator, or would among other characters: then it is no pattern."""
    for match in _OPERATOR.finditer(run):
        beside = run[max(match.start() - 1, 0) : match.start()] + run[match.end() : match.end() + 1]
        if match[0] in ("&&", "||") or not (beside.isascii() and beside.isalnum()):
            return True
    return False


def _pairs_up(expression: str) -> bool:
    """Return true if every bracket has a counterpart."""
    depth = 0
    for char in expression:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


def _is_wildcard(run: str, typed: str) -> bool:
    if (
        not _NEVER_WILD.isdisjoint(run)
        or "**" in run
        or run.count("*") > MAX_STARS
        or run[0] == "?"
        or run[-1] == "?"
    ):
        return False
    if not is_signable(run[1:2] if run[0] == "*" else run[0]):
        return False  # no sign could stand before it
    pieces = [piece for piece in re.split(r"[*?]", run) if piece]
    if not any(char.isalnum() for piece in pieces for char in piece):
        return False
    if "?" in run and not _asks_for_one(run, typed):
        return False
    if "*" not in run:
        return "?" in run
    # 2*3, a*b and m*a*s*h are no patterns.
    between = run[0] != "*" != run[-1]
    return not (between and all((len(piece) == 1 and piece.isascii()) or piece.isdigit() for piece in pieces))


def _asks_for_one(run: str, typed: str) -> bool:
    """Return true if the question marks of a run are wildcards, and end no question."""
    if not all(char.isalnum() or char in "*?" for char in run):
        return False
    if "？" not in typed:
        return True
    before = {run[position - 1] for position, char in enumerate(run) if char == "?"}
    return len(run) <= _LONGEST_ASKING and before.isdisjoint(_ASKING) and any(map(is_cjk, run))
