"""Patterns of an ignore file, or of ``--glob``: the last one that matches a path decides.

The grammar is that of ``.gitignore``, translated by pathspec. For pathspec a pattern applies to everything below a match; here, as
in ripgrep and git, a walk checks each folder on the way down, and a pattern applies to the match only. Since a stranger may
have written the file, the translation is rewritten so that matching is linear, however many stars a pattern has.
"""

import re
import warnings
from collections.abc import Iterable

from pathspec.patterns.gitignore.base import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

# Translations of pathspec for parts of a pattern. Each contains a slash, which no other translation does.
_STAR = "[^/]*"
_LEADING = "(?:.+/)?"  # **/ at the beginning
_BETWEEN = "(?:/.+)?"  # /** in the middle
_FOLDER = "(?P<ps_d>/)"
_FOLDER_OR_END = f"(?:{_FOLDER}|$)"
_EVERYTHING = "."
_EVERY_FOLDER = (_FOLDER, "/")
_SLASH = re.compile(r"/(?!\])")  # between names, not that of "[^/]"


class Patterns:
    """Patterns in order, of which the last match decides.

    Attributes:
        asks: True if a pattern has no exclamation mark.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        """Parse patterns; comments, blank lines and malformed patterns are skipped."""
        read = [pattern for pattern in map(_translated, lines) if pattern is not None]
        self._plain = [plain for _, plain in reversed(read)]
        self.asks = any(self._plain)
        self._any = _compiled("|".join(f"({regex})" for regex, _ in reversed(read)))

    def __bool__(self) -> bool:
        """Return True if there are any."""
        return bool(self._plain)

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """Return the verdict on a path, relative to the folder of the patterns, with ``/`` between its names.

        Returns:
            True if the last match is a plain pattern, False if it begins with an exclamation mark, None without a match.
        """
        if not self._plain:
            return None
        match = self._any.fullmatch(path + "/" if is_folder else path)
        return None if match is None or match.lastindex is None else self._plain[match.lastindex - 1]


def is_pattern(line: str) -> bool:
    """Return True for a line with a pattern that can match a path."""
    return _translated(line) is not None


def _compiled(regex: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", FutureWarning
        )  # "[[a]": a bracket in a set may mean something one day
        return re.compile(regex, re.DOTALL)


def _translated(line: str) -> tuple[str, bool] | None:
    """Return a regular expression for a whole path, and True for a plain pattern; None for no pattern."""
    line = line.rstrip("\r\n")
    bare = line.rstrip()
    if bare.endswith("/**"):
        line = bare + "/*"  # the content of the folder, without the folder
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
    """Rewrite an expression for a full match without backtracking.

    The leftmost match of a name between two ``**``, and of a text between two stars of a name, is enough: if the rest fails
    after it, it fails after every later match too. So these groups are atomic.
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
    head, *tails = regex.split(_STAR)
    if not tails:
        return head
    middle = (f"(?>[^/]*?{text})" for text in tails[:-1] if text)
    return "".join((head, *middle, _STAR, tails[-1]))
