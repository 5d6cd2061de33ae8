"""An index of every format there ever was is opened, searched and written to."""

import shutil
from pathlib import Path

import pytest

import searchidx.api
from searchidx.api import Index
from searchidx.local import formats
from tests.golden_index import DOCUMENTS, GOLDEN, NOTES, SKIPPED
from tests.reference import scan

FORMATS = sorted(GOLDEN.glob("format-*"))
LITERAL = (
    "渡口",
    "旧闻",
    "9301888",
    "编译内核",
    "ｌｉｎｕｘ",
    "hone15",
    "c++",
    "𠮷野",
    "䶮",
    "〇",
    "naive",
    "😀",
    "jabc",
    "通航，写",
    "L50",
    "密",
)


def test_the_format_of_today_has_its_golden_index():
    readable = range(formats.OLDEST_READABLE, formats.CURRENT + 1)
    assert [GOLDEN / f"format-{number}" for number in readable] == FORMATS


@pytest.fixture(params=FORMATS, ids=lambda folder: folder.name)
def golden(request, tmp_path) -> Index:
    copy = tmp_path / "index"
    shutil.copytree(request.param, copy)
    return searchidx.api.open(copy)


def test_every_byte_of_it_is_sound(golden):
    assert golden.check().problems == ()


def test_every_document_comes_back(golden):
    found = {document.path: [] for document in DOCUMENTS}
    for hit in golden.search("path:文稿", limit=0).hits:
        found[hit.path].append((hit.line, hit.end_line, hit.page, hit.id, hit.headings, hit.text))
    assert {path: sorted(hits) for path, hits in found.items()} == {
        document.path: [(p.line, p.end_line, p.page, p.id, p.headings, p.text) for p in document.paragraphs]
        for document in DOCUMENTS
    }
    for record in golden.documents():
        written = next(document for document in DOCUMENTS if document.path == record.path)
        assert (record.type, record.encoding, record.title, record.date, record.notes, record.paragraphs) == (
            written.type,
            written.encoding,
            written.title,
            written.date,
            written.notes,
            len(written.paragraphs),
        )


@pytest.mark.parametrize("needle", LITERAL)
def test_it_is_complete(golden, needle):
    lines = {document.path: [paragraph.line for paragraph in document.paragraphs] for document in DOCUMENTS}
    expected = sorted((path, lines[path][place]) for path, place in scan(DOCUMENTS, needle))
    assert (
        sorted((hit.path, hit.line) for hit in golden.search(needle, limit=0, literal=True).hits) == expected
    )


@pytest.mark.parametrize(
    ("query", "path", "line", "match"),
    [
        ("渡口改造", "岚江晚报.md", 3, "literal"),
        ("02349301888", "岚江晚报.md", 6, "words"),
        ("2023-04-20", "岚江晚报.md", 6, "words"),
        ("便民 执照", "岚江晚报.md", 8, "words"),
        ("heading:要闻 工程", "岚江晚报.md", 3, "literal"),
        ("渡口隧道动工", "岚江晚报.md", 3, "some"),
        ("date:2022-07 渡口", "来信.jsonl", 7, "literal"),
        ("type:text 渡口", "笔记.txt", 5, "literal"),
        ("gcc12", "笔记.txt", 1, "words"),
    ],
)
def test_the_best_hit_is_what_it_was(golden, query, path, line, match):
    best = golden.search(query).hits[0]
    assert (Path(best.path).name, best.line, best.match) == (path, line, match)


def test_what_was_noted_is_still_known(golden):
    status = golden.status()
    assert status.roots == ("/文稿",)
    assert status.rules == {"/文稿": ("--hidden",)}
    assert status.skipped == ((SKIPPED.path, SKIPPED.reason),)
    assert status.committed == "2023-04-20T08:00:00+08:00"
    assert status.segments == 3
    assert status.details["deleted_documents"] == 1
    assert {record.path: record.mtime_ns for record in golden.documents()}[NOTES.path] == 77


def test_it_is_written_to(golden, tmp_path):
    (tmp_path / "新.txt").write_text("新来的一段也说渡口。", encoding="utf-8")
    before = golden.count("渡口")
    golden.add([tmp_path / "新.txt"])
    assert golden.count("渡口") == before + 1
    assert golden.remove(["/文稿"]).removed == len(DOCUMENTS)
    assert golden.count("渡口") == 1
