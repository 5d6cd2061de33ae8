"""Why not: the first reason why a paragraph does not match, or why there is none at a place.

For explanations. A reason names what is missing and, where it helps, what is there instead.
"""

import os
from collections.abc import Iterable

from searchidx.analyzer import query_terms
from searchidx.fold import fold
from searchidx.local.lookup.all_words import containing_all
from searchidx.local.lookup.closing_signs import bare_form
from searchidx.local.matching import filters, matcher
from searchidx.local.segment.snapshot import Snapshot
from searchidx.query import And, BooleanQuery, Boost, Filter, Literal, Node, Not, Or, Text
from searchidx.query.printing import to_string
from searchidx.results import DocumentRecord

_LEAST_PART = 2  # characters of a text that are worth saying they are there
_NEAREST = 3


def why_not(snapshot: Snapshot, node: Node, number: int) -> str:
    """The first reason why a paragraph does not match a query that it does not match."""
    match node:
        case Literal(wanted):
            return f"the text does not contain “{wanted}”" + _part_there(snapshot, wanted, number)
        case Text(wanted):
            missing = _missing(snapshot, wanted, number)
            lacks = f": {_quoted(missing)} {'is' if len(missing) == 1 else 'are'} missing" if missing else ""
            return f"the text contains neither “{wanted}” nor all words of it{lacks}"
        case Boost(operand):
            return why_not(snapshot, operand, number)
        case Filter("exact", wanted):
            return f"the text does not contain exactly “{wanted}”"
        case Filter(field, value):
            return f"{field}:{value} lets it not through{_fact(snapshot, field, number)}"
        case Not(operand):
            return f"it matches {to_string(operand)}, which is excluded"
        case And(operands):
            return _first(snapshot, operands, number)
        case Or(operands):
            return f"none of the {len(operands)} alternatives matches; the first: " + why_not(
                snapshot, operands[0], number
            )
        case BooleanQuery(words, required, excluded):
            for operand in required:
                if not _holds(snapshot, operand, number):
                    return why_not(snapshot, operand, number)
            for operand in excluded:
                if not _holds(snapshot, Not(operand), number):
                    return f"it matches {to_string(operand)}, which is excluded"
            return "no word of the query is in it: " + _quoted(map(_typed, words))
        case _:
            return f"the text has nothing that {_typed(node)} stands for"


def not_there(snapshot: Snapshot, path: str, line: int | None) -> str:
    """Why there is no paragraph at a place; without a line, why there is no document."""
    for record, start, end in snapshot.documents():
        if record.path == path:
            return _no_line(snapshot, range(start, end), line or 0)
    manifest = snapshot.manifest
    for skipped in manifest.skipped:
        if skipped.path == path:
            return f"it is not in the index: {skipped.reason.sentence}"
    if not any(filters.is_under(path, root) for root in manifest.roots):
        return "it is not in the index: it is in none of the folders that are indexed"
    if not os.path.lexists(path):
        return "there is no such file, and there was none when the folder was last indexed"
    return "it is not in the index: it was left out, or came after the folder was last indexed"


def has_changed(record: DocumentRecord) -> bool:
    """Whether a file is another than the one that was indexed."""
    try:
        found = os.stat(record.path)
    except (OSError, ValueError):
        return True
    return (found.st_size, found.st_mtime_ns) != (record.size, record.mtime_ns)


def _no_line(snapshot: Snapshot, numbers: range, line: int) -> str:
    places = [(paragraph.line, paragraph.end_line) for paragraph in snapshot.paragraphs(numbers)]
    nearest = sorted(places, key=lambda place: max(place[0] - line, line - place[1]))[:_NEAREST]
    if not nearest:
        return "the document has no paragraphs"
    shown = ", ".join(f"{a}–{b}" if a != b else str(a) for a, b in sorted(nearest))
    return f"no paragraph stands there; the nearest are at {shown}"


def _first(snapshot: Snapshot, operands: tuple[Node, ...], number: int) -> str:
    for operand in operands:
        if not _holds(snapshot, operand, number):
            return why_not(snapshot, operand, number)
    raise AssertionError("all operands match, and so does the whole")


def _holds(snapshot: Snapshot, node: Node, number: int) -> bool:
    if isinstance(node, Filter):
        return bool(filters.mask(snapshot, node)[number])
    return number in matcher.evaluate(snapshot, node).numbers


def _missing(snapshot: Snapshot, text: str, number: int) -> list[str]:
    """The words of a text that a paragraph does not hold."""
    words = query_terms(bare_form(text), snapshot.user_lexicon).words
    return [word for word in words if not containing_all(snapshot, [word])[number]]


def _part_there(snapshot: Snapshot, wanted: str, number: int) -> str:
    """Say the longest part of a text that a paragraph contains, if it is worth saying."""
    text = fold(snapshot.paragraphs([number])[0].text)
    needle = fold(wanted)
    low, high = 0, len(needle)
    while low < high:  # if a part of some length is there, shorter ones are
        middle = (low + high + 1) // 2
        if any(needle[at : at + middle] in text for at in range(len(needle) - middle + 1)):
            low = middle
        else:
            high = middle - 1
    if low < _LEAST_PART:
        return ""
    part = next(needle[at : at + low] for at in range(len(needle)) if needle[at : at + low] in text)
    return f"; the longest part of it that is there is “{part}”"


def _fact(snapshot: Snapshot, field: str, number: int) -> str:
    """Say what a filter looked at."""
    paragraph, record = snapshot.paragraphs([number])[0], snapshot.records([number])[0]
    facts = {
        "path": ("path", record.path),
        "title": ("title", record.title),
        "type": ("type", record.type),
        "date": ("date", paragraph.date or record.date or ""),
        "encoding": ("encoding", record.encoding or ""),
        "size": ("size", f"{record.size:,} bytes"),
        "heading": ("headings", " › ".join(paragraph.headings)),
    }
    if field in ("in", "num"):
        from searchidx.local.explain.filters import mentioned_there

        there = mentioned_there(paragraph.text, paragraph.date or record.date, field)
        return f": the text mentions {there}" if there else ": the text mentions none"
    if field not in facts:
        return ""
    name, value = facts[field]
    return (
        f": its {name} {'are' if name == 'headings' else 'is'} {value}" if value else f": it has no {field}"
    )


def _typed(node: Node) -> str:
    return node.text if isinstance(node, Text) else to_string(node).removeprefix("+")


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
