"""``/regex/`` over the terms of an index, in time in proportion to their length whatever the expression.

For :mod:`searchidx.local.patterns.expansion`. RE2 does the matching: it never goes back, so no expression can take long. Case and
width make no difference, as in all of an index.
"""

import re
from collections.abc import Iterator
from typing import Any

from searchidx.errors import ConfigError, QueryError
from searchidx.fold import fold
from searchidx.local.patterns import term_scan
from searchidx.local.patterns.expansion import Expansion, long_runs, of_terms
from searchidx.local.segment.snapshot import Snapshot

INSTALL = "pip install 'searchidx[regex]'"
_MEMORY = 1 << 20  # bytes for what RE2 makes of an expression; a larger one is refused
_CHUNK = 1 << 14  # bytes of terms between two looks at the clock
_PART = re.compile(r"\\.|[^\\]+", re.DOTALL)


def expand_regex(snapshot: Snapshot, expression: str) -> Expansion:
    """Find the words and runs that an expression matches, anywhere in them unless it is anchored.

    Raises:
        QueryError: It is no regular expression of RE2.
        ConfigError: google-re2 is not installed.
    """
    compiled = _compiled(expression)

    def search(text: bytes, start: int = 0) -> Any:
        snapshot.budget.check()
        return compiled.search(text, start)

    def places(lines: bytes) -> Iterator[int]:
        at = 0
        while at < len(lines):
            end = lines.find(b"\n", at + _CHUNK) + 1 or len(lines)
            chunk = lines[at:end]
            found = search(chunk)
            while found is not None:
                yield at + found.start()
                line_end = chunk.find(b"\n", found.start()) + 1
                found = search(chunk, line_end) if 0 < line_end < len(chunk) else None
            at = end

    most = snapshot.budget.max_matched_terms
    return of_terms(
        snapshot,
        term_scan.terms_matching(snapshot, places, most + 1),
        long=long_runs(snapshot, search),
        most=most,
    )


def folded(expression: str) -> str:
    r"""Fold an expression but for what is escaped: ``\D`` is not ``\d``."""
    return _PART.sub(lambda part: part[0] if part[0][0] == "\\" else fold(part[0]), expression)


def _compiled(expression: str) -> Any:
    try:
        import re2
    except ImportError as error:
        raise ConfigError(f"a regular expression needs google-re2: {INSTALL}") from error
    options = re2.Options()
    options.case_sensitive = False
    options.never_nl = True
    # To say where hundreds of groups stand takes milliseconds a match; where the whole stands, nearly nothing.
    options.never_capture = True
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(f"(?m:{folded(expression)})".encode("utf-8", "surrogatepass"), options)
    except re2.error as error:
        why = error.args[0] if error.args else "it can't be read"
        why = why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)
        raise QueryError(f"/{expression}/ is no regular expression: {why}") from error
