"""``terms`` and ``similar`` on the command line."""

import json

import pytest


@pytest.fixture
def run(searchidx, index, corpus, monkeypatch):
    monkeypatch.setenv("SEARCHIDX_INDEX", str(index))
    monkeypatch.chdir(corpus)
    return searchidx


def test_terms_are_lines_of_count_and_term(run):
    assert run("terms", "内核").lines == ["1\t内核"]
    assert run("terms", "專員").lines == ["2\t专员"]
    assert len(run("terms", "-n", "3").lines) == 3
    found = json.loads(run("terms", "便民", "--field", "headings", "--json").out)
    assert found == {"prefix": "便民", "field": "headings", "terms": [{"term": "便民", "paragraphs": 2}]}


def test_no_term_is_said_and_is_not_found(run):
    found = run("terms", "没有这样的")
    assert (found.code, found.out) == (1, "")
    assert "no term in field words begins with 没有这样的" in found.err
    assert "--field: 'word' is not one of" in run("terms", "--field", "word").mistake


def test_similar_finds_others_and_names_a_place_that_is_none(run):
    found = run("similar", "新闻/岚江.md:5")
    assert found.code == 0
    assert any(line.startswith("新闻/岚江.md:7:专员为企业跑路") for line in found.lines)
    assert not any(line.startswith("新闻/岚江.md:5:") for line in found.lines)
    hit, *_, summary = [json.loads(line) for line in run("similar", "新闻/岚江.md:5", "--json").lines]
    assert hit["match"] == "some"
    assert "专员" in summary["query"].split()
    assert "has no line number" in run("similar", "notes.txt").mistake
    assert "no paragraph is at that line" in run("similar", "notes.txt:99").mistake
    assert "in none of the folders" in run("similar", "/没有:1").mistake
