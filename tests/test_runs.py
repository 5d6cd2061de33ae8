"""Numbers, dates, names and codes are found however they are written."""

import re
import time
from itertools import permutations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchidx.analyzer import query_terms, word_terms
from searchidx.fold import fold
from searchidx.lexicon import load
from searchidx.lexicon.source import find, parse, read
from searchidx.runs import chunk_terms, chunks, lone_terms, numeral_terms, readings, run_terms
from searchidx.runs.cjk import is_cjk
from searchidx.runs.scan import SWALLOWING
from searchidx.tokenizer import Tokenizer

FORMS = [
    ("2023-04-20", "2023年4月20日 2023年04月20日 2023-04-20 2023-4-20 2023.04.20 2023.4.20 2023/4/20 20230420 ２０２３年４月２０号"),
    ("2023-04", "2023年4月 2023年04月 2023-04 2023/4 2023.4"),
    ("04-20", "4月20日 04月20日 4月20号 ４月２０日"),
    ("02349301888", "023-49301888 023—49301888 023——49301888 (023)49301888 （０２３）４９３０１８８８ 02349301888 023-4930-1888"),
    ("13812345678", "13812345678 138-1234-5678 +8613812345678 +86-138-1234-5678"),
    ("4008123456", "400-812-3456 4008123456 400-8123456"),
    ("9787111407010", "978-7-111-40701-0 9787111407010 ９７８－７－１１１－４０７０１－０"),
    ("1280", "1,280 1280 1，280"),
    ("1234567.5", "1,234,567.5 1234567.5"),
    ("3.11.7", "3.11.7 ３．１１．７"),
    ("9:30", "9:30 09:30 9：30"),
    ("x900", "X-900 x900 Ｘ—900 X–900"),
    ("wifi", "Wi-Fi wifi WIFI"),
]  # fmt: skip
SPACED = [
    ("2023 年 4 月 20 日", "2023-04-20"),
    ("2023 年 4 月", "2023-04"),
    ("4 月 20 日", "04-20"),
    ("023 49301888", "02349301888"),
    ("023 - 49301888", "02349301888"),
    ("138 1234 5678", "13812345678"),
    ("6222 0212 3456 7890 123", "6222021234567890123"),
    ("023 4930 1888", "02349301888"),
]
PAIRS = [
    (document, query, term) for term, forms in FORMS for document, query in permutations(forms.split(), 2)
]
PIECES = st.sampled_from(
    [
        "2023",
        "4",
        "20",
        "04",
        "138",
        "1234",
        "5678",
        "023",
        "49301888",
        "x",
        "c",
        "g",
        "a1",
        "iphone15",
        "net",
        "3.11",
        "年",
        "月",
        "日",
        "号",
        "店",
        "中国",
        "江南",
        "style",
        "4s",
        "-",
        "--",
        ".",
        "..",
        ",",
        ":",
        "/",
        "_",
        "&",
        "+",
        "++",
        "#",
        "(",
        ")",
        "'",
        "é",
        "я",
        "мир",
        "ß",
        "²",
        "①",
        "한국",
        "カナ",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.just(" "), st.characters()), max_size=12).map("".join).map(fold)


@pytest.mark.parametrize(("document", "query", "term"), PAIRS)
def test_each_form_finds_each_other(document, query, term):
    wanted = query_terms(query).words
    assert term in wanted
    assert set(wanted) <= set(word_terms(fold(document))) or term == "wifi"
    assert term in word_terms(fold(f"见{document}。"))


@pytest.mark.parametrize(("written", "term"), SPACED)
def test_forms_with_spaces(written, term):
    assert term in run_terms(fold(f"在 {written} 有"))
    assert term in query_terms(written).words


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("iPhone15", ["iphone", "15"]),
        ("5G公园", ["5", "g"]),
        ("L500057910", ["l", "500057910"]),
        ("C罗", []),
        ("PD1728", ["pd", "1728"]),
        ("C++", ["c"]),  # c++ itself is a word of jieba's
        ("g++和F#", ["g++", "f#"]),
        ("c#7与c++11", ["c", "c"]),
        (".NET与asp.net", ["asp.net", ".net"]),
        ("Python3.11", ["python", "3", "python3.11", "3.11"]),
        ("v3.11.7", ["v", "3", "v3.11.7", "3.11.7"]),
        ("192.168.1.1", ["192.168.1.1"]),
        ("foo_bar", ["foo_bar"]),
        ("R&D", ["r&d"]),
        ("report-2023-04-20.txt", ["20.txt", "report20230420.txt", "2023-04-20", "2023-04", "04-20"]),
        ("привет Łódź", ["привет", "łodz"]),
        ("2023年4月20日", ["2023-04-20", "2023-04", "04-20"]),
        ("20230420", ["2023-04-20", "2023-04", "04-20", "2023"]),
        ("2023.4", ["2023-04", "2023.4"]),
        ("4s店", ["4", "s", "4s"]),
    ],
)
def test_extra_terms(text, terms):
    assert run_terms(fold(text)) == terms


@pytest.mark.parametrize(
    "text",
    [
        "一段没有数字的话",
        "plain words only, it's all",
        "1-2楼",
        "2019-2023年",
        "2023年13月1日",
        "2023年4月32日",
        "13月1日",
        "12345678",
        "deadbeef12ab34cd56ef78ab90",
        "一、二；三。",
        "",
    ],
)
def test_nothing_extra(text):
    assert [term for term in run_terms(fold(text)) if not re.fullmatch("[0-9]+|[a-z]+", term)] == []
    if "12ab" not in text:
        assert run_terms(fold(text)) == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("2023年有什么", ("2023",)),
        ("2023年4月20日的会", ("2023-04-20",)),
        ("电话023-49301888", ("02349301888",)),
        ("1,280元", ("1280",)),
    ],
)
def test_query_asks_for_the_one_form_and_not_for_its_parts(text, asked):
    (reading,) = (reading for reading in readings(fold(text)) if reading.query_terms)
    assert reading.query_terms == asked
    words = set(query_terms(text).words)
    assert set(asked) <= words
    assert not words & ({"2023", "4", "20", "023", "49301888", "1", "280", "年"} - set(asked))


@given(TEXTS)
@settings(deadline=None)
@example("2023 2023я")
@example("2023年4я")
def test_every_run_is_a_term_whole(text):
    runs = "".join(c if c.isalnum() and not is_cjk(c) else " " for c in text).split()
    terms = {*Tokenizer(load()).terms(text), *run_terms(text)}
    assert [run for run in runs if run not in terms] == []


@given(TEXTS)
@settings(deadline=None)
def test_readings_are_where_they_say_and_give_the_same_terms(text):
    found = list(readings(text))
    assert sorted(term for reading in found for term in reading.terms) == sorted(run_terms(text))
    assert all(0 <= reading.start < reading.end <= len(text) for reading in found)


@given(st.lists(TEXTS.map(lambda text: text.replace("\n", " ")), min_size=1, max_size=4))
@settings(deadline=None)
def test_many_texts_at_once_give_what_each_gives(texts):
    joined = "\n".join(texts)
    terms: list[list[str]] = [[]]
    for chunk in chunks(joined):
        if chunk == "\n":
            terms.append([])
        terms[-1] += chunk_terms(chunk)
    for start, term in lone_terms(joined):
        terms[joined.count("\n", 0, start)].append(term)
    assert [sorted(found) for found in terms] == [sorted(run_terms(text)) for text in texts]


@given(TEXTS)
@settings(deadline=None)
def test_a_text_holds_all_that_the_same_text_asks_for(text):
    assert set(query_terms(text).words) <= set(word_terms(text))


def test_words_that_take_in_a_run_are_those_of_the_dictionary():
    where = find()
    mixed = {
        word
        for word, _ in parse(read(where), where)
        if word == fold(word) and len(word) > 1 and re.search("[a-z0-9]", word)
    }
    assert mixed == set(SWALLOWING)


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "1,", "111,", "1.", "1-", "1 111", "1年", "2023年4月", "a-", "a1", "a_", "c+", "c++", "4s", "江南style", ".a", "я", "0-", "é²"],
)  # fmt: skip
def test_time_is_in_proportion_to_length(piece):
    def seconds(size: int) -> float:
        text = fold("c++ 4s店 江南style " + piece * (size // len(piece)) + "!")
        started = time.process_time()
        run_terms(text)
        return time.process_time() - started

    assert seconds(200_000) < 60  # a hang, not a speed


WRITTEN_TWICE = [
    ("第3条", "第三条"),
    ("第20条", "第二十条"),
    ("第１２０条", "第一百二十條"),
    ("第 3 条", "第三条"),
    ("第3中学", "第三中学"),
    ("第3季度", "第三季度"),
    ("排名第1", "排名第一"),
    ("第20届三中全会", "第二十届三中全会"),
    ("2023年5月1日", "二〇二三年五月一日"),
    ("2023-12-31", "二○二三年十二月三十一日"),
    ("2023年5月", "二零二三年五月"),
    ("1998年", "一九九八年"),
    ("5月1日", "五月一日"),
    ("2008届", "二〇〇八届"),
    ("2008级", "二〇〇八级"),
    ("2023", "二〇二三"),
    ("12,345.60", "12345.6"),
    ("12,345.00", "12345"),
    ("12345.60", "12,345.6"),
    ("(023)6390-7119", "023-63907119"),
    ("86-23-63907119", "(023)6390-7119"),
]


@pytest.mark.parametrize(("one", "other"), [*WRITTEN_TWICE, *(pair[::-1] for pair in WRITTEN_TWICE)])
def test_a_number_is_found_however_it_is_written(one: str, other: str) -> None:
    assert set(query_terms(one).words) <= set(word_terms(fold(f"见{other}，余略")))


@pytest.mark.parametrize("text", ["(023)6390-7119", "0755 2600 1234", "023－63907119", "+86-23-6390-7119"])
def test_a_land_line_is_found_by_its_local_number(text: str) -> None:
    local = re.sub("[^0-9]", "", text)[-8:]
    assert set(query_terms(local).words) <= set(word_terms(fold(f"电话{text}。")))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("第3条", "第十三条"),
        ("第3条", "第三款"),
        ("第3方", "第三方"),
        ("5月1日", "农历五月一日"),
        ("2023年", "一二〇二三年"),
        ("3.1", "3.10"),
        ("63907119", "163907119"),
    ],
)
def test_another_number_is_not_found(query: str, text: str) -> None:
    assert not set(query_terms(query).words) <= set(word_terms(fold(text)))


@given(st.text("第一二三四五六七八九十百千万亿零〇两年月日届条章点分之0123456789元", max_size=9))
@example("第三条")
@example("二〇二三年五月一日")
def test_every_term_of_a_chinese_numeral_has_a_digit(text):
    assert all(any("0" <= character <= "9" for character in term) for _, term in numeral_terms(text))
