"""Every query of fixtures/ finds the paragraphs written down for it, at the tier written down for it."""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from searchidx.api import Index
from searchidx.evaluation import ranked_names, read_qrels

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
CORPUS = FIXTURES / "corpus"
TIERS = ("literal", "words", "some")
ENCODINGS = {".gbk.txt": "gbk", ".big5.txt": "cp950", ".utf16.txt": "utf-16"}


def written_queries():
    return [json.loads(line) for line in (FIXTURES / "queries.jsonl").read_text("utf-8").splitlines()]


@cache
def judgements():
    return read_qrels(str(FIXTURES / "qrels.tsv"))


def judged_names():
    return {name for gains in judgements().values() for name in gains}


def encoding_of(path: Path) -> str:
    return next((encoding for ending, encoding in ENCODINGS.items() if path.name.endswith(ending)), "utf-8")


@pytest.mark.parametrize("query", written_queries(), ids=lambda query: f"{query['id']}-{query['text']}")
def test_query_finds_its_paragraphs(fixtures_index: Index, query):
    wanted = set(judgements().get(query["id"], ()))
    hits = fixtures_index.search(query["text"], limit=0).hits
    if query["tier"] == "none":
        assert not hits
        return
    accepted = TIERS[: TIERS.index(query["tier"]) + 1]
    found = set(ranked_names((hit for hit in hits if hit.match in accepted), wanted))
    assert wanted <= found, f"not found as {query['tier']}: {sorted(wanted - found)}"
    if query.get("only"):
        assert found == wanted, f"found beside them: {sorted(found - wanted)}"


@pytest.mark.parametrize(
    "query", [q for q in written_queries() if q["tier"] == "literal"], ids=lambda q: q["id"]
)
def test_hits_of_a_query_come_tier_by_tier(fixtures_index: Index, query):
    tiers = [TIERS.index(hit.match) for hit in fixtures_index.search(query["text"], limit=0).hits]
    assert tiers == sorted(tiers)


def test_every_document_is_asked_for():
    asked = {name.rpartition(":")[0] for name in judged_names() if ":" in name}
    documents = {path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*") if path.is_file()}
    records = {name for name in documents if name.endswith((".jsonl", "新书上架.csv"))}
    assert documents - records == asked
    ids = {json.loads(line)["id"] for name in records if ".jsonl" in name for line in lines_of(CORPUS / name)}
    assert {name for name in judged_names() if ":" not in name and not name.startswith("LJ2305")} <= ids


def test_every_judged_line_is_there():
    for name in judged_names():
        path, colon, line = name.rpartition(":")
        if colon:
            assert lines_of(CORPUS / path)[int(line) - 1].strip(), name


def test_every_query_but_the_empty_ones_has_an_answer():
    ids = [query["id"] for query in written_queries()]
    assert set(judgements()) == {query["id"] for query in written_queries() if query["tier"] != "none"}
    assert max(Counter(ids).values()) == 1
    assert {query["tier"] for query in written_queries()} <= {*TIERS, "none"}


def test_encoded_documents_kept_their_bytes():
    for ending, encoding in ENCODINGS.items():
        (path,) = CORPUS.glob(f"encodings/*{ending}")
        assert len(path.read_bytes().decode(encoding)) > 100
        with pytest.raises(UnicodeDecodeError):
            path.read_bytes().decode("utf-8")


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding_of(path)).splitlines()
