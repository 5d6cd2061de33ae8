"""The file format under coverage-guided fuzzing: thousands of inputs, none ends in anything but our own errors."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.safety.held import SOAK, times

RUNS = times(300, 30_000)


@pytest.mark.skipif(not SOAK, reason="takes a quarter of an hour: SEARCHIDX_SOAK=1")
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="needs atheris: pip install -e '.[fuzz]'"
)
def test_no_input_is_too_much(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.safety.fuzz_index", str(tmp_path), str(RUNS)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    assert f"stat::number_of_executed_units: {RUNS}" in done.stderr
