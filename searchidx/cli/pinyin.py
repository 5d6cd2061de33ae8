"""Pinyin on the command line: a query read as pinyin, and the offer to read one so that found nothing.

Imported for ``--pinyin``, and where nothing was found.
"""

import shlex

from searchidx.api import Index
from searchidx.errors import QueryError, UsageError
from searchidx.render.look import count as amount


def query(text: str, *, literal: bool) -> str:
    """Write a query with its words in Latin letters as pinyin.

    Raises:
        UsageError: It is to be taken as it stands, too.
    """
    from searchidx.query.sounds import as_pinyin

    if literal:
        raise UsageError("--pinyin reads the query and -F takes it as it stands: leave one out")
    return as_pinyin(text)


def offer(index: Index, text: str, under: str | None) -> str | None:
    """Say what a query would find as pinyin, as a command to paste; None where it is no pinyin or finds nothing."""
    if not text.isascii() or not any(map(str.isalpha, text)):
        return None
    from searchidx.pinyin import is_installed
    from searchidx.query.sounds import as_pinyin, may_be_pinyin

    if not may_be_pinyin(text) or not is_installed():
        return None
    try:
        found = index.count(as_pinyin(text), under=under)
    except QueryError:  # it would take too long
        return None
    if not found:
        return None
    scope = f" --under {shlex.quote(under)}" if under is not None else ""
    return f"as pinyin: {amount(found, 'paragraph')}: searchidx search --pinyin{scope} {shlex.quote(text)}"
