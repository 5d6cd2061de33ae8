"""What the tests of the command line share: a corpus of their own, a home of their own, and ways to run a command."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COMMAND = (sys.executable, "-m", "searchidx")

NEWS = """# 岚江日报

## 聘任仪式

昨日，岚江市举行跑腿专员聘任仪式，首批三十名专员正式上岗。

专员为企业跑路，腿脚要勤。

## 便民信息

电话：023—49301888，联系人张奖山。

公园广告招租，价格面议。
"""
NOTES = """公园里的笔记

公园编译 Linux 内核要用 gcc-12，参数见 C++ 手册。

二〇二三年的雨下了整整一夜。
"""


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def mistake(self) -> str:
        """The one line that says what went wrong."""
        assert self.code == 2, self
        assert self.out == ""
        assert len(self.err.splitlines()) == 1, self.err
        assert self.err.startswith("searchidx: ")
        return self.err.removeprefix("searchidx: ").rstrip("\n")


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two documents and a binary file that is none."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "新闻").mkdir()
    (folder / "新闻" / "岚江.md").write_text(NEWS, encoding="utf-8")
    (folder / "notes.txt").write_text(NOTES, encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4)
    return folder


@pytest.fixture(scope="session")
def index(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the corpus, for reading only."""
    from searchidx import api

    directory = tmp_path_factory.mktemp("index") / "index"
    with api.open(directory, create=True) as opened:
        opened.add([corpus])
    return directory


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the dictionary is compiled to, once for all tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def home(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine where nobody has used searchidx yet; the working directory is a folder of its own."""
    for variable in list(os.environ):
        if variable.startswith("SEARCHIDX_") or variable in ("NO_COLOR", "COLUMNS"):
            monkeypatch.delenv(variable)
    for variable, name in (("HOME", "home"), ("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config")):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(variable, str(tmp_path / name))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return tmp_path


@pytest.fixture
def searchidx(home: Path, capsys: pytest.CaptureFixture[str]) -> "Runner":
    """Run commands in this process, as the entry point does."""
    return Runner(capsys)


class Runner:
    """Runs one command line after another."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> Outcome:
        from searchidx.cli.dispatch import run

        self._capsys.readouterr()
        try:
            code = run(words)
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        out, err = self._capsys.readouterr()
        return Outcome(code, out, err)


@pytest.fixture(scope="session")
def command_words() -> tuple[str, ...]:
    """The words that run searchidx in this Python."""
    return COMMAND


@pytest.fixture
def spawn(home: Path) -> Callable[..., Outcome]:
    """Run a command in a process of its own; ``env`` changes its environment, a None takes a variable away."""

    def run(*words: str | bytes, env: Mapping[str, str | None] | None = None, **options: Any) -> Outcome:
        changed = {**os.environ, **(env or {})}
        environ = {name: value for name, value in changed.items() if value is not None}
        given = {"stdin": subprocess.DEVNULL, **options}
        done = subprocess.run([*COMMAND, *words], capture_output=True, env=environ, check=False, **given)
        return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return run
