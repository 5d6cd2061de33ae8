"""Files that configure the tool stand among documents without being any; they are known by being configured."""

import json
import os
from pathlib import Path

import pytest

WORD = "岚江公园"


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a document, and files that may be configured and may be documents."""
    folder = home / "work" / "资料"
    (folder / "深").mkdir(parents=True)
    (folder / "a.txt").write_text(f"{WORD}开放。\n", encoding="utf-8")
    for name in ("words.txt", "mine.txt", "syn.txt", "stop.txt", "list.txt", "深/words.txt"):
        (folder / name).write_text(f"{WORD}\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def documents(searchidx, *words: str) -> set[str]:
    """Index, and name the documents that hold the word."""
    assert searchidx("index", *words).code == 0
    hits = [json.loads(line) for line in searchidx("search", "--json", "-n0", "-F", WORD).lines]
    return {os.path.relpath(hit["path"]) for hit in hits if hit["type"] == "hit"}


EVERY = {"a.txt", "words.txt", "mine.txt", "syn.txt", "stop.txt", "list.txt", "深/words.txt"}


def test_files_that_nothing_configures_are_documents_whatever_their_names(searchidx, folder):
    assert documents(searchidx, ".") == EVERY


def test_what_settings_name_and_the_settings_are_no_documents(searchidx, folder):
    text = f'# {WORD}\nwords = "mine.txt"\nsynonyms = "syn.txt"\nstop_words = "stop.txt"\n'
    (folder / "searchidx.toml").write_text(text, encoding="utf-8")
    (folder / "深" / "searchidx.toml").write_text(f"# {WORD}\n", encoding="utf-8")
    assert documents(searchidx, ".") == EVERY - {"mine.txt", "syn.txt", "stop.txt"} | {"深/searchidx.toml"}
    assert "yes" in next(line for line in searchidx("status").lines if "up to date" in line)
    (folder / "searchidx.toml").unlink()
    assert documents(searchidx) == EVERY | {"深/searchidx.toml"}


def test_settings_of_an_indexed_folder_are_none_wherever_the_command_is_given(searchidx, folder, monkeypatch):
    (folder / "searchidx.toml").write_text(f"# {WORD}\n", encoding="utf-8")
    monkeypatch.chdir(folder.parent)
    assert documents(searchidx, "资料") == {f"资料/{name}" for name in EVERY}
    assert documents(searchidx) == {f"资料/{name}" for name in EVERY}


@pytest.mark.parametrize("name", ["words", "synonyms", "stop_words"])
def test_what_the_environment_names_is_no_document_and_leaves_the_index_if_it_was_one(
    searchidx, folder, monkeypatch, name
):
    assert documents(searchidx, ".") == EVERY
    monkeypatch.setenv(f"SEARCHIDX_{name.upper()}", "mine.txt")
    assert documents(searchidx) == EVERY - {"mine.txt"}
    assert documents(searchidx, "mine.txt") == EVERY - {"mine.txt"}


def test_a_file_of_words_given_by_a_flag_is_no_document(searchidx, folder):
    assert documents(searchidx, ".", "--words", "./深/../words.txt") == EVERY - {"words.txt"}


def test_a_folder_reached_by_a_link_hides_no_file_that_is_configured(searchidx, folder, monkeypatch):
    link = folder.parent / "link"
    link.symlink_to(folder)
    monkeypatch.setenv("SEARCHIDX_WORDS", str(folder / "words.txt"))
    monkeypatch.chdir(link)
    found = documents(searchidx, str(link))
    assert {os.path.basename(path) for path in found} == {
        "a.txt",
        "mine.txt",
        "syn.txt",
        "stop.txt",
        "list.txt",
        "words.txt",
    }
    assert len(found) == len(EVERY) - 1


def test_a_list_of_paths_is_no_document_then_and_later_until_it_is_named(searchidx, folder):
    (folder / "list.txt").write_text(f"a.txt\nmine.txt\nlist.txt\n# {WORD}\n", encoding="utf-8")
    searchidx("index", "--files-from", "list.txt")
    assert documents(searchidx, ".") == EVERY - {"list.txt"}
    assert documents(searchidx) == EVERY - {"list.txt"}
    assert documents(searchidx, "list.txt") == EVERY
    assert documents(searchidx) == EVERY


def test_what_the_users_own_folders_keep_is_no_document(searchidx, folder, home, monkeypatch):
    kept = home / "config" / "searchidx"
    kept.mkdir()
    (kept / "config.toml").write_text(f"# {WORD}\nhistory = true\n", encoding="utf-8")
    (kept / "words.txt").write_text(f"{WORD}\n", encoding="utf-8")
    (kept / "note.txt").write_text(f"{WORD}\n", encoding="utf-8")
    searchidx("search", WORD, "--save", "公园")
    monkeypatch.chdir(kept)
    assert documents(searchidx, str(kept)) == {"note.txt"}
