"""Each protection stands where it is said to, SECURITY.md names it, and its test fails when it is taken out."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.safety.held import SOAK
from tests.safety.protections import PROTECTIONS, table
from tests.safety.without import try_without

REPOSITORY = Path(__file__).resolve().parents[2]
each = pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda one: one.name)


@each
def test_it_stands_where_it_is_said_to(protection):
    source = (REPOSITORY / protection.file).read_text(encoding="utf-8")
    assert source.count(protection.usual) == 1, "say in protections.py how it is taken out now"
    file, _, name = protection.test.partition("::")
    tests = (REPOSITORY / "tests" / "safety" / file).read_text(encoding="utf-8")
    assert re.search(rf"^(def|class) {re.escape(name.partition('[')[0])}\b", tests, re.MULTILINE), (
        protection.test
    )


def test_the_tests_that_are_named_are_there():
    """With the values they are given in brackets, which change with the words of a message."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/safety",
    ]
    listed = subprocess.check_output(command, cwd=REPOSITORY, text=True).splitlines()
    for protection in PROTECTIONS:
        test = f"tests/safety/{protection.test}"
        assert any(line == test or line.startswith(f"{test}[") for line in listed), test


@each
@pytest.mark.skipif(not SOAK, reason="takes half an hour: SEARCHIDX_SOAK=1")
def test_it_is_missed(protection):
    assert try_without(protection) == ""


def test_every_protection_has_a_name_of_its_own():
    assert len({protection.name for protection in PROTECTIONS}) == len(PROTECTIONS)


def test_the_table_of_protections_is_up_to_date():
    """Written by ``python -m tests.safety.protections``."""
    assert table() in (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
