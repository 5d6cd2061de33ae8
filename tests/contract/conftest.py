"""Fixtures of the contract suite: each test runs once for every engine."""

from pathlib import Path

import pytest

from tests.contract.places import PLACES


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The place of an index that does not exist yet."""
    return PLACES[request.param](tmp_path)
