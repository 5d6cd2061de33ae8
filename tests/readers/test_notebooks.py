"""Jupyter notebooks are read as cells: what a person sees, at the lines of the file."""

import json

from searchidx.readers import read
from searchidx.readers.locating import located

MARKDOWN = {
    "cell_type": "markdown",
    "metadata": {"tags": ["隐藏的标签"]},
    "source": [
        "# 渡口客流\n",
        "\n",
        "本节统计**早班**客流，见[说明](https://example.org/a)。\n",
        "\n",
        "- 第一条\n",
    ],
}
CODE = {
    "cell_type": "code",
    "execution_count": 1,
    "metadata": {},
    "outputs": [
        {"name": "stdout", "output_type": "stream", "text": ["共计三百人次\n"]},
        {"output_type": "execute_result", "data": {"image/png": "iVBOR图", "text/plain": ["'平均'"]}},
        {"output_type": "error", "ename": "E", "evalue": "没有这个文件", "traceback": ["..."]},
    ],
    "source": ["# 读取\n", "df = read('客流.csv')\n", "\n", "\n", "df.head()"],
}


def written(*cells: dict[str, object], ascii_only: bool = False) -> str:
    return json.dumps({"cells": cells, "nbformat": 4}, ensure_ascii=ascii_only, indent=1)


def shape(source: str) -> list[tuple[str, str]]:
    return [(p.kind, p.text) for p in read("/c/a.ipynb", source.encode()).paragraphs]


def test_cells_are_markdown_or_code_and_outputs_are_read():
    assert shape(written(MARKDOWN, CODE)) == [
        ("heading", "渡口客流"),
        ("text", "本节统计早班客流，见说明。"),
        ("link", "https://example.org/a"),
        ("item", "第一条"),
        ("code", "共计三百人次\n'平均'\n没有这个文件"),
        ("code", "# 读取\ndf = read('客流.csv')\n\n\ndf.head()"),
    ]


def test_escapes_are_read_as_the_characters_that_they_stand_for():
    assert shape(written(MARKDOWN, CODE, ascii_only=True)) == shape(written(MARKDOWN, CODE))


def test_a_cell_of_one_string_is_read_as_one_of_many_is():
    joined = {**MARKDOWN, "source": "".join(MARKDOWN["source"])}
    assert shape(written(joined)) == shape(written(MARKDOWN))


def test_lines_and_columns_are_those_of_the_file():
    source = written(MARKDOWN, CODE)
    lines = source.split("\n")
    data = source.encode()
    document = located(read("/c/a.ipynb", data), data)
    for word in ("渡口客流", "早班", "第一条", "共计", "平均", "读取", "head"):
        (paragraph,) = [p for p in document.paragraphs if word in p.text and p.kind != "link"]
        assert word in "\n".join(lines[paragraph.line - 1 : paragraph.end_line])
        assert paragraph.end_line - paragraph.line <= 15
    assert lines[document.paragraphs[1].line - 1].strip().startswith('"本节统计')


def test_what_follows_a_heading_stands_below_it_across_cells():
    document = read("/c/a.ipynb", written(MARKDOWN, CODE).encode())
    assert {p.headings for p in document.paragraphs[1:]} == {("渡口客流",)}
    assert document.title == "渡口客流"


def test_notebooks_of_format_3_are_read():
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["print('旧格式')"]}]}]}
    assert shape(json.dumps(old, ensure_ascii=False)) == [("code", "print('旧格式')")]


def test_what_is_no_notebook_is_read_as_code():
    assert shape('{"说明": "这不是笔记本"}') == [("code", '{"说明": "这不是笔记本"}')]
    assert shape("x = '没有单元'\n") == [("code", "x = '没有单元'")]


def test_a_notebook_that_is_cut_off_keeps_the_cells_up_to_there():
    source = written(MARKDOWN, CODE)
    assert shape(source[: source.index("客流.csv")])[:2] == shape(source)[:2]


def test_nesting_deeper_than_any_notebook_is_read_as_code():
    source = '{"cells":' + "[" * 1_000
    assert shape(source) == [("code", source)]
