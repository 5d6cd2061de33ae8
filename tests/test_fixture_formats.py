"""Every query of fixtures/formats/ finds the paragraphs written down for it, in documents of other programs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import searchidx
from searchidx.api import Index
from searchidx.evaluation import ranked_names, read_qrels
from searchidx.readers import read

pytest.importorskip("lxml")
pytest.importorskip("pypdfium2")

FORMATS = Path(__file__).resolve().parent.parent / "fixtures" / "formats"
CORPUS = FORMATS / "corpus"
QUERIES = [json.loads(line) for line in (FORMATS / "queries.jsonl").read_text("utf-8").splitlines()]
JUDGEMENTS = read_qrels(str(FORMATS / "qrels.tsv"))
TIERS = ("literal", "words", "some")


@pytest.fixture(scope="module")
def formats_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with searchidx.open(tmp_path_factory.mktemp("formats") / "index", create=True) as index:
        index.add([CORPUS], processes=1)
        yield index


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: f"{query['id']}-{query['text']}")
def test_query_finds_its_paragraphs(formats_index: Index, query):
    expected = set(JUDGEMENTS[query["id"]])
    accepted = TIERS[: TIERS.index(query["tier"]) + 1]
    hits = [hit for hit in formats_index.search(query["text"], limit=0).hits if hit.match in accepted]
    assert expected <= set(ranked_names(hits, expected))


def test_judged_paragraphs_are_there_and_every_document_is_judged():
    judged = {name.rpartition(":")[0] for gains in JUDGEMENTS.values() for name in gains}
    assert judged == {path.name for path in CORPUS.iterdir()}
    assert set(JUDGEMENTS) == {query["id"] for query in QUERIES}
    for path in CORPUS.iterdir():
        document = read(str(path), path.read_bytes())
        lines = {paragraph.line for paragraph in document.paragraphs}
        names = {name for gains in JUDGEMENTS.values() for name in gains}
        assert {int(name.rpartition(":")[2]) for name in names if name.startswith(f"{path.name}:")} <= lines
        assert not document.notes
