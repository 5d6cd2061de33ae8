"""Cues of subtitles and lines of songs are found at their times and lines, with what stands between them."""

import pytest

from searchidx.readers import read

SRT = "1\n00:00:01,000 --> 00:00:02,500\n<i>你好，</i>世界\n第二行\n\n2\n00:01:02,000 --> 00:01:03,000\n{\\an8}再见\n3\n1:00:00.000 --> 1:00:01.000\n末尾"


def test_cues_stand_at_their_times_and_lines():
    found = [(p.line, p.end_line, p.text, p.headings) for p in read("/c/a.srt", SRT.encode()).paragraphs]
    assert found == [
        (3, 4, "你好，世界\n第二行", ("00:00:01",)),
        (8, 8, "再见", ("00:01:02",)),
        (11, 11, "末尾", ("01:00:00",)),
    ]
    assert read("/c/a.vtt", b"WEBVTT\n\n00:05.000 --> 00:06.000\nhi\n").paragraphs[0].headings == (
        "00:00:05",
    )


def test_dialogue_of_ass():
    source = (
        "[Script Info]\nTitle: 片名\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: 0,0:00:01.50,0:00:02.00,Default,,0,0,0,,{\\i1}你好，{\\i0}世界\\N第二行\nComment: 0,0:00:03.00,0:00:04.00,,,,,,,备注\n"
    )
    document = read("/c/a.ass", source.encode("utf-16"))
    assert [(p.line, p.text, p.headings) for p in document.paragraphs] == [
        (2, "片名", ()),
        (5, "你好，世界\n第二行", ("00:00:01",)),
        (6, "备注", ("00:00:03",)),
    ]
    assert (document.title, document.encoding) == ("片名", "utf-16-le")


def found(name: str, source: str) -> list[tuple[int, str]]:
    return [(p.line, p.text) for p in read(f"/c/{name}", source.encode()).paragraphs]


def test_a_webvtt_file_is_found_by_its_title_its_notes_and_the_names_of_its_cues():
    source = (
        "WEBVTT - 渡口一日\nKind: captions\nLanguage: zh\n\nNOTE 译者：何小溪\n\nNOTE\n两行\n备注\n\n"
        "STYLE\n::cue { color: red }\n\n开场\n00:01.000 --> 00:02.000 align:start\n早安\n\n2\n00:03.000 --> 00:04.000\n出船\n"
    )
    document = read("/c/a.vtt", source.encode())
    assert (document.title, document.type) == ("渡口一日", "vtt")
    assert [(p.line, p.end_line, p.kind, p.text) for p in document.paragraphs] == [
        (1, 1, "heading", "渡口一日"),
        (5, 5, "text", "译者：何小溪"),
        (8, 9, "text", "两行\n备注"),
        (14, 14, "text", "开场"),
        (16, 16, "record", "早安"),
        (20, 20, "record", "出船"),
    ]


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("<v 江小舟>早安</v>", "江小舟: 早安"),
        ("<v.loud.far 江小舟>早安", "江小舟: 早安"),
        ("<v 江小舟>早安</v>\n<v 何小溪>早</v>", "江小舟: 早安\n何小溪: 早"),
        ("<v 江小舟>江小舟：早安", "江小舟：早安"),
        ("渡<00:00:01.500><c>口</c>", "渡口"),
        ("渡口 &amp; 码头 &lt;北&gt;", "渡口 & 码头 <北>"),
    ],
)
def test_a_cue_of_webvtt_reads_as_it_shows(cue: str, text: str):
    assert found("a.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n{cue}\n") == [(4, text)]


def test_text_between_cues_is_kept():
    source = "字幕：何小溪\n\n1\n00:00:01,000 --> 00:00:02,000\n上句\n\n下句\n\n2\n00:00:03,000 --> 00:00:04,000\n末句\n\n完\n"
    assert found("a.srt", source) == [(1, "字幕：何小溪"), (5, "上句"), (7, "下句"), (11, "末句"), (13, "完")]


def test_cues_of_sbv_are_read():
    document = read("/c/a.sbv", "0:00:01.000,0:00:02.000\n早安\n\n0:00:03.000,0:00:04.000\n出船\n".encode())
    assert [(p.line, p.text, p.headings) for p in document.paragraphs] == [
        (2, "早安", ("00:00:01",)),
        (5, "出船", ("00:00:03",)),
    ]
    assert document.type == "sbv"


def test_lyrics_are_found_at_their_times_with_the_tags_above_them():
    source = "[ti:渡口]\n[ar:江小舟]\n[offset:500]\n\n[00:12.00][01:20.50]船<00:12.50>来<00:13.00>了\n[00:15]\n[副歌]\n"
    document = read("/c/a.lrc", source.encode())
    assert document.title == "渡口"
    assert [(p.line, p.text, p.headings) for p in document.paragraphs] == [
        (1, "渡口", ()),
        (2, "江小舟", ()),
        (5, "船来了", ("00:00:12",)),
        (7, "[副歌]", ()),
    ]


def test_a_script_of_ass_is_found_by_its_title_its_notes_and_who_speaks():
    source = (
        "[Script Info]\n; 校对：何小溪\nTitle: 渡口\nOriginal Script: 江小舟\nScriptType: v4.00+\nPlayResX: 640\n"
        "[V4+ Styles]\nStyle: Default,Arial,20\n[Events]\n"
        "Format: Marked, Start, End, Style, Actor, Text\n"
        "Dialogue: 0,0:00:01.50,0:00:02.00,Default,老船工,早安\n"
        "Comment: 0,0:00:03.00,0:00:04.00,Default,何小溪,此句存疑\n"
    )
    assert found("a.ssa", source) == [
        (2, "校对：何小溪"),
        (3, "渡口"),
        (4, "Original Script: 江小舟"),
        (11, "老船工: 早安"),
        (12, "何小溪: 此句存疑"),
    ]


def test_programs_for_karaoke_are_no_notes():
    comment = 'Comment: 0,0:00:00.00,0:00:05.00,Default,,0,0,0,template line,!retime("line")!\n'
    assert found("a.ass", f"[Events]\n{comment}") == []
