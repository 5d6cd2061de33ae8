"""Every word, character and pair of a text is a term, and a query asks for what documents hold."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.analyzer import CJK_RANGES, cjk_runs, is_cjk, is_word, query_terms, word_terms
from searchidx.analyzer.stop_words import STOP_WORDS
from searchidx.fold import fold
from searchidx.lexicon import load
from searchidx.tokenizer import bulk_tokenizer

ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()))
CHINESE = st.text("重庆日报的什么是哪个在了人民5Gc+ -,。〇𠮷ab1", max_size=20)


def document(text: str) -> tuple[set[str], set[str], set[str]]:
    folded = fold(text)
    runs = cjk_runs(folded)
    pairs = {run[i : i + 2] for run in runs for i in range(len(run) - 1)}
    return set(word_terms(folded)), {char for run in runs for char in run}, pairs


@given(st.one_of(ANY_TEXT, CHINESE))
@settings(deadline=None)  # the first one opens the dictionary
def test_a_document_holds_every_term_of_its_own_text_as_a_query(text):
    for wanted, held in zip(query_terms(text), document(text), strict=True):
        assert set(wanted) <= held


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("5G公园", "新建的５Ｇ公园开放了"),
        ("5g", "新建的5G公园开放了"),
        ("公园", "新建的5G公园开放了"),
        ("C++", "用c++和Go写成"),
        ("IT", "从事IT行业"),
        ("的", "我的书"),
        ("京", "北京市"),
        ("京", "京东和南京"),
        ("〇", "二〇二三年"),
        ("〇", "二○二三年"),
        ("䶮", "姓刘名䶮"),
        ("𠮷", "𠮷野家"),
        ("⽂件", "重要文件"),
        ("臺灣", "台湾省"),
        ("着陆", "飞机著陸"),
        ("カタカナ", "半角のｶﾀｶﾅ"),
        ("한국", "대한한국어"),
        ("привет", "ПРИВЕТ, мир"),
    ],
)
def test_what_is_asked_for_is_there(query, text):
    wanted, held = query_terms(query), document(text)
    assert wanted.words or wanted.characters
    assert set(wanted.words) <= held[0] or set(wanted.characters) <= held[1]
    assert set(wanted.characters) <= held[1]
    assert set(wanted.bigrams) <= held[2]


def test_words_of_a_document_keep_their_number():
    terms = word_terms("北京的北京,北京2023-04-20")
    assert terms.count("北京") == 3
    assert terms.count("2023-04-20") == 1
    assert "," not in terms
    assert "的" in terms


@given(st.one_of(ANY_TEXT, CHINESE))
@settings(deadline=None)  # the first one opens the dictionary
def test_bulk_gives_the_same_words(text):
    folded = fold(text)
    assert word_terms(folded, bulk_tokenizer()) == word_terms(folded)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("康富德的研发中心签约落户在哪个区", ("康", "富", "德", "研发", "中心", "签约", "落户", "区")),
        ("什么是数据库？", ("数据", "据库", "数据库")),
        ("請問甚麼是資料庫", ("资料", "资料库")),
        ("How to use the vim", ("use", "vim")),
        ("的", ("的",)),
        ("为什么", ("什么", "为什么")),
        ("什么是什么", ("什么", "是")),
        ("the", ("the",)),
    ],
)
def test_question_words_are_dropped_unless_there_is_nothing_else(question, words):
    assert query_terms(question).words == words


def test_characters_and_bigrams_keep_what_words_drop():
    terms = query_terms("什么是的")
    assert terms.characters == ("什", "么", "是", "的")
    assert terms.bigrams == ("什么", "么是", "是的")


def test_bigrams_stay_within_a_run():
    assert query_terms("重庆 日报,京a京").bigrams == ("重庆", "日报")


def test_each_term_is_given_once():
    terms = query_terms("重庆重庆重庆")
    assert terms.words.count("重庆") == 1
    assert terms.characters == ("重", "庆")
    assert terms.bigrams == ("重庆", "庆重")


def test_stop_words_are_folded_words_that_jieba_gives():
    assert [word for word in STOP_WORDS if fold(word) != word] == []
    assert [word for word in STOP_WORDS if not word.isascii() and not frequency(word)] == []


def frequency(word: str) -> int:
    if len(word) == 1:
        return load().single(word)
    found = load().pair(word[:2])
    if found is None:
        return 0
    return found.frequency if len(word) == 2 else found.longer.get(word[2:], 0)


def test_ranges_and_predicate_are_one_definition():
    inside = {code for first, last in CJK_RANGES for code in range(first, last + 1)}
    assert {code for code in range(sys.maxunicode + 1) if is_cjk(chr(code))} == inside
    assert [end for pair in CJK_RANGES for end in pair] == sorted(
        {end for pair in CJK_RANGES for end in pair}
    )


@pytest.mark.parametrize("char", "一龥〇々䶮𠮷㐀鿿豈あアｱー゙ㄅ한ㄱ⺀\U0002ebf0\U000323af")
def test_cjk(char):
    assert is_cjk(char)
    assert is_word(char)


@pytest.mark.parametrize("char", "aé1я, 。、「-①²🙂\ud800")
def test_not_cjk(char):
    assert not is_cjk(char)


@pytest.mark.parametrize(
    ("token", "expected"), [("a-", True), ("--", False), ("", False), ("_", False), ("①", True)]
)
def test_is_word(token, expected):
    assert is_word(token) is expected


def test_every_letter_and_digit_is_in_a_run_or_cjk():
    lost = [c for c in map(chr, range(sys.maxunicode + 1)) if c.isalnum() and not is_word(c)]
    assert lost == []


def test_a_query_loads_neither_jieba_nor_numpy():
    program = (
        "import sys; from searchidx.analyzer import query_terms; query_terms('重庆C++2023年'); "
        "print(*sorted({'jieba', 'rjieba', 'numpy', 'hashlib', 'importlib.util', 'logging'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {program}"],
                         capture_output=True, text=True, check=True)  # fmt: skip
    assert run.stdout.split() == []
