"""Filters: one mask of paragraphs for each.

``path:``, ``title:``, ``type:`` and ``heading:`` search the :mod:`~searchidx.local.matching.document_columns`; ``size:`` and
``encoding:`` test every document; ``date:``, ``in:``, ``num:`` and ``lang:`` are up to
:mod:`~searchidx.local.matching.range_filters`, and ``exact:`` to :mod:`~searchidx.local.matching.unfolded`.
"""

import os
from collections.abc import Callable, Iterable

import numpy as np

from searchidx.fold import fold
from searchidx.local.segment.snapshot import Mask, Numbers, Snapshot
from searchidx.query import Filter
from searchidx.results import DocumentRecord

_RANGE_FIELDS = frozenset(("date", "in", "num", "lang"))


def mask(snapshot: Snapshot, query_filter: Filter) -> Mask:
    """Return the mask of the paragraphs that pass a filter."""
    if query_filter.field == "exact":
        from searchidx.local.matching import unfolded

        return unfolded.mask(snapshot, query_filter.value)
    cached: Mask = snapshot.cached(
        (query_filter.field, query_filter.value), lambda: _mask(snapshot, query_filter)
    )
    return cached.copy()


def _mask(snapshot: Snapshot, query_filter: Filter) -> Mask:
    field = query_filter.field
    if field in _RANGE_FIELDS:
        from searchidx.local.matching import range_filters  # it loads the parsers of dates and amounts

        return range_filters.mask(snapshot, query_filter)
    if field in _TESTS:
        return _by_document(snapshot, _TESTS[field](query_filter.value))
    from searchidx.local.matching import document_columns as columns

    value = fold(query_filter.value)
    if field == "heading":
        sections = columns.sections_below_heading(snapshot, value)
        return _paragraphs_of(sections, (part.section_starts for part in snapshot.segments))
    if field == "title":
        documents = columns.rows_containing(columns.titles(snapshot), value)
    elif field == "type":
        documents = _of_type(columns.types(snapshot), columns.paths(snapshot), value.lstrip("."))
    else:
        documents = _with_path(columns.paths(snapshot), value)
    return _paragraphs_of(documents, (part.document_starts for part in snapshot.segments))


def _paragraphs_of(rows: Mask, starts: Iterable[Numbers]) -> Mask:
    """Return the mask of the paragraphs of documents or sections, by the first paragraphs of these in each segment."""
    sizes = [np.diff(starts_of_part) for starts_of_part in starts]
    paragraphs: Mask = np.repeat(
        rows[: sum(map(len, sizes))], np.concatenate([np.zeros(0, np.int64), *sizes])
    )
    return paragraphs


def _with_path(paths: str, value: str) -> Mask:
    """Return the mask of the documents whose path matches: a glob over the whole path or its end, or else a part of it.

    Both are folded like texts: who remembers a folder by name need not know its script or case.
    """
    from searchidx.local.matching import document_columns

    if os.sep != "/":
        paths, value = paths.replace(os.sep, "/"), value.replace(os.sep, "/")
    if not any(character in value for character in "*?["):
        return document_columns.rows_containing(paths, value)
    import re
    from fnmatch import translate

    matches = re.compile(f"{translate(value)}|{translate(f'*/{value}')}").match
    return np.array([matches(path) is not None for path in paths.split("\n")], bool)


def _of_type(types: str, paths: str, value: str) -> Mask:
    """Return the mask of the documents of a type (``markdown``) or with a suffix (``md``)."""
    has_type = np.array([name == value for name in types.split("\n")], bool)
    suffix = f".{value}"
    has_suffix = np.array([path.endswith(suffix) for path in paths.split("\n")], bool)
    either: Mask = has_type | has_suffix
    return either


def under(snapshot: Snapshot, path: str) -> Mask:
    """Return the mask of the paragraphs of documents at or below an absolute path."""
    below: Mask = snapshot.cached(("under", path), lambda: _under(snapshot, path))
    return below


def _under(snapshot: Snapshot, top: str) -> Mask:
    masks = [np.zeros(0, bool)]
    for part in snapshot.segments:
        snapshot.budget.check()
        paths = part.document_rows.texts(range(part.documents))
        masks.append(np.array([is_under(path, top) for path in paths], bool))
    return _paragraphs_of(np.concatenate(masks), (part.document_starts for part in snapshot.segments))


def is_under(path: str, top: str) -> bool:
    """Return true if a path is ``top`` or below it."""
    return path == top or path.startswith(top if top.endswith(os.sep) else top + os.sep)


def _by_document(snapshot: Snapshot, test: Callable[[DocumentRecord], bool]) -> Mask:
    """Return the mask of the paragraphs of documents that pass a test."""
    allowed = np.zeros(snapshot.size, bool)
    for record, start, end in snapshot.documents():
        snapshot.budget.check()
        if test(record):
            allowed[start:end] = True
    return allowed


def _size_test(value: str) -> Callable[[DocumentRecord], bool]:
    from searchidx.query.sizes import parse_sizes

    limits = parse_sizes(value)
    if limits is None:
        return lambda _: False
    smallest, largest = limits
    return lambda record: smallest <= record.size and (largest is None or record.size <= largest)


def _encoding_test(value: str) -> Callable[[DocumentRecord], bool]:
    """Return a test for an encoding by any of its names; ``utf-16`` is both byte orders."""
    from searchidx.query.values import parse_encoding

    encoding = parse_encoding(value)
    return lambda record: (
        record.encoding is not None
        and encoding is not None
        and (record.encoding == encoding or record.encoding.startswith(f"{encoding}-"))
    )


_TESTS = {
    "size": _size_test,
    "encoding": _encoding_test,
}
