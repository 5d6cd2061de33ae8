"""Pinyin on the command line: asked for, offered where letters find nothing, and free of cost for everybody else."""

import shlex

import pytest


@pytest.fixture
def search(searchidx, index):
    return lambda *words: searchidx("search", *words, "--index", str(index))


def test_pinyin_finds_what_is_read_so(search):
    assert "--pinyin and -F can't be combined" in search("--pinyin", "paotui", "-F").mistake
    found = search("--pinyin", "zhuan", "yuan")
    assert found.code == 0
    assert all("专员" in line for line in found.lines)
    assert 'note: py:"zhuan yuan": read as 专员' in found.err


def test_letters_that_find_nothing_offer_what_they_find_as_pinyin(search):
    found = search("gongyuan")
    assert found.code == 1
    *_, offered = found.err.splitlines()
    said, _, command = offered.rpartition(": ")
    assert said == "searchidx: as pinyin: 3 paragraphs"
    program, name, *words = shlex.split(command)
    assert (program, name) == ("searchidx", "search")
    again = search(*words)
    assert again.code == 0
    assert len(again.lines) == 3


@pytest.mark.parametrize("query", ["kubrnetes", "zzzzzz", "重青之", "-F gongyuan", "py:zzzz"])
def test_nothing_is_offered_where_nothing_would_be_found_or_nobody_asked(search, query):
    found = search(*query.split())
    assert found.code == 1
    assert "as pinyin" not in found.err


def test_without_pypinyin_nothing_is_offered_and_asking_says_what_to_install(search, monkeypatch):
    from searchidx.pinyin import book, source

    monkeypatch.setattr(source, "find_spec", lambda _: None)

    book.load.cache_clear()
    try:
        assert "as pinyin" not in search("gongyuan").err
        assert "pip install 'searchidx[pinyin]'" in search("py:gongyuan").mistake
    finally:
        book.load.cache_clear()
