"""What every test file may ask for: the real data beside the repository, and an index of the written corpus."""

import os
from pathlib import Path

import pytest

# What we start runs as it does for users: where Python is told not to buffer, nothing is held back that could fail at
# the very end. The tests of the streams set it for those who have it.
os.environ.pop("PYTHONUNBUFFERED", None)

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files the project measures itself by; tests that need it are skipped without it."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the real data at ../shared/data, which is not on this machine")
    return folder


@pytest.fixture(scope="session")
def fixtures_index(tmp_path_factory: pytest.TempPathFactory):
    """An index of fixtures/corpus, made by one process so that equal scores come in the same order everywhere."""
    import searchidx.api

    index = searchidx.api.open(tmp_path_factory.mktemp("fixtures") / "index", create=True)
    index.add([REPOSITORY / "fixtures" / "corpus"], processes=1)
    return index
