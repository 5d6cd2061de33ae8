"""Reasons why a paragraph does not match a query, or why a location has no paragraph.

For explanations. A reason names the missing part and, if it helps, the text that is there instead.
"""

import os
from collections.abc import Iterable

from searchidx.analyzer import query_terms
from searchidx.fold import fold
from searchidx.local.lookup.all_words import containing_all
from searchidx.local.matching import filters, matcher
from searchidx.local.segment.snapshot import Snapshot
from searchidx.query import And, BooleanQuery, Boost, Filter, Literal, Node, Not, Or, Text
from searchidx.query.printing import to_string
from searchidx.query.texts import bare_needle
from searchidx.results import DocumentRecord

_MIN_PART_LENGTH = 2  # characters of a text that are worth naming
_MAX_NEAREST = 3


def why_not(snapshot: Snapshot, node: Node, number: int) -> str:
    """Return the first reason why a paragraph does not match a query."""
    match node:
        case Literal(text):
            return f"the text does not contain “{text}”" + _longest_part(snapshot, text, number)
        case Text(text):
            return f"the text contains neither “{text}” nor all words of it" + _missing_words(
                snapshot, text, number
            )
        case Boost(operand):
            return why_not(snapshot, operand, number)
        case Filter("exact", text):
            return f"the text does not contain exactly “{text}”"
        case Filter(field, value):
            return f"it does not pass {field}:{value}{_fact(snapshot, field, number)}"
        case Not(operand):
            return _excluded(operand)
        case And(operands):
            return _first_reason(snapshot, operands, number)
        case Or(operands):
            first = why_not(snapshot, operands[0], number)
            return f"none of the {len(operands)} alternatives matches; the first: {first}"
        case BooleanQuery(should, must, must_not):
            for operand in must:
                if not _matches(snapshot, operand, number):
                    return why_not(snapshot, operand, number)
            for operand in must_not:
                if not _matches(snapshot, Not(operand), number):
                    return _excluded(operand)
            return "the text contains no word of the query: " + _quoted(map(_typed, should))
        case _:
            return f"nothing in the text matches {_typed(node)}"


def not_there(snapshot: Snapshot, path: str, line: int | None) -> str:
    """Return the reason why a location has no paragraph; without a line, why there is no document."""
    for record, start, end in snapshot.documents():
        if record.path == path:
            return _no_line(snapshot, range(start, end), line or 0)
    for skipped in snapshot.manifest.skipped:
        if skipped.path == path:
            return f"it is not in the index: {skipped.reason.sentence}"
    if not any(filters.is_under(path, root) for root in snapshot.manifest.roots):
        return "it is not in the index: it is in none of the folders that are indexed"
    if not os.path.lexists(path):
        return "there is no such file, and there was none when the folder was last indexed"
    return "it is not in the index: it was left out, or came after the folder was last indexed"


def has_changed(record: DocumentRecord) -> bool:
    """Return true if a file is not the indexed one any more, by size and time."""
    try:
        status = os.stat(record.path)
    except (OSError, ValueError):
        return True
    return (status.st_size, status.st_mtime_ns) != (record.size, record.mtime_ns)


def _no_line(snapshot: Snapshot, numbers: range, line: int) -> str:
    lines = [(paragraph.line, paragraph.end_line) for paragraph in snapshot.paragraphs(numbers)]
    nearest = sorted(lines, key=lambda span: max(span[0] - line, line - span[1]))[:_MAX_NEAREST]
    if not nearest:
        return "the document has no paragraphs"
    spans = ", ".join(f"{first}–{last}" if first != last else str(first) for first, last in sorted(nearest))
    return f"no paragraph is at that line; the nearest are at {spans}"


def _excluded(operand: Node) -> str:
    return f"it matches {to_string(operand)}, which is excluded"


def _first_reason(snapshot: Snapshot, operands: tuple[Node, ...], number: int) -> str:
    for operand in operands:
        if not _matches(snapshot, operand, number):
            return why_not(snapshot, operand, number)
    raise AssertionError("a conjunction fails though all its operands match")


def _matches(snapshot: Snapshot, node: Node, number: int) -> bool:
    if isinstance(node, Filter):
        return bool(filters.mask(snapshot, node)[number])
    return number in matcher.evaluate(snapshot, node).numbers


def _missing_words(snapshot: Snapshot, text: str, number: int) -> str:
    """Name the words of a text that a paragraph does not contain."""
    words = query_terms(bare_needle(text), snapshot.user_lexicon).words
    missing = [word for word in words if not containing_all(snapshot, [word])[number]]
    if not missing:
        return ""
    return f": {_quoted(missing)} {'is' if len(missing) == 1 else 'are'} missing"


def _longest_part(snapshot: Snapshot, text: str, number: int) -> str:
    """Name the longest part of a text that a paragraph contains, if it is worth naming."""
    paragraph = fold(snapshot.paragraphs([number])[0].text)
    needle = fold(text)
    low, high = 0, len(needle)
    while low < high:  # if a part of some length is contained, so are shorter ones
        middle = (low + high + 1) // 2
        if any(needle[start : start + middle] in paragraph for start in range(len(needle) - middle + 1)):
            low = middle
        else:
            high = middle - 1
    if low < _MIN_PART_LENGTH:
        return ""
    parts = (needle[start : start + low] for start in range(len(needle)))
    part = next(part for part in parts if part in paragraph)
    return f"; the longest part of it that is there is “{part}”"


def _fact(snapshot: Snapshot, field: str, number: int) -> str:
    """Name the value of a paragraph that a filter tests."""
    paragraph, record = snapshot.paragraphs([number])[0], snapshot.records([number])[0]
    if field in ("in", "num"):
        from searchidx.local.explain.filters import mentions

        mentioned = mentions(paragraph.text, paragraph.date or record.date, field)
        return f": the text mentions {mentioned or 'none'}"
    facts = {
        "path": ("path is", record.path),
        "title": ("title is", record.title),
        "type": ("type is", record.type),
        "date": ("date is", paragraph.date or record.date or ""),
        "encoding": ("encoding is", record.encoding or ""),
        "size": ("size is", f"{record.size:,} bytes"),
        "heading": ("headings are", " › ".join(paragraph.headings)),
    }
    if field not in facts:
        return ""
    subject, value = facts[field]
    return f": its {subject} {value}" if value else f": it has no {field}"


def _typed(node: Node) -> str:
    return node.text if isinstance(node, Text) else to_string(node).removeprefix("+")


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
