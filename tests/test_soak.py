"""`make soak` runs every long test there is, goes on after a part that fails, and names it at the end."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
_IS_LONG = re.compile(r"SEARCHIDX_SOAK|tests\.safety\.held import .*\b(?:SOAK|times)\b")


@pytest.fixture
def soak(tmp_path, monkeypatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("soak", REPOSITORY / "tools" / "soak.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "soak", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "LOGS", tmp_path)
    return module


def test_every_long_test_is_in_a_part(soak):
    named = {word for words in soak.PARTS.values() for word in words if word.endswith(".py")}
    long = {
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / "tests").rglob("test_*.py")
        if _IS_LONG.search(path.read_text(encoding="utf-8")) and path != Path(__file__)
    }
    assert named == long


def test_a_part_that_fails_ends_nothing_and_is_named_at_the_end(soak, monkeypatch, capfd, tmp_path):
    codes = {"power": 1, "readers": 0, "shown": 0}
    monkeypatch.setattr(
        soak,
        "command",
        lambda part: [sys.executable, "-c", f"print('what {part} said'); exit({codes[part]})"],
    )
    monkeypatch.setattr(sys, "argv", ["soak", *codes])
    assert soak.main() == 1
    lines = capfd.readouterr().out.splitlines()
    assert [line.split()[1:3] for line in lines if " begins " in line] == [["begins", part] for part in codes]
    assert any(re.search(r"failed  power +0 min +\d+ s   what power said", line) for line in lines)
    assert sum("passed  " in line for line in lines) == 2 * 2, "told at once and again at the end"
    assert lines[-1] == f"failed, see {tmp_path / 'power.log'}"
    assert (tmp_path / "readers.log").read_text(encoding="utf-8") == "what readers said\n"
    monkeypatch.setattr(sys, "argv", ["soak", "readers", "shown", "--jobs", "2"])
    assert soak.main() == 0
    assert capfd.readouterr().out.splitlines()[-1] == "all passed"
