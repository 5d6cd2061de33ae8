"""Start-up creates no garbage worth collecting, and collection goes on afterwards, whatever happens in between."""

import gc

import pytest

from searchidx._startup import collector


@pytest.fixture(autouse=True)
def thawed():
    """Undo what a test has exempted."""
    yield
    gc.unfreeze()


def test_nothing_is_collected_in_between_and_all_that_is_there_is_exempt():
    with collector.paused():
        assert not gc.isenabled()
        loaded = [[] for _ in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() > len(loaded)


def test_collection_goes_on_after_an_error():
    with pytest.raises(MemoryError), collector.paused():
        raise MemoryError
    assert gc.isenabled()
