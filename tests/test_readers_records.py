"""Records are documents of their own, with id, title, date and the line they stand at."""

import json

import pytest

from searchidx.document import Document, Paragraph
from searchidx.readers import read


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
    assert document.notes == ("1 line is no JSON",)
    assert [(p.line, p.text, p.id) for p in document.paragraphs] == [
        (1, "{broken", None),
        (2, "好", "a"),
        (3, "b\n甲\n丙", "b"),
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
    assert sum(len(p.text) for p in table("id,text\n1," + "字" * 200_000)) == 200_000
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
