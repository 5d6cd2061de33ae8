"""Saved searches come back as they were; what goes wrong is said and nothing is lost."""

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchidx.errors import ConfigError, StorageError, UsageError
from searchidx.userdata import saved
from searchidx.userdata.saved import Search


@pytest.fixture
def path(tmp_path) -> str:
    return str(tmp_path / "folder" / "saved.json")


searches = st.builds(
    Search,
    query=st.text(st.characters(), min_size=1),
    literal=st.booleans(),
    exact=st.booleans(),
    under=st.none() | st.text(min_size=1),
    sort=st.sampled_from([None, "date"]),
    group=st.sampled_from([None, "document"]),
    distinct=st.booleans(),
)


@given(st.dictionaries(st.from_regex(r"[\w.-]{1,20}", fullmatch=True), searches, max_size=4))
def test_what_is_saved_is_read_back(tmp_path_factory, kept):
    path = str(tmp_path_factory.mktemp("saved") / "saved.json")
    for name, search in kept.items():
        assert saved.save(path, name, search) is None
    assert saved.read(path) == kept
    for name, search in kept.items():
        assert saved.recall(path, f"@{name}") == search


def test_only_the_user_may_read_it(path):
    saved.save(path, "公园", Search("公园 -广告"))
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert "公园" in Path(path).read_text(encoding="utf-8")  # a person can read it
    assert os.listdir(os.path.dirname(path)) == ["saved.json"]


def test_words_behind_the_name_are_added(path):
    saved.save(path, "a", Search("公园 -广告", sort="date"))
    saved.save(path, "b", Search('说 "是" OR', literal=True))
    assert saved.recall(path, "＠a  招租 +价格") == Search("公园 -广告 招租 +价格", sort="date")
    assert saved.recall(path, "@b x") == Search(r'"说 \"是\" OR" x')


@pytest.mark.parametrize("text", ["@", "@@a", "a@b", "@a@b.c", "@甲，乙", '"@a"', "@" + "x" * 65])
def test_what_is_no_name_is_text(path, text):
    assert saved.recall(path, text) is None


def test_a_name_that_is_not_there_gets_the_nearest(path):
    saved.save(path, "parks", Search("公园"))
    with pytest.raises(
        UsageError, match=r"nothing is saved as @park; did you mean @parks\?.*search -F '@park'"
    ):
        saved.recall(path, "@park")
    with pytest.raises(saved.NotSavedError, match="searchidx saved lists all") as unlike:
        saved.recall(path, "@完全不同")
    assert not unlike.value.is_near
    with pytest.raises(UsageError, match="did you mean @parks"):
        saved.remove(path, ["parks", "parkz"])
    assert list(saved.read(path)) == ["parks"]
    saved.remove(path, ["@parks"])
    assert saved.read(path) == {}


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 65, "a\n", "a,b"])
def test_what_can_t_be_a_name_is_refused(path, name):
    with pytest.raises(UsageError, match="can't be a name"):
        saved.save(path, name, Search("x"))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}', '{"a": {}}', '{"a": {"query": 1}}', "[" * 9999, '{"a": {"query": "x", "under": 3}}', '{"a": {"query": "x", "literal": "yes"}}'])  # fmt: skip
def test_a_broken_file_is_named_and_left_alone(path, content):
    os.makedirs(os.path.dirname(path))
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)
    for act in (lambda: saved.read(path), lambda: saved.save(path, "b", Search("x"))):
        with pytest.raises(ConfigError, match=r"saved\.json: "):
            act()
    with open(path, encoding="utf-8") as file:
        assert file.read() == content


def test_a_disk_that_says_no_loses_nothing(path, monkeypatch):
    saved.save(path, "a", Search("x"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        saved.save(path, "b", Search("y"))
    monkeypatch.undo()
    assert json.loads(Path(path).read_text(encoding="utf-8")) == {"a": {"query": "x"}}
    assert os.listdir(os.path.dirname(path)) == ["saved.json"]
