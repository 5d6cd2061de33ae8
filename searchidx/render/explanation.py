"""An explanation as a person reads it: the query as it was read, its terms, and what they did in a paragraph."""

from collections.abc import Iterator, Mapping
from typing import Any

from searchidx.render.look import FAINT, STRONG, Look, count
from searchidx.render.safe import one_line, visible
from searchidx.render.wrap import table
from searchidx.snippets import truncate

_INDENT = "  "
_USUAL_WIDTH = 100


def explanation(explained: Mapping[str, Any], look: Look) -> Iterator[str]:
    """Lay out what :meth:`searchidx.Index.explain` gives."""
    yield from table(
        [("query", visible(explained["query"])), ("read as", visible(explained["read_as"] or "nothing"))]
    )
    yield from (f"note: {visible(note)}" for note in explained["notes"])
    if explained["terms"]:
        yield ""
        yield look.paint("Terms, and how many paragraphs hold them:", STRONG)
        rows = [_term(term) for term in explained["terms"]]
        yield from (
            _INDENT + line for line in table([("field", "term", "paragraphs", "weight"), *rows], right=(2, 3))
        )
    for paragraph in explained["paragraphs"]:
        yield ""
        yield from _paragraph(paragraph, look)


def _term(term: Mapping[str, Any]) -> tuple[str, ...]:
    return term["field"], visible(term["term"]), f"{term['paragraphs']:,}", f"{term['weight']:g}"


def _paragraph(paragraph: Mapping[str, Any], look: Look) -> Iterator[str]:
    lines = f"{paragraph['line']}" + (
        f"–{paragraph['end_line']}" if paragraph["end_line"] != paragraph["line"] else ""
    )
    yield f"{look.path(paragraph['path'])}:{lines}"
    width = (look.width or _USUAL_WIDTH) - len(_INDENT)
    yield _INDENT + look.paint(truncate(one_line(paragraph["text"]), width), FAINT)
    if paragraph["match"] is None:
        yield f"{_INDENT}does not match: {visible(paragraph['reason'])}"
        return
    parts = count(len(paragraph["parts"]), "part")
    yield f"{_INDENT}matches: {paragraph['match']} · score {paragraph['score']:.3f} of {parts}"
    rows = [_part(part) for part in paragraph["parts"]]
    if rows:
        yield from (
            _INDENT + line for line in table([("field", "term", "times", "score"), *rows], right=(2, 3))
        )


def _part(part: Mapping[str, Any]) -> tuple[str, ...]:
    return part["field"], visible(part["term"]), str(part["frequency"]), f"{part['score']:.3f}"
