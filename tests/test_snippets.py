"""Snippets show the match, whole, in its context, and never wider than there is room."""

import re
import subprocess
import sys
import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchidx.fold import fold
from searchidx.render.safe import visible
from searchidx.snippets import Excerpt, display_width, excerpt, find_spans, truncate
from searchidx.snippets.clusters import is_break
from searchidx.snippets.sense import Cut, cut_at

FAMILY = "👨‍👩‍👧"
FLAG = "🇨🇳"
PIECES = [
    *(
        "招商",
        "重庆",
        "的",
        "，",
        "。",
        "；",
        "、",
        "“",
        "”",
        "（",
        "）",
        "firewall",
        "rules",
        "3.11.7",
        "023—49301888",
    ),
    *(
        " ",
        "  ",
        "\n",
        "　",
        "\t",
        ".",
        ", ",
        "a",
        "é",
        "e\u0301",
        "\u0301",
        FAMILY,
        FLAG,
        "❤️",
        "한국",
        "각",
        "ｶﾞ",
    ),
    *("\x1b[31m", "\x00", "\u202e", "\u200b", "\ud800", "\udc80", "𠮷", "\U00031350"),
]
CLUSTERED = [
    "产业赋能大使",
    "赋能大使产业",
    "重庆招商",
    "的",
    "，",
    "。",
    "rules",
    "e\u0301",
    "a\u0323\u0301",
    FAMILY,
    FLAG,
    "❤️",
    "각",
]
texts = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=60).map("".join)


@st.composite
def highlighted(draw: st.DrawFn) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A text and spans that neither overlap nor touch."""
    text = draw(texts)
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    return text, tuple(zip(edges[0::2], edges[1::2], strict=False))


@st.composite
def much_highlighted(draw: st.DrawFn) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A text much longer than a line, with short highlights in it, some of them ending inside a cluster."""
    text = ""
    spans: list[tuple[int, int]] = []
    for piece, marked in draw(
        st.lists(st.tuples(st.sampled_from(CLUSTERED), st.booleans()), min_size=30, max_size=50)
    ):
        start = len(text)
        text += piece
        if marked and not (spans and spans[-1][1] == start):
            cut = start + 1 if draw(st.booleans()) else len(text)
            spans.append((start, cut))
    return text, tuple(spans)


def collapsed(text: str) -> str:
    return " ".join(text.split())


def body(shown: Excerpt, text: str) -> str:
    """The excerpt without the ellipses that it added."""
    line = collapsed(text)
    candidates = [shown.text, shown.text[1:], shown.text[:-1], shown.text[1:-1]]
    return next(candidate for candidate in candidates if candidate in line)


class TestWidth:
    @pytest.mark.parametrize(
        ("text", "columns"),
        [
            ("", 0),
            ("abc", 3),
            ("重庆", 4),
            ("５Ｇ公园", 8),
            ("ｶﾀｶﾅ", 4),
            ("“引用”", 6),
            ("…—·", 3),
            ("𠮷䶮〇", 6),
            ("e\u0301", 1),
            ("한국", 4),
            ("각", 2),
            ("❤️", 2),
            ("1️⃣", 2),
            ("🚀", 2),
            ("\u200b\ufeff", 0),
            ("\U00031350", 2),
            ("☰䷀", 4),
            (FLAG, 2),
        ],
    )
    def test_counts_columns_of_a_terminal(self, text: str, columns: int) -> None:
        assert display_width(text) == columns

    def test_what_the_renderer_makes_visible_counts_as_what_it_becomes(self) -> None:
        unsafe = [char for char in map(chr, range(0x110000)) if visible(char) != char]
        assert len(unsafe) > 2000
        for char in unsafe:
            assert display_width(char) == display_width(visible(char)), hex(ord(char))

    def test_no_character_takes_less_than_nothing_or_more_than_its_escape(self) -> None:
        assert {display_width(chr(code)) for code in range(0x110000)} == {0, 1, 2, 4, 6}

    @settings(max_examples=300, deadline=None)
    @given(texts, st.integers(0, 40))
    def test_truncated_text_fits_and_begins_the_text(self, text: str, width: int) -> None:
        cut = truncate(text, width)
        assert display_width(cut) <= width
        assert cut == text or text.startswith(cut.removesuffix("…"))

    @pytest.mark.parametrize(
        ("width", "shown"), [(9, "重庆日报a"), (8, "重庆日…"), (7, "重庆日…"), (2, "…"), (1, "…"), (0, "")]
    )
    def test_truncating_says_so(self, width: int, shown: str) -> None:
        assert truncate("重庆日报a", width) == shown

    def test_truncating_keeps_characters_whole(self) -> None:
        assert truncate(f"ab{FAMILY}cd", 8) == "ab…"
        assert truncate("abce\u0301f", 5) == "abce\u0301f"
        assert truncate("abce\u0301fg", 5) == "abce\u0301…"
        assert truncate(f"{FLAG}{FLAG}ab", 4) == f"{FLAG}…"


class TestFindingSpans:
    @pytest.mark.parametrize(
        ("text", "needles", "spans"),
        [
            ("重庆招商，重庆引资", ["重庆"], ((0, 2), (5, 7))),
            ("重庆招商", ["重庆", "招商"], ((0, 4),)),
            ("产业赋能大使", ["产业赋能", "赋能大使"], ((0, 6),)),
            ("哈哈哈", ["哈哈"], ((0, 3),)),
            ("Ｆirewall FIREWALL", ["firewall"], ((0, 8), (9, 17))),
            ("iPhone15", ["hone1"], ((2, 7),)),
            ("重慶", [fold("重庆")], ((0, 2),)),
            ("重庆", ["", "上海"], ()),
            ("重庆", [], ()),
            ("", ["重庆"], ()),
        ],
    )
    def test_every_occurrence_of_every_needle_is_found_once(
        self, text: str, needles: list[str], spans: tuple[tuple[int, int], ...]
    ) -> None:
        assert find_spans(text, needles) == spans

    @settings(max_examples=400, deadline=None)
    @given(st.text("甲乙aA ", max_size=30), st.lists(st.text("甲乙a ", max_size=3), max_size=4))
    def test_the_characters_found_are_those_of_a_plain_scan(self, text: str, needles: list[str]) -> None:
        folded = fold(text)
        covered = {
            position
            for needle in needles
            for start in range(len(text))
            if needle and folded.startswith(needle, start)
            for position in range(start, start + len(needle))
        }
        spans = find_spans(text, needles)
        assert {position for start, end in spans for position in range(start, end)} == covered
        assert all(first[1] < second[0] for first, second in pairwise(spans))

    def test_long_texts_with_many_occurrences_take_no_time(self) -> None:
        text = "的" * 2_000_000
        began = time.process_time()
        assert find_spans(text, ["的", "的的", "的" * 4000])[0][0] == 0
        assert time.process_time() - began < 60  # a hang, not a speed


class TestExcerpt:
    @settings(max_examples=800, deadline=None)
    @given(highlighted(), st.integers(0, 130))
    @example(("招商" * 40, ((10, 70),)), 20)
    @example((f"的{FAMILY}", ((0, 2), (3, 6))), 0)
    @example(("a" + "\u0301" * 5000, ((0, 1),)), 20)
    def test_keeps_what_it_promises_of_any_text(
        self, source: tuple[str, tuple[tuple[int, int], ...]], width: int
    ) -> None:
        text, spans = source
        line = collapsed(text)
        shown = excerpt(text, spans, width)
        assert display_width(shown.text) <= width
        assert len(shown.text) <= 8 * width + 2
        assert body(shown, text) in line
        assert re.fullmatch(r"\S?.*\S|", shown.text, re.DOTALL)
        last = -1
        for start, end in shown.spans:
            assert last < start < end <= len(shown.text)
            last = end - 1
        if display_width(line) <= width and len(line) <= 8 * width:
            assert shown.text == line
            wanted = [collapsed(text[start:end]) for start, end in spans]
            assert [shown.text[start:end] for start, end in shown.spans] == [text for text in wanted if text]

    @settings(max_examples=200, deadline=None)
    @given(much_highlighted(), st.integers(16, 60))
    def test_no_highlight_and_no_character_is_cut_through(
        self, source: tuple[str, tuple[tuple[int, int], ...]], width: int
    ) -> None:
        text, spans = source
        shown = excerpt(text, spans, width)
        assert bool(shown.spans) == bool(spans)
        within = body(shown, text)
        lead = shown.text.index(within)
        assert any(
            is_break(text, place)
            and is_break(text, place + len(within))
            and {(start - lead + place, end - lead + place) for start, end in shown.spans} <= set(spans)
            for place in (match.start() for match in re.finditer(f"(?={re.escape(within)})", text))
        )

    @settings(max_examples=300, deadline=None)
    @given(
        st.lists(st.sampled_from(["招商", "重庆", "，", "。", "rules ", "3.11"]), min_size=30).map("".join)
    )
    def test_an_ellipsis_stands_where_text_is_left_out_and_nowhere_else(self, text: str) -> None:
        line = collapsed(text)
        shown = excerpt(text, find_spans(text, ["重庆"]), 30)
        assert "…" in shown.text
        within = shown.text.strip("…")
        starts = [match.start() for match in re.finditer(f"(?={re.escape(within)})", line)]
        assert any(
            (start > 0) == shown.text.startswith("…")
            and (start + len(within) < len(line)) == shown.text.endswith("…")
            for start in starts
        )

    def test_a_text_that_fits_is_shown_whole_on_one_line(self) -> None:
        text = "  重庆\n  招商　引资\t "
        spans = ((text.index("庆"), text.index("商")), (text.index("引"), len(text)))
        assert excerpt(text, spans, 40) == Excerpt("重庆 招商 引资", ((1, 4), (6, 8)))

    @pytest.mark.parametrize(
        ("text", "needles", "width", "shown"),
        [
            # From its sentence on, when that is near.
            (
                "今天没有别的消息。明天气象台说重庆有雨，请市民出门带好雨具。后天放晴。",
                ["重庆"],
                40,
                "…明天气象台说[重庆]有雨，请市民出门带好雨…",
            ),
            # To the end of a sentence, when that fills more than half of the room.
            (
                "重庆有雨，请市民出门带好雨具。后天放晴，气温回升。",
                ["重庆"],
                36,
                "[重庆]有雨，请市民出门带好雨具。…",
            ),
            # From a clause, when its sentence begins too far away.
            (
                "由于受到高空低槽和地面冷空气的共同影响，气象台说重庆有雨，请市民带好雨具出门。",
                ["重庆"],
                32,
                "…气象台说[重庆]有雨，请市民带好雨…",
            ),
            # What is left over goes to what stands before.
            (
                "由于受到高空低槽和地面冷空气的共同影响，气象台说有雨。重庆",
                ["重庆"],
                32,
                "…的共同影响，气象台说有雨。[重庆]",
            ),
            # Where most of what was asked is together, and not where a word is first or most often.
            (
                "重庆市民注意，重庆市区今天有雨，重庆各区县也有雨；此外重庆的防火墙规则于昨日更新完毕，请知悉。",
                ["重庆", "防火墙", "规则"],
                30,
                "…此外[重庆]的[防火墙规则]于昨日更…",
            ),
            # A word that is repeated makes room for the context of all of them.
            (
                "重庆的消息。今天是个好天气，适合散步。重庆防火墙已更新，请知悉。",
                ["重庆", "防火墙"],
                50,
                "…是个好天气，适合散步。[重庆防火墙]已更新，请知悉。",
            ),
            # Not inside a Latin word or a number.
            (
                "The kernel firewall implements packet filtering for networks",
                ["kernel"],
                30,
                "The [kernel] firewall…",
            ),
            ("电话号码为023—49301888，欢迎来电咨询我们的各项业务", ["电话"], 20, "[电话]号码为…"),
            # A match wider than the room is cut.
            ("甲" * 10 + "重庆招商引资" + "乙" * 10, ["重庆招商引资"], 10, "…[重庆招商]…"),
            # A match that needs all the room gets it.
            ("甲" * 10 + "重庆招商" + "乙" * 10, ["重庆招商"], 8, "[重庆招商]"),
            # Nothing to highlight: the beginning.
            ("由于受到高空低槽的影响，气象台说有雨。", [], 30, "由于受到高空低槽的影响，…"),
        ],
    )
    def test_reads_well(self, text: str, needles: list[str], width: int, shown: str) -> None:
        cut = excerpt(text, find_spans(text, needles), width)
        marked = cut.text
        for start, end in reversed(cut.spans):
            marked = f"{marked[:start]}[{marked[start:end]}]{marked[end:]}"
        assert marked == shown

    def test_long_texts_take_no_time(self) -> None:
        text = "重庆招商，引资大使。 " * 50_000
        spans = find_spans(text, ["重庆", "引资", "大使"])
        began = time.process_time()
        assert display_width(excerpt(text, spans, 80).text) <= 80
        assert time.process_time() - began < 60  # a hang, not a speed


class TestSense:
    @pytest.mark.parametrize(
        ("before", "after", "cut"),
        [
            ("有雨。", "明天", Cut.SENTENCE),
            ("有雨。”", "他说", Cut.SENTENCE),
            ("done. ", "Then", Cut.SENTENCE),
            ("有雨;", "明天", Cut.SENTENCE),
            ("有雨，", "明天", Cut.CLAUSE),
            ("有雨,", "明天", Cut.CLAUSE),
            ("some ", "words", Cut.CLAUSE),
            ("3. ", "总则", Cut.CLAUSE),
            ("有", "雨", Cut.ANYWHERE),
            ("用", "Linux", Cut.ANYWHERE),
            ("Li", "nux", Cut.INSIDE_WORD),
            ("3.", "11", Cut.INSIDE_WORD),
            ("1,", "280", Cut.INSIDE_WORD),
            ("12:", "30", Cut.INSIDE_WORD),
            ("023—", "49301888", Cut.INSIDE_WORD),
            ("有雨", "。", Cut.INSIDE_WORD),
            ("“", "有雨", Cut.INSIDE_WORD),
            ("有雨", "”", Cut.INSIDE_WORD),
        ],
    )
    def test_cuts_are_judged_by_what_they_part(self, before: str, after: str, cut: Cut) -> None:
        assert cut_at(before + after, len(before)) is cut


def test_only_light_modules_are_loaded() -> None:
    listing = "import sys, searchidx.snippets as s; s.excerpt('重庆 ' * 99, s.find_spans('重庆', ['庆']), 9); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", listing], check=True, capture_output=True, text=True
    ).stdout.split()
    heavy = {"logging", "pathlib", "typer", "numpy", "jieba", "whoosh", "wcwidth", "searchidx.query"}
    assert "searchidx.snippets.excerpt" in loaded
    assert heavy.isdisjoint(loaded)
