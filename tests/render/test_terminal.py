"""What a person sees: fits the width, keeps the text and its matches, says how well each hit matches."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.render.look import Look, count, link, relative, size
from searchidx.render.terminal import TerminalRenderer
from searchidx.render.wrap import clip, pad, table, wrap
from searchidx.results import FileCount, FileCounts, Hit, Page
from searchidx.snippets import display_width

_ESCAPES = re.compile("\x1b\\[[0-9;]*m|\x1b\\]8;;[^\x1b]*\x1b\\\\")
ARTICLE = (
    "本报讯（记者温听澜）昨日，岚江市举行“跑腿专员”聘任仪式，首批三十名跑腿专员正式上岗，"
    "将为青屿区的中小企业提供注册、接电、环评和孩子上学等一站式服务。区里负责人说，这样一来，企业少跑路，"
    "数据多跑腿；The whole programme is called iPhone15 by nobody at all, but it fits the line."
)


def hit(**changes: object) -> Hit:
    at = ARTICLE.index("跑腿专员")
    values: dict[str, object] = {
        "rank": 1,
        "score": 3.5,
        "path": "/corpus/新闻/page.md",
        "line": 12,
        "end_line": 14,
        "page": None,
        "id": None,
        "headings": ("要闻", "综合"),
        "match": "literal",
        "text": ARTICLE,
        "spans": ((at, at + 4),),
        "snippet": ARTICLE[:40],
    }
    return Hit(**{**values, **changes})  # type: ignore[arg-type]


def page(*found: Hit, total: int | None = None, elapsed_ms: float = 8.4) -> Page:
    return Page("跑腿专员", found, len(found) if total is None else total, None, elapsed_ms)


def summary(found: Page) -> str:
    return "\n".join(list(TerminalRenderer(Look("/", 100)).footer(found))[1:])


def bare(line: str) -> str:
    return _ESCAPES.sub("", line)


def test_a_hit_is_shown_below_its_document_with_line_headings_and_text():
    lines = list(TerminalRenderer(Look("/corpus", 80)).hits(page(hit())))
    assert lines == [
        "新闻/page.md",
        "  12  要闻 › 综合",
        "      本报讯（记者温听澜）昨日，岚江市举行“跑腿专员”聘任仪式，首批三十名跑腿专员",
        "      正式上岗，将为青屿区的中小企业提供注册、接电、…",
    ]


def test_hits_that_follow_each_other_in_a_document_stand_below_one_path_and_rank_order_stays():
    found = [hit(line=12), hit(line=3456), hit(path="/elsewhere/b.txt", line=7), hit(line=1)]
    lines = list(TerminalRenderer(Look("/corpus", 80)).hits(page(*found)))
    heads = [line for line in lines if line and not line.startswith(" ")]
    assert heads == ["新闻/page.md", "/elsewhere/b.txt", "新闻/page.md"]
    numbers = [
        int(found[1]) for line in lines if (found := re.match(r"  ([ 0-9]{4})  ", line)) and found[1].strip()
    ]
    assert numbers == [12, 3456, 7, 1]
    assert lines.count("") == 2


def test_the_sections_of_a_hit_are_named_once_while_they_stay_the_same():
    found = [
        hit(),
        hit(line=20),
        hit(line=30, headings=("要闻",)),
        hit(line=40, path="/b", headings=("要闻",)),
    ]
    lines = list(TerminalRenderer(Look("/corpus", 80)).hits(page(*found)))
    assert [line for line in lines if "要闻" in line] == ["  12  要闻 › 综合", "  30  要闻", "  40  要闻"]
    assert any(line.startswith("  20  本报讯") for line in lines)


def test_a_hit_that_is_not_literal_says_so_and_a_literal_one_does_not():
    marks = {"literal": "", "words": "≈ words", "some": "~ some"}
    for match, mark in marks.items():
        text = "\n".join(TerminalRenderer(Look("/corpus", 80)).hits(page(hit(match=match))))
        assert [word for word in marks.values() if word and word in text] == ([mark] if mark else [])


def test_a_page_a_record_and_no_heading_are_shown():
    of_page = "\n".join(TerminalRenderer(Look("/", 80)).hits(page(hit(page=3))))
    assert "  p.3  要闻" in of_page
    of_record = "\n".join(TerminalRenderer(Look("/", 80)).hits(page(hit(id="L500057910"))))
    assert "› #L500057910" in of_record
    bare_hit = list(TerminalRenderer(Look("/", 80)).hits(page(hit(headings=(), text="短"))))
    assert bare_hit == ["corpus/新闻/page.md", "  12  短"]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("color", [False, True])
def test_no_line_but_the_path_is_wider_than_the_terminal(width, color):
    found = [hit(line=1234567, headings=("很长的标题" * 9, "另一个也很长的标题" * 5), match="some")]
    lines = [bare(line) for line in TerminalRenderer(Look("/corpus", width, color=color)).hits(page(*found))]
    assert max(map(display_width, lines[1:])) <= width
    assert "跑腿专员" in "".join(line.strip() for line in lines[2:])


@given(
    st.integers(40, 200),
    st.text("京都跑腿专员，。abc 1()“”", min_size=1, max_size=300),
    st.booleans(),
    st.data(),
)
@settings(max_examples=150, deadline=None)
def test_every_width_and_text_fits_and_shows_its_first_match(width, text, color, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, min(len(text), start + 10)))
    found = hit(text=text, spans=((start, end),) if end > start else ())
    lines = list(TerminalRenderer(Look("/", width, color=color)).hits(page(found)))
    assert all(display_width(bare(line)) <= width for line in lines[1:])
    matched = "".join(text[start:end].split())
    assert matched in "".join("".join(map(bare, lines)).split())
    if color and matched:
        assert "\x1b[1;31m" in "".join(lines)


def test_colour_marks_the_match_and_nothing_is_coloured_without_it():
    text = "\n".join(TerminalRenderer(Look("/corpus", 80, color=True)).hits(page(hit())))
    assert "\x1b[1;31m跑腿专员\x1b[0m" in text
    assert "\x1b" not in "\n".join(TerminalRenderer(Look("/corpus", 80)).hits(page(hit())))


def test_a_path_is_a_link_only_with_a_host_and_percent_encoded():
    linked = next(
        iter(
            TerminalRenderer(Look("/", 80, color=True, host="box")).hits(page(hit(path="/a b/名%\udcff.md")))
        )
    )
    assert "\x1b]8;;file://box/a%20b/%E5%90%8D%25%FF.md\x1b\\" in linked
    assert bare(linked) == "a b/名%\\xff.md"
    assert "]8;;" not in "".join(TerminalRenderer(Look("/", 80, color=True)).hits(page(hit())))


def test_a_line_is_that_of_the_match_and_a_link_to_it():
    look = Look("/", 80, color=True, host="box")
    linked = "".join(TerminalRenderer(look).hits(page(hit(path="/a.md", line=3, end_line=90, match_line=50))))
    assert "\x1b]8;;file://box/a.md#50\x1b\\\x1b[32m50\x1b[0m\x1b]8;;\x1b\\" in linked
    assert "50  " in bare(linked)
    paged = "".join(TerminalRenderer(look).hits(page(hit(path="/a.pdf", page=2, match_line=50))))
    assert "#50" not in paged
    assert "p.2" in bare(paged)


def test_the_summary_counts_and_says_what_is_left_out():
    assert summary(page(hit())) == "1 paragraph in 1 file · 8 ms"
    two = page(hit(), hit(path="/b"), elapsed_ms=0.2)
    assert summary(two) == "2 paragraphs in 2 files · under 1 ms"
    assert summary(page(hit(), total=1234)) == "1,234 paragraphs · the first 1 shown, -n 0 shows all · 8 ms"
    tiers = {"literal": 7, "words": 0, "some": 20}
    mixed = Page("q", (hit(),), 27, tiers, 8.4)  # type: ignore[arg-type]
    assert summary(mixed).startswith("27 paragraphs (7 literal, 20 some) · ")
    assert list(list(TerminalRenderer(Look("/", 40)).footer(mixed))[1:]) == [
        "27 paragraphs (7 literal, 20 some) · the",
        "first 1 shown, -n 0 shows all · 8 ms",
    ]
    later = page(hit(rank=11), hit(rank=12), total=40)
    assert summary(later) == "40 paragraphs · 11 to 12 shown, -n 0 shows all · 8 ms"


def test_files_are_listed_with_their_numbers_aligned():
    counts = [FileCount("/corpus/a.md", 1200), FileCount("/b.md", 3)]
    assert list(
        TerminalRenderer(Look("/corpus")).files("q", FileCounts(counts), slice(None), 1.0, with_counts=True)
    ) == ["1,200  a.md", "    3  /b.md"]
    assert list(
        TerminalRenderer(Look("/corpus")).files("q", FileCounts(counts), slice(None), 1.0, with_counts=False)
    ) == ["a.md", "/b.md"]


@given(st.text("京都ab 。，（“x", max_size=120), st.integers(2, 30))
def test_wrapped_lines_fit_and_hold_everything_but_spaces_at_the_breaks(text, width):
    lines = [text[start:end] for start, end in wrap(text, width)]
    assert all(display_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_lines_break_where_a_typesetter_would():
    def lines(text: str, width: int, *spans: tuple[int, int]) -> list[str]:
        return [text[start:end] for start, end in wrap(text, width, spans)]

    assert lines("今天天气好，出门", 10) == ["今天天气", "好，出门"]
    assert lines("他说（出门）了", 6) == ["他说", "（出", "门）了"]
    assert lines("one word after", 9) == ["one word", "after"]
    assert lines("甲乙丙丁戊己", 8, (3, 5)) == ["甲乙丙", "丁戊己"]
    assert lines("unbreakable", 4) == ["unbr", "eaka", "ble"]


def test_clipped_spans_stay_on_their_line():
    assert clip(((2, 6), (8, 9)), 4, 9) == ((0, 2), (4, 5))


def test_columns_are_aligned_by_what_they_take_on_the_screen():
    assert list(table([("京都", "1"), ("a", "12")], right=(1,))) == ["京都   1", "a     12"]
    assert pad("京", 4) == "京  "


@pytest.mark.parametrize(
    ("path", "folder", "shown"),
    [("/a/b/c", "/a", "b/c"), ("/a/b", "/a/b", "/a/b"), ("/ab/c", "/a", "/ab/c"), ("/a", "/", "a")],
)
def test_a_path_is_relative_only_below_the_folder(path, folder, shown):
    assert relative(path, folder) == shown


def test_numbers_and_sizes_read_as_english():
    assert (count(1, "file"), count(0, "file"), count(1200, "query", "queries")) == (
        "1 file",
        "0 files",
        "1,200 queries",
    )
    assert [size(n) for n in (1, 999, 1500, 16_200_000, 5e12)] == [
        "1 byte",
        "999 bytes",
        "1.5 kB",
        "16.2 MB",
        "5,000.0 GB",
    ]


def test_a_path_that_no_file_can_have_is_shown_without_a_link():
    assert link("x", "/\ud83d", "h") == "x"


def test_a_link_ends_before_what_follows():
    assert link("x", "/a;b", "h") == "\x1b]8;;file://h/a%3Bb\x1b\\x\x1b]8;;\x1b\\"
