"""What the command line says of an index that an older version made: here, of format 1."""

import json
import shutil

import pytest

from tests.golden_index import DOCUMENTS, GOLDEN


@pytest.fixture
def place(home) -> tuple[str, str]:
    """The flag that names the index."""
    shutil.copytree(GOLDEN / "format-1", home / "older")
    return ("--index", str(home / "older"))


@pytest.mark.parametrize(
    "words",
    [("渡口",), ("渡口", "-l"), ("渡口", "-c"), ("渡口", "--facet", "type")],
    ids=["hits", "files", "count", "facets"],
)
def test_a_search_answers_with_one_note(searchidx, place, words):
    found = searchidx("search", *words, *place, "--json")
    assert found.code == 0
    assert found.err.count("note: the index was made by an older version") == 1
    assert "`searchidx index --rebuild`" in found.err
    assert json.loads(found.lines[-1])["stale_analysis"] is True


def test_status_names_the_remedy(searchidx, place):
    assert "of an older version: `searchidx index --rebuild`" in searchidx("status", *place).out
    assert json.loads(searchidx("status", "--json", *place).out)["stale_analysis"] is True


def test_index_refuses_to_mix_in_one_line(searchidx, place, home):
    (home / "新.txt").write_text("新来的渡口。", encoding="utf-8")
    for words in ((), (str(home / "新.txt"),)):
        refused = searchidx("index", *words, *place)
        assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
        assert "was made by an older version: `searchidx index --rebuild`" in refused.err


def test_a_rebuild_says_what_had_no_file(searchidx, place):
    rebuilt = searchidx("index", "--rebuild", *place)
    assert rebuilt.code == 0
    assert f"rebuilt {len(DOCUMENTS)} documents from stored text, without a file to read:" in rebuilt.err
    assert all(document.path in rebuilt.err for document in DOCUMENTS)
    found = searchidx("search", "渡口", *place, "--json")
    assert "older" not in found.err
    assert "stale_analysis" not in json.loads(found.lines[-1])


def test_a_rebuild_lists_its_documents_in_json(searchidx, place):
    report = json.loads(searchidx("index", "--rebuild", "--json", *place).out)
    assert sorted(report["rebuilt"]) == sorted(document.path for document in DOCUMENTS)
    assert report["outdated"] == 0


def test_a_rebuild_needs_an_index(searchidx, home):
    assert "no index" in searchidx("index", "--rebuild", "--index", str(home / "nothing")).mistake
