"""An index that an older version made is searched, never mixed, and rebuilt as a whole."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage

import pytest

import searchidx.api
from searchidx.api import Index
from searchidx.document import Document, Paragraph, stream_path
from searchidx.engines import backend
from searchidx.errors import ReadError, StaleAnalysisError, StorageError
from searchidx.file_state import Source
from searchidx.ingest import CommitSchedule, WalkRules, batch
from searchidx.local.commit import merge_policy, writer
from searchidx.local.engine import LocalEngine
from searchidx.local.indexing import segment_builder
from searchidx.local.segment.analysis import ANALYSIS
from searchidx.messages import message
from searchidx.tokenizer import bulk_tokenizer
from tests.golden_index import DOCUMENTS, GOLDEN, RECORDS

ADDED = Document("/从程序/来信.txt", "text", paragraphs=(Paragraph("程序写入的浮标。", 1, 1),))


@contextmanager
def older_version() -> Iterator[None]:
    """Index as a version of another analysis does."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (segment_builder, writer, merge_policy):
            patch.setattr(module, "ANALYSIS", "an older one")
        yield


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder of files, and beside it one that will be absent."""
    for name, text in (
        ("在/甲.txt", "甲文说渡口。"),
        ("在/乙.txt", "乙文说桥梁。"),
        ("盘/丙.txt", "丙文说水库。"),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "在" / "坏.txt").write_bytes(bytes(range(256)) * 4)
    return tmp_path


@pytest.fixture
def old(folder) -> Index:
    """An index of an older version with a document of each kind."""
    index = searchidx.api.open(folder / "index", create=True)
    (folder / "流").write_text("管道来的灯塔。", encoding="utf-8")
    with older_version():
        index.add([folder / "在", folder / "盘"], streams={"来.txt": str(folder / "流")})
        add_document(index.directory, ADDED)
        (folder / "在" / "乙.txt").write_text("乙文改说隧道，还很长。", encoding="utf-8")
        with unreadable("乙.txt"):
            index.add()
    shutil.rmtree(folder / "盘")
    return index


def add_document(place: str, document: Document) -> None:
    """Add a document that has no file."""
    opened = backend(place)
    with opened.write() as writing:
        builder = backend(writing.ticket).builder(bulk_tokenizer(0))
        builder.add(document, Source(3, 4, "ab" * 16))
        part = builder.flush()
        assert part is not None
        writing.commit(writing.state, added=[part])


@contextmanager
def unreadable(name: str) -> Iterator[None]:
    """Have the reader of a file fail."""
    usual = batch.read

    def read(path: str, *given: object, **more: object) -> Document:
        if Path(path).name == name:
            raise ReadError(message("archive"))
        return usual(path, *given, **more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "read", read)
        yield


def analyses(index: Index) -> set[str]:
    """Return the identities of the analysis of all segments."""
    return {entry.analysis for entry in LocalEngine(index.directory).snapshot.manifest.segments}


def texts(index: Index) -> dict[str, list[str]]:
    """Return the paragraphs of every document, by the name of its file."""
    with backend(index.directory).write() as writing:
        stored = writing.stored(writing.indexed().keys())
        return {Path(one.path).name: [each.text for each in one.paragraphs] for one, _ in stored}


def test_an_index_of_an_older_version_is_searched_and_says_so(old):
    assert old.has_stale_analysis
    assert old.status().stale_analysis
    assert [Path(hit.path).name for hit in old.search("水库").hits] == ["丙.txt"]


def test_it_is_not_added_to_and_the_remedy_is_named(old, folder):
    before = old.status()
    for call in (
        old.add,
        lambda: old.add([folder / "在"]),
        lambda: old.add(streams={"又.txt": str(folder / "流")}),
    ):
        with pytest.raises(
            StaleAnalysisError, match=r"made by an older version: `searchidx index --rebuild`"
        ):
            call()
    assert old.status() == before


def test_a_commit_keeps_the_analysis_of_segments_that_it_did_not_write(old, folder, monkeypatch):
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
    old.remove([folder / "在" / "甲.txt"])
    assert analyses(old) == {"an older one"}


def test_a_rebuild_has_a_document_of_each_kind(old, folder):
    before = texts(old)
    stale = old.status().stale
    with unreadable("乙.txt"):
        report = old.add(rebuild=True)
    assert analyses(old) == {ANALYSIS}
    assert texts(old) == before
    without_file = [
        str(folder / "在" / "乙.txt"),
        str(folder / "盘" / "丙.txt"),
        ADDED.path,
        stream_path("来.txt"),
    ]
    assert sorted(report.rebuilt) == sorted(without_file)
    assert (report.documents, report.updated, report.added, report.removed) == (5, 1, 0, 0)
    assert [failure.path for failure in old.status().stale] == [failure.path for failure in stale]
    assert [Path(path).name for path, _ in old.status().skipped] == ["坏.txt"]
    assert not old.has_stale_analysis
    assert old.check().problems == ()


def test_after_a_rebuild_the_index_is_kept_up_to_date_as_before(old, folder):
    old.add(rebuild=True)
    assert [Path(hit.path).name for hit in old.search("隧道").hits] == ["乙.txt"]
    generation = old.status().generation
    assert (old.add().updated, old.status().generation) == (0, generation)
    (folder / "盘").mkdir()
    (folder / "盘" / "丙.txt").write_text("丙文改说码头。", encoding="utf-8")
    assert old.add().updated == 1
    assert texts(old)["丙.txt"] == ["丙文改说码头。"]


def test_readers_stay_on_the_old_commit_until_the_new_one(old, monkeypatch):
    reader = LocalEngine(old.directory)
    generation = reader.snapshot.manifest.generation
    seen = []
    usual = batch.read

    def read(path: str, *given: object, **more: object) -> Document:
        seen.append(LocalEngine(old.directory).snapshot.manifest.generation)
        return usual(path, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(batch, "read", read)
    old.add(rebuild=True)
    assert set(seen) == {generation}
    assert reader.size() == (5, 5)


def test_a_rebuild_is_one_commit_whatever_the_schedule(old, monkeypatch):
    monkeypatch.setattr("searchidx.ingest.run.ALONE_BYTES", 0)
    monkeypatch.setattr("searchidx.ingest.run.BATCH_BYTES", 1)
    generation = old.status().generation
    old.add(rebuild=True, processes=1, schedule=CommitSchedule(1e-9, 0))
    assert old.status().generation == generation + 1


def test_an_interrupted_rebuild_changes_nothing(old, monkeypatch):
    before, files = old.status(), sorted(Path(old.directory).iterdir())

    def interrupt(*_: object, **__: object) -> Document:
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "read", interrupt)
    with pytest.raises(KeyboardInterrupt):
        old.add(rebuild=True)
    assert old.status() == before
    assert sorted(Path(old.directory).iterdir()) == files


def test_a_rebuild_that_the_disk_has_no_room_for_is_refused(old, monkeypatch):
    before = old.status()
    usage = disk_usage(old.directory)
    monkeypatch.setattr(writer, "disk_usage", lambda _: usage._replace(free=100))
    with pytest.raises(StorageError, match="free some"):
        old.add(rebuild=True)
    assert old.status() == before


def test_a_rebuild_takes_new_files_and_drops_deleted_ones(old, folder):
    (folder / "在" / "丁.txt").write_text("丁文说堤坝。", encoding="utf-8")
    (folder / "在" / "甲.txt").unlink()
    report = old.add(rebuild=True)
    assert (report.added, report.removed) == (1, 1)
    assert {"丁.txt"} == {name for name in ("甲.txt", "丁.txt") if name in texts(old)}


def test_an_index_of_format_1_is_rebuilt_from_its_stored_text(tmp_path):
    copy = tmp_path / "index"
    shutil.copytree(GOLDEN / "format-1", copy)
    index = searchidx.api.open(copy)
    before = {hit.text for hit in index.search("path:文稿", limit=0).hits}
    assert index.has_stale_analysis
    report = index.add(rebuild=True)
    assert len(report.rebuilt) == report.documents == len(DOCUMENTS)
    assert analyses(index) == {ANALYSIS}
    assert {hit.text for hit in index.search("path:文稿", limit=0).hits} == before
    assert len(before) > len(RECORDS.paragraphs)
    assert index.check().problems == ()


def test_the_repair_of_an_older_index_leaves_one_analysis(old, folder):
    with older_version():
        old.add([folder / "在" / "坏.txt"])
    segment = max(Path(old.directory).glob("*.seg"), key=lambda path: path.stat().st_size)
    raw = bytearray(segment.read_bytes())
    raw[len(raw) // 2] ^= 1
    segment.write_bytes(bytes(raw))
    assert old.repair().problems
    assert analyses(old) <= {ANALYSIS}
    assert old.check().problems == ()


def test_a_rebuild_walks_a_named_folder_by_its_new_rules(old, folder):
    (folder / "在" / ".暗.txt").write_text("暗处的磨坊。", encoding="utf-8")
    old.add([folder / "在"], rules=WalkRules(hidden=True), rebuild=True)
    assert [Path(hit.path).name for hit in old.search("磨坊").hits] == [".暗.txt"]
    assert dict(old.roots())[str(folder / "在")] == ("--hidden",)
    assert {"甲.txt", "丙.txt", "来.txt", "来信.txt"} <= texts(old).keys()


# --- Revisions of readers ----------------------------------------------------------------------------------------


@pytest.fixture
def newer_readers(monkeypatch) -> Callable[[], None]:
    """Have every reader one revision on from then on."""

    def raise_revisions() -> None:
        for module in ("batch", "plan", "run"):
            monkeypatch.setattr(f"searchidx.ingest.{module}.revision_of", lambda _: 1_000)

    return raise_revisions


def test_a_run_reads_again_what_an_older_revision_read(folder, newer_readers, monkeypatch):
    index = searchidx.api.open(folder / "index", create=True)
    index.add([folder / "在"])
    newer_readers()
    names = {"甲.txt", "乙.txt"}
    assert {Path(path).name for path in index.stale().outdated} == names
    assert not index.stale().changed
    monkeypatch.setattr(
        batch,
        "read",
        lambda path, *_, **__: Document(path, "text", paragraphs=(Paragraph("读得更好。", 1, 1),)),
    )
    report = index.add()
    assert (report.updated, report.outdated) == (2, 2)
    assert texts(index) == {name: ["读得更好。"] for name in (*names, "坏.txt")}
    assert (index.stale().outdated, index.add().updated) == ((), 0)


def test_a_file_that_an_older_revision_skipped_is_tried_again_once(folder, newer_readers, monkeypatch):
    index = searchidx.api.open(folder / "index", create=True)
    index.add([folder / "在"])
    newer_readers()
    read: list[str] = []
    usual = batch.read
    monkeypatch.setattr(
        batch, "read", lambda path, *given, **more: read.append(path) or usual(path, *given, **more)
    )
    for number in (1, 0):
        read.clear()
        index.add()
        assert [Path(path).name for path in read].count("坏.txt") == number
