"""Expansion of regular expressions over terms: ``/regex/``.

RE2 matches without backtracking, so the time is proportional to the length of the terms whatever the expression. Case and
width make no difference, as everywhere in an index.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from searchidx.errors import ConfigError, QueryError
from searchidx.fold import fold
from searchidx.local.patterns import term_scan
from searchidx.local.patterns.expansion import Expansion, long_runs, of_terms
from searchidx.local.segment.snapshot import Snapshot

INSTALL = "pip install 'searchidx[regex]'"
_MAX_PROGRAM_BYTES = 1 << 20  # of a compiled expression; a larger one is refused
_CHUNK_BYTES = 1 << 14  # of terms between two checks of the budget
_PART = re.compile(r"\\.|[^\\]+", re.DOTALL)

_Search = Callable[..., Any]


def expand_regex(snapshot: Snapshot, expression: str) -> Expansion:
    """Expand a regular expression to the words and runs it matches, anywhere in them unless it is anchored.

    Raises:
        QueryError: RE2 refuses the expression.
        ConfigError: google-re2 is not installed.
    """
    compiled = _compiled(expression)

    def search(text: bytes, start: int = 0) -> Any:
        snapshot.budget.check()
        return compiled.search(text, start)

    limit = snapshot.budget.max_matched_terms
    return of_terms(
        snapshot,
        term_scan.terms_matching(snapshot, lambda lines: _matching_lines(search, lines), limit + 1),
        long_run_paragraphs=long_runs(snapshot, search),
        limit=limit,
    )


def _matching_lines(search: _Search, lines: bytes) -> Iterator[int]:
    """Yield the offset of the first match in each line that has one, chunk by chunk."""
    start = 0
    while start < len(lines):
        end = lines.find(b"\n", start + _CHUNK_BYTES) + 1 or len(lines)
        yield from (start + offset for offset in _matches_in_chunk(search, lines[start:end]))
        start = end


def _matches_in_chunk(search: _Search, chunk: bytes) -> Iterator[int]:
    line = 0
    while line < len(chunk) and (match := search(chunk, line)) is not None:
        yield match.start()
        line = chunk.find(b"\n", match.start()) + 1 or len(chunk)


def folded(expression: str) -> str:
    r"""Fold an expression but for its escapes: ``\D`` is not ``\d``."""
    return _PART.sub(lambda part: part[0] if part[0][0] == "\\" else fold(part[0]), expression)


def _compiled(expression: str) -> Any:
    try:
        import re2
    except ImportError as error:
        raise ConfigError(f"a regular expression needs google-re2: {INSTALL}") from error
    options = re2.Options()
    options.case_sensitive = False
    options.never_nl = True
    # The spans of hundreds of groups take milliseconds a match; the span of the whole takes nearly nothing.
    options.never_capture = True
    options.log_errors = False
    options.max_mem = _MAX_PROGRAM_BYTES
    try:
        return re2.compile(f"(?m:{folded(expression)})".encode("utf-8", "surrogatepass"), options)
    except re2.error as error:
        raise QueryError(f"/{expression}/ is no regular expression: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else "RE2 names no reason"
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
