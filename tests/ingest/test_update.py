"""Indexing again does what changed and nothing else, and whatever goes wrong costs one file at most.

That a file was not read again is shown by what was opened, and by what reached a reader.
"""

import os
import random
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

import searchidx.api
from searchidx.api import Index
from searchidx.errors import LockedError, StorageError, UsageError
from searchidx.ingest import batch, pool, worker
from searchidx.ingest import limits as limiting
from searchidx.ingest import run as running
from searchidx.ingest.batch import FileTask, Outcome
from searchidx.ingest.causes import cause_of
from searchidx.ingest.ignore.rules import WalkRules
from searchidx.ingest.limits import Limits
from searchidx.local.commit import merge_policy
from searchidx.local.commit.index_writer import IndexWriter
from searchidx.local.engine import LocalEngine
from searchidx.messages import message
from searchidx.query import parse
from searchidx.readers import revision_of
from searchidx.request import SearchRequest
from searchidx.results import Skipped
from tests import documents

CORPUS = Path(__file__).resolve().parents[2] / "fixtures" / "corpus"
NOT_TEXT = bytes(range(256)) * 4


@pytest.fixture
def folder(tmp_path) -> Path:
    """Three documents."""
    folder = tmp_path / "文稿"
    (folder / "下层").mkdir(parents=True)
    (folder / "甲.txt").write_text("甲文说防火墙。\n\n又说桥梁。\n", encoding="utf-8")
    (folder / "乙.md").write_text("# 题目\n\n乙文说防火墙。\n", encoding="utf-8")
    (folder / "下层" / "丙.txt").write_text("丙文说水库。\n", encoding="utf-8")
    return folder


@pytest.fixture
def index(tmp_path) -> Index:
    return searchidx.api.open(tmp_path / "index", create=True)


def found(index: Index, query: str) -> list[str]:
    """Names of the files that are found, each as often as it has hits."""
    return sorted(Path(hit.path).name for hit in index.search(query, limit=0, literal=True).hits)


class Opened:
    """The files that indexing has opened, and those of them that were parsed, since last asked."""

    def __init__(self, monkeypatch) -> None:
        self._hashed: list[str] = []
        self._parsed: list[str] = []
        read_file, read = limiting.read_file, batch.read

        def open_and_note(path, most):
            self._hashed.append(Path(path).name)
            return read_file(path, most)

        def parse_and_note(path, raw, **options):
            self._parsed.append(Path(path).name)
            return read(path, raw, **options)

        monkeypatch.setattr(limiting, "read_file", open_and_note)
        monkeypatch.setattr(batch, "read", parse_and_note)

    def hashed(self) -> list[str]:
        names, self._hashed[:] = sorted(self._hashed), []
        return names

    def parsed(self) -> list[str]:
        names, self._parsed[:] = sorted(self._parsed), []
        return names


@pytest.fixture
def opened(monkeypatch) -> Opened:
    """What is opened and parsed by this process, which reads small folders itself."""
    return Opened(monkeypatch)


def swap(path: Path, text: str) -> None:
    """Change a file behind the back of its size and time."""
    before = path.stat()
    raw = text.encode().ljust(before.st_size, b" ")
    assert len(raw) == before.st_size
    path.write_bytes(raw)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def later(path: Path, seconds: int = 10) -> None:
    """Give a file a later time."""
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + seconds * 10**9))


def rewrite(path: Path, content: str | bytes) -> None:
    """Change a file in plain view."""
    time = path.stat().st_mtime_ns if path.exists() else 10**18
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, ns=(time, time + 10**10))


def counts(report) -> dict[str, int]:
    return {name: getattr(report, name) for name in ("documents", "added", "updated", "removed", "unchanged")}


def test_a_first_run_adds_everything(index, folder):
    report = index.add([folder])
    assert counts(report) == {"documents": 3, "added": 3, "updated": 0, "removed": 0, "unchanged": 0}
    assert report.paragraphs == index.status().paragraphs
    assert found(index, "防火墙") == ["乙.md", "甲.txt"]
    assert index.status().roots == (str(folder),)


def test_what_did_not_change_is_not_read_again(index, folder, opened):
    index.add([folder])
    assert opened.hashed() == opened.parsed() == ["丙.txt", "乙.md", "甲.txt"]
    before = index.status()
    report = index.add([folder])
    assert counts(report) == {"documents": 3, "added": 0, "updated": 0, "removed": 0, "unchanged": 3}
    assert opened.hashed() == []
    assert index.status().generation == before.generation, "a commit was made for nothing"


def test_what_changed_takes_the_place_of_what_was(index, folder):
    index.add([folder])
    rewrite(folder / "甲.txt", "甲文改说隧道。")
    report = index.add([folder])
    assert counts(report) == {"documents": 3, "added": 0, "updated": 1, "removed": 0, "unchanged": 2}
    assert found(index, "防火墙") == ["乙.md"]
    assert found(index, "隧道") == ["甲.txt"]
    assert not found(index, "桥梁")


def test_the_same_size_at_another_time_is_looked_at(index, folder):
    index.add([folder])
    swap(folder / "下层" / "丙.txt", "丙文说船闸。\n")
    later(folder / "下层" / "丙.txt")
    assert index.add([folder]).updated == 1
    assert (found(index, "水库"), found(index, "船闸")) == ([], ["丙.txt"])


def test_what_vanished_leaves(index, folder):
    index.add([folder])
    (folder / "乙.md").unlink()
    report = index.add([folder])
    assert counts(report) == {"documents": 2, "added": 0, "updated": 0, "removed": 1, "unchanged": 2}
    assert found(index, "防火墙") == ["甲.txt"]
    assert index.size() == (index.status().documents, index.status().paragraphs) == (2, report.paragraphs)


def test_a_root_that_vanished_leaves_with_all_below_it_when_it_is_dropped(index, folder):
    index.add([folder / "下层", folder / "甲.txt"])
    (folder / "下层" / "丙.txt").unlink()
    (folder / "下层").rmdir()
    (folder / "甲.txt").unlink()
    assert index.add().absent == 2
    report = index.add(drop_absent=True)
    assert counts(report) == {"documents": 0, "added": 0, "updated": 0, "removed": 2, "unchanged": 0}
    assert not found(index, "说")


def test_a_lone_path_is_one_path_and_not_its_characters(index, folder, tmp_path):
    index.add(str(folder))
    other = tmp_path / "other"
    other.mkdir()
    (other / "z.txt").write_text("别处的一段", encoding="utf-8")
    index.add(other)
    assert {*index.roots()} == {str(folder), str(other)}
    documents, _ = index.size()
    assert index.remove(str(other)).removed == 1
    assert index.size()[0] == documents - 1


@pytest.mark.parametrize("asked", [{"limit": -1}, {"offset": -1}])
def test_fewer_hits_than_none_are_refused(index, folder, asked):
    index.add([folder])
    with pytest.raises(UsageError, match=f"{next(iter(asked))}: -1 is not a whole number from 0"):
        index.search("段", **asked)


def test_what_is_elsewhere_is_left_alone(index, folder):
    index.add([folder])
    (folder / "甲.txt").unlink()
    assert index.add([folder / "下层"]).removed == 0
    assert found(index, "防火墙") == ["乙.md", "甲.txt"]


def test_what_was_renamed_is_found_under_its_new_name(index, folder):
    index.add([folder])
    (folder / "甲.txt").rename(folder / "丁.txt")
    report = index.add([folder])
    assert counts(report) == {"documents": 3, "added": 0, "updated": 0, "removed": 0, "unchanged": 2}
    assert report.renamed == 1
    assert found(index, "桥梁") == ["丁.txt"]
    assert counts(index.add([folder]))["unchanged"] == 3


def test_what_was_only_touched_is_noted_and_not_indexed_again(index, folder, opened):
    index.add([folder])
    segments = {entry.name for entry in LocalEngine(index.directory).snapshot.manifest.segments}
    later(folder / "甲.txt")
    report = index.add([folder])
    assert counts(report) == {"documents": 3, "added": 0, "updated": 0, "removed": 0, "unchanged": 3}
    assert {entry.name for entry in LocalEngine(index.directory).snapshot.manifest.segments} == segments
    assert opened.parsed() == ["丙.txt", "乙.md", "甲.txt"]
    opened.hashed()
    assert index.add([folder]).unchanged == 3
    assert opened.hashed() == [], "its new time was not noted: it was read again"


def test_a_touch_outlives_a_merge(index, folder, monkeypatch, opened):
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
    index.add([folder])
    later(folder / "甲.txt")
    index.add([folder])
    rewrite(folder / "丁.txt", "丁文说粮仓。")
    index.add([folder])
    assert index.status().segments == 1
    opened.hashed()
    assert index.add([folder]).unchanged == 4
    assert opened.hashed() == []


def test_a_touched_file_that_changes_later_is_replaced(index, folder, opened):
    index.add([folder])
    later(folder / "甲.txt")
    index.add([folder])
    rewrite(folder / "甲.txt", "甲文改说隧道。")
    assert index.add([folder]).updated == 1
    assert (found(index, "桥梁"), found(index, "隧道")) == ([], ["甲.txt"])
    opened.hashed()
    assert index.add([folder]).unchanged == 3
    assert opened.hashed() == []


def test_a_skipped_file_is_named_and_tried_again_when_it_changes(index, folder, opened):
    bad = folder / "丁.txt"
    rewrite(bad, NOT_TEXT)
    report = index.add([folder])
    assert report.documents == 3
    assert [path for path, _ in report.skipped] == [str(bad)]
    assert [path for path, _ in index.status().skipped] == [str(bad)]

    opened.hashed()
    assert len(index.add([folder]).skipped) == 1
    assert opened.hashed() == [], "it was read again though nothing showed that it had changed"
    swap(bad, "丁文说粮仓。")
    report = index.add([folder])
    assert (report.added, report.skipped) == (1, ())
    assert found(index, "粮仓") == ["丁.txt"]
    assert index.status().skipped == ()


def test_a_skipped_file_that_changes_and_stays_bad_is_read_once_more(index, folder, opened):
    bad = folder / "丁.txt"
    rewrite(bad, NOT_TEXT)
    index.add([folder])
    rewrite(bad, NOT_TEXT * 2)
    assert len(index.add([folder]).skipped) == 1
    assert opened.parsed().count("丁.txt") == 2
    index.add([folder])
    assert "丁.txt" not in opened.parsed(), "how it was when it was read last was not noted"


def test_a_document_that_can_no_longer_be_read_leaves(index, folder):
    index.add([folder])
    rewrite(folder / "甲.txt", NOT_TEXT)
    report = index.add([folder])
    assert counts(report) == {"documents": 2, "added": 0, "updated": 0, "removed": 1, "unchanged": 2}
    assert [path for path, _ in report.skipped] == [str(folder / "甲.txt")]
    assert found(index, "防火墙") == ["乙.md"]


def test_a_skipped_file_that_vanished_is_forgotten(index, folder):
    rewrite(folder / "丁.txt", NOT_TEXT)
    index.add([folder])
    (folder / "丁.txt").unlink()
    assert index.add([folder]).skipped == ()
    assert index.status().skipped == ()


def lock_up(monkeypatch, *paths: Path) -> None:
    """Have the system refuse to list folders and open files, as it does to a user without the right to."""
    refused = {str(path) for path in paths}

    def refuse(usual):
        def asked(path, *rest, **options):
            if str(path) in refused:
                raise PermissionError(13, "Permission denied", path)
            return usual(path, *rest, **options)

        return asked

    monkeypatch.setattr(os, "scandir", refuse(os.scandir))
    monkeypatch.setattr(os, "open", refuse(os.open))


def test_what_is_in_a_folder_that_cannot_be_read_stays(index, folder):
    rewrite(folder / "下层" / "丁.txt", NOT_TEXT)
    reason = dict(index.add([folder]).skipped)[str(folder / "下层" / "丁.txt")]
    with pytest.MonkeyPatch.context() as monkeypatch:
        lock_up(monkeypatch, folder / "下层")
        report = index.add([folder])
    assert counts(report) == {"documents": 3, "added": 0, "updated": 0, "removed": 0, "unchanged": 3}
    assert report.skipped == (
        (str(folder / "下层"), "Permission denied"),
        (str(folder / "下层" / "丁.txt"), reason),
    )
    assert found(index, "水库") == ["丙.txt"]
    (folder / "下层" / "丙.txt").unlink()
    report = index.add([folder])
    assert (report.removed, len(report.skipped)) == (1, 1), "it can be read again, and what is gone is gone"


def test_a_root_that_cannot_be_read_keeps_everything(index, folder):
    index.add([folder])
    with pytest.MonkeyPatch.context() as monkeypatch:
        lock_up(monkeypatch, folder)
        assert index.add().absent == 3
    assert found(index, "防火墙") == ["乙.md", "甲.txt"]


def test_a_file_that_cannot_be_opened_stays_as_it_was_and_is_tried_every_time(index, folder):
    index.add([folder])
    rewrite(folder / "甲.txt", "甲文改说隧道。")
    with pytest.MonkeyPatch.context() as monkeypatch:
        lock_up(monkeypatch, folder / "甲.txt")
        report = index.add([folder])
    assert counts(report) == {"documents": 3, "added": 0, "updated": 0, "removed": 0, "unchanged": 3}
    assert report.skipped == ()
    assert [(old.path, cause_of(old).sentence) for old in report.stale] == [
        (str(folder / "甲.txt"), "Permission denied")
    ]
    assert found(index, "桥梁") == ["甲.txt"]
    assert not index.stale().new
    report = index.add([folder])
    assert (report.updated, report.skipped, report.stale) == (1, (), ())
    assert found(index, "隧道") == ["甲.txt"]


@pytest.mark.parametrize("name", ["甲.docx", "甲.pdf"])
def test_a_document_stays_when_its_file_is_damaged_and_is_read_once_it_is_whole(index, tmp_path, name):
    """As it is while somebody writes it."""
    whole = {"甲.docx": word, "甲.pdf": page}[name]
    path = tmp_path / "稿" / name
    path.parent.mkdir()
    rewrite(path, whole("buoy one"))
    index.add([tmp_path / "稿"])
    rewrite(path, whole("tunnel two")[: -len(whole("tunnel two")) // 2])
    report = index.add()
    assert (report.removed, [old.path for old in report.stale]) == (0, [str(path)])
    assert [hit.stale for hit in index.search("buoy").hits] == [True]
    assert index.status().stale == report.stale
    assert not index.stale(), "what could not be read is named, and nothing new"
    assert index.add().stale == report.stale, "it is tried again"
    rewrite(path, whole("tunnel two"))
    assert index.stale().changed == (str(path),)
    assert counts(index.add())["updated"] == 1
    assert (index.status().stale, [hit.stale for hit in index.search("tunnel").hits]) == ((), [False])
    assert (found(index, "buoy"), found(index, "tunnel")) == ([], [name])


ENCRYPTED = {
    "content.xml": bytes(range(256)),
    "META-INF/manifest.xml": "<manifest><file-entry><encryption-data/></file-entry></manifest>",
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("甲.docx", b""),
        ("甲.pdf", b""),
        ("甲.docx", b"<html>404</html>"),
        ("甲.pdf", b"<html>404</html>"),
        ("甲.odt", documents.archive(ENCRYPTED)),
    ],
    ids=["empty docx", "empty pdf", "another docx", "another pdf", "encrypted odt"],
)
def test_a_file_of_a_format_that_is_another_thing_now_takes_the_place_of_the_old_one(
    index, tmp_path, name, content
):
    path = tmp_path / "稿" / name
    path.parent.mkdir()
    rewrite(path, {"docx": word, "pdf": page, "odt": open_text}[name[2:]]("buoy one"))
    index.add([tmp_path / "稿"])
    assert found(index, "buoy") == [name]
    rewrite(path, content)
    report = index.add()
    assert (found(index, "buoy"), report.stale) == ([], ())


@pytest.mark.parametrize("name", ["甲.docx", "甲.pdf"])
def test_a_file_that_is_being_written_costs_no_document(index, tmp_path, name):
    path = tmp_path / "稿" / name
    path.parent.mkdir()
    whole = {"docx": word, "pdf": page}[name[2:]]("buoy one")
    rewrite(path, whole)
    index.add([tmp_path / "稿"])
    for content in (whole[:100], bytes(5000)):
        rewrite(path, content)
        assert [old.path for old in index.add().stale] == [str(path)]
        assert found(index, "buoy") == [name]


def open_text(text: str) -> bytes:
    return documents.opendocument(f"<office:text><text:p>{text}</text:p></office:text>")


def word(text: str) -> bytes:
    return documents.docx(documents.paragraph(text))


def page(text: str) -> bytes:
    return documents.pdf([(72, 700, 12, text)])


def test_old_text_is_current_again_when_the_file_is_as_it_was(index, folder):
    index.add([folder])
    path = folder / "甲.txt"
    before = path.stat()
    text = path.read_bytes()
    rewrite(path, "甲文改说隧道。")
    with pytest.MonkeyPatch.context() as monkeypatch:
        lock_up(monkeypatch, path)
        index.add([folder])
        assert len(index.add([folder / "乙.md"]).stale) == 1, "what a run does not look at stays as it is"
    assert [old.path for old in index.status().stale] == [str(path)]
    path.write_bytes(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (index.add([folder]).stale, index.status().stale) == ((), ())
    assert [hit.stale for hit in index.search("桥梁").hits] == [False]


def test_old_text_that_is_removed_is_forgotten(index, folder):
    index.add([folder])
    rewrite(folder / "甲.txt", "甲文改说隧道。")
    with pytest.MonkeyPatch.context() as monkeypatch:
        lock_up(monkeypatch, folder / "甲.txt")
        index.add([folder])
    index.remove([folder / "甲.txt"])
    assert index.status().stale == ()


@pytest.mark.parametrize(
    "content",
    [NOT_TEXT, b"", zlib.compress(b"a" * 1000), b"a\n" * 600_000],
    ids=["no text", "empty", "compressed", "too large"],
)
def test_a_file_that_was_read_and_is_no_document_takes_the_place_of_the_old_one(index, folder, content):
    index.add([folder])
    rewrite(folder / "甲.txt", content)
    index.add([folder], limits=Limits(text_megabytes=1))
    assert found(index, "桥梁") == []


def test_a_file_that_wanted_a_library_is_tried_again_when_that_is_there(index, folder):
    bad = folder / "丁.csv"
    rewrite(bad, "粮仓")
    size, mtime_ns = bad.stat().st_size, bad.stat().st_mtime_ns
    index.add([folder / "甲.txt"])
    for library, added in (("a_library_nobody_has", 0), ("lxml", 1)):
        reason = message("library", ".csv", library)
        with IndexWriter(index.directory) as writer:
            skipped = Skipped(str(bad), reason, size, mtime_ns, revision_of(str(bad)))
            writer.commit(roots=[str(folder)], skipped=[skipped])
        assert (str(bad) in {path for path, _ in index.add([folder]).skipped}) == (not added)
    assert found(index, "粮仓") == ["丁.csv"]


def test_a_skipped_file_that_is_named_is_tried_again(index, folder, opened):
    bad = folder / "丁.txt"
    rewrite(bad, NOT_TEXT)
    index.add([folder])
    opened.parsed()
    index.add([bad])
    assert opened.parsed() == ["丁.txt"]


# --- Other names -------------------------------------------------------------------------------------------------


def segments_of(index: Index) -> set[str]:
    return {entry.name for entry in LocalEngine(index.directory).snapshot.manifest.segments}


def test_a_folder_that_was_renamed_keeps_its_paragraphs(index, folder, opened):
    index.add([folder])
    before = segments_of(index)
    for path in folder.rglob("*.*"):
        later(path)  # as a copy by way of another disk would have it
    (folder / "下层").rename(folder / "别处")
    (folder / "甲.txt").rename(folder / "别处" / "新甲.txt")
    report = index.add()
    assert counts(report) == {"documents": 3, "added": 0, "updated": 0, "removed": 0, "unchanged": 1}
    assert report.renamed == 2
    assert segments_of(index) == before, "they were indexed again"
    page = index.search("说", limit=0)
    moved = {str(folder / name) for name in ("别处/丙.txt", "别处/新甲.txt", "乙.md")}
    assert {hit.path for hit in page.hits} == {document.path for document in index.documents()} == moved
    assert {entry.path for entry in index.files("说")} == moved
    assert index.search("水库", under=str(folder / "别处")).total == 1
    assert index.search("path:新甲 桥梁").total == 1
    assert index.search("path:下层 水库").total == 0
    assert not index.check().problems
    opened.hashed()
    assert counts(index.add())["unchanged"] == 3
    assert opened.hashed() == [], "their new times were not noted"


def test_a_root_that_was_renamed_keeps_its_paragraphs(index, folder):
    index.add([folder])
    before = segments_of(index)
    elsewhere = folder.rename(folder.parent / "别处")
    report = index.add([elsewhere])
    assert (report.renamed, report.added, report.documents) == (3, 0, 3)
    assert segments_of(index) == before
    assert {hit.path for hit in index.search("水库").hits} == {str(elsewhere / "下层" / "丙.txt")}
    assert index.add().unchanged == 3


def test_a_new_name_outlives_a_merge_and_further_renaming(index, folder, monkeypatch):
    index.add([folder])
    (folder / "甲.txt").rename(folder / "乙.txt")
    index.add()
    (folder / "乙.txt").rename(folder / "戊.txt")
    assert index.add().renamed == 1
    assert found(index, "桥梁") == ["戊.txt"]
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
    rewrite(folder / "丁.txt", "丁文说粮仓。")
    index.add()
    assert index.status().segments == 1
    assert LocalEngine(index.directory).snapshot.manifest.segments[0].renamed == ()
    assert found(index, "桥梁") == ["戊.txt"]
    assert index.add().unchanged == 4


def test_a_file_in_the_place_of_one_that_was_renamed_is_another(index, folder):
    index.add([folder])
    (folder / "甲.txt").rename(folder / "丁.txt")
    index.add()
    rewrite(folder / "甲.txt", "新的甲文说粮仓。")
    assert index.add().added == 1
    assert (found(index, "桥梁"), found(index, "粮仓")) == (["丁.txt"], ["甲.txt"])
    (folder / "丁.txt").unlink()
    assert index.add().removed == 1
    assert (found(index, "桥梁"), found(index, "粮仓")) == ([], ["甲.txt"])


def test_two_files_that_change_names_are_told_apart(index, folder):
    index.add([folder])
    first, second, between = folder / "甲.txt", folder / "下层" / "丙.txt", folder / "间"
    first.rename(between)
    second.rename(first)
    between.rename(second)
    later(first)
    later(second)
    index.add()
    assert (found(index, "桥梁"), found(index, "水库")) == (["丙.txt"], ["甲.txt"])


def test_a_copy_is_another_document_and_a_new_format_is_read_anew(index, folder):
    index.add([folder])
    (folder / "副本.txt").write_bytes((folder / "甲.txt").read_bytes())
    (folder / "乙.md").rename(folder / "乙.txt")
    report = index.add()
    assert counts(report) == {"documents": 4, "added": 2, "updated": 0, "removed": 1, "unchanged": 2}
    assert found(index, "桥梁") == ["副本.txt", "甲.txt"]
    assert index.search("# 题目", literal=True).total == 1, "as text, the sign of the heading is part of it"


# --- Roots and their rules ---------------------------------------------------------------------------------------


@pytest.fixture
def strewn(folder) -> Path:
    """A hidden file, and one that an ignore file names."""
    rewrite(folder / ".隐.md", "隐文说粮仓。")
    rewrite(folder / "草稿.md", "草稿说船闸。")
    rewrite(folder / ".ignore", "草稿*")
    return folder


def names(index: Index) -> list[str]:
    return sorted(Path(document.path).name for document in index.documents())


def test_a_folder_is_refreshed_the_way_it_was_walked(index, strewn):
    index.add([strewn], rules=WalkRules(hidden=True, globs=("*.md", "!.ignore")))
    expected = [".隐.md", "乙.md", "草稿.md"]
    assert names(index) == expected
    assert index.roots() == {str(strewn): ("--hidden", "--glob=*.md", "--glob=!.ignore")}
    for paths in (None, [strewn], [strewn / "下层"]):
        assert index.add(paths).removed == 0
    assert names(index) == expected
    index.add([strewn], rules=WalkRules())
    assert names(index) == ["丙.txt", "乙.md", "甲.txt"]
    assert index.roots() == {str(strewn): ()}


def test_a_folder_with_rules_of_its_own_keeps_them_inside_another(index, strewn):
    rewrite(strewn / "下层" / ".密.txt", "密文说码头。")
    index.add([strewn / "下层"], rules=WalkRules(hidden=True))
    index.add([strewn])
    assert sorted(index.roots()) == [str(strewn), str(strewn / "下层")]
    assert names(index) == [".密.txt", "丙.txt", "乙.md", "甲.txt"]
    assert index.add().unchanged == 4


def test_what_was_named_stays_though_its_folder_would_leave_it_out(index, strewn):
    index.add([strewn])
    index.add([strewn / ".隐.md", strewn / "甲.txt"])
    assert sorted(index.roots()) == [str(strewn), str(strewn / ".隐.md")]
    assert index.add().documents == 4
    index.add([strewn])
    assert found(index, "粮仓") == [".隐.md"]


def test_what_an_ignore_file_comes_to_name_leaves(index, strewn):
    index.add([strewn])
    rewrite(strewn / ".ignore", "草稿*\n下层/")
    assert index.add().removed == 1
    assert not found(index, "水库")


def test_an_index_says_what_it_does_not_know_yet(index, folder):
    index.add([folder])
    assert not index.stale()
    rewrite(folder / "甲.txt", "甲文改说隧道。")
    rewrite(folder / "丁.txt", "丁文说粮仓。")
    (folder / "乙.md").unlink()
    stale = index.stale()
    assert (stale.changed, stale.new, stale.gone) == (
        (str(folder / "甲.txt"),),
        (str(folder / "丁.txt"),),
        (str(folder / "乙.md"),),
    )
    assert index.status().generation == 1, "asking changes nothing"
    index.add()
    assert not index.stale()


def test_a_document_without_a_file_stays_until_it_is_removed(index, folder, tmp_path):
    index.add([folder])
    kept = tmp_path / "kept"
    kept.write_text("# 题\n\n流来的文说粮仓。\n", encoding="utf-8")
    assert index.add([], streams={"流.md": str(kept)}).added == 1
    kept.unlink()
    assert index.add().unchanged == 3
    (hit,) = index.search("粮仓").hits
    assert (hit.path, hit.type, hit.headings) == ("<stdin>/流.md", "markdown", ("题",))
    kept.write_text("流来的文改说码头。\n", encoding="utf-8")
    assert index.add([], streams={"流.md": str(kept)}).updated == 1
    assert index.search("粮仓").total == 0
    assert not index.stale()
    assert index.remove(["<stdin>/流.md"]).removed == 1


def test_remove_takes_out_a_file_or_a_folder(index, folder):
    index.add([folder])
    report = index.remove([folder / "下层"])
    assert counts(report) == {"documents": 2, "added": 0, "updated": 0, "removed": 1, "unchanged": 2}
    assert not found(index, "水库")
    assert index.remove([folder / "甲.txt"]).removed == 1
    assert found(index, "防火墙") == ["乙.md"]
    assert index.remove([folder / "没有.txt"]).removed == 0
    assert (folder / "甲.txt").exists()


def test_remove_takes_names_whole(index, folder):
    """A folder is not taken for one whose name begins like it."""
    (folder / "下层之二").mkdir()
    rewrite(folder / "下层之二" / "戊.txt", "戊文说粮仓。")
    index.add([folder])
    assert index.search("说", under=str(folder / "下层"), limit=0).total == 1
    index.remove([folder / "下层"])
    assert found(index, "粮仓") == ["戊.txt"]


def test_what_is_named_like_the_index_is_indexed(folder):
    index = searchidx.api.open(folder / "索引", create=True)
    rewrite(folder / "索引之外.txt", "戊文说粮仓。")
    index.add([folder])
    assert found(index, "粮仓") == ["索引之外.txt"]


def test_what_was_removed_as_a_root_does_not_come_back(index, folder):
    index.add([folder / "下层", folder / "甲.txt"])
    index.remove([folder / "下层"])
    assert index.status().roots == (str(folder / "甲.txt"),)
    assert index.add().documents == 1


def test_without_paths_all_that_was_indexed_is_refreshed(index, folder, tmp_path):
    rewrite(tmp_path / "单独.txt", "单独说灯塔。")
    index.add([folder / "下层"])
    index.add([tmp_path / "单独.txt"])
    rewrite(tmp_path / "单独.txt", "单独改说码头。")
    rewrite(folder / "下层" / "己.txt", "己文说粮仓。")
    rewrite(folder / "甲.txt", "不在其中。")
    report = index.add()
    assert counts(report) == {"documents": 3, "added": 1, "updated": 1, "removed": 0, "unchanged": 1}
    assert (found(index, "码头"), found(index, "粮仓"), found(index, "不在其中")) == (
        ["单独.txt"],
        ["己.txt"],
        [],
    )


def test_a_root_takes_in_those_below_it(index, folder):
    index.add([folder / "下层"])
    index.add([folder])
    assert index.status().roots == (str(folder),)


@pytest.mark.parametrize("where", ["index", "下层/索引", ".searchidx"])
def test_an_index_inside_what_is_indexed_is_not_indexed(folder, where):
    index = searchidx.api.open(folder / where, create=True)
    index.add([folder])
    assert index.add([folder]).documents == 3
    assert all(not hit.path.startswith(index.directory) for hit in index.search("说", limit=0).hits)
    assert not index.status().skipped


def test_an_index_is_not_indexed_whatever_link_leads_there(folder):
    index = searchidx.api.open(folder / "下层" / "索引", create=True)
    (folder / "上").symlink_to("下层")
    (folder / "下层" / "回").symlink_to("..")
    assert index.add([folder / "上"], rules=WalkRules(follow=True)).documents == 3
    assert index.add().unchanged == 3
    assert not index.status().skipped


def test_hidden_files_and_links_are_left_out_unless_named(index, folder):
    rewrite(folder / ".隐.txt", "隐文说粮仓。")
    (folder / "连.txt").symlink_to(folder / ".隐.txt")
    os.mkfifo(folder / "管道.txt")
    assert index.add([folder]).documents == 3
    assert index.add([folder / ".隐.txt"]).documents == 4
    assert found(index, "粮仓") == [".隐.txt"]


def test_a_name_that_is_not_unicode_is_kept(index, folder):
    path = os.fsencode(folder) + b"/\xb5\xe7\xbb\xb0.txt"
    with open(path, "wb") as file:
        file.write("名字是另一种编码的。".encode())
    index.add([folder])
    assert [os.fsencode(hit.path) for hit in index.search("另一种编码", literal=True).hits] == [path]
    assert index.add([folder]).unchanged == 4


def test_an_empty_file_is_a_document_and_no_hit(index, folder):
    rewrite(folder / "空.txt", "")
    assert index.add([folder]).documents == 4
    assert index.add([folder]).unchanged == 4
    assert index.search("说", limit=0).total == 4


def test_nothing_but_empty_files_makes_an_index(index, tmp_path):
    for number in range(20):
        (tmp_path / f"{number}.txt").write_bytes(b"")
    report = index.add([tmp_path])
    assert (report.documents, report.paragraphs) == (20, 0)
    assert index.search("说").total == 0
    assert index.status().segments == 1
    assert not index.check().problems


def test_an_encoding_that_is_given_reads_everything_again(index, tmp_path):
    path = tmp_path / "稿.txt"
    path.write_bytes("防火牆".encode("big5"))
    index.add([path], encoding="gb18030")
    assert not found(index, "防火墙")
    assert index.add([path], encoding="big5").updated + index.add([path]).unchanged == 2
    assert found(index, "防火墙") == ["稿.txt"]


def test_a_rule_for_a_path_has_exactly_its_files_read_again_when_it_comes_changes_and_goes(index, tmp_path):
    (tmp_path / "旧").mkdir()
    old, other = tmp_path / "旧" / "稿.txt", tmp_path / "新.txt"
    old.write_bytes("防火牆".encode("big5"))
    other.write_text("桥梁检修。", encoding="utf-8")
    index.add([tmp_path], encodings=[(str(tmp_path / "旧"), "gb18030")])
    assert not found(index, "防火墙")
    rules = [("*.txt", "utf-8"), (str(tmp_path / "旧" / "*"), "big5")]
    assert index.add(encodings=rules).updated == 2
    assert found(index, "防火墙") == ["稿.txt"]
    again = index.add(encodings=rules)
    assert (again.updated, again.unchanged) == (0, 2)
    assert not index.stale(encodings=rules)
    assert len(index.stale().changed) == 2
    gone = index.add()
    assert (gone.updated, gone.unchanged) == (2, 0)
    assert index.add().unchanged == 2
    assert [record.notes for record in index.documents()] == [(), ()]


def test_what_was_said_of_one_run_holds_until_the_file_changes(index, tmp_path):
    path = tmp_path / "稿.txt"
    path.write_bytes("防火牆".encode("big5"))
    index.add([path], encoding="big5")
    assert index.add().unchanged == 1
    assert [record.notes for record in index.documents()] == [("read as big5, as told",)]
    path.write_text("桥梁检修。", encoding="utf-8")
    assert index.add().updated == 1
    assert [record.notes for record in index.documents()] == [()]


def test_a_second_writer_is_turned_away(index, folder):
    index.add([folder])
    with IndexWriter(index.directory):
        with pytest.raises(LockedError):
            IndexWriter(index.directory, wait=0)
        assert found(index, "水库") == ["丙.txt"], "reading goes on"
    assert index.remove([folder]).removed == 3


def test_a_reader_keeps_the_answers_of_its_commit(index, folder, monkeypatch):
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
    index.add([folder])
    reader = LocalEngine(index.directory)
    expected = {
        query: LocalEngine(index.directory).search(SearchRequest(parse(query))).hits
        for query in ("防火墙", "水库", "题目 说")
    }
    for name in ("甲.txt", "乙.md", "下层/丙.txt"):
        rewrite(folder / name, "全都改了。")
        index.add([folder])
    index.remove([folder])
    assert {query: reader.search(SearchRequest(parse(query))).hits for query in expected} == expected
    assert index.search("防火墙").total == 0


def files_of(index: Index) -> set[str]:
    return {name for name in os.listdir(index.directory) if name.endswith(".seg")}


def test_many_small_commits_make_few_segments(index, folder):
    for number in range(30):
        rewrite(folder / f"{number}.txt", f"第{number}篇说航标。")
        index.add([folder])
    status = index.status()
    assert status.segments <= 3
    assert len(found(index, "航标")) == 30
    assert len(files_of(index)) == status.segments, "segments that were merged are still there"


def test_the_space_of_what_was_removed_comes_back(index, folder):
    noise = random.Random(0)
    for number in range(10):
        rewrite(
            folder / f"{number}.txt",
            "\n\n".join("".join(noise.choices("春夏秋冬山川", k=80)) for _ in range(50)),
        )
    index.add([folder])
    before = index.status()
    index.remove([folder / f"{number}.txt" for number in range(6)])
    after = index.status()
    assert after.details["deleted_documents"] == 0
    assert after.index_bytes < 0.65 * before.index_bytes
    assert after.text_bytes < 0.65 * before.text_bytes
    index.remove([folder])
    assert index.status().index_bytes < 2_000
    assert not files_of(index)


def test_deleted_text_is_gone_from_every_file(index, folder):
    """Few documents may stay marked as deleted for a while; when their segment is written anew nothing of them is left."""
    index.add([folder])
    rewrite(folder / "甲.txt", "甲文改了。")
    rewrite(folder / "乙.md", "乙文改了。")
    index.add([folder])
    assert index.status().details["deleted_documents"] == 0
    kept = b"".join(
        row.text
        for part in LocalEngine(index.directory).snapshot.segments
        for row in part.paragraphs.all_rows()
    )
    assert "桥梁".encode() not in kept


def answers(index: Index) -> list:
    queries = ("跑腿", "水库", "linux 内核", "的", "什么是", "2023", "通知书 办理")
    return [index.search(query, limit=0).hits for query in queries]


@pytest.mark.parametrize(
    ("sizes", "processes"), [([900] * 100, 2), ([50] * 7, 3), ([5000, 1, 1], 2), ([], 2)]
)
def test_every_file_is_in_one_batch_and_the_last_round_is_cut_finer(monkeypatch, sizes, processes):
    monkeypatch.setattr("searchidx.ingest.run.BATCH_BYTES", 9000)
    tasks = [FileTask(str(number), size, 0) for number, size in enumerate(sizes)]
    batches = list(running._batches(tasks, sum(sizes), processes))
    assert [task for batch in batches for task in batch] == tasks
    shares = [sum(task.size for task in batch) for batch in batches]
    assert all(share < 9000 + max(sizes) for share in shares)
    if len(shares) > 2 * processes:
        assert max(shares[-processes:]) <= max(shares) / 2


def test_a_first_index_of_many_batches_ends_in_one_segment(tmp_path, monkeypatch):
    monkeypatch.setattr("searchidx.ingest.run.BATCH_BYTES", 4000)
    monkeypatch.setattr("searchidx.ingest.run.ALONE_BYTES", 1)
    index = searchidx.api.open(tmp_path / "index", create=True)
    report = index.add([CORPUS], processes=2)
    assert report.documents > 4
    assert index.status().segments == 1
    assert index.check().problems == ()


def test_answers_do_not_depend_on_order_batches_or_processes(tmp_path, monkeypatch):
    def made(name: str, build: Callable[[Index], object]) -> list:
        index = searchidx.api.open(tmp_path / name, create=True)
        build(index)
        return answers(index)

    files = sorted(path for path in CORPUS.rglob("*") if path.is_file())
    expected = made("one", lambda index: index.add([CORPUS], processes=1))
    assert all(expected)
    shuffled = random.Random(1).sample(files, len(files))
    pieces = [shuffled[at : at + 9] for at in range(0, len(shuffled), 9)]
    assert made("pieces", lambda index: [index.add(piece) for piece in pieces]) == expected
    monkeypatch.setattr("searchidx.ingest.run.ALONE_BYTES", 0)
    monkeypatch.setattr("searchidx.ingest.run.BATCH_BYTES", 20_000)
    assert made("workers", lambda index: index.add([CORPUS], processes=3)) == expected


# --- Workers -----------------------------------------------------------------------------------------------------

CRASHING = """
import sys; sys.path[:] = {path!r}
import os, time
from searchidx.ingest import batch, worker
usual = batch.read
def read(path, data, *, encoding=None):
    if b"CRASH" in data: os._exit(3)
    if b"HANG" in data: time.sleep(60)
    return usual(path, data, encoding=encoding)
batch.read = read
{then}
worker.main()
"""


@pytest.fixture
def crashing(monkeypatch) -> None:
    """Workers with a reader that ends or stops its process at some files."""
    start = CRASHING.format(path=sys.path, then="")
    monkeypatch.setattr(worker, "command", lambda: [sys.executable, "-c", start])
    monkeypatch.setattr("searchidx.ingest.run.ALONE_BYTES", 0)


@pytest.mark.usefixtures("crashing")
def test_a_crashing_reader_costs_one_file(index, folder):
    for number in range(6):
        rewrite(folder / f"{number}.txt", f"第{number}篇说航标。" + ("CRASH" if number in {1, 4} else ""))
    told = []
    report = index.add([folder], processes=2, progress=told.append)
    assert report.added == 7
    assert [(Path(path).name, reason) for path, reason in report.skipped] == [
        ("1.txt", "its reader crashed (exit status 3)"),
        ("4.txt", "its reader crashed (exit status 3)"),
    ]
    assert found(index, "航标") == ["0.txt", "2.txt", "3.txt", "5.txt"]
    assert found(index, "防火墙") == ["乙.md", "甲.txt"]
    assert len(files_of(index)) == index.status().segments, "what the dead workers wrote is still there"
    assert max(step.files_done for step in told) == told[-1].files_total == 9
    assert all(step.bytes_done <= step.bytes_total for step in told)
    assert index.add([folder], processes=2).unchanged == 7, "it is not tried again before it changes"


@pytest.mark.usefixtures("crashing")
@pytest.mark.parametrize("content", ["CRASH", "HANG"])
def test_a_document_stays_when_its_reader_crashes_or_hangs(index, folder, content):
    index.add([folder])
    rewrite(folder / "甲.txt", content)
    report = index.add([folder], processes=2, limits=Limits(wall_seconds=2))
    assert counts(report) == {"documents": 3, "added": 0, "updated": 0, "removed": 0, "unchanged": 3}
    assert found(index, "桥梁") == ["甲.txt"]
    rewrite(folder / "甲.txt", "甲文改说隧道。")
    assert index.add([folder], processes=2).updated == 1
    assert (found(index, "桥梁"), found(index, "隧道")) == ([], ["甲.txt"])


@pytest.mark.usefixtures("crashing")
def test_a_hanging_reader_costs_one_file(tmp_path, folder):
    rewrite(folder / "挂.txt", "HANG")
    tasks = [FileTask(str(path), path.stat().st_size, 1) for path in sorted(folder.glob("*.*"))]
    (tmp_path / "index").mkdir()
    outcomes = [
        event
        for event in pool.run(str(tmp_path / "index"), [tasks], 1, limits=Limits(wall_seconds=2))
        if isinstance(event, Outcome)
    ]
    assert [failure[:3] for outcome in outcomes for failure in outcome.failures] == [
        (str(folder / "挂.txt"), "wall_time", ("2",))
    ]
    assert sorted(Path(path).name for outcome in outcomes for path in outcome.indexed) == ["乙.md", "甲.txt"]


def test_workers_that_cannot_start_leave_the_last_commit(index, folder, monkeypatch):
    index.add([folder])
    rewrite(folder / "甲.txt", "甲文改说隧道。")
    monkeypatch.setattr("searchidx.ingest.run.ALONE_BYTES", 0)
    monkeypatch.setattr(worker, "command", lambda: [sys.executable, "-c", "raise SystemExit(5)"])
    with pytest.raises(StorageError, match="died"):
        index.add([folder], processes=2)
    assert found(index, "桥梁") == ["甲.txt"]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_interrupted_run_keeps_the_batches_it_read(index, folder, monkeypatch, processes):
    for number in range(40):
        rewrite(folder / f"{number:02}.txt", f"第{number}篇说航标。" * 20)
    monkeypatch.setattr("searchidx.ingest.run.ALONE_BYTES", 0)
    monkeypatch.setattr("searchidx.ingest.run.BATCH_BYTES", 4000)

    def interrupt(progress) -> None:
        if progress.files_done > 35 and progress.current != "committing":
            raise KeyboardInterrupt

    report = index.add([folder], processes=processes, progress=interrupt)
    assert report.interrupted
    assert 9 < report.documents < 43
    assert len(set(found(index, "航标"))) >= report.documents - 3
    again = index.add([folder], processes=processes)
    assert (again.documents, again.added) == (43, 43 - report.documents)
