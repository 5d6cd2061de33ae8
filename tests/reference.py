"""A slow search engine of plain loops, to hold the fast one to its definition.

It reads documents as values and knows nothing of segments, postings or arrays. What a term is comes from the analyzer;
which terms a field holds is written down here again from the table in :mod:`searchidx.local.segment.schema`, and how a paragraph
is scored from :mod:`searchidx.ranking` and its source.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatchcase

from searchidx import ranking
from searchidx.analyzer import CJK_RANGES, QueryTerms, query_terms
from searchidx.analyzer.paragraph_terms import paragraph_terms
from searchidx.document import Document, Paragraph
from searchidx.fold import fold
from searchidx.fold.forms import fold_except_forms
from searchidx.mentions.terms import DayOfYear, Days, Numbers
from searchidx.query import And, BooleanQuery, Filter, Literal, Node, Not, Or, Text
from searchidx.query.value_ranges import parse_amounts, parse_dates
from searchidx.reading_form.rules import reading_form
from searchidx.runs import readings
from searchidx.tokenizer import bulk_tokenizer

CJK = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in CJK_RANGES)
K1, B = 0.9, 0.75
WINDOW_WEIGHT, WINDOW_LENGTH = 0.6, 70.0
WEIGHTS = {"words": 1.0, "forms": 1.0, "headings": 0.5, "characters": 0.5, "bigrams": 0.3}
TIERS = ("literal", "words", "some")
MOST = {"frequency": 257, "length": 65535}  # what a posting and a length can count to


@dataclass(frozen=True)
class Expected:
    """A hit as it should be."""

    path: str
    place: int
    paragraph: Paragraph
    tier: str
    score: float


@dataclass
class _Analysed:
    """A paragraph with the terms of each field and how many of them there are."""

    path: str
    place: int
    document: Document
    paragraph: Paragraph
    text: str
    mentions: frozenset[str]
    terms: dict[str, Counter]
    length: dict[str, int]

    @property
    def date(self) -> str | None:
        return self.paragraph.date or self.document.date


def scan(documents: Iterable[Document], needle: str) -> list[tuple[str, int]]:
    """Path and place of every paragraph that contains a text, as grep would find it in what is stored or read."""
    wanted = {fold(as_read(needle))}
    if not _HALF_SYLLABLE.search(needle):
        wanted.add(fold(needle))
    return [
        (document.path, place)
        for document in documents
        for place, paragraph in enumerate(document.paragraphs)
        if any(text in _folded_twice(paragraph) for text in wanted)
    ]


_HALF_SYLLABLE = re.compile("[\u1100-\u1112][\u1161-\u1175]$")
"""A Hangul syllable in letters is one character to a reader, and half of it is none."""


def as_read(needle: str) -> str:
    """A text to look for with its characters composed, unless nothing of it is seen."""
    form = reading_form(needle)
    return form.composed if form and form.composed.strip() else needle


def _folded_twice(paragraph: Paragraph) -> str:
    """The stored text, and behind a line feed what a person reads, where that is something else."""
    form = reading_form(paragraph.text, paragraph.kind)
    return fold(paragraph.text) if form is None else f"{fold(paragraph.text)}\n{fold(form.text)}"


class Reference:
    """A corpus, ready to be searched slowly."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Analyse every paragraph."""
        self._cut = bulk_tokenizer()
        self._paragraphs = [
            self._analysed(document, place, paragraph)
            for document in documents
            for place, paragraph in enumerate(document.paragraphs)
        ]

    def _literal_form(self, text: str) -> str:
        """A bare word as a literal hit holds it: the marks that end a sentence only where they stand in some paragraph."""
        form = fold(text).strip()
        while form != _bare(form) and form[-1] in "?!。":
            if any(form in one.text for one in self._paragraphs):
                break
            form = form[:-1]
        return form

    def search(self, node: Node, close: int = 32) -> list[Expected]:
        """All that matches, best first; so many below the literal hits are scored by their best two sentences too."""
        wanted = _wanted(query_terms(" ".join(_positive(node))))
        found: dict[str, list[Expected]] = {
            tier: [] for tier in ("literal", "bare", "words", "piece", "some")
        }
        tier_of = _loose_tier if isinstance(node, BooleanQuery) and node.should else _exact_tier
        for one in self._paragraphs:
            if tier := tier_of(one, node, self._literal_form):
                found[tier].append(
                    Expected(one.path, one.place, one.paragraph, tier, self._score(one, wanted))
                )
        typed = _typed(node) if _all_needed(node) else []
        lead = self._lead(wanted)
        apart = [
            hit for hit in found["literal"] if _all_needed(node) and _is_apart(hit.paragraph, _positive(node))
        ]
        whole = [hit for hit in found["literal"] if hit not in apart]
        ranked = sorted(self._as_typed_first(whole, typed), key=_place)
        if apart:
            ranked = [replace(hit, score=hit.score + lead) for hit in ranked]
        ranked += sorted(self._as_typed_first(apart, typed), key=_place)
        ranked += [
            replace(hit, tier="words", score=hit.score + lead)
            for hit in sorted(self._as_typed_first(found["bare"], typed), key=_place)
        ]
        for tier in TIERS[1:]:
            if tier == "some":
                ranked += sorted(
                    (replace(hit, tier="words", score=hit.score - lead) for hit in found["piece"]), key=_place
                )
            first, rest = _split(sorted(found[tier], key=_place), close)
            ranked += sorted((self._looked_at(hit, wanted) for hit in first), key=_place) + rest
            close -= len(first)
        return ranked

    def _as_typed_first(self, hits: list[Expected], typed: list[str]) -> list[Expected]:
        """Of the best literal hits, those in the form that was typed are raised as far as puts them first."""
        near, rest = _split(sorted(hits, key=_place), ranking.VARIANT_BOOST_DEPTH)
        held = [all(text in _written_twice(hit.paragraph) for text in typed) for hit in near]
        if not typed or all(held) or not any(held):
            return hits
        best = max(hit.score for hit, here in zip(near, held, strict=True) if not here)
        behind = best - min(hit.score for hit, here in zip(near, held, strict=True) if here)
        lead = behind + 0.01 if behind >= 0 else 0
        return [
            replace(hit, score=hit.score + lead * here) for hit, here in zip(near, held, strict=True)
        ] + rest

    def _lead(self, wanted: dict[str, set[str]]) -> float:
        """More than any paragraph scores: by this are raised those that lack nothing but the closing sign."""
        worth = [
            self._worth(field, term)
            for field, terms in wanted.items()
            for term in terms
            if any(term in one.terms[field] for one in self._paragraphs)
        ]
        return sum(worth) * (K1 + 1) * (1 + WINDOW_WEIGHT)

    def terms(self) -> Iterator[tuple[str, int, dict[str, list[str]]]]:
        """Path, place and the terms of each field of every paragraph, as often as they count."""
        for one in self._paragraphs:
            yield one.path, one.place, {field: sorted(found.elements()) for field, found in one.terms.items()}

    def _score(self, one: _Analysed, wanted: dict[str, set[str]]) -> float:
        score = 0.0
        for field, terms in wanted.items():
            for term in terms:
                tf = min(one.terms[field][term], MOST["frequency"])
                if tf:
                    total = sum(other.length[field] for other in self._paragraphs)
                    average = max(total / len(self._paragraphs), 1e-9)
                    length: float = one.length[field]
                    if one.paragraph.kind == "link" and field != "headings":
                        length = math.ceil(8 * max(length, average))
                    score += self._worth(field, term) * _saturated(tf, length / average)
        return score

    def _worth(self, field: str, term: str) -> float:
        """What a term is worth wherever it is found: the weight of its field times its idf."""
        held = sum(term in other.terms[field] for other in self._paragraphs)
        return WEIGHTS[field] * math.log(1 + (len(self._paragraphs) - held + 0.5) / (held + 0.5))

    def _looked_at(self, hit: Expected, wanted: dict[str, set[str]]) -> Expected:
        """Add the score of the best two neighbouring sentences."""
        form = reading_form(hit.paragraph.text, hit.paragraph.kind)
        text = fold(hit.paragraph.text if form is None else form.text)
        sentences = re.findall("[^。!?;]*[。!?;]+|[^。!?;]+$", text) or [text]
        best = 0.0
        start = 0
        for first, second in zip(sentences, [*sentences[1:], ""], strict=True):
            end = start + len(first) + len(second)
            score = 0.0
            for field in ("words", "characters", "bigrams"):
                for term in wanted[field]:
                    begins = sum(text.startswith(term, at) for at in range(start, end))
                    if begins and any(term in other.terms[field] for other in self._paragraphs):
                        score += self._worth(field, term) * _saturated(begins, (end - start) / WINDOW_LENGTH)
            if second or len(sentences) == 1:
                best = max(best, score)
            start += len(first)
        share = 0.25 if hit.paragraph.kind == "link" else 1.0
        return replace(hit, score=hit.score + share * WINDOW_WEIGHT * best)

    def _analysed(self, document: Document, place: int, paragraph: Paragraph) -> _Analysed:
        date = paragraph.date or document.date
        found = paragraph_terms(
            paragraph.text,
            self._cut,
            kind=paragraph.kind,
            headings=paragraph.headings,
            year=int(date[:4]) if date else None,
        )
        lengths = {field: min(length, MOST["length"]) for field, length in found.lengths.items()}
        return _Analysed(
            document.path,
            place,
            document,
            paragraph,
            _folded_twice(paragraph),
            found.mentions,
            found.frequencies,
            lengths,
        )


def _is_apart(paragraph: Paragraph, texts: list[str]) -> bool:
    """Whether a text is there only with something visible passed over."""
    form = reading_form(paragraph.text, paragraph.kind)
    return form is not None and not all(text in fold(form.composed) for text in texts)


def _written_twice(paragraph: Paragraph) -> str:
    form = reading_form(paragraph.text, paragraph.kind)
    return fold_except_forms(paragraph.text if form is None else form.text)


def _wanted(terms: QueryTerms) -> dict[str, set[str]]:
    words = set(terms.words)
    return {
        "words": words,
        "forms": words,
        "headings": words,
        "characters": set(terms.characters),
        "bigrams": set(terms.bigrams),
    }


def _saturated(tf: int, relative_length: float) -> float:
    return tf * (K1 + 1) / (tf + K1 * (1 - B + B * relative_length))


def _place(hit: Expected) -> tuple[float, str, int]:
    return (-hit.score, hit.path, hit.place)


def _split(hits: list[Expected], at: int) -> tuple[list[Expected], list[Expected]]:
    """The best, and the rest; what ties over the edge is among the rest."""
    at = max(at, 0)
    while 0 < at < len(hits) and hits[at - 1].score == hits[at].score:
        at -= 1
    return hits[:at], hits[at:]


def _bare(text: str) -> str:
    """A bare word as it is looked for literally: without the marks that end a sentence, unless it is nothing but these."""
    folded = fold(text).strip()
    return folded.rstrip("?!。,、;:") or folded


def _positive(node: Node) -> list[str]:
    """Folded texts that speak for a paragraph."""
    match node:
        case Text(text) | Literal(text) | Filter("exact", text):
            return [fold(text).strip()]
        case And(operands) | Or(operands):
            return [text for operand in operands for text in _positive(operand)]
        case BooleanQuery(words, required, _):
            return [text for operand in (*words, *required) for text in _positive(operand)]
    return []


def _typed(node: Node) -> list[str]:
    """Texts that speak for a paragraph as they were typed, but for case, white space and punctuation."""
    match node:
        case Text(text) | Literal(text) | Filter("exact", text):
            written = fold_except_forms(text).strip()
            return [written.rstrip("?!。,、;:") or written] if written else []
        case And(operands) | Or(operands):
            return [text for operand in operands for text in _typed(operand)]
        case BooleanQuery(words, required, _):
            return [text for operand in (*words, *required) for text in _typed(operand)]
    return []


def _all_needed(node: Node) -> bool:
    """Whether no half of the query is enough."""
    match node:
        case Or():
            return False
        case And(operands):
            return all(map(_all_needed, operands))
        case BooleanQuery(_, required, _):
            return all(map(_all_needed, required))
    return True


def _holds_words(one: _Analysed, words: Iterable[str], *fields: str) -> bool:
    return all(any(word in one.terms[field] for field in fields) for word in words)


Form = Callable[[str], str]


def _loose_tier(one: _Analysed, node: BooleanQuery, form: Form) -> str | None:
    """Bare words: as written, or without the closing signs, or all words, or some; the rest of the query only restricts."""
    for required in node.must:
        if not _matches(one, required, form, "words"):
            return None
    for excluded in node.must_not:
        if _matches(one, excluded, form, "literal"):
            return None
    if any(all(_is_whole(form(word.text), text) for word in node.should) for text in one.text.split("\n")):
        return "literal"
    needles = [_bare(word.text) for word in node.should]
    if any(all(_is_whole(needle, text) for needle in needles) for text in one.text.split("\n")):
        return "bare"
    wanted = query_terms(" ".join(needles))
    if any(all(needle in text for needle in needles) for text in one.text.split("\n")):
        has_words = _holds_words(one, wanted.words, "words", "forms", "headings")
        numbers = [word for word in wanted.words if re.search("^[0-9]|[0-9]$|^第[0-9]", word)]
        return "words" if has_words and _reads_otherwise(one.text, numbers) else "piece"
    speaks = any(word in one.terms[field] for word in wanted.words for field in ("words", "forms"))
    if not speaks and not any(pair in one.terms["bigrams"] for pair in wanted.bigrams):
        return None
    return "words" if _holds_words(one, wanted.words, "words", "forms", "headings") else "some"


def _is_whole(needle: str, text: str) -> bool:
    """Whether a text contains another so that no number at an edge of it goes on."""
    goes_on = rf"[^\W_{CJK}]"
    before = rf"(?<!{goes_on})(?<![0-9][.,])" if re.match("[0-9]", needle) else ""
    behind = rf"(?!{goes_on}|[.,][0-9])" if re.search("[0-9]$", needle) else ""
    return re.search(before + re.escape(needle) + behind, text) is not None


def _reads_otherwise(text: str, numbers: list[str]) -> bool:
    """Whether numbers are there whole, in whatever form."""
    whole = [reading for reading in readings(text) if reading.query_terms is not None]
    forms = {term for reading in whole for term in (*reading.terms, *reading.query_terms)}
    return all(number in forms or _is_whole(number, text) for number in numbers)


def _exact_tier(one: _Analysed, node: Node, form: Form) -> str | None:
    """Conditions: a paragraph meets them or does not."""
    if not _matches(one, node, form, "words"):
        return None
    return next((by for by in ("literal", "bare") if _matches(one, node, form, by)), "words")


def _matches(one: _Analysed, node: Node, form: Form, by: str) -> bool:
    match node:
        case Literal(text):
            return fold(text) in one.text
        case Text(text):
            wanted = query_terms(text).words
            as_words = by == "words" and bool(wanted) and _holds_words(one, wanted, "words", "forms")
            return as_words or (form(text) if by == "literal" else _bare(text)) in one.text
        case And(operands):
            return all(_matches(one, operand, form, by) for operand in operands)
        case Or(operands):
            return any(_matches(one, operand, form, by) for operand in operands)
        case Not(operand):
            return not _matches(one, operand, form, "literal")
        case Filter("exact", text):
            return text in one.paragraph.text
        case Filter():
            return _lets_through(one, node)
        case BooleanQuery(texts, required, excluded):
            return all(_matches(one, operand, form, by) for operand in (*texts, *required)) and not any(
                _matches(one, operand, form, "literal") for operand in excluded
            )
    raise NotImplementedError(node)


def _lets_through(one: _Analysed, wanted: Filter) -> bool:
    value = fold(wanted.value)
    match wanted.field:
        case "path":
            path = fold(one.path)
            wild = any(char in value for char in "*?[")
            return (fnmatchcase(path, value) or fnmatchcase(path, f"*/{value}")) if wild else value in path
        case "title":
            return value in fold(one.document.title)
        case "heading":
            return any(value in fold(heading) for heading in one.paragraph.headings)
        case "type":
            ending = value.lstrip(".")
            return ending == one.document.type or one.path.lower().endswith(f".{ending}")
        case "date":
            days = parse_dates(wanted.value)
            return days is not None and _lies_in(one.date, days) if one.date else False
        case "in":
            days = parse_dates(wanted.value)
            return days is not None and any(
                _lies_in(term[1:], days) for term in one.mentions if term[0] in "dmy"
            )
        case "num":
            numbers = parse_amounts(wanted.value)
            return numbers is not None and any(_counts_in(term, numbers) for term in one.mentions)
    raise NotImplementedError(wanted)


def _lies_in(date: str, span: Days | DayOfYear) -> bool:
    """A date lies in a span with its first day and its last."""
    year, month, day = (*map(int, date.split("-")), 0, 0)[:3]
    if isinstance(span, DayOfYear):
        return month == span.month and (not span.day or day == span.day)
    first, last = (year, month or 1, day or 1), (year, month or 12, day or 31)
    return bool(year) and (not span.first or first >= span.first) and (not span.last or last <= span.last)


def _counts_in(term: str, numbers: Numbers) -> bool:
    if term[0] != ("p" if numbers.percent else "n"):
        return False
    value = Decimal(f"0.{term[3:]}").scaleb(int(term[1:3]) - 39)
    low, high = numbers.first, numbers.last
    above = low is None or value > low or (value == low and not numbers.above)
    return above and (high is None or value < high or (value == high and not numbers.below))
