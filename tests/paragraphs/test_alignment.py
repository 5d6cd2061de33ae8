"""Every character of a paragraph is found in its source: whatever was joined, cut, taken off or decoded on the way."""

import csv
import html
import io
import json
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchidx import line_map
from searchidx.document import Document, Paragraph
from searchidx.readers import read
from searchidx.readers.lines import split_lines
from searchidx.readers.locating import located

quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

words = st.sampled_from(
    [
        "渡口",
        "改造工程",
        "昨日动工",
        "预计明年汛期前完工",
        "value_50",
        "gcc-12",
        "Linux",
        "的",
        "a",
        "第二项",
        "公司",
        "，",
        "。",
        "；",
        "2023年4月",
        "（见附件）",
        " ",
        "x = 1",
        "C++",
    ]
)
sentences = st.lists(words, min_size=1, max_size=12).map("".join).filter(str.strip)
marked = st.sampled_from(
    ["{}", "**{}**", "`{}`", "_{}_", "[{}](https://example.org/a-b)", "[{}](渡口.md)", "~~{}~~", "<b>{}</b>"]
)
spoken = st.lists(st.tuples(words.filter(str.strip), marked), min_size=1, max_size=9).map(
    lambda pairs: "".join(mark.format(word.strip()) for word, mark in pairs)
)
marks = st.sampled_from(["", "> ", "- ", "> > ", "1. ", "> - ", "  ", "    ", "# ", "### ", "* ", "　　"])


def read_located(name: str, text: str, encoding: str = "utf-8") -> Document:
    data = text.encode(encoding)
    return located(read(f"/{name}", data), data)


def misplaced(document: Document, source: str) -> list[tuple[str, str]]:
    """Characters that the source does not have where the map says, each with its paragraph."""
    lines = split_lines(source)
    return [
        (character, paragraph.text)
        for paragraph in document.paragraphs
        if paragraph.has_columns_in(document.type)
        for offset, character in enumerate(paragraph.text)
        if character.isalnum() and character_at(paragraph, lines, offset) != character
    ]


def character_at(paragraph: Paragraph, lines: list[str], offset: int) -> str:
    position = line_map.locate(paragraph.line_map, paragraph.text, offset)
    if position is None or not 0 <= position.line <= paragraph.end_line - paragraph.line:
        return ""
    line = lines[paragraph.line - 1 + position.line]
    return line[position.column : position.column + 1]


@quick
@given(st.lists(sentences | st.just(""), min_size=1, max_size=12), st.integers(4, 30), st.booleans())
def test_plain_text_wrapped_or_not(sentences, column, indented):
    lines = []
    for sentence in sentences:
        paragraph = ("　　" if indented else "") + sentence
        lines += [paragraph[start : start + column] for start in range(0, len(paragraph), column)] or [""]
    source = "\n".join(lines)
    assert misplaced(read_located("a.txt", source), source) == []


@quick
@given(st.lists(st.tuples(marks, spoken | sentences | st.just("")), min_size=1, max_size=14))
def test_markdown_of_any_blocks(blocks):
    source = "\n".join(mark + text for mark, text in blocks)
    assert misplaced(read_located("a.md", source), source) == []


@quick
@given(st.lists(st.tuples(st.sampled_from(["", "    ", "\t", "# ", " * "]), sentences), max_size=20))
def test_source_code_is_verbatim(rows):
    source = "\n".join(mark + text for mark, text in rows)
    document = read_located("a.py", source)
    assert misplaced(document, source) == []
    assert all(len(paragraph.line_map or "") <= 2 for paragraph in document.paragraphs)


@quick
@given(
    st.lists(st.tuples(sentences, sentences), min_size=1, max_size=5),
    st.booleans(),
)
def test_json_lines_with_any_escapes(rows, ascii_only):
    rows = [{"text": f'"{one}"\n\\{one}', "title": other} for one, other in rows]
    source = "\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in rows)
    document = read_located("a.jsonl", source)
    assert document.paragraphs
    escapes = {json.dumps(character)[1:-1] for character, _ in misplaced(document, source)}
    assert all(escape.startswith("\\u") for escape in escapes) if ascii_only else not escapes


def test_an_escape_is_where_its_character_was():
    source = '{"text": "\\u6e21\\u53e3\\t\\"\\ud83d\\ude00"}'
    (paragraph,) = read_located("a.jsonl", source).paragraphs
    columns = [line_map.locate(paragraph.line_map, paragraph.text, offset).column for offset in (0, 1, 4)]
    assert [source[column : column + 6] for column in columns] == ["\\u6e21", "\\u53e3", "\\ud83d"]


@quick
@given(st.lists(st.tuples(sentences, sentences, sentences), min_size=1, max_size=6))
def test_rows_of_a_table_with_quoted_cells_of_several_lines(rows):
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(["text", "title", "id"])
    table.writerows([f'{one}\n"{one}"', other, third] for one, other, third in rows)
    source = written.getvalue()
    document = read_located("a.csv", source)
    assert document.paragraphs
    assert misplaced(document, source) == []


@quick
@given(st.lists(st.lists(st.tuples(sentences, st.sampled_from("bpi")), min_size=1, max_size=4), max_size=6))
def test_html_with_tags_attributes_and_references(rows):
    body = "".join(
        f'<p class="渡口">\n  {"".join(f"<{tag} id=a>{html.escape(text)}&nbsp;</{tag}>" for text, tag in row)}\n</p>\n'
        for row in rows
    )
    source = f"<html><body>\n{body}</body></html>"
    assert misplaced(read_located("a.html", source), source) == []


def test_a_page_on_one_line_whose_scripts_and_attributes_say_what_its_text_says():
    parts = [
        f'<div data-x="渡口{n}号"><script>var a="渡口{n}号通知";{"x" * n * 20}</script><!-- 渡口{n}号 -->'
        f'<p title="渡口{n}号通知"><a href="/{n}">渡口</a>{n}号<b>通知</b></p></div>'
        for n in range(300)
    ]
    source = f"<html><body>{''.join(parts)}</body></html>"
    document = read_located("a.html", source)
    texts = [paragraph for paragraph in document.paragraphs if paragraph.kind == "text"]
    assert [paragraph.text for paragraph in texts] == [f"渡口{n}号通知" for n in range(300)]
    for n, paragraph in enumerate(texts):
        column = line_map.locate(paragraph.line_map, paragraph.text, len(paragraph.text) - 2).column
        assert source[column:].startswith("通知</b></p>")
        assert source[:column].endswith(f"{n}号<b>")


@quick
@given(st.lists(st.lists(sentences, min_size=1, max_size=3), min_size=1, max_size=5))
def test_subtitles_with_styles(cues):
    source = "".join(
        f"{number}\n00:00:0{number},000 --> 00:00:0{number},500\n"
        + "".join(f"<i>{text.strip()}</i>\n" for text in texts)
        + "\n"
        for number, texts in enumerate(cues, 1)
    )
    assert misplaced(read_located("a.srt", source), source) == []


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16", "utf-8-sig"])
def test_a_column_counts_characters_and_not_bytes(encoding):
    source = "第一行說明渡口改造。\n　　第二行說明渡口通航。\n"
    document = read_located("a.txt", source, encoding)
    last = document.paragraphs[-1]
    assert line_map.locate(last.line_map, last.text, last.text.index("渡口")) == (0, 7)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_counts_them(end):
    source = end.join(["> 第一行写得很长很长很长很长很长，", "> 第二行是**结尾**。", ""])
    (paragraph,) = read_located("a.md", source).paragraphs
    assert paragraph.line_map is not None
    assert line_map.locate(paragraph.line_map, paragraph.text, paragraph.text.index("结尾")) == (1, 8)


def test_what_links_point_to_is_not_taken_for_the_text():
    source = "[渡口](https://example.org/baz)baz\n"
    paragraph = read_located("a.md", source).paragraphs[0]
    assert line_map.locate(paragraph.line_map, paragraph.text, 2) == (0, source.rindex("baz"))


def test_an_annotation_in_brackets_of_ours_is_where_it_is_written():
    source = "点 “<ruby>域名系统（查询）<rt>Domain Name System (query)</rt></ruby>”。\n"
    document = read_located("a.md", source)
    assert "Domain" in document.paragraphs[0].text
    assert misplaced(document, source) == []


def test_pieces_of_a_long_line_follow_each_other():
    source = "".join(f"第{number}句话写在这里。" for number in range(3_000))
    document = read_located("a.txt", source)
    assert len(document.paragraphs) > 1
    starts = [
        line_map.locate(paragraph.line_map, paragraph.text, 0).column for paragraph in document.paragraphs
    ]
    assert all(a < b for a, b in pairwise(starts))
    assert misplaced(document, source) == []


def test_formats_whose_lines_are_ours_have_no_map():
    source = "Subject: 渡口\nFrom: a@example.org\n\n> 正文\n"
    document = read_located("a.eml", source)
    assert {paragraph.line_map for paragraph in document.paragraphs} == {None}


@pytest.mark.parametrize(
    "source",
    [
        "a" * 200_000,
        "*" * 200_000 + "渡口",
        "[" * 100_000 + "渡口" + "](" * 50_000,
        "<b " * 60_000 + "渡口",
        "<!-- " * 60_000 + "渡口",
        "渡 " * 60_000,
        "<script>" * 30_000 + "</script>渡口",
        "<style " * 30_000 + "渡口",
        "&amp;" * 60_000,
        "\n".join(["> 渡口，"] * 40_000),
        "\n".join(f"| {n} | `a` | **b** |" for n in range(15_000)),
    ],
    ids=lambda source: source[:6],
)
@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a.csv", "a.jsonl"])
def test_no_text_takes_more_than_time_linear_in_its_length(name, source):
    data = source.encode()
    document = read(f"/{name}", data)
    begin = process_time()
    located(document, data)
    assert process_time() - begin < 3
