"""Layout of an explanation: the parsed query, its terms and filters, and the score of each paragraph."""

from collections.abc import Iterator, Sequence

from searchidx.explanation import Explanation, ParagraphExplanation, QueryTerm, QueryText, WordMatch
from searchidx.render.look import FAINT, LINE, STRONG, Look, count
from searchidx.render.safe import one_line, visible
from searchidx.render.wrap import table, wrap
from searchidx.snippets import truncate

_INDENT = "  "
_GAP = "  "
_DEFAULT_COLUMNS = 100
_LABEL_COLUMNS = 10  # columns
_UNITS = 1000  # per 1.0 of a score, the precision shown
_SECONDARY = ("forms", "headings")  # fields that rarely contain a query word; shown only if they do
_TIERS = {
    "literal": "the text or the record id contains the query as written",
    "words": "the text and its headings contain all words of the query",
    "some": "the text contains some words of the query, or a bigram of it",
}


def explanation(explained: Explanation, look: Look) -> Iterator[str]:
    """Yield the lines of an explanation by :meth:`searchidx.Index.explain`."""
    yield from _labelled("query", visible(explained.query), look)
    yield from _labelled("parsed as", visible(explained.read_as or "nothing"), look)
    for text in explained.asked:
        yield from _analysis(text, look)
    yield from (f"note: {visible(note)}" for note in explained.notes)
    if explained.terms:
        yield ""
        yield look.paint("Terms, with the number of paragraphs that contain each:", STRONG)
        rows = [_term(term) for term in explained.terms if term.paragraphs or term.field not in _SECONDARY]
        yield from _indented(table([("field", "term", "paragraphs", "weight"), *rows], right=(2, 3)))
    if explained.filters:
        yield ""
        yield look.paint("Filters, with the number of paragraphs that pass each:", STRONG)
        rows = [
            (visible(entry.filter), visible(entry.means), f"{entry.paragraphs:,}")
            for entry in explained.filters
        ]
        yield from _indented(table([("filter", "means", "paragraphs"), *rows], right=(2,)))
    for paragraph in explained.paragraphs:
        yield ""
        yield from _paragraph(paragraph, look)


def shared_out(score: float, parts: Sequence[float]) -> tuple[int, list[int]]:
    """Return a score and its parts in thousandths, the parts rounded so that their sum is the score.

    Largest remainder method: the parts with the largest remainders are rounded up.
    """
    whole = round(score * _UNITS)
    floors = [int(part * _UNITS // 1) for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda index: floors[index] - parts[index] * _UNITS)
    for index in by_remainder[: max(whole - sum(floors), 0)]:
        floors[index] += 1
    return whole, floors


def _analysis(text: QueryText, look: Look) -> Iterator[str]:
    if text.folded != text.text:
        yield from _labelled("folded", visible(text.folded), look)
    yield from _labelled("tokens", _GAP.join(visible(token.text) for token in text.tokens), look)
    yield from _labelled("terms", _GAP.join(map(visible, text.words)) or "–", look)
    if text.left_out:
        yield from _labelled("ignored", _GAP.join(map(visible, text.left_out)), look)


def _labelled(label: str, text: str, look: Look) -> Iterator[str]:
    """Yield a label and its text, wrapped."""
    lead = look.paint(label, FAINT) + " " * (_LABEL_COLUMNS - len(label)) + _GAP
    columns = max((look.width or _DEFAULT_COLUMNS) - _LABEL_COLUMNS - len(_GAP), 20)
    for start, end in wrap(text, columns):
        yield lead + text[start:end]
        lead = " " * (_LABEL_COLUMNS + len(_GAP))


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (_INDENT + line for line in lines)


def _term(term: QueryTerm) -> tuple[str, ...]:
    words = visible(", ".join((term.term, *term.also)))
    return term.field, words, f"{term.paragraphs:,}", f"{term.weight:g}"


def _paragraph(paragraph: ParagraphExplanation, look: Look) -> Iterator[str]:
    line, end = paragraph.line, paragraph.end_line
    lines_shown = look.paint(f"{line}–{end}" if end != line else str(line), LINE)
    yield f"{look.path(paragraph.path)}:{lines_shown}"
    width = max((look.width or _DEFAULT_COLUMNS) - len(_INDENT), 20)
    if paragraph.headings:
        yield _INDENT + look.paint(truncate(one_line(" › ".join(paragraph.headings)), width), FAINT)
    yield _INDENT + look.paint(truncate(one_line(paragraph.text), width), FAINT)
    if paragraph.changed:
        yield (_INDENT + "the file was changed or deleted after indexing; searchidx index updates it")
    yield from (_INDENT + line for line in _verdict(paragraph, width, look))
    if paragraph.words:
        yield ""
        rows = [_word(word, width) for word in paragraph.words]
        lines = table([("query word", "as a term", "in headings", "tokens in the text"), *rows], right=(1,))
        yield from _indented(lines)
    if paragraph.parts:
        yield ""
        yield from _indented(_scores(paragraph))


def _verdict(paragraph: ParagraphExplanation, width: int, look: Look) -> Iterator[str]:
    if paragraph.match is None:
        verdict = f"does not match: {visible(paragraph.reason or '')}"
    else:
        tier, ahead = paragraph.match, paragraph.ahead or {}
        verdict = f"matches, {tier}: {_TIERS[tier]} · rank {paragraph.rank:,} of {paragraph.total:,}"
        preceding = [f"{number:,} {name}" for name, number in ahead.items() if number and name != tier]
        if ahead.get(tier):
            preceding.append(f"{ahead[tier]:,} {tier} with an equal or higher score")
        if preceding:
            verdict += f", after {' and '.join(preceding)}"
    for start, end in wrap(verdict, width):
        yield look.paint(verdict[start:end], STRONG)


def _word(word: WordMatch, width: int) -> tuple[str, ...]:
    tokens = "|".join(visible(one_line(token)) for token in word.cut or ())
    times = f"{word.times:,}" if word.times else "–"
    occurrence = truncate(tokens, max(width // 2, 10)) if word.stands else "–"
    return visible(word.word), times, "yes" if word.in_headings else "–", occurrence


def _scores(paragraph: ParagraphExplanation) -> Iterator[str]:
    parts = paragraph.parts
    whole, shares = shared_out(paragraph.score, [part.score for part in parts])
    ordered = sorted(zip(parts, shares, strict=True), key=lambda pair: -pair[1])
    rows = [
        (part.field, visible(part.term), f"{part.frequency:,}", _decimal(share)) for part, share in ordered
    ]
    total = ("score", count(len(parts), "part"), "", _decimal(whole))
    return table([("field", "term", "frequency", "score"), *rows, total], right=(2, 3))


def _decimal(thousandths: int) -> str:
    return f"{thousandths // _UNITS}.{thousandths % _UNITS:03}"
