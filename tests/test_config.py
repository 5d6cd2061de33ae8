"""What the user chose: which layer wins, what is refused and how, and which index is meant."""

import os
import re
import subprocess
import sys
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchidx.config import Place, Settings, find_index, load, user_file
from searchidx.engines import backend
from searchidx.errors import ConfigError, UsageError


@pytest.mark.parametrize("url", ["https://host:9200/corpus", "opensearch://host/corpus"])
def test_a_url_is_the_place_of_an_index_and_no_path(home, url, tmp_path):
    for settings in (
        load({"index": url}, home, str(tmp_path)),
        load({}, {**home, "SEARCHIDX_INDEX": url}, str(tmp_path)),
    ):
        assert find_index(settings, home, str(tmp_path)) == Place(url, "named")
    (tmp_path / "searchidx.toml").write_text(f'index = "{url}"', "utf-8")
    assert find_index(load({}, home, str(tmp_path)), home, str(tmp_path)) == Place(url, "named")
    with pytest.raises(UsageError, match=f"{url}: no engine serves this URL"):
        backend(url)


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with nothing in it but a home."""
    folder = tmp_path / "home"
    folder.mkdir()
    return {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "APPDATA": str(folder / "config"),
        "LOCALAPPDATA": str(folder / "data"),
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project" / "deep" / "down"
    folder.mkdir(parents=True)
    return folder


def write_user_file(home: dict[str, str], text: str) -> None:
    path = Path(user_file(home))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_without_any_choice_the_defaults_hold(home, project):
    assert load({"limit": None, "index": None}, home, str(project)) == Settings()


def test_a_flag_wins_over_the_environment_that_over_the_project_that_over_the_user(home, project):
    write_user_file(home, "limit = 1\nwidth = 71\ncolor = 'never'\nprocesses = 1")
    (project.parent / "searchidx.toml").write_text(
        "limit = 2\nwidth = 72\ncolor = 'always'", encoding="utf-8"
    )
    environ = {**home, "SEARCHIDX_LIMIT": "3", "SEARCHIDX_WIDTH": "73"}
    chosen = load({"limit": "4"}, environ, str(project))
    assert (chosen.limit, chosen.width, chosen.color, chosen.processes) == (4, 73, "always", 1)


def test_the_nearest_project_file_is_read_and_only_that(home, project):
    (project / "searchidx.toml").write_text("limit = 5", encoding="utf-8")
    (project.parent / "searchidx.toml").write_text("limit = 6\nwidth = 66", encoding="utf-8")
    chosen = load({}, home, str(project))
    assert (chosen.limit, chosen.width) == (5, None)


def test_an_empty_environment_variable_chooses_nothing(home, project):
    assert load({}, {**home, "SEARCHIDX_LIMIT": ""}, str(project)).limit == 10


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("limit", "ten", "a whole number from 0"),
        ("limit", "-1", "a whole number from 0"),
        ("limit", "１０", "a whole number from 0"),
        ("limit", "9" * 30, "a whole number from 0"),
        ("width", "3", "a whole number from 20"),
        ("processes", "0", "a whole number from 1"),
        ("file_seconds", "0", "a whole number from 1"),
        ("file_wall_seconds", "0", "a whole number from 1"),
        ("commit_seconds", "-1", "a whole number from 0"),
        ("file_memory", "100", "a whole number from 256"),
        ("color", "blue", "one of auto, always, never"),
        ("encoding", "klingon", "the name of a text encoding, such as gb18030"),
        ("encoding", "hex", "the name of a text encoding, such as gb18030"),
        ("encoding", "a\0b", "the name of a text encoding, such as gb18030"),
        ("index", "", "the path of a folder"),
        ("words", "", "the path of a file"),
    ],
)
def test_what_can_not_be_is_refused_in_every_layer_with_its_place_and_what_is_allowed(
    home, project, name, value, allowed
):
    with pytest.raises(UsageError, match=f"^--{name.replace('_', '-')}: .* is not {allowed}$"):
        load({name: value}, home, str(project))
    if value:
        with pytest.raises(
            ConfigError, match=f"^SEARCHIDX_{name.upper()} in the environment: .* is not {allowed}$"
        ):
            load({}, {**home, f"SEARCHIDX_{name.upper()}": value}, str(project))
    quoted = value.replace("\0", "\\u0000")
    path = project / "searchidx.toml"
    path.write_text(f'{name} = "{quoted}"', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load({}, home, str(project))
    assert str(caught.value).startswith(f"{path}: {name} = ")
    assert str(caught.value).endswith(f" is not {allowed}")


@pytest.mark.parametrize("value", ["true", "1.5", "[10]", "{ a = 1 }", "2023-04-20"])
def test_a_number_of_another_type_is_refused(home, project, value):
    (project / "searchidx.toml").write_text(f"limit = {value}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"is not a whole number from 0$"):
        load({}, home, str(project))


def test_an_unknown_key_is_named_beside_those_there_are(home, project):
    path = project / "searchidx.toml"
    path.write_text("limits = 5", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load({}, home, str(project))
    assert str(caught.value) == (
        f"{path}: there is no setting 'limits'; there are index, limit, color, width, processes, encoding, "
        "query_seconds, file_seconds, file_wall_seconds, commit_seconds, commit_text, file_memory, file_text, words, synonyms, stop_words, encodings"
    )


@pytest.mark.parametrize("content", [b"limit = ", b"\xff\xfe", b"a" * 20, b"[" * 100_000])
def test_a_file_that_is_not_toml_is_named(home, project, content):
    path = project / "searchidx.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load({}, home, str(project))
    assert str(caught.value).startswith(f"{path}: not TOML: ")


@given(st.binary(max_size=60))
def test_no_configuration_file_gives_a_traceback(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("any")
    (folder / "searchidx.toml").write_bytes(content)
    with suppress(ConfigError):
        load({}, {"HOME": str(folder)}, str(folder))


def test_the_index_is_the_named_one_then_the_nearest_local_one_then_the_users_own(home, project):
    def found(flags: dict[str, str | None], environ: dict[str, str]) -> Place:
        return find_index(load(flags, environ, str(project)), environ, str(project))

    own = os.path.join(home["XDG_DATA_HOME"], "searchidx", "index")
    assert found({}, home) == Place(own, "own")

    write_user_file(home, "index = 'mine'")
    assert found({}, home) == Place(str(Path(user_file(home)).parent / "mine"), "own")

    local = project.parent.parent / ".searchidx"
    local.mkdir()
    assert found({}, home) == Place(str(local), "local")

    nearer = project / ".searchidx"
    nearer.mkdir()
    assert found({}, home) == Place(str(nearer), "local")

    (project / "searchidx.toml").write_text("index = '../other'", encoding="utf-8")
    assert os.path.normpath(found({}, home).directory) == str(project.parent / "other")

    environ = {**home, "SEARCHIDX_INDEX": "/from/environment"}
    assert found({}, environ) == Place("/from/environment", "named")
    assert found({"index": "here"}, environ) == Place(str(project / "here"), "named")


def test_a_relative_folder_in_the_environment_is_no_place_for_an_index(home, project):
    environ = {"HOME": home["HOME"], "XDG_DATA_HOME": "relative", "LOCALAPPDATA": "relative"}
    assert find_index(Settings(), environ, str(project)).directory.startswith(home["HOME"])


def test_toml_is_imported_only_when_there_is_a_file_to_read(home, project):
    script = (
        "import sys, os; from searchidx import config\n"
        f"config.load({{}}, {home!r}, {str(project)!r})\n"
        "print('tomllib' in sys.modules)"
    )
    run = [sys.executable, "-c", script]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "False\n"
    (project / "searchidx.toml").write_text("limit = 1", encoding="utf-8")
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "True\n"


def test_encodings_by_path_count_from_the_file_they_stand_in_and_the_project_has_the_last_word(home, project):
    write_user_file(home, "encoding = 'big5'\n[encodings]\n'~/旧/*' = 'gb18030'")
    place = project.parent / "a[b]"
    place.mkdir()
    (place / "searchidx.toml").write_text(
        "[encodings]\n'*.big5.txt' = 'big5'\n'档案/一九九八/' = 'gbk'", encoding="utf-8"
    )
    rules = load({}, home, str(place)).encodings
    assert rules[0] == ("*", "big5")
    assert rules[1] == (os.path.expanduser("~/旧/*"), "gb18030")
    assert rules[2] == (os.path.join("*", "*.big5.txt"), "big5")
    assert rules[3][1] == "gbk"
    assert fnmatch(os.path.join(place, "档案", "一九九八"), rules[3][0])
    assert load({}, home, str(place)).encoding is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("encodings = 'gbk'", "a table of paths and encodings"),
        ("[encodings]\n'a' = 'klingon'", "the name of a text encoding, such as gb18030, for 'a'"),
        ("[encodings]\n'a' = 5", "the name of a text encoding, such as gb18030, for 'a'"),
        ("[encodings]\n'/' = 'gbk'", "a path, a name or a glob, for '/'"),
    ],
)
def test_a_rule_that_can_not_be_is_named(home, project, text, said):
    path = project / "searchidx.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(said)) as caught:
        load({}, home, str(project))
    assert str(caught.value).startswith(f"{path}: encodings = ")
