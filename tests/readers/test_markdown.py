"""Markdown gives the paragraphs a reader of the page sees, at the lines of the source."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchidx.document import ASIDES, Document
from searchidx.readers import read
from searchidx.readers.markdown.inline import by_marks, plain, plain_emphasis, plain_links


def page(source: str) -> Document:
    return read("/corpus/page.md", source.encode())


def shape(source: str) -> list[tuple[int, int, str, str]]:
    return [(p.line, p.end_line, p.kind, p.text) for p in page(source).paragraphs]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# 标题\n正文", [(1, 1, "heading", "标题"), (2, 2, "text", "正文")]),
        ("### 标题 ###", [(1, 1, "heading", "标题")]),
        ("#标题", [(1, 1, "heading", "标题")]),
        ("#include <stdio.h>", [(1, 1, "text", "#include <stdio.h>")]),
        ("标题\n====\n\n小节\n----\n", [(1, 2, "heading", "标题"), (4, 5, "heading", "小节")]),
        ("这是一句完整的话。\n---\n下一段", [(1, 1, "text", "这是一句完整的话。"), (3, 3, "text", "下一段")]),
        ("甲\n\n***\n\n乙", [(1, 1, "text", "甲"), (5, 5, "text", "乙")]),
        (
            "- 甲\n- 乙\n  续行\n+ 丙",
            [(1, 1, "item", "甲"), (2, 3, "item", "乙\n续行"), (4, 4, "item", "丙")],
        ),
        ("1. 甲\n2) 乙", [(1, 1, "item", "1. 甲"), (2, 2, "item", "2) 乙")]),
        ("- 甲\n    - 乙\n\n  段落", [(1, 1, "item", "甲"), (2, 2, "item", "乙"), (4, 4, "text", "段落")]),
        ("> 引文一\n> 引文二\n\n回答", [(1, 2, "text", "引文一\n引文二"), (4, 4, "text", "回答")]),
        ("> - 甲\n> - 乙", [(1, 1, "item", "甲"), (2, 2, "item", "乙")]),
        ("```py\na = 1\n\nb = 2\n```\n后", [(2, 4, "code", "a = 1\n\nb = 2"), (6, 6, "text", "后")]),
        ("~~~\n**x**\n", [(2, 2, "code", "**x**")]),
        ("前\n\n    ls -l\n\n    pwd\n", [(1, 1, "text", "前"), (3, 5, "code", "    ls -l\n\n    pwd")]),
        (
            "甲<!-- 注\n释 -->乙\n\n<!-- 全\n注 -->\n丙",
            [
                (1, 2, "text", "甲乙"),
                (1, 2, "comment", "注\n释"),
                (4, 5, "comment", "全\n注"),
                (6, 6, "text", "丙"),
            ],
        ),
        ("<div>\n正文\n</div>", [(2, 2, "text", "正文")]),
        ("<pre>\na  b\n</pre>", [(1, 3, "code", "<pre>\na  b\n</pre>")]),
        ("\ufeff# 标题", [(1, 1, "heading", "标题")]),
        ("甲\r\n\r\n乙\r\n", [(1, 1, "text", "甲"), (3, 3, "text", "乙")]),
        ("甲\r\r乙", [(1, 1, "text", "甲"), (3, 3, "text", "乙")]),
        (
            "题\r===\r\r甲\n\n> ```\r> 码\r> ```\r乙\n",
            [(1, 1, "heading", "题"), (1, 1, "text", "甲"), (3, 3, "code", "码"), (3, 3, "text", "乙")],
        ),
        ("甲\u2028乙\n\n\f丙", [(1, 1, "text", "甲\u2028乙"), (3, 3, "text", "丙")]),
    ],
)
def test_blocks(source: str, expected: list[tuple[int, int, str, str]]):
    assert shape(source) == expected


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**粗体**和*斜体*、***都是***", "粗体和斜体、都是"),
        ("他说**“好。”**然后", "他说“好。”然后"),
        ("__粗__ _斜_ ~~删~~", "粗 斜 删"),
        ("2 * 3 * 4 与 *.txt 和 *.md", "2 * 3 * 4 与 *.txt 和 *.md"),
        ("a*b*c snake_case_name __init__.py", "a*b*c snake_case_name __init__.py"),
        ("`**不变**` 与 ``有`反引号``", "**不变** 与 有`反引号"),
        ("未闭合的 ` 和 ** 以及 [", "未闭合的 ` 和 ** 以及 ["),
        (r"\*星号\* C:\文件", r"*星号* C:\文件"),
        ("<stdio.h> 与 <用户名> 与 <b>粗</b>", "<stdio.h> 与 <用户名> 与 粗"),
        ("甲&nbsp;&amp;&#20013; AT&T", "甲\xa0&中 AT&T"),
        ("见<ruby>序言<rt>prologue</rt></ruby>", "见序言(prologue)"),
        ("在<ruby>重<rp>（</rp><rt>chóng</rt><rp>）</rp>庆<rt>qìng</ruby>市", "在重(chóng)庆(qìng)市"),
        ("<ruby>渝<rt>yú", "渝(yú)"),
        ("用 <rp> 写括号，用 <rt> 写读音", "用  写括号，用 ( 写读音)"),
        ("<ruby>渝<rp>*<rt>yú<rp>*</ruby>中*心*", "渝(yú)中心"),
        ("<https://linux.cn/a> 与 https://b.cn/c_d_e", "https://linux.cn/a 与 https://b.cn/c_d_e"),
        ("~/path 和 a~b", "~/path 和 a~b"),
    ],
)
def test_marks_inside_a_paragraph(source: str, text: str):
    assert plain(source)[0] == text


@pytest.mark.parametrize(
    ("source", "text", "addresses"),
    [
        ("见[文档](https://a.cn/b)。", "见文档。", ["https://a.cn/b"]),
        ('[甲](<u v> "题")', "甲", ["u v", "题"]),
        ('[甲](u "题目")[乙][1][丙][]', "甲乙丙", ["u", "题目"]),
        ("![图](a.png)", "图", ["a.png"]),
        ("[![图](a.png)](https://b.cn)", "图", ["a.png", "https://b.cn"]),
        ("[维基](https://zh.org/甲_(乙))", "维基", ["https://zh.org/甲_(乙)"]),
        ("[注] 不是链接 [x]", "[注] 不是链接 [x]", []),
        ('<a href="https://c.cn">点</a>', "点", ["https://c.cn"]),
        ("[**粗**`码`](u)", "粗码", ["u"]),
    ],
)
def test_links_are_shown_as_text_and_their_addresses_kept(source: str, text: str, addresses: list[str]):
    assert plain(source) == (text, addresses)


def test_addresses_are_found_at_their_line():
    found = shape("看[这里](https://a.cn/x)和[那里][1]。\n\n[1]: https://b.cn/y\n[2]: https://c.cn/z")
    assert found == [
        (1, 1, "text", "看这里和那里。"),
        (1, 1, "link", "https://a.cn/x"),
        (3, 4, "link", "[1]: https://b.cn/y\n[2]: https://c.cn/z"),
    ]


def test_headings_are_a_path_of_titles():
    document = page("# 一\n甲\n## 二\n乙\n### 三\n丙\n## 四\n丁\n# 五\n戊")
    assert {p.text: p.headings for p in document.paragraphs} == {
        "一": (),
        "甲": ("一",),
        "二": ("一",),
        "乙": ("一", "二"),
        "三": ("一", "二"),
        "丙": ("一", "二", "三"),
        "四": ("一",),
        "丁": ("一", "四"),
        "五": (),
        "戊": ("五",),
    }
    assert document.title == "一"


def test_rows_of_a_table_are_paragraphs_under_its_header():
    document = page("## 名单\n\n| 姓名 | 城市 |\n|---|:-:|\n| 张三 | **重庆** |\n| 李\\|四 | |\n\n后")
    rows = [(p.line, p.text, p.headings) for p in document.paragraphs if p.kind == "table"]
    assert rows == [
        (3, "姓名 | 城市", ("名单",)),
        (5, "张三 | 重庆", ("名单", "姓名 | 城市")),
        (6, "李|四", ("名单", "姓名 | 城市")),
    ]
    assert document.paragraphs[-1].headings == ("名单",)


def test_front_matter_gives_title_and_date_and_is_found():
    document = page(
        '---\ntitle: "防火墙: 规则"\ndate: 2023/4/20 10:00\ntags:\n  - linux\n---\n\n# 别的\n\n正文'
    )
    assert (document.title, document.date) == ("防火墙: 规则", "2023-04-20")
    assert "linux" in document.paragraphs[0].text
    assert (document.paragraphs[0].line, document.paragraphs[0].end_line) == (2, 5)
    toml = page('+++\ntitle = "甲"\ndate = 2020-01-02T03:04:05Z\n+++\n')
    assert (toml.title, toml.date) == ("甲", "2020-01-02")


def test_a_rule_at_the_top_is_no_front_matter():
    document = page("---\n这是一段话，不是字段。\n\n---\n甲")
    assert [p.text for p in document.paragraphs] == ["这是一段话，不是字段。", "甲"]


def test_wrapped_lines_flow_and_lines_of_verse_stay():
    wrapped = "这是一个很长的段落，写的人每到三十个汉字左右就按一次回车，\n所以它在源文件里占了好几行，读起来却是一段，其中有 Linux\n这样的词。"
    assert shape(wrapped)[0][3] == wrapped.replace("Linux\n", "Linux ").replace("\n", "")
    english = "A paragraph of plain English that was wrapped by an\neditor at about fifty columns."
    assert shape(english)[0][3] == english.replace("\n", " ")
    assert shape("床前明月光，  \n疑是地上霜。")[0][3] == "床前明月光，\n疑是地上霜。"
    assert [p[3] for p in shape("19:35 永川新闻\n20:00 城市扫描")] == ["19:35 永川新闻", "20:00 城市扫描"]


def test_long_code_is_cut_at_blank_lines():
    block = "x = 1\n" * 100
    found = shape(f"```\n{block}\n{block}\n{block}\n{block}```\n")
    assert [(line, end) for line, end, _, _ in found] == [(2, 303), (305, 404)]
    assert all(len(text) <= 2000 for *_, text in found)


markdown = st.lists(
    st.sampled_from(
        [
            "",
            "# 标题",
            "正文，一段话",
            "- 项目",
            "  续行",
            "> 引",
            "> ```",
            ">",
            "  > - 丙",
            "   1. 丁",
            "- ```",
            "  ```",
            "```",
            "    码",
            "| a | b |",
            "|---|---|",
            "**粗",
            "`c`",
            "[1]: http://a",
            "<!-- x",
            "-->",
            "===",
            "---",
            "1. 甲",
            "<div>",
            "![图](a)",
            "\t\t码",
            "【题】",
            "~~~",
            "x  ",
        ]
    ),
    max_size=25,
)


MARKS = ["*", "**", "***", "_", "`", "[", "](", "][", "]", "!", "(", ")", "\\", "~~", "&amp;", "<b>", ">"]
WORDS = [
    "a",
    "中",
    "b c",
    " ",
    "，",
    "1",
    "\n",
    "[链](a>b)",
    "![](c*d)",
    "[链][1]",
    "[^1]",
    "**粗**",
    "dp[i][j]",
]
marked = st.lists(st.sampled_from(MARKS + 4 * WORDS), max_size=12).map("".join)


@given(st.lists(st.sampled_from(["*", "**", "a", "中", " ", "，", "1", "\n"]), max_size=9).map("".join))
@settings(max_examples=1_000, deadline=None)
def test_the_short_way_through_emphasis_gives_what_the_long_way_gives(text: str):
    assert plain_emphasis(text) in (None, by_marks(text))


@given(marked)
@settings(max_examples=2_000, deadline=None)
def test_the_short_way_through_links_with_marks_in_their_addresses_gives_what_the_long_way_gives(text: str):
    text = f"[链](a_b){text}"
    assert plain_links(text) in (None, by_marks(text))


def test_the_short_ways_are_taken():
    assert plain_emphasis("**注**：*甲*") == ("注：甲", [])
    assert plain_links("见[图](a_b*c)。") == ("见图。", ["a_b*c"])


@given(st.text(st.sampled_from("甲a# \t。"), max_size=12))
def test_the_hashes_that_close_a_heading_are_no_part_of_it(text: str):
    title = re.match(r"(.*?)(?:[ \t]+#+|#{2,})?[ \t]*$", text.strip())[1]
    expected = [(1, 1, "heading", title)] if title else []
    assert shape(f"# {text}") == expected


@given(markdown)
@example(["**粗", "**粗", "==="])
@settings(max_examples=300, deadline=None)
def test_lines_are_true_and_in_order_whatever_is_written(lines: list[str]):
    paragraphs = page("\n".join(lines)).paragraphs
    ends = 0
    for paragraph in paragraphs:
        assert 1 <= paragraph.line <= paragraph.end_line <= len(lines)
        assert paragraph.text == paragraph.text.strip("\n")
        assert paragraph.text.strip()
        inner = lines[paragraph.line - 1 : paragraph.end_line]
        source = "".join("".join(inner).split())
        shown = "".join("".join(plain(line)[0] for line in inner).split())
        joined = plain("".join(inner))[0]  # emphasis may begin in one line and end in the next
        for word in paragraph.text.replace("|", " ").split():
            assert word in source or word in shown or word in joined
        if paragraph.kind not in ASIDES:
            assert paragraph.line > ends
            ends = paragraph.end_line


@pytest.mark.parametrize(
    "source",
    [
        "[" * 200_000,
        "[" * 90_000,
        "`a``b```c" * 9_000,
        "*a " * 60_000,
        "`" * 3 + "a`b``" * 40_000,
        "<" * 200_000,
        "> " * 50_000,
        "[a](" * 50_000,
        "- " * 100_000,
        "|" * 200_000,
        "\n|" * 50_000,
        "<!--" * 50_000,
        "<!--" * 24_000,
        "-->" + "<!--" * 24_000,
        "(" * 200_000 + "[a]((((",
        "_a_" * 60_000,
        "&" * 200_000,
        "\n<!--" * 30_000,
        "\n```" * 50_001,
        "#" * 200_000,
        "a\n" * 100_000,
        "   " * 100_000,
        "\n".join("[a]:" for _ in range(50_000)),
        "x" * 99_000 + "[x](" * 200,
        "[![" * 33_000,
        "\\" * 99_999,
        f"{'[' * 49_000}{']' * 49_000}",
        "<a " * 30_000,
        "\n> <pre>" * 20_000,
        "1." * 90_000,
        "-" * 200_000 + "x",
        "|-" * 90_000 + "x\n",
        "a|b\n" + "|-" * 90_000 + "x\n",
        "- - " * 50_000 + "x",
        " " * 200_000 + "x",
        "\t" * 99_999,
    ],
)
def test_no_text_takes_more_than_linear_time(source: str):
    started = time.process_time()
    page(source)
    assert time.process_time() - started < 60  # a hang, not a speed


def test_the_number_of_a_note_does_not_break_up_a_sentence():
    assert [p.text for p in page("渡口开航[^1]，晚上收班[^12]。\n\n[^1]: 大雾停航。").paragraphs] == [
        "渡口开航，晚上收班。",
        "[^1]: 大雾停航。",
    ]
    assert plain("除了 `[^1]` 还有 [^0-9]")[0] == "除了 [^1] 还有 [^0-9]"


@pytest.mark.parametrize(
    "text", ["数组dp[i][j][t]表示长度", "数组 dp[i-1][j] 与 a[0][1]", "f(x)[i][j] 与 **粗** m[10][2]"]
)
def test_subscripts_are_text_and_no_links(text: str):
    assert plain(text)[0] == text.replace("*", "")


def test_links_by_reference_are_still_links():
    for text in ("见[下载页][1]。", "见README[下载页][1]。", "[i][1] 和 [Fossil][10]。"):
        assert "[" not in plain(text)[0]


def test_a_prompt_in_a_listing_below_an_item_opens_no_section():
    source = "# 题\n\n- 启动\n\n    \t# ls -l /etc/rc\n\n    \t第二行\n\n下文"
    assert [(p.kind, p.text.split()) for p in page(source).paragraphs[2:]] == [
        ("code", ["#", "ls", "-l", "/etc/rc", "第二行"]),
        ("text", ["下文"]),
    ]
    assert [p.headings for p in page(source).paragraphs][-1] == ("题",)
