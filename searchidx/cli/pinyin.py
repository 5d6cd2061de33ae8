"""Pinyin queries of the command line: ``--pinyin``, and the suggestion of it after a query without hits.

Imported for ``--pinyin`` and after a query without hits only.
"""

from collections.abc import Mapping

from searchidx.api import Index
from searchidx.errors import QueryError, UsageError
from searchidx.render.look import count as amount
from searchidx.render.safe import visible
from searchidx.results import Suggestion


def query(text: str, *, literal: bool) -> str:
    """Return the query with its Latin words marked as pinyin.

    Raises:
        UsageError: The query is literal text.
    """
    from searchidx.query.pinyin_rewrite import as_pinyin

    if literal:
        raise UsageError("--pinyin and -F can't be combined: -F matches literal text; leave one out")
    return as_pinyin(text)


def offer(index: Index, text: str, under: str | None, flags: Mapping[str, str | bool | None]) -> str | None:
    """Return a suggestion to repeat the query as pinyin, or None if it is no pinyin or has no hits.

    Args:
        index: Index to count the matches in.
        text: Query as typed.
        under: Path filter of the search.
        flags: Flags of the current command to repeat, by spelling.
    """
    if not text.isascii() or not any(map(str.isalpha, text)):
        return None
    from searchidx.pinyin import is_installed
    from searchidx.query.pinyin_rewrite import as_pinyin, may_be_pinyin

    if not may_be_pinyin(text) or not is_installed():
        return None
    try:
        matches = index.count(as_pinyin(text), under=under)
    except QueryError:  # over the query budget
        return None
    if not matches:
        return None
    from searchidx.cli.suggesting import command_of

    command = command_of(Suggestion(text, matches, "as pinyin"), {"--pinyin": True, **flags})
    return f"as pinyin: {amount(matches, 'paragraph')}: {visible(command)}"
