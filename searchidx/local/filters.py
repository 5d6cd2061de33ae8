"""Restrictions by what is known of a document and by what its paragraphs mention: one mask for each filter.

``path:``, ``title:`` and ``type:`` look at every document, ``heading:`` at every section; ``date:``, ``in:`` and ``num:`` look up ranges
of terms and ``lang:`` counts letters, which is for :mod:`searchidx.local.mentioned`.
"""

import os
from collections.abc import Callable
from fnmatch import fnmatchcase

import numpy as np

from searchidx.engine import DocumentRecord
from searchidx.fold import fold
from searchidx.local.snapshot import Mask, Snapshot
from searchidx.query import Filter

_BY_TERMS = frozenset(("date", "in", "num", "lang"))


def mask(snapshot: Snapshot, wanted: Filter) -> Mask:
    """Which paragraphs a filter lets through."""
    found: Mask = snapshot.remember((wanted.field, wanted.value), lambda: _find(snapshot, wanted))
    return found.copy()


def _find(snapshot: Snapshot, wanted: Filter) -> Mask:
    if wanted.field in _BY_TERMS:
        # Most queries have none of these, and what reads dates and amounts takes a while to load.
        from searchidx.local import mentioned

        return mentioned.mask(snapshot, wanted)
    if wanted.field == "heading":
        return _by_heading(snapshot, fold(wanted.value))
    return _by_document(snapshot, _TESTS[wanted.field](wanted.value))


def under(snapshot: Snapshot, path: str) -> Mask:
    """Which paragraphs belong to documents at or below an absolute path."""
    return _by_document(snapshot, lambda record: is_under(record.path, path))


def is_under(path: str, top: str) -> bool:
    """Whether a path is ``top`` or below it."""
    return path == top or path.startswith(top if top.endswith(os.sep) else top + os.sep)


def _by_document(snapshot: Snapshot, test: Callable[[DocumentRecord], bool]) -> Mask:
    allowed = np.zeros(snapshot.size, bool)
    for record, start, end in snapshot.documents():
        snapshot.effort.check()
        if test(record):
            allowed[start:end] = True
    return allowed


def _by_heading(snapshot: Snapshot, value: str) -> Mask:
    pieces = [np.zeros(0, bool)]
    for part in snapshot.segments:
        snapshot.effort.check()
        headings = (row.facts for row in part.section_rows.all_rows())
        below = np.array([any(value in fold(heading) for heading in row) for row in headings], bool)
        pieces.append(np.repeat(below, np.diff(part.first_of_sections)))
    return np.concatenate(pieces)


def _path_test(value: str) -> Callable[[DocumentRecord], bool]:
    """A value with wildcards is a glob over the whole path or its end, any other is a part of the path.

    Both are folded like texts: who remembers a folder by name need not know in which script or case it is written.
    """
    wanted = _as_path(value)
    if any(character in value for character in "*?["):
        return lambda record: any(
            fnmatchcase(_as_path(record.path), glob) for glob in (wanted, f"*/{wanted}")
        )
    return lambda record: wanted in _as_path(record.path)


def _as_path(path: str) -> str:
    return fold(path.replace(os.sep, "/"))


def _title_test(value: str) -> Callable[[DocumentRecord], bool]:
    wanted = fold(value)
    return lambda record: wanted in fold(record.title)


def _type_test(value: str) -> Callable[[DocumentRecord], bool]:
    wanted = value.lower().lstrip(".")
    return lambda record: wanted == record.type or record.path.lower().endswith(f".{wanted}")


def _size_test(value: str) -> Callable[[DocumentRecord], bool]:
    from searchidx.query.sizes import sizes_asked

    asked = sizes_asked(value)
    if asked is None:
        return lambda _: False
    smallest, largest = asked
    return lambda record: smallest <= record.size and (largest is None or record.size <= largest)


_ENCODINGS = {
    **dict.fromkeys(("gbk", "gb2312", "cp936", "gb-18030", "国标"), "gb18030"),
    **dict.fromkeys(("cp950", "big5hkscs", "big5-hkscs", "big-5", "大五码"), "big5"),
    **dict.fromkeys(("utf8", "utf-8-sig"), "utf-8"),
    **dict.fromkeys(("utf16", "ucs2", "unicode"), "utf-16"),
}


def _encoding_test(value: str) -> Callable[[DocumentRecord], bool]:
    """An encoding by any of its names; ``utf-16`` is both of its orders."""
    wanted = fold(value).strip().replace("_", "-")
    wanted = _ENCODINGS.get(wanted, wanted)
    return lambda record: (
        record.encoding is not None
        and (record.encoding == wanted or record.encoding.startswith(f"{wanted}-"))
    )


_TESTS = {
    "path": _path_test,
    "title": _title_test,
    "type": _type_test,
    "size": _size_test,
    "encoding": _encoding_test,
}
