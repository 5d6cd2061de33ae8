"""The metrics are what the literature says they are, and a bad line is named by file and number."""

import random
from collections.abc import Mapping, Sequence
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchidx.errors import UsageError
from searchidx.evaluation import (
    DEPTH,
    METRICS,
    JudgedQuery,
    evaluate,
    ranked_names,
    read_judged_queries,
    read_qrels,
    read_queries,
    score_query,
)
from searchidx.results import Hit

NAMES = [f"d{number}" for number in range(30)]


def hit(path="/corpus/a.md", line=1, end_line=None, record_id=None):
    return Hit(
        rank=1,
        score=1.0,
        path=path,
        line=line,
        end_line=end_line or line,
        page=None,
        id=record_id,
        headings=(),
        match="some",
        text="文",
        spans=(),
        snippet="文",
    )


def plain_metrics(found: Sequence[str], gains: Mapping[str, int]) -> dict[str, float]:
    """The same four numbers, written from their definitions with loops and natural logarithms."""
    first = 0.0
    if len(found) > 0 and found[0] in gains and gains[found[0]] > 0:
        first = 1.0
    reciprocal = 0.0
    position = 0
    while position < 10 and position < len(found):
        if gains.get(found[position], 0) > 0:
            reciprocal = 1 / (position + 1)
            break
        position += 1
    dcg = 0.0
    for position in range(min(10, len(found))):
        gain = gains.get(found[position], 0)
        if gain > 0:
            dcg += gain * log(2) / log(position + 2)
    ideal = 0.0
    left = [gain for gain in gains.values() if gain > 0]
    for position in range(10):
        if not left:
            break
        best = max(left)
        left.remove(best)
        ideal += best * log(2) / log(position + 2)
    relevant = [name for name in gains if gains[name] > 0]
    seen = 0
    for name in relevant:
        if name in list(found)[:100]:
            seen += 1
    return {
        "hit@1": first,
        "MRR@10": reciprocal,
        "nDCG@10": dcg / ideal if ideal else 0.0,
        "recall@100": seen / len(relevant) if relevant else 0.0,
    }


@given(
    found=st.lists(st.sampled_from(NAMES), unique=True, max_size=len(NAMES)),
    gains=st.dictionaries(st.sampled_from(NAMES), st.integers(-1, 4), max_size=15),
)
def test_metrics_agree_with_a_plain_implementation(found, gains):
    assert score_query(found, gains) == pytest.approx(plain_metrics(found, gains), abs=1e-12)


def test_metrics_agree_with_trec_eval():
    pytrec_eval = pytest.importorskip(
        "pytrec_eval", reason="a check for developers who have trec_eval's binding"
    )
    draw = random.Random(7)
    gains = {
        f"q{n}": {name: draw.randint(0, 3) for name in draw.sample(NAMES, 8)} | {"d0": 1} for n in range(60)
    }
    runs = {query: draw.sample(NAMES, draw.randint(1, 30)) for query in gains}
    scored = {query: {name: 100.0 - rank for rank, name in enumerate(run)} for query, run in runs.items()}
    theirs = pytrec_eval.RelevanceEvaluator(
        gains, {"ndcg_cut_10", "recall_100", "success_1", "recip_rank"}
    ).evaluate(scored)
    for query, run in runs.items():
        ours = score_query(run, gains[query])
        assert ours["nDCG@10"] == pytest.approx(theirs[query]["ndcg_cut_10"], abs=1e-6)
        assert ours["recall@100"] == pytest.approx(theirs[query]["recall_100"], abs=1e-6)
        assert ours["hit@1"] == theirs[query]["success_1"]
        if theirs[query]["recip_rank"] >= 0.1:  # trec_eval's has no cut
            assert ours["MRR@10"] == pytest.approx(theirs[query]["recip_rank"], abs=1e-6)
        else:
            assert ours["MRR@10"] == 0


def test_a_worked_example_by_hand():
    found, gains = ["x", "b", "a"], {"a": 2, "b": 1, "c": 0}
    # (1/log2(3) + 2/log2(4)) / (2/log2(2) + 1/log2(3)) = 1.63093 / 2.63093
    assert score_query(found, gains) == pytest.approx(
        {"hit@1": 0, "MRR@10": 1 / 2, "nDCG@10": 0.619906, "recall@100": 1}, abs=1e-6
    )


def test_only_the_first_hundred_hits_count():
    hits = [hit(line=number) for number in range(1, DEPTH + 2)]
    queries = [JudgedQuery("q", "文", {f"a.md:{DEPTH + 1}": 1})]
    assert evaluate(lambda _: hits, queries).metrics["recall@100"] == 0
    assert evaluate(lambda _: hits[1:], queries).metrics["recall@100"] == 1


def test_means_run_over_the_queries_that_have_an_answer():
    queries = [
        JudgedQuery("found", "甲", {"r1": 1}),
        JudgedQuery("missed", "乙", {"r2": 1}),
        JudgedQuery("unjudged", "丙", {}),
        JudgedQuery("nothing relevant", "丁", {"r1": 0}),
    ]
    outcome = evaluate(lambda _: [hit(record_id="r1")], queries)
    assert (outcome.queries, outcome.unjudged) == (2, 2)
    assert outcome.lines() == ["hit@1 0.500", "MRR@10 0.500", "nDCG@10 0.500", "recall@100 0.500"]
    assert list(outcome.metrics) == list(METRICS)


def test_queries_without_any_judgement_are_a_user_error():
    with pytest.raises(UsageError, match="do the ids agree"):
        evaluate(lambda _: [], [JudgedQuery("q", "甲", {})])


@pytest.mark.parametrize(
    ("judged", "found"),
    [
        ("r1", hit(record_id="r1")),
        ("a.md:4", hit(line=3, end_line=5)),
        ("corpus/a.md:3", hit(line=3)),
        ("/corpus/a.md:3", hit(line=3)),
        ("corpus/a.md", hit(line=3)),
        ("corpus/a.md:3", hit(path="C:\\corpus\\a.md", line=3)),
    ],
)
def test_a_hit_is_known_by_any_name_the_judgements_use(judged, found):
    assert ranked_names([found], frozenset({judged})) == (judged,)


@pytest.mark.parametrize("judged", ["b.md:3", "a.md:2", ".md:3", "orpus/a.md:3", "a.md:33", "r1"])
def test_a_hit_is_not_taken_for_another(judged):
    assert ranked_names([hit(line=3)], frozenset({judged})) == ("/corpus/a.md:3",)


def test_a_paragraph_found_twice_counts_at_its_first_rank():
    hits = [hit(record_id="r1", line=1), hit(record_id="r2", line=2), hit(record_id="r1", line=3)]
    assert ranked_names(hits, frozenset({"r1", "r2"})) == ("r1", "r2")


def test_reads_three_columns_four_columns_and_a_header(tmp_path):
    wanted = {"q1": {"d 1": 2, "d2": 0}, "q2": {"d3": 1}}
    three, four = tmp_path / "three.tsv", tmp_path / "four.txt"
    three.write_text("query-id\tcorpus-id\tscore\nq1\td 1\t2\n\nq1\td2\t0\nq2\td3\t1\n", "utf-8-sig")
    assert read_qrels(str(three)) == wanted
    four.write_text("q1 0 d1 2\nq1 Q0 d2 0\nq2\t0\td3\t1\n", "utf-8")
    assert read_qrels(str(four)) == {"q1": {"d1": 2, "d2": 0}, "q2": {"d3": 1}}


def test_reads_queries_in_order_with_numbers_as_ids(tmp_path):
    path = tmp_path / "queries.jsonl"
    path.write_text('{"id": 7, "text": "京", "kind": "x"}\r\n\n{"id": "b", "text": " 甲 "}\n', "utf-8-sig")
    assert list(read_queries(str(path)).items()) == [("7", "京"), ("b", " 甲 ")]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[1]", "is not an object"),
        ('{"text": "x"}', "has no id"),
        ('{"id": true, "text": "x"}', "has no id"),
        ('{"id": "q"}', "has no text"),
        ('{"id": "q", "text": "  "}', "has no text"),
        ('{"id": "first", "text": "x"}', "was used before"),
    ],
)
def test_a_bad_query_line_is_named(tmp_path, line, complaint):
    path = tmp_path / "queries.jsonl"
    path.write_text('{"id": "first", "text": "甲"}\n' + line + "\n", "utf-8")
    with pytest.raises(UsageError, match=complaint) as caught:
        read_queries(str(path))
    assert str(caught.value).startswith(f"{path}:2: ")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("q1", "is not a judgement"),
        ("q1\td2", "is not a judgement"),
        ("q1\t\t1", "is not a judgement"),
        ("a b c d e", "is not a judgement"),
        ("q1\td2\thigh", "not a whole number"),
        ("query\td2\tgain", "not a whole number"),
        ("q1\td1\t0", "were judged before"),
    ],
)
def test_a_bad_judgement_line_is_named(tmp_path, line, complaint):
    path = tmp_path / "qrels.tsv"
    path.write_text("q1\td1\t1\n" + line + "\n", "utf-8")
    with pytest.raises(UsageError, match=complaint) as caught:
        read_qrels(str(path))
    assert str(caught.value).startswith(f"{path}:2: ")


def test_a_file_that_is_missing_or_not_utf8_is_named(tmp_path):
    gbk = tmp_path / "gbk.tsv"
    gbk.write_bytes("查询\t文档\t1\n".encode("gb18030"))
    for path in (gbk, tmp_path / "absent.tsv", tmp_path):
        with pytest.raises(UsageError) as caught:
            read_qrels(str(path))
        assert str(caught.value).startswith(f"{path}: ")


def test_judgements_of_other_queries_are_left_alone(tmp_path):
    (tmp_path / "q.jsonl").write_text('{"id": "a", "text": "甲"}\n{"id": "b", "text": "乙"}\n', "utf-8")
    (tmp_path / "r.tsv").write_text("a\td1\t1\nz\td1\t1\n", "utf-8")
    assert read_judged_queries(str(tmp_path / "q.jsonl"), str(tmp_path / "r.tsv")) == [
        JudgedQuery("a", "甲", {"d1": 1}),
        JudgedQuery("b", "乙", {}),
    ]
