"""Check of an index: checksums of all bytes, and consistency of all structures.

Checksums detect damage by disks and by other programs. Consistency checks detect errors with a valid checksum, from a
crafted file or from a bug.
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

_MAX_BATCH_READINGS = 1024  # reading forms made at a time
_MAX_BATCH_TERMS = 4096  # read at a time
_MAX_BATCH_STARTS = 1 << 16  # documents or sections read at a time
MAX_BATCH_BYTES = 1 << 18
"""Size of posting lists that are read at a time; decoding takes some eighty times as much memory."""
_OTHER_INDEX_FILES = frozenset((write_lock.FILE, ".gitignore"))


def check(directory: str) -> Findings:
    """Return the problems of an index after reading every byte of it.

    Raises:
        NoIndexError: There is no index.
        NewerFormatError: A later version wrote the index.
        StorageError: The index can't be read.
    """
    while True:
        last = manifests.latest(directory)
        findings = _findings(directory)
        # A commit made meanwhile removes files, so problems count only if the manifest is still the latest.
        if not findings.problems or manifests.latest(directory) == last:
            return findings


def examine(part: Segment) -> None:
    """Check all of a segment, in batches, so that memory does not grow with the segment.

    Raises:
        CorruptIndexError: A checksum does not match, or a structure is inconsistent.
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
        raise part.container.corrupt("a document does not have its number of paragraphs")


def _examine_readings(part: Segment) -> None:
    """Raise CorruptIndexError unless the edits of each reading form fit the text of their paragraph."""
    numbers = part.reading_paragraphs.tolist()
    for start in range(0, len(numbers), _MAX_BATCH_READINGS):
        chunk = numbers[start : start + _MAX_BATCH_READINGS]
        part.reading_forms(chunk, part.paragraphs.texts(chunk))


def _row_counts(part: Segment, name: str, count: int) -> Iterator[int]:
    """Yield the number of paragraphs of each document or section.

    Raises:
        CorruptIndexError: They do not cover the paragraphs of the segment.
    """
    end = 0
    for start in range(0, count + 1, _MAX_BATCH_STARTS):
        firsts = part.container.slice(
            f"{name}.first", start, min(start + _MAX_BATCH_STARTS, count + 1)
        ).astype(np.int64)
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
    left_over, unknown = _others(directory, named) if named else ([], [])
    return Findings(tuple(problems), tuple(left_over), tuple(unknown))


def _damaged_segments(directory: str, manifest: Manifest) -> Iterator[Problem]:
    for entry in manifest.segments:
        try:
            examine(Segment.committed(directory, entry))
        except CorruptIndexError as error:
            yield Problem(error.path, error.why)


def _others(directory: str, named: set[str]) -> tuple[list[str], list[str]]:
    left_over: list[str] = []
    unknown: list[str] = []
    for name in sorted(os.listdir(directory)):
        if name in named or name in _OTHER_INDEX_FILES:
            continue
        ours = (
            manifests.SEGMENT_FILE.fullmatch(name)
            or manifests.generation_of(name.removesuffix(".tmp")) is not None
        )
        (left_over if ours else unknown).append(name)
    return left_over, unknown


def _examine_terms(part: Segment, field: str) -> None:
    table = TermTable(part.container, field)  # a separate one, whose cache is dropped afterwards
    limit = part.sections if field == schema.HEADINGS else part.count
    before = b""
    for start in range(0, len(table), _MAX_BATCH_TERMS):
        end = min(start + _MAX_BATCH_TERMS, len(table))
        terms = [before, *(table.term(position) for position in range(start, end))]
        if any(a >= b for a, b in pairwise(terms)):
            raise part.container.corrupt(f"the terms of {field} are not in order")
        before = terms[-1]
        if any(last >= limit for last in _last_paragraphs(table, start, end)):
            raise part.beyond_last(field)


def _last_paragraphs(table: TermTable, start: int, end: int) -> Iterator[int]:
    """Yield the last paragraphs of the posting lists of a range of terms, in batches of bounded size."""
    ends = np.cumsum(table.sizes(start, end))
    first = 0
    while first < len(ends):
        begin = int(ends[first - 1]) if first else 0
        last = int(ends.searchsorted(begin + MAX_BATCH_BYTES, side="right"))
        if last > first:
            lists, _ = table.postings_of_range(start + first, start + last)
            yield int(lists.paragraphs.max())
        else:  # one list alone is longer
            last = first + 1
            yield table.last_paragraph(start + first, MAX_BATCH_BYTES)
        first = last
