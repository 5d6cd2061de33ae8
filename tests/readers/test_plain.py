"""Text files give what a person would call paragraphs, and every character of them is in one."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.document import Document
from searchidx.errors import ReadError
from searchidx.readers import read
from searchidx.reading_form.rules import reading_form


def text_file(source: str, name: str = "a.txt") -> Document:
    return read(f"/corpus/{name}", source.encode())


def shape(source: str, name: str = "a.txt") -> list[tuple[int, int, str]]:
    return [(p.line, p.end_line, p.text) for p in text_file(source, name).paragraphs]


pieces = st.sampled_from(
    [
        "一段话，",
        "没有说完",
        "就完了。",
        "　　",
        "  ",
        "\n",
        "\n\n",
        "\r\n",
        "\f",
        "（一）",
        "▲声明",
        "19:35 新闻",
        "def f():",
        "}",
        "第一章 总则",
        "Linux 系统",
        "the end.",
        "床前明月光，\n疑是地上霜。\n",
        "2023年4月20日\n",
        "很长的一段" * 30,
        "。" * 50,
    ]
)


@given(st.lists(pieces, max_size=40).map("".join), st.sampled_from(["a.txt", "b.py", "README", "c.weird"]))
@settings(max_examples=300, deadline=None)
def test_every_character_is_in_exactly_one_paragraph_in_order_at_its_line(source: str, name: str):
    paragraphs = text_file(source, name).paragraphs
    assert "".join("".join(p.text for p in paragraphs).split()) == "".join(source.split())
    lines = source.replace("\r\n", "\n").split("\n")
    end = 0
    for p in paragraphs:
        assert end < p.line <= p.end_line <= len(lines)
        end = p.end_line
        assert "".join(p.text.split()) == "".join("".join(lines[p.line - 1 : p.end_line]).split())


def test_blocks_and_lines_are_paragraphs():
    source = "通知\n\n各位同事：\n明天上午九点开会，请准时参加。\n\n办公室\n2023年4月20日\n"
    assert shape(source) == [
        (1, 1, "通知"),
        (3, 3, "各位同事："),
        (4, 4, "明天上午九点开会，请准时参加。"),
        (6, 6, "办公室"),
        (7, 7, "2023年4月20日"),
    ]
    document = text_file(source)
    assert (document.title, document.date, document.type) == ("通知", "2023-04-20", "text")
    assert document.paragraphs[0].kind == "heading"


def test_a_hard_wrapped_book_has_paragraphs_again():
    source = (
        "第一回 江上\n\n　　却说那位老人年轻时在江上撑船，见过的风浪比谁都多，说起话来却总\n"
        "是慢慢的，像是怕惊动了水里的鱼。镇上的孩子都爱听他讲故事，一到夏天\n的晚上，就搬了板凳围在他身边。\n"
        "　　有一天，他讲到三十年前的一场大水，讲着讲着就停了下来，望着江面\n不说话了。\n"
    )
    assert [(line, end) for line, end, _ in shape(source)] == [(1, 1), (3, 5), (6, 7)]
    assert text_file(source).paragraphs[1].headings == ("第一回 江上",)


def test_a_dialogue_is_not_joined():
    source = (
        "他推开门。\n屋里没有人，只有一盏灯还亮着，灯下压着一张写满了字的纸。\n“回来了？”\n没有人回答他。"
    )
    assert [line for line, _, _ in shape(source)] == [1, 2, 3, 4]


def test_a_poem_keeps_its_lines_and_stays_together():
    assert shape("静夜思\n\n床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。") == [
        (1, 1, "静夜思"),
        (3, 6, "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。"),
    ]


def test_a_listing_in_a_text_is_kept_line_by_line():
    source = "先运行下面的命令：\n\n    ./configure\n    make\n\n然后重启。"
    assert shape(source)[1] == (3, 4, "    ./configure\n    make")
    assert text_file(source).paragraphs[1].kind == "code"


def test_chapters_are_headings_of_what_stands_in_them():
    document = text_file(
        "第一章 总则\n第一条 为了规范市场秩序，制定本条例。\n第二章 监督管理\n第二条 加强监督。\n"
    )
    assert [(p.kind, p.headings) for p in document.paragraphs] == [
        ("heading", ()),
        ("item", ("第一章 总则",)),
        ("heading", ()),
        ("item", ("第二章 监督管理",)),
    ]


def test_form_feeds_are_pages():
    document = text_file(
        "第一页的话没有说完，因为这一页到这里就没有地方了，所以剩下的\n\f写在第二页。\n\f\n第三页。\n"
    )
    assert [(p.page, p.line, p.end_line) for p in document.paragraphs] == [(1, 1, 2), (3, 4, 4)]


def test_source_code_is_kept_as_it_is():
    source = "import os\n\n\ndef f():\n    return os\n"
    assert shape(source, "a.py") == [(1, 1, "import os"), (4, 5, "def f():\n    return os")]
    assert {p.kind for p in text_file(source, "a.py").paragraphs} == {"code"}


def test_an_unknown_suffix_is_text_if_it_is_text():
    assert shape("你好", "a.weird") == [(1, 1, "你好")]
    assert shape("你好", ".profile") == [(1, 1, "你好")]
    with pytest.raises(ReadError, match="image"):
        read("/corpus/a.weird", b"\x89PNG\r\n\x1a\n\0\0\0")


def test_an_empty_file_is_an_empty_document():
    assert text_file("").paragraphs == text_file("\n \n").paragraphs == ()


@pytest.mark.parametrize(
    "source",
    [
        "字" * 3_000_000,
        "一行。\n" * 40_000,
        "a b " * 500_000,
        "（" * 1_000_000,
        "一行没有完\n" * 40_000,
        "\n" * 1_000_000,
        "长行，" * 12 + "\n",
        ("长行" * 18 + "\n") * 20_000,
        "x;\n" * 40_000,
        "　　缩进\n" * 40_000,
        "“" * 300_000,
        " " * 999_999,
    ],
)
def test_no_file_takes_more_than_linear_time(source: str):
    started = time.process_time()
    text_file(source)
    assert time.process_time() - started < 60  # a hang, not a speed


def test_lines_of_a_log_are_paragraphs_each_however_even_they_are():
    for stamp in (
        "2023-04-20 09:{:02}:00 INFO ",
        "[09:{:02}:00] ",
        "10.0.0.{} - - ",
        "Apr 20 09:{:02}:11 host ",
    ):
        lines = [
            f"{stamp.format(n)}渡船离港，乘客{n + 10}人，去向对岸，天气晴好，能见度良好"
            for n in range(10, 30)
        ]
        found = read("/c/a.log", "\n".join(lines).encode()).paragraphs
        assert [(p.line, p.text) for p in found] == list(enumerate(lines, 1))


def test_a_quoted_line_is_no_title():
    text = "> 上次你说渡口明天停航一天，我\n> 已经转告了大家，请放心好了。\n\n好的，谢谢。\n"
    assert read("/c/a.txt", text.encode()).title == ""


def test_records_of_a_log_that_were_wrapped_are_whole():
    lines = [
        "2024-03-01 08:00:01 ERROR 渡轮调度服务启动失败，无法连接到数据库服务器，请检查网络连",
        "接后重试",
        "2024-03-01 08:00:02 INFO 重新连接",
        "2024-03-01 08:00:03 WARN 乘客名单同步超时，已经重试三次仍然没有得到响应，任务将在五",
        "    分钟后再次执行",
        "2024-03-01 08:00:04 INFO 完成",
    ]
    found = read("/c/a.log", "\n".join(lines).encode()).paragraphs
    assert [(p.line, p.end_line, p.text) for p in found] == [
        (1, 2, lines[0] + lines[1]),
        (3, 3, lines[2]),
        (4, 5, lines[3] + lines[4].strip()),
        (6, 6, lines[5]),
    ]


def test_what_follows_a_short_record_of_a_log_is_a_line_of_its_own():
    lines = [
        "2024-03-01 08:00:01 ERROR 渡轮调度服务启动失败，无法连接到数据库服务器，请检查网络",
        "2024-03-01 08:00:02 INFO 出错",
        "堆栈如下",
        "    at com.example.Ferry.start(Ferry.java:10)",
        "2024-03-01 08:00:03 INFO 重新连接",
        "2024-03-01 08:00:04 INFO 重新连接",
        "2024-03-01 08:00:05 INFO 重新连接",
        "2024-03-01 08:00:06 INFO 重新连接",
        "2024-03-01 08:00:07 INFO 重新连接",
        "2024-03-01 08:00:08 INFO 重新连接",
    ]
    found = read("/c/a.log", "\n".join(lines).encode()).paragraphs
    assert [p.text for p in found] == [line.strip() for line in lines]


def test_a_wrapped_quote_is_one_paragraph_with_its_marks_and_nothing_around_it_joins_it():
    lines = [
        "江小渡写道：",
        "> 渡口因大雾停航，恢复时间请关注候船厅公",
        "> 告，给您带来不便敬请谅解",
        ">",
        "> > 第二层引用的文字也从这里开始一直写到行尾",
        "> > 才结束",
        "谢谢，已经收到。",
    ]
    found = read("/c/a.txt", "\n".join(lines).encode()).paragraphs
    assert [(p.line, p.end_line, p.text) for p in found] == [
        (1, 1, lines[0]),
        (2, 3, f"{lines[1]}\n{lines[2]}"),
        (4, 4, ">"),
        (5, 6, f"{lines[4]}\n{lines[5]}"),
        (7, 7, lines[6]),
    ]
    assert "候船厅公告" in reading_form(found[1].text).text
    assert "行尾才结束" in reading_form(found[3].text).text


@pytest.mark.parametrize("mark", ["%", "//", "--", "#", "!", ";;"])
def test_a_wrapped_comment_in_a_text_is_one_paragraph_with_its_marks(mark: str):
    lines = [
        "正文从这里开始。",
        f"{mark} 渡口因大雾停航，恢复时间请关注候船厅公",
        f"{mark} 告，给您带来不便敬请谅解。",
        "正文又继续下去。",
    ]
    found = read("/c/a.tex", "\n".join(lines).encode()).paragraphs
    assert [(p.line, p.end_line) for p in found] == [(1, 1), (2, 3), (4, 4)]
    assert found[1].text == f"{lines[1]}\n{lines[2]}"
    assert "候船厅公告" in reading_form(found[1].text).text


def test_a_vertical_label_is_one_paragraph():
    found = read("/c/a.txt", "收\n据\n存\n根\n\n第一行\n第二行\n".encode()).paragraphs
    assert [(p.line, p.end_line) for p in found] == [(1, 4), (6, 6), (7, 7)]
    assert reading_form(found[0].text).text == "收据存根"
