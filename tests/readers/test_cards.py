"""Address books and calendars are read as a person sees them: a card or an event is a record under its name."""

from time import process_time

import pytest

from searchidx.readers import read


def shape(data: bytes) -> list[tuple[str, str]]:
    return [(p.kind, p.text) for p in read("/c/a.vcf", data).paragraphs]


def card(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""]).encode()


def quoted(text: str, charset: str = "utf-8") -> str:
    return "".join(f"={byte:02X}" for byte in text.encode(charset))


@pytest.mark.parametrize("charset", ["UTF-8", "GBK", "BIG5"])
def test_quoted_printable_is_read_as_its_characters(charset):
    line = f"FN;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:{quoted('江小渡', charset)}"
    assert shape(card(line)) == [("heading", "江小渡")]


def test_soft_breaks_of_quoted_printable_join_their_lines():
    text = quoted("石湾渡口管理所")
    line = f"ORG;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:{text[:30]}="
    document = read("/c/a.vcf", card("FN:甲", line, f"{text[30:]}", "TEL:555-0100"))
    assert [p.text for p in document.paragraphs] == ["甲", "ORG: 石湾渡口管理所\nTEL: 555-0100"]
    assert (document.paragraphs[1].line, document.paragraphs[1].end_line) == (2, 6)


def test_folded_lines_are_one_and_escapes_are_decoded():
    assert shape(
        card("FN:林望舒", "ORG:云岭乡农业服务", " 中心;办公室", r"NOTE:第一行\n第二行\, 逗号\; 分号")
    ) == [
        ("heading", "林望舒"),
        ("record", "ORG: 云岭乡农业服务中心 办公室\nNOTE: 第一行\n第二行, 逗号; 分号"),
    ]


def test_a_card_without_a_shown_name_stands_under_its_structured_one():
    assert shape(card("N:江;小渡;;;", "item1.TEL;TYPE=CELL:555-0101")) == [
        ("heading", "江小渡"),
        ("record", "TEL: 555-0101"),
    ]


def test_photos_and_what_only_programs_read_are_left_out():
    lines = [
        "FN:甲",
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ",
        " SkZJ",
        "KEY;ENCODING=B:AAAA",
        "UID:urn:x",
        "TITLE:所长",
    ]
    assert shape(card(*lines)) == [("heading", "甲"), ("record", "TITLE: 所长")]


def test_each_card_is_a_record_of_its_own_and_other_text_is_kept():
    data = card("FN:甲", "NOTE:一") + "说明文字\r\n".encode() + card("FN:乙", "NOTE:二")
    paragraphs = read("/c/a.vcf", data).paragraphs
    assert [(p.text, p.headings) for p in paragraphs] == [
        ("甲", ()),
        ("NOTE: 一", ("甲",)),
        ("说明文字", ()),
        ("乙", ()),
        ("NOTE: 二", ("乙",)),
    ]


def test_long_values_that_are_folded_cost_no_more_than_their_length():
    lines = ["NOTE;ENCODING=QUOTED-PRINTABLE:=", *["=E6=B1=9F" * 8 + "="] * 40_000, ""]
    started = process_time()
    document = read("/c/a.vcf", card("FN:甲", *lines))
    assert process_time() - started < 30  # a hang, not a speed
    assert sum(p.text.count("江") for p in document.paragraphs) >= 320_000


CALENDAR = """BEGIN:VCALENDAR
X-WR-CALNAME:渡口排班
BEGIN:VTIMEZONE
TZID:Asia/Shanghai
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
DTSTART;TZID=Asia/Shanghai:20240301T090000
SUMMARY:汛期值守安
 排会
LOCATION:石湾渡口\\, 候船厅
DESCRIPTION:请带好\\n雨衣
ATTENDEE;CN="江小渡";ROLE=REQ-PARTICIPANT:mailto:a@example.org
BEGIN:VALARM
TRIGGER:-PT15M
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_an_event_of_a_calendar_is_a_record_under_its_summary():
    paragraphs = read("/c/a.ics", CALENDAR.encode()).paragraphs
    assert [(p.kind, p.text, p.date) for p in paragraphs] == [
        ("text", "X-WR-CALNAME: 渡口排班", None),
        ("heading", "汛期值守安排会", "2024-03-01"),
        (
            "record",
            (
                "DTSTART: 2024-03-01 09:00\nLOCATION: 石湾渡口, 候船厅\nDESCRIPTION: 请带好\n雨衣\n"
                "ATTENDEE: 江小渡 mailto:a@example.org"
            ),
            "2024-03-01",
        ),
    ]
    assert (paragraphs[1].line, paragraphs[1].end_line) == (7, 13)
