"""The patterns of an ignore file, or those given with ``--glob``: which of them speaks last of a path.

The grammar is that of ``.gitignore``, read by pathspec. What differs is how an answer is come by: pathspec lets a
pattern speak of everything below what it matches, while a walk asks of each folder on the way down, as ripgrep and git
do, so that a pattern speaks of what it matches and nothing else. And since anybody may have written the file, what
pathspec translates is written anew so that no pattern takes longer than a glance at a name, however many stars it has.
"""

import re
import warnings
from collections.abc import Iterable

from pathspec.patterns.gitignore.base import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

# What pathspec makes of the parts of a pattern. Each holds a slash, which nothing else that it writes can.
_STAR = "[^/]*"
_LEADING = "(?:.+/)?"  # **/ at the beginning
_BETWEEN = "(?:/.+)?"  # /** in the middle
_FOLDER = "(?P<ps_d>/)"
_FOLDER_OR_END = f"(?:{_FOLDER}|$)"
_EVERYTHING = "."
_EVERY_FOLDER = (_FOLDER, "/")
_SLASH = re.compile(r"/(?!\])")  # between names, not that of "[^/]"


class Patterns:
    """Patterns in the order they stand in, of which the last that matches counts.

    Attributes:
        asks: Whether any pattern stands without an exclamation mark.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        """Read patterns; comments, blank lines and what is no pattern are passed over."""
        read = [found for found in map(_translated, lines) if found is not None]
        self._plain = [plain for _, plain in reversed(read)]
        self.asks = any(self._plain)
        self._any = _compiled("|".join(f"({regex})" for regex, _ in reversed(read)))

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._plain)

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """What the patterns say of a path, given from the folder they are for, with ``/`` between its names.

        Returns:
            True where the last pattern that matches is a plain one, False where it begins with an exclamation mark,
            None where none matches.
        """
        if not self._plain:
            return None
        found = self._any.fullmatch(path + "/" if is_folder else path)
        return None if found is None or found.lastindex is None else self._plain[found.lastindex - 1]


def is_pattern(line: str) -> bool:
    """Tell whether a line holds a pattern that can match anything."""
    return _translated(line) is not None


def _compiled(regex: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", FutureWarning
        )  # "[[a]": a bracket in a set may mean something one day
        return re.compile(regex, re.DOTALL)


def _translated(line: str) -> tuple[str, bool] | None:
    """A regular expression that matches a path whole, and whether the pattern is a plain one."""
    line = line.rstrip("\r\n")
    bare = line.rstrip()
    if bare.endswith("/**"):
        line = bare + "/*"  # what is in the folder, and not the folder
    elif bare.endswith("/**/"):
        line = bare + "*/"
    try:
        regex, plain = GitIgnoreSpecPattern.pattern_to_regex(line)
        if regex is None or plain is None:
            return None
        rewritten = _rewritten(regex)
        _compiled(rewritten)
    except (GitIgnorePatternError, re.error, OverflowError):
        return None
    return rewritten, plain


def _rewritten(regex: str) -> str:
    """The same expression, to be matched whole, in which nothing is tried twice.

    A name between two ``**`` is best found as far to the left as it stands, and so is a text between two stars of one
    name: where the rest fails after that, it fails after any later place too. So these are atomic.
    """
    if regex == _EVERYTHING:
        return ".+"
    if regex in _EVERY_FOLDER:
        return ".+/"
    regex = regex.removeprefix("^")
    tail = "/?" if regex.endswith(_FOLDER_OR_END) else "/"
    regex = regex.removesuffix(_FOLDER_OR_END).removesuffix(_FOLDER)
    anywhere = regex.startswith(_LEADING)
    first, *others = map(_names, regex.removeprefix(_LEADING).split(_BETWEEN))
    if not others:
        return (_LEADING if anywhere else "") + first + tail
    pieces = [f"(?>(?:.+?/)??{first}(?=/))" if anywhere else first]
    pieces += (f"(?>(?:/.+?)??{middle}(?=/))" for middle in others[:-1])
    return "".join((*pieces, _BETWEEN, others[-1], tail))


def _names(regex: str) -> str:
    return "/".join(map(_name, _SLASH.split(regex)))


def _name(regex: str) -> str:
    head, *rest = regex.split(_STAR)
    if not rest:
        return head
    middle = (f"(?>[^/]*?{text})" for text in rest[:-1] if text)
    return "".join((head, *middle, _STAR, rest[-1]))
