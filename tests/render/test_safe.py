"""Nothing of a stranger's text or path that could steer a terminal, or reorder what is read, is ever shown."""

import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from searchidx.explanation import (
    Explanation,
    FilterReading,
    ParagraphExplanation,
    QueryTerm,
    QueryText,
    QueryToken,
    ScorePart,
    WordMatch,
)
from searchidx.render import explanation
from searchidx.render.jsonl import JsonRenderer
from searchidx.render.look import Look
from searchidx.render.plain import PlainRenderer
from searchidx.render.safe import one_line, visible, visible_spans
from searchidx.render.terminal import TerminalRenderer
from searchidx.results import FileCount, FileCounts, Hit, Page

# Written apart from the code: what a terminal or a reader's eye could be misled by, by Unicode's own properties.
_BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_MARKS = "\u061c\u200e\u200f"
# The only sequences that may be there are those written here: colours and links.
_OURS = re.compile("\x1b\\[[0-9;]*m|\x1b\\]8;;(?:file://[!-~]*)?\x1b\\\\")


def dangers(text: str) -> list[str]:
    return [
        char
        for char in text
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(char) in _BIDI
        or char in _MARKS
    ]


hostile = st.text(
    st.one_of(
        st.sampled_from(
            "\x00\x07\x08\t\n\r\x1b\x7f\x9b\x9d\u061c\u200e\u202e\u2066\u2028\u2029\udc80\udcff\ud800"
        ),
        st.sampled_from("京A1 。“[]0m;?\\"),
        st.characters(exclude_categories=()),
    ),
    max_size=40,
)
paths = hostile.map(lambda text: "/" + text)


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    text = draw(hostile.filter(lambda text: text.strip() != ""))
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=4)))
    spans = tuple(zip(places[::2], places[1::2], strict=False))
    return Hit(
        rank=draw(st.integers(1, 99)),
        score=draw(st.floats(0, 50)),
        path=draw(paths),
        line=draw(st.integers(1, 10**6)),
        end_line=10**6,
        page=draw(st.none() | st.integers(1, 500)),
        id=draw(st.none() | hostile),
        headings=tuple(draw(st.lists(hostile, max_size=3))),
        match=draw(st.sampled_from(("literal", "words", "some"))),
        text=text,
        spans=spans,
        snippet=text,
        title=draw(hostile),
        date=draw(st.none() | hostile),
    )


looks = st.builds(
    Look,
    cwd=st.just("/tmp"),
    width=st.none() | st.integers(20, 200),
    color=st.booleans(),
    host=st.none() | st.just("host"),
)
# 300 pages of four hits with nine texts each are more than 10,000 hostile texts and paths.
thorough = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def page_of(found: list[Hit]) -> Page:
    return Page("query", tuple(found), len(found), None, 1.0)


@thorough
@given(st.lists(hits(), min_size=4, max_size=4), looks)
def test_no_control_character_escape_sequence_or_override_reaches_a_terminal_or_a_pipe(found, look):
    page = page_of(found)
    counts = [FileCount(hit.path, hit.line) for hit in found]
    lines = [
        *TerminalRenderer(look).hits(page),
        *PlainRenderer(look).hits(page),
        *TerminalRenderer(look).files("q", FileCounts(counts), slice(None), 1.0, with_counts=True),
        *PlainRenderer(look).files("q", FileCounts(counts), slice(None), 1.0, with_counts=True),
    ]
    for line in lines:
        assert dangers(_OURS.sub("", line)) == []
        line.encode("utf-8")


@thorough
@given(st.lists(hits(), min_size=4, max_size=4), hostile)
def test_json_is_valid_whatever_is_in_it_and_gives_everything_back(found, query):
    page = Page(query, tuple(found), 9, None, 1.25)
    lines = list(JsonRenderer().hits(page))
    for line in lines:
        assert dangers(line) == []
        line.encode("utf-8")
    *records, summary = [json.loads(line) for line in lines]
    # Two halves of a pair that meet become the character they encode; all else comes back as it was.
    joined = [hit.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for hit in found]
    read = [
        record["text"].encode("utf-16", "surrogatepass").decode("utf-16", "replace") for record in records
    ]
    assert read == joined
    assert summary["total"] == 9


@given(hostile, hostile)
@settings(max_examples=200)
def test_an_explanation_is_safe_too(text, term):
    place: dict[str, Any] = {
        "path": "/" + text,
        "line": 1,
        "end_line": 2,
        "headings": (text,),
        "text": text,
        "changed": True,
        "tokens": (),
        "words": (WordMatch(term, 1, in_headings=True, stands=1, cut=(text, term)),),
    }
    missed = ParagraphExplanation(
        **place, match=None, rank=None, total=0, ahead=None, score=0.0, parts=(), reason=term
    )
    matched = ParagraphExplanation(
        **place,
        match="some",
        rank=1,
        total=2,
        ahead={"literal": 1, "words": 0, "some": 0},
        score=1.0,
        parts=(ScorePart("words", term, 1, 1.0),),
        reason=None,
    )
    explained = Explanation(
        text,
        text,
        (text,),
        asked=(QueryText(term, text, (QueryToken(text, 0, len(text)),), (term,), (text,)),),
        terms=(QueryTerm("words", term, 1.0, 3),),
        filters=(FilterReading(text, term, 2),),
        paragraphs=(missed, matched),
    )
    for line in explanation.explanation(explained, Look("/")):
        assert dangers(line) == []


@given(hostile)
@example("\x1b]8;;http://evil/\x1b\\click\x1b]8;;\x1b\\")
def test_visible_text_is_safe_and_harmless_text_is_left_alone(text):
    shown = visible(text)
    assert dangers(shown) == []
    assert visible(shown) == shown
    assert (shown == text) == (dangers(text) == [])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a␛[31mb"),
        ("a\nb\tc\x00", "a␊b␉c␀"),
        ("a\x7f", "a␡"),
        ("a\x9bb", "a\\u009bb"),
        ("a\u202eb\u2066", "a\\u202eb\\u2066"),
        ("名\udcc3\udcfb", "名\\xc3\\xfb"),
        ("半\ud83d", "半\\ud83d"),
        ("中文 English 👨‍👩‍👧 é", "中文 English 👨‍👩‍👧 é"),
    ],
)
def test_each_kind_of_danger_has_its_sign(text, shown):
    assert visible(text) == shown


@given(hostile)
def test_one_line_is_one_line_without_white_space_at_its_ends(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip(" ")


@given(hostile, st.sets(st.integers(0, 40), max_size=6))
def test_moved_spans_cover_what_they_covered(text, places):
    inside = sorted(place for place in places if place <= len(text))
    spans = tuple(zip(inside[::2], inside[1::2], strict=False))
    shown, moved = visible_spans(text, spans)
    assert shown == visible(text)
    assert [shown[start:end] for start, end in moved] == [visible(text[start:end]) for start, end in spans]
