"""The table of formats: one row says everything, and what is derived from it agrees with the readers."""

import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from itertools import combinations
from pathlib import Path

import pytest

from searchidx.ingest.ignore.rules import WalkRules
from searchidx.readers import FORMATS, formats, load, read, revision_of
from searchidx.readers.formats import SUFFIXES, format_of

ROWS = list(FORMATS.values())
rows = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@rows
def test_the_reader_of_a_row_exists(row):
    assert callable(load(row.module, row.function, row.name))


def test_a_suffix_and_a_name_belong_to_one_format():
    for one, other in combinations(ROWS, 2):
        assert not {*one.suffixes} & {*other.suffixes}
        assert not {one.name, *one.aliases} & {other.name, *other.aliases}


@rows
def test_suffixes_are_lower_case_with_their_dot(row):
    assert row.suffixes
    assert all(suffix == suffix.lower() and suffix[0] == "." and len(suffix) > 1 for suffix in row.suffixes)
    assert {*row.declaring_suffixes} <= {*row.suffixes}


@rows
def test_the_type_flag_takes_the_name_and_every_alias_of_a_row(row):
    for name in (row.name, *row.aliases):
        assert WalkRules(types=(name,)).suffixes == {*row.suffixes}


def test_a_file_without_a_suffix_of_a_row_is_plain_text():
    for path in ("/c/README", "/c/.bashrc", "/c/a.unknown", "/c.pdf/a", "/c/a."):
        assert format_of(path) is FORMATS["text"]
    assert format_of("/c/A.PDF") is FORMATS["pdf"]


@rows
def test_a_row_names_the_libraries_that_its_reader_imports(row):
    code = (
        "import sys\n"
        f"from searchidx.readers import load; load({row.module!r}, {row.function!r}, 'x')\n"
        "print(*{name.partition('.')[0] for name in sys.modules} & {'lxml', 'openpyxl', 'pypdfium2'})\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) == set(row.libraries)


def test_only_formats_without_a_library_are_read_in_the_parent_process():
    tame = {row.name for row in ROWS if row.is_safe_in_parent}
    assert {"text", "markdown", "csv"} <= tame
    for row in ROWS:
        if row.is_safe_in_parent:
            assert row.takes_text
            assert not row.libraries
            assert {*row.embeds} <= tame


def test_a_user_may_name_the_encoding_of_every_format_that_takes_text():
    assert all(row.is_decoded for row in ROWS if row.takes_text)


def test_a_row_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        ROWS[0].revision = 9


def test_a_new_revision_of_a_format_is_one_of_every_format_that_embeds_it(monkeypatch):
    paths = [f"/c/a{row.suffixes[0]}" for row in ROWS]
    before = {path: revision_of(path) for path in paths}
    assert all(revision >= 1 for revision in before.values())
    changed = replace(FORMATS["csv"], revision=FORMATS["csv"].revision + 1)
    monkeypatch.setattr(formats, "FORMATS", {**FORMATS, "csv": changed})
    monkeypatch.setattr(formats, "SUFFIXES", {**SUFFIXES, ".csv": changed})
    raised = {path for path in paths if revision_of(path) == before[path] + 1}
    assert {"/c/a.csv", "/c/a.eml", "/c/a.mbox"} <= raised
    assert {path for path in paths if revision_of(path) == before[path]} == {*paths} - raised - {"/c/a.doc"}
    assert "/c/a.pdf" not in raised


def test_a_change_of_what_all_readers_share_is_a_new_revision_of_every_format(monkeypatch):
    before = {suffix: revision_of(f"/c/a{suffix}") for suffix in SUFFIXES}
    monkeypatch.setattr(formats, "COMMON_REVISION", formats.COMMON_REVISION + 1)
    assert {suffix: revision_of(f"/c/a{suffix}") for suffix in SUFFIXES} == {
        suffix: revision + 1 for suffix, revision in before.items()
    }


@pytest.mark.parametrize("suffix", [s for row in ROWS for s in row.declaring_suffixes])
def test_the_encoding_that_xml_declares_is_used(suffix):
    data = '<?xml version="1.0" encoding="big5"?>\n<a>繁體中文的一句話</a>\n'.encode("big5")
    assert "繁體中文的一句話" in read(f"/c/a{suffix}", data).paragraphs[0].text


def test_the_formats_that_embed_others_name_rows_before_them():
    names = [row.name for row in ROWS]
    for row in ROWS:
        assert all(names.index(name) < names.index(row.name) for name in row.embeds)


def test_no_reader_module_is_without_a_row():
    folder = Path(formats.__file__).parent
    modules = {
        path.relative_to(folder).parts[0].removesuffix(".py")
        for path in folder.rglob("*.py")
        if "\ndef read_" in path.read_text("utf-8")
    }
    assert modules == {row.module for row in ROWS}
