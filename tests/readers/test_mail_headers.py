"""Headers of a mail read as their writer wrote them, however a program encoded and cut them."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchidx.readers import read
from searchidx.readers.common_characters import SIMPLIFIED, TRADITIONAL
from searchidx.readers.mail.headers import decode_addresses, decode_field, parameter
from tests.sentences import sentences

SUBJECT = "关于调整渡口停航时间的紧急通知"


def base64_word(data: bytes, charset: str) -> str:
    return f"=?{charset}?B?{b64encode(data).decode()}?="


def quoted_word(data: bytes, charset: str) -> str:
    return f"=?{charset}?Q?{''.join(f'={byte:02X}' for byte in data)}?="


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(
    st.text(st.sampled_from(SIMPLIFIED[:600]), min_size=8, max_size=40),
    st.sampled_from([("gb2312", "gbk"), ("GBK", "gbk"), ("gb18030", "gb18030"), ("utf-8", "utf-8")]),
    st.integers(1, 45),
    st.sampled_from([base64_word, quoted_word]),
    st.sampled_from([" ", "\n ", "\r\n\t", ""]),
)
def test_a_subject_cut_at_any_byte_is_whole(text: str, charset: tuple[str, str], size: int, word, gap: str):
    label, codec = charset
    raw = gap.join(word(piece, label) for piece in cut(text.encode(codec), size))
    assert decode_field(raw) == text


@given(st.text(st.sampled_from(TRADITIONAL[:600]), min_size=8, max_size=40), st.integers(3, 45))
def test_a_subject_in_big5_cut_at_any_byte_is_whole(text: str, size: int):
    raw = " ".join(base64_word(piece, "big5") for piece in cut(text.encode("cp950"), size))
    assert decode_field(raw) == text


def test_one_stream_of_base64_cut_into_words_is_whole():
    stream = b64encode(SUBJECT.encode()).decode()
    for size in (5, 7, 10, 22):
        pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
        assert decode_field(" ".join(f"=?utf-8?B?{piece}?=" for piece in pieces)) == SUBJECT


def test_words_of_two_charsets_and_plain_text_stand_side_by_side():
    raw = f"Re: {base64_word('渡口'.encode('gbk'), 'gb2312')} {base64_word('停航'.encode(), 'utf-8')} (2)"
    assert decode_field(raw) == "Re: 渡口停航 (2)"


def test_characters_outside_gb2312_are_read_under_its_label():
    assert decode_field(base64_word("镕基路喆记瀧澤商店".encode("gbk"), "gb2312")) == "镕基路喆记瀧澤商店"
    assert decode_field(base64_word("朱镕".encode("gbk"), "GB2312")) == "朱镕"


@pytest.mark.parametrize(
    "label",
    [
        "x-gbk",
        "GB_2312-80",
        "gb2312-1980",
        "cn-gb",
        "windows-936",
        "default",
        "x-unknown",
        "unknown-8bit",
        "none",
    ],
)
def test_a_charset_nobody_knows_is_guessed(label: str):
    assert decode_field(base64_word(SUBJECT.encode("gbk"), label)) == SUBJECT
    assert decode_field(base64_word(SUBJECT.encode(), label)) == SUBJECT


def test_a_wrong_label_does_not_spoil_a_subject():
    assert decode_field(base64_word(SUBJECT.encode("gbk"), "utf-8")) == SUBJECT
    assert decode_field(base64_word(SUBJECT.encode(), "gb2312")) == SUBJECT
    assert decode_field(base64_word(SUBJECT.encode("gbk"), "iso-8859-1")) == SUBJECT


def test_two_bytes_that_would_be_utf8_are_read_by_their_label():
    assert "模".encode("gbk").decode() == "ģ"
    assert decode_field(base64_word("模".encode("gbk"), "gb2312")) == "模"


@pytest.mark.parametrize(
    ("label", "codec"), [("hz-gb-2312", "hz"), ("utf-7", "utf-7"), ("unicode-1-1-utf-7", "utf-7")]
)
def test_charsets_of_seven_bits_are_read(label: str, codec: str):
    assert decode_field(base64_word(SUBJECT.encode(codec), label)) == SUBJECT
    assert decode_field(base64_word("渡し船".encode("iso-2022-jp"), "ISO-2022-JP")) == "渡し船"


def test_words_against_the_rules_are_read_too():
    word = base64_word(SUBJECT.encode(), "utf-8")
    assert decode_addresses(f'"{word}" <a@example.com>') == f"{SUBJECT} <a@example.com>"
    assert decode_field(f"[{word}]") == f"[{SUBJECT}]"
    assert decode_field("=?utf-8*zh?Q?a_=E6=B8=A1=E5=8F=A3?=") == "a 渡口"
    assert decode_field(word.replace("=?=", "?=")) == SUBJECT
    assert decode_field(word.removesuffix("?=")) == SUBJECT
    assert decode_field("=?utf-8?Q?=E6=B8=A1 =E5=8F=A3?=") == "渡 口"
    assert decode_field("1 =? 2 ?= 3 =?x?=") == "1 =? 2 ?= 3 =?x?="


@pytest.mark.parametrize(
    "field",
    [
        "attachment; filename*=gb2312''%CB%AE%CE%BB%B1%ED.txt",
        'attachment; filename="=?gb2312?B?y67Ou7HtLnR4dA==?="',
        "attachment; filename==?gb2312?B?y67Ou7HtLnR4dA==?=",
        "attachment; filename*0*=gb2312'zh'%CB%AE%CE; filename*1*=%BB%B1%ED; filename*2=\".txt\"",
        "attachment; filename=x.txt; filename*=UTF-8''%E6%B0%B4%E4%BD%8D%E8%A1%A8.txt",
        'attachment; filename*1="B?y67Ou7HtLnR4dA==?="; filename*0="=?gb2312?"',
        'attachment; size=3; filename="水位表.txt"',
    ],
)
def test_names_of_attachments_are_read_however_they_are_written(field: str):
    raw = field.encode("gbk").decode("ascii", "surrogateescape")
    assert parameter(raw, "filename", "gb2312") == "水位表.txt"


def test_a_word_that_a_line_breaks_is_whole():
    for word in (base64_word(SUBJECT.encode(), "utf-8"), quoted_word(SUBJECT.encode("gbk"), "gb2312")):
        for end in ("\n ", "\r\n\t"):
            mail = f"From: a@example.com\nSubject: {word[:24]}{end}{word[24:]}\n\nhello\n"
            assert read("/c/a.eml", mail.encode()).title == SUBJECT


def test_a_name_of_an_attachment_over_several_lines_is_whole():
    field = 'attachment;\n filename*0="=?gb2312?B?y67Ou7Ht";\n\tfilename*1="LnR4dA==?="'
    assert parameter(field, "filename") == "水位表.txt"


def test_damage_in_headers_is_counted():
    mail = f"From: a@example.com\nSubject: {base64_word(SUBJECT.encode()[:-1], 'utf-8')}\n\nhello\n"
    document = read("/c/a.eml", mail.encode())
    assert document.title == SUBJECT[:-1] + "\ufffd"
    assert sentences(document.notes) == ("1 damaged character in headers",)


def test_a_header_without_end_takes_no_time():
    assert decode_field("=?a?b?" * 200_000)[:6] == "=?a?b?"
