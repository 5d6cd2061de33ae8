"""An explanation as a person reads it: the query as it was read, its terms, and what they did in a paragraph."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from searchidx.render.look import FAINT, LINE, STRONG, Look, count
from searchidx.render.safe import one_line, visible
from searchidx.render.wrap import table, wrap
from searchidx.snippets import truncate

_INDENT = "  "
_GAP = "  "
_USUAL_WIDTH = 100
_LABEL = 10  # columns
_UNITS = 1000  # scores are shown to so many parts of one
_BESIDE = ("forms", "headings")  # fields that a word is looked up in beside its own, and is seldom in
_TIERS = {
    "literal": "the text or the id of the record holds the query as it is written",
    "words": "all words of the query are there, in the text or in the headings above it",
    "some": "some words of the query are there, or two neighbouring characters of it",
}


def explanation(explained: Mapping[str, Any], look: Look) -> Iterator[str]:
    """Lay out what :meth:`searchidx.Index.explain` gives."""
    yield from _labelled("query", visible(explained["query"]), look)
    yield from _labelled("read as", visible(explained["read_as"] or "nothing"), look)
    for asked in explained["asked"]:
        yield from _asked(asked, look)
    yield from (f"note: {visible(note)}" for note in explained["notes"])
    if explained["terms"]:
        yield ""
        yield look.paint("Terms, and how many paragraphs hold them:", STRONG)
        rows = [
            _term(term) for term in explained["terms"] if term["paragraphs"] or term["field"] not in _BESIDE
        ]
        yield from _indented(table([("field", "term", "paragraphs", "weight"), *rows], right=(2, 3)))
    if explained["filters"]:
        yield ""
        yield look.paint("Filters, and how many paragraphs each lets through:", STRONG)
        rows = [
            (visible(one["filter"]), visible(one["means"]), f"{one['paragraphs']:,}")
            for one in explained["filters"]
        ]
        yield from _indented(table([("filter", "means", "paragraphs"), *rows], right=(2,)))
    for paragraph in explained["paragraphs"]:
        yield ""
        yield from _paragraph(paragraph, look)


def shared_out(score: float, parts: Sequence[float]) -> tuple[int, list[int]]:
    """A score and its parts in thousandths, the parts rounded so that they add up to the score.

    The largest remainders are rounded up, as seats are given out in parliaments.
    """
    whole = round(score * _UNITS)
    floors = [int(part * _UNITS // 1) for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda at: floors[at] - parts[at] * _UNITS)
    for at in by_remainder[: max(whole - sum(floors), 0)]:
        floors[at] += 1
    return whole, floors


def _asked(asked: Mapping[str, Any], look: Look) -> Iterator[str]:
    if asked["folded"] != asked["text"]:
        yield from _labelled("folded", visible(asked["folded"]), look)
    yield from _labelled("cut", _GAP.join(visible(token["text"]) for token in asked["tokens"]), look)
    yield from _labelled("looked for", _GAP.join(map(visible, asked["words"])) or "–", look)
    if asked["left_out"]:
        yield from _labelled("left out", _GAP.join(map(visible, asked["left_out"])), look)


def _labelled(label: str, text: str, look: Look) -> Iterator[str]:
    """A label and its text, on as many lines as that needs."""
    lead = look.paint(label, FAINT) + " " * (_LABEL - len(label)) + _GAP
    room = max((look.width or _USUAL_WIDTH) - _LABEL - len(_GAP), 20)
    for start, end in wrap(text, room):
        yield lead + text[start:end]
        lead = " " * (_LABEL + len(_GAP))


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (_INDENT + line for line in lines)


def _term(term: Mapping[str, Any]) -> tuple[str, ...]:
    words = visible(", ".join((term["term"], *term.get("also", ()))))
    return term["field"], words, f"{term['paragraphs']:,}", f"{term['weight']:g}"


def _paragraph(paragraph: Mapping[str, Any], look: Look) -> Iterator[str]:
    line, end = paragraph["line"], paragraph["end_line"]
    place = look.paint(f"{line}–{end}" if end != line else str(line), LINE)
    yield f"{look.path(paragraph['path'])}:{place}"
    width = max((look.width or _USUAL_WIDTH) - len(_INDENT), 20)
    if paragraph["headings"]:
        yield _INDENT + look.paint(truncate(one_line(" › ".join(paragraph["headings"])), width), FAINT)
    yield _INDENT + look.paint(truncate(one_line(paragraph["text"]), width), FAINT)
    if paragraph["changed"]:
        yield (
            _INDENT + "the file has changed since it was indexed, or is gone: searchidx index reads it again"
        )
    yield from (_INDENT + line for line in _verdict(paragraph, width, look))
    if paragraph["words"]:
        yield ""
        rows = [_word(word, width) for word in paragraph["words"]]
        lines = table([("looked for", "as a word", "in headings", "stands in the text"), *rows], right=(1,))
        yield from _indented(lines)
    if paragraph["parts"]:
        yield ""
        yield from _indented(_scores(paragraph))


def _verdict(paragraph: Mapping[str, Any], width: int, look: Look) -> Iterator[str]:
    if paragraph["match"] is None:
        said = f"does not match: {visible(paragraph['reason'])}"
    else:
        tier, ahead = paragraph["match"], paragraph["ahead"]
        said = f"matches, {tier}: {_TIERS[tier]} · rank {paragraph['rank']:,} of {paragraph['total']:,}"
        before = [f"{number:,} {name}" for name, number in ahead.items() if number and name != tier]
        if ahead[tier]:
            before.append(f"{ahead[tier]:,} {tier} with as much score or more")
        if before:
            said += f", after {' and '.join(before)}"
    for start, end in wrap(said, width):
        yield look.paint(said[start:end], STRONG)


def _word(word: Mapping[str, Any], width: int) -> tuple[str, ...]:
    cut = "|".join(visible(one_line(token)) for token in word["cut"] or ())
    times = f"{word['times']:,}" if word["times"] else "–"
    where = truncate(cut, max(width // 2, 10)) if word["stands"] else "–"
    return visible(word["word"]), times, "yes" if word["in_headings"] else "–", where


def _scores(paragraph: Mapping[str, Any]) -> Iterator[str]:
    parts = paragraph["parts"]
    whole, shares = shared_out(paragraph["score"], [part["score"] for part in parts])
    ordered = sorted(zip(parts, shares, strict=True), key=lambda pair: -pair[1])
    rows = [
        (part["field"], visible(part["term"]), f"{part['frequency']:,}", _decimal(share))
        for part, share in ordered
    ]
    total = ("score", count(len(parts), "part"), "", _decimal(whole))
    return table([("field", "term", "times", "score"), *rows, total], right=(2, 3))


def _decimal(thousandths: int) -> str:
    return f"{thousandths // _UNITS}.{thousandths % _UNITS:03}"
