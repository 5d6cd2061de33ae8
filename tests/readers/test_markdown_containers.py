"""Blocks inside quotes and items are read as CommonMark has it: without their marks, to the end of their container."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.document import Document
from searchidx.readers import read

Shape = list[tuple[int, int, str, str]]


def page(source: str) -> Document:
    return read("/corpus/page.md", source.encode())


def shape(source: str) -> Shape:
    return [(p.line, p.end_line, p.kind, p.text) for p in page(source).paragraphs]


FENCES = [
    ("> ```sql\n> select 1\n> ```\n后", [(2, 2, "code", "select 1"), (4, 4, "text", "后")]),
    ("> ```\n> 甲\n>\n> 乙\n> ```\n> 后", [(2, 4, "code", "甲\n\n乙"), (6, 6, "text", "后")]),
    (">```\n>甲\n>```\n\n后", [(2, 2, "code", "甲"), (5, 5, "text", "后")]),
    ("> ~~~\n> ```\n> ~~~\n后", [(2, 2, "code", "```"), (4, 4, "text", "后")]),
    ("> ````\n> ```\n> ````\n后", [(2, 2, "code", "```"), (4, 4, "text", "后")]),
    ("> ```\n> 甲\n后", [(2, 2, "code", "甲"), (3, 3, "text", "后")]),
    ("> ```\n> 甲\n\n> 后", [(2, 2, "code", "甲"), (4, 4, "text", "后")]),
    (">> ```\n>> 甲\n> 后", [(2, 2, "code", "甲"), (3, 3, "text", "后")]),
    ("- ```\n  甲\n  ```\n- 后", [(2, 2, "code", "甲"), (4, 4, "item", "后")]),
    ("- 前\n  ```\n  甲\n- 后", [(1, 1, "item", "前"), (3, 3, "code", "甲"), (4, 4, "item", "后")]),
    (
        "1. 前\n\n   ```\n   甲\n\n   乙\n   ```\n\n2. 后",
        [(1, 1, "item", "1. 前"), (4, 6, "code", "甲\n\n乙"), (9, 9, "item", "2. 后")],
    ),
    ("10. ```\n    甲\n    ```\n\n后", [(2, 2, "code", "甲"), (5, 5, "text", "后")]),
    ("- > ```\n  > 甲\n  > ```\n  后", [(2, 2, "code", "甲"), (4, 4, "text", "后")]),
    ("> - ```\n>   甲\n> - 后", [(2, 2, "code", "甲"), (3, 3, "item", "后")]),
    ("-\t```\n\t甲\n\t```\n后", [(2, 2, "code", "甲"), (4, 4, "text", "后")]),
    (">\t```\n>\t甲\n>\t```\n后", [(2, 2, "code", "  甲"), (4, 4, "text", "后")]),
    ("> ```\r\n> 甲\r\n> ```\r\n后\r\n", [(2, 2, "code", "甲"), (4, 4, "text", "后")]),
    ("```\n甲\n```\xa0\n后", [(2, 2, "code", "甲"), (4, 4, "text", "后")]),
    ("```\n甲\n\t```\n乙\n```\n后", [(2, 4, "code", "甲\n\t```\n乙"), (6, 6, "text", "后")]),
]


@pytest.mark.parametrize(("source", "expected"), FENCES)
def test_a_listing_ends_with_its_fence_or_its_container(source: str, expected: Shape):
    assert shape(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "> | 姓名 | 城市 |\n> |---|---|\n> | 张三 | 重庆 |\n后",
            [(1, 1, "table", "姓名 | 城市"), (3, 3, "table", "张三 | 重庆"), (4, 4, "text", "后")],
        ),
        (
            "- | 甲 | 乙 |\n  |---|---|\n  | 丙 | 丁 |\n- 后",
            [(1, 1, "table", "甲 | 乙"), (3, 3, "table", "丙 | 丁"), (4, 4, "item", "后")],
        ),
        (
            "| 甲 | 乙 |\n|---|---|\n> | 引 | 文 |",
            [(1, 1, "table", "甲 | 乙"), (3, 3, "text", "| 引 | 文 |")],
        ),
        ("> 前\n> - 甲\n>   - 乙", [(1, 1, "text", "前"), (2, 2, "item", "甲"), (3, 3, "item", "乙")]),
        ("> - 甲\n>   续\n>\n>   段", [(1, 2, "item", "甲\n续"), (4, 4, "text", "段")]),
        (
            "1. 甲\n   > 引\n   > - 乙\n2. 丙",
            [(1, 1, "item", "1. 甲"), (2, 2, "text", "引"), (3, 3, "item", "乙"), (4, 4, "item", "2. 丙")],
        ),
        ("- - - 甲\n    - 乙", [(1, 1, "item", "甲"), (2, 2, "item", "乙")]),
        ("> ## 题\n> 文", [(1, 1, "heading", "题"), (2, 2, "text", "文")]),
        ("> 题\n> ===\n> 文", [(1, 2, "heading", "题"), (3, 3, "text", "文")]),
        ("- # 题\n  文", [(1, 1, "heading", "题"), (2, 2, "text", "文")]),
        ("> 引\n---\n后", [(1, 1, "text", "引"), (3, 3, "text", "后")]),
        ("- 甲\n---\n后", [(1, 1, "item", "甲"), (3, 3, "text", "后")]),
        ("> <div>\n> 文\n> </div>\n后", [(2, 2, "text", "文"), (4, 4, "text", "后")]),
        ("> <pre>\n> a  b\n后", [(1, 2, "code", "<pre>\na  b"), (3, 3, "text", "后")]),
        (">     码\n>\n> 文", [(1, 1, "code", "    码"), (3, 3, "text", "文")]),
        ("> 1. 甲\n\n>     码", [(1, 1, "item", "1. 甲"), (3, 3, "code", "    码")]),
        ("- 甲\n\n      码\n\n  文", [(1, 1, "item", "甲"), (3, 3, "code", "    码"), (5, 5, "text", "文")]),
        ("-\n  甲\n-\n\n  乙", [(2, 2, "item", "甲"), (5, 5, "text", "乙")]),
        ("> [甲]: /u\n> 文", [(1, 1, "link", "[甲]: /u"), (2, 2, "text", "文")]),
    ],
)
def test_blocks_inside_quotes_and_items(source: str, expected: Shape):
    assert shape(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("> 甲\n乙", [(1, 2, "甲\n乙")]),
        ("> > 甲\n> 乙\n丙", [(1, 3, "甲\n乙\n丙")]),
        ("- 甲\n乙", [(1, 2, "甲\n乙")]),
        ("> - 甲\n乙", [(1, 2, "甲\n乙")]),
        ("> 甲\n    乙", [(1, 2, "甲\n乙")]),
        ("> 甲\n# 乙", [(1, 1, "甲"), (2, 2, "乙")]),
        ("> 甲\n- 乙", [(1, 1, "甲"), (2, 2, "乙")]),
        ("> 甲\n===", [(1, 2, "甲\n===")]),
        (">     甲\n乙", [(1, 1, "    甲"), (2, 2, "乙")]),
        ("> # 甲\n乙", [(1, 1, "甲"), (2, 2, "乙")]),
        ("> 甲\n\n乙", [(1, 1, "甲"), (3, 3, "乙")]),
    ],
)
def test_a_line_without_the_marks_goes_on_with_prose_and_with_nothing_else(
    source: str, expected: list[tuple[int, int, str]]
):
    assert [(line, end, text) for line, end, _, text in shape(source)] == expected


def test_what_follows_a_listing_in_a_quote_is_found_at_its_own_line():
    source = "# 题\n\n> ```sql\n> select *\n> from t\n> ```\n\n重庆\n\n- 第一项\n- 第二项\n"
    assert shape(source)[2:] == [
        (8, 8, "text", "重庆"),
        (10, 10, "item", "第一项"),
        (11, 11, "item", "第二项"),
    ]


def test_a_heading_in_a_quote_heads_the_quote_only():
    document = page("# 甲\n\n> ## 乙\n> 引\n\n文")
    assert [(p.text, p.headings) for p in document.paragraphs[2:]] == [("引", ("甲", "乙")), ("文", ("甲",))]
    assert page("> # 引用的题\n\n# 自己的题\n").title == "自己的题"
    assert page("> # 引用的题\n\n文").title == "引用的题"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('```js title="配置文件"\na\n```', ("info", 1, 'js title="配置文件"')),
        ("> ~~~text 示例输出\n> a\n> ~~~", ("info", 1, "text 示例输出")),
        ('前\n\n<img src="a.png" alt="架构图">', ("attribute", 3, "架构图")),
        ('文<abbr title="超文本">H</abbr>', ("attribute", 1, "超文本")),
        ('<TabItem value="a" label="苹果">\n\n文', ("attribute", 1, 'TabItem value="a" label="苹果"')),
        ('<div>\n<input placeholder="请输入">\n</div>', ("attribute", 2, "请输入")),
        ('<span data-tip="提示文字">甲</span>', ("attribute", 1, "提示文字")),
        ("> <!-- 待办：\n> 补图 -->\n> 文", ("comment", 1, "待办：\n补图")),
        ("- 甲 <!-- 行内注释 --> 乙", ("comment", 1, "行内注释")),
        ("<div>\n<!-- 块内\n注释 -->\n</div>", ("comment", 2, "块内\n注释")),
        ("# 题 <!-- 题注 -->", ("comment", 1, "题注")),
        ("<!-- \u3000 --><!-- 后一条 -->", ("comment", 1, "后一条")),
    ],
)
def test_what_a_page_does_not_show_is_a_paragraph_of_its_own_kind(
    source: str, expected: tuple[str, int, str]
):
    assert expected in [(p.kind, p.line, p.text) for p in page(source).paragraphs]
    words = re.findall(r"[\u4e00-\u9fff]+", expected[2])
    shown = "".join(p.text for p in page(source).paragraphs if p.kind != expected[0])
    assert not any(word in shown for word in words)


@pytest.mark.parametrize("info", ["", "python", "c++", "{.python}", "objective-c"])
def test_the_name_of_a_language_is_no_text(info: str):
    assert [p.kind for p in page(f"```{info}\na\n```").paragraphs] == ["code"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('!!! note "注意"\n    甲\n\n    ```\n    码\n    ```\n后', ["text", "text", "code", "text"]),
        ("??? tip\n\n    - 甲\n\n后", ["text", "item", "text"]),
        ('=== "页签"\n\n    甲\n\n后', ["text", "text", "text"]),
        ("前\n:::tip 提示\n甲\n:::\n后", ["text"] * 4),
        ("文[^1]\n\n[^1]: 注一\n[^2]: 注二\n\n    第二段\n\n后", ["text"] * 5),
    ],
)
def test_boxes_and_notes_contain_what_is_indented_below_them(source: str, expected: list[str]):
    assert [p.kind for p in page(source).paragraphs] == expected
    assert ":::" not in "".join(p.text for p in page(source).paragraphs)


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("[注]: 这是 一句话", ["text"]),
        ("[甲]: /u '题'\n[乙]: <a b>", ["link"]),
        ("[甲]: /u\n    不是代码", ["link", "text"]),
        ("> [甲]: /u\n-     是代码", ["link", "code"]),
        ("[甲]: /u\n\n    是代码", ["link", "code"]),
    ],
)
def test_what_looks_like_a_definition_and_is_none_is_text(source: str, kinds: list[str]):
    assert [p.kind for p in page(source).paragraphs] == kinds


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<table>\n<tr><td>甲</td><td>乙</td></tr>\n<tr><td>丙</td></tr>\n</table>", ["甲 乙", "丙"]),
        ("<ul>\n  <li>甲\n  <li>乙\n</ul>\n\n# 题", ["甲", "乙", "题"]),
        ("<p>\n2 * 3 * 4 &lt; &#20013;\n</p>", ["2 * 3 * 4 < 中"]),
        ("<details>\n<summary>摘要</summary>\n\n- 甲\n\n</details>", ["摘要", "甲"]),
        ("<Tabs>\n<tab-item>\n文字\n</tab-item>\n</Tabs>", ["文字"]),
        ("<p>列表 List<String> 与 <用户名></p>", ["列表 List<String> 与 <用户名>"]),
    ],
)
def test_a_block_of_html_gives_what_a_browser_shows(source: str, texts: list[str]):
    assert [p.text for p in page(source).paragraphs] == texts


@pytest.mark.parametrize(
    "source",
    [
        "> " * 30_000 + "甲",
        "- " * 30_000 + "甲",
        "\n".join(f"{'> ' * (n % 200)}甲" for n in range(3_000)),
        "\n".join(f"{'  ' * (n % 200)}- 甲" for n in range(3_000)),
        "> <!--\n" * 30_000 + "\n后",
        "> ```\n\n" * 20_000,
        "> [a]: b\n" * 20_000,
        "- <div>\n" * 20_000,
        "<div>" + "<!--" * 20_000,
        "<a =" * 20_000,
        "<div>\n" + "<a b=" * 20_000,
        "- \t" * 20_000,
        "=\n" * 40_000,
    ],
)
def test_no_nesting_takes_more_than_linear_time(source: str):
    started = time.process_time()
    page(source)
    assert time.process_time() - started < 30  # a hang, not a speed


CONTAINERS = ["> ", ">", "- ", "1. ", "  ", "   ", "\t", "10. "]
BLOCKS = [
    "甲",
    "# 甲",
    "```",
    "~~~",
    "",
    "---",
    "===",
    "| 甲 | 乙 |",
    "|---|---|",
    "<div>",
    "<!-- 甲 -->",
    "    甲",
]


@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from(CONTAINERS), max_size=3), st.sampled_from(BLOCKS)), max_size=12
    )
)
@settings(max_examples=500, deadline=None)
def test_every_word_in_any_nesting_is_found_once_at_its_line(parts: list[tuple[list[str], str]]):
    lines = [
        "".join(marks) + block.replace("甲", f"甲{number}号") for number, (marks, block) in enumerate(parts)
    ]
    paragraphs = page("正文\n\n" + "\n".join(lines)).paragraphs
    for number, line in enumerate(lines):
        word = f"甲{number}号"
        covering = [p for p in paragraphs if word in p.text]
        assert len(covering) == line.count(word)
        assert all(p.line <= number + 3 <= p.end_line for p in covering)
