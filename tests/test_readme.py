"""What the README shows is what happens."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import searchidx

REPOSITORY = Path(__file__).resolve().parent.parent
READMES = [REPOSITORY / "README.md", REPOSITORY / "README.zh-CN.md"]


def blocks(readme: Path, language: str) -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", readme.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [text for named, text in fenced if named == language]


@pytest.fixture
def terminal(tmp_path):
    """Run one command as the README shows it: from the repository, on a terminal of 100 columns, without colour."""
    pty = pytest.importorskip("pty", reason="needs a system with pseudo-terminals")

    def run(command: str) -> str:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("SEARCHIDX")}
        environment |= {
            "SEARCHIDX_INDEX": str(tmp_path / "index"),
            "XDG_CONFIG_HOME": str(tmp_path),
            "COLUMNS": "100",
            "TERM": "dumb",
            "NO_COLOR": "1",
        }
        ours, theirs = pty.openpty()
        words = [sys.executable, "-m", *command.split()]
        process = subprocess.Popen(
            words, cwd=REPOSITORY, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        output = b""
        while piece := read(ours):
            output += piece
        os.close(ours)
        assert process.wait() == 0
        return output.decode().replace("\r\n", "\n")

    return run


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the last writer has gone
        return b""


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_example_is_real(readme, terminal):
    (example,) = blocks(readme, "console")
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", example, re.MULTILINE):
        assert without_times(terminal(command)) == without_times(shown), command


def without_times(output: str) -> str:
    """Leave out what differs from run to run: times, progress, and where the test's index is."""
    lines = (line.rpartition("\x1b[K")[2].rstrip() for line in output.split("\n"))
    kept = "\n".join(line for line in lines if "new index in" not in line)
    return re.sub(r"\d[\d.,]* (ms|s)\b", "…", kept).strip()


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_python_example_runs(readme, tmp_path, monkeypatch, capsys):
    (example,) = blocks(readme, "python")
    (tmp_path / "fixtures").symlink_to(REPOSITORY / "fixtures")
    monkeypatch.chdir(tmp_path)
    exec(compile(example, readme.name, "exec"), {"searchidx": searchidx})
    assert "跑腿专员" in capsys.readouterr().out


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_search_it_shows_finds_something(readme, fixtures_index):
    (_, shown, *_) = blocks(readme, "")
    for line in io.StringIO(shown):
        query = line.partition("#")[0].split(maxsplit=2)[2].strip()
        literal = query.startswith("-F ")
        assert fixtures_index.search(query.removeprefix("-F ").strip("'"), literal=literal).hits, line


def test_both_languages_say_the_same():
    english, chinese = (path.read_text("utf-8") for path in READMES)
    for pattern in (r"^\$ .*", r"^searchidx \w+", r"^## ", r"^\| ", r"\]\((?!README)(\w+/?)", r"^\d\. "):
        assert len(re.findall(pattern, english, re.MULTILINE)) == len(
            re.findall(pattern, chinese, re.MULTILINE)
        ), pattern
