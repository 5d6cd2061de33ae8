"""Words a person sees in a document are found at the page, slide, row or chapter where they are seen."""

import datetime as dt
import io
from pathlib import Path

import pytest

from searchidx.document import Document
from searchidx.readers import read
from searchidx.readers.number_formats import shown
from tests.documents import docx, epub, opendocument, paragraph, pdf, pptx
from tests.sentences import sentences

pytest.importorskip("lxml")
pytest.importorskip("pypdfium2")
openpyxl = pytest.importorskip("openpyxl")

LONG = "巴南区招商团队在市经济信息委的指导下多次赴北京上海深圳开展联合招商洽谈合作"


def places(document: Document) -> list[tuple[int | None, int, str, str]]:
    return [(p.page, p.line, p.kind, p.text) for p in document.paragraphs]


# Word.


def test_word_paragraphs_headings_tables_and_footnotes():
    table = "".join(
        f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>"
        for row in (("项目", "投资"), ("皓元", "58亿"))
    )
    body = (
        paragraph("招商报告", "1")
        + paragraph("重点项目", "x")
        + "<w:p><w:r><w:t>腾龙</w:t></w:r><w:ins><w:r><w:t>5G</w:t></w:r></w:ins><w:del><w:r><w:t>删</w:t></w:r></w:del>"
        + "<w:r><w:tab/><w:t>公园</w:t><w:br/><w:t>第二行</w:t></w:r></w:p>"
        + f"<w:sdt><w:sdtContent>{paragraph('控件里的字')}</w:sdtContent></w:sdt>"
        + f"<w:tbl>{table}</w:tbl>"
        + "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>编号的一项</w:t></w:r></w:p>"
        + f"<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{paragraph('框里的字')}</w:txbxContent></mc:Choice>"
        + f"<mc:Fallback><w:txbxContent>{paragraph('框里的字')}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    notes = f'<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote>{paragraph("脚注的字")}</w:footnote></w:footnotes>'
    document = read("/c/a.docx", docx(body, word__footnotes=notes))
    assert [(p.kind, p.text, p.headings) for p in document.paragraphs] == [
        ("heading", "招商报告", ()),
        ("heading", "重点项目", ("招商报告",)),
        ("text", "腾龙5G\t公园\n第二行", ("招商报告", "重点项目")),
        ("text", "控件里的字", ("招商报告", "重点项目")),
        ("table", "项目 | 投资", ("招商报告", "重点项目")),
        ("table", "皓元 | 58亿", ("招商报告", "重点项目", "项目 | 投资")),
        ("item", "编号的一项", ("招商报告", "重点项目")),
        ("text", "框里的字", ("招商报告", "重点项目")),
        ("text", "脚注的字", ("招商报告", "重点项目")),
    ]
    assert (document.type, document.title, document.date) == ("docx", "招商报告", "2022-01-02")


def test_notes_of_a_word_document_stand_where_they_are_referred_to_and_headers_are_read_once():
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    reference = '<w:p><w:r><w:t>开航</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>了</w:t></w:r></w:p>'
    notes = (
        f'<w:footnotes {w}><w:footnote w:id="3">{paragraph("没人提的脚注")}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph("大雾停航")}</w:footnote></w:footnotes>'
    )
    header = f"<w:hdr {w}>{paragraph('某某渡口管理处')}</w:hdr>"
    footer = f"<w:ftr {w}>{paragraph('第 3 页 共 9 页')}{paragraph('某某渡口管理处')}</w:ftr>"
    document = read(
        "/c/a.docx",
        docx(
            reference + paragraph("下一段"),
            word__footnotes=notes,
            word__header1=header,
            word__header2=header,
            word__footer1=footer,
        ),
    )
    assert [p.text for p in document.paragraphs] == [
        "开航了",
        "大雾停航",
        "下一段",
        "没人提的脚注",
        "某某渡口管理处",
    ]


def test_word_pages_are_those_word_laid_out():
    broken = "<w:p><w:r><w:t>前半</w:t><w:lastRenderedPageBreak/><w:t>后半</w:t></w:r></w:p>"
    turned = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>第三页。</w:t></w:r></w:p>"
    found = places(read("/c/a.docx", docx(paragraph("第一页。") + broken + paragraph("第二页。") + turned)))
    assert [(page, text) for page, _, _, text in found] == [
        (1, "第一页。"),
        (1, "前半后半"),
        (2, "第二页。"),
        (3, "第三页。"),
    ]


# PowerPoint.


def test_slides_in_the_order_they_are_shown_with_title_text_and_notes():
    document = read(
        "/c/a.pptx", pptx(("第一张", ["正文一", "正文二"], "备注一"), ("第二张", ["正文三"], "备注二"))
    )
    assert places(document) == [
        (1, 1, "heading", "第一张"),
        (1, 2, "text", "正文一"),
        (1, 3, "text", "正文二"),
        (1, 4, "text", "备注一"),
        (2, 1, "heading", "第二张"),
        (2, 2, "text", "正文三"),
        (2, 3, "text", "备注二"),
    ]
    assert document.paragraphs[-1].headings == ("第二张",)


def test_what_a_slide_says_twice_for_old_programs_is_read_once_and_charts_are_read():
    shape = "<p:sp><p:txBody><a:p><a:r><a:t>新图形里的字</a:t></a:r></a:p></p:txBody></p:sp>"
    more = f'<m:AlternateContent xmlns:m="m"><m:Choice>{shape}</m:Choice><m:Fallback>{shape}</m:Fallback></m:AlternateContent>'
    chart = (
        "<c:title><a:t>客流量</a:t></c:title><c:ser><c:tx><c:strCache><c:pt><c:v>早班</c:v></c:pt></c:strCache></c:tx>"
        "<c:cat><c:strCache><c:pt><c:v>四月</c:v></c:pt><c:pt><c:v>五月</c:v></c:pt></c:strCache></c:cat>"
        "<c:val><c:numCache><c:pt><c:v>30</c:v></c:pt></c:numCache></c:val></c:ser>"
    )
    document = read("/c/a.pptx", pptx(("题", [], "备注"), more=more, chart=chart))
    assert [p.text for p in document.paragraphs] == [
        "题",
        "新图形里的字",
        "备注",
        "客流量 | 早班 | 四月 | 五月",
    ]


# OpenDocument.


def test_opendocument_text():
    body = (
        '<office:text><text:h text:outline-level="1">题</text:h><text:p>甲<text:s text:c="2"/>乙<text:span>丙</text:span>'
        "<text:line-break/>丁<text:note><text:note-body><text:p>注</text:p></text:note-body></text:note></text:p>"
        "<text:tracked-changes><text:p>删</text:p></text:tracked-changes>"
        "<text:list><text:list-item><text:p>项</text:p></text:list-item></text:list></office:text>"
    )
    document = read(
        "/c/a.odt", opendocument(body, "<dc:title>标题</dc:title><dc:date>2021-03-04T05:06:07</dc:date>")
    )
    assert [(p.kind, p.text) for p in document.paragraphs] == [
        ("heading", "题"),
        ("text", "甲  乙丙\n丁"),
        ("text", "注"),
        ("item", "项"),
    ]
    assert (document.title, document.date) == ("标题", "2021-03-04")


def test_opendocument_sheets_have_rows_and_repeats_are_read_once():
    def row(*cells: str, repeated: int = 1) -> str:
        inner = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
        inner += '<table:table-cell table:number-columns-repeated="16000"/>'
        return f'<table:table-row table:number-rows-repeated="{repeated}">{inner}</table:table-row>'

    body = (
        f'<office:spreadsheet><table:table table:name="名单">{row("姓名", "城市")}{row(repeated=3)}{row("张三", "重庆")}'
        f'{row(repeated=1_000_000)}</table:table><table:table table:name="乙表">{row("李四")}</table:table></office:spreadsheet>'
    )
    document = read("/c/a.ods", opendocument(body))
    assert places(document) == [
        (1, 1, "heading", "名单"),
        (1, 1, "record", "姓名 | 城市"),
        (1, 5, "record", "张三 | 重庆"),
        (2, 1, "heading", "乙表"),
        (2, 1, "record", "李四"),
    ]
    assert document.paragraphs[2].headings == ("名单", "姓名 | 城市")


def test_opendocument_slides():
    page = '<draw:page><draw:frame><draw:text-box><text:p>正文{n}</text:p></draw:text-box></draw:frame><draw:frame pr:class="title"><draw:text-box><text:p>题{n}</text:p></draw:text-box></draw:frame></draw:page>'
    body = "".join(page.replace("{n}", str(n)) for n in (1, 2))
    document = read("/c/a.odp", opendocument(f"<office:presentation>{body}</office:presentation>"))
    assert places(document) == [
        (1, 1, "heading", "题1"),
        (1, 2, "text", "正文1"),
        (2, 1, "heading", "题2"),
        (2, 2, "text", "正文2"),
    ]


# Excel.


def test_rows_of_a_workbook():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名单"
    sheet.append(["姓名", "入职", "比例", "人数"])
    sheet.append([])
    sheet.append(["张三", dt.datetime(2023, 4, 20), 0.256, 47])  # noqa: DTZ001  sheets know no zones
    sheet["C3"].number_format = "0.0%"
    sheet["D5"] = 58.8
    book.create_sheet("乙表").append(["李四"])
    held = io.BytesIO()
    book.save(held)
    document = read("/c/a.xlsx", held.getvalue())
    assert places(document) == [
        (1, 1, "heading", "名单"),
        (1, 1, "record", "姓名 | 入职 | 比例 | 人数"),
        (1, 3, "record", "张三 | 2023-04-20 | 25.6% | 47"),
        (1, 5, "record", "58.8"),
        (2, 1, "heading", "乙表"),
        (2, 1, "record", "李四"),
    ]


def test_values_of_a_sheet_are_read_as_they_are_shown():
    day = dt.datetime(2023, 4, 20)  # noqa: DTZ001  sheets know no zones
    for value, number_format, expected in (
        (12345.6, '"¥"#,##0.00', "¥12,345.60"),
        (-1234.5, "[$¥-804]#,##0.00;[Red]-[$¥-804]#,##0.00", "-¥1,234.50"),
        (-5, "0.00;(0.00)", "(5.00)"),
        (0.125, "0%", "13%"),
        (7123, "000000", "007123"),
        (88, '0"元"', "88元"),
        (1.5, "0.##", "1.5"),
        (2, "General", "2"),
        (0.1 + 0.2, "General", "0.3"),
        (3.25, "# ?/?", "3.25"),
        (day, 'yyyy"年"m"月"d"日";@', "2023年4月20日"),
        (day.replace(hour=8), "yyyy\\年mm\\月dd\\日 h:mm", "2023年04月20日 08:00"),
        (day, "yyyy/m/d", "2023-04-20"),
        (dt.time(8, 30), "h:mm", "08:30:00"),
        (True, "General", "TRUE"),
        (1e300, "0.00", "1e+300"),
    ):
        assert (number_format, shown(value, number_format)) == (number_format, expected)


def test_the_names_of_columns_may_stand_below_a_title():
    book = openpyxl.Workbook()
    for row in (["某某渡口收支总表"], ["日期", "金额"], ["四月", 12]):
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    assert read("/c/a.xlsx", held.getvalue()).paragraphs[-1].headings == ("Sheet", "日期 | 金额")


LEDGER = (
    ["来信登记"],
    ["编号", "姓名", "内容", "标题", "日期"],
    ["A-1", "江小舟", "灯坏了\n请修", "路灯", "2023年4月20日", "附件"],
)
LEDGER_ROWS = [
    (1, "heading", "Sheet", None, None, ()),
    (1, "record", "来信登记", None, None, ("Sheet",)),
    (2, "record", "编号 | 姓名 | 内容 | 标题 | 日期", None, None, ("Sheet",)),
    (3, "heading", "路灯", "A-1", "2023-04-20", ("Sheet",)),
    (
        3,
        "record",
        "灯坏了\n请修\n编号: A-1\n姓名: 江小舟\n日期: 2023年4月20日\n附件",
        "A-1",
        "2023-04-20",
        ("Sheet", "路灯"),
    ),
]


def record_facts(document: Document) -> list[tuple[object, ...]]:
    return [(p.line, p.kind, p.text, p.id, p.date, p.headings) for p in document.paragraphs]


def test_a_column_of_texts_in_a_workbook_hides_no_other():
    book = openpyxl.Workbook()
    for row in LEDGER:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    assert record_facts(read("/c/a.xlsx", held.getvalue())) == LEDGER_ROWS


def test_a_column_of_texts_in_an_opendocument_sheet_hides_no_other():
    def cells(row: list[str]) -> str:
        texts = ("".join(f"<text:p>{line}</text:p>" for line in cell.split("\n")) for cell in row)
        return "".join(f"<table:table-cell>{text}</table:table-cell>" for text in texts)

    rows = "".join(f"<table:table-row>{cells(row)}</table:table-row>" for row in LEDGER)
    body = f'<office:spreadsheet><table:table table:name="Sheet">{rows}</table:table></office:spreadsheet>'
    facts = record_facts(read("/c/a.ods", opendocument(body)))
    assert facts == [(*row[:2], row[2].replace("灯坏了\n", "灯坏了 "), *row[3:]) for row in LEDGER_ROWS]


def test_cells_left_empty_or_repeated_keep_their_columns():
    def cell(text: str, repeated: int = 1) -> str:
        return f'<table:table-cell table:number-columns-repeated="{repeated}"><text:p>{text}</text:p></table:table-cell>'

    names = "".join(map(cell, ("内容", "甲", "乙", "丙", "丁")))
    values = cell("好") + '<table:table-cell table:number-columns-repeated="2"/>' + cell("是", 2)
    rows = f"<table:table-row>{names}</table:table-row><table:table-row>{values}</table:table-row>"
    body = f'<office:spreadsheet><table:table table:name="Sheet">{rows}</table:table></office:spreadsheet>'
    assert read("/c/a.ods", opendocument(body)).paragraphs[-1].text == "好\n丙: 是\n丁: 是"
    wide = cell("长" * 101, 900_000) + cell("尾")
    body = body.replace(values, wide)
    paragraph = read("/c/a.ods", opendocument(body)).paragraphs[-1]
    assert paragraph.text == "长" * 101 + "\n尾"


# EPUB.


def test_chapters_of_a_book_in_the_order_of_its_spine():
    document = read(
        "/c/a.epub", epub("<h1>第二回</h1><p>后来的事。</p>", "<h1>第一回</h1>\n<p>先前的事。</p>")
    )
    assert places(document) == [
        (1, 3, "heading", "第一回"),
        (1, 4, "text", "先前的事。"),
        (2, 3, "heading", "第二回"),
        (2, 3, "text", "后来的事。"),
    ]
    assert (document.title, document.date) == ("江上", "2020-05-06")


# PDF.


def test_lines_of_a_pdf_are_paragraphs_again():
    lines = [
        (200.0, 780.0, 24.0, "招商报告"),
        (96.0, 740.0, 12.0, LONG[:32] + "前"),
        (72.0, 720.0, 12.0, "深圳开展联合招商洽谈合作事宜快速敲定投资招商项目落地开工率一直保持"),
        (72.0, 700.0, 12.0, "在八成以上。"),
        (96.0, 680.0, 12.0, "第二段从这里开始，它也有两行那么长，所以要接到下面一行去才能够把话"),
        (72.0, 660.0, 12.0, "说完。"),
    ]
    document = read("/c/a.pdf", pdf(lines))
    assert [(p.page, p.line, p.end_line, p.kind) for p in document.paragraphs] == [
        (1, 1, 1, "heading"),
        (1, 2, 4, "text"),
        (1, 5, 6, "text"),
    ]
    assert document.paragraphs[1].text == "".join(text for *_, text in lines[1:4])
    assert document.paragraphs[2].headings == ("招商报告",)
    assert (document.title, document.date) == ("招商报告", "2019-02-03")


def test_running_headers_and_page_numbers_are_left_out():
    body = "这一页的话到这里说完了。"
    pages = [
        [
            (72.0, 810.0, 9.0, "某某日报 2023年"),
            (72.0, 700.0, 12.0, f"第{n}页开头的一段话说完了。"),
            (72.0, 660.0, 12.0, body),
            (300.0, 30.0, 9.0, f"— {n} —"),
        ]
        for n in range(1, 5)
    ]
    document = read("/c/a.pdf", pdf(*pages))
    assert not any("某某日报" in p.text or p.text.startswith("—") for p in document.paragraphs)
    assert [(p.page, p.text) for p in document.paragraphs][:2] == [
        (1, "第1页开头的一段话说完了。"),
        (1, body),
    ]


def test_numbers_of_pages_are_left_out_of_short_documents_too():
    first = [(72.0, 700.0, 12.0, "第一页说完了。"), (300.0, 30.0, 9.0, "1")]
    second = [(72.0, 700.0, 12.0, "第二页说完了。"), (300.0, 30.0, 9.0, "第 2 页")]
    assert [p.text for p in read("/c/a.pdf", pdf(first, second)).paragraphs] == [
        "第一页说完了。",
        "第二页说完了。",
    ]


def test_a_paragraph_broken_by_a_page_is_whole():
    first = [(72.0, 100.0, 12.0, "会议指出，今年气候年景总体偏差，各级各部门要提高政治站位，压实防汛")]
    second = [(72.0, 780.0, 12.0, "责任，做细做实各项准备。")]
    document = read("/c/a.pdf", pdf(first, second))
    assert [(p.page, p.line, p.end_line) for p in document.paragraphs] == [(1, 1, 2)]
    assert "压实防汛责任" in document.paragraphs[0].text


def test_columns_are_read_one_after_the_other():
    left = [
        "左栏第一行的话说到这里要换行",
        "左栏第二行的话说到这里要换行",
        "左栏第三行的话说到这里要换行",
        "左栏第四行的话说到这里要换行",
        "左栏结束了这一段话说完了真的。",
    ]
    right = [text.replace("左", "右") for text in left]
    mixed = [
        (x, 700.0 - 16 * n, 12.0, text)
        for n, pair in enumerate(zip(left, right, strict=True))
        for x, text in zip((72.0, 320.0), pair, strict=True)
    ]
    texts = [p.text for p in read("/c/a.pdf", pdf(mixed)).paragraphs]
    assert texts == ["".join(left), "".join(right)]


def test_rows_of_a_table_in_a_pdf():
    rows = [("项目", "投资", "进度"), ("皓元医药", "58.8亿元", "开工"), ("智慧农机", "3亿元", "签约")]
    lines = [
        (72.0 + 120 * c, 700.0 - 20 * r, 12.0, cell)
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
    ]
    assert [(p.kind, p.text) for p in read("/c/a.pdf", pdf(lines)).paragraphs] == [
        ("table", " | ".join(row)) for row in rows
    ]


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u00ad"])
def test_a_word_that_a_line_broke_with_a_hyphen_is_whole(hyphen: str):
    lines = [
        (72.0, 700.0, 12.0, f"the long imple{hyphen}"),
        (72.0, 684.0, 12.0, "mentation of it"),
        (72.0, 668.0, 12.0, "is done."),
    ]
    assert next(p.text for p in read("/c/a.pdf", pdf(lines)).paragraphs).startswith("the long implementation")


def test_running_titles_of_chapters_are_left_out():
    pages = [
        [
            (72.0, 810.0, 9.0, f"第{n // 6 + 1}章的书眉" if n % 2 else "全书的书眉"),
            (72.0, 700.0, 12.0, f"第{n}页说完了。"),
        ]
        for n in range(24)
    ]
    assert not any("书眉" in p.text for p in read("/c/a.pdf", pdf(*pages)).paragraphs)


def test_the_header_of_two_pages_is_left_out_and_a_last_line_that_repeats_elsewhere_is_not():
    pages = [
        [
            (72.0, 810.0, 9.0, "渡口通讯 第3期"),
            (72.0, 700.0, 12.0, f"第{n}页说完了。"),
            (72.0, 60.0 + n, 12.0, "完。"),
        ]
        for n in range(2)
    ]
    texts = [p.text for p in read("/c/a.pdf", pdf(*pages)).paragraphs]
    assert texts == ["第0页说完了。", "完。", "第1页说完了。", "完。"]


def test_a_bracket_that_a_line_left_open_is_closed_in_its_paragraph():
    lines = [
        (72.0, 700.0, 12.0, "公司负责人江小舟、主管会计工作负责人何小溪及会计机构负责人(会计主管"),
        (72.0, 684.0, 12.0, "人员)李小港声明：保证报告真实、准确、完整。"),
    ]
    assert [p.text for p in read("/c/a.pdf", pdf(lines)).paragraphs] == [lines[0][3] + lines[1][3]]


def test_a_column_below_full_lines_is_joined_line_by_line():
    full = [(72.0, 760.0 - 16 * n, 12.0, LONG[:33] + "号") for n in range(3)]
    left = ["左栏的话是一行接着一行说下去", "的它每一行都是满的一直要说到", "这里才算完。"]
    right = [text.replace("左", "右") for text in left]
    columns = [
        (x, 690.0 - 16 * n, 12.0, text)
        for x, column in ((72.0, left), (320.0, right))
        for n, text in enumerate(column)
    ]
    texts = [p.text for p in read("/c/a.pdf", pdf(full + columns)).paragraphs]
    assert texts[-2:] == ["".join(left), "".join(right)]


def test_a_paragraph_goes_on_behind_the_footnote_of_its_page():
    first = [
        (72.0, 140.0, 12.0, "会议指出，今年气候年景总体偏差，各级各部门要提高政治站位，压实防汛"),
        (72.0, 90.0, 9.0, "① 指上游三座水库的汛期。"),
    ]
    second = [(72.0, 780.0, 12.0, "责任，做细做实各项准备。")]
    document = read("/c/a.pdf", pdf(first, second))
    assert [(p.page, p.text) for p in document.paragraphs] == [
        (1, first[0][3] + "责任，做细做实各项准备。"),
        (1, "① 指上游三座水库的汛期。"),
    ]


def test_a_raised_number_of_a_note_does_not_break_up_what_is_said():
    line = [
        (72.0, 700.0, 12.0, "渡船早晨六点开航"),
        (168.0, 705.0, 6.0, "1"),
        (172.0, 700.0, 12.0, "，晚上九点收班。"),
    ]
    assert [p.text for p in read("/c/a.pdf", pdf(line)).paragraphs] == ["渡船早晨六点开航，晚上九点收班。"]


def test_a_cell_that_runs_over_stays_in_its_row():
    lines = [
        (72.0, 700.0, 12.0, "早班"),
        (172.0, 700.0, 12.0, "06:00"),
        (272.0, 700.0, 12.0, "每日开行，遇节假日加开"),
        (272.0, 684.0, 12.0, "一班。"),
        (72.0, 664.0, 12.0, "归属于全体股东的"),
        (72.0, 648.0, 12.0, "净利润（元）"),
        (272.0, 656.0, 12.0, "4,648"),
        (372.0, 656.0, 12.0, "70.13%"),
    ]
    assert [(p.kind, p.text) for p in read("/c/a.pdf", pdf(lines)).paragraphs] == [
        ("table", "早班 | 06:00 | 每日开行，遇节假日加开一班。"),
        ("table", "归属于全体股东的净利润（元） | 4,648 | 70.13%"),
    ]


def test_bullets_of_symbol_fonts_are_bullets():
    lines = [(72.0, 700.0 - 16 * n, 12.0, f"\uf0b7 第{name}件要带的东西") for n, name in enumerate("一二三")]
    paragraphs = read("/c/a.pdf", pdf(lines)).paragraphs
    assert [(p.kind, p.text) for p in paragraphs] == [
        ("item", f"• 第{name}件要带的东西") for name in "一二三"
    ]


def test_a_scanned_pdf_says_why_it_has_no_text():
    assert sentences(read("/c/a.pdf", pdf([])).notes) == ("no text in it: its pages are images",)


def test_real_documents_give_their_words_at_their_pages(shared_data: Path):
    def find(name: str, words: str) -> list[tuple[int | None, str]]:
        path = shared_data / "formats" / name
        return [(p.page, p.kind) for p in read(str(path), path.read_bytes()).paragraphs if words in p.text]

    assert find("GovDoc-CN__397.pdf", "（国发〔2018〕41") == [(1, "text")]
    assert find("GovDoc-CN__397.pdf", "自然人失信行为认定机制") == [(3, "item")]
    assert find("GovDoc-CN__397.pdf", "推动经济发展") == [(1, "text")]
    assert find("pdf.js__XiaoBiaoSong.pdf", "关于红军作战的原则") == [(1, "text")]
    assert find("pdfplumber__issue-461-example.pdf", "白细胞计数(WBC) | 仪器法") == [(1, "table")]
    assert (4, "table") in find("pdfplumber__issue-67-example.pdf", "香港中央结算(代理人)有限公司")
    assert (4, "table") in find(
        "pdfplumber__issue-67-example.pdf", "中央汇金资产管理有限责任公司 | 国有法人 | 0.24%"
    )
    assert find("poi__stress009.docx", "无限次数的数据读取操作") == [(2, "item")]
    assert find("tika__testODT_svgTitleInStyledSpan.odt", "國際課程活動甄選") == [(None, "text")]
