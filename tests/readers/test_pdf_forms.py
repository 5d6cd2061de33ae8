"""Values of form fields in a PDF are read where they stand on the page."""

import pytest

from searchidx.readers import read
from tests.documents import pdf

pytest.importorskip("pypdfium2")

LABELS = [
    (72.0, 760.0, 16.0, "报名表"),
    (72.0, 700.0, 12.0, "姓名："),
    (72.0, 670.0, 12.0, "班次："),
    (72.0, 640.0, 12.0, "以上内容由本人填写，真实有效。"),
]


def text(value: str) -> str:
    marked = "\ufeff" + value
    return f"<{marked.encode('utf-16-be').hex()}>"


def widget(kind: str, bottom: float, more: str, flags: int = 4) -> str:
    rectangle = f"[140 {bottom} 300 {bottom + 18}]"
    return f"<</Type/Annot/Subtype/Widget/FT/{kind}/T({kind}{bottom})/Rect{rectangle}/F {flags}{more}>>"


def texts(*annotations: str) -> list[str]:
    return [paragraph.text for paragraph in read("/c/a.pdf", pdf(LABELS, annotations=annotations)).paragraphs]


def test_a_value_stands_behind_its_label():
    assert texts(widget("Tx", 697, f"/V{text('江小舟')}")) == [
        "报名表",
        "姓名： | 江小舟",
        "班次：",
        "以上内容由本人填写，真实有效。",
    ]


def test_a_choice_is_shown_by_its_label():
    options = f"/Opt[[{text('a')}{text('早班')}][{text('b')}{text('晚班')}]]/V{text('b')}"
    assert "班次： | 晚班" in texts(widget("Ch", 667, f"/Ff 131072{options}"))
    several = f"/Opt[{text('甲')}{text('乙')}{text('丙')}]/V[{text('甲')}{text('丙')}]"
    assert "班次： | 甲 丙" in texts(widget("Ch", 667, f"/Ff 2097152{several}"))


def test_a_value_that_a_field_inherits_is_read():
    child = "<</Type/Annot/Subtype/Widget/Parent 9 0 R/Rect[140 697 300 715]/F 4>>"
    parent = f"<</FT/Tx/T(name)/V{text('何小溪')}/Kids[10 0 R]>>"
    assert "姓名： | 何小溪" in texts(parent, child)


def test_a_value_of_several_lines_and_one_without_label_are_read():
    below = f"/Ff 4096/V{text('第一行写完了。')}"
    assert texts(widget("Tx", 560, below))[-1] == "第一行写完了。"
    lines = texts(widget("Tx", 560, f"/Ff 4096/V{text('一、准时到。' + chr(13) + '二、带证件。')}"))
    assert lines[-2:] == ["一、准时到。", "二、带证件。"]


def test_what_a_page_does_not_show_is_not_read():
    assert len(texts(widget("Tx", 697, f"/V{text('隐藏')}", flags=2))) == 4
    assert not any("密码" in line for line in texts(widget("Tx", 697, f"/Ff 8192/V{text('密码')}")))
    assert len(texts(widget("Btn", 697, "/V/Yes/AS/Yes"))) == 4
    assert len(texts(widget("Tx", 697, "/V()"), widget("Tx", 600, ""))) == 4


def test_a_note_typed_onto_the_page_is_read_without_a_form():
    note = f"<</Type/Annot/Subtype/FreeText/Rect[140 697 300 715]/Contents{text('待核实')}/DA(/F1 10 Tf)>>"
    assert "姓名： | 待核实" in texts(note)


@pytest.mark.parametrize(
    "annotation", ["<<>>", "null", "<</Subtype/Widget/FT/Tx/V 5>>", "<</Subtype/Widget/Parent 9 0 R>>"]
)
def test_damaged_fields_leave_the_text(annotation: str):
    assert texts(annotation)[1] == "姓名："
