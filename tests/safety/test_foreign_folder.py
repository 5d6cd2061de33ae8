"""An index is written to a folder of its own: never among files of the user's, and no message asks to remove a folder."""

import os
import re
from pathlib import Path

import pytest

import searchidx
from searchidx.errors import CorruptIndexError, UsageError
from searchidx.local.commit.write_lock import FILE as LOCK
from searchidx.local.segment import manifest

SOURCE = Path(searchidx.__file__).parent


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "documents" / "a.txt"
    path.parent.mkdir()
    path.write_text("岚江公园开放。\n", encoding="utf-8")
    return path


def add(directory: Path, document: Path) -> int:
    with searchidx.open(directory, create=True) as opened:
        return opened.add(document).documents


@pytest.mark.parametrize(
    "name",
    ["a.txt", "笔记.md", ".git", ".env", "Makefile", "MAIN.seg", "_MAIN_x.toc", "-", "子目录/", ".hidden/"],
)
def test_a_folder_that_holds_other_things_and_no_index_is_refused_and_left_as_it_was(
    tmp_path, document, name
):
    folder = tmp_path / "full"
    folder.mkdir()
    if name.endswith("/"):
        (folder / name).mkdir()
    else:
        (folder / name).write_text("mine", encoding="utf-8")
    with pytest.raises(
        UsageError, match=re.escape(f"{folder} contains {name.rstrip('/')} and no index; name a new")
    ):
        add(folder, document)
    assert os.listdir(folder) == [name.rstrip("/")]


def test_the_folder_of_the_documents_is_refused(document):
    with pytest.raises(UsageError, match=r"contains a\.txt and no index"):
        add(document.parent, document)
    assert os.listdir(document.parent) == ["a.txt"]


@pytest.mark.parametrize("names", [[], [".gitignore"], [".DS_Store", "._x"], ["Thumbs.db"], ["lost+found"]])
def test_an_empty_folder_and_what_systems_leave_in_one_are_no_hindrance(tmp_path, document, names):
    folder = tmp_path / "own"
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(b"")
    assert add(folder, document) == 1


@pytest.mark.parametrize(
    "left", [[LOCK], ["_MAIN_0.toc"], ["_MAIN_1.toc.tmp", LOCK], ["_MAIN_0.toc", "x.seg"]]
)
def test_an_index_that_was_only_begun_is_one(tmp_path, document, left):
    folder, whole = tmp_path / "begun", tmp_path / "whole"
    add(whole, document)
    folder.mkdir()
    (folder / "note.txt").write_text("mine", encoding="utf-8")
    for name in left:
        begun = manifest.encode(manifest.Manifest()) if name == "_MAIN_0.toc" else b""
        (folder / name).write_bytes(begun)
    assert add(folder, document) == 1
    assert (folder / "note.txt").read_text(encoding="utf-8") == "mine"


def test_an_index_with_a_file_of_the_users_beside_it_is_still_one(tmp_path, document):
    folder = tmp_path / "index"
    add(folder, document)
    (folder / "note.txt").write_text("mine", encoding="utf-8")
    assert add(folder, document) == 1
    (table,) = folder.glob("_MAIN_*.toc")
    table.write_bytes(b"damaged")
    with pytest.raises(CorruptIndexError):
        add(folder, document)
    table.unlink()
    with pytest.raises(CorruptIndexError):
        add(folder, document)


def test_no_message_asks_to_remove_a_folder():
    asking = re.compile(
        r"\b(remove|delete|rm -r\w*)\s+(the|that|this|its|your)?\s*(\w+\s+)?(folder|directory)", re.IGNORECASE
    )
    texts = [path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")]
    assert [found[0] for text in texts for found in asking.finditer(text)] == []


def test_a_file_in_the_place_of_the_folder_is_refused_and_left_as_it_was(document):
    with pytest.raises(UsageError, match=r"a\.txt is not a folder; name a new or empty one for the index"):
        add(document, document)
    assert document.read_text(encoding="utf-8") == "岚江公园开放。\n"
