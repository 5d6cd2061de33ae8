"""Every file is decoded as what it is, and what isn't text is refused with the reason."""

import csv
import time
import timeit
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.errors import ReadError
from searchidx.readers import read
from searchidx.readers.common_characters import SIMPLIFIED, TRADITIONAL
from searchidx.readers.encodings import decode
from tests.sentences import sentences

SIMPLE = "鱼洞街道的居民们说，今年春天雨水偏多，江边的堤防已经巡查了三遍。请大家注意安全！"
COMPLEX = "魚洞街道的居民們說，今年春天雨水偏多，江邊的堤防已經巡查了三遍。請大家注意安全！"


def common_texts(characters: str) -> st.SearchStrategy[str]:
    """Texts of common characters, none of them twice: one character over and over is no text."""
    chosen = st.lists(st.sampled_from(characters[:800]), min_size=24, max_size=150, unique=True)
    return chosen.map(
        lambda found: "，".join("".join(found[n : n + 7]) for n in range(0, len(found), 7)) + "。"
    )


def test_labelled_pages_are_decoded_as_their_label_says(shared_data: Path):
    supersets = {"gb2312": "gb18030"}
    with (shared_data / "encodings" / "manifest.tsv").open(encoding="utf-8") as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t"))
    assert len(rows) == 46
    for row in rows:
        decoded = decode((shared_data / "encodings" / row["path"]).read_bytes())
        expected = supersets.get(row["true_encoding"], row["true_encoding"])
        assert (row["path"], decoded.encoding, decoded.notes) == (row["path"], expected, ())


def test_a_tree_of_mixed_encodings_is_decoded_by_its_list(shared_data: Path):
    root = shared_data / "trees" / "mixed-encodings"
    listed = set((shared_data / "trees" / "mixed-encodings.gbk.txt").read_text(encoding="utf-8").splitlines())
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.md")
        if decode(path.read_bytes()).encoding == "gb18030"
    }
    assert found == listed


@given(common_texts(SIMPLIFIED))
@settings(max_examples=60, deadline=None)
def test_simplified_text_comes_back_from_every_encoding(text: str):
    for name in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
        assert decode(text.encode(name)).text == text
        assert decode(text.encode(name)).encoding == name


@given(common_texts(TRADITIONAL))
@settings(max_examples=60, deadline=None)
def test_traditional_text_comes_back_from_every_encoding(text: str):
    for name, shown in (("cp950", "big5"), ("gb18030", "gb18030"), ("utf-16-le", "utf-16-le")):
        decoded = decode(text.encode(name))
        assert (decoded.text, decoded.encoding) == (text, shown)


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
def test_utf8_is_read_as_python_reads_it(text: str):
    data = text.encode()
    if not data.startswith((b"\xef\xbb\xbf", b"%PDF", b"PK")) and not any(
        c < " " or c == "\x7f" for c in text
    ):
        assert decode(data).text == text


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-32", "gb18030"])
def test_a_byte_order_mark_decides_and_is_not_text(name: str):
    mark = b"\x84\x31\x95\x33" if name == "gb18030" else b""
    decoded = decode(mark + "IT".encode(name))
    assert decoded.text == "IT"
    assert decoded.notes == ()


def test_rare_characters_of_the_supersets_are_kept():
    assert decode(f"{SIMPLE}䶮和𠮷野家".encode("gb18030")).text.endswith("䶮和𠮷野家")
    assert decode(f"{COMPLEX}佢哋嘅嘢".encode("big5hkscs")).text.endswith("佢哋嘅嘢")
    assert decode(f"{COMPLEX}碁銹裏墻".encode("cp950")).text.endswith("碁銹裏墻")


def test_valid_big5_that_is_gbk_is_read_as_gbk():
    data = SIMPLE.encode("gbk")
    assert decode(data).text == SIMPLE


def test_windows_quotes_in_an_english_text_are_not_taken_for_chinese():
    decoded = decode("It\x92s the \x93best\x94 caf\xe9 in town.\n".encode("latin-1") * 3)
    assert decoded.encoding == "cp1252"
    assert "It’s the “best” café" in decoded.text


def test_damaged_bytes_are_marked_and_counted_not_dropped():
    data = SIMPLE.encode() + b"\xe5\xa4" + b"\n" + SIMPLE.encode()
    decoded = decode(data)
    assert decoded.encoding == "utf-8"
    assert decoded.text == f"{SIMPLE}\ufffd\n{SIMPLE}"
    assert sentences(decoded.notes) == ("1 damaged character",)


def test_a_file_cut_off_in_a_character_keeps_the_rest():
    assert decode(SIMPLE.encode("gb18030")[:-1]).text[:-1] == SIMPLE[:-1]
    assert decode(SIMPLE.encode()[:-1]).text == SIMPLE[:-1] + "\ufffd"


def test_a_log_that_changed_its_encoding_is_read_line_by_line():
    data = f"{SIMPLE}\n".encode() * 4 + f"{SIMPLE}\n".encode("gbk") * 2
    decoded = decode(data)
    assert decoded.text == f"{SIMPLE}\n" * 6
    assert sentences(decoded.notes) == ("2 lines read as gb18030",)


def test_stray_nuls_are_damage_and_many_are_no_text():
    text = SIMPLE * 100
    decoded = decode(text.encode() + b"\0")
    assert (decoded.text, sentences(decoded.notes)) == (text + "\ufffd", ("1 damaged character",))
    with pytest.raises(ReadError, match="NUL"):
        decode(b"\x01ab\0c\0\0\0de" * 4 + b"x" * 300)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PK\x03\x04" + bytes(30), "ZIP"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "image"),
        (b"\x7fELF\x02\x01\x01" + bytes(30), "program"),
        (bytes(range(32)) * 8 + b"abc", "control"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, reason: str):
    with pytest.raises(ReadError, match=reason):
        decode(data)


def test_the_user_knows_better():
    data = SIMPLE.encode("gbk")
    assert decode(data, encoding="gb2312").text == SIMPLE
    assert decode(data, encoding="gb2312").encoding == "gb18030"
    assert decode(COMPLEX.encode("big5hkscs"), encoding="Big5").text == COMPLEX
    assert decode(b"\xef\xbb\xbfIT", encoding="utf-8").text == "IT"
    with pytest.raises(ReadError, match="klingon"):
        decode(data, encoding="klingon")
    with pytest.raises(ReadError, match="rot13"):
        decode(data, encoding="rot13")


def test_a_declared_charset_is_believed_where_it_fits():
    assert decode(COMPLEX.encode("cp950"), declared="big5").encoding == "big5"
    assert decode(SIMPLE.encode("gbk"), declared="big5").text == SIMPLE
    assert decode(SIMPLE.encode(), declared="gb2312").text == SIMPLE


def test_empty_and_ascii_files_are_utf8():
    assert decode(b"").encoding == decode(b"plain ascii\n").encoding == "utf-8"


def test_utf8_costs_hardly_more_than_decoding_it():
    data = (SIMPLE * 100).encode() * 200
    ours = min(timeit.repeat(lambda: decode(data), number=1, repeat=7))
    theirs = min(timeit.repeat(data.decode, number=1, repeat=7))
    assert ours < 1.6 * theirs + 0.002


def test_a_decision_takes_no_longer_for_a_file_of_one_line():
    line = (SIMPLE * 20_000).encode("gbk")
    started = time.process_time()
    assert decode(line).encoding == "gb18030"
    assert time.process_time() - started < 60  # a hang, not a speed


@pytest.mark.parametrize("text", ["温度。\n\n一", "编程语言的衍生品。\n\n同", "录 ####\n\n要列出你的主机"])
def test_a_few_characters_of_gbk_are_no_utf8_by_chance(text: str):
    assert decode(text.encode("gbk")).text == text


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["来刻录数据盘", "中，仅仅是作品", "支持工具如何使用", "法正常工作。"])
def test_a_few_words_of_utf16_without_a_mark_and_without_a_space(text: str, name: str):
    decoded = decode(text.encode(name))
    assert (decoded.text, decoded.encoding) == (text, name)


@pytest.mark.parametrize(
    "lie", ["utf-8", "gb2312", "big5", "iso-8859-1", "shift_jis", "euc-kr", "windows-1251", "nonsense"]
)
def test_a_page_that_declares_what_it_is_not_is_read_as_what_it_is(lie: str):
    for text, name in ((SIMPLE, "gbk"), (COMPLEX, "cp950"), (SIMPLE, "utf-8")):
        assert decode((text * 3).encode(name), declared=lie).text == text * 3


def test_a_declaration_decides_where_the_text_is_of_no_script_we_weigh():
    russian = "Привет, мир. Сегодня хорошая погода, это обычный документ."
    korean = "안녕하세요. 오늘은 날씨가 좋습니다. 한국어 문서입니다."
    for text, name in ((russian, "koi8-r"), (russian, "cp1251"), (korean, "euc_kr")):
        decoded = decode(text.encode(name), declared=name)
        assert (decoded.text, decoded.encoding) == (text, name)


def test_xml_is_read_as_it_declares_itself():
    russian = "Привет, мир. Сегодня хорошая погода."
    xml = f'<?xml version="1.0" encoding="koi8-r"?>\n<a>{russian}</a>'.encode("koi8-r")
    assert russian in read("/a/b.xml", xml).paragraphs[0].text


def test_every_encoding_that_is_shown_can_be_asked_for():
    for name in ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be", "utf-32-le", "utf-16", "euc_kr", "hz"):
        assert decode(
            "渡口".encode(name) if name != "euc_kr" else "나루".encode(name), encoding=name
        ).text in ("渡口", "나루")
    for name in ("base64", "rot13", "没有"):
        with pytest.raises(ReadError, match="no encoding called"):
            decode(b"a", encoding=name)
