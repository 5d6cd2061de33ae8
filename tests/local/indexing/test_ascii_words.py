"""Taking the plain words out of a text changes neither its words nor where they are."""

from collections import Counter

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchidx.analyzer import is_word
from searchidx.fold import fold
from searchidx.fold.bulk import text_of
from searchidx.local.indexing.ascii_words import split_ascii_words
from searchidx.tokenizer import bulk_tokenizer

PIECES = st.sampled_from(
    [
        *"aZ09+#&._%-,:/() \n年中，。é〇㐀鿿\0\u3000",
        "word",
        "c++",
        "c#",
        "at&t",
        "4s店",
        "江南style",
        "\U00020000",
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60))


def codes_of(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def words_by_paragraph(tokens: list[str]) -> Counter[tuple[int, str]]:
    found: Counter[tuple[int, str]] = Counter()
    paragraph = 0
    for token in tokens:
        paragraph += token == "\n"
        found[paragraph, token] += is_word(token)
    return +found


@given(TEXTS)
@settings(deadline=None, max_examples=500)
@example("hello，world")
@example("用python写的web程序 in plain words")
@example("c++ and c, c# or at&t, 100%-x_1.5")
@example("江南 style")
@example("a\n\nb")
def test_the_words_of_each_paragraph_are_those_that_the_tokenizer_finds(text):
    folded = "\n".join(map(fold, text.split("\n")))
    cut = bulk_tokenizer()
    apart = split_ascii_words(codes_of(folded))
    plain = Counter(
        (folded[:start].count("\n"), word) for word, start in zip(apart.words, apart.starts, strict=True)
    )
    assert plain + words_by_paragraph(cut(text_of(apart.remainder))) == words_by_paragraph(cut(folded))


@given(TEXTS)
@settings(deadline=None, max_examples=200)
def test_a_word_begins_where_it_is_said_to_begin(text):
    folded = fold(text)
    apart = split_ascii_words(codes_of(folded))
    assert [
        folded[start : start + len(word)] for word, start in zip(apart.words, apart.starts, strict=True)
    ] == apart.words


def test_english_and_the_space_around_it_are_taken_out():
    apart = split_ascii_words(codes_of("This is plain: English (with 2 numbers),  这是中文。 and more"))
    assert apart.words == ["This", "is", "plain", "English", "with", "2", "numbers", "and", "more"]
    assert text_of(apart.remainder) == "这是中文。"


def test_what_may_hold_a_word_of_the_dictionary_is_left():
    apart = split_ascii_words(codes_of("c++ code in c# or python-c++11"))
    assert apart.words == ["code", "in", "or"]
    assert text_of(apart.remainder).split() == ["c++", "c#", "python-c++11"]
