"""Automatic numbers of Word documents are text, as a person reads them on the page."""

import pytest

from searchidx.readers import read
from tests.documents import archive, relationships

pytest.importorskip("lxml")

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def document(body: str, numbering: str, styles: str = "") -> bytes:
    return archive(
        {
            "_rels/.rels": relationships(("officeDocument", "word/document.xml")),
            "word/_rels/document.xml.rels": relationships(
                ("styles", "styles.xml"), ("numbering", "numbering.xml")
            ),
            "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:mc="mc"><w:body>{body}</w:body></w:document>',
            "word/styles.xml": f'<w:styles xmlns:w="{W}">{styles}</w:styles>',
            "word/numbering.xml": f'<w:numbering xmlns:w="{W}" xmlns:mc="mc">{numbering}</w:numbering>',
        }
    )


def level(index: int, text: str, system: str = "decimal", more: str = "") -> str:
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{system}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def definition(number: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def num(number: int, of: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def p(text: str, number: int | None = None, index: int | None = None, style: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    at = "" if index is None else f'<w:ilvl w:val="{index}"/>'
    listed = f'{at}<w:numId w:val="{number}"/>' if number is not None else at
    properties = f"{named}<w:numPr>{listed}</w:numPr>" if listed else named
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def texts(body: str, numbering: str, styles: str = "") -> list[str]:
    return [paragraph.text for paragraph in read("/c/a.docx", document(body, numbering, styles)).paragraphs]


CHINESE = "chineseCountingThousand"


def test_chapters_articles_and_items_of_a_regulation_are_numbered_on():
    regulation = definition(
        0,
        level(0, "第%1章", CHINESE),
        level(1, "第%2条", CHINESE, '<w:lvlRestart w:val="0"/>'),
        level(2, "（%3）", CHINESE),
    )
    body = (
        p("总则", 1, 0) + p("为了什么。", 1, 1) + p("适用范围。", 1, 1) + p("渡口；", 1, 2) + p("船舶。", 1, 2)
        + p("罚则", 1, 0) + p("罚款。", 1, 1) + p("拘留；", 1, 2)
    )  # fmt: skip
    assert texts(body, regulation + num(1, 0)) == [
        "第一章 总则",
        "第一条 为了什么。",
        "第二条 适用范围。",
        "（一）渡口；",
        "（二）船舶。",
        "第二章 罚则",
        "第三条 罚款。",
        "（一）拘留；",
    ]


def test_numbers_of_several_levels_restart_below_a_higher_one():
    outline = definition(0, level(0, "%1"), level(1, "%1.%2"), level(2, "%1.%2.%3"))
    body = "".join(p("x", 1, index) for index in (0, 1, 2, 2, 1, 2, 0, 1, 2))
    labels = ["1", "1.1", "1.1.1", "1.1.2", "1.2", "1.2.1", "2", "2.1", "2.1.1"]
    assert texts(body, outline + num(1, 0)) == [f"{label} x" for label in labels]


def test_a_level_above_that_has_not_been_met_is_shown_as_its_first_number_and_counted():
    body = p("x", 1, 1) + p("y", 1, 0)
    assert texts(body, definition(0, level(0, "%1"), level(1, "%1.%2")) + num(1, 0)) == ["1.1 x", "2 y"]


def test_legal_numbering_writes_all_levels_in_decimal():
    levels = (level(0, "第%1章", CHINESE), level(1, "%1.%2", more="<w:isLgl/>"), level(2, "%1.%2"))
    body = "".join(p("x", 1, index) for index in (0, 0, 1, 2))
    assert texts(body, definition(0, *levels) + num(1, 0)) == ["第一章 x", "第二章 x", "2.1 x", "二.1 x"]


def test_a_list_may_start_anew_and_lists_of_one_definition_count_on():
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    later = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'
    lists = definition(0, level(0, "%1.")) + num(1, 0) + num(2, 0, restart) + num(3, 0) + num(4, 0, later)
    body = "".join(p("x", number, 0) for number in (1, 1, 3, 2, 2, 4, 4))
    assert texts(body, lists) == [f"{n}. x" for n in (1, 2, 3, 1, 2, 7, 8)]


def test_a_list_may_write_a_level_its_own_way():
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "附件%1：", CHINESE)}</w:lvlOverride>'
    assert texts(p("甲", 1, 0) + p("乙", 1, 0), definition(0, level(0, "%1.")) + num(1, 0, own)) == [
        "附件一：甲",
        "附件二：乙",
    ]


def test_a_style_and_those_based_on_it_number_their_paragraphs():
    styles = (
        '<w:style w:type="paragraph" w:styleId="h1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="h2"><w:name w:val="heading 2"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="child"><w:name w:val="小节"/><w:basedOn w:val="h2"/></w:style>'
    )
    outline = definition(
        0, level(0, "%1", more='<w:pStyle w:val="h1"/>'), level(1, "%1.%2", more='<w:pStyle w:val="h2"/>')
    )
    body = (
        p("概述", style="h1")
        + p("背景", style="h2")
        + p("目标", style="child")
        + p("无号", 0, style="h2")
        + p("正文")
    )
    paragraphs = read("/c/a.docx", document(body, outline + num(1, 0), styles)).paragraphs
    assert [(paragraph.kind, paragraph.text) for paragraph in paragraphs] == [
        ("heading", "1 概述"),
        ("heading", "1.1 背景"),
        ("heading", "1.2 目标"),
        ("heading", "无号"),
        ("text", "正文"),
    ]
    assert paragraphs[-1].headings == ("1 概述", "无号")


def test_a_definition_may_link_to_the_list_of_a_style():
    styles = '<w:style w:type="numbering" w:styleId="合同"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    link = '<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="合同"/></w:abstractNum>'
    lists = definition(0, level(0, "第%1条", CHINESE)) + link + num(1, 0) + num(2, 5)
    assert texts(p("甲", 2, 0) + p("乙", 1, 0), lists, styles) == ["第一条 甲", "第二条 乙"]


@pytest.mark.parametrize(
    ("system", "numbers"),
    [
        ("decimal", {1: "1", 12: "12"}),
        ("decimalZero", {3: "03", 12: "12"}),
        ("upperRoman", {4: "IV", 19: "XIX"}),
        ("lowerLetter", {1: "a", 26: "z", 27: "aa", 28: "bb"}),
        ("chineseCounting", {9: "九", 10: "十", 20: "二十", 99: "九十九", 101: "一○一"}),
        (CHINESE, {10: "十", 11: "十一", 20: "二十", 100: "一百", 101: "一百零一", 110: "一百一十", 1001: "一千零一", 1010: "一千零一十"}),
        ("chineseLegalSimplified", {1: "壹", 10: "壹拾", 21: "贰拾壹"}),
        ("ideographLegalTraditional", {3: "參", 100: "壹佰"}),
        ("ideographDigital", {10: "一〇", 203: "二〇三"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
        ("ideographZodiac", {1: "子", 12: "亥"}),
        ("ideographZodiacTraditional", {1: "甲子", 2: "乙丑", 60: "癸亥", 61: "61"}),
        ("ideographEnclosedCircle", {1: "㈠", 10: "㈩", 11: "11"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "㉑", 51: "51"}),
        ("decimalEnclosedParen", {2: "⑵"}),
        ("decimalFullWidth", {12: "１２"}),
        ("japaneseCounting", {10: "十", 101: "百一", 1100: "千百"}),
        ("numberInDash", {3: "- 3 -"}),
        ("ordinal", {1: "1st", 12: "12th", 23: "23rd"}),
        ("cardinalText", {21: "Twenty-one"}),
        ("someFutureSystem", {5: "5"}),
    ],
)  # fmt: skip
def test_numbers_are_written_in_the_system_of_their_level(system: str, numbers: dict[int, str]):
    for number, written in numbers.items():
        start = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{number}"/></w:lvlOverride>'
        lists = definition(0, level(0, "〔%1〕", system)) + num(1, 0, start)
        assert texts(p("x", 1, 0), lists) == [f"〔{written}〕x"]


def test_numbers_with_zeros_of_their_own_are_padded():
    custom = (
        '<w:lvl w:ilvl="0"><mc:AlternateContent><mc:Choice><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent><w:lvlText w:val="表%1"/></w:lvl>'
    )
    assert texts(p("x", 1, 0), definition(0, custom) + num(1, 0)) == ["表001 x"]


def test_bullets_are_no_text_and_words_for_bullets_are():
    lists = (
        definition(0, level(0, "", "bullet"))
        + definition(1, level(0, "注：", "bullet"))
        + num(1, 0)
        + num(2, 1)
    )
    paragraphs = read("/c/a.docx", document(p("甲", 1, 0) + p("乙", 2, 0), lists)).paragraphs
    assert [(paragraph.kind, paragraph.text) for paragraph in paragraphs] == [
        ("item", "甲"),
        ("item", "注：乙"),
    ]


def test_numbers_in_the_cells_of_a_table_are_read_and_count_in_empty_ones():
    rows = "".join(
        f"<w:tr><w:tc>{p('', 1, 0)}</w:tc><w:tc>{p(name)}</w:tc></w:tr>" for name in ("张三", "李四")
    )
    assert texts(f"<w:tbl>{rows}</w:tbl>", definition(0, level(0, "%1")) + num(1, 0)) == [
        "1 | 张三",
        "2 | 李四",
    ]


def test_a_deleted_paragraph_is_not_counted_and_an_empty_one_is():
    deleted = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr>'
        "<w:del><w:r><w:delText>删</w:delText></w:r></w:del></w:p>"
    )
    body = p("甲", 1, 0) + deleted + p("乙", 1, 0) + p("", 1, 0) + p("丙", 1, 0)
    assert texts(body, definition(0, level(0, "%1、")) + num(1, 0)) == ["1、甲", "2、乙", "4、丙"]


@pytest.mark.parametrize(
    "numbering",
    [
        num(1, 9),
        '<w:num w:numId="1"/>',
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="x"><w:start w:val="-5"/></w:lvl></w:abstractNum>'
        + num(1, 0),
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="x"/></w:abstractNum>' + num(1, 0),
        definition(0, level(0, "%9%1%1%0%", "chineseCountingThousand")) + num(1, 0),
        definition(0, level(0, "%1").replace('w:val="1"', 'w:val="999999999"')) + num(1, 0),
    ],
)
def test_damaged_lists_leave_the_text(numbering: str):
    styles = '<w:style w:styleId="x"><w:basedOn w:val="x"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    assert [text[-2:] for text in texts(p("正文", 1, 0) + p("又是正文", style="x"), numbering, styles)] == [
        "正文"
    ] * 2


def test_a_label_of_a_stranger_is_bounded():
    lists = definition(0, level(0, "长" * 500_000 + "%1" * 1000)) + num(1, 0)
    assert len(texts(p("正文", 1, 0), lists)[0]) < 200


# Fields and ruby.


def shown(*runs: str) -> list[str]:
    return texts(f"<w:p>{''.join(f'<w:r>{run}</w:r>' for run in runs)}</w:p>{p('下一段')}", "")


def t(text: str) -> str:
    return f"<w:t>{text}</w:t>"


def mark(kind: str, more: str = "") -> str:
    return f'<w:fldChar w:fldCharType="{kind}">{more}</w:fldChar>'


def instructions(text: str) -> str:
    return f"<w:instrText>{text}</w:instrText>"


def test_fields_show_their_results_and_not_their_instructions():
    reference = (mark("begin"), instructions(" REF a "), mark("separate"), t("第三条"), mark("end"))
    assert shown(t("见"), *reference, t("所说"))[0] == "见第三条所说"
    inner = (mark("begin"), instructions("MERGEFIELD x"), mark("separate"), t("内"), mark("end"))
    outer = (
        mark("begin"),
        instructions(" IF "),
        *inner,
        instructions('= "y"'),
        mark("separate"),
        t("外"),
        mark("end"),
    )
    assert shown(t("甲"), *outer, t("乙"))[0] == "甲外乙"
    simple = '<w:p><w:r><w:t>共</w:t></w:r><w:fldSimple w:instr="NUMPAGES"><w:r><w:t>9</w:t></w:r></w:fldSimple><w:r><w:t>页</w:t></w:r></w:p>'
    assert texts(simple, "") == ["共9页"]


def test_a_field_without_end_hides_nothing_below():
    assert shown(t("甲"), mark("begin"), instructions("REF"), t("乙")) == ["甲", "下一段"]
    assert shown(mark("end"), mark("separate"), t("乙")) == ["乙", "下一段"]


def test_a_drop_down_list_shows_its_choice():
    entries = '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="早班"/><w:listEntry w:val="晚班"/></w:ddList></w:ffData>'
    field = (mark("begin", entries), instructions(" FORMDROPDOWN "), mark("end"))
    assert shown(t("班次："), *field)[0] == "班次：晚班"


def test_ruby_stands_once_behind_the_characters_it_explains():
    ruby = "<w:ruby><w:rubyPr/><w:rt><w:r><w:t>{}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{}</w:t></w:r></w:rubyBase></w:ruby>"
    assert (
        shown(t("在"), ruby.format("chóng", "重"), ruby.format("qìng", "庆"), t("市"))[0]
        == "在重(chóng)庆(qìng)市"
    )
    assert shown(ruby.format("", "重"), t("庆"))[0] == "重庆"


def test_ruby_and_encircled_characters_written_as_fields_are_read():
    ruby = (
        mark("begin"),
        instructions('eq \\* jc2 \\* "Font:宋体" \\* hps10 \\o\\ad('),
        instructions("\\s\\up 9(yú),渝)"),
        mark("end"),
    )
    assert shown(*ruby, t("中"))[0] == "渝(yú)中"
    circle = (mark("begin"), instructions(" eq \\o\\ac(○,密) "), mark("end"))
    assert shown(*circle, t("件"))[0] == "密件"
