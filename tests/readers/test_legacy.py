"""Old Office formats are refused with what to do, and what only bears their names is read."""

import pytest

from searchidx.errors import ReadError
from searchidx.readers import is_decoded, read

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PAGE = "<html><head><meta charset='gb2312'></head><body><p>渡口的班次表已经更新。</p></body></html>"


@pytest.mark.parametrize(
    ("name", "modern"),
    [
        ("a.doc", "docx"),
        ("a.XLS", "xlsx"),
        ("a.ppt", "pptx"),
        ("a.wps", "docx"),
        ("a.et", "xlsx"),
        ("a.dps", "pptx"),
    ],
)
def test_an_old_format_is_refused_with_what_to_do(name: str, modern: str):
    with pytest.raises(ReadError, match=rf"save it as \.{modern}.*soffice --headless --convert-to {modern}"):
        read(f"/c/{name}", OLE)


def test_rich_text_is_refused_with_what_to_do_whatever_its_name():
    for name in ("a.rtf", "a.doc", "a.txt"):
        with pytest.raises(ReadError, match=r"a rich text document.*save it as \.docx"):
            read(f"/c/{name}", b"{\\rtf1\\ansi hello}")


def test_a_password_is_named():
    with pytest.raises(ReadError, match="protected by a password"):
        read("/c/a.doc", OLE + "EncryptedPackage".encode("utf-16-le"))


def test_a_page_exported_under_an_old_name_is_read_as_the_page_it_is():
    pytest.importorskip("lxml")
    document = read("/c/导出.xls", PAGE.encode("gbk"))
    assert (document.path, document.type, document.encoding) == ("/c/导出.xls", "html", "gb18030")
    assert [p.text for p in document.paragraphs] == ["渡口的班次表已经更新。"]


def test_text_and_modern_documents_under_an_old_name_are_read():
    pytest.importorskip("lxml")
    from tests.documents import docx, paragraph

    assert read("/c/a.doc", docx(paragraph("换了名字的文件"))).paragraphs[0].text == "换了名字的文件"
    document = read("/c/b.doc", "只是文字而已。".encode("gbk"))
    assert (document.type, document.paragraphs[0].text) == ("text", "只是文字而已。")
    assert is_decoded("/c/b.doc")


def test_a_saved_web_page_in_one_file_is_read():
    pytest.importorskip("lxml")
    mht = (
        (
            b"MIME-Version: 1.0\r\nSubject: =?gb2312?B?1ObW97XE0LDTqw==?=\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
            b"--x\r\nContent-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        )
        + PAGE.encode("gbk")
        + b"\r\n--x--\r\n"
    )
    assert "渡口的班次表已经更新。" in [p.text for p in read("/c/a.mht", mht).paragraphs]
