"""What stands across the cut of a text without a sentence is found, and what two pieces have in common is counted once."""

import random
from pathlib import Path

import pytest

import searchidx
from searchidx.paragraphs import LONGEST, OVERLAP

HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 3_000)]


@pytest.fixture(scope="module")
def text() -> str:
    """Three pieces of characters at random, no sentence among them."""
    return "".join(random.Random(7).choices(HAN, k=2 * LONGEST + 500))


@pytest.fixture(scope="module")
def index(tmp_path_factory, text: str) -> searchidx.Index:
    folder = tmp_path_factory.mktemp("overlaps")
    (folder / "long.txt").write_text(text, encoding="utf-8")
    opened = searchidx.open(folder / "index", create=True)
    opened.add(folder / "long.txt")
    return opened


def test_every_string_across_a_cut_is_found_and_counted_once(index, text):
    for length in (2, 3, 4, 8, 20, 60, OVERLAP):
        for start in range(LONGEST - length - 2, LONGEST + 3, 1 + length // 9):
            wanted = text[start : start + length]
            assert index.count(wanted, literal=True) == 1, (start, length)
            page = index.search(f'"{wanted}"')
            assert [hit.match for hit in page.hits] == ["literal"]
            assert wanted in page.hits[0].text


def test_what_both_pieces_have_in_common_is_one_hit_in_every_form_of_a_query(index, text):
    wanted = text[LONGEST - OVERLAP + 20 : LONGEST - OVERLAP + 32]
    assert sum(wanted in paragraph for paragraph in (text[:LONGEST], text[LONGEST - OVERLAP :])) == 2
    for query in (f'"{wanted}"', f'+"{wanted}"', f'"{wanted[:6]}" AND "{wanted[6:]}"', f"exact:{wanted}"):
        assert index.count(query) == 1, query
        assert [count.count for count in index.files(query)] == [1]
    page = index.search(wanted, limit=0)
    assert [hit.match for hit in page.hits].count("literal") == 1
    assert page.total == len(page.hits)


def test_a_match_beyond_what_is_common_stays_a_hit_of_its_own(tmp_path, text):
    marked = (
        text[: LONGEST - 100]
        + "岚江"
        + text[LONGEST - 98 : LONGEST + 2_000]
        + "岚江"
        + text[LONGEST + 2_000 :]
    )
    (tmp_path / "a.txt").write_text(marked, encoding="utf-8")
    with searchidx.open(tmp_path / "index", create=True) as opened:
        opened.add(tmp_path / "a.txt")
        assert opened.count("岚江", literal=True) == 2


@pytest.mark.parametrize("unit", ["4f2a9c1b7e", "word ", "甲，乙；"])
def test_whatever_has_no_sentence_is_found_across_its_cuts(tmp_path: Path, unit: str):
    draw = random.Random(3)
    text = "".join("".join(draw.sample(unit, len(unit))) for _ in range(20_000 // len(unit)))
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    with searchidx.open(tmp_path / "index", create=True, query_seconds=0) as opened:
        opened.add(tmp_path / "a.txt")
        for start in range(LONGEST // 2, len(text) - 40, 97):
            wanted = text[start : start + 40].strip()
            assert opened.count(wanted, literal=True) >= 1, start


def test_pieces_keep_what_they_have_in_common_through_a_merge(tmp_path, text):
    wanted = text[LONGEST - 60 : LONGEST - 40]
    with searchidx.open(tmp_path / "index", create=True) as opened:
        for number in range(6):
            (tmp_path / f"{number}.txt").write_text(
                f"{number}" + text if number == 3 else f"{number} 岚江", "utf-8"
            )
            opened.add(tmp_path / f"{number}.txt")
        assert opened.status().segments < 6
        assert opened.count(wanted, literal=True) == 1
