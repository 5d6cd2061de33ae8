"""Numbers of lists and headings in OpenDocument are text, as a person reads them on the page."""

import pytest

from searchidx.readers import read
from tests.documents import opendocument

pytest.importorskip("lxml")


def level(index: int, pattern: str, system: str = "1", more: str = "") -> str:
    return f'<text:list-level-style-number text:level="{index}" text:num-list-format="{pattern}" text:num-format="{system}" {more}/>'


def style(name: str, *levels: str) -> str:
    return f'<text:list-style text:name="{name}">{"".join(levels)}</text:list-style>'


def texts(styles: str, *blocks: str) -> list[str]:
    body = f"{styles}<office:text>{''.join(blocks)}</office:text>"
    return [paragraph.text for paragraph in read("/c/a.odt", opendocument(body)).paragraphs]


def listed(*items: str, named: str = "L", more: str = "") -> str:
    return f'<text:list text:style-name="{named}" {more}>{"".join(items)}</text:list>'


def item(*blocks: str, more: str = "") -> str:
    return f"<text:list-item {more}>{''.join(blocks)}</text:list-item>"


def nested(*items: str) -> str:
    return f"<text:list>{''.join(items)}</text:list>"


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


ARTICLES = style("L", level(1, "第%1%条", "一, 二, 三, ..."), level(2, "（%2%）", "一, 二, 三, ..."))
OUTLINE = style("L", level(1, "%1%"), level(2, "%1%.%2%"), level(3, "%1%.%2%.%3%"))


def test_items_bear_the_numbers_of_their_level():
    clauses = nested(item(p("渡口；")), item(p("船舶。")))
    assert texts(ARTICLES, listed(item(p("总则。")), item(p("范围："), clauses), item(p("罚则。")))) == [
        "第一条 总则。",
        "第二条 范围：",
        "（一）渡口；",
        "（二）船舶。",
        "第三条 罚则。",
    ]


def test_a_list_goes_on_behind_other_text_only_where_it_says_so():
    first, more = listed(item(p("甲")), more='text:id="a"'), p("正文")
    assert texts(OUTLINE, first, more, listed(item(p("乙")))) == ["1 甲", "正文", "1 乙"]
    going_on = listed(item(nested(item(p("乙")))), item(p("丙")), more='text:continue-numbering="true"')
    assert texts(OUTLINE, first, more, going_on) == ["1 甲", "正文", "1.1 乙", "2 丙"]
    other = listed(item(p("乙")))
    by_name = listed(item(p("丙")), more='text:continue-list="a"')
    assert texts(OUTLINE, first, other, by_name) == ["1 甲", "1 乙", "2 丙"]


def test_lists_may_start_elsewhere():
    tenth = style("L", level(1, "%1%.", more='text:start-value="10"'))
    assert texts(tenth, listed(item(p("甲")), item(p("乙"), more='text:start-value="3"'), item(p("丙")))) == [
        "10. 甲",
        "3. 乙",
        "4. 丙",
    ]


def test_the_affixes_of_older_files_make_the_number():
    older = (
        '<text:list-level-style-number text:level="1" text:num-prefix="〔" text:num-suffix="〕" text:num-format="壹, 贰, 叁, ..."/>'
        '<text:list-level-style-number text:level="2" text:display-levels="2" text:num-suffix=")" text:num-format="a"/>'
    )
    assert texts(style("L", older), listed(item(p("甲"), nested(item(p("乙")))))) == ["〔壹〕甲", "壹.a) 乙"]


def test_bullets_headers_and_further_paragraphs_of_an_item_bear_no_number():
    bullets = style("B", '<text:list-level-style-bullet text:level="1" text:bullet-char="•"/>')
    header = f"<text:list-header>{p('无号')}</text:list-header>"
    assert texts(
        bullets + OUTLINE,
        listed(item(p("甲")), named="B"),
        listed(header, item(p("乙"), p("续")), item(p("丙"))),
    ) == [
        "甲",
        "无号",
        "1 乙",
        "续",
        "2 丙",
    ]


def test_headings_are_numbered_by_the_outline():
    outline = (
        '<text:outline-style><text:outline-level-style text:level="1" text:num-prefix="第" text:num-suffix="章" text:num-format="一, 二, 三, ..."/>'
        '<text:outline-level-style text:level="2" text:num-format=""/></text:outline-style>'
    )

    def h(depth: int, text: str, more: str = "") -> str:
        return f'<text:h text:outline-level="{depth}" {more}>{text}</text:h>'

    blocks = (h(1, "总则"), h(2, "目的"), h(1, "附录", 'text:is-list-header="true"'), h(1, "罚则"))
    assert texts(outline, *blocks) == ["第一章 总则", "目的", "附录", "第二章 罚则"]


def test_a_number_that_is_stored_is_taken_as_it_is():
    stored = "<text:p><text:number>丙、</text:number>文</text:p>"
    assert texts(OUTLINE, listed(item(stored))) == ["丙、文"]


def test_numbers_in_cells_are_read():
    cell = "<table:table-cell>{}</table:table-cell>"
    rows = "".join(
        f"<table:table-row>{cell.format(number)}{cell.format(p(name))}</table:table-row>"
        for number, name in (
            (listed(item(p(""))), "张三"),
            (listed(item(p("")), more='text:continue-numbering="true"'), "李四"),
        )
    )
    assert texts(OUTLINE, f"<table:table>{rows}</table:table>") == ["1 | 张三", "2 | 李四"]


def test_ruby_stands_once_behind_the_characters_it_explains():
    ruby = "<text:ruby><text:ruby-base>渝</text:ruby-base><text:ruby-text>yú</text:ruby-text></text:ruby>"
    assert texts("", p(f"在{ruby}中")) == ["在渝(yú)中"]


def test_what_stands_on_every_slide_is_left_out():
    def frame(kind: str, text: str) -> str:
        return f'<draw:frame pr:class="{kind}"><draw:text-box>{p(text)}</draw:text-box></draw:frame>'

    number = "<text:page-number>7</text:page-number>"
    page = f"<draw:page>{frame('title', '题')}{frame('', number)}{frame('outline', '正文')}{frame('page-number', '7')}{frame('date-time', '今天')}</draw:page>"
    slides = read("/c/a.odp", opendocument(f"<office:presentation>{page}</office:presentation>"))
    assert [paragraph.text for paragraph in slides.paragraphs] == ["题", "正文"]


@pytest.mark.parametrize(
    "damage",
    [
        listed(item(p("正文")), named="没有"),
        listed(listed(item(p("正文")))),
        f"<text:list-item>{p('正文')}</text:list-item>",
        listed(item(p("正文"), more='text:start-value="x"'), named=""),
        '<text:h text:outline-level="99999999">正文</text:h>',
    ],
)
def test_damaged_lists_leave_the_text(damage: str):
    assert texts(OUTLINE, damage)[0].endswith("正文")
