"""What is sifted out of much text has no terms of its own, and what is left has all it had."""

import sys

from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchidx.fold import fold
from searchidx.fold.bulk import codes_of, text_of
from searchidx.local.indexing.alphanumeric_terms import drop_plain_text
from searchidx.runs import chunk_terms, chunks

PIECES = st.sampled_from(
    [*"aZ09-.&_,:/()+# \n年月日号é中，。\0", "word", "2023", "x-900", " -- ", "4s店", "\U00020000", "½", "Ж"]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60))


def telling(found: list[str]) -> list[str]:
    """Chunks with terms of their own, and the breaks between paragraphs."""
    return [chunk for chunk in found if chunk == "\n" or chunk_terms(chunk)]


@given(TEXTS)
@settings(deadline=None, max_examples=500)
@example("电话 023 49301888")
@example("(023) 49301888")
@example("2023 年 4 月 20 日")
@example("5 -- 700")
@example("word\n\nword2")
@example("x" * 30)
def test_what_has_terms_is_left_in_its_paragraph(text):
    folded = "\n".join(map(fold, text.split("\n")))
    left = text_of(drop_plain_text(codes_of(folded)))
    assert telling(chunks(left)) == telling(chunks(folded))


def test_chinese_and_plain_words_are_taken_out():
    left = text_of(drop_plain_text(codes_of("这是一段很平常的话, with some plain words in it 也没有编号")))
    assert left.strip("\0") == ""


def test_every_letter_and_digit_of_any_script_is_left():
    every = [chr(code) for code in range(0x80, sys.maxunicode + 1) if chr(code).isalnum()]
    for char in every[:: 1 + len(every) // 5000]:
        text = f"a{fold(char)}-1b"
        assert telling(chunks(text_of(drop_plain_text(codes_of(text))))) == telling(chunks(text)), hex(
            ord(char)
        )
