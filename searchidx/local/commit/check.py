"""Reads all of an index and names what is wrong with it.

Two things are looked at: that every byte is the one that was committed, and that what the bytes say holds together.
The first finds what disks and people do to files; the second what a stranger, or a mistake of ours, put into them with
a fitting checksum.
"""

import os
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from searchidx.engine import Findings, Problem
from searchidx.errors import CorruptIndexError
from searchidx.local.commit import write_lock
from searchidx.local.format.term_dictionary import TermTable
from searchidx.local.segment import manifest as manifests
from searchidx.local.segment import schema
from searchidx.local.segment.manifest import Manifest
from searchidx.local.segment.segment import DOCUMENTS, SECTIONS, Segment

_READINGS = 1024  # reading forms made at a time
_TERMS = 4096  # read at a time
_FIRSTS = 1 << 16  # documents or sections read at a time
LIST_BYTES = 1 << 18
"""Bytes of posting lists read at a time, which take some eighty times as much memory to decode."""
_OWN_FILES = frozenset((write_lock.FILE, ".gitignore"))


def check(directory: str) -> Findings:
    """Read every byte of an index.

    Raises:
        NoIndexError: There is none.
        NewerFormatError: It was written by a later version.
        StorageError: It can't be read.
    """
    while True:
        last = manifests.latest(directory)
        found = _findings(directory)
        # A commit that came in between takes files away; then what was found says nothing.
        if not found.problems or manifests.latest(directory) == last:
            return found


def examine(part: Segment) -> None:
    """Read all of a segment, in pieces, so that the memory it takes does not grow with the segment.

    Raises:
        CorruptIndexError: A byte is damaged, or what the bytes say can't be.
    """
    part.container.verify()
    for field in (*schema.FIELDS, schema.MENTIONS):
        _examine_terms(part, field)
    for row in part.paragraphs.all_rows():
        part.as_paragraph(row, ())
    _examine_readings(part)
    for _ in part.section_rows.all_rows():
        pass
    for _ in _row_counts(part, SECTIONS, part.sections):
        pass
    paragraphs = _row_counts(part, DOCUMENTS, part.documents)
    if any(row.facts[-1] != next(paragraphs) for row in part.document_rows.all_rows()):
        raise part.container.corrupt("documents have another number of paragraphs than they say")


def _examine_readings(part: Segment) -> None:
    """Raise CorruptIndexError unless the edits of each reading form fit the text of their paragraph."""
    numbers = part.reading_paragraphs.tolist()
    for start in range(0, len(numbers), _READINGS):
        chunk = numbers[start : start + _READINGS]
        part.reading_forms(chunk, part.paragraphs.texts(chunk))


def _row_counts(part: Segment, name: str, count: int) -> Iterator[int]:
    """Yield the number of paragraphs of each document or section.

    Raises:
        CorruptIndexError: They do not cover the paragraphs of the segment.
    """
    end = 0
    for start in range(0, count + 1, _FIRSTS):
        firsts = part.container.slice(f"{name}.first", start, min(start + _FIRSTS, count + 1)).astype(
            np.int64
        )
        counts = np.diff(firsts, prepend=end)
        if (counts < 0).any() or (start == 0 and firsts[0]):
            raise part.container.corrupt(f"its {name} do not cover its paragraphs")
        end = int(firsts[-1])
        yield from counts[1 if start == 0 else 0 :].tolist()
    if end != part.count:
        raise part.container.corrupt(f"its {name} do not cover its paragraphs")


def _findings(directory: str) -> Findings:
    problems: list[Problem] = []
    named: set[str] = set()
    try:
        manifest = manifests.read(directory)
        for stamps in (manifest.touched, manifest.refusals):
            len(stamps)  # unpacks them
    except FileNotFoundError:
        problems.append(Problem(directory, "its manifest is missing"))
    except CorruptIndexError as error:
        problems.append(Problem(error.path, error.why))
    else:
        named = {entry.name for entry in manifest.segments} | {manifests.file_name(manifest.generation)}
        problems += _damaged_segments(directory, manifest)
    left_over, strange = _others(directory, named) if named else ([], [])
    return Findings(tuple(problems), tuple(left_over), tuple(strange))


def _damaged_segments(directory: str, manifest: Manifest) -> Iterator[Problem]:
    for entry in manifest.segments:
        try:
            examine(Segment.committed(directory, entry))
        except CorruptIndexError as error:
            yield Problem(error.path, error.why)


def _others(directory: str, named: set[str]) -> tuple[list[str], list[str]]:
    left_over: list[str] = []
    strange: list[str] = []
    for name in sorted(os.listdir(directory)):
        if name in named or name in _OWN_FILES:
            continue
        ours = (
            manifests.SEGMENT_FILE.fullmatch(name)
            or manifests.generation_of(name.removesuffix(".tmp")) is not None
        )
        (left_over if ours else strange).append(name)
    return left_over, strange


def _examine_terms(part: Segment, field: str) -> None:
    table = TermTable(part.container, field)  # of its own, so that what it reads is not kept
    limit = part.sections if field == schema.HEADINGS else part.count
    before = b""
    for start in range(0, len(table), _TERMS):
        end = min(start + _TERMS, len(table))
        terms = [before, *(table.term(position) for position in range(start, end))]
        if any(a >= b for a, b in pairwise(terms)):
            raise part.container.corrupt(f"the terms of {field} are not in order")
        before = terms[-1]
        if any(last >= limit for last in _last_paragraphs(table, start, end)):
            raise part.beyond_last(field)


def _last_paragraphs(table: TermTable, start: int, end: int) -> Iterator[int]:
    """Yield the highest paragraph of the posting lists of a range of terms, reading some bytes at a time."""
    ends = np.cumsum(table.sizes(start, end))
    first = 0
    while first < len(ends):
        begin = int(ends[first - 1]) if first else 0
        last = int(ends.searchsorted(begin + LIST_BYTES, side="right"))
        if last > first:
            lists, _ = table.postings_of_range(start + first, start + last)
            yield int(lists.paragraphs.max())
        else:  # one list alone is longer
            last = first + 1
            yield table.last_paragraph(start + first, LIST_BYTES)
        first = last
