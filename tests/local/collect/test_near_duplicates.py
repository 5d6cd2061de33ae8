"""Near-identical texts are found: what a comparison of every pair would fold is folded, and nothing else."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchidx.errors import QueryError
from searchidx.fold import fold
from searchidx.local.collect.near_duplicates import THRESHOLD, _Texts, leaders
from searchidx.local.segment import query_budget
from searchidx.local.segment.query_budget import QueryBudget


def folded(texts: list[str]) -> list[int]:
    return leaders(texts, QueryBudget()).tolist()


def alike(one: str, other: str) -> float:
    a, b = (
        {*map("".join, zip("\n" + text, text, strict=False))} for text in (squeezed(one), squeezed(other))
    )
    return len(a & b) / len(a | b) if a | b else float(one == other)


def squeezed(text: str) -> str:
    return fold(text).replace(" ", "")


def prose(rng: random.Random, length: int) -> str:
    return "".join(chr(rng.randrange(0x4E00, 0x5200)) for _ in range(length))


def edited(rng: random.Random, text: str, edits: int) -> str:
    for _ in range(edits):
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(["", "新", "改动"]) + text[at + rng.randrange(2) :]
    return text


def test_reprints_with_a_few_changes_fold_and_others_do_not():
    rng = random.Random(7)
    texts, truth = [], []
    for number in range(300):
        original = prose(rng, rng.randrange(40, 300))
        for copy in range(4):
            texts.append(edited(rng, original, copy * len(original) // 60) if copy else original)
            truth.append(number * 4)
    found = folded(texts)
    missed = [
        at
        for at, leader in enumerate(truth)
        if alike(texts[at], texts[leader]) >= THRESHOLD and found[at] != leader
    ]
    wrong = [
        at for at, leader in enumerate(found) if leader != at and alike(texts[at], texts[leader]) < THRESHOLD
    ]
    assert wrong == []
    assert len(missed) <= 3


def test_a_leader_leads_itself_and_comes_before_what_it_leads():
    rng = random.Random(3)
    base = prose(rng, 60)
    texts = [edited(rng, base, rng.randrange(6)) for _ in range(80)]
    found = folded(texts)
    assert all(found[leader] == leader <= at for at, leader in enumerate(found))


@given(st.lists(st.text(max_size=12), max_size=12))
def test_identical_texts_fold_whatever_they_hold(texts):
    found = folded(texts + texts)
    assert found[len(texts) :] == [found[texts.index(text)] for text in texts]


def test_width_case_script_and_spaces_make_no_difference():
    text = "岚江市圖書館 Ｎｅｗ 開放，首日三千人"
    assert folded([text, "岚江市图书馆 new 开放,首日三千人", "岚江市图书馆new开放,首日三千人"]) == [0, 0, 0]


def test_short_texts_fold_only_where_they_are_the_same():
    assert folded(["目录", "目的", "目录", "", "", "第一条", "第二条"]) == [0, 1, 0, 3, 3, 5, 6]


def test_it_ends_when_its_time_is_over():
    budget = QueryBudget(1e-9)
    with pytest.raises(QueryError, match="takes longer"):
        leaders(["one", "two"], budget)


def test_no_texts_fold_to_none():
    assert np.array_equal(leaders([], QueryBudget()), [])


def test_comparing_is_cut_between_two_comparisons(monkeypatch):
    now, compared = [0.0], []

    def slowly(_, one, other):
        now[0] += 0.5
        compared.append((one, other))
        return False

    monkeypatch.setattr(query_budget, "_processor_time", lambda: now[0])
    monkeypatch.setattr(query_budget, "_wall_time", lambda: now[0])
    monkeypatch.setattr(_Texts, "are_near", slowly)
    allowed = QueryBudget(2.0)
    with pytest.raises(QueryError, match="takes longer than 2 s"):
        leaders([f"{prose(random.Random(1), 200)}{number}" for number in range(20)], allowed)
    assert len(compared) == 3
