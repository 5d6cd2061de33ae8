"""Pinyin on the command line: a query read as pinyin, and the offer to read one so that found nothing.

Imported for ``--pinyin``, and where nothing was found.
"""

from collections.abc import Mapping

from searchidx.api import Index
from searchidx.errors import QueryError, UsageError
from searchidx.render.look import count as amount
from searchidx.render.safe import visible
from searchidx.results import Suggestion


def query(text: str, *, literal: bool) -> str:
    """Write a query with its words in Latin letters as pinyin.

    Raises:
        UsageError: It is to be taken as it stands, too.
    """
    from searchidx.query.pinyin_rewrite import as_pinyin

    if literal:
        raise UsageError("--pinyin reads the query and -F takes it as it stands: leave one out")
    return as_pinyin(text)


def offer(index: Index, text: str, under: str | None, flags: Mapping[str, str | bool | None]) -> str | None:
    """Say what a query would find as pinyin, as a command to paste; None where it is no pinyin or finds nothing.

    Args:
        index: Where.
        text: The query.
        under: Where it was looked for.
        flags: Those of the command at hand that the offered one needs too, by spelling.
    """
    if not text.isascii() or not any(map(str.isalpha, text)):
        return None
    from searchidx.pinyin import is_installed
    from searchidx.query.pinyin_rewrite import as_pinyin, may_be_pinyin

    if not may_be_pinyin(text) or not is_installed():
        return None
    try:
        found = index.count(as_pinyin(text), under=under)
    except QueryError:  # it would take too long
        return None
    if not found:
        return None
    from searchidx.cli.suggesting import command_of

    command = command_of(Suggestion(text, found, "as pinyin"), {"--pinyin": True, **flags})
    return f"as pinyin: {amount(found, 'paragraph')}: {visible(command)}"
