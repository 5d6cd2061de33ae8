"""Comments of cells are found at the row of their cell, and a thread is read once."""

import io
import zipfile

import pytest

from searchidx.readers import read

pytest.importorskip("lxml")
openpyxl = pytest.importorskip("openpyxl")

THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
RELATION = '<Relationship Id="t1" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/t1.xml"/>'


def workbook(comments: dict[str, str]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["品名", "数量"])
    book.active.append(["螺栓", 1200])
    book.active.append(["螺母", 900])
    for cell, text in comments.items():
        book.active[cell].comment = openpyxl.comments.Comment(text, "江小渡")
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def with_thread(data: bytes, cell: str, texts: list[str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/_rels/sheet1.xml.rels":
                part = part.replace(b"</Relationships>", f"{RELATION}</Relationships>".encode())
            new.writestr(name, part)
        comments = "".join(
            f'<threadedComment ref="{cell}"><text>{text}</text></threadedComment>' for text in texts
        )
        thread = f'<ThreadedComments xmlns="{THREADS}">{comments}</ThreadedComments>'
        new.writestr("xl/threadedComments/t1.xml", thread)
    return written.getvalue()


def lines(data: bytes) -> list[tuple[int, str]]:
    return [(paragraph.line, paragraph.text) for paragraph in read("/c/a.xlsx", data).paragraphs[2:]]


def test_a_comment_follows_the_row_of_its_cell():
    data = workbook({"A2": "需镀锌处理", "B2": "下月补货", "A3": "停用"})
    assert lines(data) == [
        (2, "螺栓 | 1200"),
        (2, "需镀锌处理"),
        (2, "下月补货"),
        (3, "螺母 | 900"),
        (3, "停用"),
    ]


def test_a_comment_on_an_empty_row_is_read_too():
    assert lines(workbook({"C9": "此处留空"}))[-1] == (9, "此处留空")


def test_a_thread_is_read_once_and_without_the_note_for_old_programs():
    data = with_thread(
        workbook({"A2": "[线程批注]\n\n批注:\n    单价偏高", "A3": "停用"}), "A2", ["单价偏高", "已核实"]
    )
    assert lines(data) == [
        (2, "螺栓 | 1200"),
        (2, "单价偏高"),
        (2, "已核实"),
        (3, "螺母 | 900"),
        (3, "停用"),
    ]
