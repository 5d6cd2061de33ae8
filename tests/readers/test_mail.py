"""Mails and subtitles give their words at their message and their time."""

import contextlib

import pytest

from searchidx.errors import ReadError
from searchidx.readers import read
from tests.sentences import sentences

pytest.importorskip("lxml")

EML = """\
From: =?gb2312?B?1cXI/Q==?= <zhang@example.com>
To: li@example.com
Subject: =?utf-8?B?5byA5Lya6YCa55+l?=
Date: Thu, 20 Apr 2023 10:00:00 +0800
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: multipart/alternative; boundary="y"

--y
Content-Type: text/plain; charset=gb2312
Content-Transfer-Encoding: 8bit

各位同事：
明天上午九点开会，请准时参加，朱镕基的镕字也在。
--y
Content-Type: text/html; charset=gb2312

<p>不要这一份</p>
--y--
--x
Content-Type: application/pdf
Content-Disposition: attachment; filename="=?utf-8?B?5rWL6K+VLnBkZg==?="

%PDF
--x--
"""


def test_a_mail_gives_headers_text_and_names_of_attachments():
    document = read("/c/a.eml", EML.encode("gbk"))
    assert [(p.line, p.kind, p.text) for p in document.paragraphs] == [
        (1, "heading", "开会通知"),
        (2, "text", "From: 张三 <zhang@example.com>"),
        (3, "text", "To: li@example.com"),
        (4, "text", "Date: Thu, 20 Apr 2023 10:00:00 +0800"),
        (5, "text", "各位同事："),
        (6, "text", "明天上午九点开会，请准时参加，朱镕基的镕字也在。"),
        (7, "text", "测试.pdf"),
    ]
    assert (document.title, document.date) == ("开会通知", "2023-04-20")
    assert not any("不要" in p.text for p in document.paragraphs)


def test_a_mail_in_html_only_is_read_as_a_page():
    source = "Subject: x\nContent-Type: text/html; charset=utf-8\n\n<p>正文<b>在</b>此</p><ul><li><a href='/'>首页</a></ul>"
    assert [p.text for p in read("/c/a.eml", source.encode()).paragraphs] == ["x", "正文在此", "首页"]


def test_messages_of_a_mailbox_are_its_pages():
    one = "From a@b Thu Apr 20 10:00:00 2023\nSubject: 第一封\nDate: Thu, 20 Apr 2023 10:00:00 +0800\n\n正文一。\n>From 开头的行\n\n"
    two = "From c@d Fri Apr 21 10:00:00 2023\nSubject: 第二封\n\n正文二。From 不在行首\n"
    found = [
        (p.page, p.text, p.date)
        for p in read("/c/a.mbox", (one + two).encode()).paragraphs
        if "Date" not in p.text
    ]
    assert found == [
        (1, "第一封", "2023-04-20"),
        (1, "正文一。", "2023-04-20"),
        (1, "From 开头的行", "2023-04-20"),
        (2, "第二封", None),
        (2, "正文二。From 不在行首", None),
    ]


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\0\1\2",
        b"Subject: =?x?q?=\n\n" + b"a" * 100,
        b"Content-Type: multipart/mixed; boundary=a\n\n--a",
    ],
)
def test_broken_mails_end_well(source: bytes):
    with contextlib.suppress(ReadError):
        read("/c/a.eml", source)


def test_nested_messages_end_well():
    source = b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 3_000 + b"\n\nx"
    test_broken_mails_end_well(source)


def test_headers_in_bare_bytes_are_decoded_as_a_file_is():
    for name in ("gbk", "utf-8", "big5"):
        subject = "渡口停航的通知書" if name == "big5" else "渡口停航的通知书"
        mail = b"From: a@example.com\r\nSubject: " + subject.encode(name) + b"\r\n\r\nhello\r\n"
        assert (name, read("/c/a.eml", mail).title) == (name, subject)


def test_damaged_bytes_of_a_message_are_counted():
    mail = b"From: a@example.com\nSubject: hi\n\n" + "渡口停航的通知书，请大家注意安全。".encode() + b"\xff\n"
    assert sentences(read("/c/a.eml", mail).notes) == ("1 damaged character",)
    box = b"From a@b Thu Apr 20 09:00:00 2023\n" + mail + b"\nFrom a@b Thu Apr 20 09:00:00 2023\n" + mail
    assert sentences(read("/c/a.mbox", box).notes) == (
        "message 1: 1 damaged character",
        "message 2: 1 damaged character",
    )
