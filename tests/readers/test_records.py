"""Records are documents of their own, with id, title, date and the line they stand at."""

import json

import pytest

from searchidx.document import Document, Paragraph
from searchidx.paragraphs import OVERLAP
from searchidx.readers import read
from searchidx.reading_form.rules import reading_form
from tests.sentences import sentences


def jsonl(*values: object) -> Document:
    lines = [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values]
    return read("/corpus/a.jsonl", "\n".join(lines).encode())


def table(source: str, name: str = "a.csv") -> tuple[Paragraph, ...]:
    return read(f"/corpus/{name}", source.encode()).paragraphs


def test_a_record_keeps_its_id_its_line_its_title_and_its_date():
    document = jsonl(
        {"id": "d1", "text": "一段话"}, "", {"id": 2, "text": "二", "title": "题", "date": "2023年4月20日"}
    )
    assert document.type == "jsonl"
    assert document.paragraphs == (
        Paragraph("一段话", 1, 1, "record", id="d1"),
        Paragraph("题", 3, 3, "heading", id="2", date="2023-04-20"),
        Paragraph("二", 3, 3, "record", ("题",), id="2", date="2023-04-20"),
    )


def test_a_long_record_is_several_paragraphs_of_one_id():
    paragraphs = jsonl({"id": "x", "text": "一句话。" * 5000}).paragraphs
    assert len(paragraphs) == 3
    assert {(p.id, p.line, p.kind) for p in paragraphs} == {("x", 1, "record")}


def test_lines_that_are_no_records_cost_only_themselves():
    document = jsonl(
        "{broken", {"id": "a", "text": "好"}, {"id": "b", "名": ["甲", {"乙": "丙"}]}, "[1, true]"
    )
    assert sentences(document.notes) == ("1 line is no JSON",)
    assert [(p.line, p.text, p.id) for p in document.paragraphs] == [
        (1, "{broken", None),
        (2, "好", "a"),
        (3, "id: b\n名: 甲\n名.乙: 丙", "b"),
        (4, "1\ntrue", None),
    ]


def test_deep_json_is_no_danger():
    document = jsonl("[" * 100_000, {"id": "a", "text": "好"})
    assert document.paragraphs[-1].text == "好"


def test_rows_with_a_text_are_records():
    paragraphs = table('id,title,text,date\na1,标题,"第一行，有""引号""\n第二行",2023-4-5\n\na2,,另一条,\n')
    assert [(p.kind, p.text, p.line, p.end_line, p.id, p.date) for p in paragraphs] == [
        ("heading", "标题", 2, 3, "a1", "2023-04-05"),
        ("record", '第一行，有"引号"\n第二行', 2, 3, "a1", "2023-04-05"),
        ("record", "另一条", 5, 5, "a2", None),
    ]


@pytest.mark.parametrize(("name", "mark"), [("a.csv", ","), ("a.tsv", "\t"), ("a.csv", ";")])
def test_rows_of_any_table_are_found_under_their_header(name: str, mark: str):
    source = "姓名,年龄,城市\n张三,25,重庆\n李四,,北京\n".replace(",", mark)
    assert [(p.line, p.text, p.headings) for p in table(source, name)] == [
        (1, "姓名 | 年龄 | 城市", ()),
        (2, "张三 | 25 | 重庆", ("姓名 | 年龄 | 城市",)),
        (3, "李四 | 北京", ("姓名 | 年龄 | 城市",)),
    ]


def test_a_huge_cell_and_a_lone_quote_are_read():
    pieces = [p.text for p in table("id,text\n1," + "字" * 200_000)]
    assert sum(map(len, pieces)) - OVERLAP * (len(pieces) - 1) == 200_000
    assert any("乙" in p.text for p in table('a,b\n"甲,1\n乙,2\n'))


def test_records_in_gbk_are_read():
    document = read("/corpus/a.csv", "id,text\n1,重庆市巴南区的居民说今年的雨水很多\n".encode("gbk"))
    assert document.encoding == "gb18030"
    assert document.paragraphs[0].text == "重庆市巴南区的居民说今年的雨水很多"


def test_a_table_without_names_of_columns_puts_nothing_above_its_rows():
    bare = read("/c/a.csv", "江小舟,13800000000,下游\n何小溪,13900000000,上游\n".encode("gbk"))
    assert [(p.kind, p.headings) for p in bare.paragraphs] == [("record", ()), ("record", ())]
    named = read("/c/a.csv", "姓名,电话,地点\n江小舟,13800000000,下游\n".encode("gbk"))
    assert named.paragraphs[1].headings == ("姓名 | 电话 | 地点",)


def test_a_cell_over_several_lines_keeps_them_as_lines():
    table = '编号,内容\r\nA1,"第一行\r\n第二行""引""号"\r\nA2,后来\r\n'
    paragraphs = read("/c/a.csv", table.encode("gbk")).paragraphs
    assert [(p.id, p.line, p.end_line, p.text) for p in paragraphs] == [
        ("A1", 2, 3, '第一行\n第二行"引"号'),
        ("A2", 4, 4, "后来"),
    ]


def record_text(source: str, name: str = "a.csv") -> str:
    """Text of the only record of a table, below the names of its columns."""
    *head, paragraph = table(source, name)
    assert all(row.kind == "table" for row in head)
    return paragraph.text


@pytest.mark.parametrize("column", ["text", "TEXT", "内容", "正文", "文本", "內容"])
@pytest.mark.parametrize(("name", "mark"), [("a.csv", ","), ("a.tsv", "\t"), ("a.csv", ";")])
def test_a_column_of_texts_hides_no_other_column(column: str, name: str, mark: str):
    source = f"姓名,电话,{column}\n江小舟,13800000000,渡口的灯坏了\n".replace(",", mark)
    assert record_text(source, name) == "渡口的灯坏了\n姓名: 江小舟\n电话: 13800000000"


def test_a_record_with_more_fields_shows_its_id_and_date_too():
    (_, title, record) = table("编号,标题,日期,部门,内容\nA-7,停电,2023年4月20日,河务科,明早停电\n", "a.csv")
    assert (title.text, title.kind, title.id) == ("停电", "heading", "A-7")
    assert record.text == "明早停电\n编号: A-7\n日期: 2023年4月20日\n部门: 河务科"
    assert (record.headings, record.id, record.date) == (("停电",), "A-7", "2023-04-20")


def test_a_date_that_says_more_than_a_day_is_kept_as_it_is_written():
    assert jsonl({"text": "开会", "date": "2023-04-20"}).paragraphs[0].text == "开会"
    assert (
        jsonl({"text": "开会", "date": "2023-04-20 15:30"}).paragraphs[0].text
        == "开会\ndate: 2023-04-20 15:30"
    )
    assert jsonl({"text": "开会", "date": "上周二"}).paragraphs[0].text == "开会\ndate: 上周二"


def test_surplus_cells_and_columns_without_a_name_are_kept():
    assert record_text("内容,作者,\n好,江小舟,无名列,多出来\n") == "好\n作者: 江小舟\n无名列\n多出来"


def test_columns_of_one_name_are_all_kept():
    assert record_text("电话,电话,内容,正文\n111,222,甲,乙\n") == "乙\n电话: 111\n电话: 222\n内容: 甲"


def test_a_record_without_a_text_is_its_other_fields():
    assert record_text("id,text,备注\na1,,只有备注\n") == "id: a1\n备注: 只有备注"
    assert record_text("id,text\na1,\n") == "id: a1"


def test_a_first_row_of_values_names_nothing_and_is_kept():
    rows = table("内容,a@b.example\n好,c@d.example\n")
    assert [row.text for row in rows] == ["内容 | a@b.example", "好 | c@d.example"]


def test_names_of_columns_are_found_themselves():
    assert [(row.line, row.kind, row.text) for row in table("姓名,内容,备注\n")] == [
        (1, "table", "姓名 | 内容 | 备注")
    ]
    assert [row.text for row in table("id,text\n1,好\n")] == ["好"]


def test_titles_above_the_names_of_columns_hide_no_column():
    rows = table("值班表\n2023年春\n姓名,内容\n江小舟,守夜\n何小溪,开闸\n")
    assert [(row.line, row.text) for row in rows] == [
        (1, "值班表"),
        (2, "2023年春"),
        (3, "姓名 | 内容"),
        (4, "守夜\n姓名: 江小舟"),
        (5, "开闸\n姓名: 何小溪"),
    ]


def test_a_file_of_one_column_is_not_torn_at_commas():
    assert [row.text for row in table("内容\n你好, 世界\n一; 二\n")] == ["你好, 世界", "一; 二"]
    assert [row.text for row in table("只有一列\n你好, 世界\n")] == ["只有一列", "你好, 世界"]


def test_a_delimiter_inside_a_quoted_name_divides_nothing():
    assert record_text('"姓,名,字";内容\n江;好\n') == "好\n姓,名,字: 江"


def test_a_line_that_names_the_delimiter_is_obeyed():
    assert [row.text for row in table("sep=;\n姓名;内容\n江小舟;一,二\n")] == [
        "sep=",
        "姓名 | 内容",
        "一,二\n姓名: 江小舟",
    ]


def test_a_byte_order_mark_hides_no_column():
    document = read("/c/a.csv", "\ufeff内容,电话\n好,13800000000\n".encode())
    assert document.paragraphs[1].text == "好\n电话: 13800000000"


def test_lines_of_a_table_are_those_of_an_editor():
    rows = table('姓名,内容\r\n江,"一\r\n二"\r\n\r\n何,中\r间\r\n溪,末\r\n')
    assert [(row.line, row.end_line) for row in rows] == [(1, 1), (2, 3), (5, 5), (6, 6)]
    assert [row.line for row in table("姓名,内容\r江,一\r何,二\r")] == [1, 2, 3]


def test_rows_without_a_text_have_the_id_and_the_date_of_their_columns():
    row = table("编号,日期,品名\nA1,2023-4-5,砂糖\n")[1]
    assert (row.text, row.id, row.date) == ("A1 | 2023-4-5 | 砂糖", "A1", "2023-04-05")


def test_nested_values_are_read_under_the_names_that_lead_to_them():
    value = {
        "id": "n1",
        "text": "正文",
        "作者": {"名": "江小舟", "标签": ["甲", "乙"]},
        "篇": [{"题": "一"}, {"题": "二"}],
    }
    assert (
        jsonl(value).paragraphs[0].text == "正文\nid: n1\n作者.名: 江小舟\n作者.标签: 甲 | 乙\n篇.题: 一 | 二"
    )


def test_deeply_nested_values_are_found():
    value: object = "深处"
    for _ in range(400):
        value = {"层": [value]}
    assert jsonl({"text": "表面", "下": value}).paragraphs[0].text.endswith(": 深处")


def test_numbers_truths_and_repeated_names_of_json_are_kept_as_written():
    (record,) = jsonl('{"text": "好", "价": 1.50, "号": 00, "假": false, "空": null}').paragraphs
    assert record.text == '{"text": "好", "价": 1.50, "号": 00, "假": false, "空": null}'
    (record,) = jsonl('{"text": "好", "价": 1.50, "大": 1e400, "价": 2, "假": false, "空": null}').paragraphs
    assert record.text == "好\n价: 1.50\n大: 1e400\n价: 2\n假: false"


@pytest.mark.parametrize("key", ["text", "内容", "正文"])
def test_json_names_its_text_as_tables_do(key: str):
    (record,) = jsonl({"编号": "b", key: "好"}).paragraphs
    assert (record.text, record.id) == ("好", "b")


def test_a_long_list_of_numbers_stands_apart_from_the_text_it_was_computed_from():
    vector = [n / 100 for n in range(700)]
    text, numbers = jsonl({"id": "v", "text": "好", "向量": vector}).paragraphs
    assert (text.text, text.kind, text.id) == ("好", "record", "v")
    assert (numbers.kind, numbers.id) == ("link", "v")
    assert numbers.text.startswith("向量: 0.0 | 0.01 | 0.02")
    assert numbers.text.endswith("6.99")
    assert len(jsonl({"text": "1" * 300}).paragraphs) == 1
    assert jsonl({"text": "好", "n": [1, 2]}).paragraphs[0].text == "好\nn: 1 | 2"


ARRAY = '[\n  {"id": "a1", "text": "甲",\n   "作者": "江小舟"},\n\n  {"id": "a2", "text": "乙"}\n]\n'


@pytest.mark.parametrize(("name", "kind"), [("a.json", "json"), ("a.jsonl", "jsonl")])
def test_an_array_of_objects_is_records_at_their_lines(name: str, kind: str):
    document = read(f"/c/{name}", ARRAY.encode())
    assert (document.type, document.notes) == (kind, ())
    assert [(row.line, row.end_line, row.id, row.text) for row in document.paragraphs] == [
        (2, 3, "a1", "甲\nid: a1\n作者: 江小舟"),
        (5, 5, "a2", "乙"),
    ]


def test_objects_over_several_lines_are_records():
    document = read("/c/a.jsonl", b'{\n"text": "A"\n}\n{\n"text": "B"\n}\n')
    assert [(row.line, row.end_line, row.text) for row in document.paragraphs] == [(1, 3, "A"), (4, 6, "B")]


def test_an_object_with_a_text_is_a_record():
    (title, text) = read("/c/a.json", '{\n"title": "题",\n"text": "一\\n二"\n}'.encode()).paragraphs
    assert (title.text, text.text, text.line, text.end_line) == ("题", "一\n二", 1, 4)
    lines = read("/c/a.json", b'{"a": 1}\n{"a": 2}\n').paragraphs
    assert [(row.line, row.text) for row in lines] == [(1, "a: 1"), (2, "a: 2")]


def test_a_text_that_serves_as_a_name_is_read_once():
    key = "很长的名字" * 50
    (record,) = jsonl({key: ["甲", {"乙": "丙"}, "丁"]}).paragraphs
    assert record.text.count(key) == 1
    assert [line.rpartition(": ")[2] for line in record.text.split("\n")] == [key, "甲", "丙", "丁"]


@pytest.mark.parametrize(
    "source", ['{"a": "x"}', "[1, 2]", '{"a": [1]}', '[{"a": 1}, 2]', '[{"a": 1}', "[{]", "[]"]
)
def test_json_that_is_no_array_of_objects_is_code(source: str):
    document = read("/c/a.json", source.encode())
    assert [(row.kind, row.text) for row in document.paragraphs] == [("code", source)]


def test_escaped_characters_of_json_are_found():
    source = r'{"城市": "\u91cd\u5e86", "emoji": "\ud83d\ude00", "路径": "C:\\u91cd", "行": "\u000a\u0041"}'
    (paragraph,) = read("/c/a.json", source.encode()).paragraphs
    assert paragraph.text == source
    form = reading_form(source, paragraph.kind)
    assert form is not None
    assert form.text == r'{"城市": "重庆", "emoji": "😀", "路径": "C:\\u91cd", "行": "\u000aA"}'
