"""Parts of a mail: what its reader sees is read at its place, forwarded messages and attached text among it."""

from base64 import b64encode

import pytest

from searchidx.document import Document
from searchidx.readers import read
from searchidx.readers.mail.flowed import unflowed
from tests.sentences import sentences

pytest.importorskip("lxml")


def multipart(kind: str, *parts: bytes) -> bytes:
    boundary = f"b{kind}{abs(hash(parts))}".encode()
    body = b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts)
    return b'Content-Type: multipart/%s; boundary="%s"\n\n%s--%s--\n' % (
        kind.encode(),
        boundary,
        body,
        boundary,
    )


def part(text: str | bytes, kind: str = "text/plain; charset=utf-8", disposition: str = "") -> bytes:
    head = f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n"
    head += f"Content-Disposition: {disposition}\n" if disposition else ""
    return head.encode() + b"\n" + b64encode(text.encode() if isinstance(text, str) else text) + b"\n"


def attached(name: str) -> str:
    return f'attachment; filename="{name}"'


def mail(body: bytes, subject: str = "Subject: hi\n") -> Document:
    return read("/c/a.eml", subject.encode() + b"MIME-Version: 1.0\n" + body)


def texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_a_forwarded_message_is_read_under_its_own_subject():
    inner = "From: b@example.com\nSubject: 渡口停航\n\n因大雾，明日停航一天。\n".encode()
    for forwarded in (
        b"Content-Type: message/rfc822\n\n" + inner,
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + b64encode(inner),
        part(inner, "application/octet-stream", attached("x.eml")),
    ):
        document = mail(multipart("mixed", part("请看转来的信。"), forwarded))
        assert [text for text in texts(document) if text != "x.eml"] == [
            "hi",
            "请看转来的信。",
            "渡口停航",
            "From: b@example.com",
            "因大雾，明日停航一天。",
        ]
        assert document.paragraphs[-1].headings[-1] == "渡口停航"
        assert document.paragraphs[-1].headings[0] == "hi"
        lines = [paragraph.line for paragraph in document.paragraphs]
        assert lines == sorted(set(lines))


def test_a_forwarded_message_has_its_own_attachments_and_forwards():
    inmost = (
        b"Content-Type: message/rfc822\n\n"
        b"Subject: 3\nContent-Type: text/plain; charset=gb2312\n\n" + "最里面的信".encode("gbk")
    )
    middle = b"Content-Type: message/rfc822\n\nSubject: 2\n" + multipart("mixed", part("第二层的话"), inmost)
    document = mail(multipart("mixed", part("第一层的话"), middle))
    assert texts(document) == ["hi", "第一层的话", "2", "第二层的话", "3", "最里面的信"]
    assert document.paragraphs[-1].headings == ("hi", "2", "3")


def test_messages_of_a_digest_are_read():
    digest = multipart(
        "digest", "\nSubject: 甲\n\n第一封的话".encode(), "\nSubject: 乙\n\n第二封的话".encode()
    )
    assert texts(mail(digest)) == ["hi", "甲", "第一封的话", "乙", "第二封的话"]


def test_attached_text_is_read_below_its_name_and_other_attachments_are_named():
    document = mail(
        multipart(
            "mixed",
            part("正文的话。"),
            part("附件里的话。".encode("gbk"), "text/plain; charset=gb2312", attached("shuoming.txt")),
            part("姓名,城市\n张三,重庆\n", "application/octet-stream", attached("a.csv")),
            part("<p>网页里<b>的话</b></p>", "text/html; charset=utf-8", attached("a.html")),
            part("# 标题\n\n**粗**字", "application/octet-stream", attached("读我.MD")),
            part(b"PK\x03\x04\0\0\0", "application/zip", attached("b.zip")),
            part(b"\x89PNG\r\n\0\0", "image/png", 'inline; filename="c.png"'),
        )
    )
    assert texts(document) == [
        "hi",
        "正文的话。",
        "shuoming.txt",
        "附件里的话。",
        "a.csv",
        "姓名 | 城市",
        "张三 | 重庆",
        "a.html",
        "网页里的话",
        "读我.MD",
        "标题",
        "粗字",
        "b.zip",
        "c.png",
    ]
    assert document.paragraphs[3].headings == ("hi", "shuoming.txt")
    assert document.notes == ()


def test_several_texts_of_one_message_are_all_read():
    document = mail(multipart("mixed", part("上半封"), part(b"\0", "image/png"), part("下半封")))
    assert texts(document) == ["hi", "上半封", "下半封"]


def test_of_several_forms_the_plain_one_is_read_unless_it_says_nothing():
    page = part(f"<p>{'网页里的正文很长。' * 60}</p>", "text/html; charset=utf-8")
    full = mail(multipart("alternative", part("纯文本的正文。" * 60), page))
    assert len(full.paragraphs) == 2
    assert full.paragraphs[1].text.startswith("纯文本")
    for stub in ("", "  \n", "请用支持网页的程序查看本邮件。"):
        document = mail(multipart("alternative", part(stub), page))
        assert [p.text[:6] for p in document.paragraphs] == ["hi", "网页里的正文"]


def test_attachments_inside_the_form_that_is_not_read_are_named():
    page = multipart(
        "mixed", part("<p>一</p>", "text/html"), part(b"%PDF-1", "application/pdf", attached("a.pdf"))
    )
    assert texts(mail(multipart("alternative", part("纯文本"), page))) == ["hi", "纯文本", "a.pdf"]


def test_what_a_page_is_made_of_is_no_text():
    related = multipart("related", part("<p>页</p>", "text/html"), part("p{color:red}", "text/css"))
    assert texts(mail(related)) == ["hi", "页"]


def test_an_attachment_that_is_no_text_though_it_says_so_is_named_and_noted():
    document = mail(
        multipart("mixed", part("正文"), part(bytes(range(32)) * 9, "text/plain", attached("x.bin")))
    )
    assert texts(document) == ["hi", "正文", "x.bin"]
    assert [note.partition(":")[0] for note in sentences(document.notes)] == ["x.bin is not read"]


def test_damage_of_parts_is_noted():
    broken = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n5rih5Y+jYWJ\n"
    document = mail(
        multipart("mixed", broken, part("附件".encode() + b"\xff", "text/plain", attached("a.txt")))
    )
    assert "渡口ab" in texts(document)[1]
    assert sentences(document.notes) == ("the base64 of a part is damaged", "a.txt: 1 damaged character")


def test_lines_that_a_program_broke_are_whole():
    flowed = "请各位同事于 \n明日上午开会。\n> 你说 \n> 的话\n短行\n-- \n张三"
    assert unflowed(flowed, delete_space=False).split("\n") == [
        "请各位同事于明日上午开会。",
        "> 你说的话",
        "短行",
        "-- ",
        "张三",
    ]
    document = mail(part("关于渡口停 \n航的事\n", "text/plain; charset=utf-8; format=flowed; delsp=yes"))
    assert texts(document)[1] == "关于渡口停航的事"


def test_a_message_of_apple_mail_is_read_without_what_surrounds_it():
    inner = "Subject: 渡口\n\n停航的话\n".encode()
    data = b"%-10d\n%s<?xml version='1.0'?><plist><key>flags</key></plist>" % (len(inner), inner)
    assert texts(read("/c/1.emlx", data)) == ["渡口", "停航的话"]
    assert texts(read("/c/1.emlx", inner)) == ["渡口", "停航的话"]


def test_forwards_within_forwards_end():
    body = b"Subject: x\n\nend"
    for _ in range(60):
        body = b"Subject: x\nContent-Type: message/rfc822\n\n" + body
    assert sentences(read("/c/a.eml", body).notes) == ("forwarded messages are nested too deeply",)


def test_a_message_whose_parts_cannot_be_told_apart_is_read_as_text():
    for kind in ("multipart/mixed", "multipart/mixed; boundary=x", "text"):
        document = mail(f"Content-Type: {kind}\n\n渡口停航的话\n".encode())
        assert "渡口停航的话" in texts(document)


def test_a_flowed_break_between_ideographs_is_no_space_and_one_beside_latin_is():
    assert (
        unflowed("> 渡口因大雾停 \n> 航，请 \n> wait \n> 候船", delete_space=False)
        == "> 渡口因大雾停航，请 wait 候船"
    )
    assert unflowed("停航 \n\n待命", delete_space=False) == "停航 \n待命"
