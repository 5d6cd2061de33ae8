"""An index of every format there ever was is opened, searched and written to."""

import shutil
from pathlib import Path

import pytest

import searchidx.api
from searchidx import line_map
from searchidx.api import Index
from searchidx.document import Document
from searchidx.local.commit import merger
from searchidx.local.format import versions
from searchidx.local.segment import manifest
from searchidx.local.segment.segment import Segment
from searchidx.local.segment.snapshot import Snapshot
from tests.golden_index import (
    DOCUMENTS,
    GOLDEN,
    NEWS,
    NOTES,
    SENTENCES,
    SKIPPED,
    STALE,
    UNFINISHED,
    documents,
)
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
    "季度航运",
    "m2",
)


def test_the_format_of_today_has_its_golden_index():
    readable = range(versions.OLDEST_READABLE, versions.CURRENT + 1)
    assert [GOLDEN / f"format-{number}" for number in readable] == FORMATS


@pytest.fixture(params=FORMATS, ids=lambda folder: folder.name)
def folder(request) -> Path:
    return request.param


@pytest.fixture
def golden(folder, tmp_path) -> Index:
    copy = tmp_path / "index"
    shutil.copytree(folder, copy)
    return searchidx.api.open(copy)


@pytest.fixture
def written_documents(folder) -> tuple[Document, ...]:
    return documents(int(folder.name.removeprefix("format-")))


def test_every_byte_of_it_is_sound(golden):
    assert golden.check().problems == ()


@pytest.fixture
def note_and_reason(folder) -> tuple[str, str]:
    """The sentences of the note and of the reason in the golden index."""
    return SENTENCES.get(folder.name, (NEWS.notes[0].sentence, SKIPPED.reason.sentence))


def test_every_document_comes_back(golden, written_documents, note_and_reason):
    found = {document.path: [] for document in written_documents}
    for hit in golden.search("path:文稿", limit=0).hits:
        found[hit.path].append((hit.line, hit.end_line, hit.page, hit.id, hit.headings, hit.text))
    assert {path: sorted(hits) for path, hits in found.items()} == {
        document.path: [(p.line, p.end_line, p.page, p.id, p.headings, p.text) for p in document.paragraphs]
        for document in written_documents
    }
    for record in golden.documents():
        written = next(document for document in written_documents if document.path == record.path)
        assert (record.type, record.encoding, record.title, record.date, record.notes, record.paragraphs) == (
            written.type,
            written.encoding,
            written.title,
            written.date,
            note_and_reason[:1] if written is NEWS else (),
            len(written.paragraphs),
        )


@pytest.mark.parametrize("needle", LITERAL)
def test_it_is_complete(golden, written_documents, needle):
    lines = {
        document.path: [paragraph.line for paragraph in document.paragraphs] for document in written_documents
    }
    expected = sorted((path, lines[path][place]) for path, place in scan(written_documents, needle))
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


@pytest.mark.parametrize(
    ("query", "match_line", "match_column", "in_format_1"),
    [
        ("预计明年汛期", 4, 1, 3),
        ("昨日动工", 3, 7, 3),
        ("声明作废", 8, 25, 8),
        ("写于9月", 9, 14, 9),
    ],
)
def test_a_match_is_at_its_own_line_and_column_or_at_its_paragraph(
    golden, query, match_line, match_column, in_format_1
):
    best = golden.search(query).hits[0]
    has_maps = manifest.read(golden.directory).segments[0].format >= versions.LINE_MAPS
    expected = (match_line, match_column) if has_maps else (in_format_1, None)
    assert (best.match_line, best.match_column) == expected


def test_what_was_noted_is_still_known(golden, note_and_reason, request):
    status = golden.status()
    assert status.roots == ("/文稿",)
    assert status.rules == {"/文稿": ("--hidden",)}
    assert status.skipped == ((SKIPPED.path, note_and_reason[1]),)
    has_runs = not request.node.callspec.id.startswith("format-1")
    assert (status.unfinished, status.stale) == (((UNFINISHED,), (STALE,)) if has_runs else ((), ()))
    assert status.committed == "2023-04-20T08:00:00+08:00"
    assert status.segments == 3
    assert status.details["deleted_documents"] == 1
    assert {record.path: record.mtime_ns for record in golden.documents()}[NOTES.path] == 77


def test_line_maps_outlive_a_merge_and_what_has_none_stays_unknown(golden, tmp_path):
    parts = Snapshot.open(golden.directory).segments
    merger.merge(parts, str(tmp_path / "MAIN_9.seg"))
    merged = Segment(str(tmp_path / "MAIN_9.seg"))
    expected = [
        part.paragraph(number).line_map
        for part in parts
        for number in range(part.count)
        if part.live is None or part.live[number]
    ]
    assert merged.has_line_maps
    assert [merged.paragraph(number).line_map for number in range(merged.count)] == expected
    if parts[0].has_line_maps:
        assert {None, NEWS.paragraphs[1].line_map, NEWS.paragraphs[3].line_map} == set(expected)
    else:
        assert set(expected) == {line_map.UNKNOWN}


def test_it_is_written_to(golden, tmp_path):
    (tmp_path / "新.txt").write_text("新来的一段也说渡口。", encoding="utf-8")
    before = golden.count("渡口")
    golden.add([tmp_path / "新.txt"], rebuild=golden.has_stale_analysis)
    assert golden.count("渡口") == before + 1
    assert golden.remove(["/文稿"]).removed == len(DOCUMENTS)
    assert golden.count("渡口") == 1
