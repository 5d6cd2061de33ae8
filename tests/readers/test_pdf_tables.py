"""Rows of tables in PDF: whole words and right rows, however cells are aligned and in whatever order they are written."""

from collections.abc import Sequence
from textwrap import wrap

import pytest

from searchidx.readers import read
from tests.documents import pdf

pytest.importorskip("pypdfium2")

SIZE = 12.0
LEADING = 16.0
WIDTHS = (2, 6, 9, 6)
LEFT, TOP = 72.0, 720.0
ROWS = [
    ("序号", "项目名称", "建设内容", "责任单位"),
    (
        "1",
        "石湾渡口候船亭改造工程",
        "拆除原有候船亭并新建钢结构遮阳棚一座，配套照明和座椅",
        "石湾镇人民政府交通管理办公室",
    ),
    ("2", "江堤步道", "铺设透水砖", "水务局"),
    ("3", "云岭果园冷库扩建及配套道路硬化", "新增冷藏库容三百吨", "云岭乡农业服务中心"),
]
EXPECTED = [" | ".join(row) for row in ROWS]
Placed = tuple[float, float, float, str]
Box = tuple[float, float, float, float]

alignments = pytest.mark.parametrize("vertical", ["top", "center", "bottom"])
sides = pytest.mark.parametrize("horizontal", ["left", "center"])
orders = pytest.mark.parametrize("order", ["by cell", "by line"])


def layout(
    vertical: str, horizontal: str, order: str = "by cell", pad: float = 5.0
) -> tuple[list[Placed], list[Box]]:
    """Return the lines of the table and the boxes of its cells."""
    lines: list[Placed] = []
    boxes: list[Box] = []
    top = TOP
    for row in ROWS:
        cells = [wrap(text, width) for text, width in zip(row, WIDTHS, strict=True)]
        count = max(map(len, cells))
        height = count * LEADING + 2 * pad
        left = LEFT
        for texts, width in zip(cells, WIDTHS, strict=True):
            boxes.append((left, top - height, width * SIZE + 2 * pad, height))
            free = {"top": 0.0, "center": 0.5, "bottom": 1.0}[vertical] * (count - len(texts)) * LEADING
            for number, text in enumerate(texts):
                shift = (width - len(text)) * SIZE / 2 if horizontal == "center" else 0.0
                base = top - pad - SIZE - free - number * LEADING
                lines.append((left + pad + shift, base, SIZE, text))
            left += width * SIZE + 2 * pad
        top -= height
    if order == "by line":
        lines.sort(key=lambda line: (-line[1], line[0]))
    return lines, boxes


def stroked(boxes: Sequence[Box]) -> str:
    return "".join(f"{x} {y} {w} {h} re S\n" for x, y, w, h in boxes)


def lined(boxes: Sequence[Box]) -> str:
    return "".join(
        f"{x} {y} m {x + w} {y} l S {x} {y} m {x} {y + h} l S {x} {y + h} m {x + w} {y + h} l S {x + w} {y} m {x + w} {y + h} l S\n"
        for x, y, w, h in boxes
    )


def filled(boxes: Sequence[Box]) -> str:
    """Return rules as word processors write them: black rectangles half a point thick."""
    return "".join(
        f"{x} {y} {w} .5 re f {x} {y + h} {w} .5 re f {x} {y} .5 {h} re f {x + w} {y} .5 {h} re f\n"
        for x, y, w, h in boxes
    )


def table_rows(data: bytes) -> list[str]:
    return [p.text for p in read("/c/a.pdf", data).paragraphs if p.kind == "table"]


@alignments
@sides
@orders
@pytest.mark.parametrize("draw", [stroked, lined, filled], ids=["stroked", "lined", "filled"])
def test_cells_of_a_ruled_table_are_whole_and_in_their_rows(vertical, horizontal, order, draw):
    lines, boxes = layout(vertical, horizontal, order)
    assert table_rows(pdf(lines, drawing=draw(boxes))) == EXPECTED


@alignments
@sides
def test_cells_of_a_table_without_rules_are_whole_and_in_their_rows(vertical, horizontal):
    lines, _ = layout(vertical, horizontal, pad=12.0)
    assert table_rows(pdf(lines)) == EXPECTED


def test_cells_of_one_row_may_be_aligned_each_in_its_own_way():
    lines = [
        (72.0, 684.0, 12.0, "早班"),
        (140.0, 700.0, 12.0, "每日开行，遇节假日"),
        (140.0, 684.0, 12.0, "和汛期在公告之后加"),
        (140.0, 668.0, 12.0, "开一班"),
        (300.0, 668.0, 12.0, "石湾"),
        (72.0, 640.0, 12.0, "以上为本周安排。"),
    ]
    assert [p.text for p in read("/c/a.pdf", pdf(lines)).paragraphs] == [
        "早班 | 每日开行，遇节假日和汛期在公告之后加开一班 | 石湾",
        "以上为本周安排。",
    ]


def test_columns_that_are_written_one_after_the_other_are_no_row():
    columns = [["水务局", "石湾镇人民政府", "农业中心"], ["三百吨", "二十米"]]
    lines = [
        (72.0 + 200 * x, 700.0 - 16 * y, 12.0, text)
        for x, texts in enumerate(columns)
        for y, text in enumerate(texts)
    ]
    assert table_rows(pdf(lines)) == []


def test_paragraphs_in_two_columns_of_a_page_are_no_row():
    left = [
        "渡口管理所在汛期之前检查了全部渡船和候",
        "船亭并更换了护栏和照明，随后又对码头的",
        "缆绳做了加固。",
    ]
    lines = [(72.0, 700.0 - 16 * n, 11.0, left[n % 3]) for n in range(12)]
    lines += [(320.0, 700.0 - 16 * n, 11.0, left[n % 3]) for n in range(9)]
    assert table_rows(pdf(lines)) == []


def test_text_around_a_ruled_table_stays_in_its_place():
    lines, boxes = layout("center", "left", "by cell")
    before = (LEFT, TOP + 30, SIZE, "建设项目一览表如下。")
    after = (LEFT, 380.0, SIZE, "以上项目按季度报送进度。")
    paragraphs = read("/c/a.pdf", pdf([before, *lines, after], drawing=stroked(boxes))).paragraphs
    assert [p.text for p in paragraphs] == [before[3], *EXPECTED, after[3]]
    assert [p.line for p in paragraphs] == sorted({p.line for p in paragraphs})


def test_a_cell_of_several_rows_is_in_the_first_of_them():
    boxes = [(72.0, 640.0, 60.0, 60.0), *((132.0, 680.0 - 20 * n, 200.0, 20.0) for n in range(3))]
    lines = [(80.0, 665.0, 12.0, "早班"), *((140.0, 685.0 - 20 * n, 12.0, f"第{n}号渡船") for n in range(3))]
    assert table_rows(pdf(lines, drawing=stroked(boxes))) == ["早班 | 第0号渡船", "第1号渡船", "第2号渡船"]


def test_a_cell_whose_neighbours_are_empty_is_one_row():
    boxes = [(72.0 + 130 * n, 660.0, 130.0, 40.0) for n in range(2)]
    lines = [(75.0, 685.0, 12.0, "归属于全体股东的净"), (75.0, 669.0, 12.0, "利润总额")]
    assert table_rows(pdf(lines, drawing=stroked(boxes))) == ["归属于全体股东的净利润总额"]


def test_entries_of_a_cell_on_lines_of_their_own_are_not_run_together():
    boxes = [(72.0, 640.0, 60.0, 60.0), (132.0, 640.0, 200.0, 60.0)]
    lines = [
        (75.0, 665.0, 12.0, "携带物品"),
        (135.0, 685.0, 12.0, "身份证件原件及复印件"),
        (135.0, 665.0, 12.0, "雨衣"),
    ]
    lines.append((135.0, 645.0, 12.0, "手电"))
    assert table_rows(pdf(lines, drawing=stroked(boxes))) == ["携带物品 | 身份证件原件及复印件雨衣 手电"]


@pytest.mark.parametrize(
    "drawing",
    [
        "84 694 48 18 re S\n",  # a box around a word
        "84 695 m 132 695 l S\n",  # an underline
        "40 40 515 760 re S\n",  # the frame of the page
        "84 694 24 18 re S 108 694 24 18 re S\n",  # boxes for single characters
        "84 694 48 18 re f\n",  # a marked word
    ],
)
def test_lines_that_are_no_table_part_no_sentence(drawing):
    lines = [(72.0, 698.0, 12.0, "请在登船前出示有效证件。")]
    (paragraph,) = read("/c/a.pdf", pdf(lines, drawing=drawing)).paragraphs
    assert (paragraph.kind, paragraph.text) == ("text", "请在登船前出示有效证件。")


def test_a_drawing_of_very_many_lines_costs_little_and_loses_no_text():
    drawing = "".join(
        f"{72 + n % 400} {100 + n // 40} m {72 + n % 400} {104 + n // 40} l S\n" for n in range(20_000)
    )
    lines = [(72.0, 798.0, 12.0, "航道示意图。")]
    assert [p.text for p in read("/c/a.pdf", pdf(lines, drawing=drawing)).paragraphs] == ["航道示意图。"]
