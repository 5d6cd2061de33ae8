"""A folder that is moved, copied or mounted elsewhere with its own index finds its files there; other paths stay where they are."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import searchidx.api
from searchidx.api import Index
from searchidx.ingest import WalkRules, batch
from searchidx.local.commit import merge_policy
from searchidx.local.segment import manifest as manifests
from searchidx.local.segment import stored_paths
from searchidx.local.segment.segment import Segment
from tests.written_index import WrittenIndex, written

NOT_TEXT = bytes(range(256)) * 4


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with an index of its own: two documents, and a file that is no text."""
    folder = tmp_path / "文稿"
    (folder / "下层").mkdir(parents=True)
    (folder / "甲.txt").write_text("甲文说灯塔。\n\n又说水库。\n", encoding="utf-8")
    (folder / "下层" / "乙.md").write_text("# 水利\n\n乙文说水库。\n", encoding="utf-8")
    (folder / "图.txt").write_bytes(NOT_TEXT)
    return folder


def own_index(folder: Path) -> Index:
    return searchidx.api.open(folder / ".searchidx", create=True)


@pytest.fixture
def never_parsed(monkeypatch):
    """From the call on, a file that reaches a reader fails the test."""

    def begin() -> None:
        def refuse(path, raw, **options):
            raise AssertionError(f"{path} was parsed again")

        monkeypatch.setattr(batch, "read", refuse)

    return begin


def moved(folder: Path) -> Path:
    (folder.parent / "另一处").mkdir()
    return folder.rename(folder.parent / "另一处" / "新名")


def paths(index: Index, query: str, **options) -> list[str]:
    return sorted(hit.path for hit in index.search(query, limit=0, **options).hits)


def bytes_of(index: Index) -> bytes:
    """Everything in an index, with the rows of its documents unpacked."""
    manifest = manifests.read(index.directory)
    raw = Path(index.directory, manifests.file_name(manifest.generation)).read_bytes()
    parts = [Segment(os.path.join(index.directory, entry.name)) for entry in manifest.segments]
    return raw + b"".join(row.text for part in parts for row in part.document_rows.all_rows())


@pytest.mark.parametrize("processes", [1, 2])
def test_a_folder_that_was_moved_with_its_index_finds_its_files(folder, never_parsed, monkeypatch, processes):
    if processes > 1:
        monkeypatch.setattr("searchidx.ingest.run.ALONE_BYTES", 0)
    own_index(folder).add([folder], rules=WalkRules(hidden=True), processes=processes)
    never_parsed()
    now = moved(folder)
    index = own_index(now)
    both = [str(now / "下层" / "乙.md"), str(now / "甲.txt")]
    assert paths(index, "水库") == both
    assert paths(index, "水库", under=str(now / "下层")) == both[:1]
    assert paths(index, "path:新名 水库") == both
    assert paths(index, "path:文稿 水库") == []
    assert sorted(count.path for count in index.files("水库")) == both
    assert sorted(record.path for record in index.documents()) == both
    status = index.status()
    assert (status.roots, status.rules) == ((str(now),), {str(now): ("--hidden",)})
    assert [path for path, _ in status.skipped] == [str(now / "图.txt")]
    assert [hit.path for hit in index.similar(str(now / "甲.txt"), 3).hits] == both[:1]
    assert index.explain("水库", path=str(now / "甲.txt"), line=3).paragraphs[0].path == both[1]
    assert not index.stale()
    generation = status.generation
    report = index.add(processes=processes)
    assert (report.unchanged, report.documents, report.removed, report.absent) == (2, 2, 0, 0)
    assert index.status().generation == generation, "nothing has changed"
    assert index.remove([now / "下层"]).removed == 1
    assert index.check().problems == ()


def test_nothing_on_the_disk_names_the_folder(folder):
    index = own_index(folder)
    index.add([folder])
    (folder / "甲.txt").touch()
    (folder / "下层" / "乙.md").rename(folder / "下层" / "丙.md")
    assert index.add().renamed == 1
    everything = bytes_of(index)
    home_noted = json.dumps({"home": str(folder)})[1:-1].replace(": ", ":").encode()
    assert home_noted in everything
    rest = everything.replace(home_noted, b"")
    assert str(folder).encode() not in rest
    assert json.dumps(str(folder))[1:-1].encode() not in rest
    assert b"./" in rest


def test_what_changed_before_the_move_and_after_it_is_noticed(folder):
    own_index(folder).add([folder])
    (folder / "甲.txt").write_text("甲文改说粮仓。\n", encoding="utf-8")
    now = moved(folder)
    (now / "下层" / "乙.md").unlink()
    (now / "丙.txt").write_text("丙文说渡口。\n", encoding="utf-8")
    index = own_index(now)
    stale = index.stale()
    assert (stale.changed, stale.new, stale.gone) == (
        (str(now / "甲.txt"),),
        (str(now / "丙.txt"),),
        (str(now / "下层" / "乙.md"),),
    )
    report = index.add()
    assert (report.updated, report.added, report.removed) == (1, 1, 1)


def test_a_copy_beside_the_original_is_an_index_of_the_copy(folder, never_parsed):
    own_index(folder).add([folder])
    copy = folder.parent / "副本"
    shutil.copytree(folder, copy)
    never_parsed()
    assert own_index(copy).add().unchanged == 2
    assert paths(own_index(copy), "灯塔") == [str(copy / "甲.txt")]
    assert paths(own_index(folder), "灯塔") == [str(folder / "甲.txt")]


def test_renames_skipped_files_and_new_times_move_with_the_folder(folder, never_parsed, monkeypatch):
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
    index = own_index(folder)
    index.add([folder])
    (folder / "甲.txt").rename(folder / "丙.txt")
    os.utime(folder / "下层" / "乙.md", ns=(10**18, 10**18))
    assert index.add().renamed == 1
    never_parsed()
    now = moved(folder)
    index = own_index(now)
    assert paths(index, "灯塔") == [str(now / "丙.txt")]
    assert index.add().unchanged == 2
    monkeypatch.undo()
    monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
    (now / "丁.txt").write_text("丁文说粮仓。\n", encoding="utf-8")
    index.add()
    assert index.status().segments == 1, "they were merged"
    again = now.rename(now.parent / "又一名")
    assert paths(own_index(again), "灯塔") == [str(again / "丙.txt")]
    assert paths(own_index(again), "粮仓") == [str(again / "丁.txt")]


def test_a_root_outside_the_folder_stays_where_it_is(folder, tmp_path):
    outside = tmp_path / "外面"
    outside.mkdir()
    (outside / "外.txt").write_text("外文说水库。\n", encoding="utf-8")
    kept = tmp_path / "流"
    kept.write_text("流来的文说水库。\n", encoding="utf-8")
    own_index(folder).add([folder, outside], streams={"流.md": str(kept)})
    (folder / "<stdin>").mkdir()
    (folder / "<stdin>" / "流.md").write_text("文件夹里的水库。\n", encoding="utf-8")
    own_index(folder).add()
    now = moved(folder)
    index = own_index(now)
    assert set(paths(index, "水库")) == {
        "<stdin>/流.md",
        str(outside / "外.txt"),
        str(now / "甲.txt"),
        str(now / "下层" / "乙.md"),
        str(now / "<stdin>" / "流.md"),
    }
    assert {*index.status().roots} == {str(outside), str(now)}
    report = index.add()
    assert (report.unchanged, report.documents, report.absent, report.removed) == (4, 5, 0, 0)


def test_an_index_that_no_folder_contains_as_its_own_stays_absolute(folder, tmp_path):
    index = searchidx.api.open(tmp_path / "别的索引", create=True)
    index.add([folder])
    elsewhere = Path(index.directory).rename(tmp_path / "挪走的索引")
    assert paths(searchidx.api.open(elsewhere), "灯塔") == [str(folder / "甲.txt")]
    assert manifests.read(str(elsewhere)).home == ""


def test_an_index_that_is_taken_out_of_its_folder_still_knows_where_that_was(folder, tmp_path):
    own_index(folder).add([folder])
    out = (folder / ".searchidx").rename(tmp_path / "备份")
    index = searchidx.api.open(out)
    assert paths(index, "灯塔") == [str(folder / "甲.txt")]
    assert (index.add().unchanged, index.status().roots) == (2, (str(folder),))


@pytest.mark.parametrize("merged", [False, True])
def test_an_index_made_with_absolute_paths_moves_once_a_run_has_settled_it(folder, merged, monkeypatch):
    """As one of format 1, which had no others."""
    searchidx.api.open(folder / "索引", create=True).add([folder])
    (folder / "索引").rename(folder / ".searchidx")
    generation = own_index(folder).status().generation
    if merged:
        monkeypatch.setattr(merge_policy, "MAX_TIER_SEGMENTS", 2)
        (folder / "丙.txt").write_text("丙文说粮仓。\n", encoding="utf-8")
    own_index(folder).add()
    assert own_index(folder).status().generation == generation + 1
    own_index(folder).add()
    assert own_index(folder).status().generation == generation + 1
    now = moved(folder)
    index = own_index(now)
    assert paths(index, "灯塔") == [str(now / "甲.txt")]
    assert index.add().unchanged == 2 + merged
    assert index.status().roots == (str(now),)
    assert index.check().problems == ()


def test_a_document_of_an_older_format_keeps_its_absolute_path(tmp_path):
    """The golden indexes show that it is read; here it is in a folder's own place, above none of its files."""
    where = tmp_path / ".searchidx"
    shutil.copytree(Path(__file__).parents[2] / "golden" / "format-1", where)
    index = searchidx.api.open(where)
    assert {Path(path).parent for path in paths(index, "渡口")} == {Path("/文稿")}
    assert index.remove(["/文稿/来信.jsonl"]).removed == 1
    assert {Path(path).parent for path in paths(index, "渡口")} == {Path("/文稿")}


def test_a_name_through_a_link_leads_to_the_same_documents(folder, tmp_path):
    index = own_index(folder)
    index.add([folder])
    (tmp_path / "链").symlink_to(folder)
    by_link = tmp_path / "链"
    assert paths(index, "水库", under=str(by_link / "下层")) == [str(folder / "下层" / "乙.md")]
    assert index.add([by_link]).unchanged == 2
    assert index.status().roots == (str(folder),)
    assert index.similar(str(by_link / "甲.txt"), 3).total == 1
    assert paths(searchidx.api.open(by_link / ".searchidx"), "灯塔") == [str(by_link / "甲.txt")]
    (folder / "甲.txt").unlink()
    assert index.remove([by_link / "甲.txt"]).removed == 1


def test_repair_without_a_table_finds_the_files_where_they_are_now(folder):
    own_index(folder).add([folder])
    now = moved(folder)
    for table in (now / ".searchidx").glob("*.toc"):
        table.unlink()
    index = own_index(now)
    done = index.repair()
    assert done.guessed
    assert paths(index, "灯塔") == [str(now / "甲.txt")]


@pytest.mark.parametrize(
    ("path", "folder", "form"),
    [
        ("/甲/乙", "/甲", "./乙"),
        ("/甲", "/甲", "."),
        ("/甲乙", "/甲", "/甲乙"),
        ("/乙", "/", "./乙"),
        ("/", "/", "."),
        ("/甲/.隐", "/甲", "./.隐"),
        ("/甲/<stdin>", "/甲", "./<stdin>"),
        ("<stdin>/甲", "/甲", "<stdin>/甲"),
        ("/甲/乙", "", "/甲/乙"),
    ],
)
def test_every_path_comes_back_from_its_stored_form(path, folder, form):
    assert stored_paths.relativize(path, folder) == form
    assert stored_paths.resolve(form, folder) == path
    assert stored_paths.relativize(form, folder) == form, "it is stored already"


def test_a_written_document_is_where_it_was(tmp_path):
    index = WrittenIndex(tmp_path / ".searchidx")
    index.commit([written("/别处/甲.txt", ["灯塔"])])
    assert [record.path for record in index.reader().documents()] == ["/别处/甲.txt"]


def test_the_command_finds_the_files_of_a_moved_folder_from_anywhere(folder, tmp_path):
    def run(*words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "searchidx", *words]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)

    run("init", cwd=folder)
    run("index", ".", cwd=folder)
    now = moved(folder)
    inside = run("search", "灯塔", "--json", cwd=now / "下层")
    assert json.loads(inside.stdout.splitlines()[0])["path"] == str(now / "甲.txt")
    named = ("--index", str(now / ".searchidx"))
    outside = run("search", "灯塔", *named, cwd=Path(sys.prefix))
    assert outside.stdout.startswith(f"{now / '甲.txt'}:1:")
    done = run("index", *named, cwd=tmp_path)
    assert "2 documents, 4 paragraphs · no changes, 1 skipped · " in done.stderr
