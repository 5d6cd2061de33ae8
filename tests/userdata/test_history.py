"""What is remembered stays private and bounded, and can neither fail a search nor be faked into a crash."""

import json
import os
import stat
from time import perf_counter

import pytest

from searchidx.errors import StorageError
from searchidx.userdata import history


@pytest.fixture
def path(tmp_path) -> str:
    return str(tmp_path / "folder" / "history.jsonl")


def test_the_latest_search_comes_first(path):
    history.remember(path, "公园", 3, literal=True, under=None)
    history.remember(path, "a\nb\udcff", 0)
    first, second = history.read(path)
    assert (first["query"], first["total"]) == ("a\nb\udcff", 0)
    assert (second["query"], second["literal"]) == ("公园", True)
    assert "under" not in second
    assert second["time"][:2] == "20"
    assert history.clear(path) is True
    assert list(history.read(path)) == []
    assert history.clear(path) is False


def test_nobody_else_may_read_it_even_if_they_could(path):
    os.makedirs(os.path.dirname(path))
    with open(path, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o644)
    history.remember(path, "公园", 1)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    os.unlink(path)
    history.remember(path, "公园", 1)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_what_can_t_be_written_is_not_remembered_and_no_error(path, tmp_path):
    os.makedirs(path)  # a folder where the file should be
    history.remember(path, "公园", 1)
    target = tmp_path / "elsewhere"
    target.write_text("", encoding="utf-8")
    link = str(tmp_path / "link")
    os.symlink(target, link)
    history.remember(link, "公园", 1)
    assert target.read_text(encoding="utf-8") == ""  # a link planted there leads nowhere


def test_it_does_not_grow_for_ever(path, monkeypatch):
    monkeypatch.setattr(history, "MAX_BYTES", 4000)
    for number in range(200):
        history.remember(path, f"公园{number}", number)
        assert os.path.getsize(path) < 4200
    kept = [entry["total"] for entry in history.read(path)]
    assert kept == list(range(199, 199 - len(kept), -1))
    assert len(kept) > 15
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_lines_that_are_none_are_passed_over(path):
    history.remember(path, "公园", 1)
    with open(path, "ab") as file:
        file.write(
            b'\xff\n[]\n{"query": 3}\n' + b"[" * 5000 + b"\n" + json.dumps({"query": "x"}).encode() + b"\n{"
        )
    assert [entry["query"] for entry in history.read(path)] == ["x", "公园"]


def test_a_file_that_can_t_be_read_is_named(path):
    os.makedirs(path)
    with pytest.raises(StorageError, match=r"history\.jsonl"):
        list(history.read(path))


def test_remembering_takes_no_time_worth_speaking_of(path):
    history.remember(path, "公园", 1)
    took = []
    for _ in range(20):
        start = perf_counter()
        history.remember(path, "公园", 1)
        took.append(perf_counter() - start)
    assert min(took) < 0.005
