"""Notes of Evernote are read as they are shown: inline tags part no word, each note stands under its title."""

import pytest

from searchidx.readers import read

pytest.importorskip("lxml")


def export(*notes: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE en-export SYSTEM "x.dtd">\n<en-export>\n'
    return f"{head}{''.join(notes)}</en-export>\n".encode()


def note(title: str, body: str, more: str = "") -> str:
    prolog = '<?xml version="1.0"?>\n<!DOCTYPE en-note SYSTEM "y.dtd">\n'
    return (
        f"<note><title>{title}</title>\n<created>20240301T010203Z</created><tag>巡查</tag>\n"
        f"<content>\n<![CDATA[{prolog}<en-note>{body}</en-note>]]></content>{more}</note>\n"
    )


def test_inline_tags_part_no_word_and_blocks_part_paragraphs():
    body = "<div>今天<b>检</b>查了护栏，<span style='color:red'>第三</span>段松动</div>\n<div><en-todo checked='true'/>带相机</div>"
    paragraphs = read("/c/a.enex", export(note("江堤步道", body))).paragraphs
    assert [(p.kind, p.text, p.line) for p in paragraphs] == [
        ("heading", "江堤步道", 4),
        ("text", "巡查", 5),
        ("text", "今天检查了护栏，第三段松动", 9),
        ("text", "带相机", 10),
    ]
    assert [p.headings for p in paragraphs] == [(), *[("江堤步道",)] * 3]
    assert {p.date for p in paragraphs} == {"2024-03-01"}


def test_each_note_is_a_page_under_its_own_title():
    document = read("/c/a.enex", export(note("甲&amp;乙", "<div>一</div>"), note("丙", "<div>二</div>")))
    assert [(p.page, p.text, p.headings) for p in document.paragraphs if p.text in "一二"] == [
        (1, "一", ("甲&乙",)),
        (2, "二", ("丙",)),
    ]


def test_a_mark_of_the_end_inside_the_content_does_not_end_it():
    body = "<div>前]]]]><![CDATA[>后面的话</div>"
    assert "前]]>后面的话" in [p.text for p in read("/c/a.enex", export(note("甲", body))).paragraphs]


def test_names_of_attachments_are_found_and_their_bytes_are_not():
    more = "<resource><data>QUJDREVG</data><resource-attributes><file-name>渡口.pdf</file-name></resource-attributes></resource>"
    texts = [p.text for p in read("/c/a.enex", export(note("甲", "<div>一</div>", more))).paragraphs]
    assert "渡口.pdf" in texts
    assert "QUJDREVG" not in "".join(texts)


def test_fields_that_are_written_in_the_content_are_text_of_the_content():
    body = "<div>&lt;title&gt;不是标题&lt;/title&gt;</div>"
    document = read("/c/a.enex", export(note("甲", body)))
    assert document.title == "甲"
    assert [p.text for p in document.paragraphs].count("<title>不是标题</title>") == 1


def test_what_has_no_notes_is_read_as_code():
    assert [p.kind for p in read("/c/a.enex", "<a>没有笔记</a>".encode()).paragraphs] == ["code"]
