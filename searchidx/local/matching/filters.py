"""Restrictions by what is known of a document and by what its paragraphs mention: one mask for each filter.

``path:``, ``title:``, ``type:`` and ``heading:`` look through the :mod:`~searchidx.local.matching.document_columns` of documents and sections,
``size:`` and ``encoding:`` at every document; ``date:``, ``in:`` and ``num:`` look up ranges of terms and ``lang:`` counts letters,
which is for :mod:`searchidx.local.matching.range_filters`.
"""

import os
from collections.abc import Callable, Iterable

import numpy as np

from searchidx.fold import fold
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot
from searchidx.query import Filter
from searchidx.results import DocumentRecord

_BY_TERMS = frozenset(("date", "in", "num", "lang"))


def mask(snapshot: Snapshot, wanted: Filter) -> Mask:
    """Which paragraphs a filter lets through."""
    if wanted.field == "exact":
        from searchidx.local.matching import unfolded

        return unfolded.mask(snapshot, wanted.value)
    found: Mask = snapshot.cached((wanted.field, wanted.value), lambda: _find(snapshot, wanted))
    return found.copy()


def _find(snapshot: Snapshot, wanted: Filter) -> Mask:
    if wanted.field in _BY_TERMS:
        # Most queries have none of these, and what reads dates and amounts takes a while to load.
        from searchidx.local.matching import range_filters

        return range_filters.mask(snapshot, wanted)
    if wanted.field in _TESTS:
        return _by_document(snapshot, _TESTS[wanted.field](wanted.value))
    from searchidx.local.matching import document_columns

    value = fold(wanted.value)
    if wanted.field == "heading":
        firsts = (part.section_starts for part in snapshot.segments)
        return _paragraphs_of(document_columns.below_heading(snapshot, value), firsts)
    if wanted.field == "title":
        documents = document_columns.holding(document_columns.titles(snapshot), value)
    elif wanted.field == "type":
        documents = _of_type(
            document_columns.types(snapshot), document_columns.paths(snapshot), value.lstrip(".")
        )
    else:
        documents = _with_path(document_columns.paths(snapshot), value)
    return _paragraphs_of(documents, (part.document_starts for part in snapshot.segments))


def _paragraphs_of(rows: Mask, firsts: Iterable[Numbers]) -> Mask:
    """Which paragraphs belong to documents or sections, by the first paragraphs of these in each segment."""
    sizes = [np.diff(first) for first in firsts]
    of_rows: Mask = np.repeat(rows[: sum(map(len, sizes))], np.concatenate([np.zeros(0, np.int64), *sizes]))
    return of_rows


def _with_path(paths: str, value: str) -> Mask:
    """A value with wildcards is a glob over the whole path or its end, any other is a part of the path.

    Both are folded like texts: who remembers a folder by name need not know in which script or case it is written.
    """
    from searchidx.local.matching import document_columns

    if os.sep != "/":
        paths, value = paths.replace(os.sep, "/"), value.replace(os.sep, "/")
    if not any(character in value for character in "*?["):
        return document_columns.holding(paths, value)
    import re
    from fnmatch import translate

    matches = re.compile(f"{translate(value)}|{translate(f'*/{value}')}").match
    return np.array([matches(path) is not None for path in paths.split("\n")], bool)


def _of_type(types: str, paths: str, value: str) -> Mask:
    """A value is a type (``markdown``) or the end of a file's name (``md``)."""
    named = np.array([kind == value for kind in types.split("\n")], bool)
    ending = f".{value}"
    ended = np.array([path.endswith(ending) for path in paths.split("\n")], bool)
    either: Mask = named | ended
    return either


def under(snapshot: Snapshot, path: str) -> Mask:
    """Which paragraphs belong to documents at or below an absolute path."""
    below: Mask = snapshot.cached(("under", path), lambda: _under(snapshot, path))
    return below


def _under(snapshot: Snapshot, top: str) -> Mask:
    below = [np.zeros(0, bool)]
    for part in snapshot.segments:
        snapshot.budget.check()
        paths = part.document_rows.texts(range(part.documents))
        below.append(np.array([is_under(path, top) for path in paths], bool))
    return _paragraphs_of(np.concatenate(below), (part.document_starts for part in snapshot.segments))


def is_under(path: str, top: str) -> bool:
    """Whether a path is ``top`` or below it."""
    return path == top or path.startswith(top if top.endswith(os.sep) else top + os.sep)


def _by_document(snapshot: Snapshot, test: Callable[[DocumentRecord], bool]) -> Mask:
    allowed = np.zeros(snapshot.size, bool)
    for record, start, end in snapshot.documents():
        snapshot.budget.check()
        if test(record):
            allowed[start:end] = True
    return allowed


def _size_test(value: str) -> Callable[[DocumentRecord], bool]:
    from searchidx.query.sizes import parse_sizes

    asked = parse_sizes(value)
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
    "size": _size_test,
    "encoding": _encoding_test,
}
