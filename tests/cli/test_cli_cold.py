"""A search from a cold shell pays for what it needs and nothing else."""

import re
import subprocess
import sys

import pytest

# Each of these costs milliseconds that no search needs; most come in unnoticed, behind one convenient import.
NEVER = {
    "rich", "typer", "click", "shellingham", "whoosh", "jieba", "rjieba", "tomllib", "asyncio", "subprocess",
    "multiprocessing", "concurrent", "email", "urllib", "http", "socket", "ssl", "logging", "shutil", "tempfile",
    "argparse", "gettext", "difflib", "unittest", "xml", "sqlite3", "random", "hashlib", "importlib.metadata",
    "importlib.resources", "pkgutil", "dataclasses", "copy",
}  # fmt: skip
OF_NUMPY = {"dis", "tokenize", "linecache", "_ast", "_ctypes", "_pickle", "numpy.typing", "_opcode"}


@pytest.fixture(scope="module")
def imports(request, corpus, tmp_path_factory):
    """The names of all modules that a search imports."""
    from searchidx import api

    directory = tmp_path_factory.mktemp("cold") / "index"
    with api.open(directory, create=True) as opened:
        opened.add([corpus])
    words = request.getfixturevalue("command_words")
    timed = [words[0], "-X", "importtime", *words[1:], "search", "跑腿专员", "--index", str(directory)]
    done = subprocess.run(timed, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout
    return set(re.findall(r"^import time:\s+\d+ \|\s+\d+ \|\s+(\S+)$", done.stderr, re.MULTILINE))


def test_a_search_imports_nothing_it_does_not_need(imports):
    packages = {".".join(name.split(".")[:depth]) for name in imports for depth in (1, 2)}
    assert packages & NEVER == set()


def test_a_search_imports_numpy_without_its_documentation_and_types(imports):
    assert {name for name in imports if name.startswith("numpy._typing.")} == set()
    assert OF_NUMPY & imports == set()


def test_a_program_that_imports_searchidx_gets_the_ordinary_numpy(index):
    script = f"""
import searchidx

assert searchidx.open({str(index)!r}).search("公园").total
import numpy

assert numpy.ndarray.__doc__
"""
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(("query", "code"), [("公园", 0), ("龘龘龘", 1)])
def test_a_search_leaves_when_all_is_written_and_takes_nothing_apart(index, query, code):
    script = (
        "import atexit, sys; atexit.register(print, 'taken apart');"
        "from searchidx.cli.main import main; sys.argv = ['searchidx', *sys.argv[1:]]; main()"
    )
    words = [sys.executable, "-c", script, "search", query, "--index", str(index)]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == code
    assert ("公园" in done.stdout) == (code == 0)
    assert "taken apart" not in done.stdout


def test_a_search_imports_the_module_of_no_other_command(imports):
    ours = {name for name in imports if name.startswith("searchidx.cli.")}
    assert ours == {
        f"searchidx.cli.{name}"
        for name in (
            "main",
            "dispatch",
            "flags",
            "streams",
            "room",
            "search",
            "opening",
        )
    }


def test_a_search_imports_no_reader_and_nothing_that_writes(imports):
    assert [name for name in imports if name.startswith(("searchidx.readers", "searchidx.ingest"))] == []
    assert "searchidx.local.commit.index_writer" not in imports


def test_another_command_imports_its_own_module_only(home, command_words):
    script = "import sys; from searchidx.cli.dispatch import run; run(['tokens', '京']); print(*sorted(sys.modules))"
    done = subprocess.run([command_words[0], "-c", script], capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1].split()
    commands = {"init", "index", "status", "remove", "check", "search", "explain", "eval"}
    assert [
        name for name in loaded if name.removeprefix("searchidx.cli.") in commands and "cli" in name
    ] == []
    assert "rich" not in loaded


@pytest.mark.parametrize(("word", "is_imported"), [("灯塔", False), ("2023年", True)])
def test_highlights_import_the_patterns_of_numerals_for_queries_with_digits_only(word, is_imported):
    script = f"""
import sys
from searchidx.snippets.highlight import spans

spans("二〇二三年五月一日，第三条航线开通", "words", [], [{word!r}])
assert ("searchidx.runs.chinese_numerals" in sys.modules) == {is_imported}
"""
    subprocess.run([sys.executable, "-c", script], check=True)
